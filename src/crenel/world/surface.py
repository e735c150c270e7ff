"""Ground and surface of a place: from files of either, from flat ground, and from buildings that stand on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from crenel.core.records import CrenelError, FlatTerrain, HeightModel, Place, RasterTerrain
from crenel.world.buildings import Buildings
from crenel.world.footprints import burn
from crenel.world.frame import Frame
from crenel.world.mosaic import Heights, known_products, read_heights
from crenel.world.patches import Grid, Rules
from crenel.world.products import Product
from crenel.world.roofs import Stand, no_parapet, set_stands
from crenel.world.terrain import Raster, Terrain

FINEST_M: Final = 2.0
"""Cells for buildings are not made smaller than this, whatever room there is."""

MOST_FINE_CELLS_A_SIDE: Final = 4096
"""Cells for buildings are made larger where there would be more of them: sight takes time and memory for each."""

_ALL_OFF_M: Final = 20.0  # ground above its own surface by so much, all over: two datums


@dataclass(frozen=True, slots=True, eq=False)
class Bare:
    """A place without what was read of its buildings: heights on the grid, and what is to be said of them.

    `model` is what the heights are of, as the scenario says or as the file is known. `burns` says whether buildings are
    to be set on top.
    """

    ground_m: Raster
    surface_m: Raster | None
    grid: Grid
    n_void: int
    datum: str
    model: HeightModel
    burns: bool
    notes: tuple[str, ...]


def bare(place: Place[Any], frame: Frame) -> Bare:
    """Ground and surface of a place from its files, or flat, fine enough for its buildings.

    Raises
    ------
    CrenelError
        As `read_heights`; also where ground and surface do not fit each other.

    Notes
    -----
    A surface model is not given its buildings twice: it holds them already, as its cells show them, and their file then
    serves pictures and the roofs that units stand on.
    """
    if isinstance(place.terrain, FlatTerrain):
        return _flat(place, place.terrain.height_m)
    terrain = place.terrain
    model, notes = _model(terrain, known_products(terrain.paths, frame=frame, radius_m=place.radius_m))
    burns = place.buildings is not None and model != "surface"
    finer_m = _fine_cell_m(place.radius_m) if burns and terrain.cells_m is None else None
    rules = Rules(terrain.voids, terrain.missing_tiles, terrain.datum, cell_at_most_m=finer_m, cell_m=terrain.cells_m)
    first = read_heights(terrain.paths, frame=frame, radius_m=place.radius_m, rules=rules)
    if finer_m is not None and first.grid.cell_m == finer_m:
        notes.append("its squares are finer than the terrain's own cells, so that buildings show")
    if not terrain.ground:
        return Bare(first.heights_m, None, first.grid, first.n_void, first.datum, model, burns, (*first.notes, *notes))
    ground = read_heights(
        terrain.ground,
        frame=frame,
        radius_m=place.radius_m,
        rules=Rules(terrain.voids, datum=terrain.datum, cell_m=terrain.cells_m),
        grid=first.grid,
    )
    ground_m, surface_m, fitted = _fitted(first, ground)
    told = (*first.notes, *(f"bare ground: {note}" for note in ground.notes), *notes, *fitted)
    return Bare(ground_m, surface_m, first.grid, first.n_void + ground.n_void, first.datum, model, burns, told)


def raised(found: Bare, buildings: Buildings | None, stands: Sequence[Stand] = ()) -> tuple[Terrain, tuple[str, ...]]:
    """The terrain with its buildings on it, and what there is to say of them.

    Parameters
    ----------
    found : Bare
    buildings : Buildings or None
        None: nothing is set on top.
    stands : sequence of Stand
        Of all units.

    Notes
    -----
    Roofs follow the ground: a cell under a footprint is as much higher as the building is high. Where footprints
    overlap the highest counts; what hangs over open ground reaches down to it.
    """
    grid = found.grid
    surface_m = found.surface_m
    notes: list[str] = []
    if buildings is not None and found.burns:
        roofs_m, n_cells = burn(buildings.shapes, buildings.heights_m, grid)
        notes += set_stands(roofs_m, buildings, stands, grid)
        surface_m = found.ground_m + roofs_m
        if n_small := int(np.count_nonzero((n_cells == 0) & _on_ground(buildings, found))):
            notes.append(
                f"{n_small:,} of {len(n_cells):,} footprints lie between cell centres, {grid.cell_m:.3g} m apart, and "
                "hide nothing"
            )
    else:
        notes += [no_parapet(stand.name, stand.parapet_m) for stand in stands if stand.parapet_m > 0.0]
    terrain = Terrain(
        ground_m=found.ground_m,
        cell_m=grid.cell_m,
        west_m=grid.west * grid.cell_m,
        north_m=grid.north * grid.cell_m,
        n_void=found.n_void,
        datum=found.datum,
        surface_m=surface_m,
        has_walls=buildings is not None and found.burns,
    )
    return terrain, tuple(notes)


def _on_ground(buildings: Buildings, found: Bare) -> NDArray[np.bool_]:
    """Whether each building stands where there is terrain, by the middle of the box around it."""
    grid = found.grid
    west, south, east, north = shapely.bounds(buildings.shapes).T
    rows = np.floor(grid.north - 0.5 * (south + north) / grid.cell_m).astype(np.int64)
    columns = np.floor(0.5 * (west + east) / grid.cell_m - grid.west).astype(np.int64)
    inside = (rows >= 0) & (rows < grid.shape[0]) & (columns >= 0) & (columns < grid.shape[1])
    on_ground: NDArray[np.bool_] = inside.copy()
    on_ground[inside] = np.isfinite(found.ground_m[rows[inside], columns[inside]])
    return on_ground


def _flat(place: Place[Any], height_m: float) -> Bare:
    """Flat ground as a raster, for the buildings that stand on it."""
    cell_m = _fine_cell_m(place.radius_m)
    n = ceil(round(place.radius_m / cell_m, 6))
    grid = Grid(cell_m, -n, n, -n, n)
    ground_m = np.full(grid.shape, height_m, dtype=np.float32)
    notes = (
        f"flat ground at {height_m:g} m, as the scenario says: no hill hides anything",
        f"buildings stand on it in squares of {cell_m:.3g} m; outside the place nothing is ever in sight",
    )
    return Bare(ground_m, None, grid, 0, "as stated", "ground", True, notes)


def _fine_cell_m(radius_m: float) -> float:
    """Cells for buildings: as fine as there is room for."""
    return max(FINEST_M, float(ceil(2.0 * radius_m / MOST_FINE_CELLS_A_SIDE)))


def _model(terrain: RasterTerrain, products: Sequence[Product]) -> tuple[HeightModel, list[str]]:
    """What the heights are of, and what is said of it: the scenario's word counts, and a known file's is told."""
    known = {product.model for product in products}
    notes = [
        f"the terrain is {product.name}: "
        + ("a surface model, roofs and treetops included" if product.model == "surface" else "bare ground")
        + f"; published against {product.datum}"
        for product in products
    ]
    model = terrain.model
    if model == "unknown" and len(known) == 1:
        model = known.pop()
    elif known and model not in known | {"unknown"}:
        notes.append(f"`model: {model}` contradicts that; the heights are taken as the scenario says")
    if model == "surface" and not terrain.ground:
        notes.append(
            "heights above ground count from this surface: 60 m above ground is 60 m above roofs and treetops there"
        )
    elif model == "unknown":
        notes.append(
            "nothing says whether the heights are of bare ground or hold roofs and treetops too; heights above ground "
            "count from them as they are (say `model: surface` or `model: ground`)"
        )
    return model, notes


def _fitted(surface: Heights, ground: Heights) -> tuple[Raster, Raster, list[str]]:
    """Ground and surface that are known in the same cells, the surface nowhere below the ground."""
    above_m = surface.heights_m - ground.heights_m
    known = np.isfinite(above_m)
    if not known.any():
        raise CrenelError("terrain: surface and ground have no cell in common. Give files of the same place.")
    middle_m = float(np.median(above_m[known]))
    if middle_m < -_ALL_OFF_M:
        raise CrenelError(
            f"terrain: the ground lies above the surface, by {-middle_m:.0f} m in the middle. They count from "
            "different zeros, or were swapped: convert one to the other's datum."
        )
    notes: list[str] = []
    share = float(np.mean(above_m[known] < -1.0))
    if share > 0.001:
        notes.append(f"the ground lies over 1 m above the surface in {100.0 * share:.1f} % of cells; there it hides")
    ground_m = np.where(known, ground.heights_m, np.float32(np.nan))
    surface_m = np.maximum(np.where(known, surface.heights_m, np.float32(np.nan)), ground_m)
    return ground_m, surface_m, notes
