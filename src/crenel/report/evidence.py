"""The evidence ladder in plain words, as data: what gets through, by how firmly anyone can vouch for the units."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from crenel.report import numbers, words
from crenel.report.answer import Summary, undefended
from crenel.report.numbers import Estimate, estimate

ALONE: Final = "Each row counts these units alone, against the same raids with the same dice."

_WEIGHTED: Final = {
    "mid": "each by its stated chance",
    "low": "… chances at their low ends",
    "high": "… chances at their high ends",
}
"""The presence-weighted means, by the end of the presence brackets: the low ends usually let more through."""

_NO_CHANCE: Final = "No unit has a stated chance of being there: each row takes the units that it counts as there."


@dataclass(frozen=True, slots=True)
class Rung:
    """One row of the ladder. `leak` is None, and `note` says why, where nobody stands on it."""

    key: str
    label: str
    n_units: int
    leak: Estimate | None
    note: str = ""

    @property
    def units(self) -> str:
        """ "3 units"; a dash where there is nothing to count."""
        return words.plural(self.n_units, "unit") if self.leak is not None and self.n_units else "–"


def rungs(summary: Summary) -> list[Rung]:
    """The rows from nobody at all to everybody, then each by its chance where chances are stated.

    Empty for a run without units, or of a version that counted none.
    """
    found = summary.get("evidence")
    if not found or not summary["units"]:
        return []
    nobody = Rung("undefended", "none of these units", 0, undefended(summary))
    weighted = [
        Rung("weighted", label, 0, estimate(found["weighted"][end]))
        for end, label in _WEIGHTED.items()
        if found["weighted"][end] is not None
    ]
    return [nobody, *map(_rung, found["ladder"]), *weighted]


def through(rung: Rung, n_threats: int) -> str:
    """ "9.1 of 16 (8.9–9.3)", or why there is no such number."""
    if rung.leak is None:
        return rung.note
    return numbers.count_of(rung.leak, n_threats)


def by_chance(summary: Summary) -> str:
    """What the rows suppose about units of which nobody is sure that they are there."""
    stated = summary["evidence"]["presence"]
    certain = sum(chance is None for chance in stated)
    if certain == len(stated):
        return _NO_CHANCE
    always = "has no stated chance and always is" if certain == 1 else "have no stated chance and always are"
    rest = f" ({certain:,} of {len(stated):,} {always})" if certain else ""
    return (
        f"By chance: each raid draws anew which units are there{rest}; the rows above take those they count as there."
    )


def presence(summary: Summary, number: int) -> str:
    """The stated chance that a unit is there: "60 % (40–80 %, assumption)"; empty where none is stated."""
    stated = (summary.get("evidence") or {}).get("presence") or []
    found: Mapping[str, Any] | None = stated[number] if number < len(stated) else None
    if found is None:
        return ""
    value, low, high = (numbers.significant(100.0 * found[key]) for key in ("value", "low", "high"))
    bracket = f"{low}–{high} %, " if low != high else ""
    grade = found.get("grade", "assumption")
    return f"{value} % ({bracket}{words.GRADES.get(grade, words.clean(grade))})"


def _rung(row: Mapping[str, Any]) -> Rung:
    leak = None if row["leak"] is None else estimate(row["leak"])
    return Rung(row["status"], words.clean(row["label"]), int(row["units"]), leak, words.clean(row.get("note") or ""))
