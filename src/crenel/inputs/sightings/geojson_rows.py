"""Sightings from GeoJSON: a collection of features that are points, in degrees."""

import json
from collections.abc import Iterator
from typing import Any, Final

from crenel.inputs.errors import InputError, Mark, quoted
from crenel.inputs.sightings.rows import Table, point_of

_WGS84: Final = (
    *("urn:ogc:def:crs:ogc:1.3:crs84", "urn:ogc:def:crs:ogc::crs84"),
    *("urn:ogc:def:crs:epsg::4326", "epsg:4326"),
)
_AS_POINTS: Final = 'Export points: "geometry": {"type": "Point", "coordinates": [37.59, 55.729]}.'
_AS_COLLECTION: Final = 'Begin it with {"type": "FeatureCollection", "features": [.'


class _Number(str):
    """A number as the file writes it: no rounding, and never mixed up with quoted text."""

    __slots__ = ()


def read_geojson(text: str, file: str) -> Table:
    """The rows of a feature collection: a point and its properties each.

    Raises
    ------
    InputError
        Broken JSON, something else than a feature collection, a projection other than EPSG:4326, too many features.
    """
    root = _parsed(text, file)
    mark = Mark(file)
    if not isinstance(root, dict) or root.get("type") != "FeatureCollection":
        raise mark.error("this is not a GeoJSON FeatureCollection", _AS_COLLECTION)
    _refuse_projected(root.get("crs"), mark)
    features = root.get("features")
    if not isinstance(features, list):
        raise mark.error("the FeatureCollection has no list of features", _AS_COLLECTION)
    table = Table()
    for number, feature in enumerate(features, start=1):
        here = Mark(file, part=f"feature {number}")
        try:
            _add(table, feature, here)
        except InputError as error:
            if error.mark != here:
                raise
            table.errors.append(error)
    return table


def _parsed(text: str, file: str) -> Any:
    def constant(word: str) -> Any:
        raise ValueError(f"{word} is no number")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise ValueError(f"the key {quoted(key)} stands twice in one object")
            found[key] = value
        return found

    try:
        return json.loads(
            text, parse_float=_Number, parse_int=_Number, parse_constant=constant, object_pairs_hook=unique
        )
    except json.JSONDecodeError as error:
        mark = Mark(file, error.lineno, error.colno)
        raise mark.error(f"this is broken JSON: {error.msg}", "Mend it at or just before this place.") from None
    except RecursionError:
        raise Mark(file).error("brackets nest too deep", "Points need fewer than ten levels.") from None
    except ValueError as error:
        raise Mark(file).error(f"this is broken JSON: {error}", "Mend it, or export the file again.") from None


def _refuse_projected(crs: Any, mark: Mark) -> None:
    """Older files may name a projection; newer ones are in degrees without saying so."""
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if isinstance(name, str) and name.casefold() in _WGS84:
        return
    shown = quoted(name) if isinstance(name, str) else "that has no name"
    raise mark.error(f"the file is in the projection {shown}", "Export it again in degrees (WGS 84, EPSG:4326).")


def _add(table: Table, feature: Any, mark: Mark) -> None:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise mark.error("this is not a feature", 'Write {"type": "Feature", "geometry": …, "properties": …}.')
    properties = feature.get("properties")
    if not isinstance(properties, dict | None):
        raise mark.error("the properties are not keys and values", 'Write "properties": {"system": "pantsir-s1"}.')
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind != "Point":
        shown = "no geometry" if geometry is None else f"the geometry {quoted(str(kind))}, which is no point"
        raise mark.error(f"this feature has {shown}", _AS_POINTS)
    numbers = geometry.get("coordinates")
    if (
        not isinstance(numbers, list)
        or len(numbers) not in {2, 3}
        or not all(isinstance(number, _Number) for number in numbers)
    ):
        raise mark.error("the coordinates are not two numbers", _AS_POINTS)
    if len(numbers) == 3 and float(numbers[2]) != 0.0:
        table.unread["altitude of the point"] = None
    table.add(mark, _texts(properties or {}, table), point_of(numbers[0], numbers[1], mark))


def _texts(properties: dict[str, Any], table: Table) -> Iterator[tuple[str, str]]:
    for key, value in properties.items():
        if isinstance(value, bool):
            yield key, str(value).casefold()
        elif isinstance(value, str):
            yield key, str(value)
        elif value is not None:
            table.unread[quoted(key)[1:-1]] = None
