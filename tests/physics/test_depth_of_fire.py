"""One channel against one threat that comes straight at it: where each engagement meets it, as published.

First intercept at 18 km, then each at (r - v t) w / (w + v); 7 engagements where 6 s lie between an intercept and the
next launch, 6 where 9 s do.
"""

import numpy as np
import pytest

import cases
import covering

PUBLISHED_KM = (18.0, 13.26, 9.37, 6.20, 3.60, 1.47)
V, W = 200.0, 900.0


@pytest.mark.parametrize(("delay_s", "n_engagements"), [(6.0, 7), (9.0, 6)])
def test_the_number_of_engagements(delay_s: float, n_engagements: int) -> None:
    found = covering.one_approach(cases.case(cases.unit(assessment_s=delay_s)), start_m=40_000.0)
    assert (found.n_engagements == n_engagements).all()


def test_where_each_meets_the_threat() -> None:
    found = covering.one_approach(cases.case(cases.unit(assessment_s=9.0)), start_m=40_000.0)
    launch_m = found.starts_m[0, :, :6]
    met_km = launch_m * W / (W + V) / 1e3  # the round flies while the threat comes nearer
    assert met_km == pytest.approx(np.tile(PUBLISHED_KM, (len(met_km), 1)), abs=0.07)


def test_rounds_and_the_reaction_limit_it() -> None:
    few = cases.case(cases.unit(assessment_s=6.0, missile=cases.missile(rounds=3.0)))
    assert (covering.one_approach(few, start_m=40_000.0).n_engagements == 3).all()
    slow = cases.case(cases.unit(assessment_s=6.0, reaction_s=150.0))
    assert (covering.one_approach(slow, start_m=40_000.0).n_engagements < 7).all()


def test_a_threat_can_be_met_within_the_envelope_and_nowhere_else() -> None:
    found = covering.one_approach(cases.case(cases.unit()), start_m=40_000.0)
    distance_m = found.course.distance_m
    inside = (distance_m >= 1_260.0) & (distance_m <= 17_940.0)
    outside = (distance_m < 1_140.0) | (distance_m > 18_060.0)
    assert found.can_meet[0][:, inside].all()
    assert not found.can_meet[0][:, outside].any()
