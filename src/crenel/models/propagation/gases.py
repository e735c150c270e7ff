"""What oxygen and water vapour take from a radar wave, by frequency, in the reference air of ITU-R P.676."""

import math
from typing import Final

from crenel.core.jit import kernel
from crenel.models.propagation.absorption import OXYGEN, WATER_VAPOUR

PRESSURE_HPA: Final = 1013.25
TEMPERATURE_K: Final = 288.15
VAPOUR_GPM3: Final = 7.5
"""The reference air at the ground."""

_TO_GHZ: Final = 1000.0  # where the tables end


@kernel
def gas_attenuation(frequency_hz: float) -> float:
    """Attenuation by oxygen and water vapour in the reference air at the ground, one way [dB/m].

    References
    ----------
    [itu_p676] annex 1
    """
    return oxygen_attenuation(frequency_hz) + vapour_attenuation(frequency_hz)


@kernel
def oxygen_attenuation(frequency_hz: float) -> float:
    """Attenuation by dry air, one way [dB/m]: line by line, with the continuum of oxygen and nitrogen.

    References
    ----------
    [itu_p676] annex 1, equations 1 to 9
    """
    f = min(frequency_hz / 1e9, _TO_GHZ)
    theta = 300.0 / TEMPERATURE_K
    wet = VAPOUR_GPM3 * TEMPERATURE_K / 216.7
    total = 0.0
    for i in range(len(OXYGEN)):
        line = OXYGEN[i, 0]
        strength = OXYGEN[i, 1] * 1e-7 * PRESSURE_HPA * theta * theta * theta * math.exp(OXYGEN[i, 2] * (1.0 - theta))
        width = OXYGEN[i, 3] * 1e-4 * (PRESSURE_HPA * math.pow(theta, 0.8 - OXYGEN[i, 4]) + 1.1 * wet * theta)
        width = math.sqrt(width * width + 2.25e-6)  # Zeeman splitting
        shift = (OXYGEN[i, 5] + OXYGEN[i, 6] * theta) * 1e-4 * (PRESSURE_HPA + wet) * math.pow(theta, 0.8)
        total += strength * _line_shape(f, line, width, shift)
    debye = 5.6e-4 * (PRESSURE_HPA + wet) * math.pow(theta, 0.8)
    dry = 6.14e-5 / (debye * (1.0 + (f / debye) * (f / debye)))
    dry += 1.4e-12 * PRESSURE_HPA * math.pow(theta, 1.5) / (1.0 + 1.9e-5 * math.pow(f, 1.5))
    total += f * PRESSURE_HPA * theta * theta * dry
    return 0.1820 * f * total / 1000.0


@kernel
def vapour_attenuation(frequency_hz: float) -> float:
    """Attenuation by water vapour, one way [dB/m]: line by line.

    References
    ----------
    [itu_p676] annex 1, equations 1 to 6
    """
    f = min(frequency_hz / 1e9, _TO_GHZ)
    theta = 300.0 / TEMPERATURE_K
    wet = VAPOUR_GPM3 * TEMPERATURE_K / 216.7
    total = 0.0
    for i in range(len(WATER_VAPOUR)):
        line = WATER_VAPOUR[i, 0]
        strength = WATER_VAPOUR[i, 1] * 0.1 * wet * math.pow(theta, 3.5) * math.exp(WATER_VAPOUR[i, 2] * (1.0 - theta))
        width = (
            WATER_VAPOUR[i, 3]
            * 1e-4
            * (
                PRESSURE_HPA * math.pow(theta, WATER_VAPOUR[i, 4])
                + WATER_VAPOUR[i, 5] * wet * math.pow(theta, WATER_VAPOUR[i, 6])
            )
        )
        # Doppler broadening
        width = 0.535 * width + math.sqrt(0.217 * width * width + 2.1316e-12 * line * line / theta)
        total += strength * _line_shape(f, line, width, 0.0)
    return 0.1820 * f * total / 1000.0


@kernel
def _line_shape(f: float, line: float, width: float, shift: float) -> float:
    below, above = line - f, line + f
    return (f / line) * (
        (width - shift * below) / (below * below + width * width)
        + (width - shift * above) / (above * above + width * width)
    )
