"""From counts to the answer: what `summary.json` says, in its three parts and beside them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from crenel.core.records import CAUSES, FATES, Bracket, Scenario
from crenel.results import summary
from crenel.results.counts import CURVE_P, N_SECTORS, SECTOR_DEG, Counts
from crenel.studies import evidence
from crenel.studies.statistics import (
    Estimate,
    Ints,
    least_crossing,
    order_statistic,
    raids_by_blocks,
    reached,
    share_by_blocks,
)

Json = dict[str, Any]


def answer(
    scenario: Scenario[Bracket],
    counts: Counts,
    *,
    heading: Json,
    grounds: Json,
) -> Json:
    """The whole summary. Shares lie in 0..1; leaks are threats per raid.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    counts : Counts
        Of every part.
    heading, grounds : dict
        `results.summary.heading` and `results.summary.grounds`: what no raid changes.
    """
    n_threats = scenario.n_threats
    share = _share(counts.leaks.sum(axis=1), counts, n_threats)
    undefended = summary.undefended_leak(scenario)
    return {
        **heading,
        "units": _units(scenario, counts),
        "groups": _groups(scenario, counts),
        "assets": _assets(scenario, counts),
        "sectors": _sectors(scenario, counts),
        "leak": _json(share.times(n_threats)),
        "leak_share": _json(share),
        "p_no_leak": _json(raids_by_blocks(counts.no_leak, counts.raids)),
        "leak_quantiles": {
            "p05": order_statistic(counts.raids_by_leaks, 0.05),
            "p50": order_statistic(counts.raids_by_leaks, 0.50),
            "p95": order_statistic(counts.raids_by_leaks, 0.95),
        },
        "undefended": {"leak": undefended},
        "evidence": evidence.told(scenario, counts, main=share.times(n_threats), undefended=undefended),
        "pk": _kill_probability(scenario, counts),
        "fates": _named(FATES, counts.fates, _n_played(scenario, counts)),
        "causes": _named(CAUSES, counts.causes, _n_played(scenario, counts)),
        "rounds_fired": _fired(counts),
        **grounds,
        "fallback_looks_share": int(counts.looks[0]) / max(1, int(counts.looks[1])),
    }


def _kill_probability(scenario: Scenario[Bracket], counts: Counts) -> Json:
    """Parts one to three: the floor, the curve, the break-even."""
    n_threats, n_raids = scenario.n_threats, _n_raids(counts)
    shares = [_share(leaks, counts, n_threats) for leaks in counts.curve_leaks]
    no_leaks = [raids_by_blocks(events, counts.raids) for events in counts.curve_no_leak]
    facts = summary.pk_facts(scenario)
    lo, hi = facts["bracket"]
    goals = {
        "half": least_crossing([(p, at.mean) for p, at in zip(CURVE_P, shares, strict=True)], 0.5),
        "tenth": least_crossing([(p, at.mean) for p, at in zip(CURVE_P, shares, strict=True)], 0.1),
        # The same question upside down: at least half of all raids without a leak.
        "none": least_crossing([(p, 1.0 - at.mean) for p, at in zip(CURVE_P, no_leaks, strict=True)], 0.5),
    }
    return {
        **facts,
        "curve": [[p, *at.times(n_threats)] for p, at in zip(CURVE_P, shares, strict=True)],
        "no_leak": [[p, *at] for p, at in zip(CURVE_P, no_leaks, strict=True)],
        "floor": {
            **_json(shares[-1].times(n_threats)),
            "share": shares[-1].mean,
            "causes": _named(CAUSES, counts.floor_causes, n_raids),
        },
        "break_even": {**goals, "reached": {name: reached(p, (lo, hi)) for name, p in goals.items()}},
    }


def _units(scenario: Scenario[Bracket], counts: Counts) -> list[Json]:
    rows = []
    for number, unit in enumerate(scenario.units):
        row = summary.unit_row(unit)
        row["stopped"] = int(counts.stopped_by[number]) / _n_raids(counts)
        row["rounds_fired"] = int(counts.unit_rounds[number]) / _n_raids(counts) if counts.unit_rounds.size else None
        rows.append(row)
    return rows


def _groups(scenario: Scenario[Bracket], counts: Counts) -> list[Json]:
    return [
        {**summary.group_row(group), "leak_share": _json(_share(counts.leaks[:, number], counts, group.count))}
        for number, group in enumerate(scenario.groups)
    ]


def _assets(scenario: Scenario[Bracket], counts: Counts) -> list[Json]:
    rows = []
    for asset in scenario.assets:
        row = summary.asset_row(asset, scenario.groups)
        aimed = [number for number, group in enumerate(scenario.groups) if group.to == asset.name]
        share = _share(counts.leaks[:, aimed].sum(axis=1), counts, row["threats"])
        # Nothing is sent against it, so nothing is open either.
        row["leak"] = _json(share.times(row["threats"]) if row["threats"] else Estimate(0.0, 0.0, 0.0))
        rows.append(row)
    return rows


def _sectors(scenario: Scenario[Bracket], counts: Counts) -> list[Json]:
    rows = []
    for number in range(N_SECTORS):
        n_came = int(counts.sector_threats[:, number].sum())
        if n_came == 0:
            continue
        leaks = share_by_blocks(
            counts.sector_leaks[:, number], counts.sector_threats[:, number], n_raids=int(counts.sector_raids[number])
        )
        rows.append(
            {
                "from_deg": number * SECTOR_DEG,
                "to_deg": (number + 1) * SECTOR_DEG,
                "share_of_threats": n_came / _n_played(scenario, counts),
                "leak_share": _json(leaks),
                "causes": _named(CAUSES, counts.sector_causes[number], n_came),
            }
        )
    return rows


def _share(leaks: Ints, counts: Counts, n_threats: int) -> Estimate:
    return share_by_blocks(leaks, counts.raids * n_threats, n_raids=_n_raids(counts))


def _json(estimate: Estimate) -> Json:
    return {"mean": estimate.mean, "dice": [estimate.lo, estimate.hi]}


def _named(names: Sequence[str], events: Ints, out_of: int) -> dict[str, float]:
    return {name: n / out_of for name, n in zip(names, np.asarray(events).tolist(), strict=True)}


def _fired(counts: Counts) -> Json:
    missiles, bursts = (n / _n_raids(counts) for n in counts.fired.tolist())
    return {"missile": missiles, "gun_bursts": bursts}


def _n_raids(counts: Counts) -> int:
    return int(counts.raids.sum())


def _n_played(scenario: Scenario[Bracket], counts: Counts) -> int:
    return _n_raids(counts) * scenario.n_threats
