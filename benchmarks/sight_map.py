"""Minimum-visible-height maps: time and error beside other tools, in one run on one surface; and a city.

Peers are looked for and skipped with a reason: GDAL's viewshed in the library that the wheel of pyogrio brings, from
memory to memory, and xarray-spatial at the smallest size. They take turns, so that a busy machine slows all of them
alike, and the best turn of each counts. The error is the 99th percentile of the height's distance from one exact ray
for each cell of a sample, and how many of them agree about a target at 100 m. Sizes as arguments, and `city` for the
city: benchmarks/sight_map.py 1000 4000 city
"""

import ctypes
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import crenel
from crenel.core import doubt
from crenel.coverage.sites import sight_map
from crenel.world import build
from reference_sight import exact_at
from terrains import mountains

SIZES = (1000, 3000, 4000, 6000)
N_TURNS = 7
SLOW_PEERS_UP_TO = 1000
N_SAMPLED = 20_000
ANTENNA_M = 30.0
EARTH_FACTOR, EARTH_RADIUS_M, GDAL_RADIUS_M = 4.0 / 3.0, 6_371_000.0, 6_378_137.0


class MissingError(Exception):
    """A peer is not at hand."""


class Took(NamedTuple):
    """The least time of some turns, and the least processor time, since others may share the machine."""

    wall_s: float
    busy_s: float

    def __str__(self) -> str:
        return f"{self.wall_s:.3f} s ({self.busy_s:.3f} s of processor time)"


def best(functions: dict[str, Callable[[], Any]], n_turns: int = N_TURNS) -> dict[str, Took]:
    """The least times of each of some calls that take turns."""
    least = dict.fromkeys(functions, Took(float("inf"), float("inf")))
    for _ in range(n_turns):
        for name, function in functions.items():
            started_s, busy_s = time.perf_counter(), time.process_time()
            function()
            took = Took(time.perf_counter() - started_s, time.process_time() - busy_s)
            least[name] = Took(*map(min, least[name], took))
    return least


class Gdal:
    """GDALViewshedGenerate of the newest library in a wheel, by its C interface."""

    FLOAT32, LEAST_HEIGHT_FROM_GROUND, MODE_EDGE = 6, 3, 2

    def __init__(self) -> None:
        spec = find_spec("pyogrio")
        if spec is None or spec.origin is None:
            raise MissingError("pyogrio, whose wheel brings the library, is not installed: pip install pyogrio")
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
        raise MissingError("xarray-spatial is not installed: pip install xarray-spatial")
    from xarray import DataArray
    from xrspatial import viewshed

    def look(surface_m: Any, row: int, col: int) -> Any:
        rows, columns = (np.arange(n, dtype=float) for n in surface_m.shape)
        raster = DataArray(surface_m.astype(float), dims=["y", "x"], coords={"y": rows, "x": columns})
        return viewshed(raster, x=col, y=row, observer_elev=ANTENNA_M, target_elev=100.0)

    return look


def error_of(found_m: Any, sampled: tuple[Any, Any, Any]) -> str:
    rows, cols, exact_m = sampled
    found_m = found_m[rows, cols]
    off_m = np.percentile(np.abs(found_m - exact_m), 99)
    return f"error p99 {off_m:.2f} m, {np.mean((found_m <= 100) == (exact_m <= 100)):.3%} alike at 100 m"


def load_line() -> str:
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"


def peer(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except MissingError as reason:
        print(f"skipped: {make.__name__}: {reason}")
        return None


def compare(n: int, gdal: Any, spatial: Any) -> None:
    """All tools on one surface of n x n cells."""
    surface_m, cell_m = mountains(n)
    row = col = n // 2
    where: dict[str, Any] = {"row": row, "col": col, "antenna_height_m": ANTENNA_M, "cell_m": cell_m}
    print(f"{n} x {n} cells of {cell_m:.1f} m ({load_line()})")
    cells = np.random.default_rng(2).integers(0, n, (2, N_SAMPLED))
    sampled = (*cells, exact_at(surface_m, *cells, **where))
    out_m, peer_m, workspace = np.zeros((n, n), np.float32), np.zeros((n, n), np.float32), crenel.Workspace()
    calls: dict[str, Callable[[], Any]] = {
        "fresh": lambda: crenel.minimum_visible_height(surface_m, **where),
        "again": lambda: crenel.minimum_visible_height(surface_m, **where, out=out_m, workspace=workspace),
    }
    if gdal is not None:
        calls["gdal"] = lambda: gdal(surface_m, row, col, cell_m)
    calls["again"]()  # compiles, and touches the buffers
    took = best(calls)
    print(f"  crenel, fresh arrays     {took['fresh']}; {error_of(calls['fresh'](), sampled)}")
    print(f"  crenel, out, workspace   {took['again']}; {error_of(out_m, sampled)}")
    if gdal is not None:
        gdal(surface_m, row, col, cell_m, peer_m)
        ratios = (
            f"crenel {took['gdal'].wall_s / took['fresh'].wall_s:.2f} times as fast, "
            f"with workspace {took['gdal'].wall_s / took['again'].wall_s:.2f}"
        )
        print(f"  GDAL {gdal.version:<19} {took['gdal']}: {ratios}; {error_of(peer_m, sampled)}")
    if spatial is not None and n <= SLOW_PEERS_UP_TO:
        spatial(surface_m[:99, :99], 49, 49)  # compiles
        spatial_s = best({"spatial": lambda: spatial(surface_m, row, col)}, n_turns=2)["spatial"].wall_s
        rows, cols, exact_m = sampled
        seen = spatial(surface_m, row, col).values[rows, cols]
        ratio = spatial_s / took["fresh"].wall_s
        print(
            f"  xarray-spatial           {spatial_s:.3f} s: crenel {ratio:.0f} times as fast; "
            f"{np.mean((seen >= 0.0) == (exact_m <= 100.0)):.3%} alike at 100 m, with no earth curve"
        )


CITY = """
crenel: 1
title: A made-up city, for measuring
place: {centre: [51.5 N, 9.0 E], radius: 2 km, terrain: flat 100 m, buildings: city.geojson}
defence: [{unit: Roof, system: generic-radar-drone, at: [51.5 N, 9.0 E], mounted: building, evidence: assumed}]
assets: [{name: Square, at: [51.501 N, 9.001 E], radius: 100 m}]
raid: [{threat: small-quad, count: 1, to: Square, from: all, starts: 1500 m, height: 60 m}]
"""


def city() -> None:
    """One rooftop radar over a city of 4 km in squares of 2 m: buildings in a lattice of streets, heights at random."""
    heights_m = np.random.default_rng(3).uniform(6.0, 30.0, (80, 80)).round(1)
    with tempfile.TemporaryDirectory() as folder:
        features = [
            footprint(0.0275 * (j / 40 - 1), 0.0175 * (i / 40 - 1), 3e-4, 2e-4, float(heights_m[i, j]))
            for i in range(80)
            for j in range(80)
        ]
        (Path(folder) / "city.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        path = Path(folder) / "city.yaml"
        path.write_text(CITY)
        scenario = crenel.load(path)
        world = build(scenario)
        unit = doubt.resolve(scenario).units[0]
        calls: dict[str, Callable[[], Any]] = {
            "map": lambda: sight_map(world, unit),
            "both": lambda: (sight_map(world, unit), sight_map(world, unit, bare=True)),
            "cover": lambda: crenel.cover(scenario, heights_m=(60.0,)),
        }
        calls["cover"]()
        took = best(calls, n_turns=3)
        assert world.terrain is not None
        n_rows, n_columns = world.terrain.ground_m.shape
    print(
        f"a city of {n_rows} x {n_columns} cells of {world.terrain.cell_m:g} m, {len(features):,} buildings, one "
        f"rooftop radar ({load_line()})\n"
        f"  least visible heights    {took['map']}; with those as if there were no buildings "
        f"{took['both']}; at most 1 s is wanted\n"
        f"  coverage at 60 m         {took['cover']}: reasons, detection, tracks, warning and gaps"
    )


def footprint(lon: float, lat: float, half_lon: float, half_lat: float, height_m: float) -> dict[str, Any]:
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    ring = [[9.0 + lon + x * half_lon, 51.5 + lat + y * half_lat] for x, y in corners]
    return {
        "type": "Feature",
        "properties": {"height": height_m},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def main() -> None:
    words = sys.argv[1:] or [*map(str, SIZES), "city"]
    gdal, spatial = peer(Gdal), peer(xarray_spatial)
    for word in words:
        if word == "city":
            city()
        else:
            compare(int(word), gdal, spatial)


if __name__ == "__main__":
    main()
