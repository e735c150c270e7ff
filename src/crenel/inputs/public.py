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
_KEPT: Final = ("crenel", "title", "when", "place", "catalogue", "sources", "defence", "assets", "raid", "study")
_EVIDENCE: Final = ("status", "source", "seen", "identified", "presence", "admiralty")


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
    tree = _plain(parse_tree(scenario.text, scenario.name))
    assert isinstance(tree, dict)
    kept = {key: tree[key] for key in _KEPT if key in tree}
    _refuse_full_paths(kept["place"])
    true = [unit.at for unit in scenario.units]
    centre = scenario.place.centre
    if not _is_clear(centre, true):
        centre = _rounded(centre, GRID_M, true, centre, scenario.place.radius_m)
        kept["place"] = {**kept["place"], "centre": _written(centre)}
    networks = {
        name: f"network {n}" for n, name in enumerate(dict.fromkeys(u.network for u in scenario.units if u.network), 1)
    }

    def moved(at: GeoPoint, error_m: float) -> list[str]:
        return _written(_rounded(at, max(GRID_M, error_m), true, centre, scenario.place.radius_m))

    kept["defence"] = [
        _unit(stated, unit, number, moved(unit.at, unit.evidence.position_error_m), networks)
        for number, (stated, unit) in enumerate(zip(tree["defence"], scenario.units, strict=True), 1)
    ]
    kept["assets"] = [
        {**stated, "at": moved(asset.at, 0.0)} for stated, asset in zip(tree["assets"], scenario.assets, strict=True)
    ]
    kept["raid"] = [{key: value for key, value in group.items() if key != "note"} for group in tree["raid"]]
    head = "# Positions are rounded, to 500 m at least: this is the scenario that the public page was played from.\n"
    return head + yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=110)


def _unit(
    stated: dict[str, Any], unit: Unit[Bracket], number: int, at: list[str], networks: dict[str, str]
) -> dict[str, Any]:
    height_m = unit.mounted_m.value
    evidence = stated.get("evidence", {})
    told = evidence if isinstance(evidence, dict) else {"status": evidence}
    error_m = max(GRID_M, unit.evidence.position_error_m)
    found: dict[str, Any] = {
        "unit": f"{unit.system.name} {number}",
        "system": unit.system.key,
        "at": at,
        "mounted": "ground" if height_m == 0.0 else {"height": f"{height_m:.0f} m", "grade": unit.mounted_m.grade},
        "evidence": {**{key: told[key] for key in _EVIDENCE if key in told}, "position_error": f"{error_m:g} m"},
    }
    if unit.network:
        found["network"] = networks[unit.network]
    if "set" in stated:
        found["set"] = stated["set"]
    return found


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


def _plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(one) for key, one in node.value.items()}
    if isinstance(node.value, list):
        return [_plain(one) for one in node.value]
    return node.value
