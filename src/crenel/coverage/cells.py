"""Sight and detection cell by cell: one unit, one threat, one height above ground."""

import math
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from crenel.core.jit import kernel
from crenel.core.records import FloatArray
from crenel.coverage.geometry import Ground, Site, judge, view
from crenel.coverage.grid import Grid

Codes: TypeAlias = NDArray[np.uint8]
Chances: TypeAlias = NDArray[np.float32]

_ROWS_A_BAND: Final = 32


class Cells(NamedTuple):
    """(H, W) rank of each cell, and the chance that one look detects the threat over it."""

    rank: Codes
    p_look: Chances


def seen_cells(
    ground: Ground, site: Site, grid: Grid, *, height_m: float, speed_mps: float, assets_m: FloatArray
) -> Cells:
    """What one unit sees of a threat at a height, cell by cell.

    Parameters
    ----------
    ground : Ground
    site : Site
        Of a unit with a sensor.
    grid : Grid
    height_m : float [m]
        Above the ground.
    speed_mps : float [m/s]
    assets_m : (A, 2) float64 [m]
        East and north: over each cell the threat is on its way to the asset that is nearest.

    Returns
    -------
    Cells
        At cell centres; `p_look` is 0 where the unit does not see.
    """
    rank = np.empty((grid.n_rows, grid.n_columns), np.uint8)
    p_look = np.empty((grid.n_rows, grid.n_columns), np.float32)
    east_m, north_m = grid.east_m, grid.centre_north_m

    def fill(first: int) -> None:
        end = min(first + _ROWS_A_BAND, grid.n_rows)
        _fill_rows(
            ground, site, east_m, north_m[first:end], height_m, speed_mps, assets_m, rank[first:end], p_look[first:end]
        )

    spread(fill, range(0, grid.n_rows, _ROWS_A_BAND))
    return Cells(rank, p_look)


def spread(work: Callable[[Any], object], pieces: Iterable[Any]) -> None:
    """Do the pieces of some work on all processors, the first one on this thread: what compiles, compiles here."""
    waiting = list(pieces)
    if not waiting:
        return
    work(waiting[0])
    with ThreadPoolExecutor(max_workers=cpu_count()) as pool:
        for _ in pool.map(work, waiting[1:]):
            pass


@kernel
def _fill_rows(
    ground: Ground,
    site: Site,
    east_m: FloatArray,
    north_m: FloatArray,
    height_m: float,
    speed_mps: float,
    assets_m: FloatArray,
    out_rank: Codes,
    out_p_look: Chances,
) -> None:
    for i in range(len(north_m)):
        for j in range(len(east_m)):
            east, north = _towards_nearest(assets_m, east_m[j], north_m[i])
            seen = view(ground, site, east_m[j], north_m[i], height_m)
            found = judge(ground, site, seen, height_m, speed_mps * east, speed_mps * north)
            out_rank[i, j] = found.rank
            out_p_look[i, j] = found.p_look


@kernel
def _towards_nearest(assets_m: FloatArray, east_m: float, north_m: float) -> tuple[float, float]:
    """The direction to the nearest asset, east and north; right over it, north."""
    best, east, north = math.inf, 0.0, 1.0
    for a in range(len(assets_m)):
        off_east, off_north = assets_m[a, 0] - east_m, assets_m[a, 1] - north_m
        away = math.sqrt(off_east * off_east + off_north * off_north)
        if away < best:
            best = away
            if away > 0.0:
                east, north = off_east / away, off_north / away
    return east, north
