"""The roofs that units stand on: free around the antenna, and a parapet along the edge if the scenario says so."""

from collections.abc import Sequence
from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from crenel.world.buildings import Buildings
    from crenel.world.patches import Grid
    from crenel.world.terrain import Raster


class Stand(NamedTuple):
    """Where a unit stands, how high above the ground, how high above that its antenna, and the roof's parapet."""

    name: str
    east_m: float
    north_m: float
    mounted_m: float
    antenna_m: float
    parapet_m: float


def set_stands(out_roofs_m: "Raster", buildings: "Buildings", stands: Sequence[Stand], grid: "Grid") -> list[str]:
    """Give the roofs that units stand on their parapets, keep the units' own cells free, and tell of it.

    Parameters
    ----------
    out_roofs_m : (H, W) float32 [m]
        Heights above the ground of the buildings that were set on it, 0 elsewhere.
    buildings : Buildings
    stands : sequence of Stand
    grid : Grid
        Of `out_roofs_m`.

    Notes
    -----
    A parapet is one cell wide, along every edge of the roof, and as thick as its cell: an antenna that looks down past
    it does so over its outer side. In the cell that the unit stands in, nothing is higher than the unit, but for a
    parapet, which there reaches up to the antenna at most.
    """
    notes = []
    for stand in stands:
        if stand.parapet_m > 0.0 and not (n_cells := _set_parapet(out_roofs_m, buildings, stand, grid)):
            notes.append(no_parapet(stand.name, stand.parapet_m))
        elif stand.parapet_m > 0.0:
            notes.append(
                f"{stand.name}: a parapet of {stand.parapet_m:.3g} m stands along the edge of its roof, in {n_cells:,} "
                f"squares of {grid.cell_m:.3g} m"
            )
    for stand in stands:
        row = floor(grid.north - stand.north_m / grid.cell_m)
        column = floor(stand.east_m / grid.cell_m - grid.west)
        if 0 <= row < grid.shape[0] and 0 <= column < grid.shape[1]:
            free_m = stand.mounted_m + min(stand.parapet_m, stand.antenna_m)
            out_roofs_m[row, column] = min(out_roofs_m[row, column], np.float32(free_m))
    return notes


def no_parapet(name: str, parapet_m: float) -> str:
    """What is said where a parapet has no roof to stand on."""
    return (
        f"{name}: its parapet of {parapet_m:.3g} m hides nothing: no building of the place's files is set on the "
        "ground under it"
    )


def _set_parapet(out_roofs_m: "Raster", buildings: "Buildings", stand: Stand, grid: "Grid") -> int:
    """Raise the edge of the roof under a unit; how many cells that is."""
    from crenel.world.footprints import burn  # flat worlds need no such libraries
    from crenel.world.patches import Grid

    under = [int(k) for k in buildings.under(stand.east_m, stand.north_m) if buildings.heights_m[k] > 0.0]
    if not under:
        return 0
    shape, roof_m = buildings.shapes[under[0]], float(buildings.heights_m[under[0]])
    west_m, south_m, east_m, north_m = shape.bounds
    near = Grid(  # one cell more to all sides, so that every edge has an outside
        grid.cell_m,
        west=floor(west_m / grid.cell_m) - 1,
        east=ceil(east_m / grid.cell_m) + 1,
        south=floor(south_m / grid.cell_m) - 1,
        north=ceil(north_m / grid.cell_m) + 1,
    )
    covered = burn(buildings.shapes[under[0] : under[0] + 1], np.ones(1), near)[0] > 0.0
    inside = covered.copy()
    for rows in (-1, 0, 1):
        for columns in (-1, 0, 1):
            inside &= np.roll(covered, (rows, columns), (0, 1))
    rows_at, columns_at = np.nonzero(covered & ~inside)
    rows_at += grid.north - near.north
    columns_at += near.west - grid.west
    held = (rows_at >= 0) & (rows_at < grid.shape[0]) & (columns_at >= 0) & (columns_at < grid.shape[1])
    edge = rows_at[held], columns_at[held]
    out_roofs_m[edge] = np.maximum(out_roofs_m[edge], np.float32(roof_m + stand.parapet_m))
    return int(held.sum())
