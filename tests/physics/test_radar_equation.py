"""The radar equation gives the ranges, signals and powers that published examples print."""

from math import log10, pi

import pytest

from crenel.models.radar_equation import (
    RadarSet,
    Sweep,
    peak_power_for,
    power_aperture_for,
    range_for,
    signal_to_noise,
)


def ratio(decibels: float) -> float:
    return 10.0 ** (decibels / 10.0)


def decibels(value: float) -> float:
    return 10.0 * log10(value)


# Printed by the reference pages of MathWorks' radareqrng, radareqsnr, radareqpow and radareqsearchpap.


def test_range_of_a_stated_signal() -> None:
    plain = RadarSet(peak_power_w=1e6, pulse_s=10e-6, frequency_hz=10e9, gain=ratio(20))
    assert range_for(plain, 1.0, ratio(6)) == pytest.approx(4.1057e4, rel=2e-5)
    better = RadarSet(peak_power_w=1e6, pulse_s=10e-6, frequency_hz=10e9, gain=ratio(40), loss=ratio(3))
    assert range_for(better, 0.1, ratio(6)) == pytest.approx(1.9426e5, rel=2e-5)


def test_signal_at_a_stated_range() -> None:
    first = RadarSet(peak_power_w=1e6, pulse_s=0.2e-6, frequency_hz=1e9, gain=ratio(20))
    assert decibels(signal_to_noise(first, 1.0, 50e3)) == pytest.approx(5.5868, abs=1e-4)
    second = RadarSet(1e6, 1e-6, 10e9, ratio(40), noise_k=300.0, loss=ratio(3))
    assert decibels(signal_to_noise(second, 0.5, 100e3)) == pytest.approx(14.3778, abs=1e-4)


def test_a_receiver_that_stands_elsewhere() -> None:
    radar = RadarSet(1e6, 1e-6, 10e9, ratio(40), receive_gain=ratio(20))
    assert decibels(signal_to_noise(radar, 1.0, 50e3, 75e3)) == pytest.approx(9.0547, abs=1e-4)


def test_power_for_a_stated_signal() -> None:
    first = RadarSet(0.0, 1e-6, 1e9, ratio(20))
    assert peak_power_for(first, 1.0, 50e3, snr=ratio(6)) == pytest.approx(2.1996e5, rel=3e-5)
    second = RadarSet(0.0, 1e-6, 10e9, ratio(30), noise_k=300.0, loss=ratio(3))
    assert peak_power_for(second, 0.5, 50e3, snr=ratio(10)) == pytest.approx(2.2809e6, rel=3e-5)


def test_power_and_aperture_of_a_search() -> None:
    radar = RadarSet(0.0, 0.0, 1e9, 1.0, noise_k=487.0, loss=ratio(20))
    sweep = Sweep(azimuth_rad=2 * pi, elevation_min_rad=0.0, elevation_max_rad=pi / 4, time_s=4.8)
    assert power_aperture_for(radar, 1.0, 111e3, snr=ratio(13), sweep=sweep) == pytest.approx(2.3689e4, rel=3e-5)
