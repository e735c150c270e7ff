"""An entry in one line: what it reaches, sees or weighs, as far as somebody published it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from crenel.core.entries import Entry
from crenel.core.records import Bracket
from crenel.inputs.catalogue.draft import Draft

_SENSES: Final = {"optics": "sees to {}", "radio": "hears radio to {}", "acoustic": "hears to {}"}
_FAST_MPS: Final = 600.0
"""From here on speeds are told in metres per second, as they are published."""


def profile(entry: Entry, draft: Draft) -> str:
    """The line; what is only assumed is left out, but for generic entries, which are nothing else."""
    parts = draft.settled().parts
    words = list(_system(entry, parts) if entry.kind == "system" else _threat(entry, parts[""]))
    if not entry.can_be_played:
        words.append("cannot be played")
    return "; ".join(words)


def _system(entry: Entry, parts: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for part, key, said in (
        ("missile", "range_max_m", "missile to {}"),
        ("gun", "range_max_m", "gun to {}"),
        ("jammer", "range_m", "jams to {}"),
        ("radar", "search_range_m", "radar {}"),
        ("sensor", "range_m", _SENSES[parts["sensor"]["kind"]] if "sensor" in parts else ""),
    ):
        found = parts.get(part, {}).get(key)
        if found is None or not _is_told(entry, found):
            continue
        target = parts[part].get("ref_rcs_m2") if part == "radar" else None
        yield said.format(_km(found.value)) + (f" at {target:g} m²" if target else "")
    if "radar" not in parts and "sensor" not in parts and "jammer" not in parts:
        yield "no sensor of its own"
    for part, key, said in (("missile", "rounds", "{:g} missiles"), ("", "channels", "{:g} at a time")):
        found = parts.get(part, {}).get(key)
        if found is not None and ("missile" in parts or "gun" in parts) and _is_told(entry, found):
            yield said.format(found.value)


def _threat(entry: Entry, fields: Mapping[str, Any]) -> Iterator[str]:
    yield entry.entry_class.replace("_", " ")
    says: Mapping[str, Callable[[Bracket], str]] = {
        "speed_mps": lambda x: f"{x.value * 3.6:.0f} km/h" if x.value < _FAST_MPS else f"{x.value:.0f} m/s",
        "height_m": lambda x: f"{_km(x.low)} to {_km(x.high)} high",
        "apogee_m": lambda x: f"up to {_km(x.value)} high",
        "range_m": lambda x: f"over {_km(x.value)}",
        "rcs_m2": lambda x: f"{x.value:g} m²",
    }
    for key, said in says.items():
        found = fields.get(key)
        if found is not None and _is_told(entry, found):
            yield said(found)


def _is_told(entry: Entry, bracket: Bracket) -> bool:
    return entry.is_generic or bracket.grade != "assumption"


def _km(length_m: float) -> str:
    return f"{length_m / 1000.0:g} km" if length_m >= 1000.0 else f"{length_m:g} m"
