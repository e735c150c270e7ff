"""CityJSON: footprints and heights of buildings out of city models, level of detail 0 to 2."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from crenel.core.records import CrenelError
from crenel.world.tags import HEIGHT_KEYS, height_m, plain_key

_BUILDINGS: Final = ("Building", "BuildingPart", "BuildingUnit")
_DEPTHS: Final = {"MultiSurface": 1, "CompositeSurface": 1, "Solid": 2, "MultiSolid": 3, "CompositeSolid": 3}
_SMALLEST_M2: Final = 0.01


class City(NamedTuple):
    """Footprints in the model's own reference system, and the attributes of each; `height` is the model's own."""

    shapes: NDArray[Any]
    crs: str
    fields: dict[str, NDArray[Any]]


def read_city(path: str) -> City:
    """The buildings of a CityJSON file.

    Raises
    ------
    CrenelError
        It is broken, or has no reference system.

    Notes
    -----
    The footprint is what the ground surfaces cover, or, where none is marked, all surfaces seen from above. A building
    with no height among its attributes is as high as its geometry.
    """
    name = Path(path).name
    try:
        model = json.loads(Path(path).read_bytes())
        crs = _system(model, name)
        vertices = _vertices(model)
        found = list(_buildings(model, vertices))
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise CrenelError(
            f"{name}: is broken CityJSON ({type(error).__name__}: {error}). Get it again, or give another format."
        ) from error
    keys = sorted({key for _, attributes in found for key in attributes})
    fields = {key: np.array([attributes.get(key) for _, attributes in found], dtype=object) for key in keys}
    shapes = np.empty(len(found), dtype=object)
    shapes[:] = [shape for shape, _ in found]
    return City(shapes, crs, fields)


def _system(model: Mapping[str, Any], name: str) -> str:
    written = (model.get("metadata") or {}).get("referenceSystem")
    if not written:
        raise CrenelError(
            f"{name}: has no reference system, so nobody knows where it lies. Write it in, under metadata: "
            '"referenceSystem": "https://www.opengis.net/def/crs/EPSG/0/7415" (with its own code).'
        )
    code = str(written).rstrip("/").replace(":", "/").split("/")[-1]
    return f"EPSG:{int(code)}"


def _vertices(model: Mapping[str, Any]) -> NDArray[np.float64]:
    vertices = np.array(model["vertices"], dtype=np.float64).reshape(-1, 3)
    transform = model.get("transform")
    if transform is not None:
        vertices = vertices * np.array(transform["scale"]) + np.array(transform["translate"])
    return vertices


def _buildings(model: Mapping[str, Any], vertices: NDArray[np.float64]) -> Iterator[tuple[Any, dict[str, Any]]]:
    objects = model["CityObjects"]
    for thing in objects.values():
        if thing["type"] not in _BUILDINGS or not thing.get("geometry"):
            continue
        geometry = max(thing["geometry"], key=lambda geometry: float(geometry.get("lod", 0)))
        surfaces = list(_surfaces(geometry))
        floors = [rings for rings, kind in surfaces if kind == "GroundSurface"]
        shape = _footprint(floors or [rings for rings, _ in surfaces], vertices)
        corners = sorted({corner for rings, _ in surfaces for ring in rings for corner in ring})
        heights_m = vertices[corners, 2]
        rise_m = float(np.ptp(heights_m)) if heights_m.size else 0.0
        yield shape, _attributes(thing, objects, rise_m)


def _attributes(thing: Mapping[str, Any], objects: Mapping[str, Any], rise_m: float) -> dict[str, Any]:
    """Its own attributes; what it lacks from the building that it is part of, but for a height that it shows itself."""
    own = dict(thing.get("attributes") or {})
    whole = (objects.get((thing.get("parents") or [""])[0]) or {}).get("attributes") or {}
    if rise_m > 0.0 and not _has_height(own):
        own["height"] = rise_m
    if _has_height(own):
        whole = {key: value for key, value in whole.items() if plain_key(key) not in HEIGHT_KEYS}
    return {**whole, **own}


def _has_height(attributes: Mapping[str, Any]) -> bool:
    return any(
        plain_key(key) in HEIGHT_KEYS and height_m(value, key=key) is not None for key, value in attributes.items()
    )


def _surfaces(geometry: Mapping[str, Any]) -> Iterator[tuple[list[list[int]], str]]:
    """Rings of each surface, and what it is marked as."""
    depth = _DEPTHS.get(geometry["type"])
    if depth is None:
        return
    semantics = geometry.get("semantics") or {}
    kinds = semantics.get("surfaces") or []
    for rings, mark in _leaves(geometry["boundaries"], semantics.get("values"), depth):
        yield rings, str(kinds[mark].get("type", "")) if isinstance(mark, int) else ""


def _leaves(boundaries: Any, marks: Any, depth: int) -> Iterator[tuple[list[list[int]], Any]]:
    for number, part in enumerate(boundaries):
        mark = marks[number] if isinstance(marks, list) and number < len(marks) else None
        if depth == 1:
            yield part, mark
        else:
            yield from _leaves(part, mark, depth - 1)


def _footprint(surfaces: list[list[list[int]]], vertices: NDArray[np.float64]) -> Any:
    """What surfaces cover, seen from above; None if that is nothing."""
    seen = []
    for rings in surfaces:
        loops = [vertices[ring, :2] for ring in rings if len(ring) >= 3]
        if not loops:
            continue
        shape = shapely.make_valid(shapely.Polygon(loops[0], loops[1:]))
        if shape.area > _SMALLEST_M2:  # walls are lines from above
            seen.append(shape)
    return shapely.union_all(seen) if seen else None
