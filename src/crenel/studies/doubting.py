"""The points of the doubt of one scenario, and what they make of the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any, Final

import numpy as np

from crenel.core import doubt
from crenel.core.doubt import OF_SIGHT, Doubt, Point
from crenel.core.records import Bracket, Case, FloatArray, Scenario
from crenel.results.counts import Counts
from crenel.results.decoys import n_real
from crenel.results.figures import mattering
from crenel.results.identity import FORMAT
from crenel.results.parts import Layout
from crenel.studies.statistics import Conditional, conditional_means, share_by_blocks, without_chance

Json = dict[str, Any]

CORNERS: Final = ("favourable", "adverse", "central")
"""Points beside those of the design: all doubts at their best end for the defence, at their worst, at their values."""

PRIOR: Final = (
    "each figure by itself: a triangle over its bracket with the peak at the value taken, on a logarithmic scale where "
    "the bracket spans a factor of ten"
)
KIND: Final = "scrambled Sobol points"

_SIGHT_CELLS: Final = 200_000_000
"""Cells of maps of sight that doubt may cost in all; where a world is larger, points share places and heights."""

_TOLD: Final = 6
"""Settings told of the lowest and of the highest point: those that go with the leaks most."""


@dataclass(frozen=True, slots=True)
class Design:
    """Which doubts, and their values at each point.

    `n_stands` places and heights of antennas take turns over the points; `held` names what could not be varied.
    """

    doubts: tuple[Doubt, ...]
    points: tuple[Point, ...]
    n_stands: int
    held: tuple[str, ...]


def designed(scenario: Scenario[Bracket], world: Any, *, seed: int, n_doubt: int, among: Sequence[str] = ()) -> Design:
    """The points of a scenario's doubt.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    world : World
        Over terrain every stand of an antenna asks for a map of sight; a large one gets few of them.
    seed, n_doubt : int
        0 points: the central one alone.
    among : sequence of str
        Names of more doubts, of scenarios that this one is compared with: what they share takes the same values.
    """
    if n_doubt == 0:
        return Design((), (), 0, ())
    found = doubt.doubts(scenario, {figure.figure for figure in mattering(scenario)})
    names = sorted({one.name for one in found} | set(among))
    column = {name: number for number, name in enumerate(names)}
    shares = doubt.design(len(names), n_doubt, seed=seed)
    n_stands = _stands(scenario, world, n_doubt)
    held = tuple(one.name for one in found if one.field in OF_SIGHT) if n_stands == 0 else ()
    points = []
    for d in range(n_doubt):
        point = {
            one.name: one.at(float(shares[d % n_stands if one.field in OF_SIGHT else d, column[one.name]]))
            for one in found
            if one.name not in held
        }
        points.append(_settled(scenario, world, point))
    return Design(tuple(one for one in found if one.name not in held), tuple(points), n_stands, held)


def corner(scenario: Scenario[Bracket], design: Design, name: str) -> Point:
    """The point of a corner."""
    if name == "central":
        return doubt.CENTRAL
    return doubt.corner(design.doubts, for_defence=name == "favourable")


def case_at(scenario: Scenario[Bracket], design: Design, point: int) -> Case:
    """The case of one point of the design; without doubts the central one."""
    return doubt.resolve(scenario, design.points[point] if design.points else doubt.CENTRAL)


def _stands(scenario: Scenario[Bracket], world: Any, n_doubt: int) -> int:
    """How many places and heights of antennas are drawn; 0 holds them at their central values."""
    if world.terrain is None:
        return n_doubt
    cells = int(world.terrain.ground_m.size) * max(1, len(scenario.units))
    affordable = _SIGHT_CELLS // cells
    return min(n_doubt, affordable) if affordable > 1 else 0


def _settled(scenario: Scenario[Bracket], world: Any, point: dict[str, float]) -> dict[str, float]:
    """A unit that was drawn outside the terrain, or inside what stands on it, is drawn back towards its place."""
    if world.terrain is None:
        return point
    found = dict(point)
    for unit in doubt.resolve(scenario, point).units:
        names = [f"unit:{unit.name}.position_{side}" for side in ("east", "north")]
        if names[0] not in found:
            continue
        antenna_m = unit.mounted_m + unit.system.antenna_height_m
        home = next(one.at for one in scenario.units if one.name == unit.name)
        for share in (1.0, 0.5, 0.25, 0.125, 0.0):
            moved = {name: share * point[name] for name in names}
            at = doubt.moved(home, east_m=moved[names[0]], north_m=moved[names[1]])
            east_m, north_m = world.frame.to_local(at)
            cover_m = world.terrain.cover_m(east_m, north_m)
            if share == 0.0 or not (isnan(cover_m) or cover_m > antenna_m):
                found.update(moved)
                break
    return found


def told(
    scenario: Scenario[Bracket], design: Design, counts: Counts, run: Layout, corners: Mapping[str, Mapping[str, Any]]
) -> Json:
    """What `summary.json` says of the doubt.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    design : Design
    counts : Counts
        Of every part.
    run : Layout
    corners : mapping of name to what was counted there
    """
    n = n_real(scenario.groups)
    if not design.points:
        return {"kind": "central values", "prior": None, "n_doubt": 0, "n_inner": None, "varied": 0, "corners": None}
    found = _conditional(counts, n, run)
    order = np.argsort(found.means, kind="stable")
    ranks = _correlations(design, found)
    most = sorted(range(len(design.doubts)), key=lambda j: -abs(ranks[j]))[:_TOLD]

    def settings(d: int) -> Json:
        return {
            "point": d,
            "leak": float(found.means[d]) * n,
            "settings": [_setting(design, d, j) for j in most],
        }

    return {
        "kind": KIND,
        "prior": PRIOR,
        "n_doubt": run.n_points,
        "n_inner": int(counts.raids.sum()) // run.n_points,
        "range": "5th to 95th percentile of the means of the points, chance taken out; no confidence interval",
        "varied": len(design.doubts),
        "held": list(design.held),
        "stands": design.n_stands,
        "lowest": settings(int(order[0])),
        "highest": settings(int(order[-1])),
        "corners": {name: {"leak": _corner_leak(corners[name], n)} for name in CORNERS},
        "points": [[float(m) * n, float(e) * n] for m, e in zip(found.means, found.errors, strict=True)],
        "without_chance": sorted(float(m) * n for m in without_chance(found)),
        "goes_with": [
            {"name": design.doubts[j].name, "rank_correlation": float(ranks[j])} for j in most if ranks[j] != 0.0
        ],
    }


def written(
    scenario: Scenario[Bracket], design: Design, counts: Counts, run: Layout, corners: Mapping[str, Mapping[str, Any]]
) -> Json:
    """What `doubts.json` holds: the design, the mean at each point, and its error by chance."""
    n = n_real(scenario.groups)
    found = _conditional(counts, n, run)
    raids = counts.raids.reshape(run.n_points, -1).sum(axis=1)
    return {
        "results": FORMAT,
        "kind": KIND,
        "prior": PRIOR,
        "n_doubt": run.n_points,
        "n_inner": int(raids[0]),
        "blocks_per_point": run.blocks_per_point,
        "doubts": [
            {
                "name": one.name,
                "kind": one.kind,
                "low": one.low,
                "value": one.value,
                "high": one.high,
                "unit": one.unit,
                "grade": one.grade,
                "scale": "logarithmic" if one.is_logarithmic else "linear",
                "more_helps": one.more_helps,
                "moves": "the presence-weighted mean" if one.kind == "presence" else "every answer",
            }
            for one in design.doubts
        ],
        "held": list(design.held),
        "points": [
            {
                "point": d,
                "raids": int(raids[d]),
                "leak_share": float(found.means[d]),
                "error": float(found.errors[d]),
                "values": [design.points[d][one.name] for one in design.doubts],
            }
            for d in range(run.n_points)
        ],
        "corners": {
            name: {
                "raids": sum(corners[name]["raids"]),
                "leak": _corner_leak(corners[name], n),
                "values": [corner(scenario, design, name).get(one.name, one.value) for one in design.doubts],
            }
            for name in CORNERS
        },
    }


def _conditional(counts: Counts, n_threats: int, run: Layout) -> Conditional:
    return conditional_means(counts.leaks.sum(axis=1), counts.raids * n_threats, n_points=run.n_points)


def _corner_leak(counted: Mapping[str, Any], n_threats: int) -> Json:
    leaks, raids = (np.array(counted[name], np.int64) for name in ("leaks", "raids"))
    found = share_by_blocks(leaks, raids * n_threats, n_raids=int(raids.sum())).times(n_threats)
    return {"mean": found.mean, "dice": [found.lo, found.hi]}


def _setting(design: Design, d: int, j: int) -> Json:
    one = design.doubts[j]
    return {
        "figure": one.name,
        "value": design.points[d][one.name],
        "low": one.low,
        "taken": one.value,
        "high": one.high,
        "unit": one.unit,
    }


def _correlations(design: Design, found: Conditional) -> FloatArray:
    """(J,) rank correlation of each doubt with the conditional means; presence moves none of them."""
    if len(design.points) < 3:
        return np.zeros(len(design.doubts))
    values = np.array([[point[one.name] for one in design.doubts] for point in design.points])
    ranks = np.argsort(np.argsort(values, axis=0), axis=0).astype(np.float64)
    ranks -= ranks.mean(axis=0)
    means = np.argsort(np.argsort(found.means)).astype(np.float64)
    means -= means.mean()
    top = means @ ranks
    bottom = np.sqrt((means @ means) * np.square(ranks).sum(axis=0))
    moved = np.array([one.kind != "presence" for one in design.doubts])
    return np.asarray(np.where(moved, top / np.where(bottom > 0.0, bottom, 1.0), 0.0))
