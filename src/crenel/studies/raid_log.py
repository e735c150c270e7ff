"""The engine's log of a raid as sentences: who is held, who shoots at whom, what becomes of it; and who was busy."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from crenel import engine
from crenel.results.replay import Event, Flight, Kind, Stand

_ENDED: Final[dict[str, Kind]] = {"shot_down": "kill", "jammed": "jammed", "failed": "failed", "leaked": "leak"}

_NEARLY_S: Final = 1e-6


def raid_events(log: Sequence[engine.Event], flights: Sequence[Flight], stands: Sequence[Stand]) -> Iterator[Event]:
    """The lines of a log that a reader asks for.

    Parameters
    ----------
    log : sequence of engine.Event
    flights : (T,) sequence of Flight
    stands : (U,) sequence of Stand

    Yields
    ------
    Event
        Units that share a picture hold a threat together: that is told once. A shot says when it meets its threat; one
        that meets it in vain is told as that.
    """
    for number, line in enumerate(log):
        i, u, time_s = line.threat, line.unit, line.time_s
        name, by = _name(flights, i), _name(stands, u)
        if line.kind in ("firm", "lost"):
            also = [other for other in log if (other.kind, other.threat, other.time_s) == (line.kind, i, time_s)]
            if also[0] is line:
                yield _track(line, name, by, n_more=len(also) - 1)
        elif line.kind in ("launched", "fired"):
            ends_s = next((after.time_s for after in log[number + 1 :] if _meets(after, i, u)), None)
            yield Event(time_s, "launch" if line.kind == "launched" else "burst", i, u, _shot(line, by, name), ends_s)
        elif line.kind == "met" and time_s < flights[i].ended_s - _NEARLY_S:
            what = "The burst" if line.weapon == "gun" else "The shot"
            yield Event(time_s, "intercept", i, u, f"{what} of {by} misses {name}.")
        elif line.kind in _ENDED:
            yield Event(time_s, _ENDED[line.kind], i, u, _ending(flights[i], by))
        elif line.kind == "silenced":
            yield Event(time_s, "down", i, u, f"{name} hits {by}, which falls silent.")
        elif line.kind == "reloaded":
            yield Event(time_s, "reload", i, u, f"{by} has loaded {line.rounds} missiles.")


def busy(log: Sequence[engine.Event], stands: Sequence[Stand]) -> tuple[Stand, ...]:
    """Stands with their busy channels and missiles left, as a log tells them."""
    found = []
    for number, stand in enumerate(stands):
        lines = [line for line in log if line.unit == number and line.channels >= 0]
        left, stock = [(0.0, stand.rounds)], stand.rounds
        for line in lines:
            if line.kind in ("launched", "reloaded"):
                stock += line.rounds if line.kind == "reloaded" else -line.rounds
                left.append((round(line.time_s, 3), stock))
        steps = [
            (round(line.time_s, 3), stand.channels - line.channels)
            for line in lines
            if line.kind in ("launched", "fired", "assessed")
        ]
        found.append(replace(stand, busy=tuple(steps), left=tuple(left)))
    return tuple(found)


def _name(named: Sequence[Flight] | Sequence[Stand], number: int) -> str:
    return named[number].name if number >= 0 else ""


def _track(line: engine.Event, name: str, by: str, *, n_more: int) -> Event:
    who = by if n_more == 0 else f"{by} and {n_more} more"
    kind: Kind = "firm" if line.kind == "firm" else "lost"
    verb = ("holds" if kind == "firm" else "loses") if n_more == 0 else ("hold" if kind == "firm" else "lose")
    return Event(line.time_s, kind, line.threat, line.unit, f"{who} {verb} {name}{' firmly' * (kind == 'firm')}.")


def _shot(line: engine.Event, by: str, name: str) -> str:
    if line.kind == "fired":
        return f"{by} fires a burst at {name}."
    what = "a missile" if line.rounds == 1 else f"{line.rounds} missiles"
    return f"{by} launches {what} at {name}."


def _meets(line: engine.Event, i: int, u: int) -> bool:
    return (line.kind, line.threat, line.unit) == ("met", i, u)


def _ending(flight: Flight, by: str) -> str:
    return {
        "missile": f"{by} shoots {flight.name} down with a missile.",
        "gun": f"{by} shoots {flight.name} down with guns.",
        "soft_kill": f"{by} jams {flight.name}: it comes down elsewhere.",
        "own_failure": f"{flight.name} fails by itself.",
        "leaked": f"{flight.name} gets through to {flight.to}.",
    }[flight.fate]
