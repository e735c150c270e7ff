"""How far the fast map is from one exact ray for each cell, over real ground."""

import numpy as np
import pytest

from crenel import minimum_visible_height
from reference_sight import exact
from terrains import city, cumberland, made_city, mountains

SITES = [(0.62, 0.41), (0.5, 0.5), (0.7, 0.15)]


def compared(surface, **where):
    """The error [m], and both maps, where the exact one is known."""
    fast, truth = minimum_visible_height(surface, **where), exact(surface, **where)
    known = ~np.isnan(truth)
    np.testing.assert_array_equal(np.isnan(fast), ~known)
    return np.abs(fast - truth)[known], fast[known], truth[known]


def check_mountains(surface, cell_m, site):
    row, col = (int(share * len(surface)) for share in site)
    off_m, fast, truth = compared(surface, row=row, col=col, antenna_height_m=30, cell_m=cell_m)
    assert np.percentile(off_m, 99) <= 1.0
    assert np.mean((fast <= 100.0) == (truth <= 100.0)) >= 0.9995
    assert 0.001 < np.mean(truth <= 100.0) < 0.9
    assert abs(np.mean((fast - truth)[truth < 1000.0])) < 0.05


def check_city(surface, ground, walls, least_alike):
    for row, col, antenna_height_m in ((130, 140, 30), (60.3, 199.6, 25)):
        off_m, fast, truth = compared(
            surface, row=row, col=col, antenna_height_m=antenna_height_m, cell_m=2.0, ground=ground, walls=walls
        )
        assert np.mean((fast <= 20.0) == (truth <= 20.0)) >= least_alike
        assert np.median(off_m) < 0.1


@pytest.mark.parametrize("site", SITES)
def test_over_a_crop_of_mountains(site):
    surface, cell_m = cumberland(500)
    check_mountains(np.ascontiguousarray(surface[100:400, 100:400]), cell_m, site)


@pytest.mark.deep
@pytest.mark.parametrize("site", SITES)
def test_over_mountains_in_full(site):
    check_mountains(*mountains(1000), site)


@pytest.mark.parametrize("walls", ["sloped", "sharp"])
def test_over_a_lidar_city(walls):
    check_city(*city(), walls, 0.995)


@pytest.mark.parametrize("walls", ["sloped", "sharp"])
def test_over_a_made_city(walls):
    check_city(*made_city(), walls, 0.995)
