"""What may be written of the weather. These descriptions are its manual."""

from collections.abc import Callable
from typing import Annotated, Final, TypeAlias

from pydantic import PlainValidator, WithJsonSchema, model_validator

from crenel.core.records import Bracket, Span, Weather
from crenel.inputs.doubt_part import AS_STATED
from crenel.inputs.errors import TextError, quoted
from crenel.inputs.parts import Part
from crenel.inputs.quantities import SI_UNITS, Dimension, span

_MM_AN_HOUR: Final = 1e-3 / 3600.0
_RAIN_TOP: Final = Bracket(
    value=3000.0,
    low=1500.0,
    high=5000.0,
    figure="weather.rain_top",
    unit="m",
    grade="assumption",
    note="how high above the ground it is rain and not ice, which weakens hardly at all: not stated; from 1.5 km in a "
    "cold season to 5 km in the tropics",
)


def _span_of(dimension: Dimension, *, low: float, high: float, limits: str, example: str) -> Callable[[object], Span]:
    def read(written: object) -> Span:
        if not isinstance(written, str):
            raise TextError("wants a value or a range", example=example)
        found = span(written, dimension)
        if not low <= found.low <= found.high <= high:
            raise TextError(f"wants {limits}, not {quoted(written)}", example=example)
        return found

    return read


_RAIN = _span_of(
    "speed", low=0.0, high=300.0 * _MM_AN_HOUR * (1.0 + 1e-9), limits="rates from 0 to 300 mm/h", example="5 mm/h"
)
_SEEING = _span_of("length", low=10.0, high=1e6, limits="distances from 10 m to 1000 km", example="4 km")
_TOP = _span_of("length", low=100.0, high=10_000.0, limits="heights from 100 m to 10 km", example="2..4 km")


def _text(reader: Callable[[object], Span], *examples: str) -> tuple[PlainValidator, WithJsonSchema]:
    return PlainValidator(reader), WithJsonSchema({"type": "string", "examples": list(examples)})


Rain: TypeAlias = Annotated[Span, *_text(_RAIN, "5 mm/h", "2..10 mm/h")]
Visibility: TypeAlias = Annotated[Span, *_text(_SEEING, "4 km", "2..6 km")]
RainTop: TypeAlias = Annotated[Span, *_text(_TOP, "3 km", "2..4 km")]


class WeatherPart(Part):
    """What weakens sensors, over the whole place and all the time."""

    rain: Rain | None = None
    """Rate of rain: light 2, moderate 5, heavy 25 mm/h. It weakens radar waves, short ones most; it tells nothing about
    optics, whose visibility is stated by itself. A range is doubt."""
    rain_top: RainTop | None = None
    """How high above the ground it is rain; left out, 3 km (1.5 to 5 km), an assumption."""
    visibility: Visibility | None = None
    """Optics find and follow nothing beyond this distance."""

    @model_validator(mode="after")
    def _says_something(self) -> "WeatherPart":
        if self.rain is None and self.visibility is None:
            raise TextError("says neither rain nor visibility", example="{rain: 5 mm/h}")
        return self

    def record(self) -> Weather[Bracket]:
        """The weather as figures, each an assumption of whoever wrote the scenario."""
        return Weather(
            rain_mps=_stated(self.rain, "rain", "speed"),
            rain_top_m=None
            if self.rain is None or self.rain.high == 0.0
            else _stated(self.rain_top, "rain_top", "length") or _RAIN_TOP,
            visibility_m=_stated(self.visibility, "visibility", "length"),
        )


def read_weather(written: object) -> object:
    """The word `clear`, or keys."""
    if isinstance(written, str) and written.strip().casefold() == "clear":
        return None
    return written


def _stated(found: Span | None, key: str, dimension: Dimension) -> Bracket | None:
    if found is None:
        return None
    return Bracket(
        value=0.5 * (found.low + found.high),
        low=found.low,
        high=found.high,
        figure=f"weather.{key}",
        unit=SI_UNITS[dimension],
        grade="assumption",
        note=AS_STATED,
    )
