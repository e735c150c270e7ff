"""Passes: the ways that the threats of a group can come, drawn once per block."""

from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from crenel.core import streams
from crenel.core.records import Case, FloatArray, Span

_DIMENSIONS = 4  # bearing, height, start distance, radar cross-section
_BITS = 30
_PRIMITIVE = ((0, 0, ()), (1, 0, (1,)), (2, 1, (1, 3)), (3, 1, (1, 3, 1)))  # degree, polynomial, first numbers


class Passes(NamedTuple):
    """(G, V) arrays, one entry per pass; `phase_frac` (G, V, U) is where in its scan each sensor first looks."""

    bearing_rad: FloatArray
    height_m: FloatArray
    start_m: FloatArray
    rcs_factor: FloatArray
    phase_frac: FloatArray


def draw_passes(case: Case, *, seed: int, block: int, n_passes: int) -> Passes:
    """The passes of a block: Sobol points, shifted at random per block and group, so that blocks are independent.

    Parameters
    ----------
    case : Case
    seed, block : int
        Which study, which block.
    n_passes : int
        V; a power of two keeps the points balanced.

    Returns
    -------
    Passes

    Notes
    -----
    The radar cross-section factor is lognormal with median 1: fixed for a pass, shared by all radars.

    References
    ----------
    [owen1998]
    """
    shape = (len(case.groups), n_passes)
    bearing, height, start, factor = (np.empty(shape) for _ in range(_DIMENSIONS))
    phase = np.empty((*shape, len(case.units)))
    normal = NormalDist()
    points = sobol(n_passes)
    for g, group in enumerate(case.groups):
        name = streams.name_hash(group.name)
        shift = [streams.uniform(seed, block, streams.SHIFT, name, d) for d in range(_DIMENSIONS)]
        shifted = (points + np.array(shift)) % 1.0
        bearing[g] = _within(group.from_rad, shifted[:, 0])
        height[g] = _within(group.height_m, shifted[:, 1])
        start[g] = _within(group.starts_m, shifted[:, 2])
        sigma = case.rcs_pass_sigma_db * np.log(10.0) / 10.0
        factor[g] = [np.exp(sigma * normal.inv_cdf(min(max(u, 1e-12), 1.0 - 1e-12))) for u in shifted[:, 3]]
        phase[g] = _phases(seed, block, name, n_passes, [streams.name_hash(unit.name) for unit in case.units])
    return Passes(bearing, height, start, factor, phase)


def sobol(n_points: int) -> FloatArray:
    """The first points of Sobol's sequence in four dimensions, unscrambled.

    Returns
    -------
    (n_points, 4) float64 [1]
        In [0, 1); any stretch of a power of two is balanced in each dimension.

    Notes
    -----
    Here, since importing a library of distributions for it took longer than playing a thousand raids; a test holds it
    against that library.

    References
    ----------
    [joe2008]
    """
    directions = [_directions(degree, polynomial, first) for degree, polynomial, first in _PRIMITIVE]
    points = np.zeros((n_points, _DIMENSIONS))
    at = [0] * _DIMENSIONS
    for i in range(1, n_points):
        change = (i & -i).bit_length() - 1  # Gray code: the place of the lowest set bit
        at = [x ^ direction[change] for x, direction in zip(at, directions, strict=True)]
        points[i] = [x / 2.0**_BITS for x in at]
    return points


def _directions(degree: int, polynomial: int, first: tuple[int, ...]) -> list[int]:
    """Direction numbers of one dimension: given ones, then the recurrence of its primitive polynomial."""
    numbers = [m << (_BITS - 1 - k) for k, m in enumerate(first)]
    for k in range(len(numbers), _BITS):
        if degree == 0:
            numbers.append(1 << (_BITS - 1 - k))
            continue
        number = numbers[k - degree] ^ (numbers[k - degree] >> degree)
        for j in range(1, degree):
            if polynomial >> (degree - 1 - j) & 1:
                number ^= numbers[k - j]
        numbers.append(number)
    return numbers


def _within(span: Span, share: FloatArray) -> FloatArray:
    return span.low + (span.high - span.low) * share


def _phases(seed: int, block: int, group: int, n_passes: int, units: Sequence[int]) -> FloatArray:
    return np.array(
        [
            [streams.uniform(seed, block, streams.SCAN_PHASE, streams.pair_hash(unit, group), v) for unit in units]
            for v in range(n_passes)
        ]
    ).reshape(n_passes, len(units))
