"""Files that were fetched by hand are known by their names and by what they hold."""

import gzip
import json
import shutil
from pathlib import Path

import numpy as np
import pyogrio
import pyogrio.raw
import pytest
import rasterio
import shapely

import made
from crenel.core.records import CrenelError
from crenel.places import byhand
from crenel.places.box import Square
from made import LAT, LON

NAME = "Copernicus_DSM_COG_10_N55_00_E037_00_DEM.tif"
REAL = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.mark.parametrize(
    "name",
    [NAME, NAME.replace("_COG", ""), NAME.replace(".tif", ".TIF"), NAME.replace("_DEM", "")],
)
def test_a_tile_of_glo30_by_its_name(tmp_path, name):
    made.save(tmp_path / "deep" / name, made.glo30_tile(55, 37))
    found = byhand.look(tmp_path)
    assert found.tiles["glo30"] == {Square(55, 37): tmp_path / "deep" / name}


@pytest.mark.parametrize(
    ("name", "packed"), [("N55E037.hgt", False), ("n55e037.hgt.gz", True), ("N55E037.SRTMGL1.hgt", False)]
)
def test_a_tile_of_srtm_by_its_name(tmp_path, name, packed):
    content = made.hgt(55, 37)
    made.save(tmp_path / name, content if packed else gzip.decompress(content))
    assert set(byhand.look(tmp_path).tiles["srtm"]) == {Square(55, 37)}


def test_a_renamed_tile_is_known_by_what_it_holds(tmp_path):
    made.save(tmp_path / "dem.tif", made.glo30_tile(-34, -19, n_rows=3600, n_columns=720))
    heights_m = np.zeros((1201, 1201), dtype=np.int16)
    step = 1 / 1200
    transform = rasterio.transform.Affine(step, 0, 18 - step / 2, 0, -step, -33 + step / 2)
    with rasterio.open(
        tmp_path / "other.tif", "w", driver="GTiff", width=1201, height=1201, count=1, dtype="int16", crs="EPSG:4326",
        transform=transform,
    ) as out:  # fmt: skip
        out.write(heights_m, 1)
    found = byhand.look(tmp_path)
    assert set(found.tiles["glo30"]) == {Square(-34, -19)}
    assert set(found.tiles["srtm"]) == {Square(-34, 18)}
    assert found.rasters == ()


def test_another_raster_is_one_of_the_user_s_own(tmp_path):
    made.save(tmp_path / "lidar.tif", made.glo30_tile(55, 37, n_rows=100, n_columns=100))
    assert byhand.look(tmp_path).rasters == (tmp_path / "lidar.tif",)


def test_a_tile_that_lies_elsewhere_than_its_name_says_is_refused(tmp_path):
    made.save(tmp_path / NAME, made.glo30_tile(40, 10))
    with pytest.raises(CrenelError, match=r"by its name it is Copernicus DEM GLO-30 N55E037, but it reaches from 40"):
        byhand.look(tmp_path)


@pytest.mark.parametrize("name", [NAME, "N55E037.hgt", "N55E037.hgt.gz"])
def test_a_tile_that_is_cut_off_is_refused(tmp_path, circle, name):
    content = made.glo30_tile(55, 37) if name == NAME else made.hgt(55, 37)
    path = made.save(tmp_path / name, content[:5000])

    def use():
        byhand.look(tmp_path)
        byhand.cut(path, Square(55, 37), circle)

    with pytest.raises(CrenelError, match="Fetch it again"):
        use()


def answer(name="x.json"):
    return json.dumps({"version": 0.6, "osm3s": {}, "elements": made.osm_elements(LAT, LON)}).encode()


def geojson(**properties):
    boxes = made.footprints(LAT, LON, n=5)
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shapely.box(*box)))}
            for box in boxes
        ],
    }


@pytest.mark.parametrize(
    ("name", "content", "n", "source"),
    [
        ("city.osm.pbf", made.pbf(made.osm_elements(LAT, LON)), 31, "osm"),
        ("export.json", answer(), 31, "osm"),
        ("moscow.parquet", made.parquet(made.overture_buildings(LAT, LON)), 39, "overture"),
        ("overture.geojson", json.dumps(geojson(num_floors=3, names={"primary": "A"})).encode(), 5, "overture"),
        ("plain.geojson", json.dumps(geojson(HEIGHT="12 m", Name="B")).encode(), 5, None),
    ],
)
def test_buildings_by_what_the_file_holds(tmp_path, circle, name, content, n, source):
    made.save(tmp_path / name, content)
    made.save(tmp_path / "notes.json", b'{"etag": 1}')
    made.save(tmp_path / "letter.txt", b"dear")
    found = byhand.look(tmp_path)
    assert (found.buildings_source.key if found.buildings_source else None) == source
    table = byhand.buildings(found.buildings, circle).buildings
    assert table.height == n
    if name == "overture.geojson":
        assert set(table["levels"]) == {3.0}
        assert set(table["name"]) == {"A"}
    if name == "plain.geojson":
        assert set(table["height"]) == {12.0}
        assert set(table["name"]) == {"B"}


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32637"])
def test_a_geopackage_in_any_reference_system(tmp_path, circle, crs):
    from pyproj import Transformer

    boxes = shapely.box(*made.footprints(LAT, LON, n=5).T)
    there = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    moved = shapely.transform(boxes, there.transform, interleaved=False)
    pyogrio.raw.write(
        tmp_path / "b.gpkg",
        geometry=shapely.to_wkb(moved),
        field_data=[np.array([3, 4, 5, 6, 7])],
        fields=np.array(["levels"], dtype=object),
        geometry_type="Polygon",
        crs=crs,
        driver="GPKG",
    )
    table = byhand.buildings(byhand.look(tmp_path).buildings, circle).buildings
    assert sorted(table["levels"]) == [3.0, 4.0, 5.0, 6.0, 7.0]
    west, south = shapely.from_wkb(table["geometry"][0]).bounds[:2]
    assert (west, south) == pytest.approx(tuple(made.footprints(LAT, LON, n=5)[0][:2]), abs=1e-6)


def test_cityjson_has_a_reader_of_its_own(tmp_path):
    made.save(tmp_path / "city.json", b'{"type": "CityJSON", "version": "1.1"}')
    found = byhand.look(tmp_path)
    assert found.buildings == tmp_path / "city.json"
    assert byhand.is_read_as_it_is(found.buildings)


def test_two_files_of_buildings_are_one_too_many(tmp_path):
    made.save(tmp_path / "a.geojson", json.dumps(geojson()).encode())
    made.save(tmp_path / "b.parquet", b"")
    with pytest.raises(CrenelError, match=r"a\.geojson, b\.parquet. Leave one"):
        byhand.look(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "not JSON"),
        ("a.geojson", b'{"type": "FeatureCollection"}', "no features"),
        (
            "a.geojson",
            b'{"type": "FeatureCollection", "features": [1, {"geometry": {"type": "Point"}}]}',
            "no building",
        ),
        ("a.gpkg", b"not a package", "cannot be read"),
        ("a.osm.pbf", b"not a pbf", "cannot be read"),
        ("a.parquet", b"not parquet", "cannot be read"),
    ],
)
def test_damaged_buildings_are_refused(tmp_path, circle, name, content, says):
    path = made.save(tmp_path / name, content)
    with pytest.raises(CrenelError, match=says):
        byhand.buildings(path, circle)


def test_no_folder_is_said(tmp_path):
    with pytest.raises(CrenelError, match="is no folder"):
        byhand.look(tmp_path / "nothing")


@pytest.mark.skipif(not REAL.is_dir(), reason="the real data are not here")
def test_real_data_are_known_for_what_they_are(tmp_path):
    from made import circle_at

    shutil.copy(REAL / "vancouver" / "srtm3.tif", tmp_path)
    shutil.copy(REAL / "alexandria" / "buildings.geojson", tmp_path)
    found = byhand.look(tmp_path)
    assert [path.name for path in found.rasters] == ["srtm3.tif"]  # a part of a tile: nobody knows of which source
    west, south, east, north = pyogrio.read_info(found.buildings)["total_bounds"]
    table = byhand.buildings(found.buildings, circle_at((south + north) / 2, (west + east) / 2)).buildings
    assert table.height == 84
    assert table["height"].null_count() < 84
