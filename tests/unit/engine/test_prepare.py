from dataclasses import replace
from math import isnan

import numpy as np
import pytest

import cases
from crenel.core import streams
from crenel.core.records import Span
from crenel.engine.begin import begin
from crenel.engine.geometry import flight_of_round, meets_inside_envelope
from crenel.engine.passes import draw_passes
from crenel.engine.setup import set_up
from crenel.engine.state import Dice, new_state
from crenel.engine.tables import GUN, MISSILE
from crenel.world import build


@pytest.mark.nojit
def test_tables_are_read_only_and_contiguous() -> None:
    for name, table in cases.tables(cases.case(cases.unit(gun=cases.gun()), cases.jamming()))._asdict().items():
        assert not table.flags.writeable, name
        assert table.flags.c_contiguous, name


@pytest.mark.nojit
def test_a_launch_window_is_where_a_round_meets_the_threat_between_its_least_and_greatest_range() -> None:
    """Threat at 200 m/s straight in from 40 km, round at 900 m/s: met at range R if launched at R (1 + v / w)."""
    tables = cases.tables(cases.case(cases.unit(gun=cases.gun())))
    for weapon, near_m, far_m, speed_mps in ((MISSILE, 1_200.0, 18_000.0, 900.0), (GUN, 200.0, 4_000.0, 800.0)):
        for windows, counts in (
            (cases.dense(tables).plan, cases.dense(tables).n_plan),
            (cases.dense(tables).true, cases.dense(tables).n_true),
        ):
            assert (counts[0, :, 0, weapon] == 1).all()
            opens = (40e3 - far_m * (1 + 200.0 / speed_mps)) / 200.0
            closes = (40e3 - near_m * (1 + 200.0 / speed_mps)) / 200.0
            assert windows[0, :, 0, weapon, 0]["open_s"] == pytest.approx(opens, abs=1e-3)
            assert windows[0, :, 0, weapon, 0]["close_s"] == pytest.approx(closes, abs=1e-3)


@pytest.mark.nojit
def test_inside_a_window_a_round_meets_inside_the_envelope_and_just_outside_it_does_not() -> None:
    """Passes beside the unit, some through the zone that is too near, and a round that slows down."""
    weapon = cases.missile(speed_max_mps=1_300.0, speed_mean_mps=780.0, range_min_m=4_000.0, range_max_m=16_000.0)
    asked = cases.case(cases.unit(where=cases.at(5_000.0, 3_000.0), missile=weapon), raid=(cases.group(),))
    tables = cases.tables(asked, n_passes=8)
    setup = set_up(asked, build(asked), draw_passes(asked, seed=1, block=0, n_passes=8))

    def meets(v: int, launch_s: float) -> bool:
        flight = flight_of_round(setup, 0, v, 0, MISSILE, launch_s, 10.0, np.inf)
        return not isnan(flight) and bool(meets_inside_envelope(setup, 0, v, 0, MISSILE, launch_s + flight, np.inf))

    n_windows = cases.dense(tables).n_plan[0, :, 0, MISSILE]
    assert set(n_windows) >= {1, 2}, "some passes cross the zone that is too near"
    for v in range(8):
        for x in range(n_windows[v]):
            window = cases.dense(tables).plan[0, v, 0, MISSILE, x]
            assert meets(v, window.open_s + 2e-3)
            assert meets(v, window.close_s - 2e-3)
            assert meets(v, 0.5 * (window.open_s + window.close_s))
            assert not meets(v, window.open_s - 2e-3)
            assert not meets(v, window.close_s + 2e-3)


@pytest.mark.nojit
@pytest.mark.parametrize(
    ("change", "group"),
    [
        ({"height_min_m": 150.0}, {}),
        ({"height_max_m": 50.0}, {}),
        ({"target_speed_max_mps": 150.0}, {}),
        ({}, {"speed_mps": 2_500.0}),
    ],
)
def test_no_window_outside_a_limit(change: dict[str, float], group: dict[str, float]) -> None:
    asked = cases.case(cases.unit(missile=cases.missile(**change)), raid=(cases.group(**group),))
    assert (cases.dense(cases.tables(asked)).n_plan == 0).all()


@pytest.mark.nojit
def test_fire_control_limits_the_launch() -> None:
    """It sees the threat from 10 km on, so no round meets it beyond 10 km x 900 / 1,100."""
    control = replace(cases.CONTROL, range_m=10e3)
    tables = cases.tables(cases.case(cases.unit(fire_control=control)))
    assert cases.dense(tables).plan[0, :, 0, MISSILE, 0]["open_s"] == pytest.approx((40e3 - 10e3) / 200.0, abs=1e-3)
    smaller = cases.case(cases.unit(fire_control=control), raid=(cases.group(rcs_m2=1.0 / 16.0),))
    assert cases.dense(cases.tables(smaller)).plan[0, :, 0, MISSILE, 0]["open_s"] == pytest.approx(
        (40e3 - 5e3) / 200.0, abs=1e-3
    )


@pytest.mark.nojit
def test_looks_come_at_each_scan_from_a_drawn_phase() -> None:
    tables = cases.tables(cases.case(cases.unit(radar=cases.radar(scan_period_s=7.0))), n_passes=8)
    looks = cases.dense(tables).looks[0, :, 0]
    assert ((looks["first_s"] >= 0.0) & (looks["first_s"] < 7.0)).all()
    last_s = looks["first_s"] + 7.0 * (looks["n"] - 1)
    flight_s = tables.passes[0]["flight_s"]
    assert ((last_s <= flight_s) & (flight_s < last_s + 7.0)).all()


@pytest.mark.nojit
def test_no_look_comes_after_the_threat_has_arrived() -> None:
    """A flight of 1 s and a scan of 60 s: most passes are never looked at."""
    asked = cases.case(
        cases.unit(radar=cases.radar(scan_period_s=60.0)), raid=(cases.group(starts_m=300.0, speed_mps=200.0),)
    )
    tables = cases.tables(asked, n_passes=64)
    looks = cases.dense(tables).looks[0, :, 0]
    assert (looks["n"] == (looks["first_s"] <= 1.0)).all()
    assert (cases.dense(tables).in_sight[0] == looks["n"]).all()


@pytest.mark.nojit
def test_beyond_the_instrumented_range_and_outside_the_elevations_nothing_is_seen() -> None:
    near = cases.tables(cases.case(cases.unit(radar=cases.radar(instrumented_range_m=20e3))))
    looks, pd = cases.dense(near).looks[0, 0, 0], cases.dense(near).pd[0, 0, 0]
    left_m = 40e3 - 200.0 * (looks.first_s + np.arange(looks.n))
    assert (pd[: looks.n] == (left_m <= 20e3)).all()
    above = cases.tables(cases.case(cases.unit(radar=cases.radar(elevation_min_rad=0.2))))
    assert not cases.dense(above).pd.any()
    assert not cases.dense(above).in_sight.any()


@pytest.mark.nojit
def test_a_unit_added_changes_nothing_of_the_others() -> None:
    raid = (cases.group("one", count=3, within_s=50.0), cases.group("two", count=2, speed_mps=60.0))
    sensor = cases.radar(search_range_m=15e3, confirm_m=3, confirm_n=5, fluctuation="swerling1")
    one = cases.unit("one", radar=sensor, network="")
    two = cases.unit("two", where=cases.at(2e3, 5e3), radar=replace(sensor, scan_period_s=0.5), gun=cases.gun())
    few = cases.tables(cases.case(one, raid=raid, sigma_db=4.0))
    more = cases.tables(cases.case(two, one, cases.jamming("three"), raid=raid, sigma_db=4.0))
    n_looks = cases.dense(few).pd.shape[-1]
    assert (cases.dense(more).looks[:, :, 1] == cases.dense(few).looks[:, :, 0]).all()
    assert (cases.dense(more).pd[:, :, 1, :n_looks] == cases.dense(few).pd[:, :, 0]).all()
    assert (cases.dense(more).firm_cdf[:, :, 1, :n_looks] == cases.dense(few).firm_cdf[:, :, 0]).all()
    assert (cases.dense(more).plan[:, :, 1, :, :1] == cases.dense(few).plan[:, :, 0]).all()
    assert (more.groups == few.groups).all()
    assert (more.pairs[:, 1] == few.pairs[:, 0]).all()
    for raid_number in range(20):
        states = []
        for tables in (few, more):
            state = new_state(tables)
            begin(tables, state, Dice(1, raid_number, -1.0))
            states.append(state)
        assert (states[0].flying["starts_s"] == states[1].flying["starts_s"]).all()
        assert (states[0].flying["way"] == states[1].flying["way"]).all()
        assert (states[0].tracks["firm_s"][:, 0] == states[1].tracks["firm_s"][:, 1]).all()
    assert np.isfinite(states[0].tracks["firm_s"]).any()


@pytest.mark.nojit
def test_a_group_added_leaves_the_passes_of_the_others() -> None:
    first, second = cases.group("one", count=2), cases.group("two", speed_mps=50.0)
    few = cases.tables(cases.case(cases.unit(), raid=(first,)))
    more = cases.tables(cases.case(cases.unit(), raid=(second, first)))
    assert (more.passes[1] == few.passes[0]).all()
    assert (more.threats["name"][1:] == few.threats["name"]).all()
    assert (cases.dense(more).n_plan[1] == cases.dense(few).n_plan[0]).all()


@pytest.mark.nojit
def test_arrivals_begin_when_the_slowest_can_have_arrived() -> None:
    raid = (cases.group("one", speed_mps=50.0), cases.group("two", after_s=30.0, within_s=60.0))
    tables = cases.tables(cases.case(raid=raid))
    assert tables.threats["wave_s"] == pytest.approx([39_900 / 50.0, 39_900 / 50.0 + 30.0])
    assert tables.groups["within_s"].tolist() == [0.0, 60.0]


@pytest.mark.nojit
def test_names_key_the_draws() -> None:
    tables = cases.tables(cases.case(cases.unit("a"), cases.unit("b"), raid=(cases.group("g", count=2),)))
    threat = streams.pair_hash(streams.name_hash("g"), 1)
    assert tables.threats[1].name == threat
    assert tables.pairs[1, 0] == streams.pair_hash(streams.name_hash("a"), threat)


@pytest.mark.nojit
def test_units_without_a_network_are_blind_to_all_others() -> None:
    named = cases.tables(cases.case(cases.unit("a"), cases.unit("b"), cases.unit("c", network="other"))).units
    assert named["network"].tolist() == [0, 0, 1]
    alone = cases.tables(cases.case(cases.unit("a", network=""), cases.unit("b", network=""))).units
    assert alone["network"].tolist() == [0, 1]


@pytest.mark.nojit
def test_stocks_are_whole_rounds_and_whole_bursts() -> None:
    system = cases.unit(missile=cases.missile(rounds=12.0), gun=cases.gun(rounds=1_430.0, burst_rounds=100.0))
    tables = cases.tables(cases.case(system, cases.unit("bare", missile=None)))
    assert tables.stock.tolist() == [[12, 14], [0, 0]]
    assert tables.units["armed"].tolist() == [1, 0]
    assert tables.pk[0].tolist() == [[0.7, 0.3], [0.0, 0.0]]


@pytest.mark.nojit
def test_a_burst_far_out_has_its_share_of_the_kill_probability() -> None:
    tables = cases.tables(cases.case(cases.unit(missile=None, gun=cases.gun(pk_at_range_max_frac=0.2))))
    launches = cases.dense(tables).launches[0, 0, 0, GUN]
    fired = launches["flight_s"] > 0
    met_m = launches["flight_s"][fired] * 800.0
    assert launches["pk_share"][fired] == pytest.approx(np.maximum(1.0 - 0.8 * (met_m / 4e3) ** 2, 0.0), abs=1e-6)


@pytest.mark.nojit
def test_bearings_are_where_a_pass_comes_from() -> None:
    east = cases.group(from_rad=Span(np.pi / 2, np.pi / 2 + 1e-6))
    tables = cases.tables(cases.case(raid=(east,)))
    assert tables.passes[0]["from_deg"].tolist() == [90, 90]
    assert tables.legs[0, :, 0]["east_m"] == pytest.approx(40e3, rel=1e-6)
    assert tables.legs[0, :, 0]["velocity_east_mps"] == pytest.approx(-200.0, rel=1e-6)


@pytest.mark.nojit
def test_a_jammers_entry_is_the_first_moment_in_its_range_to_a_millisecond() -> None:
    """2 km up and 3 km aside, over the route: at 200 m/s from 40 km, and again never."""
    jammer = cases.jamming(where=cases.at(3e3, 0.0), range_m=6e3)
    north = cases.group(from_rad=Span(0.0, 1e-9), height_m=Span(2_100.0, 2_100.0))
    jams = cases.tables(cases.case(cases.unit(), jammer, raid=(north,))).jams
    assert jams.shape == (1, 2, 1)
    assert (jams["unit"] == 1).all()
    assert (jams["p_effect"] == 0.3).all()
    along_m = np.sqrt(6e3**2 - 2e3**2 - 3e3**2)
    assert jams["enters_s"] == pytest.approx((40e3 - along_m) / 200.0, abs=1e-3)
    assert cases.tables(cases.case(cases.unit())).jams.shape == (1, 2, 0)
