"""Field types of the file format: how one piece of text becomes one value, and how JSON Schema describes it."""

import math
import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeAlias

from pydantic import PlainValidator, WithJsonSchema

from crenel.core.records import GeoPoint, Span
from crenel.inputs.coordinates import position
from crenel.inputs.errors import TextError, quoted
from crenel.inputs.quantities import Dimension, bearings, quantity, span

MAX_THREATS: Final = 10_000

_LONGEST_NAME: Final = 80
_LONGEST_NOTE: Final = 10_000
_LONGEST_PATH: Final = 4_000
_LARGEST_SEED: Final = 2**63 - 1


def _text_of(written: object, wanted: str, example: str) -> str:
    if isinstance(written, str):
        return written
    kind = "a list" if isinstance(written, list) else "a group of keys"
    raise TextError(f"wants {wanted}, not {kind}", example=example)


def _measure(dimension: Dimension, *, low: float, high: float, limits: str, example: str) -> Callable[[object], float]:
    """A reader of one quantity within limits; `limits` says them in words."""

    def read(written: object) -> float:
        text = _text_of(written, "one value", example)
        value = quantity(text, dimension)
        if not low <= value <= high:
            raise TextError(f"wants {limits}, not {quoted(text)}", example=example)
        return value

    return read


def _range(*, low: float, high: float, limits: str, example: str) -> Callable[[object], Span]:
    def read(written: object) -> Span:
        text = _text_of(written, "a value or a range", example)
        found = span(text, "length")
        if not low <= found.low <= found.high <= high:
            raise TextError(f"wants {limits}, not {quoted(text)}", example=example)
        return found

    return read


def _whole(low: int, high: int, example: str) -> Callable[[object], int]:
    def read(written: object) -> int:
        text = _text_of(written, "a whole number", example)
        limits = f"wants a whole number from {low:,} to {high:,}, not {quoted(text)}"
        # Digits alone: a float would round a large seed.
        if not re.fullmatch(r"[+-]?\d{1,19}", text.strip(), re.ASCII) or not low <= (value := int(text)) <= high:
            raise TextError(limits, example=example)
        return value

    return read


def _version(written: object) -> int:
    text = _text_of(written, "a version", "1").strip()
    if text != "1":
        raise TextError(f"wants the version of the scenario format, 1, not {quoted(text)}", example="1")
    return 1


def _name(written: object) -> str:
    text = _text_of(written, "a name", "City centre").strip()
    if not text or len(text) > _LONGEST_NAME or not text.isprintable():
        raise TextError(f"wants a name of 1 to {_LONGEST_NAME} characters in one line", example="City centre")
    return text


def _title(written: object) -> str:
    text = " ".join(_text_of(written, "one line of text", "Rooftop systems, January 2023").split())
    if not text or len(text) > 2 * _LONGEST_NAME or not text.isprintable():
        raise TextError(f"wants a line of 1 to {2 * _LONGEST_NAME} characters", example="Rooftop systems, January 2023")
    return text


def _note(written: object) -> str:
    text = _text_of(written, "text", "what a reader should know").strip()
    if len(text) > _LONGEST_NOTE:
        raise TextError(f"is longer than {_LONGEST_NOTE:,} characters", remedy="Shorten it, and cite the rest.")
    return text


def _day(written: object) -> str:
    text = _text_of(written, "a date", "2023-01-20").strip()
    found = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text, re.ASCII)
    try:
        if found is None:
            raise ValueError
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        what = f"wants a date as year-month-day (or year-month, or a year), not {quoted(text)}"
        raise TextError(what, example="2023-01-20") from None
    return text


def _files(written: object) -> tuple[str, ...]:
    """One path, or a list of them."""
    items = written if isinstance(written, list) else [written]
    if not items:
        raise TextError("is an empty list", example="heights.tif")
    return tuple(_path(item) for item in items)


def _path(written: object) -> str:
    text = _text_of(written, "the path of a file", "heights.tif").strip()
    if not text or len(text) > _LONGEST_PATH or not text.isprintable():
        raise TextError("wants the path of a file, in one line", example="heights.tif")
    return text


def _building(written: object) -> str:
    """A name; empty for whichever building is there."""
    text = _text_of(written, "the name of a building", "Ministry of Defence").strip()
    return _title(text) if text else ""


def _directions(written: object) -> Span:
    return bearings(_text_of(written, "directions", "150..240 deg"))


class FlightHeights(NamedTuple):
    """Heights, and what they are counted from."""

    span: Span
    above: Literal["ground", "sea"] = "ground"


def _flight_heights(written: object) -> FlightHeights:
    text = _text_of(written, "a value or a range", "100..1500 m")
    found = re.fullmatch(r"(.*?)\s+above\s+(?:the\s+)?(\w+)(?:\s+level)?\s*", text, re.DOTALL)
    if found is None:
        return FlightHeights(_HEIGHTS(text))
    above = found[2].casefold()
    if above == "sea":
        return FlightHeights(_HEIGHTS(found[1]), "sea")
    if above == "ground":
        return FlightHeights(_HEIGHTS(found[1]))
    raise TextError(f"counts from the ground or the sea, not from {quoted(found[2])}", example="300 m above sea")


def _yes_or_no(written: object) -> bool:
    text = _text_of(written, "true or false", "true").strip().casefold()
    if text not in {"true", "yes", "false", "no"}:
        raise TextError(f"wants true or false, not {quoted(text)}", example="true")
    return text in {"true", "yes"}


def _facing(written: object) -> float | Literal["all"]:
    """A direction, or the word `all`."""
    text = _text_of(written, "a direction", "45 deg")
    if text.strip().casefold() == "all":
        return "all"
    try:
        found = bearings(text)
    except TextError:
        found = Span(0.0, 1.0)
    if found.high > found.low:
        raise TextError(f"wants one direction with its unit, or all, not {quoted(text)}", example="45 deg")
    return found.low


def _schema(*types: str, examples: list[Any]) -> WithJsonSchema:
    return WithJsonSchema({"type": list(types) if len(types) > 1 else types[0], "examples": examples})


def _text(reader: Callable[[object], Any], *examples: str) -> tuple[PlainValidator, WithJsonSchema]:
    return PlainValidator(reader), _schema("string", examples=list(examples))


def _number(reader: Callable[[object], Any], *examples: int | float | str) -> tuple[PlainValidator, WithJsonSchema]:
    return PlainValidator(reader), _schema("number", "string", examples=list(examples))


_POINT_SCHEMA: Final = {
    "examples": [["55.740 N", "37.600 E"], "55.740, 37.600", "55°43'44\"N 37°35'24\"E"],
    "anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 2, "maxItems": 2},
    ],
}

Name: TypeAlias = Annotated[str, PlainValidator(_name), WithJsonSchema({"type": ["string", "number"]})]
Title: TypeAlias = Annotated[str, *_text(_title, "Rooftop systems in Moscow, January 2023")]
Note: TypeAlias = Annotated[str, *_text(_note, "made up, on a real ridge")]
Day: TypeAlias = Annotated[str, PlainValidator(_day), _schema("string", "integer", examples=["2023-01-20"])]
Point: TypeAlias = Annotated[GeoPoint, PlainValidator(position), WithJsonSchema(_POINT_SCHEMA)]
Building: TypeAlias = Annotated[str, *_text(_building, "Ministry of Defence")]
_FILES_SCHEMA: Final = {
    "examples": ["heights.tif", ["west.tif", "east.tif"]],
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
}
Files: TypeAlias = Annotated[tuple[str, ...], PlainValidator(_files), WithJsonSchema(_FILES_SCHEMA)]

Directions: TypeAlias = Annotated[Span, *_text(_directions, "150..240 deg", "330..30 deg", "270 deg", "all")]
_STARTS = _range(low=100.0, high=1e7, limits="distances from 100 m to 10,000 km", example="60 km")
Distances: TypeAlias = Annotated[Span, *_text(_STARTS, "60 km", "40..60 km")]
_HEIGHTS = _range(low=1.0, high=1e5, limits="heights from 1 m to 100 km", example="100..1500 m")
Heights: TypeAlias = Annotated[Span, *_text(_HEIGHTS, "100..1500 m", "60 m")]
Flight: TypeAlias = Annotated[FlightHeights, *_text(_flight_heights, "100..1500 m", "60 m", "300 m above sea")]

Facing: TypeAlias = Annotated[float | Literal["all"], *_text(_facing, "45 deg", "all")]

_BUILDINGS = _range(low=1.0, high=1000.0, limits="heights from 1 m to 1000 m", example="6..15 m")
BuildingHeights: TypeAlias = Annotated[Span, *_text(_BUILDINGS, "6..15 m")]
_FLOORS = _range(low=1.5, high=10.0, limits="heights from 1.5 m to 10 m", example="3..3.5 m")
FloorHeights: TypeAlias = Annotated[Span, *_text(_FLOORS, "3..3.5 m")]


def _length(low: float, high: float, limits: str, example: str) -> tuple[PlainValidator, WithJsonSchema]:
    return _text(_measure("length", low=low, high=high, limits=limits, example=example), example)


Extent: TypeAlias = Annotated[float, *_length(100.0, 1e6, "a length from 100 m to 1000 km", "40 km")]
AssetRadius: TypeAlias = Annotated[float, *_length(1.0, 1e5, "a length from 1 m to 100 km", "1 km")]
Distance: TypeAlias = Annotated[float, *_length(0.0, 1e7, "a length", "300 m")]
Reach: TypeAlias = Annotated[float, *_length(1.0, 1e7, "a length from 1 m to 10,000 km", "12 km")]
CellSide: TypeAlias = Annotated[float, *_length(0.1, 1000.0, "a length from 0.1 to 1000 m", "10 m")]
Mounting: TypeAlias = Annotated[float, *_length(0.0, 1000.0, "a height from 0 to 1000 m", "40 m")]

ground_height: Final = _measure(
    "height", low=-500.0, high=9000.0, limits="a height from -500 m to 9000 m", example="150 m"
)
GroundHeight: TypeAlias = Annotated[float, *_text(ground_height, "150 m")]
_TIME = _measure("time", low=0.0, high=864_000.0, limits="a time up to ten days", example="10 min")
Duration: TypeAlias = Annotated[float, *_text(_TIME, "10 min", "8 s")]
_SPEED = _measure("speed", low=1.0, high=10_000.0, limits="a speed from 1 m/s to 10 km/s", example="185 km/h")
Speed: TypeAlias = Annotated[float, *_text(_SPEED, "185 km/h")]
_RCS = _measure("rcs", low=1e-6, high=1e5, limits="an area above zero", example="0.1 m²")
CrossSection: TypeAlias = Annotated[float, *_text(_RCS, "0.1 m²", "-10 dBsm")]

_FREQUENCY = _measure("frequency", low=3e7, high=1.2e11, limits="a frequency from 30 MHz to 120 GHz", example="9.4 GHz")
Frequency: TypeAlias = Annotated[float, *_text(_FREQUENCY, "9.4 GHz", "900 MHz")]
_WIDTH = _measure("angle", low=math.pi / 180.0, high=2.0 * math.pi + 1e-9, limits="an angle from 1 to 360 deg",
                  example="90 deg")  # fmt: skip
Width: TypeAlias = Annotated[float, *_text(_WIDTH, "90 deg")]
_ELEVATION = _measure("angle", low=-math.pi / 2.0, high=math.pi / 2.0, limits="an angle from -90 to 90 deg",
                      example="60 deg")  # fmt: skip
Elevation: TypeAlias = Annotated[float, *_text(_ELEVATION, "60 deg")]
_RADIAL = _measure("speed", low=0.0, high=500.0, limits="a speed up to 500 m/s", example="10 m/s")
RadialSpeed: TypeAlias = Annotated[float, *_text(_RADIAL, "10 m/s")]

_SHARE = _measure("probability", low=0.0, high=1.0, limits="a probability from 0 to 1", example="0.7")
Probability: TypeAlias = Annotated[float, *_number(_SHARE, 0.7, "70 %")]
_CORRELATION = _measure("fraction", low=0.0, high=0.9, limits="a correlation from 0 to 0.9", example="0.05")
Correlation: TypeAlias = Annotated[float, *_number(_CORRELATION, 0.05)]
_EARTH = _measure("number", low=0.5, high=10.0, limits="a number from 0.5 to 10", example="4/3")
EarthFactor: TypeAlias = Annotated[float, *_number(_EARTH, "4/3")]
_VALUE = _measure("number", low=0.0, high=1e9, limits="a number from 0 to 10^9", example="1")
Value: TypeAlias = Annotated[float, *_number(_VALUE, 1)]

Version: TypeAlias = Annotated[int, *_number(_version, 1)]
Threats: TypeAlias = Annotated[int, *_number(_whole(1, MAX_THREATS, "12"), 12)]
Waves: TypeAlias = Annotated[int, *_number(_whole(1, 1000, "4"), 4)]
Sectors: TypeAlias = Annotated[int, *_number(_whole(1, 36, "4"), 4)]
YesNo: TypeAlias = Annotated[bool, PlainValidator(_yes_or_no), WithJsonSchema({"enum": [True, False, "yes", "no"]})]
Count: TypeAlias = Annotated[int, *_number(_whole(0, 10_000, "12"), 12)]
GunRounds: TypeAlias = Annotated[int, *_number(_whole(0, 1_000_000, "1400"), 1400)]
AtLeastOne: TypeAlias = Annotated[int, *_number(_whole(1, 1000, "4"), 4)]
Floors: TypeAlias = Annotated[int, *_number(_whole(0, 250, "9"), 9)]
Seed: TypeAlias = Annotated[int, *_number(_whole(0, _LARGEST_SEED, "1"), 1)]
