"""What a replicate reads: everything that does not depend on dice, as read-only arrays.

Axes, in this order: G group, V pass, U unit, W weapon (missile, gun); T threat; L leg of a route; P picture; S seat;
A jammer, of which most defences have none. Looks, launch times and windows lie in one row each, one stretch after the
other, and only where there is something to see or to hit: most pairs of a pass and a unit have nothing.
Arrays of records, not many plain arrays: a compiled function takes each array as an argument of its own, and the time
of a raid would go into handing them on.
"""

from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from crenel.core.records import FloatArray, IntArray

Records: TypeAlias = Any
"""An array of records: `array[i].field` in compiled and in plain code."""

MISSILE: Final = 0
GUN: Final = 1
N_WEAPONS: Final = 2

THREAT = np.dtype(
    [
        ("group", np.int64),
        ("name", np.int64),  # hash of group and number
        ("wave_s", np.float64),  # when the arrivals of its wave begin
    ]
)
GROUP = np.dtype(
    [
        ("within_s", np.float64),  # over which the arrivals of a wave are spread
        ("own_failure_frac", np.float64),
        ("step_s", np.float64),  # of the launch-time axis
        ("outside_m", np.float64),  # mean length of route outside the terrain
        ("value", np.float64),  # of its target
        ("target_unit", np.int64),  # at which it is aimed, or -1
        ("silences_frac", np.float64),
        ("decoy", np.int64),
        ("n_legs", np.int64),
        ("falls_at_aim", np.int64),  # a ballistic one comes down where it was going
    ]
)
PASS = np.dtype(
    [
        ("flight_s", np.float64),  # from start to the target's radius
        ("from_deg", np.int64),  # bearing of the start, seen from the target
        ("fall_m", np.float64),  # how far it falls if it is stopped
        ("aim_east_m", np.float64),
        ("aim_north_m", np.float64),
    ]
)
LEG = np.dtype(
    [
        ("starts_s", np.float64),
        ("east_m", np.float64),
        ("north_m", np.float64),
        ("velocity_east_mps", np.float64),
        ("velocity_north_mps", np.float64),
    ]
)
ASSET = np.dtype(
    [
        ("east_m", np.float64),
        ("north_m", np.float64),
        ("radius_m", np.float64),
    ]
)
UNIT = np.dtype(
    [
        ("name", np.int64),  # hash
        ("rank", np.int64),  # place among the names in alphabetical order
        ("network", np.int64),
        ("picture", np.int64),  # that it fights by; -1: none, it has nothing to fight with
        ("own_picture", np.int64),  # the same while its network is down; -1: the network never is
        ("availability", np.float64),
        ("confirm_m", np.int64),
        ("confirm_n", np.int64),
        ("drop_k", np.int64),
        ("scan_s", np.float64),  # from one look of its search sensor to the next
        ("reaction_s", np.float64),
        ("assessment_s", np.float64),
        ("channels", np.int64),
        ("n_sectors", np.int64),
        ("sector_channels", np.int64),
        ("spare", np.int64),  # missiles to load when none is left
        ("reload_s", np.float64),
        ("commands", np.int64),  # 1 if it guides its missiles to the end
        ("ranks_by_value", np.int64),
        ("burst_s", np.float64),  # how long the guns fire
        ("armed", np.int64),
    ]
)
ORDER = np.dtype(
    [
        ("salvo", np.int64),
        ("kept", np.int64),  # missiles that are kept back from it for other classes
        ("silent", np.int64),  # 1: no missile, 2: no gun, 3: neither is worth firing at it
    ]
)
NETWORK = np.dtype(
    [
        ("name", np.int64),  # hash
        ("availability", np.float64),
    ]
)
PICTURE = np.dtype(
    [
        ("first_seat", np.int64),
        ("n_seats", np.int64),
    ]
)
SEAT = np.dtype(
    [
        ("unit", np.int64),  # whose sensor tells a picture
        ("lag_s", np.float64),  # how much later
    ]
)
LOOKS = np.dtype(
    [
        ("n", np.int64),  # from the first that may detect to the last before the threat arrives
        ("number", np.int64),  # of the first of them, counted from the first of the flight
        ("first_s", np.float64),  # when that is made
        ("at", np.int64),  # where it lies in `pd` and `firm_cdf`
        ("in_sight", np.int64),  # 1 if the sensor ever has the pass in sight within its limits
        ("made", np.int64),  # looks of the whole flight
    ]
)
JAM = np.dtype(
    [
        ("unit", np.int64),  # whose jammer it is
        ("enters_s", np.float64),  # when the pass first comes into the jammer's range and sight; inf: never
        ("p_effect", np.float64),  # that it is thrown off then
    ]
)
CHANCE = np.dtype(
    [
        ("first_step", np.int64),  # launch-time step of the first launch
        ("n_launches", np.int64),
        ("launches_at", np.int64),
        ("n_plan", np.int64),
        ("plan_at", np.int64),
        ("n_true", np.int64),
        ("true_at", np.int64),
    ]
)
LAUNCH = np.dtype(
    [
        ("flight_s", np.float64),  # of a round launched then
        ("pk_share", np.float64),  # share of the kill probability that it has
        ("sector", np.int64),  # of the unit, in which the threat is
    ]
)
WINDOW = np.dtype(
    [
        ("open_s", np.float64),
        ("close_s", np.float64),
    ]
)


SPELL = np.dtype(
    [
        ("open_s", np.float64),  # when the first window of any weapon opens
        ("close_s", np.float64),  # when the last closes
    ]
)


class Tables(NamedTuple):
    """One block of one case. Times of a pass count from the start of its threat; everything is SI."""

    threats: Records  # (T,) THREAT
    groups: Records  # (G,) GROUP
    passes: Records  # (G, V) PASS
    legs: Records  # (G, V, L) LEG
    assets: Records  # (assets,) ASSET
    units: Records  # (U,) UNIT
    orders: Records  # (G, U) ORDER
    networks: Records  # (N,) NETWORK
    pictures: Records  # (P,) PICTURE
    seats: Records  # (S,) SEAT
    pairs: IntArray  # (T, U) hash of the names of unit and threat
    stock: IntArray  # (U, W) missiles, bursts
    pk: FloatArray  # (G, U, W) kill probability of a round or burst, before its share
    common: FloatArray  # (2, cells, means) kill probability in a raid, and of one threat, by chance and by mean
    looks: Records  # (G, V, U) LOOKS
    pd: FloatArray  # detection probability of each look
    firm_cdf: FloatArray  # probability that the track is firm by each look
    jams: Records  # (G, V, A) JAM
    reach: IntArray  # (G, V, U) the units that would ever launch, in their order; -1 after the last
    spells: Records  # (G, V, U) SPELL within which a unit's planner may launch
    chances: Records  # (G, V, U, W) CHANCE
    launches: Records  # LAUNCH
    plan: Records  # WINDOW in which the planner would launch
    true: Records  # WINDOW from which a round meets the threat inside every limit


def records(shape: tuple[int, ...], kind: np.dtype[np.void], **columns: Any) -> Records:
    """A new array of records; columns not given are 0."""
    array = np.zeros(shape, kind).view(np.recarray)
    for name, column in columns.items():
        array[name] = column
    return array


def freeze(array: NDArray[Any]) -> Any:
    """The array, C-ordered and read-only: read-only arrays are a type of their own, and the engine compiles for one."""
    if not array.flags.c_contiguous:
        array = np.ascontiguousarray(array)
    array.flags.writeable = False
    return array
