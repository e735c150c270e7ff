"""The catalogue: published systems and threats, one file each, every figure with its bracket, grade and source.

A file says what was published, statement by statement, and what the model takes from it. Where nobody published what
the model needs, a default of the entry's class stands in, declared once and marked as an assumption.
"""

from collections.abc import Mapping

from crenel.core.records import Bracket, Source, System, Threat
from crenel.inputs.catalogue.book import DATA, HERE, Catalogue, open_catalogue, shipped, with_folder
from crenel.inputs.errors import Mark

__all__ = [
    "DATA",
    "Catalogue",
    "open_catalogue",
    "shipped",
    "sources",
    "system",
    "system_keys",
    "threat",
    "threat_keys",
    "with_folder",
]


def system(key: str, *, where: Mark = HERE) -> System[Bracket]:
    """The shipped system of that key; `where` is the place that asks for it.

    Raises
    ------
    InputError
        No such entry (with the nearest names), a fault in its file (with file, line and column), or figures missing.
    """
    return shipped().system(key, where=where)


def threat(key: str, *, where: Mark = HERE) -> Threat[Bracket]:
    """The shipped threat of that key; as `system`."""
    return shipped().threat(key, where=where)


def system_keys() -> tuple[str, ...]:
    """The keys of all shipped systems, in order."""
    return shipped().keys("system")


def threat_keys() -> tuple[str, ...]:
    """The keys of all shipped threats, in order."""
    return shipped().keys("threat")


def sources() -> Mapping[str, Source]:
    """Every source that the catalogue and the model's formulas cite, by key."""
    return shipped().shared.sources
