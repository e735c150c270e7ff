"""The words for an entry of the catalogue: names of statements and figures, numbers as they were published."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from crenel.report import words

KINDS: Final = {"system": "System", "threat": "Threat"}

PARTS: Final = {
    "radar": "Search radar",
    "sensor": "Search sensor",
    "fire_control": "Fire control",
    "missile": "Missile",
    "gun": "Gun",
    "jammer": "Jammer",
}

SETTINGS: Final = {
    "radar.p_false_alarm": "chance of a false alarm in one look of the radar",
    "radar.fluctuation": "how the echo changes from look to look",
    "radar.confirm_m": "looks that must detect for a firm radar track",
    "radar.drop_k": "misses in a row that drop a radar track",
    "sensor.kind": "kind of sensor",
    "sensor.needs_sight": "whether the sensor needs a line of sight",
    "sensor.confirm_m": "looks that must find it for a firm track of the sensor",
    "sensor.drop_k": "misses in a row that drop a sensor's track",
    "fire_control.n_sectors": "tracking radars that share the circle",
    "missile.salvo": "missiles in one salvo",
    "missile.guidance": "guidance of the missile",
    "threat_class": "class",
    "motion": "motion",
}

_HEADS: Final = {
    "search_range": "radar search range",
    "fcr_range": "fire-control range",
    "detect_range": "detection range",
    "pk": "kill probability",
    "rcs": "radar cross-section",
    "missiles_ready": "missiles ready to fire",
    "fire_channels": "engagements at a time",
    "speed_cruise": "cruising speed",
    "range_vs": "range against",
}

_QUALIFIERS: Final = {
    "max": "greatest",
    "min": "least",
    "avg": "mean",
    "game": "in a game",
    "vs": "against",
    "vhf": "VHF",
}

_TARGET: Final = re.compile(r"rcs\d+(p\d+)?")


def statement(name: str) -> str:
    """What a statement measures, in words: "missile range, greatest"; the target of a range stands beside it."""
    for head, told in _HEADS.items():
        if name == head or name.startswith(f"{head}_"):
            return _joined(told, name[len(head) + 1 :].split("_") if name != head else [])
    tokens = words.clean(name).split("_")
    first = next((n for n, token in enumerate(tokens) if token in _QUALIFIERS), len(tokens))
    return _joined(" ".join(tokens[:first]), tokens[first:])


def figure(name: str) -> str:
    """What a figure of the model is, in words: "pantsir-s1.radar.search_range" is "radar search range"."""
    return words.figure(name, {})[1]


def part(name: str) -> str:
    """The part of a system that a figure belongs to, in words."""
    return PARTS.get(name.split(".")[1], "The system as a whole")


def exact(value: float) -> str:
    """A number with every digit that it was given with, and no exponent: "1,403", "14.67", "0.000001"."""
    text = f"{Decimal(repr(float(value))):,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def published(row: Mapping[str, Any]) -> tuple[str, str]:
    """Value and bracket of a statement in the unit of its publication; an empty bracket where there is no width."""
    unit = "" if row["unit"] == "1" else words.clean(row["unit"])
    value = f"{exact(row['value'])} {unit}".strip()
    if row["low"] == row["high"]:
        return value, ""
    between = "–" if row["low"] >= 0.0 else " to "
    return value, f"{exact(row['low'])}{between}{exact(row['high'])} {unit}".strip()


def taken(row: Mapping[str, Any]) -> tuple[str, str]:
    """Value and bracket of a figure of the model; probabilities and shares stay numbers, as they were published."""
    return words.quantity(row["value"], row["unit"]), words.bracket(row["low"], row["high"], row["unit"])


def condition(row: Mapping[str, Any]) -> str:
    """What a figure holds for: "at 2 m²", "over 12 km", "from the front, in X band"."""
    told = []
    if (target_m2 := row.get("at_rcs_m2")) is not None:
        told.append(f"at {exact(target_m2)} m²" if target_m2 else "whatever the radar echo")
    if row.get("over_m"):
        told.append(f"over {words.quantity(row['over_m'], 'm')}")
    if aspect := words.clean(row.get("aspect") or ""):
        told.append("all aspects" if aspect == "all" else f"{aspect} aspect")
    if band := words.clean(row.get("band") or ""):
        told.append(f"{band} band")
    return ", ".join(told)


def setting(value: object) -> str:
    """A plain value as people write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return exact(value)
    text = words.clean(value)
    return words.CLASSES.get(text, re.sub(r"^swerling(\d)$", r"Swerling \1", text).replace("_", " "))


def short(name: str) -> str:
    """A name without what explains it: "Shahed-136" for "Shahed-136 / Geran-2"."""
    return re.split(r" \(| / |, ", words.clean(name), maxsplit=1)[0]


def _joined(head: str, tokens: list[str]) -> str:
    told = [_QUALIFIERS.get(token, words.clean(token)) for token in tokens if token and not _TARGET.fullmatch(token)]
    if not told:
        return head
    rest = " ".join(told)
    return f"{head} {rest}" if told[0] == "against" or head.endswith("against") else f"{head}, {rest}"
