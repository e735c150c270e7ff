"""The records that say what a place's ground is and where its files are; `core.records` offers them with the rest."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

HeightModel: TypeAlias = Literal["surface", "ground", "unknown"]


@dataclass(frozen=True, slots=True)
class FlatTerrain:
    """Flat ground at a stated height: a choice, which every report repeats."""

    height_m: float


@dataclass(frozen=True, slots=True)
class RasterTerrain:
    """Raster files of heights that rasterio reads; where they overlap the first that has a height counts.

    `model` says what they are heights of: the surface (roofs and treetops) or the bare ground. `ground` are files of
    the bare ground below a surface: where heights above ground count from. `voids` says what to do with cells that have
    no height, `missing_tiles` whether the sea is where no file lies.
    """

    paths: tuple[str, ...]
    datum: str = "as the file"
    voids: Literal["refuse", "fill"] = "refuse"
    attribution: str = ""
    licence: str = ""
    model: HeightModel = "unknown"
    ground: tuple[str, ...] = ()
    missing_tiles: Literal["void", "sea"] = "void"


@dataclass(frozen=True, slots=True)
class LandFiles:
    """Files of water, roads and green, for pictures only."""

    paths: tuple[str, ...]
    attribution: str = ""
    licence: str = ""
