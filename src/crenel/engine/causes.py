"""Why a leaker leaked: a partition, read from what its raid left behind."""

from typing import Final

from crenel.core.jit import kernel
from crenel.engine.state import State
from crenel.engine.tables import N_WEAPONS, Tables

# In the order of `core.records.CAUSES`.
MISSED: Final = 0
UNSEEN: Final = 1
UNDETECTED: Final = 2
OUT_OF_REACH: Final = 3
TOO_LATE: Final = 4
SATURATED: Final = 5
NO_ROUNDS: Final = 7


@kernel
def cause_of_leak(tables: Tables, scratch: State, i: int) -> int:
    """Why threat i got through: the first of the causes that holds, in the order of `core.records.CAUSES`."""
    threat = scratch.flying[i]
    g, v = tables.threats[i].group, threat.way
    if threat.missiles + threat.bursts > 0:
        return MISSED
    if not tables.passes[g, v].in_sight:
        return UNSEEN
    held = False
    reachable = False
    in_time = False
    for u in range(len(tables.units)):
        unit = tables.units[u]
        if not unit.armed:
            continue
        entered = scratch.stays[i, unit.network, 0].enters_s
        held |= entered < threat.arrives_s
        for w in range(N_WEAPONS):
            n_windows = tables.n_true[g, v, u, w]
            if n_windows > 0:
                reachable = True
                closes = threat.starts_s + tables.true[g, v, u, w, n_windows - 1].close_s
                in_time |= closes >= entered + unit.reaction_s
    if not held:
        return UNDETECTED
    if not reachable:
        return OUT_OF_REACH
    if not in_time or not (threat.was_busy or threat.was_empty):
        return TOO_LATE
    return SATURATED if threat.was_busy else NO_ROUNDS
