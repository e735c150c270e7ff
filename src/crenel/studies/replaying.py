"""One raid of a run as a record that can be watched: which one is worth it, where everyone flew, what happened when."""

from collections.abc import Sequence
from math import ceil, degrees, isnan
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from crenel import engine, world
from crenel.core import doubt
from crenel.core.records import CAUSES, FATES, Bracket, CrenelError, Scenario
from crenel.results import replay as record
from crenel.results.folder import RunFolder
from crenel.results.identity import scenario_hash, version
from crenel.results.parts import N_BLOCKS, parts
from crenel.results.placards import placards
from crenel.results.replay import Event, Flight, Goal, Knot, Replay, Stand
from crenel.results.tables import LEAKED
from crenel.studies.raid_log import raid_events

_KNOT_M: Final = 4000.0
"""Between two knots of a straight flight: a straight line in degrees is then good to a metre."""

_N_PASSES: Final = 64


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
    asked = {"seed": seed, "block": block, "n_passes": _N_PASSES}
    tables = engine.prepare(case, built, **asked)
    played = engine.play(tables, seed=seed, replicates=np.array([replicate]))
    _check(folder, scenario, replicate, played)
    found = engine.logged(tables, seed=seed, replicate=replicate)
    raid = _Raid(scenario, built, engine.setup_of(case, built, **asked), played, found)
    flights = tuple(_flight(raid, i) for i in range(len(tables.threats)))
    stands = _stands(scenario, built)
    events = record.in_order([*_starts(flights), *raid_events(found, flights, stands)])
    return Replay(
        title=scenario.title,
        when=scenario.when,
        scenario=scenario_hash(scenario),
        crenel=version(),
        seed=seed,
        replicate=replicate,
        why=why,
        complete=True,
        flights=flights,
        stands=record.loads(events, stands, assessment_s=tables.units["assessment_s"].tolist()),
        goals=tuple(
            Goal(asset.name, degrees(asset.at.lon_rad), degrees(asset.at.lat_rad), asset.radius_m)
            for asset in scenario.assets
        ),
        events=events,
        placards=tuple(placards(scenario, notes=built.notes, told=built.told(), outside_m=())),
    )


class _Raid(NamedTuple):
    """All that is known of one raid."""

    scenario: Scenario[Bracket]
    built: world.World
    setup: Any
    played: engine.Played
    log: engine.Logged


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


def _flight(raid: _Raid, i: int) -> Flight:
    scenario, played = raid.scenario, raid.played
    g, way = int(played.group[0, i]), int(played.passed[0, i])
    group = scenario.groups[g]
    starts_s, ended_s = float(raid.log.starts_s[i]), float(raid.log.ended_s[i])
    elapsed_s = _moments(raid.setup.legs[g, way], raid.setup.routes[g], ended_s - starts_s)
    places = engine.where(raid.setup, group=g, way=way, elapsed_s=elapsed_s)
    knots = []
    for flown_s, (east_m, north_m, agl_m, height_m) in zip(elapsed_s, places, strict=True):
        at = raid.built.frame.to_geo(float(east_m), float(north_m))
        ground_m = float(height_m - agl_m)
        knots.append(Knot(starts_s + float(flown_s), degrees(at.lon_rad), degrees(at.lat_rad), float(agl_m), ground_m))
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


def _moments(legs: Any, route: Any, flown_s: float) -> Any:
    """When there is a knot: at both ends, at each turn, and as often in between as a straight line wants."""
    step_s = _KNOT_M / float(route.speed_mps)
    n = max(1, ceil(flown_s / step_s))
    turns = [float(leg.starts_s) for leg in legs[: int(route.n_legs)] if 0.0 < leg.starts_s < flown_s]
    return np.unique(np.concatenate([np.linspace(0.0, flown_s, n + 1), turns]))


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
