"""Whether a vector file is what its name says, and whole, before GDAL opens it.

A file is opened only as what its ending says, and only if it begins like that: some formats that GDAL would tell by
content reach out to other files and to the network. And some that broke off GDAL reads as if they were shorter.
"""

import json
import struct
from pathlib import Path
from typing import BinaryIO, Final

from crenel.core.records import CrenelError

JSON: Final = b"{"
_XML: Final = b"<"
_BEGINS: Final[dict[str, bytes]] = {
    ".geojson": JSON,
    ".json": JSON,
    ".geojsonl": JSON,
    ".geojsons": JSON,
    ".gpkg": b"SQLite format 3",
    ".shp": b"\x00\x00\x27\x0a",
    ".fgb": b"fgb",
    ".parquet": b"PAR1",
    ".geoparquet": b"PAR1",
    ".osm": _XML,
    ".pbf": b"\x00\x00\x00",
}
_FORMATS: Final = (
    "GeoJSON (.geojson), GeoPackage (.gpkg), Shapefile (.shp), FlatGeobuf (.fgb), GeoParquet (.parquet), OpenStreetMap "
    "(.osm, .osm.pbf) or CityJSON (.city.json)"
)
_REACHES_OUT: Final = b"gdal_streamed_alg"
_HEAD: Final = 65_536
_TAIL: Final = 4_000_000


def ending(path: str) -> str:
    """The ending of a file's name, which says what it is."""
    return Path(path).suffix.lower()


def is_json(path: str) -> bool:
    """Whether a file is some kind of JSON by its name."""
    return _BEGINS.get(ending(path)) == JSON


def is_city(path: str) -> bool:
    """Whether a JSON file is CityJSON: its type may stand anywhere in it."""
    with Path(path).open("rb") as file:
        return b'"CityJSON"' in file.read(_HEAD) or b'"CityJSON"' in file.read()


def check(path: str, what: str) -> None:
    """Refuse a file that does not hold what its name says, or that broke off.

    Parameters
    ----------
    path : str
    what : str
        What it is read for, in messages.

    Raises
    ------
    CrenelError
    """
    name, begins = f"{what} {Path(path).name}", _BEGINS.get(ending(path))
    if begins is None:
        raise CrenelError(f"{name}: is of no format that is read. Give {_FORMATS}.")
    try:
        with Path(path).open("rb") as file:
            head = file.read(_HEAD)
            size = file.seek(0, 2)
            if not _begins(head, begins):
                raise CrenelError(f"{name}: does not hold what its name says. Give {_FORMATS}, under its own ending.")
            if not _is_whole(file, head, size, path):
                raise CrenelError(f"{name}: broke off before its end. Get it again.")
    except OSError as error:
        raise CrenelError(
            f"{name}: cannot be read ({error.strerror}). Paths count from the scenario's own folder."
        ) from error


def _begins(head: bytes, begins: bytes) -> bool:
    if begins not in (JSON, _XML):
        return head.startswith(begins)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(begins) and (b"<osm" in text if begins == _XML else _REACHES_OUT not in text)


def _is_whole(file: BinaryIO, head: bytes, size: int, path: str) -> bool:
    if ending(path) == ".shp":
        # The length stands in the header, in words of two bytes: GDAL reads on past an early end, and gives no shapes.
        return len(head) >= 100 and 2 * int(struct.unpack(">i", head[24:28])[0]) <= size
    if ending(path) in {".geojsonl", ".geojsons"}:
        return _last_line_is_json(file, size)
    return _blobs_reach_the_end(file, size) if ending(path) == ".pbf" else True


def _last_line_is_json(file: BinaryIO, size: int) -> bool:
    """A broken last line GDAL passes over in silence. One longer than what is looked at here is taken on trust."""
    file.seek(max(0, size - _TAIL))
    before, newline, last = file.read().rstrip().rpartition(b"\n")
    if size > _TAIL and not newline:
        return True
    try:
        json.loads(last.lstrip(b"\x1e"))
    except ValueError:
        return False
    return bool(before or last)


def _blobs_reach_the_end(file: BinaryIO, size: int) -> bool:
    """Whether blobs follow each other to the end of a file of OpenStreetMap, as each says how long it is."""
    at = 0
    while at < size:
        file.seek(at)
        frame = file.read(4)
        length = int.from_bytes(frame, "big")
        if len(frame) < 4 or not 0 < length < _HEAD:
            return False
        header = file.read(length)
        n_bytes = _data_size(header)
        if len(header) < length or n_bytes < 0:
            return False
        at += 4 + length + n_bytes
    return at == size


def _data_size(header: bytes) -> int:
    """Field 3 of a blob's header; -1 if there is none."""
    at = 0
    try:
        while at < len(header):
            key, at = _varint(header, at)
            value, at = _varint(header, at)
            if key >> 3 == 3:
                return value
            at += value if key & 7 == 2 else 0
    except IndexError:
        return -1
    return -1


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7
