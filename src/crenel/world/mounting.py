"""Units on roofs: the building that a unit stands on, and how high its roof is."""

from dataclasses import replace
from math import degrees, isnan
from typing import TYPE_CHECKING, Final

from crenel.core.records import Bracket, CrenelError, Grade, Scenario, Unit
from crenel.world.build import buildings_of
from crenel.world.frame import Frame
from crenel.world.tags import ASSUMED, FROM_FLOORS, TAGGED

if TYPE_CHECKING:
    from crenel.world.buildings import Buildings

_ROOF: Final = "say how high the roof is: mounted: {roof: 40 m}"
_GRADES: Final[dict[int, Grade]] = {TAGGED: "secondary", FROM_FLOORS: "estimate", ASSUMED: "assumption"}


def mounted(scenario: Scenario[Bracket]) -> Scenario[Bracket]:
    """The scenario with the roof heights of the buildings that its units stand on.

    Parameters
    ----------
    scenario : Scenario[Bracket]

    Returns
    -------
    Scenario[Bracket]
        The same one if no unit stands on a building of the place's files.

    Raises
    ------
    CrenelError
        There is no such building where a unit stands, or the buildings cannot be read.
    """
    if all(unit.on_building is None or not isnan(unit.mounted_m.value) for unit in scenario.units):
        return scenario
    frame = Frame(scenario.place.centre)
    buildings = buildings_of(scenario.place)
    if buildings is None:
        raise CrenelError("a unit stands on a building, and the place has none. Give the place a file of buildings.")
    units = tuple(
        unit if unit.on_building is None else _on(unit, buildings, frame, scenario) for unit in scenario.units
    )
    return replace(scenario, units=units)


def _on(unit: Unit[Bracket], buildings: "Buildings", frame: Frame, scenario: Scenario[Bracket]) -> Unit[Bracket]:
    east_m, north_m = frame.to_local(unit.at)
    index = _building(unit, buildings, frame, east_m, north_m)
    name = buildings.names[index] or "the building under it"
    files = scenario.place.buildings
    assert files is not None
    roof_m, known = float(buildings.heights_m[index]), int(buildings.known[index])
    if known == TAGGED:
        low, high, how = roof_m, roof_m, "its height as the file states it"
    elif known == FROM_FLOORS:
        n = float(buildings.floors[index])
        low, high = n * files.floor_m.low, n * files.floor_m.high
        how = f"{n:g} floors of {files.floor_m.low:g} to {files.floor_m.high:g} m, as the file states them"
    else:
        low, high = files.height_missing_m.low, files.height_missing_m.high
        how = "the file states neither height nor floors"
    figure = f"unit:{unit.name}.mounted"
    note = f"roof of {name}: {how}" + (f"; {unit.mounted_m.note}" if unit.mounted_m.note else "")
    return replace(unit, mounted_m=Bracket(roof_m, low, high, figure=figure, unit="m", grade=_GRADES[known], note=note))


def _building(unit: Unit[Bracket], buildings: "Buildings", frame: Frame, east_m: float, north_m: float) -> int:
    """The building under a unit: any, or the one of the name that the scenario gives, if it is near enough."""
    wanted = unit.on_building or ""
    under = [int(k) for k in buildings.under(east_m, north_m)]
    if not wanted and under:
        return under[0]
    named = [k for k in under if buildings.names[k].casefold() == wanted.casefold()]
    if named:
        return named[0]
    found = buildings.nearest(east_m, north_m, wanted)
    if found is None and wanted:
        other = buildings.nearest(east_m, north_m)
        beside = f" The nearest building is {_described(buildings, frame, *other)}." if other else ""
        raise CrenelError(
            f"unit {unit.name}: there is no building called {wanted!r} in the place's files.{beside} Write its name as "
            f"the file does, or {_ROOF}."
        )
    if found is None:
        raise CrenelError(f"unit {unit.name}: there is no building in the place's files at all. Instead {_ROOF}.")
    index, distance_m = found
    if wanted and distance_m <= unit.evidence.position_error_m:
        return index
    raise CrenelError(
        f"unit {unit.name}: there is no building under it. The nearest{' of that name' if wanted else ''} is "
        f"{_described(buildings, frame, index, distance_m)}. Move the unit there, or {_ROOF}."
    )


def _described(buildings: "Buildings", frame: Frame, index: int, distance_m: float) -> str:
    """A building by name, distance, and a point on it."""
    point = buildings.shapes[index].representative_point()
    at = frame.to_geo(float(point.x), float(point.y))
    name = f'"{buildings.names[index]}", ' if buildings.names[index] else ""
    return f"{name}{distance_m:,.0f} m away, at {degrees(at.lat_rad):.5f}, {degrees(at.lon_rad):.5f}"
