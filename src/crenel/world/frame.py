"""The local frame: metres east and north of the place's centre."""

import threading
from dataclasses import dataclass
from functools import lru_cache
from math import degrees, radians
from typing import Any, Final

from pyproj import Proj

from crenel.core.records import GeoPoint

EARTH_RADIUS_M: Final = 6_371_000.0
"""Mean radius of the earth; sight uses k times it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """An azimuthal equidistant projection on WGS 84: bearings and distances from the centre are true.

    References
    ----------
    [snyder1987] ch. 25
    """

    centre: GeoPoint

    @property
    def definition(self) -> str:
        """The projection as PROJ writes it."""
        lat_deg, lon_deg = degrees(self.centre.lat_rad), degrees(self.centre.lon_rad)
        return f"+proj=aeqd +lat_0={lat_deg:.10f} +lon_0={lon_deg:.10f} +datum=WGS84 +units=m +no_defs"

    def to_local(self, point: GeoPoint) -> tuple[float, float]:
        """East and north of the centre [m]."""
        project = _projection(self.definition, threading.get_ident())
        east_m, north_m = project(degrees(point.lon_rad), degrees(point.lat_rad))
        return float(east_m), float(north_m)

    def to_geo(self, east_m: float, north_m: float) -> GeoPoint:
        """The position of a local point."""
        project = _projection(self.definition, threading.get_ident())
        lon_deg, lat_deg = project(east_m, north_m, inverse=True)
        return GeoPoint(lat_rad=radians(lat_deg), lon_rad=radians(lon_deg))


@lru_cache(maxsize=32)
def _projection(definition: str, _thread: int) -> Any:
    # A PROJ object may not be used by two threads at once, so each thread has its own.
    return Proj(definition)
