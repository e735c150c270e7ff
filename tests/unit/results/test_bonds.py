"""What a run says beside its answer of networks, planning, common causes, decoys and threats aimed at units."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crenel.core.records import Bracket, Scenario
from crenel.inputs import read
from crenel.results import figures, identity
from crenel.results.bonds import bonds, unusual
from crenel.results.placards import placards
from crenel.results.summary import bonds_row, group_row, unit_row
from stated import EVERY_WORD, spoilt
from unit.studies import fake


def scenario(tmp_path: Path, text: str = EVERY_WORD) -> Scenario[Bracket]:
    return read(text, name="stated", folder=tmp_path)


@pytest.fixture
def stated(tmp_path: Path) -> Scenario[Bracket]:
    return scenario(tmp_path)


def test_placards_say_what_is_stated_and_what_is_supposed(stated: Scenario[Bracket]) -> None:
    told = placards(stated)
    assert "Never works, as the scenario states (availability 0): Suburb. It sees, fires and jams nothing." in told
    assert "Launches are planned as if every route were known in advance, the optimistic assumption." in told
    assert "6 of the 21 threats are decoys, and counted apart." in told
    assert any(line.startswith("3 of the 21 threats are aimed at units.") for line in told)
    (shots,) = [line for line in told if "miss" in line and "correlation" in line]
    assert "0.1 (0 to 0.2) between all shots of a raid, and of 0.1 between those at one threat" in shots
    assert not any("at once and without fail" in line for line in told), "moscow has a delay, west binds nobody"


def test_a_perfect_network_is_told(tmp_path: Path) -> None:
    text = spoilt("delay: 2..5 s, availability: 0.95, ", "")
    (line,) = [line for line in bonds(scenario(tmp_path, text)) if "at once and without fail" in line]
    assert "(moscow)" in line


def test_a_network_that_never_works_is_told(tmp_path: Path) -> None:
    told = list(bonds(scenario(tmp_path, spoilt("availability: 0.95", "availability: 0"))))
    assert "Never works, as the scenario states: network moscow. Each of its units is on its own." in told


def test_independent_shots_are_told(tmp_path: Path) -> None:
    text = EVERY_WORD.replace("common_mode: 0..0.2\ncommon_mode_threat: 0.1", "common_mode: 0")
    assert any(line.startswith("Shots are taken as independent") for line in bonds(scenario(tmp_path, text)))


def test_where_nobody_defends_nothing_binds(stated: Scenario[Bracket]) -> None:
    assert list(bonds(replace(stated, units=()))) == []
    assert list(unusual(fake.scenario())) == []


def test_summary_and_case_hold_every_new_word(stated: Scenario[Bracket]) -> None:
    found = bonds_row(stated)
    moscow, west = found["networks"]
    assert (moscow["units"], moscow["delay_s"]) == (["Ministry", "Roof"], {"low": 2.0, "value": 3.5, "high": 5.0})
    assert (west["units"], west["availability"]["high"]) == (["Suburb"], 1.0)
    assert moscow["doctrine"]["salvo"] == {"cruise": 3}
    assert found["doctrine"]["planner"] == "knows_route"
    assert found["common_mode"] == {"low": 0.0, "value": 0.1, "high": 0.2}
    group = group_row(stated.groups[0])
    assert (group["waves"], group["wave_every_s"], group["height_above"]) == (3, 300.0, "sea")
    assert group["via"][0] == {"lat_deg": 55.4, "lon_deg": 37.4}
    assert group_row(stated.groups[2])["silences"]["value"] == 0.5
    assert unit_row(stated.units[2])["availability"] == {"low": 0.0, "value": 0.0, "high": 0.0}
    case = json.loads(identity.canonical(identity.case_json(stated)))["case"]
    assert case["networks"]["moscow"]["delay_s"] == 3.5
    assert case["networks"]["moscow"]["doctrine"]["keep"] == {"cruise": 4}
    assert (case["common_mode_frac"], case["doctrine"]["least_pk"]) == (0.1, 0.2)
    assert case["units"][2]["radius_m"] == 150.0
    assert case["units"][3]["system"]["missile"]["spare_rounds"] == 12.0
    assert (case["groups"][1]["decoy"], case["groups"][2]["silences_frac"]) == (True, 0.5)


CHANGES: dict[str, Callable[[str], str]] = {
    "delay": lambda text: text.replace("2..5 s", "2..6 s"),
    "salvo": lambda text: text.replace("salvo: {cruise: 3}", "salvo: {cruise: 4}"),
    "planner": lambda text: text.replace("planner: knows_route", "planner: present_track"),
    "way": lambda text: text.replace("55.60, 37.80", "55.61, 37.80"),
    "waves": lambda text: text.replace("waves: 3", "waves: 4"),
    "sea": lambda text: text.replace("m above sea", "m"),
    "decoy": lambda text: text.replace("decoy: true", "decoy: false"),
    "silences": lambda text: text.replace("0.3..0.7", "0.2..0.8"),
    "radius": lambda text: text.replace("radius: 150 m", "radius: 160 m"),
    "common": lambda text: text.replace("common_mode: 0..0.2", "common_mode: 0.1"),
    "guidance": lambda text: text.replace("missile_guidance: homing", "missile_guidance: command"),
    "reload": lambda text: text.replace("reload: 20 min", "reload: 21 min"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_new_word_makes_another_question(
    tmp_path: Path, stated: Scenario[Bracket], change: Callable[[str], str]
) -> None:
    other = scenario(tmp_path, change(EVERY_WORD))
    other = replace(other, text=stated.text)  # by what is meant, not only by what is written
    assert identity.question(other, 1) != identity.question(stated, 1)


def test_new_figures_can_matter_and_say_whose_they_are(stated: Scenario[Bracket]) -> None:
    rows: dict[str, dict[str, Any]] = {row["figure"]: row for row in figures.figure_rows(stated)}
    assert rows["network:moscow.delay"]["used_by"] == ["Ministry", "Roof"]
    assert rows["network:moscow.delay"]["bears_on"] == "time"
    assert "network:west.delay" not in rows, "a network of one passes nothing on"
    assert rows["unit:Ministry.availability"]["bears_on"] == "working"
    assert rows["group:at Suburb.silences"]["bears_on"] == "working"
    assert rows["model.common_mode"]["bears_on"] == rows["model.common_mode_threat"]["bears_on"] == "kill"
    assert rows["model.unit_radius"]["origin"] == "model"
    assert rows["unit:Alone.reload"]["bears_on"] == "time"


@pytest.mark.parametrize(
    ("figure", "stage"),
    [
        ("network:moscow.delay", "reach"),
        ("unit:Roof.availability", None),
        ("network:moscow.availability", None),
        ("group:low.silences", None),
        ("model.common_mode", "kill"),
        ("model.common_mode_threat", "kill"),
        ("unit:Roof.gun_pk", "kill"),
        ("unit:Roof.missile_pk", "kill"),
        ("unit:Roof.missile_pk_at_range_max", "kill"),
        ("nasams.missile.pk_at_range_max_frac", "kill"),
        ("nasams.missile.reload", "reach"),
        ("nasams.fire_control.channels_per_sector", "reach"),
    ],
)
def test_stage_of_a_new_figure(figure: str, stage: str | None) -> None:
    assert figures.stage(figure) == stage
