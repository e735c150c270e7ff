"""The cells of coverage: the terrain's own, or several together where there are too many."""

import pytest

import cases
import covering
from crenel.core.records import CrenelError
from crenel.coverage import grid


def test_cells_are_the_terrain_s_own_unless_memory_forbids(monkeypatch: pytest.MonkeyPatch) -> None:
    world = covering.ridge_world(cases.case())  # 200 x 200 cells of 100 m
    own = grid.make_grid(world, radius_m=10_000.0, bytes_per_cell=10)
    assert (own.cell_m, own.n_rows, own.n_columns) == (100.0, 200, 200)
    monkeypatch.setattr(grid, "MOST_BYTES", 50_000)
    fewer = grid.make_grid(world, radius_m=10_000.0, bytes_per_cell=10)
    assert (fewer.cell_m, fewer.n_rows, fewer.n_columns) == (300.0, 67, 67)
    assert (fewer.west_m, fewer.north_m) == (own.west_m, own.north_m)
    with pytest.raises(CrenelError, match="cells of 100 m make 200 by 200 of them"):
        grid.make_grid(world, radius_m=10_000.0, cell_m=100.0, bytes_per_cell=10)
