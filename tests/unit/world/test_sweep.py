import os
import subprocess
import sys

import numpy as np
import pytest

from crenel import CrenelError, Workspace, minimum_visible_height
from crenel.world import sweep
from reference_sight import exact
from terrains import hills

CELL_M = 30.0
RADIUS_M = 4.0 / 3.0 * 6_371_000.0
EVERYWHERE = [(20, 17), (20.3, 17.8), (0, 0), (40, 40), (-0.4, 40.4), (39.6, 0.2), (20, 17.5), (12.5, 12.5)]


def seen(surface, row, col, antenna_height_m=8.0, **more):
    return minimum_visible_height(surface, row=row, col=col, antenna_height_m=antenna_height_m, cell_m=CELL_M, **more)


def truth(surface, row, col, antenna_height_m=8.0, **more):
    return exact(surface, row=row, col=col, antenna_height_m=antenna_height_m, cell_m=CELL_M, **more)


def by_hand(surface, row, col, antenna_height_m):
    """Sloped, and again by NumPy's interpolation along each ray, one cell after the other."""
    eye_m = surface[row, col] + antenna_height_m
    last = len(surface) - 1
    out = np.zeros(surface.shape)
    for i, j in np.ndindex(surface.shape):
        n = max(abs(i - row), abs(j - col))
        share = np.arange(1, n) / n if n > 1 else np.zeros(0)
        rows, cols = row + share * (i - row), col + share * (j - col)
        up, left = np.floor(rows + 1e-9).astype(int), np.floor(cols + 1e-9).astype(int)
        down, right = np.minimum(up + 1, last), np.minimum(left + 1, last)
        height_m = surface[up, left] * (1 - (rows - up) - (cols - left))
        height_m = height_m + surface[down, left] * (rows - up) + surface[up, right] * (cols - left)
        bulge_m = (CELL_M * np.hypot(i - row, j - col)) ** 2 / (2 * RADIUS_M)
        rise_m = ((height_m - share**2 * bulge_m - eye_m) / share).max() if share.size else -np.inf
        out[i, j] = max(rise_m + eye_m - surface[i, j] + bulge_m, 0.0)
    return out


def test_the_truth_that_it_is_held_against_is_what_a_plain_ray_says():
    surface = hills()
    np.testing.assert_allclose(truth(surface, 17, 23), by_hand(surface, 17, 23, 8.0), rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("walls", ["sloped", "sharp"])
@pytest.mark.parametrize(("row", "col"), EVERYWHERE)
def test_it_is_close_to_one_exact_ray_per_cell_wherever_the_antenna_stands(row, col, walls):
    surface = hills()
    off_m = np.abs(seen(surface, row, col, walls=walls) - truth(surface, row, col, walls=walls))
    assert np.isfinite(off_m).all()
    assert np.median(off_m) < 0.5
    assert np.percentile(off_m, 95) < 10.0  # these hills rise by a cell's width from one cell to the next


@pytest.mark.nojit
def test_it_is_exact_along_the_antenna_s_own_row_column_and_diagonals():
    surface = hills()
    off_m = np.abs(seen(surface, 20, 20) - truth(surface, 20, 20))
    along = np.arange(41)
    for cells in (off_m[20], off_m[:, 20], off_m[along, along], off_m[along, 40 - along]):
        np.testing.assert_array_less(cells, 2e-3)


@pytest.mark.nojit
@pytest.mark.parametrize("walls", ["sloped", "sharp"])
def test_turned_or_mirrored_terrain_turns_or_mirrors_the_map(walls):
    surface = hills(shape=(31, 41))
    plain = seen(surface, 12.25, 30.6, walls=walls)
    close = {"rtol": 1e-4, "atol": 1e-2}
    np.testing.assert_allclose(seen(surface[::-1], 30 - 12.25, 30.6, walls=walls)[::-1], plain, **close)
    np.testing.assert_allclose(seen(surface[:, ::-1], 12.25, 40 - 30.6, walls=walls)[:, ::-1], plain, **close)
    np.testing.assert_allclose(seen(surface.T, 30.6, 12.25, walls=walls).T, plain, **close)


def test_a_fractional_antenna_lies_between_the_maps_of_its_neighbours():
    ramp = np.linspace(40.0, 0.0, 41, dtype=np.float32) ** 1.2
    surface = np.ascontiguousarray(np.broadcast_to(ramp, (41, 41)))
    at = {col: seen(surface, 20.0, col)[20, 35] for col in (5.0, 5.5, 6.0)}
    assert min(at[5.0], at[6.0]) - 1e-3 <= at[5.5] <= max(at[5.0], at[6.0]) + 1e-3


@pytest.mark.parametrize("row", [20.0 + 5e-4, 20.0 - 5e-4, 20.0 + 2e-3, 20.0 + 1e-13])
def test_a_breath_beside_a_line_of_cells_the_map_is_that_of_the_line(row):
    surface = hills()
    np.testing.assert_allclose(seen(surface, row, 17.3), seen(surface, 20.0, 17.3), atol=2.0, rtol=0.05)


@pytest.mark.nojit
def test_voids_are_nan_and_hide_nothing():
    surface = np.zeros((11, 41), np.float32)
    surface[:, 20] = np.nan
    map_m = seen(surface, 5, 2)
    assert np.isnan(map_m[:, 20]).all()
    assert np.delete(map_m, 20, axis=1).max() == 0.0


def test_a_wall_beside_voids_counts_in_full():
    surface = np.zeros((11, 41), np.float32)
    surface[:, 20] = np.nan
    surface[5, 20] = 40.0
    whole = surface.copy()
    whole[:, 20] = 40.0
    np.testing.assert_allclose(seen(surface, 5, 2)[5, 21:], seen(whole, 5, 2)[5, 21:], rtol=1e-6)
    assert seen(surface, 5, 2)[5, 30] > 30.0


def test_what_is_reached_over_voids_alone_is_unknown():
    surface = np.zeros((21, 21), np.float32)
    surface[8:13, 8:13] = np.nan
    surface[10, 10] = 0.0
    map_m, exactly = seen(surface, 10, 10), truth(surface, 10, 10)
    np.testing.assert_array_equal(np.isnan(map_m[10, :]), np.isnan(exactly[10, :]))
    assert np.isnan(exactly[10, 13])  # the crossings at 11 and 12 are void
    assert exactly[10, 14] == 0.0  # the crossing at 13 is known


def test_heights_count_from_the_ground_and_never_lie_inside_what_stands_on_it():
    ground = np.full((15, 15), 7.0, np.float32)
    surface = ground.copy()
    surface[5:8, 9:12] += 12.0
    on_roof = seen(surface, 6, 10, 15.0, ground=ground)
    assert on_roof[6, 11] == pytest.approx(12.0, abs=1e-5)
    assert on_roof[6, 10] == pytest.approx(12.0, abs=1e-5)
    assert on_roof[0, 0] == pytest.approx(truth(surface, 6, 10, 15.0, ground=ground)[0, 0], abs=0.5)
    holes = ground.copy()
    holes[3, 3] = np.nan
    assert np.isnan(seen(surface, 6, 10, 15.0, ground=holes)[3, 3])


def test_an_antenna_inside_a_building_is_refused():
    ground = np.zeros((15, 15), np.float32)
    surface = ground.copy()
    surface[5:8, 9:12] = 12.0
    with pytest.raises(CrenelError, match=r"would stand inside\. Raise it to the roof"):
        seen(surface, 6, 10, 11.0, ground=ground)
    seen(surface, 6, 10, 12.0, ground=ground)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"row": -0.6}, "stands outside the raster of 41 rows and 41 columns"),
        ({"col": 40.5}, "stands outside"),
        ({"row": float("nan")}, "cannot stand at nan"),
        ({"antenna_height_m": -1.0}, "cannot stand -1.0 m above the ground"),
        ({"cell_m": 0.0}, "cannot be 0.0 m wide"),
        ({"earth_factor": 0.0}, "no refraction"),
        ({"walls": "soft"}, "walls cannot be 'soft'. Give one of sloped, sharp"),
        ({"ground": np.zeros((3, 3))}, "Bring both onto one grid"),
        ({"surface": np.zeros(9)}, "surface is no raster"),
        ({"surface": np.zeros((0, 4))}, "surface is no raster"),
        ({"surface": np.array([["a", "b"]])}, "surface holds no plain numbers"),
        ({"out": np.zeros((41, 41))}, "out cannot be written to"),
        ({"out": np.zeros((41, 82), np.float32)[:, ::2]}, "out cannot be written to"),
    ],
    ids=lambda part: part if isinstance(part, str) else next(iter(part)),
)
def test_what_cannot_be_answered_says_why(change, words):
    asked = {"surface": hills(), "row": 20, "col": 20, "antenna_height_m": 8.0, "cell_m": CELL_M} | change
    with pytest.raises(CrenelError, match=words):
        minimum_visible_height(asked.pop("surface"), **asked)


def test_an_antenna_on_a_void_is_refused():
    surface = hills()
    surface[20, 20] = np.nan
    with pytest.raises(CrenelError, match="stands on a void"):
        seen(surface, 20, 20)


def test_masked_cells_are_voids_and_whole_numbers_are_heights():
    surface = np.ma.masked_equal(np.array([[0, 0, 9, 0, -1]] * 3, np.int16), -1)
    map_m = seen(surface, 1, 0)
    assert np.isnan(map_m[:, 4]).all()
    assert map_m[1, 3] == pytest.approx(9.5, abs=0.01)  # over 9 m at two steps from 8 m: 0.5 m a step


def test_it_writes_in_place_and_leaves_what_it_reads():
    surface = hills()
    before = surface.copy()
    surface.flags.writeable = False
    out = np.full_like(surface, np.nan)
    assert seen(surface, 20, 17, out=out) is out
    np.testing.assert_array_equal(out, seen(before, 20, 17))
    with pytest.raises(CrenelError, match="out is part of the heights"):
        seen(out, 20, 17, out=out)


def test_files_in_memory_s_place_are_read_and_written_where_they_are(tmp_path, monkeypatch):
    surface = hills(shape=(60, 80))
    surface.tofile(tmp_path / "surface")
    mapped = np.memmap(tmp_path / "surface", np.float32, "r", shape=surface.shape)
    out = np.memmap(tmp_path / "out", np.float32, "w+", shape=surface.shape)
    assert np.shares_memory(sweep._raster(mapped, "surface"), mapped)  # not copied
    assert seen(mapped, 20, 17.5, out=out) is out
    np.testing.assert_array_equal(np.fromfile(tmp_path / "out", np.float32).reshape(60, 80), seen(surface, 20, 17.5))


def test_a_workspace_used_again_changes_nothing():
    workspace = Workspace()
    for surface, row, col in ((hills(), 20, 17.5), (hills(4, (25, 60)), 3, 50), (hills(), 20, 17.5)):
        for walls in ("sloped", "sharp"):
            fresh = seen(surface, row, col, walls=walls)
            np.testing.assert_array_equal(seen(surface, row, col, walls=walls, workspace=workspace), fresh)


@pytest.mark.parametrize("walls", ["sloped", "sharp"])
def test_the_same_bytes_for_any_number_of_threads(monkeypatch, walls):
    surface = hills(shape=(300, 420))
    found = []
    for n_threads in (1, 2, 5):
        monkeypatch.setattr(sweep, "_n_threads", lambda n=n_threads: n)
        found.append(seen(surface, 100.3, 200, walls=walls).tobytes())
    assert found[0] == found[1] == found[2]


DIGEST = """
import hashlib, sys
sys.path.insert(0, "tests")
from terrains import hills
from crenel import minimum_visible_height
for walls in ("sloped", "sharp"):
    map_m = minimum_visible_height(hills(), row=20.3, col=17, antenna_height_m=8, cell_m=30, walls=walls)
    print(hashlib.sha256(map_m.tobytes()).hexdigest())
"""


def test_compiled_and_as_plain_python_it_gives_the_same_bytes():
    def digests(**setting):
        done = subprocess.run(
            [sys.executable, "-c", DIGEST], env={**os.environ, **setting}, capture_output=True, text=True, check=True
        )
        return done.stdout.split()

    assert digests() == digests(NUMBA_DISABLE_JIT="1")


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 2)])
@pytest.mark.parametrize("walls", ["sloped", "sharp"])
def test_the_smallest_rasters(shape, walls):
    assert (seen(np.zeros(shape, np.float32), 0, 0, walls=walls) == 0.0).all()
