"""One look detects with the probability that the exact forms give, steady and fluctuating."""

from itertools import pairwise
from math import log10

import pytest
from scipy import integrate, special, stats

from crenel.models import sensing

STEADY, SLOW, FOUR = sensing.SWERLING_0, sensing.SWERLING_1, sensing.SWERLING_3


@pytest.mark.nojit
@pytest.mark.parametrize(
    ("pd", "p_false_alarm", "fluctuation", "snr_db"),
    [
        (0.5, 1e-6, STEADY, 11.24), (0.5, 1e-6, SLOW, 12.77), (0.5, 1e-6, FOUR, 11.95),
        (0.8, 1e-6, STEADY, 12.57), (0.8, 1e-6, SLOW, 17.85), (0.8, 1e-6, FOUR, 15.31),
        (0.9, 1e-6, STEADY, 13.18), (0.9, 1e-6, SLOW, 21.14), (0.9, 1e-6, FOUR, 17.30),
        (0.95, 1e-6, STEADY, 13.66), (0.95, 1e-6, SLOW, 24.29), (0.95, 1e-6, FOUR, 19.10),
        (0.9, 1e-4, STEADY, 11.75), (0.9, 1e-4, SLOW, 19.37), (0.9, 1e-4, FOUR, 15.60),
    ],
)  # fmt: skip
def test_signal_for_a_probability(pd: float, p_false_alarm: float, fluctuation: int, snr_db: float) -> None:
    snr = sensing.snr_for(pd, p_false_alarm, fluctuation)
    assert 10 * log10(snr) == pytest.approx(snr_db, abs=0.01)
    assert sensing.detection_probability(snr, p_false_alarm, fluctuation) == pytest.approx(pd, abs=1e-12)


@pytest.mark.nojit
def test_steady_target_to_the_digits_of_a_published_library() -> None:
    assert 10 * log10(sensing.snr_for(0.9, 1e-6, STEADY)) == pytest.approx(13.183490056794499, abs=1e-9)


@pytest.mark.parametrize("snr", [0.01, 1.0, 5.0, 13.0, 20.0, 60.0, 200.0])
@pytest.mark.parametrize("p_false_alarm", [1e-3, 1e-6, 1e-8])
def test_steady_target_is_the_tail_of_a_noncentral_chi_square(snr: float, p_false_alarm: float) -> None:
    threshold = stats.chi2.isf(p_false_alarm, 2)
    exact = stats.ncx2.sf(threshold, 2, 2 * snr)
    assert sensing.detection_probability(snr, p_false_alarm, STEADY) == pytest.approx(exact, rel=1e-8)


@pytest.mark.parametrize("snr", [0.5, 5.0, 20.0, 80.0])
@pytest.mark.parametrize(("fluctuation", "shape"), [(SLOW, 1), (FOUR, 2)])
def test_a_fluctuating_target_is_the_mean_over_steady_ones(snr: float, fluctuation: int, shape: int) -> None:
    """Exponential: gamma of shape 1; chi-square of four degrees: gamma of shape 2; both of mean `snr`."""

    def weighted(value: float) -> float:
        density = stats.gamma.pdf(value, shape, scale=snr / shape)
        return float(density * sensing.detection_probability(value, 1e-6, STEADY))

    top = float(special.gammaincinv(shape, 1 - 1e-12)) * snr / shape
    mean, _ = integrate.quad(weighted, 0.0, top, limit=400, points=[min(14.0, top / 2)])
    assert sensing.detection_probability(snr, 1e-6, fluctuation) == pytest.approx(mean, rel=2e-6)


@pytest.mark.nojit
@pytest.mark.parametrize("fluctuation", [STEADY, SLOW, FOUR])
def test_no_signal_is_a_false_alarm_and_more_signal_never_detects_less(fluctuation: int) -> None:
    assert sensing.detection_probability(0.0, 1e-6, fluctuation) == pytest.approx(1e-6, rel=1e-9)
    seen = [sensing.detection_probability(0.5 * 1.3**i, 1e-6, fluctuation) for i in range(40)]
    assert all(after >= before - 1e-13 for before, after in pairwise(seen))
    assert seen[10] > 2 * seen[0]
    assert seen[-1] <= 1.0


@pytest.mark.parametrize("pd", [1e-6, 1.0, 0.0, float("nan")])
def test_a_probability_that_no_signal_gives_is_refused(pd: float) -> None:
    with pytest.raises(ValueError, match="between the false-alarm probability and 1"):
        sensing.snr_for(pd, 1e-6, SLOW)
