"""Intervals by chance: what a finite number of raids leaves open. All are 95 %.

The raid, or a block of raids, is the unit of sampling, never the threat: threats of one raid share its rounds,
channels and passes.
"""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Reached: TypeAlias = Literal["always", "within the bracket", "never"]

CONFIDENCE: Final = 0.95


class Estimate(NamedTuple):
    """A mean and the interval that chance leaves around it."""

    mean: float
    lo: float
    hi: float

    def times(self, factor: float) -> "Estimate":
        """The same in another unit: a share of threats times their number is threats per raid."""
        return Estimate(self.mean * factor, self.lo * factor, self.hi * factor)


def normal_quantile() -> float:
    """Two-sided quantile of the normal distribution."""
    return NormalDist().inv_cdf(0.5 + CONFIDENCE / 2.0)


def student_quantile(degrees: int) -> float:
    """Two-sided quantile of Student's t with so many degrees of freedom."""
    from scipy.special import stdtrit  # a third of a second that help and version need not wait for

    return float(stdtrit(float(degrees), 0.5 + CONFIDENCE / 2.0))


def wilson(events: float, trials: float, *, quantile: float | None = None) -> Estimate:
    """Share of trials with an event.

    Parameters
    ----------
    events, trials : float
        0 <= events <= trials, trials > 0. Need not be whole: effective numbers are welcome.
    quantile : float, optional
        Of the normal distribution unless given.

    Notes
    -----
    ``(p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)``; at no event the lower end is 0 and the upper one is not.

    References
    ----------
    [wilson1927]
    """
    z = normal_quantile() if quantile is None else quantile
    p = events / trials
    spread = z * np.sqrt(p * (1.0 - p) / trials + z * z / (4.0 * trials * trials))
    middle, scale = p + z * z / (2.0 * trials), 1.0 + z * z / trials
    lo = 0.0 if events == 0 else max(0.0, float((middle - spread) / scale))
    hi = 1.0 if events == trials else min(1.0, float((middle + spread) / scale))
    return Estimate(p, lo, hi)


def share_by_blocks(events: Ints, trials: Ints, *, n_raids: int) -> Estimate:
    """Share of trials with an event, its interval from the spread between blocks.

    Parameters
    ----------
    events, trials : (B,) int64
        Per block. Trials may differ (threats that came from a sector); blocks without any say nothing.
    n_raids : int
        Raids in all.

    Notes
    -----
    Ratio estimate m = Σ events / Σ trials; se² from the blocks' residuals events - m trials. Wilson-shaped with
    n_eff = m (1 - m) / se² and Student's quantile for B - 1 degrees of freedom, so it stays within 0 and 1.

    Where all blocks are alike (no event, nothing but events), their spread says nothing. Then a raid that is
    different was seen 0 times in `n_raids`, and the interval holds what such raids could still do.
    """
    total = int(trials.sum())
    if total == 0:
        return Estimate(0.0, 0.0, 1.0)
    n_blocks = trials.size
    mean = int(events.sum()) / total
    residual = events - mean * trials
    variance = float(np.square(residual).sum()) * n_blocks / ((n_blocks - 1) * float(total) ** 2)
    if mean in (0.0, 1.0) or variance <= 1e-24:
        other = wilson(0, n_raids).hi
        return Estimate(mean, mean * (1.0 - other), mean + (1.0 - mean) * other)
    n_effective = mean * (1.0 - mean) / variance
    found = wilson(mean * n_effective, n_effective, quantile=student_quantile(n_blocks - 1))
    return Estimate(mean, found.lo, found.hi)


def raids_by_blocks(events: Ints, raids: Ints) -> Estimate:
    """Share of raids with an event (no leak at all): yes or no per raid.

    Parameters
    ----------
    events, raids : (B,) int64
        Per block.

    Notes
    -----
    The wider of two intervals. Wilson over raids takes each as a draw of its own; raids of a block share its passes,
    which it does not know. The spread between blocks knows, but sixteen numbers give a poor estimate of a spread that
    may come out too small. Each end is the farther of the two.
    """
    plain = wilson(int(events.sum()), int(raids.sum()))
    blocks = share_by_blocks(events, raids, n_raids=int(raids.sum()))
    return Estimate(plain.mean, min(plain.lo, blocks.lo), max(plain.hi, blocks.hi))


def order_statistic(histogram: Ints, share: float) -> int:
    """Least value that at least `share` of all raids do not exceed.

    Parameters
    ----------
    histogram : (N,) int64
        How many raids had 0, 1, ... events.
    """
    cumulated = np.cumsum(histogram)
    return int(np.searchsorted(cumulated, share * float(cumulated[-1]) * (1.0 - 1e-12)))


def least_crossing(points: Sequence[tuple[float, float]], level: float) -> float | None:
    """Least p at which a curve, straight between its points, is at or below `level`; None if it never is.

    Parameters
    ----------
    points : sequence of (p, value)
        p rising.
    """
    before: tuple[float, float] | None = None
    for p, value in points:
        if value <= level:
            if before is None or before[1] == value:
                return p
            p0, value0 = before
            return p0 + (p - p0) * (value0 - level) / (value0 - value)
        before = (p, value)
    return None


def reached(least_p: float | None, bracket: tuple[float, float] | None) -> Reached:
    """Whether the kill probability that a goal needs lies within what is believed of it.

    Without a bracket nothing can shoot at what comes, and only a goal that needs no kill is reached.
    """
    lo, hi = bracket or (0.0, 0.0)
    if least_p is None or least_p > hi:
        return "never"
    return "always" if least_p <= lo else "within the bracket"
