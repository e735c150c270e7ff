"""Published raids, played and scored against what any editor knows; the skill is told also where it is negative."""

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from crenel import engine, world
from crenel.core.records import FATES
from crenel.inputs import backtest as published
from crenel.results.identity import FORMAT, scenario_hash, version
from crenel.studies import doubting
from crenel.studies.covering import Progress
from crenel.studies.statistics import Floats, student_quantile

Json = dict[str, Any]

_POINTS: Final = 32
_BLOCKS: Final = 2
_PASSES: Final = 16
_RAIDS: Final = 64
"""Of each point: the forecast mixes all points, since nobody knows which of them it was."""

_FOR_A_PICTURE: Final = 20
_DRAWS: Final = 4000
_SHOT_DOWN: Final = (FATES.index("missile"), FATES.index("gun"))


def backtest(*, seed: int, workers: int, progress: Callable[[Progress], None] | None = None) -> Json:
    """Play the published raids, and score.

    Returns
    -------
    dict
        `rows`: each raid with what was published, the forecast and those of the baselines, and their scores; `score`:
        means with intervals over raids, and the skill against both baselines; `n`; `notes`.

    Notes
    -----
    The forecast is the distribution of the number shot down over dice and doubts. Baselines: beta-binomial from the
    shares shot down in earlier raids, beginning with an even prior; and nothing shot down. Ranked probability score,
    divided by the size of the raid; skill ``1 - score / score of the baseline``, its interval by resampling raids.

    References
    ----------
    [epstein1969]
    """
    engine.warm()
    rows: list[Json] = []
    earlier = (1.0, 1.0)
    every = published.outcomes()
    for number, outcome in enumerate(every):
        scenario = published.scenario(outcome.key)
        simulated = _played(scenario, seed)
        n, seen = outcome.launched, outcome.shot_down
        before = beta_binomial(n, *earlier)
        nothing = np.eye(n + 1)[0]
        rows.append(
            {
                "key": outcome.key,
                "title": scenario.title,
                "date": outcome.date,
                "source": outcome.source,
                "scenario": scenario_hash(scenario),
                "assumptions": scenario.note,
                "published": {
                    "launched": n,
                    "shot_down": seen,
                    "suppressed": outcome.suppressed,
                    "reached": outcome.reached,
                },
                "simulated": _told(simulated),
                "earlier": _told(before),
                "within": bool(_told(simulated)["p05"] <= seen <= _told(simulated)["p95"]),
                "scores": {
                    "simulated": ranked_score(simulated, seen),
                    "earlier": ranked_score(before, seen),
                    "everything": ranked_score(nothing, seen),
                },
            }
        )
        earlier = (earlier[0] + seen, earlier[1] + n - seen)
        if progress is not None:
            progress(Progress("published raids", number + 1, len(every)))
    scores = {name: np.array([row["scores"][name] for row in rows]) for name in ("simulated", "earlier", "everything")}
    return {
        "results": FORMAT,
        "crenel": version(),
        "study": "backtest",
        "seed": seed,
        "n": len(rows),
        "rows": rows,
        "score": {
            **{name: _mean(values) for name, values in scores.items()},
            "skill": {
                "against_earlier": _skill(scores["simulated"], scores["earlier"], seed),
                "against_everything": _skill(scores["simulated"], scores["everything"], seed),
            },
        },
        "notes": _notes(len(rows)),
    }


def _played(scenario: Any, seed: int) -> Floats:
    """Probability of each number shot down, over points of the doubt and raids."""
    built = world.build(scenario)
    design = doubting.designed(scenario, built, seed=seed, n_doubt=_POINTS)
    counts = np.zeros(scenario.n_threats + 1)
    for point in range(_POINTS):
        case = doubting.case_at(scenario, design, point)
        for b in range(_BLOCKS):
            tables = engine.prepare(case, built, seed=seed, block=point * _BLOCKS + b, n_passes=_PASSES)
            index = np.arange(b, _RAIDS, _BLOCKS, dtype=np.int64) * _POINTS + point
            fates = engine.play(tables, seed=seed, replicates=index).fate
            counts += np.bincount(np.isin(fates, _SHOT_DOWN).sum(axis=1), minlength=counts.size)
    return np.asarray(counts / counts.sum())


def beta_binomial(n: int, a: float, b: float) -> Floats:
    """Probability of 0, 1, ... n events, whose own probability is beta distributed: (n + 1,)."""
    k = range(n + 1)
    logs = [
        math.lgamma(n + 1)
        - math.lgamma(i + 1)
        - math.lgamma(n - i + 1)
        + math.lgamma(i + a)
        + math.lgamma(n - i + b)
        - math.lgamma(n + a + b)
        + math.lgamma(a + b)
        - math.lgamma(a)
        - math.lgamma(b)
        for i in k
    ]
    return np.asarray(np.exp(np.array(logs)))


def ranked_score(forecast: Floats, seen: int) -> float:
    """Ranked probability score of a forecast of 0, 1, ... n, divided by n: 0 is perfect, 1 the worst."""
    n = forecast.size - 1
    happened = np.arange(n + 1) >= seen
    return float(np.square(np.cumsum(forecast) - happened)[:-1].sum() / n)


def _told(forecast: Floats) -> Json:
    cumulated = np.cumsum(forecast)
    return {
        "mean": float(forecast @ np.arange(forecast.size)),
        "p05": int(np.searchsorted(cumulated, 0.05 - 1e-12)),
        "p95": int(np.searchsorted(cumulated, 0.95 - 1e-12)),
    }


def _mean(values: Floats) -> Json:
    half = student_quantile(values.size - 1.0) * float(values.std(ddof=1)) / math.sqrt(values.size)
    mean = float(values.mean())
    return {"mean": mean, "dice": [mean - half, mean + half]}


def _skill(scores: Floats, others: Floats, seed: int) -> Json:
    """How much of the other's score is saved; raids drawn again and again with replacement for the interval."""
    drawn = np.random.default_rng(seed).integers(0, scores.size, (_DRAWS, scores.size))
    mine, theirs = scores[drawn].mean(axis=1), others[drawn].mean(axis=1)
    several = 1.0 - mine[theirs > 0.0] / theirs[theirs > 0.0]
    lo, hi = np.quantile(several, (0.025, 0.975))
    return {"mean": 1.0 - float(scores.mean()) / float(others.mean()), "dice": [float(lo), float(hi)]}


def _notes(n: int) -> Sequence[str]:
    found = [
        "Numbers are claims of one side, of what was launched or detected: what nobody saw is not in them, so that the "
        "share shot down is flattering.",
        "Suppressed is not stopped: two drones that were suppressed on 30 July 2023 hit towers. The score asks for the "
        "number shot down.",
        "What each scenario supposes was written down before its raid was played, and no figure of the catalogue rests "
        "on a raid that is scored.",
    ]
    if n < _FOR_A_PICTURE:
        found.append(f"No picture of reliability is drawn: {n} raids are fewer than {_FOR_A_PICTURE}.")
    return found
