"""Propagation: what air, rain and the surface below do to a radar's echo on its way."""

from crenel.models.propagation.air import Air, air_for, clear_range, rain_path
from crenel.models.propagation.gases import gas_attenuation, oxygen_attenuation, vapour_attenuation
from crenel.models.propagation.rain import rain_attenuation, rain_coefficients
from crenel.models.propagation.surface import FLAT, ROUGH, SEA, SURFACES, reflection_range, two_ray_factor
from crenel.models.propagation.weather import air_of, visibility_of

__all__ = [
    "FLAT",
    "ROUGH",
    "SEA",
    "SURFACES",
    "Air",
    "air_for",
    "air_of",
    "clear_range",
    "gas_attenuation",
    "oxygen_attenuation",
    "rain_attenuation",
    "rain_coefficients",
    "rain_path",
    "reflection_range",
    "two_ray_factor",
    "vapour_attenuation",
    "visibility_of",
]
