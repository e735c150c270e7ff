"""A file on a server of which a few parts are wanted: those that were fetched once stay on disk.

The copy on disk has the length of the whole file and holes where nothing was fetched (a sparse file), so a part stands
at the same place in both. What is here is written down beside it, with the tag of the file's version.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, TypeAlias

from crenel.core.records import CrenelError
from crenel.places.cache import VARIABLE, read_note, write_note
from crenel.places.client import (
    ChangedError,
    Client,
    FetchError,
    News,
    Reply,
    Transient,
    headers_of,
    length_of,
    read_body,
)

_ROUND_BYTES: Final = 1 << 16
"""Requests begin and end at whole multiples of this, so that small reads do not become many requests."""
_GAP_BYTES: Final = 1 << 18
"""Two parts with less between them are fetched as one: a request costs more than that."""
_PIECE_BYTES: Final = 1 << 23
"""A part is fetched in pieces of at most this: what one piece brought is kept when the next one fails."""
_LARGEST_WHOLE_BYTES: Final = 100_000_000

Span: TypeAlias = tuple[int, int]


class RemoteFile:
    """A file on a server, and the copy of some parts of it on disk at `copy`."""

    def __init__(self, client: Client, key: str, path: str, copy: Path, *, title: str) -> None:
        self.copy = copy
        self._client, self._key, self._path, self._title = client, key, path, title
        note = read_note(copy) or {}
        self._held: list[Span] = _spans_of(note.get("held"))
        self._etag = str(note.get("etag", ""))
        n_bytes = note.get("n_bytes")
        self._size: int | None = n_bytes if isinstance(n_bytes, int) and copy.is_file() else None
        if self._size is None:
            self._held = []
        self._is_current = False  # whether this session has held the copy against the server's version
        self.address = str(note.get("address", ""))

    @property
    def size(self) -> int:
        """Length of the whole file.

        Raises
        ------
        FetchError
            As `Client.head`.
        """
        if self._size is None:
            self._compare()
        assert self._size is not None
        return self._size

    def hold(self, spans: Iterable[Span]) -> None:
        """Fetch what is not here of some parts, each from its first byte to before its last.

        Raises
        ------
        ChangedError
            The file is not the one of which the first parts came: what was here has been thrown away.
        FetchError
            It cannot be fetched.
        """
        missing = self._missing(spans)
        if not missing:
            return
        if not self._is_current:
            self._compare()
            missing = self._missing(missing)
        total, done = sum(end - begin for begin, end in missing), 0
        for begin, end in missing:
            for first in range(begin, end, _PIECE_BYTES):
                last = min(first + _PIECE_BYTES, end)
                self._fetch(first, last)
                done += last - first
                self._client.tell(News(self._title, done, total, "bytes"))

    def bytes_of(self, begin: int, end: int) -> bytes:
        """One part of the file."""
        self.hold([(begin, end)])
        with self.copy.open("rb") as file:
            file.seek(begin)
            return file.read(end - begin)

    def _missing(self, spans: Iterable[Span]) -> list[Span]:
        size = self._size
        wanted = []
        for begin, end in spans:
            first = begin - begin % _ROUND_BYTES
            last = -(-end // _ROUND_BYTES) * _ROUND_BYTES
            wanted.append((first, last if size is None else min(last, size)))
        return merged(_without(merged(wanted), self._held), gap=_GAP_BYTES)

    def _compare(self) -> None:
        """Ask which version the server has, and throw away what is here of another."""
        answer = self._client.head(self._key, self._path)
        size, etag = (
            length_of(answer.headers),
            answer.headers.get("etag", "") or answer.headers.get("last-modified", ""),
        )
        if size is None:
            raise FetchError(f"{answer.address}{self._path}: the server does not say how large it is.")
        limit = self._client.endpoint(self._key).largest_bytes
        if size > limit:
            raise FetchError(
                f"{answer.address}{self._path} is larger than {limit / 1e6:,.0f} MB: is it the right file?"
            )
        had_some = bool(self._held)
        if (size, etag) != (self._size, self._etag):
            self._forget()
            self._size, self._etag = size, etag
        self.address, self._is_current = f"{answer.address}{self._path}", True
        if had_some and not self._held:
            raise ChangedError(
                f"{self.address} has changed since its first part was fetched. Give the same command again."
            )

    def _fetch(self, begin: int, end: int) -> None:
        """Fetch one piece, and write down that it is here."""
        headers = {"Range": f"bytes={begin}-{end - 1}"}
        if self._etag.startswith('"'):
            headers["If-Match"] = self._etag
        try:
            held = self._client.ask(
                self._key, self._path, lambda answer, _: self._take(answer, begin, end), headers=lambda: headers
            )
        except ChangedError:
            self._forget()
            raise
        self._held = merged([*self._held, held])
        self._remember()

    def _take(self, answer: Reply, begin: int, end: int) -> Span:
        headers = headers_of(answer)
        tag = headers.get("etag", "") or headers.get("last-modified", "")
        if tag != self._etag:
            raise ChangedError(
                f"{answer.url} has changed since its first part was fetched. Give the same command again."
            )
        if answer.status == 206:
            found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", headers.get("content-range", ""))
            if found is None or (int(found[1]), int(found[2]) + 1) != (begin, end):
                raise Transient("sent another part than was asked for")
        elif self.size > _LARGEST_WHOLE_BYTES:
            raise FetchError(f"{answer.url}: the server cannot send parts of a file, and the whole of it is too large.")
        else:
            begin, end = 0, self.size  # the server knows no parts: then the whole file is here afterwards
        pieces: list[bytes] = []
        read_body(answer, self._client.endpoint(self._key), pieces.append)
        body = b"".join(pieces)
        if len(body) != end - begin:
            raise Transient(f"sent {len(body):,} bytes in place of {end - begin:,}")
        self._write(begin, body)
        return begin, end

    def _write(self, begin: int, body: bytes) -> None:
        try:
            self.copy.parent.mkdir(parents=True, exist_ok=True)
            with self.copy.open("r+b" if self.copy.exists() else "w+b") as file:
                file.truncate(self.size)
                file.seek(begin)
                file.write(body)
        except OSError as error:
            raise CrenelError(
                f"{self.copy} cannot be written ({error.strerror}). Make room, or name another cache: {VARIABLE}."
            ) from None

    def _remember(self) -> None:
        write_note(self.copy, {"address": self.address, "etag": self._etag, "n_bytes": self._size, "held": self._held})

    def _forget(self) -> None:
        self.copy.unlink(missing_ok=True)
        self._held = []
        self._size = None
        self._is_current = False


def merged(spans: Iterable[Span], *, gap: int = 0) -> list[Span]:
    """Spans in order, those that touch, overlap or lie closer than `gap` made one."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1] + gap:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif begin < end:
            found.append((begin, end))
    return found


def _without(spans: list[Span], held: list[Span]) -> list[Span]:
    """What of some spans lies in none of others; both in order and apart."""
    left: list[Span] = []
    for begin, end in spans:
        at = begin
        for first, last in held:
            if last <= at or first >= end:
                continue
            if first > at:
                left.append((at, first))
            at = max(at, last)
        if at < end:
            left.append((at, end))
    return left


def _spans_of(written: Any) -> list[Span]:
    """Spans from a note, or none where the note is not as it was written."""
    if not isinstance(written, list):
        return []
    found = []
    for pair in written:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(end, int) for end in pair)):
            return []
        found.append((pair[0], pair[1]))
    return merged(found)
