"""Line of sight over a smooth earth is what the closed forms say."""

import numpy as np
import pytest

from crenel.world import (
    EARTH_RADIUS_M,
    Terrain,
    flat_minimum_visible_height,
    horizon_range_m,
    minimum_visible_height,
)

RADIUS_M = 4.0 / 3.0 * EARTH_RADIUS_M


@pytest.mark.nojit
def test_thirty_metres_see_22_6_km() -> None:
    assert horizon_range_m(30.0, 0.0, RADIUS_M) == pytest.approx(22_576.0, abs=1.0)


@pytest.mark.nojit
def test_twenty_and_fifty_metres_see_each_other_at_47_6_km() -> None:
    assert horizon_range_m(20.0, 50.0, RADIUS_M) == pytest.approx(47_580.0, abs=10.0)


@pytest.mark.nojit
@pytest.mark.parametrize(
    ("antenna_m", "target_m", "range_km"), [
        (4.0, 20.0, 26.7), (4.0, 50.0, 37.4), (10.0, 50.0, 42.2), (10.0, 100.0, 54.2), (24.0, 25.0, 40.8),
        (25.0, 50.0, 49.7), (4.0, 1000.0, 138.5),
    ],
)  # fmt: skip
def test_the_rule_of_thumb_of_textbooks(antenna_m: float, target_m: float, range_km: float) -> None:
    # d [km] = 4.12 (sqrt h1 + sqrt h2): its constant is rounded, hence 0.2 %
    assert horizon_range_m(antenna_m, target_m, RADIUS_M) / 1000.0 == pytest.approx(range_km, rel=2e-3)


@pytest.mark.nojit
@pytest.mark.parametrize("height_m", [1.0, 60.0, 1500.0])
def test_the_least_visible_height_at_the_horizon_range_is_that_height(height_m: float) -> None:
    range_m = horizon_range_m(12.0, height_m, RADIUS_M)
    assert flat_minimum_visible_height(range_m, 12.0, RADIUS_M) == pytest.approx(height_m, rel=1e-12)


@pytest.mark.nojit
def test_the_ground_itself_is_visible_up_to_the_antennas_own_horizon() -> None:
    own_m = horizon_range_m(30.0, 0.0, RADIUS_M)
    assert flat_minimum_visible_height(0.999 * own_m, 30.0, RADIUS_M) == 0.0
    assert flat_minimum_visible_height(1.05 * own_m, 30.0, RADIUS_M) > 0.0


def test_a_smooth_raster_agrees_with_the_closed_form_to_a_centimetre_out_to_70_km() -> None:
    cell_m = 250.0
    terrain = Terrain(np.full((161, 561), 120.0, np.float32), cell_m=cell_m, west_m=0.0, north_m=161 * cell_m / 2)
    map_m = minimum_visible_height(
        terrain, east_m=0.5 * cell_m, north_m=0.0, antenna_height_m=30.0, effective_radius_m=RADIUS_M
    )
    north_m = terrain.north_m - (np.arange(161) + 0.5) * cell_m
    distances_m = np.hypot(np.arange(561) * cell_m, north_m[:, np.newaxis])
    exact_m = np.vectorize(flat_minimum_visible_height)(distances_m, 30.0, RADIUS_M)
    near = distances_m <= 70_000.0
    assert exact_m[near].max() > 100.0
    np.testing.assert_allclose(map_m[near], exact_m[near], rtol=0, atol=0.01)
