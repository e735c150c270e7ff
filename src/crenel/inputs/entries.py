"""One catalogue entry: a tree of nodes to a `System` or a `Threat`, every figure with its bracket, grade and source."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, cast

from crenel.core.records import CLASSES, GRADES, Bracket, Grade, System, Threat
from crenel.inputs.errors import Mark, did_you_mean, quoted
from crenel.inputs.figures import NEVER_ZERO, PK, SECTIONS, SYSTEM, THREAT, Figure, Section
from crenel.inputs.nodes import Node
from crenel.inputs.quantities import SI_UNITS, Dimension, read_quantity

_FIGURE_KEYS: Final = ("value", "low", "high", "grade", "source", "note")


@dataclass(frozen=True, slots=True)
class Entry:
    """Which entry is being read, and the sources that it may cite. `owner` begins the name of each of its figures."""

    owner: str
    sources: tuple[str, ...]


def read_system(tree: Node, key: str, sources: tuple[str, ...]) -> System[Bracket]:
    """The system that a file describes.

    Parameters
    ----------
    tree : Node
        The whole file.
    key : str
        What the catalogue calls it; the names of its figures begin with it.
    sources : tuple of str
        The source keys that exist.

    Raises
    ------
    InputError
        A key that is not known, a figure that is missing, of the wrong kind, outside its bracket or without source.
    """
    entry = Entry(key, sources)
    tree.known_keys(("name", *SYSTEM.keys, *SECTIONS, "unknown"), "a system")
    parts: dict[str, Any] = {
        name: _part(tree.mapping()[name], section, f"{name}.", entry) if tree.get(name) else None
        for name, section in SECTIONS.items()
    }
    if parts["missile"] is None and parts["gun"] is None:
        raise tree.error("the system has neither 'missile' nor 'gun'", "Give it one of the two.")
    return System(
        key=key,
        name=_needed(tree, "name").text("'name'"),
        **parts,
        **_fields(tree, SYSTEM, "", entry),
        unknown=_unknown(tree),
    )


def read_threat(tree: Node, key: str, sources: tuple[str, ...]) -> Threat[Bracket]:
    """The threat that a file describes; parameters and errors as for `read_system`."""
    entry = Entry(key, sources)
    tree.known_keys(("name", *THREAT.keys, "unknown"), "a threat")
    is_level = THREAT.settings["motion"](_needed(tree, "motion"), "motion")["motion"] == "level"
    absent = ("apogee", "range") if is_level else ("height",)
    for name in absent:
        if tree.get(name):
            kind = "flies level" if is_level else "is ballistic"
            raise tree.key_mark(name).error(f"a threat that {kind} has no {quoted(name)}", "Delete the line.")
    fields = _fields(tree, replace(THREAT, figures=_without(THREAT.figures, absent)), "", entry)
    # Nothing reads the height of an arc; its apogee stands there, so that no second doubt is invented.
    fields.setdefault("height_m", fields.get("apogee_m"))
    return Threat(key=key, name=_needed(tree, "name").text("'name'"), **fields, unknown=_unknown(tree))


def _read_figure(node: Node, key: str, figure: Figure, *, name: str, sources: tuple[str, ...]) -> dict[str, Any]:
    """One figure: its bracket, and what stands beside it, by the field that each fills."""
    if not isinstance(node.value, dict):
        raise node.error(
            f"'{key}' is a bare {node.kind}: a figure names its grade and source",
            f'Write "{key}: {{value: …, grade: press, source: [key]}}".',
        )
    node.known_keys(_FIGURE_KEYS + ((figure.beside.key,) if figure.beside else ()), f"'{key}'")
    value, low, high = _three(node, key, figure.dimension)
    grade = _grade(node, key)
    note = node.value["note"].text("'note'") if "note" in node.value else ""
    cited = _cited(node, sources)
    if grade == "assumption":
        _refuse_bare_assumption(node, key, note, low=low, high=high)
    elif not cited:
        raise node.error(
            f"'{key}' is graded {quoted(grade)} but names no source",
            'Add "source: [key]" from sources.yaml, or grade it an assumption and say why in "note".',
        )
    bracket = Bracket(
        value=value,
        low=low,
        high=high,
        figure=name,
        unit=SI_UNITS[figure.dimension],
        grade=cast("Grade", grade),
        sources=cited,
        note=note,
    )
    return {figure.field: bracket, **_beside(node, figure)}


def _check_order(record: Any, section: Section, node: Node) -> None:
    """Refuse a part of an entry in which some least value can exceed its greatest."""
    for least, most in section.ordered:
        lower = getattr(record, section.figures[least].field)
        upper = getattr(record, section.figures[most].field)
        if lower.high > upper.low:
            raise node.key_mark(least).error(
                f"'{least}' may be as much as {lower.high:g} {lower.unit} and '{most}' as little as {upper.low:g}",
                "Narrow one of the two brackets, so that no pair within them contradicts itself.",
            )


def _refuse_zero(low: float, key: str, mark: Mark) -> None:
    """Refuse a figure that may be zero where zero means nothing; `key` is the last part of its name."""
    if low == 0.0 and key in NEVER_ZERO:
        raise mark.error(f"'{key}' may not be zero", "Give a value or bracket that stays above it.")


def _part(node: Node, section: Section, prefix: str, entry: Entry) -> Any:
    what = f"'{prefix[:-1]}'"
    node.known_keys(section.keys, what)
    fields = _fields(node, section, prefix, entry)
    if section.has_pk:
        fields["pk"] = _pk(_needed(node, "pk"), f"{prefix}pk.", entry)
    record = section.record(**fields)
    _check_order(record, section, node)
    return record


def _fields(node: Node, section: Section, prefix: str, entry: Entry) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key, figure in section.figures.items():
        name = f"{entry.owner}.{prefix}{key}"
        fields |= _read_figure(_needed(node, key), key, figure, name=name, sources=entry.sources)
    for key, read in section.settings.items():
        fields |= read(_needed(node, key), key)
    return fields


def _pk(node: Node, prefix: str, entry: Entry) -> Mapping[str, Bracket]:
    node.known_keys(CLASSES, "'pk'")
    return MappingProxyType(
        {
            name: _read_figure(
                _needed(node, name), name, PK, name=f"{entry.owner}.{prefix}{name}", sources=entry.sources
            )["pk"]
            for name in CLASSES
        }
    )


def _needed(node: Node, key: str) -> Node:
    found = node.get(key)
    if found is None:
        raise node.error(
            f"'{key}' is missing",
            "Add it; where nobody published it, as an assumption with a bracket and its reason.",
        )
    return found


def _three(node: Node, key: str, dimension: Dimension) -> tuple[float, float, float]:
    """Value, low and high in SI. An end that is not written is the value itself."""
    written = {
        word: read_quantity(found, key if word == "value" else f"{key}: {word}", dimension)
        for word in ("value", "low", "high")
        if (found := node.get(word)) is not None
    }
    if "value" not in written:
        raise node.error(f"'{key}' has no 'value'", "Add the central value, whatever its grade.")
    value = written["value"]
    low, high = written.get("low", value), written.get("high", value)
    if low > high:
        raise node.key_mark("low").error(f"'{key}' has its low above its high", "Exchange the two.")
    if not low <= value <= high:
        raise node.key_mark("value").error(
            f"'{key}' has its value outside its bracket", "Widen the bracket or mend the value."
        )
    _refuse_zero(low, key, node.key_mark("low"))
    return value, low, high


def _grade(node: Node, key: str) -> str:
    found = node.get("grade")
    if found is None:
        raise node.error(f"'{key}' has no 'grade'", f"Add one of: {', '.join(GRADES)}.")
    grade = found.text("'grade'")
    if grade not in GRADES:
        raise found.error(f"'grade' knows no {quoted(grade)}", did_you_mean(grade, GRADES))
    return grade


def _cited(node: Node, sources: tuple[str, ...]) -> tuple[str, ...]:
    found = node.get("source")
    if found is None:
        return ()
    cited = [found] if isinstance(found.value, str) else found.items("'source'")
    for item in cited:
        if (key := item.text("'source'")) not in sources:
            raise item.error(
                f"there is no source {quoted(key)}", f"{did_you_mean(key, sources)} They stand in sources.yaml."
            )
    return tuple(item.text() for item in cited)


def _refuse_bare_assumption(node: Node, key: str, note: str, *, low: float, high: float) -> None:
    if not note.strip():
        raise node.error(f"'{key}' is an assumption without a reason", 'Add "note": why this value and this bracket.')
    for word in ("low", "high"):
        if node.get(word) is None:
            raise node.error(f"'{key}' is an assumption without '{word}'", "Say how far it may be off.")
    if low == high:
        raise node.error(f"'{key}' is an assumption whose bracket has no width", "Say how far it may be off.")


def _beside(node: Node, figure: Figure) -> dict[str, float]:
    if figure.beside is None:
        return {}
    found = _needed(node, figure.beside.key)
    number = read_quantity(found, figure.beside.key, figure.beside.dimension)
    if number <= 0.0:
        raise found.error(f"'{figure.beside.key}' must be more than zero", "Write what the figure was published for.")
    return {figure.beside.field: number}


def _unknown(tree: Node) -> tuple[str, ...]:
    return tuple(item.text("'unknown'") for item in _needed(tree, "unknown").items("'unknown'"))


def _without(figures: Mapping[str, Figure], absent: tuple[str, ...]) -> Mapping[str, Figure]:
    return {key: figure for key, figure in figures.items() if key not in absent}
