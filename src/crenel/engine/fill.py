"""The kernels that fill the tables: looks, tracks and launch windows of every pass against every unit."""

import math

import numpy as np
from numpy.typing import NDArray

from crenel.core.jit import borrow, kernel
from crenel.core.records import FloatArray, IntArray
from crenel.engine.geometry import (
    Setup,
    View,
    controls,
    flight_of_round,
    ground_height,
    is_beyond,
    is_jammed,
    locate,
    look_at,
    meets_inside_envelope,
    share_of_pk,
    sight_holds,
)
from crenel.engine.tables import N_WEAPONS, Records
from crenel.models import sensing, tracking

_OUTSIDE_STEP_M = 50.0
_FIRST_GUESS_S = 10.0
_EDGE_STEPS = 24  # halvings of a launch-time step: well below a millisecond


@kernel
def fill_looks(setup: Setup, out_looks: Records, out_pd: FloatArray, out_passes: Records) -> None:
    """Detection probability of every look, and whether any sensor ever has the pass in sight within its limits.

    Parameters
    ----------
    setup : Setup
    out_looks : (G, V, U) LOOKS
        `first_s` is read, `n` written.
    out_pd : (G, V, U, K) float64 [1]
    out_passes : (G, V) PASS
        `in_sight` is written.
    """
    setup = borrow(setup)
    n_groups, n_passes, n_units = out_looks.shape
    for g in range(n_groups):
        for v in range(n_passes):
            rcs = setup.routes[g].rcs_m2 * setup.ways[g, v].rcs_factor
            for u in range(n_units):
                site = setup.sites[u]
                looks = out_looks[g, v, u]
                if not (site.has_radar or site.has_sensor):
                    continue
                looks.n = math.floor((setup.ways[g, v].flight_s - looks.first_s) / site.scan_s) + 1
                for k in range(looks.n):
                    view = look_at(setup, u, locate(setup, g, v, looks.first_s + k * site.scan_s))
                    p = _radar_look(setup, u, view, rcs) if site.has_radar else _sensor_look(setup, g, u, view)
                    if p > 0.0:
                        out_passes[g, v].in_sight = 1
                        out_pd[g, v, u, k] = p


@kernel
def _within_limits(setup: Setup, u: int, view: View) -> bool:
    """Whether a threat is within the range and the elevations of unit u's search sensor."""
    site = setup.sites[u]
    return bool(
        view.slant_m <= site.instrumented_m and site.elevation_min_rad <= view.elevation_rad <= site.elevation_max_rad
    )


@kernel
def _radar_look(setup: Setup, u: int, view: View, rcs_m2: float) -> float:
    """Probability that one look of a radar detects: above 0 wherever it has the threat in sight within its limits."""
    site = setup.sites[u]
    if not (view.clear and _within_limits(setup, u, view)):
        return 0.0
    snr = sensing.signal_to_noise(
        site.snr_ref, max(view.slant_m, 1.0) / site.search_range_m, rcs_m2 / site.search_ref_rcs_m2
    )
    return sensing.detection_probability(snr, site.p_false_alarm, site.fluctuation)


@kernel
def _sensor_look(setup: Setup, g: int, u: int, view: View) -> float:
    """Probability that one look of a sensor that is no radar detects; sound needs no sight."""
    if (view.clear or not setup.sites[u].needs_sight) and _within_limits(setup, u, view):
        return float(setup.against[g, u].p_look)
    return 0.0


@kernel
def fill_jams(setup: Setup, groups: Records, out_jams: Records) -> None:
    """When each pass first comes into the range and the sight of each jammer that can do anything about it.

    Parameters
    ----------
    setup : Setup
    groups : (G,) GROUP
        A stay shorter than `step_s` may be missed, as with launch windows.
    out_jams : (G, V, A) JAM
        `unit` is read; `enters_s` is inf where the pass never comes there before it arrives.
    """
    setup = borrow(setup)
    n_groups, n_passes, n_jammers = out_jams.shape
    for g in range(n_groups):
        for v in range(n_passes):
            for a in range(n_jammers):
                jam = out_jams[g, v, a]
                jam.p_effect = setup.against[g, jam.unit].p_effect
                jam.enters_s = math.inf
                if jam.p_effect > 0.0:
                    jam.enters_s = _first_jammed(setup, g, v, jam.unit, groups[g].step_s)


@kernel
def _first_jammed(setup: Setup, g: int, v: int, u: int, step_s: float) -> float:
    """When a jammer first has the threat of a pass in range and in sight [s]; inf if never before it arrives."""
    flight_s = setup.ways[g, v].flight_s
    outside_s = 0.0
    for j in range(int(flight_s / step_s) + 2):
        inside_s = min(j * step_s, flight_s)
        if not is_jammed(setup, g, v, u, inside_s):
            outside_s = inside_s
            continue
        for _ in range(_EDGE_STEPS if j > 0 else 0):
            middle = 0.5 * (inside_s + outside_s)
            if is_jammed(setup, g, v, u, middle):
                inside_s = middle
            else:
                outside_s = middle
        return inside_s if inside_s < flight_s else math.inf
    return math.inf


@kernel
def fill_outside(setup: Setup, out_outside_m: FloatArray) -> None:
    """(G, V) length of route that lies outside the terrain; 0 on flat ground."""
    if setup.ground.shape[0] == 0:
        return
    for g in range(out_outside_m.shape[0]):
        for v in range(out_outside_m.shape[1]):
            way = setup.ways[g, v]
            n_steps = int(way.start_m / _OUTSIDE_STEP_M) + 1
            step = way.start_m / n_steps
            for i in range(n_steps):
                left = (i + 0.5) * step
                east = setup.routes[g].target_east_m + left * way.sin_bearing
                north = setup.routes[g].target_north_m + left * way.cos_bearing
                if math.isnan(ground_height(setup, east, north, math.nan)):
                    out_outside_m[g, v] += step


@kernel
def fill_tracks(pd: FloatArray, looks: Records, units: Records, out_cdf: FloatArray) -> None:
    """(G, V, U, K) probability that the first firm track has come by each look."""
    for g in range(pd.shape[0]):
        for v in range(pd.shape[1]):
            for u in range(pd.shape[2]):
                n = looks[g, v, u].n
                if n > 0:
                    tracking.first_firm_cdf(
                        pd[g, v, u, :n], units[u].confirm_m, units[u].confirm_n, out_cdf[g, v, u, :n]
                    )


@kernel
def _planned(setup: Setup, g: int, v: int, u: int, w: int, launch_s: float, guess_s: float) -> float:
    """Time of flight if the planner would launch then, else NaN. The planner knows no mask that is still to come."""
    rcs = setup.routes[g].rcs_m2 * setup.ways[g, v].rcs_factor
    reach = sensing.scaled_range(setup.sites[u].control_range_m, rcs, setup.sites[u].control_ref_rcs_m2)
    place = locate(setup, g, v, launch_s)
    view = look_at(setup, u, place)
    if not controls(setup, u, view, reach) or is_beyond(setup, u, w, view.slant_m, place.speed_mps):
        return math.nan
    flight = flight_of_round(setup, g, v, u, w, launch_s, guess_s)
    if math.isnan(flight) or not meets_inside_envelope(setup, g, v, u, w, launch_s + flight):
        return math.nan
    return flight


@kernel
def _allowed(setup: Setup, g: int, v: int, u: int, w: int, launch_s: float, guess_s: float, truly: bool) -> bool:
    flight = _planned(setup, g, v, u, w, launch_s, guess_s)
    if math.isnan(flight):
        return False
    return not truly or sight_holds(setup, g, v, u, launch_s, launch_s + flight)


@kernel
def _fill_launch(setup: Setup, g: int, v: int, u: int, w: int, launch_s: float, flight_s: float, out: Records) -> None:
    out.flight_s = flight_s
    out.pk_share = share_of_pk(setup, g, v, u, w, launch_s + flight_s)


@kernel
def fill_launches(setup: Setup, groups: Records, out_launches: Records, out_flags: NDArray[np.uint8]) -> None:
    """Flight and share of kill probability of a round, per launch time; whether it is planned (bit 0), meets (bit 1).

    Parameters
    ----------
    setup : Setup
    groups : (G,) GROUP
    out_launches : (G, V, U, W, J) LAUNCH
        Filled in the windows and one step to either side of them.
    out_flags : (G, V, U, W, J) uint8
    """
    setup = borrow(setup)
    n_groups, n_passes, n_units, _n_weapons, n_steps = out_flags.shape
    for g in range(n_groups):
        step = groups[g].step_s
        for v in range(n_passes):
            n_launches = min(int(setup.ways[g, v].flight_s / step) + 2, n_steps)
            for u in range(n_units):
                for w in range(N_WEAPONS):
                    if not setup.weapons[u, w].armed:
                        continue
                    launches, flags = out_launches[g, v, u, w], out_flags[g, v, u, w]
                    guess = _FIRST_GUESS_S
                    for j in range(n_launches):
                        flight = _planned(setup, g, v, u, w, j * step, guess)
                        if math.isnan(flight):
                            continue
                        guess = flight
                        flags[j] = 3 if sight_holds(setup, g, v, u, j * step, j * step + flight) else 1
                        _fill_launch(setup, g, v, u, w, j * step, flight, launches[j])
                    for j in range(n_steps):
                        beside = (j > 0 and flags[j - 1]) or (j < n_steps - 1 and flags[j + 1])
                        if beside and not flags[j]:
                            guess = launches[j - 1].flight_s if j > 0 and flags[j - 1] else launches[j + 1].flight_s
                            flight = flight_of_round(setup, g, v, u, w, j * step, guess)
                            _fill_launch(
                                setup, g, v, u, w, j * step, guess if math.isnan(flight) else flight, launches[j]
                            )


@kernel
def _edge(
    setup: Setup, g: int, v: int, u: int, w: int, inside_s: float, outside_s: float, guess_s: float, truly: bool
) -> float:
    """The launch time at which the window ends, between one inside and one outside; on the inside of it."""
    for _ in range(_EDGE_STEPS):
        middle = 0.5 * (inside_s + outside_s)
        if _allowed(setup, g=g, v=v, u=u, w=w, launch_s=middle, guess_s=guess_s, truly=truly):
            inside_s = middle
        else:
            outside_s = middle
    return inside_s


@kernel
def _write_windows(
    setup: Setup,
    g: int,
    v: int,
    u: int,
    w: int,
    truly: bool,
    step_s: float,
    launches: Records,
    flags: NDArray[np.uint8],
    out_windows: Records,
) -> int:
    """The windows of one pass, unit and weapon: (J,) flags become (X,) edges; how many."""
    bit = 2 if truly else 1
    count = 0
    for j in range(len(flags)):
        if not flags[j] & bit:
            continue
        inside = j * step_s
        guess = launches[j].flight_s
        if j == 0:
            out_windows[count].open_s = 0.0
        elif not flags[j - 1] & bit:
            out_windows[count].open_s = _edge(setup, g, v, u, w, inside, inside - step_s, guess, truly)
        if j == len(flags) - 1 or not flags[j + 1] & bit:
            out_windows[count].close_s = _edge(setup, g, v, u, w, inside, inside + step_s, guess, truly)
            count += 1
    return count


@kernel
def fill_windows(
    setup: Setup,
    groups: Records,
    launches: Records,
    flags: NDArray[np.uint8],
    truly: bool,
    out_count: IntArray,
    out_windows: Records,
) -> None:
    """Launch windows with sharp edges, from the flags of `fill_launches`; one narrower than a step may be missed."""
    setup = borrow(setup)
    n_groups, n_passes, n_units, n_weapons = out_count.shape
    for g in range(n_groups):
        for v in range(n_passes):
            for u in range(n_units):
                for w in range(n_weapons):
                    out_count[g, v, u, w] = _write_windows(
                        setup, g, v, u, w, truly, groups[g].step_s,
                        launches[g, v, u, w], flags[g, v, u, w], out_windows[g, v, u, w],
                    )  # fmt: skip
