"""Behind walls: similar triangles, to the edge that counts."""

import numpy as np
import pytest

from crenel import minimum_visible_height

FLAT_EARTH = float("inf")
WALL_M, CELL_M = 40.0, 10.0


def behind(walls, antenna_height_m, first=20, end=21):
    surface = np.zeros((41, 81), np.float32)
    surface[:, first:end] = WALL_M
    ground = np.zeros_like(surface)
    return minimum_visible_height(
        surface,
        row=20,
        col=0,
        antenna_height_m=antenna_height_m,
        cell_m=CELL_M,
        ground=ground,
        earth_factor=FLAT_EARTH,
        walls=walls,
    )


def shadow_m(antenna_height_m, edge, cells):
    return np.maximum(antenna_height_m + (WALL_M - antenna_height_m) * cells / edge, 0.0)


@pytest.mark.nojit
@pytest.mark.parametrize("antenna_height_m", [5.0, 40.0, 70.0])
def test_a_knife_edge_casts_its_shadow_from_its_own_line(antenna_height_m):
    map_m = behind("sloped", antenna_height_m)
    expected_m = shadow_m(antenna_height_m, 20, np.arange(21, 81))
    for row in (0, 7, 20, 33, 40):  # the wall is straight, so the shadow is the same beside the middle
        reached = np.arange(21, 81) >= abs(row - 20)
        np.testing.assert_allclose(map_m[row, 21:][reached], expected_m[reached], rtol=1e-5, atol=1e-3)


@pytest.mark.nojit
@pytest.mark.parametrize(("antenna_height_m", "edge"), [(5.0, 19.5), (70.0, 22.5)])
def test_a_sharp_wall_hides_by_its_near_edge_from_below_and_by_its_far_edge_from_above(antenna_height_m, edge):
    map_m = behind("sharp", antenna_height_m, 20, 23)
    expected_m = shadow_m(antenna_height_m, edge, np.arange(23, 81))
    for row in (0, 7, 20, 33, 40):
        reached = np.arange(23, 81) > abs(row - 20)
        np.testing.assert_allclose(map_m[row, 23:][reached], expected_m[reached], rtol=1e-5, atol=1e-3)


@pytest.mark.nojit
def test_before_a_sharp_wall_nothing_is_hidden_and_above_its_roof_its_near_edge_counts():
    map_m = behind("sharp", 5.0, 20, 23)
    assert map_m[:, 1:20][10:31].max() == 0.0
    roof_m = shadow_m(5.0, 19.5, np.arange(20, 23))
    np.testing.assert_allclose(map_m[20, 20:23], roof_m, rtol=1e-5)
    np.testing.assert_allclose(behind("sharp", 70.0, 20, 23)[20, 20:23], WALL_M, rtol=1e-6)


def test_an_antenna_on_a_sharp_roof_is_hidden_from_the_street_by_its_own_edge():
    surface = np.zeros((41, 41), np.float32)
    surface[18:23, 18:23] = 20.0
    map_m = minimum_visible_height(
        surface,
        row=20,
        col=20,
        antenna_height_m=25.0,
        cell_m=CELL_M,
        ground=np.zeros_like(surface),
        earth_factor=FLAT_EARTH,
        walls="sharp",
    )
    for cells in (3, 5, 10, 12):  # 5 m above a roof that ends 2.5 cells away
        assert map_m[20, 20 + cells] == pytest.approx(max(25.0 - 5.0 * cells / 2.5, 0.0), abs=1e-4)
        assert map_m[20 - cells, 20] == pytest.approx(map_m[20, 20 + cells], abs=1e-4)
