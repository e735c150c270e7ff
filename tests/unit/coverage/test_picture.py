import json
from dataclasses import replace
from math import asin, hypot, radians, sqrt
from typing import Any

import numpy as np
import pytest

from crenel.core.records import (
    Asset,
    Case,
    CrenelError,
    Evidence,
    FlatTerrain,
    GeoPoint,
    Group,
    Gun,
    Jammer,
    Missile,
    Place,
    Radar,
    Scenario,
    Sensor,
    Span,
    Study,
    System,
    Threat,
    Unit,
)
from crenel.coverage import Picture, default_picture, picture
from crenel.world import EARTH_RADIUS_M, Frame, Terrain, World, horizon_range_m, minimum_visible_height

CENTRE = GeoPoint(radians(55.74), radians(37.60))
EFFECTIVE_M = 4.0 / 3.0 * EARTH_RADIUS_M
ANTENNA_M = 34.0  # 30 m of building and 4 m of vehicle

RADAR: Radar[float] = Radar(
    search_range_m=36_000.0,
    ref_rcs_m2=2.0,
    pd_at_ref=0.8,
    p_false_alarm=1e-6,
    instrumented_range_m=40_000.0,
    scan_period_s=4.0,
    elevation_min_rad=radians(-5.0),
    elevation_max_rad=radians(60.0),
    fluctuation="swerling1",
    confirm_m=3,
    confirm_n=5,
    drop_k=5,
)
MISSILE: Missile[float] = Missile(
    range_min_m=1200.0,
    range_max_m=20_000.0,
    height_min_m=10.0,
    height_max_m=10_000.0,
    target_speed_max_mps=1000.0,
    speed_max_mps=1300.0,
    speed_mean_mps=900.0,
    speed_mean_over_m=12_000.0,
    rounds=12.0,
    salvo=1,
    pk={"drone": 0.7, "cruise": 0.6},
)
GUN: Gun[float] = Gun(
    range_min_m=200.0,
    range_max_m=4000.0,
    height_max_m=3000.0,
    target_speed_max_mps=500.0,
    projectile_speed_mps=960.0,
    rounds=1400.0,
    rate_hz=80.0,
    burst_rounds=100.0,
    pk_at_range_max_frac=0.3,
    pk={"drone": 0.3},
)
SENSOR: Sensor[float] = Sensor(
    kind="optics",
    range_m=9000.0,
    p_look={"drone": 0.6, "cruise": 0.0},
    look_period_s=1.0,
    elevation_min_rad=radians(-5.0),
    elevation_max_rad=radians(80.0),
    needs_sight=True,
    confirm_m=1,
    confirm_n=2,
    drop_k=3,
)
JAMMER: Jammer[float] = Jammer(range_m=5000.0, p_effect={"drone": 0.4})
SYSTEM: System[float] = System(
    key="pantsir",
    name="Pantsir",
    antenna_height_m=4.0,
    radar=RADAR,
    fire_control=None,
    missile=MISSILE,
    gun=GUN,
    channels=4.0,
    reaction_s=5.0,
    assessment_s=2.0,
)
DRONE: Threat[float] = Threat("drone", "One-way drone", "drone", "level", 50.0, 60.0, 0.02, 0.0)
CRUISE: Threat[float] = Threat("cruise", "Cruise missile", "cruise", "level", 220.0, 60.0, 0.2, 0.0)


def _group(threat: Threat[float], low_m: float, high_m: float) -> Group[float]:
    return Group(
        name=f"{threat.key}s",
        threat=threat,
        count=10,
        to="City",
        from_rad=Span(radians(330.0), radians(390.0)),
        starts_m=Span(60_000.0, 60_000.0),
        height_m=Span(low_m, high_m),
        after_s=0.0,
        within_s=300.0,
    )


def _case(system: System[float] = SYSTEM, study: Study | None = None) -> Case:
    return Scenario(
        name="town",
        title="Town",
        when="2023-01-20",
        place=Place(CENTRE, 40_000.0, FlatTerrain(150.0)),
        units=(Unit("Roof", system, CENTRE, 30.0, "", Evidence("pictured", position_error_m=300.0)),),
        assets=(Asset("City", GeoPoint(CENTRE.lat_rad, CENTRE.lon_rad + 1e-3), 1000.0),),
        groups=(_group(DRONE, 100.0, 1500.0), _group(CRUISE, 50.0, 150.0)),
        study=study or Study(),
        rcs_pass_sigma_db=4.0,
    )


FLAT = World(Frame(CENTRE), None, 150.0, EFFECTIVE_M)


def _ranges_m(drawn: Picture, kind: str) -> np.ndarray:
    (ring,) = [ring for ring in drawn.rings if ring.kind == kind]
    return np.array([hypot(east_m, north_m) for east_m, north_m in ring.polygon])


def _draw(threat_key: str = "drone", height_m: float = 800.0, system: System[float] = SYSTEM) -> Picture:
    return picture(_case(system), FLAT, threat_key=threat_key, height_m=height_m)


# --- rings on flat ground ---------------------------------------------------------------------------------------------


def test_rings_have_a_point_every_two_degrees_clockwise_from_north() -> None:
    (ring,) = [ring for ring in _draw().rings if ring.kind == "gun"]
    assert len(ring.polygon) == 180
    assert ring.polygon[0][0] == pytest.approx(0.0, abs=1.0)
    assert ring.polygon[0][1] > 3000.0
    assert ring.polygon[45][0] > 3000.0  # 90 degrees: east


def test_sight_is_the_mutual_horizon() -> None:
    assert _ranges_m(_draw(height_m=60.0), "sight") == pytest.approx(
        horizon_range_m(ANTENNA_M, 60.0, EFFECTIVE_M), abs=1.5
    )


def test_detection_falls_with_the_fourth_root_of_the_cross_section() -> None:
    slant_m = 36_000.0 * (0.02 / 2.0) ** 0.25
    expected_m = sqrt(slant_m**2 - (800.0 - ANTENNA_M) ** 2)
    assert _ranges_m(_draw(), "detection") == pytest.approx(expected_m, abs=2.0)


def test_detection_ends_at_the_horizon_for_what_flies_low() -> None:
    system = replace(SYSTEM, radar=replace(RADAR, ref_rcs_m2=0.02))
    horizon_m = horizon_range_m(ANTENNA_M, 5.0, EFFECTIVE_M)
    assert horizon_m < 36_000.0
    assert _ranges_m(_draw(height_m=5.0, system=system), "detection") == pytest.approx(horizon_m, abs=2.0)


def test_detection_ends_at_the_instrumented_range() -> None:
    system = replace(SYSTEM, radar=replace(RADAR, ref_rcs_m2=0.001))
    expected_m = sqrt(40_000.0**2 - (2000.0 - ANTENNA_M) ** 2)
    assert _ranges_m(_draw(height_m=2000.0, system=system), "detection") == pytest.approx(expected_m, abs=2.0)


def test_detection_keeps_to_the_elevation_limits() -> None:
    system = replace(SYSTEM, radar=replace(RADAR, elevation_min_rad=radians(10.0)))
    ranges_m = _ranges_m(_draw(system=system), "detection")
    assert ranges_m == pytest.approx((800.0 - ANTENNA_M) / np.tan(radians(10.0)), rel=2e-3)


def test_the_missile_ring_is_its_slant_range_at_that_height() -> None:
    assert _ranges_m(_draw(height_m=6000.0), "missile") == pytest.approx(
        sqrt(20_000.0**2 - (6000.0 - ANTENNA_M) ** 2), abs=2.0
    )


@pytest.mark.parametrize("height_m", [5.0, 12_000.0])
def test_outside_its_heights_the_missile_reaches_nowhere(height_m: float) -> None:
    assert _ranges_m(_draw(height_m=height_m), "missile").size == 0


def test_a_threat_too_fast_is_reached_nowhere() -> None:
    system = replace(SYSTEM, missile=replace(MISSILE, target_speed_max_mps=200.0))
    assert _ranges_m(_draw("cruise", system=system), "missile").size == 0
    assert _ranges_m(_draw("drone", system=system), "missile").size == 180


def test_the_gun_reaches_its_slant_range_and_no_higher_than_its_ceiling() -> None:
    assert _ranges_m(_draw(height_m=1000.0), "gun") == pytest.approx(
        sqrt(4000.0**2 - (1000.0 - ANTENNA_M) ** 2), abs=2.0
    )
    assert _ranges_m(_draw(height_m=3200.0), "gun").size == 0


def test_what_a_unit_has_not_has_no_ring() -> None:
    drawn = _draw(system=replace(SYSTEM, radar=None, gun=None))
    assert [ring.kind for ring in drawn.rings] == ["sight", "missile"]


@pytest.mark.parametrize("rcs_m2", [1e-4, 10.0])
def test_a_sensor_finds_to_its_range_whatever_the_echo(rcs_m2: float) -> None:
    system = replace(SYSTEM, radar=None, sensor=SENSOR)
    case = _case(system)
    case = replace(case, groups=(replace(case.groups[0], threat=replace(DRONE, rcs_m2=rcs_m2)),))
    drawn = picture(case, FLAT, threat_key="drone", height_m=800.0)
    assert _ranges_m(drawn, "detection") == pytest.approx(sqrt(9000.0**2 - (800.0 - ANTENNA_M) ** 2), abs=2.0)


def test_a_sensor_ends_at_the_horizon_unless_it_needs_no_sight() -> None:
    far = replace(SENSOR, range_m=60_000.0)
    seen = _draw(height_m=5.0, system=replace(SYSTEM, radar=None, sensor=far))
    assert _ranges_m(seen, "detection") == pytest.approx(horizon_range_m(ANTENNA_M, 5.0, EFFECTIVE_M), abs=2.0)
    heard = _draw(height_m=5.0, system=replace(SYSTEM, radar=None, sensor=replace(far, needs_sight=False)))
    assert _ranges_m(heard, "detection") == pytest.approx(60_000.0, abs=2.0)


def test_a_sensor_keeps_to_its_elevation_limits() -> None:
    system = replace(SYSTEM, radar=None, sensor=replace(SENSOR, elevation_min_rad=radians(10.0)))
    assert _ranges_m(_draw(system=system), "detection") == pytest.approx(
        (800.0 - ANTENNA_M) / np.tan(radians(10.0)), rel=2e-3
    )


def test_a_jammer_reaches_its_slant_range_in_sight() -> None:
    system = replace(SYSTEM, jammer=JAMMER)
    assert _ranges_m(_draw(system=system), "jamming") == pytest.approx(
        sqrt(5000.0**2 - (800.0 - ANTENNA_M) ** 2), abs=2.0
    )
    far = replace(SYSTEM, jammer=replace(JAMMER, range_m=60_000.0))
    assert _ranges_m(_draw(height_m=5.0, system=far), "jamming") == pytest.approx(
        horizon_range_m(ANTENNA_M, 5.0, EFFECTIVE_M), abs=2.0
    )


def test_sensor_and_jammer_reach_nowhere_against_a_class_that_they_do_nothing_against() -> None:
    drawn = _draw("cruise", system=replace(SYSTEM, radar=None, sensor=SENSOR, jammer=JAMMER))
    assert _ranges_m(drawn, "detection").size == 0
    assert _ranges_m(drawn, "jamming").size == 0


@pytest.mark.parametrize(
    ("parts", "kinds"),
    [
        ({"sensor": SENSOR}, ["sight", "detection"]),
        ({"jammer": JAMMER}, ["sight", "jamming"]),
        ({"sensor": SENSOR, "jammer": JAMMER}, ["sight", "detection", "jamming"]),
    ],
)
def test_a_unit_without_weapons_is_drawn(parts: dict[str, Any], kinds: list[str]) -> None:
    system = replace(SYSTEM, radar=None, missile=None, gun=None, **parts)
    drawn = _draw(system=system)
    assert [ring.kind for ring in drawn.rings] == kinds
    assert [mark.name for mark in drawn.units] == ["Roof"]


# --- over terrain -----------------------------------------------------------------------------------------------------


def _walled() -> World:
    """Level ground with a wall of 400 m, 3 km east of the unit."""
    ground_m = np.full((401, 401), 150.0, np.float32)
    ground_m[:, 230] = 550.0
    return World(FLAT.frame, Terrain(ground_m, cell_m=100.0, west_m=-20_050.0, north_m=20_050.0), np.nan, EFFECTIVE_M)


def test_a_wall_hides_but_leaves_the_radar_its_range() -> None:
    drawn = picture(_case(), _walled(), threat_key="drone", height_m=200.0)
    ranges_m = _ranges_m(drawn, "detection")
    assert ranges_m == pytest.approx(np.full(180, 36_000.0 * 0.01**0.25), abs=2.0)
    assert [ring.kind for ring in drawn.rings] == ["detection", "missile", "gun"]
    assert drawn.hidden[0][200, 240] == 1  # 4 km east, behind the wall


def test_over_terrain_sensor_and_jammer_keep_their_range_as_a_radar_does() -> None:
    system = replace(SYSTEM, radar=None, sensor=SENSOR, jammer=JAMMER)
    drawn = picture(_case(system), _walled(), threat_key="drone", height_m=200.0)
    assert _ranges_m(drawn, "detection") == pytest.approx(np.full(180, 9000.0), abs=2.0)
    assert _ranges_m(drawn, "jamming") == pytest.approx(np.full(180, 5000.0), abs=2.0)


def test_hidden_is_where_the_least_visible_height_is_above_the_target() -> None:
    world = _walled()
    drawn = picture(_case(), world, threat_key="drone", height_m=200.0)
    assert world.terrain is not None
    needed_m = minimum_visible_height(
        world.terrain, east_m=0.0, north_m=0.0, antenna_height_m=ANTENNA_M, effective_radius_m=EFFECTIVE_M
    )
    np.testing.assert_array_equal(drawn.hidden[0], (needed_m > 200.0).astype(np.uint8))
    assert drawn.hidden[0][200, 300] == 1
    assert drawn.hidden[0][200, 100] == 0
    assert drawn.hillshade is not None
    assert drawn.hillshade.shape == drawn.hidden[0].shape
    assert drawn.extent_m == pytest.approx((-20_050.0, -20_050.0, 20_050.0, 20_050.0))


def test_nothing_is_seen_where_there_is_no_terrain() -> None:
    world = _walled()
    assert world.terrain is not None
    ground_m = world.terrain.ground_m.copy()
    ground_m[:, :100] = np.nan
    without = replace(world, terrain=replace(world.terrain, ground_m=ground_m))
    drawn = picture(_case(), without, threat_key="drone", height_m=200.0)
    assert drawn.hidden[0][:, :100].all()
    assert _ranges_m(drawn, "missile")[135] == pytest.approx(20_000.0, abs=60.0)


def test_a_missile_reaches_less_far_over_ground_that_lies_far_below() -> None:
    world = _walled()
    assert world.terrain is not None
    ground_m = world.terrain.ground_m.copy()
    ground_m[:, :195] = -5850.0  # 6 km below
    deep = replace(world, terrain=replace(world.terrain, ground_m=ground_m))
    ranges_m = _ranges_m(picture(_case(), deep, threat_key="drone", height_m=ANTENNA_M), "missile")
    assert ranges_m[135] == pytest.approx(20_000.0 * np.cos(asin(6000.0 / 20_000.0)), abs=60.0)


# --- the record -------------------------------------------------------------------------------------------------------


def test_plain_is_json_with_every_key_of_the_file() -> None:
    drawn = _draw()
    plain: dict[str, Any] = json.loads(json.dumps(drawn.plain(), allow_nan=False))
    assert set(plain) == {
        *("half_width_m", "threat", "threat_name", "height_m", "terrain", "hillshade"),
        *("units", "assets", "groups", "rings", "sight", "extent_m"),
    }
    assert plain["half_width_m"] == 40_000.0
    assert (plain["threat"], plain["threat_name"], plain["height_m"]) == ("drone", "One-way drone", 800.0)
    assert (plain["terrain"], plain["hillshade"], plain["sight"]) == ("flat", None, [])
    assert plain["units"][0] == {
        "name": "Roof",
        "system_name": "Pantsir",
        "east_m": 0.0,
        "north_m": 0.0,
        "position_error_m": 300.0,
        "status": "pictured",
    }
    assert set(plain["assets"][0]) == {"name", "east_m", "north_m", "radius_m"}
    assert plain["assets"][0]["east_m"] == pytest.approx(3_600.0, abs=20.0)
    assert plain["groups"][0]["from_deg"] == [330.0, 390.0]
    assert plain["groups"][0]["east_m"] == plain["assets"][0]["east_m"]
    assert set(plain["rings"][0]) == {"unit", "kind", "polygon"}
    assert drawn.images() == {}


def test_over_terrain_the_files_that_plain_names_are_the_images() -> None:
    drawn = picture(_case(), _walled(), threat_key="drone", height_m=200.0)
    plain = drawn.plain()
    assert plain["terrain"] == "raster"
    assert plain["sight"] == [{"unit": "Roof", "png": "sight-0.png"}]
    images = drawn.images()
    assert set(images) == {plain["hillshade"], "sight-0.png"}
    assert all(png.startswith(b"\x89PNG") for png in images.values())


def test_the_default_is_the_first_group_in_the_middle_of_its_heights() -> None:
    assert default_picture(_case()) == ("drone", 800.0)


def test_the_scenario_may_choose() -> None:
    assert default_picture(_case(study=Study(picture_threat="cruise"))) == ("cruise", 100.0)
    assert default_picture(_case(study=Study(picture_height_m=60.0))) == ("drone", 60.0)
    assert default_picture(_case(study=Study(picture_threat="cruise", picture_height_m=60.0))) == ("cruise", 60.0)


def test_a_threat_that_is_not_in_the_raid_is_refused_with_those_that_are() -> None:
    with pytest.raises(CrenelError, match=r"'kalibr', which is not in the raid\. It has: cruise, drone"):
        _draw("kalibr")
