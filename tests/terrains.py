"""Surfaces to look over: real ones where they are at hand, and made ones."""

from functools import cache
from pathlib import Path

import numpy as np
import rasterio
from scipy.ndimage import zoom

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
CUMBERLAND = Path(__file__).resolve().parents[1] / "src/crenel/inputs/data/terrain/cumberland.tif"
ARC_SECONDS_3_M = 92.66


def hills(seed=3, shape=(41, 41), height_m=30.0):
    rough = np.random.default_rng(seed).normal(0.0, height_m, shape)
    return (sum(np.roll(rough, (i, j), (0, 1)) for i in range(4) for j in range(4)) / 4.0).astype(np.float32)


def mountains(n):
    """Cumberland, or Vancouver where it is at hand, brought to n x n cells with a metre of roughness: heights, cell."""
    path = SHARED / "vancouver" / "srtm3.tif"
    return _upsampled(path if path.exists() else CUMBERLAND, n)


def cumberland(n):
    return _upsampled(CUMBERLAND, n)


@cache
def _upsampled(path, n):
    with rasterio.open(path) as dataset:
        heights_m = dataset.read(1).astype(np.float32)
    heights_m[heights_m < -1000.0] = 0.0  # Vancouver's voids lie in the sea
    surface_m = zoom(heights_m, (n / heights_m.shape[0], n / heights_m.shape[1]), order=1)
    surface_m += np.random.default_rng(1).normal(0.0, 1.0, (n, n)).astype(np.float32)
    surface_m.flags.writeable = False
    return surface_m, heights_m.shape[0] * ARC_SECONDS_3_M / n


def city():
    """A lidar city, surface and ground, 2 m."""
    folder = SHARED / "alexandria"
    if not folder.exists():
        import pytest  # benchmarks use this module where there is none

        pytest.skip(f"the lidar city is not at hand: {folder.name} stands in shared/data only")
    with rasterio.open(folder / "dsm.tif") as surface, rasterio.open(folder / "dtm.tif") as ground:
        return surface.read(1), ground.read(1, masked=True).filled(np.nan)


def made_city(n=300):
    """Houses on gently sloping ground, surface and ground, for cells of 2 m."""
    rng = np.random.default_rng(8)
    ground = (np.mgrid[0:n, 0:n][1] * 0.04).astype(np.float32)
    roofs = np.zeros((n, n), np.float32)
    for _ in range(n * n // 500):
        i, j = rng.integers(0, n, 2)
        deep, wide = rng.integers(4, 14, 2)
        roofs[i : i + deep, j : j + wide] = rng.uniform(5.0, 25.0)
    return ground + roofs, ground
