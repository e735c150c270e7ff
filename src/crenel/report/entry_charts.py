"""What the pictures of an entry show, as plain data; `entry_drawing` draws it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from crenel.report import entry_words, words
from crenel.report.entry_rows import Record

LEAST_RCS_M2: Final = 1e-3
MOST_RCS_M2: Final = 1e2


@dataclass(frozen=True, slots=True)
class Claim:
    """One published range against a target: value and bracket in metres, and what is said of it."""

    rcs_m2: float
    low_m: float
    value_m: float
    high_m: float
    label: str
    told: str
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Detection:
    """Range of detection against radar cross-section.

    `points` are (rcs_m2, low_m, value_m, high_m); `claims` what was published; `targets` names and cross-sections of
    well-known threats; `cap` tells beyond which range the radar shows nothing.
    """

    points: tuple[tuple[float, float, float, float], ...]
    claims: tuple[Claim, ...]
    targets: tuple[tuple[str, float], ...]
    cap: str
    chance: str
    n_without_target: int
    alt: str


@dataclass(frozen=True, slots=True)
class Box:
    """The envelope of one weapon in metres: (least of the bracket, central value, greatest) for each of its limits."""

    weapon: str
    label: str
    range_min_m: tuple[float, float, float]
    range_max_m: tuple[float, float, float]
    height_min_m: tuple[float, float, float]
    height_max_m: tuple[float, float, float]
    told: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """The envelopes of an entry's weapons, the widest first."""

    boxes: tuple[Box, ...]
    alt: str


@dataclass(frozen=True, slots=True)
class Interval:
    """One line of a picture of brackets: from `low` to `high`, with marks at some values of some kind.

    Kinds of marks: "known", "assumed", "step", "end".
    """

    group: str
    label: str
    shown: str
    low: float
    high: float
    marks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Intervals:
    """Brackets over one axis. `ticks` are (value, label); a logarithmic axis never begins at 0."""

    rows: tuple[Interval, ...]
    axis: tuple[float, float]
    is_log: bool
    ticks: tuple[tuple[float, str], ...]
    title: str
    alt: str


def detection(record: Record, curve: Mapping[str, Any] | None, numbered: Mapping[str, int]) -> Detection | None:
    """Range of detection against the size of the target; None for an entry whose radar has no published range.

    Parameters
    ----------
    record : mapping
        What `Entry.record()` gives.
    curve : mapping or None
        `rcs_m2`, `low_m`, `value_m`, `high_m`: the range of the radar, worked out by the model; `targets`: rows of
        `name` and `rcs_m2`.
    numbered : mapping of source key to its number
    """
    if curve is None:
        return None
    points = tuple(zip(curve["rcs_m2"], curve["low_m"], curve["value_m"], curve["high_m"], strict=True))
    claims = tuple(_claims(record, numbered))
    own = [figure for figure in record["figures"] if _is_search_range(figure)]
    targets = tuple(
        (entry_words.short(target["name"]), target["rcs_m2"])
        for target in sorted(curve["targets"], key=lambda row: row["rcs_m2"])
        if LEAST_RCS_M2 <= target["rcs_m2"] <= MOST_RCS_M2
    )
    told = [_said(point) for point in points if any(math.isclose(point[0], at) for at in (0.01, 0.1, 1.0, 10.0))]
    return Detection(
        points,
        claims,
        targets,
        cap=_figure(record, "radar.instrumented_range"),
        chance=_figure(record, "radar.pd_at_ref"),
        n_without_target=sum(figure["at_rcs_m2"] is None for figure in own),
        alt=f"Line chart: range of detection against radar cross-section. {'; '.join(told)}. "
        f"Published: {words.listed([claim.label for claim in claims]) if claims else 'no range with its target'}.",
    )


def envelope(record: Record) -> Envelope | None:
    """Range against height that the weapons reach; None for an entry without any whose limits are known."""
    boxes = [box for weapon in ("missile", "gun") if (box := _box(record, weapon)) is not None]
    if not boxes:
        return None
    boxes.sort(key=lambda box: -box.range_max_m[2])
    told = " ".join(f"{box.label.capitalize()}: {box.told}." for box in boxes)
    return Envelope(tuple(boxes), f"Range against height. {told}")


def chances(record: Record) -> Intervals | None:
    """The chances by class of threat: that a missile or a burst kills, a look finds, a jammer stops."""
    rows = tuple(_chances(record))
    if not rows:
        return None
    return Intervals(
        rows,
        axis=(0.0, 1.0),
        is_log=False,
        ticks=tuple((n / 10, entry_words.exact(n / 10)) for n in range(0, 11, 2)),
        title="chance",
        alt="; ".join(f"{row.group}, {row.label}: {row.shown}" for row in rows),
    )


def cross_sections(record: Record) -> Intervals | None:
    """What was published on a threat's radar cross-section by aspect and band, beside what the model takes."""
    if record["kind"] != "threat":
        return None
    published = [
        _interval("Published", _aspect(figure), figure, is_known=figure["grade"] != "assumption")
        for figure in record["figures"]
        if figure["unit_si"] == "m2" and figure["low_si"] > 0.0
    ]
    taken = [
        _interval(
            "The model takes", "one value for all aspects", _as_si(figure), is_known=figure["grade"] != "assumption"
        )
        for figure in record["model"]
        if figure["figure"].endswith(".rcs") and figure["low"] > 0.0
    ]
    rows = (*published, *taken)
    if not rows:
        return None
    first = math.floor(math.log10(min(row.low for row in rows)) + 1e-9)
    last = max(math.ceil(math.log10(max(row.high for row in rows)) - 1e-9), first + 1)
    return Intervals(
        rows,
        axis=(10.0**first, 10.0**last),
        is_log=True,
        ticks=tuple((10.0**n, entry_words.exact(10.0**n)) for n in range(first, last + 1)),
        title="radar cross-section, m²",
        alt=f"Radar cross-section. {'; '.join(f'{row.group}, {row.label}: {row.shown}' for row in rows)}.",
    )


def raid_sizes(record: Record) -> Intervals | None:
    """How many came in one raid, year by year."""
    sizes = sorted(record["raid_sizes"], key=lambda size: size["year"])
    if not sizes:
        return None
    rows = tuple(
        Interval(
            group="",
            label=f"{size['year']}, {words.plural(size['n_raids'], 'raid')}",
            shown=f"{entry_words.exact(size['median'])} · {entry_words.exact(size['p90'])} · {size['most']:,}",
            low=size["median"],
            high=size["most"],
            marks=((size["median"], "known"), (size["p90"], "step"), (size["most"], "end")),
        )
        for size in sizes
    )
    ticks = even_ticks(max(row.high for row in rows))
    return Intervals(
        rows,
        axis=(0.0, ticks[-1][0]),
        is_log=False,
        ticks=ticks,
        title="in one raid",
        alt="Raid sizes: median, what nine raids in ten do not exceed, and the largest. "
        + "; ".join(f"{row.label}: {row.shown}" for row in rows),
    )


def even_ticks(most: float, n_most: int = 6) -> tuple[tuple[float, str], ...]:
    """Round values from 0 to just beyond `most`, with their labels."""
    power = 10.0 ** math.floor(math.log10(most)) / 10.0
    steps = (power * factor for factor in (1, 2, 5, 10, 20, 50))
    step = next(step for step in steps if math.ceil(most / step - 1e-9) <= n_most)
    return tuple((n * step, entry_words.exact(round(n * step, 9))) for n in range(math.ceil(most / step - 1e-9) + 1))


def _claims(record: Record, numbered: Mapping[str, int]) -> Iterator[Claim]:
    for figure in record["figures"]:
        target_m2 = figure["at_rcs_m2"]
        if not _is_search_range(figure) or target_m2 is None or not LEAST_RCS_M2 <= target_m2 <= MOST_RCS_M2:
            continue
        value, bracket = entry_words.published(figure)
        grade = words.GRADES.get(figure["grade"], figure["grade"])
        yield Claim(
            target_m2,
            figure["low_si"],
            figure["value_si"],
            figure["high_si"],
            label=f"{value} at {entry_words.exact(target_m2)} m²",
            told=f"{value}{f' ({bracket})' if bracket else ''} at {entry_words.exact(target_m2)} m², {grade}",
            sources=tuple(numbered[key] for key in figure["sources"] if key in numbered),
        )


def _is_search_range(figure: Mapping[str, Any]) -> bool:
    """Whether a statement is about the range of the search radar, or the model takes it to be."""
    return figure["name"].startswith("search_range") or any(
        name.endswith(".radar.search_range") for name in figure["used_by"]
    )


def _box(record: Record, weapon: str) -> Box | None:
    held = {figure["figure"].partition(".")[2]: figure for figure in record["model"]}

    def ends(key: str) -> tuple[float, float, float] | None:
        figure = held.get(f"{weapon}.{key}")
        return None if figure is None else (figure["low"], figure["value"], figure["high"])

    nearest, farthest, highest = ends("range_min"), ends("range_max"), ends("height_max")
    if nearest is None or farthest is None or highest is None:
        return None
    lowest = ends("height_min") or (0.0, 0.0, 0.0)
    label = "guns" if weapon == "gun" else "missiles"
    grades = [held[f"{weapon}.{key}"]["grade"] for key in ("range_max", "height_max")]
    known = [words.GRADES.get(grade, grade) for grade in grades]
    told = (
        f"{words.distances(nearest[1], farthest[1])} out ({_bracket(farthest)}{known[0]}), "
        f"up to {words.quantity(highest[1], 'm')} ({_bracket(highest)}{known[1]})"
    )
    return Box(weapon, label, nearest, farthest, lowest, highest, told)


def _bracket(ends: tuple[float, float, float]) -> str:
    found = words.bracket(ends[0], ends[2], "m")
    return f"{found}, " if found else ""


def _chances(record: Record) -> Iterator[Interval]:
    groups = {
        "missile.pk": "One missile kills",
        "gun.pk": "One burst of the gun kills",
        "sensor.p_look": "One look finds",
        "jammer.p_effect": "The jammer stops",
    }
    for table, group in groups.items():
        for figure in record["model"]:
            head, _, threat_class = figure["figure"].partition(".")[2].rpartition(".")
            if head == table:
                label = words.article(words.CLASSES.get(threat_class, words.clean(threat_class)))
                yield _interval(group, label, _as_si(figure), is_known=figure["grade"] != "assumption")


def _interval(group: str, label: str, figure: Mapping[str, Any], *, is_known: bool) -> Interval:
    value, bracket = entry_words.published(figure)
    grade = words.GRADES.get(figure["grade"], words.clean(figure["grade"]))
    return Interval(
        group,
        label,
        shown=f"{value}{f' ({bracket})' if bracket else ''}, {grade}",
        low=figure["low_si"],
        high=figure["high_si"],
        marks=((figure["value_si"], "known" if is_known else "assumed"),),
    )


def _as_si(figure: Mapping[str, Any]) -> Mapping[str, Any]:
    """A figure of the model in the shape of a statement."""
    unit = "m²" if figure["unit"] == "m2" else figure["unit"]
    return {
        **figure,
        "unit": unit,
        "value_si": figure["value"],
        "low_si": figure["low"],
        "high_si": figure["high"],
    }


def _aspect(figure: Mapping[str, Any]) -> str:
    told = entry_words.condition(figure)
    return told or entry_words.statement(figure["name"]).removeprefix("radar cross-section").strip(" ,") or "not said"


def _figure(record: Record, key: str) -> str:
    """Value, bracket and grade of a figure of the model, or an empty text."""
    found = next((figure for figure in record["model"] if figure["figure"] == f"{record['key']}.{key}"), None)
    if found is None:
        return ""
    value, bracket = entry_words.taken(found)
    return f"{value} ({bracket + ', ' if bracket else ''}{words.GRADES.get(found['grade'], found['grade'])})"


def _said(point: Sequence[float]) -> str:
    rcs_m2, low_m, value_m, high_m = point
    bracket = words.bracket(low_m, high_m, "m")
    return f"{entry_words.exact(rcs_m2)} m²: {words.quantity(value_m, 'm')}{f' ({bracket})' if bracket else ''}"
