from dataclasses import replace

import pytest

from crenel.core.records import Bracket
from crenel.results import figures
from unit.studies import fake


@pytest.mark.parametrize(
    ("figure", "stage"),
    [
        ("pantsir-s1.radar.search_range", "sensing"),
        ("pantsir-s1.fire_control.range", "sensing"),
        ("pantsir-s1.antenna_height", "sensing"),
        ("shahed-136.rcs", "sensing"),
        ("shahed-136.rcs_m2", "sensing"),
        ("model.rcs_pass_sigma", "sensing"),
        ("unit:St. Peter's radar.mounted", "sensing"),
        ("unit:St. Peter's radar.channels", "reach"),
        ("pantsir-s1.missile.range_max", "reach"),
        ("pantsir-s1.reaction", "reach"),
        ("shahed-136.speed", "reach"),
        ("pantsir-s1.missile.pk.drone", "kill"),
        ("pantsir-s1.gun.pk_at_range_max", "kill"),
        ("shahed-136.own_failure", None),
    ],
)
def test_stage_of_a_figure(figure: str, stage: str | None) -> None:
    assert figures.stage(figure) == stage


def test_only_weapons_against_what_comes_count() -> None:
    stated = figures.stated_pk(fake.scenario())
    assert [(pk.weapon, pk.threat_class) for pk in stated] == [("missile", "drone"), ("gun", "cruise")]
    assert figures.pk_bracket(stated) == (0.1, 0.8)
    assert figures.published_pk(stated) is None


def test_published_is_the_best_graded_value() -> None:
    stated = list(figures.stated_pk(fake.scenario()))
    press = Bracket(0.7, 0.6, 0.8, "x.missile.pk.drone", "1", "press")
    stated.append(stated[0]._replace(figure=press))
    stated.append(stated[0]._replace(figure=replace(press, value=0.65, grade="manufacturer")))
    assert figures.published_pk(stated) == 0.65


def test_nothing_to_shoot_with_has_no_bracket() -> None:
    assert figures.pk_bracket(figures.stated_pk(fake.scenario(units=0))) is None


def test_weakest_grades() -> None:
    assert figures.weakest(["press", "estimate", "measured"]) == "estimate"
    assert figures.weakest([]) is None
    assert figures.weakest_by_stage(fake.scenario()) == {
        "sensing": "assumption",
        "reach": "assumption",
        "kill": "assumption",
    }


def test_rows_say_who_uses_a_figure() -> None:
    rows = {row["figure"]: row for row in figures.figure_rows(fake.scenario())}
    assert rows["tower.radar.search_range"]["used_by"] == ["Roof", "Field"]
    assert rows["moped.rcs"]["used_by"] == ["Drones"]
    assert rows["model.rcs_pass_sigma"]["used_by"] == []
