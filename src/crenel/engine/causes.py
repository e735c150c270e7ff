"""Why a leaker leaked: a partition, read from what its raid left behind."""

from typing import Final

from crenel.core.jit import kernel
from crenel.engine.state import State
from crenel.engine.tables import N_WEAPONS, Tables
from crenel.engine.windows import last_launch

# In the order of `core.records.CAUSES`.
MISSED: Final = 0
UNSEEN: Final = 1
UNDETECTED: Final = 2
OUT_OF_REACH: Final = 3
TOO_LATE: Final = 4
SATURATED: Final = 5
HELD: Final = 6
NO_ROUNDS: Final = 7


@kernel
def cause_of_leak(tables: Tables, scratch: State, i: int) -> int:
    """Why threat i got through: the first of the causes that holds, in the order of `core.records.CAUSES`."""
    threat = scratch.flying[i]
    if threat.missiles + threat.bursts > 0:
        return MISSED
    if not _was_in_sight(tables, scratch, i):
        return UNSEEN
    held = False
    reachable = False
    in_time = False
    for u in range(len(tables.units)):
        unit, crew = tables.units[u], scratch.crews[u]
        if not (unit.armed and crew.there):
            continue
        entered = scratch.stays[i, crew.picture, 0].enters_s
        held |= entered < threat.arrives_s
        for w in range(N_WEAPONS):
            last = last_launch(tables, scratch, i, u, w)
            reachable |= last >= threat.starts_s
            in_time |= last >= entered + unit.reaction_s
    if not held:
        return UNDETECTED
    if not reachable:
        return OUT_OF_REACH
    if not in_time or not (threat.was_busy or threat.was_empty or threat.was_kept):
        return TOO_LATE
    if threat.was_busy:
        return SATURATED
    return HELD if threat.was_kept else NO_ROUNDS


@kernel
def _was_in_sight(tables: Tables, scratch: State, i: int) -> bool:
    """Whether any sensor that works ever had threat i in sight within its limits."""
    looks = tables.looks[tables.threats[i].group, scratch.flying[i].way]
    for u in range(len(looks)):
        if looks[u].in_sight and scratch.crews[u].there:
            return True
    return False
