from dataclasses import fields, replace

import pytest

from crenel.core.records import (
    Bracket,
    F,
    FireControl,
    Gun,
    Missile,
    Radar,
    Scenario,
    Source,
    System,
    Threat,
    Unit,
)
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


def names(scenario) -> list[str]:
    return [figure.figure for figure in figures.mattering(scenario)]


def test_what_cannot_matter_in_this_raid_is_left_out() -> None:
    found = names(fake.scenario())
    assert "tower.missile.pk.drone" in found
    assert "tower.missile.pk.aircraft" not in found, "no aircraft comes"
    assert "moped.height" not in found, "the raid states its own height"
    assert "moped.own_failure" in found
    assert len(found) == len(set(found))


def test_a_weapon_that_works_against_nothing_that_comes_is_left_out_whole() -> None:
    asked = fake.scenario()
    drones_only = names(replace(asked, groups=asked.groups[:1]))
    assert "tower.missile.range_max" in drones_only
    assert not any(".gun." in name for name in drones_only)


def test_where_nobody_defends_only_own_failures_matter() -> None:
    assert names(fake.scenario(units=0)) == ["moped.own_failure", "arrow.own_failure"]


def test_an_arc_matters_for_what_flies_on_one_only() -> None:
    asked = fake.scenario()
    group = asked.groups[0]
    apogee = Bracket(5e4, 4e4, 6e4, "moped.apogee", "m", "estimate")
    for motion, matters in (("ballistic", True), ("level", False)):
        flying = replace(group, threat=replace(group.threat, motion=motion, apogee_m=apogee))
        assert ("moped.apogee" in names(replace(asked, groups=(flying,)))) == matters


def test_a_height_that_the_catalogue_gives_matters() -> None:
    asked = fake.scenario()
    group = asked.groups[0]
    own = group.threat.height_m
    silent = replace(group, height_m=replace(group.height_m, low=own.low, high=own.high))
    assert "moped.height" in names(replace(asked, groups=(silent,)))


def test_what_moves_the_answer_most_comes_first() -> None:
    rows = figures.figure_rows(fake.scenario())
    order = [row["bears_on"] for row in rows]
    assert order == sorted(order, key=list(figures.BEARS_ON).index)
    assert [row["figure"].partition(".")[2] for row in rows[:2]] == ["missile.pk.drone", "gun.pk.cruise"]


def test_every_figure_of_every_record_bears_on_something() -> None:
    for record in (Radar, FireControl, Missile, Gun, System, Unit, Threat, Scenario):
        for field in fields(record):
            if field.type in {"F", F} or "F |" in str(field.type) or str(field.type) == "~F":
                assert any(field.name in held for held in figures.BEARS_ON.values()), field.name


def test_sources_of_what_cannot_matter_are_left_out() -> None:
    asked = fake.scenario()
    key = "jane"
    pk = {"aircraft": Bracket(0.9, 0.1, 0.99, "x.missile.pk.aircraft", "1", "press", (key,))}

    def armed(unit: Unit) -> Unit:  # type: ignore[type-arg]
        return replace(unit, system=replace(unit.system, missile=replace(unit.system.missile, pk=pk)))

    both = replace(
        asked,
        sources={**asked.sources, key: Source(key, "A book"), "note": Source("note", "Cited in a note")},
        units=tuple(armed(unit) for unit in asked.units),
    )
    assert [row["key"] for row in figures.source_rows(both)] == ["afp", "note"]


def test_rows_say_who_uses_a_figure() -> None:
    rows = {row["figure"]: row for row in figures.figure_rows(fake.scenario())}
    assert rows["tower.radar.search_range"]["used_by"] == ["Roof", "Field"]
    assert rows["moped.rcs"]["used_by"] == ["Drones"]
    assert rows["model.rcs_pass_sigma"]["used_by"] == []
