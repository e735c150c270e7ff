"""Which figures the model reads of a catalogue entry, what each measures, and which field of its record it fills.

A key stands in the file, in the figure's name ("pantsir-s1.radar.search_range") and here; nowhere else.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from crenel.core.records import CLASSES, FireControl, Gun, Jammer, Missile, Radar, Sensor, System, Threat
from crenel.inputs.errors import did_you_mean, quoted
from crenel.inputs.nodes import Node
from crenel.inputs.quantities import Dimension, read_quantity

_FLUCTUATIONS: Final = ("swerling0", "swerling1", "swerling3")
_MOTIONS: Final = ("level", "ballistic")
_SENSORS: Final = ("optics", "radio", "acoustic")
_MOST_LOOKS: Final = 10
_MOST_SALVO: Final = 8
_MOST_SECTORS: Final = 36
_GUIDANCE: Final = ("command", "homing")

Setting: TypeAlias = Callable[[Node, str], dict[str, Any]]
"""Reads one plain value, under the key given, into the fields that it fills."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A plain number that a figure cannot do without: the target size of a range, the distance of a mean speed.

    `published` names the field of a statement that gives it. Where nobody does, it is the value of the figure that
    `otherwise` names; `may_be_none`: the word "none" stands for 0.
    """

    key: str
    field: str
    dimension: Dimension
    published: str
    otherwise: str = ""
    may_be_none: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """What a figure measures, and the field of its record that it fills.

    One that is `optional` may be left out: then nobody published it, nothing stands in for it, and the field is None.
    """

    field: str
    dimension: Dimension
    beside: Beside | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """The figures and plain settings of one part of an entry.

    `ordered` names pairs of figures, the first of which may nowhere in its bracket exceed the second. `by_class` is
    the key under which a probability stands for each class of threat. A setting among the `optional` may be left
    out: then the record's own value stands.
    """

    record: type[Any]
    figures: Mapping[str, Figure]
    settings: Mapping[str, Setting] = field(default_factory=dict)
    ordered: tuple[tuple[str, str], ...] = ()
    by_class: str = ""
    optional: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that may stand in it."""
        return (*self.figures, *self.settings, *((self.by_class,) if self.by_class else ()))


def _confirm(node: Node, key: str) -> dict[str, Any]:
    found = re.fullmatch(r"(\d{1,2}) of (\d{1,2})", node.text(f"'{key}'"))
    if found is None or not 1 <= int(found[1]) <= int(found[2]) <= _MOST_LOOKS:
        raise node.error(
            f"'{key}' wants detections out of looks, at most {_MOST_LOOKS}, not {node.kind}", f'Write "{key}: 3 of 5".'
        )
    return {"confirm_m": int(found[1]), "confirm_n": int(found[2])}


def _p_false_alarm(node: Node, key: str) -> dict[str, Any]:
    p_false_alarm = read_quantity(node, key, "probability")
    if not 0.0 < p_false_alarm < 0.1:
        raise node.error(f"'{key}' wants a small chance above 0, not {node.kind}", f'Write for example "{key}: 1e-6".')
    return {"p_false_alarm": p_false_alarm}


def _whole(field_name: str, most: int) -> Setting:
    def read(node: Node, key: str) -> dict[str, Any]:
        count = int(read_quantity(node, key, "count"))
        if not 1 <= count <= most:
            raise node.error(f"'{key}' wants a whole number from 1 to {most}, not {node.kind}", f'Write "{key}: 1".')
        return {field_name: count}

    return read


def _choice(field_name: str, words: tuple[str, ...]) -> Setting:
    def read(node: Node, key: str) -> dict[str, Any]:
        word = node.text(f"'{key}'")
        if word not in words:
            raise node.error(f"'{key}' knows no {quoted(word)}", did_you_mean(word, words))
        return {field_name: word}

    return read


def _yes_or_no(field_name: str) -> Setting:
    def read(node: Node, key: str) -> dict[str, Any]:
        word = node.text(f"'{key}'")
        if word not in {"yes", "no"}:
            raise node.error(f"'{key}' wants yes or no, not {quoted(word)}", f'Write "{key}: yes".')
        return {field_name: word == "yes"}

    return read


_AT_RCS: Final = Beside("at_rcs", "ref_rcs_m2", "rcs", published="at_rcs_m2")
_AT_RCS_OR_NONE: Final = Beside("at_rcs", "ref_rcs_m2", "rcs", published="at_rcs_m2", may_be_none=True)
_OVER: Final = Beside("over", "speed_mean_over_m", "length", published="over_m", otherwise="range_max")
_CONFIRMING: Final = MappingProxyType({"confirm": _confirm, "drop_after": _whole("drop_k", 100)})
_ELEVATIONS: Final = MappingProxyType(
    {
        "elevation_min": Figure("elevation_min_rad", "angle"),
        "elevation_max": Figure("elevation_max_rad", "angle"),
    }
)

_SECTOR: Final = Figure("sector_rad", "angle", optional=True)
_FREQUENCY: Final = Figure("frequency_hz", "frequency", optional=True)

SECTIONS: Final[Mapping[str, Section]] = MappingProxyType(
    {
        "radar": Section(
            Radar,
            figures={
                "search_range": Figure("search_range_m", "length", _AT_RCS),
                "pd_at_ref": Figure("pd_at_ref", "probability"),
                "instrumented_range": Figure("instrumented_range_m", "length"),
                "scan_period": Figure("scan_period_s", "time"),
                **_ELEVATIONS,
                "frequency": _FREQUENCY,
                "sector": _SECTOR,
                "radial_speed_min": Figure("radial_speed_min_mps", "speed", optional=True),
            },
            settings={
                "p_false_alarm": _p_false_alarm,
                "fluctuation": _choice("fluctuation", _FLUCTUATIONS),
                **_CONFIRMING,
            },
            ordered=(("elevation_min", "elevation_max"),),
        ),
        "sensor": Section(
            Sensor,
            figures={
                "range": Figure("range_m", "length"),
                "look_period": Figure("look_period_s", "time"),
                **_ELEVATIONS,
                "sector": _SECTOR,
            },
            settings={
                "kind": _choice("kind", _SENSORS),
                "needs_sight": _yes_or_no("needs_sight"),
                **_CONFIRMING,
            },
            ordered=(("elevation_min", "elevation_max"),),
            by_class="p_look",
        ),
        "fire_control": Section(
            FireControl,
            figures={
                "range": Figure("range_m", "length", _AT_RCS_OR_NONE),
                **_ELEVATIONS,
                "channels_per_sector": Figure("channels_per_sector", "count", optional=True),
                "frequency": _FREQUENCY,
                "sector": _SECTOR,
            },
            settings={"sectors": _whole("n_sectors", _MOST_SECTORS)},
            ordered=(("elevation_min", "elevation_max"),),
            optional=("sectors",),
        ),
        "missile": Section(
            Missile,
            figures={
                "range_min": Figure("range_min_m", "length"),
                "range_max": Figure("range_max_m", "length"),
                "height_min": Figure("height_min_m", "height"),
                "height_max": Figure("height_max_m", "height"),
                "target_speed_max": Figure("target_speed_max_mps", "speed"),
                "speed_max": Figure("speed_max_mps", "speed"),
                "speed_mean": Figure("speed_mean_mps", "speed", _OVER),
                "rounds": Figure("rounds", "count"),
                "pk_at_range_max_frac": Figure("pk_at_range_max_frac", "fraction", optional=True),
                "spare_rounds": Figure("spare_rounds", "count", optional=True),
                "reload": Figure("reload_s", "time", optional=True),
            },
            settings={"salvo": _whole("salvo", _MOST_SALVO), "guidance": _choice("guidance", _GUIDANCE)},
            ordered=(("range_min", "range_max"), ("height_min", "height_max"), ("speed_mean", "speed_max")),
            by_class="pk",
            optional=("guidance",),
        ),
        "gun": Section(
            Gun,
            figures={
                "range_min": Figure("range_min_m", "length"),
                "range_max": Figure("range_max_m", "length"),
                "height_max": Figure("height_max_m", "height"),
                "target_speed_max": Figure("target_speed_max_mps", "speed"),
                "projectile_speed": Figure("projectile_speed_mps", "speed"),
                "rounds": Figure("rounds", "count"),
                "rate": Figure("rate_hz", "rate"),
                "burst_rounds": Figure("burst_rounds", "count"),
                "pk_at_range_max_frac": Figure("pk_at_range_max_frac", "fraction"),
            },
            ordered=(("range_min", "range_max"),),
            by_class="pk",
        ),
        "jammer": Section(Jammer, figures={"range": Figure("range_m", "length")}, by_class="p_effect"),
    }
)
"""What a system may have, by the key that it stands under."""

SYSTEM: Final = Section(
    System,
    figures={
        "antenna_height": Figure("antenna_height_m", "length"),
        "channels": Figure("channels", "count"),
        "reaction": Figure("reaction_s", "time"),
        "assessment": Figure("assessment_s", "time"),
    },
)
"""What every system has."""

PARTS: Final[Mapping[str, Section]] = MappingProxyType({"": SYSTEM, **SECTIONS})
"""All of a system, the figures that stand at its top under ""."""

THREAT: Final = Section(
    Threat,
    figures={
        "speed": Figure("speed_mps", "speed"),
        "height": Figure("height_m", "height"),
        "rcs": Figure("rcs_m2", "rcs"),
        "own_failure": Figure("own_failure_frac", "fraction"),
        "apogee": Figure("apogee_m", "height"),
        "range": Figure("range_m", "length"),
    },
    settings={"class": _choice("threat_class", CLASSES), "motion": _choice("motion", _MOTIONS)},
)
"""What a threat has: a height if it flies level, apogee and range if it is ballistic."""

BY_CLASS: Final = Figure("", "probability")
"""A probability against one class of threat: of a kill per round, of a detection per look, of an effect."""

NEVER_ZERO: Final = frozenset(
    {
        "channels",
        "channels_per_sector",
        "burst_rounds",
        "scan_period",
        "look_period",
        "speed",
        "speed_max",
        "speed_mean",
        "projectile_speed",
        "rate",
        "range",
        "sector",
        "frequency",
    }
    | {"search_range", "instrumented_range", "range_max", "pd_at_ref", "apogee", "height_max"}
)
"""Keys whose figures divide something, or mean nothing at zero."""
