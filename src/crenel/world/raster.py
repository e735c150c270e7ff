"""A raster file of heights, in any reference system, brought onto the local grid."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil, degrees, floor, hypot, pi
from pathlib import Path
from typing import Any, Final

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from rasterio.enums import ColorInterp
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.fill import fillnodata
from rasterio.warp import Resampling, reproject
from rasterio.windows import Window
from scipy.ndimage import distance_transform_edt

from crenel.core.records import CrenelError, RasterTerrain
from crenel.world.frame import Frame
from crenel.world.terrain import Raster, Terrain

MAX_CELLS: Final = 8192 * 8192
"""More than this is refused rather than coarsened."""

_LOWEST_M, _HIGHEST_M = -12_000.0, 9_000.0  # no ground lies beyond: what does is a void that nobody declared
_VOID = -32768.0
_FILL_REACH_CELLS = 100.0
_WARP_TOLERANCE_CELLS = 0.01
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


def read_terrain(raster: RasterTerrain, *, frame: Frame, radius_m: float) -> tuple[Terrain, tuple[str, ...]]:
    """Terrain of a place from a raster file, and what was done to it.

    Parameters
    ----------
    raster : RasterTerrain
        Any file that rasterio reads, in any reference system.
    frame : Frame
        Centred on the place.
    radius_m : float [m]
        Of the place's circle.

    Returns
    -------
    Terrain
        Squares of the file's own resolution over the circle's bounding box, clipped to the file's coverage.
    tuple of str
        Notes for the report.

    Raises
    ------
    CrenelError
        The file is missing, is no raster, has no reference system, covers nothing of the place, holds voids within it
        (unless they are to be filled), or is too fine for so large a place.

    Notes
    -----
    Bilinear, and voids carry no weight, so they do not bleed into their neighbours.
    """
    name = Path(raster.path).name
    try:
        with _opened(raster.path) as dataset:
            source = _Source(name=name, dataset=dataset, frame=frame, radius_m=radius_m)
            _check(source)
            return _terrain(source, raster)
    except (RasterioError, ProjError) as error:
        raise CrenelError(f"terrain {name}: cannot be read ({error}). Give a raster file of ground heights.") from error


@dataclass(frozen=True, slots=True)
class _Source:
    """An open raster and the place it is read for."""

    name: str
    dataset: Any
    frame: Frame
    radius_m: float

    def to_local(self, transform: Affine, columns: Floats, rows: Floats) -> tuple[Floats, Floats]:
        """Local metres of pixel positions (0.5 is the first pixel's centre)."""
        x, y = _applied(transform, columns, rows)
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
        return _applied(~self.dataset.transform, x, y)


@dataclass(frozen=True, slots=True)
class _Patch:
    """The pixels that the place needs; NaN is a void."""

    heights_m: Raster
    transform: Affine
    n_void: int


def _applied(transform: Affine, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    return transform.a * x + transform.b * y + transform.c, transform.d * x + transform.e * y + transform.f


def _shifted(transform: Affine, window: Window) -> Affine:
    """A raster's transform, counted from a window's first pixel."""
    x, y = _applied(transform, np.array([float(window.col_off)]), np.array([float(window.row_off)]))
    return Affine(transform.a, transform.b, float(x[0]), transform.d, transform.e, float(y[0]))


@contextmanager
def _opened(path: str) -> Iterator[Any]:
    name = Path(path).name
    if not Path(path).exists():
        raise CrenelError(f"terrain {name}: there is no file {path}. Paths count from the scenario's own folder.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # our own error says it better
        warnings.simplefilter("ignore", PendingDeprecationWarning)  # between rasterio and affine
        try:
            dataset = rasterio.open(path)
        except RasterioError as error:
            raise CrenelError(
                f"terrain {name}: is not a raster that GDAL can read. Give a GeoTIFF or another raster of heights."
            ) from error
        with dataset:
            yield dataset


def _check(source: _Source) -> None:
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


def _terrain(source: _Source, raster: RasterTerrain) -> tuple[Terrain, tuple[str, ...]]:
    window = _window(source)
    patch = _read(source, window)
    notes: list[str] = []
    if patch.n_void:
        patch = _without_voids(source, raster, patch)
        notes.append(f"{_counted(patch.n_void)} within the place had no height and were filled from around them")
    step_x_m, step_y_m = _pixel_steps(source, window)
    cell_m = round(max(step_x_m, step_y_m), 2) or max(step_x_m, step_y_m)
    terrain = _onto_grid(source, raster, patch=patch, cell_m=cell_m)
    share = _share_covered(terrain, source.radius_m)
    if share == 0.0:
        raise CrenelError(_outside(source))
    if share < 0.9995:
        notes.append(
            f"only {100.0 * share:.1f} % of the place's circle has terrain; beyond it nothing is ever in sight"
        )
    bands = source.dataset.count
    if bands > 1:
        notes.insert(0, f"the first of its {bands} bands is taken as height")
    return terrain, (
        f"ground heights from {source.name} ({_system(source)}): {_native(source)}, {step_x_m:.3g} m by "
        f"{step_y_m:.3g} m here, resampled bilinearly to squares of {cell_m:.3g} m in a local frame",
        f"heights count from: {terrain.datum}",
        *notes,
    )


def _counted(n: int) -> str:
    return "1 cell" if n == 1 else f"{n:,} cells"


def _system(source: _Source) -> str:
    code = source.dataset.crs.to_epsg()
    return f"EPSG:{code}" if code else str(CRS.from_wkt(source.dataset.crs.to_wkt()).name)


def _native(source: _Source) -> str:
    step = abs(source.dataset.transform.e) or hypot(source.dataset.transform.b, source.dataset.transform.e)
    if source.dataset.crs.is_geographic:
        return f"cells of {3600.0 * step:.3g} arc-seconds"
    return f"cells of {step:.4g} {source.dataset.crs.linear_units}"


def _outside(source: _Source) -> str:
    columns = np.array([0.0, source.dataset.width, source.dataset.width, 0.0])
    rows = np.array([0.0, 0.0, source.dataset.height, source.dataset.height])
    corners = [
        source.frame.to_geo(east_m, north_m)
        for east_m, north_m in zip(*source.to_local(source.dataset.transform, columns, rows), strict=True)
    ]
    lats, lons = [degrees(c.lat_rad) for c in corners], [degrees(c.lon_rad) for c in corners]
    return (
        f"terrain {source.name}: does not cover the place. It reaches from {min(lats):.3f} to {max(lats):.3f} degrees "
        f"latitude and {min(lons):.3f} to {max(lons):.3f} degrees longitude; the centre is at "
        f"{degrees(source.frame.centre.lat_rad):.3f}, {degrees(source.frame.centre.lon_rad):.3f}. "
        "Move the centre, or give a raster that covers it."
    )


def _window(source: _Source) -> Window:
    """The pixels under the circle's bounding box, with a margin for interpolation."""
    line = np.linspace(-source.radius_m, source.radius_m, 65)
    east_m, north_m = (axis.ravel() for axis in np.meshgrid(line, line))
    columns, rows = source.to_pixels(east_m, north_m)
    known = np.isfinite(columns) & np.isfinite(rows)
    if not known.any():
        raise CrenelError(_outside(source))
    columns, rows = columns[known], rows[known]
    first_column, end_column = max(0, floor(columns.min()) - 2), min(source.dataset.width, ceil(columns.max()) + 2)
    first_row, end_row = max(0, floor(rows.min()) - 2), min(source.dataset.height, ceil(rows.max()) + 2)
    if first_column >= end_column or first_row >= end_row:
        raise CrenelError(_outside(source))
    if (end_column - first_column) * (end_row - first_row) > 2 * MAX_CELLS:
        raise CrenelError(_too_fine(source))
    return Window(first_column, first_row, end_column - first_column, end_row - first_row)


def _too_fine(source: _Source) -> str:
    return (
        f"terrain {source.name}: is too fine for a place of {source.radius_m / 1000.0:g} km: more than "
        f"{MAX_CELLS / 1e6:.0f} million cells. Choose a smaller radius, or coarsen the raster yourself "
        f"(gdalwarp -tr ... -r average), so that you know what was lost."
    )


def _read(source: _Source, window: Window) -> _Patch:
    dataset = source.dataset
    pixels = dataset.read(1, window=window, masked=True)
    heights_m = pixels.astype(np.float64).filled(np.nan)
    scale, offset = dataset.scales[0], dataset.offsets[0]
    with np.errstate(over="ignore", invalid="ignore"):
        heights_m = (heights_m * scale + offset) * _UNIT_M[(dataset.units[0] or "").lower()]
        heights_m[~((heights_m >= _LOWEST_M) & (heights_m <= _HIGHEST_M))] = np.nan
    transform = _shifted(dataset.transform, window)
    void_rows, void_columns = np.nonzero(np.isnan(heights_m))
    if void_rows.size == heights_m.size:
        raise CrenelError(
            f"terrain {source.name}: holds no heights within {source.radius_m / 1000.0:g} km of the place's centre, "
            "only voids. Give a raster with heights there."
        )
    n_void = 0
    if void_rows.size:
        columns, rows = void_columns.astype(np.float64) + 0.5, void_rows.astype(np.float64) + 0.5
        east_m, north_m = source.to_local(transform, columns, rows)
        n_void = int(np.count_nonzero(np.hypot(east_m, north_m) <= source.radius_m))
    return _Patch(heights_m=heights_m.astype(np.float32), transform=transform, n_void=n_void)


def _without_voids(source: _Source, raster: RasterTerrain, patch: _Patch) -> _Patch:
    """The patch with every void filled, if the scenario says so."""
    void = np.isnan(patch.heights_m)
    if raster.voids != "fill":
        raise CrenelError(
            f"terrain {source.name}: {_counted(patch.n_void)} within {source.radius_m / 1000.0:g} km of the place's "
            "centre without a height (voids). Write `voids: fill` beside the terrain's file to fill them from "
            "around them, or give a raster without voids."
        )
    heights_m = fillnodata(
        np.where(void, np.float32(_VOID), patch.heights_m), mask=~void, max_search_distance=_FILL_REACH_CELLS
    )
    left = heights_m == _VOID
    if left.any():
        nearest = distance_transform_edt(left, return_distances=False, return_indices=True)
        heights_m = heights_m[tuple(nearest)]
    return _Patch(heights_m=heights_m, transform=patch.transform, n_void=patch.n_void)


def _pixel_steps(source: _Source, window: Window) -> tuple[float, float]:
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


def _onto_grid(source: _Source, raster: RasterTerrain, *, patch: _Patch, cell_m: float) -> Terrain:
    west, east, south, north = _extent(source, patch, cell_m)
    if west >= east or south >= north:
        raise CrenelError(_outside(source))
    if (east - west) * (north - south) > MAX_CELLS:
        raise CrenelError(_too_fine(source))
    ground_m = np.full((north - south, east - west), np.nan, dtype=np.float32)
    reproject(
        source=patch.heights_m,
        destination=ground_m,
        src_transform=patch.transform,
        src_crs=source.dataset.crs,
        src_nodata=np.nan,
        dst_transform=Affine(cell_m, 0.0, west * cell_m, 0.0, -cell_m, north * cell_m),
        dst_crs=source.frame.definition,
        dst_nodata=np.nan,
        resampling=Resampling.bilinear,
        tolerance=_WARP_TOLERANCE_CELLS,
    )
    return Terrain(
        ground_m=ground_m,
        cell_m=cell_m,
        west_m=west * cell_m,
        north_m=north * cell_m,
        n_void=patch.n_void,
        datum=_datum(source, raster),
    )


def _extent(source: _Source, patch: _Patch, cell_m: float) -> tuple[int, int, int, int]:
    """West, east, south and north grid lines, in cells from the centre."""
    height, width = patch.heights_m.shape
    share = np.linspace(0.0, 1.0, 65)
    zeros, ones = np.zeros(65), np.ones(65)
    columns = np.concatenate([share, share, zeros, ones]) * width
    rows = np.concatenate([zeros, ones, share, share]) * height
    east_m, north_m = source.to_local(patch.transform, columns, rows)
    known = np.isfinite(east_m) & np.isfinite(north_m)
    if not known.any():
        raise CrenelError(_outside(source))
    reach_m = source.radius_m
    west = floor(round(max(float(east_m[known].min()), -reach_m) / cell_m, 6))
    east = ceil(round(min(float(east_m[known].max()), reach_m) / cell_m, 6))
    south = floor(round(max(float(north_m[known].min()), -reach_m) / cell_m, 6))
    north = ceil(round(min(float(north_m[known].max()), reach_m) / cell_m, 6))
    return west, east, south, north


def _datum(source: _Source, raster: RasterTerrain) -> str:
    if raster.datum != "as the file":
        return raster.datum
    for part in CRS.from_wkt(source.dataset.crs.to_wkt()).sub_crs_list:
        if part.is_vertical:
            return str(part.name)
    return "the file's own zero, which it does not name"


def _share_covered(terrain: Terrain, radius_m: float) -> float:
    """Share of the circle that has a height."""
    n_rows, n_columns = terrain.ground_m.shape
    east_m = terrain.west_m + (np.arange(n_columns) + 0.5) * terrain.cell_m
    north_m = terrain.north_m - (np.arange(n_rows) + 0.5) * terrain.cell_m
    within = np.hypot(east_m[np.newaxis, :], north_m[:, np.newaxis]) <= radius_m
    n_known = np.count_nonzero(within & np.isfinite(terrain.ground_m))
    if n_known == np.count_nonzero(within) and _spans(terrain, radius_m):
        return 1.0
    return float(min(1.0, n_known * terrain.cell_m * terrain.cell_m / (pi * radius_m * radius_m)))


def _spans(terrain: Terrain, radius_m: float) -> bool:
    return (
        min(-terrain.west_m, terrain.east_m, -terrain.south_m, terrain.north_m)
        >= radius_m - 0.5 * terrain.cell_m  # a rim thinner than half a cell holds no cell centre
    )
