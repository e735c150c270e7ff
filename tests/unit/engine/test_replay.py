"""A raid that is played again with a log is the raid that was played, and the log obeys the rules."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cases
from crenel import engine
from crenel.core.records import CAME_DOWN, CAUSES, FATES, Case
from reference.random_cases import random_case


def agrees(asked: Case, raids: range) -> None:
    tables = cases.tables(asked)
    played = engine.play(tables, seed=1, replicates=np.array(raids))
    for row, raid in enumerate(raids):
        again = engine.replay(tables, seed=1, replicate=raid)
        shots = {"missile": np.zeros(len(again.flights), int), "gun": np.zeros(len(again.flights), int)}
        for event in again.events:
            if event.kind in ("launched", "fired"):
                shots[event.weapon][event.threat] += event.rounds
        assert shots["missile"].tolist() == played.rounds[row].tolist()
        assert shots["gun"].tolist() == played.bursts[row].tolist()
        for i, flight in enumerate(again.flights):
            assert flight.fate == FATES[played.fate[row, i]]
            assert flight.cause == ("" if played.cause[row, i] < 0 else CAUSES[played.cause[row, i]])
            assert flight.came_down == played.came_down[row, i]
            assert flight.corners[-1, 1:] == pytest.approx((played.east_m[row, i], played.north_m[row, i]), abs=1.0)


@pytest.mark.parametrize("number", [0, 3, 5])
def test_the_log_is_of_the_raid_that_was_played(number: int) -> None:
    agrees(random_case(number), range(20))


@settings(max_examples=25, deadline=None)
@given(number=st.integers(0, 10_000), raid=st.integers(0, 10_000))
def test_what_holds_in_every_raid(number: int, raid: int) -> None:
    asked = random_case(number)
    replayed = engine.replay(cases.tables(asked), seed=1, replicate=raid)
    stock = [round(unit.system.missile.rounds) for unit in asked.units if unit.system.missile]
    ended = {i: flight.ended_s for i, flight in enumerate(replayed.flights)}
    for event in replayed.events:
        if event.kind == "launched":
            stock[event.unit] -= event.rounds
            assert event.rounds > 0
            assert stock[event.unit] >= 0, "no round is fired twice"
        if event.kind == "reloaded":
            stock[event.unit] += event.rounds
        if event.kind in ("launched", "fired"):
            assert 0 <= event.channels < round(asked.units[event.unit].system.channels)
            assert event.time_s <= ended[event.threat], "nobody fires at what is no more"
            assert 0.0 <= event.p_kill <= 1.0
        if event.kind == "shot_down":
            launch_s = min(
                e.time_s for e in replayed.events if e.kind in ("launched", "fired") and e.threat == event.threat
            )
            assert launch_s < event.time_s
    for flight in replayed.flights:
        assert (flight.cause != "") == (flight.fate == "leaked") == (flight.came_down == -1)
        assert flight.starts_s <= flight.ended_s <= flight.arrives_s + 1e-9


@pytest.mark.nojit
def test_what_is_shot_down_falls_as_far_as_a_stone_would() -> None:
    """At 100 m and 200 m/s: 4.5 s and 903 m farther on. Met at 1.5 km it falls within 1 km of the asset."""
    unit = cases.unit(missile=cases.missile(1.0, range_max_m=1_500.0, range_min_m=0.0))
    flight = engine.replay(cases.tables(cases.case(unit)), seed=1, replicate=0).flights[0]
    met_m = float(np.hypot(*flight.corners[-1, 1:]))
    assert met_m == pytest.approx(1_500.0, abs=1.0)
    assert CAME_DOWN[flight.came_down] == "within_1km"
    high = replace(cases.group(), height_m=replace(cases.group().height_m, low=275.0, high=275.0))
    fell = engine.replay(cases.tables(cases.case(unit, raid=(high,))), seed=1, replicate=0).flights[0]
    assert CAME_DOWN[fell.came_down] == "inside", "7.5 s at 200 m/s: 1.5 km on"


@pytest.mark.nojit
def test_where_a_jammed_one_ends_is_not_known() -> None:
    flight = engine.replay(cases.tables(cases.case(cases.jamming(p=1.0))), seed=1, replicate=0).flights[0]
    assert (flight.fate, CAME_DOWN[flight.came_down]) == ("soft_kill", "unknown")
