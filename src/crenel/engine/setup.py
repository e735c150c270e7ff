"""From a case to what the geometry kernels read: positions in the local frame, sensors and weapons as records."""

from math import inf
from typing import Any

import numpy as np

from crenel.core.records import Case, CrenelError, Doctrine, Group, Gun, Missile, Place, Radar, Sensor, Unit
from crenel.engine.geometry import AGAINST, ROUTE, SITE, WAY, WEAPON, Setup
from crenel.engine.passes import Passes
from crenel.engine.routes import legs_of, target_of
from crenel.engine.tables import GUN, LEG, MISSILE, N_WEAPONS, Records, freeze, records
from crenel.models import engagement, motion, propagation, sensing
from crenel.world import World

_FLUCTUATION = {
    "swerling0": sensing.SWERLING_0,
    "swerling1": sensing.SWERLING_1,
    "swerling3": sensing.SWERLING_3,
}
_NO_SEARCH_SCAN_S = 3600.0


def set_up(case: Case, world: World, passes: Passes) -> Setup:
    """The setup of one block.

    Raises
    ------
    CrenelError
        An empty raid, a route that starts inside its target's radius, a weapon without a fire-control sensor, a unit
        with two search sensors.
    """
    if not case.groups:
        msg = "the raid is empty. Add at least one group under `raid`."
        raise CrenelError(msg)
    terrain = world.terrain
    sites = records((len(case.units),), SITE)
    weapons = records((len(case.units), N_WEAPONS), WEAPON)
    for u, unit in enumerate(case.units):
        _fill(sites, u, _site(unit, world, case.place))
        for w, weapon in ((MISSILE, unit.system.missile), (GUN, unit.system.gun)):
            if weapon is not None:
                _fill(weapons, (u, w), _missile(weapon) if isinstance(weapon, Missile) else _gun(weapon))
        for w in range(N_WEAPONS):
            weapons[u, w].knows_route = doctrine_of(case, unit).knows_route
    routes = _routes(case, world)
    ways, legs = _ways(case, world, routes, passes)
    return Setup(
        routes=freeze(routes),
        ways=freeze(ways),
        legs=freeze(legs),
        sites=freeze(sites),
        weapons=freeze(weapons),
        against=freeze(_against(case)),
        ground=freeze(np.zeros((0, 0), np.float32) if terrain is None else terrain.ground_m),
        sight=freeze(_sight(sites, world)),
        west_m=0.0 if terrain is None else terrain.west_m,
        north_m=0.0 if terrain is None else terrain.north_m,
        cell_m=1.0 if terrain is None else terrain.cell_m,
        flat_height_m=world.flat_height_m,
        earth_radius_m=world.effective_radius_m,
    )


def _fill(array: Records, at: Any, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        array[name][at] = value


def doctrine_of(case: Case, unit: Unit[float]) -> Doctrine:
    """By which doctrine a unit fights: its network's, else the defence's."""
    network = case.networks.get(unit.network)
    return case.doctrine if network is None else network.doctrine


def _routes(case: Case, world: World) -> Records:
    routes = records((len(case.groups),), ROUTE)
    for g, group in enumerate(case.groups):
        target = target_of(case, group)
        east, north = world.frame.to_local(target.at)
        _fill(
            routes,
            g,
            {
                **_motion(group),
                "above_sea": group.height_above == "sea",
                "n_legs": len(group.via) + 1,
                "target_east_m": east,
                "target_north_m": north,
                "target_ground_m": world.ground_height_m(east, north),
                "target_radius_m": target.radius_m,
                "rcs_m2": group.threat.rcs_m2,
            },
        )
    return routes


def _motion(group: Group[float]) -> dict[str, float]:
    threat = group.threat
    if threat.motion == "level" or threat.range_m is None or threat.apogee_m is None:
        return {"kind": motion.LEVEL, "speed_mps": threat.speed_mps, "range_m": 1.0}
    return {
        "kind": motion.BALLISTIC,
        "speed_mps": motion.ground_speed(threat.speed_mps, threat.range_m, threat.apogee_m),
        "range_m": threat.range_m,
        "apogee_m": threat.apogee_m,
    }


def _ways(case: Case, world: World, routes: Records, passes: Passes) -> tuple[Records, Records]:
    """The passes of every group, and the legs of their routes."""
    n_legs = int(routes["n_legs"].max())
    ways = records(passes.bearing_rad.shape, WAY, height_m=passes.height_m, rcs_factor=passes.rcs_factor)
    legs = records((*ways.shape, n_legs), LEG)
    for g, group in enumerate(case.groups):
        route = routes[g]
        way_m, legs[g, :, : route.n_legs] = legs_of(group, world, route, passes.bearing_rad[g], passes.start_m[g])
        ways["start_m"][g] = way_m
        ways["flight_s"][g] = (way_m - route.target_radius_m) / route.speed_mps
        if ways["flight_s"][g].min() <= 0.0:
            msg = f"raid group {group.name!r} starts inside the radius of {group.to!r}. Give it a larger `starts`."
            raise CrenelError(msg)
    return ways, legs


def _against(case: Case) -> Records:
    """A class that a sensor or a jammer does not name is one that it does nothing against."""
    against = records((len(case.groups), len(case.units)), AGAINST)
    for g, group in enumerate(case.groups):
        for u, unit in enumerate(case.units):
            sensor, jammer = unit.system.sensor, unit.system.jammer
            threat_class = group.threat.threat_class
            against[g, u].p_look = sensor.p_look.get(threat_class, 0.0) if sensor else 0.0
            against[g, u].p_effect = jammer.p_effect.get(threat_class, 0.0) if jammer else 0.0
    return against


def _site(unit: Unit[float], world: World, place: Place[float]) -> dict[str, Any]:
    system = unit.system
    east, north = world.frame.to_local(unit.at)
    site: dict[str, Any] = {
        "east_m": east,
        "north_m": north,
        "ground_m": world.ground_height_m(east, north),
        "antenna_m": unit.mounted_m + system.antenna_height_m,
        "scan_s": _NO_SEARCH_SCAN_S,
        "search_range_m": 1.0,
        "search_ref_rcs_m2": 1.0,
        "control_ref_rcs_m2": 1.0,
        "facing_rad": unit.facing_rad or 0.0,
        "sector_rad": sensing.ALL_AROUND,
    }
    if system.radar is not None and system.sensor is not None:
        msg = f"{unit.name}: {system.key} searches with a `radar` and with a `sensor`. Give it one of them."
        raise CrenelError(msg)
    if system.radar is not None:
        site |= _radar(unit, system.radar, place)
    if system.sensor is not None:
        site |= _sensor(unit, system.sensor, place)
    if system.jammer is not None:
        site["jam_range_m"] = system.jammer.range_m
    if system.fire_control is not None:
        control = system.fire_control
        is_optics = control.ref_rcs_m2 == 0.0
        sees_m = propagation.visibility_of(place) if is_optics else inf
        site |= {
            "control_range_m": min(control.range_m, sees_m),
            "control_ref_rcs_m2": control.ref_rcs_m2,
            "control_min_rad": control.elevation_min_rad,
            "control_max_rad": control.elevation_max_rad,
            "control_sector_rad": sensing.sector_width(unit.facing_rad, control.sector_rad),
            "control_air": propagation.air_of(None if is_optics else control.frequency_hz, place),
            # Nobody counts what a sector has if only the unit's own channels are limited.
            "n_sectors": 1 if control.channels_per_sector is None else control.n_sectors,
        }
    elif system.missile is not None or system.gun is not None:
        msg = f"{unit.name}: {system.key} has a weapon and no fire-control sensor. Give it `fire_control`."
        raise CrenelError(msg)
    return site


def _radar(unit: Unit[float], radar: Radar[float], place: Place[float]) -> dict[str, Any]:
    fluctuation = _FLUCTUATION[radar.fluctuation]
    return {
        "has_radar": 1,
        "search_range_m": radar.search_range_m,
        "search_ref_rcs_m2": radar.ref_rcs_m2,
        "instrumented_m": radar.instrumented_range_m,
        "snr_ref": sensing.snr_for(radar.pd_at_ref, radar.p_false_alarm, fluctuation),
        "p_false_alarm": radar.p_false_alarm,
        "fluctuation": fluctuation,
        "elevation_min_rad": radar.elevation_min_rad,
        "elevation_max_rad": radar.elevation_max_rad,
        "sector_rad": sensing.sector_width(unit.facing_rad, radar.sector_rad),
        "radial_min_mps": radar.radial_speed_min_mps or 0.0,
        "air": propagation.air_of(radar.frequency_hz, place),
        "scan_s": radar.scan_period_s,
    }


def _sensor(unit: Unit[float], sensor: Sensor[float], place: Place[float]) -> dict[str, Any]:
    return {
        "has_sensor": 1,
        "needs_sight": sensor.needs_sight,
        "instrumented_m": min(sensor.range_m, propagation.visibility_of(place) if sensor.kind == "optics" else inf),
        "elevation_min_rad": sensor.elevation_min_rad,
        "elevation_max_rad": sensor.elevation_max_rad,
        "sector_rad": sensing.sector_width(unit.facing_rad, sensor.sector_rad),
        "scan_s": sensor.look_period_s,
    }


def _missile(missile: Missile[float]) -> dict[str, float]:
    decay = engagement.decay_length(missile.speed_max_mps, missile.speed_mean_mps, missile.speed_mean_over_m)
    return {
        "armed": 1,
        "commanded": missile.guidance == "command",
        "range_min_m": missile.range_min_m,
        "range_max_m": missile.range_max_m,
        "height_min_m": missile.height_min_m,
        "height_max_m": missile.height_max_m,
        "target_speed_max_mps": missile.target_speed_max_mps,
        "round_speed_mps": missile.speed_max_mps if decay else missile.speed_mean_mps,
        "decay_length_m": decay,
        "share_at_range_max": 1.0 if missile.pk_at_range_max_frac is None else missile.pk_at_range_max_frac,
    }


def _gun(gun: Gun[float]) -> dict[str, float]:
    return {
        "armed": 1,
        "commanded": 1,  # its rounds fly where its sight is
        "range_min_m": gun.range_min_m,
        "range_max_m": gun.range_max_m,
        "height_max_m": gun.height_max_m,
        "target_speed_max_mps": gun.target_speed_max_mps,
        "round_speed_mps": gun.projectile_speed_mps,
        "share_at_range_max": gun.pk_at_range_max_frac,
    }


def _sight(sites: Records, world: World) -> Any:
    """(U, H, W) least visible height above ground, per unit; empty on flat ground."""
    if world.terrain is None or not len(sites):
        return np.zeros((len(sites), 0, 0), np.float32)
    return np.stack(
        [
            world.minimum_visible_height(
                east_m=float(site.east_m), north_m=float(site.north_m), antenna_height_m=float(site.antenna_m)
            )
            for site in sites
        ]
    )
