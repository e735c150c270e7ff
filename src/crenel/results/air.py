"""What an answer says of weather, surface and sectors: what was asked for, and what could not be told."""

import math
from typing import Any

from crenel.core.records import Bracket, Scenario, Unit


def air_row(scenario: Scenario[Bracket]) -> dict[str, Any]:
    """Surface and weather as the scenario states them, and whose waves they act on."""
    weather = scenario.place.weather
    stated = {} if weather is None else {"rain_mps": weather.rain_mps, "visibility_m": weather.visibility_m}
    return {
        "surface": scenario.place.surface,
        **{key: None if figure is None else [figure.low, figure.value, figure.high] for key, figure in stated.items()},
        "frequency_hz": {
            unit.name: None if radar.frequency_hz is None else radar.frequency_hz.value
            for unit in scenario.units
            if (radar := unit.system.radar) is not None
        },
        "notes": air_notes(scenario),
    }


def facing_row(unit: Unit[Bracket]) -> dict[str, float | None]:
    """Which way a unit looks and how wide; None where it looks all around, or nobody says which way."""
    search = unit.system.radar or unit.system.sensor
    sector = None if search is None or unit.facing_rad is None else search.sector_rad
    return {
        "facing_deg": None if unit.facing_rad is None else round(math.degrees(unit.facing_rad), 6),
        "sector_deg": None if sector is None else round(math.degrees(sector.value), 6),
    }


def air_notes(scenario: Scenario[Bracket]) -> list[str]:
    """Sentences: what weather and surface do, whom they do nothing to for want of a frequency, and who faces nowhere.

    Nothing is said of air that is clear, ground that is rough and units that look all around.
    """
    return [*_weather(scenario), *_surface(scenario), *_untold(scenario), *_unfaced(scenario)]


def _weather(scenario: Scenario[Bracket]) -> list[str]:
    weather = scenario.place.weather
    told = []
    if _rains(scenario) and weather is not None and weather.rain_mps is not None:
        rate = _rate(weather.rain_mps)
        told.append(
            f"It rains {rate} mm/h over the whole place all the time, and weakens radar waves by the ITU's rule."
        )
    if weather is not None and weather.visibility_m is not None:
        see = weather.visibility_m
        span = f"{see.value / 1000.0:g}" if see.low == see.high else f"{see.low / 1000.0:g} to {see.high / 1000.0:g}"
        told.append(f"Optics see no farther than {span} km, as the scenario says.")
    return told


def _rate(rain: Bracket) -> str:
    low, value, high = (f"{3.6e6 * end:.3g}" for end in (rain.low, rain.value, rain.high))
    return value if low == high else f"{low} to {high}"


def _surface(scenario: Scenario[Bracket]) -> list[str]:
    if scenario.place.surface == "rough" or not any(unit.system.radar for unit in scenario.units):
        return []
    what = {"flat": "flat ground", "sea": "the sea"}[scenario.place.surface]
    return [
        f"Radar waves are mirrored by {what}, as the scenario says: echoes of what flies low come and go with "
        "distance. The mirror is level at the lower of the two grounds, whatever the terrain between."
    ]


def _untold(scenario: Scenario[Bracket]) -> list[str]:
    """Radars whose frequency nobody published, where it would matter."""
    acting = [word for word, acts in (("rain", _rains(scenario)), ("the surface", _mirrors(scenario))) if acts]
    dumb = [unit.name for unit in scenario.units if _lacks_frequency(unit)]
    if not acting or not dumb:
        return []
    do = "does" if len(acting) == 1 else "do"
    return [
        f"What {' and '.join(acting)} {do} to the waves of {_listed(dumb)} cannot be told and is left out: no "
        "frequency is known. State one: set: {frequency: 9.4 GHz}, and fire_control_frequency."
    ]


def _lacks_frequency(unit: Unit[Bracket]) -> bool:
    radar, control = unit.system.radar, unit.system.fire_control
    return (radar is not None and radar.frequency_hz is None) or (
        control is not None and control.ref_rcs_m2 > 0.0 and control.frequency_hz is None
    )


def _unfaced(scenario: Scenario[Bracket]) -> list[str]:
    """Units whose sensors look into a sector, and nobody says which way."""
    found = []
    for unit in scenario.units:
        looking = (unit.system.radar, unit.system.sensor, unit.system.fire_control)
        if unit.facing_rad is None and any(part is not None and part.sector_rad is not None for part in looking):
            found.append(unit.name)
    if not found:
        return []
    looks = "looks" if len(found) == 1 else "look"
    return [
        f"{_listed(found)} {looks} into a sector, and the scenario does not say which way: taken to look all around. "
        "Say it: facing: 45 deg, or facing: all."
    ]


def _rains(scenario: Scenario[Bracket]) -> bool:
    weather = scenario.place.weather
    return weather is not None and weather.rain_mps is not None and weather.rain_mps.high > 0.0


def _mirrors(scenario: Scenario[Bracket]) -> bool:
    return scenario.place.surface != "rough"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
