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
        ("waits", np.int64),  # 1 if the threat is to be decided upon when the unit has a channel
        ("shot_weapon", np.int64),  # of the engagement under way
        ("shot_kills", np.int64),
    ]
)
PICTURE = np.dtype(
    [
        ("n_stays", np.int64),  # known so far
        ("known_s", np.float64),  # they are known up to here
        ("engaged", np.int64),  # 1 while rounds are on their way to the threat
    ]
)
STAY = np.dtype(
    [
        ("enters_s", np.float64),  # when a threat enters a network's picture; inf: never again
        ("leaves_s", np.float64),  # inf: not known to leave
    ]
)
EVENT = np.dtype(
    [
        ("time_s", np.float64),
        ("key", np.int64),
    ]
)

# Places in `counts`.
N_EVENTS: Final = 0
OVERFLOW: Final = 1  # 1 once an event or a stay found no room
FALLBACK: Final = 2  # looks rolled one by one


class Dice(NamedTuple):
    """What the dice of one raid are keyed by, and the kill probability that replaces all others (or AS_STATED)."""

    seed: int
    raid: int
    pk: float


AS_STATED: Final = -1.0
_STAYS = 16


class State(NamedTuple):
    """Axes: T threat, U unit, N network, W weapon. Times count from the start of the raid."""

    flying: Records  # (T,) FLYING
    tracks: Records  # (T, U) TRACK
    pictures: Records  # (T, N) PICTURE
    stays: Records  # (T, N, S) STAY
    present: IntArray  # (U,) 1 if the unit is there in this raid
    channels: IntArray  # (U,) free
    stock: IntArray  # (U, W)
    fired: IntArray  # (U, W)
    events: Records  # (E,) EVENT
    counts: IntArray  # (3,)


def new_state(tables: Tables, *, room: int = 1) -> State:
    """Fresh arrays for one worker, with every unit there; `room` multiplies the space for events and stays."""
    n_threats, n_units = len(tables.threats), len(tables.units)
    n_networks = int(tables.units["network"].max(initial=-1)) + 1
    n_channels = int(tables.units["channels"].sum())
    return State(
        flying=records((n_threats,), FLYING),
        tracks=records((n_threats, n_units), TRACK),
        pictures=records((n_threats, n_networks), PICTURE),
        stays=records((n_threats, n_networks, room * _STAYS), STAY),
        present=np.ones(n_units, np.int64),
        channels=np.zeros(n_units, np.int64),
        stock=np.zeros((n_units, N_WEAPONS), np.int64),
        fired=np.zeros((n_units, N_WEAPONS), np.int64),
        events=records((room * (6 * n_threats + 3 * n_channels + 64),), EVENT),
        counts=np.zeros(3, np.int64),
    )
