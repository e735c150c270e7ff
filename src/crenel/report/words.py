"""The words that people read: what the program's own words are printed as."""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from crenel.report import numbers

FATES: Final = {
    "leaked": "got through",
    "missile": "shot down by missile",
    "gun": "shot down by gun",
    "soft_kill": "jammed (came down elsewhere)",
    "own_failure": "failed by itself",
}
"""In the order of reading: what got through first."""

CAUSES: Final = {
    "missed": "shot at, not stopped",
    "unseen": "hidden by terrain, buildings or horizon",
    "undetected": "in view, never held on radar",
    "out_of_reach": "passed outside every envelope",
    "too_late": "reachable, not in time",
    "saturated": "everyone who could shoot was busy",
    "held": "rounds kept back",
    "no_rounds": "out of rounds",
}

FLOOR_CAUSES: Final = CAUSES | {"missed": "shot at, out of sight before the hit"}
"""Where every shot kills, one fails only because the sight that guides it breaks on its way."""

REMEDIES: Final = {
    "missed": "a second layer that can shoot again",
    "unseen": "a sensor that is higher, or farther out on this side",
    "undetected": "a radar with more range against so small a target",
    "out_of_reach": "a unit nearer to this approach",
    "too_late": "earlier warning, or a shorter reaction",
    "saturated": "more engagements at a time on this side",
    "held": "more rounds, or fewer kept back",
    "no_rounds": "more rounds ready, or a faster reload",
}

BECAUSE: Final = {
    "missed": "because shots lose sight of them on the way",
    "unseen": "because they arrive unseen below the horizon",
    "undetected": "because radar never holds them",
    "out_of_reach": "because they pass outside every unit's reach",
    "too_late": "because there is no time left to shoot",
    "saturated": "because everyone who could shoot is busy",
    "held": "because rounds are kept back",
    "no_rounds": "because the rounds run out",
}

GRADES: Final = {
    "measured": "measured",
    "manufacturer": "manufacturer's figure",
    "press": "press report",
    "secondary": "second-hand compilation",
    "estimate": "estimate",
    "assumption": "assumption",
}

EVIDENCE: Final = {
    "official": "officially acknowledged",
    "verified": "picture placed and dated by a named party",
    "pictured": "seen in pictures",
    "reported": "reported",
    "claimed": "claimed by a party",
    "assumed": "assumed",
}

IDENTIFIED: Final = {"sure": "type sure", "likely": "type likely", "possible": "type possible"}

CLASSES: Final = {
    "drone": "drone",
    "small_drone": "small drone",
    "cruise": "cruise missile",
    "ballistic": "ballistic missile",
    "aircraft": "aircraft",
}

RINGS: Final = {
    "sight": "line of sight to that height",
    "detection": "detection range against it",
    "missile": "reach of the missiles",
    "gun": "reach of the guns",
    "jamming": "reach of the jammers",
}

STAGES: Final = {"sensing": "seeing", "reach": "reaching", "kill": "killing"}

CARRIES: Final = {
    "sensing": "who is seen, and when (in part 1: “hidden” and “never held on radar”)",
    "reach": "what can be shot at in time (the rest of part 1)",
    "kill": "where on the curve of part 2 the answer lies",
}
"""The conclusions that each step of the chain carries; the parts are those of the answer."""

OUTSIDE: Final = {
    "failure": "how often a threat fails by itself",
    "working": "whether units and networks work",
    "presence": "whether a unit is there at all",
}
"""What figures of no step of the chain say, by what they bear on."""

AT_HOME: Final = ("catalogue", "scenario", "model")
"""Origins of figures that need no mark: the shipped catalogue, and what is no entry's figure."""

REACHED: Final = {
    "always": "everywhere in the bracket",
    "within the bracket": "inside the bracket: may be so",
    "never": "not in the bracket",
}

BEARS_ON: Final = {
    "kill": "Whether a shot kills",
    "jamming": "Whether jamming stops what comes",
    "shots": "How many shots there are",
    "distance": "How far they see and reach",
    "seeing": "How well radar sees",
    "time": "How fast everything goes",
    "height": "How high everything is",
    "failure": "What fails by itself",
    "working": "Whether units and networks work",
    "presence": "Whether a unit is there at all",
}

BREAK_EVEN: Final = {"half": "half", "tenth": "one in ten", "none": "none"}

_SECTIONS: Final = ("radar", "sensor", "fire_control", "missile", "gun", "jammer")

_FIGURES: Final = {
    "radar.search_range": "radar search range",
    "radar.pd_at_ref": "chance that one look sees the target at that range",
    "radar.instrumented_range": "farthest range that the radar shows",
    "radar.scan_period": "time between two looks of the radar",
    "radar.elevation_min": "lowest elevation of the radar",
    "radar.elevation_max": "highest elevation of the radar",
    "radar.frequency": "frequency of the radar",
    "radar.sector": "width of the sector that the radar looks into",
    "radar.radial_speed_min": "least speed towards the radar that it tells from the ground",
    "sensor.range": "range of the sensor",
    "sensor.look_period": "time between two looks of the sensor",
    "sensor.elevation_min": "lowest elevation of the sensor",
    "sensor.elevation_max": "highest elevation of the sensor",
    "sensor.sector": "width of the sector that the sensor looks into",
    "jammer.range": "range of the jammer",
    "fire_control.range": "fire-control range",
    "fire_control.channels_per_sector": "engagements at a time of one tracking radar",
    "fire_control.elevation_min": "lowest elevation of fire control",
    "fire_control.elevation_max": "highest elevation of fire control",
    "fire_control.frequency": "frequency of the fire-control radar",
    "fire_control.sector": "width of the sector that fire control looks into",
    "fire_control_range": "fire-control range",
    "fire_control_frequency": "frequency of the fire-control radar",
    "fire_control_sector": "width of the sector that fire control looks into",
    "rain": "rate of rain",
    "rain_top": "height up to which it rains",
    "visibility": "how far optics see",
    "missile.range_min": "shortest missile range",
    "missile.range_max": "longest missile range",
    "missile.height_min": "least height for the missile",
    "missile.height_max": "greatest height for the missile",
    "missile.target_speed_max": "fastest target for the missile",
    "missile.speed_max": "top speed of the missile",
    "missile.speed_mean": "mean speed of the missile",
    "missile.rounds": "missiles ready to fire",
    "missile.pk_at_range_max": "share of the missile's kill probability left at its longest range",
    "missile.spare_rounds": "missiles to reload with",
    "missile.reload": "time to reload",
    "gun.range_min": "shortest gun range",
    "gun.range_max": "longest gun range",
    "gun.height_max": "greatest height for the gun",
    "gun.target_speed_max": "fastest target for the gun",
    "gun.projectile_speed": "mean speed of a gun round",
    "gun.rounds": "gun rounds ready",
    "gun.rate": "rate of fire of the gun",
    "gun.burst_rounds": "gun rounds in one burst",
    "gun.pk_at_range_max": "share of the gun's kill probability left at its longest range",
    "antenna_height": "height of the antenna above its vehicle's ground",
    "channels": "engagements at a time",
    "reaction": "reaction time",
    "assessment": "time to judge a shot",
    "mounted": "height of its place above the ground",
    "presence": "chance that it is there at all",
    "availability": "chance that it works",
    "radius": "how near a threat must come to have reached it",
    "unit_radius": "how near a threat must come to a unit to have reached it",
    "delay": "time until the others have a track of one",
    "silences": "chance that one that arrives silences the unit",
    "common_mode": "correlation of all shots of a raid",
    "common_mode_threat": "correlation of all shots at one threat",
    "position_east": "how far east of its place it stands",
    "position_north": "how far north of its place it stands",
    "speed": "speed",
    "height": "height of flight",
    "rcs": "radar echo (cross-section)",
    "own_failure": "share that fails by itself",
    "apogee": "top of the arc",
    "range": "range of the arc",
    "height_missing": "height where the file states neither height nor floors",
    "floor": "height of a floor where the file states floors",
    "rcs_pass_sigma": "spread of the radar echo from one pass to the next",
}

_OWNERS: Final = {"model": "The model", "buildings": "The buildings", "weather": "The weather"}
"""Whose figures are no system's and no threat's."""

_PROBABILITIES: Final = ("pk", "pd_at_ref", "p_look", "p_effect", "own_failure", "availability", "silences", "presence")

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

_TRIMMED: Final = ("_m", "_s", "_mps", "_rad", "_hz", "_frac", "_m2", "_db")


def clean(text: object) -> str:
    """Somebody's text without control characters, which could steer a terminal or turn the line around."""
    return "".join(
        character if character.isprintable() and unicodedata.category(character) != "Cf" else " "
        for character in str(text)
    ).strip()


def plural(n: int, one: str, many: str = "") -> str:
    """ "1 unit", "3 units"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def figure(name: str, owners: Mapping[str, str]) -> tuple[str, str]:
    """Whose figure it is and what it is, in plain words: "Pantsir-S1", "radar search range".

    Parameters
    ----------
    name : str
        ``<system or threat>.<section>.<key>``, ``unit:<name>.<key>`` (or ``group:``, ``network:``) or ``model.<key>``.
    owners : mapping of system and threat key to the name that people read
    """
    if name.startswith(("unit:", "group:", "network:")):
        owner, _, key = name.partition(":")[2].rpartition(".")
        return clean(owner), _key(key)
    owner, _, key = name.partition(".")
    return _OWNERS.get(owner) or clean(owners.get(owner, owner)), _key(key)


def said(note: object) -> str:
    """A note as a sentence: a capital first, a full stop last."""
    text = clean(note)
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "”")) else ".")


def article(noun: str) -> str:
    """ "a drone", "an aircraft"."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def quantity(value: float, unit: str, figure_name: str = "") -> str:
    """An SI value as people say it: km from 1,000 m, degrees, per cent for probabilities."""
    shown, word = _converted(value, unit, figure_name, value)
    return _joined(numbers.significant(shown), word)


def bracket(low: float, high: float, unit: str, figure_name: str = "") -> str:
    """Both ends in the unit of the upper one: "30–36 km"; an empty text where there is no width."""
    if low == high:
        return ""
    first, _ = _converted(low, unit, figure_name, high)
    last, word = _converted(high, unit, figure_name, high)
    # A dash beside a minus sign is hard to read.
    between = "–" if first >= 0.0 else " to "
    return _joined(f"{numbers.significant(first)}{between}{numbers.significant(last)}", word)


def bearing(deg: float) -> str:
    """A compass point: "NNE"."""
    names = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
    return names[round(deg / 22.5) % 16]


def directions(low: float, high: float) -> str:
    """A sector of approach: "150–240°", or "all sides"."""
    if high - low >= 360.0:
        return "all sides"
    return f"{low % 360:.0f}–{high % 360 or 360:.0f}°" if high != low else f"{low % 360:.0f}°"


def distances(low: float, high: float) -> str:
    """A span of metres: "60 km", "100–1,500 m"."""
    return quantity(high, "m") if low == high else bracket(low, high, "m")


def day(text: str) -> str:
    """ "20 January 2023" for "2023-01-20", "January 2023" for "2023-01"; any other text as it stands."""
    try:
        when = date.fromisoformat(f"{text}-01" if text.count("-") == 1 else text)
    except ValueError:
        return clean(text)
    month = f"{_MONTHS[when.month - 1]} {when.year}"
    return month if text.count("-") == 1 else f"{when.day} {month}"


def dated(text: str) -> str:
    """A text in which every ISO date is written as people say it."""
    return re.sub(r"\b\d{4}-\d{2}(?:-\d{2})?\b", lambda found: day(found.group()), text)


def side(from_deg: float, to_deg: float) -> str:
    """The compass point in the middle of a sector: "SSE" for 150 to 180 degrees."""
    return bearing((from_deg + to_deg) / 2.0)


def listed(parts: Sequence[str]) -> str:
    """ "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def owners(summary: Mapping[str, Any]) -> dict[str, str]:
    """The readable names of the systems and threats of a summary, by their keys."""
    return {
        **{unit["system"]: unit["system_name"] for unit in summary["units"]},
        **{group["threat"]: group["threat_name"] for group in summary["groups"]},
    }


def _key(key: str) -> str:
    for ending in _TRIMMED:
        if key not in _FIGURES and key.removesuffix(ending) in _FIGURES:
            key = key.removesuffix(ending)
    if key in _FIGURES:
        return _FIGURES[key]
    section, _, rest = key.partition(".")
    if rest.startswith("pk."):
        target = CLASSES.get(rest[3:], rest[3:].replace("_", " "))
        shot = "burst of the gun" if section == "gun" else "missile"
        return f"chance that one {shot} kills {article(target)}"
    for chance, told in (("p_look.", "one look finds"), ("p_effect.", "the jammer stops")):
        if rest.startswith(chance):
            target = rest.removeprefix(chance)
            return f"chance that {told} {article(CLASSES.get(target, clean(target.replace('_', ' '))))}"
    # Overrides name the last part only: "rounds" of a unit is a figure of its missile.
    for known in _SECTIONS:
        if f"{known}.{key}" in _FIGURES:
            return _FIGURES[f"{known}.{key}"]
    return clean(key.replace(".", " ").replace("_", " "))


def _joined(number: str, word: str) -> str:
    return f"{number}{word}" if word == "°" else f"{number} {word}".strip()


def _converted(value: float, unit: str, figure_name: str, scale_of: float) -> tuple[float, str]:
    if unit == "m":
        return (value / 1000.0, "km") if abs(scale_of) >= 1000.0 else (value, "m")
    if unit == "rad":
        return math.degrees(value), "°"
    if unit in ("", "1", "frac"):
        parts = figure_name.split(".")
        if any(part.removesuffix("_frac").startswith(_PROBABILITIES) for part in parts[1:]):
            return value * 100.0, "%"
        return value, ""
    if figure_name.endswith("weather.rain"):
        return value * 3.6e6, "mm/h"
    if unit == "Hz":
        return (value / 1e9, "GHz") if abs(scale_of) >= 1e9 else (value / 1e6, "MHz")
    words = {"mps": "m/s", "m2": "m²", "m^2": "m²", "hz": "per second", "1/s": "per second"}
    return value, words.get(unit, clean(unit))
