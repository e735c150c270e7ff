"""A raid as CZML, for Cesium: positions against time, each entity there from its first moment to its last."""

import json
from typing import Any, Final

from crenel.export.marking import SIMULATED, begins, stamp, told
from crenel.results.replay import Flight, Replay

_RED: Final = [191, 59, 18, 255]
_BLUE: Final = [36, 66, 92, 255]
_OCHRE: Final = [122, 87, 18, 255]


def replay_czml(replay: Replay) -> bytes:
    """A replay as CZML 1.0.

    Parameters
    ----------
    replay : Replay

    Returns
    -------
    bytes
        Heights count from the ground, and points say so (`heightReference: RELATIVE_TO_GROUND`); Cesium draws them over
        the terrain that it has.
    """
    start = begins(replay)
    epoch = stamp(start, 0.0)
    first, last = stamp(start, replay.starts_s), stamp(start, replay.ends_s)
    packets: list[dict[str, Any]] = [
        {
            "id": "document",
            "name": f"{SIMULATED}: {replay.title}",
            "version": "1.0",
            "description": told(replay),
            "clock": {"interval": f"{first}/{last}", "currentTime": first, "multiplier": 15, "range": "LOOP_STOP"},
        }
    ]
    packets += [_flight(number, flight, epoch, replay) for number, flight in enumerate(replay.flights)]
    packets += [
        _placed(
            f"unit-{number}", f"{stand.name} ({stand.system})", stand.lon_deg, stand.lat_deg, stand.height_agl_m, _BLUE
        )
        for number, stand in enumerate(replay.stands)
    ]
    packets += [
        _placed(f"asset-{number}", goal.name, goal.lon_deg, goal.lat_deg, 0.0, _OCHRE)
        for number, goal in enumerate(replay.goals)
    ]
    return (json.dumps(packets, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n").encode()


def _flight(number: int, flight: Flight, epoch: str, replay: Replay) -> dict[str, Any]:
    start = begins(replay)
    first, last = flight.knots[0].time_s, flight.knots[-1].time_s
    samples = [
        value
        for knot in flight.knots
        for value in (round(knot.time_s, 3), knot.lon_deg, knot.lat_deg, round(knot.height_agl_m, 1))
    ]
    return {
        "id": f"threat-{number}",
        "name": f"{SIMULATED}: {flight.name}",
        "description": " ".join(filter(None, (flight.fate, flight.cause))).replace("_", " "),
        "availability": f"{stamp(start, first)}/{stamp(start, max(last, first + 0.001))}",
        "position": {
            "epoch": epoch,
            "cartographicDegrees": samples,
            "interpolationAlgorithm": "LINEAR",
            "interpolationDegree": 1,
        },
        "point": {"pixelSize": 7, "color": {"rgba": _RED}, "heightReference": "RELATIVE_TO_GROUND"},
        "path": {
            "leadTime": 0,
            "trailTime": 60,
            "width": 2,
            "material": {"solidColor": {"color": {"rgba": _RED}}},
        },
    }


def _placed(
    identity: str, name: str, lon_deg: float, lat_deg: float, height_m: float, colour: list[int]
) -> dict[str, Any]:
    return {
        "id": identity,
        "name": f"{SIMULATED}: {name}",
        "position": {"cartographicDegrees": [lon_deg, lat_deg, round(height_m, 1)]},
        "point": {"pixelSize": 9, "color": {"rgba": colour}, "heightReference": "RELATIVE_TO_GROUND"},
        "label": {
            "text": name,
            "font": "13px sans-serif",
            "horizontalOrigin": "LEFT",
            "pixelOffset": {"cartesian2": [10, 0]},
            "heightReference": "RELATIVE_TO_GROUND",
        },
    }
