"""A scenario as a map needs it: who stands where and how sure that is, what comes from where, the ground; on WGS 84."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from math import degrees
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from crenel.core import doubt
from crenel.core.records import Bracket, Scenario
from crenel.coverage.context import land_plain
from crenel.coverage.images import hillshade, png_bytes
from crenel.results.credits import credit_line, terrain_name
from crenel.results.identity import scenario_hash, version
from crenel.results.summary import asset_row, group_row, unit_row
from crenel.studies.mercator import Draped, Laid, drape
from crenel.world import World, build

if TYPE_CHECKING:
    from crenel.coverage.picture import Picture

FORMAT: Final = 1

_MOST_PIXELS: Final = 1100
_MOST_BUILDINGS: Final = 60_000
_DECIMALS: Final = 6
_LEVEL: Final = 216.0
"""The grey of level ground in `coverage.images.hillshade`: lighter is lit, darker in shadow."""


def scene(scenario: Scenario[Bracket], *, with_reach: bool = True) -> dict[str, Any]:
    """What a map of a scenario shows before anything is played, ready for JSON.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    with_reach : bool
        Whether rings of reach are worked out; over large terrain that takes a while.

    Returns
    -------
    dict
        `scene` (version), `title`, `when`, `hash`, `crenel`, `attribution`; `units`, `assets`, `groups` as in a
        summary, with `lon_deg` and `lat_deg`; `rings`, closed lines of reach by unit and kind; `ground`: `terrain`,
        `hillshade` (a PNG as a data address, with `bounds_deg`), `buildings` (GeoJSON, height `h` in metres) and
        `land`; each of the last three None where the place has none.

    Raises
    ------
    CrenelError
        The place's files cannot be used.
    """
    world = build(scenario)
    targets = {asset.name: asset for asset in scenario.assets}
    return {
        "scene": FORMAT,
        "crenel": version(),
        "name": scenario.name,
        "title": scenario.title,
        "when": scenario.when,
        "note": scenario.note,
        "hash": scenario_hash(scenario),
        "threats": scenario.n_threats,
        "centre": {
            "lat_deg": degrees(scenario.place.centre.lat_rad),
            "lon_deg": degrees(scenario.place.centre.lon_rad),
        },
        "radius_m": scenario.place.radius_m,
        "attribution": credit_line(scenario),
        "units": [_unit(unit_row(unit), unit.system) for unit in scenario.units],
        "assets": [asset_row(asset, scenario.groups) for asset in scenario.assets],
        "groups": [
            {
                **group_row(group),
                "lat_deg": degrees(targets[group.to].at.lat_rad),
                "lon_deg": degrees(targets[group.to].at.lon_rad),
            }
            for group in scenario.groups
        ],
        "rings": _rings(scenario, world) if with_reach and scenario.groups else {"threat": "", "rings": []},
        "ground": {
            "terrain": terrain_name(scenario),
            "hillshade": _hillshade(world),
            "buildings": _buildings(world),
            "land": _land(world, scenario.place.radius_m),
        },
    }


def laid_out(world: World) -> Laid:
    """How the rasters of a world's terrain lie."""
    terrain = world.terrain
    assert terrain is not None
    return Laid(terrain.west_m, terrain.north_m, terrain.cell_m, world.frame.definition)


def to_degrees(world: World, points: Iterable[tuple[float, float]]) -> list[list[float]]:
    """Local points as [longitude, latitude] in degrees, to a decimetre."""
    found = (world.frame.to_geo(east_m, north_m) for east_m, north_m in points)
    return [[round(degrees(at.lon_rad), _DECIMALS), round(degrees(at.lat_rad), _DECIMALS)] for at in found]


def _unit(row: dict[str, Any], system: Any) -> dict[str, Any]:
    search = system.radar or system.sensor
    kind = "jammer" if system.jammer is not None and search is None else "sensor"
    if system.missile is not None or system.gun is not None:
        kind = "weapon"
    return {
        **row,
        "kind": kind,
        "channels": round(system.channels.value),
        "rounds": None if system.missile is None else round(system.missile.rounds.value),
    }


def _rings(scenario: Scenario[Bracket], world: World) -> dict[str, Any]:
    from crenel.coverage import default_picture, picture

    case = doubt.resolve(scenario)
    threat_key, height_m = default_picture(case)
    drawn: Picture = picture(case, world, threat_key=threat_key, height_m=height_m)
    return {
        "threat": drawn.threat_name,
        "height_m": height_m,
        "rings": [
            {"unit": ring.unit, "kind": ring.kind, "line": to_degrees(world, (*ring.polygon, ring.polygon[0]))}
            for ring in drawn.rings
            if len(ring.polygon) > 2
        ],
    }


def _hillshade(world: World) -> dict[str, Any] | None:
    if world.terrain is None:
        return None
    grey = hillshade(world.terrain).astype(np.float64)
    laid = laid_out(world)
    rows = world.terrain.ground_m.shape[0]
    # Large terrain is shaded at every second cell, or every third: its picture's cells are so much larger.
    coarser = Laid(laid.west_m, laid.north_m, laid.cell_m * max(1, round(rows / grey.shape[0])), laid.projection)
    draped = drape(_light_and_shade(grey), coarser, outside=0, most=_MOST_PIXELS)
    return {"png": data_address(draped), "bounds_deg": list(draped.bounds_deg)}


def _light_and_shade(grey: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Black and white over any colour of ground: how dark, how bright, and nothing where the ground is level."""
    shade = np.zeros((*grey.shape, 4), np.uint8)
    lit = grey >= _LEVEL
    shade[lit, :3] = 255
    away = np.where(lit, (grey - _LEVEL) / (255.0 - _LEVEL) * 0.5, (_LEVEL - grey) / _LEVEL)
    shade[..., 3] = np.rint(np.clip(away, 0.0, 1.0) * 255.0).astype(np.uint8)
    return shade


def data_address(draped: Draped) -> str:
    """A picture as a data address."""
    return "data:image/png;base64," + b64encode(png_bytes(draped.values)).decode("ascii")


def _buildings(world: World) -> dict[str, Any] | None:
    if world.buildings is None or not len(world.buildings.shapes):
        return None
    import shapely

    shapes, heights_m = world.buildings.shapes, world.buildings.heights_m
    n_all = len(shapes)
    if n_all > _MOST_BUILDINGS:
        # The largest by volume: what hides most is drawn first.
        kept = np.sort(np.argsort(-shapely.area(shapes) * heights_m)[:_MOST_BUILDINGS])
        shapes, heights_m = shapes[kept], heights_m[kept]
    return {
        "type": "FeatureCollection",
        "shown": len(shapes),
        "all": n_all,
        "features": [
            {"type": "Feature", "properties": {"h": round(float(height_m), 1)}, "geometry": geometry}
            for geometry, height_m in zip(_geometries(world, shapes), heights_m, strict=True)
        ],
    }


def _geometries(world: World, shapes: NDArray[Any]) -> Iterator[dict[str, Any]]:
    import shapely
    from pyproj import Proj

    project = Proj(world.frame.definition)
    moved = shapely.transform(shapes, lambda points: np.column_stack(project(points[:, 0], points[:, 1], inverse=True)))
    for shape in moved:
        polygons = [
            [np.round(ring.coords, _DECIMALS).tolist() for ring in (polygon.exterior, *polygon.interiors)]
            for polygon in shapely.get_parts(shape)
            if polygon.geom_type == "Polygon"
        ]
        yield {"type": "MultiPolygon", "coordinates": polygons}


def _land(world: World, radius_m: float) -> dict[str, Any] | None:
    if world.land is None:
        return None
    plain = land_plain(world.land, radius_m)
    return {
        part: {kind: [to_degrees(world, map(tuple, line)) for line in lines] for kind, lines in kinds.items()}
        for part, kinds in plain.items()
    }
