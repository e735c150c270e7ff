"""The model figures of one entry before they become a record: what it states, and the defaults of its class."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from crenel.core.records import CLASSES, Bracket
from crenel.inputs.catalogue.figures import Like, Scope, read_figure
from crenel.inputs.catalogue.layout import BY_CLASS, PARTS, THREAT, Figure, Section
from crenel.inputs.errors import Mark
from crenel.inputs.nodes import Node

_LONGEST_CHAIN: Final = 4
"""Figures that may each be like the next."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of the figures of an entry.

    `parts` holds, by part ("" for the top) and field, brackets, plain numbers and probabilities by class; `likes` the
    figures that follow others; `lacks` those that are not there; `marks` where each part stands; `layout` what each
    part is made of.
    """

    layout: Mapping[str, Section]
    parts: Mapping[str, Mapping[str, Any]]
    likes: Mapping[tuple[str, str], Like]
    lacks: tuple[str, ...]
    marks: Mapping[str, Node]

    def has(self, part: str) -> bool:
        """Whether the entry has such a part."""
        return part in self.parts

    def with_fields(self, part: str, changed: Mapping[str, Any]) -> "Draft":
        """The draft with some fields of a part set: figures that were like others no longer are."""
        parts = {**self.parts, part: {**self.parts[part], **changed}}
        likes = {at: like for at, like in self.likes.items() if at[0] != part or at[1] not in changed}
        return replace(self, parts=parts, likes=likes)

    def brackets(self) -> Iterator[Bracket]:
        """Every bracket that is known, those that follow others included."""
        for fields in self.settled().parts.values():
            for value in fields.values():
                if isinstance(value, Bracket):
                    yield value
                elif isinstance(value, Mapping):
                    yield from value.values()

    def settled(self) -> "Draft":
        """The draft with every figure worked out that follows one that is known."""
        parts = {name: dict(fields) for name, fields in self.parts.items()}
        left = dict(self.likes)
        for _ in range(_LONGEST_CHAIN):
            for (part, field), like in list(left.items()):
                if (found := _other(self.layout, parts, like)) is None:
                    continue
                other, beside = found
                parts[part][field] = like.bracket(other, other.unit)
                own = self.layout[part].figures[like.name.rpartition(".")[2]].beside
                if own is not None and beside is not None:
                    parts[part][own.field] = beside
                del left[(part, field)]
        self._fill_besides(parts)
        return replace(self, parts=parts, likes=left)

    def _fill_besides(self, parts: Mapping[str, dict[str, Any]]) -> None:
        """Give a number beside a figure that nobody names the value of the figure that stands in for it."""
        for part, fields in parts.items():
            figures = self.layout[part].figures
            for figure in figures.values():
                beside = figure.beside
                if beside is not None and beside.otherwise and beside.field not in fields:
                    other = fields.get(figures[beside.otherwise].field)
                    if other is not None:
                        fields[beside.field] = other.value


def read_draft(tree: Node, defaults: tuple[Node, ...], scope: Scope) -> Draft:
    """The draft of a system.

    Parameters
    ----------
    tree : Node
        The whole file.
    defaults : tuple of Node
        What stands in for figures that the entry does not have, nearest class first.
    scope : Scope
    """
    parts: dict[str, dict[str, Any]] = {}
    likes: dict[tuple[str, str], Like] = {}
    lacks: list[str] = []
    marks: dict[str, Node] = {}
    for part, section in PARTS.items():
        node = tree if not part else tree.get(part)
        if node is None:
            continue
        if part:
            node.known_keys(section.keys, f"'{part}'")
        nodes = (node, *(found for found in _defaults(defaults, part) if found is not None))
        marks[part] = node
        parts[part] = _fields(nodes, part, section, scope, likes, lacks)
    draft = Draft(PARTS, parts, likes, tuple(lacks), marks)
    return replace(draft, lacks=(*draft.lacks, *_in_circles(draft)))


def read_threat_draft(tree: Node, defaults: tuple[Node, ...], absent: tuple[str, ...], scope: Scope) -> Draft:
    """The draft of a threat, without the figures named `absent`."""
    likes: dict[tuple[str, str], Like] = {}
    lacks: list[str] = []
    figures = {key: figure for key, figure in THREAT.figures.items() if key not in absent}
    section = Section(THREAT.record, figures, THREAT.settings)
    fields = _fields((tree, *defaults), "", section, scope, likes, lacks)
    for like in likes.values():
        raise like.mark.error("a figure of a threat is like no other", "Write it out as an assumption.")
    return Draft({"": section}, {"": fields}, {}, tuple(lacks), {"": tree})


def _defaults(defaults: tuple[Node, ...], part: str) -> list[Node | None]:
    return [node if not part else node.get(part) for node in defaults]


def _first(nodes: tuple[Node, ...], key: str) -> Node | None:
    return next((found for node in nodes if (found := node.get(key)) is not None), None)


def _fields(
    nodes: tuple[Node, ...],
    part: str,
    section: Section,
    scope: Scope,
    likes: dict[tuple[str, str], Like],
    lacks: list[str],
) -> dict[str, Any]:
    prefix = f"{part}." if part else ""
    own_file = nodes[0].mark.file
    fields: dict[str, Any] = {}

    def read(node: Node | None, key: str, figure: Figure, name: str) -> Bracket | None:
        if node is None:
            if not figure.optional:
                lacks.append(name)
            return None
        found, beside = read_figure(node, key, figure, name=f"{scope.owner}.{name}", scope=scope)
        if node.mark.file != own_file:
            found = replace(found, note=f"{found.note} (default of its class)")
        if isinstance(found, Like):
            likes[(part, figure.field)] = found
            return None
        if figure.beside is not None and (beside or figure.beside.may_be_none):
            fields[figure.beside.field] = beside
        return found

    for key, figure in section.figures.items():
        found = read(_first(nodes, key), key, figure, f"{prefix}{key}")
        if found is not None:
            fields[figure.field] = found
    for key, setting in section.settings.items():
        node = _first(nodes, key)
        fields |= {} if node is None else setting(node, key)
    missing = [key for key in section.settings if key not in section.optional and _first(nodes, key) is None]
    lacks.extend(f"{prefix}{key}" for key in missing)
    if section.by_class:
        fields[section.by_class] = _by_class(nodes, section.by_class, prefix, read)
    return fields


def _by_class(nodes: tuple[Node, ...], key: str, prefix: str, read: Any) -> dict[str, Bracket]:
    tables = tuple(found for node in nodes if (found := node.get(key)) is not None)
    for table in tables:
        table.known_keys(CLASSES, f"'{key}'")
    read_all = {name: read(_first(tables, name), name, BY_CLASS, f"{prefix}{key}.{name}") for name in CLASSES}
    return {name: bracket for name, bracket in read_all.items() if bracket is not None}


def _other(
    layout: Mapping[str, Section], parts: Mapping[str, Mapping[str, Any]], like: Like
) -> tuple[Bracket, float | None] | None:
    """The figure that another is like, and the number beside it, if they are known."""
    part, _, key = like.other.rpartition(".")
    section = layout.get(part)
    if section is None or key not in section.figures:
        raise like.mark.error(f"there is no figure '{like.other}'", 'Write it as "part.key": radar.search_range.')
    figure = section.figures[key]
    found = parts.get(part, {}).get(figure.field)
    if found is None:
        return None
    return found, parts[part].get(figure.beside.field) if figure.beside else None


def _in_circles(draft: Draft) -> tuple[str, ...]:
    """The figures that are like others which are like them: all of them are lacking.

    Raises
    ------
    InputError
        A figure is like one that the entry does not have at all.
    """
    by_name = {like.name.partition(".")[2]: like for like in draft.likes.values()}
    found: list[str] = []
    for name, like in by_name.items():
        seen, last = [name], like
        while last.other in by_name and last.other not in seen:
            seen.append(last.other)
            last = by_name[last.other]
        if last.other in seen:
            found.append(name)
        elif last.other not in draft.lacks and _other(draft.layout, draft.parts, last) is None:
            raise last.mark.error(
                f"'{last.name}' is like '{last.other}', which is not here",
                "Write the figure out, or name another that the entry has.",
            )
    return tuple(found)


def mark_of(draft: Draft, part: str, key: str) -> Mark:
    """Where a figure stands, or its part."""
    return draft.marks[part].key_mark(key)
