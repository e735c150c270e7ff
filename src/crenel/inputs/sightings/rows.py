"""Rows of sightings as a file says them: which column means what, whatever the file calls it.

Whoever wrote the file is not trusted: it is read whole, within limits, and nothing in it is opened, run or fetched.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NamedTuple

from crenel.core.records import GeoPoint
from crenel.inputs.errors import InputError, Mark, printable, quoted

MAX_SIGHTINGS: Final = 10_000
MAX_TEXT_BYTES: Final = 2_000_000

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "name": ("name", "unit", "unit name", "title", "label"),
        "system": ("system", "type", "system type", "model", "equipment", "weapon"),
        "lat": ("lat", "latitude", "y"),
        "lon": ("lon", "long", "lng", "longitude", "x"),
        "position": (
            *("position", "coordinates", "coordinate", "coords", "geolocation", "point", "at"),
            *("lat lon", "lat long", "latlon", "latlong", "map link"),
        ),
        "seen": (
            *("seen", "date", "day", "observed", "timestamp", "date seen", "seen on", "date observed"),
            *("observed on", "observed at", "observation date"),
        ),
        "source": ("source", "sources", "source name"),
        "address": ("url", "link", "source url", "source link", "web address"),
        "archived": ("archived", "archive", "archive link", "archive url"),
        "status": ("status", "evidence", "evidence status"),
        "admiralty": ("admiralty", "admiralty code", "admiralty rating", "nato code"),
        "identified": ("identified", "identification"),
        "position_error": (
            *("position error", "error", "accuracy", "position accuracy", "uncertainty", "error radius"),
            "position uncertainty",
        ),
        "mounted": ("mounted", "mounted on"),
        "height": ("height", "mounted height"),
        "floors": ("floors", "storeys", "stories"),
        "roof": ("roof", "roof height"),
        "network": ("network",),
        "note": ("note", "notes", "description", "comment", "comments", "remark", "remarks"),
    }
)
"""What a column may be called, small letters, with spaces for whatever else stands between the words. A last word that
is a unit ("error_m", "height (ft)") holds for the numbers in the column."""

_FIELDS: Final = {alias: name for name, aliases in COLUMNS.items() for alias in aliases}
_UNITS: Final = {
    **{"m": "m", "km": "km", "ft": "ft", "metres": "m", "meters": "m", "feet": "ft"},
    **{"metre": "m", "meter": "m", "kilometres": "km", "kilometers": "km"},
}
MEASURED: Final = ("position_error", "mounted", "height", "roof")
"""Columns of lengths: their numbers carry a unit, or the column's name does."""

NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)


class Cell(NamedTuple):
    """What stands in one column of a row, and what the file calls the column."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One sighting: where it stands in the file, its cells by what they mean, and its point if it has a geometry."""

    mark: Mark
    cells: Mapping[str, Cell]
    point: GeoPoint | None = None

    @property
    def called(self) -> str:
        """What the row is called in a sentence."""
        return self.mark.part or f"line {self.mark.line}"

    def text(self, name: str) -> str:
        """What the cell of that meaning holds; empty if there is none."""
        cell = self.cells.get(name)
        return "" if cell is None else cell.text

    def key(self, name: str) -> str:
        """What the file calls the column of that meaning."""
        cell = self.cells.get(name)
        return name if cell is None else cell.key


@dataclass(slots=True)
class Table:
    """The rows of a file as they are read, what was wrong with others, and what was not read at all."""

    rows: list[Row] = field(default_factory=list)
    errors: list[InputError] = field(default_factory=list)
    unread: dict[str, None] = field(default_factory=dict)

    def add(self, mark: Mark, pairs: Iterable[tuple[str, str]], point: GeoPoint | None = None) -> None:
        """Sort a row's cells by what their columns mean; two columns that contradict each other are a mistake."""
        if len(self.rows) + len(self.errors) >= MAX_SIGHTINGS:
            what = f"the file holds more than {MAX_SIGHTINGS:,} sightings"
            raise Mark(mark.file).error(what, "Split it, or keep what lies in one place.")
        cells: dict[str, Cell] = {}
        for key, raw in pairs:
            name, unit = meaning(key)
            text = _plain(raw)
            if not text:
                continue
            if name is None:
                self.unread[" ".join(printable(key).split()) or "a column without a name"] = None
                continue
            cell = Cell(key, f"{text} {unit}" if unit and NUMBER.fullmatch(text) else text)
            other = cells.setdefault(name, cell)
            if other is cell or other.text == cell.text:
                continue
            if name == "note":
                cells[name] = Cell(other.key, f"{other.text}; {cell.text}")
                continue
            what = f"{quoted(other.key)} and {quoted(key)} both say the {name.replace('_', ' ')}, and differ"
            self.errors.append(mark.error(what, "Keep one of the two, or rename the other."))
            return
        self.rows.append(Row(mark, MappingProxyType(cells), point))


def meaning(key: str) -> tuple[str | None, str]:
    """Which column a header names, or None; and the unit that it gives its numbers, or nothing."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", key).casefold())
    if (name := _FIELDS.get(" ".join(words))) is not None:
        return name, ""
    unit = _UNITS.get(words[-1], "") if words else ""
    name = _FIELDS.get(" ".join(words[:-1]))
    return (name, unit) if unit and name in MEASURED else (None, "")


def point_of(lon: str, lat: str, mark: Mark) -> GeoPoint:
    """The position of two numbers of a geometry, which come longitude first and in degrees."""
    if not NUMBER.fullmatch(lon) or not NUMBER.fullmatch(lat):
        what = f"the coordinates {quoted(f'{lon}, {lat}')} are not two numbers"
        raise mark.error(what, "Write longitude, then latitude, in degrees.")
    lon_deg, lat_deg = float(lon), float(lat)
    if abs(lon_deg) <= 180.0 and abs(lat_deg) <= 90.0:
        return GeoPoint(math.radians(lat_deg), math.radians(lon_deg))
    what = f"the coordinates {quoted(f'{lon}, {lat}')} are no longitude and latitude in degrees"
    if abs(lon_deg) <= 90.0 and abs(lat_deg) <= 180.0:
        raise mark.error(what, "They look swapped: longitude comes first.")
    raise mark.error(what, "Export the file again in degrees (WGS 84, EPSG:4326).")


def _plain(raw: str) -> str:
    """One line without the odd spaces that come along with pasted text."""
    return " ".join(raw.split())
