"""The radar equation in full, for sets whose power, aperture and noise somebody published.

The model itself scales published ranges (`sensing`); this says what range such figures would give, and what figures a
published range asks for.
"""

import math
from dataclasses import dataclass

from crenel.core.constants import BOLTZMANN, LIGHT_MPS


@dataclass(frozen=True, slots=True)
class RadarSet:
    """A pulsed radar: gains and losses are ratios, not decibels; `receive_gain` None is the same antenna both ways."""

    peak_power_w: float
    pulse_s: float
    frequency_hz: float
    gain: float
    noise_k: float = 290.0
    loss: float = 1.0
    receive_gain: float | None = None


def signal_to_noise(radar: RadarSet, rcs_m2: float, range_m: float, receive_range_m: float | None = None) -> float:
    """Signal-to-noise ratio of one pulse through a matched filter, linear.

    Parameters
    ----------
    radar : RadarSet
    rcs_m2 : float [m2]
    range_m : float [m]
        From the transmitter.
    receive_range_m : float [m], optional
        From the receiver, where that stands elsewhere.

    References
    ----------
    [richards2014] ch. 2
    """
    back_m = range_m if receive_range_m is None else receive_range_m
    return radar.peak_power_w * _per_watt(radar, rcs_m2) / (range_m * range_m * back_m * back_m)


def range_for(radar: RadarSet, rcs_m2: float, snr: float) -> float:
    """Range at which a target returns that signal-to-noise ratio [m].

    References
    ----------
    [richards2014] ch. 2
    """
    return float((radar.peak_power_w * _per_watt(radar, rcs_m2) / snr) ** 0.25)


def peak_power_for(radar: RadarSet, rcs_m2: float, range_m: float, *, snr: float) -> float:
    """Peak power that a target at a range asks for [W]; that of the set does not matter.

    References
    ----------
    [richards2014] ch. 2
    """
    return float(snr * range_m**4 / _per_watt(radar, rcs_m2))


def power_aperture_for(radar: RadarSet, rcs_m2: float, range_m: float, *, snr: float, sweep: "Sweep") -> float:
    """Mean power times aperture that a search asks for [W m2]; of the set only noise and losses matter.

    References
    ----------
    [richards2014] ch. 2
    """
    noise = 4.0 * math.pi * BOLTZMANN * radar.noise_k * radar.loss
    return float(noise * range_m**4 * snr * sweep.solid_angle_sr / (rcs_m2 * sweep.time_s))


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a search looks over, and in which time."""

    azimuth_rad: float
    elevation_min_rad: float
    elevation_max_rad: float
    time_s: float

    @property
    def solid_angle_sr(self) -> float:
        """How much of the sky that is."""
        return self.azimuth_rad * (math.sin(self.elevation_max_rad) - math.sin(self.elevation_min_rad))


def _per_watt(radar: RadarSet, rcs_m2: float) -> float:
    """Signal-to-noise ratio for each watt, times the fourth power of range [m4/W]."""
    wavelength_m = LIGHT_MPS / radar.frequency_hz
    back = radar.gain if radar.receive_gain is None else radar.receive_gain
    energy_s = radar.pulse_s * radar.gain * back * wavelength_m * wavelength_m * rcs_m2
    noise: float = (4.0 * math.pi) ** 3 * BOLTZMANN * radar.noise_k * radar.loss
    return energy_s / noise
