"""A raid as GeoJSON: ways, ends, units, assets."""

import json
from typing import Any

from crenel.export.marking import SIMULATED, told
from crenel.results.replay import Replay


def replay_geojson(replay: Replay) -> bytes:
    """A replay as a GeoJSON collection on WGS 84; the third coordinate is metres above the ground, and says so."""
    features = [
        _feature(
            {
                "type": "LineString",
                "coordinates": [[knot.lon_deg, knot.lat_deg, round(knot.height_agl_m, 1)] for knot in flight.knots],
            },
            kind="flight",
            name=flight.name,
            fate=flight.fate,
            cause=flight.cause or None,
            time_s=[round(knot.time_s, 3) for knot in flight.knots],
        )
        for flight in replay.flights
        if len(flight.knots) > 1
    ]
    features += [
        _feature(
            {"type": "Point", "coordinates": [flight.knots[-1].lon_deg, flight.knots[-1].lat_deg]},
            kind="end",
            name=flight.name,
            fate=flight.fate,
            time_s=round(flight.ended_s, 3),
        )
        for flight in replay.flights
    ]
    features += [
        _feature(
            {"type": "Point", "coordinates": [stand.lon_deg, stand.lat_deg]},
            kind="unit",
            name=stand.name,
            system=stand.system,
        )
        for stand in replay.stands
    ]
    features += [
        _feature({"type": "Point", "coordinates": [goal.lon_deg, goal.lat_deg]}, kind="asset", name=goal.name)
        for goal in replay.goals
    ]
    collection = {
        "type": "FeatureCollection",
        "simulated": True,
        "title": f"{SIMULATED}: {replay.title}",
        "description": told(replay),
        "heights": "metres above the ground",
        "question": replay.scenario,
        "placards": list(replay.placards),
        "features": features,
    }
    return (json.dumps(collection, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n").encode()


def _feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {**properties, "simulated": True}, "geometry": geometry}
