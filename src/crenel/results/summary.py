"""The half of `summary.json` that no raid changes: who, where, what comes, and what it all rests on."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from crenel.core.records import Asset, Bracket, Doctrine, FlatTerrain, GeoPoint, Group, Scenario, Unit
from crenel.results.air import air_row, facing_row
from crenel.results.credits import credit_line, credit_rows, terrain_name
from crenel.results.decoys import n_real
from crenel.results.figures import (
    figure_rows,
    pk_bracket,
    published_pk,
    source_rows,
    stage_rows,
    stated_pk,
    weakest,
    weakest_by_stage,
)
from crenel.results.identity import FORMAT, scenario_hash, version
from crenel.results.placards import placards


def heading(scenario: Scenario[Bracket], *, seed: int, replicates: int, n_passes: int, n_blocks: int) -> dict[str, Any]:
    """What was asked, and how: the first keys of a summary."""
    return {
        "results": FORMAT,
        "crenel": version(),
        "scenario": {
            "name": scenario.name,
            "title": scenario.title,
            "when": scenario.when,
            "hash": scenario_hash(scenario),
            "note": scenario.note,
        },
        "seed": seed,
        "replicates": replicates,
        "blocks": n_blocks,
        "passes": n_passes,
        "threats": n_real(scenario.groups),
    }


def unit_row(unit: Unit[Bracket]) -> dict[str, Any]:
    """One unit, its place and the evidence for it."""
    return {
        "name": unit.name,
        "system": unit.system.key,
        "system_name": unit.system.name,
        **_degrees(unit.at),
        "position_error_m": unit.evidence.position_error_m,
        "mounted_m": unit.mounted_m.value,
        **facing_row(unit),
        "network": unit.network,
        "presence": None if unit.presence is None else three(unit.presence),
        "availability": None if unit.availability is None else three(unit.availability),
        "radius_m": None if unit.radius_m is None else unit.radius_m.value,
        "evidence": {
            "status": unit.evidence.status,
            "admiralty": unit.evidence.admiralty,
            "source": unit.evidence.source,
            "seen": unit.evidence.seen,
            "archived": unit.evidence.archived,
            "identified": unit.evidence.identified,
            "note": unit.evidence.note,
        },
    }


def three(figure: Bracket) -> dict[str, float]:
    """A figure's bracket and value."""
    return {"low": figure.low, "value": figure.value, "high": figure.high}


def group_row(group: Group[Bracket]) -> dict[str, Any]:
    """One group of threats as the scenario states it."""
    return {
        "name": group.name,
        "threat": group.threat.key,
        "threat_name": group.threat.name,
        "threat_class": group.threat.threat_class,
        "count": group.count,
        "to": group.to,
        "from_deg": [_degree(group.from_rad.low), _degree(group.from_rad.high)],
        "starts_m": [group.starts_m.low, group.starts_m.high],
        "height_m": [group.height_m.low, group.height_m.high],
        **flight(group),
        "note": group.note,
        "sources": list(group.sources),
    }


def flight(group: Group[Bracket]) -> dict[str, Any]:
    """How a group comes, beside where from: its way, its waves, and what it does to a unit that it reaches."""
    return {
        "height_above": group.height_above,
        "via": [_degrees(point) for point in group.via],
        "waves": group.waves,
        "wave_every_s": group.wave_every_s,
        "decoy": group.decoy,
        "silences": None if group.silences_frac is None else three(group.silences_frac),
    }


def bonds_row(scenario: Scenario[Bracket]) -> dict[str, Any]:
    """What units and shots have in common: networks, who is in each, doctrine, and common causes of a miss."""
    raid, threat = scenario.common_mode_frac, scenario.common_mode_threat_frac
    return {
        "networks": _networks(scenario),
        "doctrine": _doctrine(scenario.doctrine),
        "common_mode": None if raid is None else three(raid),
        "common_mode_threat": None if threat is None else three(threat),
    }


def _networks(scenario: Scenario[Bracket]) -> list[dict[str, Any]]:
    return [
        {
            "name": network.name,
            "units": [unit.name for unit in scenario.units if unit.network == network.name],
            "delay_s": three(network.delay_s),
            "availability": three(network.availability),
            "doctrine": _doctrine(network.doctrine),
        }
        for network in scenario.networks.values()
    ]


def _doctrine(doctrine: Doctrine) -> dict[str, Any]:
    return {
        "salvo": dict(doctrine.salvo),
        "keep": dict(doctrine.keep),
        "least_pk": doctrine.least_pk,
        "rank": doctrine.rank,
        "planner": "knows_route" if doctrine.knows_route else "present_track",
    }


def asset_row(asset: Asset, groups: Sequence[Group[Bracket]]) -> dict[str, Any]:
    """One asset, and how many threats are sent against it."""
    return {
        "name": asset.name,
        **_degrees(asset.at),
        "radius_m": asset.radius_m,
        "value": asset.value,
        "threats": sum(group.count for group in groups if group.to == asset.name and not group.decoy),
    }


def pk_facts(scenario: Scenario[Bracket]) -> dict[str, Any]:
    """What is stated, published and believed about kill probabilities that can matter here.

    Where no weapon works against anything that comes, the bracket is [0, 0]: no shot can kill.
    """
    stated = stated_pk(scenario)
    return {
        "stated": [
            {
                "unit_system": pk.system,
                "unit_system_name": pk.system_name,
                "weapon": pk.weapon,
                "threat_class": pk.threat_class,
                "value": pk.figure.value,
                "low": pk.figure.low,
                "high": pk.figure.high,
                "grade": pk.figure.grade,
                "sources": list(pk.figure.sources),
            }
            for pk in stated
        ],
        "published": published_pk(stated),
        "bracket": list(pk_bracket(stated) or (0.0, 0.0)),
        "grade": weakest(pk.figure.grade for pk in stated) or "assumption",
    }


def undefended_leak(scenario: Scenario[Bracket]) -> float:
    """Mean number of threats that would leak if no unit were there: all but those that fail by themselves."""
    return sum(
        group.count * (1.0 - group.threat.own_failure_frac.value) for group in scenario.groups if not group.decoy
    )


def grounds(
    scenario: Scenario[Bracket],
    *,
    notes: Sequence[str],
    told: Mapping[str, Any],
    outside_m: Sequence[float],
    n_doubt: int = 0,
    fallback_share: float = 0.0,
) -> dict[str, Any]:
    """What the answer rests on: figures, assumptions, sources, grades, placards, place; the last keys of a summary.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    notes : sequence of str
        What was done to the files of the place.
    told : mapping
        What the world says of the place: what its heights are of and count from, its buildings.
    outside_m : sequence of float
        (G,) mean length of route outside the terrain.
    n_doubt : int
        Points of the doubt that were played; 0 is the central one alone.
    fallback_share : float [1]
        Of all radar looks, how many were rolled one by one.
    """
    figures = figure_rows(scenario)
    return {
        "assumptions": [row for row in figures if row["grade"] == "assumption"],
        "figures": figures,
        "sources": source_rows(scenario),
        "weakest_grade": weakest(row["grade"] for row in figures),
        "weakest_grade_by_stage": weakest_by_stage(scenario),
        "stages": stage_rows(scenario),
        "placards": placards(
            scenario,
            notes=notes,
            told=told,
            outside_m=outside_m,
            n_doubt=n_doubt,
            fallback_share=fallback_share,
        ),
        "place": _place(scenario, notes=notes, told=told),
        "picture": _picture(scenario),
        **bonds_row(scenario),
    }


def place_row(scenario: Scenario[Bracket]) -> dict[str, Any]:
    """A place as the scenario states it."""
    return {
        "centre": _degrees(scenario.place.centre),
        "radius_m": scenario.place.radius_m,
        "terrain": terrain_name(scenario),
        "data": credit_rows(scenario),
    }


def _place(scenario: Scenario[Bracket], *, notes: Sequence[str], told: Mapping[str, Any]) -> dict[str, Any]:
    place = scenario.place
    return {
        "centre_lat_deg": _degree(place.centre.lat_rad),
        "centre_lon_deg": _degree(place.centre.lon_rad),
        "radius_m": place.radius_m,
        "terrain": terrain_name(scenario),
        "datum": "as stated" if isinstance(place.terrain, FlatTerrain) else told.get("datum", ""),
        "model": "flat" if isinstance(place.terrain, FlatTerrain) else told.get("model", "unknown"),
        "heights_above": told.get("zero", "ground"),
        "buildings": told.get("buildings"),
        "air": air_row(scenario),
        "notes": list(notes),
        "data": credit_rows(scenario),
        "attribution": credit_line(scenario),
    }


def _picture(scenario: Scenario[Bracket]) -> dict[str, Any]:
    """For which threat and height the map is drawn: the first group's, unless the scenario says."""
    threat = scenario.study.picture_threat or (scenario.groups[0].threat.key if scenario.groups else "")
    height_m = scenario.study.picture_height_m
    spans = [group.height_m for group in scenario.groups if group.threat.key == threat]
    if not height_m and spans:
        height_m = (spans[0].low + spans[0].high) / 2.0
    return {"threat": threat, "height_m": height_m}


def _degrees(point: GeoPoint) -> dict[str, float]:
    return {"lat_deg": _degree(point.lat_rad), "lon_deg": _degree(point.lon_rad)}


def _degree(angle_rad: float) -> float:
    return round(math.degrees(angle_rad), 6)
