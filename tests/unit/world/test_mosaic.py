"""Several files as one terrain: the whole is what a single file of it would be."""

import warnings
from math import radians
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.transform import from_origin

from crenel.core.records import CrenelError, GeoPoint
from crenel.world import Frame
from crenel.world.mosaic import Heights, known_products, read_heights
from crenel.world.patches import Grid, Rules

pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")

CENTRE = GeoPoint(radians(49.5), radians(9.5))
FRAME = Frame(CENTRE)
STEP_DEG = 3 / 3600
N = 240  # cells of a tile, a fifth of a degree


def _hill(east_m: NDArray[Any], north_m: NDArray[Any]) -> NDArray[Any]:
    return 400.0 + 0.02 * east_m - 0.03 * north_m + 300.0 * np.exp(-((east_m - 1500.0) ** 2 + north_m**2) / 4e6)


def _tile(path: Path, rows: slice, columns: slice, *, add_m: float = 0.0, dtype: str = "float32") -> Path:
    """Part of a lattice whose corner of four tiles is the centre."""
    row, column = np.arange(-N, N)[rows], np.arange(-N, N)[columns]
    lon, lat = np.meshgrid(9.5 + (column + 0.5) * STEP_DEG, 49.5 - (row + 0.5) * STEP_DEG)
    east_m, north_m = Transformer.from_crs("EPSG:4326", FRAME.definition, always_xy=True).transform(lon, lat)
    heights_m = (_hill(east_m, north_m) + add_m).astype(dtype)
    corner = 9.5 + column[0] * STEP_DEG, 49.5 - row[0] * STEP_DEG
    return _write(path, heights_m, "EPSG:4326", from_origin(*corner, STEP_DEG, STEP_DEG))


def _write(path: Path, heights_m: NDArray[Any], crs: str, transform: Any, **options: Any) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            width=heights_m.shape[1],
            height=heights_m.shape[0],
            count=1,
            dtype=heights_m.dtype,
            crs=crs,
            transform=transform,
            **options,
        ) as dataset:
            dataset.write(heights_m, 1)
    return path


def _utm(path: Path, west_m: float, east_m: float, cell_m: float = 90.0, half_m: float = 12_000.0) -> Path:
    """A strip in UTM that reaches from one local easting to another, roughly."""
    there = Transformer.from_crs(FRAME.definition, "EPSG:32632", always_xy=True)
    (x0, x1), (y0, y1) = there.transform([west_m, east_m], [-half_m, half_m])
    columns, rows = round((x1 - x0) / cell_m), round((y1 - y0) / cell_m)
    x, y = np.meshgrid(x0 + (np.arange(columns) + 0.5) * cell_m, y1 - (np.arange(rows) + 0.5) * cell_m)
    back = Transformer.from_crs("EPSG:32632", FRAME.definition, always_xy=True)
    return _write(
        path, _hill(*back.transform(x, y)).astype(np.float32), "EPSG:32632", from_origin(x0, y1, cell_m, cell_m)
    )


def _read(*paths: Path, radius_m: float = 8000.0, grid: Grid | None = None, **rules: Any) -> Heights:
    found = read_heights(tuple(map(str, paths)), frame=FRAME, radius_m=radius_m, rules=Rules(**rules), grid=grid)
    assert found.heights_m.shape == found.grid.shape
    return found


def _error_m(found: Heights, radius_m: float = 8000.0) -> float:
    grid = found.grid
    east_m = (np.arange(grid.west, grid.east) + 0.5) * grid.cell_m
    north_m = (np.arange(grid.north, grid.south, -1) - 0.5) * grid.cell_m
    exact_m = _hill(east_m[np.newaxis, :], north_m[:, np.newaxis])
    return float(np.nanmax(np.abs(found.heights_m - exact_m)[grid.distances_m() <= radius_m]))


WEST, EAST, NORTH, SOUTH = slice(0, N), slice(N, 2 * N), slice(0, N), slice(N, 2 * N)
ALL = slice(0, 2 * N)


@pytest.fixture
def quarters(tmp_path: Path) -> list[Path]:
    return [
        _tile(tmp_path / f"{name}.tif", rows, columns)
        for name, rows, columns in (("nw", NORTH, WEST), ("ne", NORTH, EAST), ("sw", SOUTH, WEST), ("se", SOUTH, EAST))
    ]


def test_four_quarters_are_the_whole_to_the_bit(tmp_path: Path, quarters: list[Path]) -> None:
    whole = _read(_tile(tmp_path / "whole.tif", ALL, ALL))
    for order in (quarters, quarters[::-1]):
        parts = _read(*order)
        np.testing.assert_array_equal(parts.heights_m, whole.heights_m)
        assert parts.grid == whole.grid
        assert parts.n_void == 0
    assert "4 files (nw.tif, ne.tif, sw.tif and 1 more)" in _read(*quarters).notes[0]


def test_where_files_overlap_the_first_listed_counts(tmp_path: Path) -> None:
    low, high = _tile(tmp_path / "low.tif", ALL, ALL), _tile(tmp_path / "high.tif", ALL, ALL, add_m=100.0)
    np.testing.assert_allclose(_read(high, low).heights_m - _read(low, high).heights_m, 100.0, atol=1e-3)
    utm = _utm(tmp_path / "utm.tif", -12_000.0, 12_000.0)
    assert _error_m(_read(utm, high)) < 1.0
    assert _error_m(_read(high, utm)) > 90.0


def test_files_of_other_systems_steps_and_kinds_make_one_terrain(tmp_path: Path) -> None:
    found = _read(
        _tile(tmp_path / "west.tif", ALL, WEST),
        _utm(tmp_path / "east.tif", -500.0, 12_000.0, cell_m=60.0),
    )
    assert _error_m(found) < 1.0
    assert found.grid.cell_m == pytest.approx(60.0, abs=0.1)
    assert "EPSG:4326, EPSG:32632" in found.notes[0]
    assert not np.isnan(found.heights_m[found.grid.distances_m() <= 8000.0]).any()
    whole_metres = _read(
        _tile(tmp_path / "west16.tif", ALL, WEST, dtype="int16"), _tile(tmp_path / "east.tif", ALL, EAST)
    )
    assert _error_m(whole_metres) < 1.5


def test_a_void_of_the_first_file_is_filled_from_the_next(tmp_path: Path) -> None:
    holed = _tile(tmp_path / "holed.tif", ALL, ALL)
    with rasterio.open(holed, "r+") as dataset:
        heights_m = dataset.read(1)
        heights_m[N - 20 : N + 20, N - 20 : N + 20] = np.nan
        dataset.write(heights_m, 1)
    with pytest.raises(CrenelError, match=r"holed\.tif: 1,600 cells"):
        _read(holed)
    same = _read(holed, _tile(tmp_path / "whole.tif", ALL, ALL))
    np.testing.assert_array_equal(same.heights_m, _read(tmp_path / "whole.tif").heights_m)
    other = _read(holed, _utm(tmp_path / "utm.tif", -12_000.0, 12_000.0))
    assert other.n_void == 0
    assert _error_m(other) < 5.0  # the half cell around a void has its nearest height


# --- gaps -------------------------------------------------------------------------------------------------------------


def test_a_gap_between_files_is_a_void(tmp_path: Path, quarters: list[Path]) -> None:
    with pytest.raises(CrenelError, match=r"nw\.tif and 2 more: no file covers [\d,]+ cells .* `missing_tiles: sea`"):
        _read(*quarters[:3])
    filled = _read(*quarters[:3], voids="fill")
    assert filled.n_void > 1000
    assert not np.isnan(filled.heights_m).any()
    strips = _tile(tmp_path / "w.tif", ALL, slice(0, N - 30)), _utm(tmp_path / "e.tif", 2000.0, 12_000.0)
    with pytest.raises(CrenelError, match=r"w\.tif and 1 more: no file covers"):
        _read(*strips)
    assert not np.isnan(_read(*strips, voids="fill").heights_m).any()


def test_missing_tiles_are_sea_where_the_scenario_says_so(tmp_path: Path, quarters: list[Path]) -> None:
    found = _read(*quarters[:3], missing_tiles="sea")
    whole = _read(*quarters)
    n_rows, n_columns = found.grid.shape
    assert found.grid == whole.grid
    sea = np.s_[n_rows // 2 + 1 :, n_columns // 2 + 1 :]
    assert (found.heights_m[sea][3:, 3:] == 0.0).all()
    np.testing.assert_array_equal(found.heights_m[: n_rows // 2 - 2], whole.heights_m[: n_rows // 2 - 2])
    assert found.n_void == 0
    assert "taken to be sea, height 0, as the scenario says" in "\n".join(found.notes)
    # A lone tile on a coast: the sea goes on to the edge of the place.
    lone = _read(quarters[0], missing_tiles="sea")
    assert lone.grid == whole.grid
    assert np.count_nonzero(lone.heights_m == 0.0) > 0.7 * lone.heights_m.size
    # Files of two lattices.
    mixed = _read(_utm(tmp_path / "utm.tif", -12_000.0, 0.0), quarters[0], missing_tiles="sea")
    assert (mixed.heights_m[:, n_columns // 2 + 20 :] == 0.0).all()


def test_a_void_inside_a_tile_is_no_sea(tmp_path: Path) -> None:
    tile = _tile(tmp_path / "nw.tif", NORTH, WEST)
    with rasterio.open(tile, "r+") as dataset:
        heights_m = dataset.read(1)
        heights_m[-5:, -5:] = np.nan
        dataset.write(heights_m, 1)
    with pytest.raises(CrenelError, match=r"nw\.tif: 25 cells .* without a height"):
        _read(tile, missing_tiles="sea")


def test_the_missing_tile_is_named_where_names_tell(tmp_path: Path) -> None:
    frame, names = Frame(GeoPoint(radians(50.0), radians(10.0))), ("N49E009", "N49E010", "N50E009")
    paths = []
    for name in names:
        lat, lon = int(name[1:3]), int(name[4:])
        heights_m = np.full((120, 120), 200.0, np.float32)
        path = tmp_path / f"Copernicus_DSM_COG_10_N{lat}_00_E{lon:03d}_00_DEM.tif"
        paths.append(str(_write(path, heights_m, "EPSG:4326", from_origin(lon, lat + 1, 1 / 120, 1 / 120))))
    with pytest.raises(CrenelError, match=r"no file covers .*\(no tile for N50 E010\)\. Add the file"):
        read_heights(tuple(paths), frame=frame, radius_m=9000.0)
    found = read_heights(tuple(paths), frame=frame, radius_m=9000.0, rules=Rules(missing_tiles="sea"))
    assert "where no file lies (no tile for N50 E010) is taken to be sea" in "\n".join(found.notes)
    alone = read_heights((paths[0],), frame=frame, radius_m=9000.0)
    assert "(no tile for N49 E010, N50 E009, N50 E010); beyond it" in "\n".join(alone.notes)
    assert found.datum == "EGM2008"
    (product,) = known_products(tuple(paths), frame=frame, radius_m=9000.0)
    assert product.name == "Copernicus GLO-30"


def test_tiles_on_both_sides_of_the_date_line_are_one(tmp_path: Path) -> None:
    frame = Frame(GeoPoint(radians(10.5), radians(180.0)))
    paths = []
    for name, lon in (("east", 179), ("west", -180)):
        column = np.arange(240) if lon > 0 else np.arange(240, 480)
        heights_m = np.broadcast_to(column.astype(np.float32), (240, 240)).copy()
        paths.append(
            str(_write(tmp_path / f"{name}.tif", heights_m, "EPSG:4326", from_origin(lon, 11.0, 1 / 240, 1 / 240)))
        )
    found = read_heights(tuple(paths), frame=frame, radius_m=10_000.0)
    assert not np.isnan(found.heights_m).any()
    steps = np.diff(found.heights_m[found.grid.shape[0] // 2])
    assert np.ptp(steps) < 0.05  # no seam


# --- beside that ------------------------------------------------------------------------------------------------------


def test_a_file_that_does_not_reach_the_place_is_left_out_and_told(tmp_path: Path) -> None:
    far = _write(
        tmp_path / "far.tif", np.zeros((20, 20), np.float32), "EPSG:4326", from_origin(30.0, 40.0, STEP_DEG, STEP_DEG)
    )
    whole = _tile(tmp_path / "whole.tif", ALL, ALL)
    assert "1 of the 2 files do not reach the place" in "\n".join(_read(whole, far).notes)
    with pytest.raises(CrenelError, match=r"far\.tif: does not cover the place"):
        _read(far)


def test_the_grid_can_be_finer_than_the_files_and_never_coarser(tmp_path: Path) -> None:
    whole = _tile(tmp_path / "whole.tif", ALL, ALL)
    fine = _read(whole, cell_at_most_m=20.0)
    assert fine.grid.cell_m == 20.0
    assert _error_m(fine) < 1.0
    assert _read(whole, cell_at_most_m=500.0).grid == _read(whole).grid


def test_heights_can_be_wanted_on_a_given_grid(tmp_path: Path) -> None:
    grid = _read(_tile(tmp_path / "whole.tif", ALL, ALL)).grid
    found = _read(_utm(tmp_path / "utm.tif", -12_000.0, 3000.0, cell_m=30.0), grid=grid)
    assert found.grid == grid
    assert np.isnan(found.heights_m[:, -20:]).all()
    assert _error_m(found) < 1.0


def test_files_that_count_from_different_zeros_are_told_apart(tmp_path: Path) -> None:
    geoid = _write(
        tmp_path / "geoid.tif",
        np.zeros((200, 200), np.float32),
        "EPSG:4326+5773",
        from_origin(9.4, 49.6, STEP_DEG, STEP_DEG),
    )
    other = _write(
        tmp_path / "other.tif",
        np.zeros((200, 200), np.float32),
        "EPSG:4326+3855",
        from_origin(9.4, 49.6, STEP_DEG, STEP_DEG),
    )
    found = _read(geoid, other, radius_m=3000.0)
    assert found.datum == "EGM96 height"
    assert "different zeros (EGM96 height, EGM2008 height)" in "\n".join(found.notes)
