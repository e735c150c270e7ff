from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from crenel import minimum_visible_height as sweep
from crenel.core.records import CrenelError
from crenel.world import EARTH_RADIUS_M, Terrain, minimum_visible_height
from terrains import hills

RADIUS_M = 4.0 / 3.0 * EARTH_RADIUS_M
CELL_M = 30.0
ROOF_M = 12.0


def _terrain() -> Terrain:
    """Hills with a house on cells 24 to 26 of rows 10 to 12."""
    ground_m = hills()
    surface_m = ground_m.copy()
    surface_m[10:13, 24:27] += ROOF_M
    return Terrain(ground_m, cell_m=CELL_M, west_m=-500.0, north_m=300.0, surface_m=surface_m)


def _map(
    terrain: Terrain, row: float, column: float, antenna_m: float = 8.0, bare: bool = False
) -> NDArray[np.float32]:
    return minimum_visible_height(
        terrain,
        east_m=-500.0 + (column + 0.5) * CELL_M,
        north_m=300.0 - (row + 0.5) * CELL_M,
        antenna_height_m=antenna_m,
        effective_radius_m=RADIUS_M,
        bare=bare,
    )


@pytest.mark.parametrize("has_walls", [False, True])
def test_points_are_rows_and_columns_and_walls_are_upright_where_they_were_set(has_walls: bool) -> None:
    terrain = replace(_terrain(), has_walls=has_walls)
    expected_m = sweep(
        terrain.top_m,
        row=17,
        col=21,
        antenna_height_m=8.0,
        cell_m=CELL_M,
        ground=terrain.ground_m,
        walls="sharp" if has_walls else "sloped",
    )
    np.testing.assert_allclose(_map(terrain, 17, 21), expected_m, rtol=1e-6, atol=1e-6)


def test_bare_ground_hides_no_more_than_with_what_stands_on_it() -> None:
    terrain = replace(_terrain(), has_walls=True)
    bare_m, built_m = _map(terrain, 11, 27, bare=True), _map(terrain, 11, 27)
    assert (bare_m <= built_m + 1e-2).all()
    assert (built_m[10:13, 10:23] > bare_m[10:13, 10:23] + 5.0).any()
    np.testing.assert_array_equal(bare_m, _map(replace(terrain, surface_m=None), 11, 27))


def test_an_antenna_outside_is_refused() -> None:
    with pytest.raises(CrenelError, match="outside the terrain"):
        _map(_terrain(), -3.0, 5.0)


def test_an_antenna_in_the_street_beside_a_house_is_outside_it_and_one_in_the_house_is_not() -> None:
    terrain = _terrain()
    _map(terrain, 11.0, 23.45, antenna_m=1.0)
    _map(replace(terrain, has_walls=True), 11.0, 23.45, antenna_m=1.0)
    for has_walls in (False, True):
        with pytest.raises(CrenelError, match="would stand inside"):
            _map(replace(terrain, has_walls=has_walls), 11.0, 25.0, antenna_m=ROOF_M - 1.0)
        assert _map(replace(terrain, has_walls=has_walls), 11.0, 25.0, antenna_m=ROOF_M)[11, 26] >= ROOF_M - 1e-3
