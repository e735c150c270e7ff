"""The scenario file format: what may be written under which key. These descriptions are its manual."""

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, model_validator

from crenel.core.records import GRADES, Grade
from crenel.inputs.errors import TextError
from crenel.inputs.evidence_part import EvidencePart
from crenel.inputs.fields import (
    AssetRadius,
    AtLeastOne,
    Count,
    CrossSection,
    Day,
    Directions,
    Distance,
    Distances,
    Duration,
    EarthFactor,
    Extent,
    Floors,
    GroundHeight,
    GunRounds,
    Heights,
    Mounting,
    Name,
    NoBuildings,
    Note,
    Point,
    Probability,
    Reach,
    Seed,
    Speed,
    Threats,
    Title,
    Value,
    Version,
    ground_height,
)
from crenel.inputs.parts import Part, one_of

MOST_UNITS: Final = 1000


# --- where -----------------------------------------------------------------------------------------------------------


class TerrainPart(Part):
    """The ground: flat at a stated height, or a raster file."""

    flat: GroundHeight | None = None
    """Height of flat ground above the datum. A choice: the report repeats what it hides."""
    file: Name | None = None
    """A raster of heights that GDAL reads (GeoTIFF, HGT, ...), with its path beside this file. `package:NAME.tif` is
    one that ships with crenel."""
    datum: Name = "as the file"
    """What the raster's heights are counted from, such as EGM96."""
    voids: Annotated[Literal["refuse", "fill"], *one_of("refuse", "fill")] = "refuse"
    """What to do with cells without a height: `refuse` stops, `fill` fills them from their neighbours and says so."""
    attribution: Note = ""
    """The credit line that the raster's licence asks for."""

    @model_validator(mode="after")
    def _is_one(self) -> "TerrainPart":
        if (self.flat is None) == (self.file is None):
            raise TextError("wants either a file or a flat height", example="flat 150 m")
        return self


def _terrain(written: object) -> object:
    if not isinstance(written, str):
        return written
    first, _, rest = written.strip().partition(" ")
    if first.casefold() != "flat":
        return {"file": written}
    if not rest.strip():
        raise TextError("says flat, but not how high", example="flat 150 m")
    try:
        ground_height(rest)
    except TextError as error:
        # The short form has no key of its own that the remedy could name.
        raise TextError(error.what, example="flat 150 m") from None
    return {"flat": rest}


class PlacePart(Part):
    """Where it happens, and what the ground is like."""

    centre: Point
    """The middle of the place, latitude first; the map is drawn around it."""
    radius: Extent
    """How far the place reaches. Units and assets stand inside; threats may begin outside."""
    terrain: Annotated[TerrainPart, BeforeValidator(_terrain)]
    """`flat 150 m`, the path of a raster of heights, or keys that say more about the raster."""
    buildings: NoBuildings = "none"
    """Buildings are not read yet: `none` says that no building hides anything."""
    earth_factor: EarthFactor = 4.0 / 3.0
    """k of the effective earth radius, which stands for refraction: 4/3 is the standard atmosphere."""


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
    """How high a unit stands above the ground: exactly one of height, roof, floors."""

    height: Mounting | None = None
    """Height of what it stands on."""
    roof: Mounting | None = None
    """Height of the roof it stands on."""
    floors: Floors | None = None
    """Floors of the building it stands on, taken at 3.25 m each (3.0 to 3.5 m)."""
    grade: Annotated[Grade, *one_of(*GRADES)] = "estimate"
    """How the height is known."""
    note: Note = ""
    """Anything a reader should know about it."""

    @model_validator(mode="after")
    def _is_one(self) -> "MountedPart":
        if sum(given is not None for given in (self.height, self.roof, self.floors)) != 1:
            raise TextError("wants exactly one of height, roof, floors", example="{floors: 9}")
        return self


def _mounted(written: object) -> object:
    if not isinstance(written, str):
        return written
    return {"height": "0 m"} if written.strip().casefold() == "ground" else {"height": written}


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
    fire_control_range: Reach | None = None
    """Range of the fire-control sensor against the reference target of its catalogue entry, 1 m² where it has none."""
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
    """What it stands on: `ground`, a height, or keys that say more. Left out, it is taken to stand on the ground."""
    network: Name = ""
    """Units of one network share tracks; without one, a unit is blind to all others."""
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
    """Name of the asset that they fly to."""
    from_: Directions = Field(alias="from")
    """Directions that they come from, clockwise from north, as seen from the asset: `150..240 deg`, or `all`."""
    starts: Distances | None = None
    """How far from the asset they first exist. A ballistic threat may leave it out: its published range is taken."""
    height: Heights | None = None
    """Height above ground; each threat keeps its own within the range. Left out, the catalogue's bracket."""
    within: Duration = 0.0
    """They arrive spread evenly over this time; left out, all at once."""
    after: Duration = 0.0
    """This long into the raid's arrivals."""
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
    assets: Annotated[list[AssetPart], Field(min_length=1, max_length=MOST_UNITS)]
    """What is defended."""
    raid: Annotated[list[GroupPart], Field(min_length=1, max_length=MOST_UNITS)]
    """What comes, group by group; 10,000 threats at most."""
    study: StudyPart = StudyPart()
    """How the question is asked."""
