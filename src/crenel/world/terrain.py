"""Heights of ground and surface on a square local grid, and how they are read at a point."""

from dataclasses import dataclass
from math import floor, isnan, nan
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from crenel.core.jit import kernel

Raster: TypeAlias = NDArray[np.float32]


@kernel
def sample(raster: Raster, west_m: float, north_m: float, cell_m: float, at_east_m: float, at_north_m: float) -> float:
    """The value of the cell that a point lies in.

    Parameters
    ----------
    raster : (H, W) float32
        Row 0 in the north.
    west_m, north_m : float [m]
        Outer edges of the first cell.
    cell_m : float [m]
        Side of a cell.
    at_east_m, at_north_m : float [m]
        The point.

    Returns
    -------
    float
        NaN outside the raster.
    """
    column = floor((at_east_m - west_m) / cell_m)
    row = floor((north_m - at_north_m) / cell_m)
    if row < 0 or column < 0 or row >= raster.shape[0] or column >= raster.shape[1]:
        return nan
    return float(raster[row, column])


@kernel
def bilinear(raster: Raster, row: float, column: float) -> float:
    """A value between four cell centres.

    Parameters
    ----------
    raster : (H, W) float32
    row, column : float
        Whole numbers at cell centres; the outermost half cell takes the value of the outermost centres.

    Returns
    -------
    float
        NaN outside the raster and in a cell that is NaN; elsewhere cells that are NaN carry no weight.
    """
    n_rows, n_columns = raster.shape
    nearest_row = floor(row + 0.5)
    nearest_column = floor(column + 0.5)
    if nearest_row < 0 or nearest_column < 0 or nearest_row >= n_rows or nearest_column >= n_columns:
        return nan
    if isnan(raster[nearest_row, nearest_column]):
        return nan
    first_row = floor(row)
    first_column = floor(column)
    total = 0.0
    weights = 0.0
    for i in range(first_row, first_row + 2):
        for j in range(first_column, first_column + 2):
            value = float(raster[min(max(i, 0), n_rows - 1), min(max(j, 0), n_columns - 1)])
            weight = (1.0 - abs(row - i)) * (1.0 - abs(column - j))
            if weight > 0.0 and not isnan(value):
                total += weight * value
                weights += weight
    return total / weights


@dataclass(frozen=True, slots=True, eq=False)
class Terrain:
    """Ground, and the surface over it, in the local frame.

    `ground_m` is (H, W) float32, read-only, row 0 in the north; NaN where there is no terrain. Heights above ground
    count from it. `surface_m` is what hides: the ground with all that stands on it; without one the ground itself
    hides. Neither is known where the other is not, and the surface is nowhere below the ground. `west_m` and `north_m`
    are the outer edges of the first cell, `cell_m` its side. `n_void` cells of the files within the place had no height
    and were filled. Heights keep the file's `datum`. `has_walls` says that buildings were set on the ground, cell by
    cell: walls are upright then, and do not slope to the next cell.
    """

    ground_m: Raster
    cell_m: float
    west_m: float
    north_m: float
    n_void: int = 0
    datum: str = "as the file"
    surface_m: Raster | None = None
    has_walls: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "ground_m", _read_only(self.ground_m))
        if self.surface_m is not None:
            object.__setattr__(self, "surface_m", _read_only(self.surface_m))

    @property
    def top_m(self) -> Raster:
        """What hides: the surface, or the ground where nothing is known to stand on it."""
        return self.ground_m if self.surface_m is None else self.surface_m

    @property
    def east_m(self) -> float:
        """Outer edge of the last column."""
        return self.west_m + float(self.ground_m.shape[1]) * self.cell_m

    @property
    def south_m(self) -> float:
        """Outer edge of the last row."""
        return self.north_m - float(self.ground_m.shape[0]) * self.cell_m

    def indices(self, east_m: float, north_m: float) -> tuple[float, float]:
        """Row and column of a point: whole numbers at cell centres."""
        return (self.north_m - north_m) / self.cell_m - 0.5, (east_m - self.west_m) / self.cell_m - 0.5

    def height_m(self, east_m: float, north_m: float) -> float:
        """Ground height between cell centres; NaN outside."""
        row, column = self.indices(east_m, north_m)
        return bilinear(self.ground_m, row, column)

    def cover_m(self, east_m: float, north_m: float) -> float:
        """How far the surface is above the ground in the cell of a point; NaN outside."""
        args = self.west_m, self.north_m, self.cell_m, east_m, north_m
        return sample(self.top_m, *args) - sample(self.ground_m, *args)


def _read_only(heights_m: Raster) -> Raster:
    view: NDArray[Any] = np.ascontiguousarray(heights_m, dtype=np.float32).view()
    view.flags.writeable = False
    return view
