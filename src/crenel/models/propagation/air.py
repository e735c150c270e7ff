"""What air, rain and the surface do to a radar's echo, told as the range that it seems to come from.

One number, the range at which the echo would be as strong in clear air over rough ground: so the radar equation stays
as it is (`sensing`), and so do the ranges that are published.
"""

import math
from typing import Final, NamedTuple

from crenel.core.constants import LIGHT_MPS
from crenel.core.jit import kernel
from crenel.models.propagation.gases import gas_attenuation
from crenel.models.propagation.rain import rain_attenuation
from crenel.models.propagation.surface import ROUGH, SURFACES, two_ray_factor

_LOG_RANGE_PER_DB: Final = math.log(10.0) / 40.0  # an echo falls with the fourth power of range
_LEAST_FACTOR: Final = 1e-4  # in the deepest trough nothing returns, and a range must still be a number


class Air(NamedTuple):
    """What one radar's waves pass through, and what is below: from `air_for`.

    `gas_db_per_m` and `rain_db_per_m` are one way; a `wavelength_m` of 0 says that nobody knows the frequency, and then
    nothing can be told.
    """

    wavelength_m: float
    gas_db_per_m: float
    rain_db_per_m: float
    rain_top_m: float  # above the ground that the radar stands on
    surface: int


def air_for(*, frequency_hz: float | None, rain_mps: float, rain_top_m: float, surface: str) -> Air:
    """The air of one radar.

    Parameters
    ----------
    frequency_hz : float [Hz] or None
        None: not known. Then neither air nor rain nor surface changes anything.
    rain_mps : float [m/s]
        Rate of rain on the ground; 1 mm/h is 2.78e-7 m/s.
    rain_top_m : float [m]
        How high above the ground drops are water; ice above it weakens hardly at all.
    surface : str
        One of `SURFACES`.
    """
    if frequency_hz is None:
        return Air(0.0, 0.0, 0.0, 0.0, ROUGH)
    return Air(
        wavelength_m=LIGHT_MPS / frequency_hz,
        gas_db_per_m=gas_attenuation(frequency_hz),
        rain_db_per_m=rain_attenuation(frequency_hz, rain_mps, 0.0, 0.0),
        rain_top_m=rain_top_m,
        surface=SURFACES.index(surface),
    )


@kernel
def clear_range(
    air: Air, ref_m: float, slant_m: float, ground_range_m: float, antenna_m: float, target_m: float, earth_m: float
) -> float:
    """Range at which the echo would be as strong in clear air over rough ground [m].

    Parameters
    ----------
    air : Air
    ref_m : float [m]
        The published range: what clear air takes out to there is in it already.
    slant_m, ground_range_m : float [m]
        To the target, straight and along the ground.
    antenna_m, target_m : float [m]
        Heights of both above the surface in between, > 0.
    earth_m : float [m]
        Effective radius of the earth.

    Notes
    -----
    ``R 10^(L / 40) / F`` with the two-way loss ``L = 2 [gas (R - R_ref) + rain R_rain]`` in dB, and the propagation
    factor F of the field, whose fourth power the echo has. Gases are those at the ground, all along the path.

    References
    ----------
    [richards2014] ch. 2
    """
    if air.wavelength_m == 0.0:
        return slant_m
    loss_db = 2.0 * (
        air.gas_db_per_m * (slant_m - ref_m)
        + air.rain_db_per_m * rain_path(slant_m, antenna_m, target_m, air.rain_top_m)
    )
    seen_m = slant_m * math.exp(_LOG_RANGE_PER_DB * loss_db)
    if air.surface == ROUGH:
        return seen_m
    factor = two_ray_factor(air.wavelength_m, ground_range_m, antenna_m, target_m, earth_m, air.surface)
    return seen_m / max(factor, _LEAST_FACTOR)


@kernel
def rain_path(slant_m: float, antenna_m: float, target_m: float, rain_top_m: float) -> float:
    """How much of the path lies in the rain, which falls everywhere below a height [m]."""
    low, high = min(antenna_m, target_m), max(antenna_m, target_m)
    if high <= rain_top_m:
        return slant_m
    if low >= rain_top_m:
        return 0.0
    return slant_m * (rain_top_m - low) / (high - low)
