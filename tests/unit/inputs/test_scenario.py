import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from crenel.core.records import Bracket, FlatTerrain, RasterTerrain, Scenario
from crenel.inputs import InputError, load, slug, system, threat
from crenel.inputs.coordinates import degrees

Reading = Callable[[str], Scenario[Bracket]]
Spoiled = Callable[..., str]


def test_every_word_of_the_file_arrives_in_si(valid: str, reading: Reading) -> None:
    scenario = reading(valid)
    assert (scenario.name, scenario.title, scenario.when) == (
        "test",
        "Rooftop systems in Moscow, January 2023",
        "2023-01-20",
    )
    assert scenario.text == valid
    assert degrees(scenario.place.centre) == pytest.approx((55.74, 37.60))
    assert (scenario.place.radius_m, scenario.place.terrain) == (40_000.0, FlatTerrain(150.0))
    assert scenario.place.earth_factor == pytest.approx(4 / 3)
    (unit,) = scenario.units
    assert (unit.name, unit.system.key, unit.network) == ("Ministry", "pantsir-s1", "moscow")
    assert (unit.evidence.status, unit.evidence.source, unit.evidence.position_error_m) == ("pictured", "afp", 300.0)
    (asset,) = scenario.assets
    assert (asset.name, asset.radius_m, asset.value) == ("Centre", 1000.0, 2.0)
    (group,) = scenario.groups
    assert (group.name, group.count, group.to) == ("shahed-136", 12, "Centre")
    assert (math.degrees(group.from_rad.low), math.degrees(group.from_rad.high)) == pytest.approx((150.0, 240.0))
    assert (group.starts_m.low, group.height_m.low, group.height_m.high) == (60_000.0, 100.0, 1500.0)
    assert (group.within_s, group.after_s) == (600.0, 0.0)
    assert (scenario.study.seed, scenario.study.picture_threat, scenario.study.picture_height_m) == (
        7,
        "shahed-136",
        100.0,
    )
    assert (scenario.rcs_pass_sigma_db.low, scenario.rcs_pass_sigma_db.high) == (2.0, 6.0)


def test_floors_become_a_bracket(valid: str, reading: Reading) -> None:
    mounted = reading(valid).units[0].mounted_m
    assert (mounted.low, mounted.value, mounted.high) == (27.0, 29.25, 31.5)
    assert (mounted.grade, mounted.figure) == ("estimate", "unit:Ministry.mounted")


def test_a_parapet_is_none_unless_said(valid: str, reading: Reading) -> None:
    assert reading(valid).units[0].parapet_m == 0.0
    assert reading(valid.replace("{floors: 9,", "{floors: 9, parapet: 1.2 m,")).units[0].parapet_m == 1.2


@pytest.mark.parametrize(
    ("written", "height_m", "grade"),
    [
        ("mounted: {height: 40 m, grade: press}", 40.0, "press"),
        ("mounted: {roof: 30 m}", 30.0, "estimate"),
        ("mounted: 12 m", 12.0, "estimate"),
        ("mounted: ground", 0.0, "estimate"),
        ("note2", 0.0, "assumption"),
    ],
)
def test_what_a_unit_stands_on(spoiled: Spoiled, reading: Reading, written: str, height_m: float, grade: str) -> None:
    piece = ", mounted: {floors: 9, grade: estimate}"
    text = spoiled((piece, "" if written == "note2" else f", {written}"))
    mounted = reading(text).units[0].mounted_m
    assert (mounted.value, mounted.grade) == (height_m, grade)


def test_overrides_are_assumptions_without_width(spoiled: Spoiled, reading: Reading) -> None:
    text = spoiled(
        (
            "{channels: 4}",
            "{channels: 4, rounds: 12, salvo: 2, pk: 0.7, gun_pk: 30 %, missile_range: 10 km, reaction: 8 s}",
        )
    )
    unit = reading(text).units[0].system
    assert unit.missile is not None
    assert unit.gun is not None
    assert (unit.channels.low, unit.channels.value, unit.channels.high) == (4.0, 4.0, 4.0)
    assert (unit.channels.grade, unit.channels.figure) == ("assumption", "unit:Ministry.channels")
    assert (unit.missile.rounds.value, unit.missile.salvo, unit.missile.range_max_m.value) == (12.0, 2, 10_000.0)
    assert unit.reaction_s.value == 8.0
    assert {bracket.value for bracket in unit.missile.pk.values()} == {0.7}
    assert {bracket.value for bracket in unit.gun.pk.values()} == {0.3}
    assert {bracket.figure for bracket in unit.gun.pk.values()} == {"unit:Ministry.gun_pk"}
    assert unit.antenna_height_m == system("pantsir-s1").antenna_height_m


def test_a_unit_without_overrides_is_the_catalogues(spoiled: Spoiled, reading: Reading) -> None:
    assert reading(spoiled((", set: {channels: 4}", ""))).units[0].system == system("pantsir-s1")


def test_a_group_can_override_its_threat(spoiled: Spoiled, reading: Reading) -> None:
    text = spoiled(("within: 10 min", "set: {speed: 180 km/h, rcs: -10 dBsm, own_failure: 10 %}"))
    found = reading(text).groups[0].threat
    assert (found.speed_mps.value, found.rcs_m2.value, found.own_failure_frac.value) == pytest.approx((50.0, 0.1, 0.1))
    assert (found.speed_mps.figure, found.speed_mps.grade) == ("group:shahed-136.speed", "assumption")
    assert found.height_m == threat("shahed-136").height_m


def test_groups_without_a_name_take_the_threats_key(spoiled: Spoiled, reading: Reading) -> None:
    more = "raid:\n" + "  - {threat: shahed-136, count: 1, to: Centre, from: all, starts: 60 km}\n" * 2
    more += "  - {name: shahed-136-2, threat: kalibr, count: 1, to: Centre, from: all, starts: 60 km}\n"
    names = [group.name for group in reading(spoiled(("raid:\n", more))).groups]
    assert names == ["shahed-136", "shahed-136-3", "shahed-136-2", "shahed-136-4"]


def test_height_defaults_to_the_published_bracket(spoiled: Spoiled, reading: Reading) -> None:
    group = reading(spoiled((", height: 100..1500 m", ""))).groups[0]
    published = threat("shahed-136").height_m
    assert (group.height_m.low, group.height_m.high) == (published.low, published.high)


def test_a_ballistic_threat_starts_at_its_range(spoiled: Spoiled, reading: Reading) -> None:
    text = spoiled(("threat: shahed-136", "threat: iskander-m"), (", starts: 60 km, height: 100..1500 m", ""))
    group = reading(text).groups[0]
    assert group.threat.range_m is not None
    assert group.starts_m.low == group.starts_m.high == group.threat.range_m.value


def test_an_undefended_place_is_a_scenario(spoiled: Spoiled, reading: Reading, valid: str) -> None:
    start, end = valid.index("defence:"), valid.index("assets:")
    assert reading(valid[:start] + "defence: []\n" + valid[end:]).units == ()


def test_evidence_in_one_word_or_left_out(spoiled: Spoiled, reading: Reading) -> None:
    piece = ", evidence: {status: pictured, source: afp, position_error: 300 m}"
    assert reading(spoiled((piece, ", evidence: claimed"))).units[0].evidence.status == "claimed"
    assert reading(spoiled((piece, ""))).units[0].evidence.status == "assumed"


def test_sources_hold_what_is_stated_and_what_the_catalogue_cites(valid: str, reading: Reading) -> None:
    scenario = reading(valid)
    assert scenario.sources["afp"].publisher == "AFP"
    radar = scenario.units[0].system.radar
    assert radar is not None
    cited = radar.search_range_m.sources
    assert cited
    assert set(cited) <= set(scenario.sources)


def test_a_raster_is_found_beside_the_file(spoiled: Spoiled, tmp_path: Path) -> None:
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "heights.tif").write_bytes(b"II*\0")
    path = tmp_path / "My Case.yaml"
    path.write_text(spoiled(("flat 150 m", "{file: maps/heights.tif, datum: EGM96, voids: fill, attribution: NASA}")))
    scenario = load(path)
    assert scenario.name == "my-case"
    found = scenario.place.terrain
    assert isinstance(found, RasterTerrain)
    assert found.paths == (str((tmp_path / "maps" / "heights.tif").resolve()),)
    assert (found.datum, found.voids, found.attribution) == ("EGM96", "fill", "NASA")


def test_a_raster_of_the_package_is_found_from_anywhere(spoiled: Spoiled, reading: Reading) -> None:
    found = reading(spoiled(("flat 150 m", "package:cumberland.tif"))).place.terrain
    assert isinstance(found, RasterTerrain)
    assert Path(found.paths[0]).is_file()
    assert found.licence == "public domain"


def test_a_file_beats_an_example_of_the_same_name(valid: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load("moscow-rooftops").n_threats != 12
    Path("moscow-rooftops").mkdir()
    assert load("moscow-rooftops").name == "moscow-rooftops"
    Path("moscow-rooftops").rmdir()
    Path("moscow-rooftops").write_text(valid)
    assert load("moscow-rooftops").n_threats == 12


def test_names_for_folders() -> None:
    assert slug("Москва 2 / My Case") == "2-my-case"
    assert slug("…") == "scenario"


def test_records_hold_no_pydantic(valid: str, reading: Reading) -> None:
    def walk(record: Any) -> None:
        assert not type(record).__module__.startswith("pydantic")
        assert "inputs" not in type(record).__module__
        if is_dataclass(record):
            for field in fields(record):
                walk(getattr(record, field.name))
        elif isinstance(record, tuple):
            for item in record:
                walk(item)

    walk(reading(valid))


def test_everyday_files_load_without_the_units_library() -> None:
    code = "import sys; from crenel.inputs import load; load('moscow-rooftops'); print('pint' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_all_mistakes_of_a_file_are_told_at_once(spoiled: Spoiled, reading: Reading) -> None:
    text = spoiled(("radius: 40 km", "radius: 40 kg"), ("count: 12", "count: 1.5"), ("title:", "titel:"))
    with pytest.raises(InputError) as caught:
        reading(text)
    assert [line.split(": ")[0] for line in str(caught.value).splitlines()] == [
        "test.yaml:2:1",
        "test.yaml:4:45",
        "test.yaml:13:33",
    ]
