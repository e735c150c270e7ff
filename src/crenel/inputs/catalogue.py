"""The catalogue: published systems and threats, one file each, every figure with its bracket, grade and source.

A file is read when it is first asked for. Its name is the entry's key.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from crenel.core.records import Bracket, Source, System, Threat
from crenel.inputs.entries import read_system, read_threat
from crenel.inputs.errors import Mark, did_you_mean, quoted
from crenel.inputs.nodes import Node, read_tree

DATA: Final = Path(__file__).parent / "data"
"""Where the shipped entries lie."""

_SUFFIXES: Final = (".yaml", ".yml")
_KEY: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SOURCE_KEYS: Final = ("title", "publisher", "date", "address", "quoted_by")
_HERE: Final = Mark("catalogue")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The files of a catalogue folder, by key, and the sources that they may cite."""

    systems: Mapping[str, Path]
    threats: Mapping[str, Path]
    sources: Mapping[str, Source]

    def system(self, key: str, *, where: Mark = _HERE) -> System[Bracket]:
        """The system of that key; `where` is the place that asks for it.

        Raises
        ------
        InputError
            No such entry (with the nearest names), or a fault in its file (with file, line and column).
        """
        path = _known(key, self.systems, "system", where)
        return read_system(read_tree(path, _shown(path)), key, tuple(self.sources))

    def threat(self, key: str, *, where: Mark = _HERE) -> Threat[Bracket]:
        """The threat of that key; as `system`."""
        path = _known(key, self.threats, "threat", where)
        return read_threat(read_tree(path, _shown(path)), key, tuple(self.sources))


def open_catalogue(folder: Path) -> Catalogue:
    """The catalogue in a folder that holds `systems/`, `threats/` and `sources.yaml`.

    Raises
    ------
    InputError
        A fault in `sources.yaml`, two files of one name, a file whose name is no key.
    """
    systems = _files(folder / "systems")
    threats = _files(folder / "threats")
    for key in systems.keys() & threats.keys():
        raise Mark(_shown(threats[key])).error(f"{quoted(key)} is also a system", "Rename one of the two files.")
    return Catalogue(systems, threats, _read_sources(read_tree(folder / "sources.yaml")))


def system(key: str, *, where: Mark = _HERE) -> System[Bracket]:
    """The shipped system of that key; `where` is the place that asks for it.

    Raises
    ------
    InputError
        No such entry (with the nearest names), or a fault in its file (with file, line and column).
    """
    return _system(key) if key in _shipped().systems else _shipped().system(key, where=where)


def threat(key: str, *, where: Mark = _HERE) -> Threat[Bracket]:
    """The shipped threat of that key; as `system`."""
    return _threat(key) if key in _shipped().threats else _shipped().threat(key, where=where)


def system_keys() -> tuple[str, ...]:
    """The keys of all shipped systems, in order."""
    return tuple(_shipped().systems)


def threat_keys() -> tuple[str, ...]:
    """The keys of all shipped threats, in order."""
    return tuple(_shipped().threats)


def sources() -> Mapping[str, Source]:
    """Every source that the catalogue and the model's formulas cite, by key."""
    return _shipped().sources


@lru_cache(maxsize=1)
def _shipped() -> Catalogue:
    return open_catalogue(DATA)


@lru_cache(maxsize=256)
def _system(key: str) -> System[Bracket]:
    return _shipped().system(key)


@lru_cache(maxsize=256)
def _threat(key: str) -> Threat[Bracket]:
    return _shipped().threat(key)


def _known(key: str, files: Mapping[str, Path], kind: str, where: Mark) -> Path:
    path = files.get(key)
    if path is None:
        raise where.error(f"the catalogue has no {kind} {quoted(key)}", did_you_mean(key, files))
    return path


def _files(folder: Path) -> Mapping[str, Path]:
    found: dict[str, Path] = {}
    for path in sorted(path for path in folder.iterdir() if path.suffix.casefold() in _SUFFIXES):
        # Folded, because some file systems do not tell letters of different case apart.
        other = found.setdefault(path.stem.casefold(), path)
        if other is not path:
            what = f"{quoted(other.name)} has the same name"
            raise Mark(_shown(path)).error(what, "Rename or delete one of the two files.")
    for path in found.values():
        if not _KEY.fullmatch(path.stem):
            what = f"{quoted(path.stem)} cannot be a key"
            raise Mark(_shown(path)).error(what, "Name the file in small letters, digits and hyphens.")
    return MappingProxyType(found)


def _shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _read_sources(tree: Node) -> Mapping[str, Source]:
    titles = {key: node.get("title") for key, node in tree.mapping().items()}
    read: dict[str, Source] = {}
    for key, node in tree.mapping().items():
        node.known_keys(_SOURCE_KEYS, f"source {quoted(key)}")
        texts = {word: found.text(f"'{word}'") for word, found in node.mapping().items()}
        if not texts.get("title"):
            raise node.error(f"source {quoted(key)} has no title", 'Add "title".')
        address = texts.get("address", "")
        if address and not address.startswith(("https://", "http://")):
            raise node.mapping()["address"].error("'address' wants a web address", "Begin it with https://.")
        quoting = texts.pop("quoted_by", None)
        if quoting is not None:
            title = titles.get(quoting)
            if title is None:
                raise node.mapping()["quoted_by"].error(
                    f"there is no source {quoted(quoting)}", did_you_mean(quoting, titles)
                )
            texts["title"] += f" (as quoted in {title.text().partition(':')[0].partition(',')[0]}; original not read)"
        read[key] = Source(key=key, **texts)
    return MappingProxyType(read)
