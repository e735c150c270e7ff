"""The boxes of latitude and longitude that a place needs, and the squares of one degree in them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from crenel.core.records import CrenelError, GeoPoint

_EARTH_RADIUS_M: Final = 6_371_000.0
_MARGIN_FRAC: Final = 0.01
"""The sphere is within half a per cent of the ellipsoid."""
_MARGIN_M: Final = 200.0
"""Enough for the cells beyond the rim that interpolation wants."""
_HIGHEST_LAT_DEG: Final = 85.0


@dataclass(frozen=True, slots=True)
class Box:
    """West, south, east, north in degrees; it does not cross the date line."""

    west_deg: float
    south_deg: float
    east_deg: float
    north_deg: float

    def meets(self, west_deg: float, south_deg: float, east_deg: float, north_deg: float) -> bool:
        """Whether another box has a point in common."""
        return (
            west_deg <= self.east_deg
            and east_deg >= self.west_deg
            and south_deg <= self.north_deg
            and north_deg >= self.south_deg
        )


@dataclass(frozen=True, slots=True)
class Square:
    """One degree by one degree, named by its south-west corner as terrain tiles are."""

    lat_deg: int
    lon_deg: int

    @property
    def name(self) -> str:
        """Such as N55E037."""
        return f"{self._lat}{self._lon}"

    @property
    def glo30(self) -> str:
        """The tile of Copernicus GLO-30."""
        return f"Copernicus_DSM_COG_10_{self._lat}_00_{self._lon}_00_DEM"

    @property
    def glo90(self) -> str:
        """The tile of Copernicus GLO-90."""
        return f"Copernicus_DSM_COG_30_{self._lat}_00_{self._lon}_00_DEM"

    @property
    def band(self) -> str:
        """The folder of the row of latitude, such as N55."""
        return self._lat

    @property
    def box(self) -> Box:
        """Its edges."""
        return Box(self.lon_deg, self.lat_deg, self.lon_deg + 1.0, self.lat_deg + 1.0)

    @property
    def _lat(self) -> str:
        return f"{'N' if self.lat_deg >= 0 else 'S'}{abs(self.lat_deg):02d}"

    @property
    def _lon(self) -> str:
        return f"{'E' if self.lon_deg >= 0 else 'W'}{abs(self.lon_deg):03d}"


@dataclass(frozen=True, slots=True)
class Circle:
    """A place: its centre and its radius."""

    centre: GeoPoint
    radius_m: float

    @property
    def lat_deg(self) -> float:
        """Latitude of the centre."""
        return math.degrees(self.centre.lat_rad)

    @property
    def lon_deg(self) -> float:
        """Longitude of the centre."""
        return math.degrees(self.centre.lon_rad)

    @classmethod
    def checked(cls, centre: GeoPoint, radius_m: float) -> Self:
        """A place that is not so near a pole that longitudes mean little.

        Raises
        ------
        CrenelError
            It is.
        """
        circle = cls(centre, radius_m)
        if abs(circle.lat_deg) + math.degrees(radius_m / _EARTH_RADIUS_M) > _HIGHEST_LAT_DEG:
            raise CrenelError(f"places beyond {_HIGHEST_LAT_DEG:g} degrees of latitude are not served by this command.")
        return circle

    def boxes(self) -> list[Box]:
        """The box around the circle, in two parts where it crosses the date line."""
        reach_rad = (self.radius_m * (1.0 + _MARGIN_FRAC) + _MARGIN_M) / _EARTH_RADIUS_M
        lat_deg, lon_deg, reach_deg = self.lat_deg, self.lon_deg, math.degrees(reach_rad)
        wide_deg = math.degrees(math.asin(math.sin(reach_rad) / math.cos(self.centre.lat_rad)))
        south, north = lat_deg - reach_deg, lat_deg + reach_deg
        west, east = lon_deg - wide_deg, lon_deg + wide_deg
        if west < -180.0:
            return [Box(west + 360.0, south, 180.0, north), Box(-180.0, south, east, north)]
        if east > 180.0:
            return [Box(west, south, 180.0, north), Box(-180.0, south, east - 360.0, north)]
        return [Box(west, south, east, north)]

    def squares(self) -> list[Square]:
        """The squares of one degree that the boxes touch, from north to south and west to east."""
        found = {square for box in self.boxes() for square in _squares(box)}
        return sorted(found, key=lambda square: (-square.lat_deg, (square.lon_deg - self.lon_deg + 180.0) % 360.0))

    def holds(
        self,
        west_deg: NDArray[np.float64],
        south_deg: NDArray[np.float64],
        east_deg: NDArray[np.float64],
        north_deg: NDArray[np.float64],
    ) -> NDArray[np.bool_]:
        """Which of some boxes have a point within the circle: its nearest point is held against the radius."""
        lat_deg = np.clip(self.lat_deg, south_deg, north_deg)
        # Longitudes as seen from the centre, so that the date line is nothing special.
        middle = (0.5 * (west_deg + east_deg) - self.lon_deg + 180.0) % 360.0 - 180.0
        off_deg = np.maximum(0.0, np.abs(middle) - 0.5 * (east_deg - west_deg))
        half_lat = 0.5 * np.radians(lat_deg - self.lat_deg)
        half_lon = 0.5 * np.radians(off_deg)
        chord = (
            np.sin(half_lat) ** 2 + math.cos(self.centre.lat_rad) * np.cos(np.radians(lat_deg)) * np.sin(half_lon) ** 2
        )
        distance_m = 2.0 * _EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
        held: NDArray[np.bool_] = distance_m <= self.radius_m * (1.0 + _MARGIN_FRAC) + _MARGIN_M
        return held


def _squares(box: Box) -> Iterator[Square]:
    for lat in range(math.floor(box.south_deg), math.ceil(box.north_deg)):
        for lon in range(math.floor(box.west_deg), math.ceil(box.east_deg)):
            yield Square(lat, lon)
