"""Minimum-visible-height maps: time and error beside other tools, in one run on one surface.

Peers are looked for and skipped with a reason: GDAL's viewshed in the library that the wheel of pyogrio brings, from
memory to memory, and xarray-spatial at the smallest size. Both: pip install pyogrio xarray-spatial. The error is the
99th percentile of the height's distance from one exact ray for each cell, and how many cells agree about a target at
100 m. Sizes as arguments: benchmarks/sight_map.py 1000 4000
"""

import ctypes
import os
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import crenel
from reference_sight import exact
from terrains import mountains

SIZES = (1000, 3000, 4000, 6000)
N_REPEATS = 5
EXACT_UP_TO = 1000
ANTENNA_M = 30.0
EARTH_FACTOR, EARTH_RADIUS_M, GDAL_RADIUS_M = 4.0 / 3.0, 6_371_000.0, 6_378_137.0


class MissingError(Exception):
    """A peer is not at hand."""


def best(function: Callable[[], Any]) -> tuple[float, Any]:
    """The least time of some calls [s], and what the last one gave."""
    times_s = []
    for _ in range(N_REPEATS):
        started_s = time.perf_counter()
        found = function()
        times_s.append(time.perf_counter() - started_s)
    return min(times_s), found


class Gdal:
    """GDALViewshedGenerate of the newest library in a wheel, by its C interface."""

    FLOAT32, LEAST_HEIGHT_FROM_GROUND, MODE_EDGE = 6, 3, 2

    def __init__(self) -> None:
        spec = find_spec("pyogrio")
        if spec is None or spec.origin is None:
            raise MissingError("pyogrio, whose wheel brings the library, is not installed")
        libraries = sorted((Path(spec.origin).parents[1] / "pyogrio.libs").glob("libgdal*"))
        if not libraries:
            raise MissingError("this pyogrio brings no GDAL library of its own")
        import pyogrio  # loads what the library leans on

        self.version = ".".join(map(str, pyogrio.__gdal_version__))
        self.library = ctypes.CDLL(str(libraries[0]))
        pointer, number = ctypes.c_void_p, ctypes.c_double
        self._declare("GDALAllRegister", None)
        self._declare("GDALGetDriverByName", pointer, ctypes.c_char_p)
        create = (pointer, ctypes.c_char_p, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int, pointer)
        self._declare("GDALCreate", pointer, *create)
        self._declare("GDALAddBand", ctypes.c_int, pointer, ctypes.c_int, pointer)
        self._declare("GDALSetGeoTransform", ctypes.c_int, pointer, pointer)
        self._declare("GDALGetRasterBand", pointer, pointer, ctypes.c_int)
        self._declare("GDALClose", ctypes.c_int, pointer)
        names = (pointer, ctypes.c_char_p, ctypes.c_char_p, pointer)
        rest = (ctypes.c_int, number, pointer, pointer, ctypes.c_int, pointer)
        self._declare("GDALViewshedGenerate", pointer, *names, *[number] * 9, *rest)
        block = (pointer, *[ctypes.c_int] * 5, pointer, *[ctypes.c_int] * 5)
        self._declare("GDALRasterIO", ctypes.c_int, *block)
        self.library.GDALAllRegister()

    def _declare(self, name: str, result: Any, *arguments: Any) -> None:
        function = getattr(self.library, name)
        function.restype, function.argtypes = result, list(arguments)

    def __call__(self, surface_m: Any, row: int, col: int, cell_m: float, out_m: Any = None) -> None:
        """A map in GDAL's own memory; copied out only if asked, which is not timed."""
        lib = self.library
        n_rows, n_columns = surface_m.shape
        heights = lib.GDALCreate(lib.GDALGetDriverByName(b"MEM"), b"", n_columns, n_rows, 0, self.FLOAT32, None)
        options = (ctypes.c_char_p * 2)(b"DATAPOINTER=%d" % surface_m.ctypes.data, None)
        lib.GDALAddBand(heights, self.FLOAT32, options)
        lib.GDALSetGeoTransform(heights, (ctypes.c_double * 6)(0.0, cell_m, 0.0, 0.0, 0.0, -cell_m))
        curve = GDAL_RADIUS_M / (EARTH_FACTOR * EARTH_RADIUS_M)
        seen = lib.GDALViewshedGenerate(
            lib.GDALGetRasterBand(heights, 1), b"MEM", b"", None, (col + 0.5) * cell_m, -(row + 0.5) * cell_m,
            ANTENNA_M, 0.0, 255.0, 0.0, -1.0, -1.0, curve, self.MODE_EDGE, 0.0, None, None,
            self.LEAST_HEIGHT_FROM_GROUND, None,
        )  # fmt: skip
        if out_m is not None:
            band = lib.GDALGetRasterBand(seen, 1)
            window = (0, 0, n_columns, n_rows)
            lib.GDALRasterIO(band, 0, *window, out_m.ctypes.data, n_columns, n_rows, self.FLOAT32, 0, 0)
        lib.GDALClose(seen)
        lib.GDALClose(heights)


def xarray_spatial() -> Callable[..., Any]:
    """Its viewshed, which answers for one target height."""
    if find_spec("xrspatial") is None:
        raise MissingError("xarray-spatial is not installed")
    from xarray import DataArray
    from xrspatial import viewshed

    def look(surface_m: Any, row: int, col: int) -> Any:
        rows, columns = (np.arange(n, dtype=float) for n in surface_m.shape)
        raster = DataArray(surface_m.astype(float), dims=["y", "x"], coords={"y": rows, "x": columns})
        return viewshed(raster, x=col, y=row, observer_elev=ANTENNA_M, target_elev=100.0)

    return look


def error_of(found_m: Any, exact_m: Any) -> str:
    if exact_m is None:
        return ""
    off_m = np.percentile(np.abs(found_m - exact_m), 99)
    return f"; error p99 {off_m:.2f} m, {np.mean((found_m <= 100) == (exact_m <= 100)):.3%} alike at 100 m"


def load_line() -> str:
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"


def peer(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except MissingError as reason:
        print(f"skipped: {make.__name__}: {reason}")
        return None


def main() -> None:
    gdal, spatial = peer(Gdal), peer(xarray_spatial)
    for n in [int(word) for word in sys.argv[1:]] or SIZES:
        surface_m, cell_m = mountains(n)
        row = col = n // 2
        where: dict[str, Any] = {"row": row, "col": col, "antenna_height_m": ANTENNA_M, "cell_m": cell_m}
        crenel.minimum_visible_height(surface_m[:9, :9], **{**where, "row": 4, "col": 4})  # compiles
        print(f"{n} x {n} cells of {cell_m:.1f} m ({load_line()})")
        exact_m = exact(surface_m, **where) if n <= EXACT_UP_TO else None
        fresh_s, found_m = best(lambda s=surface_m, w=where: crenel.minimum_visible_height(s, **w))
        out_m, workspace = np.zeros((n, n), np.float32), crenel.Workspace()
        again = {**where, "out": out_m, "workspace": workspace}
        again_s, _ = best(lambda s=surface_m, w=again: crenel.minimum_visible_height(s, **w))
        print(f"  crenel, fresh arrays     {fresh_s:.3f} s{error_of(found_m, exact_m)}")
        print(f"  crenel, out, workspace   {again_s:.3f} s{error_of(out_m, exact_m)}")
        if gdal is not None:
            gdal_s, _ = best(lambda s=surface_m, c=cell_m, r=row, k=col: gdal(s, r, k, c))
            gdal(surface_m, row, col, cell_m, out_m)
            ratios = f"crenel {gdal_s / fresh_s:.2f} times as fast, with workspace {gdal_s / again_s:.2f}"
            print(f"  GDAL {gdal.version}              {gdal_s:.3f} s: {ratios}{error_of(out_m, exact_m)}")
        if spatial is not None and n <= EXACT_UP_TO:
            spatial(surface_m[:99, :99], 49, 49)  # compiles
            spatial_s, seen = best(lambda s=surface_m, r=row, k=col: spatial(s, r, k))
            alike = np.mean((seen.values >= 0.0) == (exact_m <= 100.0))
            print(
                f"  xarray-spatial           {spatial_s:.3f} s: crenel {spatial_s / fresh_s:.0f} times as fast; "
                f"{alike:.3%} alike at 100 m, with no earth curve"
            )


if __name__ == "__main__":
    main()
