"""Raids as published, for those who do not know what raid to state: `as_published` in a scenario's raid.

A night of `raids.yaml` by its key, a month (its largest night), or a year together with a threat (the median raid of
that year, from the threat's own entry).
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from crenel.core.entries import Entry, PublishedRaid, RaidGroup
from crenel.inputs.catalogue import DATA
from crenel.inputs.errors import Mark, did_you_mean, quoted
from crenel.inputs.nodes import Node, read_tree
from crenel.inputs.quantities import read_quantity

_YEAR: Final = re.compile(r"\d{4}", re.ASCII)
_MONTH: Final = re.compile(r"(\d{4}-\d\d)-([a-z]+)", re.ASCII)
_NIGHT: Final = re.compile(r"(\d{4}-\d\d-\d\d)-([a-z]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Coming:
    """What comes, of one threat: how many, who says so, and in which words."""

    threat: str
    count: int
    source: tuple[str, ...]
    note: str


@lru_cache(maxsize=1)
def published_raids() -> Mapping[str, PublishedRaid]:
    """Every night that ships with crenel, by key, in order of date."""
    tree = read_tree(DATA / "raids.yaml", "raids.yaml")
    return MappingProxyType({key: _raid(key, node) for key, node in sorted(tree.mapping().items())})


def coming(key: str, *, share_frac: float, where: Mark) -> tuple[Coming, ...]:
    """What a published night brings, or the largest night of a month.

    Parameters
    ----------
    key : str
        "2024-11-17-ukraine", or the month "2024-11-ukraine".
    share_frac : float
        The part of it that comes here; of each threat at least one comes.
    where : Mark
        The place that asks.

    Raises
    ------
    InputError
        There is no such night or month.
    """
    known = published_raids()
    raid = known.get(key) or _largest(key, known)
    if raid is None:
        months = {f"{night[:7]}-{night.rpartition('-')[2]}" for night in known}
        raise where.error(f"no published raid is called {quoted(key)}", did_you_mean(key, [*known, *sorted(months)]))
    return tuple(_part(group, raid, share_frac) for group in raid.groups)


def typical(entry: Entry, year: str, *, share_frac: float, where: Mark) -> Coming:
    """The median raid of a threat in one year.

    Raises
    ------
    InputError
        Nobody published raid sizes of that threat in that year.
    """
    sizes = {str(size.year): size for size in entry.raid_sizes}
    size = sizes.get(year)
    if size is None:
        known = f"Known are: {', '.join(sizes)}." if sizes else 'State a "count".'
        raise where.error(f"no raid sizes of {entry.name} in {quoted(year)} are published", known)
    count = _whole(size.median * share_frac)
    note = (
        f"median raid of {year} as published: {size.median:g} of this threat, nine raids in ten up to {size.p90:g}, at "
        f"most {size.most:,}, in {size.n_raids:,} raids"
    )
    return Coming(entry.key, count, size.source, note + _told(share_frac))


def is_year(key: str) -> bool:
    """Whether a key names a year, which goes with a threat."""
    return _YEAR.fullmatch(key) is not None


def _largest(month: str, known: Mapping[str, PublishedRaid]) -> PublishedRaid | None:
    found = _MONTH.fullmatch(month)
    if found is None:
        return None
    nights = [raid for key, raid in known.items() if key.startswith(found[1]) and key.endswith(f"-{found[2]}")]
    return max(nights, key=lambda raid: sum(group.count for group in raid.groups), default=None)


def _part(group: RaidGroup, raid: PublishedRaid, share_frac: float) -> Coming:
    note = f"as published: {group.count:,} over {raid.place} on {raid.date}, a claim of one side"
    note += f"; {group.note}" if group.note else ""
    note += f"; left out: {', '.join(raid.left_out)}" if raid.left_out else ""
    return Coming(group.threat, _whole(group.count * share_frac), raid.source, note + _told(share_frac))


def _whole(count: float) -> int:
    """The nearest whole number, halves up, and at least one."""
    return max(1, math.floor(count + 0.5))


def _told(share_frac: float) -> str:
    return f"; {100.0 * share_frac:g} % of it are taken to come here" if share_frac < 1.0 else ""


def _raid(key: str, node: Node) -> PublishedRaid:
    found = _NIGHT.fullmatch(key)
    if found is None:
        raise node.error(f"{quoted(key)} is no date and place", 'Write "2024-11-17-ukraine".')
    node.known_keys(("place", "source", "groups", "left_out"), f"raid {quoted(key)}")
    return PublishedRaid(
        key=key,
        date=found[1],
        place=node.need("place").text("'place'"),
        groups=tuple(_group(item) for item in node.need("groups").items("'groups'")),
        left_out=tuple(item.text() for item in left.items("'left_out'")) if (left := node.get("left_out")) else (),
        source=tuple(item.text() for item in node.need("source").items("'source'")),
    )


def _group(node: Node) -> RaidGroup:
    node.known_keys(("threat", "count", "note"), "a group")
    note = node.get("note")
    return RaidGroup(
        threat=node.need("threat").text("'threat'"),
        count=int(read_quantity(node.need("count"), "count", "count")),
        note=note.text("'note'") if note else "",
    )
