"""The examples that ship: each loads, and says what it is."""

import math

import pytest
import rasterio
from pyproj import Geod

from crenel.core.records import RasterTerrain
from crenel.inputs import example_text, examples, load

ELLIPSOID = Geod(ellps="WGS84")


def apart_m(one, other):
    degrees = [math.degrees(angle) for point in (one, other) for angle in (point.lon_rad, point.lat_rad)]
    return ELLIPSOID.inv(*degrees)[2]


def total(scenario, threat):
    return sum(group.count for group in scenario.groups if group.threat.key == threat)


def test_these_ship():
    assert set(examples()) >= {"moscow-rooftops", "cumberland", "reference-20x3", "reference-100x10"}


@pytest.mark.parametrize("name", sorted(examples()))
def test_an_example_loads_and_says_what_is_made_up(name):
    scenario = load(name)
    assert scenario.title == examples()[name]
    assert len(scenario.note) > 100
    assert {group.to for group in scenario.groups} == {asset.name for asset in scenario.assets}


@pytest.mark.parametrize("name", sorted(examples()))
def test_an_example_is_commented(name):
    lines = example_text(name).splitlines()
    assert lines[0].startswith("# ")
    assert sum("#" in line for line in lines) >= 6


def test_moscow_rests_on_three_sightings_of_different_evidence():
    scenario = load("moscow-rooftops")
    statuses = [unit.evidence.status for unit in scenario.units]
    assert statuses == ["pictured", "pictured", "reported"]
    for unit in scenario.units:
        assert unit.system.key == "pantsir-s1"
        assert unit.evidence.position_error_m >= 300.0
        assert scenario.sources[unit.evidence.source].publisher == "AFP"
        assert unit.evidence.note
    assert "Nobody confirmed" in scenario.note
    assert {unit.network for unit in scenario.units} == {"moscow"}
    assert (total(scenario, "shahed-136"), total(scenario, "kalibr")) == (12, 4)


def test_the_third_moscow_unit_stands_some_10_km_from_the_residence():
    scenario = load("moscow-rooftops")
    suburb = next(asset for asset in scenario.assets if asset.name == "Western suburb")
    assert apart_m(scenario.units[2].at, suburb.at) == pytest.approx(10_000.0, abs=1000.0)


def test_cumberland_stands_on_its_ridge_and_in_its_valley():
    scenario = load("cumberland")
    assert isinstance(scenario.place.terrain, RasterTerrain)
    with rasterio.open(scenario.place.terrain.paths[0]) as raster:
        ground_m = raster.read(1)
        for unit in scenario.units:
            row, column = raster.index(math.degrees(unit.at.lon_rad), math.degrees(unit.at.lat_rad))
            height_m = ground_m[row, column]
            assert height_m > 900 if unit.name.startswith("Ridge") else height_m < 450, unit.name
        west, south, east, north = raster.bounds
    centre = scenario.place.centre
    for bearing in range(0, 360, 15):
        lon, lat, _ = ELLIPSOID.fwd(
            math.degrees(centre.lon_rad), math.degrees(centre.lat_rad), bearing, scenario.place.radius_m
        )
        assert west < lon < east
        assert south < lat < north


@pytest.mark.parametrize(("name", "n_units", "n_threats"), [("reference-20x3", 3, 20), ("reference-100x10", 10, 100)])
def test_a_reference_raid_is_the_agreed_one(name, n_units, n_threats):
    scenario = load(name)
    assert (len(scenario.units), scenario.n_threats) == (n_units, n_threats)
    site = scenario.assets[0].at
    for unit in scenario.units:
        assert apart_m(unit.at, site) == pytest.approx(5000.0, abs=5.0)
        assert unit.system.missile.rounds.value == 12
        assert unit.system.channels.value == 4
    spacing_m = 2.0 * 5000.0 * math.sin(math.pi / n_units)
    assert apart_m(scenario.units[0].at, scenario.units[1].at) == pytest.approx(spacing_m, abs=10.0)
    speeds = {group.threat.key: group.threat.speed_mps.value for group in scenario.groups}
    assert speeds == {"shahed-136": 50.0, "kalibr": 220.0}
    for group in scenario.groups:
        assert group.count == n_threats // 2
        assert group.starts_m.low / group.threat.speed_mps.value == pytest.approx(200.0, rel=1e-12)
        assert group.within_s == 200.0
        assert (group.height_m.low, group.height_m.high) == (60.0, 160.0)
        assert group.from_rad.high - group.from_rad.low == pytest.approx(2.0 * math.pi, rel=1e-12)
        assert group.threat.own_failure_frac.high == 0.0
