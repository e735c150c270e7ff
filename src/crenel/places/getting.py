"""From a place that is asked for to files that a scenario can name.

Everything is fetched and read before the first file of the place is written, and each file appears whole: a command
that fails leaves the scenario and its folder as they were.
"""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from crenel.inputs.edit import Entry
from crenel.places import byhand, entries, features, overpass, overture, raster
from crenel.places import terrain as ground
from crenel.places.box import Circle, Square
from crenel.places.byhand import Found
from crenel.places.cache import write_atomically
from crenel.places.client import Client, OfflineError
from crenel.places.features import Buildings
from crenel.places.osm import Extract
from crenel.places.sources import GLO30, OSM, Source
from crenel.places.terrain import Cut

_LOG = logging.getLogger(__name__)

_BY_HAND: Final = Source("by-hand", "a file given by hand", "", "", "")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be had, and from where. `sea_is_missing`: tiles that are not here are sea, as the user says."""

    circle: Circle
    terrain: Source | None
    buildings: Source | None
    client: Client
    cache: Path
    by_hand: Found | None = None
    sea_is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that a place is made of, in memory."""

    cuts: tuple[Cut, ...] = ()
    rasters: tuple[Path, ...] = ()
    terrain: Source | None = None
    extract: Extract | None = None
    as_given: Path | None = None
    buildings: Source | None = None


@dataclass(slots=True)
class _Missing:
    """What is not here and may not be fetched."""

    names: list[str] = field(default_factory=list)


def gather(wanted: Wanted) -> Gathered:
    """Fetch and read everything that a place needs.

    Raises
    ------
    OfflineError
        Something is not here and may not be fetched; all of it is named.
    CrenelError
        Something cannot be fetched or read.
    """
    missing = _Missing()
    found = Gathered()
    if wanted.terrain is not None:
        found = _terrain(wanted, found, missing)
    if wanted.buildings is not None:
        found = _buildings(wanted, found, missing)
    if missing.names:
        raise OfflineError(_needs(wanted, missing.names))
    return found


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder that files are written to, under the name that the entries call it by.

    `base` is the folder of the file that will name them: what lies elsewhere is named as seen from there.
    """

    folder: Path
    shown: str
    base: Path
    credits_of: dict[str, str] = field(default_factory=dict)

    def seen(self, path: Path) -> str:
        """A path as seen from the file that names it."""
        return Path(os.path.relpath(path, self.base)).as_posix()


def write(found: Gathered, circle: Circle, shelf: Shelf) -> list[Entry]:
    """Write a place's files, with a note of whose they are, and give the entries that name them."""
    listed: list[Entry] = []
    if found.terrain is not None:
        listed.append(_write_terrain(found, found.terrain, shelf))
    if found.buildings is not None:
        listed += _write_buildings(found, found.buildings, circle, shelf)
    if shelf.credits_of:
        text = "".join(f"{name}\n    {said}\n" for name, said in shelf.credits_of.items())
        write_atomically(shelf.folder / "SOURCES.txt", text.encode())
    return listed


# --- terrain ---------------------------------------------------------------------------------------------------------


def _terrain(wanted: Wanted, found: Gathered, missing: _Missing) -> Gathered:
    assert wanted.terrain is not None
    source = _tiles_at_hand(wanted)
    if source is None and wanted.by_hand is not None and wanted.by_hand.rasters:
        return replace(found, rasters=wanted.by_hand.rasters, terrain=_BY_HAND)
    source = source or wanted.terrain
    at_hand: Mapping[Square, Path] = wanted.by_hand.tiles[source.key] if wanted.by_hand is not None else {}
    cuts = []
    for tile in ground.tiles(source, wanted.circle):
        try:
            if tile.square in at_hand:
                cuts.append(byhand.cut(at_hand[tile.square], tile.square, wanted.circle))
            else:
                cuts.append(ground.fetch(wanted.client, source, tile, wanted.circle, wanted.cache))
        except OfflineError:
            if wanted.sea_is_missing:
                cuts.append(Cut(tile.square, (), ""))
            else:
                base = wanted.client.endpoint(source.key).addresses[0]
                missing.names.append(f"terrain {tile.name}: {base}{tile.path}")
    return replace(found, cuts=tuple(cuts), terrain=source)


def _tiles_at_hand(wanted: Wanted) -> Source | None:
    """The source of which tiles of the place are at hand: the one asked for, or else another."""
    if wanted.by_hand is None or wanted.terrain is None:
        return None
    squares = set(wanted.circle.squares())
    by_source = wanted.by_hand.tiles
    for source in (wanted.terrain, *(other for other in byhand.TILED if other is not wanted.terrain)):
        if squares & set(by_source[source.key]):
            return source
    return None


def _write_terrain(found: Gathered, source: Source, shelf: Shelf) -> Entry:
    if found.rasters:
        return entries.terrain(
            source,
            [shelf.seen(path) for path in found.rasters],
            has_sea=False,
            comments=[
                "Write what its heights are of (`model`), and its credit and licence (`attribution`, `licence`)."
            ],
        )
    sea = [cut.square.name for cut in found.cuts if cut.is_sea]
    names = []
    for cut in found.cuts:
        for number, piece in enumerate(cut.pieces):
            name = f"{source.key}-{cut.square.name}{f'-{number + 1}' if number else ''}.tif"
            raster.write(piece, shelf.folder / name)
            names.append(name)
            shelf.credits_of[name] = (
                f"{source.name}, from {cut.address}; {source.attribution}. Licence: {source.licence}"
            )
    if not names:
        return entries.sea([f"{source.name} has no land here: {', '.join(sea)}."])
    comments = [f"No tile, so sea: {', '.join(sea)}."] if sea else []
    n_raised = sum(piece.n_sea_floor for cut in found.cuts for piece in cut.pieces)
    if n_raised:
        comments.append(f"{n_raised:,} cells of sea floor were raised to the water's level.")
        _LOG.warning("%s", comments[-1])
    return entries.terrain(source, [f"{shelf.shown}/{name}" for name in names], has_sea=bool(sea), comments=comments)


# --- buildings and land ----------------------------------------------------------------------------------------------


def _buildings(wanted: Wanted, found: Gathered, missing: _Missing) -> Gathered:
    assert wanted.buildings is not None
    if wanted.by_hand is not None and wanted.by_hand.buildings is not None:
        path, source = wanted.by_hand.buildings, wanted.by_hand.buildings_source or _BY_HAND
        if byhand.is_read_as_it_is(path):
            return replace(found, as_given=path, buildings=source)
        return replace(found, extract=byhand.buildings(path, wanted.circle), buildings=source)
    try:
        return replace(found, extract=_fetched(wanted, wanted.buildings), buildings=wanted.buildings)
    except OfflineError:
        missing.names.append(f"buildings: {wanted.buildings.name} ({_where(wanted.client, wanted.buildings)})")
        return found


def _fetched(wanted: Wanted, source: Source) -> Extract:
    if source is OSM:
        return overpass.fetch(wanted.client, wanted.circle, wanted.cache)
    release = overture.resolve(wanted.client, wanted.cache)
    return overture.fetch(wanted.client, release, wanted.circle, wanted.cache)


def _write_buildings(found: Gathered, source: Source, circle: Circle, shelf: Shelf) -> list[Entry]:
    if found.as_given is not None:
        told = f"{found.as_given.name}: taken as it is. Write its credit and licence (`attribution`, `licence`)."
        return [entries.as_given(source, shelf.seen(found.as_given), [told])]
    assert found.extract is not None
    credit = {"attribution": source.attribution, "licence": source.licence}
    buildings = Buildings(features.within(found.extract.buildings, circle))
    comments = _provenance(source, found.extract)
    if not source.attribution:
        comments.append("Write its credit and licence (`attribution`, `licence`).")
    listed: list[Entry] = []
    if buildings.n:
        path = features.write(buildings.table, shelf.folder / "buildings", credit=credit)
        listed.append(entries.buildings(source, f"{shelf.shown}/{path.name}", buildings, comments))
        shelf.credits_of[path.name] = _said(source, found.extract)
    else:
        listed.append(Entry("buildings", ("none",), "none", (f"{source.name} has no building here.",)))
    drawn = features.faint(features.within(found.extract.land, circle), circle)
    if not drawn.is_empty():
        path = features.write(drawn, shelf.folder / "land", credit=credit)
        listed.append(entries.land(source, f"{shelf.shown}/{path.name}", drawn.height))
        shelf.credits_of[path.name] = _said(source, found.extract)
    return listed


def _provenance(source: Source, extract: Extract) -> list[str]:
    if source is OSM:
        return [f"OpenStreetMap as of {extract.as_of}."] if extract.as_of else []
    return [f"Release {extract.as_of}; a newer one is taken at the next --get."] if extract.as_of else []


def _said(source: Source, extract: Extract) -> str:
    of = f" {extract.as_of}" if extract.as_of else ""
    where = f", from {', '.join(extract.addresses)}" if extract.addresses else ""
    return f"{source.name}{of}{where}; {source.attribution}. Licence: {source.licence}"


def _where(client: Client, source: Source) -> str:
    key = "overpass" if source is OSM else "overture-data"
    return client.endpoint(key).addresses[0]


def _needs(wanted: Wanted, names: list[str]) -> str:
    told = "".join(f"\n  {name}" for name in names)
    hand = ", and not in the folder that --from names" if wanted.by_hand is not None else ""
    is_sea = wanted.terrain is GLO30 and wanted.by_hand is not None
    sea = " If a square that is missing is all sea, say so: --sea." if is_sea else ""
    return (
        f"not here{hand}, and nothing may be fetched without --get (or with --offline):{told}\n"
        f"Give the command with --get and without --offline, or fetch these by hand and name their folder: --from DIR."
        f"{sea}"
    )
