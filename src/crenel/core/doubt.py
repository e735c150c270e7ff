"""Doubt: every figure that the answer leans on, what is not known of it, and one point of the doubt as a case.

A doubt belongs to a catalogue figure and is shared by all units of a type; position and presence belong to a unit.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias, cast

import numpy as np

from crenel.core.records import Bracket, Case, CoverAsk, FloatArray, GeoPoint, Scenario, Threat, Unit

Point: TypeAlias = Mapping[str, float]
"""Figure name to SI value; what it does not name takes its central value."""

CENTRAL: Point = MappingProxyType({})
"""The empty point: every figure at its central value."""

Kind: TypeAlias = Literal["figure", "position", "presence"]

_WIDE: Final = 10.0
"""High over low from which a figure is drawn on a logarithmic scale."""

_EARTH_M: Final = 6_371_000.0

_MORE_HELPS: Final = {
    **dict.fromkeys(
        (
            *("search_range_m", "pd_at_ref", "instrumented_range_m", "elevation_max_rad", "range_m", "p_look"),
            *("p_effect", "range_max_m", "height_max_m", "target_speed_max_mps", "speed_max_mps", "speed_mean_mps"),
            *("rounds", "pk", "projectile_speed_mps", "rate_hz", "pk_at_range_max_frac", "antenna_height_m"),
            *("channels", "channels_per_sector", "mounted_m", "presence", "availability", "spare_rounds"),
        ),
        True,
    ),
    **dict.fromkeys(
        (
            *("scan_period_s", "look_period_s", "elevation_min_rad", "range_min_m", "height_min_m", "burst_rounds"),
            *("reaction_s", "assessment_s", "rcs_pass_sigma_db", "delay_s", "reload_s", "silences_frac"),
        ),
        False,
    ),
}
"""Whether more of it helps the defence, all else equal, by the field that holds it."""

_MORE_OF_A_THREAT_HELPS: Final = {
    "rcs_m2": True,
    "own_failure_frac": True,
    "speed_mps": False,
    "apogee_m": True,
    "range_m": True,
}

_HELD: Final = ("height_missing_m", "floor_m", "height_m")
"""Figures that keep their central values: the world is built before any doubt is resolved, and heights of flight come
from the raid."""

OF_SIGHT: Final = ("mounted_m", "antenna_height_m", "position_east_m", "position_north_m")
"""Fields that decide where an antenna is: over terrain each value of them asks for a map of sight of its own."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that nobody published, or that sources disagree on.

    `field` is the record's field that holds it, `more_helps` whether more of it helps the defence: None where it has no
    such direction.
    """

    name: str
    kind: Kind
    field: str
    low: float
    value: float
    high: float
    unit: str
    grade: str
    more_helps: bool | None

    @property
    def is_logarithmic(self) -> bool:
        """Whether it is drawn on a logarithmic scale: where its ends are far apart."""
        return self.low > 0.0 and self.high >= _WIDE * self.low

    def at(self, share: float) -> float:
        """Its value below which it lies with probability `share`: a triangle over low to high, its peak at the value.

        References
        ----------
        [johnson1997]
        """
        low, value, high = self.low, self.value, self.high
        if self.is_logarithmic:
            low, value, high = math.log(low), math.log(value), math.log(high)
        width = high - low
        peak = (value - low) / width
        if share < peak:
            found = low + math.sqrt(share * width * (value - low))
        else:
            found = high - math.sqrt((1.0 - share) * width * (high - value))
        found = math.exp(found) if self.is_logarithmic else found
        return min(max(found, self.low), self.high)

    def best(self, *, for_defence: bool) -> float:
        """The end that is best for the defence, or worst; its value where it has no direction."""
        if self.more_helps is None:
            return self.value
        return self.high if self.more_helps is for_defence else self.low


def figures(record: object) -> Iterator[Bracket]:
    """Every bracket that a record leans on, in a fixed order; a figure shared by several units comes once."""
    seen: set[str] = set()
    for _, _, bracket in _walk(record, None, ""):
        if bracket.figure not in seen:
            seen.add(bracket.figure)
            yield bracket


def doubts(scenario: Scenario[Bracket], mattering: Collection[str] | None = None) -> tuple[Doubt, ...]:
    """The doubts of a scenario, by name.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    mattering : collection of str, optional
        Names of the figures of units and groups that can matter; all others are left out. What the world is built from
        always is.

    Returns
    -------
    tuple of Doubt
        Every figure with a width, once; the presence of each unit that has a bracket of it; and how far east and north
        of its place each unit may stand whose evidence has a position error.
    """
    found: dict[str, Doubt] = {}
    idle = set() if mattering is None else {figure.figure for figure in figures((scenario.units, scenario.groups))}
    idle -= set(mattering or ())
    # What coverage asks for is another question.
    for owner, field, figure in _walk(replace(scenario, cover=CoverAsk()), None, ""):
        name = figure.figure
        if not figure.is_doubtful or name in found or name in idle or field in _HELD:
            continue
        directions = _MORE_OF_A_THREAT_HELPS if owner is Threat else _MORE_HELPS
        found[name] = Doubt(
            name=name,
            kind="presence" if field == "presence" else "figure",
            field=field,
            low=figure.low,
            value=figure.value,
            high=figure.high,
            unit=figure.unit,
            grade=figure.grade,
            more_helps=directions.get(field),
        )
    for unit in scenario.units:
        error_m = unit.evidence.position_error_m
        for field in ("position_east_m", "position_north_m") if error_m > 0.0 else ():
            name = f"unit:{unit.name}.{field.removesuffix('_m')}"
            found[name] = Doubt(name, "position", field, -error_m, 0.0, error_m, "m", unit.evidence.status, None)
    return tuple(found[name] for name in sorted(found))


def design(n_doubts: int, n_points: int, *, seed: int) -> FloatArray:
    """Points of the doubt: scrambled Sobol points, one column for each doubt.

    Returns
    -------
    (n_points, n_doubts) float64 [1]
        In (0, 1). The first points of a longer design are those of a shorter one.

    References
    ----------
    [owen1998]
    """
    if n_doubts == 0:
        return np.zeros((n_points, 0))
    from scipy.stats import qmc  # seconds, which help and version need not wait for

    sequence = qmc.Sobol(n_doubts, scramble=True, rng=np.random.default_rng(seed))
    points = sequence.random_base2(max(0, math.ceil(math.log2(n_points))))[:n_points]
    return np.clip(points, 1e-9, 1.0 - 1e-9)


def point(held: Sequence[Doubt], shares: Sequence[float]) -> dict[str, float]:
    """The values of all doubts at one row of a design."""
    return {one.name: one.at(float(share)) for one, share in zip(held, shares, strict=True)}


def corner(held: Sequence[Doubt], *, for_defence: bool) -> dict[str, float]:
    """All doubts at the end that is best for the defence, or at the one that is worst for it."""
    return {one.name: one.best(for_defence=for_defence) for one in held}


def resolve(scenario: Scenario[Bracket], point: Point = CENTRAL) -> Case:
    """One case of a scenario: plain SI numbers.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    point : mapping of name to SI value
        Of figures and of positions, as `doubts` names them; what it does not name takes its central value.
    """
    case = cast("Case", _resolved(scenario, point))
    if not any(".position_" in name for name in point):
        return case
    return replace(case, units=tuple(_moved(unit, point) for unit in case.units))


def moved(at: GeoPoint, *, east_m: float, north_m: float) -> GeoPoint:
    """A position so far off another, over a sphere; for distances of a few kilometres."""
    lat_rad = at.lat_rad + north_m / _EARTH_M
    return GeoPoint(lat_rad, at.lon_rad + east_m / (_EARTH_M * math.cos(at.lat_rad)))


def _moved(unit: Unit[float], point: Point) -> Unit[float]:
    east_m, north_m = (point.get(f"unit:{unit.name}.position_{side}", 0.0) for side in ("east", "north"))
    return unit if east_m == north_m == 0.0 else replace(unit, at=moved(unit.at, east_m=east_m, north_m=north_m))


def _walk(record: object, owner: type | None, field: str) -> Iterator[tuple[type | None, str, Bracket]]:
    """Every bracket with the record that holds it and the field that it is held in."""
    if isinstance(record, Bracket):
        yield owner, field, record
    elif is_dataclass(record):
        for held in fields(record):
            yield from _walk(getattr(record, held.name), type(record), held.name)
    elif isinstance(record, Mapping):
        for key in sorted(record):
            yield from _walk(record[key], owner, field)
    elif isinstance(record, tuple):
        for item in record:
            yield from _walk(item, owner, field)


def _resolved(record: Any, point: Point) -> Any:
    if isinstance(record, Bracket):
        return point.get(record.figure, record.value)
    if is_dataclass(record) and not isinstance(record, type):
        return type(record)(**{field.name: _resolved(getattr(record, field.name), point) for field in fields(record)})
    if isinstance(record, Mapping):
        return MappingProxyType({key: _resolved(value, point) for key, value in record.items()})
    if isinstance(record, tuple):
        return tuple(_resolved(item, point) for item in record)
    return record


def replaced(scenario: Scenario[Bracket], figures: Mapping[str, Bracket]) -> Scenario[Bracket]:
    """A scenario with other figures in the place of those of their names."""
    return cast("Scenario[Bracket]", _exchanged(scenario, figures))


def _exchanged(record: Any, others: Mapping[str, Bracket]) -> Any:
    if isinstance(record, Bracket):
        return others.get(record.figure, record)
    if is_dataclass(record) and not isinstance(record, type):
        return type(record)(**{field.name: _exchanged(getattr(record, field.name), others) for field in fields(record)})
    if isinstance(record, Mapping):
        return MappingProxyType({key: _exchanged(value, others) for key, value in record.items()})
    if isinstance(record, tuple):
        return tuple(_exchanged(item, others) for item in record)
    return record
