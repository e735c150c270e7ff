"""Wrong input through the command line: one clear error with its place and remedy, exit code 2, nothing written."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine
from typer.testing import CliRunner

from crenel.cli import face

VALID = """\
crenel: 1
title: One system, two drones
when: 2023-01-20
place: {centre: [55.74 N, 37.60 E], radius: 5 km, terrain: flat 150 m}
sources:
  afp: {title: A picture, publisher: AFP, date: 2023-01-20}
defence:
  - unit: Roof
    system: pantsir-s1
    at: [55.729 N, 37.590 E]
    evidence: {status: pictured, source: afp, position_error: 300 m}
assets: [{name: Centre, at: [55.742 N, 37.608 E], radius: 1 km, value: 1}]
raid:
  - {threat: shahed-136, count: 2, to: Centre, from: 150..240 deg, starts: 30 km, height: 100..1500 m, within: 10 min}
study: {seed: 1}
"""

BOMB = "a: &a [x, x, x]\n" + "".join(
    f"{name}: &{name} [*{before}, *{before}, *{before}]\n"
    for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def never_compiled(monkeypatch):
    """What is wrong with the input is said before anything is compiled or played."""

    def forbidden(*_, **__):
        raise AssertionError("compiled for a question that is refused")

    monkeypatch.setattr("crenel.engine.warm", forbidden)
    monkeypatch.setattr("crenel.core.jit.is_warm", lambda: False)


def written(folder):
    return {path: path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


def refused(*words, command="run"):
    """The one line on stderr; whatever lies in the current folder is left as it is."""
    before = written(Path.cwd())
    done = CliRunner().invoke(face, [command, *(str(word) for word in words)])
    assert done.exit_code == 2, (done.exit_code, done.output)
    assert done.stdout == ""
    assert written(Path.cwd()) == before
    assert done.stderr.startswith("crenel: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert re.search(r"[.?!]\n$", done.stderr)
    return done.stderr


def spoiled(old, new):
    assert VALID.count(old) >= 1
    Path("mine.yaml").write_text(VALID.replace(old, new, 1), encoding="utf-8")
    return "mine.yaml"


@pytest.mark.parametrize("command", ["run", "check"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"mine\.yaml: the file is empty"),
        (b"- crenel: 1\n", r"mine\.yaml:1:1: .*top level is a list"),
        (b"\x7fELF\x02\x01\x01\x00\xff\xfe", r"mine\.yaml:1: .*NUL"),
        (b"\x89PNG\r\n\x1a\n\xff\xd8", r"mine\.yaml:1:1: .*not UTF-8"),
        ("title: Caf\xe9\n".encode("latin-1"), r"mine\.yaml:1:11: .*not UTF-8"),
        (b"crenel: 1\ntitle: a\x00b\n", r"mine\.yaml:2: .*NUL"),
        (b"crenel: 1\nnote: " + b"x" * 2_000_001, r"mine\.yaml: .*larger than 2 MB"),
        (b"crenel: 1\ntitle: [a\nwhen: 2\n", r"mine\.yaml:3:\d+: .*broken YAML"),
        (BOMB.encode(), r"mine\.yaml:1:4: an anchor"),
        (b"crenel: !!python/object/apply:os.system [true]\n", r"mine\.yaml:1:9: a tag"),
        (b"[" * 100_000, r"mine\.yaml:1:51: .*deeper than 50"),
    ],
    ids=[
        "empty",
        "list",
        "binary",
        "picture",
        "latin-1",
        "NUL",
        "large",
        "broken",
        "alias bomb",
        "foreign tag",
        "brackets",
    ],
)
def test_a_file_that_is_no_scenario(command, content, message):
    Path("mine.yaml").write_bytes(content)
    assert re.match(f"crenel: {message}", refused("mine.yaml", command=command))


def test_a_path_that_is_no_scenario(here):
    (here / "folder").mkdir()
    assert "this is a folder" in refused("folder")
    assert re.match(r"crenel: none\.yaml: there is no such file", refused("none.yaml"))
    assert "'moscow-rooftops'" in refused("moscow-roftops")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title:", "titel:", r':2:1: .*no key "titel"\. Did you mean \'title\''),
        ("pantsir-s1", "pantsir-s2", r":9:13: .*Did you mean 'pantsir-s1'"),
        ("radius: 5 km", "radius: 40 kg", r":4:\d+: 'radius' wants a length, not a mass"),
        ("radius: 5 km", "radius: .nan", r":4:\d+: 'radius' wants a length"),
        ("radius: 5 km", "radius: -40 km", r":4:\d+: 'radius' wants a length, not a negative one"),
        ("radius: 5 km", "radius: −40 km", r":4:\d+: 'radius' wants a length, not a negative one"),
        ("count: 2", "count: 1.5", r":14:\d+: 'count' wants a whole number from 1 to 10,000"),
        ("count: 2", "count: -1", r":14:\d+: 'count' wants a whole number from 1 to 10,000"),
        ("count: 2", "count: 100000000000", r":14:\d+: 'count' wants a whole number from 1 to 10,000"),
        ("count: 2", "count: 10001", r":14:\d+: 'count' wants a whole number from 1 to 10,000"),
        ("[55.74 N, 37.60 E]", "[137, 37.60]", r":4:\d+: .*latitude 137"),
        ("[55.74 N, 37.60 E]", "[37.60, 55.74]", r":4:\d+: .*look swapped"),
        ("[55.729 N, 37.590 E]", "[37.590, 55.729]", r":10:\d+: .*look swapped"),
        ("flat 150 m", "none.tif", r':4:\d+: there is no terrain file "none\.tif"'),
    ],
)
def test_a_scenario_with_one_mistake(old, new, message):
    assert re.match(rf"crenel: mine\.yaml{message}", refused(spoiled(old, new)))


def raster(name, *, west_deg=37.4, north_deg=55.9, crs="EPSG:4326", heights_m=150.0):
    cells = np.full((400, 400), heights_m, np.float32)
    with rasterio.open(
        name,
        "w",
        driver="GTiff",
        width=400,
        height=400,
        count=1,
        dtype="float32",
        nodata=-9999.0,
        crs=crs,
        transform=Affine(0.001, 0.0, west_deg, 0.0, -0.001, north_deg),
    ) as file:
        file.write(cells, 1)


@pytest.mark.parametrize("command", ["run", "check"])
@pytest.mark.parametrize(
    ("made", "message"),
    [
        ({"crs": None}, "coordinate"),
        ({"heights_m": -9999.0}, "no height|void"),
        ({"west_deg": 37.595}, "Roof|outside|does not|cover"),
        ({"north_deg": 20.0}, "does not|outside|cover"),
    ],
    ids=["no CRS", "voids", "unit outside", "elsewhere"],
)
@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_terrain_that_cannot_be_used(made, message, command):
    raster("ground.tif", **made)
    said = refused(spoiled("flat 150 m", "ground.tif"), command=command)
    assert "ground.tif" in said
    assert re.search(message, said)


def test_terrain_that_is_no_raster():
    Path("ground.tif").write_bytes(b"not a raster")
    assert "ground.tif" in refused(spoiled("flat 150 m", "ground.tif"))


# --- where the answer goes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["mine.yaml", "mine.yaml/deeper", "/dev/null", "/proc/nobody", "x" * 300])
def test_an_output_that_cannot_be_a_folder(place):
    said = refused(spoiled("count: 2", "count: 2"), "-o", place)
    assert "-o DIR" in said


def test_an_output_that_holds_something_else(here):
    (here / "letters").mkdir()
    (here / "letters" / "letter.txt").write_text("dear", encoding="utf-8")
    assert "letter.txt" in refused(spoiled("count: 2", "count: 2"), "-o", "letters")


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ({"results": 1, "crenel": "0.1.0", "replicates": 16, "tables": "", "scenario": "another"}, "another"),
        ({"results": 3, "crenel": "9.0.0"}, "newer"),
        ({"results": 1}, "damaged"),
    ],
    ids=["another", "newer", "damaged"],
)
def test_an_output_that_holds_another_run(here, manifest, message):
    (here / "run").mkdir()
    (here / "run" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    said = refused(spoiled("count: 2", "count: 2"), "-o", "run")
    assert message in said
    assert "-o" in said or "pip install" in said
