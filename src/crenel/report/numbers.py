"""How numbers are printed: rounded by what is known about them, never without their interval, never a bare zero."""

import math
from dataclasses import dataclass
from typing import Any, Final

_MOST_DECIMALS: Final = 5
_NOTHING: Final = 1e-12
_DASH: Final = "–"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and its 95 % interval by chance; `low` and `high` are None where a summary gives no interval."""

    mean: float
    low: float | None = None
    high: float | None = None

    def scaled(self, factor: float) -> "Estimate":
        """The same estimate in another unit."""
        return Estimate(
            self.mean * factor,
            None if self.low is None else self.low * factor,
            None if self.high is None else self.high * factor,
        )


def estimate(value: Any) -> Estimate:
    """An estimate from a summary: a bare number, or ``{mean, dice: [low, high]}`` in which either end may be null."""
    if not isinstance(value, dict):
        return Estimate(float(value))
    low, high = value.get("dice") or (None, None)
    return Estimate(float(value["mean"]), _number(low), _number(high))


def count(value: Estimate) -> str:
    """Threats per raid, without interval: "2.1"; zero events give "below 0.002"."""
    return _printed(value, most=2)


def count_interval(value: Estimate) -> str:
    """The interval of `count`, "2.0–2.3", or an empty text where there is none or "below x" already says it."""
    return _interval(value, most=2)


def count_of(value: Estimate, n: int) -> str:
    """Threats per raid out of all: "2.1 of 16 (2.0–2.3)"; zero events give "fewer than 0.002 of 16"."""
    return with_interval(f"{count(value).replace('below', 'fewer than')} of {n:,}", count_interval(value))


def rough(mean: float) -> str:
    """Threats per raid without interval, for a curve's points: one decimal, "<0.1" for less, whole from 1,000."""
    if 0.0 <= mean < 0.05:
        return "<0.1"
    return f"{mean:,.1f}" if mean < 999.5 else whole(mean)


def percent(value: Estimate) -> str:
    """A share in 0–1 as "13 %"; none seen gives "below 0.05 %", all gives "above 99.9 %"."""
    hundred = value.scaled(100.0)
    if value.mean >= 1.0:
        return "100 %" if hundred.low is None or hundred.low >= 100.0 else f"above {_down(hundred.low)} %"
    if value.mean == 0.0 and (value.high or 0.0) < _NOTHING:
        return "none seen"
    return f"{_printed(hundred, most=1, plain=0 if hundred.mean >= 10.0 else 1)} %"


def percent_interval(value: Estimate) -> str:
    """The interval of `percent`, "12–14 %"."""
    if value.mean >= 1.0:
        return ""
    text = _interval(value.scaled(100.0), most=1)
    return f"{text} %" if text else ""


def with_interval(text: str, interval: str) -> str:
    """ "2.1 (2.0–2.3)"."""
    return f"{text} ({interval})" if interval else text


def probability(p: float) -> str:
    """A probability that somebody stated: "0.65", "0.5", "1"."""
    return f"{p:.2f}".rstrip("0").rstrip(".")


def span(low: float, high: float) -> str:
    """A stated range of probabilities: "0.3–0.8"."""
    return probability(low) if low == high else f"{probability(low)}{_DASH}{probability(high)}"


def whole(n: float) -> str:
    """A whole number with thousands separated: "6,400"."""
    return f"{n:,.0f}"


def significant(value: float, digits: int = 3) -> str:
    """At most `digits` significant digits, no exponent, no trailing zeros: "36", "0.05", "1,300"."""
    if value == 0.0 or not math.isfinite(value):
        return "0" if value == 0.0 else str(value)
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(decimals, 9)}f}".replace("-", "−")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _printed(value: Estimate, *, most: int, plain: int = 1) -> str:
    if value.mean == 0.0:
        return "none seen" if (value.high or 0.0) < _NOTHING else f"below {_up(value.high or 0.0)}"
    return f"{value.mean:,.{_decimals(value, most, plain)}f}"


def _interval(value: Estimate, *, most: int) -> str:
    if value.mean == 0.0 or value.low is None or value.high is None:
        return ""
    decimals = _decimals(value, most, most)
    return f"{value.low:,.{decimals}f}{_DASH}{value.high:,.{decimals}f}"


def _decimals(value: Estimate, most: int, plain: int) -> int:
    """As many as the interval's width deserves, `plain` without one, and enough to show a digit that is not zero."""
    width = value.high - value.low if value.low is not None and value.high is not None else 0.0
    wanted = math.ceil(-math.log10(width)) if width > 0.0 else plain
    first = -math.floor(math.log10(abs(value.mean))) if 0.0 < abs(value.mean) < 1.0 else 0
    return min(max(min(max(wanted, 0), most), first), _MOST_DECIMALS)


def _up(bound: float) -> str:
    """An upper bound to one significant digit, never rounded down."""
    power = math.floor(math.log10(bound))
    # A bound such as 0.3 is 2.9999999999999996 units of its power: without the slack it would read 0.4 or 0.3 by luck.
    digit = math.ceil(bound / 10.0**power - 1e-9)
    return significant(digit * 10.0**power, 1 if digit < 10 else 2)


def _down(percent_bound: float) -> str:
    """A lower bound just under 100, never rounded up."""
    decimals = min(max(0, math.ceil(-math.log10(100.0 - percent_bound))), _MOST_DECIMALS)
    return f"{math.floor(percent_bound * 10**decimals) / 10**decimals:.{decimals}f}"


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
