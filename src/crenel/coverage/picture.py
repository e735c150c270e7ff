"""The map picture of a scenario as plain data: who stands where, what each unit sees and reaches, the terrain."""

import json
from dataclasses import dataclass
from math import degrees
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from crenel.core.records import Case, CrenelError, Span, Threat, Unit
from crenel.coverage import rings
from crenel.coverage.context import built_overlay, land_plain
from crenel.coverage.images import Bytes, hidden_overlay, hillshade, png_bytes
from crenel.coverage.rings import Reach
from crenel.world import Raster, Terrain, World

RingKind: TypeAlias = Literal["sight", "detection", "missile", "gun", "jamming"]

HILLSHADE_FILE: Final = "hillshade.png"
BUILT_FILE: Final = "buildings.png"
LAND_FILE: Final = "land.json"


@dataclass(frozen=True, slots=True)
class UnitMark:
    """A unit on the map."""

    name: str
    system_name: str
    east_m: float
    north_m: float
    position_error_m: float
    status: str


@dataclass(frozen=True, slots=True)
class AssetMark:
    """An asset on the map."""

    name: str
    east_m: float
    north_m: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class GroupMark:
    """Where a group comes from, and its target's place."""

    name: str
    to: str
    east_m: float
    north_m: float
    from_deg: tuple[float, float]
    starts_m: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ring:
    """How far a unit sees or reaches: (east, north) every two degrees of bearing; no points where it never does."""

    unit: str
    kind: RingKind
    polygon: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A map for one threat at one height above ground.

    Over terrain `hillshade` is (H, W) uint8 and `hidden` holds for each unit an (H, W) uint8 mask, 1 where it does not
    see a target at that height; both cover `extent_m` (west, south, east, north). On flat ground there is neither, and
    each unit has a ring of sight instead. `built` (1000, 1000, 4) uint8 shows buildings, over the whole square of the
    map, and `land` holds water, green and roads as `land_plain` gives them; None where the place has no such files.
    """

    half_width_m: float
    threat: str
    threat_name: str
    height_m: float
    units: tuple[UnitMark, ...]
    assets: tuple[AssetMark, ...]
    groups: tuple[GroupMark, ...]
    rings: tuple[Ring, ...]
    extent_m: tuple[float, float, float, float]
    hillshade: Bytes | None
    hidden: tuple[Bytes, ...]
    built: Bytes | None = None
    land: dict[str, Any] | None = None

    def plain(self) -> dict[str, Any]:
        """What `picture.json` holds; it names those of `files`."""
        return {
            "half_width_m": self.half_width_m,
            "threat": self.threat,
            "threat_name": self.threat_name,
            "height_m": self.height_m,
            "terrain": "flat" if self.hillshade is None else "raster",
            "hillshade": None if self.hillshade is None else HILLSHADE_FILE,
            "buildings": None if self.built is None else BUILT_FILE,
            "land": None if self.land is None else LAND_FILE,
            "units": [_plain(mark) for mark in self.units],
            "assets": [_plain(mark) for mark in self.assets],
            "groups": [_plain(mark) for mark in self.groups],
            "rings": [_plain(ring) for ring in self.rings],
            "sight": [
                {"unit": mark.name, "png": _sight_file(index)}
                for index, (mark, _) in enumerate(zip(self.units, self.hidden, strict=False))
            ],
            "extent_m": list(self.extent_m),
        }

    def files(self) -> dict[str, bytes]:
        """What lies beside `picture.json`, by name: PNG pictures, and land as JSON; none on bare flat ground."""
        files = {_sight_file(index): png_bytes(hidden_overlay(mask)) for index, mask in enumerate(self.hidden)}
        if self.hillshade is not None:
            files[HILLSHADE_FILE] = png_bytes(self.hillshade)
        if self.built is not None:
            files[BUILT_FILE] = png_bytes(self.built)
        if self.land is not None:
            files[LAND_FILE] = json.dumps(self.land, separators=(",", ":")).encode()
        return files


def default_picture(case: Case) -> tuple[str, float]:
    """The threat and height [m] that the map is drawn for.

    What the scenario says; else the first group's threat, and the middle of the heights that its first group flies at.
    """
    if not case.groups:
        raise CrenelError(f"{case.name}: has no raid, so there is no threat to draw a map for. Add a raid.")
    threat_key = case.study.picture_threat or case.groups[0].threat.key
    height_m = case.study.picture_height_m
    if height_m <= 0.0:
        span = next(
            (group.height_m for group in case.groups if group.threat.key == threat_key), case.groups[0].height_m
        )
        height_m = 0.5 * (span.low + span.high)
    return threat_key, height_m


def picture(case: Case, world: World, *, threat_key: str, height_m: float) -> Picture:
    """The map of a case for one threat at one height.

    Parameters
    ----------
    case : Case
    world : World
        Of the same scenario.
    threat_key : str
        Of a threat in the raid.
    height_m : float [m]
        Above the ground, >= 0.

    Returns
    -------
    Picture

    Raises
    ------
    CrenelError
        The raid has no such threat.
    """
    threat = _threat(case, threat_key)
    reaches = [_reach(unit, world=world, threat=threat, height_m=height_m) for unit in case.units]
    terrain = world.terrain
    at_assets = {asset.name: world.frame.to_local(asset.at) for asset in case.assets}
    targets = {**{unit.name: world.frame.to_local(unit.at) for unit in case.units}, **at_assets}
    return Picture(
        half_width_m=case.place.radius_m,
        threat=threat_key,
        threat_name=threat.name,
        height_m=height_m,
        units=tuple(_unit_mark(reach) for reach in reaches),
        assets=tuple(
            AssetMark(asset.name, *_whole(at_assets[asset.name]), radius_m=asset.radius_m) for asset in case.assets
        ),
        groups=tuple(
            GroupMark(
                name=group.name,
                to=group.to,
                east_m=_whole(targets[group.to])[0],
                north_m=_whole(targets[group.to])[1],
                from_deg=_span_deg(group.from_rad),
                starts_m=(group.starts_m.low, group.starts_m.high),
            )
            for group in case.groups
        ),
        rings=tuple(ring for reach in reaches for ring in _rings(reach)),
        extent_m=_extent(terrain, case.place.radius_m),
        hillshade=None if terrain is None else hillshade(terrain),
        hidden=tuple(_hidden(reach.sight_m, height_m) for reach in reaches if reach.sight_m is not None),
        built=None if world.buildings is None else built_overlay(world.buildings, case.place.radius_m),
        land=None if world.land is None else land_plain(world.land, case.place.radius_m),
    )


def _threat(case: Case, threat_key: str) -> Threat[float]:
    for group in case.groups:
        if group.threat.key == threat_key:
            return group.threat
    known = ", ".join(sorted({group.threat.key for group in case.groups}))
    raise CrenelError(f"{case.name}: the map wants threat {threat_key!r}, which is not in the raid. It has: {known}.")


def _reach(unit: Unit[float], *, world: World, threat: Threat[float], height_m: float) -> Reach:
    east_m, north_m = world.frame.to_local(unit.at)
    sight_m = None
    if world.terrain is not None:
        sight_m = world.minimum_visible_height(
            east_m=east_m, north_m=north_m, antenna_height_m=unit.mounted_m + unit.system.antenna_height_m
        )
    return Reach(
        world=world, unit=unit, threat=threat, height_m=height_m, east_m=east_m, north_m=north_m, sight_m=sight_m
    )


def _rings(reach: Reach) -> list[Ring]:
    system = reach.unit.system
    found: list[tuple[RingKind, rings.Floats]] = []
    if reach.sight_m is None:
        found.append(("sight", rings.sight(reach)))
    if system.radar is not None:
        found.append(("detection", rings.detection(reach, system.radar)))
    if system.sensor is not None:
        found.append(("detection", rings.look(reach, system.sensor)))
    if system.missile is not None:
        found.append(("missile", rings.missile(reach, system.missile)))
    if system.gun is not None:
        found.append(("gun", rings.gun(reach, system.gun)))
    if system.jammer is not None:
        found.append(("jamming", rings.jamming(reach, system.jammer)))
    return [Ring(reach.unit.name, kind, rings.polygon(reach, ranges_m)) for kind, ranges_m in found]


def _hidden(sight_m: Raster, height_m: float) -> Bytes:
    return (~(sight_m <= height_m)).astype(np.uint8)  # NaN: no terrain, never in sight


def _unit_mark(reach: Reach) -> UnitMark:
    unit = reach.unit
    east_m, north_m = _whole((reach.east_m, reach.north_m))
    return UnitMark(
        name=unit.name,
        system_name=unit.system.name,
        east_m=east_m,
        north_m=north_m,
        position_error_m=unit.evidence.position_error_m,
        status=unit.evidence.status,
    )


def _extent(terrain: Terrain | None, radius_m: float) -> tuple[float, float, float, float]:
    if terrain is None:
        return -radius_m, -radius_m, radius_m, radius_m
    return terrain.west_m, terrain.south_m, terrain.east_m, terrain.north_m


def _span_deg(span: Span) -> tuple[float, float]:
    return round(degrees(span.low), 6), round(degrees(span.high), 6)


def _whole(point: tuple[float, float]) -> tuple[float, float]:
    return float(round(point[0])), float(round(point[1]))


def _sight_file(index: int) -> str:
    return f"sight-{index}.png"


def _plain(mark: UnitMark | AssetMark | GroupMark | Ring) -> dict[str, Any]:
    return {key: _listed(getattr(mark, key)) for key in mark.__slots__}


def _listed(value: Any) -> Any:
    return [_listed(item) for item in value] if isinstance(value, tuple) else value
