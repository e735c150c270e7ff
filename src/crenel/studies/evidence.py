"""The evidence ladder: the same raids, fought by those units only that anyone vouches for firmly enough.

A rung holds every unit whose evidence is at least so firm. Beside the ladder stands the mean over raids in which each
unit is there with its own probability, drawn anew for each raid: no product of averages, but the mean itself.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from crenel.core.doubt import Point
from crenel.core.records import EVIDENCE, Bracket, FloatArray, Scenario, Unit
from crenel.results.counts import Counts
from crenel.results.decoys import n_real
from crenel.studies.telling import Told, no_leak, share

Json = dict[str, Any]
Presence = tuple[float, ...]

_LABELS: Final = {
    "official": "officially acknowledged",
    "verified": "+ placed and dated by a named party",
    "pictured": "+ seen in pictures",
    "reported": "+ reported",
    "all": "+ claimed or assumed: all of them",
}
"""The rungs, firmest first. The last one holds whatever is left, so it is the main result."""

_ENDS: Final = ("low", "mid", "high")
"""Of the bracket of each unit's presence."""

_DRAWN: Final = "presence mid"
"""The row whose presence is a doubt."""


class Row(NamedTuple):
    """One way of fighting the raids again: with what probability each unit is there."""

    name: str
    presence: Presence


class _Rung(NamedTuple):
    status: str
    added: int
    presence: Presence


def rows(scenario: Scenario[Bracket]) -> tuple[Row, ...]:
    """The rows that have to be fought: each once, and none of which the answer is known.

    The curve fights every raid eleven times already, so a row that tells nothing new must not cost another fight: a
    rung without a unit of its own has no number, one with every unit is the main result, and where no unit's presence
    is in doubt so are the presence rows. Most scenarios fight one or two rows, none more than seven.
    """
    asked = [(rung.status, rung.presence) for rung in _rungs(scenario) if rung.added]
    asked += [(f"presence {end}", presence) for end, presence in _draws(scenario)]
    found: dict[Presence, str] = {}
    for name, presence in asked:
        if not _is_certain(presence):
            found.setdefault(presence, name)
    return tuple(Row(name, presence) for presence, name in found.items())


def presence_array(fought: Sequence[Row]) -> FloatArray:
    """The presence of each unit in each row, as the engine wants it: (M, U) float64 [1]."""
    return np.array([row.presence for row in fought], np.float64)


def drawn(fought: Sequence[Row], scenario: Scenario[Bracket], point: Point) -> tuple[Row, ...]:
    """The rows at one point of the doubt: the mean takes each unit's presence from within its bracket."""
    presence = tuple(
        1.0 if unit.presence is None else point.get(unit.presence.figure, unit.presence.value)
        for unit in scenario.units
    )
    return tuple(Row(row.name, presence) if row.name == _DRAWN and point else row for row in fought)


def told(scenario: Scenario[Bracket], counts: Counts, *, main: Told, undefended: float, n_points: int = 1) -> Json:
    """What `summary.json` says about the evidence; leaks are threats per raid.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    counts : Counts
        Of every part; its rows are those of `rows`.
    main : Told
        Leaks with every unit there.
    undefended : float
        Mean leaks with none.
    n_points : int
        Points of the doubt; 1 for the central one alone.
    """
    number = {row.presence: m for m, row in enumerate(rows(scenario))}
    n_raids = int(counts.refought.sum())

    def leak(presence: Presence) -> Told:
        if _is_certain(presence):
            return main
        leaks = counts.evidence_leaks[number[presence]]
        found = share(leaks, counts.refought * n_real(scenario.groups), n_raids=n_raids, n_points=n_points)
        return found.times(n_real(scenario.groups))

    def none(presence: Presence) -> Told:
        if _is_certain(presence):
            return no_leak(counts.no_leak, counts.raids, n_points)
        return no_leak(counts.evidence_no_leak[number[presence]], counts.refought, n_points)

    draws = dict(_draws(scenario))
    return {
        "ladder": [_rung_row(rung, leak, none) for rung in _rungs(scenario)],
        "weighted": {end: leak(draws[end]).plain() if draws else None for end in _ENDS},
        "weighted_p_no_leak": {end: none(draws[end]).plain() if draws else None for end in _ENDS},
        "presence": [_presence_row(unit) for unit in scenario.units],
        "undefended": {"leak": undefended},
    }


def _rungs(scenario: Scenario[Bracket]) -> Iterator[_Rung]:
    ranks = [EVIDENCE.index(unit.evidence.status) for unit in scenario.units]
    for rank, status in enumerate(_LABELS):
        is_last = status == "all"  # it takes all that is left: claims and assumptions are not told apart
        added = sum(found >= rank if is_last else found == rank for found in ranks)
        yield _Rung(status, added, tuple(1.0 if is_last or found <= rank else 0.0 for found in ranks))


def _draws(scenario: Scenario[Bracket]) -> Iterator[tuple[str, Presence]]:
    """The presence of every unit at the low end, the central value and the high end; nothing if none is in doubt."""
    if all(unit.presence is None for unit in scenario.units):
        return
    for end in _ENDS:
        yield end, tuple(_presence(unit, end) for unit in scenario.units)


def _presence(unit: Unit[Bracket], end: str) -> float:
    """A unit without a stated chance is there: that is what the question supposes."""
    if unit.presence is None:
        return 1.0
    return {"low": unit.presence.low, "mid": unit.presence.value, "high": unit.presence.high}[end]


def _is_certain(presence: Presence) -> bool:
    """Whether every unit is there: then the raids have been played already."""
    return all(p == 1.0 for p in presence)


def _rung_row(rung: _Rung, leak: Callable[[Presence], Told], none: Callable[[Presence], Told]) -> Json:
    n_units = int(sum(rung.presence))
    # A rung on which nobody stands is told neither as a city without defence nor as the rung below it.
    is_empty = n_units == 0 if rung.status == "all" else rung.added == 0
    note = "no unit has this status" if is_empty else ""
    return {
        "status": rung.status,
        "label": "all of them" if rung.status == "all" and not rung.added else _LABELS[rung.status],
        "added": rung.added,
        "units": n_units,
        "leak": None if is_empty else leak(rung.presence).plain(),
        "p_no_leak": None if is_empty else none(rung.presence).plain(),
        "note": note,
    }


def _presence_row(unit: Unit[Bracket]) -> Json | None:
    if unit.presence is None:
        return None
    return {
        "name": unit.name,
        "low": unit.presence.low,
        "value": unit.presence.value,
        "high": unit.presence.high,
        "grade": unit.presence.grade,
    }
