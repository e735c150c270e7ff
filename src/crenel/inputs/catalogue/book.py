"""The files of a catalogue: what ships with crenel, and a folder of the user's own laid over it, entry by entry.

A file is read when it is first asked for. Its name is the entry's key.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from crenel.core.entries import SHIPPED, Entry, EntryKind
from crenel.core.records import Bracket, System, Threat
from crenel.inputs.catalogue.assembly import system_of, threat_of
from crenel.inputs.catalogue.draft import Draft
from crenel.inputs.catalogue.entry import Read, Shared, read_entry
from crenel.inputs.catalogue.firewall import scored_raids
from crenel.inputs.catalogue.sources import read_sources
from crenel.inputs.errors import Mark, did_you_mean, quoted
from crenel.inputs.nodes import Node, read_tree

DATA: Final = Path(__file__).parents[1] / "data"
"""Where the shipped entries lie."""

HERE: Final = Mark("catalogue")
"""The place that asks where nobody says."""

_FOLDERS: Final[Mapping[EntryKind, str]] = MappingProxyType({"system": "systems", "threat": "threats"})
_SUFFIXES: Final = (".yaml", ".yml")
_KEY: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class File:
    """One entry's file, and whose it is."""

    path: Path
    origin: str


@dataclass(frozen=True)
class Catalogue:
    """Entries by key, with the sources that they may cite."""

    files: Mapping[EntryKind, Mapping[str, File]]
    shared: Shared
    _known: dict[tuple[EntryKind, str], Read] = field(default_factory=dict, repr=False, compare=False)

    def keys(self, kind: EntryKind) -> tuple[str, ...]:
        """The keys of all entries of a kind, in order."""
        return tuple(self.files[kind])

    def entry(self, key: str, *, where: Mark = HERE) -> Entry:
        """The entry of that key, a system or a threat; `where` is the place that asks for it.

        Raises
        ------
        InputError
            No such entry (with the nearest names), or a fault in its file (with file, line and column).
        """
        for kind, files in self.files.items():
            if key in files:
                return self._read(key, kind).entry
        every = [key for files in self.files.values() for key in files]
        raise where.error(f"the catalogue has no entry {quoted(key)}", did_you_mean(key, every))

    def entries(self) -> Iterator[Entry]:
        """Every entry, systems first."""
        for kind, files in self.files.items():
            for key in files:
                yield self._read(key, kind).entry

    def draft(self, key: str, kind: EntryKind, *, where: Mark = HERE) -> tuple[Entry, Draft]:
        """An entry and its figures, for a scenario to change and to assemble; errors as for `entry`."""
        if key not in self.files[kind]:
            raise where.error(f"the catalogue has no {kind} {quoted(key)}", did_you_mean(key, self.files[kind]))
        found = self._read(key, kind)
        return found.entry, found.draft

    def system(self, key: str, *, where: Mark = HERE) -> System[Bracket]:
        """The system of that key, as it is played.

        Raises
        ------
        InputError
            As `entry`; and where the system lacks figures that nobody published.
        """
        return system_of(*self.draft(key, "system", where=where), where=where)

    def threat(self, key: str, *, where: Mark = HERE) -> Threat[Bracket]:
        """The threat of that key, as it is played; errors as for `system`."""
        return threat_of(*self.draft(key, "threat", where=where), where=where)

    def _read(self, key: str, kind: EntryKind) -> Read:
        """An entry; its file is read once."""
        if (kind, key) not in self._known:
            file = self.files[kind][key]
            tree = read_tree(file.path, _shown(file.path))
            self._known[(kind, key)] = read_entry(tree, key, kind, self.shared, origin=file.origin)
        return self._known[(kind, key)]


def open_catalogue(folder: Path = DATA, *, origin: str = SHIPPED, under: Catalogue | None = None) -> Catalogue:
    """The catalogue in a folder.

    Parameters
    ----------
    folder : Path
        It holds `systems/`, `threats/` and `sources.yaml`; what ships also `classes.yaml` and `firewall.yaml`.
    origin : str
        Whose it is.
    under : Catalogue, optional
        A catalogue that this one extends: entries of the same key replace those of `under`, all others stay, and its
        sources, classes and firewall hold.

    Raises
    ------
    InputError
        A fault in `sources.yaml`, two files of one name, a file whose name is no key, a key that is both.
    """
    files = {kind: _files(folder / name, origin) for kind, name in _FOLDERS.items()}
    sources = folder / "sources.yaml"
    if under is None:
        shared = Shared(
            sources=read_sources(read_tree(sources, sources.name)),
            defaults=_defaults(folder),
            scored=scored_raids(folder / "firewall.yaml"),
        )
    else:
        if not any(files.values()):
            raise Mark(str(folder)).error("the folder holds no entry", "Put files into its systems/ or threats/.")
        more = read_sources(read_tree(sources, sources.name), known=under.shared.sources) if sources.exists() else {}
        shared = Shared({**under.shared.sources, **more}, under.shared.defaults, under.shared.scored)
        files = {kind: MappingProxyType({**under.files[kind], **found}) for kind, found in files.items()}
    for key in files["system"].keys() & files["threat"].keys():
        path = files["threat"][key].path
        raise Mark(_shown(path)).error(f"{quoted(key)} is also a system", "Rename one of the two files.")
    return Catalogue(MappingProxyType(files), shared)


@lru_cache(maxsize=1)
def shipped() -> Catalogue:
    """The catalogue that ships with crenel."""
    return open_catalogue()


def with_folder(folder: Path, *, where: Mark) -> Catalogue:
    """The shipped catalogue with a user's folder laid over it; `where` is the place that names the folder.

    Raises
    ------
    InputError
        There is no such folder, or anything that `open_catalogue` refuses.
    """
    if not folder.is_dir():
        raise where.error(
            f"there is no catalogue folder {quoted(str(folder))}", "Name a folder with systems/ or threats/ in it."
        )
    return open_catalogue(folder, origin=f"your catalogue ({folder.resolve().name})", under=shipped())


def _files(folder: Path, origin: str) -> Mapping[str, File]:
    found: dict[str, Path] = {}
    there = folder.iterdir() if folder.is_dir() else ()
    for path in sorted(path for path in there if path.suffix.casefold() in _SUFFIXES):
        # Folded, because some file systems do not tell letters of different case apart.
        other = found.setdefault(path.stem.casefold(), path)
        if other is not path:
            what = f"{quoted(other.name)} has the same name"
            raise Mark(_shown(path)).error(what, "Rename or delete one of the two files.")
    for path in found.values():
        if not _KEY.fullmatch(path.stem):
            what = f"{quoted(path.stem)} cannot be a key"
            raise Mark(_shown(path)).error(what, "Name the file in small letters, digits and hyphens.")
    return MappingProxyType({key: File(path, origin) for key, path in found.items()})


def _defaults(folder: Path) -> Mapping[EntryKind, Node]:
    tree = read_tree(folder / "classes.yaml", "classes.yaml")
    tree.known_keys(tuple(_FOLDERS.values()), "the file of classes")
    return MappingProxyType({kind: tree.need(name) for kind, name in _FOLDERS.items()})


def _shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
