"""The use cases."""

import json
import logging

import pytest

import crenel
from crenel import app
from crenel.core.records import CrenelError

EXAMPLE = "moscow-rooftops"


def test_run_without_out_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    results = app.run(EXAMPLE, replicates=16, doubt=0)
    assert list(tmp_path.iterdir()) == []
    assert results.folder is None
    assert results.outcomes.height == 16 * crenel.load(EXAMPLE).n_threats


def test_run_with_out_writes_the_whole_folder(tmp_path):
    results = app.run(EXAMPLE, replicates=16, doubt=0, out=tmp_path / "run")
    assert results.folder == tmp_path / "run"
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert names >= {
        "manifest.json",
        "scenario.yaml",
        "case.json",
        "outcomes",
        "maps",
        "summary.json",
        "timing.json",
        "run.log",
        "report.html",
    }
    assert not list((tmp_path / "run").rglob("*.tmp"))
    picture = json.loads((tmp_path / "run" / "maps" / "picture.json").read_text("utf-8"))
    assert len(picture["units"]) == len(crenel.load(EXAMPLE).units)


def test_the_same_question_gives_the_same_folder_for_any_workers(tmp_path):
    for workers in (1, 3):
        app.run(EXAMPLE, replicates=64, doubt=0, workers=workers, out=tmp_path / str(workers))
    first, second = (
        {
            str(path.relative_to(tmp_path / workers)): path.read_bytes()
            for path in sorted((tmp_path / workers).rglob("*"))
            if path.is_file() and path.name not in {"timing.json", "run.log"}
        }
        for workers in ("1", "3")
    )
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_run_takes_a_scenario_that_is_loaded():
    scenario = crenel.load(EXAMPLE)
    summaries = [app.run(asked, replicates=16, doubt=0, seed=3).summary() for asked in (scenario, EXAMPLE)]
    for summary in summaries:
        del summary["raids_per_second"]
    assert summaries[0] == summaries[1]


def test_progress_is_told_until_the_end():
    heard = []
    app.run(EXAMPLE, replicates=32, doubt=0, progress=heard.append)
    assert heard[-1].done == heard[-1].total == 32


@pytest.mark.parametrize(
    "wrong",
    [{"replicates": 0}, {"replicates": 1.5}, {"replicates": True}, {"seed": -1}, {"seed": 2**63}, {"workers": 0}],
    ids=str,
)
def test_numbers_that_no_run_can_have_are_refused(wrong):
    with pytest.raises(CrenelError, match=r"whole number|between"):
        app.run(EXAMPLE, **{"replicates": 16, "doubt": 0, **wrong})


def test_a_refused_run_leaves_another_run_s_log_alone(tmp_path):
    app.run(EXAMPLE, replicates=16, doubt=0, seed=1, out=tmp_path / "run")
    before = (tmp_path / "run" / "run.log").read_bytes()
    with pytest.raises(CrenelError):
        app.run(EXAMPLE, replicates=16, doubt=0, seed=2, out=tmp_path / "run")
    assert (tmp_path / "run" / "run.log").read_bytes() == before


def test_the_log_tells_of_the_run_and_is_taken_down(tmp_path):
    app.run(EXAMPLE, replicates=16, doubt=0, out=tmp_path / "run")
    assert "report" in (tmp_path / "run" / "run.log").read_text("utf-8")
    assert not [handler for handler in logging.getLogger("crenel").handlers if type(handler).__name__ == "RunLog"]


def test_the_log_tells_what_stopped_a_run(tmp_path):
    def interrupt(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        app.run(EXAMPLE, replicates=16, doubt=0, out=tmp_path / "run", progress=interrupt)
    assert (tmp_path / "run" / "run.log").read_text("utf-8").endswith("crenel: stopped by an interrupt\n")


def test_check_says_what_is_defended_and_by_what():
    found = app.check(EXAMPLE)
    scenario = crenel.load(EXAMPLE)
    assert found["threats"] == scenario.n_threats
    assert [unit["name"] for unit in found["units"]] == [unit.name for unit in scenario.units]
    assert found["units"][0]["lat_deg"] == pytest.approx(55.73, abs=0.05)
    assert sum(found["n_figures"].values()) >= len(found["assumptions"]) > 0
    assert {figure["grade"] for figure in found["assumptions"]} == {"assumption"}
    json.dumps(found, allow_nan=False)


def test_sightings_make_a_scenario_and_write_it_only_where_they_are_told(tmp_path):
    seen = tmp_path / "seen.csv"
    seen.write_text("system,lat,lon,admiralty\nGepard,50,30,B2\n", encoding="utf-8")
    drafted = app.new_from_sightings(seen)
    assert list(tmp_path.iterdir()) == [seen]
    target = tmp_path / "drafted.yaml"
    assert app.new_from_sightings(seen, target) == drafted
    assert target.read_text("utf-8") == drafted.text
    found = app.check(target)
    assert found["units"][0]["presence"]["value"] == 0.8
    assert found["units"][0]["evidence"]["admiralty"] == "B2"
    json.dumps(found, allow_nan=False)
    with pytest.raises(CrenelError, match="exists already"):
        app.new_from_sightings(seen, target)
