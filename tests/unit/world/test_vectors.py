"""One set of footprints as a file of every format: the same buildings, in the same places."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

import vector_files as files
from crenel.core.records import CrenelError
from crenel.world.tags import plain_key
from crenel.world.vectors import Features, Wanted, read_features
from vector_files import FRAME, square

SHAPES = [square(0.0, 0.0), square(300.0, -200.0, 30.0), square(-500.0, 450.0, 12.0)]
SAID = [{"building": "yes", "height": "12"}, {"building": "yes", "height": "30"}, {"building": "yes", "height": None}]
TAGS = [{key: value for key, value in row.items() if value is not None} for row in SAID]
WANTED = Wanted("buildings", lambda key: plain_key(key) in {"height", "othertags"}, ("multipolygons",))

FORMATS: dict[str, Callable[[Path], Path]] = {
    "GeoJSON": lambda folder: files.geojson(folder / "b.geojson", SHAPES, SAID),
    "GeoJSON lines": lambda folder: files.written(folder / "b.geojsonl", SHAPES, SAID, driver="GeoJSONSeq"),
    "GeoPackage": lambda folder: files.written(folder / "b.gpkg", SHAPES, SAID, driver="GPKG"),
    "GeoPackage in UTM": lambda folder: files.written(folder / "b.gpkg", SHAPES, SAID, driver="GPKG", crs="EPSG:32636"),
    "Shapefile": lambda folder: files.written(folder / "b.shp", SHAPES, SAID, driver="ESRI Shapefile"),
    "FlatGeobuf": lambda folder: files.written(folder / "b.fgb", SHAPES, SAID, driver="FlatGeobuf"),
    "GeoParquet": lambda folder: files.geoparquet(folder / "b.parquet", SHAPES, SAID),
    "GeoParquet with boxes": lambda folder: files.geoparquet(folder / "b.parquet", SHAPES, SAID, boxes=True),
    "OpenStreetMap XML": lambda folder: files.osm_xml(folder / "b.osm", SHAPES, TAGS),
    "OpenStreetMap PBF": lambda folder: files.osm_pbf(folder / "b.osm.pbf", SHAPES, TAGS),
    "CityJSON": lambda folder: files.cityjson(folder / "b.city.json", SHAPES, [12.0, 30.0, 0.0]),
}


def _read(path: Path, radius_m: float = 1000.0) -> Features:
    return read_features(str(path), frame=FRAME, radius_m=radius_m, wanted=WANTED)


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_gives_the_same_shapes_in_the_local_frame(tmp_path: Path, kind: str) -> None:
    found = _read(FORMATS[kind](tmp_path))
    assert len(found.shapes) == 3
    at = {round(float(shape.area)): shape.centroid for shape in found.shapes}
    for shape in SHAPES:
        near = min(at, key=lambda area: abs(area - shape.area))
        assert near == pytest.approx(shape.area, rel=0.01)
        assert (at[near].x, at[near].y) == pytest.approx((shape.centroid.x, shape.centroid.y), abs=0.1)
    said = "".join(str(value) for values in found.fields.values() for value in values)
    assert "12" in said
    assert "30" in said
    assert (found.n_elsewhere, found.n_empty, found.elsewhere) == (0, 0, "")


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if "Open" not in kind])
def test_what_lies_outside_the_circle_is_left_out_and_counted(tmp_path: Path, kind: str) -> None:
    found = _read(FORMATS[kind](tmp_path), radius_m=250.0)
    assert len(found.shapes) == 1
    assert found.n_elsewhere == 2


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if "Open" not in kind])
def test_a_file_of_another_place_says_where_it_lies(tmp_path: Path, kind: str) -> None:
    path = FORMATS[kind](tmp_path)
    elsewhere = files.Frame(files.GeoPoint(0.8, 0.2))
    found = read_features(str(path), frame=elsewhere, radius_m=1000.0, wanted=WANTED)
    assert len(found.shapes) == 0
    assert "nothing in it lies within 1 km" in found.elsewhere
    if kind != "GeoParquet with boxes":  # what lies outside the box is not read there
        assert "51.5" in found.elsewhere or "km off" in found.elsewhere


def test_swapped_coordinates_are_told_apart_from_another_place(tmp_path: Path) -> None:
    swapped = [shapely.transform(shape, lambda xy: xy[:, ::-1]) for shape in files.in_degrees(SHAPES)]
    path = tmp_path / "swapped.geojson"
    path.write_text(shapely.to_geojson(shapely.MultiPolygon(swapped)))
    assert "looks swapped" in _read(path).elsewhere


def test_a_feature_without_shape_is_counted(tmp_path: Path) -> None:
    path = files.geojson(tmp_path / "b.geojson", [*SHAPES, None], [*SAID, {"height": "4"}])
    found = _read(path)
    assert (len(found.shapes), found.n_empty) == (3, 1)


def test_only_what_is_wanted_is_read(tmp_path: Path) -> None:
    path = files.geojson(tmp_path / "b.geojson", SHAPES, [{"height": 1, "secret": "x"}] * 3)
    assert list(_read(path).fields) == ["height"]


def test_the_layer_that_is_called_so_is_read_of_several(tmp_path: Path) -> None:
    path = files.written(tmp_path / "town.gpkg", SHAPES, SAID, driver="GPKG")
    import pyogrio

    pyogrio.raw.write(
        path,
        shapely.to_wkb(files.in_degrees(SHAPES[:1])),
        [],
        [],
        layer="parks",
        driver="GPKG",
        crs="EPSG:4326",
        geometry_type="Polygon",
    )
    with pytest.raises(CrenelError, match=r"town\.gpkg: has several layers \(town, parks\)"):
        _read(path)
    other = tmp_path / "city.gpkg"
    for layer, shapes in (("buildings", SHAPES), ("parks", SHAPES[:1])):
        pyogrio.raw.write(
            other,
            shapely.to_wkb(files.in_degrees(shapes)),
            [],
            [],
            layer=layer,
            driver="GPKG",
            crs="EPSG:4326",
            geometry_type="Polygon",
        )
    assert len(_read(other).shapes) == 3


# --- refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("share", [0.0, 0.4, 0.9])
def test_a_file_that_breaks_off_is_refused_by_name(tmp_path: Path, kind: str, share: float) -> None:
    path = FORMATS[kind](tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(CrenelError, match=rf"{path.name}"):
        _read(path)


@pytest.mark.parametrize("name", ["b.geojson", "b.gpkg", "b.shp", "b.fgb", "b.parquet", "b.osm", "b.osm.pbf", "b.json"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not at all",
        b"<html><body>404 Not Found</body></html>",
        b'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>x</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>',
        b'{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read /vsicurl/http://127.0.0.1:9/a"}',
        b'{"error": "rate limited"}',
        b"\x00" * 200,
        b"PK\x03\x04" + b"\x00" * 60,
    ],
)
def test_what_only_bears_the_name_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CrenelError, match=name):
        _read(path)


def test_other_formats_are_refused_with_those_that_are_read(tmp_path: Path) -> None:
    for name in ("b.kml", "b.zip", "b", "b.vrt", "b.xml"):
        (tmp_path / name).write_text("{}")
        with pytest.raises(CrenelError, match=rf"buildings {name}: is of no format that is read\. Give GeoJSON"):
            _read(tmp_path / name)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CrenelError, match=r"gone\.gpkg: cannot be read \(No such file"):
        _read(tmp_path / "gone.gpkg")


def test_a_shapefile_without_its_prj_lies_nowhere(tmp_path: Path) -> None:
    path = files.written(tmp_path / "b.shp", SHAPES, SAID, driver="ESRI Shapefile")
    path.with_suffix(".prj").unlink()
    with pytest.raises(CrenelError, match=r"b\.shp: has no coordinate reference system.*\.prj.*ogr2ogr"):
        _read(path)


def test_a_shapefile_without_its_index_is_refused(tmp_path: Path) -> None:
    path = files.written(tmp_path / "b.shp", SHAPES, SAID, driver="ESRI Shapefile")
    path.with_suffix(".shx").unlink()
    with pytest.raises(CrenelError, match=r"b\.shp: cannot be read"):
        _read(path)


def test_geoparquet_of_an_unknown_system_or_encoding_is_refused(tmp_path: Path) -> None:
    path = files.geoparquet(tmp_path / "b.parquet", SHAPES, SAID, crs=None)
    with pytest.raises(CrenelError, match=r"b\.parquet: its reference system is not known"):
        _read(path)
    with pytest.raises(CrenelError, match=r"c\.parquet: its geometries are encoded as 'polygon'"):
        _read(files.geoparquet(tmp_path / "c.parquet", SHAPES, SAID, encoding="polygon"))


def test_positions_that_are_no_numbers_lie_nowhere(tmp_path: Path) -> None:
    path = files.geojson(tmp_path / "b.geojson", SHAPES, SAID)
    text = path.read_text().replace("34.37", "1e999", 1)
    path.write_text(text)
    found = _answer(path)
    assert "b.geojson" in found if isinstance(found, str) else len(found.shapes) < 3


def _answer(path: Path) -> Features | str:
    """What is read, or what is said; anything else is a fault."""
    try:
        return _read(path)
    except CrenelError as error:
        return str(error)


def test_random_bytes_never_end_in_anything_but_an_answer(tmp_path: Path) -> None:
    dice = np.random.default_rng(5)
    for kind in ("GeoJSON", "GeoPackage", "Shapefile", "FlatGeobuf", "GeoParquet", "OpenStreetMap PBF", "CityJSON"):
        folder = tmp_path / kind
        folder.mkdir()
        path = FORMATS[kind](folder)
        whole: Any = np.frombuffer(path.read_bytes(), np.uint8)
        for _ in range(12):
            spoilt = whole.copy()
            spoilt[dice.integers(0, len(spoilt), 4)] = dice.integers(0, 256, 4)
            path.write_bytes(spoilt.tobytes())
            found = _answer(path)
            assert path.name in found if isinstance(found, str) else len(found.shapes) <= 3
