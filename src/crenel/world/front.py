"""A front of rays over heights that slope from cell to cell: the inside of the fast minimum-visible-height map.

Four faces look from the eye at the raster's four edges. The rays of a face advance together, one line of cells at a
time. Each carries its horizon: the steepest rise that it has met, NaN while it has met nothing known. A cell takes the
horizon between the two rays beside it. A slice is a share of a face's rays and looks after cells of its own; heights
pass through strips of lines that fit into a core's cache.

A rise is a height above the eye for each line of distance. Places among a slice's rays are whole numbers of 2^-32.
"""

from math import ceil, floor, inf, isnan, nan
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from crenel.core.jit import kernel

RAYS_A_CELL: Final = 5
"""On a face's last line; nearer to the eye there are more. Errors shrink, and time grows, with it."""

SLICE_RAYS: Final = 2560
STRIP_LINES: Final = 64
BEFORE: Final = 1
AFTER: Final = 2
"""Rays that a slice carries beside its own, so that each of its cells lies between two."""

GROUP: Final = 64
"""Rays that share a floor."""

_WIDTH = SLICE_RAYS // RAYS_A_CELL + 2 * STRIP_LINES + 8  # a slice leans by at most about a cell a line
_BLOCK = 8
_ONE = 1 << 32
_PART = 2.0**-32
_A_PART = np.float32(_PART)
_WHOLE = 0x7FFFFFFF  # all bits of a ray's number: so the compiler knows that it is not negative
_NO_HEIGHT = np.float32(0.0)
_UNKNOWN = np.float32(nan)
_BOTTOMLESS = np.float32(-inf)


class Eye(NamedTuple):
    """An antenna in grid terms; `bulge_m` is how far the earth drops within one cell, and grows with the square."""

    row: float
    column: float
    height_m: float
    bulge_m: float


class Slice(NamedTuple):
    """Neighbouring rays of one face.

    Lines are rows, or columns if `turned`; `step` leads from one to the next, away from the eye, and `reach` lines lie
    between the eye and the last. Ray b meets that one at cell b / RAYS_A_CELL. If `sharp`, cells are flat blocks.
    """

    turned: bool
    step: int
    first_line: int
    n_lines: int
    reach: float
    first_ray: int
    n_rays: int
    sharp: bool


class Strip(NamedTuple):
    """Some lines and the cells that a slice needs of them; a cell is kept at its number less `first_cell` plus 1."""

    first_line: int
    n_lines: int
    first_cell: int
    end_cell: int


class Line(NamedTuple):
    """The i-th line of a strip, `distance` lines from the eye, which stands at `beside` along it."""

    i: int
    distance: float
    beside: float
    last_cell: int
    is_first: bool


class Scratch(NamedTuple):
    """What one thread works with: horizons and their floors, a strip going in and coming out, whose cell is whose."""

    rises: NDArray[np.float32]
    floors: NDArray[np.float32]
    heights_m: NDArray[np.float32]
    lowest_m: NDArray[np.float32]
    cells: NDArray[np.int64]
    crests_m: NDArray[np.float32]
    tops_m: NDArray[np.float32]
    runs: NDArray[np.int64]
    drops_m: NDArray[np.float64]
    levels_m: NDArray[np.float64]


def new_scratch() -> Scratch:
    """Buffers for one thread, not yet filled."""
    return Scratch(
        rises=np.empty(SLICE_RAYS + BEFORE + AFTER, np.float32),
        floors=np.empty(SLICE_RAYS // GROUP + 3, np.float32),
        heights_m=np.empty((STRIP_LINES, _WIDTH), np.float32),
        lowest_m=np.empty((STRIP_LINES, _WIDTH), np.float32),
        cells=np.empty((STRIP_LINES, 2), np.int64),
        crests_m=np.empty(_WIDTH, np.float32),
        tops_m=np.empty(_WIDTH // _BLOCK + 1, np.float32),
        runs=np.empty((SLICE_RAYS // GROUP + 2, 2), np.int64),
        drops_m=np.empty(_WIDTH, np.float64),
        levels_m=np.empty(STRIP_LINES, np.float64),
    )


@kernel
def find_busy(nearest: float, farthest: float, beside: float, part: Slice, strip: Strip, scratch: Scratch) -> int:
    """Runs of rays whose horizons a strip may lift: how many, each with first and end in `scratch.runs`.

    A group of rays is idle if no cell that it comes near can rise above the lowest horizon among them.
    """
    _set_tops(strip, scratch)
    n_rays = part.n_rays + BEFORE + AFTER
    n_groups = (n_rays + GROUP - 1) // GROUP
    n_runs = 0
    was_busy = False
    for group in range(n_groups):
        first = group * GROUP
        end = min(first + GROUP, n_rays)
        lowest = np.float32(inf)
        for ray in range(first, end):
            rise = scratch.rises[ray]
            if isnan(rise):
                lowest = _BOTTOMLESS
            elif rise < lowest:
                lowest = rise
        scratch.floors[group] = lowest
        left = ((part.first_ray - BEFORE + first) / RAYS_A_CELL - beside) / part.reach
        right = ((part.first_ray - BEFORE + end - 1) / RAYS_A_CELL - beside) / part.reach
        first_cell = floor(beside + min(left * nearest, left * farthest)) - strip.first_cell + 1
        last_cell = floor(beside + max(right * nearest, right * farthest)) - strip.first_cell + 2
        top_m = _BOTTOMLESS
        for block in range(
            max(0, first_cell) // _BLOCK, min(last_cell, strip.end_cell - strip.first_cell + 1) // _BLOCK + 1
        ):
            if scratch.tops_m[block] > top_m:
                top_m = scratch.tops_m[block]
        away = nearest if top_m > 0.0 else farthest
        busy = bool(away <= 0.0 or np.float64(top_m) / away > lowest)
        if busy and not was_busy:
            scratch.runs[n_runs, 0] = first
            n_runs += 1
        if busy:
            scratch.runs[n_runs - 1, 1] = end
        was_busy = busy
    scratch.floors[n_groups] = scratch.floors[n_groups - 1]
    for group in range(n_groups):
        if scratch.floors[group + 1] < scratch.floors[group]:
            scratch.floors[group] = scratch.floors[group + 1]
    return n_runs


@kernel
def _set_tops(strip: Strip, scratch: Scratch) -> None:
    """The greatest height of a strip in each block of cells."""
    crests_m = scratch.crests_m
    n_kept = strip.end_cell - strip.first_cell + 2
    for x in range(n_kept):
        crests_m[x] = _BOTTOMLESS
    for i in range(strip.n_lines):
        for x in range(n_kept):
            height_m = scratch.heights_m[i, x]
            crests_m[x] = height_m if height_m > crests_m[x] else crests_m[x]
    for block in range((n_kept + _BLOCK - 1) // _BLOCK):
        top_m = _BOTTOMLESS
        for x in range(block * _BLOCK, min((block + 1) * _BLOCK, n_kept)):
            top_m = crests_m[x] if crests_m[x] > top_m else top_m
        scratch.tops_m[block] = top_m


@kernel
def share_out(line: Line, part: Slice, scratch: Scratch) -> None:
    """First and end of the cells of a line that a slice looks after.

    A face's are those that are not farther beside the eye than ahead of it; on the diagonals rows come first.
    """
    distance = line.distance
    beside = line.beside
    if distance <= 0.0:
        scratch.cells[line.i, 0] = 0
        scratch.cells[line.i, 1] = 0
        return
    first = ceil(beside - distance) - 1
    while beside - first > distance or (part.turned and beside - first >= distance):
        first += 1
    last = floor(beside + distance) + 1
    while last - beside > distance or (part.turned and last - beside >= distance):
        last -= 1
    shrink = distance / part.reach
    own_first = ceil(beside + (part.first_ray / RAYS_A_CELL - beside) * shrink)
    own_end = ceil(beside + ((part.first_ray + part.n_rays) / RAYS_A_CELL - beside) * shrink)
    scratch.cells[line.i, 0] = max(0, first, own_first)
    scratch.cells[line.i, 1] = min(line.last_cell + 1, last + 1, own_end)


@kernel
def look(line: Line, part: Slice, strip: Strip, scratch: Scratch) -> None:
    """Least visible heights above the surface in a slice's cells of a line, by the horizon between two rays."""
    first = scratch.cells[line.i, 0]
    n_cells = scratch.cells[line.i, 1] - first
    if n_cells <= 0:
        return
    kept = first - strip.first_cell + 1
    heights_m = scratch.heights_m[line.i, kept : kept + n_cells]
    lowest_m = scratch.lowest_m[line.i, kept : kept + n_cells]
    if line.is_first:  # nothing lies between the eye and these
        for x in range(n_cells):
            lowest_m[x] = _UNKNOWN if isnan(heights_m[x]) else _NO_HEIGHT
        return
    rises = scratch.rises
    distance = np.float32(line.distance)
    rays_a_cell = RAYS_A_CELL * part.reach / line.distance
    place = RAYS_A_CELL * line.beside - part.first_ray + BEFORE + (first - line.beside) * rays_a_cell
    at = floor(place * _ONE)
    a_cell = floor(rays_a_cell * _ONE)
    for x in range(n_cells):
        ray = (at >> 32) & _WHOLE
        left = rises[ray]
        right = rises[ray + 1]
        rise = left + np.float32(at & (_ONE - 1)) * _A_PART * (right - left)
        if isnan(rise):
            rise = right if isnan(left) else left
        least_m = rise * distance - heights_m[x]
        lowest_m[x] = _NO_HEIGHT if least_m <= _NO_HEIGHT else least_m
        at += a_cell


@kernel
def advance(line: Line, part: Slice, strip: Strip, first_ray: int, end_ray: int, scratch: Scratch) -> None:
    """Lift the horizons of a run of rays by what they meet on a line, where heights are linear from cell to cell."""
    shrink = line.distance / part.reach
    origin = part.first_ray - BEFORE
    first = floor(line.beside + ((origin + first_ray) / RAYS_A_CELL - line.beside) * shrink)
    last = floor(line.beside + ((origin + end_ray - 1) / RAYS_A_CELL - line.beside) * shrink)
    first = max(first, strip.first_cell - 1)
    n_gaps = min(last, strip.end_cell - 1) - first + 1
    if n_gaps <= 0:
        return
    kept = first - strip.first_cell + 1
    heights_m = scratch.heights_m[line.i, kept : kept + n_gaps + 1]
    rises = scratch.rises
    floors = scratch.floors
    inverse = np.float32(1.0 / line.distance)
    rays_a_cell = RAYS_A_CELL / shrink
    cells_a_ray = shrink / RAYS_A_CELL
    at = floor((RAYS_A_CELL * line.beside - origin + (first - line.beside) * rays_a_cell) * _ONE)
    a_cell = floor(rays_a_cell * _ONE)
    ray = max(first_ray, (at + (_ONE - 1)) >> 32)
    far = heights_m[0] * inverse
    for x in range(n_gaps):
        end = min(end_ray, max(0, (at + a_cell + (_ONE - 1)) >> 32)) & _WHOLE
        near = far
        far = heights_m[x + 1] * inverse
        lowest = _BOTTOMLESS if end - ray > GROUP else floors[(ray // GROUP) & _WHOLE]
        if near > lowest or far > lowest:
            start = np.float64(near)  # compiled, `float` would leave it in single precision
            climb = np.float64(far) - start
            if isnan(climb):  # a void hides nothing, and the height beside it counts in full
                start = start if isnan(far) else np.float64(far)
                climb = np.float64(0.0)
            climb *= cells_a_ray
            rise = start + climb * (((ray << 32) - at) * _PART)
            for k in range(ray, end):
                highest = rises[k & _WHOLE]
                here = np.float32(rise)
                rises[k & _WHOLE] = highest if here <= highest else here
                rise += climb
        ray = end
        at += a_cell
