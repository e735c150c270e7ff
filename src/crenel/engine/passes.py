"""Passes: the ways that the threats of a group can come, drawn once per block."""

from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from scipy.stats import qmc

from crenel.core import streams
from crenel.core.records import Case, FloatArray, Span

_DIMENSIONS = 4  # bearing, height, start distance, radar cross-section


class Passes(NamedTuple):
    """(G, V) arrays, one entry per pass; `phase_frac` (G, V, U) is where in its scan each radar first looks."""

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
    points = _sobol(n_passes)
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


def _sobol(n_points: int) -> FloatArray:
    # Integer powers of two keep scipy from warning; a truncated sequence of another length is still valid.
    power = int(np.ceil(np.log2(n_points)))
    points: FloatArray = qmc.Sobol(_DIMENSIONS, scramble=False).random_base2(power)[:n_points]
    return points


def _within(span: Span, share: FloatArray) -> FloatArray:
    return span.low + (span.high - span.low) * share


def _phases(seed: int, block: int, group: int, n_passes: int, units: Sequence[int]) -> FloatArray:
    return np.array(
        [
            [streams.uniform(seed, block, streams.SCAN_PHASE, streams.pair_hash(unit, group), v) for unit in units]
            for v in range(n_passes)
        ]
    ).reshape(n_passes, len(units))
