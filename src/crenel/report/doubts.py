"""What nobody published makes of the answer, in plain words and as the data of one picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crenel.report import numbers, words
from crenel.report.numbers import Estimate, estimate

Summary = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Strip:
    """Dice and doubt on one axis, in threats per raid.

    `raids`: nine raids of ten lie within; `chance`: the mean's interval; `doubt`: nine settings of ten; `points`: the
    mean of each setting; the corners are None where none was played.
    """

    n_threats: int
    most: float
    mean: float
    raids: tuple[float, float]
    chance: tuple[float, float]
    doubt: tuple[float, float]
    points: tuple[float, ...]
    favourable: float | None
    adverse: float | None
    alt: str


def doubted(summary: Summary) -> bool:
    """Whether doubt was played, rather than the central values alone."""
    return bool((summary.get("doubts") or {}).get("n_doubt"))


def span(value: Mapping[str, Any], factor: float = 1.0) -> str:
    """The range by doubt: "1.0–2.4"; empty where none was played."""
    found = value.get("doubt")
    if not found:
        return ""
    low, high = (numbers.significant(factor * end, 2) for end in found)
    return low if low == high else f"{low}–{high}"


def sentence(summary: Summary) -> str:
    """Mean, chance and doubt of what gets through, in one sentence; empty without doubt."""
    if not doubted(summary):
        return ""
    leak, n = summary["leak"], summary["threats"]
    told = estimate(leak)
    low, high = (numbers.significant(end, 2) for end in leak["doubt"])
    n_doubt = summary["doubts"]["n_doubt"]
    between = f"is {low}" if low == high else f"lies between {low} and {high}"
    return (
        f"On average {numbers.count_of(told, n)} get through; in brackets what chance leaves open. Over {n_doubt:,} "
        f"settings of what nobody published, nine in ten, it {between}."
    )


def corners(summary: Summary) -> list[tuple[str, str]]:
    """What gets through where all is as good, as bad, or as stated: label and number."""
    found = (summary.get("doubts") or {}).get("corners") or {}
    labels = {
        "favourable": "every figure at its best for the defence",
        "central": "every figure at the value taken",
        "adverse": "every figure at its worst",
    }
    return [
        (label, numbers.count_of(estimate(found[key]["leak"]), summary["threats"]))
        for key, label in labels.items()
        if key in found
    ]


def extremes(summary: Summary) -> list[tuple[str, str, list[str]]]:
    """The lowest and the highest setting: label, number, and the figures that go with the leaks most."""
    if not doubted(summary):
        return []
    names, n = words.owners(summary), summary["threats"]
    return [
        (
            f"the {which} of them",
            f"{numbers.count(Estimate(found['leak']))} of {n:,}",
            [_setting(row, names) for row in found["settings"]],
        )
        for which, found in (("lowest", summary["doubts"]["lowest"]), ("highest", summary["doubts"]["highest"]))
    ]


def held(summary: Summary) -> str:
    """What could not be varied, and why; empty where all was."""
    found = (summary.get("doubts") or {}).get("held") or []
    if not found:
        return ""
    return (
        f"{words.plural(len(found), 'figure')} of where antennas stand keep their values: this ground is too large to "
        "work out what is in sight from many places."
    )


def strip(summary: Summary) -> Strip | None:
    """The picture of dice and doubt; None without doubt."""
    if not doubted(summary):
        return None
    doubts, n = summary["doubts"], int(summary["threats"])
    quantiles, leak = summary["leak_quantiles"], summary["leak"]
    found = doubts.get("corners") or {}
    favourable, adverse = (
        float(found[key]["leak"]["mean"]) if key in found else None for key in ("favourable", "adverse")
    )
    points = tuple(float(mean) for mean, _ in doubts["points"])
    greatest = max([*points, leak["dice"][1], quantiles["p95"], adverse or 0.0])
    raids = (float(quantiles["p05"]), float(quantiles["p95"]))
    alt = (
        f"Dice and doubt, threats that get through of {n:,}. From raid to raid: {numbers.significant(raids[0])} to "
        f"{numbers.significant(raids[1])} in nine of ten. Mean {numbers.count_of(estimate(leak), n)}, 95 % by chance. "
        f"By what is not published: {span(leak)} in nine settings of ten."
    )
    return Strip(
        n_threats=n,
        most=min(float(n), greatest * 1.08) or 1.0,
        mean=float(leak["mean"]),
        raids=raids,
        chance=(float(leak["dice"][0]), float(leak["dice"][1])),
        doubt=(float(leak["doubt"][0]), float(leak["doubt"][1])),
        points=points,
        favourable=favourable,
        adverse=adverse,
        alt=alt,
    )


def flagged(summary: Summary) -> list[dict[str, str]]:
    """The closed forms beside the simulation, in words."""
    told = {"equals": "the same", "about": "about the same", "at least": "at least this", "at most": "at most this"}
    return [
        {
            "name": words.said(row["name"]),
            "closed": numbers.significant(row["closed"]) if row["closed"] >= 5e-4 else "under 0.0005",
            "simulated": numbers.significant(row["simulated"]) if row["simulated"] >= 5e-4 else "under 0.0005",
            "relation": told.get(row["relation"], row["relation"]),
            "verdict": _verdict(row),
        }
        for row in summary.get("cross_check") or ()
    ]


def _verdict(row: Mapping[str, Any]) -> str:
    if not row["parts"]:
        return "holds"
    return words.said(f"parts: {row['reason']}") if row["reason"] else "parts, and nobody knows why: look into it"


def _setting(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    owner, what = words.figure(row["figure"], names)
    value = words.quantity(row["value"], row["unit"], row["figure"])
    bracket = words.bracket(row["low"], row["high"], row["unit"], row["figure"])
    return f"{owner}, {what}: {value} (of {bracket})"
