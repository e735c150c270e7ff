"""Sector, least radial speed, weather and surface: each changes what is seen as far as its formula says."""

from dataclasses import replace
from math import pi, radians

import numpy as np
import pytest

import cases
import covering
from crenel.core.records import Weather
from crenel.coverage.geometry import OUTSIDE_LIMITS, TOO_SLOW, VISIBLE
from crenel.models import propagation

RADAR = cases.radar(search_range_m=10_000.0, pd_at_ref=0.5, fluctuation="swerling1")


def seen(unit, *, weather=None, surface="rough", height_m=100.0, radius_m=20e3):
    """The map of one unit at the origin, where the asset is too: distances, bearings in degrees, reasons."""
    case = covering.with_cover(cases.case(unit), radius_m=radius_m, cell_m=100.0)
    case = replace(case, place=replace(case.place, weather=weather, surface=surface))
    found = covering.covered(case, heights_m=[height_m])
    east, north = np.meshgrid(found.grid.east_m, found.grid.centre_north_m)
    return np.hypot(east, north), np.degrees(np.arctan2(east, north)) % 360.0, found.layers.best[0, 0]


def faces(unit, facing_deg):
    return replace(unit, facing_rad=None if facing_deg is None else radians(facing_deg))


def test_a_sector_is_seen_about_where_its_unit_faces_and_nothing_else():
    unit = faces(cases.unit(radar=replace(RADAR, sector_rad=radians(90.0))), 45.0)
    away_m, bearing, best = seen(unit)
    near = (away_m < 9_000.0) & (away_m > 2_000.0)
    assert set(np.unique(best[near & (bearing > 2.0) & (bearing < 88.0)])) == {VISIBLE}
    assert set(np.unique(best[near & (bearing > 92.0) & (bearing < 358.0)])) == {OUTSIDE_LIMITS}


def test_who_does_not_say_where_it_faces_looks_all_around():
    unit = faces(cases.unit(radar=replace(RADAR, sector_rad=radians(90.0))), None)
    away_m, _, best = seen(unit)
    assert (best[away_m < 9_000.0] == VISIBLE).all()


def test_a_sector_shows_in_warning_and_in_gaps():
    unit = faces(cases.unit(radar=cases.radar(sector_rad=radians(180.0))), 0.0)
    found = covering.one_approach(cases.case(unit), start_m=20_000.0)
    firm = np.isfinite(found.firm_m)
    bearing = np.degrees(found.course.azimuth_rad)
    assert firm[(bearing < 89.0) | (bearing > 271.0)].all()
    assert not firm[(bearing > 91.0) & (bearing < 269.0)].any()


def test_a_launch_needs_the_sector_of_fire_control():
    control = replace(cases.CONTROL, sector_rad=radians(180.0))
    found = covering.one_approach(cases.case(faces(cases.unit(fire_control=control), 90.0)), start_m=20_000.0)
    begun = found.n_engagements[0]
    bearing = np.degrees(found.course.azimuth_rad[:: found.course.every])
    assert begun[(bearing > 5.0) & (bearing < 175.0)].min() > 0
    assert begun[(bearing > 185.0) & (bearing < 355.0)].max() == 0


def test_what_flies_across_is_missed_by_a_radar_that_tells_by_speed():
    # The asset is 5 km east of the radar; what comes from the north flies south and passes at right angles to it.
    radar = replace(RADAR, search_range_m=1e5, radial_speed_min_mps=20.0)
    case = cases.case(cases.unit(radar=radar, antenna_height_m=100.0, where=cases.at(-5_000.0, 0.0)))
    course = covering.one_approach(case, start_m=6_000.0)
    speed_mps = course.course.speed_mps
    slow = course.ranks[0] & 15 == TOO_SLOW
    north = int(np.argmin(np.abs(course.course.azimuth_rad)))
    d = course.course.distance_m
    radial_mps = speed_mps * d / np.hypot(d, 5_000.0)
    assert (slow[north] == (radial_mps < 20.0)).mean() > 0.99
    assert slow[north].any()
    assert not slow[north].all()
    east = int(np.argmin(np.abs(course.course.azimuth_rad - pi / 2.0)))
    assert not slow[east].any()


def test_the_map_takes_threats_to_fly_at_the_nearest_asset():
    radar = replace(RADAR, search_range_m=1e5, radial_speed_min_mps=20.0)
    case = covering.with_cover(
        cases.case(cases.unit(radar=radar, where=cases.at(-5_000.0, 0.0))), radius_m=8e3, cell_m=100.0
    )
    found = covering.covered(case, heights_m=[100.0])
    speed_mps = found.question.threats[0].speed_mps
    east, north = np.meshgrid(found.grid.east_m, found.grid.centre_north_m)
    # Towards the origin, as the radar at (-5 km, 0) has it.
    away = np.hypot(east + 5_000.0, north) * np.hypot(east, north)
    radial_mps = speed_mps * np.abs(-east * (east + 5_000.0) - north * north) / away
    assert ((found.layers.best[0, 0] == TOO_SLOW) == (radial_mps < 20.0)).mean() > 0.999
    assert (radial_mps < 20.0).any()


def range_seen(frequency_hz, **place):
    away_m, _, best = seen(cases.unit(radar=replace(RADAR, frequency_hz=frequency_hz)), radius_m=12e3, **place)
    return float(away_m[best == VISIBLE].max())


def test_rain_shortens_a_range_as_far_as_its_loss_there_and_back():
    rain = Weather(rain_mps=50.0 / 3.6e6, rain_top_m=3_000.0)
    found_m = range_seen(10e9, weather=rain)
    # (R / 10 km) = 10 ** (-L / 40) with L = 2 x [1.663 R + 0.0142 (R - 10)] dB, R in km
    expected_km = 10.0
    for _ in range(100):
        loss_db = 2.0 * (1.6632 * expected_km + 0.0142 * (expected_km - 10.0))
        expected_km = 0.5 * (expected_km + 10.0 * 10 ** (-loss_db / 40.0))
    assert found_m == pytest.approx(1000.0 * expected_km, abs=120.0)
    assert expected_km < 5.0
    assert range_seen(10e9) == pytest.approx(10_000.0, abs=120.0)
    assert range_seen(3e9, weather=rain) > 9_500.0


def test_without_a_frequency_rain_changes_nothing():
    rain = Weather(rain_mps=50.0 / 3.6e6, rain_top_m=3_000.0)
    assert range_seen(None, weather=rain) == range_seen(None) == pytest.approx(10_000.0, abs=120.0)


def test_a_flat_surface_makes_lobes():
    away_m, _, best = seen(
        cases.unit(radar=replace(RADAR, frequency_hz=1e9), antenna_height_m=15.0),
        surface="flat", height_m=60.0, radius_m=25e3,
    )  # fmt: skip
    row = best[best.shape[0] // 2]
    out_m = away_m[best.shape[0] // 2]
    earth_m = covering.EARTH_M
    factor = np.array(
        [propagation.two_ray_factor(0.299792458, float(d), 15.0, 60.0, earth_m, propagation.FLAT) for d in out_m]
    )
    slant_m = np.hypot(out_m, 45.0)
    gas_db = 1000.0 * propagation.gas_attenuation(1e9) * 2.0 * (slant_m - 10_000.0) / 1000.0
    strong = slant_m * 10 ** (gas_db / 40.0) / np.maximum(factor, 1e-4) <= 10_000.0
    assert ((row == VISIBLE) == strong).mean() > 0.99
    assert out_m[row == VISIBLE].max() > 12_000.0  # a lobe reaches farther than free space does


def test_haze_ends_what_optics_see_and_aim_at():
    camera = cases.sensor(1.0, range_m=9_000.0)
    haze = Weather(visibility_m=2_000.0)
    away_m, _, best = seen(cases.unit(radar=None, sensor=camera), weather=haze)
    assert away_m[best == VISIBLE].max() == pytest.approx(2_000.0, abs=110.0)
    ears = cases.sensor(1.0, range_m=9_000.0, kind="acoustic")
    away_m, _, best = seen(cases.unit(radar=None, sensor=ears), weather=haze)
    assert away_m[best == VISIBLE].max() == pytest.approx(9_000.0, abs=110.0)


def test_rain_is_in_the_reach_of_fire_control_too():
    control = replace(cases.CONTROL, range_m=15_000.0, frequency_hz=35e9)
    case = cases.case(cases.unit(fire_control=control))
    dry, wet = (
        covering.covered(
            covering.with_cover(replace(case, place=replace(case.place, weather=weather)), radius_m=30e3),
            heights_m=[100.0],
        ).approaches[0]
        for weather in (None, Weather(rain_mps=10.0 / 3.6e6, rain_top_m=3_000.0))
    )
    first = [np.nanmax(found.starts_m[0]) for found in (dry, wet)]
    assert first[0] > 14_000.0
    assert first[1] < 0.6 * first[0]


def test_the_remedy_of_a_blind_side_and_of_a_crossing_flight_is_named():
    blind = covering.covered(
        covering.with_cover(cases.case(faces(cases.unit(radar=cases.radar(sector_rad=pi)), 0.0)), radius_m=20e3)
    )
    (gap,) = (gap for gap in blind.gaps if gap.kind == "undetected")
    assert gap.cause == "outside_limits"
    assert (gap.from_deg, gap.to_deg) == (90.0, 270.0)
    assert "unit looks over 180° about 0° alone" in gap.remedy
    fast = cases.unit(radar=cases.radar(radial_speed_min_mps=250.0))
    slow = covering.covered(covering.with_cover(cases.case(fast), radius_m=20e3))
    gap = slow.gaps[0]
    assert gap.cause == "too_slow"
    assert "unit misses what comes nearer more slowly than 250 m/s" in gap.remedy
