"""Motion: where a threat is, some time after it started."""

import math
from typing import Final

from crenel.core.jit import kernel

LEVEL: Final = 0
BALLISTIC: Final = 1


@kernel
def remaining_distance(start_m: float, ground_speed_mps: float, elapsed_s: float) -> float:
    """Ground distance that is left to the target's centre, on a straight route at constant ground speed [m]."""
    return start_m - ground_speed_mps * elapsed_s


@kernel
def arc_height(remaining_m: float, range_m: float, apogee_m: float) -> float:
    """Height above its target of a threat on a parabola of `apogee_m` over `range_m`, `remaining_m` before it [m].

    Notes
    -----
    The shape is published (range, apogee), the descent is not: drag and manoeuvre are left out, and the earth is flat
    under the arc. Zero at both ends, `apogee_m` half-way.
    """
    return 4.0 * apogee_m * remaining_m * (range_m - remaining_m) / (range_m * range_m)


def ground_speed(speed_mps: float, range_m: float, apogee_m: float) -> float:
    """Ground speed on the arc for which the speed at the target is the published `speed_mps` [m/s]."""
    slope = 4.0 * apogee_m / range_m
    return speed_mps / math.sqrt(1.0 + slope * slope)


@kernel
def arc_speed(ground_speed_mps: float, remaining_m: float, range_m: float, apogee_m: float) -> float:
    """Speed along the arc [m/s]."""
    slope = 4.0 * apogee_m * (range_m - 2.0 * remaining_m) / (range_m * range_m)
    return ground_speed_mps * math.sqrt(1.0 + slope * slope)
