"""Real formats of what public services offer of a place, made small: COG, SRTM, GeoParquet, Overpass JSON, pbf."""

import gzip
import io
import json
import math
import re
import struct
import warnings
import zlib
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import polars as pl
import shapely
from rasterio.io import MemoryFile
from rasterio.transform import Affine

from crenel.core.records import GeoPoint
from crenel.places.box import Circle

RELEASE = "2026-09-23.0"
LAT, LON = 55.74, 37.60


def circle_at(lat_deg, lon_deg, radius_m=5000.0):
    return Circle.checked(GeoPoint(math.radians(lat_deg), math.radians(lon_deg)), radius_m)


def put_glo30(server, lat, lon, **kwargs):
    north, east = "N" if lat >= 0 else "S", "E" if lon >= 0 else "W"
    name = f"Copernicus_DSM_COG_10_{north}{abs(lat):02d}_00_{east}{abs(lon):03d}_00_DEM"
    server.files[f"/glo30/{name}/{name}.tif"] = glo30_tile(lat, lon, **kwargs)
    return f"/glo30/{name}/{name}.tif"


def put_osm(server, lat=LAT, lon=LON, **kwargs):
    server.posts["/api/interpreter"] = overpass(osm_elements(lat, lon, **kwargs))


def glo30_tile(lat, lon, *, n_rows=720, n_columns=480, height_m=None):
    """A cloud-optimised tile as Copernicus's: cells centred on the degree, half a cell beyond the square."""
    transform = Affine(1 / n_columns, 0, lon - 0.5 / n_columns, 0, -1 / n_rows, lat + 1 + 0.5 / n_rows)
    y, x = np.mgrid[0:n_rows, 0:n_columns]
    heights_m = 150 + 20 * np.sin(x / 40) + 15 * np.cos(y / 55) + 0.01 * ((x * 7919 + y * 104729) % 101)
    if height_m is not None:
        heights_m = np.full_like(heights_m, height_m)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        with MemoryFile() as memory:
            with memory.open(
                driver="COG",
                height=n_rows,
                width=n_columns,
                count=1,
                dtype="float32",
                crs="EPSG:4326",
                transform=transform,
                compress="DEFLATE",
                predictor=3,
                blocksize=128,
            ) as out:
                out.write(heights_m.astype(np.float32), 1)
            return memory.read()


def hgt(lat, lon, *, heights_m=None, n=1201):
    """An SRTM tile, packed."""
    if heights_m is None:
        y, x = np.mgrid[0:n, 0:n]
        heights_m = 150 + 20 * np.sin(x / 40) + 15 * np.cos(y / 55)
    return gzip.compress(np.asarray(heights_m).astype(">i2").tobytes(), 1, mtime=0)


# --- buildings -------------------------------------------------------------------------------------------------------


def footprints(lat, lon, *, n=40, step_deg=0.001, size_deg=0.0004):
    """Squares in a grid around a point, as west, south, east, north."""
    side = int(np.ceil(np.sqrt(n)))
    index = np.arange(n)
    west = lon + (index % side - side / 2) * step_deg
    south = lat + (index // side - side / 2) * step_deg
    return np.column_stack([west, south, west + size_deg, south + size_deg])


def overture_frame(boxes, **columns):
    """Features of Overture Maps with the columns that its GeoParquet files have, and some that nobody reads."""
    n = len(boxes)
    common = [{"key": "en", "value": "x"}]
    bbox = pl.DataFrame(
        {name: boxes[:, index] for index, name in enumerate(("xmin", "ymin", "xmax", "ymax"))},
        schema=dict.fromkeys(("xmin", "ymin", "xmax", "ymax"), pl.Float32),
    ).to_struct("bbox")
    frame = pl.DataFrame(
        {
            "id": [f"id-{index}" for index in range(n)],
            "geometry": shapely.to_wkb(shapely.box(*boxes.T)).tolist(),
            "bbox": bbox,
            "version": [1] * n,
            "sources": [[{"property": "", "dataset": "OpenStreetMap", "confidence": None}]] * n,
            "names": [{"primary": None if i % 4 else f"House {i}", "common": common} for i in range(n)],
        }
    )
    return frame.with_columns(**{name: pl.Series(values) for name, values in columns.items()})


def parquet(frame, *, rows=10):
    """A GeoParquet file of several row groups."""
    out = io.BytesIO()
    frame.write_parquet(out, row_group_size=rows, statistics=True, metadata={"geo": json.dumps(GEO)})
    return out.getvalue()


GEO = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}


def overture_buildings(lat, lon, *, n=40, far=200):
    """Buildings of a place, and many more elsewhere, sorted so that row groups lie apart."""
    near = footprints(lat, lon, n=n)
    away = footprints(lat + 20.0, lon + 20.0, n=far)
    boxes = np.vstack([near, away])
    index = np.arange(len(boxes))
    return overture_frame(
        boxes,
        height=[12.5 if i % 5 == 0 else None for i in index],
        num_floors=pl.Series([9 if i % 5 == 1 else None for i in index], dtype=pl.Int32),
        is_underground=[i == 3 for i in index],
        subtype=["residential"] * len(boxes),
    )


def overture_land(lat, lon, subtype, klass):
    """One wide feature of the place and one elsewhere."""
    boxes = np.array([[lon - 0.02, lat - 0.02, lon - 0.01, lat - 0.01], [lon + 30, lat, lon + 30.1, lat + 0.1]])
    return overture_frame(boxes, subtype=[subtype] * 2, **{"class": [klass] * 2})


def overture(server, lat, lon, *, release=RELEASE, n=40):
    """A release with its catalogue, index and files, on a server."""
    frames = {
        "buildings/building": overture_buildings(lat, lon, n=n),
        "base/water": overture_land(lat, lon, "lake", "lake"),
        "base/land": overture_land(lat, lon, "forest", "wood"),
        "base/land_use": overture_land(lat, lon, "recreation", "park"),
        "transportation/segment": overture_land(lat, lon, "road", "primary"),
    }
    rows = []
    for name, frame in frames.items():
        theme, kind = name.split("/")
        path = f"release/{release}/theme={theme}/type={kind}/part-00000-abc-c000.zstd.parquet"
        server.files[f"/data/{path}"] = parquet(frame)
        rows.append((path, (-180.0, -80.0, 180.0, 80.0)))
        other = path.replace("part-00000", "part-00001")
        rows.append((other, (-180.0, -80.0, -120.0, -10.0)))  # never asked for: it is not even there
    server.files["/stac/catalog.json"] = json.dumps(
        {"type": "Catalog", "latest": release, "links": [{"rel": "child", "href": f"./{release}/catalog.json"}]}
    ).encode()
    server.files[f"/stac/{release}/collections.parquet"] = index_of(rows)


def index_of(rows):
    """The index of a release as it is published: its column `collection` has stood empty."""
    out = io.BytesIO()
    pl.DataFrame(
        {
            "type": ["Feature"] * len(rows),
            "collection": pl.Series([None] * len(rows), dtype=pl.String),
            "bbox": [dict(zip(("xmin", "ymin", "xmax", "ymax"), box, strict=True)) for _, box in rows],
            "assets": [
                {
                    "aws": {
                        "href": f"https://overturemaps-us-west-2.s3.us-west-2.amazonaws.com/{path}",
                        "alternate": {"s3": {"href": f"s3://overturemaps-us-west-2/{path}"}},
                    },
                    "azure": {"href": f"https://overturemapswestus2.blob.core.windows.net/{path}"},
                }
                for path, _ in rows
            ],
        }
    ).write_parquet(out)
    return out.getvalue()


# --- OpenStreetMap ---------------------------------------------------------------------------------------------------


def osm_elements(lat, lon, *, n=30):
    """Ways and relations as the Overpass API gives them with `out geom`."""
    elements = []
    for number, (west, south, east, north) in enumerate(footprints(lat, lon, n=n)):
        tags = {"building": "yes"}
        if number % 10 == 0:
            tags |= {"height": "12.5 m", "name": f"Дом {number}"}
        elif number % 10 == 1:
            tags["building:levels"] = "9"
        elements.append({"type": "way", "id": 1000 + number, "tags": tags, "geometry": ring(west, south, east, north)})
    for number, tags, points in (
        (1, {"building": "yes", "location": "underground"}, ring(lon, lat, lon + 1e-4, lat + 1e-4)),
        (2, {"natural": "water"}, ring(lon - 0.02, lat, lon - 0.01, lat + 0.01)),
        (3, {"leisure": "park"}, ring(lon + 0.01, lat, lon + 0.02, lat + 0.01)),
        (4, {"highway": "primary"}, line((lon - 0.03, lat), (lon + 0.03, lat))),
    ):
        elements.append({"type": "way", "id": number, "tags": tags, "geometry": points})
    west, south, east, north = lon + 0.03, lat, lon + 0.031, lat + 0.001
    hole = (west + 3e-4, south + 3e-4, east - 3e-4, north - 3e-4)
    elements.append(
        {
            "type": "relation",
            "id": 5,
            "tags": {"type": "multipolygon", "building": "yes", "name": "Court"},
            "members": [
                {"type": "way", "role": "outer", "geometry": line((west, south), (east, south), (east, north))},
                {"type": "way", "role": "outer", "geometry": line((east, north), (west, north), (west, south))},
                {
                    "type": "way",
                    "role": "inner",
                    "geometry": ring(*hole),
                },
            ],
        }
    )
    return elements


def line(*points):
    return [{"lat": lat, "lon": lon} for lon, lat in points]


def ring(west, south, east, north):
    return line((west, south), (east, south), (east, north), (west, north), (west, south))


def overpass(elements):
    """A server of the Overpass API that knows some elements: it answers with those in the box of the query."""

    def answer(body):
        query = parse_qs(body.decode())["data"][0]
        south, west, north, east = map(float, re.search(r"\[bbox:([^\]]+)\]", query)[1].split(","))

        def meets(element):
            members = element.get("members", [element])
            points = [point for member in members for point in member["geometry"]]
            lats, lons = [p["lat"] for p in points], [p["lon"] for p in points]
            return min(lats) <= north and max(lats) >= south and min(lons) <= east and max(lons) >= west

        found = [element for element in elements if meets(element)]
        return json.dumps(
            {"version": 0.6, "osm3s": {"timestamp_osm_base": "2026-10-01T00:00:00Z"}, "elements": found}
        ).encode()

    return answer


def pbf(elements):
    """An .osm.pbf file of the same elements: nodes, ways and relations in one block each."""
    words = [""]
    numbers = {"": 0}
    nodes, ways, relations = [], [], []

    def word(text):
        if text not in numbers:
            numbers[text] = len(words)
            words.append(text)
        return numbers[text]

    def node(point):
        nodes.append((10**6 + len(nodes), round(point["lat"] * 1e7), round(point["lon"] * 1e7)))
        return nodes[-1][0]

    def way(number, tags, points):
        closes = points[0] == points[-1]
        refs = [node(point) for point in points[: -1 if closes else None]]
        ways.append((number, tags, [*refs, refs[0]] if closes else refs))

    for element in elements:
        if element["type"] == "way":
            way(element["id"], element["tags"], element["geometry"])
        else:
            members = []
            for index, member in enumerate(element["members"]):
                way(9000 + index, {}, member["geometry"])
                members.append((9000 + index, member["role"]))
            relations.append((element["id"], element["tags"], members))
    ways.sort()
    bodies = [
        b"".join(
            _field(1, _number(1, _zigzag(number)) + _number(8, _zigzag(y)) + _number(9, _zigzag(x)))
            for number, y, x in nodes
        ),
        b"".join(
            _field(3, _number(1, number) + _tags(tags, word) + _packed(8, [_zigzag(d) for d in _deltas(refs)]))
            for number, tags, refs in ways
        ),
        b"".join(
            _field(
                4,
                _number(1, number)
                + _tags(tags, word)
                + _packed(8, [word(role) for _, role in members])
                + _packed(9, [_zigzag(d) for d in _deltas([ref for ref, _ in members])])
                + _packed(10, [1] * len(members)),
            )
            for number, tags, members in relations
        ),
    ]
    table = _field(1, b"".join(_field(1, text.encode()) for text in words))
    header = _field(4, b"OsmSchema-V0.6") + _field(4, b"DenseNodes") + _field(16, b"test")
    blocks = [_blob(b"OSMHeader", header)]
    blocks += [_blob(b"OSMData", table + _field(2, body)) for body in bodies if body]
    return b"".join(blocks)


def _blob(kind, body):
    blob = _number(2, len(body)) + _field(3, zlib.compress(body))
    head = _field(1, kind) + _number(3, len(blob))
    return struct.pack(">I", len(head)) + head + blob


def _tags(tags, word):
    return _packed(2, [word(key) for key in tags]) + _packed(3, [word(value) for value in tags.values()])


def _deltas(values):
    return [value - before for before, value in zip([0, *values], values, strict=False)]


def _zigzag(value):
    return value << 1 if value >= 0 else (-value << 1) - 1


def _varint(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def _number(field, value):
    return _varint(field << 3) + _varint(value)


def _field(field, body):
    return _varint(field << 3 | 2) + _varint(len(body)) + body


def _packed(field, values):
    return _field(field, b"".join(map(_varint, values))) if values else b""


def save(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
