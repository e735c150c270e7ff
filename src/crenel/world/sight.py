"""Who sees what: the horizon on a smooth earth, and minimum-visible-height maps over terrain.

A map holds, for each cell, the least height above ground at which a target over it is in line of sight; every target
height is then a threshold. Refraction is an effective earth radius; curvature enters here and nowhere else.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from math import ceil, floor, inf, isnan, nan, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from crenel.core.jit import kernel
from crenel.core.records import CrenelError
from crenel.world.terrain import Raster, Terrain, bilinear

_ROWS_A_BAND = 16


@kernel
def horizon_range_m(antenna_height_m: float, target_height_m: float, effective_radius_m: float) -> float:
    """How far apart an antenna and a target can be and still see each other over a smooth earth.

    Parameters
    ----------
    antenna_height_m, target_height_m : float [m]
        Above the smooth earth, >= 0 and far less than its radius.
    effective_radius_m : float [m]
        k times the earth's radius; k = 4/3 for standard refraction.

    Returns
    -------
    float [m]

    Notes
    -----
    ``sqrt(2 k R h1) + sqrt(2 k R h2)``; 30 m alone sees 22.58 km at k = 4/3.

    References
    ----------
    [skolnik2001] ch. 8
    """
    return sqrt(2.0 * effective_radius_m * antenna_height_m) + sqrt(2.0 * effective_radius_m * target_height_m)


@kernel
def flat_minimum_visible_height(distance_m: float, antenna_height_m: float, effective_radius_m: float) -> float:
    """Least height at which a target is in line of sight over a smooth earth.

    Parameters
    ----------
    distance_m : float [m]
        Along the ground, >= 0.
    antenna_height_m : float [m]
        Above the ground, >= 0.
    effective_radius_m : float [m]
        k times the earth's radius.

    Returns
    -------
    float [m]
        Above the ground; 0 within the antenna's own horizon.

    Notes
    -----
    ``(d - sqrt(2 k R h))^2 / (2 k R)`` beyond the horizon.

    References
    ----------
    [skolnik2001] ch. 8
    """
    beyond_m = distance_m - sqrt(2.0 * effective_radius_m * antenna_height_m)
    if beyond_m <= 0.0:
        return 0.0
    return beyond_m * beyond_m / (2.0 * effective_radius_m)


def minimum_visible_height(
    terrain: Terrain, *, east_m: float, north_m: float, antenna_height_m: float, effective_radius_m: float
) -> Raster:
    """Least height above ground at which a target over each cell is in line of sight of an antenna.

    Parameters
    ----------
    terrain : Terrain
        Its surface hides; heights count from its ground.
    east_m, north_m : float [m]
        Where the antenna stands, anywhere between cell centres.
    antenna_height_m : float [m]
        Above the ground there, >= 0.
    effective_radius_m : float [m]
        k times the earth's radius.

    Returns
    -------
    (H, W) float32 [m]
        At cell centres; 0 where the ground itself is visible, NaN where there is no terrain. Nothing below the surface
        is in sight: over a building it is at least the building's height.

    Raises
    ------
    CrenelError
        The antenna stands where there is no terrain.

    Notes
    -----
    The plain way, O(N^3): one ray per cell, which looks at the terrain wherever it crosses a grid line (cell centre to
    cell centre) across its longer direction, with heights linear along that line. Cells without a height hide nothing.

    References
    ----------
    [franklin1994], there called R3
    """
    row, column = terrain.indices(east_m, north_m)
    ground_m = bilinear(terrain.ground_m, row, column)
    if isnan(ground_m):
        raise CrenelError(
            f"an antenna at {east_m:.0f} m east, {north_m:.0f} m north of the centre stands outside the terrain. "
            "Move it, or give a raster that covers it."
        )
    n_rows, n_columns = terrain.ground_m.shape
    eye = _Eye(
        row=row,
        column=column,
        height_m=ground_m + antenna_height_m,
        cell_m=terrain.cell_m,
        inverse_rows=_inverse_steps(n_rows, row),
        inverse_columns=_inverse_steps(n_columns, column),
        bulge_per_m2=0.5 / effective_radius_m,
    )
    out_m = np.empty((n_rows, n_columns), dtype=np.float32)

    def look(first_row: int) -> None:
        _look_at_rows(terrain.ground_m, terrain.top_m, eye, first_row, min(first_row + _ROWS_A_BAND, n_rows), out_m)

    look(0)  # on this thread, so that a first use compiles here and not in the pool
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for _ in pool.map(look, range(_ROWS_A_BAND, n_rows, _ROWS_A_BAND)):
            pass
    return out_m


class _Eye(NamedTuple):
    """An antenna in grid terms; `inverse_*` hold one over the signed number of steps to each grid line."""

    row: float
    column: float
    height_m: float
    cell_m: float
    inverse_rows: NDArray[np.float64]
    inverse_columns: NDArray[np.float64]
    bulge_per_m2: float


def _inverse_steps(n_lines: int, at: float) -> NDArray[np.float64]:
    steps = np.arange(n_lines, dtype=np.float64) - at
    inverse: NDArray[np.float64] = np.divide(1.0, steps, out=np.zeros(n_lines), where=steps != 0.0)
    return inverse


@kernel
def _look_at_rows(ground_m: Raster, surface_m: Raster, eye: _Eye, first_row: int, end_row: int, out_m: Raster) -> None:
    """Fill rows of a minimum-visible-height map."""
    turned_m = surface_m.T
    for i in range(first_row, end_row):
        for j in range(ground_m.shape[1]):
            if isnan(ground_m[i, j]):
                out_m[i, j] = nan
                continue
            rows = i - eye.row
            columns = j - eye.column
            bulge_m = (rows * rows + columns * columns) * eye.cell_m * eye.cell_m * eye.bulge_per_m2
            if abs(columns) >= abs(rows):
                rise_m = _greatest_rise(
                    surface_m, eye.row, eye.column, i, j, eye.inverse_columns, eye.height_m, bulge_m
                )
            else:
                rise_m = _greatest_rise(turned_m, eye.column, eye.row, j, i, eye.inverse_rows, eye.height_m, bulge_m)
            lowest_m = rise_m + eye.height_m - (float(ground_m[i, j]) - bulge_m)
            out_m[i, j] = max(float(surface_m[i, j]) - float(ground_m[i, j]), lowest_m)


@kernel
def _greatest_rise(
    surface_m: Raster,
    eye_row: float,
    eye_column: float,
    row: int,
    column: int,
    inverse_columns: NDArray[np.float64],
    eye_height_m: float,
    bulge_m: float,
) -> float:
    """How high above the eye the column lines strictly between it and a cell lift the sight line at that cell.

    With t the share of the way at a crossing, its height drops by t^2 of the cell's own earth bulge, and a line over
    it has risen by 1/t of what it stands above the eye when it arrives.
    """
    greatest_m = -inf
    columns = column - eye_column
    if columns == 0.0:
        return greatest_m
    first, end = (floor(eye_column) + 1, column) if columns > 0.0 else (column + 1, ceil(eye_column))
    last_row = surface_m.shape[0] - 1
    rows_a_column = (row - eye_row) / columns
    bulge_a_column_m = bulge_m / columns
    for line in range(first, end):
        steps = line - eye_column
        at = eye_row + steps * rows_a_column
        below = floor(at)
        near_m = float(surface_m[min(max(below, 0), last_row), line])
        far_m = float(surface_m[min(max(below + 1, 0), last_row), line])
        height_m = _between(near_m, far_m, at - below)
        rise_m = (height_m - eye_height_m) * columns * inverse_columns[line] - steps * bulge_a_column_m
        if rise_m > greatest_m:
            greatest_m = rise_m
    return greatest_m


@kernel
def _between(near: float, far: float, part: float) -> float:
    """Linear between two heights; one that is NaN gives way to the other, and two of them compare as no height."""
    if isnan(near):
        return far
    if isnan(far):
        return near
    return near + part * (far - near)
