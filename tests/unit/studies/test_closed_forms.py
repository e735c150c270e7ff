import itertools
import math

import numpy as np
import pytest

from crenel.studies.closed_forms import (
    beta_binomial_no_leak,
    binomial_no_leak,
    leak_in_depth,
    lost_to_the_queue,
    shots_in_depth,
)


@pytest.mark.parametrize(
    ("service_s", "patience_s", "lost"),
    [(40, 0, 0.31068), (40, 10, 0.23704), (40, 20, 0.19162), (40, 40, 0.13853), (40, 80, 0.08914), (20, 20, 0.01191)],
)
def test_a_queue_with_patience_loses_what_is_published(service_s: float, patience_s: float, lost: float) -> None:
    found = lost_to_the_queue(rate_hz=0.1, service_s=service_s, channels=4, patience_s=patience_s)
    assert found == pytest.approx(lost, abs=6e-6)


def test_a_queue_agrees_with_one_played_customer_by_customer() -> None:
    dice = np.random.default_rng(5)
    at_s, free_s, lost = 0.0, [0.0, 0.0], 0
    for _ in range(40_000):
        at_s += dice.exponential(10.0)
        k = int(np.argmin(free_s))
        if free_s[k] > at_s + 15.0:
            lost += 1
        else:
            free_s[k] = max(free_s[k], at_s) + dice.exponential(20.0)
    exact = lost_to_the_queue(rate_hz=0.1, service_s=20.0, channels=2, patience_s=15.0)
    assert lost / 40_000 == pytest.approx(exact, abs=0.01)


def test_a_queue_that_is_just_full_and_one_without_customers() -> None:
    just = lost_to_the_queue(rate_hz=0.1, service_s=40.0, channels=4, patience_s=20.0)
    nearly = lost_to_the_queue(rate_hz=0.1 + 1e-9, service_s=40.0, channels=4, patience_s=20.0)
    assert just == pytest.approx(nearly, rel=1e-6)
    assert lost_to_the_queue(rate_hz=0.0, service_s=40.0, channels=4, patience_s=20.0) == 0.0


def test_shots_in_depth_are_those_counted_one_by_one() -> None:
    """18, 13.26, 9.37, 6.20, 3.60, 1.47 km."""
    ranges = [18_000.0]
    while ranges[-1] >= 1_200.0:
        ranges.append((ranges[-1] - 250.0 * 3.0) / (1.0 + 250.0 / 780.0))
    found = shots_in_depth(
        range_max_m=18_000.0, range_min_m=1_200.0, threat_speed_mps=250.0, round_speed_mps=780.0, between_s=3.0
    )
    assert found == len(ranges) - 1
    assert ranges[1] == pytest.approx(13_060.0, abs=50.0)


def test_no_leak_of_independent_threats_by_enumeration() -> None:
    p = 0.3
    every = itertools.product((0, 1), repeat=4)
    exact = sum(math.prod(p if hit else 1.0 - p for hit in hits) for hits in every if not any(hits))
    assert binomial_no_leak(p, 4) == pytest.approx(exact, rel=1e-12)


def test_shared_luck_gives_the_published_share() -> None:
    assert beta_binomial_no_leak(12, 0.7, 0.0) == pytest.approx(0.0138, abs=5e-5)
    assert beta_binomial_no_leak(12, 0.7, 0.1) == pytest.approx(0.0691, abs=5e-5)
    assert leak_in_depth(0.7, 2) == pytest.approx(0.09)
