"""Range scales with the fourth root of the radar cross-section, signal with the fourth power of range."""

from math import log

import pytest

from crenel.models import sensing


@pytest.mark.nojit
@pytest.mark.parametrize(
    ("rcs_m2", "range_km"), [(0.01, 9.6), (0.05, 14.3), (0.1, 17.0), (0.23, 21.0), (1.0, 30.3), (5.0, 45.3)]
)
def test_range_for_another_target(rcs_m2: float, range_km: float) -> None:
    assert sensing.scaled_range(36e3, rcs_m2, 2.0) / 1e3 == pytest.approx(range_km, abs=0.05)


@pytest.mark.nojit
@pytest.mark.parametrize(
    ("ratio", "pd"), [(0.5, 0.956), (0.7, 0.841), (0.8, 0.746), (1.0, 0.5), (1.1, 0.371), (1.2, 0.256), (1.5, 0.054)]
)
def test_probability_along_the_range(ratio: float, pd: float) -> None:
    snr_ref = sensing.snr_for(0.5, 1e-6, sensing.SWERLING_1)
    assert snr_ref == pytest.approx(log(1e-6) / log(0.5) - 1.0, rel=1e-9)
    snr = sensing.signal_to_noise(snr_ref, ratio, 1.0)
    assert sensing.detection_probability(snr, 1e-6, sensing.SWERLING_1) == pytest.approx(pd, abs=6e-4)


@pytest.mark.nojit
def test_the_two_forms_agree() -> None:
    far = sensing.scaled_range(36e3, 0.1, 2.0)
    assert sensing.signal_to_noise(50.0, far / 36e3, 0.1 / 2.0) == pytest.approx(50.0, rel=1e-12)
