"""What binds units and shots: networks that lag or fail, doctrine, sectors, reloads, common mode."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

import cases
from crenel import engine
from crenel.core.records import Case, Doctrine, Network, Span

EAST = Span(np.pi / 2, np.pi / 2 + 1e-9)
WEST = Span(1.5 * np.pi, 1.5 * np.pi + 1e-9)


def bound(asked: Case, *, delay_s: float = 0.0, availability: float = 1.0, **doctrine: Any) -> Case:
    network = Network("net", delay_s, availability, Doctrine(**doctrine))
    return replace(asked, networks=MappingProxyType({"net": network}))


def first_launch_s(asked: Case) -> float:
    replayed = engine.replay(cases.tables(asked), seed=1, replicate=0)
    return next(event.time_s for event in replayed.events if event.kind == "launched")


@pytest.mark.nojit
def test_a_network_hands_tracks_on_after_its_delay() -> None:
    """Who looks is not who shoots: with 100 s on the way the shot that could be fired at 90 s comes at 100 s."""
    eyes = cases.unit("eyes", missile=None, radar=cases.radar(scan_period_s=0.001))
    hands = cases.unit("hands", radar=None)
    asked = cases.case(eyes, hands)
    assert first_launch_s(bound(asked)) == pytest.approx(90.0, abs=0.01)
    assert first_launch_s(bound(asked, delay_s=100.0)) == pytest.approx(100.0, abs=0.01)


@pytest.mark.nojit
def test_ones_own_track_needs_no_network() -> None:
    asked = cases.case(cases.unit("a", radar=cases.radar(scan_period_s=0.001)))
    assert first_launch_s(bound(asked, delay_s=100.0)) == pytest.approx(90.0, abs=0.01)


def test_a_network_that_is_down_leaves_its_units_alone() -> None:
    """The shooter has no sensor of its own: it shoots in as many raids as the network is up."""
    eyes, hands = cases.unit("eyes", missile=None), cases.unit("hands", radar=None, missile=cases.missile(1.0))
    n = 2000
    played = cases.play(bound(cases.case(eyes, hands), availability=0.7), n)
    up = (~cases.leaked(played)).mean()
    assert up == pytest.approx(0.7, abs=4 * (0.21 / n) ** 0.5)
    assert cases.cause_names(played) == {"undetected"}


def test_units_of_a_network_that_is_down_all_shoot() -> None:
    units = [cases.unit(name, missile=cases.missile(1.0, rounds=1.0)) for name in "abc"]
    played = cases.play(bound(cases.case(*units), availability=0.5), 200)
    assert set(np.unique(played.rounds)) == {1, 3}


def test_a_unit_works_as_often_as_it_is_available_and_never_at_zero() -> None:
    n = 2000
    unit = cases.unit(missile=cases.missile(1.0))
    played = cases.play(cases.case(replace(unit, availability=0.8)), n)
    assert (~cases.leaked(played)).mean() == pytest.approx(0.8, abs=4 * (0.16 / n) ** 0.5)
    assert cases.cause_names(played) == {"unseen"}
    assert cases.leaked(cases.play(cases.case(replace(unit, availability=0.0)), 50)).all()


@pytest.mark.nojit
def test_doctrine_says_how_many_rounds_leave_at_once() -> None:
    raid = (cases.group("one", threat_class="cruise"), cases.group("two", threat_class="drone", after_s=60.0))
    asked = bound(cases.case(cases.unit(missile=cases.missile(1.0)), raid=raid), salvo={"cruise": 3})
    assert cases.play(asked, 4).rounds.tolist() == [[3, 1]] * 4


@pytest.mark.nojit
def test_rounds_are_kept_back_for_a_class() -> None:
    """Three rounds, two of them for cruise missiles: a drone gets one, and after that it is `held`."""
    raid = (
        cases.group("drones", threat_class="drone", count=2, within_s=30.0),
        cases.group("missiles", threat_class="cruise", count=2, within_s=30.0, after_s=100.0),
    )
    unit = cases.unit(missile=cases.missile(1.0, rounds=3.0))
    played = cases.play(bound(cases.case(unit, raid=raid), keep={"cruise": 2}), 8)
    assert (cases.leaked(played).sum(axis=1) == 1).all()
    assert cases.cause_names(played) == {"held"}
    assert cases.cause_names(cases.play(cases.case(unit, raid=raid), 8)) == {"no_rounds"}


@pytest.mark.nojit
def test_a_weapon_under_the_floor_of_pk_stays_silent() -> None:
    unit = cases.unit(missile=cases.missile(0.3), gun=cases.gun(0.6))
    played = cases.play(bound(cases.case(unit), least_pk=0.5), 8)
    assert not played.rounds.any()
    assert (played.bursts > 0).all()
    silent = cases.play(bound(cases.case(cases.unit(missile=cases.missile(0.3))), least_pk=0.5), 4)
    assert cases.cause_names(silent) == {"held"}


@pytest.mark.nojit
@pytest.mark.parametrize(("rank", "first"), [("time", 0), ("value", 1)])
def test_who_waits_is_ranked_by_time_or_by_time_and_value(rank: str, first: int) -> None:
    """One channel, busy with a first threat; of two that wait the nearer comes first, or the one worth ten."""
    asset = cases.case().assets[0]
    raid = (
        cases.group("near", after_s=3.0),
        cases.group("worth", to="palace", after_s=6.0),
        cases.group("decoy", after_s=0.0),
    )
    asked = cases.case(cases.unit(missile=cases.missile(1.0)), raid=raid)
    asked = replace(asked, assets=(asset, replace(asset, name="palace", value=10.0)))
    events = engine.replay(cases.tables(bound(asked, rank=rank)), seed=1, replicate=0).events
    assert [event.threat for event in events if event.kind == "launched"][:2] == [2, first]


@pytest.mark.nojit
def test_each_sector_has_channels_of_its_own() -> None:
    """Four channels, one for each quarter of the circle: of two from one side one waits, of two sides none does."""
    control = replace(cases.CONTROL, n_sectors=4, channels_per_sector=1.0)
    unit = cases.unit(missile=cases.missile(1.0), channels=4.0, fire_control=control, assessment_s=300.0)
    same = cases.play(cases.case(unit, raid=(cases.group(count=2, from_rad=EAST),)), 4)
    apart = (cases.group("east", from_rad=EAST), cases.group("west", from_rad=WEST))
    assert cases.cause_names(same) == {"saturated"}
    assert not cases.leaked(cases.play(cases.case(unit, raid=apart), 4)).any()


@pytest.mark.nojit
def test_reloading_takes_its_time_and_as_many_as_there_is_room_for() -> None:
    unit = cases.unit(missile=cases.missile(0.01, rounds=2.0, spare_rounds=3.0, reload_s=20.0))
    replayed = engine.replay(cases.tables(cases.case(unit)), seed=1, replicate=0)
    shots = [event.time_s for event in replayed.events if event.kind == "launched"]
    loads = [(event.time_s, event.rounds) for event in replayed.events if event.kind == "reloaded"]
    assert [rounds for _, rounds in loads] == [2, 1]
    assert loads[0][0] == pytest.approx(shots[1] + 20.0)
    assert shots[2] == pytest.approx(max(loads[0][0], shots[2]))
    assert len(shots) == 5
    assert not any(a < 0 for a in np.diff(shots))


@pytest.mark.nojit
def test_waves_come_one_after_the_other() -> None:
    asked = cases.case(raid=(cases.group(count=6, waves=3, wave_every_s=60.0, within_s=5.0),))
    flights = engine.replay(cases.tables(asked), seed=1, replicate=0).flights
    arrivals = np.array([flight.arrives_s for flight in flights])
    wave = (arrivals - arrivals.min()) // 50
    assert wave.tolist() == [0, 0, 1, 1, 2, 2]


@pytest.mark.nojit
def test_a_way_over_a_point_takes_as_long_as_it_is() -> None:
    """From 40 km east over a point 30 km north of the target: 50 km and 30 km, less the target's radius."""
    over = cases.group(via=(cases.at(0.0, 30e3),), from_rad=EAST)
    flight = engine.replay(cases.tables(cases.case(raid=(over,))), seed=1, replicate=0).flights[0]
    assert flight.arrives_s - flight.starts_s == pytest.approx((80e3 - 100.0) / 200.0, rel=1e-4)
    assert flight.corners[1, 1:] == pytest.approx((0.0, 30e3), abs=1.0)
    assert flight.corners[-1, 2] == pytest.approx(100.0, abs=1.0)


@pytest.mark.nojit
def test_a_planner_that_knows_the_route_does_not_shoot_where_the_threat_turns_away() -> None:
    """Straight at the unit, and off to the north 12 km before it: what reaches 10.5 km would hit on the old course."""
    turning = cases.group(via=(cases.at(12e3, 0.0),), to="far", from_rad=Span(2.53, 2.53), starts_m=48.8e3)
    far = replace(cases.case().assets[0], name="far", at=cases.at(12e3, 40e3))
    asked = cases.case(cases.unit(missile=cases.missile(1.0, range_max_m=10.5e3)), raid=(turning,))
    asked = replace(asked, assets=(*asked.assets, far))
    chances = {}
    for knows in (False, True):
        events = engine.replay(cases.tables(bound(asked, knows_route=knows)), seed=1, replicate=0).events
        chances[knows] = [event.p_kill for event in events if event.kind == "launched"]
    assert chances == {False: [0.0], True: []}


def test_a_unit_that_is_hit_is_silent_as_often_as_stated_and_what_it_guided_is_lost() -> None:
    n = 1000
    first = cases.group("first", to="unit", silences_frac=0.6, starts_m=9_000.0, speed_mps=900.0)
    later = cases.group("later", after_s=200.0)
    unit = replace(cases.unit(missile=cases.missile(1.0), reaction_s=12.0), radius_m=50.0)
    played = cases.play(cases.case(unit, raid=(first, later)), n)
    assert cases.leaked(played)[:, 0].all()
    silenced = cases.leaked(played)[:, 1].mean()
    assert silenced == pytest.approx(0.6, abs=4 * (0.24 / n) ** 0.5)


@pytest.mark.nojit
def test_who_homes_hits_behind_a_hill_and_who_is_guided_does_not() -> None:
    """Seen on a ridge of 500 m, 9 km east, it dives behind one of 300 m for ten seconds, and there the round comes."""
    world = cases.world_of(
        lambda east, north: np.where(abs(east - 6e3) < 400.0, 300.0, np.where(abs(east - 9e3) < 400.0, 500.0, 0.0))
    )
    raid = (cases.group(from_rad=EAST, starts_m=19e3),)
    kinds = {}
    for guidance in ("command", "homing"):
        unit = cases.unit(missile=cases.missile(1.0, guidance=guidance, range_max_m=9.5e3))
        tables = cases.tables(cases.case(unit, raid=raid), world=world)
        replayed = engine.replay(tables, seed=1, replicate=0)
        kinds[guidance] = [event.p_kill for event in replayed.events if event.kind == "launched"]
    assert kinds["command"][0] == 0.0
    assert kinds["homing"] == [1.0]


@pytest.mark.parametrize(("rho", "spared"), [(0.0, 0.7**12), (0.1, 0.0691)])
def test_beta_binomial_raid(rho: float, spared: float) -> None:
    """12 threats, one round each at p 0.7: P(no leak) 0.0691 with a correlation of 0.1, 0.0138 without."""
    n = 20_000
    units = [cases.unit(f"u{i}", missile=cases.missile(0.7, rounds=1.0), network="") for i in range(1)]
    unit = replace(units[0], system=replace(units[0].system, channels=12.0, missile=cases.missile(0.7, rounds=12.0)))
    asked = replace(
        cases.case(replace(unit, system=replace(unit.system, assessment_s=500.0)), raid=(cases.group(count=12),)),
        common_mode_frac=rho,
    )
    played = cases.play(asked, n)
    leaks = cases.leaked(played).sum(axis=1)
    assert (played.rounds == 1).all()
    assert (leaks == 0).mean() == pytest.approx(spared, abs=4 * (spared * (1 - spared) / n) ** 0.5)
    assert leaks.mean() == pytest.approx(3.6, abs=4 * leaks.std() / n**0.5)
    if rho:
        assert leaks.std() == pytest.approx(2.300, abs=0.05)


def test_a_salvo_of_two_with_a_correlation_of_its_own() -> None:
    """p 0.65, correlation 0.2 between the shots at one threat: 0.832 instead of 0.8775."""
    n = 20_000
    unit = cases.unit(missile=cases.missile(0.65, rounds=2.0, salvo=2))
    stopped = (~cases.leaked(cases.play(replace(cases.case(unit), common_mode_threat_frac=0.2), n))).mean()
    assert stopped == pytest.approx(0.832, abs=4 * (0.14 / n) ** 0.5)
