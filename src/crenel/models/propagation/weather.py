"""The weather and the surface of a place, as sensors meet them."""

from math import inf

from crenel.core.records import Place
from crenel.models.propagation.air import Air, air_for


def air_of(frequency_hz: float | None, place: Place[float] | None) -> Air:
    """What the waves of a radar pass through in the weather and over the surface of a place."""
    weather = None if place is None else place.weather
    return air_for(
        frequency_hz=frequency_hz,
        rain_mps=0.0 if weather is None else weather.rain_mps or 0.0,
        rain_top_m=0.0 if weather is None else weather.rain_top_m or 0.0,
        surface="rough" if place is None else place.surface,
    )


def visibility_of(place: Place[float] | None) -> float:
    """How far optics see [m]; inf where nobody says."""
    if place is None or place.weather is None or place.weather.visibility_m is None:
        return inf
    return place.weather.visibility_m
