"""The answer of coverage in plain words: what the page and the terminal both print."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from crenel.report import numbers, words
from crenel.report.answer import alone

Summary = Mapping[str, Any]
Rows = Sequence[Mapping[str, Any]]

HEADLINE_M: Final = 60.0
"""The height that the first sentence is about, if it was asked; else the middle one."""

UNTIL: Final = {
    "masked_by_terrain": "the hills hide it",
    "masked_by_building": "buildings hide it",
    "below_horizon": "the horizon hides it",
    "too_weak": "its echo is too weak",
    "beyond_instrumented": "it is beyond the range that any unit shows",
    "outside_limits": "it is outside what the sensors look at",
    "too_slow": "it flies across, which no radar here tells from the ground",
    "no_data": "nothing is known of the ground",
    "visible": "it is in view, but not yet held",
}

CAUSES: Final = {
    "masked_by_terrain": "hidden by terrain",
    "masked_by_building": "hidden by buildings",
    "below_horizon": "below the horizon",
    "too_weak": "echo or signal too weak",
    "beyond_instrumented": "beyond the range that is shown",
    "outside_limits": "outside sector or elevation limits",
    "too_slow": "too slow towards the radar",
    "no_data": "no heights known",
    "visible": "in view for too short a time",
    "out_of_reach": "outside every envelope",
    "too_late": "in reach, not in time",
}

KINDS: Final = {"undetected": "arrives without being held", "unengaged": "held, but not engaged"}


def headline_height(summary: Summary) -> float:
    """The height above ground that the first sentence is about."""
    heights: list[float] = summary["question"]["heights_m"]
    return HEADLINE_M if HEADLINE_M in heights else heights[len(heights) // 2]


def sentences(summary: Summary) -> list[str]:
    """The answer: how much is seen and held, from where it comes latest, and whether what is required is met."""
    threat, asset, height_m = summary["question"]["threats"][0], summary["assets"][0], headline_height(summary)
    share = next(row for row in summary["shares"] if _is(row, asset["name"], threat["key"], height_m))
    flyer = words.article(words.CLASSES.get(threat["threat_class"], "threat")).capitalize()
    near = f"within {words.quantity(share['near_m'], 'm')} of {words.clean(asset['name'])}"
    told = [
        f"{flyer} {words.quantity(height_m, 'm')} up is in line of sight over {percent(share['in_sight'])} of the area "
        f"{near}, and held {_by(summary)} over {percent(share['held'])}.",
        latest(summary, asset["name"], threat["key"], height_m),
    ]
    return [*told, required(summary)] if summary["question"]["requirement"] else told


def latest(summary: Summary, asset: str, threat: str, height_m: float) -> str:
    """From which sides it is held latest, why, and how long before arrival."""
    rows = sides(summary, asset, threat, height_m)
    least = min(row["worst_s"] for row in rows)
    most = max(row["worst_s"] for row in rows)
    if most <= 0.0:
        return f"From no side is it held before it arrives: {UNTIL[_main(rows)]}."
    if least >= 0.8 * most:
        return f"From every side it is held about {seconds(least)} or more before arrival."
    late = [row["worst_s"] <= least + max(0.15 * (most - least), 5.0) for row in rows]
    where = words.listed([_side(rows, low, high) for low, high in _runs(late)])
    reason = _main([row for row, is_late in zip(rows, late, strict=True) if is_late])
    if least <= 0.0:
        return f"From {where} it arrives before it is held: {UNTIL[reason]}."
    if reason == "visible":
        return f"From {where} it is held only {seconds(least)} before arrival."
    return f"From {where} {UNTIL[reason]} until {seconds(least)} before arrival."


def required(summary: Summary) -> str:
    """Whether the required warning is met, and where not."""
    wanted = summary["question"]["requirement"]
    judged = _judged(summary)
    what = f"The required warning of {seconds(wanted['warning_s'])}"
    if not judged:
        return f"{what} holds at none of the heights that were worked out."
    missed = [row for row in judged if not row["passes"]]
    if not missed:
        return f"{what} is met from every side at every required height."
    by_height = []
    for height_m, rows in groupby(sorted(missed, key=lambda row: row["height_m"]), key=lambda row: row["height_m"]):
        late = list(rows)
        n_all = sum(row["height_m"] == height_m for row in judged)
        which = f" ({words.directions(late[0]['from_deg'], late[0]['to_deg'])})" if len(late) == 1 else ""
        by_height.append(f"{len(late)} of {n_all} sides at {words.quantity(height_m, 'm')}{which}")
    return f"{what} is missed from {words.listed(by_height)}."


def _judged(summary: Summary) -> Rows:
    """The sides for which a warning is required, once each: missed if it is from any start."""
    found: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for row in summary["warning"]:
        if row["passes"] is not None:
            key = (row["asset"], row["threat"], row["height_m"], row["from_deg"])
            if key not in found or (found[key]["passes"] and not row["passes"]):
                found[key] = row
    return list(found.values())


def _by(summary: Summary) -> str:
    """By what it is held: by radar, where nothing else looks."""
    seeing = [row for row in summary["units"] if row["sees"]]
    radars = summary["place"].get("air", {}).get("frequency_hz", {})
    return "on radar" if seeing and all(row["name"] in radars for row in seeing) else "firmly"


def sides(summary: Summary, asset: str, threat: str, height_m: float) -> Rows:
    """The warning of each side, where the threats begin nearest: what may be too late."""
    rows = [row for row in summary["warning"] if _is(row, asset, threat, height_m)]
    nearest_m = min(row["starts_m"] for row in rows)
    return [row for row in rows if row["starts_m"] == nearest_m]


def seconds(value_s: float) -> str:
    """A time as people say it: "40 s", "2 min 30 s"; whole seconds, never rounded up."""
    whole = int(value_s + 1e-6)
    if whole < 120:
        return f"{whole} s"
    minutes, left = divmod(whole, 60)
    return f"{minutes} min" + (f" {left} s" if left and minutes < 10 else "")


def short_seconds(low_s: float, high_s: float | None = None) -> str:
    """A time, or a range of times, for a table: "135 s", "40–60 s", "12 min" from ten minutes on."""
    high_s = low_s if high_s is None else high_s
    per, unit = (60.0, "min") if high_s >= 600.0 else (1.0, "s")
    low, high = (int(value_s / per + 1e-6) for value_s in (low_s, high_s))
    return f"{low} {unit}" if low == high else f"{low}–{high} {unit}"


def percent(share: float) -> str:
    """A share that no chance is in: "31 %", "under 1 %"."""
    if 0.0 < share < 0.01:
        return "under 1 %"
    if 0.99 < share < 1.0:
        return "over 99 %"
    return f"{100.0 * share:.0f} %"


def gap_words(gap: Mapping[str, Any], summary: Summary) -> str:
    """One gap in a sentence."""
    names = {row["key"]: words.clean(row["name"]) for row in summary["question"]["threats"]}
    where = words.directions(gap["from_deg"], gap["to_deg"])
    part = "" if gap["share"] > 0.99 else f" on {percent(gap['share'])} of that side"
    return (
        f"From {where}: {names.get(gap['threat'], gap['threat'])} at {words.quantity(gap['height_m'], 'm')} to "
        f"{words.clean(gap['asset'])}, {KINDS[gap['kind']]}{part} ({CAUSES[gap['cause']]})."
    )


def text(summary: Summary) -> str:
    """The answer in plain text, for a terminal."""
    return "\n".join(_lines(summary))


def _lines(summary: Summary) -> Iterator[str]:
    yield f"{words.clean(summary['scenario']['title'])}: coverage"
    yield alone(summary)
    yield ""
    yield from sentences(summary)
    yield ""
    widest = max(len(words.clean(row["asset"])) + len(row["threat"]) for row in summary["shares"]) + 4
    names = ("height", "in sight", "held", "least warning", "nine in ten")
    yield f"{'To, threat':<{widest}} {names[0]:>8} {names[1]:>9} {names[2]:>9} {names[3]:>14} {names[4]:>12}"
    for row in summary["shares"]:
        found = sides(summary, row["asset"], row["threat"], row["height_m"])
        name = f"{words.clean(row['asset'])}, {row['threat']}"
        least, worst = (min(side[key] for side in found) for key in ("warning_s", "worst_s"))
        yield (
            f"{name:<{widest}} {words.quantity(row['height_m'], 'm'):>8} {percent(row['in_sight']):>9} "
            f"{percent(row['held']):>9} {_or_none(least):>14} {_or_none(worst):>12}"
        )
    yield ""
    gaps = summary["gaps"]
    yield f"Gaps: {words.plural(len(gaps), 'side')}" if gaps else "Gaps: none wider than a tenth of a side of 15°."
    for gap in gaps[:8]:
        yield f"  {gap_words(gap, summary)}"
        if gap["remedy"]:
            yield f"    {gap['remedy']}"
    if len(gaps) > 8:
        yield f"  ... and {numbers.whole(len(gaps) - 8)} more in the folder."
    yield ""
    yield from summary["placards"][1:3]
    yield from map(words.clean, summary["place"].get("air", {}).get("notes", ()))


def _or_none(value_s: float) -> str:
    return seconds(value_s) if value_s > 0.0 else "none"


def _main(rows: Rows) -> str:
    """The reason of the latest of some sides."""
    reason: str = min(rows, key=lambda row: row["worst_s"])["reason"]
    return reason


def _runs(flags: Sequence[bool]) -> list[tuple[int, int]]:
    """Stretches of sides next to each other, around north too: first side, and the one after the last."""
    n = len(flags)
    if all(flags):
        return [(0, n)]
    found = []
    for i in range(n):
        if flags[i] and not flags[i - 1]:
            end = i
            while flags[end % n]:
                end += 1
            found.append((i, end))
    return found


def _side(rows: Rows, first: int, end: int) -> str:
    low, high = rows[first]["from_deg"], rows[(end - 1) % len(rows)]["to_deg"]
    return f"{low:.0f}° to {high % 360 or 360:.0f}°" if end - first < len(rows) else "every side"


def _is(row: Mapping[str, Any], asset: str, threat: str, height_m: float) -> bool:
    return bool(row["asset"] == asset and row["threat"] == threat and row["height_m"] == height_m)
