from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from crenel.world.products import Tile, missing_tiles, recognised, tile_of

pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")

SHARED = Path(__file__).parents[4] / "shared" / "data"


def _told(path: Path) -> tuple[str, str, str] | None:
    with rasterio.open(path) as dataset:
        product = recognised(path.name, dataset)
    return None if product is None else (product.name, product.model, product.datum)


def _raster(path: Path, dtype: str, column_s: float, row_s: float, lat_deg: float = 55.0) -> Path:
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=8,
        height=8,
        count=1,
        dtype=dtype,
        crs="EPSG:4326",
        transform=from_origin(37.0, lat_deg, column_s / 3600, row_s / 3600),
    ) as dataset:
        dataset.write(np.zeros((8, 8), dtype), 1)
    return path


GLO30 = ("Copernicus GLO-30", "surface", "EGM2008")
SRTM = ("SRTM", "surface", "EGM96")


@pytest.mark.parametrize(
    ("name", "dtype", "steps_s", "lat_deg", "told"),
    [
        ("Copernicus_DSM_COG_10_N55_00_E037_00_DEM.tif", "float32", (1.5, 1.0), 56.0, GLO30),
        ("Copernicus_DSM_10_N46_00_E009_00_DEM.tif", "float32", (1.0, 1.0), 47.0, GLO30),
        ("glo30-N46E009.tif", "float32", (1.0, 1.0), 47.0, GLO30),
        ("renamed.tif", "float32", (1.5, 1.0), 56.0, GLO30),  # cells that only it has
        ("renamed.tif", "float32", (2.0, 1.0), 62.0, GLO30),
        ("renamed.tif", "float32", (1.0, 1.0), 47.0, None),  # many products have these
        ("renamed.tif", "float32", (1.5, 1.0), 47.0, None),
        ("N55E037_FABDEM_V1-2.tif", "float32", (1.5, 1.0), 56.0, ("FABDEM", "ground", "EGM2008")),
        ("N46E009.SRTMGL1.tif", "int16", (1.0, 1.0), 47.0, SRTM),
        ("n46_e009_1arc_v3.tif", "int16", (1.0, 1.0), 47.0, SRTM),
        ("srtm3.tif", "int16", (3.0, 3.0), 47.0, SRTM),
        ("srtm-photo.tif", "uint8", (3.0, 3.0), 47.0, None),
        ("heights.tif", "int16", (3.0, 3.0), 47.0, None),
        (
            "Copernicus_DSM_COG_30_N55_00_E037_00_DEM.tif",
            "float32",
            (4.5, 3.0),
            56.0,
            ("Copernicus GLO-90", *GLO30[1:]),
        ),
    ],
)
def test_known_files_are_known(
    tmp_path: Path,
    name: str,
    dtype: str,
    steps_s: tuple[float, float],
    lat_deg: float,
    told: tuple[str, str, str] | None,
) -> None:
    assert _told(_raster(tmp_path / name, dtype, *steps_s, lat_deg)) == told


def test_an_hgt_file_is_srtm(tmp_path: Path) -> None:
    path = tmp_path / "N46E009.hgt"
    np.zeros((1201, 1201), ">i2").tofile(path)
    assert _told(path) == SRTM


@pytest.mark.skipif(not (SHARED / "vancouver/srtm3.tif").exists(), reason="the shared terrain of Vancouver is not here")
def test_real_files_are_known() -> None:
    assert _told(SHARED / "vancouver/srtm3.tif") == SRTM
    assert _told(SHARED / "alexandria/dsm.tif") is None


def test_names_tell_tiles() -> None:
    assert tile_of("/a/Copernicus_DSM_COG_10_N55_00_E037_00_DEM.tif") == Tile(55, 37)
    assert tile_of("S34W071.hgt") == Tile(-34, -71)
    assert tile_of("heights.tif") is None
    assert str(Tile(-34, 5)) == "S34 E005"


def test_tiles_that_are_not_there_are_named() -> None:
    held = ("Copernicus_DSM_COG_10_N55_00_E037_00_DEM.tif", "Copernicus_DSM_COG_10_N55_00_E036_00_DEM.tif")
    assert missing_tiles(held, lats_deg=(55.2, 55.9), lons_deg=(36.5, 37.5)) == []
    assert missing_tiles(held, lats_deg=(55.2, 56.1), lons_deg=(36.5, 37.5)) == [Tile(56, 36), Tile(56, 37)]
    assert missing_tiles((*held, "other.tif"), lats_deg=(10.0, 12.0), lons_deg=(1.0, 2.0)) == []
    across = missing_tiles(("N10E179.hgt",), lats_deg=(10.2, 10.8), lons_deg=(179.5, 180.5))
    assert across == [Tile(10, -180)]
