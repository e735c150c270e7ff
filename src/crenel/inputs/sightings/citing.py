"""Where sightings were read: one entry of `sources` for each, with a key of its own."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from crenel.inputs import catalogue
from crenel.inputs.errors import printable
from crenel.inputs.scenario import slug
from crenel.inputs.sightings.reading import Sighting

_LONGEST_TITLE: Final = 160
_LONGEST_KEY: Final = 40


class Cited(NamedTuple):
    """A source as the scenario states it."""

    key: str
    title: str
    address: str


def cited(sightings: Sequence[Sighting]) -> Mapping[tuple[str, str], Cited]:
    """The sources of sightings, by what the file says of them (words and address), in its order.

    Keys come from the words, or else from the address; none is one of the catalogue's.
    """
    found: dict[tuple[str, str], Cited] = {}
    taken = set(catalogue.sources())
    for seen in sightings:
        said = (seen.source, seen.address)
        if said == ("", "") or said in found:
            continue
        words = printable(seen.source or _short(seen.address))
        title = words if len(words) <= _LONGEST_TITLE else words[: _LONGEST_TITLE - 1] + "…"
        key = _free(_key(words), taken)
        taken.add(key)
        found[said] = Cited(key, title, printable(seen.address))
    return found


def _key(words: str) -> str:
    """Small letters, digits and hyphens; words in another script have none that would do."""
    return slug(words)[:_LONGEST_KEY].strip("-") if re.search(r"[a-z0-9]", words.casefold()) else "source"


def _short(address: str) -> str:
    """A web address as people say it: "t.me/channel/123"."""
    try:
        parts = urlsplit(address)
        return f"{parts.hostname or ''}{parts.path}".strip("/") or address
    except ValueError:
        return address


def _free(wanted: str, taken: set[str]) -> str:
    key, n = wanted, 1
    while key in taken:
        n += 1
        key = f"{wanted}-{n}"
    return key
