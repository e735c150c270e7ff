"""Which doubt moves the answer: Morris's screening of all, then Sobol indices of the few that matter most."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from crenel import engine, world
from crenel.core import doubt
from crenel.core.doubt import OF_SIGHT, Doubt
from crenel.core.records import Bracket, Case, CrenelError, FloatArray, Scenario
from crenel.results.figures import mattering
from crenel.results.identity import FORMAT, scenario_hash, version
from crenel.studies import doubting
from crenel.studies.covering import Progress
from crenel.studies.sampling import Stretch, sample

Json = dict[str, Any]

MOST: Final = 8
"""Doubts whose Sobol indices are worked out."""

_TRAJECTORIES: Final = 4
_LEVELS: Final = 4
_BASE: Final = 64
"""Base points of the Sobol design: (k + 2) times as many cases."""
_BLOCKS: Final = 2
_PASSES: Final = 16
_RAIDS: Final = 200


@dataclass(frozen=True, slots=True)
class _Ask:
    scenario: Scenario[Bracket]
    built: Any
    seed: int
    workers: int
    raids: int
    progress: Callable[[Progress], None] | None


def sensitivity(
    scenario: Scenario[Bracket],
    *,
    seed: int,
    workers: int,
    raids: int = _RAIDS,
    progress: Callable[[Progress], None] | None = None,
) -> Json:
    """What to find out next.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    seed, workers : int
    raids : int
        Raids of each case; all cases share their dice, so that little chance is left between them.
    progress : callable, optional

    Returns
    -------
    dict
        `morris`: every doubt with its mean absolute effect (threats per raid, over its bracket) and the interval;
        `sobol`: for at most 8 of them the first-order and total index with intervals, and `ends`: leaks with it at
        each end of its bracket and all others at the values taken.

    Raises
    ------
    CrenelError
        Without SALib, or where nothing is in doubt.

    Notes
    -----
    A unit with a stated chance of being there is there, or not: in this study that is a doubt like any other.

    References
    ----------
    [morris1991], [saltelli2010], [herman2017]
    """
    try:
        from SALib.analyze import morris as morris_analysis
        from SALib.analyze import sobol as sobol_analysis
        from SALib.sample import morris as morris_sample
        from SALib.sample import sobol as sobol_sample
    except ImportError:
        raise CrenelError(
            "crenel study sensitivity needs SALib. Install it with `pip install 'crenel[sensitivity]'`."
        ) from None
    built = world.build(scenario)
    every = _doubts(scenario, built)
    if not every:
        raise CrenelError(f"{scenario.name}: no figure has a bracket, so there is nothing to find out.")
    engine.warm()
    ask = _Ask(scenario, built, seed, workers, raids, progress)
    problem = _problem(every)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the library's own making, about numbers that it divides by zero
        design = morris_sample.sample(problem, _TRAJECTORIES, num_levels=_LEVELS, seed=seed % 2**32)
        leaks = _leaks(ask, every, design, "screening")
        screened = morris_analysis.analyze(problem, design, leaks, num_levels=_LEVELS, seed=seed % 2**32)
        rank = sorted(range(len(every)), key=lambda j: (-float(screened["mu_star"][j]), every[j].name))
        few = [every[j] for j in rank[:MOST] if float(screened["mu_star"][j]) > 0.0] or [every[rank[0]]]
        problem = _problem(few)
        points = sobol_sample.sample(problem, _BASE, calc_second_order=False, seed=seed % 2**32)
        values = _leaks(ask, few, points, "indices")
        spread = float(np.var(values))
        indices = (
            sobol_analysis.analyze(problem, values, calc_second_order=False, seed=seed % 2**32)
            if spread > 0.0
            else None
        )
    ends = _leaks(ask, few, _one_at_a_time(len(few)), "ends").reshape(len(few), 2)
    return {
        "results": FORMAT,
        "crenel": version(),
        "study": "sensitivity",
        "scenario": {"name": scenario.name, "title": scenario.title, "hash": scenario_hash(scenario)},
        "units": [_names(unit.system.key, unit.system.name) for unit in scenario.units],
        "groups": [_names(group.threat.key, group.threat.name) for group in scenario.groups],
        "threats": scenario.n_threats,
        "seed": seed,
        "raids": raids,
        "prior": doubting.PRIOR,
        "morris": [
            {
                **_figure(every[j]),
                "effect": float(screened["mu_star"][j]),
                "half_width": _finite(screened["mu_star_conf"][j]),
                "interaction": float(screened["sigma"][j]),
            }
            for j in rank
        ],
        "cases": {"morris": len(design), "sobol": len(points)},
        "spread": {"mean": float(values.mean()), "sd": spread**0.5},
        "sobol": [
            {
                **_figure(one),
                "first": _index(indices, "S1", j),
                "total": _index(indices, "ST", j),
                "ends": [float(ends[j, 0]), float(ends[j, 1])],
            }
            for j, one in enumerate(few)
        ],
    }


def _doubts(scenario: Scenario[Bracket], built: Any) -> list[Doubt]:
    """All doubts; presence once more as whether the unit is there; large ground holds where antennas stand."""
    found = [
        one
        for one in doubt.doubts(scenario, {figure.figure for figure in mattering(scenario)})
        if one.kind != "presence" and not (built.terrain is not None and one.field in OF_SIGHT)
    ]
    for unit in scenario.units:
        if unit.presence is not None and 0.0 < unit.presence.value < 1.0:
            chance = unit.presence
            found.append(Doubt(chance.figure, "presence", "presence", 0.0, chance.value, 1.0, "1", chance.grade, True))
    return found


def _problem(doubts: Sequence[Doubt]) -> Json:
    names = [f"x{number}" for number in range(len(doubts))]
    return {"num_vars": len(doubts), "names": names, "bounds": [[0.0, 1.0]] * len(doubts)}


def _leaks(ask: _Ask, doubts: Sequence[Doubt], design: FloatArray, what: str) -> FloatArray:
    """(N,) mean leaks of each row of a design in shares of each doubt, all on the same dice."""
    stretches = [
        Stretch(_case(ask.scenario, doubts, row), block, np.arange(block, ask.raids, _BLOCKS, dtype=np.int64))
        for row in design
        for block in range(_BLOCKS)
    ]
    found = sample(
        stretches, ask.built, seed=ask.seed, n_passes=_PASSES, workers=ask.workers, progress=ask.progress, what=what
    )
    sums = np.array([one.leaks.sum() for one in found], np.float64).reshape(-1, _BLOCKS).sum(axis=1)
    return np.asarray(sums / ask.raids)


def _case(scenario: Scenario[Bracket], doubts: Sequence[Doubt], row: FloatArray) -> Case:
    """NaN in a row is the value taken."""
    point, absent = {}, set()
    for one, share in zip(doubts, row, strict=True):
        if one.kind == "presence":
            if not np.isnan(share) and share < 1.0 - one.value:
                absent.add(one.name)
        elif not np.isnan(share):
            point[one.name] = one.at(float(share))
    case = doubt.resolve(scenario, point)
    there = tuple(
        unit
        for unit, said in zip(case.units, scenario.units, strict=True)
        if said.presence is None or said.presence.figure not in absent
    )
    return case if len(there) == len(case.units) else replace(case, units=there)


def _one_at_a_time(n: int) -> FloatArray:
    """(2 n, n): each at its low and at its high end, the others at the values taken."""
    rows = np.full((2 * n, n), np.nan)
    for j in range(n):
        rows[2 * j, j], rows[2 * j + 1, j] = 0.0, 1.0
    return rows


def _figure(one: Doubt) -> Json:
    return {
        "figure": one.name,
        "kind": one.kind,
        "low": one.low,
        "value": one.value,
        "high": one.high,
        "unit": one.unit,
        "grade": one.grade,
    }


def _index(indices: Any, name: str, j: int) -> Json:
    if indices is None:
        return {"mean": 0.0, "dice": [0.0, 0.0]}
    mean, half = float(indices[name][j]), _finite(indices[f"{name}_conf"][j])
    return {"mean": mean, "dice": [mean - half, mean + half]}


def _finite(value: Any) -> float:
    return float(value) if np.isfinite(value) else 0.0


def _names(key: str, name: str) -> Json:
    return {"key": key, "name": name}
