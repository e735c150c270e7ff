"""One raster file of heights, in any reference system: whether it can serve, and the pixels that a place needs."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import ceil, degrees, floor, hypot
from pathlib import Path
from typing import Any, Final

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from rasterio.enums import ColorInterp
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window

from crenel.core.records import CrenelError
from crenel.world.frame import Frame
from crenel.world.products import Product, recognised
from crenel.world.terrain import Raster

MAX_CELLS: Final = 8192 * 8192
"""More than this is refused rather than coarsened."""

FORMATS: Final = (
    *("GTiff", "SRTMHGT", "HFA", "DTED", "USGSDEM", "AAIGrid", "GRASSASCIIGrid", "EHdr", "ENVI", "AIG", "SAGA", "XYZ"),
    *("GSAG", "GSBG", "GS7BG", "netCDF", "HDF5", "BAG", "GRIB", "JP2OpenJPEG", "GPKG", "RST", "PCRaster", "BT", "SDTS"),
    *("SIGDEM", "GXF", "ISG", "LCP", "NITF", "PNG", "JPEG"),
)
"""The formats that GDAL may take a file for, whatever its name: others name further files, or reach out."""

_LOWEST_M, _HIGHEST_M = -12_000.0, 9_000.0  # no ground lies beyond: what does is a void that nobody declared
_HEAD_BYTES: Final = 4096
_UNIT_M = {
    "": 1.0,
    "m": 1.0,
    "metre": 1.0,
    "meter": 1.0,
    "metres": 1.0,
    "meters": 1.0,
    "ft": 0.3048,
    "foot": 0.3048,
    "feet": 0.3048,
    "us survey foot": 1200.0 / 3937.0,
    "us-ft": 1200.0 / 3937.0,
}

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Source:
    """An open raster and the place it is read for."""

    name: str
    dataset: Any
    frame: Frame
    radius_m: float

    @property
    def product(self) -> Product | None:
        """What it is, if it is well known."""
        return recognised(self.name, self.dataset)

    @property
    def system(self) -> str:
        """Its reference system in a word."""
        code = self.dataset.crs.to_epsg()
        return f"EPSG:{code}" if code else str(CRS.from_wkt(self.dataset.crs.to_wkt()).name)

    @property
    def native(self) -> str:
        """Its cells in its own units."""
        step = abs(self.dataset.transform.e) or hypot(self.dataset.transform.b, self.dataset.transform.e)
        if self.dataset.crs.is_geographic:
            return f"cells of {3600.0 * step:.3g} arc-seconds"
        return f"cells of {step:.4g} {self.dataset.crs.linear_units}"

    @property
    def datum(self) -> str:
        """What its heights count from, as the file names it; empty where it does not."""
        parts = CRS.from_wkt(self.dataset.crs.to_wkt()).sub_crs_list
        return next((str(part.name) for part in parts if part.is_vertical), "")

    def to_local(self, transform: Affine, columns: Floats, rows: Floats) -> tuple[Floats, Floats]:
        """Local metres of pixel positions (0.5 is the first pixel's centre)."""
        x, y = applied(transform, columns, rows)
        to_frame = Transformer.from_crs(CRS.from_wkt(self.dataset.crs.to_wkt()), self.frame.definition, always_xy=True)
        east_m, north_m = to_frame.transform(x, y)
        return east_m, north_m

    def to_pixels(self, east_m: Floats, north_m: Floats) -> tuple[Floats, Floats]:
        """Column and row of local points."""
        crs = CRS.from_wkt(self.dataset.crs.to_wkt())
        x, y = Transformer.from_crs(self.frame.definition, crs, always_xy=True).transform(east_m, north_m)
        if crs.is_geographic:
            middle_deg = 0.5 * (self.dataset.bounds.left + self.dataset.bounds.right)
            x = middle_deg + (x - middle_deg + 180.0) % 360.0 - 180.0  # files count from 0 or from -180 degrees
        return applied(~self.dataset.transform, x, y)

    def along_edge(self, transform: Affine, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
        """Local positions along the edge of some pixels, all the way round."""
        share = np.linspace(0.0, 1.0, 65)
        zeros, ones = np.zeros(65), np.ones(65)
        columns = np.concatenate([share, ones, share[::-1], zeros]) * shape[1]
        rows = np.concatenate([zeros, share, ones, share[::-1]]) * shape[0]
        return self.to_local(transform, columns, rows)


def applied(transform: Affine, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """A transform of points."""
    return transform.a * x + transform.b * y + transform.c, transform.d * x + transform.e * y + transform.f


@contextmanager
def opened(path: str, *, frame: Frame, radius_m: float) -> Iterator[Source]:
    """A raster file, open, that can be a raster of heights.

    Raises
    ------
    CrenelError
        It is missing, is no raster, has no reference system or position, or holds something else than heights.
    """
    name = Path(path).name
    if not Path(path).exists():
        raise CrenelError(f"terrain {name}: there is no file {path}. Paths count from the scenario's own folder.")
    if is_virtual(path):
        raise CrenelError(
            f"terrain {name}: holds no heights, but names other files (a virtual raster), which could change or lie "
            "anywhere. Name those files themselves, as a list or by their folder, or make one of them: "
            f"gdal_translate {name} {Path(name).stem}.tif."
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # our own error says it better
        warnings.simplefilter("ignore", PendingDeprecationWarning)  # between rasterio and affine
        try:
            dataset = dataset_of(path)
        except RasterioError as error:
            raise CrenelError(
                f"terrain {name}: is not a raster that GDAL can read. Give a GeoTIFF or another raster of heights."
            ) from error
        with dataset:
            source = Source(name=name, dataset=dataset, frame=frame, radius_m=radius_m)
            _check(source)
            yield source


def dataset_of(path: str) -> Any:
    """A raster file, open for reading: of formats only that hold their heights themselves.

    Raises
    ------
    RasterioError
        It is of none of them.
    """
    with rasterio.Env():
        return DatasetReader(path, driver=list(FORMATS))  # `rasterio.open` takes one format, or all


def is_virtual(path: str) -> bool:
    """Whether a file is a list of other files, in the format that GDAL calls virtual."""
    with suppress(OSError), Path(path).open("rb") as file:
        return b"<VRTDataset" in file.read(_HEAD_BYTES)
    return False


def _check(source: Source) -> None:
    """Refuse what cannot be a height raster."""
    name, dataset = source.name, source.dataset
    if dataset.crs is None:
        raise CrenelError(
            f"terrain {name}: has no coordinate reference system, so nobody knows where it lies. If you know, write "
            f"it in: gdal_edit.py -a_srs EPSG:4326 {name} (with the code of its own system)."
        )
    if dataset.transform.is_identity:
        raise CrenelError(f"terrain {name}: has no position (geotransform). Export it again as a GeoTIFF.")
    if dataset.count < 1 or np.dtype(dataset.dtypes[0]).kind not in "iuf":
        raise CrenelError(f"terrain {name}: its first band holds no plain numbers. Give a raster of heights.")
    if dataset.colorinterp[0] in (ColorInterp.red, ColorInterp.palette):
        raise CrenelError(f"terrain {name}: is a picture, not a raster of heights.")
    if (dataset.units[0] or "").lower() not in _UNIT_M:
        raise CrenelError(f"terrain {name}: heights are in {dataset.units[0]!r}. Convert them to metres.")


def outside(source: Source) -> str:
    """That a file does not cover the place, and where it lies."""
    edge = source.along_edge(source.dataset.transform, source.dataset.shape)
    corners = [source.frame.to_geo(east_m, north_m) for east_m, north_m in zip(*edge, strict=True)]
    lats, lons = [degrees(c.lat_rad) for c in corners], [degrees(c.lon_rad) for c in corners]
    return (
        f"terrain {source.name}: does not cover the place. It reaches from {min(lats):.3f} to {max(lats):.3f} degrees "
        f"latitude and {min(lons):.3f} to {max(lons):.3f} degrees longitude; the centre is at "
        f"{degrees(source.frame.centre.lat_rad):.3f}, {degrees(source.frame.centre.lon_rad):.3f}. "
        "Move the centre, or give a raster that covers it."
    )


def too_fine(source: Source) -> str:
    """That there are too many cells, and what to do."""
    return (
        f"terrain {source.name}: is too fine for a place of {source.radius_m / 1000.0:g} km: more than "
        f"{MAX_CELLS / 1e6:.0f} million cells. Choose a smaller radius, or say how coarse it may be: "
        f"terrain: {{file: {source.name}, cells: {ceil(2.0 * source.radius_m / 8192.0):d} m}}."
    )


def needed(source: Source) -> tuple[int, int, int, int] | None:
    """The pixels under the place's bounding box, with a margin for interpolation, inside the file or not.

    Returns
    -------
    (int, int, int, int)
        First column, end column, first row, end row; None where the file's system does not reach the place.
    """
    line = np.linspace(-source.radius_m, source.radius_m, 65)
    east_m, north_m = (axis.ravel() for axis in np.meshgrid(line, line))
    columns, rows = source.to_pixels(east_m, north_m)
    known = np.isfinite(columns) & np.isfinite(rows)
    if not known.any():
        return None
    columns, rows = columns[known], rows[known]
    return floor(columns.min()) - 2, ceil(columns.max()) + 2, floor(rows.min()) - 2, ceil(rows.max()) + 2


def held(source: Source) -> Window | None:
    """The pixels of the file that the place needs; None where there are none."""
    wanted = needed(source)
    if wanted is None:
        return None
    first_column, end_column = max(0, wanted[0]), min(source.dataset.width, wanted[1])
    first_row, end_row = max(0, wanted[2]), min(source.dataset.height, wanted[3])
    if first_column >= end_column or first_row >= end_row:
        return None
    return Window(first_column, first_row, end_column - first_column, end_row - first_row)


def read(source: Source, window: Window) -> Raster:
    """Heights [m] of some pixels; NaN where there is none, declared or not."""
    dataset = source.dataset
    pixels = dataset.read(1, window=window, masked=True)
    scale, offset = dataset.scales[0], dataset.offsets[0]
    unit_m = _UNIT_M[(dataset.units[0] or "").lower()]
    plain = (scale, offset, unit_m) == (1.0, 0.0, 1.0) and pixels.dtype.itemsize <= 4
    heights_m: NDArray[Any] = pixels.astype(np.float32 if plain else np.float64).filled(np.nan)
    with np.errstate(over="ignore", invalid="ignore"):
        if not plain:
            heights_m = ((heights_m * scale + offset) * unit_m).astype(np.float32)
        heights_m[~((heights_m >= _LOWEST_M) & (heights_m <= _HIGHEST_M))] = np.nan
    return heights_m


def pixel_steps(source: Source, window: Window) -> tuple[float, float]:
    """Lengths on the ground of one pixel along a row and along a column, nearest the place's centre."""
    columns, rows = source.to_pixels(np.zeros(1), np.zeros(1))
    column = min(max(float(columns[0]), window.col_off), window.col_off + window.width)
    row = min(max(float(rows[0]), window.row_off), window.row_off + window.height)
    at_columns, at_rows = np.array([column, column + 1.0, column]), np.array([row, row, row + 1.0])
    east_m, north_m = source.to_local(source.dataset.transform, at_columns, at_rows)
    return (
        hypot(east_m[1] - east_m[0], north_m[1] - north_m[0]),
        hypot(east_m[2] - east_m[0], north_m[2] - north_m[0]),
    )
