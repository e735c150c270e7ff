"""Soft kill over an area: each threat once against each jammer, as it first comes into range and sight."""

from dataclasses import replace

import numpy as np
import pytest

import cases
from crenel import engine
from crenel.core.records import Case, Span
from crenel.world import EARTH_RADIUS_M, horizon_range_m

N = 20_000
EAST = Span(np.pi / 2, np.pi / 2 + 1e-9)


def _share(events: int, trials: int, p: float) -> None:
    """`events` of `trials` is what probability p gives, within 4 standard errors."""
    assert events / trials == pytest.approx(p, abs=4 * (p * (1 - p) / trials) ** 0.5 + 1e-12)


@pytest.mark.parametrize("p", [0.3, 0.0, 1.0])
def test_one_jammer_throws_off_its_share(p: float) -> None:
    played = cases.play(cases.case(cases.jamming(p=p)), N)
    jammed = cases.stopped_as("soft_kill", played)
    _share(int(jammed.sum()), N, p)
    assert (jammed ^ cases.leaked(played)).all()
    assert (played.unit == np.where(jammed, 0, -1)).all()
    assert not (played.rounds + played.bursts).any()


@pytest.mark.parametrize("apart_m", [0.0, 3e3])
def test_two_jammers_are_two_chances(apart_m: float) -> None:
    """1 - (1 - p)^2, whether they act at one moment or one after the other; the first in place or name gets it."""
    asked = cases.case(cases.jamming("b", range_m=5e3), cases.jamming("a", range_m=5e3 + apart_m))
    played = cases.play(asked, N)
    _share(int(cases.leaked(played).sum()), N, 0.7 * 0.7)
    _share(int((played.unit == 1).sum()), N, 0.3)
    _share(int((played.unit == 0).sum()), N, 0.7 * 0.3)


def test_threats_are_thrown_off_independently() -> None:
    """The number of leaks of 6 is binomial, though all come at once."""
    played = cases.play(cases.case(cases.jamming(), raid=(cases.group(count=6),)), N)
    leaks = cases.leaked(played).sum(axis=1)
    assert leaks.mean() == pytest.approx(6 * 0.7, abs=4 * (6 * 0.21 / N) ** 0.5)
    assert leaks.var() == pytest.approx(6 * 0.21, rel=0.05)


def test_what_the_jammer_leaves_the_gun_shoots_at() -> None:
    """Jammed from 5 km, one burst from 3 km on: (1 - 0.3)(1 - 0.6) get through, and no burst is spent on the jammed."""
    gun = cases.unit("gun", missile=None, gun=cases.gun(0.6, rounds=40.0, range_max_m=3e3))
    played = cases.play(cases.case(gun, cases.jamming()), N)
    jammed = cases.stopped_as("soft_kill", played)
    _share(int(cases.leaked(played).sum()), N, 0.7 * 0.4)
    _share(int(jammed.sum()), N, 0.3)
    _share(int(cases.stopped_as("gun", played).sum()), N, 0.7 * 0.6)
    assert (played.bursts == np.where(jammed, 0, 1)).all()


def test_what_the_gun_leaves_is_jammed() -> None:
    """The other way round: the burst at 4 km comes before the jammer's 1 km."""
    both = cases.unit(missile=None, gun=cases.gun(0.6, rounds=40.0, range_min_m=2e3), jammer=cases.jammer(range_m=1e3))
    played = cases.play(cases.case(both), N)
    assert (played.bursts == 1).all()
    _share(int(cases.stopped_as("gun", played).sum()), N, 0.6)
    _share(int(cases.stopped_as("soft_kill", played).sum()), N, 0.4 * 0.3)


@pytest.mark.nojit
def test_a_round_on_its_way_to_a_jammed_threat_is_spent() -> None:
    """Launched to meet it at 4.5 km, thrown off at 5 km."""
    both = cases.unit(missile=cases.missile(1.0, range_max_m=4.5e3), jammer=cases.jammer(1.0))
    played = cases.play(cases.case(both), 4)
    assert cases.stopped_as("soft_kill", played).all()
    assert (played.rounds == 1).all()


@pytest.mark.nojit
def test_it_happens_where_the_threat_comes_into_range() -> None:
    """5 km around a jammer 2 km before the target, beside the route by 3 km: 2 + sqrt(5^2 - 3^2) km from the target."""
    raid = (cases.group(from_rad=EAST, count=3, within_s=100.0),)
    played = cases.play(cases.case(cases.jamming(p=1.0, where=cases.at(2e3, 3e3)), raid=raid), 6)
    assert cases.stopped_as("soft_kill", played).all()
    assert played.east_m == pytest.approx(6e3, abs=1.0)
    assert played.north_m == pytest.approx(0.0, abs=1.0)
    undefended = cases.play(cases.case(raid=raid), 6)
    assert undefended.time_ms - played.time_ms == pytest.approx((6e3 - 100.0) / 0.2, abs=2.0)


@pytest.mark.nojit
def test_it_happens_where_the_threat_comes_into_sight() -> None:
    """Range enough for anything: at the horizon of a low antenna and a low threat."""
    far = cases.jamming(p=1.0, range_m=1e6)
    low = replace(far, system=replace(far.system, antenna_height_m=2.0))
    played = cases.play(cases.case(low, raid=(cases.group(height_m=Span(10.0, 10.0)),)), 4)
    expected_m = horizon_range_m(2.0, 10.0, 4.0 / 3.0 * EARTH_RADIUS_M)
    assert np.hypot(played.east_m, played.north_m) == pytest.approx(expected_m, abs=1.5)


def test_a_hill_shields_from_it() -> None:
    """A ridge of 400 m, 2 km east: jammed on top of it at the earliest, and not at all where it lies outside."""
    world = cases.world_of(lambda east, north: np.where(abs(east - 2e3) < 300.0, 400.0, 0.0), cell_m=500.0)
    asked = cases.case(cases.jamming(p=1.0, range_m=10e3), raid=(cases.group(from_rad=EAST, starts_m=18e3),))
    enters_s = cases.tables(asked, world=world).jams["enters_s"]
    left_m = 18e3 - 200.0 * enters_s
    assert (left_m < 2_300.0).all()
    assert (left_m > 1_500.0).all()
    flat_m = 18e3 - 200.0 * cases.tables(asked).jams["enters_s"]
    assert flat_m == pytest.approx(10e3, abs=0.01)


@pytest.mark.nojit
def test_a_threat_that_never_comes_into_range_is_not_thrown_off() -> None:
    """Beside the route; behind the target; and where it would be only after its arrival."""
    raid = (cases.group(from_rad=EAST),)
    for where, range_m in ((cases.at(10e3, 6e3), 5e3), (cases.at(-6e3, 0.0), 5e3), (cases.HERE, 99.9)):
        asked = cases.case(cases.jamming(p=1.0, where=where, range_m=range_m), raid=raid)
        assert np.isinf(cases.tables(asked).jams["enters_s"]).all()
        assert cases.leaked(cases.play(asked, 4)).all()


@pytest.mark.nojit
def test_a_threat_that_starts_within_range_is_thrown_off_at_its_start() -> None:
    asked = cases.case(cases.jamming(p=1.0, range_m=50e3))
    assert (cases.tables(asked).jams["enters_s"] == 0.0).all()
    assert np.hypot(*_ends(asked)) == pytest.approx(40e3, abs=1.0)


@pytest.mark.nojit
def test_classes_that_it_does_not_work_against_pass() -> None:
    raid = (cases.group("drones", threat_class="drone"), cases.group("missiles", threat_class="cruise"))
    for p_effect in ({"drone": 1.0, "cruise": 0.0}, {"drone": 1.0}):
        played = cases.play(cases.case(cases.jamming(p_effect=p_effect), raid=raid), 4)
        assert cases.stopped_as("soft_kill", played)[:, 0].all()
        assert cases.leaked(played)[:, 1].all()


@pytest.mark.nojit
def test_own_failures_on_the_way_come_first() -> None:
    """All fail by themselves, evenly along the way; jammed are those that would have failed within 5 km."""
    played = cases.play(cases.case(cases.jamming(p=1.0), raid=(cases.group(own_failure_frac=1.0),)), 200)
    failed, jammed = (cases.stopped_as(fate, played) for fate in ("own_failure", "soft_kill"))
    assert (failed ^ jammed).all()
    end_m = np.hypot(played.east_m, played.north_m)
    assert (end_m[failed] >= 5e3 - 1.0).all()
    assert end_m[jammed] == pytest.approx(5e3, abs=1.0)
    _share(int(jammed.sum()), 200, 4_900.0 / 39_900.0)


@pytest.mark.nojit
def test_no_kill_probability_changes_what_is_jammed() -> None:
    both = cases.unit(missile=cases.missile(0.5, range_max_m=4e3), jammer=cases.jammer(0.5))
    tables = cases.tables(cases.case(both))
    curve = np.array([0.0, 1.0])
    leaks = engine.fight_again(tables, seed=1, replicates=np.arange(60), curve=curve).leaks
    for place, p in enumerate(curve):
        played = engine.play(tables, seed=1, replicates=np.arange(60), pk=p)
        jammed = cases.stopped_as("soft_kill", played)
        assert (leaks[:, place] == cases.leaked(played).sum(axis=1)).all()
        assert 15 <= jammed.sum() <= 45
        assert cases.stopped_as("missile" if p else "leaked", played)[~jammed].all()


@pytest.mark.nojit
def test_a_jammer_changes_no_other_dice() -> None:
    """Beside a jammer that never works, and beside none, raids are the same."""
    shooter = cases.unit(missile=cases.missile(0.5), radar=cases.radar(search_range_m=20e3, fluctuation="swerling1"))
    raid = (cases.group(count=3, within_s=30.0, own_failure_frac=0.2),)
    without = cases.play(cases.case(shooter, raid=raid), 20)
    idle = cases.play(cases.case(shooter, cases.jamming(p=1e-12), raid=raid), 20)
    for name in ("fate", "cause", "time_ms", "rounds", "unit"):
        assert (getattr(without, name) == getattr(idle, name)).all()


def _ends(asked: Case) -> tuple[np.ndarray, np.ndarray]:
    played = cases.play(asked, 4)
    return played.east_m, played.north_m
