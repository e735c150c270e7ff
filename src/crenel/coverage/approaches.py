"""All units together against one threat at one height on its way to one asset."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from crenel.core.records import FloatArray, IntArray, Unit
from crenel.coverage import fire
from crenel.coverage.approach import HELD, WORST, Chances, Course, Flags, any_of, follow, reached_m
from crenel.coverage.cells import Codes
from crenel.coverage.geometry import CODE_MASK, REASONS, VISIBLE, Ground, Site

NEAR_M: Final = 10_000.0
"""Shares of area are taken within this distance of an asset, or as far out as approaches start if that is nearer."""


@dataclass(frozen=True, slots=True, eq=False)
class Watcher:
    """One unit against one threat: what it sees with, over which ground, and in which network."""

    unit: Unit[float]
    ground: Ground
    site: Site
    network: int
    delay_s: float = 0.0  # until a track of another unit of its network is in its own picture


@dataclass(frozen=True, slots=True, eq=False)
class Approach:
    """What the units together have of one course.

    Per unit: `ranks` and `clear` (U, Z, J), `p_firm` (U, Z, J), `can_meet` (U, Z, J), `starts_m` (U, Z', N) where each
    engagement begins, and `ready_m` (U, Z) where it may first fire. Of all units together: `best` (Z, J), the reason of
    the unit that comes nearest to seeing; `held` (Z, J), the chance that any has been firm by there; `firm_m` (Z,), the
    median first firm track, and `worst_m` (Z,), by when nine threats of ten are held; NaN where that never comes.
    """

    asset: str
    threat: str
    course: Course
    watchers: tuple[Watcher, ...]
    ranks: Codes
    clear: Flags
    p_firm: Chances
    can_meet: Flags
    starts_m: FloatArray
    ready_m: FloatArray
    best: Codes
    held: Chances
    firm_m: FloatArray
    worst_m: FloatArray

    @property
    def height_m(self) -> float:
        """Of the threat above the ground."""
        return self.course.height_m

    @property
    def is_armed(self) -> bool:
        """Whether any unit has a weapon that it may use."""
        return any(fire.weapons_of(watcher.unit) for watcher in self.watchers)

    @property
    def n_engagements(self) -> IntArray:
        """(U, Z') how many engagements each unit can start."""
        counts: IntArray = np.isfinite(self.starts_m).sum(axis=2, dtype=np.int64)
        return counts

    def near_weight(self) -> FloatArray:
        """(J,) share of the area near the asset that each point of one azimuth stands for, times the azimuths."""
        near = self.course.distance_m <= self.near_m
        weight = np.where(near, self.course.distance_m, 0.0)
        shares: FloatArray = weight / weight.sum()
        return shares

    def shares(self, *, without: int | None = None) -> dict[str, float]:
        """Shares of the area near the asset: in view of any unit, held by any, and each reason; perhaps without one."""
        kept = [u for u, watcher in enumerate(self.watchers) if watcher.site.sees and u != without]
        if not kept:
            return {"in_sight": 0.0, "visible": 0.0, "held": 0.0}
        weight = self.near_weight() / len(self.course.azimuth_rad)
        visible = self.ranks[kept].max(axis=0) & CODE_MASK == VISIBLE
        in_view = self.clear[kept].any(axis=0) | visible
        held = (any_of([self.p_firm[u] for u in kept]) >= HELD) & in_view
        found = {"in_sight": in_view, "visible": visible, "held": held}
        return {name: float((mask * weight).sum()) for name, mask in found.items()}

    def least_warning(self, *, without: int | None = None) -> tuple[float, float]:
        """Warning of the median threat and of nine in ten on the worst azimuth [s], perhaps without one unit."""
        kept = [chance for u, chance in enumerate(self.p_firm) if u != without]
        if not kept:
            return 0.0, 0.0
        held = any_of(kept)
        median_s, last_s = (
            float(self.course.seconds_left(reached_m(self.course, held, share)).min()) for share in (HELD, WORST)
        )
        return median_s, last_s

    @property
    def held_here(self) -> Chances:
        """(Z, J) chance that any unit holds the threat there: firm by there, and in view of a sensor there."""
        seeing = [u for u, watcher in enumerate(self.watchers) if watcher.site.sees]
        in_view = self.clear[seeing].any(axis=0) | (self.best == VISIBLE)
        here: Chances = np.where(in_view, self.held, np.float32(0.0))
        return here

    def reason_shares(self) -> FloatArray:
        """(R,) share of the area near the asset that each reason has, by code."""
        weight = np.broadcast_to(self.near_weight() / len(self.course.azimuth_rad), self.best.shape)
        counted: Any = np.bincount(self.best.ravel(), weights=weight.ravel(), minlength=len(REASONS))
        found: FloatArray = counted
        return found

    @property
    def near_m(self) -> float:
        """Radius of the area that shares are taken of."""
        return min(NEAR_M, self.course.start_m)


def approach(asset: str, threat: str, course: Course, watchers: Sequence[Watcher]) -> Approach:
    """Every unit follows the course, and fires as often as it can.

    Parameters
    ----------
    asset, threat : str
    course : Course
    watchers : sequence of Watcher

    Returns
    -------
    Approach

    Notes
    -----
    A unit may fire its reaction time after the median first firm track in its own picture: its own track at once, those
    of its network after that network's delay; without a network its own alone. Radars are independent.
    """
    found = [follow(course, watcher.ground, watcher.site) for watcher in watchers]
    p_firm = np.stack([one.p_firm for one in found])
    clear = np.stack([one.clear for one in found])
    can_meet = np.zeros_like(clear)
    n_starts = (len(range(0, len(course.azimuth_rad), course.every)), fire.MOST_ENGAGEMENTS)
    starts_m = np.full((len(watchers), *n_starts), np.nan)
    ready_m = np.full((len(watchers), len(course.azimuth_rad)), np.nan)
    for u, watcher in enumerate(watchers):
        weapons = fire.weapons_of(watcher.unit)
        if not weapons:
            continue
        picture = picture_of(watcher, p_firm, watchers, course, own=u)
        ready_m[u] = ready(course, picture, watcher.unit.system.reaction_s)
        reaches = [
            fire.reach(course, watcher.ground, watcher.site, weapon=weapon, clear=clear[u]) for weapon in weapons
        ]
        can_meet[u] = np.logical_or.reduce([one.can_meet for one in reaches])
        starts_m[u] = fire.engagements_m(
            course,
            weapons=weapons,
            reaches=reaches,
            ready_m=ready_m[u],
            assessment_s=watcher.unit.system.assessment_s,
        )
    ranks = np.stack([one.rank for one in found])
    held = any_of(list(p_firm))
    return Approach(
        asset=asset,
        threat=threat,
        course=course,
        watchers=tuple(watchers),
        ranks=ranks,
        clear=clear,
        p_firm=p_firm,
        can_meet=can_meet,
        starts_m=starts_m,
        ready_m=ready_m,
        best=ranks.max(axis=0) & CODE_MASK,
        held=held,
        firm_m=reached_m(course, held, HELD),
        worst_m=reached_m(course, held, WORST),
    )


def picture_of(
    watcher: Watcher, p_firm: Chances, watchers: Sequence[Watcher], course: Course, *, own: int | None
) -> Chances:
    """(Z, J) chance that a unit has had a track by there: `own` is its number among the watchers, None for one more."""
    allies = [p_firm[u] for u, other in enumerate(watchers) if other.network == watcher.network and u != own]
    theirs = [later(course, any_of(allies), watcher.delay_s)] if allies else []
    mine = [] if own is None else [p_firm[own]]
    return any_of(mine + theirs) if mine or theirs else np.zeros(p_firm.shape[1:], np.float32)


def later(course: Course, p_firm: Chances, delay_s: float) -> Chances:
    """The same chances, each as much later on the way."""
    if delay_s <= 0.0:
        return p_firm
    was_m = course.distance_m + course.speed_mps * delay_s
    gone = -course.distance_m  # rising along the way
    return np.stack([np.interp(-was_m, gone, chance, left=0.0) for chance in p_firm]).astype(np.float32)


def ready(course: Course, p_firm: Chances, reaction_s: float) -> FloatArray:
    """(Z,) where the threat is once a unit with that picture has reacted; NaN where its track never comes."""
    distances: FloatArray = reached_m(course, p_firm, HELD) - course.speed_mps * reaction_s
    return distances


def on_azimuths(course: Course, chosen: FloatArray) -> Course:
    """The same course on some azimuths alone."""
    return replace(course, azimuth_rad=chosen)
