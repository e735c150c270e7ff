"""The arc of a ballistic threat: its ends, its apogee, and the published speed at the target."""

from math import hypot

import pytest

from crenel.models import motion

RANGE_M, APOGEE_M, SPEED_MPS = 500e3, 50e3, 2100.0


@pytest.mark.nojit
def test_ends_and_apogee() -> None:
    assert motion.arc_height(0.0, RANGE_M, APOGEE_M) == 0.0
    assert motion.arc_height(RANGE_M, RANGE_M, APOGEE_M) == 0.0
    assert motion.arc_height(RANGE_M / 2, RANGE_M, APOGEE_M) == pytest.approx(APOGEE_M, rel=1e-12)
    beside = (motion.arc_height(RANGE_M / 2 + sign * 1e3, RANGE_M, APOGEE_M) for sign in (1, -1))
    assert all(height < APOGEE_M for height in beside)


@pytest.mark.nojit
def test_speed_at_the_target_is_the_published_one() -> None:
    over_ground = motion.ground_speed(SPEED_MPS, RANGE_M, APOGEE_M)
    assert motion.arc_speed(over_ground, 0.0, RANGE_M, APOGEE_M) == pytest.approx(SPEED_MPS, rel=1e-12)
    assert motion.arc_speed(over_ground, RANGE_M / 2, RANGE_M, APOGEE_M) == pytest.approx(over_ground, rel=1e-12)
    assert over_ground == pytest.approx(SPEED_MPS / hypot(1.0, 0.4), rel=1e-12)


@pytest.mark.nojit
@pytest.mark.parametrize("left_m", [10e3, 100e3, 300e3, 490e3])
def test_speed_is_the_slope_of_the_arc(left_m: float) -> None:
    over_ground = motion.ground_speed(SPEED_MPS, RANGE_M, APOGEE_M)
    up = motion.arc_height(left_m - 0.5, RANGE_M, APOGEE_M) - motion.arc_height(left_m + 0.5, RANGE_M, APOGEE_M)
    exact = over_ground * hypot(1.0, up)
    assert motion.arc_speed(over_ground, left_m, RANGE_M, APOGEE_M) == pytest.approx(exact, rel=1e-9)


@pytest.mark.nojit
def test_a_level_route_covers_ground_evenly() -> None:
    assert motion.remaining_distance(60e3, 50.0, 0.0) == 60e3
    assert motion.remaining_distance(60e3, 50.0, 1200.0) == 0.0
    assert motion.remaining_distance(60e3, 50.0, 1300.0) == -5e3
