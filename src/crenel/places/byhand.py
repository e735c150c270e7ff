"""Files that were fetched by hand: what each is, by its name and by what it holds."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
import shapely

from crenel.core.records import CrenelError
from crenel.places import features, osm, overpass, overture, raster
from crenel.places.box import Box, Circle, Square
from crenel.places.osm import Extract, Gathered
from crenel.places.raster import HGT_SIZES, TileError
from crenel.places.sources import GLO30, OSM, OVERTURE, SRTM, Source
from crenel.places.terrain import Cut, parts_of

TILED: Final = (GLO30, SRTM)
"""The sources whose tiles are known by their names, or by what they hold."""

_MOST_FILES: Final = 2000
_LARGEST_JSON_BYTES: Final = 1_000_000_000
_GLO30_NAME: Final = re.compile(
    r"Copernicus_DSM_(?:COG_)?10_([NS])(\d\d)_00_([EW])(\d{3})_00(?:_DEM)?\.(?:tiff?|dt2)", re.I
)
_SRTM_NAME: Final = re.compile(
    r"([NS])(\d\d)_?([EW])(\d{3})(?:[._-][A-Za-z0-9._-]*)?\.(?:hgt(?:\.gz|\.zip)?|tiff?|zip)", re.I
)
_VECTORS: Final = (".geojson", ".json", ".fgb", ".gpkg", ".shp")
_RASTERS: Final = (".tif", ".tiff", ".img")
_SLACK_DEG: Final = 0.01
_GLO30_ROWS: Final = 3600
_HEAD_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder holds: terrain tiles by source and square, other rasters, and the file with the buildings."""

    tiles: Mapping[str, Mapping[Square, Path]]
    rasters: tuple[Path, ...]
    buildings: Path | None
    buildings_source: Source | None


def look(folder: Path) -> Found:
    """What of a folder and the folders in it is of use here.

    Raises
    ------
    CrenelError
        It is no folder, or a tile is not what its name says.
    """
    if not folder.is_dir():
        raise CrenelError(f"{folder} is no folder. Name the one that holds the files: --from DIR.")
    tiles: dict[str, dict[Square, Path]] = {source.key: {} for source in TILED}
    rasters: list[Path] = []
    vectors: list[tuple[Path, Source | None]] = []
    for path in sorted(_files(folder)):
        if (tile := _tile(path)) is not None:
            source, square = tile
            tiles[source.key].setdefault(square, path)
        elif path.suffix.casefold() in _RASTERS:
            rasters.append(path)
        elif (kind := _vector(path)) is not None:
            vectors.append((path, kind[0]))
    if len(vectors) > 1:
        named = ", ".join(path.name for path, _ in vectors[:5])
        raise CrenelError(f"{folder} holds more than one file that could be the buildings: {named}. Leave one there.")
    buildings, source_of = vectors[0] if vectors else (None, None)
    return Found(tiles, tuple(rasters), buildings, source_of)


def is_read_as_it_is(path: Path) -> bool:
    """Whether a file of buildings has its own reader, and goes into the scenario as it is."""
    return path.suffix.casefold() == ".json" and b'"CityJSON"' in _head(path)


def cut(path: Path, square: Square, circle: Circle) -> Cut:
    """The part of a tile that a place needs.

    Raises
    ------
    CrenelError
        The tile is damaged.
    """
    boxes = list(parts_of(square, circle))
    try:
        if _is_hgt(path):
            pieces = tuple(raster.cut_hgt(path, square, box) for box in boxes)
        else:
            pieces = tuple(raster.cut_local(path, box) for box in boxes)
    except TileError as error:
        raise CrenelError(f"{path}: {error}. Fetch it again.") from None
    return Cut(square, pieces, path.name)


def buildings(path: Path, circle: Circle) -> Extract:
    """The buildings of a place, and its land where the file has it.

    Raises
    ------
    CrenelError
        The file cannot be read, or holds none of the place.
    """
    name = path.name.casefold()
    if name.endswith((".osm.pbf", ".osm", ".pbf")):
        extract = osm.read_pbf(path, circle)
    elif name.endswith(".parquet"):
        extract = overture.read_local(path, circle)
    else:
        extract = _vectors(path, circle)
    found = features.within(extract.buildings, circle)
    if found.is_empty():
        raise CrenelError(
            f"{path} has no building within {circle.radius_m / 1000.0:g} km of the place's centre. Is it of this place?"
        )
    return Extract(found, features.within(extract.land, circle), extract.as_of, extract.addresses)


def _files(folder: Path) -> Iterator[Path]:
    n_seen = 0
    for pattern in ("*", "*/*"):
        for path in folder.glob(pattern):
            n_seen += 1
            if n_seen > _MOST_FILES:
                raise CrenelError(
                    f"{folder} holds more than {_MOST_FILES} files. Put those for this place in one alone."
                )
            if path.is_file() and not path.name.startswith("."):
                yield path


# --- terrain ---------------------------------------------------------------------------------------------------------


def _tile(path: Path) -> tuple[Source, Square] | None:
    """Which tile a file is: by its name, and its content has to agree; else by its content alone."""
    for source, pattern in ((GLO30, _GLO30_NAME), (SRTM, _SRTM_NAME)):
        if found := pattern.fullmatch(path.name):
            south, lat, west, lon = found[1].upper(), int(found[2]), found[3].upper(), int(found[4])
            square = Square(-lat if south == "S" else lat, -lon if west == "W" else lon)
            _check_tile(path, source, square)
            return source, square
    return _by_content(path) if path.suffix.casefold() in _RASTERS else None


def _is_hgt(path: Path) -> bool:
    return re.search(r"\.(hgt|hgt\.gz|hgt\.zip|zip)$", path.name, re.IGNORECASE) is not None


def _check_tile(path: Path, source: Source, square: Square) -> None:
    """Refuse a tile whose content is not what its name says."""
    try:
        if _is_hgt(path):
            raster.read_hgt(path)
            return
        sheet = raster.sheet(path)
    except TileError as error:
        raise CrenelError(f"{path}: {error}. Fetch it again.") from None
    if _square_at(sheet) != square:
        edges = sheet.edges
        raise CrenelError(
            f"{path}: by its name it is {source.name} {square.name}, but it reaches from {edges.south_deg:.3f} to "
            f"{edges.north_deg:.3f} degrees of latitude and {edges.west_deg:.3f} to {edges.east_deg:.3f} of longitude. "
            "Fetch it again under its own name."
        )


def _by_content(path: Path) -> tuple[Source, Square] | None:
    """GLO-30 has 3600 rows of fractions to a square, SRTM 3601 or 1201 of whole metres."""
    try:
        sheet = raster.sheet(path)
    except TileError:
        return None
    square = _square_at(sheet)
    if square is None:
        return None
    if sheet.is_float and sheet.n_rows == _GLO30_ROWS:
        return GLO30, square
    return (SRTM, square) if not sheet.is_float and sheet.n_rows in HGT_SIZES.values() else None


def _square_at(sheet: raster.Sheet) -> Square | None:
    """The square that a raster fills; None if it fills none."""
    edges = sheet.edges
    square = Square(round(edges.south_deg), round(edges.west_deg))
    fills = Box(edges.west_deg, edges.south_deg, edges.east_deg - 1.0, edges.north_deg - 1.0)
    off_deg = max(
        abs(end - whole)
        for end, whole in (
            (fills.south_deg, square.lat_deg),
            (fills.north_deg, square.lat_deg),
            (fills.west_deg, square.lon_deg),
            (fills.east_deg, square.lon_deg),
        )
    )
    return square if off_deg <= _SLACK_DEG else None


# --- buildings -------------------------------------------------------------------------------------------------------


def _vector(path: Path) -> tuple[Source | None] | None:
    """The source of a file that may hold buildings (None if nobody knows), or None for any other file."""
    name = path.name.casefold()
    if name.endswith((".osm.pbf", ".pbf", ".osm")):
        return (OSM,)
    if name.endswith(".parquet"):
        return (OVERTURE,)
    if not name.endswith(_VECTORS) or _is_note(path):
        return None
    head = _head(path)
    if b'"osm3s"' in head or b"Overpass API" in head:
        return (OSM,)
    return (OVERTURE,) if b"num_floors" in head or b"overture" in head.lower() else (None,)


def _is_note(path: Path) -> bool:
    """Whether a JSON file is something else than features: our own notes, for one."""
    words = (b'"FeatureCollection"', b'"elements"', b'"osm3s"', b'"CityJSON"')
    return path.suffix.casefold() == ".json" and not any(word in _head(path) for word in words)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def _vectors(path: Path, circle: Circle) -> Extract:
    if path.suffix.casefold() in (".geojson", ".json"):
        found = _json(path)
        if isinstance(found, dict) and "elements" in found:
            gathered = Gathered()
            overpass.gather(found, gathered)
            gathered.heard_of(overpass.as_of(found), path.name)
            return gathered.extract()
        return Extract(_of_geojson(found, path), features.empty(features.LAND), "", (path.name,))
    return Extract(_of_layer(path, circle), features.empty(features.LAND), "", (path.name,))


def _json(path: Path) -> Any:
    if path.stat().st_size > _LARGEST_JSON_BYTES:
        raise CrenelError(f"{path} is larger than 1 GB. Convert it to GeoPackage, or cut it to the place first.")
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise CrenelError(f"{path} is not JSON that can be read: it is damaged or cut off. Fetch it again.") from None


def _of_geojson(found: Any, path: Path) -> pl.DataFrame:
    listed = found.get("features") if isinstance(found, dict) else None
    if not isinstance(listed, list):
        raise CrenelError(f"{path} holds no features. Give GeoJSON with the footprints of buildings.")
    rows = []
    for feature in listed:
        shape = feature.get("geometry") if isinstance(feature, dict) else None
        if not isinstance(shape, dict) or shape.get("type") not in ("Polygon", "MultiPolygon"):
            continue
        geometry = shapely.from_geojson(json.dumps(shape), on_invalid="ignore")
        if geometry is not None:
            rows.append(_row(feature.get("properties") or {}, shapely.to_wkb(geometry)))
    return features.table_of(rows, features.BUILDINGS)


def _of_layer(path: Path, circle: Circle) -> pl.DataFrame:
    import pyogrio
    import pyogrio.errors
    import pyogrio.raw
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    rows: list[tuple[Any, ...]] = []
    try:
        crs = CRS.from_user_input(pyogrio.read_info(path)["crs"] or "unknown")
        is_plain = crs == CRS.from_epsg(4326) or crs == CRS.from_string("OGC:CRS84")
        to_degrees = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
        for box in circle.boxes():
            edges = (box.west_deg, box.south_deg, box.east_deg, box.north_deg)
            within = edges if is_plain else to_degrees.transform_bounds(*edges, direction="INVERSE")
            meta, _, geometries, values = pyogrio.raw.read(path, bbox=within)
            names = [str(name) for name in meta["fields"]]
            for index, geometry in enumerate(geometries):
                shape = shapely.from_wkb(geometry)
                if shape is not None and shape.geom_type in ("Polygon", "MultiPolygon"):
                    placed = shape if is_plain else shapely.transform(shape, to_degrees.transform, interleaved=False)
                    said = {name: column[index] for name, column in zip(names, values, strict=True)}
                    rows.append(_row(said, shapely.to_wkb(placed)))
    except CRSError:
        raise CrenelError(f"{path} does not say in which reference system it is. Convert it to EPSG:4326.") from None
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise CrenelError(
            f"{path} cannot be read ({error}). Give GeoJSON, GeoPackage, .osm.pbf or GeoParquet."
        ) from None
    return features.table_of(rows, features.BUILDINGS)


def _row(properties: Mapping[str, Any], geometry: bytes) -> tuple[Any, ...]:
    """A row of the table of buildings from whatever a file calls its columns."""
    by_name = {str(name).casefold(): value for name, value in properties.items()}
    names = by_name.get("names")
    name = names.get("primary") if isinstance(names, dict) else by_name.get("name")
    floors = next(
        (by_name[key] for key in ("building:levels", "num_floors", "levels", "floors") if by_name.get(key)), None
    )
    return (
        geometry,
        None if name is None else str(name),
        features.metres(by_name.get("height")),
        features.levels(floors),
        features.metres(by_name.get("min_height")),
        str(by_name.get("source") or "as the file"),
    )
