"""What the records are made of: published figures, spans, positions, and the words that they use."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]

Grade: TypeAlias = Literal["measured", "manufacturer", "press", "secondary", "estimate", "assumption"]
EvidenceStatus: TypeAlias = Literal["official", "verified", "pictured", "reported", "claimed", "assumed"]
ThreatClass: TypeAlias = Literal["drone", "small_drone", "cruise", "ballistic", "aircraft"]
SensorKind: TypeAlias = Literal["optics", "radio", "acoustic"]

GRADES: Final = ("measured", "manufacturer", "press", "secondary", "estimate", "assumption")
"""Best first. The scenario's own words carry no grade: they are what the question is about."""

EVIDENCE: Final = ("official", "verified", "pictured", "reported", "claimed", "assumed")
"""The evidence ladder, firmest first."""

CLASSES: Final = ("drone", "small_drone", "cruise", "ballistic", "aircraft")

FATES: Final = ("missile", "gun", "soft_kill", "own_failure", "leaked")
"""What became of a threat; outcome tables store the index."""

CAUSES: Final = ("missed", "unseen", "undetected", "out_of_reach", "too_late", "saturated", "held", "no_rounds")
"""Why a leaker leaked; outcome tables store the index, and -1 for a threat that did not leak."""

CAME_DOWN: Final = ("inside", "within_1km", "within_5km", "farther", "unknown")
"""How far from the nearest asset a threat that did not leak came down; tables store the index, and -1 for a leak."""


@dataclass(frozen=True, slots=True)
class Bracket:
    """One figure: what it is taken to be, how far it may be off, and who says so.

    `figure` names it across the whole study ("pantsir-s1.missile.range_max"): units of one type share it, and a doubt
    about it. `unit` is the SI unit of the three numbers. An assumption's `note` gives its reason.
    """

    value: float
    low: float
    high: float
    figure: str
    unit: str
    grade: Grade
    sources: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_doubtful(self) -> bool:
        """Whether the figure has any width."""
        return self.high > self.low


F = TypeVar("F", Bracket, float)
"""What a number is: a `Bracket` in a scenario, a plain float in a resolved case."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was read."""

    key: str
    title: str
    publisher: str = ""
    date: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class GeoPoint:
    """A position on WGS 84."""

    lat_rad: float
    lon_rad: float


@dataclass(frozen=True, slots=True)
class Span:
    """A range that the user stated. Each pass draws its own value, evenly; low = high is a fixed value."""

    low: float
    high: float
