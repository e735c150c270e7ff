"""Terrain of a place: which tiles it needs, and their parts as local files."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crenel.core.records import CrenelError
from crenel.places import raster
from crenel.places.box import Box, Circle, Square
from crenel.places.cache import download, read_note, today, write_note
from crenel.places.client import ChangedError, Client, NotThereError
from crenel.places.raster import Piece, TileError
from crenel.places.remote import RemoteFile
from crenel.places.sources import GLO30, SRTM, Source

_BYTES_PER_CELL: Final = {"glo30": 2.7, "srtm": 0.7}  # as packed, for estimates


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile that a place needs, with estimates of its size and of what has to be fetched of it."""

    square: Square
    name: str
    path: str
    n_bytes: int
    n_bytes_of_file: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The terrain of one square: its pieces, or none where it is all sea."""

    square: Square
    pieces: tuple[Piece, ...]
    address: str

    @property
    def is_sea(self) -> bool:
        """Whether the source has no tile here because there is no land."""
        return not self.pieces


def tiles(source: Source, circle: Circle) -> list[Tile]:
    """The tiles of a source that a place needs."""
    found = []
    for square in circle.squares():
        columns = _columns(source, square)
        name = square.glo30 if source is GLO30 else square.name
        path = f"/{name}/{name}.tif" if source is GLO30 else f"/{square.band}/{name}.hgt.gz"
        whole = int(3600 * columns * _BYTES_PER_CELL[source.key])
        share = sum(_area_deg2(part) for part in parts_of(square, circle)) if source is GLO30 else 1.0
        # Blocks of 1024 cells lie across the edges of the part that is needed.
        found.append(Tile(square, name, path, int(whole * min(1.0, share * 1.5 + 0.1)) if share < 1 else whole, whole))
    return found


def parts_of(square: Square, circle: Circle) -> Iterator[Box]:
    """The parts of a square that a place needs."""
    edge = square.box
    for box in circle.boxes():
        if box.meets(edge.west_deg, edge.south_deg, edge.east_deg, edge.north_deg):
            yield Box(
                max(box.west_deg, edge.west_deg),
                max(box.south_deg, edge.south_deg),
                min(box.east_deg, edge.east_deg),
                min(box.north_deg, edge.north_deg),
            )


def fetch(client: Client, source: Source, tile: Tile, circle: Circle, cache: Path) -> Cut:
    """The part of a tile that a place needs, over the network or from the cache.

    Raises
    ------
    FetchError
        It cannot be fetched.
    CrenelError
        The source has no tile where there is land.
    """
    boxes = list(parts_of(tile.square, circle))
    if source is SRTM:
        return _fetch_srtm(client, tile, boxes, cache)
    return _fetch_glo30(client, tile, boxes, cache)


def _fetch_srtm(client: Client, tile: Tile, boxes: list[Box], cache: Path) -> Cut:
    target = cache / "srtm" / f"{tile.name}.hgt.gz"
    try:
        origin = download(client, "srtm", tile.path, target, check=_read, title=tile.name)
    except NotThereError:
        raise CrenelError(
            f"SRTM has no tile {tile.name}. Take another source: --terrain glo30, or a raster of your own."
        ) from None
    pieces = tuple(raster.cut_hgt(target, tile.square, box) for box in boxes)
    return Cut(tile.square, pieces, origin.address)


def _read(part: Path) -> None:
    raster.read_hgt(part)


def _fetch_glo30(client: Client, tile: Tile, boxes: list[Box], cache: Path) -> Cut:
    copy = cache / "glo30" / f"{tile.name}.tif"
    absent = cache / "glo30" / f"{tile.name}.absent"
    if client.is_offline and read_note(absent) is not None:
        return Cut(tile.square, (), "")
    for attempt in (1, 2):
        remote = RemoteFile(client, "glo30", tile.path, copy, title=tile.name)
        try:
            pieces = tuple(raster.cut_remote(remote, box) for box in boxes)
        except ChangedError:
            if attempt == 2:
                raise
        except NotThereError:
            _refuse_unreleased(client, tile)
            write_note(absent, {"checked": today()})
            return Cut(tile.square, (), "")
        except TileError as error:
            copy.unlink(missing_ok=True)
            if attempt == 2:
                raise CrenelError(
                    f"{tile.name} came damaged twice: {error}. Try again later, or take --terrain srtm."
                ) from None
        else:
            return Cut(tile.square, pieces, remote.address)
    raise AssertionError


def _refuse_unreleased(client: Client, tile: Tile) -> None:
    """Tell sea, which has no tile at any resolution, from land that was not released at this one."""
    name = tile.square.glo90
    try:
        client.head("glo90", f"/{name}/{name}.tif")
    except NotThereError:
        return
    raise CrenelError(
        f"GLO-30 has no public tile {tile.square.name}, though there is land (GLO-90 has it). Take --terrain srtm."
    )


def _columns(source: Source, square: Square) -> int:
    """Cells along a parallel: GLO-30 has fewer towards the poles."""
    if source is not GLO30:
        return 3600
    lowest = square.lat_deg if square.lat_deg >= 0 else -square.lat_deg - 1
    for above_deg, n_columns in ((85, 360), (80, 720), (70, 1200), (60, 1800), (50, 2400)):
        if lowest >= above_deg:
            return n_columns
    return 3600


def _area_deg2(box: Box) -> float:
    return (box.east_deg - box.west_deg) * (box.north_deg - box.south_deg)
