"""Numbers that nobody published, as a scenario states them: one value, a range, or value, low and high."""

from collections.abc import Callable
from typing import Annotated, ClassVar, Final, Self, TypeAlias

from pydantic import BeforeValidator, model_validator

from crenel.core.records import Bracket
from crenel.inputs.errors import TextError, quoted
from crenel.inputs.fields import Correlation, Duration, Probability
from crenel.inputs.parts import Part
from crenel.inputs.quantities import SI_UNITS, Dimension, span

AS_STATED: Final = "as the scenario states it"
"""The reason of a number that only the scenario gives."""


class _Doubtful(Part):
    """A value within its bracket."""

    dimension: ClassVar[Dimension]
    shown: ClassVar[str]

    value: float
    low: float
    high: float

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        if not self.low <= self.value <= self.high:
            shown = f"low {self.low:g}, value {self.value:g}, high {self.high:g}"
            raise TextError(f"has its value outside its bracket ({shown})", example=self.shown)
        return self

    def bracket(self, figure: str, note: str = AS_STATED) -> Bracket:
        """As the figure of that name, an assumption of whoever wrote the scenario."""
        unit = SI_UNITS[self.dimension]
        return Bracket(self.value, self.low, self.high, figure=figure, unit=unit, grade="assumption", note=note)


class ChancePart(_Doubtful):
    """A probability: what it is taken to be, and how far it may be off."""

    dimension = "probability"
    shown = "{low: 0.6, value: 0.8, high: 0.9}"

    value: Probability
    """What it is taken to be."""
    low: Probability
    """The least that it may be."""
    high: Probability
    """The most that it may be."""


class DelayPart(_Doubtful):
    """A time: what it is taken to be, and how far it may be off."""

    dimension = "time"
    shown = "{low: 2 s, value: 3 s, high: 5 s}"

    value: Duration
    """What it is taken to be."""
    low: Duration
    """The least that it may be."""
    high: Duration
    """The most that it may be."""


class CorrelationPart(_Doubtful):
    """A correlation: what it is taken to be, and how far it may be off."""

    dimension = "fraction"
    shown = "{low: 0, value: 0.05, high: 0.2}"

    value: Correlation
    """What it is taken to be."""
    low: Correlation
    """The least that it may be."""
    high: Correlation
    """The most that it may be."""


def _short(part: type[_Doubtful], *, most: float, limits: str, example: str) -> Callable[[object], object]:
    """A reader of the short form: one value, or a range whose middle is the value."""

    def read(written: object) -> object:
        if not isinstance(written, str):
            return written
        found = span(written, part.dimension)
        if found.high > most:
            raise TextError(f"wants {limits}, not {quoted(written)}", example=example)
        return part.model_construct(value=(found.low + found.high) / 2.0, low=found.low, high=found.high)

    return read


_CHANCE: Final = _short(ChancePart, most=1.0, limits="a probability from 0 to 1", example="0.6..0.9")
_DELAY: Final = _short(DelayPart, most=3600.0, limits="a time up to an hour", example="2..5 s")
_CORRELATION: Final = _short(CorrelationPart, most=0.9, limits="a correlation from 0 to 0.9", example="0..0.2")

Chance: TypeAlias = Annotated[ChancePart | None, BeforeValidator(_CHANCE)]
Delay: TypeAlias = Annotated[DelayPart | None, BeforeValidator(_DELAY)]
Correlated: TypeAlias = Annotated[CorrelationPart | None, BeforeValidator(_CORRELATION)]
