"""A round's speed falls as exp(-s / L): both published speeds are met, and time is the integral of 1 / speed."""

from math import exp, log

import pytest
from scipy import integrate

from crenel.models import engagement


@pytest.mark.nojit
def test_constant_speed() -> None:
    assert engagement.decay_length(900.0, 900.0, 18e3) == 0.0
    assert engagement.time_of_flight(18e3, 900.0, 0.0) == pytest.approx(20.0, rel=1e-12)


@pytest.mark.nojit
@pytest.mark.parametrize(("fastest", "mean"), [(1300.0, 780.0), (1300.0, 1299.0), (900.0, 300.0), (2000.0, 120.0)])
def test_the_published_mean_speed_is_met(fastest: float, mean: float) -> None:
    length = engagement.decay_length(fastest, mean, 18e3)
    assert 18e3 / engagement.time_of_flight(18e3, fastest, length) == pytest.approx(mean, rel=1e-9)


@pytest.mark.nojit
def test_time_is_the_integral_of_the_inverse_speed() -> None:
    length = engagement.decay_length(1300.0, 780.0, 18e3)
    integral, _ = integrate.quad(lambda s: exp(s / length) / 1300.0, 0.0, 12e3)
    assert engagement.time_of_flight(12e3, 1300.0, length) == pytest.approx(integral, rel=1e-10)


@pytest.mark.nojit
def test_a_chosen_decay_in_closed_form() -> None:
    """Speed halves every 10 km: the first 10 km take L / v (2 - 1)."""
    length = 10e3 / log(2.0)
    assert engagement.time_of_flight(10e3, 1000.0, length) == pytest.approx(length / 1000.0, rel=1e-12)
    assert engagement.decay_length(1000.0, 10e3 / (length / 1000.0), 10e3) == pytest.approx(length, rel=1e-9)


@pytest.mark.nojit
def test_a_burst_falls_off_with_the_square_of_range() -> None:
    assert engagement.share_at_range(0.0, 4e3, 0.3) == 1.0
    assert engagement.share_at_range(2e3, 4e3, 0.3) == pytest.approx(1.0 - 0.7 / 4)
    assert engagement.share_at_range(4e3, 4e3, 0.3) == pytest.approx(0.3)
