"""What somebody published, statement by statement: the `published` part of an entry.

A statement keeps the name, the unit and the number that it was published with. Its name begins with a known word, which
says what it measures; what follows tells several of one kind apart (`search_range_rcs2`, `missile_range_40n6`).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, cast

from crenel.core.entries import PublishedFact, PublishedFigure, RaidSize
from crenel.core.records import GRADES, Grade
from crenel.inputs.errors import did_you_mean, quoted
from crenel.inputs.nodes import Node
from crenel.inputs.quantities import SI_UNITS, Dimension, as_written, read_quantity

TEXT: Final = "text"

_MEASURED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "length": (
            "search_range fcr_range detect_range visual_range visual_acquisition antenna_height missile_range range"
            " range_vs_aircraft range_vs_ballistic gun_range engage_zone protected_radius threat_range stinger_range"
            " igla_s_range link_range wingspan length"
        ),
        "height": "altitude apogee ceiling stinger_altitude igla_s_altitude gun_altitude",
        "speed": "missile_speed igla_speed speed target_speed road_speed",
        "time": (
            "reaction_time reload_time deploy_time radar_update radar_setup standby_to_ready endurance"
            " stinger_weapon_warmup"
        ),
        "count": (
            "fire_channels missiles_ready missiles_spare missiles_in_flight missiles_per_team targets_tracked launchers"
            " gun_rounds burst crew salvo decoys intercepts rockets"
        ),
        "rate": "gun_rate",
        "probability": "pk",
        "fraction": "success_claims share ignored_fraction raw_fraction",
        "number": "observed_shots",
        "rcs": "rcs",
        "angle": "search_sector track_sector",
        "frequency": "radar_frequency",
        "money": "unit_price unit_cost cost_per_shot price",
        "mass": "mass payload",
        TEXT: "role radar_band gun class launch mobility fire_on_move claimed_intercepts configuration guidance",
    }
)
_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {word: dimension for dimension, words in _MEASURED.items() for word in words.split()}
)
_NUMBER_KEYS: Final = ("value", "low", "high", "at_rcs", "over", "aspect", "band", "grade", "source", "raid", "note")
_TEXT_KEYS: Final = ("text", "grade", "source", "raid", "note")
_PUBLISHED_GRADES: Final = GRADES[: GRADES.index("assumption")]
_SIZE_KEYS: Final = ("raids", "median", "p90", "most")


class Statements(NamedTuple):
    """The published part of one entry, and where each statement stands."""

    figures: Mapping[str, PublishedFigure]
    facts: Mapping[str, PublishedFact]
    dimensions: Mapping[str, Dimension]


def read_statements(tree: Node, sources: tuple[str, ...]) -> Statements:
    """The statements under `published`, by name.

    Raises
    ------
    InputError
        A name of no known kind, a wrong dimension, a value outside its bracket, no grade, no source that exists.
    """
    figures: dict[str, PublishedFigure] = {}
    facts: dict[str, PublishedFact] = {}
    dimensions: dict[str, Dimension] = {}
    part = tree.get("published")
    for name, node in part.mapping("'published'").items() if part else ():
        measured = _measured(name, cast("Node", part))
        if not isinstance(node.value, dict):
            raise node.error(
                f"'{name}' is {node.kind}: a statement names its grade and source",
                f'Write "{name}: {{value: …, grade: press, source: [key]}}".',
            )
        if measured == TEXT:
            facts[name] = _fact(node, name, sources)
        else:
            dimensions[name] = cast("Dimension", measured)
            figures[name] = _figure(node, name, dimensions[name], sources)
    return Statements(figures, facts, dimensions)


def read_raid_sizes(tree: Node, sources: tuple[str, ...]) -> tuple[RaidSize, ...]:
    """How many came in one raid, year by year: the `raid_sizes` part of a threat."""
    part = tree.get("raid_sizes")
    if part is None:
        return ()
    rows = part.mapping("'raid_sizes'")
    part.known_keys(("source", *(year for year in rows if year.isdecimal() and len(year) == 4)), "'raid_sizes'")
    source = read_cited(part, sources)
    if not source:
        raise part.error("'raid_sizes' names no source", 'Add "source: [key]" from sources.yaml.')
    found = []
    for year, node in rows.items():
        if year == "source":
            continue
        node.known_keys(_SIZE_KEYS, f"'{year}'")
        numbers = {key: read_quantity(node.need(key), key, "number") for key in _SIZE_KEYS}
        if not 0 < numbers["median"] <= numbers["p90"] <= numbers["most"] or numbers["raids"] < 1:
            raise node.error(f"the raid sizes of {year} do not rise from median to p90 to most", "Mend the numbers.")
        found.append(
            RaidSize(
                year=int(year),
                n_raids=round(numbers["raids"]),
                median=numbers["median"],
                p90=numbers["p90"],
                most=round(numbers["most"]),
                source=source,
            )
        )
    return tuple(found)


def read_grade(node: Node, name: str, grades: tuple[str, ...] = GRADES) -> Grade:
    """The grade of a figure or a statement."""
    found = node.get("grade")
    if found is None:
        raise node.error(f"'{name}' has no 'grade'", f"Add one of: {', '.join(grades)}.")
    grade = found.text("'grade'")
    if grade not in grades:
        if grade == "assumption":
            raise found.error(f"'{name}' is graded an assumption, but nobody published an assumption",
                              "Move it out of 'published', to the part of the model that it is for.")  # fmt: skip
        raise found.error(f"'grade' knows no {quoted(grade)}", did_you_mean(grade, grades))
    return cast("Grade", grade)


def read_cited(node: Node, sources: tuple[str, ...]) -> tuple[str, ...]:
    """The source keys under `source`, each of which exists."""
    found = node.get("source")
    if found is None:
        return ()
    cited = [found] if isinstance(found.value, str) else found.items("'source'")
    for item in cited:
        if (key := item.text("'source'")) not in sources:
            raise item.error(f"there is no source {quoted(key)}", f"{_near(key, sources)} They stand in sources.yaml.")
    return tuple(item.text() for item in cited)


def read_three(node: Node, name: str, dimension: Dimension) -> tuple[float, float, float]:
    """Value, low and high in SI. An end that is not written is the value itself."""
    written = {
        word: read_quantity(found, name if word == "value" else f"{name}: {word}", dimension)
        for word in ("value", "low", "high")
        if (found := node.get(word)) is not None
    }
    if "value" not in written:
        raise node.error(f"'{name}' has no 'value'", "Add the central value, whatever its grade.")
    value = written["value"]
    low, high = written.get("low", value), written.get("high", value)
    if low > high:
        raise node.key_mark("low").error(f"'{name}' has its low above its high", "Exchange the two.")
    if not low <= value <= high:
        raise node.key_mark("value").error(
            f"'{name}' has its value outside its bracket", "Widen the bracket or mend the value."
        )
    return value, low, high


def _near(key: str, sources: tuple[str, ...]) -> str:
    """The nearest sources; never all of them, which would fill a screen."""
    found = did_you_mean(key, sources)
    return found if found.startswith("Did") else ""


def _measured(name: str, part: Node) -> str:
    """What a statement measures, by the longest known word that its name begins with."""
    pieces = name.split("_")
    for length in range(len(pieces), 0, -1):
        if (found := _WORDS.get("_".join(pieces[:length]))) is not None:
            return found
    raise part.key_mark(name).error(
        f"{quoted(name)} begins with no word that says what it measures", did_you_mean(name, _WORDS)
    )


def _fact(node: Node, name: str, sources: tuple[str, ...]) -> PublishedFact:
    node.known_keys(_TEXT_KEYS, f"'{name}'")
    return PublishedFact(
        name=name,
        text=node.need("text").text("'text'"),
        **_origin(node, name, sources),
    )


def _figure(node: Node, name: str, dimension: Dimension, sources: tuple[str, ...]) -> PublishedFigure:
    node.known_keys(_NUMBER_KEYS, f"'{name}'")
    value_si, low_si, high_si = read_three(node, name, dimension)
    value, unit = as_written(node.need("value"), name, dimension)
    ends = {}
    for word in ("low", "high"):
        found = node.get(word)
        number, written = as_written(found, name, dimension) if found else (value, unit)
        if written != unit and number:
            raise cast("Node", found).error(
                f"'{name}' has its value in {unit} and its {word} in {written}", "Write both in one unit."
            )
        ends[word] = number
    return PublishedFigure(
        name=name,
        value=value,
        low=ends["low"],
        high=ends["high"],
        unit=unit,
        value_si=value_si,
        low_si=low_si,
        high_si=high_si,
        unit_si=SI_UNITS[dimension],
        at_rcs_m2=_beside(node, "at_rcs", "rcs"),
        over_m=_beside(node, "over", "length"),
        aspect=_word(node, "aspect"),
        band=_word(node, "band"),
        **_origin(node, name, sources),
    )


def _origin(node: Node, name: str, sources: tuple[str, ...]) -> dict[str, Any]:
    grade = read_grade(node, name, _PUBLISHED_GRADES)
    source = read_cited(node, sources)
    if not source:
        raise node.error(
            f"'{name}' is graded {quoted(grade)} but names no source", 'Add "source: [key]" from sources.yaml.'
        )
    return {"grade": grade, "source": source, "raid": _word(node, "raid"), "note": _word(node, "note")}


def _beside(node: Node, key: str, dimension: Dimension) -> float:
    found = node.get(key)
    return read_quantity(found, key, dimension) if found else 0.0


def _word(node: Node, key: str) -> str:
    found = node.get(key)
    return found.text(f"'{key}'") if found else ""
