"""Sensing: how likely one look of a radar detects a threat."""

import math
from typing import Final

from crenel.core.jit import kernel

SWERLING_0: Final = 0
SWERLING_1: Final = 1
SWERLING_3: Final = 3

ALL_AROUND: Final = 2.0 * math.pi
"""Width of a sector that is none."""

_CERTAIN_SNR: Final = 300.0  # a steady target this strong is missed less than once in 1e100 looks


@kernel
def scaled_range(range_m: float, rcs_m2: float, ref_rcs_m2: float) -> float:
    """Range at which a target of another radar cross-section returns the same signal [m].

    Notes
    -----
    ``R (rcs / ref) ** (1/4)``: free space, no losses. A `ref_rcs_m2` of 0 stands for a range that has nothing to do
    with an echo, as with optics: it is the same for every target.

    References
    ----------
    [richards2014] ch. 2
    """
    if ref_rcs_m2 == 0.0:
        return range_m
    return range_m * math.sqrt(math.sqrt(rcs_m2 / ref_rcs_m2))


@kernel
def signal_to_noise(snr_ref: float, range_ratio: float, rcs_ratio: float) -> float:
    """Signal-to-noise ratio, linear, from that at the reference; the ratios are to the reference range and target.

    References
    ----------
    [richards2014] ch. 2
    """
    squared = range_ratio * range_ratio
    return snr_ref * rcs_ratio / (squared * squared)


def sector_width(facing_rad: float | None, sector_rad: float | None) -> float:
    """How wide a sensor looks [rad]; all around where nobody says how wide, or which way its unit faces."""
    return ALL_AROUND if sector_rad is None or facing_rad is None else sector_rad


@kernel
def within_sector(east_m: float, north_m: float, facing_rad: float, sector_rad: float) -> bool:
    """Whether a target that far east and north of a sensor lies in a sector of that width about where it faces.

    A `sector_rad` of 2 pi or more is all around; what stands right above is in every sector.
    """
    if sector_rad >= ALL_AROUND:
        return True
    away = math.sqrt(east_m * east_m + north_m * north_m)
    ahead = east_m * math.sin(facing_rad) + north_m * math.cos(facing_rad)
    return ahead >= away * math.cos(0.5 * sector_rad) - 1e-9 * away


@kernel
def radial_speed(east_m: float, north_m: float, up_m: float, east_mps: float, north_mps: float) -> float:
    """How fast a target that flies level comes nearer or goes away, whichever it does [m/s].

    The first three say where it is from the sensor, the last two how it flies. A radar that tells moving things from
    the ground by this speed misses what flies across.

    References
    ----------
    [richards2014] ch. 5
    """
    away = math.sqrt(east_m * east_m + north_m * north_m + up_m * up_m)
    if away == 0.0:
        return 0.0
    return abs(east_m * east_mps + north_m * north_mps) / away


@kernel
def detection_probability(snr: float, p_false_alarm: float, fluctuation: int) -> float:
    """Probability that one look detects a target: one pulse, square-law detector, exact.

    Parameters
    ----------
    snr : float [1]
        Mean signal-to-noise ratio, linear, >= 0.
    p_false_alarm : float [1]
        Per look, in (0, 1).
    fluctuation : int
        SWERLING_0 (steady), SWERLING_1 (exponential) or SWERLING_3 (chi-square of four degrees), from look to look.

    Returns
    -------
    float [1]
        In [p_false_alarm, 1].

    Notes
    -----
    Steady: Marcum's Q as a Poisson mixture of incomplete gammas. Exponential: ``Pfa ** (1 / (1 + S))``.
    Chi-square of four: ``(1 + 2 S T / (2 + S)^2) exp(-2 T / (2 + S))`` with ``T = -ln Pfa``.

    References
    ----------
    [richards2014] ch. 6
    """
    threshold = -math.log(p_false_alarm)
    if fluctuation == SWERLING_1:
        return math.exp(-threshold / (1.0 + snr))
    if fluctuation == SWERLING_3:
        spread = 2.0 + snr
        return (1.0 + 2.0 * snr * threshold / (spread * spread)) * math.exp(-2.0 * threshold / spread)
    return _steady_target(snr, threshold)


@kernel
def _steady_target(snr: float, threshold: float) -> float:
    if snr > _CERTAIN_SNR:
        return 1.0
    weight = math.exp(-snr)  # Poisson probability of n
    term = math.exp(-threshold)  # exp(-T) T^n / n!
    tail = term  # probability that a gamma variate of order n + 1 exceeds T
    total = weight * tail
    last = int(snr + 12.0 * math.sqrt(snr + 1.0) + 40.0)
    for n in range(1, last):
        weight *= snr / n
        term *= threshold / n
        tail += term
        total += weight * tail
    return min(total, 1.0)


def snr_for(p_detection: float, p_false_alarm: float, fluctuation: int) -> float:
    """Signal-to-noise ratio, linear, at which one look detects with `p_detection`.

    Raises
    ------
    ValueError
        If `p_detection` is not between the false-alarm probability and 1.
    """
    if not p_false_alarm < p_detection < 1.0:
        msg = f"a detection probability must lie between the false-alarm probability and 1, not be {p_detection}"
        raise ValueError(msg)
    low, high = 0.0, 1.0
    while detection_probability(high, p_false_alarm, fluctuation) < p_detection:
        high *= 2.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        if detection_probability(middle, p_false_alarm, fluctuation) < p_detection:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
