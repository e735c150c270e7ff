"""The engine's log of a raid as sentences: who is held, who shoots at whom, what becomes of it."""

from collections.abc import Iterator, Sequence
from math import inf, isfinite
from typing import Any, Final

from crenel import engine
from crenel.engine.log import KINDS
from crenel.engine.tables import GUN
from crenel.results.replay import Event, Flight, Kind, Stand

_ENDED: Final[dict[str, Kind]] = {"shot_down": "kill", "jammed": "jammed", "failed": "failed", "leaked": "leak"}

_NEARLY_S: Final = 1e-6


def raid_events(found: engine.Logged, flights: Sequence[Flight], stands: Sequence[Stand]) -> Iterator[Event]:
    """Every line of a log that a reader asks for.

    Parameters
    ----------
    found : Logged
    flights : (T,) sequence of Flight
    stands : (U,) sequence of Stand

    Yields
    ------
    Event
        Not in order. A shot says when it meets its threat; one that meets it in vain is told as that.
    """
    kinds = [KINDS[int(line.kind)] for line in found.log]
    if "firm" not in kinds:
        yield from _held(found, flights, stands)
    for number, (line, kind) in enumerate(zip(found.log, kinds, strict=True)):
        i, u, time_s = int(line.threat), int(line.unit), float(line.time_s)
        name = flights[i].name if i >= 0 else ""
        by = stands[u].name if u >= 0 else ""
        if kind == "firm":
            yield Event(time_s, "firm", i, u, f"{by} holds {name} firmly.")
        elif kind == "lost":
            yield Event(time_s, "lost", i, u, f"{by} loses {name}.")
        elif kind in ("launched", "fired"):
            ends_s = _met_s(found.log[number + 1 :], i, u)
            yield Event(time_s, *_shot(kind, int(line.rounds), i, u, by, name), ends_s=ends_s)
        elif kind == "met":
            if time_s < flights[i].ended_s - _NEARLY_S:
                what = "The burst" if int(line.weapon) == GUN else "The shot"
                yield Event(time_s, "intercept", i, u, f"{what} of {by} misses {name}.")
        elif kind in _ENDED:
            yield Event(time_s, _ENDED[kind], i, u, _ending(flights[i], by))
        elif kind == "silenced":
            yield Event(time_s, "down", i, u, f"{name} hits {by}, which falls silent.")


def _shot(kind: str, rounds: int, i: int, u: int, by: str, name: str) -> tuple[Kind, int, int, str]:
    if kind == "fired":
        return "burst", i, u, f"{by} fires a burst at {name}."
    what = "a missile" if rounds == 1 else f"{rounds} missiles"
    return "launch", i, u, f"{by} launches {what} at {name}."


def _met_s(later: Any, i: int, u: int) -> float | None:
    met = KINDS.index("met")
    return next((float(line.time_s) for line in later if (line.kind, line.threat, line.unit) == (met, i, u)), None)


def _ending(flight: Flight, by: str) -> str:
    return {
        "missile": f"{by} shoots {flight.name} down with a missile.",
        "gun": f"{by} shoots {flight.name} down with guns.",
        "soft_kill": f"{by} jams {flight.name}: it comes down elsewhere.",
        "own_failure": f"{flight.name} fails by itself.",
        "leaked": f"{flight.name} gets through to {flight.to}.",
    }[flight.fate]


def _held(found: engine.Logged, flights: Sequence[Flight], stands: Sequence[Stand]) -> Iterator[Event]:
    """When each threat was in the pictures that units fight by: one event for all units that share a picture."""
    sharing: dict[int, list[int]] = {}
    for u, picture in enumerate(found.picture.tolist()):
        if picture >= 0:
            sharing.setdefault(picture, []).append(u)
    for picture, units in sharing.items():
        by = stands[units[0]].name if len(units) == 1 else f"the network of {stands[units[0]].name}"
        for i, flight in enumerate(flights):
            until_s = -inf
            for stay in found.stays[i, picture]:
                enters_s, leaves_s = float(stay.enters_s), float(stay.leaves_s)
                if not isfinite(enters_s) or enters_s >= flight.ended_s or enters_s <= until_s:
                    break
                if enters_s < flight.knots[0].time_s:
                    break  # a stay that nobody wrote
                until_s = enters_s
                yield Event(enters_s, "firm", i, units[0], f"{_capital(by)} holds {flight.name} firmly.")
                if leaves_s < flight.ended_s:
                    yield Event(leaves_s, "lost", i, units[0], f"{_capital(by)} loses {flight.name}.")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
