"""The records that say what a place's ground and air are and where its files are; `core.records` offers them too."""

from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias

from crenel.core.bracket import F

HeightModel: TypeAlias = Literal["surface", "ground", "unknown"]
Surface: TypeAlias = Literal["rough", "flat", "sea"]


@dataclass(frozen=True, slots=True)
class FlatTerrain:
    """Flat ground at a stated height: a choice, which every report repeats."""

    height_m: float


@dataclass(frozen=True, slots=True)
class RasterTerrain:
    """Raster files of heights that rasterio reads; where they overlap the first that has a height counts.

    `model` says what they are heights of: the surface (roofs and treetops) or the bare ground. `ground` are files of
    the bare ground below a surface: where heights above ground count from. `voids` says what to do with cells that have
    no height, `missing_tiles` whether the sea is where no file lies. `cells_m` is the side of the squares that heights
    are taken on; None: as fine as the files, or finer for buildings.
    """

    paths: tuple[str, ...]
    datum: str = "as the file"
    voids: Literal["refuse", "fill"] = "refuse"
    attribution: str = ""
    licence: str = ""
    model: HeightModel = "unknown"
    ground: tuple[str, ...] = ()
    missing_tiles: Literal["void", "sea"] = "void"
    cells_m: float | None = None


@dataclass(frozen=True, slots=True)
class LandFiles:
    """Files of water, roads and green, for pictures only."""

    paths: tuple[str, ...]
    attribution: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Weather(Generic[F]):
    """What weakens sensors over the whole place: rain below `rain_top_m` above the ground, and how far one can see.

    `rain_mps` is the rate of rain on the ground, `visibility_m` the distance beyond which optics find nothing; None:
    nothing is said of it, and it is clear.
    """

    rain_mps: F | None = None
    rain_top_m: F | None = None
    visibility_m: F | None = None
