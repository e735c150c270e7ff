"""What a flat surface below does to a radar wave: the straight ray and the reflected one add, or cancel."""

import math
from typing import Final

import numpy as np

from crenel.core.jit import kernel

ROUGH: Final = 0
FLAT: Final = 1
SEA: Final = 2
SURFACES: Final = ("rough", "flat", "sea")
"""By code."""

# Relative permittivity, conductivity [S/m], height of the unevenness as a standard deviation [m]; by code.
_GROUNDS: Final = np.array([[1.0, 0.0, 0.0], [15.0, 0.005, 0.05], [80.0, 5.0, 0.2]])


@kernel
def two_ray_factor(
    wavelength_m: float, ground_range_m: float, antenna_m: float, target_m: float, earth_m: float, surface: int
) -> float:
    """Propagation factor of the field, one way: the straight ray and the one over the surface; 1 is free space.

    Parameters
    ----------
    wavelength_m : float [m]
    ground_range_m : float [m]
        Up to the horizon; beyond it the factor means nothing.
    antenna_m, target_m : float [m]
        Heights above the surface, >= 0, not both 0.
    earth_m : float [m]
        Effective radius of the earth.
    surface : int
        ROUGH, FLAT (dry ground, uneven by 5 cm) or SEA (slight: uneven by 20 cm, significant waves of 0.8 m).

    Returns
    -------
    float [1]
        In [0, 2].

    Notes
    -----
    ``|1 + G rho D exp(-i 2 pi delta / wavelength)|``: G is Fresnel's reflection of a horizontal wave, rho what
    unevenness leaves of it, D the divergence of a sphere, delta how much longer the reflected ray is. Both rays are
    taken to have the antenna's full gain, and what is scattered out of phase is left out. Below the grazing angle
    ``(wavelength / 2 pi a) ** (1/3)`` rays mean little: from there D goes back to 1, so that the field falls to nothing
    at the horizon, which is less than waves that bend round it leave.

    References
    ----------
    [blake1986] ch. 6, [ament1953]
    """
    if surface == ROUGH:
        return 1.0
    d = max(ground_range_m, 1.0)
    near = reflection_range(d, antenna_m, target_m, earth_m)
    far = d - near
    h1 = max(antenna_m - near * near / (2.0 * earth_m), 0.0)
    h2 = max(target_m - far * far / (2.0 * earth_m), 0.0)
    straight, bent = math.hypot(d, h2 - h1), math.hypot(d, h2 + h1)
    delta = 4.0 * h1 * h2 / (straight + bent)
    sin_grazing = max((h1 + h2) / bent, 1e-9)
    permittivity = complex(_GROUNDS[surface, 0], -60.0 * wavelength_m * _GROUNDS[surface, 1])
    root = (permittivity - 1.0 + sin_grazing * sin_grazing) ** 0.5
    reflected = (sin_grazing - root) / (sin_grazing + root)
    uneven = 2.0 * math.pi * _GROUNDS[surface, 2] * sin_grazing / wavelength_m
    least = math.pow(wavelength_m / (2.0 * math.pi * earth_m), 1.0 / 3.0)
    divergence = 1.0 / math.sqrt(1.0 + 2.0 * near * far / (earth_m * d * max(sin_grazing, least)))
    divergence = 1.0 - (1.0 - divergence) * min(sin_grazing / least, 1.0)
    phase = 2.0 * math.pi * delta / wavelength_m
    share = math.exp(-2.0 * uneven * uneven) * divergence
    return abs(1.0 + reflected * share * complex(math.cos(phase), -math.sin(phase)))


@kernel
def reflection_range(ground_range_m: float, antenna_m: float, target_m: float, earth_m: float) -> float:
    """How far from the antenna the ray over a smooth sphere is reflected [m].

    Notes
    -----
    The root of a cubic, exact for heights that are small beside the earth.

    References
    ----------
    [blake1986] ch. 6
    """
    p = 2.0 / math.sqrt(3.0) * math.sqrt(earth_m * (antenna_m + target_m) + 0.25 * ground_range_m * ground_range_m)
    sine = 2.0 * earth_m * ground_range_m * (target_m - antenna_m) / (p * p * p)
    return 0.5 * ground_range_m - p * math.sin(math.asin(min(max(sine, -1.0), 1.0)) / 3.0)
