"""The kernels that fill the tables with what is seen: looks, tracks and jammers of every pass against every unit."""

import math

from crenel.core.jit import borrow, kernel
from crenel.core.records import FloatArray
from crenel.engine.geometry import Place, Setup, View, clear_range, ground_height, is_jammed, locate, look_at
from crenel.engine.tables import Records
from crenel.models import sensing, tracking

_OUTSIDE_STEP_M = 50.0
_EDGE_STEPS = 24  # halvings of a step: well below a millisecond


@kernel
def fill_looks(setup: Setup, g: int, out_looks: Records, out_pd: FloatArray) -> None:
    """Detection probability of every look at the passes of group g, and whether a sensor ever has one in sight.

    Parameters
    ----------
    setup : Setup
    g : int
    out_looks : (V, U) LOOKS
        `first_s` is read, `made` and `in_sight` are written.
    out_pd : (V, U, K) float64 [1]
        0 to begin with.
    """
    setup = borrow(setup)
    n_passes, n_units = out_looks.shape
    for v in range(n_passes):
        rcs = setup.routes[g].rcs_m2 * setup.ways[g, v].rcs_factor
        for u in range(n_units):
            site = setup.sites[u]
            looks = out_looks[v, u]
            if not (site.has_radar or site.has_sensor):
                continue
            looks.made = math.floor((setup.ways[g, v].flight_s - looks.first_s) / site.scan_s) + 1
            for k in range(looks.made):
                place = locate(setup, g, v, looks.first_s + k * site.scan_s)
                view = look_at(setup, u, place)
                p = _radar_look(setup, u, place, view, rcs) if site.has_radar else _sensor_look(setup, g, u, view)
                if p > 0.0:
                    looks.in_sight = 1
                    out_pd[v, u, k] = p


@kernel
def _within_limits(setup: Setup, u: int, view: View) -> bool:
    """Whether a threat is within the range, the elevations and the sector of unit u's search sensor."""
    site = setup.sites[u]
    return bool(
        view.slant_m <= site.instrumented_m
        and site.elevation_min_rad <= view.elevation_rad <= site.elevation_max_rad
        and sensing.within_sector(view.east_m, view.north_m, site.facing_rad, site.sector_rad)
    )


@kernel
def _radar_look(setup: Setup, u: int, place: Place, view: View, rcs_m2: float) -> float:
    """Probability that one look of a radar detects: above 0 wherever it has the threat in sight within its limits."""
    site = setup.sites[u]
    if not (view.clear and _within_limits(setup, u, view)):
        return 0.0
    radial_mps = sensing.radial_speed(
        view.east_m, view.north_m, view.up_m, place.velocity_east_mps, place.velocity_north_mps
    )
    if radial_mps < site.radial_min_mps:
        return 0.0
    range_m = max(clear_range(setup, u, site.air, site.search_range_m, place, view), 1.0)
    snr = sensing.signal_to_noise(site.snr_ref, range_m / site.search_range_m, rcs_m2 / site.search_ref_rcs_m2)
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
            step_s = way.start_m / n_steps / setup.routes[g].speed_mps
            for i in range(n_steps):
                place = locate(setup, g, v, (i + 0.5) * step_s)
                if math.isnan(ground_height(setup, place.east_m, place.north_m, math.nan)):
                    out_outside_m[g, v] += way.start_m / n_steps


@kernel
def lowest(setup: Setup, g: int, step_s: float) -> tuple[float, float, float]:
    """Where the passes of group g come nearest to the ground: height above it, east and north [m]."""
    least = (math.inf, 0.0, 0.0)
    for v in range(setup.ways.shape[1]):
        for j in range(int(setup.ways[g, v].flight_s / step_s) + 1):
            place = locate(setup, g, v, j * step_s)
            if place.height_agl_m < least[0]:
                least = (place.height_agl_m, place.east_m, place.north_m)
    return least


@kernel
def fill_tracks(pd: FloatArray, looks: Records, units: Records, out_cdf: FloatArray) -> None:
    """Probability that the first firm track has come by each look, for looks (G, V, U) that lie as `looks` says."""
    for g in range(looks.shape[0]):
        for v in range(looks.shape[1]):
            for u in range(looks.shape[2]):
                at, end = looks[g, v, u].at, looks[g, v, u].at + looks[g, v, u].n
                if end > at:
                    tracking.first_firm_cdf(pd[at:end], units[u].confirm_m, units[u].confirm_n, out_cdf[at:end])
