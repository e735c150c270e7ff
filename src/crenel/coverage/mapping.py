"""From polar approaches to the cells of the map."""

import math
from typing import Final

import numpy as np

from crenel.core.jit import kernel
from crenel.core.records import FloatArray
from crenel.coverage.approach import Chances, Course
from crenel.coverage.approaches import Watcher
from crenel.coverage.cells import Codes, spread
from crenel.coverage.grid import Grid
from crenel.world import Raster, World, flat_minimum_visible_height, sample

_ROWS_A_BAND: Final = 64


def on_cells(course: Course, grid: Grid, *, held: Chances, codes: Codes) -> tuple[Chances, Codes]:
    """Values of a polar grid on cells.

    Parameters
    ----------
    course : Course
    grid : Grid
    held : (Z, J) float32
        Taken between azimuths and distances.
    codes : (L, Z, J) uint8
        Taken from the nearest point.

    Returns
    -------
    (H, W) float32, (L, H, W) uint8
        NaN and 0 farther out than the approaches start; within the asset's radius the value on it.
    """
    out_held = np.empty((grid.n_rows, grid.n_columns), np.float32)
    out_codes = np.empty((len(codes), grid.n_rows, grid.n_columns), np.uint8)
    step_m = float(course.distance_m[0] - course.distance_m[1])
    east_m, north_m = grid.east_m - course.east_m, grid.centre_north_m - course.north_m

    def fill(first: int) -> None:
        part = slice(first, first + _ROWS_A_BAND)
        _fill(east_m, north_m[part], course.start_m, step_m, held, codes, out_held[part], out_codes[:, part])

    spread(fill, range(0, grid.n_rows, _ROWS_A_BAND))
    return out_held, out_codes


def sight_on_cells(world: World, watcher: Watcher, grid: Grid) -> Raster:
    """(H, W) least visible height of one unit on the grid's cells; NaN where there is no terrain."""
    out_m = np.empty((grid.n_rows, grid.n_columns), np.float32)
    ground, site = watcher.ground, watcher.site
    is_flat = world.terrain is None
    _fill_sight(
        grid.east_m, grid.centre_north_m, ground.sight_m, ground.west_m, ground.north_m, ground.cell_m, is_flat,
        site.east_m, site.north_m, site.antenna_m, ground.earth_radius_m, out_m,
    )  # fmt: skip
    return out_m


@kernel
def _fill(
    east_m: FloatArray,
    north_m: FloatArray,
    start_m: float,
    step_m: float,
    held: Chances,
    codes: Codes,
    out_held: Chances,
    out_codes: Codes,
) -> None:
    n_azimuths, n_steps = held.shape
    for i in range(len(north_m)):
        for j in range(len(east_m)):
            away_m = math.sqrt(east_m[j] * east_m[j] + north_m[i] * north_m[i])
            along = (start_m - away_m) / step_m
            if along < 0.0:
                out_held[i, j] = math.nan
                out_codes[:, i, j] = 0
                continue
            around = math.atan2(east_m[j], north_m[i]) / (2.0 * math.pi) * n_azimuths
            z, d = math.floor(around), min(math.floor(along), n_steps - 2)
            dz, dd = around - z, min(along - d, 1.0)
            z0, z1 = z % n_azimuths, (z + 1) % n_azimuths
            near = held[z0, d] * (1.0 - dd) + held[z0, d + 1] * dd
            far = held[z1, d] * (1.0 - dd) + held[z1, d + 1] * dd
            out_held[i, j] = near * (1.0 - dz) + far * dz
            nearest_z, nearest_d = z1 if dz > 0.5 else z0, d + 1 if dd > 0.5 else d
            for layer in range(len(codes)):
                out_codes[layer, i, j] = codes[layer, nearest_z, nearest_d]


@kernel
def _fill_sight(
    east_m: FloatArray,
    north_m: FloatArray,
    sight_m: Raster,
    west_m: float,
    top_m: float,
    cell_m: float,
    is_flat: bool,
    at_east_m: float,
    at_north_m: float,
    antenna_m: float,
    earth_radius_m: float,
    out_m: Raster,
) -> None:
    for i in range(len(north_m)):
        for j in range(len(east_m)):
            if is_flat:
                east, north = east_m[j] - at_east_m, north_m[i] - at_north_m
                away_m = math.sqrt(east * east + north * north)
                out_m[i, j] = flat_minimum_visible_height(away_m, antenna_m, earth_radius_m)
            else:
                out_m[i, j] = sample(sight_m, west_m, top_m, cell_m, east_m[j], north_m[i])
