"""One raid of a run as a record that can be watched: where everyone flew, what happened when, how busy everyone was."""

from collections.abc import Iterator, Sequence
from math import degrees, isnan

from crenel import world
from crenel.core.records import Bracket, Scenario
from crenel.results import replay as record
from crenel.results.identity import scenario_hash, version
from crenel.results.placards import placards
from crenel.results.replay import Event, Flight, Goal, Knot, Replay, Stand
from crenel.studies.again import Again, flown
from crenel.studies.raid_log import busy, raid_events


def replayed(one: Again, *, why: str) -> Replay:
    """A raid that was played again, as a record.

    Parameters
    ----------
    one : Again
    why : str
        Why this raid is shown.
    """
    scenario, built, raid = one.scenario, one.built, one.raid
    flights = tuple(_flight(one, i) for i in range(len(raid.flights)))
    stands = _stands(scenario, built)
    return Replay(
        title=scenario.title,
        when=scenario.when,
        scenario=scenario_hash(scenario),
        crenel=version(),
        seed=one.seed,
        replicate=raid.replicate,
        why=why,
        complete=True,
        flights=flights,
        stands=busy(raid.events, stands),
        goals=tuple(
            Goal(asset.name, degrees(asset.at.lon_rad), degrees(asset.at.lat_rad), asset.radius_m)
            for asset in scenario.assets
        ),
        events=record.in_order([*_starts(flights), *raid_events(raid.events, flights, stands)]),
        placards=tuple(placards(scenario, notes=built.notes, told=built.told(), outside_m=())),
    )


def _flight(one: Again, i: int) -> Flight:
    flight, row = one.raid.flights[i], one.rows.row(i, named=True)
    groups = one.scenario.groups
    group = groups[flight.group]
    number = i - sum(other.count for other in groups[: flight.group]) + 1
    return Flight(
        name=f"{group.threat.name} {number} ({group.name})",
        group=group.name,
        threat=group.threat.key,
        threat_class=group.threat.threat_class,
        to=group.to,
        fate=flight.fate,
        cause=flight.cause,
        unit=flight.stopped_by,
        ended_s=flight.ended_s,
        rounds=int(row["rounds"]),
        bursts=int(row["bursts"]),
        knots=tuple(_knots(one, i)),
    )


def _knots(one: Again, i: int) -> Iterator[Knot]:
    """At both ends of a flight, at each bend, and as often in between as a straight line wants."""
    ground_m = 0.0
    for time_s, east_m, north_m, height_m in flown(one, i):
        at = one.built.frame.to_geo(east_m, north_m)
        here_m = one.built.ground_height_m(east_m, north_m)
        ground_m = ground_m if isnan(here_m) else here_m
        yield Knot(time_s, degrees(at.lon_rad), degrees(at.lat_rad), max(0.0, height_m - ground_m), ground_m)


def _geo(built: world.World, east_m: float, north_m: float) -> tuple[float, float, float]:
    at = built.frame.to_geo(east_m, north_m)
    ground_m = built.ground_height_m(east_m, north_m)
    return degrees(at.lon_rad), degrees(at.lat_rad), 0.0 if isnan(ground_m) else ground_m


def _stands(scenario: Scenario[Bracket], built: world.World) -> tuple[Stand, ...]:
    found = []
    for unit in scenario.units:
        lon_deg, lat_deg, ground_m = _geo(built, *built.frame.to_local(unit.at))
        missile = unit.system.missile
        found.append(
            Stand(
                name=unit.name,
                system=unit.system.name,
                lon_deg=lon_deg,
                lat_deg=lat_deg,
                height_agl_m=unit.mounted_m.value,
                ground_msl_m=ground_m,
                channels=round(unit.system.channels.value),
                rounds=0 if missile is None else round(missile.rounds.value),
            )
        )
    return tuple(found)


def _starts(flights: Sequence[Flight]) -> list[Event]:
    return [
        Event(flight.knots[0].time_s, "appears", i, -1, f"{flight.name} begins its way to {flight.to}.")
        for i, flight in enumerate(flights)
    ]
