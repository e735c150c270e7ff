"""What an answer leans on: its figures, their grades and sources, and the kill probabilities that decide it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from itertools import chain
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from crenel.core import doubt
from crenel.core.records import (
    CLASSES,
    GRADES,
    Bracket,
    Grade,
    Group,
    Gun,
    Missile,
    Scenario,
    Source,
    System,
    Threat,
    ThreatClass,
    Unit,
)

Stage: TypeAlias = Literal["sensing", "reach", "kill"]

STAGES: Final[tuple[Stage, ...]] = ("sensing", "reach", "kill")
"""The chain of an answer, in its order: who is seen, what can be shot at in time, whether a shot kills."""

SHIPPED: Final = "catalogue"
"""Where an entry comes from that came with crenel."""

BEARS_ON: Final = {
    "kill": ("pk", "pk_at_range_max_frac", "common_mode_frac", "common_mode_threat_frac"),
    "jamming": ("p_effect",),
    "shots": ("rounds", "channels", "burst_rounds", "rate_hz", "channels_per_sector", "spare_rounds"),
    "distance": ("range_max_m", "search_range_m", "range_m", "instrumented_range_m", "range_min_m", "radius_m"),
    "seeing": (
        "rcs_m2",
        "rcs_pass_sigma_db",
        "pd_at_ref",
        "p_look",
        "scan_period_s",
        "look_period_s",
        "frequency_hz",
        "sector_rad",
        "radial_speed_min_mps",
        "rain_mps",
        "rain_top_m",
        "visibility_m",
    ),
    "time": (
        *("reaction_s", "assessment_s", "speed_mps", "speed_mean_mps", "speed_max_mps", "projectile_speed_mps"),
        *("target_speed_max_mps", "delay_s", "reload_s"),
    ),
    "height": (
        *("height_m", "apogee_m", "height_min_m", "height_max_m", "mounted_m", "antenna_height_m"),
        *("elevation_min_rad", "elevation_max_rad", "height_missing_m", "floor_m"),
    ),
    "failure": ("own_failure_frac",),
    "working": ("availability", "silences_frac"),
    "presence": ("presence",),
}
"""What a figure bears on, by the field that holds it; what moves an answer most comes first.

Whether a unit is there comes last: but for the presence-weighted mean, every answer supposes the units that it counts.
"""

_RANK: Final = {field: n for n, field in enumerate(chain.from_iterable(BEARS_ON.values()))}
_KIND: Final = {field: kind for kind, names in BEARS_ON.items() for field in names}

_SENSING = (
    "radar",
    "sensor",
    "fire_control",
    "rcs",
    "rcs_pass_sigma",
    "antenna_height",
    "mounted",
    "search_range",
    "instrumented_range",
    "pd_at_ref",
    "scan_period",
    "height_missing",
    "floor",
    "frequency",
    "sector",
    "radial_speed_min",
    "rain",
    "rain_top",
    "visibility",
    "elevation_min",
    "elevation_max",
)
_KILL = ("pk", "missile_pk", "gun_pk", "missile_pk_at_range_max", "p_effect", "common_mode", "common_mode_threat")
_NO_STAGE = ("own_failure", "availability", "silences", "presence")
_SUFFIXES = ("_m", "_m2", "_db", "_frac")


class Foreign(NamedTuple):
    """An entry of a scenario that does not come from the shipped catalogue."""

    key: str
    name: str
    origin: str


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
    """Which stage of the answer a figure bears on, by its name; None for what stands outside them all.

    That is how often a threat fails by itself, and whether a unit is there at all and works.
    """
    words = [word.removesuffix(next((s for s in _SUFFIXES if word.endswith(s)), "")) for word in figure.split(".")[1:]]
    if any(word in _KILL or word.startswith("pk_at") for word in words):
        return "kill"
    if any(word in _SENSING for word in words) and words[-1] != "channels_per_sector":
        return "sensing"
    return None if any(word in _NO_STAGE for word in words) else "reach"


def weakest_by_stage(scenario: Scenario[Bracket]) -> dict[Stage, Grade | None]:
    """The weakest grade among the figures of each stage that can matter."""
    return {name: row["grade"] for name, row in stage_rows(scenario).items()}


def stage_rows(scenario: Scenario[Bracket]) -> dict[Stage, dict[str, Any]]:
    """What each stage of the answer rests on.

    Returns
    -------
    dict
        By stage: `grade`, the weakest one (None without figures); `figures`, how many can matter; `unpublished`, how
        many of them are assumptions; `estimates`; and the keys of all their `sources`.
    """
    rows: dict[Stage, dict[str, Any]] = {}
    for name in STAGES:
        held = [figure for figure in mattering(scenario) if stage(figure.figure) == name]
        grades = [figure.grade for figure in held]
        rows[name] = {
            "grade": weakest(grades),
            "figures": len(held),
            "unpublished": grades.count("assumption"),
            "estimates": grades.count("estimate"),
            "sources": sorted({key for figure in held for key in figure.sources}),
        }
    return rows


def mattering(scenario: Scenario[Bracket]) -> tuple[Bracket, ...]:
    """The figures that can change the answer to this raid, each once, those that move it most first.

    Left out: kill probabilities against what does not come, weapons that work against nothing that comes, heights that
    the raid states itself, and, where nobody defends, everything but own failures.
    """
    return tuple(figure for _, figure in _mattering(scenario))


def figure_rows(scenario: Scenario[Bracket]) -> list[dict[str, Any]]:
    """The figures that can matter, what moves the answer most first, with who uses them (SI)."""
    users, origins = _users(scenario), _origins(scenario)
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
            "bears_on": _KIND[field],
            "origin": origins.get(figure.figure, "model" if figure.figure.startswith("model.") else "scenario"),
        }
        for field, figure in _mattering(scenario)
    ]


def used_sources(scenario: Scenario[Bracket]) -> tuple[str, ...]:
    """The keys of the sources that the answer rests on: of figures that can matter, of units, of published raids."""
    of_figures = {key for figure in mattering(scenario) for key in figure.sources}
    of_units = {unit.evidence.source for unit in scenario.units}
    of_groups = {key for group in scenario.groups for key in group.sources}
    return tuple(sorted((of_figures | of_units | of_groups) & scenario.sources.keys()))


def source_rows(scenario: Scenario[Bracket]) -> list[dict[str, Any]]:
    """Every source of the scenario, by key, but for those of figures that cannot matter.

    `used` is False for one that the scenario only lists: its notes may speak of it, but no figure and no unit cites it.
    """
    used = set(used_sources(scenario))
    idle = {key for figure in doubt.figures(scenario) for key in figure.sources} - used
    return [
        {**_source_row(scenario.sources[key]), "used": key in used} for key in sorted(scenario.sources.keys() - idle)
    ]


def foreign(scenario: Scenario[Bracket]) -> tuple[Foreign, ...]:
    """The entries that do not come from the shipped catalogue, each once."""
    found = (Foreign(entry.key, entry.name, entry.origin) for entry in _entries(scenario))
    return tuple(dict.fromkeys(entry for entry in found if entry.origin != SHIPPED))


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


def _mattering(scenario: Scenario[Bracket]) -> list[tuple[str, Bracket]]:
    """The field that holds each figure that can matter, and the figure."""
    found: dict[str, tuple[str, Bracket]] = {}
    parts = (_defending(scenario), _binding(scenario), _attacking(scenario), _standing(scenario))
    for field, figure in chain.from_iterable(parts):
        found.setdefault(figure.figure, (field, figure))
    return sorted(found.values(), key=lambda held: _RANK[held[0]])


def _defending(scenario: Scenario[Bracket]) -> Iterator[tuple[str, Bracket]]:
    coming = {group.threat.threat_class for group in scenario.groups}
    for unit in scenario.units:
        system = unit.system
        weapons = [weapon for weapon in (system.missile, system.gun) if weapon is not None and coming & set(weapon.pk)]
        for weapon in weapons:
            yield from _weapon(weapon, coming)
        if system.radar is not None:
            yield from _held(system.radar)
        if system.sensor is not None:
            yield from _by_class("p_look", system.sensor.p_look, coming)
            yield from _held(system.sensor)
        if system.jammer is not None and coming & set(system.jammer.p_effect):
            yield from _by_class("p_effect", system.jammer.p_effect, coming)
            yield from _held(system.jammer)
        if weapons:
            yield from _held(system)
            if system.fire_control is not None:
                yield from _held(system.fire_control)
        else:
            yield "antenna_height_m", system.antenna_height_m
        yield "mounted_m", unit.mounted_m
        if unit.radius_m is not None:
            yield "radius_m", unit.radius_m
        if unit.availability is not None:
            yield "availability", unit.availability
        if unit.presence is not None:
            yield "presence", unit.presence


def _binding(scenario: Scenario[Bracket]) -> Iterator[tuple[str, Bracket]]:
    """Of networks that bind anyone, and of what shots have in common where anyone shoots."""
    members = [unit.network for unit in scenario.units]
    for name, network in scenario.networks.items():
        if members.count(name) > 1:
            yield from _held(network)
    common = (
        ("common_mode_frac", scenario.common_mode_frac),
        ("common_mode_threat_frac", scenario.common_mode_threat_frac),
    )
    if stated_pk(scenario):
        yield from ((field, figure) for field, figure in common if figure is not None)


def _weapon(weapon: Missile[Bracket] | Gun[Bracket], coming: set[ThreatClass]) -> Iterator[tuple[str, Bracket]]:
    yield from _by_class("pk", weapon.pk, coming)
    # Whoever has nothing to reload with, or no time for it, does not reload.
    can_reload = isinstance(weapon, Missile) and weapon.spare_rounds is not None and weapon.reload_s is not None
    idle = () if can_reload else ("spare_rounds", "reload_s")
    yield from ((field, figure) for field, figure in _held(weapon) if field not in idle)


def _by_class(
    field: str, figures: Mapping[ThreatClass, Bracket], coming: set[ThreatClass]
) -> Iterator[tuple[str, Bracket]]:
    """The figures of the classes that come."""
    yield from ((field, figures[name]) for name in CLASSES if name in coming and name in figures)


def _attacking(scenario: Scenario[Bracket]) -> Iterator[tuple[str, Bracket]]:
    for group in scenario.groups:
        threat = group.threat
        yield "own_failure_frac", threat.own_failure_frac
        if not scenario.units:
            continue
        yield "rcs_m2", threat.rcs_m2
        yield "speed_mps", threat.speed_mps
        if group.silences_frac is not None:
            yield "silences_frac", group.silences_frac
        if threat.motion == "ballistic":
            yield from ((name, value) for name, value in _held(threat) if name in ("apogee_m", "range_m"))
        elif (group.height_m.low, group.height_m.high) == (threat.height_m.low, threat.height_m.high):
            # The raid states no height of its own, or the same.
            yield "height_m", threat.height_m
    if scenario.units:
        yield "rcs_pass_sigma_db", scenario.rcs_pass_sigma_db


def _standing(scenario: Scenario[Bracket]) -> Iterator[tuple[str, Bracket]]:
    """What is taken of buildings: it hides threats, and carries units."""
    if scenario.units and scenario.place.buildings is not None:
        yield from _held(scenario.place.buildings)
    if scenario.units and scenario.place.weather is not None:
        yield from _held(scenario.place.weather)


def _held(record: Any) -> Iterator[tuple[str, Bracket]]:
    """The figures that a record holds itself, by field."""
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, Bracket):
            yield field.name, value


def _users(scenario: Scenario[Bracket]) -> dict[str, list[str]]:
    users: dict[str, list[str]] = {}
    users_of_figures: tuple[Unit[Bracket] | Group[Bracket], ...] = (*scenario.units, *scenario.groups)
    for user in users_of_figures:
        for figure in doubt.figures(user):
            users.setdefault(figure.figure, []).append(user.name)
    for network in scenario.networks.values():
        members = [unit.name for unit in scenario.units if unit.network == network.name]
        users |= {figure.figure: members for figure in doubt.figures(network)}
    return users


def _entries(scenario: Scenario[Bracket]) -> Iterator[System[Bracket] | Threat[Bracket]]:
    yield from (unit.system for unit in scenario.units)
    yield from (group.threat for group in scenario.groups)


def _origins(scenario: Scenario[Bracket]) -> dict[str, str]:
    """Where the figures of entries come from; those that a scenario sets or the model supposes are no entry's."""
    origins: dict[str, str] = {}
    for entry in _entries(scenario):
        for figure in doubt.figures(entry):
            if not figure.figure.startswith(("unit:", "group:", "model.")):
                origins.setdefault(figure.figure, entry.origin)
    return origins


def _source_row(source: Source) -> dict[str, str]:
    return {
        "key": source.key,
        "title": source.title,
        "publisher": source.publisher,
        "date": source.date,
        "address": source.address,
    }
