"""Search sensors that are no radar: what a look finds, by range, class and sight, and when a track is firm of it."""

import numpy as np
import pytest
from numpy.typing import NDArray

import cases
from crenel import engine
from crenel.core.records import Case, Span, Unit
from crenel.engine.begin import begin
from crenel.engine.state import AS_STATED, Dice, new_state
from crenel.engine.tables import MISSILE, Tables

EAST = Span(np.pi / 2, np.pi / 2 + 1e-9)


def eyes(name: str = "unit", **sensor: object) -> Unit[float]:
    """The default launcher, searching with a sensor in place of a radar."""
    return cases.unit(name, radar=None, sensor=cases.sensor(**sensor), missile=cases.missile(1.0, range_min_m=0.0))


def left_m(tables: Tables, *, v: int = 0, period_s: float = 1.0) -> NDArray[np.float64]:
    """How far each look of unit 0 finds the threat of a pass from its target."""
    looks = cases.dense(tables).looks[0, v, 0]
    return np.asarray(40e3 - 200.0 * (looks.first_s + period_s * np.arange(looks.n)))


def firm_from_target_m(tables: Tables, n: int) -> NDArray[np.float64]:
    """How far from its target threat 0 is when unit 0 first holds it firmly, raid by raid; NaN if never."""
    state = new_state(tables)
    found = np.full(n, np.nan)
    for raid in range(n):
        begin(tables, state, Dice(1, raid, AS_STATED))
        firm_s = state.tracks[0, 0].firm_s
        if firm_s < np.inf:
            found[raid] = 200.0 * (state.flying[0].arrives_s - firm_s) + 100.0
    return found


def play(asked: Case, n: int = 8) -> engine.Played:
    return cases.play(asked, n)


@pytest.mark.nojit
def test_a_sensor_that_cannot_miss_is_firm_at_its_range() -> None:
    """With looks each second the threat, at 200 m/s, is up to 200 m nearer by the first look within range."""
    tables = cases.tables(cases.case(eyes(range_m=8e3)), n_passes=8)
    firm_m = firm_from_target_m(tables, 40)
    assert (firm_m <= 8e3).all()
    assert (firm_m > 8e3 - 200.0).all()
    assert np.ptp(firm_m) > 50.0, "each pass has its own phase"


@pytest.mark.nojit
def test_each_look_has_the_stated_chance_within_the_range_and_none_beyond() -> None:
    tables = cases.tables(cases.case(eyes(range_m=9e3, p=0.35)))
    assert (
        cases.dense(tables).pd[0, 0, 0, : cases.dense(tables).looks[0, 0, 0].n]
        == np.where(left_m(tables) <= 9e3, 0.35, 0.0)
    ).all()


@pytest.mark.nojit
def test_the_range_does_not_depend_on_the_echo() -> None:
    small, large = (
        cases.tables(cases.case(eyes(p=0.5), raid=(cases.group(rcs_m2=rcs_m2),), sigma_db=4.0))
        for rcs_m2 in (1e-6, 1e3)
    )
    assert cases.dense(small).pd.any()
    assert (cases.dense(small).pd == cases.dense(large).pd).all()


@pytest.mark.parametrize(("n_looks", "firm"), [(2, 0.25), (3, 0.5), (4, 0.625)])
def test_firm_after_two_of_three_looks_at_even_chance(n_looks: int, firm: float) -> None:
    """Looks each 10 s, 2 km apart: exactly so many of them fall between the range and the target's radius.

    Of the 4, 8, 16 equally likely sequences 1, 4, 10 have two finds within three looks in a row.
    """
    n = 4000
    asked = cases.case(
        eyes(range_m=100.0 + 2e3 * n_looks, p=0.5, look_period_s=10.0, confirm_m=2, confirm_n=3, drop_k=3)
    )
    tables = cases.tables(asked, n_passes=8)
    assert ((cases.dense(tables).pd > 0.0).sum(axis=-1) == n_looks).all()
    held = np.isfinite(firm_from_target_m(tables, n)).mean()
    assert held == pytest.approx(firm, abs=4 * (firm * (1 - firm) / n) ** 0.5)


@pytest.mark.nojit
def test_a_sensor_finds_the_classes_that_it_works_against_and_no_other() -> None:
    """As one that listens for a radio link: drones that have one, and not the missiles that have none."""
    raid = (cases.group("drones", threat_class="drone"), cases.group("missiles", threat_class="cruise", after_s=300.0))
    for p_look in ({"drone": 1.0, "cruise": 0.0}, {"drone": 1.0}):
        played = play(cases.case(eyes(kind="radio", p_look=p_look), raid=raid))
        assert cases.stopped_as("missile", played)[:, 0].all()
        assert cases.leaked(played)[:, 1].all()
        assert cases.cause_names(played) == {"unseen"}
        assert not played.rounds[:, 1].any()


def test_sound_comes_over_a_ridge_and_sight_does_not() -> None:
    """A ridge of 400 m, 2 km east; the threat comes 100 m above the ground from there."""
    world = cases.world_of(lambda east, north: np.where(abs(east - 2e3) < 300.0, 400.0, 0.0), cell_m=500.0)
    raid = (cases.group(from_rad=EAST, starts_m=18e3),)
    seen = cases.tables(cases.case(eyes(range_m=10e3), raid=raid), world=world)
    heard = cases.tables(cases.case(eyes(range_m=10e3, kind="acoustic", needs_sight=False), raid=raid), world=world)
    assert firm_of(heard) == pytest.approx(10e3, abs=200.0)
    assert firm_of(seen) < 2_500.0
    hidden = cases.tables(cases.case(eyes(range_m=10e3), raid=(cases.group(from_rad=EAST, starts_m=18e3),)))
    assert firm_of(hidden) == pytest.approx(10e3, abs=200.0), "without the ridge it is seen from there as well"


def firm_of(tables: Tables) -> float:
    looks = cases.dense(tables).looks[0, 0, 0]
    first = int(np.argmax(cases.dense(tables).pd[0, 0, 0, : looks.n] > 0.0))
    return float(18e3 - 200.0 * (looks.first_s + first))


@pytest.mark.nojit
def test_a_sensor_without_sight_is_never_held_up_by_the_horizon() -> None:
    low = {"antenna_height_m": 2.0, "radar": None}
    raid = (cases.group(height_m=Span(10.0, 10.0)),)
    for needs_sight, from_m in ((True, 18_869.0), (False, 30e3)):  # sqrt(2 k R h): 5.83 km and 13.04 km
        unit = cases.unit(**low, sensor=cases.sensor(range_m=30e3, needs_sight=needs_sight))
        firm_m = firm_from_target_m(cases.tables(cases.case(unit, raid=raid)), 4)
        assert firm_m == pytest.approx(from_m, abs=201.0)


@pytest.mark.nojit
def test_outside_the_elevation_limits_nothing_is_found() -> None:
    above = cases.tables(cases.case(eyes(elevation_min_rad=0.2, needs_sight=False)))
    assert not cases.dense(above).pd.any()
    assert not cases.dense(above).in_sight.any()
    assert cases.dense(cases.tables(cases.case(eyes()))).in_sight.all()


@pytest.mark.nojit
def test_a_sensor_loses_a_threat_after_as_many_misses_as_it_states() -> None:
    """It sees from 10 km to 4 km (nothing nearer is below its highest elevation), and looks each second."""
    reaction_s = (10e3 - 4e3) / 200.0 + 6.0  # longer than it sees, by more than four misses and one less than eight
    for drop_k, fired in ((4, False), (9, True)):
        unit = cases.unit(
            radar=None,
            sensor=cases.sensor(elevation_max_rad=np.arctan2(100.0, 4e3), drop_k=drop_k),
            antenna_height_m=0.0,
            reaction_s=reaction_s,
            missile=cases.missile(1.0, range_min_m=0.0),
        )
        assert (play(cases.case(unit)).rounds > 0).all() == fired


@pytest.mark.nojit
def test_a_sensor_tells_its_network_and_nobody_else() -> None:
    watch = cases.unit("watch", radar=None, sensor=cases.sensor(), missile=None, fire_control=None)
    hands = cases.unit("hands", radar=None, missile=cases.missile(1.0))
    assert (play(cases.case(watch, hands)).unit == 1).all()
    assert cases.leaked(play(cases.case(watch, cases.unit("hands", radar=None, network="other")))).all()


@pytest.mark.nojit
def test_optics_for_fire_control_reach_as_far_against_every_echo() -> None:
    """A launch needs the threat within 10 km, whatever its echo; a control radar sees 1/16 of the echo at half."""
    for ref_rcs_m2, from_m in ((0.0, 10e3), (1.0, 5e3)):
        control = cases.FireControl(10e3, ref_rcs_m2, -1.5, 1.6)
        asked = cases.case(cases.unit(fire_control=control), raid=(cases.group(rcs_m2=1.0 / 16.0),))
        opens_s = cases.dense(cases.tables(asked)).plan[0, :, 0, MISSILE, 0]["open_s"]
        assert opens_s == pytest.approx((40e3 - from_m) / 200.0, abs=1e-3)
