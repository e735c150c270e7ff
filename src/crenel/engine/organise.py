"""Who belongs to whom: units, the networks that bind them, the pictures they fight by, and what they are ordered."""

import math
from typing import Final

from crenel.core import streams
from crenel.core.records import Case, Radar, Unit
from crenel.engine.setup import doctrine_of
from crenel.engine.tables import NETWORK, ORDER, PICTURE, SEAT, UNIT, Records, records

_NO_LIMIT: Final = 1_000_000
_NEVER_S: Final = math.inf

SILENT_MISSILE: Final = 1
SILENT_GUN: Final = 2


def units_of(case: Case, whose: list[tuple[int, int]]) -> Records:
    """(U,) UNIT; `whose` are the numbers of the pictures that each fights by."""
    numbers = _network_numbers(case)
    alphabetical = sorted(range(len(case.units)), key=lambda u: case.units[u].name)
    units = records((len(case.units),), UNIT)
    for u, unit in enumerate(case.units):
        system, missile = unit.system, unit.system.missile
        row = units[u]
        row.name = streams.name_hash(unit.name)
        row.rank = alphabetical.index(u)
        row.network = numbers[_network_name(unit)]
        row.picture, row.own_picture = whose[u]
        row.availability = 1.0 if unit.availability is None else unit.availability
        row.reaction_s = system.reaction_s
        row.assessment_s = system.assessment_s
        row.channels = round(system.channels)
        row.n_sectors, row.sector_channels = 1, _NO_LIMIT
        if system.fire_control is not None and system.fire_control.channels_per_sector is not None:
            row.n_sectors = system.fire_control.n_sectors
            row.sector_channels = round(system.fire_control.channels_per_sector)
        row.reload_s = _NEVER_S
        if missile is not None and missile.reload_s is not None and missile.spare_rounds is not None:
            row.spare, row.reload_s = round(missile.spare_rounds), missile.reload_s
        row.commands = missile is not None and missile.guidance == "command"
        row.ranks_by_value = doctrine_of(case, unit).rank == "value"
        row.burst_s = system.gun.burst_rounds / system.gun.rate_hz if system.gun else 0.0
        row.armed = is_armed(unit)
        search = system.radar or system.sensor
        if search is not None:
            row.confirm_m, row.confirm_n, row.drop_k = search.confirm_m, search.confirm_n, search.drop_k
            row.scan_s = search.scan_period_s if isinstance(search, Radar) else search.look_period_s
    return units


def networks_of(case: Case) -> Records:
    """(N,) NETWORK, in the order of the units; one of a single unit that names none is never down."""
    names = list(_network_numbers(case))
    networks = records((len(names),), NETWORK)
    for number, name in enumerate(names):
        networks[number].name = streams.name_hash(name)
        networks[number].availability = _availability(case, name)
    return networks


def pictures_of(case: Case) -> tuple[Records, Records, list[tuple[int, int]]]:
    """The pictures that armed units fight by, which sensors tell each, and each unit's own two.

    Returns
    -------
    (P,) PICTURE
    (S,) SEAT
    list of (int, int)
        Per unit: its picture, and the one that it has while its network is down, each -1 if it needs none.

    Notes
    -----
    A network without delay has one picture. With delay every armed unit has its own, in which its own sensor comes
    first and at once. Where a network may be down, each also has one that its own sensor tells alone.
    """
    sensing = [unit.system.radar is not None or unit.system.sensor is not None for unit in case.units]
    seats: list[tuple[int, float]] = []
    pictures: list[tuple[int, int]] = []
    shared: dict[str, int] = {}
    whose: list[tuple[int, int]] = []

    def new_picture(told: list[tuple[int, float]]) -> int:
        pictures.append((len(seats), len(told)))
        seats.extend(told)
        return len(pictures) - 1

    for u, unit in enumerate(case.units):
        if not is_armed(unit):
            whose.append((-1, -1))
            continue
        name = _network_name(unit)
        network = case.networks.get(unit.network)
        delay_s = 0.0 if network is None else network.delay_s
        others = [o for o, other in enumerate(case.units) if sensing[o] and _network_name(other) == name]
        if delay_s > 0.0:
            picture = new_picture([(o, 0.0 if o == u else delay_s) for o in sorted(others, key=lambda o: o != u)])
        else:
            if name not in shared:
                shared[name] = new_picture([(o, 0.0) for o in others])
            picture = shared[name]
        alone = new_picture([(u, 0.0)] if sensing[u] else []) if _availability(case, name) < 1.0 else -1
        whose.append((picture, alone))
    seat_rows = records((len(seats),), SEAT, unit=[u for u, _ in seats], lag_s=[lag_s for _, lag_s in seats])
    picture_rows = records(
        (len(pictures),), PICTURE, first_seat=[first for first, _ in pictures], n_seats=[n for _, n in pictures]
    )
    return picture_rows, seat_rows, whose


def orders_of(case: Case) -> Records:
    """(G, U) ORDER: what the doctrine says to each unit about each group's class."""
    orders = records((len(case.groups), len(case.units)), ORDER)
    for g, group in enumerate(case.groups):
        threat_class = group.threat.threat_class
        for u, unit in enumerate(case.units):
            doctrine, missile, gun = doctrine_of(case, unit), unit.system.missile, unit.system.gun
            row = orders[g, u]
            row.salvo = doctrine.salvo.get(threat_class, missile.salvo if missile else 1)
            row.kept = sum(rounds for other, rounds in doctrine.keep.items() if other != threat_class)
            if missile is not None and missile.pk[threat_class] < doctrine.least_pk:
                row.silent |= SILENT_MISSILE
            if gun is not None and gun.pk[threat_class] < doctrine.least_pk:
                row.silent |= SILENT_GUN
    return orders


def stock_of(unit: Unit[float]) -> tuple[int, int]:
    """Missiles ready to fire, and whole bursts."""
    missile, gun = unit.system.missile, unit.system.gun
    return (
        round(missile.rounds) if missile else 0,
        math.floor(gun.rounds / gun.burst_rounds) if gun else 0,
    )


def is_armed(unit: Unit[float]) -> bool:
    """Whether a unit has anything to fire."""
    return sum(stock_of(unit)) > 0


def _network_name(unit: Unit[float]) -> str:
    """A unit without a network is one of its own."""
    return unit.network or f"\0{unit.name}"


def _network_numbers(case: Case) -> dict[str, int]:
    names = dict.fromkeys(_network_name(unit) for unit in case.units)
    return {name: number for number, name in enumerate(names)}


def _availability(case: Case, name: str) -> float:
    network = case.networks.get(name)
    return 1.0 if network is None else network.availability
