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
Floats: TypeAlias = NDArray[np.float64]
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


def student_quantile(degrees: float) -> float:
    """Two-sided quantile of Student's t with so many degrees of freedom."""
    from scipy.special import stdtrit  # a third of a second that help and version need not wait for

    return float(stdtrit(degrees, 0.5 + CONFIDENCE / 2.0))


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


def share_by_blocks(events: Ints, trials: Ints, *, n_raids: int, n_points: int = 1) -> Estimate:
    """Share of trials with an event, its interval from the spread between blocks of a point.

    Parameters
    ----------
    events, trials : (B,) int64
        Per block, point by point. Trials may differ (threats that came from a sector); blocks without any say nothing.
    n_raids : int
        Raids in all.
    n_points : int
        Doubt points; each has the same number of blocks, at least two.

    Notes
    -----
    Ratio estimate m = Σ events / Σ trials; se² from the blocks' residuals events - m trials about their mean within
    each point, so that what differs between points of the doubt is not counted as chance. Wilson-shaped with
    n_eff = m (1 - m) / se² and Student's quantile, so it stays within 0 and 1. Degrees of freedom after Satterthwaite:
    B - 1 for one point, fewer than Σ (B - 1) where some points are much noisier than others.

    Where all blocks are alike (no event, nothing but events), their spread says nothing. Then a raid that is
    different was seen 0 times in `n_raids`, and the interval holds what such raids could still do.

    References
    ----------
    [satterthwaite1946]
    """
    total = int(trials.sum())
    if total == 0:
        return Estimate(0.0, 0.0, 1.0)
    mean = int(events.sum()) / total
    squares = _squares_within(events, trials, mean, n_points)
    per_point = trials.size // n_points
    variance = float(squares.sum()) * per_point / ((per_point - 1) * float(total) ** 2)
    if mean in (0.0, 1.0) or variance <= 1e-24:
        other = wilson(0, n_raids).hi
        return Estimate(mean, mean * (1.0 - other), mean + (1.0 - mean) * other)
    n_effective = mean * (1.0 - mean) / variance
    degrees = (per_point + 1) * float(squares.sum()) ** 2 / float(np.square(squares).sum())
    degrees = min(max(degrees, per_point - 1.0), n_points * (per_point - 1.0))
    found = wilson(mean * n_effective, n_effective, quantile=student_quantile(degrees))
    return Estimate(mean, found.lo, found.hi)


def raids_by_blocks(events: Ints, raids: Ints, *, n_points: int = 1) -> Estimate:
    """Share of raids with an event (no leak at all): yes or no per raid.

    Parameters
    ----------
    events, raids : (B,) int64
        Per block, point by point.
    n_points : int
        Doubt points.

    Notes
    -----
    For one point the wider of two intervals. Wilson over raids takes each as a draw of its own; raids of a block share
    its passes, which it does not know. The spread between blocks knows, but sixteen numbers give a poor estimate of a
    spread that may come out too small. Each end is the farther of the two. Over many points the spread between blocks
    has degrees of freedom enough, and Wilson would take doubt for chance.
    """
    n_raids = int(raids.sum())
    blocks = share_by_blocks(events, raids, n_raids=n_raids, n_points=n_points)
    if n_points >= 16:
        return blocks
    plain = wilson(int(events.sum()), n_raids)
    return Estimate(plain.mean, min(plain.lo, blocks.lo), max(plain.hi, blocks.hi))


class Conditional(NamedTuple):
    """What each doubt point makes of a mean: (D,) means and the standard errors that chance leaves on them."""

    means: Floats
    errors: Floats


def conditional_means(events: Ints, trials: Ints, *, n_points: int) -> Conditional:
    """The mean at each point of the doubt, with its error by chance; points without a trial are left out.

    Parameters
    ----------
    events, trials : (B,) int64
        Per block, point by point.
    """
    by_point = trials.reshape(n_points, -1)
    total = by_point.sum(axis=1)
    seen = total > 0
    means = events.reshape(n_points, -1).sum(axis=1)[seen] / total[seen]
    residual = events.reshape(n_points, -1)[seen] - means[:, None] * by_point[seen]
    n = by_point.shape[1]
    variance = np.square(residual).sum(axis=1) * n / (max(n - 1, 1) * np.square(total[seen].astype(np.float64)))
    return Conditional(means, np.sqrt(variance))


def doubt_range(found: Conditional) -> tuple[float, float] | None:
    """From the 5th to the 95th percentile of the conditional means, with chance taken out; None of fewer than two.

    Notes
    -----
    The means spread by doubt and by chance: S² = τ² + mean of the squared errors. Each is drawn towards their mean by
    τ/S, so that what is left spreads as doubt alone does. It is no confidence interval: it is as wide as the brackets.
    """
    if found.means.size < 2:
        return None
    lo, hi = np.quantile(without_chance(found), (0.05, 0.95), method="hazen")
    return float(lo), float(hi)


def without_chance(found: Conditional) -> Floats:
    """The conditional means as they would spread by doubt alone: (D,)."""
    spread = float(np.var(found.means, ddof=1))
    if spread <= 0.0:
        return found.means
    kept = max(0.0, 1.0 - float(np.square(found.errors).mean()) / spread)
    middle = float(found.means.mean())
    return np.asarray(middle + (found.means - middle) * np.sqrt(kept))


def _squares_within(events: Ints, trials: Ints, mean: float, n_points: int) -> Floats:
    """(D,) squares of the blocks' residuals about their mean within each point; about 0 where there is one point."""
    residual = (events - mean * trials).reshape(n_points, -1)
    if n_points > 1:
        residual = residual - residual.mean(axis=1, keepdims=True)
    return np.asarray(np.square(residual).sum(axis=1))


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
