"""Pictures out of arrays: terrain shading, the overlay of what is hidden, PNG bytes."""

import warnings
from math import ceil, cos, pi, radians, sin
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from crenel.world import Terrain

Bytes: TypeAlias = NDArray[np.uint8]

HIDDEN_RGBA: Final = (24, 30, 44, 110)
"""Dark and half transparent, over what a unit does not see."""

_SUNS: Final = ((225.0, 0.6), (270.0, 1.0), (315.0, 1.4), (0.0, 1.0))  # azimuth [deg] and weight
_SUN_ELEVATION_RAD: Final = radians(40.0)
_PAPER: Final = 255  # where there is no terrain
_DARKEST, _LEVEL, _LIGHTEST = 60.0, 216.0, 252.0
_HEIGHT_TINT: Final = 22.0  # grey levels between the lowest and the highest ground
_STEEP: Final = 0.75  # the steepest twentieth of a map is drawn as steep as this, so that plains show relief too
_MOST_PIXELS: Final = 2048
_FLATTENING: Final = 0.65  # power of the slope: gentle ground is drawn steeper than it is beside mountains


def hillshade(terrain: Terrain) -> Bytes:
    """The surface as light and shade, lit from several sides of the north-west.

    Returns
    -------
    (H, W) uint8
        Light grey where level, a little lighter on heights; white where there is no terrain. Of a large terrain every
        second cell is drawn, or every third, ...: no side is longer than 2,048.

    References
    ----------
    [mark1992]
    """
    step = max(1, ceil(max(terrain.top_m.shape) / _MOST_PIXELS))
    ground_m = terrain.top_m[step // 2 :: step, step // 2 :: step].astype(np.float64)
    known = np.isfinite(ground_m)
    slopes_north, slopes_east = _slopes(np.where(known, ground_m, np.mean(ground_m[known])), step * terrain.cell_m)
    # Where terrain ends, the step to nothing is no cliff.
    edge = ~known
    for axis in (0, 1):
        for step in (-1, 1):
            edge = edge | np.roll(~known, step, axis)
    slopes_north[edge] = 0.0
    slopes_east[edge] = 0.0
    slopes = np.hypot(slopes_north, slopes_east)
    steep = max(float(np.percentile(slopes[known], 95)), 0.02)
    lift = np.divide(_STEEP * (slopes / steep) ** _FLATTENING, slopes, out=np.zeros_like(slopes), where=slopes > 0.0)
    light = _lit(lift * slopes_north, lift * slopes_east)
    level = sin(_SUN_ELEVATION_RAD)
    grey = np.where(
        light < level,
        _DARKEST + (_LEVEL - _DARKEST) * light / level,
        _LEVEL + (_LIGHTEST - _LEVEL) * (light - level) / (1.0 - level),
    )
    low_m, high_m = np.percentile(ground_m[known], (1, 99))
    if high_m > low_m:
        grey += _HEIGHT_TINT * (np.clip((ground_m - low_m) / (high_m - low_m), 0.0, 1.0) - 0.5)
    grey[~known] = _PAPER
    return np.clip(np.rint(grey), 0, 255).astype(np.uint8)


def hidden_overlay(hidden: Bytes) -> Bytes:
    """A mask (1: hidden) as (H, W, 4) uint8: dark where hidden, transparent where seen."""
    overlay = np.zeros((*hidden.shape, 4), dtype=np.uint8)
    overlay[hidden != 0] = HIDDEN_RGBA
    return overlay


def png_bytes(array: Bytes) -> bytes:
    """An array as a PNG file.

    Parameters
    ----------
    array : (H, W) or (H, W, 4) uint8
        Grey, or red, green, blue, opacity.

    Raises
    ------
    ValueError
        Another shape or type.
    """
    if array.dtype != np.uint8 or not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 4)):
        msg = f"a picture is (H, W) or (H, W, 4) of uint8, not {array.shape} of {array.dtype}"
        raise ValueError(msg)
    from rasterio.errors import NotGeoreferencedWarning  # flat places draw no raster and need not wait for it
    from rasterio.io import MemoryFile

    bands = array[np.newaxis] if array.ndim == 2 else np.moveaxis(array, 2, 0)
    count, height, width = bands.shape
    with warnings.catch_warnings(), MemoryFile() as memory:
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with memory.open(driver="PNG", count=count, height=height, width=width, dtype="uint8", zlevel=9) as file:
            file.write(np.ascontiguousarray(bands))
        return bytes(memory.read())


def _slopes(ground_m: NDArray[np.float64], cell_m: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rise per metre towards north and east; a single row or column has no slope along it."""
    slopes: list[Any] = [
        np.gradient(ground_m, cell_m, axis=axis) if ground_m.shape[axis] > 1 else np.zeros_like(ground_m)
        for axis in (0, 1)
    ]
    return -slopes[0], slopes[1]


def _lit(slopes_north: NDArray[np.float64], slopes_east: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of each sun's light that a slope gets, averaged over the suns."""
    upright = 1.0 / np.sqrt(1.0 + slopes_north * slopes_north + slopes_east * slopes_east)
    total = np.zeros_like(slopes_north)
    for azimuth_deg, weight in _SUNS:
        azimuth_rad = azimuth_deg * pi / 180.0
        facing = cos(azimuth_rad) * slopes_north + sin(azimuth_rad) * slopes_east
        ray = sin(_SUN_ELEVATION_RAD) - cos(_SUN_ELEVATION_RAD) * facing
        total += weight * np.maximum(ray * upright, 0.0)
    total /= sum(weight for _, weight in _SUNS)
    return total
