from concurrent.futures import ThreadPoolExecutor
from math import pi, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crenel.core.records import GeoPoint
from crenel.world import Frame


@given(
    lat_deg=st.floats(-85.0, 85.0),
    lon_deg=st.floats(-180.0, 180.0),
    east_m=st.floats(-200_000.0, 200_000.0),
    north_m=st.floats(-200_000.0, 200_000.0),
)
def test_there_and_back(lat_deg: float, lon_deg: float, east_m: float, north_m: float) -> None:
    frame = Frame(GeoPoint(radians(lat_deg), radians(lon_deg)))
    back = frame.to_local(frame.to_geo(east_m, north_m))
    assert back == pytest.approx((east_m, north_m), abs=1e-3)


def test_the_centre_is_the_origin_and_north_is_up() -> None:
    frame = Frame(GeoPoint(0.97, 0.65))
    assert frame.to_local(frame.centre) == pytest.approx((0.0, 0.0), abs=1e-6)
    assert frame.to_local(GeoPoint(0.971, 0.65))[1] > 6_000.0
    assert frame.to_local(GeoPoint(0.97, 0.651))[0] > 3_000.0


def test_points_across_the_date_line_are_near() -> None:
    frame = Frame(GeoPoint(0.0, pi - 1e-4))
    assert frame.to_local(GeoPoint(0.0, -pi + 1e-4))[0] == pytest.approx(1275.6, abs=1.0)


def test_threads_get_the_same_numbers() -> None:
    frame = Frame(GeoPoint(0.97, 0.65))
    points = [GeoPoint(0.97 + 1e-5 * step, 0.65 - 1e-5 * step) for step in range(200)]
    alone = [frame.to_local(point) for point in points]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(frame.to_local, points)) == alone
