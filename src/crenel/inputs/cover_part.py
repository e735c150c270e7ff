"""What may be written under `cover`. These descriptions are its manual."""

from math import pi
from typing import Annotated, TypeAlias

from pydantic import Field, PlainValidator, WithJsonSchema

from crenel.core.records import Span
from crenel.inputs.errors import TextError, quoted
from crenel.inputs.fields import Distances, Duration, Heights, Name, Reach
from crenel.inputs.parts import Part
from crenel.inputs.quantities import quantity, span

_SECTOR_EXAMPLE = "30 deg"


def _sector(written: object) -> float:
    if not isinstance(written, str):
        raise TextError("wants one angle", example=_SECTOR_EXAMPLE)
    width_rad = quantity(written, "angle")
    if not pi / 12.0 - 1e-9 <= width_rad <= 2.0 * pi + 1e-9:
        raise TextError(f"wants an angle from 15 to 360 deg, not {quoted(written)}", example=_SECTOR_EXAMPLE)
    return width_rad


def _times(written: object) -> Span:
    if not isinstance(written, str):
        raise TextError("wants a time or a range of times", example="10..30 s")
    found = span(written, "time")
    if found.high > 86_400.0:
        raise TextError(f"wants times up to a day, not {quoted(written)}", example="10..30 s")
    return found


Sector: TypeAlias = Annotated[
    float, PlainValidator(_sector), WithJsonSchema({"type": "string", "examples": [_SECTOR_EXAMPLE]})
]
Durations: TypeAlias = Annotated[
    Span, PlainValidator(_times), WithJsonSchema({"type": "string", "examples": ["10..30 s", "20 s"]})
]


class AlarmPart(Part):
    """What an alarm takes before anyone can act on it."""

    decide: Durations
    """From the firm track to the decision to raise the alarm: a time, or a range of them."""
    act: Duration = 0.0
    """From the alarm until everyone has done what it asks for."""


class RequirementPart(Part):
    """What the warning must be, so that each side passes or fails."""

    warning: Duration
    """Time from the firm track to the arrival, on the worst direction of a side, for nine threats of ten."""
    heights: Heights | None = None
    """Heights above ground at which it is required; both ends are worked out. Left out: at every height."""


class CoverPart(Part):
    """What `crenel cover` is asked."""

    heights: Annotated[list[Reach], Field(min_length=1, max_length=20)] | None = None
    """Heights above ground, as a list; left out, 60 m."""
    threats: Annotated[list[Name], Field(min_length=1, max_length=10)] | None = None
    """Keys of threats in the raid or the catalogue that fly level; left out, the raid's first one that does."""
    cell: Reach | None = None
    """Side of a cell; left out, the terrain's own, or on flat ground a 400th of the place."""
    sectors: Sector = pi / 6.0
    """Width of the sides that a warning time is stated for, 15 deg at least; left out, 30 deg."""
    starts: Distances | None = None
    """How far from the asset a threat begins. Left out, as in the raid."""
    alarm: AlarmPart | None = None
    """What an alarm takes: the answer then says what time is left for people."""
    requirement: RequirementPart | None = None
    """What the warning must be."""
