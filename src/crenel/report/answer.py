"""The answer in plain words, as data: what the page and the terminal both print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from crenel.report import numbers, words
from crenel.report.doubts import doubted
from crenel.report.numbers import Estimate, estimate

Summary = Mapping[str, Any]

MOST_WORDS: Final = 30

ALWAYS: Final = (
    "Getting through means coming within the stated distance of the target, not damage. Stopped is not harmless: what "
    "is shot down or fails comes down somewhere, and what debris and fuel do there is not modelled.",
    "Not modelled in this version: the defender's own fighters, and the jamming of radars and links.",
)
"""What no report of this version can show, whatever the scenario; the placards of the run say the rest."""


@dataclass(frozen=True, slots=True)
class Share:
    """One line of a list of fates or causes: `value` out of the whole, in the unit that the list is about."""

    key: str
    label: str
    value: float


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The least kill probability at which no more than this gets through; None where none is enough."""

    key: str
    label: str
    p: float | None
    reached: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the chain: its weakest grade, the conclusions that it carries, and what it rests on."""

    key: str
    label: str
    grade: str
    carries: str
    n_figures: int
    n_unpublished: int
    sources: tuple[str, ...]


def alone(summary: Summary) -> str:
    """The first sentence of every report."""
    n = len(summary["units"])
    if n == 0:
        return "No unit at all; others may exist."
    return f"{'This' if n == 1 else 'These'} {words.plural(n, 'unit')} alone; others may exist."


def sentence(summary: Summary) -> str:
    """The answer in one sentence of at most 30 words.

    Parameters
    ----------
    summary : mapping
        What `summary.json` holds.
    """
    n = int(summary["threats"])
    floor, half = estimate(summary["pk"]["floor"]), at_probability(summary, 0.5)
    if not armed(summary):
        nobody = "With nobody to stop them" if not summary["units"] else "Nobody here can shoot at them"
        rest = "are jammed or fail by themselves" if summary["fates"].get("soft_kill") else "fail by themselves"
        end = f"; the rest {rest}." if estimate(summary["leak"]).mean < n else "."
        link = ", " if not summary["units"] else ": "
        return f"{nobody}{link}{_through(estimate(summary['leak']), n)}{end}"
    if 100.0 * floor.mean >= n:
        through = _through(floor, n, "would still get through", "on average ")
        return f"Even if every shot hit, {through}, {_mostly(summary)}."
    rare = "almost none of" if n > 1 else "almost never"
    which = f"{rare} {n:,} would get through" if n > 1 else f"a lone threat would {rare} get through"
    return f"If every shot hit, {which}; if only half of them did, {_through(half, n, 'would')}."


def floor_causes(summary: Summary) -> list[Share]:
    """Why threats still get through when every shot is a kill; threats per raid, most first."""
    return _ranked(summary["pk"]["floor"]["causes"], words.FLOOR_CAUSES)


def causes(summary: Summary) -> list[Share]:
    """Why threats got through at the stated kill probabilities; shares of all threats, most first."""
    return _ranked(summary["causes"], words.CAUSES)


def fates(summary: Summary) -> list[Share]:
    """What became of the threats; shares of all threats, in the order of reading."""
    return [Share(key, label, float(summary["fates"].get(key, 0.0))) for key, label in words.FATES.items()]


def at_probability(summary: Summary, p: float) -> Estimate:
    """Leaks if each shot kills with probability `p`, read off the curve between its points."""
    curve: Sequence[Sequence[float]] = summary["pk"]["curve"]
    for (p0, *left), (p1, *right) in pairwise(curve):
        if p0 <= p <= p1:
            part = (p - p0) / (p1 - p0)
            mean, low, high = (_between(a, b, part) for a, b in zip(left, right, strict=True))
            return Estimate(mean, low, high)
    return Estimate(*(curve[-1] if p > curve[-1][0] else curve[0])[1:])


def armed(summary: Summary) -> bool:
    """Whether any unit can shoot: without, a kill probability means nothing."""
    return bool(summary["pk"]["stated"])


def bracket(summary: Summary) -> tuple[float, float]:
    """Within which a kill probability may lie; all of 0 to 1 where a run without weapons names none."""
    low, high = summary["pk"].get("bracket") or (0.0, 1.0)
    return float(low), float(high)


def bracket_grade(summary: Summary) -> str:
    """The grade of the bracket, in words."""
    grade = summary["pk"].get("grade") or "assumption"
    return words.GRADES.get(grade, words.clean(grade))


def bracket_sentence(summary: Summary) -> str:
    """What the bracket of the kill probability makes of the leaks, with its grade."""
    low, high = bracket(summary)
    grade = bracket_grade(summary)
    most, least = at_probability(summary, low), at_probability(summary, high)
    where = f"For a kill probability of {numbers.span(low, high)} per shot ({grade})"
    n = summary["threats"]
    if low == high:
        return f"{where}, {numbers.with_interval(_of(most, n), numbers.count_interval(most))} get through."
    first, last = (numbers.rough(value.mean).replace("<", "fewer than ") for value in (least, most))
    if first == last:
        return f"{where}, {last} of {n:,} get through all the same."
    if first.startswith("fewer"):
        return f"{where}, from {first} to {last} of {n:,} get through."
    return f"{where}, between {first} and {last} of {n:,} get through."


def break_even(summary: Summary) -> list[BreakEven]:
    """The kill probabilities at which half, one in ten, none gets through."""
    given = summary["pk"]["break_even"]
    reached = given.get("reached") or {}
    return [
        BreakEven(key, label, given.get(key), words.REACHED.get(reached.get(key, ""), ""))
        for key, label in words.BREAK_EVEN.items()
    ]


def stated(summary: Summary) -> list[str]:
    """Every kill probability that the stated case uses, a line for each weapon, with its bracket and grade.

    "Pantsir-S1, one missile: 0.65 at a drone (0.2–0.85, estimate), 0.6 at a cruise missile (0.4–0.75, estimate)".
    """
    names = words.owners(summary)
    lines: dict[str, list[str]] = {}
    for entry in summary["pk"]["stated"]:
        owner = words.clean(entry.get("unit_system_name") or names.get(entry["unit_system"], entry["unit_system"]))
        shot = "one missile" if entry["weapon"] == "missile" else "one burst of the gun"
        target = words.article(words.CLASSES.get(entry["threat_class"], entry["threat_class"]))
        grade = words.GRADES.get(entry["grade"], entry["grade"])
        doubt = f"{numbers.span(entry['low'], entry['high'])}, " if entry["low"] != entry["high"] else ""
        told = lines.setdefault(f"{owner}, {shot}", [])
        said = f"{numbers.probability(entry['value'])} at {target} ({doubt}{grade})"
        if said not in told:
            told.append(said)
    return [f"{shot}: {', '.join(told)}" for shot, told in lines.items()]


def stated_grade(summary: Summary) -> str:
    """The weakest grade among the stated kill probabilities."""
    order = list(words.GRADES)
    given = [entry["grade"] for entry in summary["pk"]["stated"]] or ["assumption"]
    weakest = max(given, key=lambda grade: order.index(grade) if grade in order else len(order))
    return words.GRADES.get(weakest, str(weakest))


def stated_span(summary: Summary) -> str:
    """The kill probabilities that were played, from least to greatest: "0.4–0.65"; over doubts, their brackets."""
    keys = ("low", "high") if doubted(summary) else ("value",)
    values = [float(entry[key]) for entry in summary["pk"]["stated"] for key in keys]
    return numbers.span(min(values), max(values)) if values else ""


def stated_title(summary: Summary) -> str:
    """At which kill probabilities the rest of the answer is."""
    return "Over all that is not published" if doubted(summary) else "At the stated kill probabilities"


def stated_takes(summary: Summary) -> str:
    """What was taken of them."""
    if not doubted(summary):
        return f"The stated case takes {stated_span(summary)} per shot at best range."
    n = summary["doubts"]["n_doubt"]
    return (
        f"Each of {n:,} settings draws a kill probability within {stated_span(summary)} per shot at best range, and "
        "every other figure within its own bracket."
    )


def undefended(summary: Summary) -> Estimate:
    """Leaks if no unit were there."""
    return estimate(summary["undefended"]["leak"])


def limits(summary: Summary) -> list[str]:
    """What this cannot show: always, and the placards of this run; nothing twice, nor what is the first sentence."""
    placards = [words.dated(words.clean(placard)) for placard in summary.get("placards") or ()]
    told = dict.fromkeys([*ALWAYS, *placards])
    return [line for line in told if line != alone(summary)]


def leans_on(summary: Summary) -> str:
    """ "The answer leans on 48 figures; 31 of them nobody published (assumptions), 6 are estimates."."""
    n = len(summary["figures"])
    unpublished = sum(row["grade"] == "assumption" for row in summary["figures"])
    estimates = sum(row["grade"] == "estimate" for row in summary["figures"])
    if n == 0:
        return "The answer leans on no figure at all."
    told = f"{unpublished:,} of them nobody published (assumption{'s' * (unpublished != 1)})"
    if unpublished in (0, n):
        told = "nobody published any of them (assumptions)" if unpublished else "none of them is an assumption"
    if n == 1:
        told = "nobody published it (an assumption)" if unpublished else "it is no assumption"
    more = f", {estimates:,} {'is an estimate' if estimates == 1 else 'are estimates'}" if estimates and n > 1 else ""
    return f"The answer leans on {words.plural(n, 'figure')}; {told}{more}."


def stages(summary: Summary) -> list[Stage]:
    """The steps of the chain that have figures, with what they rest on; older runs told the weakest grade only."""
    told: Mapping[str, Any] = summary.get("stages") or {
        key: {"grade": grade} for key, grade in (summary.get("weakest_grade_by_stage") or {}).items()
    }
    return [
        Stage(
            key,
            words.STAGES.get(key, words.clean(key)),
            words.GRADES.get(row["grade"], words.clean(row["grade"])),
            words.CARRIES.get(key, "") if armed(summary) else "",
            row.get("figures", 0),
            row.get("unpublished", 0),
            tuple(row.get("sources") or ()),
        )
        for key, row in told.items()
        if row["grade"]
    ]


def unpublished(stage: Stage) -> str:
    """ "nobody published 12 of its 24 figures"; empty where nobody counted them."""
    n, m = stage.n_figures, stage.n_unpublished
    if not n:
        return ""
    if m in (0, n):
        whole = "its only figure" if n == 1 else f"any of its {n:,} figures"
        return f"nobody published {whole}" if m else f"none of its {words.plural(n, 'figure')} is an assumption"
    return f"nobody published {m:,} of its {n:,} figures"


def outside_the_stages(summary: Summary) -> str:
    """What the figures say that belong to no step of the chain; empty where all do, or nobody counted."""
    every = [stage for stage in stages(summary) if stage.n_figures]
    n = len(summary["figures"]) - sum(stage.n_figures for stage in every)
    if not every or n <= 0:
        return ""
    kinds = dict.fromkeys(row.get("bears_on") for row in summary["figures"])
    told = [words.OUTSIDE[kind] for kind in kinds if kind in words.OUTSIDE] or ["what belongs to none of these"]
    return f"{words.plural(n, 'more figure')} {'says' if n == 1 else 'say'} {words.listed(told)}."


def decoys(summary: Summary) -> str:
    """How many decoys came, got through, and what they drew; empty where none comes."""
    found = summary.get("decoys")
    if not found:
        return ""
    drew = f"{numbers.count(Estimate(found['missiles']))} missiles"
    if found["gun_bursts"]:
        drew += f" and {numbers.count(Estimate(found['gun_bursts']))} bursts"
    return (
        f"Beside them come {words.plural(found['count'], 'decoy')}, which no number above counts: "
        f"{numbers.count_of(estimate(found['through']), found['count'])} get through, and they draw {drew} per raid."
    )


def _between(first: float | None, last: float | None, part: float) -> float:
    """A line from one point of the curve to the next; where one end has no bound the other's stands."""
    if first is None or last is None:
        return first if first is not None else last or 0.0
    return first + (last - first) * part


def _of(value: Estimate, n: int) -> str:
    return f"{_plain(value)} of {n:,}"


def _plain(value: Estimate) -> str:
    """A count inside a sentence, where "below" would stumble."""
    return numbers.count(value).replace("below", "fewer than").replace("none seen", "almost none")


def _through(value: Estimate, n: int, verb: str = "get through", on_average: str = "") -> str:
    """A lone threat has no count worth a fraction: it gets through in a share of raids."""
    return f"{on_average}{_of(value, n)} {verb}" if n > 1 else f"it {verb} in {numbers.percent(value)} of raids"


def _mostly(summary: Summary) -> str:
    found = floor_causes(summary)
    if not found:
        return "for mixed reasons"
    if summary["threats"] == 1:
        return f"mostly for this reason: {found[0].label}"
    because = words.BECAUSE[found[0].key]
    if found[0].key == "unseen" and (hiding := _hiding(summary["place"])):
        because = f"because {hiding} or the horizon hides them"
    return f"{'mostly' if found[0].value * 2.0 > sum(share.value for share in found) else 'most often'} {because}"


def _hiding(place: Mapping[str, Any]) -> str:
    """What hides beside the horizon; empty on bare flat ground."""
    hiding = [] if str(place.get("terrain", "")).startswith("flat") else ["terrain"]
    hiding += ["buildings"] if (place.get("buildings") or {}).get("n") else []
    return ", ".join(hiding)


def _ranked(values: Mapping[str, float], labels: Mapping[str, str]) -> list[Share]:
    shares = [Share(key, label, float(values.get(key, 0.0))) for key, label in labels.items()]
    return sorted((share for share in shares if share.value > 0.0), key=lambda share: -share.value)
