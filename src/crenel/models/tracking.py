"""Tracking: when a radar holds a threat firmly, and when it loses it."""

import numpy as np

from crenel.core.jit import kernel
from crenel.core.records import FloatArray

_CERTAIN = 1.0 - 1e-15  # beyond this the next bit of a double is what is left to sum


@kernel
def ones(bits: int) -> int:
    """How many bits are set."""
    count = 0
    while bits:
        count += bits & 1
        bits >>= 1
    return count


@kernel
def first_firm_cdf(pd: FloatArray, confirm_m: int, confirm_n: int, out_cdf: FloatArray) -> None:
    """Probability that the track is firm by each look: `confirm_m` detections within `confirm_n` looks in a row.

    Parameters
    ----------
    pd : (K,) float64 [1]
        Detection probability of each look; 0 where the threat is masked: a masked look is a miss.
    confirm_m, confirm_n : int
        The rule; ``1 <= confirm_m <= confirm_n <= 10``.
    out_cdf : (K,) float64 [1]
        Written: non-decreasing, in [0, 1].

    Notes
    -----
    Exact: a Markov chain over the detections and misses of the last n - 1 looks. A track becomes firm on a detection.

    References
    ----------
    [blackman1999] ch. 6
    """
    mask = (1 << (confirm_n - 1)) - 1
    now = np.zeros(mask + 1)
    after = np.zeros(mask + 1)
    now[0] = 1.0
    firm = 0.0
    nothing_seen = True
    for k in range(pd.shape[0]):
        if pd[k] > 0.0:
            nothing_seen = False
        if nothing_seen:
            out_cdf[k] = 0.0
            continue
        if firm >= _CERTAIN:
            out_cdf[k] = out_cdf[k - 1]
            continue
        after[:] = 0.0
        for history in range(mask + 1):
            share = now[history]
            if share == 0.0:
                continue
            shifted = (history << 1) & mask
            after[shifted] += share * (1.0 - pd[k])
            if ones(history) + 1 >= confirm_m:
                firm += share * pd[k]
            else:
                after[shifted | (1 if mask else 0)] += share * pd[k]
        now, after = after, now
        out_cdf[k] = min(firm, 1.0)


@kernel
def first_look_reaching(cdf: FloatArray, n_looks: int, share: float) -> int:
    """The first look by which `cdf` exceeds `share`, or -1: inverse-transform sampling of the first firm track."""
    if n_looks == 0 or cdf[n_looks - 1] <= share:
        return -1
    low, high = 0, n_looks - 1
    while low < high:
        middle = (low + high) >> 1
        if cdf[middle] > share:
            high = middle
        else:
            low = middle + 1
    return low


@kernel
def next_miss(pd: FloatArray, clear_to: int, last: int, no_miss: float, share: float) -> tuple[int, float]:
    """The first missed look after `clear_to` and up to `last`, for one uniform number; `last + 1` if there is none.

    Parameters
    ----------
    pd : (K,) float64 [1]
    clear_to, last : int
        Looks.
    no_miss : float [1]
        Probability that no miss has come by `clear_to` since the search for it began; 1 at its beginning.
    share : float [1]
        The uniform number of this search.

    Returns
    -------
    int, float
        The look, and the probability that no miss has come by it.

    Notes
    -----
    No miss comes in looks 1 to j with probability ``prod Pd``; the product is followed until it falls to `share`, and
    can be taken up again where it stopped.
    """
    for look in range(clear_to + 1, last + 1):
        no_miss *= pd[look]
        if no_miss <= share:
            return look, no_miss
    return last + 1, no_miss
