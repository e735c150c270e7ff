"""The file format of a place: where it is, its ground, its buildings, and what its maps show for context."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, model_validator

from crenel.core.records import HeightModel, Surface
from crenel.inputs.errors import TextError
from crenel.inputs.fields import (
    BuildingHeights,
    CellSide,
    EarthFactor,
    Extent,
    Files,
    FloorHeights,
    GroundHeight,
    Name,
    Note,
    Point,
    ground_height,
)
from crenel.inputs.parts import Part, one_of
from crenel.inputs.weather_part import WeatherPart, read_weather


class TerrainPart(Part):
    """The ground: flat at a stated height, or raster files."""

    flat: GroundHeight | None = None
    """Height of flat ground above the datum. A choice: the report repeats what it hides."""
    file: Files | None = None
    """A raster of heights that GDAL reads (GeoTIFF, HGT, ...), with its path beside this file; or a list of them, or a
    folder of them. Where they overlap the first counts. `package:NAME.tif` is one that ships with crenel."""
    model: Annotated[HeightModel, *one_of("surface", "ground", "unknown")] = "unknown"
    """What the heights are of: `surface` (roofs and treetops, as in Copernicus GLO-30 and SRTM), or bare `ground`."""
    ground: Files | None = None
    """Beside a surface model: the bare ground below it. Heights above ground count from there."""
    datum: Name = "as the file"
    """What the raster's heights are counted from, such as EGM96."""
    voids: Annotated[Literal["refuse", "fill"], *one_of("refuse", "fill")] = "refuse"
    """What to do with cells without a height: `refuse` stops, `fill` fills them from their neighbours and says so."""
    missing_tiles: Annotated[Literal["void", "sea"], *one_of("void", "sea")] = "void"
    """What is where no file lies: cells without a height, or the `sea` (height 0), for which no tiles are published."""
    cells: CellSide | None = None
    """Side of the squares that heights are taken on. As fine as the finest file, or finer for buildings, unless said.
    Coarser: the mean of all pixels in each, read window by window, so that files larger than memory serve."""
    attribution: Note = ""
    """The credit line that the raster's licence asks for."""
    licence: Note = ""
    """The raster's licence. Without one the answer is marked: not for publishing."""

    @model_validator(mode="after")
    def _is_one(self) -> "TerrainPart":
        if (self.flat is None) == (self.file is None):
            raise TextError("wants either a file or a flat height", example="flat 150 m")
        if self.flat is not None and self.cells is not None:
            raise TextError("has cells, which only a file of heights can have", example="flat 150 m")
        if self.ground is not None and self.model != "surface":
            raise TextError(
                "has a ground file, but does not say that the other is a surface model",
                remedy='Add "model: surface", or leave "ground" out.',
            )
        return self


class BuildingsPart(Part):
    """Footprints of buildings, with heights where they are known."""

    file: Files
    """A file of footprints, with its path beside this file: GeoJSON, GeoPackage, Shapefile, FlatGeobuf, GeoParquet,
    OpenStreetMap (.osm, .osm.pbf) or CityJSON; or a list of them."""
    missing: BuildingHeights | None = None
    """Heights that buildings have of which neither height nor floors are known: 6 to 15 m unless said; most are low, so
    a third of the way up is taken."""
    floor: FloorHeights | None = None
    """Height of one floor, where only floors are known: 3 to 3.5 m unless said; the middle is taken."""
    attribution: Note = ""
    """The credit line that the file's licence asks for."""
    licence: Note = ""
    """The file's licence. Without one the answer is marked: not for publishing."""


class LandPart(Part):
    """Water, roads and green, drawn faintly in maps; nothing else depends on them."""

    file: Files
    """A vector file whose features have a `kind`: water, road or green; with its path beside this file. Or a list."""
    attribution: Note = ""
    """The credit line that the file's licence asks for."""
    licence: Note = ""
    """The file's licence. Without one the answer is marked: not for publishing."""


def _terrain(written: object) -> object:
    if isinstance(written, list):
        return {"file": written}
    if not isinstance(written, str):
        return written
    first, _, rest = written.strip().partition(" ")
    if first.casefold() != "flat":
        return {"file": written}
    if not rest.strip():
        raise TextError("says flat, but not how high", example="flat 150 m")
    try:
        ground_height(rest)
    except TextError as error:
        # The short form has no key of its own that the remedy could name.
        raise TextError(error.what, example="flat 150 m") from None
    return {"flat": rest}


def _files(written: object) -> object:
    """`none`, a path, a list of paths, or keys."""
    if isinstance(written, str) and written.strip().casefold() == "none":
        return None
    return {"file": written} if isinstance(written, str | list) else written


class PlacePart(Part):
    """Where it happens, and what the ground is like."""

    centre: Point
    """The middle of the place, latitude first; the map is drawn around it."""
    radius: Extent
    """How far the place reaches. Units and assets stand inside; threats may begin outside."""
    terrain: Annotated[TerrainPart, BeforeValidator(_terrain)]
    """`flat 150 m`, the path of a raster of heights, or keys that say more about the raster."""
    buildings: Annotated[BuildingsPart | None, BeforeValidator(_files)] = None
    """`none`: no building hides anything; the path of a file of footprints; or keys that say more about it."""
    land: Annotated[LandPart | None, BeforeValidator(_files)] = None
    """Context for maps, or `none`: the path of a file of water, roads and green, or keys that say more about it."""
    earth_factor: EarthFactor = 4.0 / 3.0
    """k of the effective earth radius, which stands for refraction: 4/3 is the standard atmosphere."""
    weather: Annotated[WeatherPart | None, BeforeValidator(read_weather)] = None
    """What weakens sensors: `{rain: 5 mm/h, visibility: 4 km}`, or `clear`, as it is when left out."""
    surface: Annotated[Surface, *one_of("rough", "flat", "sea")] = "rough"
    """What radar waves meet below: `rough` ground sends nothing back (unless said); `flat` ground and `sea` mirror, so
    that the echo of what flies low comes and goes with distance and height."""
