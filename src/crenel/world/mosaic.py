"""Raster files of heights put together and brought onto the local grid.

Files that share one lattice of pixels are put together first and resampled once, so that no seam is left between them;
others are resampled one by one. Either way the first file that has a height counts.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from math import ceil, floor, pi

import numpy as np
from pyproj.exceptions import ProjError
from rasterio.errors import RasterioError

from crenel.core.records import CrenelError
from crenel.world import raster
from crenel.world.frame import Frame
from crenel.world.gaps import listed, mend_grid, mend_patch, no_tile_for
from crenel.world.patches import Grid, Patch, Piece, Request, Rules, lattices, onto_grid, put_together
from crenel.world.products import Product
from crenel.world.raster import MAX_CELLS, Source
from crenel.world.terrain import Raster


@dataclass(frozen=True, slots=True, eq=False)
class Heights:
    """Heights on the grid (NaN: outside), how many cells were filled, and what else there is to say."""

    heights_m: Raster
    grid: Grid
    n_void: int
    datum: str
    notes: tuple[str, ...]


def read_heights(
    paths: tuple[str, ...], *, frame: Frame, radius_m: float, rules: Rules | None = None, grid: Grid | None = None
) -> Heights:
    """Heights of a place from raster files, and what was done to them.

    Parameters
    ----------
    paths : tuple of str
        Any files that rasterio reads, in any reference system and resolution.
    frame : Frame
        Centred on the place.
    radius_m : float [m]
        Of the place's circle.
    rules : Rules, optional
    grid : Grid, optional
        Where the heights are wanted; otherwise squares of the finest file's resolution over the circle's bounding box,
        clipped to what the files cover.

    Raises
    ------
    CrenelError
        A file is missing, is no raster, has no reference system; none covers any of the place; there are voids within
        it (unless they are to be filled), or gaps between the files; or the files are too fine for so large a place.

    Notes
    -----
    Bilinear, and voids carry no weight, so they do not bleed into their neighbours.
    """
    with ExitStack() as stack:
        sources = [stack.enter_context(raster.opened(path, frame=frame, radius_m=radius_m)) for path in paths]
        names = sources[0].name if len(sources) == 1 else f"{sources[0].name} and {len(sources) - 1} more"
        try:
            return _read(Request(paths, rules or Rules(), frame, radius_m, names), sources, grid)
        except (RasterioError, ProjError) as error:
            raise CrenelError(f"terrain {names}: cannot be read ({error}). Give files of ground heights.") from error


def known_products(paths: tuple[str, ...], *, frame: Frame, radius_m: float) -> tuple[Product, ...]:
    """The well-known products among some files, each once; a file that reaches nothing of the place does not count."""
    found = []
    for path in paths:
        with raster.opened(path, frame=frame, radius_m=radius_m) as source:
            if raster.held(source) is not None:
                found.append(source.product)
    return tuple(dict.fromkeys(product for product in found if product is not None))


def _read(request: Request, sources: Sequence[Source], grid: Grid | None) -> Heights:
    pieces = [Piece(source, window) for source in sources if (window := raster.held(source)) is not None]
    if not pieces:
        raise CrenelError(raster.outside(sources[0]))
    patches = [put_together(request, group) for group in lattices(pieces)]
    notes: list[str] = []
    n_void = mend_patch(request, patches[0], notes) if len(patches) == 1 else 0
    finest = min(pieces, key=lambda piece: max(raster.pixel_steps(*piece)))
    grid = grid or _grid(request, patches, finest)
    heights_m = onto_grid(patches[0], grid)
    for patch in patches[1:]:
        np.copyto(heights_m, onto_grid(patch, grid), where=np.isnan(heights_m))
    if len(patches) > 1:
        n_void = mend_grid(request, heights_m, patches, grid, notes)
    _tell_cover(request, heights_m, grid, notes)
    found = [piece.source for piece in pieces]
    datum = _datum(request, found, notes)
    told = [*_told(found, finest, grid), f"heights count from: {datum}"]
    if (n_most := max(patch.n_together for patch in patches)) > 1:
        told.append(
            f"coarser than the files, as the scenario says: up to {n_most} by {n_most} of their pixels were read "
            "together, window by window, as their mean: what is narrower stands lower than it is, and hides less"
        )
    if (n_left := len(sources) - len(found)) > 0:
        told.append(f"{n_left} of the {len(sources)} files do not reach the place and were left out")
    return Heights(heights_m, grid, n_void, datum, (*told, *notes))


def _grid(request: Request, patches: Sequence[Patch], finest: Piece) -> Grid:
    """The circle's bounding box, clipped to what the patches cover."""
    native_m = max(raster.pixel_steps(*finest))
    cell_m = min(round(native_m, 2) or native_m, request.rules.cell_at_most_m or native_m)
    cell_m = request.rules.cell_m or cell_m
    east_m, north_m = (np.concatenate(axis) for axis in zip(*(patch.edge() for patch in patches), strict=True))
    known = np.isfinite(east_m) & np.isfinite(north_m)
    if not known.any():
        raise CrenelError(raster.outside(finest.source))
    reach_m = request.radius_m
    grid = Grid(
        cell_m,
        west=floor(round(max(float(east_m[known].min()), -reach_m) / cell_m, 6)),
        east=ceil(round(min(float(east_m[known].max()), reach_m) / cell_m, 6)),
        south=floor(round(max(float(north_m[known].min()), -reach_m) / cell_m, 6)),
        north=ceil(round(min(float(north_m[known].max()), reach_m) / cell_m, 6)),
    )
    n_rows, n_columns = grid.shape
    if n_rows <= 0 or n_columns <= 0:
        raise CrenelError(raster.outside(finest.source))
    if n_rows * n_columns > MAX_CELLS:
        raise CrenelError(raster.too_fine(finest.source))
    return grid


# --- what is said -----------------------------------------------------------------------------------------------------


def _told(sources: Sequence[Source], finest: Piece, grid: Grid) -> list[str]:
    step_x_m, step_y_m = raster.pixel_steps(*finest)
    systems = ", ".join(dict.fromkeys(source.system for source in sources))
    one = len(sources) == 1
    names = sources[0].name if one else f"{len(sources)} files ({listed([source.name for source in sources])})"
    told = (
        f"heights from {names} ({systems}): {'' if one else 'finest '}{finest.source.native}, {step_x_m:.3g} m by "
        f"{step_y_m:.3g} m here, resampled bilinearly to squares of {grid.cell_m:.3g} m in a local frame"
    )
    banded = [source for source in sources if source.dataset.count > 1]
    return [told, *(f"{s.name}: the first of its {s.dataset.count} bands is taken as height" for s in banded)]


def _datum(request: Request, sources: Sequence[Source], notes: list[str]) -> str:
    """What the heights count from: as the scenario says, else as the file says, else as its publisher says."""
    found = [source.datum or (source.product.datum if source.product else "") for source in sources]
    named = [name for name in dict.fromkeys(found) if name]
    if len(named) > 1:
        notes.append(f"the files count from different zeros ({', '.join(named)}), so there may be steps between them")
    if request.rules.datum != "as the file":
        return request.rules.datum
    return named[0] if named else "the file's own zero, which it does not name"


def _tell_cover(request: Request, heights_m: Raster, grid: Grid, notes: list[str]) -> None:
    """Say how much of the circle has heights; refuse none."""
    within = grid.distances_m() <= request.radius_m
    n_known = int(np.count_nonzero(within & np.isfinite(heights_m)))
    if n_known == 0:
        raise CrenelError(
            f"terrain {request.names}: does not cover the place: it has no height within "
            f"{request.radius_m / 1000.0:g} km of the centre. Move the centre, or give a raster that covers it."
        )
    # A rim thinner than half a cell holds no cell centre.
    spans = (min(-grid.west, grid.east, -grid.south, grid.north) + 0.5) * grid.cell_m >= request.radius_m
    if spans and n_known == np.count_nonzero(within):
        return
    share = min(1.0, n_known * grid.cell_m * grid.cell_m / (pi * request.radius_m * request.radius_m))
    if share < 0.9995:
        notes.append(
            f"only {100.0 * share:.1f} % of the place's circle has terrain{no_tile_for(request)}; beyond it nothing is "
            "ever in sight"
        )
