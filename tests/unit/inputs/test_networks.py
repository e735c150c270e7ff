"""Networks, doctrine, availability and what shots have in common: from the file to the records."""

from collections.abc import Callable
from typing import Any

import pytest

from crenel.core import doubt
from crenel.core.records import Bracket, Doctrine, Scenario
from crenel.inputs import InputError
from stated import EVERY_WORD, spoilt

Reading = Callable[[str], Scenario[Bracket]]


def three(figure: Bracket | None) -> tuple[float, float, float]:
    assert figure is not None
    return figure.low, figure.value, figure.high


def test_networks_have_delay_and_availability(reading: Reading) -> None:
    found = reading(EVERY_WORD).networks
    assert list(found) == ["moscow", "west"]
    assert [network.name for network in found.values()] == ["moscow", "west"]
    assert three(found["moscow"].delay_s) == (2.0, 3.5, 5.0)
    assert three(found["moscow"].availability) == (0.95, 0.95, 0.95)
    assert three(found["west"].delay_s) == (0.0, 0.0, 0.0)
    assert three(found["west"].availability) == (0.5, 0.8, 1.0)
    assert found["moscow"].delay_s.figure == "network:moscow.delay"
    assert {figure.grade for figure in doubt.figures(found)} == {"assumption"}


def test_a_doctrine_takes_what_it_leaves_out_from_the_scenarios(reading: Reading) -> None:
    scenario = reading(EVERY_WORD)
    assert scenario.doctrine == Doctrine({"cruise": 2, "ballistic": 1}, {"cruise": 4}, 0.2, "time", knows_route=True)
    assert scenario.networks["moscow"].doctrine == Doctrine(
        {"cruise": 3}, {"cruise": 4}, 0.2, "value", knows_route=True
    )
    assert scenario.networks["west"].doctrine.salvo == {"cruise": 2, "ballistic": 1}
    assert scenario.networks["west"].doctrine.keep == {"drone": 2}


def test_a_network_can_give_up_the_scenarios_reserve(reading: Reading) -> None:
    text = spoilt("{keep: {drone: 2}}", "{keep: {}, planner: present_track, least_pk: 0}")
    assert reading(text).networks["west"].doctrine == Doctrine({"cruise": 2, "ballistic": 1}, {}, 0.0)


def test_where_none_is_declared_names_are_networks_without_delay(reading: Reading, valid: str) -> None:
    scenario = reading(valid)
    (network,) = scenario.networks.values()
    assert network.name == "moscow"
    assert (three(network.delay_s), three(network.availability)) == ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    assert network.delay_s.grade == network.availability.grade == "assumption"
    assert "at once" in network.delay_s.note
    assert "taken to work" in network.availability.note
    assert network.doctrine == scenario.doctrine == Doctrine()


def test_units_may_fail_and_may_be_targets(reading: Reading) -> None:
    ministry, roof, suburb, alone = reading(EVERY_WORD).units
    assert ministry.availability is not None
    assert ministry.availability.figure == "unit:Ministry.availability"
    assert three(ministry.availability) == pytest.approx((0.8, 0.85, 0.9))
    assert three(suburb.availability) == (0.0, 0.0, 0.0)
    assert alone.availability is None
    assert three(suburb.radius_m) == (150.0, 150.0, 150.0)
    assert three(roof.radius_m) == (30.0, 100.0, 300.0)
    assert ministry.radius_m is None, "nothing is aimed at it"


def test_shots_share_what_the_scenario_says(reading: Reading, valid: str) -> None:
    scenario = reading(EVERY_WORD)
    assert three(scenario.common_mode_frac) == (0.0, 0.1, 0.2)
    assert three(scenario.common_mode_threat_frac) == (0.1, 0.1, 0.1)
    assert three(reading(spoilt("common_mode: 0..0.2", "common_mode: 0")).common_mode_frac) == (0.0, 0.0, 0.0)
    assert three(reading(valid).common_mode_frac) == (0.0, 0.05, 0.2), "an assumption of ours, unless it is stated"
    assert reading(valid).common_mode_threat_frac is None


def test_every_word_resolves_to_a_case(reading: Reading) -> None:
    case = doubt.resolve(reading(EVERY_WORD), {"network:moscow.delay": 2.5, "model.unit_radius": 40.0})
    assert (case.networks["moscow"].delay_s, case.networks["moscow"].availability) == (2.5, 0.95)
    assert (case.common_mode_frac, case.common_mode_threat_frac) == (0.1, 0.1)
    assert [unit.availability for unit in case.units] == pytest.approx([0.85, None, 0.0, None])
    assert [unit.radius_m for unit in case.units] == [None, 40.0, 150.0, None]
    assert [group.silences_frac for group in case.groups] == [None, None, 0.5, 0.9]
    assert case.networks["moscow"].doctrine.salvo == {"cruise": 3}


@pytest.mark.parametrize(
    ("old", "new", "pointed", "message"),
    [
        ("network: west", "network: wset", "wset", r"no network \"wset\" under 'networks'\. Did you mean 'west'"),
        ("  west: {", "  east: {}\n  west: {", "east: {}", r"no unit is in the network \"east\"\. .*or delete it"),
        ("delay: 2..5 s", "delay: 5..2 s", "5..2 s", r"'delay' runs backwards"),
        ("delay: 2..5 s", "delay: 2 h", "2 h", r"'delay' wants a time up to an hour"),
        ("delay: 2..5 s", "delay: 3", "3", r"'delay' has no unit"),
        ("delay: 2..5 s", "delay: -3 s", "-3 s", r"'delay' wants a time, not a negative one"),
        ("delay: 2..5 s", "delay: 3 km", "3 km", r"'delay' wants a time, not a length"),
        ("delay: 2..5 s", "delay: .nan", ".nan", r"'delay' wants a time"),
        ("delay: 2..5 s", "dealy: 2 s", "dealy", r"this network has no key \"dealy\"\. Did you mean 'delay'"),
        ("availability: 0.95", "availability: 1.5", "1.5", r"'availability' wants a probability"),
        ("low: 0.5, value", "low: 0.9, value", "{low: 0.9", r"'availability' has its value outside its bracket"),
        ("low: 0.5, value", "least: 0.4, low: 0.5, value", "least", r"'availability' has no key \"least\""),
        ("availability: 0.8..0.9", "availability: [0.8]", "[0.8]", r"'availability' wants keys and values, not a list"),
        ("{cruise: 3}", "{cruse: 3}", "cruse", r"'salvo' has no key \"cruse\"\. Did you mean 'cruise'"),
        ("{cruise: 3}", "{cruise: 0}", "0", r"'cruise' wants a whole number from 1"),
        ("{cruise: 3}", "{cruise: -2}", "-2", r"'cruise' wants a whole number from 1"),
        ("{cruise: 3}", "{cruise: 1.5}", "1.5", r"'cruise' wants a whole number"),
        ("{cruise: 3}", "3", "3", r"'salvo' wants keys and values.*drone, small_drone, cruise"),
        (
            "{cruise: 3}",
            "{cruise: 13}",
            "13",
            r"a salvo of 13 against cruise .* the 12 missiles of .*Launch 12 at most",
        ),
        ("{cruise: 2, b", "{cruise: 17, b", "17", r"a salvo of 17 against cruise .* 12 missiles of \"Alone\""),
        ("keep: {cruise: 4}", "keep: {cruse: 4}", "cruse", r"'keep' has no key \"cruse\""),
        ("keep: {cruise: 4}", "keep: {cruise: -4}", "-4", r"'cruise' wants a whole number"),
        ("keep: {cruise: 4}", "keep: {cruise: 13}", "13", r"13 missiles .* kept for cruise, and no unit .* Keep 12"),
        ("keep: {drone: 2}", "keep: {drone: 99}", "99", r"99 missiles are to be kept for drone"),
        ("least_pk: 0.2", "least_pk: 2", "2", r"'least_pk' wants a probability"),
        ("rank: value", "rank: worth", "worth", r"'rank' wants one of a few words.*time, value"),
        ("planner: knows_route", "planner: oracle", "oracle", r"'planner' wants one of a few words.*present_track"),
        ("planner:", "planer:", "planer", r"'doctrine' has no key \"planer\"\. Did you mean 'planner'"),
        ("doctrine: {salvo: {cruise: 2, ", "doctrine: 5 # {", "5 #", r"'doctrine' wants keys and values.*salvo, keep"),
        ("common_mode: 0..0.2", "common_mode: 1", "1", r"'common_mode' wants a correlation from 0 to 0\.9"),
        ("common_mode: 0..0.2", "common_mode: -0.1", "-0.1", r"'common_mode' wants .* not a negative one"),
        ("common_mode: 0..0.2", "common_mode: {value: 0.95, low: 0, high: 1}", "0.95", r"'value' wants a correlation"),
        ("common_mode: 0..0.2", "common_mode: none", "none", r"'common_mode' wants a share from 0 to 1"),
        ("common_mode_threat: 0.1", "common_mode_threat: 0.1 s", "0.1 s", r"'common_mode_threat' wants"),
        ("availability: 0, ", "availability: never, ", "never", r"'availability' wants a probability"),
        ("radius: 150 m", "radius: 0 m", "0 m", r"'radius' wants a length from 1 m"),
    ],
)
def test_what_networks_and_doctrine_cannot_say(
    reading: Reading, old: str, new: str, pointed: str, message: str
) -> None:
    text = spoilt(old, new)
    with pytest.raises(InputError, match=message) as caught:
        reading(text)
    mark = caught.value.mark
    assert text.splitlines()[mark.line - 1][mark.column - 1 :].startswith(pointed), str(caught.value)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("networks: {}", r"'networks' holds none"),
        ("networks: [moscow, west]", r"'networks' wants keys and values"),
        ("networks: {moscow: yes, west: {}}", r"this network wants keys and values"),
        ("networks: ", r"'networks' has no value"),
    ],
)
def test_networks_of_the_wrong_shape(reading: Reading, written: str, message: str) -> None:
    start, end = EVERY_WORD.index("networks:"), EVERY_WORD.index("doctrine: {salvo: {cruise: 2")
    with pytest.raises(InputError, match=rf"test\.yaml:4:\d+: {message}"):
        reading(EVERY_WORD[:start] + written + "\n" + EVERY_WORD[end:])


def test_a_salvo_asks_only_those_that_would_fire_it(reading: Reading) -> None:
    # Against what no missile of a unit is worth firing at, its magazine does not matter.
    reading(spoilt("salvo: {cruise: 3}", "salvo: {cruise: 13}, least_pk: 0.9"))
    reading(EVERY_WORD.replace("network: moscow", "network: moscow, set: {rounds: 0}"))


@pytest.mark.parametrize("setting", ["salvo: 13", "salvo: 3, rounds: 2"])
def test_a_systems_own_salvo_fits_its_magazine(reading: Reading, setting: str) -> None:
    text = spoilt("network: west,", f"network: west, set: {{{setting}}},").replace("tor-m2", "pantsir-s1")
    with pytest.raises(InputError, match=r"test\.yaml:13:\d+: the salvo of .* would be .* missiles"):
        reading(text)


def test_two_mistakes_of_one_doctrine_are_both_told(reading: Reading) -> None:
    text = spoilt("{cruise: 2, ballistic: 1}", "{cruise: 40, drone: 50}")
    with pytest.raises(InputError) as caught:
        reading(text)
    assert len(str(caught.value).splitlines()) == 2


def test_no_class_is_missing_from_the_file_format() -> None:
    from crenel.core.records import CLASSES
    from crenel.inputs.network_part import KeepPart, SalvoPart

    parts: tuple[Any, ...] = (SalvoPart, KeepPart)
    assert all(tuple(part.model_fields) == CLASSES for part in parts)
