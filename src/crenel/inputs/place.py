"""Where the files of a place are, and what is assumed about its buildings, as a scenario says it."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from crenel.core.records import (
    Bracket,
    BuildingFiles,
    FlatTerrain,
    LandFiles,
    Place,
    RasterTerrain,
    Span,
)
from crenel.inputs.errors import did_you_mean, quoted
from crenel.inputs.nodes import Node
from crenel.inputs.place_part import BuildingsPart, LandPart, PlacePart, TerrainPart

_SHIPPED: Final = Path(__file__).parent / "data" / "terrain"
_CREDITS: Final = {"cumberland.tif": ("U.S. Geological Survey, as sampled in matplotlib", "public domain")}
_PREFIX: Final = "package:"
_RASTERS: Final = (".tif", ".tiff", ".hgt", ".img", ".asc", ".dem", ".dt0", ".dt1", ".dt2")

_MISSING_M: Final = Span(6.0, 15.0)
_FLOOR_M: Final = Span(3.0, 3.5)

_FLAT: Final = 'for flat ground write "flat 150 m"'
_NONE: Final = 'for none write "none"'


def place_of(part: PlacePart, *, folder: Path, node: Node) -> Place[Bracket]:
    """The place of a scenario.

    Parameters
    ----------
    part : PlacePart
    folder : Path
        Of the scenario file: relative paths begin here.
    node : Node
        Of the place.

    Raises
    ------
    InputError
        A file that it names is not there, or is none.
    """
    return Place(
        centre=part.centre,
        radius_m=part.radius,
        terrain=_terrain(part.terrain, folder, node),
        earth_factor=part.earth_factor,
        buildings=None if part.buildings is None else _buildings(part.buildings, folder, node),
        land=None if part.land is None else _land(part.land, folder, node),
        weather=None if part.weather is None else part.weather.record(),
        surface=part.surface,
    )


def _terrain(part: TerrainPart, folder: Path, node: Node) -> FlatTerrain | RasterTerrain:
    if part.file is None:
        return FlatTerrain(height_m=part.flat or 0.0)
    paths = _found(part.file, folder, node.reach(("terrain", "file")), what="terrain", remedy=_FLAT)
    ground = _found(part.ground or (), folder, node.reach(("terrain", "ground")), what="terrain", remedy=_FLAT)
    credit = _CREDITS.get(Path(paths[0]).name, ("", "")) if part.file[0].startswith(_PREFIX) else ("", "")
    return RasterTerrain(
        paths=paths,
        datum=part.datum,
        voids=part.voids,
        attribution=part.attribution or credit[0],
        licence=part.licence or credit[1],
        model=part.model,
        ground=ground,
        missing_tiles=part.missing_tiles,
        cells_m=part.cells,
    )


def _buildings(part: BuildingsPart, folder: Path, node: Node) -> BuildingFiles[Bracket]:
    missing_m, floor_m = part.missing or _MISSING_M, part.floor or _FLOOR_M
    return BuildingFiles(
        paths=_found(part.file, folder, node.reach(("buildings", "file")), what="buildings", remedy=_NONE),
        height_missing_m=Bracket(
            # Most buildings are low, and the few tall ones stretch the range: the middle would be too high.
            value=missing_m.low + (missing_m.high - missing_m.low) / 3.0,
            low=missing_m.low,
            high=missing_m.high,
            figure="buildings.height_missing",
            unit="m",
            grade="assumption",
            note="neither height nor floors are in the file: two to four storeys, and most buildings are low"
            if part.missing is None
            else "neither height nor floors are in the file: as the scenario states it",
        ),
        floor_m=Bracket(
            value=0.5 * (floor_m.low + floor_m.high),
            low=floor_m.low,
            high=floor_m.high,
            figure="buildings.floor",
            unit="m",
            grade="assumption",
            note="only floors are in the file" + ("" if part.floor is None else ": as the scenario states it"),
        ),
        attribution=part.attribution,
        licence=part.licence,
    )


def _land(part: LandPart, folder: Path, node: Node) -> LandFiles:
    return LandFiles(
        paths=_found(part.file, folder, node.reach(("land", "file")), what="land", remedy=_NONE),
        attribution=part.attribution,
        licence=part.licence,
    )


def _found(names: Sequence[str], folder: Path, node: Node, *, what: str, remedy: str) -> tuple[str, ...]:
    """The paths behind some names; a folder of rasters stands for all of them, by name."""
    paths: list[Path] = []
    for number, name in enumerate(names):
        where = node.reach((number,)) if isinstance(node.value, list) else node
        if what == "terrain" and name.startswith(_PREFIX):
            paths.append(_shipped(name, where))
        else:
            paths += _beside(name, folder, where, what=what, remedy=remedy)
    return tuple(str(path) for path in dict.fromkeys(paths))


def _shipped(name: str, node: Node) -> Path:
    wanted = name.removeprefix(_PREFIX).strip()
    known = {path.name: path for path in sorted(_SHIPPED.glob("*.tif"))}
    # A look-up, never a join: the text could climb out of the folder.
    if wanted not in known:
        remedy = did_you_mean(wanted, known)
        raise node.error(f"no terrain called {quoted(wanted)} ships with crenel", remedy)
    return known[wanted]


def _beside(name: str, folder: Path, node: Node, *, what: str, remedy: str) -> list[Path]:
    shown = quoted(name)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", name) or name.startswith("/vsi"):
        raise node.error(f"the {what} {shown} is not a file on this computer", "Download it, and give its path.")
    path = folder / Path(name).expanduser()
    try:
        if path.is_file():
            return [path.resolve()]
        rasters = sorted(file.resolve() for file in path.iterdir() if file.suffix.lower() in _RASTERS)
        is_folder = True
    except (OSError, ValueError):
        rasters, is_folder = [], False
    if is_folder and what == "terrain" and rasters:
        return rasters
    if is_folder:
        holds = " that holds no raster" if what == "terrain" else ""
        raise node.error(f"the {what} {shown} is a folder{holds}", "Name the file inside it.")
    raise node.error(
        f"there is no {what} file {shown}",
        f"Paths begin at the folder of this scenario ({folder.name or 'here'}); {remedy}.",
    )
