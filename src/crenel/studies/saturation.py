"""When a defence is full: leaks against the size, the spacing and the sides of a raid."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np

from crenel import engine, world
from crenel.core import doubt
from crenel.core.records import CAUSES, Bracket, Case, CrenelError, Scenario, Span
from crenel.results.identity import FORMAT, scenario_hash, version
from crenel.results.summary import pk_facts
from crenel.studies.covering import Progress
from crenel.studies.sampling import Sampled, Stretch, sample
from crenel.studies.statistics import Floats, share_by_blocks

Json = dict[str, Any]

_SIZES: Final = 20
_LARGEST: Final = 6.0
"""Largest raid against that of the scenario."""
_SPACINGS: Final = (0.0, 0.25, 0.5, 1.0, 2.0)
"""Times of arrival against those of the scenario: all at once, up to twice as long."""
_SECTORS: Final = (("as stated", 1.0), ("from half of each side", 0.5), ("from all sides", 0.0))
_BLOCKS: Final = 4
_PASSES: Final = 16
_RAIDS: Final = 200


class _Cell(NamedTuple):
    size: int
    spacing: float
    sector: int


def saturation(
    scenario: Scenario[Bracket],
    *,
    seed: int,
    workers: int,
    raids: int = _RAIDS,
    progress: Callable[[Progress], None] | None = None,
) -> Json:
    """Leaks against raid size, spacing and sectors, and where the defence is full.

    Parameters
    ----------
    scenario : Scenario[Bracket]
        Its groups are scaled together; all figures keep the values taken.
    seed, workers : int
    raids : int
        Of each cell; all cells share their dice.
    progress : callable, optional

    Returns
    -------
    dict
        `sizes`, `spacings`, `sectors`; `curves`, one for each spacing and sector: `leaks` by size (mean, chance), the
        `knee` (size, slopes before and after, what got through on each side and why) and the `capacity`: the most
        threats that were stopped on average, and the largest raid of which at most one in ten gets through.

    Raises
    ------
    CrenelError
        Nothing comes.
    """
    if scenario.n_threats < 1:
        raise CrenelError(f"{scenario.name}: no threat comes. Give the raid a group with a count of at least 1.")
    built = world.build(scenario)
    engine.warm()
    sizes = _sizes(scenario)
    cells = [_Cell(size, spacing, sector) for sector in range(len(_SECTORS)) for spacing in _SPACINGS for size in sizes]
    # The largest first: they take longest, and nothing is left to wait for at the end.
    order = sorted(range(len(cells)), key=lambda k: -cells[k].size)
    case = doubt.resolve(scenario)
    stretches = [
        Stretch(_case(case, cells[k]), block, np.arange(block, raids, _BLOCKS, dtype=np.int64))
        for k in order
        for block in range(_BLOCKS)
    ]
    found = sample(
        stretches, built, seed=seed, n_passes=_PASSES, workers=workers, progress=progress, what="sizes and spacings"
    )
    played: dict[int, list[Sampled]] = {
        k: found[_BLOCKS * place : _BLOCKS * (place + 1)] for place, k in enumerate(order)
    }
    per_curve = len(sizes)
    curves = []
    for first in range(0, len(cells), per_curve):
        rows = [played[k] for k in range(first, first + per_curve)]
        curves.append(_curve(cells[first], sizes, rows, raids))
    stated = next(curve for curve in curves if curve["spacing"] == 1.0 and curve["sector"] == _SECTORS[0][0])
    return {
        "results": FORMAT,
        "crenel": version(),
        "study": "saturation",
        "scenario": {"name": scenario.name, "title": scenario.title, "hash": scenario_hash(scenario)},
        "units": len(scenario.units),
        "threats": scenario.n_threats,
        "seed": seed,
        "raids": raids,
        "pk": {key: value for key, value in pk_facts(scenario).items() if key in ("bracket", "grade", "stated")},
        "sizes": sizes,
        "spacings": list(_SPACINGS),
        "sectors": [name for name, _ in _SECTORS],
        "curves": curves,
        "stated": stated,
    }


def _sizes(scenario: Scenario[Bracket]) -> list[int]:
    """Twenty sizes at most, evenly spread, from one threat to six times as many as stated."""
    largest = max(round(_LARGEST * scenario.n_threats), 12)
    return sorted({max(1, round(largest * number / _SIZES)) for number in range(1, _SIZES + 1)})


def _case(case: Case, cell: _Cell) -> Case:
    counts = _shared_out([group.count for group in case.groups], cell.size)
    share = _SECTORS[cell.sector][1]
    groups = tuple(
        replace(
            group,
            count=count,
            within_s=group.within_s * cell.spacing,
            after_s=group.after_s * cell.spacing,
            from_rad=_narrowed(group.from_rad, share),
        )
        for group, count in zip(case.groups, counts, strict=True)
        if count > 0
    )
    return replace(case, groups=groups)


def _shared_out(counts: Sequence[int], size: int) -> list[int]:
    """A size over groups in proportion, whole numbers: the largest remainders go first."""
    total = sum(counts)
    exact = [size * count / total for count in counts]
    found = [math.floor(value) for value in exact]
    left = sorted(range(len(counts)), key=lambda g: (found[g] - exact[g], g))
    for g in left[: size - sum(found)]:
        found[g] += 1
    return found


def _narrowed(side: Span, share: float) -> Span:
    if share == 0.0:
        return Span(0.0, 2.0 * math.pi)
    middle, half = (side.low + side.high) / 2.0, (side.high - side.low) / 2.0 * share
    return Span(middle - half, middle + half)


def _curve(cell: _Cell, sizes: Sequence[int], rows: Sequence[Sequence[Sampled]], raids: int) -> Json:
    leaks = []
    for size, row in zip(sizes, rows, strict=True):
        events = np.array([one.leaks.sum() for one in row], np.int64)
        trials = np.array([one.leaks.size for one in row], np.int64) * size
        leaks.append(share_by_blocks(events, trials, n_raids=raids).times(size))
    means = np.array([leak.mean for leak in leaks])
    causes = [np.sum([one.causes for one in row], axis=0) / raids for row in rows]
    stopped = np.array(sizes) - means
    within = [size for size, mean in zip(sizes, means, strict=True) if mean <= 0.1 * size]
    return {
        "spacing": cell.spacing,
        "sector": _SECTORS[cell.sector][0],
        "leaks": [{"mean": leak.mean, "dice": [leak.lo, leak.hi]} for leak in leaks],
        "causes": [_named(cause) for cause in causes],
        "knee": _knee(np.array(sizes, np.float64), means, causes),
        "capacity": {"stopped": float(stopped.max()), "tenth": max(within, default=0)},
    }


def _knee(sizes: Floats, leaks: Floats, causes: Sequence[Any]) -> Json | None:
    """Where two straight lines fit best, one after the other; None where one line does."""
    if len(sizes) < 5:
        return None
    one = _misfit(sizes, leaks)[0]
    best = min(range(2, len(sizes) - 2), key=lambda k: _both(sizes, leaks, k))
    both = _both(sizes, leaks, best)
    before, after = _misfit(sizes[: best + 1], leaks[: best + 1])[1], _misfit(sizes[best:], leaks[best:])[1]
    if one <= 1e-9 * float(np.square(leaks).sum()) or both > 0.5 * one or after <= before:
        return None
    return {
        "size": float(sizes[best]),
        "slope_before": before,
        "slope_after": after,
        "before": _main(causes[best // 2]),
        "after": _main(causes[-1]),
    }


def _both(sizes: Floats, leaks: Floats, k: int) -> float:
    return _misfit(sizes[: k + 1], leaks[: k + 1])[0] + _misfit(sizes[k:], leaks[k:])[0]


def _misfit(x: Floats, y: Floats) -> tuple[float, float]:
    """Squared misfit and slope of a straight line."""
    slope, level = np.polyfit(x, y, 1)
    return float(np.square(y - slope * x - level).sum()), float(slope)


def _main(causes: Any) -> str | None:
    return CAUSES[int(np.argmax(causes))] if float(np.sum(causes)) > 0.0 else None


def _named(causes: Any) -> dict[str, float]:
    return {name: float(value) for name, value in zip(CAUSES, causes, strict=True) if value > 0.0}
