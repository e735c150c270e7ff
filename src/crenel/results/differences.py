"""What changed between two runs, figure by figure, and what that did to the answer; from their summaries alone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

Json = dict[str, Any]
Summary = Mapping[str, Any]

_ASKED: Final = ("seed", "replicates", "blocks", "passes", "threats", "crenel")
_OF_A_FIGURE: Final = ("value", "low", "high", "grade", "note", "sources")
_OF_A_UNIT: Final = ("system", "lat_deg", "lon_deg", "mounted_m", "network", "position_error_m", "presence", "evidence")
_OF_A_GROUP: Final = ("threat", "count", "to", "from_deg", "starts_m", "height_m")
_OF_AN_ASSET: Final = ("lat_deg", "lon_deg", "radius_m", "value")


def differences(first: Summary, second: Summary) -> Json:
    """What two runs do not share.

    Returns
    -------
    dict
        `asked`, `figures`, `units`, `groups`, `assets`, `place`: rows of `name`, `what`, `first`, `second`, with None
        for what one of them lacks; `answer`: leaks and raids without a leak of both with chance and doubt, and whether
        their intervals by chance are apart; `same`: nothing differs at all.
    """
    found: Json = {
        "asked": [
            *_fields("", _asked(first), _asked(second), (*_ASKED, "doubt", "scenario")),
        ],
        "figures": _rows(first["figures"], second["figures"], "figure", _OF_A_FIGURE),
        "units": _rows(first["units"], second["units"], "name", _OF_A_UNIT),
        "groups": _rows(first["groups"], second["groups"], "name", _OF_A_GROUP),
        "assets": _rows(first["assets"], second["assets"], "name", _OF_AN_ASSET),
        "place": list(
            _fields("place", first["place"], second["place"], tuple(first["place"].keys() | second["place"].keys()))
        ),
    }
    found["place"].sort(key=lambda row: str(row["what"]))
    return {
        **found,
        "answer": {name: _pair(first[name], second[name]) for name in ("leak", "leak_share", "p_no_leak")},
        "same": not any(found.values()) and not list(leaves(first, second)),
    }


def leaves(first: Any, second: Any, at: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every place where two plain values differ: its path and both values, None for what is not there."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        for key in [*first, *(key for key in second if key not in first)]:
            yield from leaves(first.get(key), second.get(key), f"{at}.{key}".lstrip("."))
    elif isinstance(first, list | tuple) and isinstance(second, list | tuple):
        if len(first) != len(second):
            yield f"{at} (how many)", len(first), len(second)
            return
        for number, (one, other) in enumerate(zip(first, second, strict=True)):
            yield from leaves(one, other, f"{at}[{number}]")
    elif first != second or isinstance(first, bool) != isinstance(second, bool):
        yield at, first, second


def _asked(summary: Summary) -> Json:
    return {
        **{name: summary.get(name) for name in _ASKED},
        "doubt": (summary.get("doubts") or {}).get("n_doubt", 0),
        "scenario": summary["scenario"]["hash"],
    }


def _rows(first: Sequence[Summary], second: Sequence[Summary], key: str, names: Sequence[str]) -> list[Json]:
    one, other = ({str(row[key]): row for row in rows} for rows in (first, second))
    found: list[Json] = []
    for name in [*one, *(name for name in other if name not in one)]:
        if name not in other or name not in one:
            found.append({"name": name, "what": "there", "first": name in one, "second": name in other})
        else:
            found.extend(_fields(name, one[name], other[name], names))
    return found


def _fields(name: str, first: Summary, second: Summary, names: Sequence[str]) -> Iterator[Json]:
    for what in names:
        if first.get(what) != second.get(what):
            yield {"name": name, "what": what, "first": first.get(what), "second": second.get(what)}


def _pair(first: Summary, second: Summary) -> Json:
    apart = first["dice"][0] > second["dice"][1] or second["dice"][0] > first["dice"][1]
    return {
        "first": dict(first),
        "second": dict(second),
        "change": second["mean"] - first["mean"],
        "beyond_chance": apart,
    }
