"""How far, in each direction, a unit sees, detects and reaches one threat at one height.

Distances are along the ground. A point counts by the same rules as in a raid: slant range and elevation from the
antenna, the earth's curvature once, the terrain's minimum visible height where there is terrain.
"""

from dataclasses import dataclass
from math import pi, radians
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from crenel.core.records import Gun, Jammer, Missile, Radar, Sensor, Threat, Unit
from crenel.models.sensing import scaled_range
from crenel.world import Terrain, World, horizon_range_m

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

BEARINGS_RAD: Final = tuple(radians(2.0 * step) for step in range(180))
"""Every two degrees, clockwise from north."""

_FLAT_STEP_M = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """One unit in its place, asked about one threat at one height; `sight_m` is its (H, W) map over terrain."""

    world: World
    unit: Unit[float]
    threat: Threat[float]
    height_m: float
    east_m: float
    north_m: float
    sight_m: NDArray[np.float32] | None

    @property
    def antenna_m(self) -> float:
        """Antenna height above the ground that the unit stands on."""
        return self.unit.mounted_m + self.unit.system.antenna_height_m


def sight(reach: Reach) -> Floats:
    """Line of sight over flat ground: (180,) [m]."""
    range_m = horizon_range_m(reach.antenna_m, reach.height_m, reach.world.effective_radius_m)
    return np.full(len(BEARINGS_RAD), range_m)


def detection(reach: Reach, radar: Radar[float]) -> Floats:
    """Farthest range at which one look detects the threat with the probability that the radar's range is stated for.

    Over terrain it is the range where nothing hides the threat: what hills hide breaks into more pieces than a line
    can follow, and has a raster of its own.

    Returns
    -------
    (180,) float64 [m]
        By bearing; 0 where it never does.
    """
    range_max_m = min(
        scaled_range(radar.search_range_m, reach.threat.rcs_m2, radar.ref_rcs_m2), radar.instrumented_range_m
    )
    return _found(reach, range_max_m, elevations_rad=(radar.elevation_min_rad, radar.elevation_max_rad))


def look(reach: Reach, sensor: Sensor[float]) -> Floats:
    """Farthest range at which a look of a sensor that is no radar can find the threat, over terrain as for a radar.

    Returns
    -------
    (180,) float64 [m]
        By bearing; 0 where it never does, as against a class that it does not find.
    """
    if not sensor.p_look.get(reach.threat.threat_class, 0.0):
        return np.zeros(len(BEARINGS_RAD))
    return _found(
        reach,
        sensor.range_m,
        elevations_rad=(sensor.elevation_min_rad, sensor.elevation_max_rad),
        needs_sight=sensor.needs_sight,
    )


def jamming(reach: Reach, jammer: Jammer[float]) -> Floats:
    """Farthest range at which the jammer can throw the threat off, over terrain as for a radar.

    Returns
    -------
    (180,) float64 [m]
        By bearing; 0 where it never does, as against a class that it does not affect.
    """
    if not jammer.p_effect.get(reach.threat.threat_class, 0.0):
        return np.zeros(len(BEARINGS_RAD))
    return _found(reach, jammer.range_m)


def missile(reach: Reach, weapon: Missile[float]) -> Floats:
    """Farthest range of the missile's envelope at the threat's height and speed: (180,) [m], 0 where there is none."""
    if reach.height_m < weapon.height_min_m:
        return np.zeros(len(BEARINGS_RAD))
    return _envelope(reach, weapon)


def gun(reach: Reach, weapon: Gun[float]) -> Floats:
    """Farthest range of the guns' envelope at the threat's height and speed: (180,) [m], 0 where there is none."""
    return _envelope(reach, weapon)


def polygon(reach: Reach, ranges_m: Floats) -> tuple[tuple[float, float], ...]:
    """Ranges by bearing as (east, north) in whole metres; nothing if the unit reaches nowhere."""
    if not ranges_m.any():
        return ()
    east_m = np.rint(reach.east_m + ranges_m * np.sin(BEARINGS_RAD)).tolist()
    north_m = np.rint(reach.north_m + ranges_m * np.cos(BEARINGS_RAD)).tolist()
    return tuple(zip(east_m, north_m, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class _Points:
    """The threat at steps along each bearing: (180, N), or (1, N) where all bearings are alike."""

    range_m: Floats
    above_unit_m: Floats
    slant_m: Floats
    elevation_rad: Floats
    clear: Flags


def _found(
    reach: Reach,
    range_max_m: float,
    *,
    elevations_rad: tuple[float, float] = (-pi, pi),
    needs_sight: bool = True,
) -> Floats:
    if reach.sight_m is not None:
        return np.full(len(BEARINGS_RAD), range_max_m)
    points = _along_bearings(reach, range_max_m)
    found = (
        (points.slant_m <= range_max_m)
        & (points.elevation_rad >= elevations_rad[0])
        & (points.elevation_rad <= elevations_rad[1])
    )
    return _farthest(points, found & points.clear if needs_sight else found)


def _envelope(reach: Reach, weapon: Missile[float] | Gun[float]) -> Floats:
    if reach.threat.speed_mps > weapon.target_speed_max_mps:
        return np.zeros(len(BEARINGS_RAD))
    points = _along_bearings(reach, weapon.range_max_m)
    within = (
        (points.slant_m <= weapon.range_max_m)
        & (points.slant_m >= weapon.range_min_m)
        & (points.above_unit_m <= weapon.height_max_m)
    )
    return _farthest(points, within)


def _farthest(points: _Points, where: Flags) -> Floats:
    farthest_m: Floats = np.where(where, points.range_m, 0.0).max(axis=1)
    return np.broadcast_to(farthest_m, (len(BEARINGS_RAD),)).copy()


def _along_bearings(reach: Reach, range_max_m: float) -> _Points:
    terrain = reach.world.terrain
    step_m = _FLAT_STEP_M if terrain is None else 0.5 * terrain.cell_m
    range_m = np.append(np.arange(0.0, range_max_m, step_m), range_max_m)
    if terrain is None or reach.sight_m is None:
        above_ground_m = np.full((1, range_m.size), reach.height_m)
        clear = (range_m <= sight(reach)[0])[np.newaxis, :]
    else:
        east_m = reach.east_m + np.outer(np.sin(BEARINGS_RAD), range_m)
        north_m = reach.north_m + np.outer(np.cos(BEARINGS_RAD), range_m)
        ground_m = _under(terrain, terrain.ground_m, east_m, north_m)
        needed_m = _under(terrain, reach.sight_m, east_m, north_m)
        own_m = terrain.height_m(reach.east_m, reach.north_m)
        above_ground_m = np.where(np.isnan(ground_m), 0.0, ground_m - own_m) + reach.height_m
        clear = reach.height_m >= needed_m  # never where `needed_m` is NaN: outside the terrain
    up_m = above_ground_m - reach.antenna_m
    drop_m = range_m * range_m / (2.0 * reach.world.effective_radius_m)
    return _Points(
        range_m=range_m,
        above_unit_m=above_ground_m,
        slant_m=np.hypot(range_m, up_m),
        elevation_rad=np.arctan2(up_m - drop_m, range_m),
        clear=clear,
    )


def _under(terrain: Terrain, raster: NDArray[np.float32], east_m: Floats, north_m: Floats) -> Floats:
    """A raster's values under points; NaN outside the terrain."""
    columns = np.floor((east_m - terrain.west_m) / terrain.cell_m).astype(np.int64)
    rows = np.floor((terrain.north_m - north_m) / terrain.cell_m).astype(np.int64)
    n_rows, n_columns = raster.shape
    inside = (rows >= 0) & (rows < n_rows) & (columns >= 0) & (columns < n_columns)
    return np.where(inside, raster[np.where(inside, rows, 0), np.where(inside, columns, 0)], np.nan)
