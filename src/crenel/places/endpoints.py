"""Who is asked over the network, and how patiently: one small table."""

import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from crenel.inputs.nodes import Node, read_tree
from crenel.inputs.quantities import read_quantity

VARIABLE: Final = "CRENEL_ENDPOINTS"
"""Names a YAML file that changes entries of the table: for mirrors, and for tests."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One service.

    `addresses` hold the same files; each after the first is asked only when those before it cannot be reached.
    `timeout_s` is the longest silence, `longest_s` the longest answer as a whole. Attempts wait `wait_s`, then twice as
    long each time; after "too many requests" at least `wait_busy_s`. Between two requests lie `pause_s`.
    """

    key: str
    addresses: tuple[str, ...]
    timeout_s: float = 30.0
    longest_s: float = 1800.0
    n_tries: int = 4
    wait_s: float = 2.0
    wait_busy_s: float = 30.0
    pause_s: float = 0.0
    largest_bytes: int = 100_000_000


TABLE: Final = (
    Endpoint(
        "glo30",
        (
            "https://copernicus-dem-30m.s3.amazonaws.com",
            "https://copernicus-dem-30m.s3.eu-central-1.amazonaws.com",
        ),
    ),
    # Asked only whether it has a tile that GLO-30 has not: there is land that was not released at 30 m.
    Endpoint("glo90", ("https://copernicus-dem-90m.s3.amazonaws.com",)),
    Endpoint("srtm", ("https://s3.amazonaws.com/elevation-tiles-prod/skadi",)),
    Endpoint("overture-catalogue", ("https://stac.overturemaps.org",)),
    Endpoint(
        "overture-data",
        (
            "https://overturemaps-us-west-2.s3.us-west-2.amazonaws.com",
            "https://overturemapswestus2.blob.core.windows.net",
        ),
        largest_bytes=2_000_000_000,
    ),
    # Its operators ask for one request at a time, for half a minute after "too many requests", and that nobody turns
    # to another server to get round that; the second one is for when the first is down.
    Endpoint(
        "overpass",
        ("https://overpass-api.de/api/interpreter", "https://overpass.private.coffee/api/interpreter"),
        timeout_s=240.0,
        wait_s=10.0,
        pause_s=2.0,
        largest_bytes=500_000_000,
    ),
)


def endpoints() -> Mapping[str, Endpoint]:
    """The table by key, with what the file that CRENEL_ENDPOINTS names changes in it.

    Raises
    ------
    InputError
        The file cannot be read, or says what the table cannot be.
    """
    table = {endpoint.key: endpoint for endpoint in TABLE}
    named = os.environ.get(VARIABLE)
    if named:
        tree = read_tree(Path(named).expanduser(), named)
        tree.known_keys(list(table), f"the table of {VARIABLE}")
        for key, node in tree.mapping().items():
            table[key] = _changed(table[key], node)
    return MappingProxyType(table)


def _changed(endpoint: Endpoint, node: Node) -> Endpoint:
    what = f"'{endpoint.key}'"
    node.known_keys(list(_READERS), what)
    changes: dict[str, Any] = {}
    for key, value in node.mapping(what).items():
        field, read = _READERS[key]
        changes[field] = read(value, key)
    return replace(endpoint, **changes)


def _addresses(node: Node, key: str) -> tuple[str, ...]:
    found = []
    for item in node.items(f"'{key}'"):
        text = item.text(f"'{key}'").strip().rstrip("/")
        if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", text):
            raise item.error(f"'{key}' wants web addresses", 'Write for example "[https://mirror.example/dem]".')
        found.append(text)
    if not found:
        raise node.error(f"'{key}' is empty", 'Write for example "[https://mirror.example/dem]".')
    return tuple(found)


def _time(node: Node, key: str) -> float:
    time_s = read_quantity(node, key, "time")
    if not (math.isfinite(time_s) and 0.0 <= time_s <= 86_400.0):
        raise node.error(f"'{key}' wants a time of at most a day", f'Write for example "{key}: 30 s".')
    return time_s


def _some_time(node: Node, key: str) -> float:
    time_s = _time(node, key)
    if time_s <= 0.0:
        raise node.error(f"'{key}' wants a time above zero", f'Write for example "{key}: 30 s".')
    return time_s


def _count(node: Node, key: str) -> int:
    text = node.text(f"'{key}'").strip()
    if not re.fullmatch(r"[1-9]\d{0,11}", text, re.ASCII):
        raise node.error(f"'{key}' wants a whole number above zero", f'Write for example "{key}: 4".')
    return int(text)


_READERS: Final[Mapping[str, tuple[str, Callable[[Node, str], Any]]]] = MappingProxyType(
    {
        "addresses": ("addresses", _addresses),
        "timeout": ("timeout_s", _some_time),
        "longest": ("longest_s", _some_time),
        "tries": ("n_tries", _count),
        "wait": ("wait_s", _time),
        "wait_busy": ("wait_busy_s", _time),
        "pause": ("pause_s", _time),
        "largest_bytes": ("largest_bytes", _count),
    }
)
