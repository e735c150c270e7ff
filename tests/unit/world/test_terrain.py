from math import isnan

import numpy as np
import pytest

from crenel.world import Terrain, bilinear, sample


def _terrain() -> Terrain:
    ground_m = np.array([[0.0, 10.0, 20.0], [30.0, 40.0, np.nan]], np.float32)
    return Terrain(ground_m, cell_m=100.0, west_m=-150.0, north_m=100.0)


@pytest.mark.nojit
@pytest.mark.parametrize(
    ("east_m", "north_m", "value"),
    [(-149.0, 99.0, 0.0), (-51.0, 1.0, 0.0), (-49.0, 1.0, 10.0), (149.0, 99.0, 20.0), (-149.0, -99.0, 30.0)],
)
def test_sample_is_the_cell_that_the_point_lies_in(east_m: float, north_m: float, value: float) -> None:
    terrain = _terrain()
    assert sample(terrain.ground_m, terrain.west_m, terrain.north_m, terrain.cell_m, east_m, north_m) == value


@pytest.mark.nojit
@pytest.mark.parametrize(
    ("east_m", "north_m"), [(-151.0, 0.0), (151.0, 0.0), (0.0, 101.0), (0.0, -101.0), (100.0, -50.0)]
)
def test_sample_is_nan_outside_and_in_a_void(east_m: float, north_m: float) -> None:
    terrain = _terrain()
    assert isnan(sample(terrain.ground_m, terrain.west_m, terrain.north_m, terrain.cell_m, east_m, north_m))
    assert isnan(terrain.height_m(east_m, north_m))


def test_height_lies_between_cell_centres() -> None:
    terrain = _terrain()
    assert terrain.height_m(-100.0, 50.0) == 0.0
    assert terrain.height_m(-50.0, 50.0) == pytest.approx(5.0)
    assert terrain.height_m(-50.0, 0.0) == pytest.approx(20.0)
    assert terrain.height_m(-149.0, 99.0) == 0.0  # the outermost half cell


@pytest.mark.nojit
def test_a_void_carries_no_weight() -> None:
    terrain = _terrain()
    assert bilinear(terrain.ground_m, 0.4, 1.4) == pytest.approx(
        (0.36 * 10.0 + 0.24 * 20.0 + 0.24 * 40.0) / (0.36 + 0.24 + 0.24)
    )


def test_the_ground_is_read_only_and_the_callers_array_is_not() -> None:
    ground_m = np.zeros((2, 2), np.float32)
    terrain = Terrain(ground_m, cell_m=1.0, west_m=0.0, north_m=0.0)
    with pytest.raises(ValueError, match="read-only"):
        terrain.ground_m[0, 0] = 1.0
    ground_m[0, 0] = 1.0


def test_edges() -> None:
    terrain = _terrain()
    assert (terrain.east_m, terrain.south_m) == (150.0, -100.0)
    assert terrain.indices(-100.0, 50.0) == (0.0, 0.0)
