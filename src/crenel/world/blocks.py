"""A front of rays over flat-topped blocks: what `walls="sharp"` adds to the fast minimum-visible-height map.

A block hides what lies below its top from where a ray comes over it to where the ray leaves it. With the earth's curve
left out of the kept heights, a top at distance t has risen by height / t less t times the curve.
"""

from math import floor, isnan, nan

import numpy as np

from crenel.core.jit import kernel
from crenel.world.front import AFTER, BEFORE, GROUP, RAYS_A_CELL, Line, Scratch, Slice, Strip

_TOUCH = 1e-9  # lines; what a ray meets for less is a corner that it passes


@kernel
def look_over_blocks(line: Line, part: Slice, strip: Strip, bulge_m: float, scratch: Scratch) -> None:
    """Least visible heights above the surface in a slice's cells of a line; a cell's own near edge hides, too."""
    edge = line.distance - 0.5
    for cell in range(scratch.cells[line.i, 0], scratch.cells[line.i, 1]):
        kept = cell - strip.first_cell + 1
        height_m = np.float64(scratch.heights_m[line.i, kept])
        if isnan(height_m) or edge <= 0.0:
            scratch.lowest_m[line.i, kept] = np.float32(nan if isnan(height_m) else 0.0)
            continue
        cells = (cell - line.beside) / line.distance
        curve_m = bulge_m * (1.0 + cells * cells)
        place = RAYS_A_CELL * (line.beside + cells * part.reach) - part.first_ray + BEFORE
        ray = floor(place)
        left = np.float64(scratch.rises[ray])
        right = np.float64(scratch.rises[ray + 1])
        rise = left + (place - ray) * (right - left)
        if isnan(rise):
            rise = right if isnan(left) else left
        own = height_m / edge - edge * curve_m
        rise = rise if rise >= own else own
        least_m = rise * line.distance - (height_m - line.distance * line.distance * curve_m)
        scratch.lowest_m[line.i, kept] = np.float32(max(0.0, least_m))


@kernel
def advance_over_blocks(line: Line, part: Slice, strip: Strip, bulge_m: float, scratch: Scratch) -> None:
    """Lift a slice's horizons by the blocks of a line, at the edges where its rays come over each and leave it."""
    enter = max(0.0, line.distance - 0.5)
    leave = line.distance + 0.5
    if leave <= _TOUCH:
        return  # the eye stands on the far edge of this line
    for x in range(1, strip.end_cell - strip.first_cell + 1):
        height_m = np.float64(scratch.heights_m[line.i, x])
        left = strip.first_cell + x - 1.5 - line.beside
        right = left + 1.0
        first, end = _rays_over(left, right, enter, leave, part, line.beside)
        if isnan(height_m) or first >= end:
            continue
        steepest = height_m / (enter if height_m > 0.0 and enter > 0.0 else leave)
        if enter > 0.0 and end - first <= GROUP and steepest <= scratch.floors[first // GROUP]:
            continue
        for ray in range(first, end):
            cells = ((part.first_ray - BEFORE + ray) / RAYS_A_CELL - line.beside) / part.reach
            come, go = _passage(cells, left, right, enter, leave)
            if go - come > _TOUCH:
                curve_m = bulge_m * (1.0 + cells * cells)
                rise = height_m / go - go * curve_m
                if come > 0.0:
                    rise = max(rise, height_m / come - come * curve_m)
                if not rise <= scratch.rises[ray]:
                    scratch.rises[ray] = np.float32(rise)


@kernel
def _rays_over(left: float, right: float, enter: float, leave: float, part: Slice, beside: float) -> tuple[int, int]:
    """First and end of the rays that may pass over a block which lies `left` to `right` cells beside the eye."""
    first = 0.0
    end = float(part.n_rays + BEFORE + AFTER)
    straight_on = RAYS_A_CELL * beside - part.first_ray + BEFORE
    rays_a_cell = RAYS_A_CELL * part.reach
    if left > 0.0 or enter > 0.0:
        first = max(first, straight_on + rays_a_cell * (left / (leave if left > 0.0 else enter)) - 1.0)
    if right < 0.0 or enter > 0.0:
        end = min(end, straight_on + rays_a_cell * (right / (leave if right < 0.0 else enter)) + 2.0)
    return floor(min(first, end)), floor(end)


@kernel
def _passage(cells_a_line: float, left: float, right: float, enter: float, leave: float) -> tuple[float, float]:
    """The distances at which a ray comes over a block and leaves it; none between them if it misses it."""
    if cells_a_line > 0.0:
        return max(enter, left / cells_a_line), min(leave, right / cells_a_line)
    if cells_a_line < 0.0:
        return max(enter, right / cells_a_line), min(leave, left / cells_a_line)
    if left <= 0.0 <= right:
        return enter, leave
    return enter, enter
