"""Rasters of the map picture: small enough to embed, and one overlay for what no unit sees."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from crenel.core.records import CrenelError

Bytes: TypeAlias = npt.NDArray[np.uint8]

MOST_PIXELS: Final = 1400
"""Longest side: twice the width at which the map is drawn, for fine screens."""

MOST_BYTES: Final = 1_400_000
"""Per raster; two of them in base64, with text and drawings, stay below 4 MB and usually far below."""

_HIDDEN_RGBA: Final = (24, 30, 44, 92)


def small_enough(png: bytes, *, most_bytes: int = MOST_BYTES, most_pixels: int = MOST_PIXELS) -> bytes:
    """The picture itself, or a smaller copy that keeps to both limits.

    Raises
    ------
    CrenelError
        The bytes are no picture.
    """
    if len(png) <= most_bytes and max(_size(png)) <= most_pixels:
        return png
    side = most_pixels
    smaller = _encoded(_decoded(png, side))
    while len(smaller) > most_bytes and side > 64:
        side = side * 3 // 4
        smaller = _encoded(_decoded(png, side))
    return smaller


def hidden_from_all(pngs: Sequence[bytes], *, most_pixels: int = MOST_PIXELS) -> bytes:
    """One overlay out of each unit's own: dark only where every one of them is dark (alpha above zero).

    Raises
    ------
    CrenelError
        The pictures differ in size or are none.
    """
    alphas = [_decoded(png, most_pixels)[-1] for png in pngs]
    if len({alpha.shape for alpha in alphas}) != 1:
        raise CrenelError("maps/: the sight pictures differ in size. Run the scenario again.")
    hidden = np.minimum.reduce(alphas) > 0
    overlay = np.zeros((4, *hidden.shape), np.uint8)
    for band, level in zip(overlay, _HIDDEN_RGBA, strict=True):
        band[hidden] = level
    return small_enough(_encoded(overlay))


def png(pixels: Bytes) -> bytes:
    """A picture (rows, columns, bands) of uint8 as a PNG file."""
    return _encoded(np.ascontiguousarray(np.moveaxis(pixels, 2, 0)), zlevel=6)


def _size(png: bytes) -> tuple[int, int]:
    with _opened(png) as picture:
        return int(picture.width), int(picture.height)


def _decoded(png: bytes, most_pixels: int) -> Bytes:
    """(bands, rows, columns), thinned to at most `most_pixels` a side."""
    with _opened(png) as picture:
        shrink = min(1.0, most_pixels / max(picture.width, picture.height))
        shape = (picture.count, max(1, round(picture.height * shrink)), max(1, round(picture.width * shrink)))
        read: Bytes = picture.read(out_shape=shape).astype(np.uint8)
        return read


@contextmanager
def _opened(png: bytes) -> Iterator[Any]:
    # Loaded here: the terminal answer and flat maps need no raster library.
    from rasterio.errors import NotGeoreferencedWarning, RasterioIOError
    from rasterio.io import MemoryFile

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            with MemoryFile(png) as memory, memory.open(driver="PNG") as picture:
                yield picture
        except RasterioIOError as problem:
            raise CrenelError(f"maps/: a picture cannot be read ({problem}). Run the scenario again.") from problem


def _encoded(bands: Bytes, *, zlevel: int = 9) -> bytes:
    from rasterio.errors import NotGeoreferencedWarning
    from rasterio.io import MemoryFile

    count, height, width = bands.shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile() as memory:
            with memory.open(
                driver="PNG", width=width, height=height, count=count, dtype="uint8", zlevel=zlevel
            ) as out:
                out.write(bands)
            return bytes(memory.read())
