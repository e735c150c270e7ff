"""The record of one raid played once: who flew where, what happened when, and who was busy. A format of its own.

Times are seconds since the raid's own zero, positions degrees on WGS 84, `height_agl_m` metres above the ground and
`ground_msl_m` the ground's own height there, in the datum of the scenario's terrain. `replay: 1` versions the format.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from crenel.core.records import CrenelError

FORMAT: Final = 1

Kind: TypeAlias = Literal[
    "appears", "firm", "lost", "launch", "burst", "intercept", "reload", "kill", "jammed", "failed", "leak", "down"
]

KINDS: Final[tuple[Kind, ...]] = (
    *("appears", "firm", "lost", "launch", "burst", "intercept", "reload"),
    *("kill", "jammed", "failed", "leak", "down"),
)
"""What can happen, in the order in which things of one moment are told."""

_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: `threat` and `unit` count from 0, -1 for none; a shot says when it `ends_s`."""

    time_s: float
    kind: Kind
    threat: int
    unit: int
    says: str
    ends_s: float | None = None


@dataclass(frozen=True, slots=True)
class Knot:
    """A point of a flight; between two of them it is straight."""

    time_s: float
    lon_deg: float
    lat_deg: float
    height_agl_m: float
    ground_msl_m: float


@dataclass(frozen=True, slots=True)
class Flight:
    """One threat of the raid: its way up to the end of its flight, and what became of it."""

    name: str
    group: str
    threat: str
    threat_class: str
    to: str
    fate: str
    cause: str
    unit: int
    ended_s: float
    rounds: int
    bursts: int
    knots: tuple[Knot, ...]


@dataclass(frozen=True, slots=True)
class Stand:
    """One unit, where it stands, and how busy it was: (time, busy channels), (time, missiles left), up to the next."""

    name: str
    system: str
    lon_deg: float
    lat_deg: float
    height_agl_m: float
    ground_msl_m: float
    channels: int
    rounds: int
    busy: tuple[tuple[float, int], ...] = ()
    left: tuple[tuple[float, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Goal:
    """One asset."""

    name: str
    lon_deg: float
    lat_deg: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class Replay:
    """One raid. `complete` says whether tracks, launches and channels are known, or only flights and fates."""

    title: str
    when: str
    scenario: str
    crenel: str
    seed: int
    replicate: int
    why: str
    complete: bool
    flights: tuple[Flight, ...]
    stands: tuple[Stand, ...]
    goals: tuple[Goal, ...]
    events: tuple[Event, ...]
    placards: tuple[str, ...] = field(default=())

    @property
    def leaks(self) -> int:
        """Threats that got through."""
        return sum(flight.fate == "leaked" for flight in self.flights)

    @property
    def starts_s(self) -> float:
        """When the first threat appears."""
        return min((flight.knots[0].time_s for flight in self.flights), default=0.0)

    @property
    def ends_s(self) -> float:
        """When the last thing happens."""
        return max(
            (*(flight.ended_s for flight in self.flights), *(event.time_s for event in self.events)), default=0.0
        )

    def plain(self) -> dict[str, Any]:
        """Ready for JSON, in columns: small, and what the viewer reads."""
        return {
            "replay": FORMAT,
            "crenel": self.crenel,
            "title": self.title,
            "when": self.when,
            "hash": self.scenario,
            "seed": self.seed,
            "replicate": self.replicate,
            "why": self.why,
            "complete": self.complete,
            "leaks": self.leaks,
            "starts_s": _ms(self.starts_s),
            "ends_s": _ms(self.ends_s),
            "threats": [_flight(flight) for flight in self.flights],
            "units": [_stand(stand) for stand in self.stands],
            "assets": [
                {"name": goal.name, "lon": _deg(goal.lon_deg), "lat": _deg(goal.lat_deg), "radius_m": goal.radius_m}
                for goal in self.goals
            ],
            "events": [_event(event) for event in self.events],
            "placards": list(self.placards),
        }


def from_plain(held: Mapping[str, Any]) -> Replay:
    """A replay from what `plain` gave.

    Raises
    ------
    CrenelError
        It is none, or of a newer format.
    """
    if not isinstance(held.get("replay"), int):
        raise CrenelError("This is no replay of crenel.")
    if held["replay"] > FORMAT:
        raise CrenelError(
            f"This replay was written by crenel {held.get('crenel', '?')} in a newer format (replay: {held['replay']}; "
            f"this version reads up to {FORMAT}). Install a newer crenel."
        )
    return Replay(
        title=held["title"],
        when=held["when"],
        scenario=held["hash"],
        crenel=held["crenel"],
        seed=held["seed"],
        replicate=held["replicate"],
        why=held["why"],
        complete=held["complete"],
        flights=tuple(_flight_of(row) for row in held["threats"]),
        stands=tuple(_stand_of(row) for row in held["units"]),
        goals=tuple(Goal(row["name"], row["lon"], row["lat"], row["radius_m"]) for row in held["assets"]),
        events=tuple(
            Event(row["t"], row["kind"], row["threat"], row["unit"], row["says"], row.get("ends"))
            for row in held["events"]
        ),
        placards=tuple(held["placards"]),
    )


def read_replay(path: Path) -> Replay:
    """A replay from its file; errors as `from_plain`."""
    try:
        held = json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise CrenelError(f"{path} is no replay that can be read.") from None
    return from_plain(held if isinstance(held, dict) else {})


def in_order(events: Sequence[Event]) -> tuple[Event, ...]:
    """Events by time; those of one moment in the order of `KINDS`, then by threat and unit."""
    return tuple(sorted(events, key=lambda event: (event.time_s, KINDS.index(event.kind), event.threat, event.unit)))


def _flight(flight: Flight) -> dict[str, Any]:
    return {
        "name": flight.name,
        "group": flight.group,
        "threat": flight.threat,
        "class": flight.threat_class,
        "to": flight.to,
        "fate": flight.fate,
        "cause": flight.cause,
        "unit": flight.unit,
        "ended_s": _ms(flight.ended_s),
        "rounds": flight.rounds,
        "bursts": flight.bursts,
        "t": [_ms(knot.time_s) for knot in flight.knots],
        "lon": [_deg(knot.lon_deg) for knot in flight.knots],
        "lat": [_deg(knot.lat_deg) for knot in flight.knots],
        "h": [round(knot.height_agl_m, 1) for knot in flight.knots],
        "ground": [round(knot.ground_msl_m, 1) for knot in flight.knots],
    }


def _flight_of(row: Mapping[str, Any]) -> Flight:
    columns = zip(row["t"], row["lon"], row["lat"], row["h"], row["ground"], strict=True)
    return Flight(
        row["name"],
        row["group"],
        row["threat"],
        row["class"],
        row["to"],
        row["fate"],
        row["cause"],
        row["unit"],
        row["ended_s"],
        row["rounds"],
        row["bursts"],
        tuple(Knot(*values) for values in columns),
    )


def _stand(stand: Stand) -> dict[str, Any]:
    return {
        "name": stand.name,
        "system": stand.system,
        "lon": _deg(stand.lon_deg),
        "lat": _deg(stand.lat_deg),
        "h": round(stand.height_agl_m, 1),
        "ground": round(stand.ground_msl_m, 1),
        "channels": stand.channels,
        "rounds": stand.rounds,
        "busy": [list(step) for step in stand.busy],
        "left": [list(step) for step in stand.left],
    }


def _stand_of(row: Mapping[str, Any]) -> Stand:
    return Stand(
        row["name"],
        row["system"],
        row["lon"],
        row["lat"],
        row["h"],
        row["ground"],
        row["channels"],
        row["rounds"],
        tuple((step[0], step[1]) for step in row["busy"]),
        tuple((step[0], step[1]) for step in row["left"]),
    )


def _event(event: Event) -> dict[str, Any]:
    told = {"t": _ms(event.time_s), "kind": event.kind, "threat": event.threat, "unit": event.unit, "says": event.says}
    return told if event.ends_s is None else {**told, "ends": _ms(event.ends_s)}


def _ms(seconds: float) -> float:
    return round(seconds, 3)


def _deg(degrees: float) -> float:
    return round(degrees, _DECIMALS)
