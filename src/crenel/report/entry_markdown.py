"""The catalogue as Markdown: one page an entry, and a table of all of them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from crenel.report import entry_rows
from crenel.report.entry_rows import Record

MARKER: Final = "<!-- Made by tools/make_catalogue_docs.py: `make docs`. Changes belong into the entry's file. -->"
"""The first line of every page."""

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]!|~$<>&])")
_BEGINS_A_BLOCK: Final = re.compile(r"^([-+#]|\d+(?=[.)](?:\s|$)))")


def page(record: Record) -> str:
    """The page of an entry: what `Entry.record()` gives, in Markdown."""
    parts = (_head, _published, _facts, _model, _settings, _unknown, _not_used, _raid_sizes, _sources)
    return "\n".join([MARKER, "", *(line for part in parts for line in part(record))]).rstrip() + "\n"


def index(records: Sequence[Record]) -> str:
    """The table of all entries, systems first."""
    n_figures = sum(len(record["figures"]) for record in records)
    lines = [
        MARKER,
        "",
        "# The catalogue",
        "",
        f"{len(records)} entries with {n_figures:,} published figures. They are claims of others, no measurements of "
        "ours; each page names the source and the grade of every one, what nobody published, and what the model "
        "assumes in its place. `crenel catalogue KEY --html` draws an entry as well.",
    ]
    columns = ("Key", "Name", "Profile", ">Published", ">Assumed")
    for kind, title in (("system", "Systems"), ("threat", "Threats")):
        found = [record for record in records if record["kind"] == kind]
        if found:
            lines += ["", f"## {title}", "", *_table(columns, _index(found))]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Somebody's words, so that Markdown takes none of them for its own."""
    plain = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    # A list or a heading begins with these, wherever a line or an item does.
    return _BEGINS_A_BLOCK.sub(lambda found: f"\\{found[0]}" if found[0] in "-+#" else f"{found[0]}\\", plain)


def _index(records: Iterable[Record]) -> Iterator[tuple[str, ...]]:
    for record in records:
        head = entry_rows.heading(record)
        refusal = "" if record["can_be_played"] else "cannot be played as it stands"
        told = "; ".join(part for part in (escaped(head["profile"]), refusal) if part)
        yield (
            f"[{escaped(head['key'])}]({head['key']}.md)",
            escaped(head["name"]),
            told,
            str(len(record["figures"])),
            str(len(record["assumptions"])),
        )


def _head(record: Record) -> Iterator[str]:
    head = entry_rows.heading(record)
    yield f"# {escaped(head['name'])}"
    if head["refusal"]:
        yield from ("", f"**{escaped(head['refusal'])}**")
    yield from ("", f"*{escaped(head['about'])}*")
    told = f"{head['kind']} {_code(head['key'])}, {escaped(head['class'])}"
    yield from ("", f"{told}: {escaped(head['profile'])}." if head["profile"] else f"{told}.")
    if head["note"]:
        yield from ("", escaped(head["note"]))


def _published(record: Record) -> Iterator[str]:
    rows = entry_rows.published(record)
    yield from _titled("Published")
    if not rows:
        yield "No figure was published."
        return
    yield from _table(
        ("Statement", ">Value", ">Bracket", "For", "Grade", "Note", "Sources"),
        (
            (
                _code(row["key"]),
                escaped(row["value"]),
                escaped(row["bracket"]),
                escaped(row["condition"]),
                escaped(row["grade"]),
                escaped(row["note"]),
                _cited(row["sources"]),
            )
            for row in rows
        ),
    )


def _facts(record: Record) -> Iterator[str]:
    rows = entry_rows.facts(record)
    if not rows:
        return
    yield from _titled("In words")
    yield from _table(
        ("About", "Said", "Grade", "Note", "Sources"),
        (
            (
                _code(row["key"]),
                escaped(row["text"]),
                escaped(row["grade"]),
                escaped(row["note"]),
                _cited(row["sources"]),
            )
            for row in rows
        ),
    )


def _model(record: Record) -> Iterator[str]:
    rows = entry_rows.model(record)
    if not rows:
        return
    yield from _titled("What the model takes")
    yield from _table(
        ("Figure", ">Value", ">Bracket", "For", "Rests on", "Why, or note"),
        (
            (
                _code(row["key"]),
                escaped(row["value"]),
                escaped(row["bracket"]),
                escaped(row["condition"]),
                _basis(row),
                escaped(row["note"]),
            )
            for row in rows
        ),
    )


def _basis(row: dict[str, Any]) -> str:
    if row["is_assumed"]:
        return "**assumption**"
    told = ", ".join(_code(key) for key, _ in row["from"]) or _cited(row["sources"])
    return f"{told} ({escaped(row['grade'])})"


def _settings(record: Record) -> Iterator[str]:
    rows = entry_rows.settings(record)
    if rows:
        yield from _titled("Rules of the model")
        yield from (f"* {escaped(name)}: {escaped(value)}" for name, value in rows)


def _unknown(record: Record) -> Iterator[str]:
    found = entry_rows.unknown(record)
    if found:
        yield from _titled("What nobody published")
        yield from (f"* {escaped(line)}" for line in found)


def _not_used(record: Record) -> Iterator[str]:
    found = entry_rows.not_used(record)
    if found:
        yield from _titled("Published and not used, and why")
        yield from (f"* {escaped(name)}: {escaped(reason)}" for name, reason in found)


def _raid_sizes(record: Record) -> Iterator[str]:
    rows = entry_rows.raid_sizes(record)
    if rows:
        yield from _titled("How many came in one raid")
        yield from _table(
            ("Year", ">Raids", ">Median", ">Nine in ten at most", ">Largest", "Sources"),
            (
                (row["year"], row["n_raids"], row["median"], row["p90"], row["most"], _cited(row["sources"]))
                for row in rows
            ),
        )


def _sources(record: Record) -> Iterator[str]:
    rows = entry_rows.sources(record)
    yield from _titled("Sources")
    if not rows:
        yield "None is cited."
    for row in rows:
        title = escaped(row["title"])
        linked = f"[{title}]({_target(row['link'])})" if row["link"] else title
        rest = "".join(f", {escaped(row[key])}" for key in ("publisher", "date") if row[key])
        yield f'{row["number"]}. <a id="source-{row["number"]}"></a>{linked}{rest}'


def _code(name: str) -> str:
    """A name as it stands in a file."""
    return "`" + re.sub(r"[`|\\\s]", "_", name) + "`"


def _target(address: str) -> str:
    """An address that ends nowhere but at its end."""
    return re.sub(r"[()<>\\\s\"'`|]", lambda found: f"%{ord(found[0]):02X}", address)


def _cited(numbers: Sequence[int]) -> str:
    return " ".join(f"[{number}](#source-{number})" for number in numbers)


def _titled(title: str) -> tuple[str, ...]:
    return ("", f"## {title}", "")


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table; a column whose name begins with > is set to the right. Columns that no row fills are left out."""
    cells = [list(row) for row in rows]
    kept = [n for n in range(len(columns)) if any(row[n] for row in cells)]
    yield _line(columns[n].removeprefix(">") for n in kept)
    yield _line("---:" if columns[n].startswith(">") else "---" for n in kept)
    yield from (_line(row[n] for n in kept) for row in cells)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
