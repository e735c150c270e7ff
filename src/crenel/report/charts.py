"""What the charts show, as plain data; `drawing` turns it into pictures."""

from dataclasses import dataclass
from typing import Final

from crenel.report import answer, evidence, numbers, words
from crenel.report.answer import Summary
from crenel.report.numbers import Estimate, estimate

MOST_DOTS: Final = 60


@dataclass(frozen=True, slots=True)
class Curve:
    """Leak share against kill probability.

    `points` are (p, share, low, high) with shares in 0–1; `stated` are the kill probabilities of the stated case;
    `published` is None where nobody published one.
    """

    points: tuple[tuple[float, float, float, float], ...]
    n_threats: int
    bracket: tuple[float, float]
    grade: str
    stated: tuple[float, ...]
    published: float | None
    alt: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """One row of the break-even picture."""

    label: str
    p: float | None
    verdict: str


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The kill probabilities that would be needed, against the bracket."""

    rows: tuple[Threshold, ...]
    bracket: tuple[float, float]
    grade: str
    alt: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a bar chart: `share` of the longest possible bar, and an interval where there is one."""

    key: str
    label: str
    shown: str
    interval: str
    share: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Sector:
    """One sector of approach; angles in degrees clockwise from north, `leak` in 0–1."""

    from_deg: float
    to_deg: float
    leak: float
    shown: str


@dataclass(frozen=True, slots=True)
class Ring:
    """Leak share by the side that threats come from."""

    sectors: tuple[Sector, ...]
    alt: str


@dataclass(frozen=True, slots=True)
class Dots:
    """A raid as a row of dots, `through` of `n` filled; too large a raid shows 50 dots for the whole."""

    n: int
    filled: float
    alt: str


def curve(summary: Summary) -> Curve:
    """The leak curve of a summary."""
    pk, n = summary["pk"], summary["threats"]
    points = tuple(
        (p, mean / n, (mean if low is None else low) / n, (mean if high is None else high) / n)
        for p, mean, low, high in pk["curve"]
    )
    first, last = (_bare_percent(point[1]) for point in (points[0], points[-1]))
    return Curve(
        points=points,
        n_threats=n,
        bracket=answer.bracket(summary),
        grade=answer.bracket_grade(summary),
        stated=tuple(sorted({float(entry["value"]) for entry in pk["stated"]})),
        published=pk.get("published"),
        alt=f"Line chart: the share of the raid that gets through falls from {first} if no shot kills to {last} if "
        f"every shot does. {answer.bracket_sentence(summary)}",
    )


def break_even(summary: Summary) -> BreakEven:
    """The break-even picture of a summary."""
    rows = tuple(
        Threshold(
            "None, in half of the raids" if row.key == "none" else f"At most {row.label}",
            row.p,
            f"from p = {numbers.probability(row.p)}" if row.p is not None else "no p is enough",
        )
        for row in answer.break_even(summary)
    )
    low, high = answer.bracket(summary)
    alt = "; ".join(f"{row.label}: {row.verdict}" for row in rows)
    told = f"Kill probability needed, by how much may get through. {alt}. Bracket {numbers.span(low, high)}."
    return BreakEven(rows, (low, high), answer.bracket_grade(summary), told)


def fate_bars(summary: Summary) -> list[Bar]:
    """What became of the threats."""
    leak = estimate(summary["leak_share"])
    return [
        _share_bar(share, leak if share.key == "leaked" else None)
        for share in answer.fates(summary)
        if share.value or share.key == "leaked"
    ]


def cause_bars(summary: Summary) -> list[Bar]:
    """Why threats got through, as shares of all threats; bars against the longest."""
    found = answer.causes(summary)
    longest = max((share.value for share in found), default=1.0)
    return [_share_bar(share, None, longest) for share in found]


def floor_bars(summary: Summary) -> list[Bar]:
    """Why threats get through whatever the missiles do, in threats per raid; bars against the whole floor."""
    found = answer.floor_causes(summary)
    longest = max((share.value for share in found), default=1.0)
    return [
        Bar(share.key, share.label, numbers.count(Estimate(share.value)), "", share.value / longest) for share in found
    ]


def ladder_bars(summary: Summary) -> list[Bar | None]:
    """What gets through on each rung of the ladder, against the whole raid; None where nobody stands on it."""
    n = summary["threats"]
    found: list[Bar | None] = []
    for rung in evidence.rungs(summary):
        if rung.leak is None:
            found.append(None)
            continue
        share = rung.leak.scaled(1.0 / n)
        found.append(
            Bar(rung.key, rung.label, evidence.through(rung, n), "", share.mean, low=share.low, high=share.high)
        )
    return found


def ring(summary: Summary) -> Ring:
    """The sectors of approach of a summary."""
    sectors = tuple(
        Sector(
            float(sector["from_deg"]),
            float(sector["to_deg"]),
            estimate(sector["leak_share"]).mean,
            _bare_percent(estimate(sector["leak_share"]).mean),
        )
        for sector in summary["sectors"]
    )
    told = "; ".join(f"{words.directions(s.from_deg, s.to_deg)}: {s.shown}" for s in sectors)
    return Ring(sectors, f"Compass: share of the threats from each side that gets through. {told}.")


def dots(value: Estimate, n: int) -> Dots:
    """A raid of `n` threats with the mean number that gets through."""
    alt = f"{numbers.count(value)} of {n:,}"
    return Dots(n, value.mean, alt) if n <= MOST_DOTS else Dots(50, value.mean * 50.0 / n, alt)


def _share_bar(share: answer.Share, interval: Estimate | None, longest: float = 1.0) -> Bar:
    value = interval or Estimate(share.value)
    return Bar(
        share.key,
        share.label,
        numbers.percent(value),
        numbers.percent_interval(value),
        share.value / longest,
        None if value.low is None else value.low / longest,
        None if value.high is None else value.high / longest,
    )


def _bare_percent(share: float) -> str:
    """For the words of a picture, whose table gives the interval."""
    return numbers.percent(Estimate(share)) if share else "0 %"
