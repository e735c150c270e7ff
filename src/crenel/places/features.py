"""Buildings, and water, roads and green: tables with a geometry, and the files that a scenario names.

Two kinds of table go through here, both with `geometry` as WKB in degrees, longitude first. Buildings: `name`,
`height` [m], `levels`, `min_height` [m] where they begin above the ground, and `source`. Land: `name` and `kind`, one
of water, road, green.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from crenel.places.box import Circle
from crenel.places.cache import write_atomically

BUILDINGS: Final = pl.Schema(
    {
        "geometry": pl.Binary,
        "name": pl.String,
        "height": pl.Float64,
        "levels": pl.Float64,
        "min_height": pl.Float64,
        "source": pl.String,
    }
)
LAND: Final = pl.Schema({"geometry": pl.Binary, "name": pl.String, "kind": pl.String})
KINDS: Final = ("water", "road", "green")

MOST_IN_GEOJSON: Final = 100_000
"""More features than this are written as FlatGeobuf, which is read many times faster."""

_DIGITS: Final = 7  # of a degree: a centimetre
_LAND_TOLERANCE_DEG: Final = 5e-5  # about 5 m: pictures of a place show no more
_HIGHEST_M: Final = 1000.0
_MOST_LEVELS: Final = 250.0
_FEET_M: Final = 0.3048
_MEASURE: Final = re.compile(r"(\d{1,4}(?:[.,]\d{1,3})?)\s*(m|metres?|meters?|ft|feet|')?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Buildings:
    """Footprints, and what is known of their heights."""

    table: pl.DataFrame

    @property
    def n(self) -> int:
        """How many."""
        return self.table.height

    @property
    def n_with_height(self) -> int:
        """How many have a height."""
        return self.n - self.table["height"].null_count()

    @property
    def n_with_levels(self) -> int:
        """How many have levels, but no height."""
        return self.table.filter(pl.col("height").is_null() & pl.col("levels").is_not_null()).height


def empty(schema: pl.Schema) -> pl.DataFrame:
    """A table without rows."""
    return pl.DataFrame(schema=schema)


def metres(written: object) -> float | None:
    """A height as people tag it: "12", "12.5 m", "40 ft"; None where it says no sensible height."""
    number = _number(written, allows_unit=True)
    return number if number is not None and 0.0 < number <= _HIGHEST_M else None


def levels(written: object) -> float | None:
    """Levels as people tag them; None where it says no sensible number."""
    number = _number(written, allows_unit=False)
    return number if number is not None and 0.0 < number <= _MOST_LEVELS else None


def within(table: pl.DataFrame, circle: Circle) -> pl.DataFrame:
    """The rows of which some part lies in a place; broken and empty geometries are left out."""
    if table.is_empty():
        return table
    shapes = _shapes(table)
    is_usable = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    west, south, east, north = np.where(is_usable[:, None], shapely.bounds(shapes), 0.0).T
    return table.filter(pl.Series(is_usable & circle.holds(west, south, east, north)))


def faint(table: pl.DataFrame, circle: Circle) -> pl.DataFrame:
    """Land as pictures want it: cut to the place's box, and without detail below about 5 m."""
    if table.is_empty():
        return table
    boxes = shapely.union_all([shapely.box(b.west_deg, b.south_deg, b.east_deg, b.north_deg) for b in circle.boxes()])
    shapes = shapely.simplify(shapely.intersection(shapely.make_valid(_shapes(table)), boxes), _LAND_TOLERANCE_DEG)
    done = table.with_columns(pl.Series("geometry", shapely.to_wkb(shapes).tolist(), dtype=pl.Binary))
    return done.filter(pl.Series(~(shapely.is_missing(shapes) | shapely.is_empty(shapes))))


def write(table: pl.DataFrame, target: Path, *, credit: Mapping[str, str]) -> Path:
    """Write a table, as GeoJSON, or as FlatGeobuf where it is long, and give the path with its ending."""
    if table.height > MOST_IN_GEOJSON:
        return _write_flatgeobuf(table, target.with_suffix(".fgb"))
    path = target.with_suffix(".geojson")
    head = {"type": "FeatureCollection", **credit}
    text = json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [\n'
    write_atomically(path, (text + ",\n".join(_lines(table)) + "\n]}\n").encode())
    return path


def _lines(table: pl.DataFrame) -> Iterator[str]:
    """One line for each feature."""
    shapes = shapely.to_geojson(_rounded(_shapes(table)))
    for properties, shape in zip(table.drop("geometry").iter_rows(named=True), shapes, strict=True):
        kept = {name: value for name, value in properties.items() if value is not None}
        told = json.dumps(kept, ensure_ascii=False)
        yield f'{{"type": "Feature", "properties": {told}, "geometry": {shape}}}'


def _write_flatgeobuf(table: pl.DataFrame, path: Path) -> Path:
    import pyogrio.raw

    path.parent.mkdir(parents=True, exist_ok=True)
    names = [name for name in table.columns if name != "geometry"]
    beside = path.with_name(f".{path.stem}.tmp.fgb")
    columns = [table[name] for name in names]
    pyogrio.raw.write(
        beside,
        geometry=shapely.to_wkb(_rounded(_shapes(table))),
        field_data=[_array(column) for column in columns],
        field_mask=[column.is_null().to_numpy() for column in columns],
        fields=np.array(names, dtype=object),
        geometry_type="Unknown",
        crs="EPSG:4326",
        driver="FlatGeobuf",
        layer=path.stem,
    )
    beside.replace(path)
    return path


def _array(column: pl.Series) -> NDArray[Any]:
    if column.dtype == pl.String:
        return np.array(column.fill_null("").to_list(), dtype=object)
    return column.fill_null(0.0).to_numpy()


def _shapes(table: pl.DataFrame) -> NDArray[Any]:
    found: NDArray[Any] = shapely.from_wkb(np.array(table["geometry"].to_list(), dtype=object), on_invalid="ignore")
    return found


def _rounded(shapes: NDArray[Any]) -> NDArray[Any]:
    done: NDArray[Any] = shapely.transform(shapes, lambda points: points.round(_DIGITS))
    return done


def _number(written: object, *, allows_unit: bool) -> float | None:
    if isinstance(written, bool) or written is None:
        return None
    if isinstance(written, int | float):
        return float(written) if math.isfinite(written) else None
    found = _MEASURE.fullmatch(str(written).strip()[:20])
    if found is None or (found[2] and not allows_unit):
        return None
    value = float(found[1].replace(",", "."))
    return value * _FEET_M if (found[2] or "").casefold() in {"ft", "feet", "'"} else value


# --- what OpenStreetMap's tags mean ----------------------------------------------------------------------------------

_WATER_LINES: Final = frozenset({"river", "canal"})
_ROADS: Final = frozenset({"motorway", "trunk", "primary", "secondary"})
_GREEN: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "natural": frozenset({"wood", "scrub", "heath", "grassland"}),
        "landuse": frozenset({"forest", "grass", "meadow", "recreation_ground", "village_green"}),
        "leisure": frozenset({"park", "garden", "nature_reserve", "golf_course"}),
    }
)
_WATER: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "natural": frozenset({"water", "bay"}),
        "waterway": frozenset({"riverbank", "dock"}),
        "landuse": frozenset({"reservoir", "basin"}),
    }
)
_NO_BUILDING: Final = frozenset({"no", "ruins", "collapsed", "demolished", "proposed", "construction"})


def is_building(tags: Mapping[str, str]) -> bool:
    """Whether tags are of a building that stands above the ground."""
    return (
        "building" in tags
        and tags["building"] not in _NO_BUILDING
        and tags.get("location") != "underground"
        and not tags.get("layer", "").startswith("-")
    )


def land_kind(tags: Mapping[str, str], *, is_area: bool) -> str | None:
    """Whether tags are of water, a main road or green; None if of something else."""
    if is_area:
        for kind, words in (("water", _WATER), ("green", _GREEN)):
            if any(tags.get(key) in values for key, values in words.items()):
                return kind
        return None
    if tags.get("tunnel", "no") != "no":
        return None
    if tags.get("highway") in _ROADS:
        return "road"
    return "water" if tags.get("waterway") in _WATER_LINES else None


def building_row(tags: Mapping[str, str], geometry: bytes) -> tuple[Any, ...]:
    """A row of the table of buildings."""
    return (
        geometry,
        tags.get("name"),
        metres(tags.get("height")),
        levels(tags.get("building:levels")),
        metres(tags.get("min_height")),
        "OpenStreetMap",
    )


def table_of(rows: Sequence[tuple[Any, ...]], schema: pl.Schema) -> pl.DataFrame:
    """Rows as a table."""
    return pl.DataFrame(rows, schema=schema, orient="row")
