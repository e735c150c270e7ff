"""A file of sightings to its rows: CSV, GeoJSON, KML or KMZ, told apart by the name's ending."""

import io
import zipfile
import zlib
from pathlib import Path
from typing import Final

from crenel.inputs.errors import Mark, printable, quoted
from crenel.inputs.nodes import decoded
from crenel.inputs.sightings.csv_rows import read_csv
from crenel.inputs.sightings.geojson_rows import read_geojson
from crenel.inputs.sightings.kml_rows import read_kml
from crenel.inputs.sightings.rows import MAX_TEXT_BYTES, Table

_MAX_KMZ_BYTES: Final = 10_000_000
_MAX_MEMBERS: Final = 1_000
_MEMBER: Final = b"PK\x01\x02"
"""How each member of a zip archive begins in its table of contents."""

_LOCKED: Final = 1

_ENDINGS: Final = (".csv", ".tsv", ".txt", ".geojson", ".json", ".kml", ".kmz")
_SPREADSHEETS: Final = (".xlsx", ".xls", ".ods")


def read_rows(path: Path) -> Table:
    """The rows of a file.

    Raises
    ------
    InputError
        No such file, too large, of no known kind, or broken as a whole. Mistakes in single rows are in the table.
    """
    ending, name = path.suffix.casefold(), str(path)
    if ending not in _ENDINGS:
        remedy = f"Name a file that ends in {', '.join(_ENDINGS[:-1])} or {_ENDINGS[-1]}."
        if ending in _SPREADSHEETS:
            remedy = "Save the sheet as CSV (UTF-8), and name that file."
        raise Mark(name).error("sightings are not read from a file of this kind", remedy)
    data = _content(path, _MAX_KMZ_BYTES if ending == ".kmz" else MAX_TEXT_BYTES)
    if ending == ".kmz":
        return read_kml(*_unpacked(data, name))
    if ending == ".kml":
        return read_kml(data, name)
    text = decoded(data, name)
    return read_geojson(text, name) if ending in {".geojson", ".json"} else read_csv(text, name)


def _content(path: Path, most: int) -> bytes:
    mark = Mark(str(path))
    try:
        if path.is_dir():
            raise mark.error("this is a folder, not a file", "Name the file of sightings inside it.")
        if not path.is_file():
            raise mark.error("there is no such file", "Check its name.")
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise mark.error(f"the file cannot be read ({reason})", "Check its name and permissions.") from None
    if len(data) > most:
        raise mark.error(f"the file is larger than {most // 1_000_000} MB", "Split it, or keep what lies in one place.")
    return data


def _unpacked(data: bytes, name: str) -> tuple[bytes, str]:
    """The one KML of a KMZ, in memory and within limits: nothing is written, so no name inside leads anywhere."""
    mark = Mark(name)
    if data.count(_MEMBER) > _MAX_MEMBERS:
        raise mark.error(f"the archive holds more than {_MAX_MEMBERS:,} files", "Save the places alone, as KML.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if member.filename.casefold().endswith(".kml")]
            main = [member for member in members if member.filename == "doc.kml"] or members
            if len(main) != 1:
                held = f"{len(members)} .kml files and no doc.kml" if members else "no .kml file"
                raise mark.error(f"the archive holds {held}", "Save the places alone, as one KML.")
            if main[0].flag_bits & _LOCKED:
                raise mark.error("the archive is locked with a password", "Save it again without one, or as KML.")
            with archive.open(main[0]) as stream:
                text = stream.read(MAX_TEXT_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        first = printable(str(error).partition("\n")[0])[:100]
        raise mark.error(f"this is not a KMZ that can be read ({first})", "Save it again, or as KML.") from None
    inner = f"{name}/{quoted(main[0].filename)[1:-1]}"
    if len(text) > MAX_TEXT_BYTES:
        raise Mark(inner).error("the KML is larger than 2 MB", "Split it, or keep what lies in one place.")
    return text, inner
