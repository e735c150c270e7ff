import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.features import rasterize

from crenel.world.footprints import burn
from crenel.world.patches import Grid
from vector_files import square

GRID = Grid(2.0, -50, 50, -40, 40)


def _burnt(*shapes: shapely.Geometry, values: tuple[float, ...] = (), grid: Grid = GRID) -> np.ndarray:
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return burn(array, np.array(values or [7.0] * len(shapes)), grid)[0]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(3, 12),
    side_m=st.floats(3.0, 90.0),
    east_m=st.floats(-120.0, 120.0),
    north_m=st.floats(-100.0, 100.0),
)
def test_the_cells_are_those_that_gdal_burns(seed: int, n: int, side_m: float, east_m: float, north_m: float) -> None:
    dice = np.random.default_rng(seed)
    angles = np.sort(dice.uniform(0.0, 2.0 * np.pi, n))
    radii = dice.uniform(0.3, 1.0, n) * side_m
    outer = np.column_stack([east_m + radii * np.sin(angles), north_m + radii * np.cos(angles)])
    hole = 0.3 * (outer - [east_m, north_m]) + [east_m, north_m]
    shape = shapely.make_valid(shapely.Polygon(outer, [hole]))
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        return
    ours = _burnt(shape)
    theirs = rasterize([(shape, 7.0)], out_shape=GRID.shape, transform=GRID.transform, dtype="float32")
    # A centre within a rounding error of an edge may fall to either side.
    rows, columns = np.nonzero(ours != theirs)
    centres = shapely.points((columns + 0.5 + GRID.west) * 2.0, (GRID.north - rows - 0.5) * 2.0)
    assert (shapely.distance(shape.boundary, centres) < 1e-6).all()


@pytest.mark.nojit
def test_the_highest_of_several_counts_whatever_their_order() -> None:
    low, high = square(0.0, 0.0, 60.0), square(10.0, 0.0, 20.0)
    first = _burnt(low, high, values=(5.0, 30.0))
    np.testing.assert_array_equal(first, _burnt(high, low, values=(30.0, 5.0)))
    assert set(np.unique(first)) == {0.0, 5.0, 30.0}


def test_on_average_a_footprint_gets_as_many_cells_as_its_area() -> None:
    dice = np.random.default_rng(1)
    shapes = [square(*dice.uniform(-60.0, 60.0, 2), side_m=3.1) for _ in range(4000)]
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    _, cells = burn(array, np.ones(len(shapes)), GRID)
    assert cells.mean() * 4.0 == pytest.approx(3.1 * 3.1, rel=0.03)


@pytest.mark.nojit
def test_one_that_lies_between_cell_centres_covers_none_and_is_counted() -> None:
    array = np.empty(2, dtype=object)
    array[:] = [square(0.0, 0.0, 1.0), square(1.0, 1.0, 1.0)]  # on a corner of four cells; on the centre of one
    values, cells = burn(array, np.array([9.0, 9.0]), GRID)
    assert cells.tolist() == [0, 1]
    assert np.count_nonzero(values) == 1


@pytest.mark.nojit
def test_nothing_burns_nothing() -> None:
    values, cells = burn(np.zeros(0, dtype=object), np.zeros(0), GRID)
    assert not values.any()
    assert cells.size == 0


@pytest.mark.nojit
def test_a_shape_that_reaches_beyond_the_grid_is_cut() -> None:
    assert (_burnt(square(0.0, 0.0, 1e5)) == 7.0).all()
    assert not _burnt(square(1e5, 0.0, 50.0)).any()
