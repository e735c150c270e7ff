"""Reach and depth of fire: where a unit's rounds can meet a threat on its way to an asset, and how often it can start.

Everything here is geometry and time: one channel, no dice, and no word on whether a round that meets its target kills.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from crenel.core.jit import kernel
from crenel.core.records import FloatArray, IntArray, Unit
from crenel.coverage.approach import Course, Flags
from crenel.coverage.cells import spread
from crenel.coverage.geometry import Ground, Site, controls, view
from crenel.coverage.sites import speed_and_decay
from crenel.models import engagement

MOST_ENGAGEMENTS: Final = 40
_BROKEN_SIGHT_S: Final = 1.0  # command guidance outlives a shorter break
_AZIMUTHS_A_PIECE: Final = 60


class Weapon(NamedTuple):
    """A missile or a gun; `n_rounds` counts engagements, salvos or bursts, and `busy_s` is what one takes at least."""

    range_min_m: float
    range_max_m: float
    height_min_m: float
    height_max_m: float
    target_speed_max_mps: float
    round_speed_mps: float
    decay_length_m: float
    n_rounds: int
    busy_s: float


class Reach(NamedTuple):
    """(Z, J) whether a round can meet the threat there, and how far out the threat is when that round is launched."""

    can_meet: Flags
    launch_m: FloatArray


def weapons_of(unit: Unit[float]) -> list[Weapon]:
    """A unit's weapons, missiles first."""
    found = []
    missile, gun = unit.system.missile, unit.system.gun
    if missile is not None and missile.rounds >= 1.0:
        speed_mps, decay_m = speed_and_decay(missile)
        found.append(
            Weapon(
                missile.range_min_m,
                missile.range_max_m,
                missile.height_min_m,
                missile.height_max_m,
                missile.target_speed_max_mps,
                speed_mps,
                decay_m,
                math.ceil(round(missile.rounds) / missile.salvo),
                0.0,
            )
        )
    if gun is not None and gun.rounds >= gun.burst_rounds:
        speed_mps, decay_m = speed_and_decay(gun)
        found.append(
            Weapon(
                gun.range_min_m,
                gun.range_max_m,
                0.0,
                gun.height_max_m,
                gun.target_speed_max_mps,
                speed_mps,
                decay_m,
                math.floor(gun.rounds / gun.burst_rounds),
                gun.burst_rounds / gun.rate_hz,
            )
        )
    return found


def reach(course: Course, ground: Ground, site: Site, *, weapon: Weapon, clear: Flags) -> Reach:
    """Where a weapon can meet the threat on each approach.

    Parameters
    ----------
    course : Course
    ground : Ground
    site : Site
    weapon : Weapon
    clear : (Z, J) bool
        Whether the unit's antenna has the threat in sight.

    Returns
    -------
    Reach
        A round meets the threat inside range, height and target speed; its launch falls after the threat's start, at a
        moment at which the fire-control sensor has it; and sight holds from then on but for breaks of a second.
        `launch_m` is NaN where no round can meet it.
    """
    shape = clear.shape
    can_meet = np.zeros(shape, np.bool_)
    launch_m = np.full(shape, np.nan)
    path = _Path(course.east_m, course.north_m, course.start_m, course.speed_mps, course.height_m)
    if course.speed_mps > weapon.target_speed_max_mps:
        return Reach(can_meet, launch_m)

    def fill(first: int) -> None:
        part = slice(first, first + _AZIMUTHS_A_PIECE)
        _reach(
            ground, site, weapon, path, course.azimuth_rad[part], course.distance_m, clear[part],
            can_meet[part], launch_m[part],
        )  # fmt: skip

    spread(fill, range(0, shape[0], _AZIMUTHS_A_PIECE))
    return Reach(can_meet, launch_m)


def engagements_m(
    course: Course, *, weapons: list[Weapon], reaches: list[Reach], ready_m: FloatArray, assessment_s: float
) -> FloatArray:
    """How far out the threat is at the start of each engagement that one unit can run, one after another.

    Parameters
    ----------
    course : Course
    weapons, reaches : list
        Of one unit; missiles come before guns.
    ready_m : (Z,) float64 [m]
        Where the threat is when the unit may first fire: firm in its picture, and the reaction over. NaN: never.
    assessment_s : float [s]
        From an intercept to the next launch.

    Returns
    -------
    (Z, N) float64 [m]
        On each azimuth that is shown; NaN from the first engagement that cannot be started any more.

    Notes
    -----
    Each launch is the first that can meet the threat; the channel is busy until the round is there and assessed.
    Missiles are fired while they reach, guns where no missile does or none is left.
    """
    n_azimuths = len(range(0, len(ready_m), course.every))
    starts_m = np.full((n_azimuths, MOST_ENGAGEMENTS), np.nan)
    if not weapons:
        return starts_m
    _engage(
        course.distance_m,
        course.speed_mps,
        assessment_s,
        np.array([weapon.n_rounds for weapon in weapons], np.int64),
        np.array([weapon.busy_s for weapon in weapons]),
        np.stack([found.launch_m[:: course.every] for found in reaches]),
        ready_m[:: course.every],
        starts_m,
    )
    return starts_m


class _Path(NamedTuple):
    """What the kernel needs of a course."""

    east_m: float
    north_m: float
    start_m: float
    speed_mps: float
    height_m: float


@kernel
def _reach(
    ground: Ground,
    site: Site,
    weapon: Weapon,
    path: _Path,
    azimuth_rad: FloatArray,
    distance_m: FloatArray,
    clear: Flags,
    out_can_meet: Flags,
    out_launch_m: FloatArray,
) -> None:
    step_m = distance_m[0] - distance_m[1]
    for z in range(len(azimuth_rad)):
        sin, cos = math.sin(azimuth_rad[z]), math.cos(azimuth_rad[z])
        broken_s = 0.0
        broken_at_m = math.inf  # the threat's distance when sight was last broken for too long
        for j in range(len(distance_m)):
            broken_s = 0.0 if clear[z, j] else broken_s + step_m / path.speed_mps
            if broken_s > _BROKEN_SIGHT_S:
                broken_at_m = distance_m[j]
            d = distance_m[j]
            seen = view(ground, site, path.east_m + d * sin, path.north_m + d * cos, path.height_m)
            if not (
                seen.known
                and weapon.range_min_m <= seen.slant_m <= weapon.range_max_m
                and weapon.height_min_m <= path.height_m
                and seen.above_unit_m <= weapon.height_max_m
            ):
                continue
            flight_s = engagement.time_of_flight(seen.slant_m, weapon.round_speed_mps, weapon.decay_length_m)
            launch_m = d + path.speed_mps * flight_s
            if launch_m > path.start_m or launch_m >= broken_at_m:
                continue
            at_launch = view(ground, site, path.east_m + launch_m * sin, path.north_m + launch_m * cos, path.height_m)
            if controls(ground, site, at_launch, path.height_m):
                out_can_meet[z, j] = True
                out_launch_m[z, j] = launch_m


@kernel
def _engage(
    distance_m: FloatArray,
    speed_mps: float,
    assessment_s: float,
    n_rounds: IntArray,
    busy_s: FloatArray,
    launch_m: FloatArray,
    ready_m: FloatArray,
    out_starts_m: FloatArray,
) -> None:
    n_weapons, n_azimuths = launch_m.shape[:2]
    left = np.zeros(n_weapons, np.int64)
    for z in range(n_azimuths):
        left[:] = n_rounds
        free_m = ready_m[z]
        for n in range(out_starts_m.shape[1]):
            if math.isnan(free_m):
                break
            found = False
            for w in range(n_weapons):
                if left[w] == 0:
                    continue
                start, meet = _first_launch(distance_m, launch_m[w, z], free_m)
                if math.isnan(start):
                    continue
                left[w] -= 1
                out_starts_m[z, n] = start
                free_m = meet - speed_mps * (assessment_s + busy_s[w])
                found = True
                break
            if not found:
                break


@kernel
def _first_launch(distance_m: FloatArray, launch_m: FloatArray, free_m: float) -> tuple[float, float]:
    """Where the threat is at the first launch from `free_m` on, and where that round meets it; NaN if there is none.

    Between two points of the polar grid that can both be met, launches lie between theirs.
    """
    for j in range(len(launch_m)):
        if not launch_m[j] <= free_m:  # not a number, or before the channel is free
            continue
        if j > 0 and launch_m[j - 1] > free_m:
            part = (launch_m[j - 1] - free_m) / (launch_m[j - 1] - launch_m[j])
            return free_m, distance_m[j - 1] + part * (distance_m[j] - distance_m[j - 1])
        return launch_m[j], distance_m[j]
    return math.nan, math.nan
