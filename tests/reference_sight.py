"""Minimum visible heights the slow and plain way: one exact ray for each cell."""

from concurrent.futures import ThreadPoolExecutor
from math import ceil, floor, inf, isnan, nan, sqrt

import numba
import numpy as np

EARTH_RADIUS_M = 6_371_000.0
ROWS = 16


def exact(surface, *, row, col, antenna_height_m, cell_m, ground=None, earth_factor=4 / 3, walls="sloped"):
    """What `crenel.minimum_visible_height` approximates: float64, O(N^3)."""
    surface = np.ascontiguousarray(surface, np.float64)
    ground = surface if ground is None else np.ascontiguousarray(ground, np.float64)
    under = at_cell if walls == "sharp" else between_cells
    eye_m = under(ground, row, col) + antenna_height_m
    bulge_m = cell_m * cell_m / (2 * earth_factor * EARTH_RADIUS_M)
    ray = over_blocks if walls == "sharp" else over_slopes
    out = np.empty(surface.shape)

    def look(first):
        fill(ray, surface, ground, float(row), float(col), eye_m, bulge_m, first, min(first + ROWS, len(out)), out)

    look(0)
    with ThreadPoolExecutor(2) as pool:
        for _ in pool.map(look, range(ROWS, len(out), ROWS)):
            pass
    return out


def exact_at(surface, rows, cols, *, row, col, antenna_height_m, cell_m, earth_factor=4 / 3):
    """The same, sloped, of some cells alone: of maps too large to be worked out in full."""
    surface = np.ascontiguousarray(surface, np.float64)
    eye_m = between_cells(surface, row, col) + antenna_height_m
    bulge_m = cell_m * cell_m / (2 * earth_factor * EARTH_RADIUS_M)
    out = np.empty(len(rows))
    fill_some(surface, np.asarray(rows), np.asarray(cols), float(row), float(col), eye_m, bulge_m, out)
    return out


@numba.njit(nogil=True)
def fill_some(surface, rows, cols, row, col, eye_m, bulge_m, out):
    for k in range(len(rows)):
        way2 = (rows[k] - row) ** 2 + (cols[k] - col) ** 2
        _, rise_m = over_slopes(surface, row, col, rows[k], cols[k], eye_m, bulge_m * way2)
        out[k] = max(rise_m - (surface[rows[k], cols[k]] - eye_m - bulge_m * way2), 0.0) if rise_m > -inf else 0.0


def at_cell(heights, row, col):
    return heights[floor(row + 0.5), floor(col + 0.5)]


def between_cells(heights, row, col):
    """Bilinear between the known of the four cells around."""
    total, weights = 0.0, 0.0
    for i in (floor(row), floor(row) + 1):
        for j in (floor(col), floor(col) + 1):
            height_m = heights[min(max(i, 0), len(heights) - 1), min(max(j, 0), heights.shape[1] - 1)]
            weight = (1 - abs(row - i)) * (1 - abs(col - j))
            if weight > 0 and not isnan(height_m):
                total, weights = total + weight * height_m, weights + weight
    return total / weights


@numba.njit(nogil=True)
def fill(ray, surface, ground, row, col, eye_m, bulge_m, first, end, out):
    for i in range(first, end):
        for j in range(out.shape[1]):
            way2 = (i - row) ** 2 + (j - col) ** 2
            here_m = surface[i, j] - eye_m - bulge_m * way2
            met, rise_m = ray(surface, row, col, i, j, eye_m, bulge_m * way2)
            above_m = 0.0 if rise_m == -inf else max(rise_m - here_m, 0.0)
            if met and rise_m == -inf:
                above_m = nan  # nothing known on the way
            out[i, j] = max(above_m + (surface[i, j] - ground[i, j]), 0.0) if not isnan(surface[i, j]) else nan
            if isnan(ground[i, j]):
                out[i, j] = nan


@numba.njit(nogil=True)
def over_slopes(surface, row, col, i, j, eye_m, bulge_m):
    """Whether anything lies on the way, and how high the steepest of it has risen above the eye at the cell."""
    along, across = i - row, j - col
    turned = abs(across) >= abs(along)
    heights = surface.T if turned else surface
    start, side, goal = (col, row, j) if turned else (row, col, i)
    if turned:
        along, across = across, along
    lines = range(floor(start) + 1, goal) if along > 0 else range(goal + 1, ceil(start))
    met, rise_m = False, -inf
    for line in lines:
        met = True
        t = (line - start) / along
        place = side + t * across
        near = floor(place)
        last = heights.shape[1] - 1
        here, there = heights[line, min(max(near, 0), last)], heights[line, min(max(near + 1, 0), last)]
        here = there if isnan(here) else here
        there = here if isnan(there) else there
        height_m = here + (place - near) * (there - here)
        if not isnan(height_m):
            rise_m = max(rise_m, (height_m - eye_m - bulge_m * t * t) / t)
    return met, rise_m


@numba.njit(nogil=True)
def over_blocks(surface, row, col, i, j, eye_m, bulge_m):
    """The same from block to block, by the edges that the way to the cell's centre crosses in turn."""
    down, right = i - row, j - col
    at_row, at_col = floor(row + 0.5), floor(col + 0.5)
    t, met, rise_m = 0.0, False, -inf
    if at_row == i and at_col == j:
        return met, rise_m
    touch = 1e-9 / sqrt(down * down + right * right)
    while True:
        next_row = (at_row + (0.5 if down > 0 else -0.5) - row) / down if down != 0 else inf
        next_col = (at_col + (0.5 if right > 0 else -0.5) - col) / right if right != 0 else inf
        leave = min(next_row, next_col, 1.0)
        top_m = surface[at_row, at_col] - eye_m
        met = met or (leave - t > touch and (t > 0.0 or leave < 1.0))  # the target's own block may begin at the eye
        if leave - t > touch and not isnan(top_m):
            if t > 0.0:
                rise_m = max(rise_m, (top_m - bulge_m * t * t) / t)
            if leave < 1.0:
                rise_m = max(rise_m, (top_m - bulge_m * leave * leave) / leave)
        if leave >= 1.0:
            return met, rise_m
        t = leave
        if next_row <= next_col:
            at_row += 1 if down > 0 else -1
        else:
            at_col += 1 if right > 0 else -1
