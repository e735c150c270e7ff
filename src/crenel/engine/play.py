"""Playing a block: many raids on one set of tables."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from crenel.core.jit import kernel
from crenel.core.records import IntArray
from crenel.engine.replicate import LEAKED, cause_of_leak, replicate
from crenel.engine.state import AS_STATED, FALLBACK, Dice, State, new_state
from crenel.engine.tables import MISSILE, Tables


class Played(NamedTuple):
    """What became of every threat: (R, T) arrays, (R, U) rounds, (R,) looks. Whole numbers only."""

    group: NDArray[np.int16]
    passed: NDArray[np.int16]  # number of the pass
    fate: NDArray[np.int8]  # index in FATES
    cause: NDArray[np.int8]  # index in CAUSES, -1 if it did not leak
    time_ms: NDArray[np.int32]  # when its flight ended
    rounds: NDArray[np.int16]  # missiles fired at it
    bursts: NDArray[np.int16]
    unit: NDArray[np.int16]  # that stopped it, or -1
    from_deg: NDArray[np.int16]  # bearing of its start, seen from its target
    east_m: NDArray[np.int32]  # where its flight ended
    north_m: NDArray[np.int32]
    unit_rounds: NDArray[np.int16]  # (R, U) missiles fired
    fallback_looks: NDArray[np.int32]  # (R,) looks rolled one by one


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
    n_raids, n_threats, n_units = len(replicates), len(tables.threats), len(tables.units)
    types = {"fate": np.int8, "cause": np.int8, "time_ms": np.int32, "east_m": np.int32, "north_m": np.int32}
    shapes = {"unit_rounds": (n_raids, n_units), "fallback_looks": (n_raids,)}
    out = Played(
        **{
            name: np.zeros(shapes.get(name, (n_raids, n_threats)), types.get(name, np.int16))
            for name in Played._fields
            if name != "fallback_looks"
        },
        fallback_looks=np.zeros(n_raids, np.int32),
    )
    room, done = 1, 0
    wanted = np.ascontiguousarray(replicates, np.int64)
    while done < n_raids:
        done = _play(
            tables, new_state(tables, room=room), seed, wanted, AS_STATED if pk is None else float(pk), done, out
        )
        room *= 2
    return out


@kernel
def _play(tables: Tables, state: State, seed: int, replicates: IntArray, pk: float, done: int, out: Played) -> int:
    """Play raids from number `done` on; how many are done, fewer than all if the list of events overflowed."""
    for r in range(done, len(replicates)):
        if not replicate(tables, state, Dice(seed, replicates[r], pk)):
            return r
        out.fallback_looks[r] = state.counts[FALLBACK]
        for u in range(len(tables.units)):
            out.unit_rounds[r, u] = state.fired[u, MISSILE]
        for i in range(len(tables.threats)):
            threat = state.flying[i]
            g = tables.threats[i].group
            way = tables.passes[g, threat.way]
            flown = threat.ended_s - threat.starts_s
            out.group[r, i] = g
            out.passed[r, i] = threat.way
            out.fate[r, i] = threat.fate
            out.cause[r, i] = cause_of_leak(tables, state, i) if threat.fate == LEAKED else -1
            out.time_ms[r, i] = math.floor(threat.ended_s * 1000.0 + 0.5)
            out.rounds[r, i] = threat.missiles
            out.bursts[r, i] = threat.bursts
            out.unit[r, i] = threat.stopped_by
            out.from_deg[r, i] = way.from_deg
            out.east_m[r, i] = math.floor(way.start_east_m + way.velocity_east_mps * flown + 0.5)
            out.north_m[r, i] = math.floor(way.start_north_m + way.velocity_north_mps * flown + 0.5)
    return len(replicates)
