"""What the catalogue holds of one system or threat: what somebody published, and what the model makes of it.

A *statement* is one thing that one source says, as it says it. The model's own figures are `Bracket`s, each resting on
statements or declared an assumption.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from crenel.core.records import Bracket, Grade, Source

EntryKind: TypeAlias = Literal["system", "threat"]

SHIPPED = "catalogue"
"""The origin of entries that ship with crenel."""


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """One number that somebody published.

    `value`, `low` and `high` count in `unit`, as it was published; `value_si`, `low_si` and `high_si` in `unit_si`.
    `at_rcs_m2` is the target that a range holds for, `over_m` the distance of a mean speed, 0 where none is named.
    `used_by` names the figures of the model that rest on it.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    value_si: float
    low_si: float
    high_si: float
    unit_si: str
    grade: Grade
    source: tuple[str, ...]
    at_rcs_m2: float = 0.0
    over_m: float = 0.0
    aspect: str = ""
    band: str = ""
    raid: str = ""
    note: str = ""
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedFact:
    """One thing that somebody published in words: a role, a radar band, a launcher."""

    name: str
    text: str
    grade: Grade
    source: tuple[str, ...]
    raid: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RaidSize:
    """How many of a threat came in one raid, over the raids of one year, as published."""

    year: int
    n_raids: int
    median: float
    p90: float
    most: int
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RaidGroup:
    """Threats of one type in a published raid."""

    threat: str
    count: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class PublishedRaid:
    """One night as published: what was launched or detected over a whole region, by the count of one side."""

    key: str
    date: str
    place: str
    groups: tuple[RaidGroup, ...]
    left_out: tuple[str, ...]
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the catalogue.

    Attributes
    ----------
    key : str
        Hyphenated slug: what a scenario writes.
    kind : "system" or "threat"
    entry_class : str
        Whose defaults stand in for what nobody published.
    figures : tuple of PublishedFigure
        What was published in numbers; no assumption among them.
    facts : tuple of PublishedFact
        What was published in words.
    model : tuple of Bracket
        Every figure that the model reads, SI; its grade is that of the statement that its value comes from.
    assumptions : tuple of Bracket
        Those of `model` that nobody published, each with its reason.
    unknown : tuple of str
        What was looked for and not found.
    not_used : mapping of str to str
        What was published and is not carried here, and why.
    lacks : tuple of str
        Figures without which it cannot be played and for which no assumption stands in.
    is_generic : bool
        Stands for a kind of equipment, not for a named one: all of it may be assumed.
    origin : str
        "catalogue", or whose catalogue it comes from.
    """

    key: str
    kind: EntryKind
    name: str
    entry_class: str
    figures: tuple[PublishedFigure, ...]
    facts: tuple[PublishedFact, ...]
    model: tuple[Bracket, ...]
    unknown: tuple[str, ...]
    not_used: Mapping[str, str]
    lacks: tuple[str, ...]
    sources: Mapping[str, Source]
    profile: str
    raid_sizes: tuple[RaidSize, ...] = ()
    note: str = ""
    is_generic: bool = False
    origin: str = SHIPPED

    @property
    def assumptions(self) -> tuple[Bracket, ...]:
        """What nobody published and the model needs, each with bracket and reason."""
        return tuple(bracket for bracket in self.model if bracket.grade == "assumption")

    @property
    def is_all_assumption(self) -> bool:
        """Whether nothing that the model reads rests on anything published."""
        return all(bracket.grade == "assumption" for bracket in self.model)

    @property
    def can_be_played(self) -> bool:
        """Whether a scenario may deploy it as it stands."""
        return not self.lacks and (self.is_generic or not self.is_all_assumption)

    def statements(self) -> Iterator[PublishedFigure | PublishedFact]:
        """Everything published, numbers first."""
        yield from self.figures
        yield from self.facts

    def summary(self) -> dict[str, Any]:
        """The entry in short, ready for JSON."""
        return {
            "key": self.key,
            "kind": self.kind,
            "name": self.name,
            "profile": self.profile,
            "published": len(self.figures) + len(self.facts),
            "assumptions": len(self.assumptions),
            "can_be_played": self.can_be_played,
            "origin": self.origin,
        }


NO_REASONS: Mapping[str, str] = MappingProxyType({})
