"""Motion: where a threat is, some time after it started."""

import math
from typing import Final

from crenel.core.jit import kernel
from crenel.world import EARTH_RADIUS_M

LEVEL: Final = 0
BALLISTIC: Final = 1


@kernel
def remaining_distance(start_m: float, ground_speed_mps: float, elapsed_s: float) -> float:
    """Ground distance that is left to the target's centre, on a straight route at constant ground speed [m]."""
    return start_m - ground_speed_mps * elapsed_s


@kernel
def arc_height(remaining_m: float, range_m: float, apogee_m: float) -> float:
    """Height above its target of a threat on an arc of `apogee_m` over `range_m`, `remaining_m` before it [m].

    Notes
    -----
    The ellipse about the earth's centre through both ends and the apogee: without drag and thrust the way over a round
    earth. Drag and manoeuvre are left out. Zero at both ends, `apogee_m` half-way; over short ranges a parabola.

    References
    ----------
    [bate1971] ch. 6
    """
    angle = (0.5 * range_m - remaining_m) / EARTH_RADIUS_M
    edge = math.cos(0.5 * range_m / EARTH_RADIUS_M)
    e = _eccentricity(range_m, apogee_m)
    return EARTH_RADIUS_M * e * (math.cos(angle) - edge) / (1.0 - e * math.cos(angle))


@kernel
def arc_slope(remaining_m: float, range_m: float, apogee_m: float) -> float:
    """Metres up for each metre over the ground [1]; negative on the way down."""
    angle = (0.5 * range_m - remaining_m) / EARTH_RADIUS_M
    edge = math.cos(0.5 * range_m / EARTH_RADIUS_M)
    e = _eccentricity(range_m, apogee_m)
    below = 1.0 - e * math.cos(angle)
    return -e * math.sin(angle) * (1.0 - e * edge) / (below * below)


@kernel
def _eccentricity(range_m: float, apogee_m: float) -> float:
    half = math.sin(0.25 * range_m / EARTH_RADIUS_M)
    return apogee_m / (2.0 * EARTH_RADIUS_M * half * half + apogee_m)


def ground_speed(speed_mps: float, range_m: float, apogee_m: float) -> float:
    """Ground speed on the arc for which the speed at the target is the published `speed_mps` [m/s].

    Notes
    -----
    Constant over the ground. Without drag it would fall by twice the apogee's share of the earth's radius on the way
    up.
    """
    slope = arc_slope(0.0, range_m, apogee_m)
    return speed_mps / math.sqrt(1.0 + slope * slope)


@kernel
def arc_speed(ground_speed_mps: float, remaining_m: float, range_m: float, apogee_m: float) -> float:
    """Speed along the arc [m/s]; high up the same speed over the ground is a greater one."""
    slope = arc_slope(remaining_m, range_m, apogee_m)
    level = 1.0 + arc_height(remaining_m, range_m, apogee_m) / EARTH_RADIUS_M
    return ground_speed_mps * math.sqrt(level * level + slope * slope)
