"""The answer of a run that is not complete yet: sums over the parts that are there."""

from pathlib import Path
from typing import Any

import numpy as np

from crenel.core.records import CAUSES, FATES
from crenel.results.counts import CURVE_P
from crenel.results.folder import RunFolder
from crenel.results.parts import layout, parts
from crenel.results.tables import LEAKED


def so_far(folder: Path, *, replicates: int, n_threats: int, n_doubt: int) -> dict[str, Any]:
    """Means over the raids that were played; see `crenel.app.so_far`."""
    run = RunFolder(folder)
    raids, refought = 0, 0
    curve = np.zeros(len(CURVE_P), np.int64)
    floor_causes = np.zeros(len(CAUSES), np.int64)
    fates, causes = np.zeros(len(FATES), np.int64), np.zeros(len(CAUSES), np.int64)
    by_leaks = np.zeros(n_threats + 1, np.int64)
    for part in parts(replicates=replicates, n_threats=n_threats, run=layout(n_doubt)):
        if not (run.outcomes(part).exists() and run.tally(part).exists()):
            continue
        rows = run.read_outcomes(part)
        raids += part.n_replicates
        for beside in run.read_tally(part):
            refought += int(beside["refought"])
            curve += [int(point["leaks"]) for point in beside["curve"]]
            floor_causes += [int(beside["floor_causes"].get(name, 0)) for name in CAUSES]
        fate, cause = rows["fate"].to_numpy(), rows["cause"].to_numpy()
        fates += np.bincount(fate, minlength=len(FATES))
        causes += np.bincount(cause[cause >= 0], minlength=len(CAUSES))
        leaks = (fate == LEAKED).reshape(-1, n_threats).sum(axis=1)
        by_leaks += np.bincount(leaks, minlength=n_threats + 1)

    def mean(events: Any, among: int) -> list[float]:
        return [float(n) / max(1, among) for n in events]

    return {
        "raids": raids,
        "replicates": replicates,
        "threats": n_threats,
        "curve": [[p, leaks] for p, leaks in zip(CURVE_P, mean(curve, refought), strict=True)],
        "floor_causes": dict(zip(CAUSES, mean(floor_causes, refought), strict=True)),
        "fates": dict(zip(FATES, mean(fates, raids), strict=True)),
        "causes": dict(zip(CAUSES, mean(causes, raids), strict=True)),
        "leaks": by_leaks.tolist(),
    }
