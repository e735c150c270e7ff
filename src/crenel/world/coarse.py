"""Raster files finer than what was asked for: the mean of a square of pixels each, read window by window.

The pixels themselves are never all in memory, so that files far larger than it can serve.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from crenel.world import raster
from crenel.world.raster import Floats, Source
from crenel.world.terrain import Raster

Counts = NDArray[np.int32]

WINDOW_PIXELS: Final = 1 << 22


def read_sums(
    source: Source, box: tuple[int, int, int, int], n: int, *, window_pixels: int = WINDOW_PIXELS
) -> tuple[Floats, Counts]:
    """Sums over squares of n x n pixels, and how many of each have a height.

    Parameters
    ----------
    source : Source
    box : (int, int, int, int) [pixels]
        First column, end column, first row and end row of what is wanted, whole squares, in the file or beyond it.
    n : int
        Pixels along a square's side.
    window_pixels : int
        As many are read at once, or one row of squares if that is more.

    Returns
    -------
    (H, W) float64 [m]
        Row 0 as in the file.
    (H, W) int32
    """
    left, right, top, bottom = box
    n_rows, n_columns = (bottom - top) // n, (right - left) // n
    sums_m, counts = np.zeros((n_rows, n_columns)), np.zeros((n_rows, n_columns), np.int32)
    first_column, end_column = max(left, 0), min(right, source.dataset.width)
    if first_column >= end_column:
        return sums_m, counts
    rows_at_once = max(1, window_pixels // (n * (right - left)))
    for first in range(0, n_rows, rows_at_once):
        end = min(first + rows_at_once, n_rows)
        top_row, bottom_row = max(top + first * n, 0), min(top + end * n, source.dataset.height)
        if top_row >= bottom_row:
            continue
        pixels_m = np.full(((end - first) * n, right - left), np.nan, dtype=np.float32)
        window = Window(first_column, top_row, end_column - first_column, bottom_row - top_row)
        below = top + first * n
        pixels_m[top_row - below : bottom_row - below, first_column - left : end_column - left] = raster.read(
            source, window
        )
        squares_m = pixels_m.reshape(end - first, n, n_columns, n)
        known = np.isfinite(squares_m)
        counts[first:end] = known.sum(axis=(1, 3))
        sums_m[first:end] = np.where(known, squares_m, np.float32(0.0)).sum(axis=(1, 3), dtype=np.float64)
    return sums_m, counts


def means(sums_m: Floats, counts: Counts) -> Raster:
    """(H, W) float32 means of squares; NaN where no pixel has a height."""
    found_m: Raster = np.full(counts.shape, np.nan, dtype=np.float32)
    np.divide(sums_m, counts, out=found_m, where=counts > 0, casting="same_kind")
    return found_m
