"""Warning on flat ground: what is left of the way once a perfect radar has its threat, over the threat's speed."""

from dataclasses import replace

import numpy as np
import pytest

import cases
import covering
from crenel.core.records import Network
from crenel.coverage.warning import sectors

RANGE_M = 20_000.0
SPEED_MPS = 200.0
RADIUS_M = 100.0


def perfect(**changes: object) -> cases.Case:
    return cases.case(cases.unit(radar=cases.radar(instrumented_range_m=RANGE_M, **changes)))


def test_one_look_and_it_is_held() -> None:
    """Looks every tenth of a second: first firm at the radar's range, at most 20 m later."""
    found = covering.one_approach(perfect(scan_period_s=0.1), start_m=40_000.0)
    assert found.firm_m == pytest.approx(RANGE_M, abs=40.0)
    assert found.course.seconds_left(found.firm_m) == pytest.approx((RANGE_M - RADIUS_M) / SPEED_MPS, abs=0.2)


def test_three_looks_of_five_take_two_scans_more_and_the_phase_half_a_scan() -> None:
    """4 s a scan: the first look comes 0 to 4 s after the threat enters, the third 8 s after it; the median is 10 s."""
    found = covering.one_approach(perfect(scan_period_s=4.0, confirm_m=3, confirm_n=5), start_m=40_000.0)
    assert found.firm_m == pytest.approx(RANGE_M - SPEED_MPS * 10.0, abs=0.6 * SPEED_MPS)
    late_m = RANGE_M - SPEED_MPS * (8.0 + 0.9 * 4.0)
    assert found.worst_m == pytest.approx(late_m, abs=0.6 * SPEED_MPS)


def test_it_is_held_everywhere_within_range_and_nowhere_outside() -> None:
    case = covering.with_cover(perfect(scan_period_s=0.05), cell_m=250.0)
    found = covering.covered(case, heights_m=[100.0])
    away_m, held = found.grid.distance_m(0.0, 0.0), found.layers.held[0, 0, 0]
    assert (held[away_m < RANGE_M - 150.0] == 1.0).all()
    assert (held[(away_m > RANGE_M + 150.0) & (away_m < 39_000.0)] == 0.0).all()
    assert np.isnan(held[away_m > 40_100.0]).all()


def test_every_side_has_the_same_warning_and_an_alarm_takes_its_part() -> None:
    case = covering.with_cover(
        perfect(scan_period_s=0.1), decide_s=cases.Span(10.0, 30.0), act_s=60.0, required_s=99.0, cell_m=2_000.0
    )
    found = covering.covered(case, heights_m=[100.0])
    sides = [side for one in found.approaches for side in sectors(one, found.question)]
    assert len(sides) == 12
    for side in sides:
        assert side.warning_s == pytest.approx(99.5, abs=0.3)
        assert side.left_s == pytest.approx((side.worst_s - 90.0, side.worst_s - 70.0))
        assert side.passes is True


def test_a_threat_that_starts_near_by_is_held_no_earlier_than_it_starts() -> None:
    found = covering.one_approach(perfect(scan_period_s=0.1), start_m=2_000.0)
    assert found.course.seconds_left(found.firm_m) == pytest.approx((2_000.0 - RADIUS_M) / SPEED_MPS, abs=0.2)


def two_radars() -> cases.Case:
    far, near = (
        cases.unit(name, radar=cases.radar(instrumented_range_m=range_m, scan_period_s=0.1))
        for name, range_m in (("far", RANGE_M), ("near", RANGE_M / 2.0))
    )
    return cases.case(far, near)


def test_what_is_left_if_one_of_two_is_down() -> None:
    found = covering.one_approach(two_radars(), start_m=40_000.0)
    assert found.least_warning() == pytest.approx((99.5, 99.5), abs=0.4)
    assert found.least_warning(without=1) == pytest.approx((99.5, 99.5), abs=0.4)
    assert found.least_warning(without=0) == pytest.approx((49.5, 49.5), abs=0.4)
    alone = covering.one_approach(perfect(), start_m=40_000.0)
    assert alone.least_warning(without=0) == (0.0, 0.0)


@pytest.mark.parametrize("delay_s", [0.0, 7.0])
def test_a_track_of_others_is_in_the_picture_after_the_delay_of_the_network(delay_s: float) -> None:
    scout = cases.unit("scout", radar=cases.radar(instrumented_range_m=RANGE_M, scan_period_s=0.1), missile=None)
    shooter = cases.unit("shooter", radar=None, reaction_s=3.0)
    network = Network("net", delay_s, 1.0)
    case = covering.with_cover(replace(cases.case(scout, shooter), networks={"net": network}), cell_m=2_000.0)
    (found,) = covering.covered(case, heights_m=[100.0]).approaches
    assert found.ready_m[1] == pytest.approx(RANGE_M - SPEED_MPS * (3.0 + delay_s), abs=60.0)
    # Its own track has no delay.
    both = replace(shooter, system=replace(shooter.system, radar=scout.system.radar))
    (own,) = covering.covered(replace(case, units=(scout, both)), heights_m=[100.0]).approaches
    assert own.ready_m[1] == pytest.approx(RANGE_M - SPEED_MPS * 3.0, abs=60.0)


def test_raids_that_pop_up_are_worked_out_from_both_ends_and_judged_from_the_nearest() -> None:
    case = covering.with_cover(
        perfect(scan_period_s=0.1), starts_m=cases.Span(1_000.0, 3_000.0), required_s=10.0, cell_m=2_000.0
    )
    found = covering.covered(case, heights_m=[100.0])
    assert [one.course.start_m for one in (*found.approaches, *found.near)] == [3_000.0, 1_000.0]
    by_start = {side.starts_m: side for side in found.sectors}
    assert by_start[3_000.0].worst_s == pytest.approx((3_000.0 - RADIUS_M) / SPEED_MPS, abs=0.2)
    assert by_start[1_000.0].worst_s == pytest.approx((1_000.0 - RADIUS_M) / SPEED_MPS, abs=0.2)
    assert by_start[3_000.0].passes is True
    assert by_start[1_000.0].passes is False
