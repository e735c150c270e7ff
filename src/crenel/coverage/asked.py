"""What coverage is asked for: the scenario's own words, what a caller puts in their place, and the defaults."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import pi
from typing import Final

from crenel.core.records import Case, CoverAsk, CrenelError, Span, Threat, Unit

DEFAULT_HEIGHTS_M: Final = (60.0,)
LEAST_SECTOR_RAD: Final = pi / 12.0
"""Sectors are never narrower than 15 degrees: what is shown is a side, never a corridor."""

MOST_HEIGHTS: Final = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about coverage, complete: level threats, heights above ground, units, cells, sectors."""

    threats: tuple[Threat[float], ...]
    heights_m: tuple[float, ...]
    units: tuple[Unit[float], ...]
    starts_m: tuple[Span, ...]  # one for each threat
    cell_m: float
    ask: CoverAsk[float]

    def is_required(self, height_m: float) -> bool:
        """Whether the scenario requires a warning at this height."""
        heights_m = self.ask.required_heights_m
        return self.ask.required_s > 0.0 and (heights_m is None or heights_m.low <= height_m <= heights_m.high)


def asked(
    case: Case,
    *,
    threats: Sequence[Threat[float]] = (),
    heights_m: Sequence[float] = (),
    units: Sequence[str] = (),
    cell_m: float = 0.0,
) -> Asked:
    """The complete question.

    Parameters
    ----------
    case : Case
    threats : sequence of Threat
        Instead of the scenario's; those of its `cover` part, else the raid's first level threat.
    heights_m : sequence of float [m]
        Instead of the scenario's; 60 m where it names none. Both ends of a required band are added.
    units : sequence of str
        Names of the units to count; all of them if empty.
    cell_m : float [m]
        0: as the scenario says.

    Raises
    ------
    CrenelError
        No height, a height that cannot be, an unknown unit, no unit that senses, a threat that does not fly level.
    """
    ask = case.cover
    level = tuple(group.threat for group in case.groups if group.threat.motion == "level")
    chosen = tuple(threats) or ask.threats or level[:1]
    if not chosen:
        raise CrenelError(
            f"{case.name}: coverage is for level flight, and nothing in the raid flies level. Name a threat."
        )
    for threat in chosen:
        if threat.motion != "level":
            raise CrenelError(f"{threat.key} flies on an arc: coverage is for level flight. Name another threat.")
    counted = _units(case, units)
    starts_m = tuple(ask.starts_m or _starts(case, threat) for threat in chosen)
    for asset in case.assets:
        if min(span.low for span in starts_m) <= asset.radius_m:
            raise CrenelError(
                f"approaches would start inside the radius of {asset.name} ({asset.radius_m:g} m). Give `cover` a "
                "larger `starts`."
            )
    return Asked(
        threats=chosen,
        heights_m=_heights(ask, heights_m),
        units=counted,
        starts_m=starts_m,
        cell_m=cell_m or ask.cell_m,
        ask=ask,
    )


def _heights(ask: CoverAsk[float], heights_m: Sequence[float]) -> tuple[float, ...]:
    found = list(heights_m or ask.heights_m or DEFAULT_HEIGHTS_M)
    if not heights_m and ask.required_s > 0.0 and ask.required_heights_m is not None:
        found += [ask.required_heights_m.low, ask.required_heights_m.high]
    if any(not 0.0 < height_m <= 1e5 for height_m in found):
        raise CrenelError("a height above ground lies between 0 and 100 km. Write for example 60 m.")
    found = sorted(set(found))
    if len(found) > MOST_HEIGHTS:
        raise CrenelError(f"{len(found)} heights are more than {MOST_HEIGHTS}. Ask for fewer at a time.")
    return tuple(found)


def _units(case: Case, names: Sequence[str]) -> tuple[Unit[float], ...]:
    known = [unit.name for unit in case.units]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f'Did you mean "{near[0]}"?' if near else f"It has: {', '.join(known) or 'none'}."
            raise CrenelError(f'{case.name}: there is no unit called "{name}". {hint}')
    counted = tuple(unit for unit in case.units if not names or unit.name in names)
    if not any(unit.system.radar or unit.system.sensor for unit in counted):
        whose = "these units" if names else "the units"
        raise CrenelError(
            f"{case.name}: none of {whose} has a radar or another sensor, so there is nothing to see with."
        )
    return counted


def _starts(case: Case, threat: Threat[float]) -> Span:
    """As far out as the raid's groups of that threat begin; a threat that is not in the raid at the place's edge."""
    far_m = max((group.starts_m.high for group in case.groups if group.threat.key == threat.key), default=0.0)
    return Span(far_m, far_m) if far_m else Span(case.place.radius_m, case.place.radius_m)
