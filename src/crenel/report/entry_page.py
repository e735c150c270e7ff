"""One entry of the catalogue as one self-contained page, from its record and curves alone."""

from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup

from crenel.report import drawing, entry_charts, entry_drawing, entry_rows
from crenel.report.entry_rows import Record, Row
from crenel.report.page import templates
from crenel.report.words import listed

MARKER: Final = "<!doctype html>\n<!-- A page of the crenel catalogue"
"""How every page begins: what begins so may be written over."""

_TRIES: Final = {
    "missile": "one shot kills",
    "gun": "one shot kills",
    "sensor": "one look finds it",
    "jammer": "the jammer stops it",
}

_MARKS: Final = {
    "chances": (("known", "published or estimated"), ("assumed", "assumed")),
    "cross_sections": (("known", "published or estimated"), ("assumed", "assumed")),
    "raid_sizes": (("known", "median"), ("step", "nine raids in ten bring no more"), ("end", "largest")),
}


def html(record: Record, curves: Mapping[str, Any], *, version: str) -> str:
    """The page of an entry, as text that begins with `MARKER`.

    Parameters
    ----------
    record : mapping
        What `Entry.record()` gives.
    curves : mapping
        `detection`: the range of the radar against the size of the target, as `entry_charts.detection` wants it, or
        None.
    version : str
        Of crenel.
    """
    numbered = entry_rows.source_numbers(record)
    model = entry_rows.model(record)
    seen = entry_charts.detection(record, curves.get("detection"), numbered)
    return (
        templates()
        .get_template("entry.html.jinja")
        .render(
            marker=Markup(MARKER),
            head=entry_rows.heading(record),
            detection=None if seen is None else {**_both(entry_drawing.detection, seen), "info": seen},
            envelope=_envelope(record),
            chances_title=_chances_title(record),
            chances=_intervals("chances", entry_charts.chances(record)),
            cross_sections=_intervals("cross_sections", entry_charts.cross_sections(record)),
            raid_sizes=_intervals("raid_sizes", entry_charts.raid_sizes(record)),
            published=entry_rows.published(record),
            facts=entry_rows.facts(record),
            taken=[row for row in model if not row["is_assumed"]],
            assumed=[row for row in model if row["is_assumed"]],
            settings=entry_rows.settings(record),
            unknown=entry_rows.unknown(record),
            not_used=entry_rows.not_used(record),
            sizes=entry_rows.raid_sizes(record),
            sources=entry_rows.sources(record),
            version=version,
        )
    )


def _chances_title(record: Record) -> str:
    """What the picture of chances is about: what the entry has."""
    held = {figure["figure"].split(".")[1] for figure in record["model"]}
    told = [words for part, words in _TRIES.items() if part in held]
    return f"How likely {listed(list(dict.fromkeys(told)))}" if told else ""


def _both(draw: Any, info: object) -> Row:
    return {"wide": draw(info, drawing.WIDE), "narrow": draw(info, drawing.NARROW)}


def _envelope(record: Record) -> Row | None:
    info = entry_charts.envelope(record)
    return None if info is None else {**_both(entry_drawing.envelope, info), "info": info}


def _intervals(which: str, info: entry_charts.Intervals | None) -> Row | None:
    if info is None:
        return None
    kinds = {kind for row in info.rows for _, kind in row.marks}
    key = [(entry_drawing.key_mark(kind), told) for kind, told in _MARKS[which] if kind in kinds]
    return {**_both(entry_drawing.intervals, info), "key": key}
