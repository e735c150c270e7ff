"""The world of a scenario: its frame and its ground, free of doubt."""

from dataclasses import dataclass
from math import isnan, nan
from pathlib import Path
from typing import Any

from crenel.core.records import CrenelError, FlatTerrain, Scenario
from crenel.world.frame import EARTH_RADIUS_M, Frame
from crenel.world.terrain import Terrain


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Where everything stands.

    Without `terrain` the ground is flat at `flat_height_m`, which is NaN otherwise. `effective_radius_m` is k times
    the mean earth radius of 6,371 km. `notes` say what was done to the terrain file.
    """

    frame: Frame
    terrain: Terrain | None
    flat_height_m: float
    effective_radius_m: float
    notes: tuple[str, ...] = ()

    def ground_height_m(self, east_m: float, north_m: float) -> float:
        """Ground height at a local point, in the terrain's own datum; NaN outside the terrain."""
        if self.terrain is None:
            return self.flat_height_m
        return self.terrain.height_m(east_m, north_m)


def build(scenario: Scenario[Any]) -> World:
    """The world of a scenario.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    World

    Raises
    ------
    CrenelError
        The terrain file cannot serve (see `read_terrain`), or a unit stands outside it.
    """
    place = scenario.place
    frame = Frame(place.centre)
    effective_radius_m = place.earth_factor * EARTH_RADIUS_M
    if isinstance(place.terrain, FlatTerrain):
        height_m = place.terrain.height_m
        note = f"flat ground at {height_m:g} m, as the scenario says: no hill and no building hides anything"
        return World(frame, None, height_m, effective_radius_m, (note,))
    from crenel.world.raster import read_terrain  # flat worlds need no raster library

    terrain, notes = read_terrain(place.terrain, frame=frame, radius_m=place.radius_m)
    world = World(frame, terrain, nan, effective_radius_m, notes)
    _refuse_units_outside(scenario, world, Path(place.terrain.path).name)
    outside = [asset.name for asset in scenario.assets if isnan(world.ground_height_m(*frame.to_local(asset.at)))]
    if not outside:
        return world
    note = f"outside the terrain, where nothing is ever in sight: {', '.join(outside)}"
    return World(frame, terrain, nan, effective_radius_m, (*notes, note))


def _refuse_units_outside(scenario: Scenario[Any], world: World, name: str) -> None:
    for unit in scenario.units:
        east_m, north_m = world.frame.to_local(unit.at)
        if isnan(world.ground_height_m(east_m, north_m)):
            raise CrenelError(
                f"unit {unit.name} stands outside the terrain: {name} has no height {east_m / 1000.0:.1f} km east and "
                f"{north_m / 1000.0:.1f} km north of the place's centre. Move the unit, enlarge the place's radius, "
                "or give a raster that covers it."
            )
