"""Any raid played again, with everything that happens in it written down."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from crenel.core.jit import borrow, kernel
from crenel.core.records import CAUSES, FATES
from crenel.engine import log
from crenel.engine.begin import begin
from crenel.engine.causes import cause_of_leak
from crenel.engine.fallen import came_down
from crenel.engine.picture import know_more
from crenel.engine.replicate import LEAKED, fight
from crenel.engine.state import AS_STATED, N_LOGGED, OVERFLOW, Dice, State, new_state
from crenel.engine.tables import GUN, MISSILE, Records, Tables

WEAPONS = {MISSILE: "missile", GUN: "gun", -1: ""}
_LINES_PER_THREAT = 64


class Event(NamedTuple):
    """One line of a raid's log. `threat` and `unit` are numbers in the order of the scenario, -1 for none.

    `rounds` are those that left the launcher or were loaded, `channels` those that the unit has free then (-1 for lines
    on tracks), and `p_kill` is the chance of each round in this raid: 0 for one that cannot meet the threat.
    """

    time_s: float
    kind: str
    threat: int
    unit: int
    weapon: str
    rounds: int
    channels: int
    p_kill: float


class Flight(NamedTuple):
    """How one threat came, and what became of it. Times count from the first start of the raid."""

    group: int
    way: int
    starts_s: float
    arrives_s: float
    ended_s: float
    fate: str
    cause: str  # empty if it did not leak
    came_down: int  # index in CAME_DOWN, -1 if it leaked
    stopped_by: int
    corners: NDArray[np.float64]  # (L, 3) time [s], east, north [m] of each bend of its way, its end the last


class Replay(NamedTuple):
    """One raid, whole."""

    replicate: int
    flights: tuple[Flight, ...]
    events: tuple[Event, ...]


def replay(tables: Tables, *, seed: int, replicate: int, pk: float | None = None) -> Replay:
    """Play one raid and write everything down.

    Parameters
    ----------
    tables : Tables
        Of the raid's own block.
    seed, replicate : int
    pk : float [1], optional
        Replaces the kill probability of every round and burst.

    Returns
    -------
    Replay
        The same raid as in `play`, round for round. Times count from the first start.
    """
    dice = Dice(seed, replicate, AS_STATED if pk is None else float(pk))
    room = 1
    while True:
        state = new_state(tables, room=room, lines=_LINES_PER_THREAT * (len(tables.threats) + len(tables.units)))
        if _replay(tables, state, dice):
            break
        room *= 2
    lines = state.log[: state.counts[N_LOGGED]]
    # Of one moment, tracks come before what is done on them; else as it was written.
    order = np.lexsort((np.arange(len(lines)), lines["kind"] > log.LOST, lines["time_s"]))
    zero_s = float(state.flying["starts_s"].min())
    events = tuple(_event(lines[x], zero_s) for x in order)
    flights = tuple(_flight(tables, state, i, zero_s) for i in range(len(tables.threats)))
    return Replay(replicate, flights, events)


@kernel
def _replay(tables: Tables, scratch: State, dice: Dice) -> bool:
    tables, scratch = borrow(tables), borrow(scratch)
    begin(tables, scratch, dice)
    if not fight(tables, scratch, dice):
        return False
    return _note_tracks(tables, scratch, dice)


@kernel
def _note_tracks(tables: Tables, scratch: State, dice: Dice) -> bool:
    """When each armed unit's picture held each threat, as long as it flew; False if there was no room."""
    for i in range(len(tables.threats)):
        ends = scratch.flying[i].ended_s
        for u in range(len(tables.units)):
            p = scratch.crews[u].picture
            if p < 0 or not scratch.crews[u].there:
                continue
            while scratch.sightings[i, p].known_s <= ends:
                know_more(tables, scratch, i, p, ends, dice)
            for x in range(scratch.sightings[i, p].n_stays):
                stay = scratch.stays[i, p, x]
                if stay.enters_s > ends:
                    break
                log.note(scratch, stay.enters_s, log.FIRM, i, u, -1, 0, 0.0)
                if stay.leaves_s <= ends:
                    log.note(scratch, stay.leaves_s, log.LOST, i, u, -1, 0, 0.0)
    return bool(scratch.counts[OVERFLOW] == 0)


@kernel
def _cause_and_fall(tables: Tables, scratch: State, i: int) -> tuple[int, int]:
    cause = cause_of_leak(tables, scratch, i) if scratch.flying[i].fate == LEAKED else -1
    return cause, came_down(tables, scratch, i)


def _event(line: Records, zero_s: float) -> Event:
    return Event(
        time_s=float(line.time_s) - zero_s,
        kind=log.KINDS[line.kind],
        threat=int(line.threat),
        unit=int(line.unit),
        weapon=WEAPONS[int(line.weapon)],
        rounds=int(line.rounds),
        channels=-1 if line.kind <= log.LOST else int(line.channels),
        p_kill=float(line.p_kill),
    )


def _flight(tables: Tables, state: State, i: int, zero_s: float) -> Flight:
    threat = state.flying[i]
    g, v = int(tables.threats[i].group), int(threat.way)
    cause, fell = _cause_and_fall(tables, state, i)
    flown_s = float(threat.ended_s - threat.starts_s)
    legs = tables.legs[g, v, : int(tables.groups[g].n_legs)]
    legs = legs[legs["starts_s"] <= max(flown_s, 0.0)]
    last = legs[-1]
    after_s = flown_s - last.starts_s
    end = (flown_s, last.east_m + last.velocity_east_mps * after_s, last.north_m + last.velocity_north_mps * after_s)
    corners = np.array([*((leg.starts_s, leg.east_m, leg.north_m) for leg in legs), end], np.float64)
    corners[:, 0] += threat.starts_s - zero_s
    return Flight(
        group=g,
        way=v,
        starts_s=float(threat.starts_s) - zero_s,
        arrives_s=float(threat.arrives_s) - zero_s,
        ended_s=float(threat.ended_s) - zero_s,
        fate=FATES[threat.fate],
        cause="" if cause < 0 else CAUSES[cause],
        came_down=int(fell),
        stopped_by=int(threat.stopped_by),
        corners=corners,
    )
