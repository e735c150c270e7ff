"""The frozen records that pass between the layers.

Everything is SI; angles are radians. Degrees, kilometres and knots live only in files, on the command line and in
reports. A record that carries published numbers is generic in what a number is: `Scenario[Bracket]` is what a file
says, with sources and doubt; `Scenario[float]`, called `Case`, is one resolved point of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Generic, Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]

Grade: TypeAlias = Literal["measured", "manufacturer", "press", "secondary", "estimate", "assumption"]
EvidenceStatus: TypeAlias = Literal["official", "verified", "pictured", "reported", "claimed", "assumed"]
ThreatClass: TypeAlias = Literal["drone", "small_drone", "cruise", "ballistic", "aircraft"]
SensorKind: TypeAlias = Literal["optics", "radio", "acoustic"]

GRADES: Final = ("measured", "manufacturer", "press", "secondary", "estimate", "assumption")
"""Best first. The scenario's own words carry no grade: they are what the question is about."""

EVIDENCE: Final = ("official", "verified", "pictured", "reported", "claimed", "assumed")
"""The evidence ladder, firmest first."""

CLASSES: Final = ("drone", "small_drone", "cruise", "ballistic", "aircraft")

FATES: Final = ("missile", "gun", "soft_kill", "own_failure", "leaked")
"""What became of a threat; outcome tables store the index."""

CAUSES: Final = ("missed", "unseen", "undetected", "out_of_reach", "too_late", "saturated", "held", "no_rounds")
"""Why a leaker leaked; outcome tables store the index, and -1 for a threat that did not leak."""


@dataclass(frozen=True, slots=True)
class Bracket:
    """One figure: what it is taken to be, how far it may be off, and who says so.

    `figure` names it across the whole study ("pantsir-s1.missile.range_max"): units of one type share it, and a doubt
    about it. `unit` is the SI unit of the three numbers. An assumption's `note` gives its reason.
    """

    value: float
    low: float
    high: float
    figure: str
    unit: str
    grade: Grade
    sources: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_doubtful(self) -> bool:
        """Whether the figure has any width."""
        return self.high > self.low


F = TypeVar("F", Bracket, float)
"""What a number is: a `Bracket` in a scenario, a plain float in a resolved case."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was read."""

    key: str
    title: str
    publisher: str = ""
    date: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class GeoPoint:
    """A position on WGS 84."""

    lat_rad: float
    lon_rad: float


@dataclass(frozen=True, slots=True)
class Span:
    """A range that the user stated. Each pass draws its own value, evenly; low = high is a fixed value."""

    low: float
    high: float


# --- what defends ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Radar(Generic[F]):
    """A search radar.

    `search_range_m` is the range at which one look detects a target of `ref_rcs_m2` with probability `pd_at_ref`.
    A track is firm after `confirm_m` detections in `confirm_n` looks and dropped after `drop_k` misses in a row.
    """

    search_range_m: F
    ref_rcs_m2: float
    pd_at_ref: F
    p_false_alarm: float
    instrumented_range_m: F
    scan_period_s: F
    elevation_min_rad: F
    elevation_max_rad: F
    fluctuation: Literal["swerling0", "swerling1", "swerling3"]
    confirm_m: int
    confirm_n: int
    drop_k: int


@dataclass(frozen=True, slots=True)
class Sensor(Generic[F]):
    """A search sensor that is no radar: one look finds a threat within `range_m` with the `p_look` of its class.

    The range does not depend on the radar echo. Tracks are made as for a `Radar`. One that does not need sight
    (sound goes round corners) finds what stands behind a hill as well.
    """

    kind: SensorKind
    range_m: F
    p_look: Mapping[ThreatClass, F]
    look_period_s: F
    elevation_min_rad: F
    elevation_max_rad: F
    needs_sight: bool
    confirm_m: int
    confirm_n: int
    drop_k: int


@dataclass(frozen=True, slots=True)
class Jammer(Generic[F]):
    """Soft kill over an area: a threat that comes within `range_m`, in sight, is thrown off once with `p_effect`."""

    range_m: F
    p_effect: Mapping[ThreatClass, F]


@dataclass(frozen=True, slots=True)
class FireControl(Generic[F]):
    """The sensor that a launch needs: `range_m` against `ref_rcs_m2`, and its elevation limits.

    A `ref_rcs_m2` of 0 says that the range does not depend on the radar echo, as with optics.
    """

    range_m: F
    ref_rcs_m2: float
    elevation_min_rad: F
    elevation_max_rad: F


@dataclass(frozen=True, slots=True)
class Missile(Generic[F]):
    """A missile and its launcher: envelope, speed profile, ready rounds, and kill probability per round by class.

    `speed_max_mps` is reached at once and decays so that the mean over the first `speed_mean_over_m` is
    `speed_mean_mps`; equal speeds mean constant speed.
    """

    range_min_m: F
    range_max_m: F
    height_min_m: F
    height_max_m: F
    target_speed_max_mps: F
    speed_max_mps: F
    speed_mean_mps: F
    speed_mean_over_m: float
    rounds: F
    salvo: int
    pk: Mapping[ThreatClass, F]


@dataclass(frozen=True, slots=True)
class Gun(Generic[F]):
    """Guns that fire bursts. `pk` is per burst at short range; `pk_at_range_max_frac` of it is left far out."""

    range_min_m: F
    range_max_m: F
    height_max_m: F
    target_speed_max_mps: F
    projectile_speed_mps: F
    rounds: F
    rate_hz: F
    burst_rounds: F
    pk_at_range_max_frac: F
    pk: Mapping[ThreatClass, F]


@dataclass(frozen=True, slots=True)
class System(Generic[F]):
    """What a unit is made of. A channel is one engagement at a time; guns and missiles share them.

    It searches with a `radar` or with a `sensor`, never both; with neither it knows what its network tells it.
    """

    key: str
    name: str
    antenna_height_m: F
    radar: Radar[F] | None
    fire_control: FireControl[F] | None
    missile: Missile[F] | None
    gun: Gun[F] | None
    channels: F
    reaction_s: F
    assessment_s: F
    sensor: Sensor[F] | None = None
    jammer: Jammer[F] | None = None
    unknown: tuple[str, ...] = ()
    origin: str = "catalogue"


@dataclass(frozen=True, slots=True)
class Evidence:
    """How anyone knows that a unit stands where it is said to stand; `admiralty` is a code such as B2, or empty."""

    status: EvidenceStatus
    source: str = ""
    seen: str = ""
    archived: str = ""
    identified: Literal["sure", "likely", "possible"] = "likely"
    position_error_m: float = 0.0
    note: str = ""
    admiralty: str = ""


@dataclass(frozen=True, slots=True)
class Unit(Generic[F]):
    """One deployed system, `mounted_m` above the ground. An empty network name: blind to all others.

    `presence` is the probability that it stands there at all; None: that is what the question supposes.
    """

    name: str
    system: System[F]
    at: GeoPoint
    mounted_m: F
    network: str
    evidence: Evidence
    presence: F | None = None


# --- what attacks ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Threat(Generic[F]):
    """What comes: level at constant speed and height above ground, or on an arc of `apogee_m` over `range_m`."""

    key: str
    name: str
    threat_class: ThreatClass
    motion: Literal["level", "ballistic"]
    speed_mps: F
    height_m: F
    rcs_m2: F
    own_failure_frac: F
    apogee_m: F | None = None
    range_m: F | None = None
    unknown: tuple[str, ...] = ()
    origin: str = "catalogue"


@dataclass(frozen=True, slots=True)
class Group(Generic[F]):
    """Threats of one type that come together.

    Each comes from a bearing within `from_rad` (clockwise from low to high; high may exceed 2 pi), first exists
    `starts_m` from its target, flies straight to it at a height within `height_m`, and arrives at a moment drawn
    evenly from `within_s` seconds, which begin `after_s` into the raid's arrival period. `note` and `sources` say where
    the number comes from, if not from the scenario itself.
    """

    name: str
    threat: Threat[F]
    count: int
    to: str
    from_rad: Span
    starts_m: Span
    height_m: Span
    after_s: float
    within_s: float
    note: str = ""
    sources: tuple[str, ...] = ()


# --- where, what for, and the whole ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FlatTerrain:
    """Flat ground at a stated height: a choice, which every report repeats."""

    height_m: float


@dataclass(frozen=True, slots=True)
class RasterTerrain:
    """A raster file that rasterio reads. `voids` says what to do with cells that have no height."""

    path: str
    datum: str = "as the file"
    voids: Literal["refuse", "fill"] = "refuse"
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Centre, extent and ground. `earth_factor` is k of the effective earth radius (4/3: standard refraction)."""

    centre: GeoPoint
    radius_m: float
    terrain: FlatTerrain | RasterTerrain
    earth_factor: float = 4.0 / 3.0


@dataclass(frozen=True, slots=True)
class Asset:
    """What is defended. A threat that comes within `radius_m` of it has leaked."""

    name: str
    at: GeoPoint
    radius_m: float
    value: float = 1.0


@dataclass(frozen=True, slots=True)
class Study:
    """How the question is asked. `seed` is the default of `--seed`; the picture is drawn for one threat and height."""

    seed: int = 1
    picture_threat: str = ""
    picture_height_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Scenario(Generic[F]):
    """One scenario: place, defence, assets, raid, study."""

    name: str
    title: str
    when: str
    place: Place
    units: tuple[Unit[F], ...]
    assets: tuple[Asset, ...]
    groups: tuple[Group[F], ...]
    study: Study
    rcs_pass_sigma_db: F
    sources: Mapping[str, Source] = field(default_factory=lambda: MappingProxyType({}))
    text: str = ""
    note: str = ""

    @property
    def n_threats(self) -> int:
        """How many threats the raid brings."""
        return sum(group.count for group in self.groups)


Case: TypeAlias = Scenario[float]
"""A scenario with every bracket resolved to one number."""


class CrenelError(Exception):
    """The input is wrong: the message says where, what, and how to mend it. The command line exits with 2."""
