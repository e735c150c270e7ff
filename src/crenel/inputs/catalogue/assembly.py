"""A draft to the record that is played: complete, in order, or refused with what it lacks."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from crenel.core.entries import Entry
from crenel.core.records import Bracket, System, Threat
from crenel.inputs.catalogue.draft import Draft, mark_of
from crenel.inputs.catalogue.layout import SECTIONS
from crenel.inputs.errors import Mark, quoted

_SET_BY: Final = MappingProxyType(
    {
        "radar.search_range": "search_range",
        "missile.range_max": "missile_range",
        "missile.speed_max": "missile_speed",
        "missile.speed_mean": "missile_speed",
        "gun.range_max": "gun_range",
    }
)
"""What a scenario calls the figures that an entry may lack."""


def system_of(entry: Entry, draft: Draft, *, where: Mark) -> System[Bracket]:
    """The system that a draft amounts to.

    Raises
    ------
    InputError
        At `where`: it lacks figures that nobody published and that the scenario does not set.
    """
    whole = draft.settled()
    _refuse_gaps(entry, whole, where)
    parts: dict[str, Any] = {
        name: section.record(**_frozen(whole.parts[name])) if whole.has(name) else None
        for name, section in SECTIONS.items()
    }
    return System(
        key=entry.key, name=entry.name, **parts, **whole.parts[""], unknown=entry.unknown, origin=entry.origin
    )


def threat_of(entry: Entry, draft: Draft, *, where: Mark) -> Threat[Bracket]:
    """The threat that a draft amounts to; as `system_of`."""
    _refuse_gaps(entry, draft, where)
    fields = dict(draft.parts[""])
    # Nothing reads the height of an arc; its apogee stands there, so that no second doubt is invented.
    fields.setdefault("height_m", fields.get("apogee_m"))
    return Threat(key=entry.key, name=entry.name, **fields, unknown=entry.unknown, origin=entry.origin)


def refuse_disorder(draft: Draft) -> None:
    """Refuse an entry in which some least value can exceed its greatest."""
    whole = draft.settled()
    for part, section in SECTIONS.items():
        fields = whole.parts.get(part, {})
        for least, most in section.ordered:
            lower, upper = (fields.get(section.figures[key].field) for key in (least, most))
            if lower is not None and upper is not None and lower.high > upper.low:
                raise mark_of(draft, part, least).error(
                    f"'{least}' may be as much as {lower.high:g} {lower.unit} and '{most}' as little as {upper.low:g}",
                    "Narrow one of the two brackets, so that no pair within them contradicts itself.",
                )


def still_lacking(draft: Draft) -> tuple[str, ...]:
    """The figures that a draft lacks, by part and key, those that follow others left out."""
    return tuple(name for name in draft.lacks if not _has(draft, name))


def _has(draft: Draft, name: str) -> bool:
    part, _, key = name.rpartition(".")
    if part not in draft.layout:  # a probability by class: "missile.pk.drone"
        part, _, table = part.rpartition(".")
        return key in draft.parts[part].get(table, {})
    figure = draft.layout[part].figures.get(key)
    return figure is not None and figure.field in draft.parts[part]


def _refuse_gaps(entry: Entry, draft: Draft, where: Mark) -> None:
    lacks = still_lacking(draft)
    if lacks:
        shown = ", ".join(lacks)
        settings = dict.fromkeys(_SET_BY.get(name, name) for name in lacks)
        written = ", ".join(f"{name}: …" for name in settings)
        raise where.error(
            f"{quoted(entry.key)} cannot be played: nobody published its {shown}",
            f'Take another entry, or state yours, as an assumption of yours: "set: {{{written}}}". '
            f"`crenel catalogue {entry.key}` shows what is known.",
        )
    if not entry.is_generic and entry.is_all_assumption:
        raise where.error(
            f"{quoted(entry.key)} would be nothing but assumption, under the name of a real system",
            "Take a generic entry, or one with published figures.",
        )


def _frozen(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: MappingProxyType(value) if isinstance(value, dict) else value for name, value in fields.items()}
