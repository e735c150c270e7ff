"""What rain takes from a radar wave, by frequency and rate."""

import math
from typing import Final

import numpy as np

from crenel.core.jit import kernel
from crenel.core.records import FloatArray

_FROM_HZ: Final = 1e9  # where P.838 begins; rain below it weakens nothing that could be measured

# Gaussians in log10 of the frequency [GHz]: a, b, c each; then slope and constant. ITU-R P.838-3, tables 1 to 4.
_K_H: Final = np.array(
    [[-5.33980, -0.10008, 1.13098], [-0.35351, 1.26970, 0.45400], [-0.23789, 0.86036, 0.15354],
     [-0.94158, 0.64552, 0.16817], [-0.18961, 0.71147, 0.0]]
)  # fmt: skip
_K_V: Final = np.array(
    [[-3.80595, 0.56934, 0.81061], [-3.44965, -0.22911, 0.51059], [-0.39902, 0.73042, 0.11899],
     [0.50167, 1.07319, 0.27195], [-0.16398, 0.63297, 0.0]]
)  # fmt: skip
_ALPHA_H: Final = np.array(
    [[-0.14318, 1.82442, -0.55187], [0.29591, 0.77564, 0.19822], [0.32177, 0.63773, 0.13164],
     [-5.37610, -0.96230, 1.47828], [16.1721, -3.29980, 3.43990], [0.67849, -1.95537, 0.0]]
)  # fmt: skip
_ALPHA_V: Final = np.array(
    [[-0.07771, 2.33840, -0.76284], [0.56727, 0.95545, 0.54039], [-0.20238, 1.14520, 0.26809],
     [-48.2991, 0.791669, 0.116226], [48.5833, 0.791459, 0.116479], [-0.053739, 0.83433, 0.0]]
)  # fmt: skip


@kernel
def rain_attenuation(frequency_hz: float, rain_mps: float, elevation_rad: float, tilt_rad: float) -> float:
    """Attenuation in rain, one way [dB/m].

    Parameters
    ----------
    frequency_hz : float [Hz]
        From 1 GHz to 1 THz; below it is 0.
    rain_mps : float [m/s]
        Rate of rain, >= 0.
    elevation_rad : float [rad]
        Of the path.
    tilt_rad : float [rad]
        Of the polarisation from the horizontal: 0 horizontal, pi/4 circular, pi/2 vertical.

    Notes
    -----
    ``k R ** alpha`` with R in mm/h, in dB/km; a horizontal wave is weakened most.

    References
    ----------
    [itu_p838]
    """
    if rain_mps <= 0.0 or frequency_hz < _FROM_HZ:
        return 0.0
    k, alpha = rain_coefficients(frequency_hz, elevation_rad, tilt_rad)
    return k * math.pow(rain_mps * 3.6e6, alpha) / 1000.0


@kernel
def rain_coefficients(frequency_hz: float, elevation_rad: float, tilt_rad: float) -> tuple[float, float]:
    """The k and the alpha of `rain_attenuation`, for rain in mm/h and attenuation in dB/km.

    References
    ----------
    [itu_p838] equations 2 to 5
    """
    x = math.log10(frequency_hz / 1e9)
    k_h, k_v = math.pow(10.0, _gaussians(_K_H, x)), math.pow(10.0, _gaussians(_K_V, x))
    alpha_h, alpha_v = _gaussians(_ALPHA_H, x), _gaussians(_ALPHA_V, x)
    level = math.cos(elevation_rad)
    turned = level * level * math.cos(2.0 * tilt_rad)
    k = 0.5 * (k_h + k_v + (k_h - k_v) * turned)
    alpha = (k_h * alpha_h + k_v * alpha_v + (k_h * alpha_h - k_v * alpha_v) * turned) / (2.0 * k)
    return k, alpha


@kernel
def _gaussians(table: FloatArray, x: float) -> float:
    last = len(table) - 1
    total: float = table[last, 0] * x + table[last, 1]
    for i in range(last):
        off = (x - table[i, 1]) / table[i, 2]
        total += table[i, 0] * math.exp(-off * off)
    return total
