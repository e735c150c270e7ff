import pytest
from hypothesis import given
from hypothesis import strategies as st

from crenel.report import numbers
from crenel.report.numbers import Estimate, estimate


def test_a_count_out_of_all_has_its_interval() -> None:
    assert numbers.count_of(Estimate(2.1, 2.0, 2.2), 16) == "2.1 of 16 (2.0–2.2)"
    assert numbers.count_of(Estimate(0.0, 0.0, 0.0019), 1_600) == "fewer than 0.002 of 1,600"
    assert numbers.count_of(Estimate(15.7), 16) == "15.7 of 16"


@pytest.mark.parametrize(
    ("value", "count", "interval"),
    [
        (Estimate(2.14, 2.06, 2.22), "2.1", "2.1–2.2"),
        (Estimate(7.17, 6.2, 8.1), "7", "6–8"),
        (Estimate(15.712, 15.70, 15.72), "15.71", "15.70–15.72"),
        (Estimate(0.0031, 0.002, 0.004), "0.003", "0.002–0.004"),
        (Estimate(15.71), "15.7", ""),
        (Estimate(0.0, 0.0, 0.0052), "below 0.006", ""),
        (Estimate(0.0, None, 0.0006), "below 0.0006", ""),
        (Estimate(0.0), "none seen", ""),
        (Estimate(5210.0, 5190.0, 5230.0), "5,210", "5,190–5,230"),
    ],
)
def test_counts_carry_as_many_digits_as_are_known(value: Estimate, count: str, interval: str) -> None:
    assert numbers.count(value) == count
    assert numbers.count_interval(value) == interval


@pytest.mark.parametrize(
    ("value", "shown", "interval"),
    [
        (Estimate(0.448, 0.4424, 0.4536), "45 %", "44–45 %"),
        (Estimate(0.448), "45 %", ""),
        (Estimate(0.0712), "7.1 %", ""),
        (Estimate(0.0, 0.0, 0.00058), "below 0.06 %", ""),
        (Estimate(1.0, 0.99942, 1.0), "above 99.94 %", ""),
        (Estimate(0.0), "none seen", ""),
    ],
)
def test_percentages(value: Estimate, shown: str, interval: str) -> None:
    assert numbers.percent(value) == shown
    assert numbers.percent_interval(value) == interval


@given(st.floats(1e-7, 1e3))
def test_an_upper_bound_is_never_rounded_down(high: float) -> None:
    shown = numbers.count(Estimate(0.0, 0.0, high)).removeprefix("below ").replace(",", "")
    assert high * (1 - 1e-9) <= float(shown) <= 2.01 * high


@given(st.floats(0.0, 1e4), st.floats(0.0, 50.0))
def test_a_mean_that_is_not_zero_never_prints_as_zero(mean: float, half: float) -> None:
    shown = numbers.count(Estimate(mean, max(0.0, mean - half), mean + half)).replace(",", "")
    assert mean < 1e-5 or float(shown.removeprefix("below ")) > 0.0


def test_estimates_come_as_numbers_or_with_dice() -> None:
    assert estimate(3) == Estimate(3.0)
    assert estimate({"mean": 1.0, "dice": [None, 2.0]}) == Estimate(1.0, None, 2.0)
    assert estimate({"mean": 1.0}) == Estimate(1.0)


@pytest.mark.parametrize(("p", "shown"), [(0.65, "0.65"), (0.5, "0.5"), (1.0, "1"), (0.0, "0")])
def test_probabilities(p: float, shown: str) -> None:
    assert numbers.probability(p) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(36.0, "36"), (0.05, "0.05"), (1300.0, "1,300"), (51.566, "51.6"), (0.0, "0")]
)
def test_significant_digits(value: float, shown: str) -> None:
    assert numbers.significant(value) == shown
