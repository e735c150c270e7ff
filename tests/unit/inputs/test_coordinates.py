import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crenel.core.records import GeoPoint
from crenel.inputs.coordinates import CoordinateError, degrees, distance_m, point, position

MINISTRY = (55.72889, 37.59)


@pytest.mark.parametrize(
    "text",
    [
        "55.72889, 37.59",
        "55.72889 37.59",
        "55.72889 N, 37.59 E",
        "55.72889N 37.59E",
        "37.59 E, 55.72889 N",
        "N 55.72889, E 37.59",
        "55°43'44\"N 37°35'24\"E",
        "55°43′44″ N, 37°35′24″ E",
        "55 43 44 N, 37 35 24 E",
        "N55 43.7334 E037 35.4",
        "(55.72889, 37.59)",
        "geo:55.72889,37.59;u=35",
        "https://www.google.com/maps/@55.72889,37.59,15z",
        "https://www.google.com/maps/place/X/@1.0,2.0,17z/data=!3m1!4b1!4m5!3m4!1s0x0!8m2!3d55.72889!4d37.59",
        "https://maps.google.com/?q=55.72889,37.59",
        "https://www.google.com/maps/search/55.72889,+37.59",
        "https://www.openstreetmap.org/#map=15/55.72889/37.59",
        "https://www.openstreetmap.org/?mlat=55.72889&mlon=37.59#map=15/1.0/2.0",
        "https://yandex.ru/maps/213/moscow/?ll=37.59%2C55.72889&z=16",
        "https://yandex.com/maps/?ll=1.0%2C2.0&whatshere%5Bpoint%5D=37.59%2C55.72889",
        "https://www.bing.com/maps?cp=55.72889~37.59&lvl=11",
        "https://maps.apple.com/?ll=55.72889,37.59",
    ],
)
def test_what_people_write_and_paste(text: str) -> None:
    assert degrees(point(text)) == pytest.approx(MINISTRY, abs=6e-6)


@pytest.mark.parametrize(("text", "expected"), [("33.9 S, 151.2 E", (-33.9, 151.2)), ("-33.9, -70.6", (-33.9, -70.6))])
def test_southern_and_western_positions(text: str, expected: tuple[float, float]) -> None:
    assert degrees(point(text)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("137, 37.6", "look swapped"),
        ("137 N, 37.6 E", "beyond the pole"),
        ("155, 237", "beyond the pole"),
        ("55, 181", "beyond 180"),
        ("55.7 N, 37.6 N", "two latitudes"),
        ("-5 N, 3 E", "hemisphere twice"),
        ("55 61 00 N, 4 E", "degrees, minutes and seconds"),
        ("55.5 30 00 N, 4 E", "degrees, minutes and seconds"),
        ("55,740, 37,600", "cannot be read"),
        ("55.7, .nan", "wants a position"),
        ("Moscow", "wants a position"),
        ("", "wants a position"),
        ("55.7", "wants a position"),
        ("https://maps.app.goo.gl/abc", "without a position"),
        ("http://[::1", "map link"),
        ("x" * 5000, "too long"),
    ],
)
def test_what_is_no_position(text: str, message: str) -> None:
    with pytest.raises(CoordinateError, match=message) as caught:
        point(text)
    assert caught.value.remedy("at")


def test_a_list_of_two_is_latitude_and_longitude() -> None:
    assert degrees(position(["55.74 N", "37.60 E"])) == pytest.approx((55.74, 37.60))
    assert degrees(position(["55.74", "37.60"])) == pytest.approx((55.74, 37.60))
    for wrong in (["1"], ["1", "2", "3"], {"lat": "1"}, [["1"], "2"], None):
        with pytest.raises(CoordinateError):
            position(wrong)


def test_distance_of_a_degree_of_latitude() -> None:
    a, b = GeoPoint(math.radians(55.0), 0.6), GeoPoint(math.radians(56.0), 0.6)
    assert distance_m(a, b) == pytest.approx(111_195.0, rel=1e-4)
    assert distance_m(a, a) == 0.0


@settings(max_examples=100, deadline=None)
@given(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0))
def test_decimal_positions_survive_the_way_in(lat_deg: float, lon_deg: float) -> None:
    assert degrees(point(f"{lat_deg:.6f}, {lon_deg:.6f}")) == pytest.approx((lat_deg, lon_deg), abs=1e-6)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789.,-NSEW°'\" /:@!?=&#abhtpsml", max_size=60))
def test_no_text_does_worse_than_be_refused(text: str) -> None:
    for written in (text, "https://maps.example/" + text):
        try:
            found = point(written)
        except CoordinateError:
            continue
        assert abs(found.lat_rad) <= math.pi / 2
        assert abs(found.lon_rad) <= math.pi
