"""From a unit and a threat to what the coverage kernels read."""

from math import inf, isnan

import numpy as np

from crenel.core.records import Case, CrenelError, Gun, Missile, Place, Threat, Unit
from crenel.coverage.geometry import RADAR, SENSOR, Ground, Site
from crenel.models import engagement, propagation, sensing
from crenel.world import Raster, World, minimum_visible_height

_FLUCTUATION = {
    "swerling0": sensing.SWERLING_0,
    "swerling1": sensing.SWERLING_1,
    "swerling3": sensing.SWERLING_3,
}

_NO_RASTER: Raster = np.zeros((0, 0), np.float32)


def sight_map(world: World, unit: Unit[float], *, raised_m: float = 0.0, bare: bool = False) -> Raster:
    """(H, W) least height above ground at which a target is in sight of a unit; empty on flat ground.

    Every least visible height of coverage comes from here.

    Parameters
    ----------
    world : World
    unit : Unit
    raised_m : float [m]
        The antenna stands this much higher than stated.
    bare : bool
        As if no building stood on the ground; empty as well where none was set on it.

    Raises
    ------
    CrenelError
        The unit stands where the terrain has no height.
    """
    east_m, north_m = world.frame.to_local(unit.at)
    if world.terrain is None or (bare and not world.terrain.has_walls):
        return _NO_RASTER
    if isnan(world.ground_height_m(east_m, north_m)):
        raise CrenelError(
            f"unit {unit.name} stands where the terrain has no height: outside the raster, or on a void of it. "
            "Move the unit, or give a raster that covers it."
        )
    return minimum_visible_height(
        world.terrain,
        east_m=east_m,
        north_m=north_m,
        antenna_height_m=unit.mounted_m + unit.system.antenna_height_m + raised_m,
        effective_radius_m=world.effective_radius_m,
        bare=bare,
    )


def ground_of(world: World, sight_m: Raster, bare_sight_m: Raster = _NO_RASTER) -> Ground:
    """The ground as one unit sees it; without the second map nothing is told apart as hidden by a building."""
    terrain = world.terrain
    if terrain is None:
        none = _NO_RASTER
        return Ground(none, none, none, 0.0, 0.0, 1.0, world.flat_height_m, world.effective_radius_m)
    return Ground(
        terrain.ground_m,
        sight_m,
        bare_sight_m,
        terrain.west_m,
        terrain.north_m,
        terrain.cell_m,
        world.flat_height_m,
        world.effective_radius_m,
    )


def site_of(
    unit: Unit[float],
    threat: Threat[float],
    world: World,
    *,
    place: Place[float] | None = None,
    raised_m: float = 0.0,
    range_factor: float = 1.0,
) -> Site:
    """A unit's sensors against a threat.

    Parameters
    ----------
    unit : Unit
    threat : Threat
        At its central radar cross-section: the spread from pass to pass is left to the raid.
    world : World
    place : Place, optional
        Whose weather and surface count; None: clear air over rough ground.
    raised_m : float [m]
        The antenna stands this much higher than stated.
    range_factor : float
        Ranges of the search sensor are this many times the stated ones.
    """
    system = unit.system
    east_m, north_m = world.frame.to_local(unit.at)
    site = Site(
        east_m=east_m,
        north_m=north_m,
        ground_m=world.ground_height_m(east_m, north_m),
        antenna_m=unit.mounted_m + system.antenna_height_m + raised_m,
        sees=0,
        range_m=1.0,
        range_ratio_rcs=1.0,
        instrumented_m=0.0,
        snr_ref=0.0,
        p_false_alarm=0.5,
        fluctuation=sensing.SWERLING_1,
        p_look=0.0,
        needs_sight=True,
        elevation_min_rad=0.0,
        elevation_max_rad=0.0,
        look_s=3600.0,
        confirm_m=1,
        confirm_n=1,
        control_m=0.0,
        control_min_rad=0.0,
        control_max_rad=0.0,
        facing_rad=unit.facing_rad or 0.0,
        sector_rad=sensing.ALL_AROUND,
        radial_min_mps=0.0,
        air=propagation.air_of(None, place),
        control_ref_m=1.0,
        control_sector_rad=sensing.ALL_AROUND,
        control_air=propagation.air_of(None, place),
    )
    if system.radar is not None:
        radar = system.radar
        fluctuation = _FLUCTUATION[radar.fluctuation]
        site = site._replace(
            sees=RADAR,
            range_m=radar.search_range_m * range_factor,
            range_ratio_rcs=threat.rcs_m2 / radar.ref_rcs_m2,
            instrumented_m=radar.instrumented_range_m * range_factor,
            snr_ref=sensing.snr_for(radar.pd_at_ref, radar.p_false_alarm, fluctuation),
            p_false_alarm=radar.p_false_alarm,
            fluctuation=fluctuation,
            elevation_min_rad=radar.elevation_min_rad,
            elevation_max_rad=radar.elevation_max_rad,
            look_s=radar.scan_period_s,
            confirm_m=radar.confirm_m,
            confirm_n=radar.confirm_n,
            sector_rad=sensing.sector_width(unit.facing_rad, radar.sector_rad),
            radial_min_mps=radar.radial_speed_min_mps or 0.0,
            air=propagation.air_of(radar.frequency_hz, place),
        )
    elif system.sensor is not None:
        sensor = system.sensor
        site = site._replace(
            sees=SENSOR,
            range_m=min(
                sensor.range_m * range_factor, propagation.visibility_of(place) if sensor.kind == "optics" else inf
            ),
            p_look=sensor.p_look.get(threat.threat_class, 0.0),
            needs_sight=sensor.needs_sight,
            elevation_min_rad=sensor.elevation_min_rad,
            elevation_max_rad=sensor.elevation_max_rad,
            look_s=sensor.look_period_s,
            confirm_m=sensor.confirm_m,
            confirm_n=sensor.confirm_n,
            sector_rad=sensing.sector_width(unit.facing_rad, sensor.sector_rad),
        )
    if system.fire_control is not None:
        control = system.fire_control
        site = site._replace(
            control_m=min(control.range_m, propagation.visibility_of(place))
            if control.ref_rcs_m2 == 0.0  # optics: the echo does not matter
            else sensing.scaled_range(control.range_m, threat.rcs_m2, control.ref_rcs_m2),
            control_ref_m=control.range_m,
            control_sector_rad=sensing.sector_width(unit.facing_rad, control.sector_rad),
            control_air=propagation.air_of(None if control.ref_rcs_m2 == 0.0 else control.frequency_hz, place),
            control_min_rad=control.elevation_min_rad,
            control_max_rad=control.elevation_max_rad,
        )
    return site


def networks(case: Case) -> tuple[int, ...]:
    """The number of each unit's network; a unit without one is a network of its own."""
    names = [unit.network or f"\0{unit.name}" for unit in case.units]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return tuple(numbers[name] for name in names)


def speed_and_decay(weapon: Missile[float] | Gun[float]) -> tuple[float, float]:
    """Speed of a round at its start [m/s], and its decay length [m] (0: constant speed)."""
    if isinstance(weapon, Gun):
        return weapon.projectile_speed_mps, 0.0
    decay_m = engagement.decay_length(weapon.speed_max_mps, weapon.speed_mean_mps, weapon.speed_mean_over_m)
    return (weapon.speed_max_mps if decay_m else weapon.speed_mean_mps), decay_m
