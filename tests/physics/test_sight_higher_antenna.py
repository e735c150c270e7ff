"""A higher antenna sees no less."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crenel import minimum_visible_height
from reference_sight import exact
from terrains import cumberland, hills


def darker_m(look, surface, low_m, more_m, **where):
    """By how much cells are darker from the higher antenna, beyond the stated rounding."""
    low, high = (look(surface, antenna_height_m=height_m, **where) for height_m in (low_m, low_m + more_m))
    return (high - low - 1e-3 - 1e-5 * low).max()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), low_m=st.floats(0.0, 40.0), more_m=st.floats(0.1, 60.0))
@pytest.mark.parametrize("walls", ["sloped", "sharp"])
@pytest.mark.parametrize("look", [exact, minimum_visible_height])
def test_over_hills(look, walls, seed, low_m, more_m):
    assert darker_m(look, hills(seed), low_m, more_m, row=20.3, col=9.8, cell_m=30.0, walls=walls) <= 0.0


@pytest.mark.parametrize("more_m", [1.0, 30.0])
def test_over_mountains(more_m):
    surface, cell_m = cumberland(500)
    assert darker_m(minimum_visible_height, surface, 10.0, more_m, row=250, col=250, cell_m=cell_m) <= 0.0


def test_a_cell_that_rises_darkens_others_only():
    surface = hills()
    raised = surface.copy()
    raised[20, 30] += 500.0
    where = {"row": 20, "col": 20, "antenna_height_m": 8.0, "cell_m": 30.0}
    before, after = minimum_visible_height(surface, **where), minimum_visible_height(raised, **where)
    others = np.ones_like(before, dtype=bool)
    others[20, 30] = False
    assert (after[others] >= before[others] - 1e-3).all()
    assert after[20, 35] > before[20, 35] + 1.0
