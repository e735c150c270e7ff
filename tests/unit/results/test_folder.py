import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from crenel.core.records import Bracket, CrenelError, RasterTerrain, Source
from crenel.results import folder, identity
from unit.studies import fake


def test_default_folder_is_named_after_the_question() -> None:
    asked = fake.scenario()
    assert re.fullmatch(r"runs/small-[0-9a-f]{8}-s7-d0", str(folder.default_folder(asked)))
    assert str(folder.default_folder(asked, 12)).endswith("-s12-d0")
    sigma = replace(asked.rcs_pass_sigma_db, value=5.0)
    others = [replace(asked, text="other"), replace(asked, rcs_pass_sigma_db=sigma)]
    assert len({folder.default_folder(each) for each in (asked, *others)}) == 3


@pytest.mark.parametrize("name", ["../../etc", "a/b", "..", "", "x" * 300])
def test_default_folder_stays_below_runs(name: str) -> None:
    found = folder.default_folder(fake.scenario(name=name), 1)
    assert found.parts[0] == "runs"
    assert len(found.parts) == 2
    assert len(found.name) < 120


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "summary.json"
    folder.write_bytes(target, b"old")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder.os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        folder.write_bytes(target, b"new")
    assert target.read_bytes() == b"old"


def test_the_scenario_is_kept_as_written(tmp_path: Path) -> None:
    asked = fake.scenario()
    manifest = identity.manifest(asked, identity.question(asked, 1), replicates=16, n_passes=64, tables="t")
    with folder.opened(tmp_path / "a" / "run", manifest, asked) as opened:
        assert (opened.path / "scenario.yaml").read_bytes() == asked.text.encode()
        case = json.loads((opened.path / "case.json").read_bytes())
        assert json.loads((opened.path / "manifest.json").read_bytes()) == manifest
    assert case["case"]["units"][0]["system"]["missile"]["range_max_m"] == 18_000.0
    assert case["sources"][0]["key"] == "afp"
    assert {figure["figure"] for figure in case["figures"]} >= {"tower.radar.search_range", "moped.rcs"}


def test_manifest_holds_no_clock_and_no_workers() -> None:
    asked = fake.scenario()
    manifest = identity.manifest(asked, identity.question(asked, 1), replicates=16, n_passes=64, tables="t")
    assert not {"workers", "time", "date", "started"} & manifest.keys()
    assert manifest["sources"] == ["afp"]
    assert manifest["weakest_grade_by_stage"]["kill"] == "assumption"


def test_a_manifest_lists_the_sources_used_and_no_other() -> None:
    asked = fake.scenario()
    listed = replace(asked, sources={**asked.sources, "listed": Source("listed", "Nobody cites it")})
    manifest = identity.manifest(listed, identity.question(listed, 1), replicates=16, n_passes=64, tables="t")
    assert manifest["sources"] == ["afp"]
    stages = manifest["stages"]
    assert list(stages) == ["sensing", "reach", "kill"]
    assert (stages["kill"]["grade"], stages["kill"]["figures"], stages["kill"]["unpublished"]) == ("assumption", 3, 2)


def test_a_chance_of_being_there_makes_another_question() -> None:
    asked = fake.scenario()
    questions = [identity.canonical(identity.question(asked, 1))]
    for low in (0.3, 0.4):
        there = Bracket(0.6, low, 0.8, "unit:Roof.presence", "1", "assumption", note="nobody says")
        doubtful = replace(asked, units=(replace(asked.units[0], presence=there), asked.units[1]))
        questions.append(identity.canonical(identity.question(doubtful, 1)))
    assert len(set(questions)) == 3


def test_a_killed_beginning_is_no_foreign_folder(tmp_path: Path) -> None:
    asked = identity.question(fake.scenario(), 1)
    (tmp_path / "manifest.json.tmp").write_text("{")
    assert folder.state(tmp_path, asked, replicates=16, n_threats=5) == "new"
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(CrenelError, match=r"manifest\.json"):
        folder.state(tmp_path, asked, replicates=16, n_threats=5)


def test_a_summary_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_text('{"results": 3, "crenel": "3.1.0"}')
    with pytest.raises(CrenelError, match=r"crenel>=3\.1\.0"):
        folder.read_summary(tmp_path)
    with pytest.raises(CrenelError, match="not complete"):
        folder.read_summary(tmp_path / "absent")


def test_another_terrain_file_of_the_same_name_is_another_question(tmp_path: Path) -> None:
    path = tmp_path / "dem.tif"
    asked = fake.scenario()
    asked = replace(asked, place=replace(asked.place, terrain=RasterTerrain((str(path),))))
    path.write_bytes(b"one")
    before = identity.question(asked, 1)
    path.write_bytes(b"two")
    assert identity.question(asked, 1)["terrain"] != before["terrain"]
    assert str(tmp_path) not in identity.canonical(identity.case_json(asked))


def test_another_origin_is_another_question() -> None:
    asked = fake.scenario()
    mine = tuple(replace(unit, system=replace(unit.system, origin="your catalogue (mine)")) for unit in asked.units)
    assert identity.question(replace(asked, units=mine), 1) != identity.question(asked, 1)
