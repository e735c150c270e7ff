"""Text to SI numbers: "40 km", "100..1500 m", "150..240 deg", "4/3", "30 %", "-10 dBsm".

Number and unit are split here; the units library only ever gets the unit word, since it would read "150..240 deg" as
36 degrees without complaint. Words that it does not know (dBsm, rounds), or knows as something that nobody here means
(nm), are ours; so are the everyday ones, because loading the library takes longer than reading a scenario.
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from crenel.core.records import Span
from crenel.inputs.errors import TextError, quoted
from crenel.inputs.nodes import Node
from crenel.inputs.unit_words import EVERYDAY, MISREAD

Dimension: TypeAlias = Literal[
    "length",
    "height",
    "speed",
    "time",
    "angle",
    "rcs",
    "rate",
    "frequency",
    "fraction",
    "probability",
    "count",
    "number",
    "decibel",
    "money",
    "mass",
]


class QuantityError(TextError):
    """A text that is not the quantity wanted."""

    def __init__(self, what: str, example: str, remedy: str = "") -> None:
        super().__init__(what, example=example, remedy=remedy)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a dimension is called, its SI unit, an example, its limits, and whether a bare number will do."""

    noun: str
    unit: str
    example: str
    low: float
    high: float
    is_bare: bool = False
    is_whole: bool = False


_KINDS: Final[MappingProxyType[str, _Kind]] = MappingProxyType(
    {
        "length": _Kind("a length", "m", "40 km", 0.0, 1e8),
        "height": _Kind("a height", "m", "150 m", -1e4, 1e8),
        "speed": _Kind("a speed", "m/s", "185 km/h", 0.0, 1e5),
        "time": _Kind("a time", "s", "10 min", 0.0, 1e7),
        "angle": _Kind("an angle", "rad", "150 deg", -4.0 * math.pi, 4.0 * math.pi),
        "rcs": _Kind("a radar cross-section", "m2", "0.1 m²", 1e-9, 1e6),
        "rate": _Kind("a rate", "1/s", "4000 rounds/min", 0.0, 1e6),
        "frequency": _Kind("a frequency", "Hz", "9.4 GHz", 1e6, 1e12),
        "fraction": _Kind("a share from 0 to 1", "1", "0.3", 0.0, 1.0, is_bare=True),
        "probability": _Kind("a probability from 0 to 1", "1", "0.7", 0.0, 1.0, is_bare=True),
        "count": _Kind("a whole number", "1", "4", 0.0, 1e9, is_bare=True, is_whole=True),
        "number": _Kind("a number", "1", "4/3", -1e12, 1e12, is_bare=True),
        "decibel": _Kind("a ratio in decibels", "dB", "4 dB", -300.0, 300.0),
        "money": _Kind("a sum of money", "USD", "35000 USD", 0.0, 1e12),
        "mass": _Kind("a mass", "kg", "200 kg", 0.0, 1e8),
    }
)

SI_UNITS: Final[MappingProxyType[str, str]] = MappingProxyType({name: kind.unit for name, kind in _KINDS.items()})
"""The SI unit that `quantity` answers in, by dimension."""

_SIGNATURES: Final = MappingProxyType(
    {
        "m": "length",
        "m/s": "speed",
        "s": "time",
        "rad": "angle",
        "m2": "area",
        "1/s": "rate",
        "Hz": "rate",
        "1": "plain",
        "dB": "dB",
        "USD": "money",
        "kg": "mass",
    }
)

_NOUNS: Final = MappingProxyType(
    {
        "length": "a length",
        "speed": "a speed",
        "time": "a time",
        "angle": "an angle",
        "area": "an area",
        "rate": "a rate",
        "plain": "a plain number",
        "dB": "decibels",
        "mass": "a mass",
        "money": "a sum of money",
        "temperature": "a temperature",
        "other": "something else",
    }
)

_NUMBER: Final = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
_QUANTITY: Final = re.compile(rf"({_NUMBER})(?:\s*/\s*({_NUMBER}))?\s*(\S.*)?", re.ASCII)
_SPAN: Final = re.compile(r"\s*(?:\.\.\.?|…|–|\bto\b)\s*")
_UNIT_WORD: Final = re.compile(r"[A-Za-zµμ°²³/*^ 0-9-]{1,24}")
_LONGEST: Final = 80


@lru_cache(maxsize=4096)
def quantity(text: str, dimension: Dimension) -> float:
    """One number in SI units.

    Parameters
    ----------
    text : str
        A number, or a fraction of two, and a unit: "40 km", "4/3", "30 %". Zero needs no unit.
    dimension : Dimension
        What is wanted. "height" may be negative and "rcs" may come as dBsm; "fraction" and "probability" may come as
        per cent.

    Returns
    -------
    float
        In `SI_UNITS[dimension]`.

    Raises
    ------
    QuantityError
        No number, no unit, a unit of something else, not finite, or outside what the dimension allows.
    """
    kind = _KINDS[dimension]
    number, word = _split(text, kind)
    value = _in_si(number, word, text=text, dimension=dimension)
    return _within_limits(value, text, kind)


@lru_cache(maxsize=1024)
def span(text: str, dimension: Dimension) -> Span:
    """A range such as "100..1500 m" or "800 m..1.5 km"; one value is a range without width.

    Raises
    ------
    QuantityError
        As for `quantity`; also where the range runs backwards.
    """
    kind = _KINDS[dimension]
    first, last = _ends(text, kind)
    low, high = quantity(first, dimension), quantity(last, dimension)
    if low > high:
        raise QuantityError(f"runs backwards ({quoted(text)})", kind.example, "Write the smaller end first.")
    return Span(low, high)


@lru_cache(maxsize=1024)
def bearings(text: str) -> Span:
    """Directions, clockwise from north: "150..240 deg", "330..30 deg", "270 deg" or "all".

    Returns
    -------
    Span
        In rad; low in [0, 2 pi), high in [low, low + 2 pi].
    """
    turn = 2.0 * math.pi
    if text.strip().casefold() == "all":
        return Span(0.0, turn)
    kind = _Kind("directions", "rad", "150..240 deg", -math.pi, turn)
    first, last = _ends(text, kind)
    try:
        low, high = quantity(first, "angle"), quantity(last, "angle")
    except QuantityError:
        raise QuantityError(f"wants directions, not {quoted(text)}", kind.example) from None
    for end in (low, high):
        if not kind.low - 1e-9 <= end <= kind.high + 1e-9:
            raise QuantityError(f"wants directions from 0 to 360 deg, not {quoted(text)}", kind.example)
    width = high - low
    if width < 0.0:
        width += turn
    low %= turn
    return Span(low, low + min(width, turn))


def read_quantity(node: Node, key: str, dimension: Dimension) -> float:
    """The SI number that a node holds; `key` is what the message calls it.

    Raises
    ------
    InputError
        As `quantity`, with the node's file, line and column.
    """
    text = node.text(f"'{key}'")
    try:
        return quantity(text, dimension)
    except QuantityError as error:
        raise error.at(node.mark, key) from None


def as_written(node: Node, key: str, dimension: Dimension) -> tuple[float, str]:
    """Number and unit of a quantity as they stand in the file; the unit of a bare number is "1".

    Raises
    ------
    InputError
        As `read_quantity`.
    """
    read_quantity(node, key, dimension)  # all that can be wrong is said there
    number, word = _split(node.text(), _KINDS[dimension])
    return number, word or "1"


def _ends(text: str, kind: _Kind) -> tuple[str, str]:
    if len(text) > _LONGEST:
        raise QuantityError(f"wants {kind.noun}, not {quoted(text)}", kind.example)
    parts = _SPAN.split(text.strip())
    if len(parts) > 2 or not all(parts):
        raise QuantityError(f"cannot be read as a range ({quoted(text)})", kind.example, 'Write it as "100..1500 m".')
    if len(parts) == 1:
        if re.match(r"\d[\d.]*\s*-\s*\d", text.strip()):
            raise QuantityError(
                f"cannot be read ({quoted(text)})", kind.example, "Write two dots between the two ends."
            )
        return parts[0], parts[0]
    first, last = parts
    # "100..1500 m": the unit at the end holds for both.
    if re.fullmatch(_NUMBER, _plain(first)) and (found := _QUANTITY.fullmatch(_plain(last))) and found[3]:
        first = f"{first} {found[3]}"
    return first, last


def _plain(text: str) -> str:
    return " ".join(text.replace("−", "-").split())


def _split(text: str, kind: _Kind) -> tuple[float, str]:
    shown = quoted(text)
    plain = _plain(text)
    if len(text) > _LONGEST:
        raise QuantityError(f"wants {kind.noun}, not {shown}", kind.example)
    if re.match(r"[+-]?\.?(nan|inf)", plain, re.IGNORECASE):
        raise QuantityError(f"wants {kind.noun}, and {shown} is not a finite number", kind.example)
    found = _QUANTITY.fullmatch(plain)
    if found is None:
        raise QuantityError(f"wants {kind.noun}, not {shown}", kind.example)
    word = (found[3] or "").strip()
    if re.match(r"[,'_\d]|\.\.|\.\d", word):
        raise QuantityError(
            f"wants one number, not {shown}", kind.example, 'Write numbers as "1500" or "1.5": no commas, no spaces.'
        )
    number = float(found[1])
    if found[2] is not None:
        divisor = float(found[2])
        if divisor == 0.0:
            raise QuantityError(f"divides by zero ({shown})", kind.example)
        number /= divisor
    if not math.isfinite(number):
        raise QuantityError(f"wants {kind.noun}, and {shown} is not a finite number", kind.example)
    return number, word


def _in_si(number: float, word: str, *, text: str, dimension: Dimension) -> float:
    kind = _KINDS[dimension]
    if not word:
        if kind.is_bare or (number == 0.0 and dimension != "rcs"):
            return number
        raise QuantityError(f"has no unit ({quoted(text)})", kind.example)
    if dimension == "rcs" and word.casefold() in {"dbsm", "dbm²", "dbm2"}:
        return float(10.0 ** (min(number, 300.0) / 10.0))
    measured, factor = _unit(word, kind)
    wanted = _SIGNATURES[kind.unit]
    if measured != wanted or (word == "%" and dimension not in {"fraction", "probability"}):
        raise QuantityError(f"wants {kind.noun}, not {_NOUNS[measured]} ({quoted(text)})", kind.example)
    # 1/3.6 is not a float: a product would turn 36 km/h into 10.000000000000002 m/s.
    inverse = round(1.0 / factor, 9)
    return number / inverse if factor < 1.0 and inverse * factor == 1.0 else number * factor


def _within_limits(value: float, text: str, kind: _Kind) -> float:
    if not math.isfinite(value) or not kind.low <= value <= kind.high:
        # A negative number where none may be is the commonest slip, and deserves its own words.
        if value < 0.0 <= kind.low:
            raise QuantityError(f"wants {kind.noun}, not a negative one ({quoted(text)})", kind.example)
        within = "" if kind.high <= 1.0 else " within reason"
        raise QuantityError(f"wants {kind.noun}{within}, not {quoted(text)}", kind.example)
    if kind.is_whole and value != math.floor(value):
        raise QuantityError(f"wants {kind.noun}, not {quoted(text)}", kind.example)
    return value


def _unit(word: str, kind: _Kind) -> tuple[str, float]:
    """What a unit word measures, and its factor to SI."""
    if (known := EVERYDAY.get(word)) is not None:
        return known
    if word in MISREAD:
        raise QuantityError(f"has the unit {quoted(word)}", kind.example, MISREAD[word])
    if not _UNIT_WORD.fullmatch(word):
        raise QuantityError(f"has an unknown unit ({quoted(word)})", kind.example)
    return _looked_up(word, kind)


@lru_cache(maxsize=256)
def _looked_up(word: str, kind: _Kind) -> tuple[str, float]:
    registry = _registry()
    try:
        one = registry.Quantity(1.0, registry.parse_units(word)).to_base_units()
    except Exception:
        # The library fails in many ways on words that are no units (even by a zero division): all mean the same here.
        raise QuantityError(f"has an unknown unit ({quoted(word)})", kind.example) from None
    powers = {name.strip("[]"): float(power) for name, power in one.dimensionality.items()}
    factor = float(one.magnitude)
    if not powers:
        return ("angle" if "radian" in str(one.units) else "plain"), factor
    return _measured(powers), factor


def _measured(powers: dict[str, float]) -> str:
    if powers == {"length": 1.0, "time": -1.0}:
        return "speed"
    if len(powers) == 1:
        (name, power), *_ = powers.items()
        named = {("length", 1.0): "length", ("length", 2.0): "area", ("time", 1.0): "time", ("time", -1.0): "rate"}
        named |= {("mass", 1.0): "mass", ("temperature", 1.0): "temperature"}
        return named.get((name, power), "other")
    return "other"


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint  # only for the rarer words: importing it takes longer than reading a scenario

    return pint.UnitRegistry()
