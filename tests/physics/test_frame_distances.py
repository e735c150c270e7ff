"""Distances and bearings from the centre of the local frame are those of the ellipsoid."""

from math import atan2, degrees, hypot, radians

import pytest
from pyproj import Geod

from crenel.core.records import GeoPoint
from crenel.world import Frame


@pytest.mark.parametrize(("lat_deg", "lon_deg"), [(55.75, 37.62), (-33.99, 18.50), (0.0, 179.95), (84.0, -20.0)])
def test_they_equal_the_geodesic(lat_deg: float, lon_deg: float) -> None:
    frame = Frame(GeoPoint(radians(lat_deg), radians(lon_deg)))
    for dlat_deg, dlon_deg in ((0.4, 0.0), (0.0, 0.5), (-0.3, 0.2), (0.01, -0.7)):
        azimuth_deg, _, distance_m = Geod(ellps="WGS84").inv(lon_deg, lat_deg, lon_deg + dlon_deg, lat_deg + dlat_deg)
        east_m, north_m = frame.to_local(GeoPoint(radians(lat_deg + dlat_deg), radians(lon_deg + dlon_deg)))
        assert hypot(east_m, north_m) == pytest.approx(distance_m, abs=0.01)
        assert degrees(atan2(east_m, north_m)) == pytest.approx(azimuth_deg, abs=1e-5)
