"""One target over one point, as one unit has it: how far, how high, in sight or not, and why not.

A point is judged by the same rules as in a raid: slant range and elevation from the antenna, the earth's curve once,
the least visible height where there is terrain.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from crenel.core.jit import kernel
from crenel.models import propagation, sensing
from crenel.world import Raster, flat_minimum_visible_height, horizon_range_m, sample

NO_DATA: Final = 0
BELOW_HORIZON: Final = 1
MASKED_BY_TERRAIN: Final = 2
MASKED_BY_BUILDING: Final = 3
BEYOND_INSTRUMENTED: Final = 4
OUTSIDE_LIMITS: Final = 5
TOO_WEAK: Final = 6
VISIBLE: Final = 7
TOO_SLOW: Final = 8

REASONS: Final = (
    "no_data",
    "below_horizon",
    "masked_by_terrain",
    "masked_by_building",
    "beyond_instrumented",
    "outside_limits",
    "too_weak",
    "visible",
    "too_slow",
)
"""By code."""

CODE_MASK: Final = np.uint8(15)
"""A rank holds its code in the lowest four bits."""

EVEN: Final = 0.5
"""A radar's look is too weak below this chance: 3 of 5 such looks are then less likely than not."""

RADAR: Final = 1
SENSOR: Final = 2


class Ground(NamedTuple):
    """What hides: heights of the terrain and one unit's least visible heights, both empty on flat ground.

    `bare_sight_m` is what they would be without buildings, and empty where there are none.
    """

    height_m: Raster
    sight_m: Raster
    bare_sight_m: Raster
    west_m: float
    north_m: float
    cell_m: float
    flat_height_m: float
    earth_radius_m: float


class Site(NamedTuple):
    """One unit's sensors against one threat; `sees` is RADAR, SENSOR, or 0 for a unit that searches with nothing."""

    east_m: float
    north_m: float
    ground_m: float
    antenna_m: float  # above the ground that the unit stands on
    sees: int
    range_m: float
    range_ratio_rcs: float  # the threat's radar cross-section over that of the reference target
    instrumented_m: float
    snr_ref: float
    p_false_alarm: float
    fluctuation: int
    p_look: float
    needs_sight: bool
    elevation_min_rad: float
    elevation_max_rad: float
    look_s: float
    confirm_m: int
    confirm_n: int
    control_m: float  # of the fire-control sensor, against this threat
    control_min_rad: float
    control_max_rad: float
    facing_rad: float
    sector_rad: float  # 2 pi: all around
    radial_min_mps: float  # 0: nothing is too slow
    air: propagation.Air
    control_ref_m: float  # the published range of the fire-control sensor, against its own target
    control_sector_rad: float
    control_air: propagation.Air


class View(NamedTuple):
    """What a unit has of a target: `known` is false where there is no ground to fly over.

    `built_up` means that buildings hide it, and that without them it would be in sight.
    """

    range_m: float
    slant_m: float
    elevation_rad: float
    above_unit_m: float
    clear: bool
    known: bool
    built_up: bool
    target_ground_m: float
    east_m: float  # of the unit
    north_m: float
    up_m: float


class Judged(NamedTuple):
    """Why a point is seen or not, and the chance that one look detects the target there.

    `rank` is the code, with how near the unit comes to seeing in the bits above it: of several units the highest rank
    counts. Nearest is who sees; then who would if nothing stood between; then who has a clear sight, but not the range;
    then who has neither.
    """

    rank: int
    p_look: float


_NEITHER: Final = 16
_CLEAR_ONLY: Final = 32
_BUT_FOR_SIGHT: Final = 48
_SEES: Final = 64


@kernel
def view(ground: Ground, site: Site, east_m: float, north_m: float, height_m: float) -> View:
    """What a unit has of a target `height_m` above the ground at a point. Curvature enters once, as d^2 / (2 k R)."""
    east = east_m - site.east_m
    north = north_m - site.north_m
    distance = math.sqrt(east * east + north * north)
    if ground.height_m.shape[0] == 0:
        target_ground = ground.flat_height_m
        needed = flat_minimum_visible_height(distance, site.antenna_m, ground.earth_radius_m)
    else:
        target_ground = sample(ground.height_m, ground.west_m, ground.north_m, ground.cell_m, east_m, north_m)
        needed = sample(ground.sight_m, ground.west_m, ground.north_m, ground.cell_m, east_m, north_m)
    known = not (math.isnan(target_ground) or math.isnan(needed))
    clear = known and height_m >= needed
    built_up = False
    if ground.bare_sight_m.shape[0] and not clear:
        bare = sample(ground.bare_sight_m, ground.west_m, ground.north_m, ground.cell_m, east_m, north_m)
        built_up = height_m >= bare
    above_unit = target_ground + height_m - site.ground_m
    up = above_unit - site.antenna_m
    drop = distance * distance / (2.0 * ground.earth_radius_m)
    return View(
        distance,
        math.sqrt(distance * distance + up * up),
        math.atan2(up - drop, distance),
        above_unit,
        clear,
        known,
        built_up,
        target_ground,
        east,
        north,
        up,
    )


@kernel
def judge(ground: Ground, site: Site, seen: View, height_m: float, east_mps: float, north_mps: float) -> Judged:
    """The first reason that holds, in the order of the codes, and the chance of one look.

    Parameters
    ----------
    ground : Ground
    site : Site
        Of a unit with a sensor.
    seen : View
        From `view`.
    height_m : float [m]
        Of the target above the ground.
    east_mps, north_mps : float [m/s]
        How it flies.

    Notes
    -----
    A partition: no data; hidden (below the horizon where a bare, smooth earth would hide it as well; by buildings
    where it would be in sight without them; else by terrain); beyond the instrumented range; outside the sector or
    the elevation limits; too slow towards a radar that tells by speed; too weak (a radar's look below an even chance,
    any other sensor's beyond its range); visible. Where a radar
    is too weak its looks still count towards a track.
    """
    if not seen.known:
        return Judged(NO_DATA, 0.0)
    lower = min(site.ground_m, seen.target_ground_m)
    antenna, target = site.ground_m + site.antenna_m - lower, seen.target_ground_m + height_m - lower
    code, p_look = _strength(ground, site, seen, antenna, target, east_mps, north_mps)
    if site.needs_sight and not seen.clear:
        far = horizon_range_m(antenna, target, ground.earth_radius_m)
        is_flat = ground.height_m.shape[0] == 0
        hidden = MASKED_BY_BUILDING if seen.built_up else MASKED_BY_TERRAIN
        if is_flat or seen.range_m > far:
            hidden = BELOW_HORIZON
        return Judged((_BUT_FOR_SIGHT if code == VISIBLE else _NEITHER) + hidden, 0.0)
    if code == VISIBLE:
        return Judged(_SEES + code, p_look)
    # Who needs no sight says nothing about it: any other unit's reason is worth more.
    return Judged((_CLEAR_ONLY if site.needs_sight else 0) + code, p_look)


@kernel
def _strength(
    ground: Ground, site: Site, seen: View, antenna_m: float, target_m: float, east_mps: float, north_mps: float
) -> tuple[int, float]:
    """The reason where nothing stands between, and the chance of one look; heights are above the lower ground."""
    if site.sees == RADAR and seen.slant_m > site.instrumented_m:
        return BEYOND_INSTRUMENTED, 0.0
    if not site.elevation_min_rad <= seen.elevation_rad <= site.elevation_max_rad:
        return OUTSIDE_LIMITS, 0.0
    if not sensing.within_sector(seen.east_m, seen.north_m, site.facing_rad, site.sector_rad):
        return OUTSIDE_LIMITS, 0.0
    if site.sees == SENSOR:
        within = seen.slant_m <= site.range_m and site.p_look > 0.0
        return (VISIBLE, site.p_look) if within else (TOO_WEAK, 0.0)
    if sensing.radial_speed(seen.east_m, seen.north_m, seen.up_m, east_mps, north_mps) < site.radial_min_mps:
        return TOO_SLOW, 0.0
    range_m = propagation.clear_range(
        site.air, site.range_m, max(seen.slant_m, 1.0), seen.range_m, antenna_m, target_m, ground.earth_radius_m
    )
    snr = sensing.signal_to_noise(site.snr_ref, range_m / site.range_m, site.range_ratio_rcs)
    p_look = sensing.detection_probability(snr, site.p_false_alarm, site.fluctuation)
    return (VISIBLE if p_look >= EVEN else TOO_WEAK), p_look


@kernel
def controls(ground: Ground, site: Site, seen: View, height_m: float) -> bool:
    """Whether the unit's fire-control sensor sees the target: what a launch needs."""
    if not (seen.clear and site.control_min_rad <= seen.elevation_rad <= site.control_max_rad):
        return False
    if not sensing.within_sector(seen.east_m, seen.north_m, site.facing_rad, site.control_sector_rad):
        return False
    lower = min(site.ground_m, seen.target_ground_m)
    antenna, target = site.ground_m + site.antenna_m - lower, seen.target_ground_m + height_m - lower
    range_m = propagation.clear_range(
        site.control_air, site.control_ref_m, seen.slant_m, seen.range_m, antenna, target, ground.earth_radius_m
    )
    return range_m <= site.control_m
