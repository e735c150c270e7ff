"""The studies in plain words, as data: what the terminal prints and the page shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from markupsafe import Markup

from crenel.report import numbers, study_drawing, words
from crenel.report.doubts import span
from crenel.report.numbers import Estimate, estimate

Found = Mapping[str, Any]

_MOST_ROWS: Final = 12


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a study: sentences, a table, pictures for both widths."""

    title: str
    lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    pictures: tuple[Markup, Markup] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A whole study: the answer in a sentence first."""

    title: str
    lead: str
    sections: tuple[Section, ...] = ()
    facts: tuple[tuple[str, str], ...] = field(default=())


def compared(found: Found) -> Page:
    """A comparison."""
    base, *others = found["rows"]
    most = max(others, key=lambda row: abs(row["difference"]["mean"]))
    rows = [(words.clean(base["label"]), _of(base), "", "", "")]
    rows += [
        (
            words.clean(row["label"]),
            _of(row),
            _signed(row["difference"]),
            f"{numbers.percent(Estimate(row['made_better']))} / {numbers.percent(Estimate(row['made_worse']))}",
            "–" if row["raids_saved"] is None else f"{numbers.significant(row['raids_saved'], 2)} ×",
        )
        for row in others
    ]
    told = (
        "All are played with the same dice and the same settings of what nobody published, raid by raid. A difference "
        "is a mean over raids, with its 95 % interval by chance; after it, where it lies for nine in ten settings. The "
        "last column says how many times as many raids dice of their own would have needed.",
    )
    head = ("Scenario", "get through, per raid", "difference", "raids better / worse", "raids saved")
    section = Section("Against " + words.clean(base["label"]), told, head, tuple(rows))
    return Page(words.clean(base["title"]), _verdict(most, base), (section,), tuple(_facts(found)))


def saturated(found: Found) -> Page:
    """A study of saturation."""
    stated = found["stated"]
    knee, capacity = stated["knee"], stated["capacity"]
    n = numbers.significant(capacity["stopped"], 2)
    lead = f"These {words.plural(found['units'], 'unit')} stop at most about {n} threats of a raid of this kind."
    if knee:
        lead = (
            f"Up to about {knee['size']:.0f} threats, {words.plural(found['units'], 'unit')} let "
            f"{numbers.percent(Estimate(max(knee['slope_before'], 0.0)))} of each more through; beyond, "
            f"{numbers.percent(Estimate(min(knee['slope_after'], 1.0)))}."
        )
    lines = [
        f"At most one in ten gets through of raids of up to {words.plural(capacity['tenth'], 'threat')}.",
        f"On average no more than {n} threats of a raid are stopped, whatever its size.",
    ]
    if knee:
        for side, cause in (("Before the knee", knee["before"]), ("Beyond it", knee["after"])):
            if cause:
                lines.append(f"{side} they get through mostly for this reason: {words.CAUSES[cause]}.")
    low, high = found["pk"]["bracket"]
    lines.append(
        f"All figures keep the values taken; a kill probability may lie within {numbers.span(low, high)} "
        f"({words.GRADES.get(found['pk']['grade'], found['pk']['grade'])})."
    )
    table = [
        (
            _spacing(curve["spacing"]),
            curve["sector"],
            f"{curve['knee']['size']:.0f}" if curve["knee"] else "none found",
            numbers.significant(curve["capacity"]["stopped"], 2),
            f"{curve['capacity']['tenth']:,}",
        )
        for curve in found["curves"]
    ]
    head = ("They arrive", "they come", "knee", "stopped at most", "size with one in ten through")
    sections = (
        Section("As stated", tuple(lines), pictures=study_drawing.saturation(found)),
        Section("By spacing and by side", (), head, tuple(table)),
    )
    return Page(words.clean(found["scenario"]["title"]), lead, sections, tuple(_facts(found)))


def sensed(found: Found) -> Page:
    """A study of sensitivity."""
    names = {row["key"]: row["name"] for row in (*found["units"], *found["groups"])}
    ranked = sorted(found["sobol"], key=lambda row: -row["total"]["mean"])
    first = ranked[0]
    lead = f"What to find out next: {_figure(first, names)}. It moves the answer most."
    rows = [
        (
            _figure(row, names),
            words.bracket(row["low"], row["high"], row["unit"], row["figure"]) or "there or not",
            _share(row["first"]),
            _share(row["total"]),
            " to ".join(numbers.significant(end, 2) for end in row["ends"]),
        )
        for row in ranked
    ]
    lines = (
        f"Of the spread by these doubts alone ({numbers.significant(found['spread']['sd'], 2)} threats of "
        f"{found['threats']:,}, one standard deviation about {numbers.significant(found['spread']['mean'], 2)}), how "
        "much each explains by itself, and together with the others; intervals are 95 %.",
    )
    head = ("Doubt", "could be", "by itself", "in all", "get through at its ends")
    screened = [
        (
            _figure(row, names),
            f"{numbers.significant(row['effect'], 2)} ± {numbers.significant(row['half_width'], 2)}",
        )
        for row in found["morris"][:_MOST_ROWS]
    ]
    sections = (
        Section("What moves the answer", lines, head, tuple(rows), study_drawing.tornado(ranked, found, names)),
        Section(
            "All doubts, screened",
            (
                f"{len(found['morris']):,} doubts in {found['cases']['morris']:,} cases: by how many threats "
                "the answer moves when one goes over its bracket; the first of them.",
            ),
            ("Doubt", "moves it by, threats per raid"),
            tuple(screened),
        ),
    )
    return Page(words.clean(found["scenario"]["title"]), lead, sections, tuple(_facts(found)))


def backtested(found: Found) -> Page:
    """A back-test."""
    score = found["score"]
    skill = score["skill"]["against_earlier"]
    better = "better" if skill["mean"] > 0.0 else "worse"
    lead = (
        f"In {words.plural(found['n'], 'published raid')} the simulation did {better} than the mean of earlier raids; "
        f"{'chance alone may explain it' if skill['dice'][0] < 0.0 < skill['dice'][1] else 'beyond chance'}."
    )
    rows = [
        (
            words.clean(row["title"]),
            f"{row['published']['shot_down']:,} of {row['published']['launched']:,}",
            numbers.significant(row["simulated"]["mean"], 2),
            f"{row['simulated']['p05']:.0f}–{row['simulated']['p95']:.0f}",
            numbers.significant(row["earlier"]["mean"], 2),
            "yes" if row["within"] else "no",
        )
        for row in found["rows"]
    ]
    lines = tuple(words.clean(line) for line in found["notes"])
    head = ("Raid", "shot down, as claimed", "played: mean", "nine raids in ten", "earlier raids: mean", "within?")
    scores = [
        (label, numbers.significant(score[key]["mean"], 3), _interval(score[key]))
        for key, label in (
            ("simulated", "the simulation"),
            ("earlier", "the mean share of earlier raids"),
            ("everything", "everything gets through"),
        )
    ]
    scores += [
        (f"skill against {label}", numbers.significant(value["mean"], 2), _interval(value))
        for label, value in (
            ("earlier raids", score["skill"]["against_earlier"]),
            ("everything gets through", score["skill"]["against_everything"]),
        )
    ]
    sections = (
        Section("Raid by raid", lines, head, tuple(rows)),
        Section(
            "Scores",
            (
                f"Ranked probability score of the number shot down, as a share of the raid: 0 is perfect. N = "
                f"{found['n']}. Skill: how much of the other's score is saved; below 0 it does worse.",
            ),
            ("Forecast", "score", "95 %"),
            tuple(scores),
        ),
    )
    return Page("Published raids, played", lead, sections, tuple(_facts(found)))


def text(page: Page, width: int = 100) -> str:
    """A page as plain text."""
    return "\n".join(_lines(page, width)).rstrip()


def _lines(page: Page, width: int) -> Iterator[str]:
    import textwrap

    yield page.title
    yield from textwrap.wrap(page.lead, width)
    for section in page.sections:
        yield ""
        yield section.title
        for line in section.lines:
            yield from textwrap.wrap(line, width, initial_indent="   ", subsequent_indent="   ")
        if section.rows:
            yield from _table(section.head, section.rows, width)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Columns as wide as they need; the first one gives way."""
    wide = [max(len(row[k]) for row in (head, *rows)) for k in range(len(head))]
    wide[0] = max(28, min(wide[0], width - 3 - sum(w + 2 for w in wide[1:])))
    for row in (head, *rows):
        first = row[0] if len(row[0]) <= wide[0] else row[0][: wide[0] - 1] + "…"
        yield (
            "   "
            + first.ljust(wide[0])
            + "".join("  " + cell.rjust(w) for cell, w in zip(row[1:], wide[1:], strict=True))
        ).rstrip()


def _facts(found: Found) -> Iterator[tuple[str, str]]:
    yield "Program", f"crenel {words.clean(found['crenel'])}"
    for key, label in (
        ("seed", "Seed"),
        ("replicates", "Raids of each"),
        ("raids", "Raids of each case"),
        ("n_doubt", "Settings"),
    ):
        if key in found:
            yield label, numbers.whole(found[key])
    for row in found.get("rows") or ():
        if "scenario" in row:
            yield f"Hash of {words.clean(row.get('label') or row.get('title') or '')}", words.clean(row["scenario"])
    if "scenario" in found:
        yield "Scenario hash", words.clean(found["scenario"]["hash"])


def _verdict(row: Found, base: Found) -> str:
    low, high = row["difference"]["dice"]
    label, mean = words.clean(row["label"]), row["difference"]["mean"]
    if low <= 0.0 <= high:
        return f"Between {label} and {words.clean(base['label'])} no difference is seen beyond chance."
    fewer = "fewer" if mean < 0.0 else "more"
    return (
        f"With {label}, {numbers.significant(abs(mean), 2)} {fewer} threats get through on average than with "
        f"{words.clean(base['label'])}."
    )


def _of(row: Found) -> str:
    told = numbers.count_of(estimate(row["leak"]), row["threats"])
    doubt = span(row["leak"])
    return f"{told}; {doubt}" if doubt else told


def _signed(value: Found) -> str:
    told = f"{_plus(value['mean'])} ({_plus(value['dice'][0])} to {_plus(value['dice'][1])})"
    doubt = value.get("doubt")
    return f"{told}; {_plus(doubt[0])} to {_plus(doubt[1])}" if doubt else told


def _plus(value: float) -> str:
    shown = numbers.significant(round(value, 3), 2)
    return shown if value < 0.0 or shown == "0" else f"+{shown}"


def _share(value: Found) -> str:
    low, high = (100.0 * end for end in value["dice"])
    return f"{100.0 * value['mean']:.0f} % ({low:.0f} to {high:.0f})"


def _interval(value: Found) -> str:
    return " to ".join(numbers.significant(end, 3) for end in value["dice"])


def _figure(row: Found, names: Mapping[str, str]) -> str:
    owner, what = words.figure(row["figure"], names)
    return f"{owner}, {what}"


def _spacing(factor: float) -> str:
    if factor == 0.0:
        return "all at once"
    return "as stated" if factor == 1.0 else f"over {numbers.significant(factor)} × the time"
