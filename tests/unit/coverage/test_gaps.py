"""Gaps: the side that is open, why, and what closes it."""

from dataclasses import replace

import numpy as np
import pytest

import cases
import covering
from crenel.coverage.gaps import gaps, within
from crenel.coverage.geometry import MASKED_BY_TERRAIN, REASONS

LOW_M = 60.0


def behind_a_ridge(**changes):
    """A unit in the middle, and an asset 6 km north of it beyond the ridge."""
    return replace(
        cases.case(
            cases.unit(antenna_height_m=10.0, radar=cases.radar(scan_period_s=1.0), missile=None, **changes),
            raid=(cases.group(speed_mps=50.0, starts_m=4_000.0),),
        ),
        assets=(replace(cases.case().assets[0], at=cases.at(0.0, 6_000.0)),),
    )


def test_a_ridge_hides_what_comes_to_the_far_side_of_it():
    case = behind_a_ridge()
    found = covering.covered(case, covering.ridge_world(case), heights_m=[LOW_M])
    (gap,) = [gap for gap in found.gaps if gap.kind == "undetected"]
    # From the south it begins on the near side of the ridge, in full view.
    assert (gap.from_deg, gap.to_deg) == (195.0, 525.0)
    assert gap.cause == "masked_by_terrain"
    assert gap.share > 0.9
    assert gap.remedy.startswith(("Raise the antenna of unit by about", "One more Shooter on the high ground"))


def test_without_the_ridge_there_is_no_gap():
    case = behind_a_ridge()
    found = covering.covered(case, covering.ridge_world(case, height_m=0.0), heights_m=[LOW_M])
    assert found.gaps == ()


def test_the_remedy_is_true():
    """With the antenna as high as the remedy says, the same side is no gap any more."""
    case = behind_a_ridge()
    world = covering.ridge_world(case, height_m=40.0)
    gap = covering.covered(case, world, heights_m=[LOW_M]).gaps[0]
    words = gap.remedy.split()
    assert words[:3] == ["Raise", "the", "antenna"]
    raised_m = float(words[words.index("about") + 1])
    (unit,) = case.units
    higher = replace(case, units=(replace(unit, mounted_m=unit.mounted_m + raised_m),))
    assert not any(gap.kind == "undetected" for gap in covering.covered(higher, world, heights_m=[LOW_M]).gaps)


def test_one_side_alone_is_open():
    """The ridge north of unit and asset: from there a low threat is hidden until it is over the ridge, 2.5 km away."""
    case = cases.case(
        cases.unit(
            antenna_height_m=10.0,
            radar=cases.radar(scan_period_s=60.0),
            missile=None,
        ),
        raid=(cases.group(speed_mps=50.0, starts_m=8_000.0),),
    )
    found = covering.covered(case, covering.ridge_world(case), heights_m=[LOW_M])
    listed = [gap for gap in found.gaps if gap.kind == "undetected"]
    assert all(gap.cause == "masked_by_terrain" for gap in listed)
    for gap in listed:
        assert gap.to_deg - gap.from_deg >= 15.0
        assert gap.from_deg % 15.0 == 0.0
        middle = (gap.from_deg + gap.to_deg) / 2.0 % 360.0
        assert middle <= 90.0 or middle >= 270.0


def test_what_is_held_and_not_reached_is_unengaged():
    weak = cases.unit(missile=cases.missile(range_max_m=2_000.0, range_min_m=100.0), where=cases.at(0.0, 20_000.0))
    case = cases.case(weak, raid=(cases.group(starts_m=30_000.0),))
    found = covering.covered(covering.with_cover(case, cell_m=1_000.0), heights_m=[100.0])
    (gap,) = [gap for gap in found.gaps if gap.to_deg - gap.from_deg > 180.0]
    assert (gap.kind, gap.cause) == ("unengaged", "out_of_reach")
    assert gap.remedy == "A Shooter at asset would engage from this side."


def test_where_nobody_is_armed_nothing_is_unengaged():
    case = covering.with_cover(cases.case(cases.unit(missile=None)), cell_m=2_000.0)
    assert covering.covered(case, heights_m=[100.0]).gaps == ()


def test_a_gap_holds_the_directions_that_are_open():
    case = behind_a_ridge()
    found = covering.one_approach(case, covering.ridge_world(case), start_m=4_000.0, height_m=LOW_M)
    for gap in gaps(found):
        inside = within(found.course.azimuth_rad, gap)
        assert inside.sum() == round(gap.width_deg / 360.0 * len(found.course.azimuth_rad))
        assert gap.cause == REASONS[MASKED_BY_TERRAIN]
        assert (found.held[inside, -1] < 0.5).mean() == pytest.approx(gap.share)


def test_a_tie_of_units_is_broken_by_who_would_see_but_for_the_ridge():
    """A second radar too weak to see anything does not hide that the ridge is why the first does not."""
    case = behind_a_ridge()
    blind = replace(
        cases.unit("blind", radar=cases.radar(instrumented_range_m=500.0), missile=None), at=cases.at(0.0, -3_000.0)
    )
    both = replace(case, units=(*case.units, blind))
    found = covering.covered(both, covering.ridge_world(both), heights_m=[LOW_M])
    assert found.gaps[0].cause == "masked_by_terrain"
    assert np.array_equal(
        found.layers.best, covering.covered(case, covering.ridge_world(case), heights_m=[LOW_M]).layers.best
    )
