"""The footer of a Parquet file: which row groups lie in a box, and a footer that lists these alone.

With it a few megabytes of a file of gigabytes are read over the network by our own client, and polars reads them as a
Parquet file of their own. Only the Thrift structures on the way to that are read; all others are passed over.

References
----------
[parquet_format] parquet.thrift, Apache Parquet; the compact protocol of Apache Thrift
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

MAGIC: Final = b"PAR1"
TAIL_BYTES: Final = 8
"""Length of what ends a file: the length of its footer, and the magic word."""
LARGEST_FOOTER_BYTES: Final = 100_000_000

_MAX_DEPTH: Final = 32
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)
_FLOAT_TYPES: Final = {4: "<f", 5: "<d"}  # the physical types FLOAT and DOUBLE


class ParquetError(ValueError):
    """Bytes that are no Parquet footer, or one without what is needed."""


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Some rows that lie together: where in the file, how many, and in which box.

    `box_deg` is west, south, east, north from the statistics of the bbox column; None where there are none.
    """

    begin: int
    end: int
    n_rows: int
    box_deg: tuple[float, float, float, float] | None
    raw: bytes


@dataclass(frozen=True, slots=True)
class Footer:
    """A file's footer: its row groups, and the bytes around the list of them."""

    groups: tuple[RowGroup, ...]
    before_rows: bytes
    between: bytes
    after: bytes

    def listing(self, groups: Sequence[RowGroup]) -> bytes:
        """A footer that lists some of the row groups, at the places where they are, with what ends a file."""
        n_rows = sum(group.n_rows for group in groups)
        head = (
            bytes([len(groups) << 4 | _STRUCT]) if len(groups) < 15 else bytes([0xF0 | _STRUCT]) + _varint(len(groups))
        )
        body = self.before_rows + _varint(n_rows << 1) + self.between + head
        body += b"".join(group.raw for group in groups) + self.after
        return body + struct.pack("<I", len(body)) + MAGIC


def footer_length(tail: bytes) -> int:
    """How many bytes the footer has, by the last eight of a file."""
    if len(tail) != TAIL_BYTES or tail[4:] != MAGIC:
        raise ParquetError("does not end like a Parquet file")
    n_bytes = int(struct.unpack("<I", tail[:4])[0])
    if not 0 < n_bytes <= LARGEST_FOOTER_BYTES:
        raise ParquetError("has a footer of a length that cannot be")
    return n_bytes


def read_footer(data: bytes) -> Footer:
    """The footer from its bytes, without the eight that end the file.

    Raises
    ------
    ParquetError
        It cannot be read.
    """
    try:
        return _footer(_Reader(data))
    except (IndexError, struct.error, UnicodeDecodeError, RecursionError) as error:
        raise ParquetError("has a footer that cannot be read") from error


def _footer(reader: "_Reader") -> Footer:
    rows_at: tuple[int, int] | None = None
    list_at: tuple[int, int, int] | None = None
    groups: list[RowGroup] = []
    for field, kind in reader.fields():
        begin = reader.at
        if field == 3 and kind == _I64:
            reader.skip(kind)
            rows_at = (begin, reader.at)
        elif field == 4 and kind == _LIST:
            n_groups, item = reader.list_head()
            if item != _STRUCT:
                raise ParquetError("has a list of row groups that cannot be read")
            first = reader.at
            groups = [_group(reader) for _ in range(n_groups)]
            list_at = (begin, first, reader.at)
        else:
            reader.skip(kind)
    if rows_at is None or list_at is None or rows_at[0] > list_at[0]:
        raise ParquetError("has a footer without row groups")
    data = reader.data
    return Footer(
        groups=tuple(groups),
        before_rows=data[: rows_at[0]],
        between=data[rows_at[1] : list_at[0]],
        after=data[list_at[2] :],
    )


def _group(reader: "_Reader") -> RowGroup:
    begin = reader.at
    columns: list[_Column] = []
    n_rows = -1
    for field, kind in reader.fields():
        if field == 1 and kind == _LIST:
            n_columns, _ = reader.list_head()
            columns = [_column(reader) for _ in range(n_columns)]
        elif field == 3 and kind == _I64:
            n_rows = reader.whole()
        else:
            reader.skip(kind)
    if n_rows < 0 or not columns or any(column.begin < 0 or column.n_bytes < 0 for column in columns):
        raise ParquetError("has a row group that cannot be read")
    return RowGroup(
        begin=min(column.begin for column in columns),
        end=max(column.begin + column.n_bytes for column in columns),
        n_rows=n_rows,
        box_deg=_box({column.path: column for column in columns}),
        raw=reader.data[begin : reader.at],
    )


@dataclass(slots=True)
class _Column:
    """One column of a row group: where it lies, and its least and greatest value as bytes."""

    path: str = ""
    physical: int = -1
    begin: int = -1
    n_bytes: int = -1
    least: bytes = b""
    greatest: bytes = b""


def _column(reader: "_Reader") -> _Column:
    column = _Column()
    for field, kind in reader.fields():
        if field == 3 and kind == _STRUCT:
            _read_metadata(reader, column)
        else:
            reader.skip(kind)
    return column


def _read_metadata(reader: "_Reader", column: _Column) -> None:
    data_at = dictionary_at = -1
    for field, kind in reader.fields():
        if field == 1:
            column.physical = reader.whole()
        elif field == 3 and kind == _LIST:
            n_steps, _ = reader.list_head()
            column.path = ".".join(reader.text() for _ in range(n_steps))
        elif field == 7:
            column.n_bytes = reader.whole()
        elif field == 9:
            data_at = reader.whole()
        elif field == 11:
            dictionary_at = reader.whole()
        elif field == 12 and kind == _STRUCT:
            _read_statistics(reader, column)
        else:
            reader.skip(kind)
    column.begin = min(data_at, dictionary_at) if dictionary_at > 0 else data_at


def _read_statistics(reader: "_Reader", column: _Column) -> None:
    for field, kind in reader.fields():
        if field in (1, 5) and kind == _BINARY:
            column.greatest = reader.binary()
        elif field in (2, 6) and kind == _BINARY:
            column.least = reader.binary()
        else:
            reader.skip(kind)


def _box(columns: dict[str, _Column]) -> tuple[float, float, float, float] | None:
    west, south = (_number(columns, f"bbox.{axis}min", "least") for axis in "xy")
    east, north = (_number(columns, f"bbox.{axis}max", "greatest") for axis in "xy")
    if west is None or south is None or east is None or north is None:
        return None
    return west, south, east, north


def _number(columns: dict[str, _Column], path: str, end: str) -> float | None:
    column = columns.get(path)
    if column is None or column.physical not in _FLOAT_TYPES:
        return None
    raw, form = getattr(column, end), _FLOAT_TYPES[column.physical]
    return float(struct.unpack(form, raw)[0]) if len(raw) == struct.calcsize(form) else None


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


class _Reader:
    """A place in bytes of the compact protocol."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self._depth = 0
        self._skips: dict[int, Callable[[], Any]] = {
            _TRUE: lambda: None,
            _FALSE: lambda: None,
            _BYTE: lambda: self._take(1),
            _I16: self.whole,
            _I32: self.whole,
            _I64: self.whole,
            _DOUBLE: lambda: self._take(8),
            _BINARY: self.binary,
            _LIST: self._skip_list,
            _SET: self._skip_list,
            _MAP: self._skip_map,
            _STRUCT: self._skip_struct,
        }

    def fields(self) -> Iterator[tuple[int, int]]:
        """Number and kind of each field of a struct; the reader of a field must move past it."""
        field = 0
        while (head := self._take(1)[0]) != 0:
            step, kind = head >> 4, head & 0x0F
            field = field + step if step else self.whole()
            yield field, kind

    def list_head(self) -> tuple[int, int]:
        """Length of a list, and the kind of its items."""
        head = self._take(1)[0]
        n_items, kind = head >> 4, head & 0x0F
        if n_items == 15:
            n_items = self._unsigned()
        if n_items > len(self.data):
            raise ParquetError("has a list longer than itself")
        return n_items, kind

    def whole(self) -> int:
        """A signed whole number."""
        value = self._unsigned()
        return value >> 1 ^ -(value & 1)

    def binary(self) -> bytes:
        """Bytes with their length before them."""
        return self._take(self._unsigned())

    def text(self) -> str:
        """Bytes as text."""
        return self.binary().decode("utf-8")

    def skip(self, kind: int) -> None:
        """Pass over a value."""
        if kind not in self._skips:
            raise ParquetError("has a footer that cannot be read")
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ParquetError("has a footer that nests too deep")
        self._skips[kind]()
        self._depth -= 1

    def _skip_struct(self) -> None:
        for _, kind in self.fields():
            self.skip(kind)

    def _skip_list(self) -> None:
        n_items, kind = self.list_head()
        for _ in range(n_items):
            # Inside a list a truth value takes a byte; as a field it stands in the field's head.
            self.skip(_BYTE if kind in (_TRUE, _FALSE) else kind)

    def _skip_map(self) -> None:
        n_items = self._unsigned()
        if n_items == 0:
            return
        if n_items > len(self.data):
            raise ParquetError("has a map longer than itself")
        kinds = self._take(1)[0]
        for _ in range(n_items):
            self.skip(kinds >> 4)
            self.skip(kinds & 0x0F)

    def _take(self, n_bytes: int) -> bytes:
        end = self.at + n_bytes
        if end > len(self.data):
            raise ParquetError("has a footer that ends too soon")
        taken = self.data[self.at : end]
        self.at = end
        return taken

    def _unsigned(self) -> int:
        value = shift = 0
        while True:
            byte = self._take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 63:
                raise ParquetError("has a number that is too long")
