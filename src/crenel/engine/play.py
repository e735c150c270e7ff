"""Playing a block: many raids on one set of tables."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from crenel.core.jit import borrow, kernel
from crenel.core.records import CAUSES, FloatArray, IntArray
from crenel.engine.begin import begin
from crenel.engine.causes import cause_of_leak
from crenel.engine.fallen import came_down, position
from crenel.engine.replicate import LEAKED, fight
from crenel.engine.state import AS_STATED, FALLBACK, Dice, State, new_state
from crenel.engine.tables import MISSILE, Tables


class Played(NamedTuple):
    """What became of every threat: R raid, T threat, U unit. Whole numbers only."""

    group: NDArray[np.int16]  # (R, T)
    passed: NDArray[np.int16]  # (R, T) number of the pass
    fate: NDArray[np.int8]  # (R, T) index in FATES
    cause: NDArray[np.int8]  # (R, T) index in CAUSES, -1 if it did not leak
    came_down: NDArray[np.int8]  # (R, T) index in CAME_DOWN, -1 if it leaked
    time_ms: NDArray[np.int32]  # (R, T) when its flight ended
    rounds: NDArray[np.int16]  # (R, T) missiles fired at it
    bursts: NDArray[np.int16]  # (R, T)
    unit: NDArray[np.int16]  # (R, T) that stopped it, or -1
    from_deg: NDArray[np.int16]  # (R, T) bearing of its start, seen from its target
    east_m: NDArray[np.int32]  # (R, T) where its flight ended
    north_m: NDArray[np.int32]  # (R, T)
    unit_rounds: NDArray[np.int16]  # (R, U) missiles fired
    fallback_looks: NDArray[np.int32]  # (R,) looks rolled one by one


class Refought(NamedTuple):
    """Leaks of raids that were fought at each kill probability of a curve: P point, C cause."""

    leaks: NDArray[np.int32]  # (R, P) decoys left out
    causes: NDArray[np.int32]  # (R, P, C)


def play(tables: Tables, *, seed: int, replicates: NDArray[np.int64], pk: float | None = None) -> Played:
    """Play raids.

    Parameters
    ----------
    tables : Tables
    seed : int
    replicates : (R,) int64
        Which raids.
    pk : float [1], optional
        Replaces the kill probability of every round and burst.

    Returns
    -------
    Played
        Row r is raid `replicates[r]`; nothing in it depends on the other rows.
    """
    r, t, u = len(replicates), len(tables.threats), len(tables.units)
    out = Played(
        group=np.zeros((r, t), np.int16),
        passed=np.zeros((r, t), np.int16),
        fate=np.zeros((r, t), np.int8),
        cause=np.zeros((r, t), np.int8),
        came_down=np.zeros((r, t), np.int8),
        time_ms=np.zeros((r, t), np.int32),
        rounds=np.zeros((r, t), np.int16),
        bursts=np.zeros((r, t), np.int16),
        unit=np.zeros((r, t), np.int16),
        from_deg=np.zeros((r, t), np.int16),
        east_m=np.zeros((r, t), np.int32),
        north_m=np.zeros((r, t), np.int32),
        unit_rounds=np.zeros((r, u), np.int16),
        fallback_looks=np.zeros(r, np.int32),
    )
    wanted = np.ascontiguousarray(replicates, np.int64)
    stated = AS_STATED if pk is None else float(pk)
    room, done = 1, 0
    while done < r:
        done = _play(tables, new_state(tables, room=room), seed, wanted, stated, done, out)
        room *= 2
    return out


def fight_again(tables: Tables, *, seed: int, replicates: NDArray[np.int64], curve: FloatArray) -> Refought:
    """Fight raids at several kill probabilities; all fights of a raid share its dice.

    Parameters
    ----------
    tables : Tables
    seed : int
    replicates : (R,) int64
    curve : (P,) float64 [1]
        Each replaces the kill probability of every round and burst.

    Returns
    -------
    Refought
        The same leaks as `play` with that `pk`, at a fraction of its cost.
    """
    points = np.ascontiguousarray(curve, np.float64)
    shape = (len(replicates), len(points))
    out = Refought(np.zeros(shape, np.int32), np.zeros((*shape, len(CAUSES)), np.int32))
    wanted = np.ascontiguousarray(replicates, np.int64)
    room, done = 1, 0
    while done < len(wanted):
        done = _fight_again(tables, new_state(tables, room=room), seed, wanted, points, done, out)
        room *= 2
    return out


@kernel
def _play(tables: Tables, scratch: State, seed: int, replicates: IntArray, pk: float, done: int, out: Played) -> int:
    """Play raids from number `done` on; how many are done, fewer than all if the space for events overflowed."""
    tables, scratch, out = borrow(tables), borrow(scratch), borrow(out)
    for r in range(done, len(replicates)):
        dice = Dice(seed, replicates[r], pk)
        begin(tables, scratch, dice)
        if not fight(tables, scratch, dice):
            return r
        _note(tables, scratch, r, out)
    return len(replicates)


@kernel
def _fight_again(
    tables: Tables, scratch: State, seed: int, replicates: IntArray, curve: FloatArray, done: int, out: Refought
) -> int:
    tables, scratch, out = borrow(tables), borrow(scratch), borrow(out)
    for r in range(done, len(replicates)):
        begin(tables, scratch, Dice(seed, replicates[r], AS_STATED))
        for p in range(len(curve)):
            if not fight(tables, scratch, Dice(seed, replicates[r], curve[p])):
                return r
            _count(tables, scratch, r, p, out)
    return len(replicates)


@kernel
def _note(tables: Tables, scratch: State, r: int, out: Played) -> None:
    out.fallback_looks[r] = scratch.counts[FALLBACK]
    for u in range(len(tables.units)):
        out.unit_rounds[r, u] = scratch.fired[u, MISSILE]
    for i in range(len(tables.threats)):
        threat = scratch.flying[i]
        g = tables.threats[i].group
        way = tables.passes[g, threat.way]
        flown = threat.ended_s - threat.starts_s
        out.group[r, i] = g
        out.passed[r, i] = threat.way
        out.fate[r, i] = threat.fate
        out.cause[r, i] = cause_of_leak(tables, scratch, i) if threat.fate == LEAKED else -1
        out.came_down[r, i] = came_down(tables, scratch, i)
        out.time_ms[r, i] = math.floor(threat.ended_s * 1000.0 + 0.5)
        out.rounds[r, i] = threat.missiles
        out.bursts[r, i] = threat.bursts
        out.unit[r, i] = threat.stopped_by
        out.from_deg[r, i] = way.from_deg
        east, north = position(tables, g, threat.way, flown, 0.0)
        out.east_m[r, i] = math.floor(east + 0.5)
        out.north_m[r, i] = math.floor(north + 0.5)


@kernel
def _count(tables: Tables, scratch: State, r: int, p: int, out: Refought) -> None:
    # A raid that overflowed half-way is played anew: counts are set here, never carried over.
    out.leaks[r, p] = 0
    out.causes[r, p] = 0
    for i in range(len(tables.threats)):
        if scratch.flying[i].fate == LEAKED and not tables.groups[tables.threats[i].group].decoy:
            out.leaks[r, p] += 1
            out.causes[r, p, cause_of_leak(tables, scratch, i)] += 1
