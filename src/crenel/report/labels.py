"""Place labels on a map so that none covers another, a mark or the edge."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from crenel.report import svg

_DISTANCES: Final = (4.0, 14.0, 28.0, 46.0, 68.0, 94.0)
_SIDES: Final = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
_LEADER_FROM: Final = 10.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in drawing units; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Whether the two share any area."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def inside(self, other: "Box") -> bool:
        """Whether no part of it leaves `other`."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A label and the places that would do, best first: each a box and whether it needs a line to its `anchor`."""

    words: str
    kind: str
    size: float
    anchor: tuple[float, float]
    places: tuple[tuple[Box, bool], ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A label in its place."""

    words: str
    kind: str
    size: float
    box: Box
    anchor: tuple[float, float]
    leader: bool


def place(wanted: Sequence[Wanted], *, taken: Iterable[Box], frame: Box) -> list[Label]:
    """Give each label, in order of importance, its first free place; one without any is left out."""
    occupied, placed = list(taken), []
    for want in wanted:
        for box, leader in want.places:
            if box.inside(frame) and not any(box.overlaps(other) for other in occupied):
                occupied.append(box)
                placed.append(Label(want.words, want.kind, want.size, box, want.anchor, leader))
                break
    return placed


def beside(words: str, kind: str, size: float, *, mark: tuple[float, float], clearance: float) -> Wanted:
    """A label next to a mark: close by first, then farther off with a line."""
    return Wanted(words, kind, size, mark, tuple(_around(words, size, mark, clearance)))


def at(words: str, kind: str, size: float, points: Iterable[tuple[float, float]]) -> Wanted:
    """A label centred on one of some points, best first."""
    width, height = _extent(words, size)
    found = tuple(points)
    places = tuple((_centred(x, y, width, height), False) for x, y in found)
    return Wanted(words, kind, size, found[0] if found else (0.0, 0.0), places)


def _around(words: str, size: float, mark: tuple[float, float], clearance: float) -> Iterator[tuple[Box, bool]]:
    width, height = _extent(words, size)
    for distance in _DISTANCES:
        for right, down in _SIDES:
            # On a diagonal the same distance is split between both directions.
            off = (clearance + distance) / math.hypot(right, down)
            x = mark[0] + right * (off + width / 2)
            y = mark[1] + down * (off + height / 2)
            yield _centred(x, y, width, height), distance > _LEADER_FROM


def _extent(words: str, size: float) -> tuple[float, float]:
    return svg.text_width(words, size) + 4.0, size * 1.25


def _centred(x: float, y: float, width: float, height: float) -> Box:
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
