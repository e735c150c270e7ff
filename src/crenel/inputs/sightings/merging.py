"""Repeated sightings of one unit, put together by distance and system; whatever is put together stays visible."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from crenel.core.records import EVIDENCE, FloatArray, IntArray
from crenel.inputs.evidence import presence
from crenel.inputs.sightings.reading import Sighting

NEAREST_M: Final = 150.0
"""Nearer than this, sightings of one system are of one unit whatever their position errors say: a vehicle is moved by
as much within one position, and a building is as large."""

_EARTH_RADIUS_M: Final = 6_371_000.0
_LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A unit of another system that stands as near as one of the same would have been merged."""

    name: str
    system: str
    apart_m: float


@dataclass(frozen=True, slots=True)
class SeenUnit:
    """One unit, and every sighting of it in the order of the file; `taken` is the one that gives its position.

    `apart_m` is how far apart its sightings are at most. `neighbours` come before it in the file.
    """

    name: str
    taken: Sighting
    sightings: tuple[Sighting, ...]
    apart_m: float
    neighbours: tuple[Neighbour, ...] = ()

    @property
    def by_presence(self) -> Sighting:
        """The sighting that speaks for its being there: whose code, or else status, gives the highest probability."""
        return max(self.sightings, key=_chance)


def merged(sightings: Sequence[Sighting], titles: Mapping[str, str]) -> list[SeenUnit]:
    """The units that were seen, in the order of their first sightings.

    Two sightings of one system belong together if they are no farther apart than their position errors added, or than
    150 m; so does whatever hangs together through others (single linkage). Different systems never do.

    Parameters
    ----------
    sightings : sequence of Sighting
    titles : mapping
        What each system is called in the name of a unit that has none.
    """
    where = _xyz(sightings)
    error_m = np.array([sighting.error_m or 0.0 for sighting in sightings])
    keys = sorted({sighting.system for sighting in sightings})
    systems = np.array([keys.index(sighting.system) for sighting in sightings])
    groups = list(_linked(where, error_m, systems))
    groups.sort(key=min)
    taken = [_best_placed([sightings[number] for number in group]) for group in groups]
    names = _names([[sightings[number] for number in group] for group in groups], taken, titles)
    centres, centre_error_m = _xyz(taken), np.array([sighting.error_m or 0.0 for sighting in taken])
    units: list[SeenUnit] = []
    for number, group in enumerate(groups):
        apart_m = _apart_m(centres[:number], centres[number])
        reach_m = np.maximum(centre_error_m[:number] + centre_error_m[number], NEAREST_M)
        near = [int(other) for other in np.flatnonzero(apart_m <= reach_m)]
        units.append(
            SeenUnit(
                name=names[number],
                taken=taken[number],
                sightings=tuple(sightings[member] for member in group),
                apart_m=max(float(_apart_m(where[group], where[member]).max()) for member in group),
                # All of other systems: whatever is as near and of the same one is in the group.
                neighbours=tuple(Neighbour(names[other], taken[other].system, float(apart_m[other])) for other in near),
            )
        )
    return units


def _xyz(sightings: Sequence[Sighting]) -> FloatArray:
    """(N, 3) float64 [m]: positions on a sphere, so that a chord gives the distance."""
    lat = np.array([sighting.at.lat_rad for sighting in sightings])
    lon = np.array([sighting.at.lon_rad for sighting in sightings])
    return _EARTH_RADIUS_M * np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def _apart_m(many: FloatArray, one: FloatArray) -> FloatArray:
    """(N,) float64 [m]: how far each of many is from one, over ground."""
    chord = np.linalg.norm(many - one, axis=1)
    return np.asarray(2.0 * _EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, chord / (2.0 * _EARTH_RADIUS_M))))


def _linked(where: FloatArray, error_m: FloatArray, systems: IntArray) -> Iterator[list[int]]:
    """Groups of numbers that hang together, each in order."""
    free = np.ones(len(where), dtype=bool)
    for first in range(len(where)):
        if not free[first]:
            continue
        free[first] = False
        group, waiting = [first], [first]
        while waiting:
            one = waiting.pop()
            others = np.flatnonzero(free & (systems == systems[one]))
            apart_m = _apart_m(where[others], where[one])
            joined = others[apart_m <= np.maximum(error_m[others] + error_m[one], NEAREST_M)]
            free[joined] = False
            group += [int(number) for number in joined]
            waiting += [int(number) for number in joined]
        yield sorted(group)


def _best_placed(sightings: list[Sighting]) -> Sighting:
    """The sighting whose position is taken: least error, then firmest status, then latest, then first in the file.

    An error that is not said is not taken for none.
    """

    def order(seen: Sighting) -> tuple[float, int]:
        return (float("inf") if seen.error_m is None else seen.error_m, EVIDENCE.index(seen.taken_status))

    least = min(order(seen) for seen in sightings)
    tied = [seen for seen in sightings if order(seen) == least]
    return max(tied, key=lambda seen: seen.seen)


def _chance(seen: Sighting) -> float:
    suggested = presence(seen.taken_status, seen.admiralty)
    return -1.0 if suggested is None else suggested.chance.value


def _names(groups: list[list[Sighting]], taken: list[Sighting], titles: Mapping[str, str]) -> list[str]:
    """A name of its own for each unit: its position's sighting names it, else the first that does, else its system."""
    given = [
        first.name or next((seen.name for seen in group if seen.name), "")
        for first, group in zip(taken, groups, strict=True)
    ]
    used: set[str] = set()
    counts: dict[str, int] = {}
    reserved = {name for name in given if name}
    names: list[str] = []
    for name, sighting in zip(given, taken, strict=True):
        stem = name or titles[sighting.system]
        unique = name
        # A name that is free is kept; every other gets the next number that makes it so.
        while not unique or unique in used or (not name and unique in reserved):
            counts[stem] = counts.get(stem, 1 if name else 0) + 1
            number = f" {counts[stem]}"
            unique = stem[: _LONGEST_NAME - len(number)].rstrip() + number
            if unique in reserved:
                unique = ""
        used.add(unique)
        names.append(unique)
    return names
