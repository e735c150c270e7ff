"""Places made of real terrain, lidar and footprints that do not ship with crenel."""

import json
import warnings
from math import radians
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine
from rasterio.warp import Resampling, calculate_default_transform, reproject

import crenel
from crenel import app, world
from crenel.core.records import GeoPoint
from crenel.world import Frame
from crenel.world.mosaic import Heights, read_heights
from crenel.world.patches import Rules

pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")

SHARED = Path(__file__).parents[2] / "shared" / "data"
SRTM = SHARED / "vancouver" / "srtm3.tif"
LIDAR = SHARED / "alexandria"

no_srtm = pytest.mark.skipif(not SRTM.is_file(), reason="no vancouver/srtm3.tif in ../shared/data")
no_lidar = pytest.mark.skipif(not LIDAR.is_dir(), reason="no alexandria in ../shared/data")

# Shore and mountains in the west, in a part without voids.
HILLS = Frame(GeoPoint(radians(49.375), radians(-123.4)))
RADIUS_M = 6_000.0


# --- one terrain in six forms -----------------------------------------------------------------------------------------


def _window() -> tuple[Any, Affine]:
    """SRTM around the hills, as it is: whole metres, 3 arc-seconds."""
    with rasterio.open(SRTM) as dataset:
        row, column = dataset.index(-123.4, 49.375)
        heights_m = dataset.read(1)[row - 120 : row + 120, column - 180 : column + 180]
        transform = dataset.transform
        west, north = transform.c + (column - 180) * transform.a, transform.f + (row - 120) * transform.e
        corner = Affine(transform.a, 0.0, west, 0.0, transform.e, north)
    return heights_m, corner


def _write(path: Path, heights_m: Any, transform: Affine, crs: str = "EPSG:4326", **options: Any) -> Path:
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


def _warped(path: Path, crs: str, cell_m: float) -> Path:
    heights_m, transform = _window()
    height, width = heights_m.shape
    bounds = rasterio.transform.array_bounds(height, width, transform)
    there, columns, rows = calculate_default_transform("EPSG:4326", crs, width, height, *bounds, resolution=cell_m)
    out_m = np.full((rows, columns), np.nan, np.float32)
    reproject(
        heights_m.astype(np.float32),
        out_m,
        src_transform=transform,
        src_crs="EPSG:4326",
        dst_transform=there,
        dst_crs=crs,
        dst_nodata=np.nan,
        resampling=Resampling.cubic,
    )
    return _write(path, out_m, there, crs)


def _variant(folder: Path, name: str) -> tuple[tuple[Path, ...], dict[str, Any]]:
    heights_m, transform = _window()
    as_float = heights_m.astype(np.float32)
    if name == "utm":
        return (_warped(folder / "utm.tif", "EPSG:32610", 60.0),), {}
    if name == "web mercator":
        return (_warped(folder / "mercator.tif", "EPSG:3857", 90.0),), {}
    if name == "int16":
        return (_write(folder / "int16.tif", heights_m, transform),), {}
    if name == "voids":
        as_float[100:104, 150:154] = -9999.0
        return (_write(folder / "voids.tif", as_float, transform, nodata=-9999.0),), {"voids": "fill"}
    if name == "tiled":
        options = {"tiled": True, "blockxsize": 64, "blockysize": 64, "compress": "deflate"}
        return (_write(folder / "tiled.tif", as_float, transform, **options),), {}
    if name == "in four files":
        quarters = []
        for i, rows in enumerate((slice(0, 120), slice(120, 240))):
            for j, columns in enumerate((slice(0, 180), slice(180, 360))):
                shifted = transform * Affine.translation(columns.start, rows.start)
                quarters.append(_write(folder / f"{i}{j}.tif", as_float[rows, columns], shifted))
        return tuple(quarters), {}
    return (_write(folder / "degrees.tif", as_float, transform),), {}


def _read(folder: Path, name: str) -> Heights:
    paths, rules = _variant(folder, name)
    return read_heights(tuple(map(str, paths)), frame=HILLS, radius_m=RADIUS_M, rules=Rules(**rules))


def _at_points(found: Heights) -> np.ndarray:
    terrain = world.Terrain(
        found.heights_m, found.grid.cell_m, found.grid.west * found.grid.cell_m, found.grid.north * found.grid.cell_m
    )
    dice = np.random.default_rng(2)
    points = dice.uniform(-4_000.0, 4_000.0, (400, 2))
    return np.array([terrain.height_m(east_m, north_m) for east_m, north_m in points])


@no_srtm
@pytest.mark.parametrize("name", ["utm", "web mercator", "int16", "voids", "tiled", "in four files"])
def test_the_same_ground_in_any_form_has_the_same_heights(tmp_path: Path, name: str) -> None:
    """Resampled twice, it may differ by what lies within a cell: a hillside of 1:2 over 90 m, mostly far less."""
    plain_m, other_m = _at_points(_read(tmp_path, "degrees")), _at_points(_read(tmp_path, name))
    assert np.isfinite(other_m).all()
    assert np.ptp(plain_m) > 300.0
    off_m = np.abs(other_m - plain_m)
    if name in ("int16", "tiled", "in four files"):
        assert off_m.max() < 1e-3
    else:
        assert np.median(off_m) < 2.0
        assert np.percentile(off_m, 99) < 25.0


# --- an extract with most heights missing -----------------------------------------------------------------------------

TOWN = """
crenel: 1
title: A made-up town
place:
  centre: [51.5662 N, 34.3775 E]
  radius: 3 km
  terrain: flat 100 m
  buildings: {file: town.geojson, licence: ODbL 1.0, attribution: © OpenStreetMap contributors}
defence:
  - {unit: Town hall, system: pantsir-s1, at: [51.5662 N, 34.3775 E], mounted: {roof: 25 m}, evidence: assumed}
assets: [{name: Market, at: [51.5690 N, 34.3775 E], radius: 100 m}]
raid: [{threat: shahed-136, count: 3, to: Market, from: all, starts: 2500 m, height: 30..80 m, within: 1 min}]
"""


def _town(folder: Path) -> Path:
    """Like an extract of OpenStreetMap: a fifth of the buildings has a height or floors, as text."""
    dice = np.random.default_rng(7)
    features = []
    for number in range(500):
        lon, lat = 34.3775 + dice.uniform(-0.03, 0.03), 51.5662 + dice.uniform(-0.018, 0.018)
        dx, dy = dice.uniform(5e-5, 2e-4), dice.uniform(4e-5, 1.2e-4)
        ring = [[lon, lat], [lon + dx, lat], [lon + dx, lat + dy], [lon, lat + dy], [lon, lat]]
        tags = {"building": "yes", "building:levels": None, "height": None}
        if number % 10 == 0:
            tags["building:levels"] = str(int(dice.integers(1, 12)))
        elif number % 10 == 1:
            tags["height"] = f"{dice.uniform(3.0, 40.0):.1f} m"
        features.append({"type": "Feature", "properties": tags, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    (folder / "town.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    path = folder / "town.yaml"
    path.write_text(TOWN, "utf-8")
    return path


SENTENCE = (
    "500 buildings: 10 % with a height, 10 % from floors at 3.25 m (3 to 3.5 m) each, 80 % taken as 9 m (6 to 15 m)"
)


def test_an_extract_with_four_fifths_of_its_heights_missing_answers_and_says_so(tmp_path: Path) -> None:
    path = _town(tmp_path)
    checked = app.check(path)
    assert SENTENCE in checked["notes"]
    assert checked["buildings"]["assumed"] == 400
    results = crenel.run(path, replicates=160, doubt=0, out=tmp_path / "run")
    summary = results.summary()
    assert 0.0 <= summary["leak"]["mean"] <= 3.0
    assert SENTENCE in summary["place"]["notes"]
    assert summary["place"]["buildings"]["sentence"] == SENTENCE
    assert f"How high buildings are taken to be: {SENTENCE}." in summary["placards"]
    assert "buildings.height_missing" in {row["figure"] for row in summary["assumptions"]}
    page = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert "80" in page
    assert "taken as 9 m (6 to 15 m)" in page.replace("\u00a0", " ")
    assert page.count("© OpenStreetMap contributors") >= 3  # both drawings of the map, and beside them
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert manifest["data"][0]["licence"] == "ODbL 1.0"
    assert not any("not for publishing" in placard for placard in summary["placards"])


def test_a_place_without_a_licence_works_and_is_marked(tmp_path: Path) -> None:
    path = _town(tmp_path)
    path.write_text(TOWN.replace("licence: ODbL 1.0, attribution: © OpenStreetMap contributors", "missing: 8..20 m"))
    (note,) = [note for note in app.check(path)["notes"] if "publishing" in note]
    assert note.startswith("Licence not stated, so not for publishing: buildings (town.geojson)")
    summary = crenel.run(path, replicates=16, doubt=0).summary()
    assert note in summary["placards"]
    assert "80 % taken as 12 m (8 to 20 m)" in summary["place"]["buildings"]["sentence"]


# --- lidar: a surface with its ground ---------------------------------------------------------------------------------

QUARTER = f"""
crenel: 1
title: Made-up sight over a real quarter
place:
  centre: [38.8106 N, 77.0525 W]
  radius: 200 m
  terrain: {{file: "{LIDAR}/dsm.tif", model: surface, ground: "{LIDAR}/dtm.tif", voids: fill, licence: MIT}}
defence: [{{unit: Post, system: gepard, at: [38.8106 N, 77.0525 W], mounted: ground, evidence: assumed}}]
assets: [{{name: Square, at: [38.8106 N, 77.0525 W], radius: 20 m}}]
raid: [{{threat: small-quad, count: 1, to: Square, from: all, starts: 150 m, height: 20 m}}]
"""


def _quarter(folder: Path, text: str = QUARTER) -> world.World:
    path = folder / "quarter.yaml"
    path.write_text(text, "utf-8")
    return world.build(crenel.load(path))


@no_lidar
def test_over_a_lidar_surface_sight_is_measured_above_the_ground(tmp_path: Path) -> None:
    built = _quarter(tmp_path)
    terrain = built.terrain
    assert terrain is not None
    assert terrain.surface_m is not None
    over_m = terrain.surface_m - terrain.ground_m
    assert float(np.nanmin(over_m)) >= 0.0
    assert float(np.nanpercentile(over_m, 95)) > 8.0  # roofs and trees
    map_m = built.minimum_visible_height(east_m=0.0, north_m=0.0, antenna_height_m=4.5)
    known = np.isfinite(map_m)
    assert (map_m[known] >= over_m[known]).all()  # nobody is seen inside a roof or a tree
    # Counted from the surface itself, the same target over a roof would need nothing: that is not the same question.
    alone = _quarter(tmp_path, QUARTER.replace(f', ground: "{LIDAR}/dtm.tif"', ""))
    assert alone.told()["zero"] == "surface"
    assert alone.terrain is not None
    roofs = known & (over_m > 8.0)
    other_m = alone.minimum_visible_height(east_m=0.0, north_m=0.0, antenna_height_m=4.5)
    assert float(np.median(map_m[roofs] - other_m[roofs])) > 8.0


@no_lidar
def test_a_unit_on_a_real_roof_takes_its_height_from_the_footprint(tmp_path: Path) -> None:
    text = QUARTER.replace("licence: MIT}", "licence: MIT}\n  buildings: {file: BUILDINGS, licence: MIT}").replace(
        "BUILDINGS", f'"{LIDAR}/buildings.geojson"'
    )
    built = _quarter(tmp_path, text)
    assert built.buildings is not None
    large = int(
        np.argmax(
            [shape.area * (shape.centroid.x**2 + shape.centroid.y**2 < 150.0**2) for shape in built.buildings.shapes]
        )
    )
    inside = built.buildings.shapes[large].representative_point()
    at = built.frame.to_geo(inside.x, inside.y)
    where = f"[{at.lat_rad * 180 / np.pi:.6f}, {at.lon_rad * 180 / np.pi:.6f}]"
    roof = text.replace("at: [38.8106 N, 77.0525 W], mounted: ground", f"at: {where}, mounted: building")
    (tmp_path / "roof.yaml").write_text(roof, "utf-8")
    scenario = crenel.load(tmp_path / "roof.yaml")
    figure = scenario.units[0].mounted_m
    assert figure.value == pytest.approx(float(built.buildings.heights_m[large]))
    assert figure.grade == "secondary"
    terrain = world.build(scenario).terrain
    assert terrain is not None
    assert terrain.cover_m(inside.x, inside.y) == pytest.approx(figure.value, abs=4.0)  # the lidar agrees
