"""The answer as plain text for a terminal, at most 100 columns wide."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from crenel.report import answer, doubts, evidence, fallen, folder, numbers, words
from crenel.report.answer import Summary
from crenel.report.numbers import Estimate, estimate

WIDTH: Final = 100

_LABEL: Final = 46
_RUNG: Final = 36
_BAR: Final = 24
_LARGE: Final = 1000
_MOST_CAUSES: Final = 4
_MOST_ROWS: Final = 4
_MOST_LIMITS: Final = 6
_MOST_SETTINGS: Final = 3
_AT_STATED: Final = "At the kill probabilities that the catalogue and the scenario state"


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
    answered = (_floor, _curve, _break_even, _stated) if answer.armed(summary) else (_unarmed,)
    parts = (_head, *answered, _doubt, _evidence, _fates, _assets, _sectors, _checks, _trust, _limits)
    return "\n".join(line.rstrip() for part in parts for line in part(summary)).rstrip()


def _head(summary: Summary) -> Iterator[str]:
    scenario = summary["scenario"]
    yield answer.alone(summary)
    yield ""
    title, when = words.clean(scenario["title"]), words.day(scenario.get("when") or "")
    # A title often says the date itself.
    yield from _wrapped(title if not when or when.partition(" ")[2] in title else f"{title} ({when})")
    yield from _wrapped(answer.sentence(summary))
    yield ""


def _floor(summary: Summary) -> Iterator[str]:
    floor = estimate(summary["pk"]["floor"])
    yield "1. Whatever the missiles do"
    yield from _wrapped(
        f"If every shot were a kill, {_of(floor, summary)} would still get through{'.' if not floor.mean else ':'}", 3
    )
    causes = answer.floor_causes(summary)
    yield from _bars(((share.label, Estimate(share.value)) for share in causes[:_MOST_CAUSES]), floor.mean)
    yield from _rest(len(causes) - _MOST_CAUSES, "reason")
    yield ""


def _curve(summary: Summary) -> Iterator[str]:
    curve: Sequence[Sequence[float]] = summary["pk"]["curve"]
    n = summary["threats"]
    yield "2. If each shot kills with probability p"
    yield f"   {'p':<14}" + "".join(f"{numbers.probability(row[0]):>7}" for row in curve)
    # Numbers of a large raid fill their columns: there the threats are counted in whole ones.
    counted = [numbers.rough(row[1]) if n < _LARGE else numbers.whole(row[1]) for row in curve]
    yield f"   {f'through of {n:,}'[:17]:<14}" + "".join(f"{shown:>7}" for shown in counted)
    yield f"   {'share':<14}" + "".join(f"{_whole_percent(row[1] / n):>7}" for row in curve)
    yield from _wrapped(answer.bracket_sentence(summary), 3)
    yield ""


def _break_even(summary: Summary) -> Iterator[str]:
    span = numbers.span(*answer.bracket(summary))
    yield f"3. Break-even: the p that it would take, and where the bracket {span} reaches it"
    for row in answer.break_even(summary):
        needed = "no p is enough" if row.p is None else f"p = {numbers.probability(row.p)}"
        through = f"at most {row.label} get through" if row.key != "none" else "none get through, in half of the raids"
        yield f"   {through:<{_LABEL - 3}}{needed:<16}{row.reached}"
    yield ""


def _stated(summary: Summary) -> Iterator[str]:
    leak, quantiles = estimate(summary["leak"]), summary.get("leak_quantiles")
    in_doubt = doubts.doubted(summary)
    yield "Over all that is not published" if in_doubt else _AT_STATED
    for line in answer.stated(summary):
        yield from textwrap.wrap(line, WIDTH, initial_indent="   ", subsequent_indent="     ")
    grade = answer.stated_grade(summary)
    within = f"With p drawn within {answer.stated_span(summary)}, and every other figure within its bracket"
    said = (
        f"{within if in_doubt else f'With these, p = {answer.stated_span(summary)}'} ({grade} at worst), "
        f"{_of(leak, summary)} get through on average; without these units "
        f"{numbers.count(answer.undefended(summary))} would."
    )
    if quantiles:
        low, high = (numbers.significant(quantiles[key], 2) for key in ("p05", "p95"))
        said += f" In nine raids of ten it is {low if low == high else f'{low} to {high}'}."
    none = estimate(summary["p_no_leak"])
    share = numbers.with_interval(numbers.percent(none), numbers.percent_interval(none)).replace("below", "fewer than")
    yield from _wrapped(f"{said} Nothing gets through in {share} of raids.", 3)
    yield ""


def _doubt(summary: Summary) -> Iterator[str]:
    if not doubts.doubted(summary):
        return
    yield "Chance, and what nobody published"
    yield from _wrapped(doubts.sentence(summary), 3)
    for label, shown in doubts.corners(summary):
        yield f"   {_fitted(label):<{_LABEL}}{shown}"
    for label, shown, settings in doubts.extremes(summary):
        yield from textwrap.wrap(
            f"{label}, {shown}: {'; '.join(settings[:_MOST_SETTINGS])}",
            WIDTH,
            initial_indent="   - ",
            subsequent_indent="     ",
        )
    if doubts.held(summary):
        yield from _wrapped(doubts.held(summary), 3)
    yield ""


def _checks(summary: Summary) -> Iterator[str]:
    """Only where a closed form and the simulation part for no known reason."""
    for row in summary.get("cross_check") or ():
        if row["flag"]:
            yield from _wrapped(
                f"Look into this: {row['name']}: {numbers.significant(row['closed'])} by a closed form, "
                f"{numbers.significant(row['simulated'])} played.",
                0,
            )
            yield ""


def _unarmed(summary: Summary) -> Iterator[str]:
    leak = estimate(summary["leak"])
    yield "Nobody can shoot: no kill probability changes the answer"
    yield from _wrapped(f"{_of(leak, summary)} get through on average; no p would stop them.", 3)
    yield ""


def _evidence(summary: Summary) -> Iterator[str]:
    rungs = evidence.rungs(summary)
    if not rungs:
        return
    yield f"How it changes with the evidence (threats that get through, per raid{_at_stated(summary)})"
    n = summary["threats"]
    widest = max(len(evidence.through(rung, n)) for rung in rungs)
    longest_bar = min(_BAR, WIDTH - _RUNG - widest - 18)
    for rung in rungs:
        bar = "█" * round(longest_bar * rung.leak.mean / n) if rung.leak else ""
        through = evidence.through(rung, n)
        yield f"   {_fitted(rung.label, _RUNG):<{_RUNG}}{rung.units:>10}   {through:<{widest}}  {bar}"
    yield from _wrapped(f"{evidence.ALONE} {evidence.by_chance(summary)}", 3)
    yield ""


def _fates(summary: Summary) -> Iterator[str]:
    yield f"What became of them, and why (share of all threats{_at_stated(summary)})"
    # Where nobody can shoot, why they got through needs no list.
    causes = answer.causes(summary) if answer.armed(summary) else []
    for share in answer.fates(summary):
        if share.value:
            yield from _bars([(share.label, Estimate(share.value))], 1.0, "%")
        if share.key == "leaked":
            shown = causes[:_MOST_CAUSES]
            yield from _bars(((f"  {cause.label}", Estimate(cause.value)) for cause in shown), 1.0, "%", "░")
            yield from (f"  {line}" for line in _rest(len(causes) - len(shown), "reason"))
    if answer.decoys(summary):
        yield from _wrapped(answer.decoys(summary), 3)
    if fallen.line(summary):
        yield from _wrapped(fallen.line(summary), 3)
    yield ""


def _assets(summary: Summary) -> Iterator[str]:
    assets = sorted(summary.get("assets") or (), key=lambda asset: -estimate(asset["leak"]).mean)
    if not assets:
        return
    yield f"Per target (threats that get through, per raid{_at_stated(summary)})"
    for asset in assets[:_MOST_ROWS]:
        leak = estimate(asset["leak"])
        if not asset["threats"]:
            yield f"   {_fitted(asset['name']):<{_LABEL}}not attacked"
            continue
        yield f"   {_fitted(asset['name']):<{_LABEL}}{numbers.count_of(leak, asset['threats'])}"
    yield from _rest(len(assets) - _MOST_ROWS, "target")
    yield ""


def _sectors(summary: Summary) -> Iterator[str]:
    sectors = sorted(summary.get("sectors") or (), key=lambda sector: -estimate(sector["leak_share"]).mean)
    if not sectors:
        return
    yield f"Per side (share of the threats from there that gets through{_at_stated(summary)})"
    for sector in sectors[:_MOST_ROWS]:
        leak = estimate(sector["leak_share"])
        where = f"{words.side(sector['from_deg'], sector['to_deg'])}, "
        where += words.directions(sector["from_deg"], sector["to_deg"])
        through = numbers.with_interval(numbers.percent(leak), numbers.percent_interval(leak))
        worst = max(words.CAUSES, key=lambda cause: sector["causes"].get(cause, 0.0))
        why = words.CAUSES[worst] if sector["causes"].get(worst) and answer.armed(summary) else ""
        yield f"   {where:<20}{through:<26}{why}"
    yield from _rest(len(sectors) - _MOST_ROWS, "side")
    yield ""


def _trust(summary: Summary) -> Iterator[str]:
    yield "How sure"
    said = (
        f"{numbers.whole(summary['replicates'])} raids played, seed {summary['seed']}; in brackets after a result: its "
        f"95 % interval by chance. {answer.leans_on(summary)}"
    )
    yield from _wrapped(said, 3)
    for stage in answer.stages(summary):
        rests = "; ".join(filter(None, (f"{stage.grade} at worst", answer.unpublished(stage))))
        yield from textwrap.wrap(
            f"{stage.carries or stage.label}: {rests}", WIDTH, initial_indent="   - ", subsequent_indent="     "
        )
    yield from _wrapped(answer.outside_the_stages(summary), 3)
    place = summary["place"]
    notes = [words.clean(note) for note in place.get("notes") or ()]
    # Bare flat ground is told below, with what it hides.
    if notes and (place.get("buildings") or not str(place.get("terrain", "")).startswith("flat")):
        yield from _wrapped(f"Ground: {'; '.join(notes)}.", 3)
    yield ""


def _limits(summary: Summary) -> Iterator[str]:
    yield "What this cannot show"
    limits = answer.limits(summary)
    for line in limits[:_MOST_LIMITS]:
        yield from textwrap.wrap(line, WIDTH, initial_indent="   - ", subsequent_indent="     ")
    yield from _rest(len(limits) - _MOST_LIMITS, "limit")


def _at_stated(summary: Summary) -> str:
    return f", p = {answer.stated_span(summary)}, {answer.stated_grade(summary)}" if answer.armed(summary) else ""


def _of(value: Estimate, summary: Summary) -> str:
    return numbers.count_of(value, summary["threats"])


def _whole_percent(share: float) -> str:
    return "<1 %" if share < 0.005 else f"{100.0 * share:.0f} %"


def _rest(n: int, what: str) -> Iterator[str]:
    if n > 0:
        yield f"   … {words.plural(n, f'more {what}')}: see the report"


def _fitted(name: object, width: int = _LABEL - 2) -> str:
    shown = words.clean(name)
    return shown if len(shown) <= width else shown[: width - 1] + "…"


def _bars(rows: Iterable[tuple[str, Estimate]], whole: float, unit: str = "", ink: str = "█") -> Iterator[str]:
    for label, value in rows:
        shown = numbers.percent(value) if unit else numbers.count(value)
        bar = ink * round(_BAR * value.mean / whole) if whole else ""
        yield f"   {label[: _LABEL - 2]:<{_LABEL}}{shown:>10}  {bar}"


def _wrapped(line: str, indent: int = 0) -> list[str]:
    """Lines of at most the width; a number and its % sign stay on one."""
    together = line.replace(" %", "\u00a0%")
    wrapped = textwrap.wrap(together, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent)
    return [found.replace("\u00a0", " ") for found in wrapped]
