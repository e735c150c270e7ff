"""The answer as plain text for a terminal, at most 100 columns wide."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from crenel.report import answer, folder, numbers, words
from crenel.report.answer import Summary
from crenel.report.numbers import Estimate, estimate

WIDTH: Final = 100

_LABEL: Final = 46
_BAR: Final = 24


def text(summary: Summary) -> str:
    """The readable answer that `crenel run` prints.

    Parameters
    ----------
    summary : mapping
        What `summary.json` holds.

    Returns
    -------
    str
        Lines of at most 100 columns, without a final line break.

    Raises
    ------
    CrenelError
        The summary has a format that this version cannot read.
    """
    folder.check(summary, "summary.json")
    shooting = (_curve, _break_even, _stated) if answer.armed(summary) else (_unarmed,)
    parts = (_head, _floor, *shooting, _fates, _assets, _sectors, _trust, _limits)
    return "\n".join(line.rstrip() for part in parts for line in part(summary)).rstrip()


def _head(summary: Summary) -> Iterator[str]:
    scenario = summary["scenario"]
    yield answer.alone(summary)
    yield ""
    when = f" ({words.day(scenario['when'])})" if scenario.get("when") else ""
    yield from _wrapped(words.clean(scenario["title"]) + when)
    yield ""
    yield from _wrapped(answer.sentence(summary))
    yield ""


def _floor(summary: Summary) -> Iterator[str]:
    floor = estimate(summary["pk"]["floor"])
    yield "1. Whatever the missiles do"
    yield from _wrapped(
        f"If every shot were a kill, {_of(floor, summary)} would still get through{'.' if not floor.mean else ':'}", 3
    )
    yield from _bars(((share.label, Estimate(share.value)) for share in answer.floor_causes(summary)), floor.mean)
    yield ""


def _curve(summary: Summary) -> Iterator[str]:
    curve: Sequence[Sequence[float]] = summary["pk"]["curve"]
    yield "2. If each shot kills with probability p"
    yield "   p          " + "".join(f"{numbers.probability(row[0]):>7}" for row in curve)
    yield "   through    " + "".join(f"{row[1]:>7.{1 if summary['threats'] < 1000 else 0}f}" for row in curve)
    yield "   of all     " + "".join(f"{100.0 * row[1] / summary['threats']:>5.0f} %" for row in curve)
    yield from _wrapped(answer.bracket_sentence(summary), 3)
    yield ""


def _break_even(summary: Summary) -> Iterator[str]:
    yield f"3. Break-even: what p would be needed (bracket {numbers.span(*answer.bracket(summary))})"
    for row in answer.break_even(summary):
        needed = "no p is enough" if row.p is None else f"p = {numbers.probability(row.p)}"
        through = f"at most {row.label}" if row.key != "none" else "none, in half of the raids"
        yield f"   {through:<{_LABEL - 3}}{needed:<16}{row.reached}"
    yield ""


def _stated(summary: Summary) -> Iterator[str]:
    leak, quantiles = estimate(summary["leak"]), summary.get("leak_quantiles")
    yield f"At the stated kill probabilities (weakest grade: {answer.stated_grade(summary)})"
    for line in answer.stated(summary):
        yield from _wrapped(line, 5)
    said = f"At p = {answer.stated_span(summary)}, {_of(leak, summary)} get through"
    yield from _wrapped(f"{said}; without these units {numbers.count(answer.undefended(summary))} would.", 3)
    if quantiles:
        low, high = numbers.significant(quantiles["p05"]), numbers.significant(quantiles["p95"])
        yield from _wrapped(f"In nine raids of ten, from {low} to {high} get through.", 3)
    none = estimate(summary["p_no_leak"])
    share = numbers.with_interval(numbers.percent(none), numbers.percent_interval(none)).replace("below", "fewer than")
    yield from _wrapped(f"Nothing gets through in {share} of raids.", 3)
    yield ""


def _unarmed(summary: Summary) -> Iterator[str]:
    yield "No unit here can shoot: no kill probability changes the answer."
    yield from _wrapped(f"{_of(estimate(summary['leak']), summary)} get through.", 3)
    yield ""


def _fates(summary: Summary) -> Iterator[str]:
    yield "What became of them (share of all threats)"
    yield from _bars(((share.label, Estimate(share.value)) for share in answer.fates(summary) if share.value), 1.0, "%")
    yield ""
    found = answer.causes(summary)
    if found:
        yield "Why they got through (share of all threats)"
        yield from _bars(((share.label, Estimate(share.value)) for share in found), 1.0, "%")
        yield ""


def _assets(summary: Summary) -> Iterator[str]:
    if not summary.get("assets"):
        return
    yield "Per target"
    for asset in summary["assets"]:
        leak = estimate(asset["leak"])
        through = numbers.with_interval(numbers.count(leak), numbers.count_interval(leak))
        yield f"   {_fitted(asset['name']):<{_LABEL}}{through} of {asset['threats']:,} get through"
    yield ""


def _sectors(summary: Summary) -> Iterator[str]:
    if not summary.get("sectors"):
        return
    yield "Per sector of approach (share of the threats from there that gets through)"
    for sector in summary["sectors"]:
        leak = estimate(sector["leak_share"])
        where = f"{words.directions(sector['from_deg'], sector['to_deg'])} ({_points(sector)})"
        through = numbers.with_interval(numbers.percent(leak), numbers.percent_interval(leak))
        worst = max(words.CAUSES, key=lambda cause: sector["causes"].get(cause, 0.0))
        why = words.CAUSES[worst] if sector["causes"].get(worst) else ""
        yield f"   {where:<24}{through:<24}{why}"
    yield ""


def _trust(summary: Summary) -> Iterator[str]:
    yield "How sure"
    said = (
        f"{numbers.whole(summary['replicates'])} raids played, seed {summary['seed']}. Numbers in brackets are 95 % "
        "intervals by chance alone; they do not cover what is not published. "
        f"{answer.assumption_count(summary)}"
    )
    yield from _wrapped(said, 3)
    yield ""


def _limits(summary: Summary) -> Iterator[str]:
    yield "What this cannot show"
    for line in answer.limits(summary):
        yield from textwrap.wrap(line, WIDTH, initial_indent="   - ", subsequent_indent="     ")


def _of(value: Estimate, summary: Summary) -> str:
    return numbers.with_interval(f"{numbers.count(value)} of {summary['threats']:,}", numbers.count_interval(value))


def _points(sector: Summary) -> str:
    return f"{words.bearing(sector['from_deg'])} to {words.bearing(sector['to_deg'])}"


def _fitted(name: object, width: int = _LABEL - 2) -> str:
    shown = words.clean(name)
    return shown if len(shown) <= width else shown[: width - 1] + "…"


def _bars(rows: Iterable[tuple[str, Estimate]], whole: float, unit: str = "") -> Iterator[str]:
    for label, value in rows:
        shown = numbers.percent(value) if unit else numbers.count(value)
        bar = "█" * round(_BAR * value.mean / whole) if whole else ""
        yield f"   {_fitted(label):<{_LABEL}}{shown:>10}  {bar}"


def _wrapped(line: str, indent: int = 0) -> list[str]:
    return textwrap.wrap(line, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent)
