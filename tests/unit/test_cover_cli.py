"""`crenel cover`: its folder, its words, and what it refuses."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest
import rasterio
from typer.testing import CliRunner

import crenel
from crenel.cli import face

SMALL = """\
crenel: 1
title: One radar <b>on a roof</b>
place:
  centre: [55.74 N, 37.60 E]
  radius: 5 km
  terrain: flat 150 m
  land: {file: park.json, attribution: © Mappers & co, licence: "ODbL 1.0: https://opendatacommons.org/licenses/odbl/1-0/"}
defence:
  - {unit: Roof radar, system: generic-radar-drone, at: [55.74 N, 37.60 E], mounted: 20 m}
  - {unit: Gun, system: gepard, at: [55.742 N, 37.60 E], mounted: ground}
assets: [{name: Square, at: [55.741 N, 37.602 E], radius: 100 m}]
raid: [{threat: small-quad, count: 1, to: Square, from: all, starts: 3 km, height: 50 m}]
cover:
  heights: [30 m, 60 m]
  cell: 25 m
  alarm: {decide: 10..30 s, act: 60 s}
  requirement: {warning: 45 s}
"""


PARK = {
    "type": "Feature",
    "properties": {"kind": "green"},
    "geometry": {"type": "Polygon", "coordinates": [[[37.6, 55.74], [37.61, 55.74], [37.61, 55.75], [37.6, 55.74]]]},
}
CREDIT = "land: © Mappers & co (ODbL 1.0)"


def write(folder):
    (folder / "park.json").write_text(json.dumps({"type": "FeatureCollection", "features": [PARK]}), encoding="utf-8")
    path = folder / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return write(tmp_path)


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """What the command said, and the folder that it wrote: for reading only."""
    folder = tmp_path_factory.mktemp("cover")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return command(write(folder), "-o", "here"), folder / "here"


def command(*words):
    return CliRunner().invoke(face, ["cover", *map(str, words)])


def refused(*words):
    done = command(*words)
    assert done.exit_code == 2, (done.exit_code, done.output)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


def test_the_folder_holds_rasters_outlines_pictures_tables_and_the_page(answered):
    done, here = answered
    assert done.exit_code == 0, done.output
    assert "One radar <b>on a roof</b>: coverage" in done.stdout
    assert "in line of sight over" in done.stdout
    assert "page: here/cover.html" in done.stderr
    assert {path.name for path in here.iterdir()} == {
        *("cover.html", "summary.json", "warning.csv", "gaps.csv", "outlines.geojson", "outlines.kml"),
        *("layers", "pictures"),
    }
    assert {path.stem for path in (here / "layers").iterdir()} == {path.stem for path in (here / "pictures").iterdir()}
    assert not list(here.parent.glob(".*unfinished"))
    summary = json.loads((here / "summary.json").read_text("utf-8"))
    assert pl.read_csv(here / "warning.csv").height == len(summary["warning"]) == 2 * 12
    assert summary["question"]["heights_m"] == [30.0, 60.0]


def test_every_raster_is_a_cloud_optimised_geotiff_in_the_local_projection(answered):
    _, here = answered
    paths = sorted(here.glob("layers/*.tif"))
    assert len(paths) > 10
    for path in paths:
        with rasterio.open(path) as held:
            assert held.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
            assert held.profile["tiled"]
            assert held.overviews(1), path
            assert held.crs.to_dict()["proj"] == "aeqd"
            assert (held.width, held.height) == (400, 400)
            assert held.transform.a == pytest.approx(25.0)
            assert "SIMULATION" in held.tags()["TIFFTAG_IMAGEDESCRIPTION"]
            assert "others may exist" in held.tags()["placards"]
    with rasterio.open(here / "layers" / "reason_any_small-quad_30m.tif") as held:
        assert "7: visible" in held.tags()["codes"]


def test_outlines_are_closed_on_wgs_84_and_marked_as_simulated(answered):
    _, here = answered
    collection = json.loads((here / "outlines.geojson").read_text("utf-8"))
    assert collection["simulated"] is True
    kinds = {feature["properties"]["kind"] for feature in collection["features"]}
    assert kinds == {"visible", "held", "unit", "asset"}
    for feature in collection["features"]:
        assert feature["properties"]["simulated"] is True
        if feature["geometry"]["type"] == "MultiPolygon":
            for rings in feature["geometry"]["coordinates"]:
                for ring in rings:
                    assert ring[0] == ring[-1]
                    assert all(37.4 < lon < 37.8 and 55.6 < lat < 55.9 for lon, lat in ring)
    root = ElementTree.parse(here / "outlines.kml").getroot()
    names = [name.text for name in root.iter("{http://www.opengis.net/kml/2.2}name")]
    assert len(names) > 4
    assert all(name.startswith("SIMULATION") for name in names)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_every_map_and_file_says_whose_data_it_shows_and_on_what_terms(answered):
    _, here = answered
    for path in here.glob("layers/*.tif"):
        with rasterio.open(path) as held:
            assert held.tags()["TIFFTAG_COPYRIGHT"] == CREDIT
    for path in here.glob("pictures/*.png"):
        with rasterio.open(path) as drawn:
            assert drawn.height == 70 + 900 + 20 + 76 + 20, "a line of its own below the title"
    assert json.loads((here / "outlines.geojson").read_text("utf-8"))["attribution"] == CREDIT
    assert f"Data: {CREDIT}." in ElementTree.parse(here / "outlines.kml").getroot()[0][1].text
    page = " ".join((here / "cover.html").read_text("utf-8").replace("\u00a0", " ").split())
    assert page.count("© Mappers &amp; co (ODbL 1.0)") >= page.count('aria-label="Map') > 3


def test_the_page_escapes_what_others_wrote_and_needs_nothing_else(answered):
    _, here = answered
    page = (here / "cover.html").read_text("utf-8")
    assert "<b>on a roof</b>" not in page
    assert "One radar &lt;b&gt;on a roof&lt;/b&gt;" in page
    assert not re.findall(r'(?:src|href)="(?!data:|#|https?://)', page)
    assert "<script" not in page
    assert page.count('role="img"') == page.count('aria-label="Map') + page.count('aria-label="Compass')
    assert page.index("in line of sight over") < page.index("How much is seen")
    assert "What this cannot show" in page


def test_options_take_the_place_of_what_the_scenario_says(small):
    done = command(
        small,
        "-o",
        "here",
        "--threat",
        "shahed-136",
        "--height",
        "100m",
        "--unit",
        "Roof radar",
        "--cell",
        "200 m",
        "--json",
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [row["key"] for row in told["question"]["threats"]] == ["shahed-136"]
    assert told["question"]["heights_m"] == [100.0]
    assert told["question"]["units"] == ["Roof radar"]
    assert told["question"]["cell_m"] == 200.0
    assert told["placards"][0] == "This 1 unit alone; others may exist."
    assert any("small_drone" not in row["figure"] for row in told["figures"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--unit", "Roof radr"], 'no unit called "Roof radr". Did you mean "Roof radar"?'),
        (["--threat", "shaheed-136"], "shahed-136"),
        (["--threat", "iskander-m"], "coverage is for level flight"),
        (["--height", "60"], "--height"),
        (["--height", "-5 m"], "--height"),
        (["--cell", "1 mm"], "GiB"),
        (["--cell", "9 km"], "would cover the place"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_asked_is_refused_in_one_message(small, words, says):
    message = refused(small, *words)
    assert says in message
    assert not Path("runs").exists()


def test_a_folder_of_something_else_is_left_as_it_is(small):
    Path("mine").mkdir()
    Path("mine/thesis.txt").write_text("all my work")
    assert "no coverage of crenel (thesis.txt)" in refused(small, "-o", "mine")
    assert [path.name for path in Path("mine").iterdir()] == ["thesis.txt"]


def test_an_older_coverage_is_replaced(small):
    assert command(small, "-o", "here", "--height", "40 m").exit_code == 0
    assert command(small, "-o", "here", "--height", "80 m").exit_code == 0
    assert {path.name.rpartition("_")[2] for path in Path("here/layers").glob("reason_*")} == {"80m.tif"}


def test_by_default_it_is_named_after_the_question(small):
    assert command(small, "--height", "40 m").exit_code == 0
    (folder,) = Path("runs").iterdir()
    assert re.fullmatch(r"small-[0-9a-f]{8}-cover", folder.name)


def test_from_python(small):
    coverage = crenel.cover(small, heights_m=[30.0])
    assert coverage.folder is None
    assert coverage.warning.columns[:4] == ["asset", "threat", "height_m", "starts_m"]
    assert set(coverage.warning["passes"]) <= {True, False}
    assert coverage.gaps.columns[-2:] == ["cause", "remedy"]
    assert json.loads(json.dumps(coverage.summary()))["coverage"] == 1
    assert "in sight" in coverage._repr_html_()
    pytest.importorskip("xarray")
    layers = coverage.layers
    assert layers["p_held"].dims == ("asset", "threat", "height", "y", "x")
    assert "Azimuthal Equidistant" in layers.attrs["crs_wkt"]
    assert layers["spatial_ref"].attrs["grid_mapping_name"] == "azimuthal_equidistant"
    assert float(layers["y"][0]) > float(layers["y"][-1])
    assert "visible" in layers["reason"].attrs["flag_meanings"]


def test_an_empty_list_is_refused(small):
    with pytest.raises(crenel.CrenelError, match="heights_m is empty"):
        crenel.cover(small, heights_m=[])
