"""Gaps: sides from which a threat reaches an asset without being held, or without being engaged.

Sides are whole multiples of 15 degrees, as the defender sees them, each with its cause and what would mend it. A gap is
never narrower, never a line on a map, and never a way in.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from crenel.core.records import FloatArray
from crenel.coverage.approach import HELD, Flags
from crenel.coverage.approaches import Approach
from crenel.coverage.warning import bounds, reason_before

GapKind: TypeAlias = Literal["undetected", "unengaged"]

SIDE_RAD: Final = math.pi / 12.0
"""A gap is rounded outwards to sides of 15 degrees."""

_HALF: Final = 0.5
_LEAST_SHARE: Final = 0.1
"""A side of which less is open is no gap."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One side that is open, widest first in a list.

    `cause` is a reason of `REASONS` for what is undetected, and "out_of_reach" or "too_late" for what is held and not
    engaged. `share` is how much of the side is open. `remedy` says in the defender's words what closes it, as tried
    out; empty until somebody has tried.
    """

    asset: str
    threat: str
    height_m: float
    kind: GapKind
    from_deg: float
    to_deg: float
    share: float
    cause: str
    remedy: str = ""

    @property
    def width_deg(self) -> float:
        """How much of the circle the gap's sides take."""
        return self.to_deg - self.from_deg


def gaps(found: Approach) -> list[Gap]:
    """The gaps of one approach, widest first; those in which nothing is seen before those in which nothing is shot at.

    Parameters
    ----------
    found : Approach

    Returns
    -------
    list of Gap
        A threat is undetected where no unit holds it with an even chance by the time it arrives; it is unengaged where
        it is held and no unit can start an engagement. Nothing is unengaged where no unit has a weapon.
    """
    unseen = undetected(found)
    listed = [_gap(found, "undetected", side, unseen) for side in _sides(found.course.azimuth_rad, unseen)]
    if found.is_armed:
        spared = unengaged(found)
        listed += [_gap(found, "unengaged", side, spared) for side in _sides(found.course.azimuth_rad, spared)]
    return sorted(listed, key=lambda gap: (-gap.width_deg, gap.kind, gap.from_deg))


def undetected(found: Approach) -> Flags:
    """(Z,) whether no unit holds a threat with an even chance before it arrives."""
    flags: Flags = found.held[:, -1] < HELD
    return flags


def unengaged(found: Approach) -> Flags:
    """(Z,) whether a threat that is held arrives without any unit having started an engagement."""
    every = found.course.every
    none = np.repeat(~np.isfinite(found.starts_m[:, :, 0]).any(axis=0), every)[: len(found.course.azimuth_rad)]
    none = np.roll(none, -(every // 2))  # each azimuth that was worked out stands for those around it
    flags: Flags = none & ~undetected(found)
    return flags


def within(azimuth_rad: FloatArray, gap: Gap) -> Flags:
    """(Z,) which azimuths lie in a gap's sides."""
    off = np.degrees(azimuth_rad) - gap.from_deg
    flags: Flags = np.mod(off + 1e-6, 360.0) < gap.width_deg
    return flags


def _sides(azimuth_rad: FloatArray, is_open: Flags) -> list[tuple[float, float]]:
    """Runs of open sides, from low to high degrees; the upper end may exceed 360."""
    each = bounds(SIDE_RAD)
    bad = []
    for low, high in each:
        inside = (azimuth_rad >= low - 1e-9) & (azimuth_rad < high - 1e-9)
        bad.append(bool(is_open[inside].mean() >= _LEAST_SHARE))
    if all(bad):
        return [(0.0, 360.0)]
    n, runs = len(bad), []
    for i in range(n):
        if bad[i] and not bad[i - 1]:
            end = i
            while bad[end % n]:
                end += 1
            runs.append((15.0 * i, 15.0 * end))
    return runs


def _gap(found: Approach, kind: GapKind, side: tuple[float, float], is_open: Flags) -> Gap:
    plain = Gap(found.asset, found.threat, found.height_m, kind, side[0], side[1], 0.0, "")
    inside = within(found.course.azimuth_rad, plain)
    chosen = inside & is_open
    if kind == "undetected":
        never = np.full(int(chosen.sum()), np.nan)
        cause = reason_before(found.best[chosen], found.course.distance_m, never)
    else:
        in_reach = found.can_meet[:, chosen].any(axis=(0, 2)).mean()
        cause = "too_late" if in_reach > _HALF else "out_of_reach"
    return Gap(
        asset=plain.asset,
        threat=plain.threat,
        height_m=plain.height_m,
        kind=kind,
        from_deg=side[0],
        to_deg=side[1],
        share=float(is_open[inside].mean()),
        cause=cause,
    )


def open_azimuths(found: Approach, gap: Gap) -> FloatArray:
    """The azimuths of a gap that are open [rad]; for what may be tried out against them, not to be shown."""
    flags = undetected(found) if gap.kind == "undetected" else unengaged(found)
    chosen: FloatArray = found.course.azimuth_rad[within(found.course.azimuth_rad, gap) & flags]
    return chosen


def merged(listed: Sequence[Gap]) -> list[Gap]:
    """Gaps of many approaches, widest first, the lowest flight before higher ones."""
    return sorted(listed, key=lambda gap: (-gap.width_deg, gap.kind, gap.asset, gap.threat, gap.height_m, gap.from_deg))
