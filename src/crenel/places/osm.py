"""OpenStreetMap's ways and relations to tables of buildings and land, from whatever brought them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import shapely

from crenel.core.records import CrenelError
from crenel.places import features
from crenel.places.box import Circle

Points = Sequence[tuple[float, float]]

_PAIR: Final = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Extract:
    """Buildings and land, and what they are of: the oldest time of the data, and where they came from."""

    buildings: pl.DataFrame
    land: pl.DataFrame
    as_of: str = ""
    addresses: tuple[str, ...] = ()


class Gathered:
    """What has been read so far."""

    def __init__(self) -> None:
        self._buildings: list[tuple[Any, ...]] = []
        self._land: list[tuple[Any, ...]] = []
        self._seen: set[str] = set()
        self._as_of: set[str] = set()
        self._addresses: set[str] = set()

    def is_new(self, key: str) -> bool:
        """Whether a feature is met for the first time."""
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def heard_of(self, as_of: str, address: str) -> None:
        """Note what a part of the data is of."""
        self._as_of.add(as_of)
        self._addresses.add(address)

    def add(self, tags: Mapping[str, str], *, area: Any | None, line: Points | None) -> None:
        """Keep a feature, as a building, as land or both."""
        if area is not None and features.is_building(tags):
            self._buildings.append(features.building_row(tags, shapely.to_wkb(area)))
        kind = features.land_kind(tags, is_area=True) if area is not None else None
        if kind is not None:
            self._land.append((shapely.to_wkb(area), tags.get("name"), kind))
        elif line is not None and (kind := features.land_kind(tags, is_area=False)) is not None:
            self._land.append((shapely.to_wkb(shapely.LineString(line)), tags.get("name"), kind))

    def extract(self) -> Extract:
        """All of it."""
        return Extract(
            features.table_of(self._buildings, features.BUILDINGS),
            features.table_of(self._land, features.LAND),
            min(self._as_of, default=""),
            tuple(sorted(self._addresses)),
        )


def ring_polygon(points: Points) -> Any | None:
    """The polygon in a closed way; None if it has no area."""
    polygon = shapely.Polygon(points)
    if not polygon.is_valid:
        polygon = shapely.make_valid(polygon)
    return _areas_of(polygon)


def rings_polygon(outer: Sequence[Points], inner: Sequence[Points]) -> Any | None:
    """The polygons that member ways of a relation close together, without their holes; None if they close nothing."""
    area = _closed(outer)
    if area is None:
        return None
    holes = _closed(inner)
    return area if holes is None else _areas_of(shapely.difference(area, holes))


def read_pbf(path: Path, circle: Circle) -> Extract:
    """Buildings and land of a place from an extract of OpenStreetMap (.osm.pbf or .osm).

    Raises
    ------
    CrenelError
        It is no such file.
    """
    gathered = Gathered()
    for box in circle.boxes():
        edges = (box.west_deg, box.south_deg, box.east_deg, box.north_deg)
        for layer, own, wanted in _LAYERS:
            for tags, geometry, key in _rows(path, layer, own, wanted, edges):
                if gathered.is_new(key):
                    shape = shapely.from_wkb(geometry)
                    is_line = layer == "lines"
                    gathered.add(
                        tags,
                        area=None if is_line else _areas_of(shape),
                        line=list(shape.coords) if is_line else None,
                    )
    gathered.heard_of("", path.name)
    return gathered.extract()


_LAYERS: Final = (
    (
        "multipolygons",
        ("osm_id", "osm_way_id", "name", "building", "natural", "landuse", "leisure"),
        "building IS NOT NULL OR natural IS NOT NULL OR landuse IS NOT NULL OR leisure IS NOT NULL",
    ),
    ("lines", ("osm_id", "name", "highway", "waterway"), "highway IS NOT NULL OR waterway IS NOT NULL"),
)


def _rows(
    path: Path, layer: str, own: tuple[str, ...], wanted: str, edges: tuple[float, float, float, float]
) -> list[tuple[dict[str, str], bytes, str]]:
    import pyogrio.errors
    import pyogrio.raw

    columns = [*own, "other_tags"]
    try:
        meta, _, geometries, values = pyogrio.raw.read(path, layer=layer, columns=columns, where=wanted, bbox=edges)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError) as error:
        raise CrenelError(f"{path} cannot be read as an extract of OpenStreetMap ({error}).") from None
    by_name = dict(zip(meta["fields"], values, strict=True))
    found = []
    for index, geometry in enumerate(geometries):
        if geometry is None:
            continue
        said = {name: by_name[name][index] for name in columns if name in by_name}
        tags = {name: str(said[name]) for name in own[1:] if said.get(name) is not None}
        tags.update(_PAIR.findall(str(said.get("other_tags") or "")))
        found.append((tags, geometry, f"{layer}{said.get('osm_id')}/{said.get('osm_way_id')}"))
    return found


def _closed(ways: Sequence[Points]) -> Any | None:
    lines = [shapely.LineString(way) for way in ways if len(way) >= 2]
    if not lines:
        return None
    polygons = shapely.polygonize(np.array(lines, dtype=object))
    return _areas_of(shapely.union_all(shapely.get_parts(polygons))) if polygons.geoms else None


def _areas_of(shape: Any) -> Any | None:
    """A polygon or several; what else making it valid left is dropped."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > 0.0]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
