"""What an answer leans on: its figures, their grades and sources, and the kill probabilities that decide it."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple, TypeAlias

from crenel.core import doubt
from crenel.core.records import CLASSES, GRADES, Bracket, Grade, Group, Scenario, Source, System, ThreatClass, Unit

Stage: TypeAlias = Literal["sensing", "reach", "kill"]

_SENSING = (
    "radar",
    "fire_control",
    "rcs",
    "rcs_pass_sigma",
    "antenna_height",
    "mounted",
    "search_range",
    "instrumented_range",
    "pd_at_ref",
    "scan_period",
)
_SUFFIXES = ("_m", "_m2", "_db", "_frac")


class StatedPk(NamedTuple):
    """One kill probability that can matter: a weapon of a unit against a class that comes."""

    system: str
    system_name: str
    weapon: Literal["missile", "gun"]
    threat_class: ThreatClass
    figure: Bracket


def weakest(grades: Iterable[Grade]) -> Grade | None:
    """The weakest of some grades; None of none."""
    return max(grades, key=GRADES.index, default=None)


def stage(figure: str) -> Stage | None:
    """Which stage of the answer a figure bears on, by its name; None for one that bears on none (own failures)."""
    words = [word.removesuffix(next((s for s in _SUFFIXES if word.endswith(s)), "")) for word in figure.split(".")[1:]]
    if any(word == "pk" or word.startswith("pk_at") for word in words):
        return "kill"
    if any(word in _SENSING for word in words):
        return "sensing"
    return None if "own_failure" in words else "reach"


def weakest_by_stage(scenario: Scenario[Bracket]) -> dict[Stage, Grade | None]:
    """The weakest grade among the figures of each stage."""
    every = tuple(doubt.figures(scenario))
    stages: tuple[Stage, ...] = ("sensing", "reach", "kill")
    return {name: weakest(f.grade for f in every if stage(f.figure) == name) for name in stages}


def figure_rows(scenario: Scenario[Bracket]) -> list[dict[str, Any]]:
    """Every figure, in the scenario's order, with who uses it (SI)."""
    users = _users(scenario)
    return [
        {
            "figure": figure.figure,
            "value": figure.value,
            "low": figure.low,
            "high": figure.high,
            "unit": figure.unit,
            "grade": figure.grade,
            "note": figure.note,
            "sources": list(figure.sources),
            "used_by": users.get(figure.figure, []),
        }
        for figure in doubt.figures(scenario)
    ]


def source_rows(scenario: Scenario[Bracket]) -> list[dict[str, str]]:
    """Every source that the scenario and its figures cite, by key."""
    return [_source_row(scenario.sources[key]) for key in sorted(scenario.sources)]


def stated_pk(scenario: Scenario[Bracket]) -> tuple[StatedPk, ...]:
    """The kill probabilities that can matter: weapons of the units, classes in the raid; each figure once."""
    coming = {group.threat.threat_class for group in scenario.groups}
    classes = [name for name in CLASSES if name in coming]
    found: dict[str, StatedPk] = {}
    for unit in scenario.units:
        for pk in _system_pk(unit.system, classes):
            found.setdefault(pk.figure.figure, pk)
    return tuple(found.values())


def pk_bracket(stated: Iterable[StatedPk]) -> tuple[float, float] | None:
    """Least low to greatest high of some kill probabilities; None of none."""
    every = tuple(stated)
    if not every:
        return None
    return min(pk.figure.low for pk in every), max(pk.figure.high for pk in every)


def published_pk(stated: Iterable[StatedPk]) -> float | None:
    """The best-graded kill probability that somebody published; None if all are estimates or assumptions."""
    better = [pk.figure for pk in stated if GRADES.index(pk.figure.grade) < GRADES.index("estimate")]
    return min(better, key=lambda figure: GRADES.index(figure.grade)).value if better else None


def _system_pk(system: System[Bracket], classes: Iterable[ThreatClass]) -> Iterator[StatedPk]:
    for name in classes:
        if system.missile is not None and name in system.missile.pk:
            yield StatedPk(system.key, system.name, "missile", name, system.missile.pk[name])
        if system.gun is not None and name in system.gun.pk:
            yield StatedPk(system.key, system.name, "gun", name, system.gun.pk[name])


def _users(scenario: Scenario[Bracket]) -> dict[str, list[str]]:
    users: dict[str, list[str]] = {}
    users_of_figures: tuple[Unit[Bracket] | Group[Bracket], ...] = (*scenario.units, *scenario.groups)
    for user in users_of_figures:
        for figure in doubt.figures(user):
            users.setdefault(figure.figure, []).append(user.name)
    return users


def _source_row(source: Source) -> dict[str, str]:
    return {
        "key": source.key,
        "title": source.title,
        "publisher": source.publisher,
        "date": source.date,
        "address": source.address,
    }
