"""What was fetched, kept in the user's cache folder: each file beside a note of where it came from and its checksum.

A file appears under its name only when it is whole and has passed its check; until then it is a part, and a download
goes on where its part ends. The folder may be deleted at any time.
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from platformdirs import user_cache_path

from crenel.core.records import CrenelError
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

VARIABLE: Final = "CRENEL_CACHE"
"""Names another folder for what `crenel place` fetches."""

_TELL_EVERY_BYTES: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a file came from."""

    address: str
    etag: str
    modified: str
    n_bytes: int
    sha256: str
    fetched: str


def root() -> Path:
    """The folder of everything that was fetched."""
    named = os.environ.get(VARIABLE)
    return Path(named).expanduser() if named else user_cache_path("crenel") / "places"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep a second crenel from fetching into the same folder at the same time."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise CrenelError(
            f"{folder} cannot be used as a cache ({error.strerror}). Name another folder: {VARIABLE}."
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CrenelError(
                f"another crenel is fetching into {folder}. When it has ended, give the command again."
            ) from None
        yield


def kept(target: Path) -> Origin | None:
    """Where a file in the cache came from; None if it is not there, or is not what was fetched any more."""
    note = read_note(target)
    try:
        origin = Origin(**note) if note is not None else None
    except TypeError:
        return None
    if origin is None or not target.is_file() or target.stat().st_size != origin.n_bytes:
        return None
    return origin if sha256_of(target) == origin.sha256 else None


def download(client: Client, key: str, path: str, target: Path, *, check: Callable[[Path], None], title: str) -> Origin:
    """Fetch a whole file, unless it is here.

    Parameters
    ----------
    client : Client
    key, path : str
        As `Client.get`.
    target : Path
        Where it is kept.
    check : callable
        Raises ValueError for a file that is not what it should be; it reads the part before it gets its name.
    title : str
        What progress calls it.

    Raises
    ------
    FetchError
        It cannot be fetched, or came damaged twice.
    """
    if (origin := kept(target)) is not None:
        return origin
    part = _Part(target)
    for attempt in (1, 2):
        try:
            address = _fill(client, key, path, part, title=title)
            part.check_digest()
            check(part.path)
        except ChangedError:
            part.discard()
            if attempt == 2:
                raise
        except ValueError as error:
            part.discard()
            if attempt == 2:
                raise FetchError(
                    f"{client.endpoint(key).addresses[0]}{path} came damaged twice: {error}. Try again later, or fetch "
                    "it by hand and give it with --from DIR."
                ) from None
        else:
            return part.finish(address)
    raise AssertionError


def keep(target: Path, content: bytes, *, address: str) -> Origin:
    """Put what was fetched in one piece into the cache."""
    origin = Origin(address, "", "", len(content), hashlib.sha256(content).hexdigest(), today())
    write_atomically(target, content)
    write_note(target, asdict(origin))
    return origin


def write_note(target: Path, note: Mapping[str, Any]) -> None:
    """Keep what is known about a file beside it."""
    write_atomically(_note_of(target), (json.dumps(note, indent=1) + "\n").encode())


def read_note(target: Path) -> dict[str, Any] | None:
    """What is known about a file; None if nothing is, or it cannot be read."""
    try:
        found = json.loads(_note_of(target).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def write_atomically(target: Path, content: bytes) -> None:
    """Write a file beside its place, then rename it: it is there whole or not at all."""
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except OSError as error:
        raise CrenelError(
            f"{target} cannot be written ({error.strerror}). Make room for it, then give the same command again."
        ) from None
    finally:
        beside.unlink(missing_ok=True)


def replace_text(path: Path, text: str) -> None:
    """Change a file of the user's, whole or not at all; its permissions, byte order mark and links stay."""
    real = path.resolve()
    mode = real.stat().st_mode
    mark = b"\xef\xbb\xbf" if real.read_bytes().startswith(b"\xef\xbb\xbf") else b""
    write_atomically(real, mark + text.encode())
    real.chmod(mode)


def sha256_of(path: Path) -> str:
    """Checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def today() -> str:
    """The day, for notes of when something was fetched."""
    return datetime.now(UTC).date().isoformat()


class Disk:
    """A file that is written to; a full disk is the user's to mend, and no reason to ask a server again."""

    def __init__(self, path: Path, *, at: int) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("r+b" if path.exists() else "w+b")
            self._file.truncate(max(at, 0))
            self._file.seek(at)
        except OSError as error:
            raise self._trouble(path, error) from None
        self._path = path

    def write(self, piece: bytes) -> None:
        """Append."""
        try:
            self._file.write(piece)
        except OSError as error:
            raise self._trouble(self._path, error) from None

    def close(self) -> None:
        """Keep what was written."""
        try:
            self._file.close()
        except OSError as error:
            raise self._trouble(self._path, error) from None

    @staticmethod
    def _trouble(path: Path, error: OSError) -> CrenelError:
        return CrenelError(
            f"{path} cannot be written ({error.strerror}). Make room, or name another cache: {VARIABLE}."
        )


class _Part:
    """What is here of a file that is being fetched."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self.path = target.with_name(target.name + ".part")
        self.note = read_note(self.path) or {}

    @property
    def n_bytes(self) -> int:
        return self.path.stat().st_size if self.path.is_file() else 0

    @property
    def validator(self) -> str:
        """What tells this version of the file from another; "" if nothing does."""
        etag = str(self.note.get("etag", ""))
        return etag if etag and not etag.startswith("W/") else str(self.note.get("modified", ""))

    def begin(self, headers: Mapping[str, str]) -> None:
        self.note = {
            "etag": headers.get("etag", ""),
            "modified": headers.get("last-modified", ""),
            "md5": _md5(headers),
        }
        write_note(self.path, self.note)

    def check_digest(self) -> None:
        """Hold the file against the checksum that the server gave for it, where it gave one."""
        if said := self.note.get("md5"):
            with self.path.open("rb") as file:
                found = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
            if found != said:
                raise ValueError(f"its checksum is {found}, and should be {said}")

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        _note_of(self.path).unlink(missing_ok=True)
        self.note = {}

    def finish(self, address: str) -> Origin:
        origin = Origin(
            address=address,
            etag=str(self.note.get("etag", "")),
            modified=str(self.note.get("modified", "")),
            n_bytes=self.n_bytes,
            sha256=sha256_of(self.path),
            fetched=today(),
        )
        with self.path.open("rb") as file:
            os.fsync(file.fileno())
        write_note(self._target, asdict(origin))
        self.path.replace(self._target)
        _note_of(self.path).unlink(missing_ok=True)
        return origin


def _fill(client: Client, key: str, path: str, part: _Part, *, title: str) -> str:
    """Fetch what a part lacks, and give the address that it came from."""
    endpoint = client.endpoint(key)

    def wanted() -> Mapping[str, str]:
        n_here = part.n_bytes
        if not n_here or not part.validator:
            return {}
        return {"Range": f"bytes={n_here}-", "If-Range": part.validator}

    def take(answer: Reply, address: str) -> str:
        headers = headers_of(answer)
        n_here = _resumed_at(answer, headers, part)
        if n_here == 0:
            part.begin(headers)
        length = length_of(headers)
        total = 0 if length is None else n_here + length
        disk, n_done, n_told = Disk(part.path, at=n_here), n_here, 0

        def write(piece: bytes) -> None:
            nonlocal n_done, n_told
            disk.write(piece)
            n_done += len(piece)
            if n_done - n_told >= _TELL_EVERY_BYTES or n_done == total:
                n_told = n_done
                client.tell(News(title, n_done, total, "bytes"))

        try:
            read_body(answer, endpoint, write, n_held=n_here)
        finally:
            disk.close()
        return f"{address}{path}"

    return client.ask(key, path, take, headers=wanted)


def _resumed_at(answer: Reply, headers: Mapping[str, str], part: _Part) -> int:
    """How many bytes of a part stand before what an answer brings."""
    if answer.status != 206:
        return 0
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", headers.get("content-range", ""))
    if found is None or int(found[1]) != part.n_bytes:
        raise Transient("sent another part than was asked for")
    etag = headers.get("etag", "")
    if etag and part.note.get("etag") and etag != part.note["etag"]:
        raise ChangedError(f"{answer.url} has changed since its first part was fetched. Give the same command again.")
    return int(found[1])


def _md5(headers: Mapping[str, str]) -> str:
    """The MD5 that S3 gives as the tag of a file uploaded in one piece, unless a key of its own encrypts it."""
    etag = headers.get("etag", "").strip('"')
    is_s3 = "amazons3" in headers.get("server", "").casefold()
    is_plain = headers.get("x-amz-server-side-encryption", "AES256") == "AES256"
    return etag if is_s3 and is_plain and re.fullmatch(r"[0-9a-f]{32}", etag) else ""


def _note_of(target: Path) -> Path:
    return target.with_name(target.name + ".json")
