import re
from dataclasses import fields, replace
from typing import Any

import pytest

from crenel.core.records import (
    Bracket,
    FireControl,
    Gun,
    Jammer,
    Missile,
    Radar,
    Scenario,
    Sensor,
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
        ("generic-acoustic.sensor.range", "sensing"),
        ("generic-acoustic.sensor.p_look.drone", "sensing"),
        ("generic-jammer.jammer.p_effect.drone", "kill"),
        ("generic-jammer.jammer.range", "reach"),
        ("shahed-136.own_failure", None),
        ("unit:Roof.presence", None),
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


def test_each_stage_says_what_it_rests_on() -> None:
    asked = fake.scenario()
    rows = figures.stage_rows(asked)
    assert list(rows) == ["sensing", "reach", "kill"]
    assert rows["kill"] == {
        "grade": "assumption",
        "figures": 3,
        "unpublished": 2,
        "estimates": 1,
        "sources": ["afp"],
    }, "a missile against drones, a gun against missiles, and what is left of the gun's far out"
    every = figures.figure_rows(asked)
    assert sum(row["figures"] for row in rows.values()) == len(every) - 2, "own failures belong to none"
    for grade, key in (("assumption", "unpublished"), ("estimate", "estimates")):
        here = [row for row in every if row["grade"] == grade and figures.stage(row["figure"])]
        assert sum(row[key] for row in rows.values()) == len(here)
    assert {name: row["grade"] for name, row in rows.items()} == figures.weakest_by_stage(asked)


def test_a_stage_without_figures_has_no_grade() -> None:
    assert figures.stage_rows(fake.scenario(units=0))["kill"] == {
        "grade": None,
        "figures": 0,
        "unpublished": 0,
        "estimates": 0,
        "sources": [],
    }


def test_a_stage_cites_the_sources_of_its_own_figures_only() -> None:
    asked = fake.scenario()
    radar = asked.units[0].system.radar
    assert radar is not None
    other = replace(radar, search_range_m=replace(radar.search_range_m, sources=("jane",)))
    system = replace(asked.units[0].system, radar=other)
    rows = figures.stage_rows(replace(asked, units=(replace(asked.units[0], system=system),)))
    assert rows["sensing"]["sources"] == ["afp", "jane"]
    assert rows["reach"]["sources"] == ["afp"]


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


def test_other_sensors_and_jammers_matter_for_what_comes() -> None:
    asked = fake.scenario()

    def f(name: str, **more: Any) -> Bracket:
        return fake.bracket(f"ear.{name}", 1.0, **more)

    sensor = Sensor(
        kind="acoustic",
        range_m=f("sensor.range"),
        p_look={"drone": f("sensor.p_look.drone"), "aircraft": f("sensor.p_look.aircraft")},
        look_period_s=f("sensor.look_period"),
        elevation_min_rad=f("sensor.elevation_min"),
        elevation_max_rad=f("sensor.elevation_max"),
        needs_sight=False,
        confirm_m=2,
        confirm_n=3,
        drop_k=3,
    )
    jammer = Jammer(f("jammer.range"), {"drone": f("jammer.p_effect.drone"), "aircraft": f("jammer.p_effect.aircraft")})
    ear = replace(asked.units[0].system, radar=None, missile=None, gun=None, sensor=sensor, jammer=jammer)
    both = replace(asked, units=(replace(asked.units[0], system=ear),))
    found = {row["figure"]: row["bears_on"] for row in figures.figure_rows(both) if row["figure"].startswith("ear.")}
    assert found == {
        "ear.jammer.p_effect.drone": "jamming",
        "ear.sensor.range": "distance",
        "ear.jammer.range": "distance",
        "ear.sensor.p_look.drone": "seeing",
        "ear.sensor.look_period": "seeing",
        "ear.sensor.elevation_min": "height",
        "ear.sensor.elevation_max": "height",
    }
    missiles_only = names(replace(both, groups=asked.groups[1:]))
    assert "ear.sensor.range" in missiles_only
    assert not any(".jammer." in name for name in missiles_only), "it has no effect on what comes"


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
    found = set()
    for record in (Radar, Sensor, Jammer, FireControl, Missile, Gun, System, Unit, Threat, Scenario):
        for field in fields(record):
            if re.fullmatch(r"~F|typing\.Optional\[~F\]|.*Mapping\[.*, ~F\]", str(field.type)):
                found.add(field.name)
                assert any(field.name in held for held in figures.BEARS_ON.values()), field.name
    assert {"range_max_m", "presence", "apogee_m", "pk", "p_look", "p_effect"} <= found


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


def test_used_sources_are_those_of_figures_that_matter_and_of_the_units() -> None:
    asked = fake.scenario(units=1)
    seen = replace(asked.units[0], evidence=replace(asked.units[0].evidence, source="photo"))
    idle = Bracket(0.9, 0.1, 0.99, "x.missile.pk.aircraft", "1", "press", ("jane",))
    missile = seen.system.missile
    assert missile is not None
    armed = replace(seen, system=replace(seen.system, missile=replace(missile, pk={**missile.pk, "aircraft": idle})))
    sources = {key: Source(key, key) for key in ("afp", "photo", "jane", "listed")}
    both = replace(asked, units=(armed,), sources=sources)
    assert figures.used_sources(both) == ("afp", "photo")
    assert {row["key"]: row["used"] for row in figures.source_rows(both)} == {
        "afp": True,
        "photo": True,
        "listed": False,
    }


def test_the_source_of_a_unit_without_any_is_none() -> None:
    asked = fake.scenario(units=1)
    unsourced = replace(asked.units[0], evidence=replace(asked.units[0].evidence, source=""))
    assert figures.used_sources(replace(asked, units=(unsourced,))) == ("afp",)


def test_the_chance_that_a_unit_is_there_is_a_figure_of_the_scenario() -> None:
    asked = fake.scenario()
    there = Bracket(0.6, 0.4, 0.8, "unit:Roof.presence", "1", "assumption", note="nobody says")
    doubtful = replace(asked, units=(replace(asked.units[0], presence=there), asked.units[1]))
    (row,) = [row for row in figures.figure_rows(doubtful) if row["figure"] == "unit:Roof.presence"]
    assert (row["bears_on"], row["origin"], row["used_by"]) == ("presence", "scenario", ["Roof"])
    assert "unit:Roof.presence" not in names(asked)


def test_rows_say_where_their_figures_come_from() -> None:
    asked = fake.scenario(units=1)
    unit, group = asked.units[0], asked.groups[0]
    mine = "your catalogue (my-folder)"
    set_here = Bracket(4.0, 4.0, 4.0, "unit:Roof.channels", "1", "assumption", note="set in the scenario")
    own = replace(unit, system=replace(unit.system, origin=mine, channels=set_here))
    rows = {row["figure"]: row["origin"] for row in figures.figure_rows(replace(asked, units=(own,)))}
    assert rows["tower.radar.search_range"] == mine
    assert rows["unit:Roof.channels"] == "scenario"
    assert rows["unit:Roof.mounted"] == "scenario"
    assert rows["model.rcs_pass_sigma"] == "model"
    assert rows["moped.rcs"] == "catalogue"
    assert figures.foreign(replace(asked, units=(own, own))) == (("tower", "Tower", mine),)
    theirs = replace(group, threat=replace(group.threat, origin=mine))
    assert figures.foreign(replace(asked, groups=(theirs,))) == (("moped", "Moped", mine),)
    assert figures.foreign(asked) == ()


def test_rows_say_who_uses_a_figure() -> None:
    rows = {row["figure"]: row for row in figures.figure_rows(fake.scenario())}
    assert rows["tower.radar.search_range"]["used_by"] == ["Roof", "Field"]
    assert rows["moped.rcs"]["used_by"] == ["Drones"]
    assert rows["model.rcs_pass_sigma"]["used_by"] == []
