"""Engagement: how long a round flies, and how its chance falls off."""

import math

from crenel.core.jit import kernel


@kernel
def time_of_flight(range_m: float, speed_max_mps: float, decay_length_m: float) -> float:
    """Time that a round needs for a range [s], from `speed_max_mps`, its speed falling as ``exp(-s / decay_length)``.

    Notes
    -----
    Quadratic drag after burn-out, with the boost taken as instant: both published speeds (at burn-out, and the mean
    over a distance) are met. A decay length of 0 means constant speed.

    References
    ----------
    [zarchan2012] ch. 10
    """
    if decay_length_m == 0.0:
        return range_m / speed_max_mps
    return decay_length_m / speed_max_mps * (math.exp(range_m / decay_length_m) - 1.0)


def decay_length(speed_max_mps: float, speed_mean_mps: float, over_m: float) -> float:
    """Decay length that makes the mean speed over `over_m` `speed_mean_mps` [m]; 0 is constant speed."""
    if speed_mean_mps >= speed_max_mps * (1.0 - 1e-9):
        return 0.0
    wanted_s = over_m / speed_mean_mps
    low, high = over_m / 600.0, over_m * 1e6
    for _ in range(200):
        middle = math.sqrt(low * high)
        if time_of_flight(over_m, speed_max_mps, middle) > wanted_s:
            low = middle
        else:
            high = middle
    return math.sqrt(low * high)


@kernel
def share_at_range(range_m: float, range_max_m: float, share_at_range_max: float) -> float:
    """Share of the close-range kill probability that is left at a range; falls with its square.

    Notes
    -----
    Of a burst, since the solid angle of the target falls with the square of range; nothing is published on the shape
    for missiles, of which all is left unless a file says otherwise. The end point is an assumption of the catalogue.
    """
    ratio = range_m / range_max_m
    return 1.0 - (1.0 - share_at_range_max) * ratio * ratio
