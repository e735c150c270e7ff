"""The arc of a ballistic threat: its ends, its apogee, and the published speed at the target."""

from math import atan2, cos, hypot, sqrt

import pytest

from crenel.models import motion
from crenel.world import EARTH_RADIUS_M

RANGE_M, APOGEE_M, SPEED_MPS = 500e3, 50e3, 2100.0


@pytest.mark.nojit
def test_ends_and_apogee() -> None:
    assert motion.arc_height(0.0, RANGE_M, APOGEE_M) == pytest.approx(0.0, abs=1e-6)
    assert motion.arc_height(RANGE_M, RANGE_M, APOGEE_M) == pytest.approx(0.0, abs=1e-6)
    assert motion.arc_height(RANGE_M / 2, RANGE_M, APOGEE_M) == pytest.approx(APOGEE_M, rel=1e-9)
    beside = (motion.arc_height(RANGE_M / 2 + sign * 1e3, RANGE_M, APOGEE_M) for sign in (1, -1))
    assert all(height < APOGEE_M for height in beside)


@pytest.mark.nojit
def test_speed_at_the_target_is_the_published_one() -> None:
    over_ground = motion.ground_speed(SPEED_MPS, RANGE_M, APOGEE_M)
    assert motion.arc_speed(over_ground, 0.0, RANGE_M, APOGEE_M) == pytest.approx(SPEED_MPS, rel=1e-12)
    high = 1.0 + APOGEE_M / EARTH_RADIUS_M
    assert motion.arc_speed(over_ground, RANGE_M / 2, RANGE_M, APOGEE_M) == pytest.approx(over_ground * high, rel=1e-9)


@pytest.mark.nojit
@pytest.mark.parametrize("left_m", [10e3, 100e3, 300e3, 490e3])
def test_speed_is_the_slope_of_the_arc(left_m: float) -> None:
    over_ground = motion.ground_speed(SPEED_MPS, RANGE_M, APOGEE_M)
    up = motion.arc_height(left_m - 0.5, RANGE_M, APOGEE_M) - motion.arc_height(left_m + 0.5, RANGE_M, APOGEE_M)
    level = 1.0 + motion.arc_height(left_m, RANGE_M, APOGEE_M) / EARTH_RADIUS_M
    exact = over_ground * hypot(level, up)
    assert motion.arc_speed(over_ground, left_m, RANGE_M, APOGEE_M) == pytest.approx(exact, rel=1e-8)


@pytest.mark.nojit
@pytest.mark.parametrize("left_m", [0.0, 20e3, 130e3, 250e3])
def test_the_arc_is_the_orbit_that_falls_back(left_m: float) -> None:
    """Stepped by Newton's law from the apogee, where it is level, with the speed that brings it down at the end."""
    radius, mu = EARTH_RADIUS_M, 3.986004418e14
    half = RANGE_M / 2 / radius
    e = APOGEE_M / (radius + APOGEE_M - radius * cos(half))
    top = radius + APOGEE_M
    x, y = 0.0, top
    vx, vy = sqrt(mu * (1.0 - e) / top), 0.0
    step = 0.02
    while atan2(x, y) < half - left_m / radius:  # leapfrog
        r3 = hypot(x, y) ** 3
        vx, vy = vx - 0.5 * step * mu * x / r3, vy - 0.5 * step * mu * y / r3
        x, y = x + step * vx, y + step * vy
        r3 = hypot(x, y) ** 3
        vx, vy = vx - 0.5 * step * mu * x / r3, vy - 0.5 * step * mu * y / r3
    reached_m = RANGE_M / 2 - atan2(x, y) * radius
    assert hypot(x, y) - radius == pytest.approx(motion.arc_height(reached_m, RANGE_M, APOGEE_M), abs=0.1)


@pytest.mark.nojit
def test_over_a_short_range_the_arc_is_a_parabola() -> None:
    height = motion.arc_height(3e3, 10e3, 2e3)
    assert height == pytest.approx(4.0 * 2e3 * 3e3 * 7e3 / 10e3**2, rel=1e-3)


@pytest.mark.nojit
def test_a_level_route_covers_ground_evenly() -> None:
    assert motion.remaining_distance(60e3, 50.0, 0.0) == 60e3
    assert motion.remaining_distance(60e3, 50.0, 1200.0) == 0.0
    assert motion.remaining_distance(60e3, 50.0, 1300.0) == -5e3
