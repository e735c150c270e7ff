"""`crenel place` as people type it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

import made
from crenel import app
from crenel.cli import face
from crenel.core.records import CrenelError
from crenel.inputs.nodes import parse_tree
from crenel.places import features
from made import LAT, LON, put_glo30, put_osm
from served import Fault, point_at

CENTRE = f"{LAT}, {LON}"
SCENARIO = f"""\
crenel: 1   # mine
title: T
place: {{centre: [{LAT} N, {LON} E], radius: 5 km, terrain: flat 150 m, buildings: none}}   # a choice
defence: []
assets: [{{name: City, at: [{LAT} N, {LON} E], radius: 1 km}}]
raid: [{{threat: shahed-136, count: 2, to: City, from: all, starts: 30 km}}]
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture
def stocked(server):
    put_glo30(server, 55, 37)
    made.overture(server, LAT, LON)
    put_osm(server)
    server.files["/skadi/N55/N55E037.hgt.gz"] = made.hgt(55, 37)
    return server


def crenel(*words):
    return CliRunner().invoke(face, ["place", *map(str, words)])


def refused(*words):
    done = crenel(*words)
    assert done.exit_code == 2, (done.exit_code, done.output)
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.stderr


def place_of(text):
    return yaml.safe_load(text)["place"]


# --- without --get ----------------------------------------------------------------------------------------------------


def test_without_get_it_says_what_is_needed_and_opens_nothing(monkeypatch):
    def never(*_, **__):
        raise AssertionError

    monkeypatch.setattr(socket, "create_connection", never)
    monkeypatch.setattr(socket.socket, "connect", never)
    done = crenel(CENTRE, "--radius", "40km")
    assert done.exit_code == 0, done.output
    for words in (
        "https://copernicus-dem-30m.s3.amazonaws.com/Copernicus_DSM_COG_10_N55_00_E037_00_DEM/",
        "surface model",
        "EGM2008",
        "all rights reserved",
        "ODbL",
        "resolved at --get",
        "about",
        "Sizes are estimates",
        "--get",
        "--from DIR",
    ):
        assert words in done.stdout, words
    assert not list(Path().iterdir())
    for words in (["--offline"], ["--from", "."], ["-o", "x.yaml"]):
        assert "may be fetched" in refused(CENTRE, *words)
    assert not list(Path().iterdir())


def test_it_says_how_to_go_on_with_what_was_asked_for(here):
    told = crenel(CENTRE, "--radius", "5 km", "--terrain", "srtm", "--buildings", "osm").stdout
    assert f"crenel place '{CENTRE}' --radius '5 km' --terrain srtm --buildings osm --get\n" in told
    (here / "mine.yaml").write_text(SCENARIO, encoding="utf-8")
    told = crenel("mine.yaml").stdout
    assert "crenel place mine.yaml --get --into mine.yaml\n" in told
    assert "crenel place mine.yaml --from DIR --into mine.yaml\n" in told


def test_a_mirror_is_named_and_a_mistake_in_the_table_is_told(tmp_path, monkeypatch):
    table = tmp_path / "table.yaml"
    table.write_text("glo30: {addresses: [https://mirror.example/dem]}\n", encoding="utf-8")
    monkeypatch.setenv("CRENEL_ENDPOINTS", str(table))
    told = crenel(CENTRE).stdout
    assert "https://mirror.example/dem/Copernicus_DSM" in told
    assert "https://overturemaps-us-west-2." in told
    table.write_text("glo31: {}\n", encoding="utf-8")
    assert "table.yaml:1:1" in refused(CENTRE)


@pytest.mark.parametrize("terrain", ["glo30", "srtm", "none"])
@pytest.mark.parametrize("buildings", ["overture", "osm", "none"])
def test_json_names_each_thing_with_address_size_and_licence(terrain, buildings):
    found = json.loads(crenel(CENTRE, "--terrain", terrain, "--buildings", buildings, "--json").stdout)
    assert found["place"] == {"lat_deg": LAT, "lon_deg": LON, "radius_m": 40_000.0}
    parts = {need["part"] for need in found["needs"]}
    assert ("terrain" in parts) == (terrain != "none")
    assert ("buildings" in parts) == ("land" in parts) == (buildings != "none")
    for need in found["needs"]:
        assert need["address"].startswith("https://")
        assert need["n_bytes"] > 0
    assert {source["source"] for source in found["sources"]} == {terrain, buildings} - {"none"}
    assert all(source["licence"] and source["attribution"] for source in found["sources"])
    assert found["n_bytes_estimated"] == sum(need["n_bytes"] for need in found["needs"])


@pytest.mark.parametrize(
    ("words", "lat", "lon"),
    [
        (["-33.99, 18.50"], -33.99, 18.5),
        (["-33.99, -18.50", "--radius", "10km"], -33.99, -18.5),
        (["--radius", "10km", "-33.99, 18.50"], -33.99, 18.5),
        (["--json", "-33.99,", "-18.50"], -33.99, -18.5),
        (["55.729,", "37.590"], 55.729, 37.59),
        (["33.99 S, 18.50 E"], -33.99, 18.5),
        (["https://www.openstreetmap.org/#map=12/55.7290/37.5900"], 55.729, 37.59),
        (["--", "-33.99, 18.50"], -33.99, 18.5),
    ],
    ids=str,
)
def test_positions_as_typed(words, lat, lon):
    words = words if "--json" in words else ["--json", *words]
    done = crenel(*words)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)["place"]
    assert (found["lat_deg"], found["lon_deg"]) == (lat, lon)


def test_a_scenario_says_its_own_place_even_where_its_files_are_missing(here):
    text = SCENARIO.replace("terrain: flat 150 m", "terrain: gone.tif").replace("radius: 5 km", "radius: 7 km")
    (here / "mine.yaml").write_text(text, encoding="utf-8")
    assert json.loads(crenel("mine.yaml", "--json").stdout)["place"]["radius_m"] == 7000.0
    assert json.loads(crenel("mine.yaml", "--radius", "9 km", "--json").stdout)["place"]["radius_m"] == 9000.0
    assert json.loads(crenel("moscow-rooftops", "--json").stdout)["place"]["radius_m"] == 40_000.0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere.yaml"], "no such file"),
        (["95, 10"], "beyond the pole"),
        (["here and there"], "position"),
        ([CENTRE, "--radius", "5"], "--radius"),
        ([CENTRE, "--radius", "5 kg"], "--radius"),
        ([CENTRE, "--radius", "500 km"], "200 km"),
        ([CENTRE, "--terrain", "glo31"], "Did you mean 'glo30'"),
        ([CENTRE, "--buildings", "google"], "overture, osm, none"),
        ([CENTRE, "--get", "--terrain", "none", "--buildings", "none"], "nothing to get"),
        ([CENTRE, "--get", "--into", "a.yaml", "-o", "b.yaml"], "Leave one out"),
        ([CENTRE, "--get", "--into", "a.yaml"], "`crenel new`"),
        ([CENTRE, "--sea"], "--from DIR"),
        ([CENTRE, "--get", "-o", "nowhere/b.yaml"], "no folder"),
        ([CENTRE, "--from", "nowhere"], "no folder"),
        (["89.9, 10"], "85 degrees"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_with_a_remedy(words, says):
    message = refused(*words)
    assert says in message
    assert message.startswith("crenel: ")
    assert not list(Path().iterdir())


def test_an_unknown_option_is_2():
    done = crenel(CENTRE, "--gte")
    assert done.exit_code == 2
    assert "--gte" in done.stderr


# --- getting ----------------------------------------------------------------------------------------------------------


def test_get_prints_lines_that_name_files_with_credit_and_licence(stocked, here):
    done = crenel(CENTRE, "--radius", "5km", "--get")
    assert done.exit_code == 0, done.output
    place = place_of(done.stdout)
    assert place["radius"] == "5 km"
    terrain, buildings, land = place["terrain"], place["buildings"], place["land"]
    assert (terrain["model"], terrain["datum"]) == ("surface", "EGM2008")
    assert "missing_tiles" not in terrain
    assert "© DLR e.V. 2010-2014 and © Airbus Defence and Space GmbH 2014-2018" in terrain["attribution"]
    assert (buildings["missing"], buildings["floor"]) == ("6..15 m", "3..3.5 m")
    assert "© OpenStreetMap contributors, Overture Maps Foundation" in buildings["attribution"]
    for part in (terrain, buildings, land):
        assert part["licence"]
        for name in part["file"] if isinstance(part["file"], list) else [part["file"]]:
            assert (here / name).is_file()
    assert made.RELEASE in done.stdout
    assert "39 footprints; 21 % with a height, 21 % with levels only" in " ".join(done.stdout.replace("# ", "").split())
    told = (here / terrain["file"][0]).parent / "SOURCES.txt"
    assert "ODbL" in told.read_text("utf-8")
    assert sorted(path.name for path in here.iterdir()) == ["place-55.7400N-37.6000E-5km"]
    kinds = {
        feature["properties"]["kind"] for feature in json.loads((here / land["file"]).read_text("utf-8"))["features"]
    }
    assert kinds == {"water", "road", "green"}


def test_o_writes_them_and_may_write_over_its_own_file_only(stocked, here):
    done = crenel(CENTRE, "--radius", "5km", "--get", "-o", "place.yaml")
    assert (done.exit_code, done.stdout) == (0, "place.yaml\n"), done.output
    assert place_of(Path("place.yaml").read_text("utf-8"))["terrain"]
    assert crenel(CENTRE, "--radius", "6km", "--get", "-o", "place.yaml").exit_code == 0
    assert place_of(Path("place.yaml").read_text("utf-8"))["radius"] == "6 km"
    Path("mine.yaml").write_text(SCENARIO, encoding="utf-8")
    assert "--into mine.yaml" in refused(CENTRE, "--get", "-o", "mine.yaml")
    assert Path("mine.yaml").read_text("utf-8") == SCENARIO


def test_json_says_what_was_made(stocked):
    found = json.loads(crenel(CENTRE, "--radius", "5km", "--get", "--json", "-o", "p.yaml").stdout)
    assert found["written"] == "p.yaml"
    assert set(found["files"]) == {"SOURCES.txt", "buildings.geojson", "glo30-N55E037.tif", "land.geojson"}
    assert found["lines"] == Path("p.yaml").read_text("utf-8")


@pytest.mark.parametrize("buildings", ["overture", "osm"])
@pytest.mark.parametrize("terrain", ["glo30", "srtm"])
def test_into_changes_the_place_and_nothing_else(stocked, here, terrain, buildings):
    path = here / "mine.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    path.chmod(0o640)
    words = ("mine.yaml", "--get", "--into", "mine.yaml", "--terrain", terrain, "--buildings", buildings)
    done = crenel(*words)
    assert done.exit_code == 0, done.output
    assert "next: crenel check mine.yaml; crenel run mine.yaml" in done.stderr
    text = path.read_text("utf-8")
    parse_tree(text, "mine.yaml")
    place = place_of(text)
    assert place["centre"] == [f"{LAT} N", f"{LON} E"]
    assert place["radius"] == "5 km"
    assert set(place) == {"centre", "radius", "terrain", "buildings", "land"}
    assert (here / place["terrain"]["file"][0]).is_file()
    assert place["terrain"]["datum"] == {"glo30": "EGM2008", "srtm": "EGM96"}[terrain]
    before, after = SCENARIO.splitlines(), text.splitlines()
    assert [line for line in after if line in before] == [line for line in before if not line.startswith("place:")]
    assert after[-4].endswith("   # a choice")
    assert path.stat().st_mode & 0o777 == 0o640
    n_asked = len(stocked.asked)
    assert crenel(*words).exit_code == 0
    assert place_of(path.read_text("utf-8")) == place
    assert len(stocked.asked) - n_asked <= 1  # which release is the latest


def test_into_another_place_is_refused(stocked, here):
    (here / "mine.yaml").write_text(SCENARIO, encoding="utf-8")
    assert "centred elsewhere" in refused("50, 10", "--get", "--into", "mine.yaml")
    assert "reaches farther" in refused("mine.yaml", "--radius", "1km", "--get", "--into", "mine.yaml")
    assert (here / "mine.yaml").read_text("utf-8") == SCENARIO
    assert stocked.asked == []


def test_into_a_file_that_cannot_be_changed_safely_is_refused_before_anything_is_fetched(stocked, here):
    text = SCENARIO.replace("place: {", "place: &p {")
    (here / "mine.yaml").write_text(text, encoding="utf-8")
    assert "anchor" in refused("mine.yaml", "--get", "--into", "mine.yaml")
    assert stocked.asked == []


def test_into_follows_a_link_and_keeps_a_byte_order_mark(stocked, here):
    real = here / "real"
    real.mkdir()
    (real / "mine.yaml").write_bytes(b"\xef\xbb\xbf" + SCENARIO.encode())
    (here / "mine.yaml").symlink_to(real / "mine.yaml")
    assert crenel("mine.yaml", "--get", "--into", "mine.yaml").exit_code == 0
    assert (here / "mine.yaml").is_symlink()
    assert (real / "mine.yaml").read_bytes().startswith(b"\xef\xbb\xbfcrenel: 1")


def test_sea_beside_land(server):
    put_glo30(server, 55, 37)
    place = place_of(crenel("55.5, 38.0", "--radius", "5km", "--get", "--buildings", "none").stdout)
    assert place["terrain"]["missing_tiles"] == "sea"
    assert len(place["terrain"]["file"]) == 1
    assert set(place) == {"centre", "radius", "terrain"}


def test_all_sea(server):
    place = place_of(crenel("-40.5, -20.5", "--radius", "5km", "--get", "--buildings", "none").stdout)
    assert place["terrain"] == "flat 0 m"


def test_a_place_without_buildings_says_so(stocked):
    put_glo30(stocked, -40, 60)
    place = place_of(crenel("-39.5, 60.5", "--radius", "5km", "--get").stdout)
    assert place["buildings"] == "none"
    assert "land" not in place


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("Copernicus_DSM_COG_10_N55_00_E037_00_DEM.tif", Fault(status=500)),
        ("collections.parquet", Fault(n_sent=50)),
        ("type=building/part-00000", Fault(is_dropped=True)),
        ("type=segment/part-00000", Fault(status=403)),
    ],
    ids=["terrain", "index", "buildings", "land"],
)
def test_nothing_is_half_written(stocked, here, path, fault):
    (here / "mine.yaml").write_text(SCENARIO, encoding="utf-8")
    for whole in [name for name in stocked.files if path in name]:
        stocked.faults[whole] = [fault] * 99
    message = refused("mine.yaml", "--get", "--into", "mine.yaml")
    assert message.count("crenel: ") == 1
    assert (here / "mine.yaml").read_text("utf-8") == SCENARIO
    assert [entry.name for entry in here.iterdir()] == ["mine.yaml"]
    stocked.faults.clear()
    assert crenel("mine.yaml", "--get", "--into", "mine.yaml").exit_code == 0


def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_fetched(stocked, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "no permission to write" in refused(CENTRE, "--get")
    assert stocked.asked == []


def test_a_full_disk_is_told_by_the_folder_that_people_know(stocked, here, monkeypatch):
    def full(path, content):
        raise CrenelError(f"{path} cannot be written (No space left on device). Make room for it.")

    monkeypatch.setattr(features, "write_atomically", full)
    message = refused(CENTRE, "--radius", "5km", "--get")
    assert "crenel: place-55.7400N-37.6000E-5km/buildings.geojson cannot be written (No space left" in message
    assert not list(here.iterdir())


def test_a_server_s_own_trouble_is_not_put_down_to_the_network(stocked):
    (tile,) = [path for path in stocked.files if path.startswith("/glo30/")]
    stocked.faults[tile] = [Fault(status=503)] * 9
    message = refused(CENTRE, "--radius", "5km", "--get")
    assert "on their side" in message
    assert "Is there a network" not in message


def test_no_network_at_all(tmp_path, monkeypatch, here):
    point_at("http://127.0.0.1:9", tmp_path, monkeypatch, tries="2")
    assert "Is there a network?" in refused(CENTRE, "--get")
    assert not list(here.iterdir())


def test_offline_uses_what_is_here_and_says_what_is_not(stocked, here):
    missing = refused(CENTRE, "--radius", "5km", "--get", "--offline")
    assert "Copernicus_DSM_COG_10_N55_00_E037_00_DEM" in missing
    assert "Overture Maps" in missing
    assert stocked.asked == []
    assert crenel(CENTRE, "--radius", "5km", "--get").exit_code == 0
    n_asked = len(stocked.asked)
    done = crenel(CENTRE, "--radius", "5km", "--get", "--offline")
    assert done.exit_code == 0, done.output
    assert len(stocked.asked) == n_asked


def test_ctrl_c_leaves_parts_that_the_next_call_goes_on_from(stocked, here, tmp_path):
    path = put_glo30(stocked, 55, 37, n_rows=3600, n_columns=2400)
    stocked.faults[path] = [Fault(), Fault(), Fault(slow_s=30.0)]
    point = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    words = [sys.executable, "-m", "crenel", "place", CENTRE, "--radius", "30km", "--get", "-o", "p.yaml"]
    running = subprocess.Popen(words, env=point, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(3000):
            if len([asked for asked in stocked.asked if asked[1] == path]) == 3 or running.poll() is not None:
                break
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=30)
    finally:
        running.kill()
    assert running.returncode == 130, said
    assert "Traceback" not in said
    assert "To go on: crenel place" in said
    assert not list(here.iterdir())
    assert list((tmp_path / "cache" / "glo30").glob("*.tif"))


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_from_takes_files_that_were_fetched_by_hand(server, here, tmp_path):
    made.save(tmp_path / "hand" / "Copernicus_DSM_COG_10_N55_00_E037_00_DEM.tif", made.glo30_tile(55, 37))
    made.save(tmp_path / "hand" / "moscow.osm.pbf", made.pbf(made.osm_elements(LAT, LON)))
    done = crenel(CENTRE, "--radius", "5km", "--from", tmp_path / "hand")
    assert done.exit_code == 0, done.output
    place = place_of(done.stdout)
    assert place["terrain"]["model"] == "surface"
    assert place["buildings"]["attribution"] == "© OpenStreetMap contributors"
    assert place["land"]["file"].endswith("land.geojson")
    assert server.asked == []


def test_from_says_what_is_missing_and_get_fetches_it(stocked, here, tmp_path):
    made.save(tmp_path / "hand" / "N55E037.hgt.gz", made.hgt(55, 37))
    message = refused(CENTRE, "--radius", "5km", "--from", tmp_path / "hand")
    assert "buildings: Overture Maps" in message
    assert "terrain" not in message.partition("\n  ")[2].partition("\nGive")[0]
    done = crenel(CENTRE, "--radius", "5km", "--from", tmp_path / "hand", "--get")
    assert done.exit_code == 0, done.output
    assert place_of(done.stdout)["terrain"]["datum"] == "EGM96"
    assert not [path for path in stocked.paths() if "glo30" in path or "skadi" in path]


def test_sea_is_said_where_nobody_can_ask(server, tmp_path):
    made.save(tmp_path / "hand" / "Copernicus_DSM_COG_10_N55_00_E037_00_DEM.tif", made.glo30_tile(55, 37))
    words = ("55.5, 38.0", "--radius", "5km", "--from", tmp_path / "hand", "--buildings", "none")
    assert "--sea" in refused(*words)
    assert place_of(crenel(*words, "--sea").stdout)["terrain"]["missing_tiles"] == "sea"


def test_a_raster_of_the_user_s_own(server, here, tmp_path):
    made.save(tmp_path / "hand" / "lidar.tif", made.glo30_tile(55, 37, n_rows=100, n_columns=100))
    done = crenel(CENTRE, "--radius", "5km", "--from", tmp_path / "hand", "--buildings", "none")
    terrain = place_of(done.stdout)["terrain"]
    assert (here / terrain["file"][0]).resolve() == tmp_path / "hand" / "lidar.tif"
    assert terrain["model"] == "unknown"
    assert "attribution" in re.sub(r"\s+", " ", done.stdout)


def test_the_same_from_python(stocked, here):
    assert app.place_needs(CENTRE, radius="5 km")["place"]["radius_m"] == 5000.0
    heard = []
    got = app.get_place(CENTRE, radius="5 km", may_fetch=True, listen=heard.append)
    assert got.folder.is_dir()
    assert heard
    assert {news.unit for news in heard} == {"bytes"}
