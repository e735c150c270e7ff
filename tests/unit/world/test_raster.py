import warnings
from collections.abc import Callable
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
from crenel.world import Frame, Terrain
from crenel.world.mosaic import read_heights
from crenel.world.patches import Rules
from served import Server

pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")

CENTRE = GeoPoint(radians(49.3), radians(-123.1))
FRAME = Frame(CENTRE)
SHARED = Path(__file__).parents[4] / "shared" / "data"

_WINDOW = (
    "<DataWindow><UpperLeftX>-180</UpperLeftX><UpperLeftY>90</UpperLeftY><LowerRightX>180</LowerRightX>"
    "<LowerRightY>-90</LowerRightY><TileLevel>2</TileLevel><TileCountX>1</TileCountX><TileCountY>1</TileCountY>"
    "</DataWindow><Projection>EPSG:4326</Projection><BandsCount>1</BandsCount></GDAL_WMS>"
)

# name: reference system, cell in its units, dtype, and the cell on the ground here
KINDS: dict[str, tuple[str, float, str, float]] = {
    "degrees": ("EPSG:4326", 3 / 3600, "float32", 92.7),
    "degrees, whole metres": ("EPSG:4326", 3 / 3600, "int16", 92.7),
    "utm": ("EPSG:32610", 90.0, "float32", 90.0),
    "web mercator": ("EPSG:3857", 120.0, "float32", 78.3),
}


def _hill(east_m: NDArray[Any], north_m: NDArray[Any]) -> NDArray[Any]:
    """Smooth, and different on all four sides."""
    return 400.0 + 0.02 * east_m - 0.03 * north_m + 300.0 * np.exp(-((east_m - 1500.0) ** 2 + north_m**2) / 4e6)


def _grid(crs: str, cell: float, half_m: float) -> tuple[Any, NDArray[Any], NDArray[Any]]:
    """Transform of a raster that covers `half_m` around the centre, and local positions of its cell centres."""
    there = Transformer.from_crs(FRAME.definition, crs, always_xy=True)
    line = np.linspace(-half_m, half_m, 21)
    x, y = there.transform(*(axis.ravel() for axis in np.meshgrid(line, line)))
    transform = from_origin(x.min(), y.max(), cell, cell)
    columns = np.arange(int(np.ptp(x) / cell) + 1) + 0.5
    rows = np.arange(int(np.ptp(y) / cell) + 1) + 0.5
    at_x, at_y = np.meshgrid(x.min() + columns * cell, y.max() - rows * cell)
    east_m, north_m = Transformer.from_crs(crs, FRAME.definition, always_xy=True).transform(at_x, at_y)
    return transform, east_m, north_m


def _write(path: Path, heights_m: NDArray[Any], crs: str | None, transform: Any, **options: Any) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with rasterio.open(
            path,
            "w",
            driver=options.pop("driver", "GTiff"),
            width=heights_m.shape[1],
            height=heights_m.shape[0],
            count=1,
            dtype=heights_m.dtype,
            crs=crs,
            transform=transform,
            **options,
        ) as dataset:
            dataset.write(heights_m, 1)
    return str(path)


def _make(
    folder: Path,
    kind: str = "utm",
    *,
    half_m: float = 6000.0,
    change: Callable[[NDArray[Any]], None] | None = None,
    **options: Any,
) -> str:
    crs, cell, dtype, _ = KINDS[kind]
    transform, east_m, north_m = _grid(crs, cell, half_m)
    heights_m = _hill(east_m, north_m)
    if dtype == "int16":
        heights_m = np.rint(heights_m)
    heights_m = heights_m.astype(dtype)
    if change is not None:
        change(heights_m)
    return _write(folder / "hill.tif", heights_m, crs, transform, **options)


def _read(path: str, radius_m: float = 5000.0, voids: Any = "refuse", frame: Frame = FRAME) -> tuple[Terrain, str]:
    found = read_heights((path,), frame=frame, radius_m=radius_m, rules=Rules(voids=voids))
    grid = found.grid
    terrain = Terrain(
        found.heights_m,
        cell_m=grid.cell_m,
        west_m=grid.west * grid.cell_m,
        north_m=grid.north * grid.cell_m,
        n_void=found.n_void,
        datum=found.datum,
    )
    return terrain, "\n".join(found.notes)


def _error_m(terrain: Terrain, radius_m: float = 5000.0) -> float:
    """Greatest error of any known height within a circle."""
    n_rows, n_columns = terrain.ground_m.shape
    east_m = terrain.west_m + (np.arange(n_columns) + 0.5) * terrain.cell_m
    north_m = terrain.north_m - (np.arange(n_rows) + 0.5) * terrain.cell_m
    exact_m = _hill(east_m[np.newaxis, :], north_m[:, np.newaxis])
    within = np.hypot(east_m[np.newaxis, :], north_m[:, np.newaxis]) <= radius_m
    return float(np.nanmax(np.abs(terrain.ground_m - exact_m)[within]))


@pytest.mark.parametrize("kind", KINDS)
def test_heights_come_out_where_they_are_whatever_the_reference_system(tmp_path: Path, kind: str) -> None:
    terrain, notes = _read(_make(tmp_path, kind))
    assert _error_m(terrain) < (1.0 if KINDS[kind][2] == "int16" else 0.5)
    assert terrain.cell_m == pytest.approx(KINDS[kind][3], abs=0.2)
    assert KINDS[kind][0] in notes
    assert terrain.ground_m.dtype == np.float32
    assert min(-terrain.west_m, terrain.east_m, -terrain.south_m, terrain.north_m) >= 5000.0
    assert terrain.n_void == 0


def test_tiled_and_compressed_files_read_alike(tmp_path: Path) -> None:
    plain, _ = _read(_make(tmp_path))
    tiled, _ = _read(_make(tmp_path, tiled=True, blockxsize=16, blockysize=16, compress="deflate", predictor=3))
    np.testing.assert_array_equal(plain.ground_m, tiled.ground_m)


def test_rasters_with_the_south_on_top_read_alike(tmp_path: Path) -> None:
    plain, _ = _read(_make(tmp_path))
    with rasterio.open(tmp_path / "hill.tif") as dataset:
        heights_m, bounds, cell = dataset.read(1), dataset.bounds, dataset.res[0]
    transform = rasterio.Affine(cell, 0.0, bounds.left, 0.0, cell, bounds.bottom)
    turned, _ = _read(_write(tmp_path / "turned.tif", heights_m[::-1], "EPSG:32610", transform))
    np.testing.assert_allclose(plain.ground_m, turned.ground_m, atol=0.01)


def test_longitudes_that_count_from_zero_are_the_same_place(tmp_path: Path) -> None:
    plain, _ = _read(_make(tmp_path, "degrees"))
    with rasterio.open(tmp_path / "hill.tif") as dataset:
        heights_m, transform = dataset.read(1), dataset.transform
    shifted = rasterio.Affine(transform.a, 0.0, transform.c + 360.0, 0.0, transform.e, transform.f)
    east, _ = _read(_write(tmp_path / "east.tif", heights_m, "EPSG:4326", shifted))
    np.testing.assert_allclose(plain.ground_m, east.ground_m, atol=0.05)


def test_scale_offset_and_feet_are_honoured(tmp_path: Path) -> None:
    path = _make(tmp_path)
    with rasterio.open(path) as dataset:
        heights_m, transform = dataset.read(1), dataset.transform
    coded = np.rint((heights_m / 0.3048 - 100.0) / 0.1).astype(np.int16)
    other = _write(tmp_path / "feet.tif", coded, "EPSG:32610", transform)
    with rasterio.open(other, "r+") as dataset:
        dataset.scales, dataset.offsets, dataset.units = (0.1,), (100.0,), ("ft",)
    terrain, _ = _read(other)
    assert _error_m(terrain) < 0.6


# --- voids ------------------------------------------------------------------------------------------------------------


def _hole(value: float) -> Callable[[NDArray[Any]], None]:
    def change(heights_m: NDArray[Any]) -> None:
        middle = heights_m.shape[0] // 2
        heights_m[middle : middle + 4, middle - 9 : middle - 4] = value

    return change


@pytest.mark.parametrize(
    ("kind", "value", "options"),
    [
        ("utm", np.nan, {}),
        ("utm", -9999.0, {"nodata": -9999.0}),
        ("utm", -3.4e38, {}),
        ("degrees, whole metres", -32768, {}),
        ("degrees, whole metres", -32767, {"nodata": -32767}),
        ("degrees, whole metres", 32767, {}),
    ],
)
def test_voids_are_refused_with_the_remedy_or_filled_and_counted(
    tmp_path: Path, kind: str, value: float, options: dict[str, Any]
) -> None:
    path = _make(tmp_path, kind, change=_hole(value), **options)
    with pytest.raises(CrenelError, match=r"hill\.tif: 20 cells .* `voids: fill`"):
        _read(path)
    terrain, notes = _read(path, voids="fill")
    assert terrain.n_void == 20
    assert "20 cells within the place had no height" in notes
    assert not np.isnan(terrain.ground_m).any()
    assert _error_m(terrain) < 25.0  # filled from around, not from the void's own number


def test_a_void_is_filled_from_both_sides(tmp_path: Path) -> None:
    def ramp(heights_m: NDArray[Any]) -> None:
        heights_m[:] = 10.0 * np.arange(heights_m.shape[1])
        heights_m[:, 60:70] = np.nan

    terrain, _ = _read(_make(tmp_path, change=ramp), radius_m=4000.0, voids="fill")
    profile_m = terrain.ground_m[terrain.ground_m.shape[0] // 2]
    assert np.abs(np.diff(profile_m) - 10.0).max() < 3.0  # taken from the nearest side it would step by 100 m


def test_voids_do_not_bleed_into_their_neighbours(tmp_path: Path) -> None:
    def far_hole(heights_m: NDArray[Any]) -> None:
        heights_m[:10, :10] = -9999.0

    terrain, notes = _read(_make(tmp_path, change=far_hole, nodata=-9999.0), radius_m=5900.0)
    assert np.isnan(terrain.ground_m[1, 1])  # in the box's corner, outside the circle: no reason to refuse
    assert _error_m(terrain, 9000.0) < 5.0  # a void's -9999 would be off by thousands
    assert terrain.n_void == 0
    assert "no height" not in notes


def test_a_hole_too_wide_to_interpolate_is_still_filled(tmp_path: Path) -> None:
    def half(heights_m: NDArray[Any]) -> None:
        heights_m[:, : heights_m.shape[1] // 2] = np.nan

    terrain, _ = _read(_make(tmp_path, half_m=25_000.0, change=half), radius_m=24_000.0, voids="fill")
    assert not np.isnan(terrain.ground_m).any()
    assert terrain.n_void > 50_000
    assert terrain.ground_m.min() > -1000.0  # heights from the known half, no marker left over


# --- edges ------------------------------------------------------------------------------------------------------------


def test_a_file_that_covers_part_of_the_place_says_how_much(tmp_path: Path) -> None:
    terrain, notes = _read(_make(tmp_path, half_m=3000.0), radius_m=5000.0)
    assert "of the place's circle has terrain" in notes
    share = float(notes.split("only ")[1].split(" %")[0])
    assert share == pytest.approx(100.0 * 36.0 / (np.pi * 25.0), abs=1.5)
    assert terrain.east_m < 3300.0


def test_full_cover_needs_no_note(tmp_path: Path) -> None:
    assert "circle" not in _read(_make(tmp_path))[1]


def test_the_datum_is_named(tmp_path: Path) -> None:
    path = _make(tmp_path)
    assert "does not name" in _read(path)[0].datum
    found = read_heights((path,), frame=FRAME, radius_m=3000.0, rules=Rules(datum="EGM96"))
    assert found.datum == "EGM96"
    with rasterio.open(path) as dataset:
        heights_m, transform = dataset.read(1), dataset.transform
    compound = _write(tmp_path / "compound.tif", heights_m, "EPSG:32610+5773", transform)
    assert _read(compound)[0].datum == "EGM96 height"
    np.testing.assert_array_equal(_read(compound)[0].ground_m, _read(path)[0].ground_m)


# --- refused ----------------------------------------------------------------------------------------------------------


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(CrenelError, match=r"gone\.tif: there is no file"):
        _read(str(tmp_path / "gone.tif"))


def test_no_raster(tmp_path: Path) -> None:
    (tmp_path / "words.tif").write_text("no raster at all")
    with pytest.raises(CrenelError, match=r"words\.tif: is not a raster"):
        _read(str(tmp_path / "words.tif"))


def test_a_list_of_other_files_is_refused_with_the_remedy(tmp_path: Path) -> None:
    virtual = tmp_path / "all.vrt"
    virtual.write_text(
        '<VRTDataset rasterXSize="2" rasterYSize="2"><VRTRasterBand dataType="Float32" band="1"/></VRTDataset>'
    )
    with pytest.raises(CrenelError, match=r"all\.vrt: holds no heights.*gdal_translate all\.vrt all\.tif"):
        _read(str(virtual))


def test_a_raster_that_would_reach_out_is_not_opened_whatever_its_name(tmp_path: Path) -> None:
    with Server() as server:
        for name, text in (
            (
                "tiles.tif",
                f"<GDAL_WMS><Service name='TMS'><ServerUrl>{server.address}/a</ServerUrl></Service>{_WINDOW}",
            ),
            (
                "sheet.img",
                f"<WCS_GDAL><ServiceURL>{server.address}/?</ServiceURL><CoverageName>x</CoverageName></WCS_GDAL>",
            ),
        ):
            (tmp_path / name).write_text(text)
            with pytest.raises(CrenelError, match="is not a raster"):
                _read(str(tmp_path / name))
        assert server.asked == []


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(CrenelError, match="is not a raster"):
        _read(str(tmp_path))


def test_a_file_that_breaks_off(tmp_path: Path) -> None:
    path = Path(_make(tmp_path))
    path.write_bytes(path.read_bytes()[:4000])
    with pytest.raises(CrenelError, match=r"hill\.tif"):
        _read(str(path))


def test_no_reference_system(tmp_path: Path) -> None:
    heights_m = np.zeros((20, 20), np.float32)
    path = _write(tmp_path / "nowhere.tif", heights_m, None, from_origin(0.0, 0.0, 90.0, 90.0))
    with pytest.raises(CrenelError, match=r"nowhere\.tif: has no coordinate reference system"):
        _read(path)


def test_no_position(tmp_path: Path) -> None:
    path = _write(tmp_path / "adrift.tif", np.zeros((20, 20), np.float32), "EPSG:32610", rasterio.Affine.identity())
    with pytest.raises(CrenelError, match=r"adrift\.tif: has no position"):
        _read(path)


def test_only_voids(tmp_path: Path) -> None:
    def all_void(heights_m: NDArray[Any]) -> None:
        heights_m[:] = np.nan

    path = _make(tmp_path, change=all_void)
    for voids in ("refuse", "fill"):
        with pytest.raises(CrenelError, match=r"hill\.tif: holds no heights .* only voids"):
            _read(path, voids=voids)


def test_another_place(tmp_path: Path) -> None:
    path = _make(tmp_path)
    for lat_deg, lon_deg in ((49.3, -122.0), (-49.3, -123.1), (49.3, 57.0)):
        with pytest.raises(CrenelError, match=r"hill\.tif: does not cover the place\. It reaches from 49\.2"):
            _read(path, frame=Frame(GeoPoint(radians(lat_deg), radians(lon_deg))))


def test_too_many_cells_are_refused_not_coarsened(tmp_path: Path) -> None:
    transform = from_origin(-124.0, 50.0, 1e-5, 1e-5)
    path = str(tmp_path / "fine.tif")
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=140_000,
        height=140_000,
        count=1,
        dtype="uint8",
        crs="EPSG:4326",
        transform=transform,
        tiled=True,
        sparse_ok=True,
        bigtiff="yes",
    ):
        pass
    with pytest.raises(CrenelError, match=r"fine\.tif: is too fine"):
        _read(path, radius_m=40_000.0)


def test_pictures_are_not_heights(tmp_path: Path) -> None:
    path = tmp_path / "photo.tif"
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=20,
        height=20,
        count=3,
        dtype="uint8",
        photometric="rgb",
        crs="EPSG:32610",
        transform=from_origin(490_000.0, 5_465_000.0, 90.0, 90.0),
    ) as dataset:
        dataset.write(np.ones((3, 20, 20), np.uint8))
    with pytest.raises(CrenelError, match=r"photo\.tif: is a picture"):
        _read(str(path))


# --- real terrain -----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not (SHARED / "vancouver/srtm3.tif").exists(), reason="the shared terrain of Vancouver is not here")
def test_vancouver_has_sea_mountains_and_voids() -> None:
    path = str(SHARED / "vancouver/srtm3.tif")
    with pytest.raises(CrenelError, match=r"srtm3\.tif: [\d,]+ cells .* `voids: fill`"):
        _read(path, radius_m=25_000.0)
    terrain, notes = _read(path, radius_m=25_000.0, voids="fill")
    assert terrain.cell_m == pytest.approx(92.7, abs=0.1)
    assert terrain.n_void > 1000
    assert "EPSG:4326" in notes
    assert not np.isnan(terrain.ground_m).any()
    assert 1400.0 < terrain.ground_m.max() < 2000.0
    grouse_m = terrain.height_m(*FRAME.to_local(GeoPoint(radians(49.3864), radians(-123.0767))))
    assert grouse_m == pytest.approx(1230.0, abs=60.0)  # Grouse Mountain
    strait_m = terrain.height_m(*FRAME.to_local(GeoPoint(radians(49.29), radians(-123.35))))
    assert strait_m == pytest.approx(0.0, abs=3.0)


@pytest.mark.parametrize("name", ["dsm", "dtm"])
def test_lidar_in_utm(name: str) -> None:
    path = SHARED / f"alexandria/{name}.tif"
    if not path.exists():
        pytest.skip("the shared lidar of Alexandria is not here")
    with rasterio.open(path) as dataset:
        bounds = dataset.bounds
    to_geo = Transformer.from_crs("EPSG:26918", "EPSG:4326", always_xy=True)
    lon_deg, lat_deg = to_geo.transform(0.5 * (bounds.left + bounds.right), 0.5 * (bounds.top + bounds.bottom))
    frame = Frame(GeoPoint(radians(lat_deg), radians(lon_deg)))
    terrain, _ = _read(str(path), radius_m=240.0, voids="fill", frame=frame)
    assert terrain.cell_m == pytest.approx(2.0, abs=0.01)
    assert 5.0 < np.nanmin(terrain.ground_m) < np.nanmax(terrain.ground_m) < 40.0
