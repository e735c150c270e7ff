"""What would have saved it: what a little more of everything does to the same raids, paired raid by raid.

All cases share seed, passes and dice, so a difference is the change's own. More capability does not always leak less:
range, rounds and channels can be wasted on what another unit would have shot down, and the share of raids made worse is
told beside the mean.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np

from crenel import engine
from crenel.core import doubt
from crenel.core.records import Bracket, Case, FloatArray, Scenario, System, Unit
from crenel.results.identity import FORMAT, scenario_hash, version
from crenel.studies.covering import Progress
from crenel.studies.sampling import Stretch, sample
from crenel.studies.statistics import student_quantile

Json = dict[str, Any]

BLOCKS: Final = 8
RAIDS: Final = 1600
PASSES: Final = 64
MOST_SINGLY: Final = 8
"""Armed units up to which each is changed by itself as well."""

SOONER_S: Final = 2.0

_EVERY: Final = 16
"""Raids are numbered as in a run over the central values, which has so many blocks: they are raids of that run."""


class _Change(NamedTuple):
    name: str
    who: str
    case: Case
    pk: float | None


def saved(
    scenario: Scenario[Bracket],
    built: Any,
    *,
    seed: int,
    workers: int,
    raids: int = RAIDS,
    progress: Callable[[Progress], None] | None = None,
) -> Json:
    """The paired change in leaks by each change of the defence, at the central value of every figure.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    built : World
    seed, workers : int
    raids : int
        In all, a multiple of the blocks.
    progress : callable, optional

    Returns
    -------
    dict
        `leak`: threats per raid that get through as it is. `rows`: for each `change` ("channel", "rounds", "unit",
        "reaction", "kill") of each `who` ("" for all armed units at once): `mean` change in leaks per raid, its 95 %
        interval `dice` (over blocks, or over raids where that is wider), `worse` and `better`: shares of raids with
        more and with fewer leaks.
    """
    case = doubt.resolve(scenario)
    engine.warm()
    before = _leaks(case, built, None, seed=seed, workers=workers, raids=raids, progress=progress)
    rows = []
    for change in _changes(case):
        after = _leaks(change.case, built, change.pk, seed=seed, workers=workers, raids=raids, progress=progress)
        rows.append({"change": change.name, "who": change.who, **_paired(after - before)})
    mean, half = _mean(before)
    return {
        "results": FORMAT,
        "crenel": version(),
        "scenario": scenario_hash(scenario),
        "seed": seed,
        "raids": raids,
        "blocks": BLOCKS,
        "leak": {"mean": mean, "dice": [max(0.0, mean - half), mean + half]},
        "rows": rows,
    }


def _changes(case: Case) -> list[_Change]:
    armed = [unit.name for unit in case.units if unit.system.missile is not None or unit.system.gun is not None]
    whom = [(name,) for name in armed] if 1 < len(armed) <= MOST_SINGLY else []
    found = []
    for names in [tuple(armed), *whom] if armed else []:
        who = "" if len(names) == len(armed) else names[0]
        for name, more in _MORE.items():
            found.append(_Change(name, who, _with(case, names, more), None))
        doubled = tuple(unit for unit in case.units if unit.name in names)
        found.append(_Change("unit", who, replace(case, units=(*case.units, *map(_second, doubled))), None))
        # With every unit's shots a kill it is the floor of the answer, which takes the kill probability unshaped.
        sure = case if not who else _with(case, names, _sure)
        found.append(_Change("kill", who, sure, None if who else 1.0))
    return found


def _with(case: Case, names: Sequence[str], more: Callable[[System[float]], System[float]]) -> Case:
    units = tuple(replace(unit, system=more(unit.system)) if unit.name in names else unit for unit in case.units)
    return replace(case, units=units)


def _second(unit: Unit[float]) -> Unit[float]:
    return replace(unit, name=f"{unit.name}, a second one")


def _channel(system: System[float]) -> System[float]:
    """One more engagement at a time; where sectors limit them, one more in each."""
    control = system.fire_control
    if control is not None and control.channels_per_sector is not None:
        control = replace(control, channels_per_sector=control.channels_per_sector + 1.0)
    return replace(system, channels=system.channels + 1.0, fire_control=control)


def _rounds(system: System[float]) -> System[float]:
    """Twice as many ready."""
    missile, gun = system.missile, system.gun
    return replace(
        system,
        missile=None if missile is None else replace(missile, rounds=2.0 * missile.rounds),
        gun=None if gun is None else replace(gun, rounds=2.0 * gun.rounds),
    )


def _sooner(system: System[float]) -> System[float]:
    return replace(system, reaction_s=max(0.0, system.reaction_s - SOONER_S))


def _sure(system: System[float]) -> System[float]:
    missile, gun = system.missile, system.gun
    return replace(
        system,
        missile=None if missile is None else replace(missile, pk=_certain(missile.pk), pk_at_range_max_frac=None),
        gun=None if gun is None else replace(gun, pk=_certain(gun.pk), pk_at_range_max_frac=1.0),
    )


def _certain(pk: Mapping[Any, float]) -> Mapping[Any, float]:
    return MappingProxyType(dict.fromkeys(pk, 1.0))


_MORE: Final = {"channel": _channel, "rounds": _rounds, "reaction": _sooner}


def _leaks(case: Case, built: Any, pk: float | None, *, raids: int, **asked: Any) -> FloatArray:
    """(B, raids per block) leaks."""
    stretches = [
        Stretch(case, block, np.arange(raids // BLOCKS, dtype=np.int64) * _EVERY + block) for block in range(BLOCKS)
    ]
    found = sample(stretches, built, n_passes=PASSES, pk=pk, what="what would have saved it", **asked)
    return np.array([one.leaks for one in found], np.float64)


def _paired(change: FloatArray) -> Json:
    mean, half = _mean(change)
    return {
        "mean": mean,
        "dice": [mean - half, mean + half],
        "worse": float((change > 0).mean()),
        "better": float((change < 0).mean()),
    }


def _mean(values: FloatArray) -> tuple[float, float]:
    """Mean and half-width of its 95 % interval: over blocks, and never narrower than over raids."""
    by_block = values.mean(axis=1)
    error = max(float(by_block.std(ddof=1)) / BLOCKS**0.5, float(values.std(ddof=1)) / values.size**0.5)
    return float(values.mean()), student_quantile(BLOCKS - 1.0) * error
