"""The kernels that fill the tables with what can be hit: launches and launch windows of every pass and unit.

Who plans a launch takes the present course for granted and knows no mask that is still to come; whether the round meets
the threat is decided on its true course.
"""

import math

import numpy as np
from numpy.typing import NDArray

from crenel.core.jit import borrow, kernel
from crenel.core.records import IntArray
from crenel.engine.geometry import (
    Setup,
    controls,
    flight_of_round,
    is_beyond,
    locate,
    look_at,
    meets_inside_envelope,
    sector_of,
    share_of_pk,
    sight_holds,
)
from crenel.engine.tables import N_WEAPONS, Records

PLANNED = 1  # bits of the flags
MEETS = 2

_FIRST_GUESS_S = 10.0
_EDGE_STEPS = 24  # halvings of a launch-time step: well below a millisecond


@kernel
def _can_launch(setup: Setup, g: int, v: int, u: int, w: int, launch_s: float) -> bool:
    """Whether fire control sees the threat then, and the threat is not hopelessly far."""
    rcs = setup.routes[g].rcs_m2 * setup.ways[g, v].rcs_factor
    place = locate(setup, g, v, launch_s)
    view = look_at(setup, u, place)
    return controls(setup, u, place, view, rcs) and not is_beyond(setup, u, w, view.slant_m, place.speed_mps)


@kernel
def _consider(setup: Setup, g: int, v: int, u: int, w: int, launch_s: float, guess_s: float) -> tuple[int, float]:
    """Whether a launch then is planned, and whether its round meets the threat (bits); and how long the round flies."""
    if not _can_launch(setup, g, v, u, w, launch_s):
        return 0, math.nan
    true = flight_of_round(setup, g, v, u, w, launch_s, guess_s, math.inf)
    inside = not math.isnan(true) and meets_inside_envelope(setup, g, v, u, w, launch_s + true, math.inf)
    meets = inside and (not setup.weapons[u, w].commanded or sight_holds(setup, g, v, u, launch_s, launch_s + true))
    if setup.weapons[u, w].knows_route:
        return (PLANNED | MEETS, true) if meets else (0, math.nan)
    if setup.routes[g].n_legs == 1:
        return (PLANNED if inside else 0) | (MEETS if meets else 0), true
    planned = flight_of_round(setup, g, v, u, w, launch_s, guess_s, launch_s)
    hopes = not math.isnan(planned) and meets_inside_envelope(setup, g, v, u, w, launch_s + planned, launch_s)
    # A round that comes out of its envelope flies on to the threat all the same, if that has not arrived by then.
    arrives_first = math.isnan(true) or launch_s + true > setup.ways[g, v].flight_s
    return (PLANNED if hopes else 0) | (MEETS if meets else 0), planned if arrives_first else true


@kernel
def fill_launches(setup: Setup, g: int, step_s: float, out_launches: Records, out_flags: NDArray[np.uint8]) -> None:
    """Flight and share of kill probability of a round, per launch time; whether it is planned, and whether it meets.

    Parameters
    ----------
    setup : Setup
    g : int
    step_s : float
    out_launches : (V, U, W, J) LAUNCH
        Filled in the windows and one step to either side of them.
    out_flags : (V, U, W, J) uint8
        Bits PLANNED and MEETS; 0 to begin with.
    """
    setup = borrow(setup)
    n_passes, n_units, _n_weapons, n_steps = out_flags.shape
    for v in range(n_passes):
        n_launches = min(int(setup.ways[g, v].flight_s / step_s) + 2, n_steps)
        for u in range(n_units):
            for w in range(N_WEAPONS):
                if not setup.weapons[u, w].armed:
                    continue
                launches, flags = out_launches[v, u, w], out_flags[v, u, w]
                guess = _FIRST_GUESS_S
                for j in range(n_launches):
                    flags[j], flight = _consider(setup, g, v, u, w, j * step_s, guess)
                    if flags[j]:
                        guess = flight
                        _fill_launch(setup, g, v, u, w, j * step_s, flight, launches[j])
                for j in range(n_steps):
                    beside = (j > 0 and flags[j - 1]) or (j < n_steps - 1 and flags[j + 1])
                    if beside and not flags[j]:
                        guess = launches[j - 1].flight_s if j > 0 and flags[j - 1] else launches[j + 1].flight_s
                        flight = flight_of_round(setup, g, v, u, w, j * step_s, guess, math.inf)
                        _fill_launch(
                            setup, g, v, u, w, j * step_s, guess if math.isnan(flight) else flight, launches[j]
                        )


@kernel
def _fill_launch(setup: Setup, g: int, v: int, u: int, w: int, launch_s: float, flight_s: float, out: Records) -> None:
    out.flight_s = flight_s
    out.pk_share = share_of_pk(setup, g, v, u, w, launch_s + flight_s)
    out.sector = sector_of(setup, u, locate(setup, g, v, launch_s))


@kernel
def _edge(
    setup: Setup, g: int, v: int, u: int, w: int, inside_s: float, outside_s: float, guess_s: float, bit: int
) -> float:
    """The launch time at which the window ends, between one inside and one outside; on the inside of it."""
    for _ in range(_EDGE_STEPS):
        middle = 0.5 * (inside_s + outside_s)
        flags, _flight_s = _consider(setup, g, v, u, w, middle, guess_s)
        if flags & bit:
            inside_s = middle
        else:
            outside_s = middle
    return inside_s


@kernel
def fill_windows(
    setup: Setup,
    g: int,
    step_s: float,
    launches: Records,
    flags: NDArray[np.uint8],
    bit: int,
    out_count: IntArray,
    out_windows: Records,
) -> None:
    """(V, U, W, X) launch windows with sharp edges, from the flags of `fill_launches`, and how many there are.

    One narrower than a step may be missed.
    """
    setup = borrow(setup)
    n_passes, n_units, n_weapons = out_count.shape
    n_steps = flags.shape[3]
    for v in range(n_passes):
        for u in range(n_units):
            for w in range(n_weapons):
                count = 0
                for j in range(n_steps):
                    if not flags[v, u, w, j] & bit:
                        continue
                    inside = j * step_s
                    guess = launches[v, u, w, j].flight_s
                    window = out_windows[v, u, w, count]
                    if j == 0:
                        window.open_s = 0.0
                    elif not flags[v, u, w, j - 1] & bit:
                        window.open_s = _edge(setup, g, v, u, w, inside, inside - step_s, guess, bit)
                    if j == n_steps - 1 or not flags[v, u, w, j + 1] & bit:
                        window.close_s = _edge(setup, g, v, u, w, inside, inside + step_s, guess, bit)
                        count += 1
                out_count[v, u, w] = count
