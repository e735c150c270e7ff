"""The world of a scenario: its frame, its ground and what stands on it, free of doubt."""

import threading
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import isnan, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from crenel.core.records import (
    Bracket,
    BuildingFiles,
    CrenelError,
    FlatTerrain,
    GeoPoint,
    HeightModel,
    Place,
    RasterTerrain,
    Scenario,
    Span,
)
from crenel.world.frame import EARTH_RADIUS_M, Frame
from crenel.world.roofs import Stand, no_parapet
from crenel.world.sight import minimum_visible_height
from crenel.world.terrain import Raster, Terrain

if TYPE_CHECKING:
    from crenel.world.buildings import Buildings
    from crenel.world.land import Land

_KEPT_BYTES = 1_000_000_000  # sight maps that a world keeps; more are worked out anew each time


@dataclass(slots=True)
class _Maps:
    """Sight maps by antenna: the blocks of a run and its picture ask for the same ones."""

    held: dict[tuple[float, float, float], Raster] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Where everything stands.

    Without `terrain` the ground is flat at `flat_height_m`, which is NaN otherwise. `effective_radius_m` is k times
    the mean earth radius of 6,371 km. `notes` say what was done to the files. `model` says what the heights are of;
    `buildings` may be read without hiding anything themselves, where a surface model holds them already.
    """

    frame: Frame
    terrain: Terrain | None
    flat_height_m: float
    effective_radius_m: float
    notes: tuple[str, ...] = ()
    model: HeightModel = "ground"
    buildings: "Buildings | None" = None
    land: "Land | None" = None
    _maps: _Maps = field(init=False, repr=False, default_factory=_Maps)

    def ground_height_m(self, east_m: float, north_m: float) -> float:
        """Ground height at a local point, in the terrain's own datum; NaN outside the terrain."""
        if self.terrain is None:
            return self.flat_height_m
        return self.terrain.height_m(east_m, north_m)

    def minimum_visible_height(self, *, east_m: float, north_m: float, antenna_height_m: float) -> Raster:
        """The map of an antenna over this world's terrain (see `sight.minimum_visible_height`), kept once worked out.

        Raises
        ------
        CrenelError
            The antenna stands where there is no terrain, or there is none at all.
        """
        terrain = self.terrain
        if terrain is None:
            raise CrenelError("flat ground has no map of sight. The horizon alone hides.")
        with self._maps.lock:
            key = (east_m, north_m, antenna_height_m)
            found = self._maps.held.get(key)
            if found is None:
                found = minimum_visible_height(
                    terrain,
                    east_m=east_m,
                    north_m=north_m,
                    antenna_height_m=antenna_height_m,
                    effective_radius_m=self.effective_radius_m,
                )
                found.flags.writeable = False
                if (len(self._maps.held) + 1) * found.nbytes <= _KEPT_BYTES:
                    self._maps.held[key] = found
            return found

    def told(self) -> dict[str, Any]:
        """What a report says of the place beside its notes, as plain data."""
        told = None if self.buildings is None else self.buildings.told
        return {
            "model": self.model,
            "zero": "surface" if self.model == "surface" and not self._has_ground_below() else "ground",
            "datum": "" if self.terrain is None else self.terrain.datum,
            "buildings": None
            if told is None
            else {
                "n": told.n,
                "with_height": told.n_tagged,
                "from_floors": told.n_from_floors,
                "assumed": told.n_assumed,
                "sentence": told.sentence,
                "hide": self.model != "surface",
            },
        }

    def _has_ground_below(self) -> bool:
        return self.model == "surface" and self.terrain is not None and self.terrain.surface_m is not None


class _Unit(NamedTuple):
    """What of a unit the world depends on."""

    name: str
    at: GeoPoint
    mounted_m: float
    antenna_height_m: float
    parapet_m: float


class _Asset(NamedTuple):
    name: str
    at: GeoPoint


def build(scenario: Scenario[Any]) -> World:
    """The world of a scenario.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    World
        The one built last, if nothing that it depends on has changed: neither the place, its files, nor who stands
        where.

    Raises
    ------
    CrenelError
        The files cannot serve (see `read_heights`, `read_buildings`), a unit stands outside the terrain, or inside what
        the surface model has in its place.
    """
    units = tuple(
        _Unit(unit.name, unit.at, _value(unit.mounted_m), _value(unit.system.antenna_height_m), unit.parapet_m)
        for unit in scenario.units
    )
    for unit in units:
        if isnan(unit.mounted_m):
            raise CrenelError(
                f"unit {unit.name}: the roof that it stands on is not known yet. Load it with crenel.load."
            )
    assets = tuple(_Asset(asset.name, asset.at) for asset in scenario.assets)
    return _built(scenario.place, units, assets, _stamps(scenario.place))


def buildings_of(place: Place[Any]) -> "Buildings | None":
    """The buildings of a place; None if it has no file of them."""
    return None if place.buildings is None else _buildings(place, _stamps(place))


# A run builds its world several times (to check it, to play, to draw), and reading a city takes seconds: the last one
# is kept, for as long as its files are the same.
@lru_cache(maxsize=1)
def _built(place: Place[Any], units: tuple[_Unit, ...], assets: tuple[_Asset, ...], stamps: tuple[Any, ...]) -> World:
    frame = Frame(place.centre)
    effective_radius_m = place.earth_factor * EARTH_RADIUS_M
    land, notes = _land(place, frame)
    if isinstance(place.terrain, FlatTerrain) and place.buildings is None:
        height_m = place.terrain.height_m
        note = f"flat ground at {height_m:g} m, as the scenario says: no hill and no building hides anything"
        bare_edges = [no_parapet(unit.name, unit.parapet_m) for unit in units if unit.parapet_m > 0.0]
        return World(frame, None, height_m, effective_radius_m, (note, *notes, *bare_edges), land=land)
    from crenel.world.surface import bare, raised  # flat worlds need no raster library

    found = bare(place, frame)
    buildings = _buildings(place, stamps) if place.buildings is not None else None
    if buildings is not None:
        notes = [buildings.told.sentence, *buildings.told.notes, *notes]
    if buildings is not None and found.burns:
        buildings, lowered = _under_units(buildings, units, frame)
        notes += lowered
    elif buildings is not None:
        notes.append(
            "the surface model holds the buildings already, as its cells show them: their file hides nothing more, and "
            "serves pictures and the roofs that units stand on (`model: ground` sets them on top all the same)"
        )
    stands = [
        Stand(unit.name, *frame.to_local(unit.at), unit.mounted_m, unit.antenna_height_m, unit.parapet_m)
        for unit in units
    ]
    terrain, raising = raised(found, buildings, stands)
    world = World(
        frame,
        terrain,
        nan,
        effective_radius_m,
        (*found.notes, *notes, *raising, *_outside(assets, terrain, frame)),
        model=found.model,
        buildings=buildings,
        land=land,
    )
    _refuse_units(units, world, place, burnt=found.burns)
    return replace(world, notes=(*world.notes, *_counted_twice(units, world)))


@lru_cache(maxsize=1)
def _buildings(place: Place[Any], _stamps: tuple[Any, ...]) -> "Buildings":
    from crenel.world.buildings import read_buildings

    files: BuildingFiles[Any] | None = place.buildings
    assert files is not None
    return read_buildings(
        files,
        missing_m=_span(files.height_missing_m),
        floor_m=_span(files.floor_m),
        central_m=(_value(files.height_missing_m), _value(files.floor_m)),
        frame=Frame(place.centre),
        radius_m=place.radius_m,
    )


def _land(place: Place[Any], frame: Frame) -> tuple["Land | None", list[str]]:
    if place.land is None:
        return None, []
    from crenel.world.land import read_land

    land = read_land(place.land, frame=frame, radius_m=place.radius_m)
    return land, list(land.notes)


def _stamps(place: Place[Any]) -> tuple[Any, ...]:
    """Size and time of every file of a place: another stamp, another file."""
    paths: list[str] = []
    if isinstance(place.terrain, RasterTerrain):
        paths += [*place.terrain.paths, *place.terrain.ground]
    for files in (place.buildings, place.land):
        paths += [] if files is None else files.paths
    return tuple(_stamp(path) for path in paths)


def _stamp(path: str) -> tuple[str, int, int]:
    try:
        stat = Path(path).stat()
    except OSError:
        return path, 0, 0  # whoever opens it says what is wrong
    return path, stat.st_mtime_ns, stat.st_size


def _under_units(buildings: "Buildings", units: tuple[_Unit, ...], frame: Frame) -> tuple["Buildings", list[str]]:
    """No building is higher than what the unit stands on that stands there: the scenario's word on it counts."""
    notes: list[str] = []
    for unit in units:
        for k in buildings.under(*frame.to_local(unit.at)):
            height_m = float(buildings.heights_m[k])
            if height_m <= unit.mounted_m + 0.05:
                continue
            name = f" ({buildings.names[k]})" if buildings.names[k] else ""
            told = f"the files have a building of {height_m:.3g} m there{name}"
            if unit.mounted_m > 0.0:
                notes.append(f"{unit.name} stands {unit.mounted_m:.3g} m up, and {told}: taken as no higher")
            else:
                remedy = "if it stands on the roof, write `mounted: building`"
                notes.append(f"{unit.name} stands on the ground, and {told}: taken as not there ({remedy})")
            buildings = buildings.with_height(int(k), unit.mounted_m)
    return buildings, notes


def _counted_twice(units: tuple[_Unit, ...], world: World) -> list[str]:
    """That what units stand on may be in the heights below them already."""
    if world.told()["zero"] != "surface":
        return []
    up = [f"{unit.name} by {unit.mounted_m:.3g} m" for unit in units if unit.mounted_m > 0.0]
    if not up:
        return []
    return [
        f"raised above the surface model: {', '.join(up)}. Where its cells hold the roof already, that height counts "
        "twice: then write `mounted: ground`, or give the bare ground beside the surface (`ground:`)"
    ]


def _outside(assets: tuple[_Asset, ...], terrain: Terrain, frame: Frame) -> list[str]:
    outside = [asset.name for asset in assets if isnan(terrain.height_m(*frame.to_local(asset.at)))]
    return [f"outside the terrain, where nothing is ever in sight: {', '.join(outside)}"] if outside else []


def _refuse_units(units: tuple[_Unit, ...], world: World, place: Place[Any], *, burnt: bool) -> None:
    """Refuse units outside the terrain, and antennas inside what a surface model has in their place."""
    terrain = world.terrain
    assert terrain is not None
    name = Path(place.terrain.paths[0]).name if isinstance(place.terrain, RasterTerrain) else "the flat ground"
    for unit in units:
        east_m, north_m = world.frame.to_local(unit.at)
        if isnan(terrain.height_m(east_m, north_m)):
            raise CrenelError(
                f"unit {unit.name} stands outside the terrain: {name} has no height {east_m / 1000.0:.1f} km east and "
                f"{north_m / 1000.0:.1f} km north of the place's centre. Move the unit, enlarge the place's radius, "
                "or give a raster that covers it."
            )
        over_m = terrain.cover_m(east_m, north_m)
        antenna_m = unit.mounted_m + unit.antenna_height_m
        if not burnt and over_m > antenna_m:
            raise CrenelError(
                f"unit {unit.name}: its antenna, {antenna_m:.3g} m above the ground, would be inside what the surface "
                f"model has there: {over_m:.3g} m of roof or trees. Move the unit, or say that it stands on top: "
                f"mounted: {{roof: {over_m:.0f} m}}."
            )


def _value(figure: Bracket | float) -> float:
    """A figure as it is taken: of a scenario, or of a resolved case."""
    return figure.value if isinstance(figure, Bracket) else figure


def _span(figure: Bracket | float) -> Span:
    return Span(figure.low, figure.high) if isinstance(figure, Bracket) else Span(figure, figure)
