"""What the catalogue holds of one system or threat: what somebody published, and what the model makes of it.

A *statement* is one thing that one source says, as it says it. The model's own figures are `Bracket`s, each resting on
statements or declared an assumption.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from html import escape
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
    at_rcs_m2 : mapping of str to float
        By the name of a figure of `model`, the target that a range holds for; 0: it holds whatever the radar echo.
    over_m : mapping of str to float
        By the name of a figure of `model`, the distance of a mean speed.
    settings : mapping of str to plain value
        What the model takes that is no figure: its rules ("radar.confirm_m": 3), the motion of a threat.
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
    at_rcs_m2: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    over_m: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    settings: Mapping[str, float | str | bool] = field(default_factory=lambda: MappingProxyType({}))

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

    def record(self) -> dict[str, Any]:
        """All of the entry, ready for JSON.

        Returns
        -------
        dict
            `key`, `kind`, `name`, `class`, `profile`, `note`, `origin`, `is_generic`, `can_be_played`, `lacks`;
            `figures` (published in numbers: `value`, `low`, `high` in `unit`, and the same in SI), `facts` (published
            in words), `model` (SI, each with the statements that it comes `from`), `assumptions` (those of `model`
            that nobody published), `settings`, `unknown`, `not_used`, `raid_sizes`, `sources`. A target or a distance
            that nobody names is None.
        """
        model = [self._model_row(bracket) for bracket in self.model]
        return {
            "key": self.key,
            "kind": self.kind,
            "name": self.name,
            "class": self.entry_class,
            "profile": self.profile,
            "note": self.note,
            "origin": self.origin,
            "is_generic": self.is_generic,
            "can_be_played": self.can_be_played,
            "lacks": list(self.lacks),
            "figures": [_figure_row(figure) for figure in self.figures],
            "facts": [_row(fact) for fact in self.facts],
            "model": model,
            "assumptions": [row for row in model if row["grade"] == "assumption"],
            "settings": dict(self.settings),
            "unknown": list(self.unknown),
            "not_used": dict(self.not_used),
            "raid_sizes": [_row(size) for size in self.raid_sizes],
            "sources": [asdict(source) for source in self.sources.values()],
        }

    def _model_row(self, bracket: Bracket) -> dict[str, Any]:
        return {
            **asdict(bracket),
            "sources": list(bracket.sources),
            "from": [figure.name for figure in self.figures if bracket.figure in figure.used_by],
            "at_rcs_m2": self.at_rcs_m2.get(bracket.figure),
            "over_m": self.over_m.get(bracket.figure),
        }

    def _repr_html_(self) -> str:
        """The entry in a notebook: what was published of it."""
        rows = "".join(
            f"<tr><td style='text-align:left'>{escape(figure.name.replace('_', ' '))}</td>"
            f"<td>{escape(_published(figure))}</td><td>{escape(figure.grade)}</td></tr>"
            for figure in self.figures
        )
        rest = "" if self.can_be_played else " It cannot be played as it stands."
        return (
            f"<table><caption>{escape(self.name)} ({escape(self.key)}): {escape(self.profile)}</caption>{rows}</table>"
            f"<small>Published claims, not measurements; {len(self.assumptions)} of the {len(self.model)} figures that"
            f" the model takes are assumptions.{rest}</small>"
        )


def _published(figure: PublishedFigure) -> str:
    """Value and bracket in the unit that they were published in."""
    unit = "" if figure.unit == "1" else f" {figure.unit}"
    span = f" ({figure.low:.10g} to {figure.high:.10g}{unit})" if figure.low != figure.high else ""
    target = f" at {figure.at_rcs_m2:.10g} m²" if figure.at_rcs_m2 else ""
    return f"{figure.value:.10g}{unit}{span}{target}"


def _figure_row(figure: PublishedFigure) -> dict[str, Any]:
    row = _row(figure)
    return {
        **row,
        "at_rcs_m2": row["at_rcs_m2"] or None,
        "over_m": row["over_m"] or None,
        "used_by": list(row["used_by"]),
    }


def _row(statement: PublishedFigure | PublishedFact | RaidSize) -> dict[str, Any]:
    """A statement as JSON knows it."""
    row = asdict(statement)
    sources = list(row.pop("source"))
    return {**row, "sources": sources}


NO_REASONS: Mapping[str, str] = MappingProxyType({})
