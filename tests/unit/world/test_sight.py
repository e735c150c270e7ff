import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from crenel.core.records import CrenelError
from crenel.world import EARTH_RADIUS_M, Terrain, minimum_visible_height

RADIUS_M = 4.0 / 3.0 * EARTH_RADIUS_M
CELL_M = 30.0
SIDE = 41


def _hills(seed: int = 3, side: int = SIDE) -> NDArray[np.float32]:
    rough = np.random.default_rng(seed).normal(0.0, 30.0, (side, side))
    smooth = sum(np.roll(rough, (i, j), (0, 1)) for i in range(4) for j in range(4)) / 4.0
    return smooth.astype(np.float32)


def _map(ground_m: NDArray[np.float32], row: float, column: float, antenna_m: float = 8.0) -> NDArray[np.float32]:
    terrain = Terrain(ground_m, cell_m=CELL_M, west_m=0.0, north_m=0.0)
    return minimum_visible_height(
        terrain,
        east_m=(column + 0.5) * CELL_M,
        north_m=-(row + 0.5) * CELL_M,
        antenna_height_m=antenna_m,
        effective_radius_m=RADIUS_M,
    )


def _by_hand(ground_m: NDArray[np.float32], row: int, column: int, antenna_m: float) -> NDArray[np.float64]:
    """The same by NumPy's interpolation along each ray, one cell after the other."""
    eye_m = float(ground_m[row, column]) + antenna_m
    out_m = np.zeros(ground_m.shape)
    for i, j in np.ndindex(ground_m.shape):
        steps = max(abs(i - row), abs(j - column))
        share = np.arange(1, steps) / steps if steps > 1 else np.zeros(0)
        rows, columns = row + share * (i - row), column + share * (j - column)
        below = np.floor(rows + 1e-9).astype(int), np.floor(columns + 1e-9).astype(int)
        part_r, part_c = rows - below[0], columns - below[1]
        above = np.minimum(below[0] + 1, SIDE - 1), np.minimum(below[1] + 1, SIDE - 1)
        near = ground_m[below[0], below[1]] * (1 - part_r - part_c)
        height_m = near + ground_m[above[0], below[1]] * part_r + ground_m[below[0], above[1]] * part_c
        way_m = CELL_M * np.hypot(i - row, j - column)
        rises = (height_m - (share * way_m) ** 2 / (2 * RADIUS_M) - eye_m) / share if share.size else np.zeros(0)
        lowest_m = rises.max() + eye_m - ground_m[i, j] + way_m**2 / (2 * RADIUS_M) if share.size else 0.0
        out_m[i, j] = max(lowest_m, 0.0)
    return out_m


def test_it_is_what_one_ray_per_cell_says() -> None:
    ground_m = _hills()
    np.testing.assert_allclose(_map(ground_m, 17, 23), _by_hand(ground_m, 17, 23, 8.0), rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("turn", ["north and south", "east and west", "rows and columns"])
def test_mirrored_terrain_mirrors_the_map(turn: str) -> None:
    ground_m = _hills()
    if turn == "north and south":
        mirrored = _map(ground_m[::-1], SIDE - 1 - 12.25, 30.6)[::-1]
    elif turn == "east and west":
        mirrored = _map(ground_m[:, ::-1], 12.25, SIDE - 1 - 30.6)[:, ::-1]
    else:
        mirrored = _map(ground_m.T, 30.6, 12.25).T
    np.testing.assert_allclose(_map(ground_m, 12.25, 30.6), mirrored, rtol=1e-5, atol=1e-3)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), low_m=st.floats(0.0, 40.0), more_m=st.floats(0.1, 60.0))
def test_a_higher_antenna_darkens_no_cell(seed: int, low_m: float, more_m: float) -> None:
    ground_m = _hills(seed)
    low, high = _map(ground_m, 20.3, 9.8, low_m), _map(ground_m, 20.3, 9.8, low_m + more_m)
    assert (high <= low + 1e-3).all()


def test_raising_the_ground_of_one_cell_helps_no_other_cell() -> None:
    ground_m = _hills()
    raised = ground_m.copy()
    raised[20, 30] += 500.0
    before, after = _map(ground_m, 20, 20), _map(raised, 20, 20)
    others = np.ones_like(before, dtype=bool)
    others[20, 30] = False
    assert (after[others] >= before[others]).all()
    assert after[20, 35] > before[20, 35] + 1.0


def test_voids_stay_nan_and_hide_nothing() -> None:
    ground_m = np.zeros((11, 41), np.float32)
    ground_m[:, 20] = np.nan
    map_m = _map(ground_m, 5, 2)
    assert np.isnan(map_m[:, 20]).all()
    known = np.delete(map_m, 20, axis=1)
    assert known.max() == 0.0


def test_a_wall_beside_a_void_counts_in_full() -> None:
    ground_m = np.zeros((11, 41), np.float32)
    ground_m[5, 20] = 40.0
    ground_m[:5, 20] = np.nan
    ground_m[6:, 20] = np.nan
    bare = ground_m.copy()
    bare[:, 20] = 40.0
    rows, columns = np.meshgrid(np.arange(11), np.arange(41), indexing="ij")
    behind = (columns > 20) & (np.abs(rows - 5) * 18 < columns - 2)  # the ray crosses the wall less than a cell away
    assert behind.sum() > 20
    np.testing.assert_array_equal(_map(ground_m, 5, 2)[behind], _map(bare, 5, 2)[behind])


def test_an_observer_between_cell_centres_lies_between_their_maps() -> None:
    ramp = np.linspace(0.0, 40.0, 41, dtype=np.float32) ** 1.2
    ground_m = np.broadcast_to(ramp[::-1], (41, 41))
    at = {column: _map(ground_m, 20.0, column)[20, 35] for column in (5.0, 5.5, 6.0)}
    assert min(at[5.0], at[6.0]) - 1e-3 <= at[5.5] <= max(at[5.0], at[6.0]) + 1e-3


def test_a_single_row_works() -> None:
    map_m = _map(np.array([[0.0, 0.0, 20.0, 0.0, 0.0]], np.float32), 0, 0)
    assert map_m[0, :3].tolist() == [0.0, 0.0, 0.0]
    assert map_m[0, 3] == pytest.approx(26.0, abs=0.01)  # 8 m antenna, 20 m at two steps, three steps away
    assert map_m.dtype == np.float32


def test_an_antenna_outside_is_refused() -> None:
    with pytest.raises(CrenelError, match="outside the terrain"):
        _map(_hills(), -3.0, 5.0)
