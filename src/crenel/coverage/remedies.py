"""What would close a gap, tried out: a higher antenna, a second sensor, a longer range, a unit nearer, quicker fire.

Nothing here is a guess: each change is made, the open azimuths are worked out again, and the first change that closes
nine in ten of them is named. Where none does, that is said.
"""

from dataclasses import dataclass, field, replace
from math import cos, degrees, hypot, pi, sin
from typing import Final

import numpy as np

from crenel.core.records import GeoPoint, Place, Threat, Unit
from crenel.coverage import fire
from crenel.coverage.approach import HELD, any_of, follow
from crenel.coverage.approaches import Approach, Watcher, on_azimuths, picture_of, ready
from crenel.coverage.gaps import Gap, open_azimuths
from crenel.coverage.sites import ground_of, sight_map, site_of
from crenel.models.sensing import ALL_AROUND
from crenel.world import Raster, World

RAISES_M: Final = (5.0, 10.0, 20.0, 40.0)
FACTORS: Final = (1.25, 1.5, 2.0, 3.0)
_ENOUGH: Final = 0.9
_CREST_NEAR_M: Final = 1_000.0
_CREST_FAR_M: Final = 10_000.0
_AZIMUTHS: Final = 24
_TRIED: Final = 3
"""Units whose antenna or range is tried, nearest to the asset first."""

_KEPT_BYTES: Final = 1_000_000_000  # of sight maps; more are worked out anew each time
_HIDDEN: Final = ("masked_by_terrain", "masked_by_building", "below_horizon")


@dataclass(slots=True)
class Workshop:
    """Where remedies are tried: least visible heights are kept, since many gaps ask for the same ones."""

    world: World
    place: Place[float] | None = None
    sights: dict[tuple[str, float, float, float], Raster] = field(default_factory=dict)

    def sight(self, unit: Unit[float], raised_m: float) -> Raster:
        """The least visible heights of a unit with its antenna raised."""
        key = (unit.name, unit.at.lat_rad, unit.at.lon_rad, raised_m)
        found = self.sights.get(key)
        if found is None:
            found = sight_map(self.world, unit, raised_m=raised_m)
            if sum(kept.nbytes for kept in self.sights.values()) + found.nbytes <= _KEPT_BYTES:
                self.sights[key] = found
        return found

    def watcher(
        self, unit: Unit[float], threat: Threat[float], *, network: int, raised_m: float = 0.0, factor: float = 1.0
    ) -> Watcher:
        """A unit with its antenna raised or its range lengthened."""
        site = site_of(unit, threat, self.world, place=self.place, raised_m=raised_m, range_factor=factor)
        return Watcher(unit, ground_of(self.world, self.sight(unit, raised_m)), site, network)


def mended(gap: Gap, found: Approach, threat: Threat[float], workshop: Workshop) -> Gap:
    """The gap with its remedy.

    Parameters
    ----------
    gap : Gap
        Of `found`.
    found : Approach
    threat : Threat
        That flies it.
    workshop : Workshop
    """
    trial = _Trial(gap, found, threat, workshop)
    if gap.kind == "unengaged":
        remedy = _nearer(trial) if gap.cause == "out_of_reach" else _quicker(trial)
    elif gap.cause == "no_data":
        remedy = "No heights are known on this side: give a raster that reaches farther."
    elif gap.cause in _HIDDEN:
        remedy = _higher(trial) or _forward(trial) or _longer(trial)
    elif gap.cause == "outside_limits":
        remedy = _turned(trial) or _wider(trial) or _forward(trial)
    elif gap.cause == "too_slow":
        remedy = _slower(trial) or _forward(trial)
    else:
        remedy = _longer(trial) or _higher(trial) or _forward(trial)
    none = "Nothing that was tried closes it: a mast of 40 m, three times the range, or one more unit on this side."
    return replace(gap, remedy=remedy or none)


class _Trial:
    """One gap's open azimuths, against which changes are tried."""

    def __init__(self, gap: Gap, found: Approach, threat: Threat[float], workshop: Workshop) -> None:
        self.gap, self.found, self.threat, self.workshop = gap, found, threat, workshop
        open_rad = open_azimuths(found, gap)
        # Some of many open azimuths, evenly spread, tell as much.
        self.course = on_azimuths(found.course, open_rad[:: max(len(open_rad) // _AZIMUTHS, 1)])
        at = np.searchsorted(found.course.azimuth_rad, self.course.azimuth_rad - 1e-12)
        self.p_firm = found.p_firm[:, at]
        self.clear = found.clear[:, at]
        self.ready_m = found.ready_m[:, at]
        away = [hypot(w.site.east_m - self.course.east_m, w.site.north_m - self.course.north_m) for w in found.watchers]
        nearest = sorted(range(len(away)), key=lambda u: away[u])
        self.seeing = [u for u in nearest if found.watchers[u].site.sees][:_TRIED]
        self.armed = [u for u in nearest if fire.weapons_of(found.watchers[u].unit)][:_TRIED]

    def detects(self, watcher: Watcher, *, instead_of: int | None = None) -> bool:
        """Whether the open azimuths close with one more unit, or one in place of another."""
        others = [self.p_firm[u] for u in range(len(self.p_firm)) if u != instead_of]
        held = any_of([*others, follow(self.course, watcher.ground, watcher.site).p_firm])
        return bool(np.mean(held[:, -1] >= HELD) >= _ENOUGH)

    def engages(self, watcher: Watcher, *, ready_m: "np.ndarray") -> bool:
        """Whether that unit, ready there, can start an engagement on the open azimuths."""
        clear = follow(self.course, watcher.ground, watcher.site._replace(sees=0)).clear
        weapons = fire.weapons_of(watcher.unit)
        reaches = [fire.reach(self.course, watcher.ground, watcher.site, weapon=w, clear=clear) for w in weapons]
        starts_m = fire.engagements_m(
            self.course,
            weapons=weapons,
            reaches=reaches,
            ready_m=ready_m,
            assessment_s=watcher.unit.system.assessment_s,
        )
        return bool(np.mean(np.isfinite(starts_m[:, 0])) >= _ENOUGH)


def _higher(trial: _Trial) -> str:
    for raised_m in RAISES_M:
        for u in trial.seeing:
            old = trial.found.watchers[u]
            if not old.site.needs_sight:
                continue
            new = trial.workshop.watcher(old.unit, trial.threat, network=old.network, raised_m=raised_m)
            if trial.detects(new, instead_of=u):
                stands_m = old.site.antenna_m
                return (
                    f"Raise the antenna of {old.unit.name} by about {raised_m:g} m, to {stands_m + raised_m:.0f} m "
                    f"above the ground (from {stands_m:.0f} m)."
                )
    return ""


def _longer(trial: _Trial) -> str:
    for factor in FACTORS:
        for u in trial.seeing:
            old = trial.found.watchers[u]
            new = trial.workshop.watcher(old.unit, trial.threat, network=old.network, factor=factor)
            if trial.detects(new, instead_of=u):
                return f"A sensor with about {factor:g} times the range of {old.unit.name} in its place."
    return ""


def _turned(trial: _Trial) -> str:
    """A sensor that looks the other way: one more, or one that looks all around."""
    for u in trial.seeing:
        old = trial.found.watchers[u]
        if old.site.sector_rad >= ALL_AROUND:
            continue
        if trial.detects(replace(old, site=old.site._replace(sector_rad=ALL_AROUND)), instead_of=u):
            wide, facing = degrees(old.site.sector_rad), degrees(old.site.facing_rad)
            return (
                f"A sensor that looks this way too: {old.unit.name} looks over {wide:.0f}° about {facing:.0f}° alone."
            )
    return ""


def _slower(trial: _Trial) -> str:
    for u in trial.seeing:
        old = trial.found.watchers[u]
        if old.site.radial_min_mps <= 0.0:
            continue
        if trial.detects(replace(old, site=old.site._replace(radial_min_mps=0.0)), instead_of=u):
            return (
                f"A sensor that sees what flies across: {old.unit.name} misses what comes nearer more slowly than "
                f"{old.site.radial_min_mps:.3g} m/s."
            )
    return ""


def _wider(trial: _Trial) -> str:
    for u in trial.seeing:
        old = trial.found.watchers[u]
        for low, high, told in ((-pi / 2, old.site.elevation_max_rad, "lower"), (-pi / 2, pi / 2, "higher")):
            site = old.site._replace(elevation_min_rad=low, elevation_max_rad=high)
            if trial.detects(replace(old, site=site), instead_of=u):
                limit = degrees(old.site.elevation_min_rad if told == "lower" else old.site.elevation_max_rad)
                return f"A sensor that looks {told} than {old.unit.name}, which ends at {limit:.0f}°."
    return ""


def _forward(trial: _Trial) -> str:
    """A second sensor of a kind that is there, forward on this side: on its high ground, or 3 km out if flat."""
    for u in trial.seeing:
        old = trial.found.watchers[u]
        at, away_m = _high_ground(trial)
        new = _put(old.unit, f"{old.unit.name}, forward", at, trial.workshop.world)
        if trial.detects(trial.workshop.watcher(new, trial.threat, network=old.network)):
            on = "on the high ground" if trial.workshop.world.terrain is not None else "forward"
            away = f"about {away_m / 1000.0:.0f} km from {trial.gap.asset}"
            return f"One more {old.unit.system.name} {on} of this side, {away}."
    return ""


def _put(unit: Unit[float], name: str, at: GeoPoint, world: World) -> Unit[float]:
    """The unit somewhere else: on top of what stands there, if that is higher than what it stood on."""
    cover_m = 0.0 if world.terrain is None else world.terrain.cover_m(*world.frame.to_local(at))
    return replace(unit, name=name, at=at, mounted_m=max(unit.mounted_m, cover_m))


def _high_ground(trial: _Trial) -> tuple[GeoPoint, float]:
    """The highest ground within the gap's sides and 1 to 10 km of the asset, and how far that is."""
    course, terrain = trial.course, trial.workshop.world.terrain
    frame = trial.workshop.world.frame
    low, width = trial.gap.from_deg * pi / 180.0, trial.gap.width_deg * pi / 180.0
    middle = low + width / 2.0
    if terrain is None:
        away_m = min(3_000.0, 0.5 * course.start_m)
        return frame.to_geo(course.east_m + away_m * sin(middle), course.north_m + away_m * cos(middle)), away_m
    rows, columns = terrain.ground_m.shape
    east = terrain.west_m + (np.arange(columns) + 0.5) * terrain.cell_m - course.east_m
    north = terrain.north_m - (np.arange(rows) + 0.5) * terrain.cell_m - course.north_m
    away = np.hypot(east[np.newaxis, :], north[:, np.newaxis])
    turned = np.mod(np.arctan2(east[np.newaxis, :], north[:, np.newaxis]) - low, 2.0 * pi)
    allowed = (away >= _CREST_NEAR_M) & (away <= min(_CREST_FAR_M, course.start_m)) & (turned <= width)
    allowed &= np.isfinite(terrain.ground_m)
    if not allowed.any():
        return frame.to_geo(course.east_m, course.north_m), 0.0
    row, column = np.unravel_index(int(np.where(allowed, terrain.ground_m, -np.inf).argmax()), allowed.shape)
    at = frame.to_geo(course.east_m + float(east[column]), course.north_m + float(north[row]))
    return at, float(away[row, column])


def _nearer(trial: _Trial) -> str:
    for u in trial.armed:
        old = trial.found.watchers[u]
        frame = trial.workshop.world.frame
        at = frame.to_geo(trial.course.east_m, trial.course.north_m)
        new = _put(old.unit, f"{old.unit.name}, at {trial.gap.asset}", at, trial.workshop.world)
        watcher = trial.workshop.watcher(new, trial.threat, network=old.network)
        own = follow(trial.course, watcher.ground, watcher.site).p_firm
        theirs = picture_of(old, trial.p_firm, trial.found.watchers, trial.course, own=None)
        ready_m = ready(trial.course, any_of([own, theirs]), old.unit.system.reaction_s)
        if trial.engages(watcher, ready_m=ready_m):
            return f"A {old.unit.system.name} at {trial.gap.asset} would engage from this side."
    return ""


def _quicker(trial: _Trial) -> str:
    for u in trial.armed:
        old = trial.found.watchers[u]
        everyone = ready(trial.course, any_of(list(trial.p_firm)), old.unit.system.reaction_s)
        if trial.engages(old, ready_m=everyone):
            return f"{old.unit.name} would engage if every unit's tracks reached it."
        mine = picture_of(old, trial.p_firm, trial.found.watchers, trial.course, own=u)
        for share in (0.5, 0.0):
            reaction_s = share * old.unit.system.reaction_s
            if trial.engages(old, ready_m=ready(trial.course, mine, reaction_s)):
                return f"{old.unit.name} would engage with a reaction of {reaction_s:.0f} s, or as much more warning."
    return _nearer(trial)
