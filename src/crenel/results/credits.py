"""Whose data a place is made of: files, attributions, licences; and what may not be published as it is."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from crenel.core.records import Bracket, BuildingFiles, CrenelError, LandFiles, RasterTerrain, Scenario

_MOST_NAMED: Final = 3

# Some formats are several files; the others lie beside the one that is named.
_BESIDE: Final = (".dbf", ".prj", ".shx", ".cpg", ".hdr", ".tfw", ".aux.xml")


def credit_rows(scenario: Scenario[Bracket]) -> list[dict[str, Any]]:
    """What is used of others' data, with the credit and the licence that the scenario states for it.

    Returns
    -------
    list of dict
        `what` (terrain, buildings, land), `files` (names), `attribution` and `licence` (empty where none is stated).
    """
    return [
        {
            "what": what,
            "files": [Path(path).name for path in paths],
            "attribution": files.attribution,
            "licence": files.licence,
        }
        for what, files, paths in _used(scenario)
    ]


def credit_line(scenario: Scenario[Bracket]) -> str:
    """All credits and licences in one line, as they stand in every picture: "terrain: ...; buildings, land: ..."."""
    whose: dict[str, list[str]] = {}
    for row in credit_rows(scenario):
        terms = _in_short(row["licence"]) or "licence not stated: not for publishing"
        whose.setdefault(f"{row['attribution'] or 'no credit stated'} ({terms})", []).append(row["what"])
    return "; ".join(f"{', '.join(parts)}: {said}" for said, parts in whose.items())


def _in_short(licence: str) -> str:
    """A licence by its first words, without the address and the clauses that follow: those stand in full beside it."""
    return re.split(r":?\s*\bhttps?://|[;.]\s", licence, maxsplit=1)[0].strip()


def unlicensed(scenario: Scenario[Bracket]) -> list[str]:
    """What there is to say of data for which no licence is stated; nothing where all is well."""
    return [
        f"Licence not stated, so not for publishing: {row['what']} ({_named(row['files'])}). Write `licence:` and "
        "`attribution:` beside its file."
        for row in credit_rows(scenario)
        if not row["licence"]
    ]


def files_hash(scenario: Scenario[Bracket]) -> str | None:
    """Hash of every file that the place is made of; None where there is none.

    Raises
    ------
    CrenelError
        A file cannot be read.
    """
    hashes = [(what, _hash(path)) for what, _, paths in _used(scenario) for path in paths]
    if not hashes:
        return None
    if len(hashes) == 1:
        return hashes[0][1]
    return hashlib.sha256("\n".join(f"{what} {digest}" for what, digest in hashes).encode()).hexdigest()


def terrain_name(scenario: Scenario[Bracket]) -> str:
    """The terrain in a word or two: a file's name, or "flat 150 m"."""
    terrain = scenario.place.terrain
    if isinstance(terrain, RasterTerrain):
        return _named([Path(path).name for path in terrain.paths])
    return f"flat {terrain.height_m:g} m"


def _used(
    scenario: Scenario[Bracket],
) -> Iterator[tuple[str, RasterTerrain | BuildingFiles[Bracket] | LandFiles, tuple[str, ...]]]:
    place = scenario.place
    if isinstance(place.terrain, RasterTerrain):
        yield "terrain", place.terrain, (*place.terrain.paths, *place.terrain.ground)
    if place.buildings is not None:
        yield "buildings", place.buildings, place.buildings.paths
    if place.land is not None:
        yield "land", place.land, place.land.paths


def _named(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _beside(path: Path) -> list[Path]:
    """The files that say what one alone does not: its reference system, its columns, what stands for no height."""
    named = {path.with_suffix(ending) for ending in _BESIDE} | {path.with_name(path.name + ".aux.xml")}
    return sorted(other for other in named - {path} if other.is_file())


def _hash(path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        for beside in _beside(Path(path)):
            digest.update(beside.read_bytes())
    except OSError as error:
        raise CrenelError(f"{path}: cannot be read ({error.strerror}). Name a file that is there.") from None
    return digest.hexdigest()
