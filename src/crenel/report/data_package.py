"""The catalogue as a Frictionless Data Package (version 1): tables as CSV, and a description of every column.

Where a cell holds several things it is a JSON array or object, as Table Schema has it.
"""

import csv
import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from crenel.core.records import CrenelError
from crenel.report.entry_rows import Record

DESCRIPTION: Final = "datapackage.json"

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_LICENCE: Final = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}

Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type in Table Schema, what it holds, and how it is found in a row."""

    name: str
    type: str
    description: str
    key: str = ""
    is_required: bool = False

    def of(self, row: Row) -> Any:
        """What the row has of it."""
        return row[self.key or self.name]


@dataclass(frozen=True, slots=True)
class Table:
    """One file: its columns, where its rows come from, and what it refers to."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Callable[[Record], Iterator[Row]]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[tuple[str, str, str], ...] = ()


def write(folder: Path, records: Sequence[Record], *, version: str) -> Path:
    """Write the package into a folder that is new or empty, whole or not at all.

    Parameters
    ----------
    folder : Path
    records : sequence of mapping
        What `Entry.record()` gives.
    version : str
        Of crenel.

    Raises
    ------
    CrenelError
        The folder holds something, or cannot be written.
    """
    remedy = "Name another folder."
    place = folder.absolute()
    unfinished = place.parent / f".{place.name}.{os.getpid()}.tmp"
    try:
        if folder.exists() and not folder.is_dir():
            raise CrenelError(f"{folder} is a file, not a folder. {remedy}")
        if folder.is_dir() and any(folder.iterdir()):
            raise CrenelError(f"{folder} holds something already, and is left as it is. {remedy}")
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished.mkdir()
        for name, content in files(records, version=version).items():
            (unfinished / name).write_bytes(content)
        unfinished.replace(place)
    except OSError as error:
        raise CrenelError(f"{folder} cannot be written ({error.strerror}). {remedy}") from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def files(records: Sequence[Record], *, version: str) -> dict[str, bytes]:
    """The files of the package by name, the same bytes for the same records."""
    tables = {f"{table.name}.csv": _csv(table, _rows(table, records)) for table in TABLES}
    described = json.dumps(_description(records, tables, version), indent=2, ensure_ascii=False)
    return {**tables, DESCRIPTION: f"{described}\n".encode()}


def _rows(table: Table, records: Sequence[Record]) -> list[Row]:
    """The rows of a table, each primary key once: entries share their sources."""
    found: dict[tuple[Any, ...], Row] = {}
    keys = [column for column in table.columns if column.name in table.primary_key]
    for record in records:
        for row in table.rows(record):
            found.setdefault(tuple(column.of(row) for column in keys), row)
    return list(found.values())


def _csv(table: Table, rows: Sequence[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(column.name for column in table.columns)
    for row in rows:
        writer.writerow(_cell(column, row) for column in table.columns)
    return text.getvalue().encode()


def _cell(column: Column, row: Row) -> str:
    value = column.of(row)
    if value is None:
        return ""
    if column.type == "boolean":
        return "true" if value else "false"
    if column.type in ("array", "object"):
        return json.dumps(value, ensure_ascii=False)
    if column.type == "number":
        return repr(float(value))
    text = str(value)
    # A spreadsheet would take such a text for a formula.
    return f"'{text}" if column.type == "string" and text.startswith(_FORMULA) else text


def _description(records: Sequence[Record], tables: Mapping[str, bytes], version: str) -> dict[str, Any]:
    own = sorted({record["origin"] for record in records} - {"catalogue"})
    told = (
        "Air-defence systems and threats as published: every statement with value, bracket, grade and source, and "
        "what the model of crenel takes from them. Claims of others, no measurements of ours. A text that begins with "
        "one of = + - @ is preceded by an apostrophe, so that no spreadsheet runs it."
    )
    if own:
        told += f" Entries that come from {', '.join(own)} are not under the licence of the others."
    return {
        "profile": "tabular-data-package",
        "name": "crenel-catalogue",
        "title": "The crenel catalogue: published figures of air-defence systems and threats",
        "description": told,
        "version": version,
        "licenses": [_LICENCE],
        "resources": [_resource(table, tables[f"{table.name}.csv"]) for table in TABLES],
    }


def _resource(table: Table, content: bytes) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name.replace("_", "-"),
        "title": table.title,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "fields": [
                {
                    "name": column.name,
                    "type": column.type,
                    "description": column.description,
                    **({"constraints": {"required": True}} if column.is_required else {}),
                }
                for column in table.columns
            ],
            "missingValues": [""],
            "primaryKey": list(table.primary_key),
            "foreignKeys": [
                {"fields": [field], "reference": {"resource": other.replace("_", "-"), "fields": [named]}}
                for field, other, named in table.foreign_keys
            ],
        },
    }


def _entry(record: Record) -> Iterator[Row]:
    yield record


def _statements(record: Record) -> Iterator[Row]:
    for figure in record["figures"]:
        yield {**figure, "entry": record["key"], "text": None}
    nothing = dict.fromkeys(("value", "low", "high", "unit", "value_si", "low_si", "high_si", "unit_si", "at_rcs_m2"))
    for fact in record["facts"]:
        yield {**nothing, "over_m": None, "aspect": "", "band": "", "used_by": [], **fact, "entry": record["key"]}


def _model(record: Record) -> Iterator[Row]:
    yield from ({**row, "entry": record["key"]} for row in record["model"])


def _sources(record: Record) -> Iterator[Row]:
    yield from record["sources"]


def _raid_sizes(record: Record) -> Iterator[Row]:
    yield from ({**row, "entry": record["key"]} for row in record["raid_sizes"])


def _citations(record: Record) -> Iterator[Row]:
    cited = {
        "figures": ((row["name"], row["sources"]) for row in (*record["figures"], *record["facts"])),
        "model": ((row["figure"], row["sources"]) for row in record["model"]),
        "raid_sizes": ((str(row["year"]), row["sources"]) for row in record["raid_sizes"]),
    }
    for table, rows in cited.items():
        for name, sources in rows:
            for source in sources:
                yield {"entry": record["key"], "table": table, "name": name, "source": source}


_GRADE: Final = "measured, manufacturer, press, secondary, estimate or assumption: firmest first"
_ENTRY: Final = Column("entry", "string", "the entry that it belongs to", is_required=True)
_NOTE: Final = Column("note", "string", "what else is to be said")
_CITED: Final = Column("sources", "array", "keys of the sources, as a JSON array; citations.csv has a row for each")

TABLES: Final = (
    Table(
        "entries",
        "Systems and threats",
        (
            Column("key", "string", "what a scenario writes", is_required=True),
            Column("kind", "string", "system or threat", is_required=True),
            Column("name", "string", "the name that people read", is_required=True),
            Column("class", "string", "whose defaults stand in for what nobody published"),
            Column("profile", "string", "the entry in one line"),
            Column("can_be_played", "boolean", "whether a scenario may deploy it as it stands"),
            Column("is_generic", "boolean", "stands for a kind of equipment, not for a named one"),
            Column("lacks", "array", "figures without which it cannot be played, as a JSON array"),
            Column("unknown", "array", "what was looked for and not found, as a JSON array"),
            Column("not_used", "object", "what was published and is not carried here, with the reason, as JSON"),
            Column("settings", "object", "rules of the model that are no figures, as JSON"),
            Column("origin", "string", "catalogue, or whose catalogue it comes from"),
            _NOTE,
        ),
        _entry,
        primary_key=("key",),
    ),
    Table(
        "figures",
        "What was published: one row a statement, in numbers or in words",
        (
            _ENTRY,
            Column("name", "string", "what the entry's file calls it", is_required=True),
            Column("value", "number", "as published, in unit; none for a statement in words"),
            Column("low", "number", "least value published, in unit"),
            Column("high", "number", "greatest value published, in unit"),
            Column("unit", "string", "the unit of value, low and high; 1 for a plain number"),
            Column("value_si", "number", "value in unit_si"),
            Column("low_si", "number", "low in unit_si"),
            Column("high_si", "number", "high in unit_si"),
            Column("unit_si", "string", "m, m/s, s, rad, m2, 1/s, kg, USD or 1"),
            Column("text", "string", "what is said, for a statement in words"),
            Column("at_rcs_m2", "number", "radar cross-section of the target that a range holds for, in m²"),
            Column("over_m", "number", "distance of a mean speed, in m"),
            Column("aspect", "string", "side from which a radar cross-section holds"),
            Column("band", "string", "radar band in which it holds"),
            Column("raid", "string", "the raid that it was observed in"),
            Column("grade", "string", _GRADE, is_required=True),
            _CITED,
            Column("used_by", "array", "figures of the model that rest on it, as a JSON array"),
            _NOTE,
        ),
        _statements,
        primary_key=("entry", "name"),
        foreign_keys=(("entry", "entries", "key"),),
    ),
    Table(
        "model",
        "What the model takes: one row a figure, in SI units",
        (
            _ENTRY,
            Column("figure", "string", "entry, part and key", is_required=True),
            Column("value", "number", "central value, in unit", is_required=True),
            Column("low", "number", "low end of its bracket, in unit", is_required=True),
            Column("high", "number", "high end of its bracket, in unit", is_required=True),
            Column("unit", "string", "SI unit of value, low and high; 1 for a plain number", is_required=True),
            Column("at_rcs_m2", "number", "target that a range holds for, in m²; 0: whatever the radar echo"),
            Column("over_m", "number", "distance of a mean speed, in m"),
            Column("grade", "string", _GRADE, is_required=True),
            Column("from", "array", "statements that it rests on (figures.csv, name), as a JSON array"),
            _CITED,
            Column("note", "string", "why, for an assumption; else what is to be said"),
        ),
        _model,
        primary_key=("figure",),
        foreign_keys=(("entry", "entries", "key"),),
    ),
    Table(
        "raid_sizes",
        "How many of a threat came in one raid, over the raids of one year",
        (
            _ENTRY,
            Column("year", "integer", "the year of the raids", is_required=True),
            Column("n_raids", "integer", "number of raids"),
            Column("median", "number", "half of the raids brought no more"),
            Column("p90", "number", "nine raids in ten brought no more"),
            Column("most", "integer", "the largest raid"),
            _CITED,
        ),
        _raid_sizes,
        primary_key=("entry", "year"),
        foreign_keys=(("entry", "entries", "key"),),
    ),
    Table(
        "sources",
        "Where it was read",
        (
            Column("key", "string", "what the other tables cite", is_required=True),
            Column("title", "string", "title; it says so where the original was not read", is_required=True),
            Column("publisher", "string", "who published it"),
            Column("date", "string", "day, month or year of publication, as far as known"),
            Column("address", "string", "web address"),
        ),
        _sources,
        primary_key=("key",),
    ),
    Table(
        "citations",
        "Which source stands behind which row: one row a citation",
        (
            _ENTRY,
            Column("table", "string", "figures, model or raid_sizes", is_required=True),
            Column("name", "string", "the row's name, figure or year", is_required=True),
            Column("source", "string", "key of the source", is_required=True),
        ),
        _citations,
        primary_key=("entry", "table", "name", "source"),
        foreign_keys=(("entry", "entries", "key"), ("source", "sources", "key")),
    ),
)
"""The tables, in the order of their files."""
