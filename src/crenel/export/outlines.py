"""Outlines of what is seen and what is held, as polygons on WGS 84."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from crenel.results.coverage import Coverage, Layer, Rasters

Ring: TypeAlias = tuple[tuple[float, float], ...]
"""(longitude, latitude) in degrees; the first point stands again at the end."""

Mask: TypeAlias = npt.NDArray[np.bool_]

_DECIMALS: Final = 6  # a decimetre
_VISIBLE: Final = "visible"
_HELD_AT: Final = 0.5


@dataclass(frozen=True, slots=True)
class Outline:
    """Where one thing holds: "visible" to any unit, or "held" on the way to an asset; polygons with their holes."""

    kind: str
    threat: str
    height_m: float
    asset: str
    polygons: tuple[tuple[Ring, ...], ...]


def outlines(coverage: Coverage) -> Iterator[Outline]:
    """The outlines of every threat and height: along the edges of cells, since nothing finer is known."""
    rasters = coverage.rasters
    for layer in rasters.layers():
        mask = _mask(layer, rasters)
        if mask is not None:
            kind = "visible" if layer.kind == "reason_any" else "held"
            yield Outline(kind, layer.threat, layer.height_m, layer.asset, tuple(_polygons(mask, rasters)))


def geojson_bytes(coverage: Coverage, found: Iterable[Outline]) -> bytes:
    """Outlines, units and assets as a GeoJSON collection."""
    features = [
        _feature(
            {"type": "MultiPolygon", "coordinates": outline.polygons},
            {
                "kind": outline.kind,
                "threat": outline.threat,
                "height_agl_m": outline.height_m,
                **({"asset": outline.asset} if outline.asset else {}),
            },
        )
        for outline in found
    ]
    for kind in ("unit", "asset"):
        features += [
            _feature({"type": "Point", "coordinates": [row["lon_deg"], row["lat_deg"]]}, _told(kind, row))
            for row in coverage.answer[f"{kind}s"]
        ]
    collection = {
        "type": "FeatureCollection",
        "simulated": True,
        "title": coverage.answer["scenario"]["title"],
        "question": coverage.answer["scenario"]["hash"],
        "placards": coverage.answer["placards"],
        "attribution": coverage.answer["place"]["attribution"],
        "features": features,
    }
    return (json.dumps(collection, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n").encode()


def _told(kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "asset":
        return {"kind": kind, "name": row["name"], "radius_m": row["radius_m"]}
    return {
        "kind": kind,
        "name": row["name"],
        "system": row["system"],
        "evidence": row["evidence"]["status"],
        "position_error_m": row["position_error_m"],
    }


def _feature(geometry: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": {**properties, "simulated": True}, "geometry": geometry}


def _mask(layer: Layer, rasters: Rasters) -> Mask | None:
    if layer.kind == "reason_any":
        visible: Mask = layer.values == rasters.flags["reason_any"].index(_VISIBLE)
        return visible
    if layer.kind == "p_held":
        held: Mask = layer.values >= _HELD_AT  # false where nothing is known
        return held
    return None


def _polygons(mask: Mask, rasters: Rasters) -> Iterator[tuple[Ring, ...]]:
    from affine import Affine
    from pyproj import Proj
    from rasterio.features import shapes

    transform = Affine(rasters.cell_m, 0.0, rasters.west_m, 0.0, -rasters.cell_m, rasters.north_m)
    project = Proj(rasters.projection)
    for shape, _ in shapes(mask.astype(np.uint8), mask=mask, transform=transform):
        rings = []
        for number, ring in enumerate(shape["coordinates"]):
            east_m, north_m = np.array(ring).T
            lon_deg, lat_deg = project(east_m, north_m, inverse=True)
            points = np.round(np.column_stack([lon_deg, lat_deg]), _DECIMALS)
            # Outer rings run against the clock, holes with it, as GeoJSON wants them.
            if (_area(points) > 0.0) != (number == 0):
                points = points[::-1]
            rings.append(tuple((float(lon), float(lat)) for lon, lat in points))
        yield tuple(rings)


def _area(points: np.ndarray) -> float:
    x, y = points.T
    return 0.5 * float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
