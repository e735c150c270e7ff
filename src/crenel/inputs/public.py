"""A scenario for the public: positions rounded, and nothing left that tells of one roof rather than another.

The text is made anew from what the scenario says, so that no comment, note or name of the original is in it.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any, Final

import yaml

from crenel.core.records import Bracket, CrenelError, GeoPoint, Scenario, Unit
from crenel.inputs.coordinates import distance_m
from crenel.inputs.nodes import Node, parse_tree

GRID_M: Final = 500.0
"""Positions are rounded to this at least, and to their own error if that is more."""

CLEAR_M: Final = 150.0
"""No rounded position is nearer than this to where a unit was said to stand."""

_DEGREE_M: Final = 111_195.0
_INSIDE: Final = 0.99
_DROPPED: Final = ("note", "cover")
_EVIDENCE: Final = ("source", "seen", "identified", "presence", "admiralty")


def public_text(scenario: Scenario[Bracket]) -> str:
    """The text of the rounded scenario.

    Parameters
    ----------
    scenario : Scenario[Bracket]
        As it was read: its text is taken apart again.

    Returns
    -------
    str
        A scenario file. Units are called after their systems; notes, roofs, archive links and the part on coverage are
        gone.

    Raises
    ------
    CrenelError
        A place of files that are named by their full paths, or no rounded position lies inside the place.
    """
    tree = _without_notes(_plain(parse_tree(scenario.text, scenario.name)))
    kept = {key: value for key, value in tree.items() if key not in _DROPPED}
    _refuse_full_paths(kept["place"])
    true = [unit.at for unit in scenario.units]
    centre = scenario.place.centre
    if not _is_clear(centre, true):
        centre = _rounded(centre, GRID_M, true, centre, scenario.place.radius_m)
        kept["place"] = {**kept["place"], "centre": _written(centre)}
    names = {unit.name: f"{unit.system.name} {number}" for number, unit in enumerate(scenario.units, 1)}
    named = dict.fromkeys(unit.network for unit in scenario.units if unit.network)
    networks = {name: f"network {number}" for number, name in enumerate(named, 1)}

    def moved(at: GeoPoint, error_m: float = 0.0) -> list[str]:
        return _written(_rounded(at, max(GRID_M, error_m), true, centre, scenario.place.radius_m))

    kept["defence"] = [
        {
            **_unit(stated, unit, networks),
            "unit": names[unit.name],
            "at": moved(unit.at, unit.evidence.position_error_m),
        }
        for stated, unit in zip(tree["defence"], scenario.units, strict=True)
    ]
    if "networks" in kept:
        kept["networks"] = {networks.get(name, name): value for name, value in kept["networks"].items()}
    kept["assets"] = [
        {**stated, "at": moved(asset.at)} for stated, asset in zip(tree["assets"], scenario.assets, strict=True)
    ]
    kept["raid"] = [{**group, "to": names.get(group["to"], group["to"])} for group in tree["raid"]]
    if any("via" in stated for stated in kept["raid"]) and len(kept["raid"]) != len(scenario.groups):
        raise CrenelError("routes over points cannot be rounded beside a published raid. Leave out one of the two.")
    for stated, group in zip(kept["raid"], scenario.groups, strict=False):
        if "via" in stated:
            stated["via"] = [_written(_turned(at, true)) for at in group.via]
    head = "# Positions are rounded, to 500 m at least: this is the scenario that the public page was played from.\n"
    return head + yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=110)


def _unit(stated: dict[str, Any], unit: Unit[Bracket], networks: dict[str, str]) -> dict[str, Any]:
    height_m = unit.mounted_m.value
    evidence = stated.get("evidence", {})
    told = evidence if isinstance(evidence, dict) else {}
    error_m = max(GRID_M, unit.evidence.position_error_m)
    found: dict[str, Any] = {
        **stated,
        "mounted": "ground" if height_m == 0.0 else {"height": f"{height_m:.0f} m", "grade": unit.mounted_m.grade},
        "evidence": {
            **{key: told[key] for key in _EVIDENCE if key in told},
            "status": unit.evidence.status,
            "position_error": f"{error_m:g} m",
        },
    }
    if unit.network:
        found["network"] = networks[unit.network]
    return found


def _turned(at: GeoPoint, true: Sequence[GeoPoint]) -> GeoPoint:
    """A point of a route, which may lie outside the place, on the grid."""
    found = sorted(_near(at, GRID_M), key=lambda point: distance_m(at, point))
    return next((point for point in found if _is_clear(point, true)), found[-1])


def _rounded(at: GeoPoint, grid_m: float, true: Sequence[GeoPoint], centre: GeoPoint, radius_m: float) -> GeoPoint:
    """The nearest point of a grid that is inside the place, and not by chance where a unit stands."""
    found = sorted(_near(at, grid_m), key=lambda point: distance_m(at, point))
    for point in found:
        if _is_clear(point, true) and distance_m(centre, point) <= _INSIDE * radius_m:
            return point
    raise CrenelError(
        f"no position that is rounded to {grid_m:g} m lies inside the place (radius {radius_m / 1000.0:g} km). "
        "Raise the radius of the place."
    )


def _near(at: GeoPoint, grid_m: float) -> Iterator[GeoPoint]:
    step_lat = grid_m / _DEGREE_M
    row = round(math.degrees(at.lat_rad) / step_lat)
    for down, right in product((0, -1, 1, -2, 2), repeat=2):
        lat_deg = (row + down) * step_lat
        step_lon = grid_m / (_DEGREE_M * max(0.02, math.cos(math.radians(lat_deg))))
        column = round(math.degrees(at.lon_rad) / step_lon) + right
        # As it will be written, so that what is checked is what is read again.
        yield GeoPoint(math.radians(round(lat_deg, 4)), math.radians(round(column * step_lon, 4)))


def _is_clear(point: GeoPoint, true: Sequence[GeoPoint]) -> bool:
    return all(distance_m(point, at) >= CLEAR_M for at in true)


def _written(at: GeoPoint) -> list[str]:
    lat_deg, lon_deg = math.degrees(at.lat_rad), math.degrees(at.lon_rad)
    return [
        f"{abs(lat_deg):.4f} {'N' if lat_deg >= 0.0 else 'S'}",
        f"{abs(lon_deg):.4f} {'E' if lon_deg >= 0.0 else 'W'}",
    ]


def _refuse_full_paths(value: Any) -> None:
    if isinstance(value, dict):
        for one in value.values():
            _refuse_full_paths(one)
    elif isinstance(value, list):
        for one in value:
            _refuse_full_paths(one)
    elif Path(value).is_absolute():
        raise CrenelError(
            f"the place names the file {Path(value).name} by its full path, which tells of your machine. Put it beside "
            "the scenario, and name it from there."
        )


def _without_notes(value: Any) -> Any:
    """The same without any note, wherever it stands."""
    if isinstance(value, dict):
        return {key: _without_notes(one) for key, one in value.items() if key != "note"}
    return [_without_notes(one) for one in value] if isinstance(value, list) else value


def _plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(one) for key, one in node.value.items()}
    if isinstance(node.value, list):
        return [_plain(one) for one in node.value]
    return node.value
