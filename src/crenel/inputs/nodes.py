"""YAML text to nodes that know their line and column.

Whoever wrote the text is not trusted. Nodes are made from its events, one after another, so that nothing deep, shared
or tagged is ever composed (libyaml's composer crashes on 100,000 opening brackets). Every scalar stays text: no `no`
turns into False, no `22:15` into 1335.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

from crenel.inputs.errors import InputError, Mark, did_you_mean, quoted

MAX_BYTES: Final = 2_000_000
MAX_DEPTH: Final = 50
MAX_NODES: Final = 200_000

_Loader: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_WITHOUT_PLACE: Final = (
    yaml.StreamStartEvent,
    yaml.StreamEndEvent,
    yaml.DocumentStartEvent,
    yaml.DocumentEndEvent,
)
_NO_MARKS: Final[Mapping[str, Mark]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Node:
    """One piece of a file, and where it stands.

    `value` is text, a list of nodes, or a mapping from key to node; `key_marks` says where each key of a mapping
    stands. A scalar that was left empty is the text "" with `is_plain`; so is `~` or `null`: see `is_empty`.
    """

    value: "str | list[Node] | dict[str, Node]"
    mark: Mark
    key_marks: Mapping[str, Mark] = field(default_factory=lambda: _NO_MARKS, compare=False)
    is_plain: bool = True

    @property
    def line(self) -> int:
        """Line, from 1."""
        return self.mark.line

    @property
    def column(self) -> int:
        """Column, from 1."""
        return self.mark.column

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written here."""
        return self.is_plain and isinstance(self.value, str) and self.value in {"", "~", "null"}

    @property
    def kind(self) -> str:
        """What it is, in words for a person."""
        if isinstance(self.value, dict):
            return "a group of keys"
        if isinstance(self.value, list):
            return "a list"
        return "nothing" if self.is_empty else quoted(self.value)

    def error(self, what: str, remedy: str) -> InputError:
        """The complaint about this piece."""
        return self.mark.error(what, remedy)

    def text(self, what: str = "this") -> str:
        """The scalar's text; an error if it is a list, a mapping or empty."""
        if not isinstance(self.value, str):
            raise self.error(f"{what} wants plain text, not {self.kind}", "Write one word or number after the colon.")
        if self.is_empty:
            raise self.error(f"{what} has no value", "Write one after the colon, or leave the key out.")
        return self.value

    def items(self, what: str = "this") -> "list[Node]":
        """The list's items; an error if it is something else."""
        if not isinstance(self.value, list):
            raise self.error(f"{what} wants a list, not {self.kind}", 'Write it as "[first, second]".')
        return self.value

    def mapping(self, what: str = "this") -> "dict[str, Node]":
        """The mapping from key to node; an error if it is something else."""
        if not isinstance(self.value, dict):
            raise self.error(f"{what} wants keys and values, not {self.kind}", 'Write it as "key: value" lines.')
        return self.value

    def get(self, key: str) -> "Node | None":
        """What stands under a key of a mapping; None if nothing does."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def need(self, key: str, remedy: str = "Add it.") -> "Node":
        """What stands under a key of a mapping; an error if nothing does."""
        found = self.get(key)
        if found is None:
            raise self.error(f"'{key}' is missing", remedy)
        return found

    def reach(self, path: "Iterable[str | int]") -> "Node":
        """The deepest piece on the way along keys and list positions; steps that lead nowhere are passed over."""
        piece = self
        for step in path:
            if isinstance(piece.value, dict):
                piece = piece.value.get(str(step), piece)
            elif isinstance(piece.value, list) and isinstance(step, int) and step < len(piece.value):
                piece = piece.value[step]
        return piece

    def key_mark(self, key: str) -> Mark:
        """Where the key stands; the mapping's own mark if it is absent."""
        return self.key_marks.get(key, self.mark)

    def known_keys(self, known: "list[str] | tuple[str, ...]", what: str = "this") -> None:
        """An error at the first key that is not among the known ones."""
        for key in self.mapping(what):
            if key not in known:
                raise self.key_mark(key).error(f"{what} has no key {quoted(key)}", did_you_mean(key, known))


def read_tree(path: Path, name: str = "") -> Node:
    """The nodes of a file, which messages call `name` (the path as given, unless said).

    Raises
    ------
    InputError
        No such file, a folder, unreadable, larger than 2 MB, not UTF-8, or anything that `parse_tree` refuses.
    """
    return parse_tree(read_text(path, name), name or str(path))


def read_text(path: Path, name: str = "") -> str:
    """The text of a file, refused as `read_tree` refuses it."""
    mark = Mark(name or str(path))
    try:
        if path.is_dir():
            raise mark.error("this is a folder, not a file", "Name the YAML file inside it.")
        if not path.is_file():
            raise mark.error("there is no such file", "Check the name; `crenel examples` lists what ships with crenel.")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise mark.error(f"the file cannot be read ({reason})", "Check its name and permissions.") from None
    if len(data) > MAX_BYTES:
        raise mark.error("the file is larger than 2 MB", "A scenario is a page or two of text: is this the right file?")
    return decoded(data, mark.file)


def parse_tree(text: str, name: str) -> Node:
    """The nodes of a text.

    Parameters
    ----------
    text : str
        YAML.
    name : str
        What the messages call it.

    Raises
    ------
    InputError
        Broken YAML, an anchor, alias or tag, deeper than 50, more than one document, a repeated key, an empty text, a
        top level that is not a mapping.
    """
    _refuse_bytes(text, name)
    try:
        tree = _compose(text, name)
    except yaml.MarkedYAMLError as error:
        raise _broken(error, name) from None
    except yaml.YAMLError as error:
        what = " ".join(str(error).split())[:100]
        raise Mark(name).error(f"this is not YAML that can be read ({what})", "Save it as plain UTF-8 text.") from None
    if tree is None:
        raise _nothing(name)
    if not isinstance(tree.value, dict):
        shown = "a list" if isinstance(tree.value, list) else "a single piece of text"
        raise tree.error(
            f"the file's top level is {shown}, not keys and values",
            'Begin with lines such as "crenel: 1" and "title: …"; `crenel new moscow-rooftops` writes one to copy.',
        )
    return tree


def decoded(data: bytes, name: str) -> str:
    """UTF-8 bytes as text, without a byte order mark.

    Raises
    ------
    InputError
        A NUL byte, or no UTF-8, with line and column.
    """
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise Mark(name, line).error("the file holds a NUL byte: it is not text", "Save it as plain UTF-8 text.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise Mark(name, line, column).error("the file is not UTF-8 text", "Save it again as UTF-8.") from None


def _refuse_bytes(text: str, name: str) -> None:
    # A surrogate cannot be encoded: libyaml would raise UnicodeEncodeError.
    if "\0" in text:
        raise Mark(name, text.count("\n", 0, text.index("\0")) + 1).error(
            "the text holds a NUL character", "Save it as plain UTF-8 text."
        )
    try:
        n_bytes = len(text.encode())
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise Mark(name, line).error("the text is not valid Unicode", "Save it again as UTF-8.") from None
    if n_bytes > MAX_BYTES:
        raise Mark(name).error("the text is larger than 2 MB", "A scenario is a page or two of text.")


class _Open:
    """A list or mapping whose end has not come yet."""

    __slots__ = ("items", "key", "key_marks", "mark", "values")

    def __init__(self, mark: Mark, *, is_mapping: bool) -> None:
        self.mark = mark
        self.items: list[Node] | None = None if is_mapping else []
        self.values: dict[str, Node] = {}
        self.key_marks: dict[str, Mark] = {}
        self.key: str | None = None

    def add(self, node: Node) -> None:
        """Take what comes next: an item, a key, or what stands under the key before it."""
        if self.items is not None:
            self.items.append(node)
        elif self.key is None:
            self._begin(node)
        else:
            self.values[self.key] = node
            self.key = None

    def _begin(self, node: Node) -> None:
        if not isinstance(node.value, str):
            raise node.error("a key must be a plain word", 'Write "key: value".')
        if (first := self.key_marks.get(node.value)) is not None:
            raise node.error(
                f"the key {quoted(node.value)} stands here a second time (first in line {first.line})",
                "Keep one of the two.",
            )
        self.key = node.value
        self.key_marks[node.value] = node.mark

    def closed(self) -> Node:
        """The whole of it."""
        if self.items is not None:
            return Node(self.items, self.mark)
        return Node(self.values, self.mark, MappingProxyType(self.key_marks))


def _compose(text: str, name: str) -> Node | None:
    """Nodes from events, one after another, refusing what must not be composed; None if there is no text."""
    stack: list[_Open] = []
    root: Node | None = None
    n_documents = 0
    for n_events, event in enumerate(yaml.parse(text, Loader=_Loader)):
        kind: Any = type(event)
        if kind in _WITHOUT_PLACE:
            n_documents += kind is yaml.DocumentStartEvent
            if n_documents > 1:
                raise _mark(event.start_mark, name).error(
                    "a second document begins here", 'Keep one scenario per file: delete the line "---".'
                )
            continue
        mark = _mark(event.start_mark, name)
        _refuse_sharing(event, mark)
        if n_events > MAX_NODES:
            raise mark.error("the file holds too many pieces", "A scenario is a page or two of text.")
        node: Node | None = None
        if kind is yaml.ScalarEvent:
            scalar: Any = event
            node = Node(scalar.value, mark, is_plain=not scalar.style)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            if len(stack) == MAX_DEPTH:
                raise mark.error(
                    f"brackets or lists nest deeper than {MAX_DEPTH}", "A scenario needs fewer than ten levels."
                )
            stack.append(_Open(mark, is_mapping=kind is yaml.MappingStartEvent))
        else:
            node = stack.pop().closed()
        if node is not None and stack:
            stack[-1].add(node)
        elif node is not None:
            root = node
    return root


def _nothing(name: str) -> InputError:
    return Mark(name).error("the file is empty", "`crenel new moscow-rooftops` writes a scenario to start from.")


def _refuse_sharing(event: yaml.Event, mark: Mark) -> None:
    if isinstance(event, yaml.AliasEvent):
        raise mark.error(
            "an alias (a word that begins with *) is not read", "Write the value out, or put it in quotes."
        )
    if getattr(event, "anchor", None):
        raise mark.error("an anchor (a word that begins with &) is not read", "Delete it, or put the text in quotes.")
    if getattr(event, "tag", None):
        raise mark.error("a tag (a word that begins with !) is not read", "Delete it, or put the text in quotes.")


def _mark(mark: Any, name: str) -> Mark:
    return Mark(name) if mark is None else Mark(name, mark.line + 1, mark.column + 1)


def _broken(error: yaml.MarkedYAMLError, name: str) -> InputError:
    problem = error.problem or "it cannot be read"
    context = f" {error.context}" if error.context else ""
    what = f"this is broken YAML: {problem}{context}"
    remedy = (
        "Look for a missing colon, bracket or quotation mark at or just before this place; indent with spaces only."
    )
    return _mark(error.problem_mark or error.context_mark, name).error(what, remedy)
