"""Buildings and land of OpenStreetMap, from a server of the Overpass API: one query after another, each of a tile."""

import gzip
import hashlib
import math
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np

from crenel.core.records import CrenelError
from crenel.places.box import Box, Circle
from crenel.places.cache import Origin, keep, kept, today
from crenel.places.client import Client, FetchError, News, Transient, json_of
from crenel.places.osm import Extract, Gathered, ring_polygon, rings_polygon

_TILE_M: Final = 20_000.0
_LEAST_TILE_DEG: Final = 0.02
_TIMEOUT_S: Final = 180
_MAXSIZE_BYTES: Final = 536_870_912
_FRESH_DAYS: Final = 7
"""An answer this young is used again: so a download that was stopped goes on where it was."""
_M_PER_DEG: Final = 111_195.0

_QUERY: Final = """\
[out:json][timeout:{timeout}][maxsize:{maxsize}][bbox:{south:.6f},{west:.6f},{north:.6f},{east:.6f}];
(
  way["building"];
  way["natural"~"^(water|bay|wood|scrub|heath|grassland)$"];
  way["landuse"~"^(reservoir|basin|forest|grass|meadow|recreation_ground|village_green)$"];
  way["leisure"~"^(park|garden|nature_reserve|golf_course)$"];
  way["waterway"~"^(riverbank|dock|river|canal)$"];
  way["highway"~"^(motorway|trunk|primary|secondary)$"];
  relation["type"="multipolygon"]["building"];
  relation["type"="multipolygon"]["natural"~"^(water|bay|wood|scrub|heath|grassland)$"];
  relation["type"="multipolygon"]["landuse"~"^(reservoir|basin|forest|meadow)$"];
  relation["type"="multipolygon"]["leisure"~"^(park|nature_reserve)$"];
);
out geom qt;
"""


class _TooMuchError(Exception):
    """A query that the server could not answer for its size."""


def queries(circle: Circle) -> list[Box]:
    """The tiles that a place is asked for in."""
    found = []
    for box in circle.boxes():
        lat_rad = math.radians(0.5 * (box.south_deg + box.north_deg))
        n_rows = max(1, math.ceil((box.north_deg - box.south_deg) * _M_PER_DEG / _TILE_M))
        n_columns = max(1, math.ceil((box.east_deg - box.west_deg) * _M_PER_DEG * math.cos(lat_rad) / _TILE_M))
        found += [part for part in _split(box, n_rows, n_columns) if _is_wanted(circle, part)]
    return found


def fetch(client: Client, circle: Circle, cache: Path) -> Extract:
    """Buildings and land of a place.

    Raises
    ------
    FetchError
        The server cannot be reached, or answers none of even the smallest queries.
    """
    waiting = queries(circle)[::-1]
    gathered = Gathered()
    n_done = 0
    while waiting:
        box = waiting.pop()
        client.tell(News("OpenStreetMap", n_done, n_done + len(waiting) + 1, "queries"))
        try:
            answer, origin = _answer(client, box, cache / "overpass")
        except _TooMuchError:
            if box.north_deg - box.south_deg < _LEAST_TILE_DEG:
                raise FetchError(
                    "the Overpass server has no room for even a small query now. Give the same command again later, or "
                    "take --buildings overture, or an extract (.osm.pbf) with --from DIR."
                ) from None
            waiting += [part for part in _split(box, 2, 2) if _is_wanted(circle, part)][::-1]
            continue
        gather(answer, gathered)
        gathered.heard_of(as_of(answer) or origin.fetched, origin.address)
        n_done += 1
        client.tell(News("OpenStreetMap", n_done, n_done + len(waiting), "queries"))
    return gathered.extract()


def gather(answer: Any, gathered: Gathered) -> None:
    """Add what an answer says to what is gathered; what came with an earlier tile is not added twice.

    Raises
    ------
    CrenelError
        It is no answer of the Overpass API with geometry.
    """
    elements = answer.get("elements") if isinstance(answer, dict) else None
    if not isinstance(elements, list):
        raise CrenelError("this is no answer of the Overpass API: it has no list of elements.")
    for element in elements:
        if isinstance(element, dict) and gathered.is_new(f"{element.get('type')}{element.get('id')}"):
            _add(element, gathered)


def _add(element: Mapping[str, Any], gathered: Gathered) -> None:
    said = element.get("tags")
    tags = {str(key): str(value) for key, value in said.items()} if isinstance(said, dict) else {}
    if element.get("type") == "way":
        points = _points(element)
        if len(points) < 2:
            return
        is_ring = len(points) >= 4 and points[0] == points[-1]
        gathered.add(tags, area=ring_polygon(points) if is_ring else None, line=points)
    elif element.get("type") == "relation" and tags.get("type") == "multipolygon":
        members = [member for member in element.get("members", ()) if isinstance(member, dict)]
        outer = [_points(member) for member in members if member.get("role") != "inner"]
        inner = [_points(member) for member in members if member.get("role") == "inner"]
        gathered.add(tags, area=rings_polygon(outer, inner), line=None)


def _points(element: Mapping[str, Any]) -> list[tuple[float, float]]:
    found = element.get("geometry")
    if not isinstance(found, list):
        return []
    return [(float(point["lon"]), float(point["lat"])) for point in found if isinstance(point, dict)]


def _answer(client: Client, box: Box, folder: Path) -> tuple[Any, Origin]:
    query = _QUERY.format(
        timeout=_TIMEOUT_S,
        maxsize=_MAXSIZE_BYTES,
        south=box.south_deg,
        west=box.west_deg,
        north=box.north_deg,
        east=box.east_deg,
    )
    target = folder / f"{hashlib.sha256(query.encode()).hexdigest()[:20]}.json.gz"
    origin = kept(target)
    if origin is not None and (client.is_offline or _age_days(origin) <= _FRESH_DAYS):
        return json_of(gzip.decompress(target.read_bytes())), origin
    answer = client.get("overpass", "", check=_check, form=urlencode({"data": query}).encode())
    found = json_of(answer.body)
    remark = str(found.get("remark", ""))
    if "out of memory" in remark or "timed out" in remark:
        raise _TooMuchError
    return found, keep(target, gzip.compress(answer.body, 6, mtime=0), address=answer.address)


def _check(body: bytes) -> None:
    found = json_of(body)
    if not isinstance(found, dict) or not isinstance(found.get("elements"), list):
        raise Transient("sent something that is no answer to the query")
    remark = str(found.get("remark", ""))
    if "runtime error" in remark and not ("out of memory" in remark or "timed out" in remark):
        raise Transient(f"said: {remark[:120]}")


def as_of(answer: Any) -> str:
    """The time that the server's copy of OpenStreetMap is of."""
    about = answer.get("osm3s")
    return str(about.get("timestamp_osm_base", ""))[:20] if isinstance(about, dict) else ""


def _age_days(origin: Origin) -> float:
    try:
        return float((date.fromisoformat(today()) - date.fromisoformat(origin.fetched)).days)
    except ValueError:
        return math.inf


def _split(box: Box, n_rows: int, n_columns: int) -> Iterator[Box]:
    tall, wide = (box.north_deg - box.south_deg) / n_rows, (box.east_deg - box.west_deg) / n_columns
    for row in range(n_rows):
        for column in range(n_columns):
            south, west = box.south_deg + row * tall, box.west_deg + column * wide
            yield Box(west, south, west + wide, south + tall)


def _is_wanted(circle: Circle, box: Box) -> bool:
    ends = ([box.west_deg], [box.south_deg], [box.east_deg], [box.north_deg])
    return bool(circle.holds(*(np.array(end, dtype=np.float64) for end in ends))[0])
