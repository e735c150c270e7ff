"""Where threats that did not get through came down: what `summary.json` says of it."""

from typing import Any

from crenel.core.records import CAME_DOWN, FATES, Bracket, Scenario
from crenel.results.counts import Counts

Json = dict[str, Any]


def told(scenario: Scenario[Bracket], counts: Counts) -> Json:
    """Threats per raid by how far from the nearest asset they came down.

    Returns
    -------
    dict
        `per_raid`: a number for each of `CAME_DOWN`. `rows`: the same for each threat class and fate that came down at
        all, decoys apart.
    """
    n_raids = max(1, int(counts.raids.sum()))
    sums: dict[tuple[str, bool, str], list[int]] = {}
    for group, found in zip(scenario.groups, counts.came_down.tolist(), strict=True):
        for fate, fell in zip(FATES, found, strict=True):
            if any(fell):
                key = (group.threat.threat_class, group.decoy, fate)
                sums[key] = [a + b for a, b in zip(sums.get(key, [0] * len(CAME_DOWN)), fell, strict=True)]
    whole = counts.came_down.sum(axis=(0, 1)).tolist()
    return {
        "per_raid": {name: n / n_raids for name, n in zip(CAME_DOWN, whole, strict=True)},
        "rows": [
            {
                "threat_class": threat_class,
                "decoy": decoy,
                "fate": fate,
                **{name: n / n_raids for name, n in zip(CAME_DOWN, fell, strict=True)},
            }
            for (threat_class, decoy, fate), fell in sums.items()
        ],
    }
