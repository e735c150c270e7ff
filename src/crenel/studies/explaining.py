"""One raid of a run as a record: who flew where, what was done to it, how busy everyone was, and why some got through.

Times count from the first start of the raid, places from the centre of the place. Numbers only: faces add the words.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from math import hypot, isnan
from typing import Any, Final

from crenel import engine
from crenel.core.records import CAME_DOWN, Group
from crenel.results.identity import scenario_hash, version
from crenel.studies.again import Again, flown

Json = dict[str, Any]
Way = list[tuple[float, float, float, float]]

FORMAT: Final = 1

_SAME_S: Final = 1e-6


def explained(one: Again, *, why: str) -> Json:
    """The record of a raid, ready for JSON (see `crenel.app.replay_of`)."""
    ways = [flown(one, i) for i in range(len(one.raid.flights))]
    names = names_of([one.scenario.groups[flight.group] for flight in one.raid.flights])
    posts = [_post(one, u) for u in range(len(one.case.units))]
    flights = [_flight(one, i, names[i], ways[i]) for i in range(len(names))]
    return {
        "replay": FORMAT,
        "crenel": version(),
        "scenario": {
            "name": one.scenario.name,
            "title": one.scenario.title,
            "when": one.scenario.when,
            "hash": scenario_hash(one.scenario),
        },
        "seed": one.seed,
        "replicate": one.raid.replicate,
        "doubt_point": one.point if one.point >= 0 else None,
        "why": why,
        "threats": sum(not flight["decoy"] for flight in flights),
        "leaks": sum(flight["fate"] == "leaked" and not flight["decoy"] for flight in flights),
        "ends_s": _ms(max(flight["ended_s"] for flight in flights)),
        "units": [_unit(one, u, posts[u]) for u in range(len(posts))],
        "assets": [_asset(one, a) for a in range(len(one.case.assets))],
        "flights": flights,
        "events": [_event(one, number, ways, posts) for number in range(len(one.raid.events))],
    }


def names_of(groups: Sequence[Group[Any]]) -> list[str]:
    """A short name for each threat: its class, or what it pretends to be, and a number: "drone 4", "decoy 2"."""
    counted: Counter[str] = Counter()
    found = []
    for group in groups:
        kind = "decoy" if group.decoy else _CLASSES[group.threat.threat_class]
        counted[kind] += 1
        found.append(f"{kind} {counted[kind]}")
    return found


_CLASSES: Final = {
    "drone": "drone",
    "small_drone": "small drone",
    "cruise": "cruise missile",
    "ballistic": "ballistic missile",
    "aircraft": "aircraft",
}


def _flight(one: Again, i: int, name: str, way: Way) -> Json:
    flight, row = one.raid.flights[i], one.rows.row(i, named=True)
    group = one.scenario.groups[flight.group]
    return {
        "name": name,
        "group": group.name,
        "threat": group.threat.key,
        "threat_name": group.threat.name,
        "threat_class": group.threat.threat_class,
        "decoy": group.decoy,
        "to": group.to,
        "fate": flight.fate,
        "cause": flight.cause,
        "came_down": CAME_DOWN[flight.came_down] if flight.came_down >= 0 else "",
        "stopped_by": flight.stopped_by,
        "starts_s": _ms(flight.starts_s),
        "ended_s": _ms(flight.ended_s),
        "missiles": int(row["rounds"]),
        "bursts": int(row["bursts"]),
        "way": [
            [_ms(time_s), round(east_m, 1), round(north_m, 1), round(up_m, 1)] for time_s, east_m, north_m, up_m in way
        ],
    }


def _post(one: Again, u: int) -> tuple[float, float, float]:
    """Where a unit's antenna is: east, north, height above the datum."""
    unit = one.case.units[u]
    east_m, north_m = one.built.frame.to_local(unit.at)
    ground_m = one.built.ground_height_m(east_m, north_m)
    ground_m = 0.0 if isnan(ground_m) else float(ground_m)
    return float(east_m), float(north_m), ground_m + unit.mounted_m + unit.system.antenna_height_m


def _unit(one: Again, u: int, post: tuple[float, float, float]) -> Json:
    unit = one.case.units[u]
    lines = [line for line in one.raid.events if line.unit == u and line.channels >= 0]
    channels = int(one.tables.units[u].channels)
    rounds = int(one.tables.stock[u, 0])
    free: list[list[float]] = [[0.0, channels]]
    left: list[list[float]] = [[0.0, rounds]]
    for line in lines:
        if line.kind in ("launched", "fired", "assessed"):
            free.append([_ms(line.time_s), line.channels])
        if line.kind in ("launched", "reloaded"):
            rounds += line.rounds if line.kind == "reloaded" else -line.rounds
            left.append([_ms(line.time_s), rounds])
    return {
        "name": unit.name,
        "system": unit.system.key,
        "system_name": unit.system.name,
        "east_m": round(post[0], 1),
        "north_m": round(post[1], 1),
        "height_msl_m": round(post[2], 1),
        "channels": channels,
        "missiles": int(one.tables.stock[u, 0]),
        "channels_free": free,
        "missiles_left": left,
    }


def _asset(one: Again, a: int) -> Json:
    asset, row = one.case.assets[a], one.tables.assets[a]
    return {
        "name": asset.name,
        "east_m": round(float(row.east_m), 1),
        "north_m": round(float(row.north_m), 1),
        "radius_m": asset.radius_m,
    }


def _event(one: Again, number: int, ways: Sequence[Way], posts: Sequence[tuple[float, float, float]]) -> Json:
    line = one.raid.events[number]
    is_shot = line.kind in ("launched", "fired")
    meets_s = _meets_s(one.raid.events[number + 1 :], line) if is_shot else None
    away_m = None
    if line.threat >= 0 and line.unit >= 0:
        here, there = posts[line.unit], _at(ways[line.threat], line.time_s)
        away_m = round(hypot(*(a - b for a, b in zip(here, there, strict=True))), 1)
    return {
        "time_s": _ms(line.time_s),
        "kind": line.kind,
        "threat": line.threat,
        "unit": line.unit,
        "weapon": line.weapon,
        "rounds": line.rounds,
        "channels_free": line.channels if line.channels >= 0 else None,
        "p_kill": line.p_kill if is_shot else None,
        "distance_m": away_m,
        "meets_s": None if meets_s is None else _ms(meets_s),
        "result": _result(one.raid.flights[line.threat], line, meets_s) if is_shot else "",
    }


def _meets_s(later: Sequence[engine.Event], shot: engine.Event) -> float | None:
    return next(
        (line.time_s for line in later if (line.kind, line.threat, line.unit) == ("met", shot.threat, shot.unit)), None
    )


def _result(flight: engine.Flight, shot: engine.Event, meets_s: float | None) -> str:
    """`stopped`, `missed`, `lost` (it could not meet it), or what had become of it: `gone`, `through`."""
    if meets_s is not None and flight.ended_s >= meets_s - _SAME_S:
        by = {"missile": "missile", "gun": "gun"}.get(flight.fate)
        if flight.ended_s <= meets_s + _SAME_S and flight.stopped_by == shot.unit and by == shot.weapon:
            return "stopped"
        return "missed" if shot.p_kill > 0.0 else "lost"
    return "through" if flight.fate == "leaked" else "gone"


def _at(way: Way, time_s: float) -> tuple[float, float, float]:
    k = min(max(bisect_right(way, time_s, key=lambda point: point[0]), 1), len(way) - 1)
    if k < 1:
        return way[0][1:]
    before, after = way[k - 1], way[k]
    span_s = after[0] - before[0]
    share = min(max((time_s - before[0]) / span_s, 0.0), 1.0) if span_s > 0.0 else 0.0
    east_m, north_m, up_m = (a + (b - a) * share for a, b in zip(before[1:], after[1:], strict=True))
    return east_m, north_m, up_m


def _ms(seconds: float) -> float:
    return round(seconds, 3)
