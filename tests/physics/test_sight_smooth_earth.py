"""Over a smooth earth the map is the horizon's parabola."""

from math import sqrt

import numpy as np
import pytest

from crenel import minimum_visible_height

RADIUS_M = 4.0 / 3.0 * 6_371_000.0


def line_of_sight(walls="sloped", earth_factor=4.0 / 3.0):
    flat = np.zeros((21, 2401), np.float32)
    return minimum_visible_height(
        flat, row=10, col=0, antenna_height_m=30, cell_m=30, walls=walls, earth_factor=earth_factor
    )


@pytest.mark.parametrize("walls", ["sloped", "sharp"])
def test_it_is_the_parabola_to_a_centimetre_at_70_km(walls):
    map_m = line_of_sight(walls)
    rows, columns = np.mgrid[-10:11, 0:2401]
    beyond_m = np.maximum(30.0 * np.hypot(rows, columns) - sqrt(2.0 * RADIUS_M * 30.0), 0.0)
    expected_m = beyond_m**2 / (2.0 * RADIUS_M)
    assert expected_m[10, 2334] == pytest.approx(132.9, rel=0.01)  # 70 km
    np.testing.assert_allclose(map_m, expected_m, rtol=0.0, atol=0.01)


def test_an_antenna_at_30_m_sees_the_ground_as_far_as_22_6_km():
    visible = np.flatnonzero(line_of_sight()[10] == 0.0)
    assert 30.0 * visible.max() == pytest.approx(22_576.0, abs=60.0)


def test_a_flat_earth_hides_nothing():
    assert line_of_sight(earth_factor=float("inf")).max() == 0.0
