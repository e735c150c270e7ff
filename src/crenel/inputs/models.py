"""The scenario file format: what may be written under which key. These descriptions are its manual."""

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, model_validator

from crenel.core.records import GRADES, Grade
from crenel.inputs.cover_part import CoverPart
from crenel.inputs.doubt_part import Chance, Correlated
from crenel.inputs.errors import TextError
from crenel.inputs.evidence_part import EvidencePart
from crenel.inputs.fields import (
    AssetRadius,
    AtLeastOne,
    Building,
    Count,
    CrossSection,
    Day,
    Directions,
    Distance,
    Distances,
    Duration,
    Elevation,
    Facing,
    Flight,
    Floors,
    Frequency,
    GunRounds,
    Mounting,
    Name,
    Note,
    Point,
    Probability,
    RadialSpeed,
    Reach,
    Sectors,
    Seed,
    Speed,
    Threats,
    Title,
    Value,
    Version,
    Waves,
    Width,
    YesNo,
)
from crenel.inputs.network_part import DoctrinePart, NetworkPart
from crenel.inputs.parts import Part, one_of
from crenel.inputs.place_part import PlacePart

MOST_UNITS: Final = 1000
MOST_TURNS: Final = 20


class SourcePart(Part):
    """Where something was read. Units cite it by its key."""

    title: Title
    """Title of the article, page or document."""
    publisher: Title = ""
    """Who published it."""
    date: Day = ""
    """When it was published: year, month, day."""
    address: Note = ""
    """Web address, or where a copy is kept."""


# --- what defends ----------------------------------------------------------------------------------------------------


class MountedPart(Part):
    """How high a unit stands above the ground: exactly one of height, roof, floors, building."""

    height: Mounting | None = None
    """Height of what it stands on."""
    roof: Mounting | None = None
    """Height of the roof it stands on."""
    floors: Floors | None = None
    """Floors of the building it stands on, taken at 3.25 m each (3.0 to 3.5 m)."""
    building: Building | None = None
    """Name of the building it stands on, in the place's buildings: its roof height is taken, known as well as it is
    there. An empty text stands for whichever building is under the unit's position, as does `mounted: building`."""
    parapet: Mounting | None = None
    """Height of the wall along the edge of that roof, above the roof: it hides what a bare edge would not. None unless
    said; only where a building of the place's files is set on the ground there."""
    grade: Annotated[Grade, *one_of(*GRADES)] = "estimate"
    """How the height is known."""
    note: Note = ""
    """Anything a reader should know about it."""

    @model_validator(mode="after")
    def _is_one(self) -> "MountedPart":
        if sum(given is not None for given in (self.height, self.roof, self.floors, self.building)) != 1:
            raise TextError("wants exactly one of height, roof, floors, building", example="{floors: 9}")
        return self


def _mounted(written: object) -> object:
    if not isinstance(written, str):
        return written
    short = {"ground": {"height": "0 m"}, "building": {"building": ""}}
    return short.get(written.strip().casefold(), {"height": written})


def _evidence(written: object) -> object:
    return {"status": written} if isinstance(written, str) else written


class UnitSettings(Part):
    """Figures of the catalogue overridden for this unit, each an assumption of yours."""

    channels: AtLeastOne | None = None
    """Engagements that it can run at a time."""
    reaction: Duration | None = None
    """From a firm track in its own picture to its first launch."""
    assessment: Duration | None = None
    """How long a channel stays busy after an intercept, to see what came of it."""
    antenna_height: Mounting | None = None
    """Height of the radar antenna above what the unit stands on."""
    search_range: Reach | None = None
    """Range of the search radar against the reference target of its catalogue entry, 1 m² where it has none."""
    instrumented_range: Reach | None = None
    """Farthest range that the search radar shows at all."""
    scan_period: Duration | None = None
    """Time between two looks of the search radar at one direction."""
    pd_at_ref: Probability | None = None
    """Probability that one look detects the reference target at `search_range`."""
    frequency: Frequency | None = None
    """Frequency of the search radar. Without one, no loss in rain and no mirror below can be told."""
    sector: Width | None = None
    """How wide its search radar or other sensor looks, about the unit's `facing`; 360 deg is all around."""
    elevation_min: Elevation | None = None
    """Lowest elevation of its search radar or other sensor."""
    elevation_max: Elevation | None = None
    """Highest elevation of its search radar or other sensor; above it lies the cone of silence."""
    radial_speed_min: RadialSpeed | None = None
    """The search radar misses what comes nearer, or goes away, more slowly than this."""
    fire_control_frequency: Frequency | None = None
    """Frequency of the fire-control radar."""
    fire_control_sector: Width | None = None
    """How wide the fire-control sensor looks, about the unit's `facing`."""
    fire_control_range: Reach | None = None
    """Range of the fire-control sensor against the reference target of its catalogue entry, 1 m² where it has none."""
    fire_control_sectors: Sectors | None = None
    """Tracking radars that share the circle in equal parts, the first about the unit's `facing`, or north. Left out,
    one for all."""
    channels_per_sector: AtLeastOne | None = None
    """Engagements that each tracking radar can run at a time; left out, only `channels` limits them."""
    pk: Probability | None = None
    """Kill probability of each missile and each burst, against every class of threat."""
    missile_pk: Probability | None = None
    """Kill probability of each missile, against every class; beats `pk`."""
    gun_pk: Probability | None = None
    """Kill probability of each burst at short range, against every class; beats `pk`."""
    rounds: Count | None = None
    """Missiles ready to fire."""
    salvo: AtLeastOne | None = None
    """Missiles fired at a threat before looking again."""
    missile_range: Reach | None = None
    """Farthest intercept by missile."""
    missile_range_min: Distance | None = None
    """Nearest intercept by missile."""
    missile_height: Reach | None = None
    """Highest intercept by missile."""
    missile_height_min: Distance | None = None
    """Lowest intercept by missile."""
    missile_speed: Speed | None = None
    """Speed of the missile, constant."""
    missile_pk_at_range_max: Probability | None = None
    """Share of its kill probability that a missile has left at its farthest intercept; left out, all of it."""
    missile_guidance: Annotated[Literal["command", "homing"] | None, *one_of("command", "homing")] = None
    """`command`: a missile needs sight of its target from the unit until it meets it. `homing`: it does not."""
    spare_rounds: Count | None = None
    """Missiles to reload with, once none is left; it takes `reload`."""
    reload: Duration | None = None
    """Time to reload; nobody reloads without `spare_rounds`."""
    gun_range: Reach | None = None
    """Farthest intercept by gun."""
    gun_height: Reach | None = None
    """Highest intercept by gun."""
    gun_rounds: GunRounds | None = None
    """Gun rounds carried."""


class UnitPart(Part):
    """One deployed system at one position."""

    unit: Name
    """Its name; no two units share one."""
    system: Name
    """Key of the catalogue: `crenel catalogue` lists them."""
    at: Point
    """Position, latitude first; a map link will do."""
    mounted: Annotated[MountedPart | None, BeforeValidator(_mounted)] = None
    """What it stands on: `ground`, a height, `building` (the one under it), or keys that say more. Left out, it is
    taken to stand on the ground."""
    facing: Facing | None = None
    """Which way the middle of its sector looks, clockwise from north: `45 deg`; or `all`, for one that is turned to
    where it is needed. It matters for sensors that look into a sector; left out, they are taken to look all around."""
    network: Name = ""
    """Units of one network share tracks; without one, a unit is blind to all others. Where the scenario has `networks`,
    one of those."""
    availability: Chance = None
    """Probability that it works in a raid: `0.9`, a range, or keys. Left out, it works; 0: it never does."""
    radius: AssetRadius | None = None
    """A threat aimed `to` this unit has reached it this near; left out, 100 m (30 to 300 m), an assumption."""
    evidence: Annotated[EvidencePart, BeforeValidator(_evidence)] = EvidencePart(status="assumed")
    """How anyone knows that it stands there; left out, it is assumed."""
    set: UnitSettings = UnitSettings()
    """Figures of the catalogue that you override."""


# --- what is defended, what attacks, how it is asked -----------------------------------------------------------------


class AssetPart(Part):
    """What is defended."""

    name: Name
    """Its name; no two assets share one. The raid aims at names."""
    at: Point
    """Position, latitude first."""
    radius: AssetRadius
    """A threat that comes this near has got through."""
    value: Value = 1.0
    """How much it counts beside the other assets."""


class GroupSettings(Part):
    """Figures of the catalogue overridden for this group, each an assumption of yours."""

    speed: Speed | None = None
    """Speed over ground."""
    rcs: CrossSection | None = None
    """Radar cross-section."""
    own_failure: Probability | None = None
    """Share that fails by itself on the way."""
    height: Reach | None = None
    """Height above ground."""
    apogee: Reach | None = None
    """Highest point of a ballistic path."""
    range: Reach | None = None
    """Length of a ballistic path over ground."""


class GroupPart(Part):
    """Threats of one type that come together."""

    name: Name | None = None
    """Its name; left out, the threat's key, with -2, -3 where it repeats."""
    threat: Name = ""
    """Key of the catalogue: `crenel catalogue` lists them. A published night says itself what comes."""
    count: Threats | None = None
    """How many come."""
    as_published: Name = ""
    """Instead of a count: a published night (`2024-11-17-ukraine`), the largest night of a month (`2024-11-ukraine`),
    or, with a threat, a year (`2024`: its median raid). `crenel catalogue --raids` lists them."""
    share: Probability = 1.0
    """The part of a published raid that comes here; of each threat at least one comes."""
    to: Name
    """Name of the asset, or of the unit, that they fly to."""
    silences: Chance = None
    """Aimed at a unit, where it must be said: the probability that one that reaches it silences it for the rest of the
    raid."""
    from_: Directions = Field(alias="from")
    """Directions that they come from, clockwise from north, as seen from the target: `150..240 deg`, or `all`."""
    starts: Distances | None = None
    """How far from the target they first exist. A ballistic threat may leave it out: its published range is taken."""
    via: Annotated[list[Point], Field(min_length=1, max_length=MOST_TURNS)] | None = None
    """Points that their way leads over, from the start to the target, in this order; left out, straight on."""
    height: Flight | None = None
    """Height above ground, or `above sea`; each threat keeps its own within the range. Left out, the catalogue's
    bracket, above ground."""
    within: Duration = 0.0
    """They arrive spread evenly over this time; left out, all at once."""
    after: Duration = 0.0
    """This long into the raid's arrivals."""
    waves: Waves = 1
    """They come in this many waves of equal size, each spread over `within`."""
    every: Duration | None = None
    """Time from the beginning of one wave to that of the next."""
    decoy: YesNo = False
    """Whether they are decoys, which are counted apart."""
    set: GroupSettings = GroupSettings()
    """Figures of the catalogue that you override."""

    @model_validator(mode="after")
    def _is_one(self) -> "GroupPart":
        if (self.count is None) == (not self.as_published):
            raise TextError(
                "wants a count, or a published raid instead of it", example="{threat: shahed-136, count: 12}"
            )
        if self.count is not None and not self.threat:
            raise TextError("counts threats, but not which", example="{threat: shahed-136, count: 12}")
        return self


class PicturePart(Part):
    """What the map of the report is drawn for."""

    threat: Name = ""
    """Key of the catalogue; left out, the raid's most numerous threat."""
    height: Reach | None = None
    """Height above ground; left out, the middle of what the raid flies at."""


class StudyPart(Part):
    """How the question is asked."""

    seed: Seed = 1
    """Which dice: the default of `--seed`."""
    picture: PicturePart = PicturePart()
    """What the map of the report is drawn for."""


class ScenarioPart(Part):
    """A crenel scenario: a place, what defends it, what comes, and how the question is asked."""

    crenel: Version
    """Version of this file format: 1."""
    title: Title
    """One line that says what the scenario is."""
    when: Day = ""
    """The day it is about: year, month, day."""
    note: Note = ""
    """Anything a reader should know first."""
    place: PlacePart
    """Where it happens, and what the ground is like."""
    catalogue: Name = ""
    """A catalogue folder of your own, beside this file: its systems and threats extend or replace what ships."""
    sources: Annotated[dict[str, SourcePart], Field(default_factory=dict)]
    """What is cited, by key."""
    defence: Annotated[list[UnitPart], Field(max_length=MOST_UNITS)]
    """The units. An empty list is an undefended place."""
    networks: Annotated[dict[str, NetworkPart], Field(default_factory=dict)]
    """What binds units, by name. Left out, each name that units give is a network that works, without delay."""
    doctrine: DoctrinePart = DoctrinePart()
    """How units spend what they have."""
    common_mode: Correlated = None
    """What makes one shot miss may make all miss: the correlation that all shots of a raid share, 0 to 0.9, or a range
    of it. Left out, 0.05 (0 to 0.2), an assumption; at 0 they are independent."""
    common_mode_threat: Correlated = None
    """The correlation that the shots at one threat share on top; left out, 0."""
    assets: Annotated[list[AssetPart], Field(min_length=1, max_length=MOST_UNITS)]
    """What is defended."""
    raid: Annotated[list[GroupPart], Field(min_length=1, max_length=MOST_UNITS)]
    """What comes, group by group; 10,000 threats at most."""
    cover: CoverPart = CoverPart()
    """What `crenel cover` is asked; everything in it may be left out."""
    study: StudyPart = StudyPart()
    """How the question is asked."""
