"""From counts to the answer: what `summary.json` says, in its three parts and beside them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from crenel.core.records import CAUSES, FATES, Bracket, Scenario
from crenel.results import fallen, summary
from crenel.results.counts import CURVE_P, N_SECTORS, SECTOR_DEG, Counts
from crenel.results.decoys import n_decoys, n_real
from crenel.studies import evidence
from crenel.studies.crosscheck import cross_check
from crenel.studies.statistics import Ints, least_crossing, order_statistic, reached
from crenel.studies.telling import Told, no_leak, share

Json = dict[str, Any]


def answer(
    scenario: Scenario[Bracket],
    counts: Counts,
    *,
    heading: Json,
    grounds: Json,
    doubts: Json,
    n_points: int = 1,
) -> Json:
    """The whole summary. Shares lie in 0..1; leaks are threats per raid.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    counts : Counts
        Of every part.
    heading, grounds : dict
        `results.summary.heading` and `results.summary.grounds`: what no raid changes.
    doubts : dict
        `studies.doubting.told`: what the points of the doubt made of it.
    n_points : int
        Points of the doubt; 1 for the central one alone.
    """
    n_threats = n_real(scenario.groups)
    leaks = _share(counts.leaks.sum(axis=1), counts, n_threats, n_points)
    undefended = summary.undefended_leak(scenario)
    whole = {
        **heading,
        "units": _units(scenario, counts),
        "groups": _groups(scenario, counts, n_points),
        "assets": _assets(scenario, counts, n_points),
        "sectors": _sectors(scenario, counts, n_points),
        "leak": leaks.times(n_threats).plain(),
        "leak_share": leaks.plain(),
        "p_no_leak": no_leak(counts.no_leak, counts.raids, n_points).plain(),
        "leak_quantiles": {
            name: _quantile(counts.raids_by_leaks, at, n_points)
            for name, at in (("p05", 0.05), ("p50", 0.50), ("p95", 0.95))
        },
        "undefended": {"leak": undefended},
        "evidence": evidence.told(
            scenario, counts, main=leaks.times(n_threats), undefended=undefended, n_points=n_points
        ),
        "pk": _kill_probability(scenario, counts, n_points),
        "fates": _named(FATES, counts.fates, _n_played(scenario, counts)),
        "causes": _named(CAUSES, counts.causes, _n_played(scenario, counts)),
        "decoys": _decoys(scenario, counts, n_points),
        "came_down": fallen.told(scenario, counts),
        "rounds_fired": _fired(counts),
        "doubts": doubts,
        **grounds,
        "fallback_looks_share": int(counts.looks[0]) / max(1, int(counts.looks[1])),
    }
    return {**whole, "cross_check": cross_check(scenario, whole)}


def _kill_probability(scenario: Scenario[Bracket], counts: Counts, n_points: int) -> Json:
    """Parts one to three: the floor, the curve, the break-even."""
    n_threats, n_raids = n_real(scenario.groups), int(counts.refought.sum())
    shares = [_again(leaks, counts, n_threats, n_points) for leaks in counts.curve_leaks]
    no_leaks = [no_leak(events, counts.refought, n_points) for events in counts.curve_no_leak]
    facts = summary.pk_facts(scenario)
    lo, hi = facts["bracket"]
    goals = {
        "half": least_crossing([(p, at.mean) for p, at in zip(CURVE_P, shares, strict=True)], 0.5),
        "tenth": least_crossing([(p, at.mean) for p, at in zip(CURVE_P, shares, strict=True)], 0.1),
        # The same question upside down: at least half of all raids without a leak.
        "none": least_crossing([(p, 1.0 - at.mean) for p, at in zip(CURVE_P, no_leaks, strict=True)], 0.5),
    }
    leaks = [at.times(n_threats) for at in shares]
    return {
        **facts,
        "curve": [[p, at.mean, *at.dice] for p, at in zip(CURVE_P, leaks, strict=True)],
        "curve_doubt": [[p, *at.doubt] for p, at in zip(CURVE_P, leaks, strict=True) if at.doubt is not None],
        "no_leak": [[p, at.mean, *at.dice] for p, at in zip(CURVE_P, no_leaks, strict=True)],
        "floor": {
            **leaks[-1].plain(),
            "share": shares[-1].mean,
            "causes": _named(CAUSES, counts.floor_causes, n_raids),
        },
        "break_even": {
            **goals,
            "reached": {name: reached(p, (lo, hi)) for name, p in goals.items()},
            "doubt": {"half": _crossings(shares, 0.5), "tenth": _crossings(shares, 0.1)},
        },
    }


def _crossings(shares: Sequence[Told], level: float) -> list[float | None] | None:
    """Where the lower and the upper end of the doubt fall to a level; None without doubts."""
    ends = [at.doubt for at in shares]
    if any(end is None for end in ends):
        return None
    return [
        least_crossing([(p, end[side]) for p, end in zip(CURVE_P, ends, strict=True) if end is not None], level)
        for side in (0, 1)
    ]


def _units(scenario: Scenario[Bracket], counts: Counts) -> list[Json]:
    rows = []
    for number, unit in enumerate(scenario.units):
        row = summary.unit_row(unit)
        row["stopped"] = int(counts.stopped_by[number]) / _n_raids(counts)
        row["rounds_fired"] = int(counts.unit_rounds[number]) / _n_raids(counts) if counts.unit_rounds.size else None
        rows.append(row)
    return rows


def _groups(scenario: Scenario[Bracket], counts: Counts, n_points: int) -> list[Json]:
    return [
        {
            **summary.group_row(group),
            "leak_share": _share(
                (counts.decoy_leaks if group.decoy else counts.leaks)[:, number], counts, group.count, n_points
            ).plain(),
        }
        for number, group in enumerate(scenario.groups)
    ]


def _assets(scenario: Scenario[Bracket], counts: Counts, n_points: int) -> list[Json]:
    rows = []
    for asset in scenario.assets:
        row = summary.asset_row(asset, scenario.groups)
        aimed = [number for number, group in enumerate(scenario.groups) if group.to == asset.name]
        found = _share(counts.leaks[:, aimed].sum(axis=1), counts, row["threats"], n_points)
        # Nothing is sent against it, so nothing is open either.
        row["leak"] = (found.times(row["threats"]) if row["threats"] else Told(0.0, (0.0, 0.0), None)).plain()
        rows.append(row)
    return rows


def _sectors(scenario: Scenario[Bracket], counts: Counts, n_points: int) -> list[Json]:
    rows = []
    for number in range(N_SECTORS):
        n_came = int(counts.sector_threats[:, number].sum())
        if n_came == 0:
            continue
        leaks = share(
            counts.sector_leaks[:, number],
            counts.sector_threats[:, number],
            n_raids=int(counts.sector_raids[number]),
            n_points=n_points,
        )
        rows.append(
            {
                "from_deg": number * SECTOR_DEG,
                "to_deg": (number + 1) * SECTOR_DEG,
                "share_of_threats": n_came / _n_played(scenario, counts),
                "leak_share": leaks.plain(),
                "causes": _named(CAUSES, counts.sector_causes[number], n_came),
            }
        )
    return rows


def _quantile(by_leaks: Ints, at: float, n_points: int) -> float:
    """Of the leaks of a raid: the mean over the points of each point's own, so that doubt is not taken for chance."""
    by_point = by_leaks.reshape(n_points, -1, by_leaks.shape[1]).sum(axis=1)
    found = [order_statistic(histogram, at) for histogram in by_point]
    return found[0] if n_points == 1 else sum(found) / n_points


def _share(leaks: Ints, counts: Counts, n_threats: int, n_points: int) -> Told:
    return share(leaks, counts.raids * n_threats, n_raids=_n_raids(counts), n_points=n_points)


def _again(leaks: Ints, counts: Counts, n_threats: int, n_points: int) -> Told:
    return share(leaks, counts.refought * n_threats, n_raids=int(counts.refought.sum()), n_points=n_points)


def _named(names: Sequence[str], events: Ints, out_of: int) -> dict[str, float]:
    return {name: n / out_of for name, n in zip(names, np.asarray(events).tolist(), strict=True)}


def _decoys(scenario: Scenario[Bracket], counts: Counts, n_points: int) -> Json | None:
    """How many came and got through, and what was fired at them, per raid; None where none comes."""
    n = n_decoys(scenario.groups)
    if n == 0:
        return None
    missiles, bursts = (fired / _n_raids(counts) for fired in counts.decoy_fired.tolist())
    through = _share(counts.decoy_leaks.sum(axis=1), counts, n, n_points).times(n)
    return {"count": n, "through": through.plain(), "missiles": missiles, "gun_bursts": bursts}


def _fired(counts: Counts) -> Json:
    missiles, bursts = (n / _n_raids(counts) for n in counts.fired.tolist())
    return {"missile": missiles, "gun_bursts": bursts}


def _n_raids(counts: Counts) -> int:
    return int(counts.raids.sum())


def _n_played(scenario: Scenario[Bracket], counts: Counts) -> int:
    return _n_raids(counts) * n_real(scenario.groups)
