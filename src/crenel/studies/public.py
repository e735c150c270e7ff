"""A replay for the public: no point of it lies where a unit was said to stand."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import atan2, cos, radians, sin, sqrt
from typing import Final

from crenel.results.replay import Flight, Knot, Replay

CLEAR_M: Final = 150.0

_RADIUS_M: Final = 6_371_008.8


def far_from(shown: Replay, secret: Sequence[tuple[float, float]]) -> Replay:
    """The same raid without knots near any of the places that are kept secret.

    A flight between two knots is straight, so one in between may go without a change. The end of a flight is moved back
    along it.

    Parameters
    ----------
    shown : Replay
    secret : sequence of (latitude, longitude) [rad]
    """
    flights = tuple(_cleared(flight, secret) for flight in shown.flights)
    ends = {
        number: flight.ended_s
        for number, flight in enumerate(flights)
        if flight.ended_s != shown.flights[number].ended_s
    }
    events = tuple(
        replace(event, time_s=min(event.time_s, ends[event.threat])) if event.threat in ends else event
        for event in shown.events
    )
    return replace(shown, flights=flights, events=events)


def _cleared(flight: Flight, secret: Sequence[tuple[float, float]]) -> Flight:
    knots = [
        knot
        for number, knot in enumerate(flight.knots)
        if number in (0, len(flight.knots) - 1) or _is_clear(knot, secret)
    ]
    if len(knots) > 1 and not _is_clear(knots[-1], secret):
        knots[-1] = next(_back(knots[-2], knots[-1], secret), knots[-2])
    if len(knots) > 1 and not _is_clear(knots[0], secret):
        knots[0] = next(_back(knots[1], knots[0], secret), knots[1])
    return replace(flight, knots=tuple(knots), ended_s=min(flight.ended_s, knots[-1].time_s))


def _back(before: Knot, end: Knot, secret: Sequence[tuple[float, float]]) -> Iterator[Knot]:
    for step in range(1, 200):
        share = 1.0 - step / 200.0
        between = Knot(
            before.time_s + share * (end.time_s - before.time_s),
            before.lon_deg + share * (end.lon_deg - before.lon_deg),
            before.lat_deg + share * (end.lat_deg - before.lat_deg),
            before.height_agl_m + share * (end.height_agl_m - before.height_agl_m),
            before.ground_msl_m + share * (end.ground_msl_m - before.ground_msl_m),
        )
        if _is_clear(between, secret):
            yield between


def _is_clear(knot: Knot, secret: Sequence[tuple[float, float]]) -> bool:
    lat, lon = radians(knot.lat_deg), radians(knot.lon_deg)
    return all(_distance_m(lat, lon, *at) >= CLEAR_M for at in secret)


def _distance_m(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    a = sin((lat2 - lat1) / 2.0) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2.0) ** 2
    return 2.0 * _RADIUS_M * atan2(sqrt(a), sqrt(max(0.0, 1.0 - a)))
