"""Footprints as files of every format that is read, made by the tests themselves."""

import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyproj import Transformer

from crenel.core.records import GeoPoint
from crenel.world import Frame

HERE = GeoPoint(0.9, 0.6)  # 51.57 N, 34.38 E
FRAME = Frame(HERE)

Said = Mapping[str, Any]


def square(east_m: float, north_m: float, side_m: float = 20.0) -> shapely.Polygon:
    """A square in the local frame, by its centre."""
    half = 0.5 * side_m
    return shapely.box(east_m - half, north_m - half, east_m + half, north_m + half)


def in_degrees(shapes: Sequence[Any], frame: Frame = FRAME) -> Any:
    """Local shapes in longitude and latitude."""
    return _moved(shapes, Transformer.from_crs(frame.definition, "EPSG:4326", always_xy=True))


def in_system(shapes: Sequence[Any], crs: str, frame: Frame = FRAME) -> Any:
    """Local shapes in another reference system."""
    return _moved(shapes, Transformer.from_crs(frame.definition, crs, always_xy=True))


def _moved(shapes: Sequence[Any], there: Transformer) -> Any:
    array = np.empty(len(shapes), dtype=object)
    array[:] = list(shapes)
    has_shape = ~shapely.is_missing(array)
    xy = shapely.get_coordinates(array[has_shape])
    x, y = there.transform(xy[:, 0], xy[:, 1])
    array[has_shape] = shapely.set_coordinates(array[has_shape], np.column_stack([x, y]))
    return array


def geojson(path: Path, shapes: Sequence[Any], said: Sequence[Said], *, frame: Frame = FRAME) -> Path:
    """A GeoJSON file; a shape that is None has no geometry."""
    features = [
        {
            "type": "Feature",
            "properties": dict(properties),
            "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
        }
        for shape, properties in zip(in_degrees(shapes, frame), said, strict=True)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def written(
    path: Path, shapes: Sequence[Any], said: Sequence[Said], *, driver: str, crs: str | None = "EPSG:4326"
) -> Path:
    """A file that GDAL writes: GeoPackage, Shapefile, FlatGeobuf, ..."""
    moved = in_system(shapes, crs or "EPSG:4326")
    keys = list(dict.fromkeys(key for row in said for key in row))
    columns = [np.array([row.get(key) for row in said], dtype=object) for key in keys]
    numeric = [
        np.array([np.nan if value is None else value for value in column], dtype=np.float64)
        if all(value is None or isinstance(value, int | float) for value in column)
        else column
        for column in columns
    ]
    pyogrio.raw.write(
        path, shapely.to_wkb(moved), numeric, np.array(keys), driver=driver, crs=crs, geometry_type="Polygon"
    )
    return path


def geoparquet(path: Path, shapes: Sequence[Any], said: Sequence[Said], *, boxes: bool = False, **about: Any) -> Path:
    """A GeoParquet file, with a box beside each shape if wanted, as Overture has."""
    import polars as pl

    moved = in_degrees(shapes)
    keys = list(dict.fromkeys(key for row in said for key in row))
    table: dict[str, Any] = {key: [row.get(key) for row in said] for key in keys}
    table["geometry"] = [None if shape is None else shapely.to_wkb(shape) for shape in moved]
    if boxes:
        table["bbox"] = [
            dict(zip(("xmin", "ymin", "xmax", "ymax"), (float(v) for v in shape.bounds), strict=True))
            for shape in moved
        ]
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Polygon"], **about}},
    }
    pl.DataFrame(table).write_parquet(path, metadata={"geo": json.dumps(geo)})
    return path


def osm_xml(path: Path, shapes: Sequence[Any], said: Sequence[Said]) -> Path:
    """OpenStreetMap XML: each shape a closed way."""
    lines, ways, n = [], [], 0
    for number, (shape, tags) in enumerate(zip(in_degrees(shapes), said, strict=True)):
        refs = []
        for lon, lat in list(shape.exterior.coords)[:-1]:
            n += 1
            refs.append(n)
            lines.append(f'<node id="{n}" lat="{lat:.7f}" lon="{lon:.7f}"/>')
        members = "".join(f'<nd ref="{ref}"/>' for ref in (*refs, refs[0]))
        told = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        ways.append(f'<way id="{number + 1}">{members}{told}</way>')
    path.write_text(f'<?xml version="1.0"?><osm version="0.6">{"".join(lines)}{"".join(ways)}</osm>', "utf-8")
    return path


def osm_pbf(path: Path, shapes: Sequence[Any], said: Sequence[Said]) -> Path:
    """The same in OpenStreetMap's protocol buffers: a header and one block of nodes and ways."""
    strings = [b""]
    nodes, ways, n = b"", b"", 0
    for number, (shape, tags) in enumerate(zip(in_degrees(shapes), said, strict=True)):
        refs = []
        for lon, lat in list(shape.exterior.coords)[:-1]:
            n += 1
            refs.append(n)
            nodes += _bytes(
                1, _int(1, _zigzag(n)) + _int(8, _zigzag(round(lat * 1e7))) + _int(9, _zigzag(round(lon * 1e7)))
            )
        keys, values = [], []
        for key, value in tags.items():
            strings += [key.encode(), str(value).encode()]
            keys.append(len(strings) - 2)
            values.append(len(strings) - 1)
        steps = np.diff([0, *refs, refs[0]]).tolist()
        ways += _bytes(
            3,
            _int(1, number + 1)
            + _bytes(2, b"".join(map(_varint, keys)))
            + _bytes(3, b"".join(map(_varint, values)))
            + _bytes(8, b"".join(_varint(_zigzag(step)) for step in steps)),
        )
    table = _bytes(1, b"".join(_bytes(1, text) for text in strings))
    block = table + _bytes(2, nodes) + _bytes(2, ways)
    header = _bytes(4, b"OsmSchema-V0.6") + _bytes(4, b"DenseNodes")
    path.write_bytes(_blob(b"OSMHeader", header) + _blob(b"OSMData", block))
    return path


def _blob(kind: bytes, content: bytes) -> bytes:
    blob = _int(2, len(content)) + _bytes(3, zlib.compress(content))
    head = _bytes(1, kind) + _int(3, len(blob))
    return struct.pack(">I", len(head)) + head + blob


def _varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def _int(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def cityjson(path: Path, shapes: Sequence[Any], heights_m: Sequence[float], **model: Any) -> Path:
    """Blocks (level of detail 1) in UTM, each a solid without marks on its surfaces."""
    vertices: list[list[int]] = []
    things = {}
    for number, (shape, height_m) in enumerate(zip(in_system(shapes, "EPSG:32636"), heights_m, strict=True)):
        ring = list(shape.exterior.coords)[:-1]
        first = len(vertices)
        vertices += [
            [round(1000 * x), round(1000 * y), round(1000 * z)] for z in (100.0, 100.0 + height_m) for x, y in ring
        ]
        n = len(ring)
        walls = [[[first + i, first + (i + 1) % n, first + n + (i + 1) % n, first + n + i]] for i in range(n)]
        shell = [[[first + i for i in range(n)]], [[first + n + i for i in range(n)]], *walls]
        things[f"b{number}"] = {"type": "Building", "geometry": [{"type": "Solid", "lod": "1", "boundaries": [shell]}]}
    whole = {
        "type": "CityJSON",
        "version": "2.0",
        "metadata": {"referenceSystem": "https://www.opengis.net/def/crs/EPSG/0/32636"},
        "transform": {"scale": [0.001, 0.001, 0.001], "translate": [0.0, 0.0, 0.0]},
        "CityObjects": things,
        "vertices": vertices,
        **model,
    }
    path.write_text(json.dumps(whole), "utf-8")
    return path
