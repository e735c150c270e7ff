"""What a replicate reads: everything that does not depend on dice, as read-only arrays.

Axes, in this order: G group, V pass, U unit, W weapon (missile, gun), K look, J launch-time step, X window; T threat;
A jammer, of which most defences have none.
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
    ]
)
GROUP = np.dtype(
    [
        ("first_arrival_s", np.float64),  # when the group's arrivals begin
        ("within_s", np.float64),  # over which they are spread
        ("own_failure_frac", np.float64),
        ("step_s", np.float64),  # of the launch-time axis
        ("outside_m", np.float64),  # mean length of route outside the terrain
    ]
)
PASS = np.dtype(
    [
        ("flight_s", np.float64),  # from start to the target's radius
        ("start_east_m", np.float64),
        ("start_north_m", np.float64),
        ("velocity_east_mps", np.float64),
        ("velocity_north_mps", np.float64),
        ("from_deg", np.int64),  # bearing of the start, seen from the target
        ("in_sight", np.int64),  # 1 if any search sensor ever has it in sight within its limits
    ]
)
UNIT = np.dtype(
    [
        ("name", np.int64),  # hash
        ("rank", np.int64),  # place among the names in alphabetical order
        ("network", np.int64),
        ("confirm_m", np.int64),
        ("confirm_n", np.int64),
        ("drop_k", np.int64),
        ("scan_s", np.float64),  # from one look of its search sensor to the next
        ("reaction_s", np.float64),
        ("assessment_s", np.float64),
        ("channels", np.int64),
        ("salvo", np.int64),
        ("burst_s", np.float64),  # how long the guns fire
        ("armed", np.int64),
    ]
)
LOOKS = np.dtype(
    [
        ("n", np.int64),
        ("first_s", np.float64),
    ]
)
JAM = np.dtype(
    [
        ("unit", np.int64),  # whose jammer it is
        ("enters_s", np.float64),  # when the pass first comes into the jammer's range and sight; inf: never
        ("p_effect", np.float64),  # that it is thrown off then
    ]
)
LAUNCH = np.dtype(
    [
        ("flight_s", np.float64),  # of a round launched then
        ("pk_share", np.float64),  # share of the kill probability that it has
    ]
)
WINDOW = np.dtype(
    [
        ("open_s", np.float64),
        ("close_s", np.float64),
    ]
)


class Tables(NamedTuple):
    """One block of one case. Times of a pass count from the start of its threat; everything is SI."""

    threats: Records  # (T,) THREAT
    groups: Records  # (G,) GROUP
    passes: Records  # (G, V) PASS
    units: Records  # (U,) UNIT
    pairs: IntArray  # (T, U) hash of the names of unit and threat
    stock: IntArray  # (U, W) missiles, bursts
    pk: FloatArray  # (G, U, W) kill probability of a round or burst, before its share
    looks: Records  # (G, V, U) LOOKS
    pd: FloatArray  # (G, V, U, K) detection probability of each look
    firm_cdf: FloatArray  # (G, V, U, K) probability that the track is firm by each look
    jams: Records  # (G, V, A) JAM
    launches: Records  # (G, V, U, W, J) LAUNCH
    n_plan: IntArray  # (G, V, U, W)
    plan: Records  # (G, V, U, W, X) WINDOW in which the planner would launch
    n_true: IntArray  # (G, V, U, W)
    true: Records  # (G, V, U, W, X) WINDOW from which a round meets the threat inside every limit


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
