"""Presence: the same raids, when it is chance whether each unit is there at all."""

import numpy as np
from numpy.typing import NDArray

from crenel.core import streams
from crenel.core.jit import borrow, kernel
from crenel.core.records import FloatArray, IntArray
from crenel.engine.begin import begin
from crenel.engine.replicate import LEAKED, fight
from crenel.engine.state import AS_STATED, Dice, State, new_state
from crenel.engine.tables import Tables


def fight_present(
    tables: Tables, *, seed: int, replicates: NDArray[np.int64], presence: FloatArray
) -> NDArray[np.int32]:
    """Leaks of raids that are fought, at the stated kill probabilities, by the units that happen to be there.

    Parameters
    ----------
    tables : Tables
        Of all units.
    seed : int
    replicates : (R,) int64
    presence : (M, U) float64 [1]
        Probability that each unit is there, a row for each supposition about the defence: 1 is always, 0 is never.

    Returns
    -------
    (R, M) int32
        All rows of a raid share its dice, and one draw for each unit of whether it is there, so that a row with higher
        probabilities has all the units of one with lower ones. A row of ones gives the leaks of `play`.

    Raises
    ------
    ValueError
        `presence` has another number of units.

    Notes
    -----
    A unit that is not there searches for nobody, fires nothing and jams nothing.
    """
    rows = np.array(presence, np.float64, order="C")
    if rows.ndim != 2 or rows.shape[1] != len(tables.units):
        msg = f"presence is (rows, {len(tables.units)} units), not {rows.shape}"
        raise ValueError(msg)
    leaks = np.zeros((len(replicates), len(rows)), np.int32)
    shares = np.zeros(len(tables.units))
    wanted = np.ascontiguousarray(replicates, np.int64)
    room, done = 1, 0
    while done < len(wanted):
        done = _fight_present(tables, new_state(tables, room=room), seed, wanted, rows, done, shares, leaks)
        room *= 2
    return leaks


@kernel
def _fight_present(
    tables: Tables,
    scratch: State,
    seed: int,
    replicates: IntArray,
    presence: FloatArray,
    done: int,
    scratch_shares: FloatArray,
    out_leaks: NDArray[np.int32],
) -> int:
    """Fight raids from number `done` on; how many are done, fewer than all if the space for events overflowed."""
    tables, scratch = borrow(tables), borrow(scratch)
    for r in range(done, len(replicates)):
        dice = Dice(seed, replicates[r], AS_STATED)
        for u in range(len(tables.units)):
            scratch_shares[u] = streams.uniform(seed, replicates[r], streams.PRESENCE, tables.units[u].name, 0)
        for m in range(len(presence)):
            same = _row_with_the_same_units(presence, scratch_shares, m)
            if same < m:
                out_leaks[r, m] = out_leaks[r, same]
                continue
            for u in range(len(tables.units)):
                scratch.present[u] = scratch_shares[u] < presence[m, u]
            begin(tables, scratch, dice)
            if not fight(tables, scratch, dice):
                return r
            out_leaks[r, m] = _leaks(tables, scratch)
    return len(replicates)


@kernel
def _row_with_the_same_units(presence: FloatArray, shares: FloatArray, m: int) -> int:
    """The first row in which the same units are there in this raid as in row m: it need not be fought again."""
    for row in range(m):
        same = True
        for u in range(len(shares)):
            same &= (shares[u] < presence[row, u]) == (shares[u] < presence[m, u])
        if same:
            return row
    return m


@kernel
def _leaks(tables: Tables, scratch: State) -> int:
    n_leaks = 0
    for i in range(len(tables.threats)):
        if not tables.groups[tables.threats[i].group].decoy:
            n_leaks += scratch.flying[i].fate == LEAKED
    return n_leaks
