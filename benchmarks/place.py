"""How long a place takes to be ready: a made-up city of 100,000 footprints on 30 m terrain, 40 km around.

The files are made first, and that time is not counted. Time is from the paths to a world that sight can be asked of, on
the clock and in seconds of processor; the second time is what a run spends on it again. Peak memory is of the whole
process, as the operating system counts it. Code that is not compiled yet is compiled before.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from math import radians
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import rasterio
import shapely
from pyproj import Transformer
from rasterio.transform import from_origin

from crenel.core.records import BuildingFiles, GeoPoint, Place, RasterTerrain, Scenario, Study
from crenel.world import Frame, build
from crenel.world.footprints import burn
from crenel.world.patches import Grid

CENTRE = GeoPoint(radians(55.74), radians(37.60))
RADIUS_M = 40_000.0
GOAL_S, GOAL_MB = 30.0, 2000.0
DRIVERS = {".geojson": "GeoJSON", ".gpkg": "GPKG", ".fgb": "FlatGeobuf"}


def terrain(folder: Path) -> None:
    """Rolling ground, 1 arc-second, in six files."""
    dice = np.random.default_rng(1)
    waves = [(dice.uniform(20, 400), dice.uniform(20, 400), dice.uniform(0, 6), dice.uniform(2, 15)) for _ in range(12)]
    for lat in (55, 56):
        for lon in (36, 37, 38):
            x = lon + np.arange(3600)[np.newaxis, :] / 3600
            y = lat + 1 - np.arange(3600)[:, np.newaxis] / 3600
            heights_m = 150.0 + sum(a * np.sin(p * x + q * y + f) for p, q, f, a in waves)
            path = folder / f"ground-{lat}-{lon}.tif"
            corner = from_origin(lon, lat + 1, 1.0 / 3600, 1.0 / 3600)
            with rasterio.open(
                path, "w", driver="GTiff", width=3600, height=3600, count=1, dtype="float32", crs="EPSG:4326",
                transform=corner, compress="deflate", tiled=True,
            ) as dataset:  # fmt: skip
                dataset.write(np.asarray(heights_m, np.float32), 1)


def city(path: Path, n: int) -> None:
    """Rectangles, denser towards the middle; a fifth of them has a height, another tenth floors."""
    dice = np.random.default_rng(2)
    reach_m = RADIUS_M * np.sqrt(dice.uniform(0.0, 1.0, n)) ** 1.5
    bearing = dice.uniform(0.0, 2.0 * np.pi, n)
    middle = np.column_stack([reach_m * np.sin(bearing), reach_m * np.cos(bearing)])
    sides, turn = dice.uniform(8.0, 60.0, (n, 2)), dice.uniform(0.0, np.pi, n)
    corners = (
        np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5]])[np.newaxis] * sides[:, np.newaxis]
    )
    cos, sin = np.cos(turn)[:, np.newaxis], np.sin(turn)[:, np.newaxis]
    east_m = corners[..., 0] * cos - corners[..., 1] * sin + middle[:, :1]
    north_m = corners[..., 0] * sin + corners[..., 1] * cos + middle[:, 1:]
    lon, lat = Transformer.from_crs(Frame(CENTRE).definition, "EPSG:4326", always_xy=True).transform(east_m, north_m)
    shapes = shapely.polygons(np.stack([lon, lat], axis=-1))
    known = dice.uniform(0.0, 1.0, n)
    heights = np.array(
        [f"{h:.1f}" if k < 0.2 else None for h, k in zip(dice.uniform(3, 60, n), known, strict=True)], object
    )
    floors = np.array(
        [str(f) if 0.2 <= k < 0.3 else None for f, k in zip(dice.integers(1, 20, n), known, strict=True)], object
    )
    pyogrio.raw.write(
        path, shapely.to_wkb(shapes), [heights, floors, np.full(n, "yes", object)],
        np.array(["height", "building:levels", "building"]),
        driver=DRIVERS[path.suffix], crs="EPSG:4326", geometry_type="Polygon",
    )  # fmt: skip


def make(folder: Path, n: int, kind: str) -> None:
    terrain(folder)
    city(folder / f"city.{kind}", n)


def scenario(paths: list[Path], footprints: Path) -> Scenario[float]:
    ground = RasterTerrain(tuple(map(str, paths)), model="ground")
    place = Place(CENTRE, RADIUS_M, ground, buildings=BuildingFiles((str(footprints),), 9.0, 3.25))
    return Scenario("city", "", "", place, (), (), (), Study(), rcs_pass_sigma_db=4.0)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("-n", type=int, default=100_000, help="footprints")
    arguments.add_argument("--format", choices=[key[1:] for key in DRIVERS], default="geojson")
    asked: Any = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # In a process of its own, so that its memory is not counted.
        maker = multiprocessing.get_context("spawn").Process(target=make, args=(folder, asked.n, asked.format))
        maker.start()
        maker.join()
        footprints = folder / f"city.{asked.format}"
        question = scenario(sorted(folder.glob("ground-*.tif")), footprints)
        size_mb = footprints.stat().st_size / 1e6
        burn(np.array([shapely.box(0.0, 0.0, 9.0, 9.0)], dtype=object), np.ones(1), Grid(5.0, -1, 1, -1, 1))
        before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        started_s, started_cpu_s = time.perf_counter(), time.process_time()
        world = build(question)
        first_s, cpu_s = time.perf_counter() - started_s, time.process_time() - started_cpu_s
        started_s = time.perf_counter()
        build(question)
        again_s = time.perf_counter() - started_s
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print("\n".join(world.notes))
    found = world.terrain
    rows, columns = found.ground_m.shape if found is not None else (0, 0)
    print(f"{rows:,} x {columns:,} cells; footprints as {asked.format}, {size_mb:.0f} MB")
    print(f"ready in {first_s:.1f} s (goal {GOAL_S:g}), {cpu_s:.1f} s of processor; asked again {again_s * 1e3:.1f} ms")
    print(f"peak memory {peak_mb:,.0f} MB (goal {GOAL_MB:,.0f}), {before_mb:,.0f} of them before anything was read")


if __name__ == "__main__":
    main()
