"""The cells that coverage is worked out on."""

from dataclasses import dataclass
from math import ceil, sqrt
from typing import Final

import numpy as np

from crenel.core.records import CrenelError, FloatArray
from crenel.world import World

FLAT_CELLS: Final = 400
"""Cells across a place of flat ground, where nobody asks for another size."""

MOST_BYTES: Final = 2**31
"""Layers that would take more are refused: 2 GiB."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Square cells, row 0 in the north; `west_m` and `north_m` are the outer edges of the first one."""

    west_m: float
    north_m: float
    cell_m: float
    n_rows: int
    n_columns: int

    @property
    def east_m(self) -> FloatArray:
        """(W,) of the cells' centres."""
        centres: FloatArray = self.west_m + (np.arange(self.n_columns, dtype=np.float64) + 0.5) * self.cell_m
        return centres

    @property
    def centre_north_m(self) -> FloatArray:
        """(H,) of the cells' centres, from the north."""
        centres: FloatArray = self.north_m - (np.arange(self.n_rows, dtype=np.float64) + 0.5) * self.cell_m
        return centres

    def distance_m(self, east_m: float, north_m: float) -> FloatArray:
        """(H, W) of each cell's centre from a point."""
        away: FloatArray = np.hypot(self.east_m[np.newaxis, :] - east_m, self.centre_north_m[:, np.newaxis] - north_m)
        return away


def make_grid(world: World, *, radius_m: float, cell_m: float = 0.0, bytes_per_cell: int = 1) -> Grid:
    """The cells of a place: the terrain's own, or square ones of a chosen size.

    Parameters
    ----------
    world : World
    radius_m : float [m]
        Of the place.
    cell_m : float [m]
        0: the terrain's own cells, or as many of them together as there is memory for; on flat ground a 400th of the
        place.
    bytes_per_cell : int
        What all layers of one cell take together.

    Raises
    ------
    CrenelError
        Cells finer than the terrain, larger than the place, or too many for memory.
    """
    terrain = world.terrain
    if terrain is None:
        wanted_m = cell_m or 2.0 * radius_m / FLAT_CELLS
        n = ceil(2.0 * radius_m / wanted_m - 1e-9)
        grid = Grid(-0.5 * n * wanted_m, 0.5 * n * wanted_m, wanted_m, n, n)
    elif not cell_m or abs(cell_m - terrain.cell_m) < 1e-6:
        rows, columns = terrain.ground_m.shape
        n = 1 if cell_m else ceil(sqrt(rows * columns * bytes_per_cell / MOST_BYTES))
        grid = Grid(terrain.west_m, terrain.north_m, n * terrain.cell_m, ceil(rows / n), ceil(columns / n))
    else:
        if cell_m < terrain.cell_m:
            raise CrenelError(
                f"cells of {cell_m:g} m are finer than the terrain, whose cells are {terrain.cell_m:.4g} m: they would "
                "show nothing more. Leave the cell size out, or take a larger one."
            )
        rows, columns = (ceil(n * terrain.cell_m / cell_m - 1e-9) for n in terrain.ground_m.shape)
        grid = Grid(terrain.west_m, terrain.north_m, cell_m, rows, columns)
    _refuse_too_many(grid, radius_m, bytes_per_cell)
    return grid


def _refuse_too_many(grid: Grid, radius_m: float, bytes_per_cell: int) -> None:
    if grid.cell_m > radius_m:
        raise CrenelError(
            f"one cell of {grid.cell_m:g} m would cover the place (radius {radius_m / 1000.0:g} km). "
            f"Take smaller cells, such as {radius_m / 200.0:.0f} m."
        )
    n_bytes = grid.n_rows * grid.n_columns * bytes_per_cell
    if n_bytes > MOST_BYTES:
        enough_m = grid.cell_m * (n_bytes / MOST_BYTES) ** 0.5
        raise CrenelError(
            f"cells of {grid.cell_m:g} m make {grid.n_rows:,} by {grid.n_columns:,} of them, and "
            f"{n_bytes / 2**30:,.1f} GiB of layers; {MOST_BYTES / 2**30:.0f} GiB is the most. "
            f"Take cells of {enough_m * 1.05:.3g} m or more, or fewer heights, threats or units."
        )
