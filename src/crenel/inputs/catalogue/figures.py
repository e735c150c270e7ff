"""One figure of the model: from statements, as a declared assumption, or like another figure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from crenel.core.entries import PublishedFigure
from crenel.core.records import GRADES, Bracket
from crenel.inputs.catalogue.layout import NEVER_ZERO, Beside, Figure
from crenel.inputs.catalogue.statements import Statements, read_cited, read_grade, read_three
from crenel.inputs.errors import Mark, did_you_mean, quoted
from crenel.inputs.nodes import Node
from crenel.inputs.quantities import SI_UNITS, Dimension, read_quantity

_OWN_KEYS: Final = ("value", "low", "high", "grade", "source", "note")
_FROM_KEYS: Final = ("from", "value", "low", "high", "grade", "note")
_LIKE_KEYS: Final = ("like", "times", "low", "high", "stays", "grade", "note")
_STAYS: Final = ("above", "below")
_SAME: Final = 1e-6
"""Relative difference below which two numbers are the same: a unit may have been converted in between."""


@dataclass(frozen=True, slots=True)
class Like:
    """A figure that nobody published and that is taken from another of the same entry, times a factor.

    `stays` "above" (or "below"): it is never below (above) the other, whatever both are in their brackets.
    """

    name: str
    other: str
    times: float
    low: float
    high: float
    stays: str
    note: str
    mark: Mark

    def bracket(self, other: Bracket, unit: str) -> Bracket:
        """What it is, the other being known."""
        low_of = other.high if self.stays == "above" else other.low
        high_of = other.low if self.stays == "below" else other.high
        ends = (low_of * self.low, high_of * self.high)
        value = min(max(other.value * self.times, ends[0]), ends[1])
        return Bracket(value, *ends, figure=self.name, unit=unit, grade="assumption", note=self.note)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a figure may refer to: its entry's name and statements, the sources, the raids that score the model."""

    owner: str
    statements: Statements
    sources: tuple[str, ...]
    scored: frozenset[str] = frozenset()
    used: dict[str, list[str]] = field(default_factory=dict)


def read_figure(node: Node, key: str, figure: Figure, *, name: str, scope: Scope) -> "tuple[Bracket | Like, float]":
    """A figure, and the number beside it (0 where there is none or nobody names it).

    Raises
    ------
    InputError
        No grade, no source, no reason; an average of what is published; a bracket that leaves a statement out; a
        statement that is not there, measures something else, or comes from a raid that scores the model.
    """
    if not isinstance(node.value, dict):
        raise node.error(
            f"'{key}' is {node.kind}, with no grade and no source",
            f'Write "{key}: {{from: [statement]}}" or "{key}: {{value: …, grade: press, source: [key]}}".',
        )
    besides = (figure.beside.key,) if figure.beside else ()
    if node.get("like"):
        node.known_keys(_LIKE_KEYS, f"'{key}'")
        return _like(node, key, name, figure.dimension), 0.0
    if node.get("from"):
        node.known_keys(_FROM_KEYS + besides, f"'{key}'")
        return _from_statements(node, key, figure, name=name, scope=scope)
    node.known_keys(_OWN_KEYS + besides, f"'{key}'")
    beside = _written_beside(node, figure.beside) if figure.beside else None
    if beside is None and figure.beside and not figure.beside.otherwise:
        raise node.error(f"'{figure.beside.key}' is missing", "Add what the figure was published for.")
    return _stated(node, key, figure.dimension, name=name, sources=scope.sources), beside or 0.0


def refuse_zero(bracket: Bracket, key: str, mark: Mark) -> None:
    """Refuse a figure that may be zero where zero means nothing; `key` is the last part of its name."""
    if bracket.low == 0.0 and key in NEVER_ZERO:
        raise mark.error(f"'{key}' may not be zero", "Give a value or bracket that stays above it.")


def _stated(node: Node, key: str, dimension: Dimension, *, name: str, sources: tuple[str, ...]) -> Bracket:
    value, low, high = read_three(node, key, dimension)
    grade = read_grade(node, key)
    note = _note(node)
    cited = read_cited(node, sources)
    if grade == "assumption":
        _refuse_bare_assumption(node, key, note, low=low, high=high)
    elif not cited:
        raise node.error(
            f"'{key}' is graded {quoted(grade)} but names no source",
            'Add "source: [key]" from sources.yaml, or grade it an assumption and say why in "note".',
        )
    bracket = Bracket(value, low, high, figure=name, unit=SI_UNITS[dimension], grade=grade, sources=cited, note=note)
    refuse_zero(bracket, key, node.mark)
    return bracket


def _like(node: Node, key: str, name: str, dimension: Dimension) -> Like:
    numbers = {
        word: read_quantity(found, f"{key}: {word}", "number") if (found := node.get(word)) else 1.0
        for word in ("times", "low", "high")
    }
    note = _note(node)
    if read_grade(node, key) != "assumption":
        raise node.need("grade").error(f"'{key}' is like another figure, so nobody published it",
                                        'Write "grade: assumption".')  # fmt: skip
    stays = found.text("'stays'") if (found := node.get("stays")) else ""
    if stays and stays not in _STAYS:
        raise node.need("stays").error(f"'stays' knows no {quoted(stays)}", did_you_mean(stays, _STAYS))
    if not 0.0 < numbers["low"] < numbers["high"]:
        raise node.error(f"'{key}' says not how far it may be off", 'Add "low: 0.8, high: 1.5", as multiples.')
    if not note:
        raise node.error(f"'{key}' is an assumption without a reason", 'Add "note": why it is like the other.')
    if dimension == "count":
        raise node.error(f"'{key}' counts whole things and cannot be a multiple", "Give it a value.")
    other = node.need("like").text("'like'")
    return Like(name=name, other=other, stays=stays, note=note, mark=node.mark, **numbers)


def _from_statements(node: Node, key: str, figure: Figure, *, name: str, scope: Scope) -> tuple[Bracket, float]:
    """The first statement gives value and grade; the others, and `low` and `high`, widen the bracket."""
    told = [_statement(item, key, figure.dimension, scope) for item in node.need("from").items("'from'")]
    if not told:
        raise node.error(f"'{key}' comes from nothing", "Name a statement, or write the figure out.")
    beside = _beside(node, figure.beside, told[0]) if figure.beside else 0.0
    scale = [_scale(statement, beside, figure.beside) for statement in told]
    ends = [(s.low_si * f, s.value_si * f, s.high_si * f) for s, f in zip(told, scale, strict=True)]
    value, low, high = _widened(node, key, figure.dimension, ends)
    grade = read_grade(node, key) if node.get("grade") else told[0].grade
    if GRADES.index(grade) < GRADES.index(told[0].grade) or grade == "assumption":
        raise node.need("grade").error(
            f"'{key}' is graded {quoted(grade)}, its statement {quoted(told[0].grade)}",
            "A figure is never better than what it rests on; leave 'grade' out, or make it weaker.",
        )
    for statement in told:
        scope.used.setdefault(statement.name, []).append(name)
    bracket = Bracket(
        value,
        low,
        high,
        figure=name,
        unit=SI_UNITS[figure.dimension],
        grade=grade,
        sources=tuple(dict.fromkeys(key for statement in told for key in statement.source)),
        note=_note(node) or told[0].note,
    )
    refuse_zero(bracket, key, node.mark)
    return bracket, beside


def _statement(item: Node, key: str, dimension: Dimension, scope: Scope) -> PublishedFigure:
    name = item.text("'from'")
    found = scope.statements.figures.get(name)
    if found is None:
        raise item.error(
            f"nothing called {quoted(name)} is published here", did_you_mean(name, scope.statements.figures)
        )
    measured = scope.statements.dimensions[name]
    if SI_UNITS[measured] != SI_UNITS[dimension]:
        raise item.error(f"{quoted(name)} is in {SI_UNITS[measured]}, '{key}' in {SI_UNITS[dimension]}",
                         "Name a statement that measures the same.")  # fmt: skip
    if found.raid in scope.scored:
        raise item.error(
            f"{quoted(name)} comes from the raid {quoted(found.raid)}, by which the model is scored",
            "Take another statement: what is to be predicted may not inform the prediction.",
        )
    return found


def _beside(node: Node, beside: Beside, first: PublishedFigure) -> float:
    written = _written_beside(node, beside)
    if written is not None:
        return written
    published: float = getattr(first, beside.published)
    if not published and not beside.otherwise:
        raise node.error(
            f"{quoted(first.name)} names no {quoted(beside.key)}, and '{beside.key}' is missing here",
            'Add what is taken, and say in "note" that nobody published it.',
        )
    return published


def _written_beside(node: Node, beside: Beside) -> float | None:
    found = node.get(beside.key)
    if found is None:
        return None
    if beside.may_be_none and found.value == "none":
        return 0.0
    number = read_quantity(found, beside.key, beside.dimension)
    if number <= 0.0:
        raise found.error(f"'{beside.key}' must be more than zero", "Write what the figure was published for.")
    return number


def _scale(statement: PublishedFigure, beside: float, kind: Beside | None) -> float:
    """What a published range becomes against the target of the figure: the fourth root of the ratio of the targets."""
    if kind is None or kind.key != "at_rcs" or not beside or not statement.at_rcs_m2:
        return 1.0
    return math.sqrt(math.sqrt(beside / statement.at_rcs_m2))


def _widened(
    node: Node, key: str, dimension: Dimension, ends: Sequence[tuple[float, float, float]]
) -> tuple[float, float, float]:
    """Value, low, high: the value is one that is published, and the bracket leaves nothing out that is."""
    written = {
        word: read_quantity(found, f"{key}: {word}", dimension)
        for word in ("value", "low", "high")
        if (found := node.get(word))
    }
    least, most = min(low for low, _, _ in ends), max(high for _, _, high in ends)
    value = written.get("value", ends[0][1])
    published = {number for three in ends for number in three}
    if not any(math.isclose(value, number, rel_tol=_SAME) for number in published):
        raise node.key_mark("value").error(
            f"'{key}' has a value that nobody published", "Take one that a statement gives: never an average."
        )
    low, high = written.get("low", least), written.get("high", most)
    is_narrower = {"low": low > least * (1.0 + _SAME), "high": high < most * (1.0 - _SAME)}
    for word, is_so in is_narrower.items():
        if is_so:
            published_span = f"{least:g} to {most:g} {SI_UNITS[dimension]}"
            raise node.key_mark(word).error(
                f"'{key}' has a bracket that leaves out what is published ({published_span})",
                "Widen it, or take the statement out and list it under 'not_used' with the reason.",
            )
    return value, min(low, value), max(high, value)


def _refuse_bare_assumption(node: Node, key: str, note: str, *, low: float, high: float) -> None:
    if not note.strip():
        raise node.error(f"'{key}' is an assumption without a reason", 'Add "note": why this value and this bracket.')
    for word in ("low", "high"):
        if node.get(word) is None:
            raise node.error(f"'{key}' is an assumption without '{word}'", "Say how far it may be off.")
    if low == high:
        raise node.error(f"'{key}' is an assumption whose bracket has no width", "Say how far it may be off.")


def _note(node: Node) -> str:
    found = node.get("note")
    return found.text("'note'") if found else ""


Fields = Mapping[str, Any]
