"""Doubt: every figure that the answer leans on, and how one point of the doubt becomes a case of plain numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import MappingProxyType
from typing import Any, cast

from crenel.core.records import Bracket, Case, Scenario

CENTRAL: Mapping[str, float] = MappingProxyType({})
"""The empty point: every figure at its central value."""


def figures(record: object) -> Iterator[Bracket]:
    """Every bracket that a record leans on, in a fixed order; a figure shared by several units comes once."""
    seen: set[str] = set()
    for bracket in _walk(record):
        if bracket.figure not in seen:
            seen.add(bracket.figure)
            yield bracket


def resolve(scenario: Scenario[Bracket], point: Mapping[str, float] = CENTRAL) -> Case:
    """One case of a scenario: plain SI numbers.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    point : mapping of figure name to SI value
        Figures that it does not name take their central value.
    """
    return cast("Case", _resolved(scenario, point))


def _walk(record: object) -> Iterator[Bracket]:
    if isinstance(record, Bracket):
        yield record
    elif is_dataclass(record):
        for field in fields(record):
            yield from _walk(getattr(record, field.name))
    elif isinstance(record, Mapping):
        for key in sorted(record):
            yield from _walk(record[key])
    elif isinstance(record, tuple):
        for item in record:
            yield from _walk(item)


def _resolved(record: Any, point: Mapping[str, float]) -> Any:
    if isinstance(record, Bracket):
        return point.get(record.figure, record.value)
    if is_dataclass(record) and not isinstance(record, type):
        return type(record)(**{field.name: _resolved(getattr(record, field.name), point) for field in fields(record)})
    if isinstance(record, Mapping):
        return MappingProxyType({key: _resolved(value, point) for key, value in record.items()})
    if isinstance(record, tuple):
        return tuple(_resolved(item, point) for item in record)
    return record
