"""Geometry of one pass against one unit: where the threat is, what is seen of it, when a round would meet it."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from crenel.core.jit import kernel
from crenel.engine.tables import Records
from crenel.models import engagement, motion, propagation, sensing
from crenel.world import flat_minimum_visible_height, sample

BROKEN_SIGHT_S = 1.0  # command guidance outlives a shorter break
_SIGHT_STEP_S = 0.25


ROUTE = np.dtype(
    [
        ("kind", np.int64),  # motion.LEVEL or motion.BALLISTIC
        ("above_sea", np.int64),  # 1 if heights count from the datum, not from the ground
        ("n_legs", np.int64),
        ("speed_mps", np.float64),  # over the ground
        ("range_m", np.float64),  # of the arc
        ("apogee_m", np.float64),
        ("target_east_m", np.float64),
        ("target_north_m", np.float64),
        ("target_ground_m", np.float64),
        ("target_radius_m", np.float64),
        ("rcs_m2", np.float64),
    ]
)
WAY = np.dtype(
    [
        ("start_m", np.float64),  # way to the target's centre, as it is flown
        ("height_m", np.float64),
        ("rcs_factor", np.float64),
        ("flight_s", np.float64),
    ]
)
# A record, so that plain code too reads its fields by name.
AIR = np.dtype((np.record, [(name, np.int64 if name == "surface" else np.float64) for name in propagation.Air._fields]))
SITE = np.dtype(
    [
        ("east_m", np.float64),
        ("north_m", np.float64),
        ("ground_m", np.float64),
        ("antenna_m", np.float64),  # above the ground that the unit stands on
        ("has_radar", np.int64),
        ("has_sensor", np.int64),  # that is no radar
        ("needs_sight", np.int64),  # of what it finds
        ("search_range_m", np.float64),
        ("search_ref_rcs_m2", np.float64),
        ("instrumented_m", np.float64),  # beyond it nothing is found, whatever finds
        ("snr_ref", np.float64),
        ("p_false_alarm", np.float64),
        ("fluctuation", np.int64),
        ("elevation_min_rad", np.float64),
        ("elevation_max_rad", np.float64),
        ("facing_rad", np.float64),
        ("sector_rad", np.float64),  # 2 pi: all around
        ("radial_min_mps", np.float64),  # what comes nearer more slowly is missed
        ("air", AIR),  # of the radar
        ("scan_s", np.float64),
        ("control_range_m", np.float64),
        ("control_ref_rcs_m2", np.float64),
        ("control_min_rad", np.float64),
        ("control_max_rad", np.float64),
        ("control_sector_rad", np.float64),
        ("control_air", AIR),
        ("n_sectors", np.int64),  # of tracking radars; the first about the facing
        ("jam_range_m", np.float64),
    ]
)
AGAINST = np.dtype(
    [
        ("p_look", np.float64),  # of a sensor that is no radar, within its range
        ("p_effect", np.float64),  # of a jammer
    ]
)
WEAPON = np.dtype(
    [
        ("armed", np.int64),
        ("commanded", np.int64),  # 1 if sight must hold until it meets the threat
        ("knows_route", np.int64),  # 1 if who plans knows turns and masks that are still to come
        ("range_min_m", np.float64),
        ("range_max_m", np.float64),
        ("height_min_m", np.float64),
        ("height_max_m", np.float64),
        ("target_speed_max_mps", np.float64),
        ("round_speed_mps", np.float64),
        ("decay_length_m", np.float64),
        ("share_at_range_max", np.float64),
    ]
)


class Setup(NamedTuple):
    """Everything that the geometry kernels read, in the local frame; the rasters are empty on flat ground."""

    routes: Records  # (G,) ROUTE
    ways: Records  # (G, V) WAY
    legs: Records  # (G, V, L) LEG
    sites: Records  # (U,) SITE
    weapons: Records  # (U, W) WEAPON
    against: Records  # (G, U) AGAINST: what depends on the class that comes
    ground: NDArray[np.float32]  # (H, W)
    sight: NDArray[np.float32]  # (U, H, W)
    west_m: float
    north_m: float
    cell_m: float
    flat_height_m: float
    earth_radius_m: float


class Place(NamedTuple):
    """Where a threat is and how it flies: local frame, height above the datum and above the ground, speeds."""

    east_m: float
    north_m: float
    height_m: float
    height_agl_m: float
    speed_mps: float  # along its route
    velocity_east_mps: float
    velocity_north_mps: float


class View(NamedTuple):
    """What an antenna has: where a threat is from it, how far, at what elevation, whether nothing stands between."""

    east_m: float
    north_m: float
    up_m: float
    range_m: float
    slant_m: float
    elevation_rad: float
    clear: bool


@kernel
def leg_at(setup: Setup, g: int, v: int, elapsed_s: float) -> int:
    """The leg that the threat of a pass is on, `elapsed_s` after its start."""
    leg = setup.routes[g].n_legs - 1
    while leg > 0 and setup.legs[g, v, leg].starts_s > elapsed_s:
        leg -= 1
    return int(leg)


@kernel
def locate(setup: Setup, g: int, v: int, elapsed_s: float) -> Place:
    """Where the threat of a pass is, `elapsed_s` after its start; past its target it flies on."""
    return foresee(setup, g, v, elapsed_s, elapsed_s)


@kernel
def foresee(setup: Setup, g: int, v: int, elapsed_s: float, known_s: float) -> Place:
    """Where it would be then if it kept the course that it has at `known_s`."""
    route = setup.routes[g]
    leg = setup.legs[g, v, leg_at(setup, g, v, known_s)]
    east = leg.east_m + leg.velocity_east_mps * (elapsed_s - leg.starts_s)
    north = leg.north_m + leg.velocity_north_mps * (elapsed_s - leg.starts_s)
    ground = ground_height(setup, east, north, route.target_ground_m)
    if route.kind == motion.BALLISTIC:
        left = setup.ways[g, v].start_m - route.speed_mps * elapsed_s
        height = route.target_ground_m + motion.arc_height(left, route.range_m, route.apogee_m)
        speed = motion.arc_speed(route.speed_mps, left, route.range_m, route.apogee_m)
        return Place(east, north, height, height - ground, speed, leg.velocity_east_mps, leg.velocity_north_mps)
    height = setup.ways[g, v].height_m + (0.0 if route.above_sea else ground)
    return Place(east, north, height, height - ground, route.speed_mps, leg.velocity_east_mps, leg.velocity_north_mps)


@kernel
def ground_height(setup: Setup, east_m: float, north_m: float, otherwise_m: float) -> float:
    """Height of the ground above the datum; `otherwise_m` outside the terrain, where nothing is ever in sight."""
    if setup.ground.shape[0] == 0:
        return setup.flat_height_m
    height = sample(setup.ground, setup.west_m, setup.north_m, setup.cell_m, east_m, north_m)
    return otherwise_m if math.isnan(height) else height


@kernel
def look_at(setup: Setup, u: int, place: Place) -> View:
    """What unit u's antenna has of a threat. Curvature enters once, as d^2 / (2 k R)."""
    east = place.east_m - setup.sites[u].east_m
    north = place.north_m - setup.sites[u].north_m
    ground_range = math.sqrt(east * east + north * north)
    up = place.height_m - setup.sites[u].ground_m - setup.sites[u].antenna_m
    slant = math.sqrt(ground_range * ground_range + up * up)
    drop = ground_range * ground_range / (2.0 * setup.earth_radius_m)
    elevation = math.atan2(up - drop, ground_range)
    if setup.ground.shape[0] == 0:
        needed = flat_minimum_visible_height(ground_range, setup.sites[u].antenna_m, setup.earth_radius_m)
    else:
        needed = sample(setup.sight[u], setup.west_m, setup.north_m, setup.cell_m, place.east_m, place.north_m)
    clear = place.height_agl_m >= needed  # not in sight where `needed` is NaN
    return View(east, north, up, ground_range, slant, elevation, clear)


@kernel
def clear_range(setup: Setup, u: int, air: Records, ref_m: float, place: Place, view: View) -> float:
    """Slant range at which the echo would be as strong in clear air over rough ground [m]; `air` is AIR."""
    if air.wavelength_m == 0.0:
        return view.slant_m
    site, ground = setup.sites[u], place.height_m - place.height_agl_m
    lower = min(site.ground_m, ground)
    through = propagation.Air(air.wavelength_m, air.gas_db_per_m, air.rain_db_per_m, air.rain_top_m, air.surface)
    return propagation.clear_range(
        through, ref_m, max(view.slant_m, 1.0), view.range_m,
        site.ground_m + site.antenna_m - lower, place.height_m - lower, setup.earth_radius_m,
    )  # fmt: skip


@kernel
def is_jammed(setup: Setup, g: int, v: int, u: int, elapsed_s: float) -> bool:
    """Whether the threat of a pass is within the range of unit u's jammer then, and in sight of its antenna."""
    view = look_at(setup, u, locate(setup, g, v, elapsed_s))
    return bool(view.clear and view.slant_m <= setup.sites[u].jam_range_m)


@kernel
def controls(setup: Setup, u: int, place: Place, view: View, rcs_m2: float) -> bool:
    """Whether unit u's fire-control sensor sees a threat of that radar cross-section: what a launch needs."""
    site = setup.sites[u]
    if not (view.clear and site.control_min_rad <= view.elevation_rad <= site.control_max_rad):
        return False
    if not sensing.within_sector(view.east_m, view.north_m, site.facing_rad, site.control_sector_rad):
        return False
    reach = sensing.scaled_range(site.control_range_m, rcs_m2, site.control_ref_rcs_m2)
    return clear_range(setup, u, site.control_air, site.control_range_m, place, view) <= reach


@kernel
def is_beyond(setup: Setup, u: int, w: int, slant_m: float, speed_mps: float) -> bool:
    """Whether a threat at that range cannot come inside the weapon's range before a round launched now gets there."""
    weapon = setup.weapons[u, w]
    farthest_s = engagement.time_of_flight(weapon.range_max_m, weapon.round_speed_mps, weapon.decay_length_m)
    return bool(slant_m > weapon.range_max_m + speed_mps * farthest_s + 1.0)


@kernel
def flight_of_round(
    setup: Setup, g: int, v: int, u: int, w: int, launch_s: float, guess_s: float, known_s: float
) -> float:
    """Time of flight of a round launched at `launch_s` to where it meets the threat [s]; NaN if it never does.

    The threat keeps the course that it has at `known_s`; with infinity it is its true course.

    Notes
    -----
    The root of (time to range) - (time), which falls with time for any threat slower than the round, and for any that
    approaches; by the secant method.
    """
    before = guess_s
    miss_before = _late(setup, g, v, u, w, launch_s, before, known_s)
    now = max(before + 0.8 * miss_before, 0.0)
    for _ in range(40):
        miss = _late(setup, g, v, u, w, launch_s, now, known_s)
        if abs(miss) < 1e-5:
            return now
        if miss == miss_before:
            break
        step = miss * (now - before) / (miss - miss_before)
        before, miss_before = now, miss
        now = max(now - step, 0.0)
    return math.nan


@kernel
def _late(setup: Setup, g: int, v: int, u: int, w: int, launch_s: float, flight_s: float, known_s: float) -> float:
    """How much later than the threat the round is at the point where the threat is after `flight_s`."""
    meets_s = launch_s + flight_s
    place = foresee(setup, g, v, meets_s, min(meets_s, known_s))
    east = place.east_m - setup.sites[u].east_m
    north = place.north_m - setup.sites[u].north_m
    up = place.height_m - setup.sites[u].ground_m - setup.sites[u].antenna_m
    slant = math.sqrt(east * east + north * north + up * up)
    weapon = setup.weapons[u, w]
    return engagement.time_of_flight(slant, weapon.round_speed_mps, weapon.decay_length_m) - flight_s


@kernel
def meets_inside_envelope(setup: Setup, g: int, v: int, u: int, w: int, meet_s: float, known_s: float) -> bool:
    """Whether the threat is then inside the envelope of unit u's weapon w; its course as in `flight_of_round`."""
    if meet_s > setup.ways[g, v].flight_s:  # when it is due is known
        return False
    place = foresee(setup, g, v, meet_s, min(meet_s, known_s))
    view = look_at(setup, u, place)
    above_unit = place.height_m - setup.sites[u].ground_m
    weapon = setup.weapons[u, w]
    return bool(
        weapon.range_min_m <= view.slant_m <= weapon.range_max_m
        and weapon.height_min_m <= place.height_agl_m
        and above_unit <= weapon.height_max_m
        and place.speed_mps <= weapon.target_speed_max_mps
    )


@kernel
def sector_of(setup: Setup, u: int, place: Place) -> int:
    """The sector of unit u in which a threat is: equal parts of the circle, clockwise, the first about its facing."""
    site = setup.sites[u]
    if site.n_sectors <= 1:
        return 0
    bearing = math.atan2(place.east_m - site.east_m, place.north_m - site.north_m) - site.facing_rad
    return math.floor(float(bearing / (2.0 * math.pi) * site.n_sectors + 0.5)) % int(site.n_sectors)


@kernel
def sight_holds(setup: Setup, g: int, v: int, u: int, launch_s: float, meet_s: float) -> bool:
    """Whether the command antenna keeps the threat in sight from launch to intercept, but for breaks of a second."""
    if setup.ground.shape[0] == 0:  # on flat ground the stretch in sight is one, and the launch is in it
        return look_at(setup, u, locate(setup, g, v, meet_s)).clear
    broken = 0.0
    n_steps = max(int((meet_s - launch_s) / _SIGHT_STEP_S), 1)
    step = (meet_s - launch_s) / n_steps
    for i in range(n_steps + 1):
        if look_at(setup, u, locate(setup, g, v, launch_s + i * step)).clear:
            broken = 0.0
        else:
            broken += step
            if broken > BROKEN_SIGHT_S:
                return False
    return True


@kernel
def share_of_pk(setup: Setup, g: int, v: int, u: int, w: int, meet_s: float) -> float:
    """Share of the stated kill probability that a round has which meets the threat then."""
    weapon = setup.weapons[u, w]
    if weapon.share_at_range_max == 1.0:
        return 1.0
    slant = look_at(setup, u, locate(setup, g, v, meet_s)).slant_m
    return max(engagement.share_at_range(slant, weapon.range_max_m, weapon.share_at_range_max), 0.0)
