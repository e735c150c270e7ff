"""On the shipped examples the mean number of leaks does not rise with kill probability, rounds or channels.

Raid by raid it may (rounds can be wasted); the mean may not, beyond a 99.9 % interval of the paired difference.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import crenel
from crenel import engine, world
from crenel.core import doubt
from crenel.core.records import FATES, Case, System
from crenel.world import World

EXAMPLES = ("moscow-rooftops", "cumberland", "reference-20x3", "reference-100x10")
Z_999 = 3.2905
N_RAIDS = 800  # in each of two blocks

Change = Callable[[System[float]], System[float]]


def _weapons(system: System[float], change: Callable[[Any], Any]) -> System[float]:
    return replace(
        system,
        missile=system.missile and change(system.missile),
        gun=system.gun and change(system.gun),
    )


def _pk(factor: float) -> Change:
    return lambda system: _weapons(
        system, lambda weapon: replace(weapon, pk={key: min(1.0, factor * p) for key, p in weapon.pk.items()})
    )


def _rounds(factor: float) -> Change:
    return lambda system: _weapons(system, lambda weapon: replace(weapon, rounds=np.ceil(factor * weapon.rounds)))


def _channels(more: int) -> Change:
    return lambda system: replace(system, channels=max(1.0, system.channels + more))


def _same(system: System[float]) -> System[float]:
    return system


@cache
def _example(name: str) -> tuple[Case, World]:
    case = doubt.resolve(crenel.load(name))
    return case, world.build(case)


@cache
def _leaks(name: str, change: Change) -> NDArray[np.float64]:
    case, ground = _example(name)
    changed = replace(case, units=tuple(replace(unit, system=change(unit.system)) for unit in case.units))
    leaks = []
    for block in (0, 1):
        tables = engine.prepare(changed, ground, seed=1, block=block, n_passes=16)
        raids = np.arange(N_RAIDS) * 16 + block
        fate = engine.play(tables, seed=1, replicates=raids).fate
        leaks.append((fate == FATES.index("leaked")).sum(axis=1))
    return np.concatenate(leaks).astype(float)


CHANGES: dict[str, list[Change]] = {
    "kill probability": [_pk(0.4), _pk(0.7), _same, _pk(1.3)],
    "rounds": [_rounds(0.3), _rounds(0.6), _same, _rounds(2.0)],
    "channels": [_channels(-1), _same, _channels(1), _channels(4)],
}


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("what", CHANGES)
def test_more_does_not_leak_more(example: str, what: str) -> None:
    steps = [_leaks(example, change) for change in CHANGES[what]]
    for less, more in pairwise(steps):
        change = more - less
        assert change.mean() <= Z_999 * change.std() / change.size**0.5
    whole = steps[-1] - steps[0]
    if what == "kill probability":
        assert whole.mean() < -Z_999 * whole.std() / whole.size**0.5, "and the test can tell"


@pytest.mark.parametrize("example", EXAMPLES)
def test_leaks_fall_from_the_undefended_raid_to_the_floor(example: str) -> None:
    case, ground = _example(example)
    curve = np.linspace(0.0, 1.0, 11)
    tables = engine.prepare(case, ground, seed=1, block=0, n_passes=16)
    raids = np.arange(400)
    leaks = engine.fight_again(tables, seed=1, replicates=raids, curve=curve).leaks.astype(float)
    for less, more in pairwise(leaks.T):
        change = more - less
        assert change.mean() <= Z_999 * change.std() / change.size**0.5
    assert (leaks.mean(axis=0)[-1] <= leaks.mean(axis=0)).all(), "the floor is the least"
    alone = engine.prepare(replace(case, units=()), ground, seed=1, block=0, n_passes=16)
    undefended = engine.play(alone, seed=1, replicates=raids).fate == FATES.index("leaked")
    assert (leaks[:, 0] == undefended.sum(axis=1)).all()
    stated = engine.play(tables, seed=1, replicates=raids).fate == FATES.index("leaked")
    assert leaks[:, -1].mean() <= stated.sum(axis=1).mean()
