"""A raid of a run, played again: from its folder to the same tables, the same dice, and the same rows."""

import json
from collections.abc import Mapping
from itertools import pairwise
from math import isnan
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from crenel import engine, world
from crenel.core import doubt
from crenel.core.records import CAUSES, Bracket, Case, CrenelError, IntArray, Scenario
from crenel.engine.passes import draw_passes
from crenel.models import motion
from crenel.results.folder import RunFolder
from crenel.results.parts import Layout, Part, layout, parts
from crenel.results.tables import LEAKED, outcome_table

_STEP_M: Final = 2000.0
"""Between two points of a flight: ground and arc are then followed closely enough to look at."""


class Again(NamedTuple):
    """A raid, and all that it was played on. `point` is its doubt point, -1 in a run over the central values."""

    scenario: Scenario[Bracket]
    case: Case
    built: world.World
    tables: engine.Tables
    raid: engine.Replay
    rows: pl.DataFrame
    seed: int
    block: int
    n_passes: int
    point: int


def again(scenario: Scenario[Bracket], folder: Path, *, replicate: int) -> Again:
    """Play a raid of a complete run again.

    Parameters
    ----------
    scenario : Scenario[Bracket]
        That of the folder.
    folder : Path
    replicate : int
        Its number in the run.

    Raises
    ------
    CrenelError
        The raid does not come out as it stands in the folder, column for column.
    """
    manifest = json.loads((folder / "manifest.json").read_bytes())
    run, seed, n_passes = layout(int(manifest.get("doubt", 0))), int(manifest["seed"]), int(manifest["n_passes"])
    point, block = run.place(replicate)
    settings = _settings(folder, point) if run.n_points > 1 else doubt.CENTRAL
    case, built = doubt.resolve(scenario, settings), world.build(scenario)
    tables = engine.prepare(case, built, seed=seed, block=block, n_passes=n_passes)
    rows = _rows(folder, replicate, run, replicates=int(manifest["replicates"]), n_threats=scenario.n_threats)
    _check(rows, engine.play(tables, seed=seed, replicates=np.array([replicate])), run, replicate)
    raid = engine.replay(tables, seed=seed, replicate=replicate)
    return Again(scenario, case, built, tables, raid, rows, seed, block, n_passes, point if run.n_points > 1 else -1)


class Raids(NamedTuple):
    """Leaks of each raid of a run, decoys left out, in all and by cause: (R,) and (C, R) int64."""

    leaks: IntArray
    by_cause: IntArray


def raids_of(folder: Path, scenario: Scenario[Bracket]) -> Raids:
    """How many threats got through in each raid of a complete run, and why."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    run, replicates = layout(int(manifest.get("doubt", 0))), int(manifest["replicates"])
    by_cause = np.zeros((len(CAUSES), replicates), np.int64)
    real = [number for number, group in enumerate(scenario.groups) if not group.decoy]
    for part in parts(replicates=replicates, n_threats=scenario.n_threats, run=run):
        rows = RunFolder(folder).read_outcomes(part)
        rows = rows.filter((pl.col("fate") == LEAKED) & pl.col("group").is_in(real))
        np.add.at(by_cause, (rows["cause"].to_numpy(), rows["replicate"].to_numpy()), 1)
    return Raids(by_cause.sum(axis=0), by_cause)


def chosen(raids: Raids, which: str) -> tuple[int, str]:
    """The number of a raid, and why it is shown.

    Parameters
    ----------
    raids : Raids
    which : str
        "worst" (most leaks, the first of them), "typical" (nearest the median, the first of them), "cause:saturated"
        (most leaks of that cause, the first of them), or a number.

    Raises
    ------
    CrenelError
        There is no such raid.
    """
    leaks = raids.leaks
    if which == "worst":
        return int(leaks.argmax()), f"the worst of {leaks.size:,}"
    if which == "typical":
        return int(np.abs(leaks - np.median(leaks)).argmin()), f"a typical one of {leaks.size:,}"
    if which.startswith("cause:"):
        name = which.removeprefix("cause:")
        if name not in CAUSES or not raids.by_cause[CAUSES.index(name)].any():
            raise CrenelError(f"nothing got through for the cause {name[:40]!r} in any raid of this run.")
        return int(raids.by_cause[CAUSES.index(name)].argmax()), "chosen by cause"
    if which.isdecimal() and len(which) < 12 and int(which) < leaks.size:
        return int(which), ""
    raise CrenelError(
        f"there is no raid {which[:40]!r} in this run: they are numbered from 0 to {leaks.size - 1:,}. "
        "Ask for one of these, or for the worst or a typical one."
    )


def flown(one: Again, i: int) -> list[tuple[float, float, float, float]]:
    """The way of threat i, up to where its flight ended: time [s], east, north, height above the datum [m].

    Its points lie at most 2 km apart; between them it is taken as straight.
    """
    flight = one.raid.flights[i]
    group = one.case.groups[flight.group]
    drawn = draw_passes(one.case, seed=one.seed, block=one.block, n_passes=one.n_passes)
    stated_m = float(drawn.height_m[flight.group, flight.way])
    points = _between(flight.corners)
    left_m = _left_m(one, i, points)
    found, ground_m = [], 0.0
    for (time_s, east_m, north_m), still_m in zip(points, left_m, strict=True):
        here_m = one.built.ground_height_m(east_m, north_m)
        ground_m = ground_m if isnan(here_m) else float(here_m)  # outside the terrain: as high as it was last
        if group.threat.motion == "ballistic":
            # The arc ends at the ground of its target, so its height is above that.
            height_m = ground_m + motion.arc_height(still_m, group.threat.range_m or 0.0, group.threat.apogee_m or 0.0)
        else:
            height_m = stated_m + (ground_m if group.height_above == "ground" else 0.0)
        found.append((time_s, east_m, north_m, float(height_m)))
    return found


def _between(corners: Any) -> list[tuple[float, float, float]]:
    points = [(float(corners[0, 0]), float(corners[0, 1]), float(corners[0, 2]))]
    for before, after in pairwise(corners):
        if after[0] <= before[0]:
            continue
        n = max(1, int(np.ceil(np.hypot(*(after - before)[1:]) / _STEP_M)))
        points += [(float(t), float(e), float(x)) for t, e, x in np.linspace(before, after, n + 1)[1:]]
    return points


def _left_m(one: Again, i: int, points: list[tuple[float, float, float]]) -> list[float]:
    """How far it still was to the target's centre over the ground, at each point; for arcs, which are straight."""
    flight = one.raid.flights[i]
    way = one.tables.passes[flight.group, flight.way]
    aim = (float(way.aim_east_m), float(way.aim_north_m))
    return [float(np.hypot(aim[0] - east_m, aim[1] - north_m)) for _, east_m, north_m in points]


def _settings(folder: Path, point: int) -> Mapping[str, float]:
    """The values of the doubts at a point, as the run drew them."""
    try:
        held = json.loads((folder / "doubts.json").read_bytes())
        names = [str(row["name"]) for row in held["doubts"]]
        return dict(zip(names, map(float, held["points"][point]["values"]), strict=True))
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        raise CrenelError(
            f"{folder}/doubts.json is missing or damaged, and without it no raid of this run can be played again. "
            "Run the scenario again."
        ) from None


def _rows(folder: Path, replicate: int, run: Layout, *, replicates: int, n_threats: int) -> pl.DataFrame:
    block = run.place(replicate)[1]
    index = replicate // run.n_blocks
    for part in parts(replicates=replicates, n_threats=n_threats, run=run):
        if block in part.blocks and part.first <= index < part.first + part.n_replicates // part.n_blocks:
            return RunFolder(folder).read_outcomes(part).filter(pl.col("replicate") == replicate).sort("threat")
    raise CrenelError(f"{folder} holds no raid {replicate}.")


def _check(rows: pl.DataFrame, played: engine.Played, run: Layout, replicate: int) -> None:
    """Refuse a raid of which any column differs; those that an older folder does not have are not asked for."""
    point, block = run.place(replicate)
    one = Part(0, block, replicate // run.n_blocks, 1, 1, run.n_points, run.blocks_per_point)
    now = outcome_table(one, played)
    shared = [name for name in rows.columns if name in now.columns]
    if not rows.select(shared).equals(now.select(shared)):
        raise CrenelError(
            f"raid {replicate} does not come out again as it stands in the folder (doubt point {point}, block "
            f"{block}): crenel or the files of the place have changed since. Run the scenario again."
        )
