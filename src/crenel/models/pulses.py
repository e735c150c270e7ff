"""Several pulses added before a look decides: exact forms for all five of Swerling's targets, and two rules of thumb.

The model counts one look as one pulse (`sensing`), since no maker publishes how many are added. What is here tells how
much that matters, and is what the rules of thumb of other programs are held against.
"""

import math
from typing import Final

STEADY: Final = 0
"""Swerling's case 0, which others call 5. Cases 1 and 2 are exponential from scan to scan and from pulse to pulse, 3
and 4 likewise chi-square of four degrees."""

_CERTAIN: Final = 1.0 - 1e-15


def detection_probability(snr: float, p_false_alarm: float, *, n_pulses: int, case: int) -> float:
    """Probability that a look detects which adds pulses after a square-law detector: exact.

    Parameters
    ----------
    snr : float [1]
        Mean signal-to-noise ratio of one pulse, linear, >= 0.
    p_false_alarm : float [1]
        Per look, in (0, 1).
    n_pulses : int
    case : int
        Swerling's, 0 to 4.

    Notes
    -----
    The summed signal is a gamma variate of mean ``N S`` and shape K (1, N, 2, 2N for cases 1 to 4, none for 0), so the
    sum is a mixture of incomplete gammas with negative binomial (for 0: Poisson) weights.

    References
    ----------
    [richards2014] ch. 6
    """
    level = threshold(p_false_alarm, n_pulses)
    total = n_pulses * snr
    shape = {1: 1.0, 2: float(n_pulses), 3: 2.0, 4: 2.0 * n_pulses}.get(case)
    if shape is None:
        weight, grown = math.exp(-total), 0.0
    else:
        grown = total / (shape + total)
        weight = math.exp(-shape * math.log1p(total / shape))
    term = math.exp(-level + (n_pulses - 1) * math.log(level) - math.lgamma(n_pulses))
    tail = _tail(n_pulses, level)
    found, counted, n = weight * tail, weight, 0
    while tail < _CERTAIN:
        weight *= total / (n + 1) if shape is None else grown * (n + shape) / (n + 1)
        n += 1
        term *= level / (n_pulses - 1 + n)
        tail = min(tail + term, 1.0)
        found += weight * tail
        counted += weight
    return min(found + 1.0 - counted, 1.0)


def threshold(p_false_alarm: float, n_pulses: int) -> float:
    """What the sum of that many pulses of noise, each of mean 1, exceeds with that probability."""
    low, high = 0.0, 10.0
    while _tail(n_pulses, high) > p_false_alarm:
        high *= 2.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _tail(n_pulses, middle) > p_false_alarm else (low, middle)
    return 0.5 * (low + high)


def snr_for(p_detection: float, p_false_alarm: float, *, n_pulses: int, case: int) -> float:
    """Signal-to-noise ratio of one pulse, linear, at which a look detects with `p_detection`."""
    low, high = 0.0, 1.0
    while detection_probability(high, p_false_alarm, n_pulses=n_pulses, case=case) < p_detection:
        high *= 2.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        found = detection_probability(middle, p_false_alarm, n_pulses=n_pulses, case=case)
        low, high = (middle, high) if found < p_detection else (low, middle)
    return 0.5 * (low + high)


def albersheim(p_detection: float, p_false_alarm: float, n_pulses: int) -> float:
    """Signal-to-noise ratio of one pulse of a steady target, linear: a rule of thumb, right to 0.2 dB.

    For a detection probability of 0.1 to 0.9, a false-alarm probability of 1e-7 to 1e-3, and up to 8096 pulses.

    References
    ----------
    [richards2014] ch. 6
    """
    a = math.log(0.62 / p_false_alarm)
    b = math.log(p_detection / (1.0 - p_detection))
    slope = 6.2 + 4.54 / math.sqrt(n_pulses + 0.44)
    snr_db = -5.0 * math.log10(n_pulses) + slope * math.log10(a + 0.12 * a * b + 1.7 * b)
    return math.pow(10.0, snr_db / 10.0)


def shnidman(p_detection: float, p_false_alarm: float, n_pulses: int, *, case: int) -> float:
    """Signal-to-noise ratio of one pulse, linear, of any of Swerling's targets: a rule of thumb, right to 0.5 dB.

    For a detection probability of 0.1 to 0.99, a false-alarm probability of 1e-9 to 1e-3, and up to 100 pulses.

    References
    ----------
    [richards2014] ch. 6
    """
    k = {1: 1.0, 2: float(n_pulses), 3: 2.0, 4: 2.0 * n_pulses}.get(case, math.inf)
    alpha = 0.0 if n_pulses < 40 else 0.25
    root = math.sqrt(-0.8 * math.log(4.0 * p_false_alarm * (1.0 - p_false_alarm)))
    root += math.copysign(math.sqrt(-0.8 * math.log(4.0 * p_detection * (1.0 - p_detection))), p_detection - 0.5)
    steady = root * (root + 2.0 * math.sqrt(0.5 * n_pulses + alpha - 0.25))
    c1 = (((17.7006 * p_detection - 18.4496) * p_detection + 14.5339) * p_detection - 3.525) / k
    c2 = math.exp(27.31 * p_detection - 25.14)
    c2 += (p_detection - 0.8) * (0.7 * math.log(1e-5 / p_false_alarm) + (2.0 * n_pulses - 20.0) / 80.0)
    fluctuation_db = c1 if p_detection <= 0.872 else c1 + c2 / k
    return math.pow(10.0, fluctuation_db / 10.0) * steady / n_pulses


def _tail(n_pulses: int, level: float) -> float:
    """Probability that a gamma variate of that order exceeds a level: exp(-T) sum of T^i / i! below the order."""
    if level <= 0.0:
        return 1.0
    return min(sum(math.exp(-level + i * math.log(level) - math.lgamma(i + 1)) for i in range(n_pulses)), 1.0)
