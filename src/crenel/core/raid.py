"""What attacks: types of threat, and the groups in which they come."""

from dataclasses import dataclass
from typing import Generic, Literal

from crenel.core.bracket import F, GeoPoint, Span, ThreatClass


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
    evenly from `within_s` seconds, which begin `after_s` into the raid's arrival period. In `waves`, each an equal
    share of the group, those seconds begin anew every `wave_every_s`. The way leads over the points of `via`, if any,
    and the height is above the ground or above the sea. Decoys are counted apart. What is aimed `to` a unit, and
    reaches it, silences it with probability `silences_frac`. `note` and `sources` say where the number comes from, if
    not from the scenario itself.
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
    via: tuple[GeoPoint, ...] = ()
    height_above: Literal["ground", "sea"] = "ground"
    waves: int = 1
    wave_every_s: float = 0.0
    decoy: bool = False
    silences_frac: F | None = None
