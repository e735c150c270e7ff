"""Well-known terrain products, told from a file: what their heights are of, and what they count from."""

import re
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path
from typing import Any, Final

import numpy as np

from crenel.core.records import HeightModel


@dataclass(frozen=True, slots=True)
class Product:
    """A published set of terrain files, and the datum that its publisher names."""

    name: str
    model: HeightModel
    datum: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One square degree of a tiled product, by its south-western corner."""

    lat_deg: int
    lon_deg: int

    def __str__(self) -> str:
        lat, lon = ("N", "S")[self.lat_deg < 0], ("E", "W")[self.lon_deg < 0]
        return f"{lat}{abs(self.lat_deg):02d} {lon}{abs(self.lon_deg):03d}"


_GLO30: Final = Product("Copernicus GLO-30", "surface", "EGM2008")
_GLO90: Final = Product("Copernicus GLO-90", "surface", "EGM2008")
_SRTM: Final = Product("SRTM", "surface", "EGM96")

_BY_NAME: Final = (
    (re.compile(r"Copernicus_DSM_(COG_)?10_|\bglo[-_]?30\b", re.IGNORECASE), _GLO30),
    (re.compile(r"Copernicus_DSM_(COG_)?30_|\bglo[-_]?90\b", re.IGNORECASE), _GLO90),
    (re.compile(r"FABDEM", re.IGNORECASE), Product("FABDEM", "ground", "EGM2008")),
    (re.compile(r"AW3D30|ALPSMLC30", re.IGNORECASE), Product("ALOS AW3D30", "surface", "EGM96")),
    (re.compile(r"NASADEM", re.IGNORECASE), Product("NASADEM", "surface", "EGM96")),
)
_SRTM_NAME: Final = re.compile(
    r"srtm|^[NS]\d{2}_?[EW]\d{3}(_[13]arc_v\d)?(\.SRTMGL[13])?(\.hgt|\.tif|$)", re.IGNORECASE
)
_TILE_NAME: Final = re.compile(r"([NS])(\d{2})(?:_00)?_?([EW])(\d{3})", re.IGNORECASE)

# Copernicus makes cells longer along a parallel towards the poles: (from this latitude, how many arc-seconds).
_GLO30_COLUMNS: Final = ((85.0, 10.0), (80.0, 5.0), (70.0, 3.0), (60.0, 2.0), (50.0, 1.5))


def recognised(name: str, dataset: Any) -> Product | None:
    """The product that a file is of, if it is a known one.

    Parameters
    ----------
    name : str
        Of the file.
    dataset : rasterio dataset

    Notes
    -----
    By its name where that is telling; a file of another name only where its grid is nobody else's: whole numbers every
    1 or 3 arc-seconds with SRTM in the name, or the uneven cells that Copernicus GLO-30 alone has north of 50 degrees.
    """
    for pattern, product in _BY_NAME:
        if pattern.search(name):
            return product
    if not dataset.crs.is_geographic:
        return None
    column_s, row_s = (3600.0 * step for step in (abs(dataset.transform.a), abs(dataset.transform.e)))
    kind = np.dtype(dataset.dtypes[0])
    even = [step for step in (1.0, 3.0) if abs(row_s - step) < 1e-3 and abs(column_s - step) < 1e-3]
    if kind == np.int16 and even and (dataset.driver == "SRTMHGT" or _SRTM_NAME.search(name)):
        return _SRTM
    if kind == np.float32 and abs(row_s - 1.0) < 1e-3:
        lat_deg = min(abs(dataset.bounds.bottom), abs(dataset.bounds.top))
        wanted_s = next((step for from_deg, step in _GLO30_COLUMNS if lat_deg >= from_deg - 0.01), None)
        if wanted_s is not None and abs(column_s - wanted_s) < 1e-3:
            return _GLO30
    return None


def tile_of(path: str) -> Tile | None:
    """The square degree that a tile's name tells; None for a name that tells none."""
    found = _TILE_NAME.search(Path(path).name)
    if found is None:
        return None
    lat_deg, lon_deg = int(found[2]), int(found[4])
    return Tile(-lat_deg if found[1] in "Ss" else lat_deg, -lon_deg if found[3] in "Ww" else lon_deg)


def missing_tiles(
    paths: tuple[str, ...], *, lats_deg: tuple[float, float], lons_deg: tuple[float, float]
) -> list[Tile]:
    """The square degrees between some latitudes and longitudes that no file is named after.

    Empty where not every file is named after one: nobody can tell then.
    """
    held = {tile_of(path) for path in paths}
    if None in held:
        return []
    wanted = (
        Tile(lat, (lon + 180) % 360 - 180)
        for lat in range(floor(lats_deg[0]), ceil(lats_deg[1]))
        for lon in range(floor(lons_deg[0]), ceil(lons_deg[1]))
    )
    return [tile for tile in wanted if tile not in held]
