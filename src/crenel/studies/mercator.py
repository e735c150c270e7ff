"""Local rasters laid out for web maps: in Web Mercator, where an upright rectangle is all that draping one needs."""

from dataclasses import dataclass
from math import atan, degrees, log, pi, radians, sinh, tan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pyproj import Proj

_KNOT: Final = 16
"""Pixels between two points that are projected exactly; in between a straight line is good to centimetres."""


@dataclass(frozen=True, slots=True, eq=False)
class Draped:
    """A raster whose rows and columns run along Web Mercator; `bounds_deg` is west, south, east, north."""

    values: NDArray[Any]
    bounds_deg: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Laid:
    """How a local raster lies: outer edges of its first cell, the side of a cell, the projection as PROJ writes it."""

    west_m: float
    north_m: float
    cell_m: float
    projection: str


def drape(values: NDArray[Any], laid: Laid, *, outside: float, most: int) -> Draped:
    """A local raster on a grid of Web Mercator: the value of the cell that each pixel's centre lies in.

    Parameters
    ----------
    values : (H, W, ...) array
        Row 0 in the north.
    laid : Laid
    outside : float
        What stands where the raster does not reach.
    most : int
        Pixels of the longest side, at most; never more than the raster has cells.

    Returns
    -------
    Draped
    """
    n_rows, n_columns = values.shape[:2]
    project = Proj(laid.projection)
    east_m = laid.west_m + np.arange(n_columns + 1) * laid.cell_m
    north_m = laid.north_m - np.arange(n_rows + 1) * laid.cell_m
    edge_east = np.concatenate([east_m, east_m, np.full(n_rows + 1, east_m[0]), np.full(n_rows + 1, east_m[-1])])
    edge_north = np.concatenate(
        [np.full(n_columns + 1, north_m[0]), np.full(n_columns + 1, north_m[-1]), north_m, north_m]
    )
    lon_deg, lat_deg = project(edge_east, edge_north, inverse=True)
    west, east = float(lon_deg.min()), float(lon_deg.max())
    south, north = float(lat_deg.min()), float(lat_deg.max())
    top, bottom = _y(north), _y(south)
    longest = min(most, max(n_rows, n_columns))
    across, down = east - west, degrees(top - bottom)
    width = max(1, round(longest * min(1.0, across / down)))
    height = max(1, round(longest * min(1.0, down / across)))
    columns = west + (_knots(width) + 0.5) / width * across
    rows = np.array([degrees(atan(sinh(top - (row + 0.5) / height * (top - bottom)))) for row in _knots(height)])
    at_east_m, at_north_m = project(*np.meshgrid(columns, rows))
    column = _between((np.asarray(at_east_m) - laid.west_m) / laid.cell_m, height, width)
    row = _between((laid.north_m - np.asarray(at_north_m)) / laid.cell_m, height, width)
    inside = (column >= 0.0) & (row >= 0.0) & (column < n_columns) & (row < n_rows)
    found = np.full((height, width, *values.shape[2:]), outside, values.dtype)
    found[inside] = values[row[inside].astype(np.int64), column[inside].astype(np.int64)]
    return Draped(found, (west, south, east, north))


def _y(lat_deg: float) -> float:
    return log(tan(pi / 4.0 + radians(lat_deg) / 2.0))


def _knots(n: int) -> NDArray[np.float64]:
    return np.append(np.arange(0, n - 1, _KNOT, dtype=np.float64), n - 1.0)


def _between(at: NDArray[np.float64], height: int, width: int) -> NDArray[np.float64]:
    """(H, W) by straight lines between the knots of rows and columns."""
    columns, rows = _knots(width), _knots(height)
    wide = np.stack([np.interp(np.arange(width), columns, line) for line in at])
    lower = np.clip(np.searchsorted(rows, np.arange(height), side="right") - 1, 0, max(0, len(rows) - 2))
    if len(rows) == 1:
        return np.repeat(wide, height, axis=0)
    share = ((np.arange(height) - rows[lower]) / (rows[lower + 1] - rows[lower]))[:, np.newaxis]
    between: NDArray[np.float64] = wide[lower] * (1.0 - share) + wide[lower + 1] * share
    return between
