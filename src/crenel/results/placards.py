"""Placards: what stands beside every answer of a run, so that nobody reads more into it than it says."""

from collections.abc import Sequence
from typing import Any, Final

from crenel.core.records import EVIDENCE, GRADES, Bracket, FlatTerrain, Scenario
from crenel.results.figures import pk_bracket, stated_pk, weakest

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


def placards(scenario: Scenario[Bracket], *, notes: Sequence[str] = (), outside_m: Sequence[float] = ()) -> list[str]:
    """The placards of one scenario, most important first.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    notes : sequence of str
        What was done to the terrain.
    outside_m : sequence of float
        (G,) mean length of route outside the terrain.
    """
    return [
        _alone(len(scenario.units)),
        "The raid is stated by whoever wrote the scenario, not predicted.",
        *_ground(scenario, notes),
        *_outside(scenario, outside_m),
        *_kill(scenario),
        *_evidence(scenario),
        *_echoes(scenario),
        "The intervals hold chance inside the raid only. What is not published about the figures is not in them.",
    ]


def _alone(n_units: int) -> str:
    if n_units == 0:
        return "No unit at all; others may exist."
    return f"{'This' if n_units == 1 else 'These'} {n_units:,} unit{'s' * (n_units != 1)} alone; others may exist."


def _ground(scenario: Scenario[Bracket], notes: Sequence[str]) -> list[str]:
    terrain = scenario.place.terrain
    if isinstance(terrain, FlatTerrain):
        return [
            f"The ground is taken as flat at {_number(terrain.height_m)} m. That leaves out every hill, valley, wood "
            "and building: real ground hides low flyers for longer, and a unit that stands high sees them sooner."
        ]
    return [f"Terrain: {note}" for note in notes]


def _outside(scenario: Scenario[Bracket], outside_m: Sequence[float]) -> list[str]:
    return [
        f"{group.name}: {_number(length_m / 1000.0)} km of the way, on average, lie outside the terrain, where nothing "
        "is in sight of anyone."
        for group, length_m in zip(scenario.groups, outside_m, strict=False)
        if length_m >= 50.0
    ]


def _kill(scenario: Scenario[Bracket]) -> list[str]:
    stated = stated_pk(scenario)
    bracket = pk_bracket(stated)
    grade = weakest(pk.figure.grade for pk in stated)
    if not scenario.units:
        return []
    if bracket is None or grade is None:
        return ["No weapon of these units is known to work against anything in this raid, so no shot is fired."]
    words = "assumed" if GRADES.index(grade) >= GRADES.index("estimate") else "stated"
    return [
        f"How often one shot kills is {words}: {bracket[0]:g} to {bracket[1]:g}, {_GRADED[grade]} at worst. "
        "It moves the answer more than all else; the curve shows how."
    ]


def _evidence(scenario: Scenario[Bracket]) -> list[str]:
    if not scenario.units:
        return []
    statuses = [unit.evidence.status for unit in scenario.units]
    found = [f"{statuses.count(status):,} {_SEEN_AS[status]}" for status in EVIDENCE if status in statuses]
    seen = sorted({unit.evidence.seen for unit in scenario.units if unit.evidence.seen})
    dated = {0: "with no date given", 1: f"last seen {seen[-1] if seen else ''}"}.get(
        len(seen), f"last seen between {seen[0] if seen else ''} and {seen[-1] if seen else ''}"
    )
    official = "" if "official" in statuses else " None is officially acknowledged."
    return [f"Units: {', '.join(found)}; {dated}. Units move.{official}"]


def _echoes(scenario: Scenario[Bracket]) -> list[str]:
    found: dict[str, str] = {}
    for group in scenario.groups:
        rcs = group.threat.rcs_m2
        width = f"{rcs.low:g} to {rcs.high:g} m²" if rcs.is_doubtful else "no other value given"
        found.setdefault(
            group.threat.key,
            f"The radar echo of {group.threat.name} is taken as {rcs.value:g} m² ({width}), {_GRADED[rcs.grade]}.",
        )
    return list(found.values())


def _number(value: Any) -> str:
    return f"{value:,.1f}".removesuffix(".0")
