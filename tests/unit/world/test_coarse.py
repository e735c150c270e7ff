"""Heights coarser than their files: means, read window by window."""

from math import radians
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from crenel.core.records import CrenelError, GeoPoint
from crenel.world import Frame, raster
from crenel.world.coarse import means, read_sums
from crenel.world.mosaic import Heights, read_heights
from crenel.world.patches import Rules

pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")

CENTRE = GeoPoint(radians(51.5), radians(9.0))  # the middle of UTM zone 32: its axes are ours
FRAME = Frame(CENTRE)
PIXEL_M = 2.0


def _raster(path: Path, heights_m: Any, *, west_m: float, north_m: float) -> str:
    """A raster of 2 m pixels, its corner so far from the centre."""
    from pyproj import Transformer

    middle_m = float(Transformer.from_crs("EPSG:4326", "EPSG:32632", always_xy=True).transform(9.0, 51.5)[1])
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=heights_m.shape[1],
        height=heights_m.shape[0],
        count=1,
        dtype="float32",
        crs="EPSG:32632",
        nodata=-9999.0,
        transform=from_origin(500_000.0 + west_m, middle_m + north_m, PIXEL_M, PIXEL_M),
    ) as dataset:
        dataset.write(np.nan_to_num(heights_m, nan=-9999.0).astype(np.float32), 1)
    return str(path)


def _rough(n_rows: int, n_columns: int) -> Any:
    return np.random.default_rng(5).uniform(50.0, 150.0, (n_rows, n_columns)).astype(np.float32)


def _read(*paths: str, cell_m: float | None, radius_m: float = 200.0) -> Heights:
    return read_heights(paths, frame=FRAME, radius_m=radius_m, rules=Rules(cell_m=cell_m))


@pytest.mark.parametrize("window_pixels", [1, 900, 1 << 22])
def test_means_are_of_what_has_a_height_whatever_is_read_at_once(tmp_path: Path, window_pixels: int) -> None:
    heights_m = _rough(50, 40)
    heights_m[3, 4] = heights_m[10:20, 10:20] = np.nan
    path = _raster(tmp_path / "a.tif", heights_m, west_m=-40.0, north_m=50.0)
    with raster.opened(path, frame=FRAME, radius_m=100.0) as source:
        found_m = means(*read_sums(source, (-10, 50, -10, 60), 10, window_pixels=window_pixels))
    padded = np.full((70, 60), np.nan)
    padded[10:60, 10:50] = heights_m
    with np.testing.suppress_warnings() as quiet:
        quiet.filter(RuntimeWarning)
        expected_m = np.nanmean(padded.reshape(7, 10, 6, 10), axis=(1, 3))
    assert np.isnan(expected_m[2, 2])
    assert np.isfinite(expected_m[1, 1])
    np.testing.assert_allclose(found_m, expected_m, rtol=1e-6)


def test_files_of_one_lattice_are_made_coarser_without_a_seam_and_it_is_said(tmp_path: Path) -> None:
    """A plane, whose means are its own heights at the squares' centres, cut where no square ends."""
    rows, columns = np.mgrid[0:260, 0:260]
    plane_m = 100.0 + 0.3 * columns - 0.2 * rows
    west = _raster(tmp_path / "w.tif", plane_m[:, :117], west_m=-260.0, north_m=260.0)
    east = _raster(tmp_path / "e.tif", plane_m[:, 117:], west_m=-260.0 + 117 * PIXEL_M, north_m=260.0)
    found = _read(west, east, cell_m=20.0)
    assert found.grid.cell_m == 20.0
    assert found.heights_m.shape == (20, 20)
    centres = (np.arange(20) + 0.5) * 20.0 - 200.0
    expected_m = 100.0 + 0.3 * ((centres[np.newaxis, :] + 260.0) / PIXEL_M - 0.5)
    expected_m = expected_m - 0.2 * ((260.0 + centres[:, np.newaxis]) / PIXEL_M - 0.5)
    np.testing.assert_allclose(found.heights_m, expected_m, atol=0.3)  # the projection's own scale: 4 in 10,000
    assert "up to 9 by 9 of their pixels were read together" in "\n".join(found.notes)


def test_only_windows_of_a_file_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _raster(tmp_path / "a.tif", _rough(400, 400), west_m=-400.0, north_m=400.0)
    monkeypatch.setattr(read_sums, "__kwdefaults__", {"window_pixels": 8_000})
    read, asked = raster.read, []

    def noted(source: Any, window: Any) -> Any:
        asked.append(int(window.width * window.height))
        return read(source, window)

    monkeypatch.setattr(raster, "read", noted)
    _read(path, cell_m=20.0, radius_m=350.0)
    assert max(asked) <= 8_000
    assert sum(asked) > 100_000


def test_cells_as_fine_as_the_file_are_the_file_s_own(tmp_path: Path) -> None:
    path = _raster(tmp_path / "a.tif", _rough(250, 250), west_m=-250.0, north_m=250.0)
    np.testing.assert_array_equal(_read(path, cell_m=2.0).heights_m, _read(path, cell_m=None).heights_m)
    assert "coarser" not in "\n".join(_read(path, cell_m=2.0).notes)


def test_too_many_cells_are_refused_with_how_coarse_they_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _raster(tmp_path / "a.tif", _rough(250, 250), west_m=-250.0, north_m=250.0)
    monkeypatch.setattr("crenel.world.patches.MAX_CELLS", 1_000)
    with pytest.raises(CrenelError, match=r"terrain: \{file: a\.tif, cells: 1 m\}"):
        _read(path, cell_m=None)
    assert _read(path, cell_m=20.0).heights_m.shape == (20, 20)
