"""The log of a raid: what happened when, to whom, by whom. It is kept only where someone asks for it."""

from typing import Final

from crenel.core.jit import kernel
from crenel.engine.state import N_LOGGED, OVERFLOW, State
from crenel.engine.tables import GUN, MISSILE

# Kinds, in the order of `KINDS`.
FIRM: Final = 0
LOST: Final = 1
LAUNCHED: Final = 2
FIRED: Final = 3
MET: Final = 4
ASSESSED: Final = 5
RELOADED: Final = 6
SHOT_DOWN: Final = 7
JAMMED: Final = 8
FAILED: Final = 9
LEAKED: Final = 10
SILENCED: Final = 11

KINDS: Final = (
    "firm",
    "lost",
    "launched",
    "fired",
    "met",
    "assessed",
    "reloaded",
    "shot_down",
    "jammed",
    "failed",
    "leaked",
    "silenced",
)
"""What is logged: a track is firm in a unit's picture, or lost; missiles launched, a burst fired; they met the threat,
if it was still there; the result assessed; missiles reloaded; and how each threat ended."""


@kernel
def note(scratch: State, time_s: float, kind: int, i: int, u: int, weapon: int, rounds: int, p_kill: float) -> None:
    """Write a line, if the log has any room at all."""
    if len(scratch.log) == 0:
        return
    if scratch.counts[N_LOGGED] == len(scratch.log):
        scratch.counts[OVERFLOW] = 1
        return
    line = scratch.log[scratch.counts[N_LOGGED]]
    line.time_s = time_s
    line.kind = kind
    line.threat = i
    line.unit = u
    line.weapon = weapon
    line.rounds = rounds
    line.channels = scratch.crews[u].channels if u >= 0 else -1
    line.p_kill = p_kill
    scratch.counts[N_LOGGED] += 1


@kernel
def note_shot(scratch: State, time_s: float, i: int, u: int, weapon: int, rounds: int, p_kill: float) -> None:
    """A salvo or a burst leaves the launcher."""
    note(scratch, time_s, FIRED if weapon == GUN else LAUNCHED, i, u, weapon, rounds, p_kill)


@kernel
def note_end(scratch: State, time_s: float, i: int, fate: int, u: int) -> None:
    """How the flight of threat i ended: fates come in the order of `core.records.FATES`."""
    kind = SHOT_DOWN
    if fate > GUN:
        kind = JAMMED + fate - (GUN + 1)
    note(scratch, time_s, kind, i, u, MISSILE if fate == 0 else (GUN if fate == 1 else -1), 0, 0.0)
