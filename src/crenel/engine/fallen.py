"""Where a threat was when its flight ended, and where it comes down."""

import math
from typing import Final

from crenel.core.jit import kernel
from crenel.engine.replicate import BY_JAMMER, LEAKED
from crenel.engine.state import State
from crenel.engine.tables import Tables

GRAVITY_MPS2: Final = 9.80665

# In the order of `core.records.CAME_DOWN`.
INSIDE: Final = 0
WITHIN_1_KM: Final = 1
WITHIN_5_KM: Final = 2
FARTHER: Final = 3
UNKNOWN: Final = 4
DID_NOT: Final = -1


@kernel
def position(tables: Tables, g: int, v: int, flown_s: float, beyond_s: float) -> tuple[float, float]:
    """East and north of a pass some time after its start [m], carried on straight for `beyond_s`."""
    leg = tables.groups[g].n_legs - 1
    while leg > 0 and tables.legs[g, v, leg].starts_s > flown_s:
        leg -= 1
    way = tables.legs[g, v, leg]
    after_s = flown_s + beyond_s - way.starts_s
    return way.east_m + way.velocity_east_mps * after_s, way.north_m + way.velocity_north_mps * after_s


@kernel
def came_down(tables: Tables, scratch: State, i: int) -> int:
    """How far from the nearest asset threat i came down: a place in `core.records.CAME_DOWN`, or -1 if it leaked.

    Notes
    -----
    Carried on from the point at which its flight ended as a stone would fly, without drag: farther than anything that
    breaks up. One on an arc comes down where it was going. Where one that was thrown off ends is not known.
    """
    threat, g = scratch.flying[i], tables.threats[i].group
    if threat.fate == LEAKED:
        return DID_NOT
    if threat.fate == BY_JAMMER:
        return UNKNOWN
    way = tables.passes[g, threat.way]
    east, north = way.aim_east_m, way.aim_north_m
    if not tables.groups[g].falls_at_aim:
        falls_s = math.sqrt(2.0 * way.fall_m / GRAVITY_MPS2)
        east, north = position(tables, g, threat.way, threat.ended_s - threat.starts_s, falls_s)
    nearest = math.inf
    for a in range(len(tables.assets)):
        asset = tables.assets[a]
        away = math.sqrt((east - asset.east_m) ** 2 + (north - asset.north_m) ** 2) - asset.radius_m
        nearest = min(nearest, away)
    if nearest <= 0.0:
        return INSIDE
    if nearest <= 1_000.0:
        return WITHIN_1_KM
    return WITHIN_5_KM if nearest <= 5_000.0 else FARTHER
