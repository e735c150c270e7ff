"""On a smooth earth an antenna sees a target within the sum of their horizons: a disc of known area."""

from math import pi, sqrt

import numpy as np
import pytest

import cases
import covering
from crenel.coverage.geometry import BELOW_HORIZON, VISIBLE


@pytest.mark.parametrize(("antenna_m", "height_m"), [(10.0, 30.0), (4.0, 20.0), (10.0, 50.0)])
def test_the_share_in_view_is_that_of_the_disc(antenna_m: float, height_m: float) -> None:
    case = covering.with_cover(cases.case(cases.unit(antenna_height_m=antenna_m)), cell_m=250.0)
    found = covering.covered(case, heights_m=[height_m])
    horizon_m = sqrt(2.0 * covering.EARTH_M * antenna_m) + sqrt(2.0 * covering.EARTH_M * height_m)
    share = float((found.layers.best == VISIBLE).mean())
    assert share == pytest.approx(pi * horizon_m**2 / 120e3**2, rel=4e-3)
    assert set(np.unique(found.layers.best)) == {VISIBLE, BELOW_HORIZON}


def test_published_mutual_horizon() -> None:
    """4 m and 20 m see each other over 26.7 km."""
    case = covering.with_cover(cases.case(cases.unit(antenna_height_m=4.0)), cell_m=250.0)
    found = covering.covered(case, heights_m=[20.0])
    away_m = found.grid.distance_m(0.0, 0.0)
    assert away_m[found.layers.best[0, 0] == VISIBLE].max() == pytest.approx(26_700.0, abs=300.0)
