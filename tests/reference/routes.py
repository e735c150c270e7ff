"""Where a threat is at a time: along straight legs, or on a ballistic arc over a spherical earth."""

import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeAlias

Point: TypeAlias = tuple[float, float, float]
"""East, north and datum height, metres."""

EARTH_RADIUS_M = 6_371_000.0
EARTH_MU = 3.986004418e14


class Route(Protocol):
    """A way with a beginning and an end; the end is the moment at which the target's radius is reached."""

    @property
    def start_s(self) -> float: ...

    @property
    def end_s(self) -> float: ...

    @property
    def knots_s(self) -> tuple[float, ...]:
        """The times of the turns."""
        ...

    @property
    def fastest_mps(self) -> float:
        """The greatest speed on the way."""
        ...

    def position(self, time_s: float) -> Point: ...

    def velocity(self, time_s: float) -> Point: ...


@dataclass(frozen=True)
class Legs:
    """Straight legs between `points` (time, east, north, height). At a turn the velocity is that of the next leg."""

    points: tuple[tuple[float, float, float, float], ...]

    @cached_property
    def knots_s(self) -> tuple[float, ...]:
        return tuple(point[0] for point in self.points)

    @cached_property
    def start_s(self) -> float:
        return self.points[0][0]

    @cached_property
    def end_s(self) -> float:
        return self.points[-1][0]

    @cached_property
    def velocities(self) -> tuple[Point, ...]:
        found = []
        for (t0, x0, y0, h0), (t1, x1, y1, h1) in zip(self.points[:-1], self.points[1:], strict=True):
            found.append(((x1 - x0) / (t1 - t0), (y1 - y0) / (t1 - t0), (h1 - h0) / (t1 - t0)))
        return tuple(found)

    @cached_property
    def fastest_mps(self) -> float:
        return max(math.hypot(*velocity) for velocity in self.velocities)

    def leg(self, time_s: float) -> int:
        return min(max(bisect_right(self.knots_s, time_s) - 1, 0), len(self.points) - 2)

    def position(self, time_s: float) -> Point:
        leg = self.leg(time_s)
        t0, x0, y0, h0 = self.points[leg]
        vx, vy, vh = self.velocities[leg]
        past = time_s - t0
        return (x0 + vx * past, y0 + vy * past, h0 + vh * past)

    def velocity(self, time_s: float) -> Point:
        return self.velocities[self.leg(time_s)]


def straight(start_s: float, end_s: float, a: Point, b: Point) -> Legs:
    """One straight leg from `a` at `start_s` to `b` at `end_s`."""
    return Legs(((start_s, *a), (end_s, *b)))


@dataclass(frozen=True)
class Arc:
    """A piece of a Kepler ellipse from the ground to the ground, without air and without the earth's rotation.

    It ends at `target` (east, north, height) at `impact_s`, having come over `ground_range_m` of the sphere from the
    bearing `from_rad`, with `apogee_m` above the sphere. It is known from `shown_from_m` of ground range before the
    target, and ends `stops_at_m` before it (the radius of the target). Ground range is laid out flat, as the azimuthal
    projection does.
    """

    target: Point
    from_rad: float
    ground_range_m: float
    apogee_m: float
    impact_s: float
    shown_from_m: float
    stops_at_m: float = 0.0

    @cached_property
    def ellipse(self) -> tuple[float, float, float]:
        """Semi-major axis, eccentricity, mean motion."""
        half = self.ground_range_m / (2.0 * EARTH_RADIUS_M)
        far = EARTH_RADIUS_M + self.apogee_m
        e = (far - EARTH_RADIUS_M) / (far - EARTH_RADIUS_M * math.cos(half))
        a = far / (1.0 + e)
        return a, e, math.sqrt(EARTH_MU / a**3)

    def from_apogee_s(self, past_apogee_rad: float) -> float:
        """Time from the apogee to an angle past it (negative before)."""
        _, e, n = self.ellipse
        # Both anomalies are counted from the apogee, so that the near-parabolic short arcs lose no digits.
        past = 2.0 * math.atan(math.sqrt((1.0 + e) / (1.0 - e)) * math.tan(past_apogee_rad / 2.0))
        return (past + e * math.sin(past)) / n

    @cached_property
    def apogee_s(self) -> float:
        return self.impact_s - self.from_apogee_s(self.ground_range_m / (2.0 * EARTH_RADIUS_M))

    def time_at(self, before_target_m: float) -> float:
        """When the ground range left is `before_target_m`."""
        angle = (self.ground_range_m / 2.0 - before_target_m) / EARTH_RADIUS_M
        return self.apogee_s + self.from_apogee_s(angle)

    @cached_property
    def start_s(self) -> float:
        return self.time_at(min(self.shown_from_m, self.ground_range_m))

    @cached_property
    def end_s(self) -> float:
        return self.time_at(self.stops_at_m)

    @property
    def knots_s(self) -> tuple[float, ...]:
        return (self.start_s, self.end_s)

    @cached_property
    def fastest_mps(self) -> float:
        # Lowest is fastest, and an arc is lowest at an end.
        return max(math.hypot(*self.velocity(time_s)) for time_s in self.knots_s)

    def polar(self, time_s: float) -> tuple[float, float, float, float]:
        """Angle past the apogee, distance from the earth's centre, and the rates of both."""
        a, e, n = self.ellipse
        mean = n * (time_s - self.apogee_s)
        past = mean / (1.0 + e)
        for _ in range(60):
            step = (past + e * math.sin(past) - mean) / (1.0 + e * math.cos(past))
            past -= step
            if abs(step) < 1e-15:
                break
        r = a * (1.0 + e * math.cos(past))
        angle = 2.0 * math.atan(math.sqrt((1.0 - e) / (1.0 + e)) * math.tan(past / 2.0))
        past_rate = n / (1.0 + e * math.cos(past))
        r_rate = -a * e * math.sin(past) * past_rate
        angle_rate = a * a * n * math.sqrt(1.0 - e * e) / (r * r)
        return angle, r, angle_rate, r_rate

    def position(self, time_s: float) -> Point:
        angle, r, _, _ = self.polar(time_s)
        left = self.ground_range_m / 2.0 - EARTH_RADIUS_M * angle
        x, y, h = self.target
        return (x + left * math.sin(self.from_rad), y + left * math.cos(self.from_rad), h + r - EARTH_RADIUS_M)

    def velocity(self, time_s: float) -> Point:
        _, _, angle_rate, r_rate = self.polar(time_s)
        nearer = EARTH_RADIUS_M * angle_rate
        return (-nearer * math.sin(self.from_rad), -nearer * math.cos(self.from_rad), r_rate)
