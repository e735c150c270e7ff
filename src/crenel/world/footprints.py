"""Which cells lie under footprints: polygons burnt into a raster."""

from math import ceil, floor
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from crenel.core.jit import kernel
from crenel.world.patches import Grid
from crenel.world.terrain import Raster

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def burn(shapes: NDArray[Any], values: Floats, grid: Grid) -> tuple[Raster, Ints]:
    """The greatest value of the shapes over each cell.

    Parameters
    ----------
    shapes : (N,) polygons and multipolygons, in the local frame
    values : (N,) float64
        All > 0.
    grid : Grid

    Returns
    -------
    (H, W) float32
        0 where no shape covers the cell's centre.
    (N,) int64
        How many cell centres each shape covers.

    Notes
    -----
    A cell belongs to a shape whose inside its centre lies in (even-odd, so holes are holes): on average a shape gets
    as many cells as its area.
    """
    out_values = np.zeros(grid.shape, dtype=np.float32)
    out_cells = np.zeros(len(shapes), dtype=np.int64)
    if not len(shapes):
        return out_values, out_cells
    parts, owners = shapely.get_parts(shapes, return_index=True)
    _kind, xy, (rings, polygons) = shapely.to_ragged_array(parts)
    columns = xy[:, 0] / grid.cell_m - grid.west
    rows = grid.north - xy[:, 1] / grid.cell_m
    starts = np.asarray(rings, dtype=np.int64)[np.asarray(polygons, dtype=np.int64)]
    _burn(
        np.ascontiguousarray(columns),
        np.ascontiguousarray(rows),
        np.asarray(rings, dtype=np.int64),
        np.asarray(polygons, dtype=np.int64),
        np.asarray(owners, dtype=np.int64),
        np.asarray(values, dtype=np.float64),
        np.zeros(int(np.diff(starts).max(initial=1)) + 1),
        out_values,
        out_cells,
    )
    return out_values, out_cells


@kernel
def _sort(out_values: Floats, n: int) -> None:
    """The first n values in order: most footprints cross a line twice, so by insertion."""
    for i in range(1, n):
        value = out_values[i]
        k = i
        while k > 0 and out_values[k - 1] > value:
            out_values[k] = out_values[k - 1]
            k -= 1
        out_values[k] = value


@kernel
def _burn(
    columns: Floats,
    rows: Floats,
    rings: Ints,
    polygons: Ints,
    owners: Ints,
    values: Floats,
    scratch: Floats,
    out_values: Raster,
    out_cells: Ints,
) -> None:
    """Row by row: the cells between each pair of crossings of a polygon's edges with the line through cell centres."""
    n_rows, n_columns = out_values.shape
    for p in range(len(polygons) - 1):
        first, end = rings[polygons[p]], rings[polygons[p + 1]]
        top = bottom = rows[first]
        for k in range(first, end):
            top, bottom = min(top, rows[k]), max(bottom, rows[k])
        owner = owners[p]
        for i in range(max(ceil(top - 0.5), 0), min(floor(bottom - 0.5) + 1, n_rows)):
            n_crossings = 0
            line = i + 0.5
            for ring in range(polygons[p], polygons[p + 1]):
                for k in range(rings[ring], rings[ring + 1] - 1):
                    # Half-open, so that a corner on the line counts once.
                    if (rows[k] <= line) != (rows[k + 1] <= line):
                        part = (line - rows[k]) / (rows[k + 1] - rows[k])
                        scratch[n_crossings] = columns[k] + part * (columns[k + 1] - columns[k])
                        n_crossings += 1
            _sort(scratch, n_crossings)
            for c in range(0, n_crossings - 1, 2):
                for j in range(max(ceil(scratch[c] - 0.5), 0), min(ceil(scratch[c + 1] - 0.5), n_columns)):
                    out_cells[owner] += 1
                    if values[owner] > out_values[i, j]:
                        out_values[i, j] = values[owner]
