"""One raid of a run as a record that can be watched: which one is worth it, where everyone flew, what happened when."""

from collections.abc import Sequence
from math import ceil, degrees, hypot, isnan
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from crenel import engine, world
from crenel.core import doubt
from crenel.core.records import CAUSES, FATES, Bracket, CrenelError, Scenario
from crenel.results import replay as record
from crenel.results.folder import RunFolder
from crenel.results.identity import version
from crenel.results.parts import N_BLOCKS, parts
from crenel.results.placards import placards
from crenel.results.replay import Event, Flight, Goal, Kind, Knot, Replay, Stand
from crenel.results.tables import LEAKED

_KNOT_M: Final = 4000.0
"""Between two knots of a straight flight: a straight line in degrees is then good to a metre."""

_N_PASSES: Final = 64

_ENDED: Final[dict[str, Kind]] = {
    "missile": "kill",
    "gun": "kill",
    "soft_kill": "jammed",
    "own_failure": "failed",
    "leaked": "leak",
}


class Raids(NamedTuple):
    """Leaks of each raid of a run, in all and by cause: (R,) and (C, R)."""

    leaks: np.ndarray
    by_cause: np.ndarray


def raids_of(folder: Path, *, replicates: int, n_threats: int) -> Raids:
    """How many threats got through in each raid of a complete run."""
    leaks = np.zeros(replicates, np.int32)
    by_cause = np.zeros((len(CAUSES), replicates), np.int32)
    for part in parts(replicates=replicates, n_threats=n_threats):
        rows = RunFolder(folder).read_outcomes(part).filter(pl.col("fate") == LEAKED)
        replicate, cause = rows["replicate"].to_numpy(), rows["cause"].to_numpy()
        np.add.at(leaks, replicate, 1)
        np.add.at(by_cause, (cause, replicate), 1)
    return Raids(leaks, by_cause)


def chosen(raids: Raids, which: str) -> tuple[int, str]:
    """The number of a raid, and why it is shown.

    Parameters
    ----------
    raids : Raids
    which : str
        "typical" (the median of leaks), "worst", "cause:saturated" (most leaks of that cause), or a number.

    Raises
    ------
    CrenelError
        There is no such raid.
    """
    if which == "worst":
        return int(raids.leaks.argmax()), f"the worst of {raids.leaks.size:,}"
    if which == "typical":
        # In the order of their leaks the one in the middle: the first of those that leak as many.
        middle = int(np.sort(raids.leaks)[(raids.leaks.size - 1) // 2])
        return int((raids.leaks == middle).argmax()), "a typical one"
    if which.startswith("cause:"):
        name = which.removeprefix("cause:")
        if name not in CAUSES or not raids.by_cause[CAUSES.index(name)].any():
            raise CrenelError(f"Nothing got through for the cause {name[:40]} in any raid of this run.")
        return int(raids.by_cause[CAUSES.index(name)].argmax()), "chosen by cause"
    if which.isdecimal() and len(which) < 12 and int(which) < raids.leaks.size:
        return int(which), ""
    raise CrenelError(f"There is no raid {which[:40]}: they are numbered from 0 to {raids.leaks.size - 1:,}.")


def replay(scenario: Scenario[Bracket], folder: Path, *, replicate: int, seed: int, why: str) -> Replay:
    """One raid of a run, played again.

    Parameters
    ----------
    scenario : Scenario[Bracket]
        Of the run.
    folder : Path
        Of the run: what is shown is checked against its outcomes.
    replicate, seed : int
    why : str
        Why this raid is shown.

    Raises
    ------
    CrenelError
        The raid that is played now is not the one in the folder: figures or version differ.
    """
    case = doubt.resolve(scenario)
    built = world.build(scenario)
    block = replicate % N_BLOCKS
    tables = engine.prepare(case, built, seed=seed, block=block, n_passes=_N_PASSES)
    played = engine.play(tables, seed=seed, replicates=np.array([replicate]))
    _check(folder, scenario, replicate, played)
    flights = tuple(_flight(scenario, built, tables, played, i) for i in range(len(tables.threats)))
    stands = _stands(scenario, built)
    events = [*_ends(flights, stands), *_starts(flights)]
    return Replay(
        title=scenario.title,
        when=scenario.when,
        scenario=_hash(scenario),
        crenel=version(),
        seed=seed,
        replicate=replicate,
        why=why,
        complete=False,
        flights=flights,
        stands=stands,
        goals=tuple(
            Goal(asset.name, degrees(asset.at.lon_rad), degrees(asset.at.lat_rad), asset.radius_m)
            for asset in scenario.assets
        ),
        events=record.in_order(events),
        placards=tuple(placards(scenario, notes=built.notes, told=built.told(), outside_m=())),
    )


def _hash(scenario: Scenario[Bracket]) -> str:
    from crenel.results.identity import scenario_hash

    return scenario_hash(scenario)


def _check(folder: Path, scenario: Scenario[Bracket], replicate: int, played: Any) -> None:
    import json

    manifest = json.loads((folder / "manifest.json").read_bytes())
    for part in parts(replicates=int(manifest["replicates"]), n_threats=scenario.n_threats):
        if part.block == replicate % N_BLOCKS and part.first <= replicate // N_BLOCKS < part.first + part.n_replicates:
            held = RunFolder(folder).read_outcomes(part).filter(pl.col("replicate") == replicate).sort("threat")
            same = (held["fate"].to_numpy() == played.fate[0]).all() and (
                held["time_ms"].to_numpy() == played.time_ms[0]
            ).all()
            if same:
                return
    raise CrenelError(
        "This raid does not come out again as it stands in the folder: crenel or its figures have changed since. "
        "Run the scenario again."
    )


def _flight(scenario: Scenario[Bracket], built: world.World, tables: Any, played: Any, i: int) -> Flight:
    g, way = int(played.group[0, i]), int(played.passed[0, i])
    group = scenario.groups[g]
    drawn = tables.passes[g, way]
    ended_s = float(played.time_ms[0, i]) / 1000.0
    speed = hypot(float(drawn.velocity_east_mps), float(drawn.velocity_north_mps))
    east_m, north_m = float(played.east_m[0, i]), float(played.north_m[0, i])
    start_east, start_north = float(drawn.start_east_m), float(drawn.start_north_m)
    flown_s = hypot(east_m - start_east, north_m - start_north) / speed
    n = max(1, ceil(flown_s * speed / _KNOT_M))
    height_m = _height_m(scenario, tables, g, way)
    knots = []
    for k in range(n + 1):
        share = k / n
        at_east, at_north = start_east + share * (east_m - start_east), start_north + share * (north_m - start_north)
        lon_deg, lat_deg, ground_m = _geo(built, at_east, at_north)
        knots.append(Knot(ended_s - flown_s * (1.0 - share), lon_deg, lat_deg, height_m, ground_m))
    cause = int(played.cause[0, i])
    number = i - sum(other.count for other in scenario.groups[:g]) + 1
    return Flight(
        name=f"{group.threat.name} {number} ({group.name})",
        group=group.name,
        threat=group.threat.key,
        threat_class=group.threat.threat_class,
        to=group.to,
        fate=FATES[int(played.fate[0, i])],
        cause=CAUSES[cause] if cause >= 0 else "",
        unit=int(played.unit[0, i]),
        ended_s=ended_s,
        rounds=int(played.rounds[0, i]),
        bursts=int(played.bursts[0, i]),
        knots=tuple(knots),
    )


def _height_m(scenario: Scenario[Bracket], tables: Any, g: int, way: int) -> float:
    span = scenario.groups[g].height_m
    return 0.5 * (span.low + span.high)


def _geo(built: world.World, east_m: float, north_m: float) -> tuple[float, float, float]:
    at = built.frame.to_geo(east_m, north_m)
    ground_m = built.ground_height_m(east_m, north_m)
    return degrees(at.lon_rad), degrees(at.lat_rad), 0.0 if isnan(ground_m) else ground_m


def _stands(scenario: Scenario[Bracket], built: world.World) -> tuple[Stand, ...]:
    found = []
    for unit in scenario.units:
        lon_deg, lat_deg, ground_m = _geo(built, *built.frame.to_local(unit.at))
        missile = unit.system.missile
        found.append(
            Stand(
                name=unit.name,
                system=unit.system.name,
                lon_deg=lon_deg,
                lat_deg=lat_deg,
                height_agl_m=unit.mounted_m.value,
                ground_msl_m=ground_m,
                channels=round(unit.system.channels.value),
                rounds=0 if missile is None else round(missile.rounds.value),
            )
        )
    return tuple(found)


def _starts(flights: Sequence[Flight]) -> list[Event]:
    return [
        Event(flight.knots[0].time_s, "appears", i, -1, f"{flight.name} begins its way to {flight.to}.")
        for i, flight in enumerate(flights)
    ]


def _ends(flights: Sequence[Flight], stands: Sequence[Stand]) -> list[Event]:
    found = []
    for i, flight in enumerate(flights):
        by = stands[flight.unit].name if flight.unit >= 0 else ""
        says = {
            "missile": f"{by} shoots {flight.name} down with a missile.",
            "gun": f"{by} shoots {flight.name} down with guns.",
            "soft_kill": f"{by} jams {flight.name}: it comes down elsewhere.",
            "own_failure": f"{flight.name} fails by itself.",
            "leaked": f"{flight.name} gets through to {flight.to}.",
        }[flight.fate]
        found.append(Event(flight.ended_s, _ENDED[flight.fate], i, flight.unit, says))
    return found
