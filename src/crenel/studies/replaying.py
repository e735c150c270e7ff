"""One raid of a run as a record that can be watched: which one is worth it, where everyone flew, what happened when."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import ceil, degrees, isnan
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from crenel import engine, world
from crenel.core.records import CAUSES, FATES, Bracket, CrenelError, Group, Scenario
from crenel.engine.passes import draw_passes
from crenel.models import motion
from crenel.results import replay as record
from crenel.results.folder import RunFolder
from crenel.results.identity import scenario_hash, version
from crenel.results.parts import layout, parts
from crenel.results.placards import placards
from crenel.results.replay import Event, Flight, Goal, Knot, Replay, Stand
from crenel.results.tables import LEAKED
from crenel.studies.doubting import case_at, designed
from crenel.studies.playing import Question
from crenel.studies.raid_log import busy, raid_events

_KNOT_M: Final = 4000.0
"""Between two knots of a straight flight: a straight line in degrees is then good to a metre."""

_SAME_MS: Final = 1.01


class Raids(NamedTuple):
    """Leaks of each raid of a run, in all and by cause: (R,) and (C, R)."""

    leaks: np.ndarray
    by_cause: np.ndarray


def raids_of(folder: Path, manifest: Mapping[str, Any]) -> Raids:
    """How many threats got through in each raid of a complete run."""
    replicates = int(manifest["replicates"])
    leaks = np.zeros(replicates, np.int32)
    by_cause = np.zeros((len(CAUSES), replicates), np.int32)
    run = layout(int(manifest.get("doubt", 0)))
    for part in parts(replicates=replicates, n_threats=int(manifest["threats"]), run=run):
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


def replay(
    scenario: Scenario[Bracket], folder: Path, manifest: Mapping[str, Any], *, replicate: int, why: str
) -> Replay:
    """One raid of a run, played again.

    Parameters
    ----------
    scenario : Scenario[Bracket]
        Of the run.
    folder : Path
        Of the run: what is shown is checked against its outcomes.
    manifest : mapping
        Of that folder.
    replicate : int
    why : str
        Why this raid is shown.

    Raises
    ------
    CrenelError
        The raid that is played now is not the one in the folder: figures or version differ.
    """
    seed, n_doubt = int(manifest["seed"]), int(manifest.get("doubt", 0))
    built = world.build(scenario)
    asked = Question(scenario, seed, int(manifest["replicates"]), workers=1, n_doubt=n_doubt)
    point, block = asked.run.place(replicate)
    case = case_at(scenario, designed(scenario, built, seed=seed, n_doubt=n_doubt), point)
    tables = engine.prepare(case, built, seed=seed, block=block, n_passes=asked.n_passes)
    raid = engine.replay(tables, seed=seed, replicate=replicate)
    rows = _check(folder, asked, raid)
    heights_m = draw_passes(case, seed=seed, block=block, n_passes=asked.n_passes).height_m
    flights = tuple(
        _flight(scenario, built, flown, rows.row(i, named=True), i, float(heights_m[flown.group, flown.way]))
        for i, flown in enumerate(raid.flights)
    )
    stands = _stands(scenario, built)
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
        stands=busy(raid.events, stands),
        goals=tuple(
            Goal(asset.name, degrees(asset.at.lon_rad), degrees(asset.at.lat_rad), asset.radius_m)
            for asset in scenario.assets
        ),
        events=record.in_order([*_starts(flights), *raid_events(raid.events, flights, stands)]),
        placards=tuple(placards(scenario, notes=built.notes, told=built.told(), outside_m=())),
    )


def _check(folder: Path, asked: Question, raid: engine.Replay) -> pl.DataFrame:
    """The raid's rows in the run; refuses one that does not come out again."""
    _point, block = asked.run.place(raid.replicate)
    for part in asked.parts:
        if block in part.blocks and raid.replicate in part.replicates():
            held = RunFolder(folder).read_outcomes(part).filter(pl.col("replicate") == raid.replicate).sort("threat")
            fates = [FATES.index(flown.fate) for flown in raid.flights]
            # The clocks of run and log have different zeros: one and the same shift for all threats.
            shifts = held["time_ms"].to_numpy() - np.array([1000.0 * flown.ended_s for flown in raid.flights])
            if held["fate"].to_list() == fates and np.ptp(shifts) <= _SAME_MS:
                return held
    raise CrenelError(
        "This raid does not come out again as it stands in the folder: crenel or its figures have changed since. "
        "Run the scenario again."
    )


def _flight(
    scenario: Scenario[Bracket], built: world.World, flown: engine.Flight, row: dict[str, Any], i: int, height_m: float
) -> Flight:
    group = scenario.groups[flown.group]
    number = i - sum(other.count for other in scenario.groups[: flown.group]) + 1
    return Flight(
        name=f"{group.threat.name} {number} ({group.name})",
        group=group.name,
        threat=group.threat.key,
        threat_class=group.threat.threat_class,
        to=group.to,
        fate=flown.fate,
        cause=flown.cause,
        unit=flown.stopped_by,
        ended_s=flown.ended_s,
        rounds=int(row["rounds"]),
        bursts=int(row["bursts"]),
        knots=tuple(_knots(built, group, flown, height_m)),
    )


def _knots(built: world.World, group: Group[Bracket], flown: engine.Flight, height_m: float) -> Iterator[Knot]:
    """At both ends of a flight, at each bend, and as often in between as a straight line wants."""
    ground_m, beyond_m = 0.0, _beyond_m(flown)
    for time_s, east_m, north_m, left_m in _steps(flown.corners):
        at = built.frame.to_geo(east_m, north_m)
        found_m = built.ground_height_m(east_m, north_m)
        ground_m = ground_m if isnan(found_m) else found_m
        agl_m = height_m - (ground_m if group.height_above == "sea" else 0.0)
        if group.threat.motion == "ballistic":
            assert group.threat.range_m is not None
            assert group.threat.apogee_m is not None
            agl_m = float(motion.arc_height(left_m + beyond_m, group.threat.range_m.value, group.threat.apogee_m.value))
        yield Knot(time_s, degrees(at.lon_rad), degrees(at.lat_rad), max(0.0, agl_m), ground_m)


def _beyond_m(flown: engine.Flight) -> float:
    """How much of its way a threat that was stopped had not flown; it would have ended at its target's edge."""
    flown_m = float(np.hypot(*np.diff(flown.corners[:, 1:], axis=0).T).sum())
    flown_s = flown.ended_s - flown.starts_s
    return flown_m / flown_s * (flown.arrives_s - flown.ended_s) if flown_s > 0.0 else 0.0


def _steps(corners: Any) -> Iterator[tuple[float, float, float, float]]:
    """Time, east, north, and how far it still is to the end of the flight."""
    lengths = np.hypot(*np.diff(corners[:, 1:], axis=0).T)
    left_m = float(lengths.sum())
    yield float(corners[0, 0]), float(corners[0, 1]), float(corners[0, 2]), left_m
    for (before, after), length_m in zip(pairwise(corners), lengths, strict=True):
        n = max(1, ceil(length_m / _KNOT_M))
        if after[0] <= before[0]:
            continue
        for k in range(1, n + 1):
            time_s, east_m, north_m = before + (after - before) * (k / n)
            yield float(time_s), float(east_m), float(north_m), left_m - length_m * k / n
        left_m -= float(length_m)


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
