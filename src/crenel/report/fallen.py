"""Where what did not get through came down, in words."""

from collections.abc import Mapping
from typing import Any, Final

from crenel.report import numbers, words
from crenel.report.numbers import Estimate

COLUMNS: Final = {
    "inside": "inside a target's radius",
    "within_1km": "within 1 km",
    "within_5km": "within 5 km",
    "farther": "farther away",
    "unknown": "nobody can say",
}

ABOUT: Final = (
    "What does not reach its target comes down somewhere. Distances count from the edge of the nearest target, for a "
    "body that flies on like a stone without drag from where it was stopped: the farthest that anything whole carries. "
    "What debris, fuel or a warhead that did not go off do there is not modelled."
)


def section(summary: Mapping[str, Any]) -> dict[str, Any]:
    """A row for each kind and fate; none in folders of earlier versions, which did not count it."""
    found = summary.get("came_down") or {"rows": []}
    return {
        "columns": list(COLUMNS.values()),
        "rows": [
            {
                "what": f"{_kind(row)}, {words.FATES.get(row['fate'], words.clean(row['fate']))}",
                "values": [numbers.count(Estimate(row[name])) if row[name] else "–" for name in COLUMNS],
            }
            for row in found["rows"]
        ],
        "about": ABOUT,
    }


def line(summary: Mapping[str, Any]) -> str:
    """One sentence; empty where nothing came down, or nobody counted."""
    found = (summary.get("came_down") or {}).get("per_raid") or {}
    told = [f"{numbers.count(Estimate(found[name]))} {where}" for name, where in COLUMNS.items() if found.get(name)]
    if not told:
        return ""
    return (
        f"Stopped is not harmless. Per raid come down: {words.listed(told)}, from the nearest target. What debris and "
        "fuel do there is not modelled."
    )


def _kind(row: Mapping[str, Any]) -> str:
    name = words.CLASSES.get(row["threat_class"], words.clean(row["threat_class"]))
    return f"decoy ({name})" if row["decoy"] else name
