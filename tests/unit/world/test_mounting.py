"""Units on buildings of the place's files: whose roof, how high, how well known; none there is refused."""

from dataclasses import replace
from math import isnan
from pathlib import Path

import pytest

import crenel
from crenel import app
from crenel.core.records import CrenelError
from crenel.inputs import load
from vector_files import FRAME, HERE, geojson, square

SCENARIO = """
crenel: 1
title: A roof
place: {centre: [51.56620 N, 34.37747 E], radius: 2 km, terrain: flat 100 m, buildings: b.geojson}
defence: [{unit: Roof post, system: pantsir-s1, at: AT, mounted: MOUNTED, evidence: EVIDENCE}]
assets: [{name: Mill, at: [51.5662 N, 34.3775 E], radius: 100 m}]
raid: [{threat: shahed-136, count: 1, to: Mill, from: all, starts: 1500 m, height: 50 m}]
"""
SHAPES = [square(200.0, 0.0, 60.0), square(-200.0, 0.0, 40.0), square(0.0, 300.0, 40.0), square(210.0, 10.0, 10.0)]
SAID = [
    {"name": "Ministry of Defence", "height": 33.0},
    {"name": "School", "building:levels": 4},
    {"name": "Hall"},
    {"height": 45.0},
]


def _at(east_m: float, north_m: float) -> str:
    point = FRAME.to_geo(east_m, north_m)
    return f"[{point.lat_rad * 57.29577951308232:.7f}, {point.lon_rad * 57.29577951308232:.7f}]"


def _scenario(
    folder: Path, east_m: float, north_m: float, mounted: str = "building", evidence: str = "assumed"
) -> Path:
    geojson(folder / "b.geojson", SHAPES, SAID)
    text = SCENARIO.replace("AT", _at(east_m, north_m)).replace("MOUNTED", mounted).replace("EVIDENCE", evidence)
    path = folder / "roof.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_file_s_centre_is_where_the_footprints_are() -> None:
    assert (HERE.lat_rad * 57.2957795, HERE.lon_rad * 57.2957795) == pytest.approx((51.5662, 34.37747), abs=1e-4)


@pytest.mark.parametrize(
    ("at", "mounted", "value", "bracket", "grade", "note"),
    [
        ((180.0, -20.0), "building", 33.0, (33.0, 33.0), "secondary", "roof of Ministry of Defence: its height"),
        ((180.0, -20.0), "{building: ministry of defence}", 33.0, (33.0, 33.0), "secondary", "as the file states it"),
        ((-200.0, 0.0), "building", 13.0, (12.0, 14.0), "estimate", "roof of School: 4 floors of 3 to 3.5 m"),
        ((0.0, 300.0), "building", 9.0, (6.0, 15.0), "assumption", "roof of Hall: the file states neither"),
        ((210.0, 10.0), "building", 45.0, (45.0, 45.0), "secondary", "roof of the building under it"),
        ((210.0, 10.0), "{building: Ministry of Defence}", 33.0, (33.0, 33.0), "secondary", "roof of Ministry"),
    ],
)
def test_the_roof_s_height_comes_with_how_it_is_known(
    tmp_path: Path,
    at: tuple[float, float],
    mounted: str,
    value: float,
    bracket: tuple[float, float],
    grade: str,
    note: str,
) -> None:
    (unit,) = crenel.load(_scenario(tmp_path, *at, mounted)).units
    figure = unit.mounted_m
    assert figure.value == pytest.approx(value)
    assert (figure.low, figure.high) == pytest.approx(bracket)
    assert (figure.grade, figure.unit, figure.figure) == (grade, "m", "unit:Roof post.mounted")
    assert note in figure.note


def test_check_and_the_answer_tell_it(tmp_path: Path) -> None:
    path = _scenario(tmp_path, 0.0, 300.0)
    found = app.check(path)
    assumed = {figure["figure"]: figure for figure in found["assumptions"]}
    assert assumed["unit:Roof post.mounted"]["value"] == pytest.approx(9.0)
    assert assumed["buildings.height_missing"]["high"] == 15.0
    assert found["units"][0]["mounted_m"] == pytest.approx(9.0)


@pytest.mark.parametrize(
    ("at", "mounted", "message"),
    [
        ((100.0, 0.0), "building", r'no building under it.*"Ministry of Defence", 70 m away, at 51\.5.*\{roof: 40 m\}'),
        ((-200.0, 0.0), "{building: Ministry of Defence}", r"of that name is .* 370 m away"),
        ((-200.0, 0.0), "{building: Palace}", r"no building called 'Palace'.*nearest building is \"School\", 0 m away"),
    ],
)
def test_no_such_building_there_is_refused_with_the_nearest(
    tmp_path: Path, at: tuple[float, float], mounted: str, message: str
) -> None:
    with pytest.raises(CrenelError, match=rf"unit Roof post: .*{message}"):
        crenel.load(_scenario(tmp_path, *at, mounted))


def test_a_named_building_within_the_position_s_error_will_do(tmp_path: Path) -> None:
    evidence = "{status: assumed, position_error: 80 m}"
    (unit,) = crenel.load(_scenario(tmp_path, 100.0, 0.0, "{building: Ministry of Defence}", evidence)).units
    assert unit.mounted_m.value == 33.0


def test_a_place_without_buildings_is_refused_where_the_file_says_so(tmp_path: Path) -> None:
    path = _scenario(tmp_path, 0.0, 0.0)
    path.write_text(path.read_text().replace("buildings: b.geojson", "buildings: none"))
    with pytest.raises(CrenelError, match=r"roof\.yaml:5:\d+: the unit stands on a building, and the place has none"):
        crenel.load(path)


def test_a_place_with_no_building_in_reach_is_refused(tmp_path: Path) -> None:
    path = _scenario(tmp_path, 0.0, 0.0)
    geojson(tmp_path / "b.geojson", [], [])
    with pytest.raises(CrenelError, match="there is no building in the place's files at all"):
        crenel.load(path)


def test_a_roof_that_nobody_looked_up_is_never_taken_as_the_ground(tmp_path: Path) -> None:
    from crenel import world

    raw = load(_scenario(tmp_path, 0.0, 300.0))
    assert isnan(raw.units[0].mounted_m.value)
    with pytest.raises(CrenelError, match="the roof that it stands on is not known yet"):
        world.build(raw)
    known = world.mounted(raw)
    assert world.mounted(known) is known
    bare = replace(raw, place=replace(raw.place, buildings=None))
    with pytest.raises(CrenelError, match="the place has none"):
        world.mounted(bare)
