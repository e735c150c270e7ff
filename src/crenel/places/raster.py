"""Terrain tiles to local files: of each the part that the place needs, in the tile's own cells."""

import gzip
import math
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window
from scipy.ndimage import label, minimum

from crenel.places.box import Box, Square
from crenel.places.remote import RemoteFile
from crenel.world.raster import dataset_of

HGT_SIZES: Final = {3601 * 3601 * 2: 3601, 1201 * 1201 * 2: 1201}
"""Length of an SRTM tile in bytes, and its cells along a side: one and three arc-seconds."""

_HEAD_BYTES: Final = 1 << 18
_VOID: Final = -32768
_DEEP_M: Final = 20.0
_MARGIN_CELLS: Final = 2
# Waters that stand far below the sea: south, north, west, east [deg], level [m]. The Dead Sea, the Caspian Sea.
_LOW_WATERS: Final = ((30.5, 33.2, 35.2, 35.8, -430), (36.0, 48.5, 46.0, 55.0, -28))


class TileError(ValueError):
    """A file that is not the tile that it should be."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Heights of a part of a tile [m], and where they lie."""

    heights_m: NDArray[Any]
    transform: Affine
    nodata: float | None
    n_sea_floor: int = 0


def cut_remote(remote: RemoteFile, box: Box) -> Piece:
    """The part of a tile on a server that lies in a box: only the blocks that it needs are fetched.

    Raises
    ------
    TileError
        It is no raster of heights in degrees.
    FetchError
        As `RemoteFile.hold`.
    """
    remote.hold([(0, min(_HEAD_BYTES, remote.size))])
    directory = _directory_at(remote.bytes_of(0, min(16, remote.size)))
    remote.hold([(directory, min(directory + _HEAD_BYTES, remote.size))])
    with _opened(remote.copy) as dataset:
        window = _window(dataset, box)
        spans = list(_blocks(dataset, window))
    if any(not 0 < begin < end <= remote.size for begin, end in spans):
        raise TileError(f"{remote.address} has blocks beyond its end")
    remote.hold(spans)
    with _opened(remote.copy) as dataset:
        return _cut(dataset, window)


def cut_local(path: Path, box: Box) -> Piece:
    """The part of a tile on disk that lies in a box.

    Raises
    ------
    TileError
        It is no raster of heights in degrees, or does not reach into the box.
    """
    with _opened(path) as dataset:
        return _cut(dataset, _window(dataset, box))


def cut_hgt(path: Path, square: Square, box: Box) -> Piece:
    """The part of an SRTM tile (plain, gzip or zip) that lies in a box, with the sea at its level.

    The tiles of the service that is asked hold the sea's floor. What lies under water would else be taken for land
    far below: patches of cells below the water's level that reach more than 20 m below it are raised to it.
    """
    heights_m = read_hgt(path)
    n = heights_m.shape[0]
    step_deg = 1.0 / (n - 1)
    # Cells are centred on whole arc-seconds, the first on the north-west corner of the square.
    transform = Affine(
        step_deg, 0.0, square.lon_deg - step_deg / 2, 0.0, -step_deg, square.lat_deg + 1.0 + step_deg / 2
    )
    rows, columns = _range(transform, (n, n), box)
    cut = heights_m[rows[0] : rows[1], columns[0] : columns[1]].astype(np.int16)
    moved = _moved(transform, columns[0], rows[0])
    n_raised = raise_to_water(cut, water_level_m(cut.shape, moved))
    return Piece(cut, moved, float(_VOID), n_raised)


def read_hgt(path: Path) -> NDArray[Any]:
    """Heights of an SRTM tile, from north to south.

    Raises
    ------
    TileError
        Its length is that of no tile, or it is damaged.
    """
    try:
        data = _unpacked(path, max(HGT_SIZES) + 1)
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise TileError(f"{path.name} is damaged ({error})") from None
    if len(data) not in HGT_SIZES:
        raise TileError(f"{path.name} has the length of no SRTM tile: it is cut off, or no such tile")
    n = HGT_SIZES[len(data)]
    return np.frombuffer(data, ">i2").reshape(n, n)


def _unpacked(path: Path, largest: int) -> bytes:
    """The first bytes of a tile, whatever it is packed with."""
    with path.open("rb") as plain:
        head = plain.read(4)
        plain.seek(0)
        if head.startswith(b"\x1f\x8b"):
            with gzip.open(plain) as packed:
                return packed.read(largest)
        if not head.startswith(b"PK\x03\x04"):
            return plain.read(largest)
        with zipfile.ZipFile(plain) as archive:
            names = [name for name in archive.namelist() if name.casefold().endswith(".hgt")]
            if len(names) != 1:
                raise TileError(f"{path.name} holds no single .hgt file")
            with archive.open(names[0]) as member:
                return member.read(largest)


def water_level_m(shape: tuple[int, ...], transform: Affine) -> NDArray[np.int16]:
    """Where open water would stand in each cell [m]: the sea, but for two waters far below it."""
    level_m = np.zeros(shape, dtype=np.int16)
    lat_deg = transform.f + (np.arange(shape[0]) + 0.5) * transform.e
    lon_deg = transform.c + (np.arange(shape[1]) + 0.5) * transform.a
    for south_deg, north_deg, west_deg, east_deg, water_m in _LOW_WATERS:
        rows = (lat_deg >= south_deg) & (lat_deg <= north_deg)
        columns = (lon_deg >= west_deg) & (lon_deg <= east_deg)
        level_m[np.ix_(rows, columns)] = water_m
    return level_m


def raise_to_water(heights_m: NDArray[np.int16], level_m: NDArray[np.int16]) -> int:
    """Raise the beds of water to its level, in place, and count the cells."""
    low = (heights_m < level_m) & (heights_m != _VOID)
    if not low.any():
        return 0
    patches, n_patches = label(low, structure=np.ones((3, 3)))
    deepest_m = minimum(heights_m.astype(np.int32) - level_m, patches, np.arange(1, n_patches + 1))
    bed = np.concatenate([[False], np.asarray(deepest_m) < -_DEEP_M])[patches]
    heights_m[bed] = level_m[bed]
    return int(np.count_nonzero(bed))


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a raster is, without its heights."""

    edges: Box
    n_rows: int
    is_float: bool


def sheet(path: Path) -> Sheet:
    """The edges of a raster in degrees, and its size.

    Raises
    ------
    TileError
        It is no raster of heights in degrees.
    """
    with _opened(path) as dataset:
        bounds = dataset.bounds
        edges = Box(bounds.left, bounds.bottom, bounds.right, bounds.top)
        return Sheet(edges, dataset.height, np.dtype(dataset.dtypes[0]).kind == "f")


def write(piece: Piece, target: Path) -> None:
    """Keep a part of a tile as a GeoTIFF: lossless, compressed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    is_float = piece.heights_m.dtype.kind == "f"
    with (
        _quiet(),
        rasterio.open(
            target,
            "w",
            driver="GTiff",
            height=piece.heights_m.shape[0],
            width=piece.heights_m.shape[1],
            count=1,
            dtype=piece.heights_m.dtype,
            crs="EPSG:4326",
            transform=piece.transform,
            nodata=piece.nodata,
            compress="deflate",
            predictor=3 if is_float else 2,
            tiled=True,
        ) as out,
    ):
        out.write(piece.heights_m, 1)
        out.units = ("metre",)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        with _quiet(), dataset_of(str(path)) as dataset:
            _check(dataset, path.name)
            yield dataset
    except RasterioError as error:
        raise TileError(f"{path.name} cannot be read as a raster ({error})") from None


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # our own complaint says it better
        warnings.simplefilter("ignore", PendingDeprecationWarning)  # between rasterio and affine
        yield


def _check(dataset: Any, name: str) -> None:
    transform = dataset.transform
    is_north_up = transform.b == transform.d == 0.0 and transform.a > 0.0 > transform.e
    if dataset.crs is None or not dataset.crs.is_geographic or not is_north_up:
        raise TileError(f"{name} is no raster in degrees of latitude and longitude")
    if dataset.count != 1 or np.dtype(dataset.dtypes[0]).kind not in "iuf":
        raise TileError(f"{name} is no raster of heights")


def _window(dataset: Any, box: Box) -> Window:
    rows, columns = _range(dataset.transform, (dataset.height, dataset.width), box)
    return Window(columns[0], rows[0], columns[1] - columns[0], rows[1] - rows[0])


def _range(transform: Affine, shape: tuple[int, int], box: Box) -> tuple[tuple[int, int], tuple[int, int]]:
    """First and end row, first and end column of a box in a raster whose north is up."""
    first_row = math.floor((box.north_deg - transform.f) / transform.e) - _MARGIN_CELLS
    end_row = math.ceil((box.south_deg - transform.f) / transform.e) + _MARGIN_CELLS
    first_column = math.floor((box.west_deg - transform.c) / transform.a) - _MARGIN_CELLS
    end_column = math.ceil((box.east_deg - transform.c) / transform.a) + _MARGIN_CELLS
    rows = max(0, first_row), min(shape[0], end_row)
    columns = max(0, first_column), min(shape[1], end_column)
    if rows[0] >= rows[1] or columns[0] >= columns[1]:
        raise TileError("the tile does not lie where its name says")
    return rows, columns


def _moved(transform: Affine, column: int, row: int) -> Affine:
    """A transform that counts from another cell; north is up in all of them."""
    x, y = transform.c + column * transform.a, transform.f + row * transform.e
    return Affine(transform.a, 0.0, x, 0.0, transform.e, y)


def _directory_at(head: bytes) -> int:
    """Where in a TIFF file its directory begins: in a cloud-optimised one right after the head."""
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 16:
        raise TileError("the file is no TIFF")
    is_big = struct.unpack(f"{order}H", head[2:4])[0] == 43
    return int(struct.unpack(f"{order}Q", head[8:16])[0] if is_big else struct.unpack(f"{order}I", head[4:8])[0])


def _blocks(dataset: Any, window: Window) -> Iterator[tuple[int, int]]:
    """Where in the file the blocks under a window lie."""
    height, width = dataset.block_shapes[0]
    for row in range(window.row_off // height, -(-(window.row_off + window.height) // height)):
        for column in range(window.col_off // width, -(-(window.col_off + window.width) // width)):
            where = dataset.get_tag_item(f"BLOCK_OFFSET_{column}_{row}", "TIFF", bidx=1)
            length = dataset.get_tag_item(f"BLOCK_SIZE_{column}_{row}", "TIFF", bidx=1)
            if where is not None and length is not None:  # a block without any value is left out of the file
                yield int(where), int(where) + int(length)


def _cut(dataset: Any, window: Window) -> Piece:
    heights_m = dataset.read(1, window=window)
    moved = _moved(dataset.transform, window.col_off, window.row_off)
    return Piece(heights_m, moved, dataset.nodata)
