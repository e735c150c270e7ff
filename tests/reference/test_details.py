"""Small things that a whole raid would hide: pictures, sectors, falls, and the way from the records."""

import math
from typing import Any

import pytest

import cases
from crenel.core.records import Span
from reference.adapter import Adapter, Way
from reference.allowed import sector_of
from reference.case import (
    Case,
    FireControl,
    Limits,
    Network,
    Threat,
    Unit,
    Wall,
    Weapon,
    flat_earth,
    open_sky,
    with_walls,
)
from reference.cause import reengage_blocked
from reference.dice import Dice, Given, GivenDice
from reference.geometry import Geometry, in_envelope, intervals
from reference.given import given, shelf
from reference.mutations import group, raid, shooter
from reference.outcome import came_down
from reference.raid import play
from reference.record import Played
from reference.routes import Legs, straight

INF = math.inf


def pictures(tracks: dict[tuple[int, int], list[tuple[float, float]]], delay_s: float) -> Played:
    """Two units of a network that see one threat and fire at nothing."""
    units = (shelf("a", rounds=0, network="net"), shelf("b", rounds=0, network="net"))
    geometry, _ = given(units, [(0.0, 1.0)], ends_s=[100.0], delay_s=delay_s)
    return play(geometry, Dice(1), tracks=tracks)


def test_a_network_gets_a_track_late_and_loses_it_at_once() -> None:
    played = pictures({(0, 0): [(10.0, 20.0)]}, 3.0)
    assert played.pictures == {(0, 0): [(10.0, 20.0)], (0, 1): [(13.0, 20.0)]}


def test_a_track_handed_over_is_never_lost() -> None:
    played = pictures({(0, 0): [(10.0, 20.0)], (0, 1): [(19.0, 40.0)]}, 3.0)
    assert played.pictures == {(0, 0): [(10.0, 40.0)], (0, 1): [(13.0, 40.0)]}


def test_a_track_shorter_than_the_delay_stays_at_home() -> None:
    played = pictures({(0, 0): [(10.0, 12.0), (14.0, 15.0)]}, 3.0)
    assert played.pictures == {(0, 0): [(10.0, 12.0), (14.0, 15.0)]}


def test_a_reaction_begins_anew_when_the_track_comes_back() -> None:
    geometry, _ = given((shelf(reaction_s=5.0),), [(0.0, 100.0)], ends_s=[200.0])
    played = play(geometry, Dice(1), tracks={(0, 0): [(0.0, 4.0), (10.0, INF)]})
    assert next(shot.launch_s for shot in played.engagements) == 15.0


def test_dice_that_are_given_decide() -> None:
    geometry, tracks = given((shelf(assessment_s=2.0),), [(0.0, 100.0)] * 2, ends_s=[200.0, 200.0], flight_s=3.0)
    cast = Given(
        kill=lambda threat, number: 0.0 if (threat, number) == (0, 2) else 0.9, fails_at=lambda i: 0.1 * i or None
    )
    played = play(geometry, GivenDice(cast), tracks=tracks)
    assert played.fates == ["missile", "own_failure"]
    assert played.ended_s == [13.0, 20.0]
    away = Given(kill=lambda threat, number: 0.0, unit_works=lambda unit: False)
    assert play(geometry, GivenDice(away), tracks=tracks).fates == ["leaked", "leaked"]


def test_sectors_are_centred_on_where_the_unit_faces() -> None:
    unit = Unit("a", (0.0, 0.0, 0.0), fire_control=FireControl(Limits(), n_sectors=4, facing_rad=math.pi / 2))
    case = Case((), (unit,), open_sky)
    points = [(9.0, 1.0, 0.0), (9.0, -1.0, 0.0), (1.0, -9.0, 0.0), (-9.0, 0.0, 0.0), (0.0, 9.0, 0.0), (9.0, 8.9, 0.0)]
    assert [sector_of(case, 0, point) for point in points] == [0, 0, 1, 2, 3, 0]


def test_a_killed_threat_flies_on_and_falls() -> None:
    threat = Threat("t", straight(0.0, 100.0, (10_000.0, 0.0, 490.3325), (0.0, 0.0, 490.3325)))
    # From 490 m it falls for 10 s, which is 1 km of way at 100 m/s.
    for ended_s, where in [(89.9, "within 1 km"), (90.1, "inside an asset"), (70.0, "within 5 km"), (10.0, "farther")]:
        played = Played(["missile"], [ended_s], [1], [])
        case = Case((threat,), (), open_sky, assets=((-200.0, 0.0, 200.0),))
        assert came_down(case, played, 0) == where
    assert came_down(case, Played(["soft_kill"], [10.0], [0], []), 0) == "unknown"
    assert came_down(case, Played(["leaked"], [100.0], [0], []), 0) == "inside an asset"


def test_what_keeps_a_missed_threat_from_being_fired_at_again() -> None:
    def why(rounds: int, closes_s: float) -> str:
        geometry, tracks = given((shelf(p=1e-9, rounds=rounds, assessment_s=2.0),), [(0.0, closes_s)], ends_s=[50.0])
        return reengage_blocked(geometry, play(geometry, Dice(1), tracks=tracks), 0)

    assert why(1, 10.0) == "no_rounds"
    assert why(9, 10.0) == ""
    assert why(1, 2.0) == ""


def test_edges_of_intervals_are_found_to_a_microsecond() -> None:
    found = intervals(lambda t: math.sin(t) > 0.5, 0.0, 10.0, 0.1)
    edges = [math.pi / 6, 5 * math.pi / 6, 13 * math.pi / 6, 17 * math.pi / 6]
    assert [time for pair in found for time in pair] == pytest.approx(edges, abs=2e-6)


def test_a_wall_hides_what_is_behind_and_below() -> None:
    unit = Unit("a", (0.0, 0.0, 10.0))
    sight = with_walls(flat_earth(), (Wall("a", 0.08, 0.5, 1_000.0, 0.05),))
    assert not sight(unit, (500.0, 5_000.0, 100.0))
    assert sight(unit, (500.0, 5_000.0, 400.0))
    assert sight(unit, (-500.0, 5_000.0, 100.0))
    assert sight(unit, (100.0, 5_000.0, 100.0))
    assert sight(unit, (100.0, 800.0, 20.0))


def test_rounds_slow_down_so_that_the_mean_is_the_published_one() -> None:
    round_ = Weapon("missile", {}, 20_000.0, 1, 1_300.0, speed_mean_mps=780.0, speed_mean_over_m=18_000.0)
    assert 18_000.0 / round_.flight_s(18_000.0) == pytest.approx(780.0, rel=1e-9)
    step = 1e-3
    assert step / round_.flight_s(step) == pytest.approx(1_300.0, rel=1e-6)


def test_windows_of_a_straight_approach_are_where_the_closed_form_says() -> None:
    weapon = Weapon("missile", {"drone": 0.5}, 18_000.0, 9, 900.0, range_min_m=1_200.0)
    unit = Unit("a", (0.0, 0.0, 0.0), weapons=(weapon,))
    threat = Threat("t", Legs(((0.0, 40_000.0, 0.0, 0.0), (200.0, 0.0, 0.0, 0.0))))
    geometry = Geometry(Case((threat,), (unit,), open_sky))
    [(opens, closes)] = geometry.planned_windows(0, 0, 0, False)
    assert opens == pytest.approx((40_000.0 - 22_000.0) / 200.0, abs=1e-5)
    assert closes == pytest.approx((40_000.0 - 1_200.0 * 1_100.0 / 900.0) / 200.0, abs=1e-5)
    assert geometry.true_windows(0, 0, 0) == [pytest.approx((opens, closes), abs=1e-5)]
    assert in_envelope(unit, weapon, geometry.planned(0, 0, weapon, opens, False))


def test_network_words_of_units_without_description() -> None:
    units = (shelf("a", network="far"), shelf("b", network="far"))
    geometry, _ = given(units, [(0.0, 1.0)])
    played = play(geometry, Dice(1), tracks={(0, 0): [(0.0, INF)]})
    assert played.pictures[0, 1][0][0] == 0.0
    assert isinstance(geometry.case.networks["net"], Network)


def test_the_adapter_puts_things_where_the_records_say() -> None:
    via = (cases.at(5_000.0, 15_000.0),)
    records = raid(shooter(reload_s=9.0, spare_rounds=4.0), groups=(group(via=via, height_m=Span(80.0, 80.0)),))
    adapter = Adapter(records)
    case = adapter.reference([Way(0, math.pi / 2, 30_000.0, 80.0, 500.0, 2.0)])
    route = case.threats[0].route
    assert route.position(route.start_s) == pytest.approx((30_000.0, 0.0, 80.0), abs=1e-3)
    assert route.position(route.knots_s[1]) == pytest.approx((5_000.0, 15_000.0, 80.0), abs=1.0)
    assert route.end_s == 500.0
    assert math.hypot(*route.position(500.0)[:2]) == pytest.approx(100.0, abs=0.1)
    assert math.hypot(*route.velocity(400.0)) == pytest.approx(200.0)
    assert case.threats[0].rcs_m2 == 2.0
    assert (case.units[0].weapons[0].reload_s, case.units[0].weapons[0].spare_rounds) == (9.0, 4)
    assert case.units[0].at[2] == cases.HEIGHT_M


def test_the_adapter_ends_arcs_at_the_target() -> None:
    words: dict[str, Any] = {"motion": "ballistic", "threat_class": "ballistic", "apogee_m": 25e3, "range_m": 80e3}
    case = Adapter(raid(shooter(), groups=(group(**words),))).reference([Way(0, 0.3, 60_000.0, 0.0, 70.0)])
    route = case.threats[0].route
    assert route.end_s == pytest.approx(70.0)
    east, north, _ = route.position(route.start_s)
    assert (east, north) == pytest.approx((60e3 * math.sin(0.3), 60e3 * math.cos(0.3)), abs=1e-3)
    assert math.hypot(*route.position(70.0)[:2]) == pytest.approx(100.0, abs=1e-3)
