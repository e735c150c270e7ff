"""The terrain that the package ships lies the right way round, and where it really lies."""

from importlib.resources import files

import numpy as np
import pytest
import rasterio

pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")

PATH = str(files("crenel") / "inputs" / "data" / "terrain" / "cumberland.tif")


def test_it_is_what_the_sample_says() -> None:
    sample = np.load(
        pytest.importorskip("matplotlib.cbook").get_sample_data("jacksboro_fault_dem.npz", asfileobj=False)
    )
    with rasterio.open(PATH) as dataset:
        np.testing.assert_array_equal(dataset.read(1), sample["elevation"])
        assert dataset.crs.to_epsg() == 4326
        assert dataset.res == pytest.approx((3 / 3600, 3 / 3600), rel=1e-6)
        assert dataset.transform.e < 0.0  # rows run from north to south
        assert "Geological Survey" in dataset.tags()["ORIGIN"]


def test_its_highest_cell_is_cross_mountain() -> None:
    with rasterio.open(PATH) as dataset:
        heights_m = dataset.read(1)
        row, column = np.unravel_index(heights_m.argmax(), heights_m.shape)
        lon_deg, lat_deg = dataset.xy(row, column)
    # The summit by the Geographic Names Information System: 36 11 54 N, 84 13 50 W; half a cell is 1.5 arc-seconds.
    assert lat_deg == pytest.approx(36.19833, abs=1.5 / 3600)
    assert lon_deg == pytest.approx(-84.23056, abs=1.5 / 3600)
    assert heights_m.max() == pytest.approx(1077, abs=2)


def test_its_bounds_are_the_sample_s_with_the_rows_counted_down() -> None:
    with rasterio.open(PATH) as dataset:
        assert tuple(dataset.bounds) == pytest.approx((-84.41375, 36.15958, -84.07792, 36.44625), abs=1e-5)


def test_the_ridge_north_of_the_fault_runs_from_south_west_to_north_east() -> None:
    with rasterio.open(PATH) as dataset:
        heights_m = dataset.read(1)
    # The steepest slopes of the north-eastern quarter are its two flanks, which fall to north-west and south-east.
    rise_south, rise_east = np.gradient(heights_m[20:140, 230:].astype(float))
    steepness = np.hypot(rise_south, rise_east)
    flanks = steepness > np.percentile(steepness, 95)
    assert np.corrcoef(rise_south[flanks], rise_east[flanks])[0, 1] > 0.4
