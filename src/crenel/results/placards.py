"""Placards: what stands beside every answer of a run, so that nobody reads more into it than it says."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from crenel.core.records import EVIDENCE, GRADES, Bracket, FlatTerrain, Scenario
from crenel.results.air import air_notes
from crenel.results.bonds import bonds, unusual
from crenel.results.credits import terrain_name, unlicensed
from crenel.results.figures import foreign, pk_bracket, stated_pk, weakest

_WORTH_TELLING_M: Final = 50.0
_OFTEN_ROLLED: Final = 0.01

LARGEST_THREATS: Final = 100
LARGEST_UNITS: Final = 10
"""The largest raid whose fates, causes and shots a test holds fast: the example reference-100x10."""

_SEEN_AS: Final = {
    "official": "officially acknowledged",
    "verified": "placed and dated from pictures by a named party",
    "pictured": "seen in pictures",
    "reported": "reported",
    "claimed": "claimed by a party",
    "assumed": "assumed",
}

_GRADED: Final = {
    "measured": "a measurement",
    "manufacturer": "the manufacturer's figure",
    "press": "a press report",
    "secondary": "a second-hand compilation",
    "estimate": "an estimate",
    "assumption": "an assumption",
}


def placards(
    scenario: Scenario[Bracket],
    *,
    notes: Sequence[str] = (),
    told: Mapping[str, Any] = MappingProxyType({}),
    outside_m: Sequence[float] = (),
    n_doubt: int = 0,
    fallback_share: float = 0.0,
) -> list[str]:
    """The placards of one scenario, most important first.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    notes : sequence of str
        What was done to the files of the place.
    told : mapping
        What the world says of the place: `model` and `zero` of its heights, `buildings`.
    outside_m : sequence of float
        (G,) mean length of route outside the terrain.
    n_doubt : int
        Points of the doubt that were played; 0 is the central one alone.
    fallback_share : float [1]
        Of all radar looks, how many were rolled one by one.
    """
    return [
        _alone(len(scenario.units)),
        *_kill(scenario),
        *bonds(scenario),
        *_foreign(scenario),
        "The raid is stated by whoever wrote the scenario, not predicted; the answer is a simulation from published "
        "figures, not an observation of any real defence.",
        *_published(scenario),
        *unusual(scenario),
        *_large(scenario),
        *_ground(scenario, notes, told),
        *_buildings(told),
        *unlicensed(scenario),
        *_outside(outside_m),
        *_evidence(scenario),
        *_echoes(scenario),
        *air_notes(scenario),
        *_rolled(fallback_share),
        *_intervals(n_doubt),
    ]


def _intervals(n_doubt: int) -> list[str]:
    chance = "The intervals hold chance inside the raid only. What is not published about the figures is not in them"
    if n_doubt == 0:
        return [f"{chance}."]
    return [
        f"{chance}: it is the range beside them, over {n_doubt:,} settings of all figures within their brackets. That "
        "range is no confidence interval: it is as wide as the brackets, and what nobody thought of is not in it."
    ]


def _large(scenario: Scenario[Bracket]) -> list[str]:
    """Beyond what the model was held against: nothing says that it breaks there, and nothing that it does not."""
    n_threats, n_units = scenario.n_threats, len(scenario.units)
    if n_threats <= LARGEST_THREATS and n_units <= LARGEST_UNITS:
        return []
    return [
        f"This raid is larger than any case that crenel was tested on: {n_threats:,} threats, {n_units:,} units; "
        f"the largest was {LARGEST_THREATS:,} against {LARGEST_UNITS:,}."
    ]


def _rolled(fallback_share: float) -> list[str]:
    if fallback_share < _OFTEN_ROLLED:
        return []
    return [
        f"{100.0 * fallback_share:.0f} % of all radar looks were rolled one by one, because tracks were lost and found "
        "again. That is exact, only slower."
    ]


def _alone(n_units: int) -> str:
    if n_units == 0:
        return "No unit at all; others may exist."
    return f"{'This' if n_units == 1 else 'These'} {n_units:,} unit{'s' * (n_units != 1)} alone; others may exist."


def _published(scenario: Scenario[Bracket]) -> list[str]:
    """Where a raid's numbers were taken from what was published: whose they are, and what they count."""
    noted = [group for group in scenario.groups if group.note]
    if not noted:
        return []
    every = "The numbers" if len(noted) == len(scenario.groups) else f"The numbers of {len(noted):,} groups"
    return [
        f"{every} of the raid are taken from raids as published: claims of one side, over a whole country or region. "
        "Where, when and how high they come here is stated, not published."
    ]


def _ground(scenario: Scenario[Bracket], notes: Sequence[str], told: Mapping[str, Any]) -> list[str]:
    terrain = scenario.place.terrain
    # Holes that were filled are guesses about the ground itself; the rest of what was done is told with the place.
    filled = [f"Terrain: {note}." for note in notes if "filled" in note]
    if isinstance(terrain, FlatTerrain):
        but = "" if told.get("buildings") is None else ", but for the buildings that its files hold"
        return [
            f"The ground is taken as flat at {_number(terrain.height_m)} m. That leaves out every hill, valley, wood "
            f"and building{but}: real ground hides low flyers for longer, and a unit that stands high sees them sooner."
        ]
    name = terrain_name(scenario)
    if told.get("zero") == "surface":
        return [
            f"Heights above ground count from the surface in {name}, roofs and treetops included: what flies 60 m "
            "above ground here flies 60 m above them, and nothing smaller than its cells hides anything.",
            *filled,
        ]
    if told.get("model") == "ground":
        return [
            f"The terrain in {name} is bare ground: trees hide nothing, nor what is smaller than its cells.",
            *filled,
        ]
    if told.get("model") == "surface":
        return [
            f"Trees and buildings hide as the surface model {name} shows them, at the size of its cells; heights above "
            "ground count from the bare ground.",
            *filled,
        ]
    return [
        f"Trees and buildings hide something only where the heights in {name} include them; nothing smaller than its "
        "cells does.",
        *filled,
    ]


def _buildings(told: Mapping[str, Any]) -> list[str]:
    buildings = told.get("buildings")
    if not buildings or not buildings["n"]:
        return []
    hide = "" if buildings["hide"] else " They hide as the surface model shows them."
    return [f"How high buildings are taken to be: {buildings['sentence']}.{hide}"]


def _outside(outside_m: Sequence[float]) -> list[str]:
    lengths_m = [length_m for length_m in outside_m if length_m >= _WORTH_TELLING_M]
    if not lengths_m:
        return []
    least, most = (_number(length_m / 1000.0) for length_m in (min(lengths_m), max(lengths_m)))
    told = least if least == most else f"{least} to {most}"
    which = "each way" if len(lengths_m) == len(outside_m) else f"the way of {len(lengths_m)} groups"
    which = "the way" if len(outside_m) == 1 else which.replace("1 groups", "1 group")
    return [f"On average {told} km of {which} lie outside the terrain, where nothing is in sight of anyone."]


def _kill(scenario: Scenario[Bracket]) -> list[str]:
    stated = stated_pk(scenario)
    bracket = pk_bracket(stated)
    grade = weakest(pk.figure.grade for pk in stated)
    if not scenario.units:
        return []
    if bracket is None or grade is None:
        return ["No weapon of these units is known to work against anything in this raid, so no shot is fired."]
    width = f"{bracket[0]:g} to {bracket[1]:g}" if bracket[0] != bracket[1] else f"{bracket[0]:g}"
    if GRADES.index(grade) < GRADES.index("estimate"):
        return [
            f"How often one shot kills, {width}, rests on {_GRADED[grade]} at worst. Nothing moves the answer more."
        ]
    return [
        f"How often one shot kills is published for almost no system. Here it is taken as {width}, {_GRADED[grade]} at "
        "worst. Nothing moves the answer more, and nothing here can narrow it."
    ]


def _foreign(scenario: Scenario[Bracket]) -> list[str]:
    """Whose figures crenel does not answer for, a line for each place that they come from."""
    names: dict[str, list[str]] = {}
    for entry in foreign(scenario):
        names.setdefault(entry.origin, []).append(entry.name)
    return [
        f"From {origin}, not from the catalogue that comes with crenel: {', '.join(dict.fromkeys(named))}. Figures, "
        "grades and sources there are those of whoever wrote them."
        for origin, named in names.items()
    ]


def _evidence(scenario: Scenario[Bracket]) -> list[str]:
    if not scenario.units:
        return []
    statuses = [unit.evidence.status for unit in scenario.units]
    if set(statuses) == {"assumed"}:
        return ["Where the units stand is assumed; nobody reported them."]
    found = [f"{statuses.count(status):,} {_SEEN_AS[status]}" for status in EVIDENCE if status in statuses]
    seen = sorted({unit.evidence.seen for unit in scenario.units if unit.evidence.seen})
    dated = ", with no date given"
    if seen:
        dated = f", last seen {seen[-1]}" if len(seen) == 1 else f", last seen between {seen[0]} and {seen[-1]}"
    official = "" if "official" in statuses else "; none is officially acknowledged"
    age = _age(seen, scenario.when)
    return [f"Units: {', '.join(found)}{dated}{age}{official}. They may have moved since."]


def _age(seen: Sequence[str], when: str) -> str:
    """How old the newest and the oldest evidence is on the day of the scenario; empty where a day is not known."""
    try:
        day = date.fromisoformat(when)
        ages = sorted(abs((day - date.fromisoformat(one)).days) for one in seen)
        later = any(date.fromisoformat(one) > day for one in seen)
    except ValueError:
        return ""
    if not ages or ages[-1] == 0:
        return ""
    width = f"{ages[0]:,}" if ages[0] == ages[-1] else f"{ages[0]:,} to {ages[-1]:,}"
    apart = "before or after" if later else "before"
    return f" ({width} day{'s' * (ages[-1] != 1)} {apart} the day of the scenario)"


def _echoes(scenario: Scenario[Bracket]) -> list[str]:
    """The radar echo decides how far radar sees, and nobody publishes it: all kinds in one line."""
    if not scenario.units:
        return []
    found: dict[str, str] = {}
    for group in scenario.groups:
        rcs = group.threat.rcs_m2
        width = f"; {rcs.low:g} to {rcs.high:g}" if rcs.is_doubtful else ""
        found.setdefault(group.threat.key, f"{group.threat.name} {rcs.value:g} m² ({_GRADED[rcs.grade]}{width})")
    return [f"Radar echoes are taken as: {', '.join(found.values())}."]


def _number(value: Any) -> str:
    return f"{value:,.1f}".removesuffix(".0")
