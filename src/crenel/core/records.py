"""The frozen records that pass between the layers.

Everything is SI; angles are radians. Degrees, kilometres and knots live only in files, on the command line and in
reports. A record that carries published numbers is generic in what a number is: `Scenario[Bracket]` is what a file
says, with sources and doubt; `Scenario[float]`, called `Case`, is one resolved point of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, Literal, TypeAlias

from crenel.core.bracket import CAME_DOWN as CAME_DOWN
from crenel.core.bracket import CAUSES as CAUSES
from crenel.core.bracket import CLASSES as CLASSES
from crenel.core.bracket import EVIDENCE as EVIDENCE
from crenel.core.bracket import FATES as FATES
from crenel.core.bracket import GRADES as GRADES
from crenel.core.bracket import Bracket as Bracket
from crenel.core.bracket import EvidenceStatus as EvidenceStatus
from crenel.core.bracket import F as F
from crenel.core.bracket import FloatArray as FloatArray
from crenel.core.bracket import GeoPoint as GeoPoint
from crenel.core.bracket import Grade as Grade
from crenel.core.bracket import IntArray as IntArray
from crenel.core.bracket import SensorKind as SensorKind
from crenel.core.bracket import Source as Source
from crenel.core.bracket import Span as Span
from crenel.core.bracket import ThreatClass as ThreatClass
from crenel.core.ground import FlatTerrain as FlatTerrain
from crenel.core.ground import HeightModel as HeightModel
from crenel.core.ground import LandFiles as LandFiles
from crenel.core.ground import RasterTerrain as RasterTerrain
from crenel.core.ground import Surface as Surface
from crenel.core.ground import Weather as Weather
from crenel.core.network import Doctrine as Doctrine
from crenel.core.network import Network as Network
from crenel.core.raid import Group as Group
from crenel.core.raid import Threat as Threat

# --- what defends ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Radar(Generic[F]):
    """A search radar.

    `search_range_m` is the range at which one look detects a target of `ref_rcs_m2` with probability `pd_at_ref`.
    A track is firm after `confirm_m` detections in `confirm_n` looks and dropped after `drop_k` misses in a row.
    It looks `sector_rad` wide about its unit's facing (None: all around), misses what comes nearer or goes away more
    slowly than `radial_speed_min_mps` (None: nothing), and without a `frequency_hz` no weather or surface can be told.
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
    frequency_hz: F | None = None
    sector_rad: F | None = None
    radial_speed_min_mps: F | None = None


@dataclass(frozen=True, slots=True)
class Sensor(Generic[F]):
    """A search sensor that is no radar: one look finds a threat within `range_m` with the `p_look` of its class.

    The range does not depend on the radar echo. Tracks are made as for a `Radar`, and so is the sector. One that does
    not need sight (sound goes round corners) finds what stands behind a hill as well.
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
    sector_rad: F | None = None


@dataclass(frozen=True, slots=True)
class Jammer(Generic[F]):
    """Soft kill over an area: a threat that comes within `range_m`, in sight, is thrown off once with `p_effect`."""

    range_m: F
    p_effect: Mapping[ThreatClass, F]


@dataclass(frozen=True, slots=True)
class FireControl(Generic[F]):
    """The sensor that a launch needs: `range_m` against `ref_rcs_m2`, and its elevation limits.

    A `ref_rcs_m2` of 0 says that the range does not depend on the radar echo, as with optics. Tracking radars that look
    different ways share the circle in `n_sectors` equal parts, the first about the unit's facing, and each runs at most
    `channels_per_sector` of the unit's engagements; None is no limit but the unit's own. Frequency and sector are as
    for a `Radar`.
    """

    range_m: F
    ref_rcs_m2: float
    elevation_min_rad: F
    elevation_max_rad: F
    n_sectors: int = 1
    channels_per_sector: F | None = None
    frequency_hz: F | None = None
    sector_rad: F | None = None


@dataclass(frozen=True, slots=True)
class Missile(Generic[F]):
    """A missile and its launcher: envelope, speed profile, ready rounds, and kill probability per round by class.

    `speed_max_mps` is reached at once and decays so that the mean over the first `speed_mean_over_m` is
    `speed_mean_mps`; equal speeds mean constant speed. Command guidance needs sight from launch to intercept, homing
    does not. Of its kill probability `pk_at_range_max_frac` is left at the edge (None: all). When no round is left,
    `spare_rounds` are loaded, as many as there is room for, which takes `reload_s`; None: nobody reloads.
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
    guidance: Literal["command", "homing"] = "command"
    pk_at_range_max_frac: F | None = None
    spare_rounds: F | None = None
    reload_s: F | None = None


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

    `presence` is the probability that it stands there at all; None: that is what the question supposes. `on_building`
    names the building whose roof it stands on, empty for whichever is under it: `mounted_m` is then that roof's height,
    and NaN until the buildings are read. `availability` is the probability that it works that night (None: it does).
    What is aimed at it has reached it within `radius_m` (None: nothing is aimed at it).
    `facing_rad` is where the middle of its sectors looks, clockwise from north; None: nobody says, and it looks all
    around.
    `parapet_m` is how high a wall stands along the edge of that roof.
    """

    name: str
    system: System[F]
    at: GeoPoint
    mounted_m: F
    network: str
    evidence: Evidence
    presence: F | None = None
    on_building: str | None = None
    availability: F | None = None
    radius_m: F | None = None
    facing_rad: float | None = None
    parapet_m: float = 0.0


# --- where, what for, and the whole ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BuildingFiles(Generic[F]):
    """Files of footprints. A building without a height is `height_missing_m` high, one with floors `floor_m` each."""

    paths: tuple[str, ...]
    height_missing_m: F
    floor_m: F
    attribution: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Place(Generic[F]):
    """Centre, extent, ground and air. `earth_factor` is k of the effective earth radius (4/3: standard refraction).

    `surface` is what radar waves meet below: rough ground sends nothing back, flat ground and sea mirror.
    """

    centre: GeoPoint
    radius_m: float
    terrain: FlatTerrain | RasterTerrain
    earth_factor: float = 4.0 / 3.0
    buildings: BuildingFiles[F] | None = None
    land: LandFiles | None = None
    weather: Weather[F] | None = None
    surface: Surface = "rough"


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
class CoverAsk(Generic[F]):
    """How coverage is asked; what is empty, zero or None is left to defaults. An alarm takes `decide_s`, `act_s`."""

    threats: tuple[Threat[F], ...] = ()
    heights_m: tuple[float, ...] = ()
    cell_m: float = 0.0
    sector_rad: float = 0.5235987755982988
    starts_m: Span | None = None
    decide_s: Span | None = None
    act_s: float = 0.0
    required_s: float = 0.0
    required_heights_m: Span | None = None


@dataclass(frozen=True, slots=True)
class Scenario(Generic[F]):
    """One scenario: place, defence, assets, raid, study.

    Kills are not independent: what makes one round miss may make all miss. `common_mode_frac` is the correlation that
    all shots of a raid share, `common_mode_threat_frac` that of the shots at one threat; None is independence. Units of
    no declared network follow `doctrine`.
    """

    name: str
    title: str
    when: str
    place: Place[F]
    units: tuple[Unit[F], ...]
    assets: tuple[Asset, ...]
    groups: tuple[Group[F], ...]
    study: Study
    rcs_pass_sigma_db: F
    cover: CoverAsk[F] = field(default_factory=CoverAsk)
    networks: Mapping[str, Network[F]] = field(default_factory=lambda: MappingProxyType({}))
    doctrine: Doctrine = field(default_factory=Doctrine)
    common_mode_frac: F | None = None
    common_mode_threat_frac: F | None = None
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
