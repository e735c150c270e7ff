"""From an empty folder to an answer: coordinates, terrain and buildings from a server, a scenario, a run."""

import json
import os
import subprocess
import sys

import pytest
import yaml

import made
from crenel.inputs.models import PlacePart
from made import LAT, LON, put_glo30, put_osm
from served import Server, point_at

pytestmark = pytest.mark.skipif("land" not in PlacePart.model_fields, reason="scenarios do not read such places yet")

REST = """\
sources:
  afp: {title: A picture, publisher: AFP, date: 2023-01-20}
defence:
  - unit: Defence ministry
    system: pantsir-s1
    at: [55.729 N, 37.590 E]
    mounted: {floors: 9, grade: estimate}
    evidence: {status: pictured, source: afp, position_error: 300 m}
assets: [{name: City centre, at: [55.752 N, 37.618 E], radius: 500 m}]
raid:
  - {threat: shahed-136, count: 4, to: City centre, from: 150..240 deg, starts: 10 km, height: 60..200 m, within: 5 min}
"""

FROM_COORDINATES = f"""\
set -euo pipefail

crenel place "55.74, 37.60" --radius 3km --get -o place.yaml

cat > mine.yaml <<END
crenel: 1
title: One system on a roof
when: 2023-01-20
$(cat place.yaml)
{REST}
END

crenel check mine.yaml
crenel run mine.yaml -n 32 --doubt 0 -o answer
"""

FROM_A_SCENARIO = f"""\
set -euo pipefail

cat > mine.yaml <<END
crenel: 1
title: One system on a roof, on flat ground for a start
place: {{centre: [55.74 N, 37.60 E], radius: 3 km, terrain: flat 150 m, buildings: none}}   # nothing hides anything
{REST}
END

crenel place mine.yaml
crenel place mine.yaml --get --buildings osm --into mine.yaml
crenel check mine.yaml --json > check.json
"""


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Runs a script as a user would type it, in an empty folder, with the services on this machine."""
    with Server() as server:
        point_at(server.address, tmp_path, monkeypatch)
        put_glo30(server, 55, 37, n_rows=1200, n_columns=800)
        made.overture(server, LAT, LON, n=400)
        put_osm(server, n=400)
        tools = tmp_path / "bin"
        tools.mkdir()
        path = os.pathsep.join([str(place) for place in sys.path if place])
        made.save(tools / "crenel", f'#!/bin/sh\nexec "{sys.executable}" -m crenel "$@"\n'.encode()).chmod(0o755)
        here = tmp_path / "here"
        here.mkdir()

        def run(script):
            environment = {
                **{name: value for name, value in os.environ.items() if "proxy" not in name.casefold()},
                "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
                "PYTHONPATH": path,
                "CRENEL_CACHE": str(tmp_path / "cache"),
            }
            done = subprocess.run(
                ["bash", "-c", script], cwd=here, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        yield run, here


def test_coordinates_to_an_answer(play):
    run, here = play
    told = " ".join(run(FROM_COORDINATES).split())
    summary = json.loads((here / "answer" / "summary.json").read_text("utf-8"))
    assert (summary["replicates"], summary["threats"]) == (32, 4)
    place = yaml.safe_load((here / "place.yaml").read_text("utf-8"))["place"]
    assert place["terrain"]["model"] == "surface"
    report = " ".join((here / "answer" / "report.html").read_text("utf-8").split())
    for credit in ("Airbus Defence and Space GmbH 2014-2018", "OpenStreetMap contributors"):
        assert credit in report
    # Most footprints have no height, and the answer says so.
    assert "buildings.height_missing" in told


def test_a_scenario_on_flat_ground_to_its_real_place(play):
    run, here = play
    run(FROM_A_SCENARIO)
    checked = json.loads((here / "check.json").read_text("utf-8"))
    assert "buildings.height_missing" in {figure["figure"] for figure in checked["assumptions"]}
    text = (here / "mine.yaml").read_text("utf-8")
    assert "# nothing hides anything" in text
    assert {"terrain", "buildings", "land"} <= set(yaml.safe_load(text)["place"])
