from typing import Any

import pytest

from crenel.report import charts
from crenel.report.numbers import Estimate


def test_the_curve_is_in_shares_with_its_band(summary: dict[str, Any]) -> None:
    info = charts.curve(summary)
    assert len(info.points) == 11
    p, share, low, high = info.points[10]
    assert (p, share) == (1.0, pytest.approx(2.14 / 16))
    assert low < share < high
    assert info.bracket == (0.3, 0.8)
    assert info.grade == "assumption"
    assert info.stated == (0.3, 0.35, 0.45, 0.5)
    assert info.published is None


def test_a_curve_point_without_bound_gets_no_band(summary: dict[str, Any]) -> None:
    summary["pk"]["curve"][10] = [1.0, 2.0, None, None]
    assert charts.curve(summary).points[10] == (1.0, 0.125, 0.125, 0.125)


def test_break_even_says_where_nothing_is_enough(summary: dict[str, Any]) -> None:
    rows = charts.break_even(summary).rows
    assert [row.label for row in rows] == ["At most half", "At most one in ten", "None, in half of the raids"]
    assert [row.verdict for row in rows] == ["from p = 0.37", "no p is enough", "no p is enough"]


def test_fates_begin_with_what_got_through_and_carry_its_interval(summary: dict[str, Any]) -> None:
    bars = charts.fate_bars(summary)
    assert [bar.key for bar in bars] == ["leaked", "missile", "gun", "own_failure"]
    assert bars[0].interval == "44–45 %"
    assert bars[0].share == pytest.approx(0.448)


def test_cause_bars_are_drawn_against_the_longest(summary: dict[str, Any]) -> None:
    bars = charts.cause_bars(summary)
    assert bars[0].share == 1.0
    assert bars[1].share == pytest.approx(0.092 / 0.236)
    assert charts.floor_bars(summary)[0].shown == "1.3"


def test_ladder_bars_are_drawn_against_the_whole_raid(summary: dict[str, Any]) -> None:
    bars = charts.ladder_bars(summary)
    assert [bar is None for bar in bars] == [False, True, True, False, False, False, False, False, False]
    assert bars[0] is not None
    assert bars[3] is not None
    assert (bars[0].share, bars[0].low) == (pytest.approx(15.71 / 16), None)
    assert (bars[3].share, bars[3].low) == (pytest.approx(10.4 / 16), pytest.approx(10.3 / 16))


def test_the_ring_tells_each_sector(summary: dict[str, Any]) -> None:
    ring = charts.ring(summary)
    assert [sector.from_deg for sector in ring.sectors] == [150, 180, 210, 240, 270]
    assert "270–300°: 54 %" in ring.alt


def test_a_large_raid_is_shown_as_fifty_dots() -> None:
    assert charts.dots(Estimate(7.0), 16).filled == 7.0
    large = charts.dots(Estimate(500.0), 1000)
    assert (large.n, large.filled) == (50, 25.0)
    assert large.alt == "500.0 of 1,000"
