"""The catalogue as plain text for a terminal, at most 100 columns wide."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from crenel.report import entry_rows, words
from crenel.report.entry_rows import Record, Row
from crenel.report.terminal import WIDTH

_INDENT: Final = 2
_WIDEST_NAME: Final = 30


def listing(entries: Sequence[Mapping[str, Any]]) -> str:
    """One line an entry: key, kind, profile, and a mark for those that cannot be played or that a user brought.

    Parameters
    ----------
    entries : sequence of mapping
        What `Entry.summary()` gives.
    """
    if not entries:
        return "The catalogue holds no such entry."
    marks = [("×" if not entry["can_be_played"] else "") + ("+" if _is_own(entry) else "") for entry in entries]
    wide = max(map(len, marks))
    longest = max(len(words.clean(entry["key"])) for entry in entries)
    lines = []
    for entry, mark in zip(entries, marks, strict=True):
        begin = f"{mark:<{wide}} " if wide else ""
        begin += f"{words.clean(entry['key']):<{longest}}  {entry['kind']:<6}  "
        lines.append(_cut(begin + (entry_rows.profile(entry) or words.clean(entry["name"]))))
    legend = [
        text
        for mark, text in (
            ("×", "× cannot be played as it stands: `crenel catalogue KEY` says what it lacks"),
            ("+", "+ from your own folder"),
        )
        if any(mark in found for found in marks)
    ]
    return "\n".join([*lines, *([""] if legend else []), *legend])


def text(record: Record) -> str:
    """All of an entry: what `Entry.record()` gives, in words."""
    parts = (_head, _published, _facts, _model, _settings, _unknown, _not_used, _raid_sizes, _sources)
    return "\n".join(line.rstrip() for part in parts for line in part(record)).rstrip()


def _head(record: Record) -> Iterator[str]:
    head = entry_rows.heading(record)
    if head["refusal"]:
        yield from _wrapped(head["refusal"])
        yield ""
    origin = f", from {head['origin']}" if head["origin"] else ""
    yield from _wrapped(f"{head['name']} [{head['key']}], {head['kind'].lower()}, {head['class']}{origin}")
    if head["profile"]:
        yield from _wrapped(head["profile"])
    yield from _wrapped(head["about"])
    if head["note"]:
        yield ""
        yield from _wrapped(head["note"])


def _published(record: Record) -> Iterator[str]:
    rows = entry_rows.published(record)
    yield from _titled(f"Published: {words.plural(len(rows), 'figure') if rows else 'no figure'}")
    names = [row["key"] for row in rows]
    for row in rows:
        yield from _hanging(row["key"], names, [f"{_value(row)}; {row['grade']} {_cited(row)}", row["note"]])


def _facts(record: Record) -> Iterator[str]:
    rows = entry_rows.facts(record)
    if not rows:
        return
    yield from _titled("In words")
    names = [row["key"] for row in rows]
    for row in rows:
        yield from _hanging(row["key"], names, [f"{row['text']}; {row['grade']} {_cited(row)}", row["note"]])


def _model(record: Record) -> Iterator[str]:
    rows = entry_rows.model(record)
    n_assumed = sum(row["is_assumed"] for row in rows)
    assumed = f", {n_assumed} of them assumed" if n_assumed else ""
    yield from _titled(f"What the model takes: {words.plural(len(rows), 'figure')}{assumed}")
    names = [row["key"] for row in rows]
    for row in rows:
        yield from _hanging(row["key"], names, [f"{_value(row)}; {row['grade']}{_basis(row)}", row["note"]])


def _settings(record: Record) -> Iterator[str]:
    rows = entry_rows.settings(record)
    yield from _titled("Rules of the model") if rows else []
    for name, value in rows:
        yield from _wrapped(f"{name}: {value}", _INDENT)


def _unknown(record: Record) -> Iterator[str]:
    found = entry_rows.unknown(record)
    if not found:
        return
    yield from _titled("Nobody published")
    for line in found:
        yield from _wrapped(line, _INDENT)


def _not_used(record: Record) -> Iterator[str]:
    found = entry_rows.not_used(record)
    if not found:
        return
    yield from _titled("Not used, and why")
    for name, reason in found:
        yield from _wrapped(f"{name}: {reason}", _INDENT)


def _raid_sizes(record: Record) -> Iterator[str]:
    rows = entry_rows.raid_sizes(record)
    if not rows:
        return
    yield from _titled("Raid sizes: how many came in one raid")
    for row in rows:
        raids = words.plural(int(row["n_raids"].replace(",", "")), "raid")
        told = f"median {row['median']}, nine in ten at most {row['p90']}, largest {row['most']}; {raids} {_cited(row)}"
        yield from _hanging(row["year"], ["2000"], [told])


def _sources(record: Record) -> Iterator[str]:
    rows = entry_rows.sources(record)
    yield from _titled("Sources")
    if not rows:
        yield "  None is cited."
    for row in rows:
        told = ", ".join(part for part in (row["title"], row["publisher"], row["date"]) if part)
        yield from _hanging(f"[{row['number']}]", ["[99]"], [told])
        if row["address"]:
            yield " " * (_INDENT + 6) + row["address"]


def _value(row: Row) -> str:
    bracket = f" ({row['bracket']})" if row["bracket"] else ""
    return f"{row['value']}{bracket} {row['condition']}".strip()


def _basis(row: Row) -> str:
    if row["from"]:
        return f", from {', '.join(key for key, _ in row['from'])}"
    return f" {_cited(row)}" if row["sources"] else ""


def _cited(row: Row) -> str:
    return f"[{', '.join(map(str, row['sources']))}]" if row["sources"] else ""


def _titled(title: str) -> list[str]:
    return ["", title]


def _hanging(name: str, names: Iterable[str], paragraphs: Iterable[str]) -> Iterator[str]:
    """A name, and paragraphs in a column beside it."""
    column = _INDENT + 2 + min(max(map(len, names)), _WIDEST_NAME)
    first = f"{'':<{_INDENT}}{name}"
    # A name that is wider than its column has a line of its own.
    begin = f"{first:<{column}}"
    if len(first) > column - 2:
        yield first
        begin = " " * column
    for paragraph in filter(None, paragraphs):
        yield from textwrap.wrap(
            paragraph.strip(),
            WIDTH,
            initial_indent=begin,
            subsequent_indent=" " * column,
            break_long_words=True,
            break_on_hyphens=False,
        )
        begin = " " * column


def _wrapped(line: str, indent: int = 0) -> list[str]:
    return textwrap.wrap(
        line, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * 2 * indent, break_on_hyphens=False
    )


def _cut(line: str) -> str:
    """The line, or as many of its parts as fit."""
    line = line.rstrip()
    if len(line) <= WIDTH:
        return line
    shorter = line[: WIDTH - 1]
    return f"{shorter.rpartition(';')[0] or shorter}; …"[:WIDTH]


def _is_own(entry: Mapping[str, Any]) -> bool:
    return bool(entry["origin"] != entry_rows.SHIPPED)
