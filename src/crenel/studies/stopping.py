"""How many raids a wanted precision takes, fixed once after a pilot; and an interval that may be looked at any time."""

import math
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from crenel.results.parts import MAX_REPLICATES, Layout, rounded_up
from crenel.results.tables import LEAKED
from crenel.studies.statistics import CONFIDENCE, Floats, student_quantile

PILOT: Final = 4000

_GRID: Final = 1000
_MOST_SHARE: Final = 0.95
"""Of the wanted variance that may be left to what no raid reduces: the passes of the blocks."""


class Needed(NamedTuple):
    """How many raids in all, and the half-width of the leak share that they are expected to give."""

    replicates: int
    half_width: float
    reachable: bool


def raids_needed(outcomes: pl.DataFrame, run: Layout, *, n_threats: int, half_width: float) -> Needed:
    """The number of raids for a half-width of the leak share, from the raids of a pilot.

    Parameters
    ----------
    outcomes : DataFrame
        Of the pilot, which is the beginning of the whole run.
    run : Layout
    n_threats : int
    half_width : float [1]
        Of the 95 % interval by chance: 0.005 is half a point.

    Returns
    -------
    Needed
        At least the pilot; `reachable` is False where the ways that threats come leave more than that: no number of
        raids reduces it, but more points of the doubt do, each with ways of its own.

    Notes
    -----
    The variance of the mean has a part that falls with the number of raids, seen within blocks, and one that does not,
    seen between them where they differ by more than chance. Fixed once: looking again and again until it is narrow
    would make it too narrow.
    """
    raids = (
        outcomes.group_by("block", "replicate", maintain_order=True)
        .agg((pl.col("fate") == LEAKED).sum().alias("leaks"))
        .with_columns(share=pl.col("leaks") / n_threats)
    )
    blocks = (
        raids.group_by("block")
        .agg(pl.col("share").mean().alias("mean"), pl.col("share").var().alias("var"), pl.len().alias("n"))
        .sort("block")
    )
    means = blocks["mean"].to_numpy().reshape(run.n_points, run.blocks_per_point)
    per_point = run.blocks_per_point
    between = float(means.var(axis=1, ddof=1).sum()) / per_point / run.n_points**2
    within = float((blocks["var"].fill_null(0.0) / blocks["n"]).sum()) / run.n_blocks**2
    kept = between - within if between > within * _by_chance(run.n_points * (per_point - 1)) else 0.0
    wanted = (half_width / student_quantile(run.n_points * (per_point - 1.0))) ** 2
    room = max(wanted - kept, (1.0 - _MOST_SHARE) * wanted)
    n_pilot = raids.height
    n = min(max(n_pilot, math.ceil(n_pilot * within / room)), MAX_REPLICATES // run.n_blocks * run.n_blocks)
    n = rounded_up(n, run)
    expected = student_quantile(run.n_points * (per_point - 1.0)) * math.sqrt(kept + within * n_pilot / n)
    return Needed(n, expected, kept <= _MOST_SHARE * wanted)


def _by_chance(degrees: int) -> float:
    """How many times too large a variance from so many differences comes out, once in twenty."""
    from scipy.special import chdtri

    return float(chdtri(degrees, 1.0 - CONFIDENCE)) / degrees


def confidence_sequence(values: Floats) -> tuple[Floats, Floats]:
    """Both ends of an interval for the mean after each value: whoever looks at any moment is right 19 times in 20.

    Parameters
    ----------
    values : (N,) float64
        In 0 to 1, each drawn as the others.

    Returns
    -------
    two (N,) float64
        They only ever draw together.

    Notes
    -----
    By betting: for each candidate mean a gambler bets against it, with stakes that know the past only; a fair game does
    not multiply a fortune by 20. Hedged: half of the fortune bets that the mean is higher, half that it is lower.

    References
    ----------
    [waudbysmith2024]
    """
    values = np.asarray(values, np.float64)
    candidates = (np.arange(_GRID) + 0.5) / _GRID
    alpha = 1.0 - CONFIDENCE
    up, down = np.zeros(_GRID), np.zeros(_GRID)
    alive = np.ones(_GRID, bool)
    total, squares = 0.5, 0.25
    lows, highs = np.empty(values.size), np.empty(values.size)
    for i, value in enumerate(values):
        stake = math.sqrt(2.0 * math.log(2.0 / alpha) / (squares * math.log(i + 2.0)))
        up += np.log1p(np.minimum(stake, 0.5 / candidates) * (value - candidates))
        down += np.log1p(-np.minimum(stake, 0.5 / (1.0 - candidates)) * (value - candidates))
        alive &= np.maximum(up, down) + math.log(0.5) < math.log(1.0 / alpha)
        found = np.flatnonzero(alive)
        if found.size:
            lows[i] = max(0.0, candidates[found[0]] - 0.5 / _GRID)
            highs[i] = min(1.0, candidates[found[-1]] + 0.5 / _GRID)
        else:  # no candidate of the grid is left: the last interval stands
            lows[i], highs[i] = (lows[i - 1], highs[i - 1]) if i else (0.0, 1.0)
        mean = (total + value) / (i + 2.0)
        squares += (value - mean) ** 2
        total += value
    return lows, highs
