"""What the reference plays: plain records of its own, SI units, angles in radians, east-north-up on a flat map."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from scipy.optimize import brentq
from scipy.special import chndtr

from reference.routes import EARTH_RADIUS_M, Point, Route

Sight: TypeAlias = Callable[["Unit", Point], bool]
"""Whether nothing stands between a unit's antenna and a point."""


@dataclass(frozen=True)
class Threat:
    """One thing that comes. `target` names an asset or a unit, `value` is the asset's."""

    name: str
    route: Route
    threat_class: str = "drone"
    rcs_m2: float = 1.0
    value: float = 1.0
    target: str = ""
    own_failure_p: float = 0.0
    decoy: bool = False
    silences_p: float = 0.0


@dataclass(frozen=True)
class Limits:
    """Where a sensor can see at all, sight aside. `sector` is a bearing and the half width about it."""

    range_m: float = math.inf
    elevation_min_rad: float = -math.pi / 2
    elevation_max_rad: float = math.pi / 2
    sector: tuple[float, float] | None = None


@dataclass(frozen=True)
class Tracking:
    """Firm after `m` detections in the last `n` looks, dropped after `k` misses in a row."""

    period_s: float
    m: int = 3
    n: int = 5
    k: int = 5


@dataclass(frozen=True)
class Radar:
    """A search radar; one look at `ref_range_m` finds `ref_rcs_m2` with `pd_at_ref`."""

    tracking: Tracking
    ref_range_m: float
    ref_rcs_m2: float = 1.0
    pd_at_ref: float = 0.8
    p_false_alarm: float = 1e-6
    fluctuation: Literal["swerling0", "swerling1", "swerling3"] = "swerling1"
    limits: Limits = Limits()
    least_radial_mps: float = 0.0
    loss_db_per_m: float = 0.0

    def pd_of_snr(self, snr: float) -> float:
        if self.fluctuation == "swerling1":
            return float(self.p_false_alarm ** (1.0 / (1.0 + snr)))
        t = -math.log(self.p_false_alarm)
        if self.fluctuation == "swerling3":
            return (1.0 + 2.0 * snr * t / (2.0 + snr) ** 2) * math.exp(-2.0 * t / (2.0 + snr))
        return 1.0 if snr > 1e4 else float(1.0 - chndtr(2.0 * t, 2.0, 2.0 * snr))

    @cached_property
    def ref_snr(self) -> float:
        return float(brentq(lambda snr: self.pd_of_snr(snr) - self.pd_at_ref, 1e-9, 1e9, xtol=1e-12, rtol=1e-14))

    def pd(self, threat: Threat, range_m: float) -> float:
        """Of one look, in sight and within the limits. Losses are relative to clear air at the reference range."""
        loss_db = 2.0 * self.loss_db_per_m * (range_m - self.ref_range_m)
        ratio = (self.ref_range_m / range_m) ** 4 * threat.rcs_m2 / self.ref_rcs_m2
        return self.pd_of_snr(self.ref_snr * ratio * 10.0 ** (-loss_db / 10.0))


@dataclass(frozen=True)
class LookSensor:
    """A generic sensor: within its range one look finds with a probability by class; sound needs no sight."""

    tracking: Tracking
    limits: Limits
    p_look: Mapping[str, float]
    needs_sight: bool = True
    least_radial_mps: float = 0.0

    def pd(self, threat: Threat, range_m: float) -> float:
        """The same at every range within the limit."""
        return self.p_look.get(threat.threat_class, 0.0)


@dataclass(frozen=True)
class FireControl:
    """What a launch needs. `ref_rcs_m2` 0: its range does not depend on the echo."""

    limits: Limits
    ref_rcs_m2: float = 0.0
    n_sectors: int = 1
    channels_per_sector: int | None = None
    facing_rad: float = 0.0

    def range_m(self, threat: Threat) -> float:
        if self.ref_rcs_m2 == 0.0:
            return self.limits.range_m
        return self.limits.range_m * float((threat.rcs_m2 / self.ref_rcs_m2) ** 0.25)


@dataclass(frozen=True)
class Weapon:
    """A missile or a gun. A shot is one missile, or one burst of `rounds_per_shot`, the last of which leaves late.

    Heights are above `ground_m` of the unit. Speed is `speed_max_mps` at once and decays as drag does, so that the mean
    over `speed_mean_over_m` is `speed_mean_mps`. The kill probability falls evenly with range to `pk_far_frac` of
    itself at the greatest range.
    """

    kind: Literal["missile", "gun"]
    pk: Mapping[str, float]
    range_max_m: float
    rounds: int
    speed_max_mps: float
    range_min_m: float = 0.0
    height_min_m: float = -math.inf
    height_max_m: float = math.inf
    target_speed_max_mps: float = math.inf
    speed_mean_mps: float | None = None
    speed_mean_over_m: float = 0.0
    rounds_per_shot: int = 1
    burst_s: float = 0.0
    salvo: int = 1
    pk_far_frac: float = 1.0
    command: bool = False
    spare_rounds: int = 0
    reload_s: float = math.inf

    @cached_property
    def decay_per_m(self) -> float:
        """v(s) = v_max exp(-decay s)."""
        mean, over = self.speed_mean_mps, self.speed_mean_over_m
        if mean is None or mean >= self.speed_max_mps or over <= 0.0:
            return 0.0
        ratio = self.speed_max_mps / mean
        return float(brentq(lambda x: math.expm1(x) / x - ratio, 1e-9, 50.0, xtol=1e-14)) / over

    @cached_property
    def slowest_mps(self) -> float:
        """At the greatest range; beyond it, where nothing is hit, the speed stays."""
        return self.speed_max_mps * math.exp(-self.decay_per_m * self.range_max_m)

    def flight_s(self, distance_m: float) -> float:
        """Time to a distance."""
        if self.decay_per_m == 0.0:
            return distance_m / self.speed_max_mps
        within = min(distance_m, self.range_max_m)
        time_s = math.expm1(self.decay_per_m * within) / (self.decay_per_m * self.speed_max_mps)
        return time_s + max(distance_m - self.range_max_m, 0.0) / self.slowest_mps

    def shape(self, range_m: float) -> float:
        """What range leaves of the kill probability."""
        return 1.0 - (1.0 - self.pk_far_frac) * min(range_m / self.range_max_m, 1.0)


@dataclass(frozen=True)
class Jammer:
    """What comes within the range, in sight, is thrown off once with a probability by class."""

    range_m: float
    p_effect: Mapping[str, float]


@dataclass(frozen=True)
class Unit:
    """One deployed system; `at` is its antenna. Channels are shared by its weapons unless guns have their own."""

    name: str
    at: Point
    search: Radar | LookSensor | None = None
    fire_control: FireControl | None = None
    weapons: tuple[Weapon, ...] = ()
    jammer: Jammer | None = None
    channels: int = 1
    gun_channels: int | None = None
    reaction_s: float = 0.0
    assessment_s: float = 0.0
    network: str = ""
    availability: float = 1.0
    ground_m: float = 0.0


@dataclass(frozen=True)
class Doctrine:
    """How a network spends what it has."""

    salvo: Mapping[str, int] = field(default_factory=dict)
    keep: Mapping[str, int] = field(default_factory=dict)
    least_pk: float = 0.0
    rank: Literal["time", "value"] = "time"
    knows_route: bool = False


@dataclass(frozen=True)
class Network:
    """What binds units."""

    delay_s: float = 0.0
    availability: float = 1.0
    doctrine: Doctrine = Doctrine()


@dataclass(frozen=True)
class Case:
    """One raid to play, with everything that no dice decide. `step_s` is the grain of the search for windows.

    An asset is (east, north, radius).
    """

    threats: tuple[Threat, ...]
    units: tuple[Unit, ...]
    sight: Sight
    networks: Mapping[str, Network] = field(default_factory=dict)
    doctrine: Doctrine = Doctrine()
    common_mode: float = 0.0
    threat_common_mode: float = 0.0
    assets: tuple[tuple[float, float, float], ...] = ()
    ground_m: float = 0.0
    step_s: float = 0.25


def open_sky(unit: Unit, point: Point) -> bool:
    """Nothing hides anything."""
    return True


def flat_earth(k: float = 4.0 / 3.0) -> Sight:
    """The horizon of a smooth earth of radius k R: d = sqrt(2 k R) (sqrt h1 + sqrt h2), heights above the ground."""
    reach = math.sqrt(2.0 * k * EARTH_RADIUS_M)

    def sight(unit: Unit, point: Point) -> bool:
        up = max(unit.at[2] - unit.ground_m, 0.0)
        over = point[2] - unit.ground_m
        if over < 0.0:
            return False
        flat = math.hypot(point[0] - unit.at[0], point[1] - unit.at[1])
        return flat <= reach * (math.sqrt(up) + math.sqrt(over))

    return sight


@dataclass(frozen=True)
class Wall:
    """Hides, from one unit, what is farther than `beyond_m`, between two bearings and under an elevation."""

    unit: str
    bearing_from_rad: float
    bearing_to_rad: float
    beyond_m: float
    under_rad: float

    def hides(self, unit: Unit, point: Point) -> bool:
        if unit.name != self.unit:
            return False
        flat = math.hypot(point[0] - unit.at[0], point[1] - unit.at[1])
        if flat <= self.beyond_m or math.atan2(point[2] - unit.at[2], flat) >= self.under_rad:
            return False
        width = (self.bearing_to_rad - self.bearing_from_rad) % (2.0 * math.pi)
        return (bearing(unit.at, point) - self.bearing_from_rad) % (2.0 * math.pi) < width


def with_walls(sight: Sight, walls: tuple[Wall, ...]) -> Sight:
    """The same sight, less what the walls hide."""

    def walled(unit: Unit, point: Point) -> bool:
        return sight(unit, point) and not any(wall.hides(unit, point) for wall in walls)

    return walled


def bearing(a: Point, b: Point) -> float:
    """From `a` to `b`, clockwise from north, in [0, 2 pi)."""
    return math.atan2(b[0] - a[0], b[1] - a[1]) % (2.0 * math.pi)


def within(limits: Limits, range_m: float, at: Point, point: Point) -> bool:
    """Whether a point is inside a sensor's range, elevation limits and sector. Curvature is in sight alone."""
    apart = math.dist(at, point)
    if apart > range_m:
        return False
    if apart > 0.0:
        elevation = math.asin((point[2] - at[2]) / apart)
        if not limits.elevation_min_rad <= elevation <= limits.elevation_max_rad:
            return False
    if limits.sector is None:
        return True
    middle, half = limits.sector
    off = (bearing(at, point) - middle + math.pi) % (2.0 * math.pi) - math.pi
    return abs(off) <= half
