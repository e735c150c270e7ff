"""`set:` in a scenario: figures of the catalogue that the user overrides, each graded as an assumption."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from crenel.core.entries import Entry
from crenel.core.records import CLASSES, Bracket, System, Threat
from crenel.inputs.catalogue.assembly import system_of, threat_of
from crenel.inputs.catalogue.draft import Draft
from crenel.inputs.errors import Mark
from crenel.inputs.models import GroupSettings, UnitSettings
from crenel.inputs.nodes import Node

# key -> (part of the system, its fields, SI unit)
_SYSTEM: Final[Mapping[str, tuple[str, tuple[str, ...], str]]] = MappingProxyType(
    {
        "channels": ("", ("channels",), "1"),
        "reaction": ("", ("reaction_s",), "s"),
        "assessment": ("", ("assessment_s",), "s"),
        "antenna_height": ("", ("antenna_height_m",), "m"),
        "search_range": ("radar", ("search_range_m",), "m"),
        "instrumented_range": ("radar", ("instrumented_range_m",), "m"),
        "scan_period": ("radar", ("scan_period_s",), "s"),
        "pd_at_ref": ("radar", ("pd_at_ref",), "1"),
        "frequency": ("radar", ("frequency_hz",), "Hz"),
        "sector": ("search", ("sector_rad",), "rad"),
        "elevation_min": ("search", ("elevation_min_rad",), "rad"),
        "elevation_max": ("search", ("elevation_max_rad",), "rad"),
        "radial_speed_min": ("radar", ("radial_speed_min_mps",), "m/s"),
        "fire_control_frequency": ("fire_control", ("frequency_hz",), "Hz"),
        "fire_control_sector": ("fire_control", ("sector_rad",), "rad"),
        "fire_control_range": ("fire_control", ("range_m",), "m"),
        "channels_per_sector": ("fire_control", ("channels_per_sector",), "1"),
        "rounds": ("missile", ("rounds",), "1"),
        "spare_rounds": ("missile", ("spare_rounds",), "1"),
        "reload": ("missile", ("reload_s",), "s"),
        "missile_pk_at_range_max": ("missile", ("pk_at_range_max_frac",), "1"),
        "missile_range": ("missile", ("range_max_m",), "m"),
        "missile_range_min": ("missile", ("range_min_m",), "m"),
        "missile_height": ("missile", ("height_max_m",), "m"),
        "missile_height_min": ("missile", ("height_min_m",), "m"),
        "missile_speed": ("missile", ("speed_max_mps", "speed_mean_mps"), "m/s"),
        "gun_range": ("gun", ("range_max_m",), "m"),
        "gun_height": ("gun", ("height_max_m",), "m"),
        "gun_rounds": ("gun", ("rounds",), "1"),
    }
)

# key -> (part of the system, its field), of what is no figure
_PLAIN: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "salvo": ("missile", "salvo"),
        "missile_guidance": ("missile", "guidance"),
        "fire_control_sectors": ("fire_control", "n_sectors"),
    }
)

_NOUNS: Final = MappingProxyType(
    {"radar": "a search radar", "fire_control": "a fire-control sensor", "missile": "missiles", "gun": "a gun"}
)

_THREAT: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "speed": ("speed_mps", "m/s"),
        "rcs": ("rcs_m2", "m2"),
        "own_failure": ("own_failure_frac", "1"),
        "height": ("height_m", "m"),
        "apogee": ("apogee_m", "m"),
        "range": ("range_m", "m"),
    }
)

_NOTE: Final = "set in the scenario"

_RANGES: Final = MappingProxyType({"radar": "search_range_m", "fire_control": "range_m"})
_REF_RCS_M2: Final = 1.0
"""The target of a range that the user sets where the catalogue has none."""


def system_with(entry: Entry, draft: Draft, settings: UnitSettings, *, unit: str, node: Node) -> System[Bracket]:
    """A unit's system with its overrides.

    Parameters
    ----------
    entry, draft : Entry, Draft
        As the catalogue has it.
    settings : UnitSettings
    unit : str
        Name of the unit, for the names of the figures: `unit:<name>.<key>`.
    node : Node
        Where the unit stands in the file.

    Raises
    ------
    InputError
        The system has no such part, the override contradicts another figure, or figures are lacking that nobody
        published and the unit does not set.
    """
    place = node.reach(("set",))
    for key, value in _given(settings).items():
        figure = _Figure(f"unit:{unit}.{key}", place.reach((key,)).mark)
        if key in _SYSTEM:
            part, names, si = _SYSTEM[key]
            draft = _with_part(entry, draft, part, dict.fromkeys(names, figure.bracket(float(value), si)), figure.mark)
        elif key in _PLAIN:
            part, name = _PLAIN[key]
            draft = _with_part(entry, draft, part, {name: value}, figure.mark)
    draft = _with_pk(entry, draft, settings, unit=unit, place=place)
    system = system_of(entry, draft, where=node.reach(("system",)).mark)
    _refuse_contradictions(system, place)
    return system


def threat_with(entry: Entry, draft: Draft, settings: GroupSettings, *, group: str, node: Node) -> Threat[Bracket]:
    """A group's threat with its overrides; figures are named `group:<name>.<key>`.

    Raises
    ------
    InputError
        An arc is set on a threat that flies level; or as for `system_with`.
    """
    place = node.reach(("set",))
    is_ballistic = draft.parts[""]["motion"] == "ballistic"
    for key, value in _given(settings).items():
        mark = place.reach((key,)).mark
        name, si = _THREAT[key]
        if not is_ballistic and key in {"apogee", "range"}:
            raise mark.error(f"{entry.name} flies level and has no '{key}'", "Leave it out, or set 'height'.")
        if is_ballistic and key == "height":
            raise mark.error(f"{entry.name} flies on an arc and has no 'height'", "Leave it out, or set 'apogee'.")
        draft = draft.with_fields("", {name: _Figure(f"group:{group}.{key}", mark).bracket(float(value), si)})
    return threat_of(entry, draft, where=node.reach(("threat",)).mark)


class _Figure:
    """Name and place of an overridden figure."""

    def __init__(self, name: str, mark: Mark) -> None:
        self.name = name
        self.mark = mark

    def bracket(self, value: float, si: str) -> Bracket:
        return Bracket(value, value, value, figure=self.name, unit=si, grade="assumption", note=_NOTE)


def _given(settings: UnitSettings | GroupSettings) -> dict[str, Any]:
    return {
        name: getattr(settings, name) for name in type(settings).model_fields if getattr(settings, name) is not None
    }


def _with_part(entry: Entry, draft: Draft, part: str, changed: Mapping[str, Any], mark: Mark) -> Draft:
    if part == "search":
        part = "sensor" if draft.has("sensor") else "radar"
    if not draft.has(part):
        raise mark.error(f"{entry.name} has no {_NOUNS[part].removeprefix('a ')}", "Delete this key.")
    if _RANGES.get(part) in changed and "ref_rcs_m2" not in draft.parts[part]:
        changed = {**changed, "ref_rcs_m2": _REF_RCS_M2}
    return draft.with_fields(part, changed)


def _with_pk(entry: Entry, draft: Draft, settings: UnitSettings, *, unit: str, place: Node) -> Draft:
    if settings.pk is not None and not draft.has("missile") and not draft.has("gun"):
        raise place.reach(("pk",)).error(f"{entry.name} has neither missiles nor a gun", "Delete this key.")
    for part in ("missile", "gun"):
        own = f"{part}_pk"
        key = own if getattr(settings, own) is not None else "pk"
        value = getattr(settings, key)
        if value is None or (key == "pk" and not draft.has(part)):
            continue
        figure = _Figure(f"unit:{unit}.{key}", place.reach((key,)).mark)
        pk = dict.fromkeys(CLASSES, figure.bracket(value, "1"))
        draft = _with_part(entry, draft, part, {"pk": pk}, figure.mark)
    return draft


def _refuse_contradictions(system: System[Bracket], place: Node) -> None:
    """Refuse an override that another figure would silently clip or empty."""
    missile = system.missile
    if missile is not None and 0.0 < missile.rounds.value < missile.salvo:
        where = place.reach(("salvo",) if place.get("salvo") is not None else ("rounds",))
        raise where.error(
            f"the salvo of {system.name} would be {missile.salvo} of its {missile.rounds.value:g} missiles",
            "Set more 'rounds', or a smaller 'salvo'.",
        )
    _refuse_idle_reload(system, place)
    _refuse_idle_sectors(system, place)
    pairs: list[tuple[str, Bracket, str, Bracket]] = []
    if (search := system.radar or system.sensor) is not None:
        pairs.append(("elevation_min", search.elevation_min_rad, "elevation_max", search.elevation_max_rad))
    if (radar := system.radar) is not None:
        pairs.append(("search_range", radar.search_range_m, "instrumented_range", radar.instrumented_range_m))
    if missile is not None:
        pairs.append(("missile_range_min", missile.range_min_m, "missile_range", missile.range_max_m))
        pairs.append(("missile_height_min", missile.height_min_m, "missile_height", missile.height_max_m))
    if (gun := system.gun) is not None:
        pairs.append(("least gun range", gun.range_min_m, "gun_range", gun.range_max_m))
    for lower, low, upper, high in pairs:
        is_set = place.get(lower) is not None or place.get(upper) is not None
        if is_set and low.value > high.value:
            where = place.reach((lower,) if place.get(lower) is not None else (upper,))
            raise where.error(
                f"the {lower} of {system.name} would be {_told(low)}, beyond its {upper} of {_told(high)}",
                "Set both, or neither.",
            )


def _refuse_idle_reload(system: System[Bracket], place: Node) -> None:
    """Refuse missiles to reload with and no time that it takes, or a time and no missiles."""
    missile = system.missile
    if missile is None:
        return
    if place.get("spare_rounds") is not None and missile.reload_s is None:
        what = f"nothing says how long {system.name} takes to reload: nobody published it"
        raise place.key_mark("spare_rounds").error(what, 'Add for example "reload: 20 min".')
    if place.get("reload") is not None and missile.spare_rounds is None:
        what = f"nothing says what {system.name} reloads with: nobody published it"
        raise place.key_mark("reload").error(what, 'Add for example "spare_rounds: 8".')


def _told(figure: Bracket) -> str:
    return f"{math.degrees(figure.value):g}°" if figure.unit == "rad" else f"{figure.value:g} {figure.unit}"


def _refuse_idle_sectors(system: System[Bracket], place: Node) -> None:
    """Refuse tracking radars that limit nothing, or that are said to look one way and all around."""
    control = system.fire_control
    if control is None or control.n_sectors == 1:
        return
    if place.get("fire_control_sectors") is not None and control.channels_per_sector is None:
        what = f"nothing says how many engagements each tracking radar of {system.name} can run"
        raise place.key_mark("fire_control_sectors").error(what, 'Add for example "channels_per_sector: 1".')
    stated = [key for key in ("fire_control_sectors", "fire_control_sector") if place.get(key) is not None]
    if stated and control.sector_rad is not None:
        what = f"{control.n_sectors} tracking radars of {system.name} share the circle, and one looks into a sector"
        raise place.key_mark(stated[0]).error(what, "Keep one: 'fire_control_sectors' or 'fire_control_sector'.")
