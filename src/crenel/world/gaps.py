"""What raster files lack: voids in them, gaps between them, tiles that are not there. Refused, filled, or sea."""

from collections.abc import Sequence
from math import degrees
from typing import Final

import numpy as np
from rasterio.fill import fillnodata
from scipy.ndimage import distance_transform_edt

from crenel.core.records import CrenelError
from crenel.world.patches import Flags, Grid, Patch, Request, cover_on_grid, hull_on_grid
from crenel.world.products import missing_tiles
from crenel.world.terrain import Raster

_VOID: Final = np.float32(-32768.0)
_FILL_REACH_CELLS: Final = 100.0
_MOST_NAMED: Final = 3


def mend_patch(request: Request, patch: Patch, notes: list[str]) -> int:
    """Make missing tiles sea and fill voids, in place, where the scenario says so; how many voids there were."""
    void = np.isnan(patch.heights_m)
    if void[patch.covered].all():
        raise CrenelError(
            f"terrain {request.names}: holds no heights within {request.radius_m / 1000.0:g} km of the place's "
            "centre, only voids. Give a raster with heights there."
        )
    if request.rules.missing_tiles == "sea":
        _make_sea(request, patch.heights_m, patch.covered, notes)
        void &= patch.covered
    rows, columns = np.nonzero(void)
    if not rows.size:
        return 0
    east_m, north_m = patch.source.to_local(
        patch.transform, columns.astype(np.float64) + 0.5, rows.astype(np.float64) + 0.5
    )
    within = np.hypot(east_m, north_m) <= request.radius_m
    n_void = int(np.count_nonzero(within))
    if n_void:
        n_gap = int(np.count_nonzero(within & ~patch.covered[rows, columns]))
        _refuse_or_tell(request, n_void, n_gap, notes)
        _fill(patch.heights_m, np.ones_like(void))
    return n_void


def mend_grid(request: Request, heights_m: Raster, patches: Sequence[Patch], grid: Grid, notes: list[str]) -> int:
    """The same for heights on the grid, which come from files of several lattices."""
    void = np.isnan(heights_m)
    if not void.any():
        return 0
    covered = np.zeros(void.shape, dtype=np.bool_)
    for patch in patches:
        covered |= cover_on_grid(patch, grid)
    if request.rules.missing_tiles == "sea":
        _make_sea(request, heights_m, covered, notes)
        inside = covered
    else:
        inside = covered | hull_on_grid(patches, grid)
    void &= inside
    within = void & (grid.distances_m() <= request.radius_m)
    n_void = int(np.count_nonzero(within))
    if n_void:
        _refuse_or_tell(request, n_void, int(np.count_nonzero(within & ~covered)), notes)
        _fill(heights_m, inside)
    return n_void


def no_tile_for(request: Request) -> str:
    """ " (no tile for N55 E038)", where the names of the files tell; else empty."""
    reach_m = request.radius_m
    points = [request.frame.to_geo(e, n) for e in (-reach_m, 0.0, reach_m) for n in (-reach_m, 0.0, reach_m)]
    lats, lons = [degrees(point.lat_rad) for point in points], [degrees(point.lon_rad) for point in points]
    if max(lons) - min(lons) > 180.0:
        lons = [lon % 360.0 for lon in lons]  # across the date line
    tiles = missing_tiles(request.paths, lats_deg=(min(lats), max(lats)), lons_deg=(min(lons), max(lons)))
    return f" (no tile for {listed([str(tile) for tile in tiles])})" if tiles else ""


def listed(names: Sequence[str]) -> str:
    """The first few of some names, and how many more there are."""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _make_sea(request: Request, heights_m: Raster, covered: Flags, notes: list[str]) -> None:
    if not covered.all():
        heights_m[~covered] = 0.0
        notes.append(f"where no file lies{no_tile_for(request)} is taken to be sea, height 0, as the scenario says")


def _refuse_or_tell(request: Request, n_void: int, n_gap: int, notes: list[str]) -> None:
    if request.rules.voids == "fill":
        notes.append(f"{_counted(n_void)} within the place had no height and were filled from around them")
        return
    around = f"within {request.radius_m / 1000.0:g} km of the place's centre"
    if 2 * n_gap > n_void:
        raise CrenelError(
            f"terrain {request.names}: no file covers {_counted(n_gap)} {around}{no_tile_for(request)}. Add the file "
            "that does. Where there is only sea, for which no tiles are published, write `missing_tiles: sea`; "
            "`voids: fill` fills gaps from around them."
        )
    raise CrenelError(
        f"terrain {request.names}: {_counted(n_void)} {around} without a height (voids). Write `voids: fill` beside "
        "the terrain's file to fill them from around them, or give a raster without voids."
    )


def _fill(heights_m: Raster, inside: Flags) -> None:
    """Fill what has no height inside, in place: between what is around it, and from the nearest where that is far."""
    void = np.isnan(heights_m)
    filled = fillnodata(np.where(void, _VOID, heights_m), mask=~void, max_search_distance=_FILL_REACH_CELLS)
    left = filled == _VOID
    if (left & inside).any():
        nearest = distance_transform_edt(left, return_distances=False, return_indices=True)
        filled = filled[tuple(nearest)]
    np.copyto(heights_m, filled, where=void & inside)


def _counted(n: int) -> str:
    return "1 cell" if n == 1 else f"{n:,} cells"
