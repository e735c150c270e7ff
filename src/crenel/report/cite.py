"""How to cite a run: BibTeX of its sources, and a paragraph on how it was made. Both from the run folder alone."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from crenel.report import answer, bibtex, folder, numbers, words
from crenel.report.answer import Summary
from crenel.report.numbers import significant

TITLE: Final = "crenel: what an air defence can see, reach and stop, and how sure anyone can be"
AUTHOR: Final = "The crenel developers"
LICENCE: Final = "CC BY 4.0"
"""Of the catalogue and the examples. Title and author are those of CITATION.cff."""

_DIGITS: Final = 4
_TOLD_VERSIONS: Final = ("python", "numba", "numpy")


def bibliography(path: Path) -> str:
    """BibTeX of crenel and of exactly the sources that a run used: those that it lists, but for any that nothing cites.

    Raises
    ------
    CrenelError
        The folder is none, is incomplete, or has a format that this version cannot read.
    """
    summary = folder.read(path).summary
    rows = _used(summary)
    keyed = bibtex.keys(row["key"] for row in rows)
    is_taken = "crenel" in {key.casefold() for key in keyed.values()}
    own = bibtex.entry(
        "software",
        "crenel-software" if is_taken else "crenel",
        {
            "author": f"{{{AUTHOR}}}",
            "title": f"{{{bibtex.escaped(TITLE)}}}",
            "version": bibtex.escaped(str(summary["crenel"])),
            "license": "Apache-2.0",
            "note": f"Catalogue of published figures: {LICENCE}",
        },
    )
    return "\n\n".join([own, *(bibtex.source(row, keyed[row["key"]]) for row in rows)]) + "\n"


def methods(path: Path) -> str:
    """One paragraph on how a run was made, for a paper; every number is one of its summary or manifest.

    Raises
    ------
    CrenelError
        As `bibliography`.
    """
    run = folder.read(path)
    parts = (_played(run.summary), _interval(run.summary), _doubt(run.summary), _kills(run.summary))
    return " ".join((*parts, _made(run.summary, run.manifest)))


def _played(summary: Summary) -> str:
    scenario = summary["scenario"]
    units = words.plural(len(summary["units"]), "unit") if summary["units"] else "no unit"
    return (
        f"The raid of the scenario “{words.clean(scenario['title'])}” ({words.plural(summary['threats'], 'threat')} "
        f"against {units}) was simulated {numbers.whole(summary['replicates'])} times with crenel "
        f"{words.clean(summary['crenel'])}, seed {summary['seed']}, in {summary['blocks']} blocks, for each of which "
        f"{summary['passes']} ways to come were drawn for every group of threats."
    )


def _interval(summary: Summary) -> str:
    return (
        "Intervals are 95 % and cover chance alone; they are taken between blocks of raids and never between threats, "
        "and for shares of raids they are the wider of that and Wilson's."
    )


def _doubt(summary: Summary) -> str:
    grades = [figure["grade"] for figure in summary["figures"]]
    n_assumed, n_estimated = grades.count("assumption"), grades.count("estimate")
    return (
        f"All {len(grades)} figures that the answer leans on stand at their central values, and each keeps its grade, "
        f"its source and a bracket within which it may lie: {n_assumed} are assumptions, because nobody published "
        f"them, and {n_estimated} are estimates. No probability is put on these brackets."
    )


def _kills(summary: Summary) -> str:
    if not answer.armed(summary):
        return "No unit has a weapon that can be used against this raid, so no kill probability enters."
    pk = summary["pk"]
    stated = sorted({float(entry["value"]) for entry in pk["stated"]})
    span = _span(stated[0], stated[-1])
    low, high = answer.bracket(summary)
    curve = [float(row[0]) for row in pk["curve"]]
    return (
        f"The probability that one shot kills is taken as {span}; its bracket is {_span(low, high)} (weakest grade: "
        f"{answer.bracket_grade(summary)}). Because it decides the result, the raids were played again with every shot "
        f"a kill, which lets {_threats(pk['floor'])} of {words.plural(summary['threats'], 'threat')} through whatever "
        f"the missiles do, and with {len(curve)} kill probabilities from {_number(curve[0])} to {_number(curve[-1])} "
        f"for all shots: {_break_even(pk['break_even'])}."
    )


def _break_even(found: Mapping[str, Any]) -> str:
    told = {
        "half": "no more than half of the raid gets through",
        "tenth": "no more than one threat in ten",
        "none": "none in half of the raids",
    }
    parts = [f"{what} from {_number(found[key])}" for key, what in told.items() if found[key] is not None]
    never = [what for key, what in told.items() if found[key] is None]
    enough = words.listed(parts) if parts else ""
    missed = f"for {words.listed([f'“{what}”' for what in never])} no kill probability is enough" if never else ""
    return "; ".join(part for part in (enough, missed) if part)


def _made(summary: Summary, manifest: Mapping[str, Any]) -> str:
    environment = manifest.get("environment") or {}
    versions = [
        f"{'Python' if name == 'python' else name} {words.clean(environment[name])}"
        for name in _TOLD_VERSIONS
        if name in environment
    ]
    ran = f"It ran on {words.listed(versions)}. " if versions else ""
    n = words.plural(len(_used(summary)), "source")
    return (
        f"{ran}The scenario's hash is {words.clean(summary['scenario']['hash'])}; figures and positions rest on {n}, "
        f"and the figures of the crenel catalogue are licensed under {LICENCE}."
    )


def _used(summary: Summary) -> list[Mapping[str, Any]]:
    """The sources that a figure or a unit cites; a run that does not tell them apart lists no others."""
    return [row for row in summary["sources"] if row.get("used", True)]


def _threats(value: Any) -> str:
    """A mean with its interval; where nothing was seen, the bound that chance leaves."""
    found = numbers.estimate(value)
    if found.mean == 0.0:
        return f"below {_bound(found.high)}" if found.high else "none"
    told = _number(found.mean)
    return told if found.low is None or found.high is None else f"{told} ({_span(found.low, found.high)})"


def _bound(high: float) -> str:
    """An upper bound, never rounded down."""
    unit = 10.0 ** (math.floor(math.log10(high)) - _DIGITS + 1)
    return _number(math.ceil(high / unit) * unit)


def _span(low: float, high: float) -> str:
    return _number(low) if low == high else f"{_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    return significant(value, _DIGITS)
