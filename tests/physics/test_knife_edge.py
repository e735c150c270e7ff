"""A wall hides what the straight line over its top says, curvature counted once."""

import numpy as np
import pytest

from crenel.world import EARTH_RADIUS_M, Terrain, minimum_visible_height

RADIUS_M = 4.0 / 3.0 * EARTH_RADIUS_M
CELL_M = 50.0


def _behind_a_wall(*, wall_m: float, antenna_m: float, at_column: float = 0.0) -> np.ndarray:
    ground_m = np.zeros((41, 201), np.float32)
    ground_m[:, 60] = wall_m
    terrain = Terrain(ground_m, cell_m=CELL_M, west_m=-0.5 * CELL_M, north_m=20.5 * CELL_M)
    return minimum_visible_height(
        terrain,
        east_m=at_column * CELL_M,
        north_m=0.0,
        antenna_height_m=antenna_m,
        effective_radius_m=RADIUS_M,
    )


def _line_over(wall_m: float, antenna_m: float, wall_at_m: float, target_at_m: np.ndarray) -> np.ndarray:
    """Height above ground of the straight line from the antenna over the wall's top, over a curved earth."""
    top_m = wall_m - wall_at_m**2 / (2.0 * RADIUS_M)
    line_m = antenna_m + (top_m - antenna_m) * target_at_m / wall_at_m
    return np.maximum(line_m + target_at_m**2 / (2.0 * RADIUS_M), 0.0)


@pytest.mark.parametrize("at_column", [0.0, 0.37])
@pytest.mark.parametrize(("wall_m", "antenna_m"), [(80.0, 10.0), (30.0, 30.0), (20.0, 25.0)])
def test_the_shadow_of_a_wall_is_exact(wall_m: float, antenna_m: float, at_column: float) -> None:
    map_m = _behind_a_wall(wall_m=wall_m, antenna_m=antenna_m, at_column=at_column)
    rows, columns = np.meshgrid(np.arange(41) - 20, np.arange(61, 201), indexing="ij")
    eastward = (columns - at_column) * CELL_M
    distance_m = np.hypot(eastward, rows * CELL_M)
    wall_at_m = distance_m * ((60 - at_column) * CELL_M) / eastward
    exact_m = _line_over(wall_m, antenna_m, wall_at_m, distance_m)
    np.testing.assert_allclose(map_m[:, 61:], exact_m, rtol=1e-6, atol=1e-3)


def test_nothing_is_hidden_before_the_wall() -> None:
    assert _behind_a_wall(wall_m=80.0, antenna_m=10.0)[:, :61].max() == 0.0
