"""What a place needs of raster files: pixels of one lattice put together, and how they come onto the local grid."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import Final, Literal, NamedTuple

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize
from rasterio.warp import Resampling, reproject
from rasterio.windows import Window

from crenel.core.records import CrenelError
from crenel.world import raster
from crenel.world.coarse import means, read_sums
from crenel.world.frame import Frame
from crenel.world.raster import MAX_CELLS, Floats, Source
from crenel.world.terrain import Raster

_WARP_TOLERANCE_CELLS: Final = 0.01
_SAME_LATTICE_CELLS: Final = 0.01

Flags = NDArray[np.bool_]


class Grid(NamedTuple):
    """Squares around the place's centre; the four outer lines are counted in cells from it."""

    cell_m: float
    west: int
    east: int
    south: int
    north: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.north - self.south, self.east - self.west

    @property
    def transform(self) -> Affine:
        """From cells to local metres."""
        return Affine(self.cell_m, 0.0, self.west * self.cell_m, 0.0, -self.cell_m, self.north * self.cell_m)

    def distances_m(self) -> Raster:
        """(H, W) distance of each cell centre from the place's centre."""
        east_m = (np.arange(self.west, self.east, dtype=np.float32) + 0.5) * np.float32(self.cell_m)
        north_m = (np.arange(self.north, self.south, -1, dtype=np.float32) - 0.5) * np.float32(self.cell_m)
        distances: Raster = np.hypot(east_m[np.newaxis, :], north_m[:, np.newaxis])
        return distances


@dataclass(frozen=True, slots=True)
class Rules:
    """What the scenario says about files and what they lack.

    `cell_at_most_m` makes the grid finer than the files, `cell_m` as fine or coarse as it says.
    """

    voids: Literal["refuse", "fill"] = "refuse"
    missing_tiles: Literal["void", "sea"] = "void"
    datum: str = "as the file"
    cell_at_most_m: float | None = None
    cell_m: float | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: files and the rules for them, around a centre. `names` stands for all files in messages."""

    paths: tuple[str, ...]
    rules: Rules
    frame: Frame
    radius_m: float
    names: str


class Piece(NamedTuple):
    """A file that reaches the place, and the pixels of it that the place needs."""

    source: Source
    window: Window


@dataclass(slots=True)
class Patch:
    """Pixels of one lattice; NaN is a void, and where `covered` is False no file lies.

    Each stands for `n_together` pixels of the files along each side.
    """

    heights_m: Raster
    covered: Flags
    transform: Affine
    source: Source
    n_together: int = 1

    def edge(self) -> tuple[Floats, Floats]:
        """Local positions along its edge, all the way round."""
        return self.source.along_edge(self.transform, self.heights_m.shape)


def lattices(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Neighbours in a list of files that share one lattice of pixels."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        if groups and _offset(groups[-1][0].source, piece.source) is not None:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def put_together(request: Request, group: Sequence[Piece]) -> Patch:
    """The pixels of files of one lattice that the place needs: of the first file that has a height there."""
    first = group[0].source
    boxes = [_box(piece, _offset(first, piece.source) or (0, 0)) for piece in group]
    left, right = min(box[0] for box in boxes), max(box[1] for box in boxes)
    top, bottom = min(box[2] for box in boxes), max(box[3] for box in boxes)
    if request.rules.missing_tiles == "sea":
        # The sea goes on where the files end.
        left, right, top, bottom = raster.needed(first) or (left, right, top, bottom)
    n = max(1, floor((request.rules.cell_m or 0.0) / max(raster.pixel_steps(*group[0]))))
    left, right, top, bottom = left // n, -(-right // n), top // n, -(-bottom // n)
    if (right - left) * (bottom - top) > 2 * MAX_CELLS:
        raise CrenelError(raster.too_fine(first))
    shape = bottom - top, right - left
    covered = np.zeros(shape, dtype=np.bool_)
    heights_m = np.full(shape, np.nan, dtype=np.float32)
    of_squares = shape if n > 1 else (0, 0)
    sums_m, counts = np.zeros(of_squares, np.float64), np.zeros(of_squares, np.int32)
    for piece, box in zip(group, boxes, strict=True):
        squares = box[0] // n, -(-box[1] // n), box[2] // n, -(-box[3] // n)
        part = np.s_[squares[2] - top : squares[3] - top, squares[0] - left : squares[1] - left]
        covered[part] = True
        if n == 1:
            np.copyto(heights_m[part], raster.read(*piece), where=np.isnan(heights_m[part]))
            continue
        more_m, n_more = read_sums(piece.source, _in_file(piece, box, squares, n), n)
        short = counts[part] < n * n  # a square that a file fills is that file's; others are made up of several
        sums_m[part] += np.where(short, more_m, 0.0)
        counts[part] += np.where(short, n_more, np.int32(0))
    if n > 1:
        heights_m = means(sums_m, counts)
    transform = first.dataset.transform
    x, y = raster.applied(transform, np.array([float(left * n)]), np.array([float(top * n)]))
    shifted = Affine(transform.a * n, transform.b * n, float(x[0]), transform.d * n, transform.e * n, float(y[0]))
    return Patch(heights_m, covered, shifted, first, n)


def _in_file(
    piece: Piece, box: tuple[int, int, int, int], squares: tuple[int, int, int, int], n: int
) -> tuple[int, int, int, int]:
    """Whole squares of a lattice, in pixels of one of its files."""
    right, down = int(piece.window.col_off) - box[0], int(piece.window.row_off) - box[2]
    return squares[0] * n + right, squares[1] * n + right, squares[2] * n + down, squares[3] * n + down


def _box(piece: Piece, at: tuple[int, int]) -> tuple[int, int, int, int]:
    """First column, end column, first row and end row of a piece, counted from another file's corner."""
    window = piece.window
    left, top = int(window.col_off) + at[0], int(window.row_off) + at[1]
    return left, left + int(window.width), top, top + int(window.height)


def _offset(first: Source, other: Source) -> tuple[int, int] | None:
    """Columns and rows from the first file's corner to another's; None if their pixels do not fall together."""
    one, two = first.dataset.transform, other.dataset.transform
    if first.dataset.crs != other.dataset.crs:
        return None
    n_most = max(other.dataset.width, other.dataset.height)
    pixel = max(abs(one.e), abs(one.b))
    for key in ("a", "b", "d", "e"):
        if abs(getattr(one, key) - getattr(two, key)) * n_most > _SAME_LATTICE_CELLS * pixel:
            return None
    x = two.c
    if first.dataset.crs.is_geographic:
        x += 360.0 * round((one.c - two.c) / 360.0)  # neighbours across the date line
    columns, rows = raster.applied(~one, np.array([x]), np.array([two.f]))
    column, row = float(columns[0]), float(rows[0])
    if max(abs(column - round(column)), abs(row - round(row))) > _SAME_LATTICE_CELLS:
        return None
    return round(column), round(row)


# --- onto the grid ----------------------------------------------------------------------------------------------------


def onto_grid(patch: Patch, grid: Grid) -> Raster:
    """A patch's heights on the grid; NaN outside it."""
    heights_m = np.full(grid.shape, np.nan, dtype=np.float32)
    reproject(
        source=patch.heights_m,
        destination=heights_m,
        src_transform=patch.transform,
        src_crs=patch.source.dataset.crs,
        src_nodata=np.nan,
        dst_transform=grid.transform,
        dst_crs=patch.source.frame.definition,
        dst_nodata=np.nan,
        resampling=Resampling.bilinear,
        tolerance=_WARP_TOLERANCE_CELLS,
    )
    return heights_m


def cover_on_grid(patch: Patch, grid: Grid) -> Flags:
    """Cells of the grid that a patch's files cover."""
    covered = np.zeros(grid.shape, dtype=np.uint8)
    reproject(
        source=patch.covered.astype(np.uint8),
        destination=covered,
        src_transform=patch.transform,
        src_crs=patch.source.dataset.crs,
        dst_transform=grid.transform,
        dst_crs=patch.source.frame.definition,
        resampling=Resampling.nearest,
        tolerance=_WARP_TOLERANCE_CELLS,
    )
    inside: Flags = covered != 0
    return inside


def hull_on_grid(patches: Sequence[Patch], grid: Grid) -> Flags:
    """Cells among the files: what no file covers there is a gap; farther out the terrain just ends."""
    from shapely import MultiPoint  # most places have files of one lattice, and no use for it

    points = [point for patch in patches for point in zip(*patch.edge(), strict=True) if np.isfinite(point).all()]
    hull = MultiPoint(points).convex_hull
    inside: Flags = rasterize([hull], out_shape=grid.shape, transform=grid.transform, dtype=np.uint8) != 0
    return inside
