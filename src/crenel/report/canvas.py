"""A picture as an array of pixels, and the few things that are drawn on one: areas, marks, lines of text.

The letters were drawn from DejaVu Sans; what is not among them is shown as a box.
"""

from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8]
Colour: TypeAlias = tuple[int, int, int]
Floats: TypeAlias = npt.NDArray[np.float64]
Face: TypeAlias = Literal["plain", "bold", "small"]

INK: Final[Colour] = (28, 27, 25)
PAPER: Final[Colour] = (255, 255, 255)
_BOX: Final = "□"


def blank(width: int, height: int, colour: Colour = PAPER) -> Pixels:
    """(height, width, 3) uint8 of one colour."""
    return np.full((height, width, 3), colour, np.uint8)


def fill(out: Pixels, left: int, top: int, size: tuple[int, int], colour: Colour) -> None:
    """A rectangle of a width and a height."""
    out[max(top, 0) : top + size[1], max(left, 0) : left + size[0]] = colour


def disc(out: Pixels, at: tuple[float, float], radius: float, colour: Colour) -> None:
    """A filled circle with a soft edge."""
    part, x, y = _around(out, at, radius)
    _blend(part, np.clip(radius + 0.5 - np.hypot(x, y), 0.0, 1.0), colour)


def diamond(out: Pixels, at: tuple[float, float], radius: float, colour: Colour) -> None:
    """A filled square on its corner."""
    part, x, y = _around(out, at, radius)
    _blend(part, np.clip(radius + 0.5 - np.abs(x) - np.abs(y), 0.0, 1.0), colour)


def _around(out: Pixels, at: tuple[float, float], radius: float) -> tuple[Pixels, Floats, Floats]:
    """The pixels near a point, and how far right and down of it they are."""
    left, top = (max(int(middle - radius) - 2, 0) for middle in at)
    right, bottom = (max(int(middle + radius) + 3, 0) for middle in at)
    part = out[top:bottom, left:right]
    y, x = np.mgrid[top : top + part.shape[0], left : left + part.shape[1]]
    return part, x - at[0], y - at[1]


def text(out: Pixels, left: float, top: float, words: str, *, face: Face = "plain", colour: Colour = INK) -> None:
    """One line of text from its upper left corner; what does not fit is cut."""
    drawn = _line(words, face)
    x, y = round(left), round(top)
    height, width = min(drawn.shape[0], out.shape[0] - y), min(drawn.shape[1], out.shape[1] - x)
    if width > 0 and height > 0 and x >= 0 and y >= 0:
        _blend(out[y : y + height, x : x + width], drawn[:height, :width] / 255.0, colour)


def text_width(words: str, face: Face = "plain") -> int:
    """How many pixels a line of text is wide."""
    return int(_line(words, face).shape[1])


def wrapped(words: str, width: int, face: Face = "plain") -> Sequence[str]:
    """Text broken between words, so that each line fits a width."""
    broken = [""]
    for word in words.split():
        longer = f"{broken[-1]} {word}".strip()
        if broken[-1] and text_width(longer, face) > width:
            broken.append(word)
        else:
            broken[-1] = longer
    return broken


def _blend(out: Pixels, share: npt.NDArray[np.float64], colour: Colour) -> None:
    mixed = out + share[..., np.newaxis] * (np.array(colour, float) - out)
    out[...] = np.rint(mixed).astype(np.uint8)


def _line(words: str, face: Face) -> Pixels:
    atlas, starts, places = _atlas(face)
    every = [places.get(letter, places[_BOX]) for letter in words]
    pieces = [atlas[:, starts[place] : starts[place + 1]] for place in every]
    return np.concatenate(pieces, axis=1) if pieces else atlas[:, :0]


@lru_cache(maxsize=4)
def _atlas(face: Face) -> tuple[Pixels, npt.NDArray[np.int32], dict[str, int]]:
    with resources.files("crenel.report").joinpath("data/glyphs.npz").open("rb") as file, np.load(file) as held:
        letters = {chr(code): place for place, code in enumerate(held["letters"])}
        return held[face], held[f"{face}_at"], letters
