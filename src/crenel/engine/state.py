"""What changes while a raid is played: one set of arrays per worker, allocated once, reset for each raid.

The dice of a raid (how each threat comes, who holds it when) are kept apart from the fight, so that one raid can be
fought again with another kill probability.
"""

from typing import Final, NamedTuple

import numpy as np

from crenel.core.records import IntArray
from crenel.engine.tables import N_WEAPONS, Records, Tables, records

FLYING = np.dtype(
    [
        ("way", np.int64),  # its pass
        ("starts_s", np.float64),
        ("arrives_s", np.float64),
        ("lost_s", np.float64),  # when it ends without a shot, if it still flies; inf: never
        ("lost_kind", np.int64),  # of that event: heap.SOFT_KILL or heap.OWN_FAILURE
        ("lost_to", np.int64),  # the unit that throws it off
        ("luck", np.int64),  # cell of the chance that all shots at it share
        ("first_chance_s", np.float64),  # for any unit to engage it, if all tracks hold
        ("alive", np.int64),
        ("fate", np.int64),
        ("stopped_by", np.int64),  # unit, or -1
        ("ended_s", np.float64),
        ("missiles", np.int64),  # fired at it
        ("bursts", np.int64),
        ("next_decision_s", np.float64),  # a listed decision of another time is stale
        ("was_busy", np.int64),  # a unit that could have fired had every channel busy
        ("was_empty", np.int64),  # a unit that could have fired had no rounds
        ("was_kept", np.int64),  # a unit that could have fired kept back what it had
    ]
)
TRACK = np.dtype(
    [
        ("firm_s", np.float64),  # when the track is, was or becomes firm; inf: never again
        ("held_until_s", np.float64),  # it is known to be held up to here
        ("last_look", np.int64),  # the look that this knowledge reaches
        ("misses", np.int64),  # in a row, up to that look
        ("clear_to", np.int64),  # the look up to which no further miss has come
        ("no_miss", np.float64),  # the probability of that
    ]
)
SIGHTING = np.dtype(
    [
        ("n_stays", np.int64),  # known so far
        ("known_s", np.float64),  # they are known up to here
    ]
)
STAY = np.dtype(
    [
        ("enters_s", np.float64),  # when a threat enters a picture; inf: never again
        ("leaves_s", np.float64),  # inf: not known to leave
    ]
)
DUTY = np.dtype(
    [
        ("waits", np.int64),  # 1 if the threat is to be decided upon when the unit has a channel, or rounds
        ("listed", np.int64),  # 1 if it is in the unit's list of who waits
        ("asked", np.int64),  # number of the hand-out of channels in which it was last asked for
        ("weapon", np.int64),  # of the engagement under way
        ("kills", np.int64),
        ("sector", np.int64),
    ]
)
CREW = np.dtype(
    [
        ("there", np.int64),  # 0 if it is not there, or does not work, in this raid
        ("works", np.int64),  # 0 from when it is silenced, too
        ("silenced_s", np.float64),
        ("team", np.int64),  # units of one team never engage a threat twice at a time
        ("picture", np.int64),
        ("channels", np.int64),  # free
        ("spare", np.int64),
        ("loading", np.int64),
        ("n_waiting", np.int64),
    ]
)
EVENT = np.dtype(
    [
        ("time_s", np.float64),
        ("key", np.int64),
    ]
)
LOGGED = np.dtype(
    [
        ("time_s", np.float64),
        ("kind", np.int64),  # of engine.log
        ("threat", np.int64),
        ("unit", np.int64),  # or -1
        ("weapon", np.int64),  # or -1
        ("rounds", np.int64),  # fired, or left
        ("channels", np.int64),  # free at that unit then
        ("p_kill", np.float64),  # of each round
    ]
)

# Places in `counts`.
N_EVENTS: Final = 0
OVERFLOW: Final = 1  # 1 once an event, a stay or a line of the log found no room
FALLBACK: Final = 2  # looks rolled one by one
SILENCED: Final = 3  # units
LUCK: Final = 4  # cell of the chance that all shots of the raid share
N_ASKED: Final = 5  # hand-outs of channels
N_LOGGED: Final = 6
_N_COUNTS: Final = 7


class Dice(NamedTuple):
    """What the dice of one raid are keyed by, and the kill probability that replaces all others (or AS_STATED)."""

    seed: int
    raid: int
    pk: float


AS_STATED: Final = -1.0
_STAYS = 16


class State(NamedTuple):
    """Axes: T threat, U unit, P picture, S seat, W weapon. Times count from the start of the raid."""

    flying: Records  # (T,) FLYING
    tracks: Records  # (T, S) TRACK
    sightings: Records  # (T, P) SIGHTING
    stays: Records  # (T, P, stays) STAY
    duties: Records  # (T, U) DUTY
    engaged: IntArray  # (T, teams) 1 while rounds of the team are on their way to the threat
    present: IntArray  # (U,) 1 if the unit is there at all
    crews: Records  # (U,) CREW
    waiting: IntArray  # (U, T) threats that wait for the unit, in no order
    sectors: IntArray  # (U, sectors) channels free in each
    stock: IntArray  # (U, W)
    fired: IntArray  # (U, W)
    events: Records  # (E,) EVENT
    log: Records  # (lines,) LOGGED; without room nothing is logged
    counts: IntArray  # (7,)


def new_state(tables: Tables, *, room: int = 1, lines: int = 0) -> State:
    """Fresh arrays for one worker, with every unit there; `room` multiplies the space for events, stays and `lines`."""
    n_threats, n_units = len(tables.threats), len(tables.units)
    n_channels = int(tables.units["channels"].sum())
    n_teams = len(tables.networks) + n_units
    return State(
        flying=records((n_threats,), FLYING),
        tracks=records((n_threats, len(tables.seats)), TRACK),
        sightings=records((n_threats, len(tables.pictures)), SIGHTING),
        stays=records((n_threats, len(tables.pictures), room * _STAYS), STAY),
        duties=records((n_threats, n_units), DUTY),
        engaged=np.zeros((n_threats, n_teams), np.int64),
        present=np.ones(n_units, np.int64),
        crews=records((n_units,), CREW),
        waiting=np.zeros((n_units, n_threats), np.int64),
        sectors=np.zeros((n_units, int(tables.units["n_sectors"].max(initial=1))), np.int64),
        stock=np.zeros((n_units, N_WEAPONS), np.int64),
        fired=np.zeros((n_units, N_WEAPONS), np.int64),
        events=records((room * (6 * n_threats + 3 * n_channels + 2 * n_units + 64),), EVENT),
        log=records((room * lines,), LOGGED),
        counts=np.zeros(_N_COUNTS, np.int64),
    )
