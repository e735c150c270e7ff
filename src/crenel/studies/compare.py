"""Scenarios compared raid by raid: all share dice and doubts, so that what differs is the difference."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from crenel import engine, world
from crenel.core import doubt
from crenel.core.records import Bracket, CrenelError, Scenario
from crenel.results.identity import FORMAT, scenario_hash, version
from crenel.results.parts import Layout, layout, rounded_up
from crenel.studies import doubting
from crenel.studies.covering import Progress
from crenel.studies.playing import PASSES, PASSES_IN_DOUBT
from crenel.studies.sampling import Stretch, sample
from crenel.studies.statistics import Conditional, Floats, doubt_range, student_quantile
from crenel.studies.telling import Told, share

Json = dict[str, Any]


class _Played(NamedTuple):
    label: str
    scenario: Scenario[Bracket]
    leaks: Floats
    """(blocks, raids of each) threats that leaked."""


def compare(
    scenarios: Sequence[tuple[str, Scenario[Bracket]]],
    *,
    replicates: int,
    seed: int,
    n_doubt: int,
    workers: int,
    progress: Callable[[Progress], None] | None = None,
) -> Json:
    """Each scenario against the first one.

    Parameters
    ----------
    scenarios : sequence of (label, Scenario)
        At least two. What two of them name alike (unit, group, figure) shares its dice and its doubt.
    replicates, seed, n_doubt, workers : int
        As for a run.
    progress : callable, optional

    Returns
    -------
    dict
        `rows`: for each scenario its `leak`, and for all but the first its `difference` in threats per raid (mean,
        chance, doubt), the shares of raids `made_worse` and `made_better`, and `raids_saved`: how many more raids
        independent dice would have needed for the same interval, as a multiple.

    Raises
    ------
    CrenelError
        Fewer than two scenarios.
    """
    if len(scenarios) < 2:
        raise CrenelError("compare wants two scenarios at least. Name a second one, or use --set or --without.")
    run = layout(n_doubt)
    n = rounded_up(replicates, run)
    names = sorted({one.name for _, scenario in scenarios for one in doubt.doubts(scenario)})
    engine.warm()
    played = [
        _Played(label, scenario, _leaks(label, scenario, (run, n, seed, n_doubt, workers), tuple(names), progress))
        for label, scenario in scenarios
    ]
    first = played[0]
    return {
        "results": FORMAT,
        "crenel": version(),
        "study": "compare",
        "seed": seed,
        "replicates": n,
        "n_doubt": n_doubt,
        "prior": doubting.PRIOR if n_doubt else None,
        "base": first.label,
        "rows": [_row(one, first, run) for one in played],
    }


def _leaks(
    label: str,
    scenario: Scenario[Bracket],
    numbers: tuple[Layout, int, int, int, int],
    among: tuple[str, ...],
    progress: Callable[[Progress], None] | None,
) -> Floats:
    run, n, seed, n_doubt, workers = numbers
    built = world.build(scenario)
    design = doubting.designed(scenario, built, seed=seed, n_doubt=n_doubt, among=among)
    per_block = n // run.n_blocks
    stretches = []
    for block in range(run.n_blocks):
        point, within = divmod(block, run.blocks_per_point)
        index = np.arange(per_block, dtype=np.int64)
        replicates = (index * run.blocks_per_point + within) * run.n_points + point
        stretches.append(Stretch(doubting.case_at(scenario, design, point), block, replicates))
    found = sample(
        stretches,
        built,
        seed=seed,
        n_passes=PASSES_IN_DOUBT if n_doubt else PASSES,
        workers=workers,
        progress=progress,
        what=label,
    )
    return np.array([one.leaks for one in found], np.float64)


def _row(one: _Played, first: _Played, run: Layout) -> Json:
    n_threats = one.scenario.n_threats
    sums, raids = one.leaks.sum(axis=1).astype(np.int64), np.full(run.n_blocks, one.leaks.shape[1], np.int64)
    leak = share(sums, raids * n_threats, n_raids=int(raids.sum()), n_points=run.n_points).times(n_threats)
    row: Json = {
        "label": one.label,
        "title": one.scenario.title,
        "scenario": scenario_hash(one.scenario),
        "units": len(one.scenario.units),
        "threats": n_threats,
        "leak": leak.plain(),
    }
    if one is first:
        return row
    paired = one.leaks - first.leaks
    told, variance = _difference(paired, run)
    apart = sum(_difference(leaks, run)[1] for leaks in (one.leaks, first.leaks))
    return {
        **row,
        "difference": told.plain(),
        "made_worse": float((paired > 0).mean()),
        "made_better": float((paired < 0).mean()),
        "raids_saved": apart / variance if variance > 0.0 else None,
    }


def _difference(leaks: Floats, run: Layout) -> tuple[Told, float]:
    """Mean over raids with its interval from the spread between blocks of a point, and the variance behind it."""
    means = leaks.mean(axis=1).reshape(run.n_points, run.blocks_per_point)
    squares = np.square(means - means.mean(axis=1, keepdims=True)).sum(axis=1)
    b = run.blocks_per_point
    by_point = squares / ((b - 1) * b)
    variance = float(by_point.sum()) / run.n_points**2
    total = float(np.square(squares).sum())
    degrees = (b + 1) * float(squares.sum()) ** 2 / total if total > 0.0 else 1.0
    half = student_quantile(min(max(degrees, b - 1.0), run.n_points * (b - 1.0))) * variance**0.5
    mean = float(means.mean())
    found = None
    if run.n_points > 1:
        found = doubt_range(Conditional(means.mean(axis=1), np.sqrt(by_point)))
    return Told(mean, (mean - half, mean + half), found), variance


def without(scenario: Scenario[Bracket], unit: str) -> Scenario[Bracket]:
    """The scenario without one unit.

    Raises
    ------
    CrenelError
        No unit has that name.
    """
    left = tuple(one for one in scenario.units if one.name != unit)
    if len(left) == len(scenario.units):
        known = ", ".join(one.name for one in scenario.units)
        raise CrenelError(f'--without "{unit}": no unit has that name. Here are: {known}.')
    return replace(scenario, units=left)


def with_figure(scenario: Scenario[Bracket], figure: str, value: float) -> Scenario[Bracket]:
    """The scenario with one figure at another value, without doubt about it.

    Raises
    ------
    CrenelError
        Nothing here leans on a figure of that name.
    """
    known = {one.figure: one for one in doubt.figures(scenario)}
    if figure not in known:
        near = [name for name in known if name.endswith(figure.rpartition(".")[2])]
        hint = f"Did you mean {', '.join(sorted(near)[:3])}?" if near else "crenel run --json lists them."
        raise CrenelError(f'--set "{figure}": nothing here leans on a figure of that name. {hint}')
    one = known[figure]
    fixed = replace(one, value=value, low=value, high=value, grade="assumption", note="set for a comparison")
    changed = doubt.replaced(scenario, {figure: fixed})
    return replace(changed, text=f"{scenario.text}\n# {figure} set to {value!r}\n")
