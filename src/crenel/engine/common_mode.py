"""Common mode: what makes one round miss may make all miss. Kill probabilities by chance, as a table."""

from functools import lru_cache
from typing import Final

import numpy as np

from crenel.core.jit import kernel
from crenel.core.records import FloatArray
from crenel.engine.tables import freeze

N_MEANS: Final = 128
N_CELLS: Final = 256


def common_mode(*rhos: float) -> FloatArray:
    """Kill probabilities of equally likely cells of chance, by mean, for each correlation.

    Parameters
    ----------
    *rhos : float
        Correlation between any two shots that share the chance, at least 0 and below 1.

    Returns
    -------
    (len(rhos), N_CELLS, N_MEANS + 1) float64 [1]
        Column k is for the mean ``k / N_MEANS``; a correlation of 0 gives the mean everywhere. Between columns read
        linearly, the mean over the cells is the stated one exactly. Without any correlation there is a single cell.

    Notes
    -----
    Beta with mean p and shape p (1 - rho) / rho, (1 - p) (1 - rho) / rho. A cell has the mean of the quantiles in it.

    References
    ----------
    [griffiths1973]
    """
    return _common_mode(tuple(float(rho) for rho in rhos))


@kernel
def with_this_luck(row: FloatArray, mean: float) -> float:
    """The kill probability of one cell of chance, (N_MEANS + 1,), whose mean over all is the stated one."""
    place = mean * (len(row) - 1)
    k = min(int(place), len(row) - 2)
    return float(row[k] + (place - k) * (row[k + 1] - row[k]))


@lru_cache(maxsize=8)
def _common_mode(rhos: tuple[float, ...]) -> FloatArray:
    means = np.arange(N_MEANS + 1) / N_MEANS
    cells = N_CELLS if any(rhos) else 1
    table = np.tile(means, (len(rhos), cells, 1))
    for level, rho in enumerate(rhos):
        if rho > 0.0:
            table[level, :, 1:-1] = _cell_means(means[1:-1], rho).T
    frozen: FloatArray = freeze(table)
    return frozen


def _cell_means(means: FloatArray, rho: float) -> FloatArray:
    """(P, C) mean of the Beta quantiles in each cell: the share of the mean that lies between the cell's edges."""
    from scipy.special import betainc, betaincinv  # loaded here: most commands play nothing

    p = means[:, None]
    a, b = p * (1.0 - rho) / rho, (1.0 - p) * (1.0 - rho) / rho
    edges = betaincinv(a, b, np.linspace(0.0, 1.0, N_CELLS + 1))
    below = betainc(a + 1.0, b, edges)
    cells: FloatArray = p * np.diff(below, axis=1) * N_CELLS
    return cells
