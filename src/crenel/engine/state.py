"""What changes while a raid is played: one set of arrays per worker, allocated once, reset for each raid."""

from typing import Final, NamedTuple

import numpy as np

from crenel.core.records import IntArray
from crenel.engine.tables import N_WEAPONS, Records, Tables, records

FLYING = np.dtype(
    [
        ("way", np.int64),  # its pass
        ("starts_s", np.float64),
        ("arrives_s", np.float64),
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
        ("waits", np.int64),  # 1 if the unit would have engaged, had a channel been free
        ("shot_weapon", np.int64),  # of the engagement under way
        ("shot_kills", np.int64),
    ]
)
PICTURE = np.dtype(
    [
        ("entered_s", np.float64),  # when the threat entered the network's picture, or will
        ("first_entered_s", np.float64),  # for the first time; inf: never
        ("covered_s", np.float64),  # it is known to stay in the picture up to here
        ("engaged", np.int64),  # 1 while rounds are on their way to it
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
OVERFLOW: Final = 1  # 1 once an event found no room
FALLBACK: Final = 2  # looks rolled one by one


class Dice(NamedTuple):
    """What the dice of one raid are keyed by, and the kill probability that replaces all others (or AS_STATED)."""

    seed: int
    raid: int
    pk: float


AS_STATED: Final = -1.0


class State(NamedTuple):
    """Axes: T threat, U unit, N network, W weapon. Times count from the start of the raid."""

    flying: Records  # (T,) FLYING
    tracks: Records  # (T, U) TRACK
    pictures: Records  # (T, N) PICTURE
    channels: IntArray  # (U,) free
    stock: IntArray  # (U, W)
    fired: IntArray  # (U, W)
    events: Records  # (E,) EVENT
    counts: IntArray  # (3,)


def new_state(tables: Tables, *, room: int = 1) -> State:
    """Fresh arrays for one worker; `room` multiplies the space for events."""
    n_threats, n_units = len(tables.threats), len(tables.units)
    n_networks = int(tables.units["network"].max(initial=-1)) + 1
    n_channels = int(tables.units["channels"].sum())
    return State(
        flying=records((n_threats,), FLYING),
        tracks=records((n_threats, n_units), TRACK),
        pictures=records((n_threats, n_networks), PICTURE),
        channels=np.zeros(n_units, np.int64),
        stock=np.zeros((n_units, N_WEAPONS), np.int64),
        fired=np.zeros((n_units, N_WEAPONS), np.int64),
        events=records((room * (6 * n_threats + 3 * n_channels + 64),), EVENT),
        counts=np.zeros(3, np.int64),
    )
