"""Files of a place that are wrong, through `crenel cover`: one clear error, or a treatment that the answer states."""

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from pyproj import Transformer
from typer.testing import CliRunner

import vector_files
from crenel.cli import face

LAT, LON = 51.566, 34.377
N = 80
CELL_M = 50.0
UTM = "EPSG:32636"

TEXT = """\
crenel: 1
title: A small place with a fault
place: {{centre: [51.566 N, 34.377 E], radius: 1.5 km, terrain: {terrain}, buildings: {buildings}}}
defence:
  - {{unit: Radar, system: generic-radar-drone, at: [{at}], mounted: 10 m}}
assets: [{{name: Square, at: [51.566 N, 34.377 E], radius: 50 m}}]
raid: [{{threat: small-quad, count: 1, to: Square, from: all, starts: 1 km, height: 50 m}}]
cover: {cover}
"""


def raster(path, *, crs=UTM, heights_m=None, east_m=0.0, n=N):
    """Level ground around the centre, 4 km wide unless moved or cut."""
    x, y = Transformer.from_crs("EPSG:4326", UTM, always_xy=True).transform(LON, LAT)
    ground = np.full((n, n), 120.0, np.float32) if heights_m is None else heights_m
    where = Affine(CELL_M, 0.0, x - 0.5 * n * CELL_M + east_m, 0.0, -CELL_M, y + 0.5 * n * CELL_M)
    with rasterio.open(
        path, "w", driver="GTiff", width=n, height=n, count=1, dtype="float32", crs=crs, transform=where, nodata=-9999
    ) as out:
        out.write(ground, 1)
    return path.name


def asked(folder, *, terrain="flat 120 m", buildings="none", at="51.566 N, 34.377 E", cover="{heights: [50 m]}"):
    path = folder / "case.yaml"
    path.write_text(TEXT.format(terrain=terrain, buildings=buildings, at=at, cover=cover), encoding="utf-8")
    return CliRunner().invoke(face, ["cover", str(path), "-o", str(folder / "out"), "--json"])


def refused(folder, **said):
    done = asked(folder, **said)
    assert done.exit_code == 2, (done.exit_code, done.output)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert not (folder / "out").exists()
    return " ".join(done.stderr.split())


def answered(folder, **said):
    done = asked(folder, **said)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def notes(answer):
    return " ".join(answer["place"]["notes"])


def test_a_raster_without_a_reference_system(tmp_path):
    message = refused(tmp_path, terrain=raster(tmp_path / "ground.tif", crs=None))
    assert "ground.tif" in message
    assert "reference system" in message


def test_rasters_in_two_reference_systems_are_brought_to_one_and_it_is_said(tmp_path):
    west = raster(tmp_path / "west.tif", n=60, east_m=-1_000.0)
    with rasterio.open(
        tmp_path / "east.tif", "w", driver="GTiff", width=120, height=120, count=1, dtype="float32", crs="EPSG:4326",
        transform=Affine(0.0006, 0.0, LON - 0.02, 0.0, -0.0005, LAT + 0.03), nodata=-9999,
    ) as out:  # fmt: skip
        out.write(np.full((120, 120), 121.0, np.float32), 1)
    answer = answered(tmp_path, terrain=f"[{west}, east.tif]")
    assert "EPSG:32636" in notes(answer)
    assert "EPSG:4326" in notes(answer)


def test_buildings_in_another_reference_system_land_where_they_are(tmp_path):
    ground = raster(tmp_path / "ground.tif")
    wall = shapely.box(300.0, -400.0, 340.0, 400.0)
    frame = vector_files.Frame(vector_files.GeoPoint(np.radians(LAT), np.radians(LON)))
    vector_files.geojson(tmp_path / "wall.geojson", [wall], [{"height": 80.0}], frame=frame)
    terrain = f"{{file: {ground}, model: ground}}"
    answer = answered(tmp_path, terrain=terrain, buildings="wall.geojson")
    (share,) = answer["shares"]
    assert share["reasons"]["masked_by_building"] > 0.05
    with rasterio.open(tmp_path / "out/layers/reason_any_small-quad_50m.tif") as held:
        (east,) = held.sample([(900.0, 0.0)])
        (west,) = held.sample([(-900.0, 0.0)])
    assert (int(east[0]), int(west[0])) == (3, 7)


@pytest.mark.parametrize("voids", ["refuse", "fill"])
def test_a_hole_under_the_radar(tmp_path, voids):
    holed = np.full((N, N), 120.0, np.float32)
    holed[36:44, 36:44] = -9999
    name = raster(tmp_path / "ground.tif", heights_m=holed)
    terrain = f"{{file: {name}, voids: {voids}}}"
    if voids == "refuse":
        message = refused(tmp_path, terrain=terrain)
        assert "ground.tif" in message
        assert "voids: fill" in message
    else:
        answer = answered(tmp_path, terrain=terrain)
        assert any("filled" in placard for placard in answer["placards"])


def test_a_radar_outside_the_raster_is_refused_with_how_far_it_is(tmp_path):
    name = raster(tmp_path / "ground.tif", n=40)  # 2 km wide: 1 km each way
    message = refused(tmp_path, terrain=name, at="51.566 N, 34.396 E")
    assert "ground.tif" in message
    assert "radius" in message or "outside" in message


def test_a_radar_outside_the_place_is_refused_with_file_and_line(tmp_path):
    message = refused(tmp_path, at="51.566 N, 34.50 E")
    assert "case.yaml:5" in message
    assert "outside the place" in message


def test_a_radar_at_the_very_edge_sees_inwards_and_nothing_outside_is_shown_as_seen(tmp_path):
    name = raster(tmp_path / "ground.tif")
    answer = answered(tmp_path, terrain=name, at="51.566 N, 34.39855 E")  # 1.495 km east of a centre with 1.5 km around
    (share,) = answer["shares"]
    assert 0.0 < share["in_sight"] <= 1.0
    with rasterio.open(tmp_path / "out/layers/reason_any_small-quad_50m.tif") as held:
        codes = held.read(1)
        heights = rasterio.open(tmp_path / "out/layers/sight_height_radar.tif").read(1)
    assert ((codes == 0) == np.isnan(heights)).all()


def test_a_footprint_with_a_negative_height_is_counted_as_without_one_and_said(tmp_path):
    name = raster(tmp_path / "ground.tif")
    frame = vector_files.Frame(vector_files.GeoPoint(np.radians(LAT), np.radians(LON)))
    blocks = [vector_files.square(400.0, 0.0, 60.0), vector_files.square(-400.0, 0.0, 60.0)]
    vector_files.geojson(tmp_path / "town.geojson", blocks, [{"height": -12.0}, {"height": 20.0}], frame=frame)
    answer = answered(tmp_path, terrain=f"{{file: {name}, model: ground}}", buildings="town.geojson")
    assert answer["place"]["buildings"]["assumed"] == 1
    assert answer["place"]["buildings"]["with_height"] == 1
    assert "height" in notes(answer)


def test_a_footprint_that_crosses_itself_is_mended_and_said(tmp_path):
    name = raster(tmp_path / "ground.tif")
    frame = vector_files.Frame(vector_files.GeoPoint(np.radians(LAT), np.radians(LON)))
    bow = shapely.Polygon([(400, -40), (480, 40), (480, -40), (400, 40)])
    vector_files.geojson(tmp_path / "town.geojson", [bow], [{"height": 30.0}], frame=frame)
    answer = answered(tmp_path, terrain=f"{{file: {name}, model: ground}}", buildings="town.geojson")
    assert answer["place"]["buildings"]["n"] == 1
    assert "cross" in notes(answer)


@pytest.mark.parametrize(
    ("cover", "says"),
    [
        ("{heights: []}", "heights"),
        ("{requirement: {warning: 45 s, heights: 120..30 m}}", "runs backwards"),
        ("{requirement: {warning: 45 s, heights: 0..0 m}}", "wants heights from 1 m"),
        ("{heights: [0 m]}", "wants a length from 1 m"),
        ("{starts: 3..1 km}", "runs backwards"),
    ],
)
def test_an_empty_band_is_refused_with_file_and_line(tmp_path, cover, says):
    message = refused(tmp_path, cover=cover)
    assert "case.yaml:8" in message
    assert says in message


def test_a_band_of_one_height_is_that_height(tmp_path):
    answer = answered(tmp_path, cover="{heights: [60 m], requirement: {warning: 5 s, heights: 30 m}}")
    assert answer["question"]["heights_m"] == [30.0, 60.0]
    assert {row["height_m"]: row["passes"] for row in answer["warning"]}.keys() == {30.0, 60.0}
    assert all((row["passes"] is None) == (row["height_m"] == 60.0) for row in answer["warning"])


def test_paths_of_the_tests_are_not_in_the_answer(tmp_path):
    answer = answered(tmp_path, terrain=raster(tmp_path / "ground.tif"))
    assert str(Path(tmp_path)) not in json.dumps(answer)
