"""What a place needs, before anything is fetched: names, addresses, sizes, licences."""

import math
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from crenel.core.records import CrenelError
from crenel.inputs.errors import did_you_mean
from crenel.places.box import Circle
from crenel.places.client import Client
from crenel.places.overpass import queries
from crenel.places.overture import THEMES
from crenel.places.sources import BUILDINGS, BY_KEY, OSM, TERRAIN, Source
from crenel.places.terrain import tiles

# Guesses for a place where people live. Only --get knows.
_FOOTPRINTS_PER_KM2: Final = 100.0
_BYTES_PER_FOOTPRINT: Final = {"overture": 150.0, "osm": 120.0}
_BYTES_OF_LAND_PER_KM2: Final = 6_000.0
_BYTES_BESIDE: Final = 6_000_000  # index and footers

_LATER: Final = "<resolved at --get>"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that has to be fetched. `n_bytes` is an estimate of what is fetched of it."""

    part: Literal["terrain", "buildings", "land"]
    source: str
    name: str
    address: str
    n_bytes: int


def checked(terrain: str, buildings: str) -> tuple[Source | None, Source | None]:
    """The sources of terrain and buildings that two options name; None for "none".

    Raises
    ------
    CrenelError
        One of them is not known.
    """
    for option, word, known in (("--terrain", terrain, TERRAIN), ("--buildings", buildings, BUILDINGS)):
        if word not in known:
            raise CrenelError(f'{option} knows no "{word}". {did_you_mean(word, known)} Known are: {", ".join(known)}.')
    return BY_KEY.get(terrain), BY_KEY.get(buildings)


def needs(circle: Circle, terrain: Source | None, buildings: Source | None) -> list[Need]:
    """Everything that a place needs, by the table of endpoints; nothing is asked over the network."""
    client = Client(is_offline=True)
    found: list[Need] = []
    if terrain is not None:
        base = client.endpoint(terrain.key).addresses[0]
        found += [
            Need("terrain", terrain.key, tile.name, f"{base}{tile.path}", tile.n_bytes)
            for tile in tiles(terrain, circle)
        ]
    if buildings is OSM:
        found += _from_osm(client, circle)
    elif buildings is not None:
        found += _from_overture(client, circle)
    return found


def told(
    circle: Circle, terrain: Source | None, buildings: Source | None, *, words: Sequence[str], cache: str
) -> dict[str, Any]:
    """The plan as plain data, for JSON and for the screen; `words` are those of the command that asked."""
    listed = needs(circle, terrain, buildings)
    return {
        "place": {
            "lat_deg": round(circle.lat_deg, 6),
            "lon_deg": round(circle.lon_deg, 6),
            "radius_m": circle.radius_m,
        },
        "command": shlex.join(words),
        "sources": [
            {
                "source": source.key,
                "name": source.name,
                "note": source.note,
                "licence": source.licence,
                "attribution": source.attribution,
                **({"model": source.model, "datum": source.datum} if source is terrain else {}),
            }
            for source in (terrain, buildings)
            if source is not None
        ],
        "needs": [asdict(need) for need in listed],
        "n_bytes_estimated": sum(need.n_bytes for need in listed),
        "cache": cache,
    }


def _from_overture(client: Client, circle: Circle) -> Iterator[Need]:
    base = client.endpoint("overture-data").addresses[0]
    area_km2 = math.pi * (circle.radius_m / 1000.0) ** 2
    footprints = int(area_km2 * _FOOTPRINTS_PER_KM2 * _BYTES_PER_FOOTPRINT["overture"]) + _BYTES_BESIDE
    land = int(area_km2 * _BYTES_OF_LAND_PER_KM2) + _BYTES_BESIDE
    for kind, theme in THEMES.items():
        is_building = kind == "building"
        yield Need(
            "buildings" if is_building else "land",
            "overture",
            f"theme={theme}/type={kind}",
            f"{base}/release/{_LATER}/theme={theme}/type={kind}/",
            footprints if is_building else land,
        )


def _from_osm(client: Client, circle: Circle) -> Iterator[Need]:
    address = client.endpoint("overpass").addresses[0]
    area_km2 = math.pi * (circle.radius_m / 1000.0) ** 2
    n_queries = len(queries(circle))
    words = f"{n_queries} {'query' if n_queries == 1 else 'queries'}, one after another"
    footprints = int(area_km2 * _FOOTPRINTS_PER_KM2 * _BYTES_PER_FOOTPRINT["osm"])
    yield Need("buildings", "osm", words, address, footprints)
    yield Need("land", "osm", "in the same queries", address, int(area_km2 * _BYTES_OF_LAND_PER_KM2))
