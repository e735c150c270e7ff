"""Boxes, squares and their names."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crenel.core.records import CrenelError
from crenel.places.box import Square
from crenel.world.frame import Frame
from made import circle_at


@pytest.mark.parametrize(
    ("square", "name", "glo30"),
    [
        (Square(55, 37), "N55E037", "Copernicus_DSM_COG_10_N55_00_E037_00_DEM"),
        (Square(-34, 18), "S34E018", "Copernicus_DSM_COG_10_S34_00_E018_00_DEM"),
        (Square(0, -1), "N00W001", "Copernicus_DSM_COG_10_N00_00_W001_00_DEM"),
        (Square(-1, -180), "S01W180", "Copernicus_DSM_COG_10_S01_00_W180_00_DEM"),
        (Square(7, 0), "N07E000", "Copernicus_DSM_COG_10_N07_00_E000_00_DEM"),
    ],
)
def test_a_square_is_named_by_its_south_west_corner(square, name, glo30):
    assert (square.name, square.glo30) == (name, glo30)
    assert square.glo90 == glo30.replace("_10_", "_30_")


def test_a_place_inside_one_square_needs_one():
    assert circle_at(55.5, 37.5).squares() == [Square(55, 37)]


def test_a_place_south_of_the_equator_and_west_of_greenwich():
    assert circle_at(-0.01, -0.01, 5000.0).squares() == [Square(0, -1), Square(0, 0), Square(-1, -1), Square(-1, 0)]


def test_a_place_on_the_date_line_has_two_boxes_and_the_squares_on_both_sides():
    circle = circle_at(-16.5, 179.99, 5000.0)
    west, east = circle.boxes()
    assert (west.east_deg, east.west_deg) == (180.0, -180.0)
    assert circle.squares() == [Square(-17, 179), Square(-17, -180)]


def test_places_near_a_pole_are_refused():
    with pytest.raises(CrenelError, match="85 degrees"):
        circle_at(84.9, 0.0, 40_000.0)


@given(
    lat=st.floats(-80, 80),
    lon=st.floats(-180, 180),
    radius_m=st.floats(100, 200_000),
    bearing=st.floats(0, 2 * math.pi),
)
def test_every_point_of_the_circle_lies_in_a_box(lat, lon, radius_m, bearing):
    circle = circle_at(lat, lon, radius_m)
    rim = Frame(circle.centre).to_geo(radius_m * math.sin(bearing), radius_m * math.cos(bearing))
    rim_lat, rim_lon = math.degrees(rim.lat_rad), math.degrees(rim.lon_rad)
    assert any(box.meets(rim_lon, rim_lat, rim_lon, rim_lat) for box in circle.boxes())
    point = [np.array([value]) for value in (rim_lon, rim_lat, rim_lon, rim_lat)]
    assert circle.holds(*point)[0]


def test_what_lies_far_outside_is_not_held():
    circle = circle_at(55.74, 37.6, 5000.0)
    at = {"inside": (37.6, 55.74), "corner": (37.6 + 0.079, 55.74 + 0.0445), "far": (37.8, 55.74)}
    edges = np.array([[lon, lat, lon, lat] for lon, lat in at.values()]).T
    assert list(circle.holds(*edges)) == [True, False, False]


def test_a_large_box_is_held_by_its_nearest_point():
    circle = circle_at(55.74, 37.6, 5000.0)
    assert circle.holds(*(np.array([edge]) for edge in (30.0, 50.0, 37.59, 60.0)))[0]
