"""Changing a few entries of a scenario's `place:` in its text, and nothing else: every comment stays.

The text is changed where YAML's own marks say that an entry stands. Then the result is read again and held against the
original; where anything but the entries differs, nothing is changed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import yaml

from crenel.inputs.errors import InputError, Mark
from crenel.inputs.nodes import Node, parse_tree

_PLACE: Final = "place"
_STEP: Final = "  "
_MARKED: Final = "# PLACEHOLDER"
"""How a comment begins that a draft has where something is to be replaced: it goes with what it marks."""
_RARE_BREAKS: Final = "\r\x85\u2028\u2029"  # YAML counts these as lines, and most editors do not


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to stand under a key of `place`.

    `lines` is the value over several lines, each as it stands below the key, or a single one that follows the colon;
    `flow` is the same in one line within braces. `comments` stand above.
    """

    key: str
    lines: tuple[str, ...]
    flow: str
    comments: tuple[str, ...] = ()

    def block(self) -> list[str]:
        """The entry as lines, without indentation."""
        above = [f"# {comment}" for comment in self.comments]
        if len(self.lines) == 1:
            return [*above, f"{self.key}: {self.lines[0]}"]
        return [*above, f"{self.key}:", *(_STEP + line for line in self.lines)]


def with_entries(text: str, name: str, entries: Sequence[Entry]) -> str:
    """A scenario's text with some entries of its place set, in place of what stood under their keys.

    Parameters
    ----------
    text : str
        As in the file.
    name : str
        What messages call it.
    entries : sequence of Entry

    Raises
    ------
    InputError
        The text is no YAML that is read here, or cannot be changed without touching anything else.
    """
    before = parse_tree(text, name)
    newline = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    if any(sign in plain for sign in _RARE_BREAKS):
        raise _refusal(before.key_mark(_PLACE), "it holds line breaks of a rare kind")
    after = _changed(plain, name, entries)
    _hold_against(plain, after, before, name, [entry.key for entry in entries])
    return after.replace("\n", newline)


def _changed(text: str, name: str, entries: Sequence[Entry]) -> str:
    root = yaml.compose(text, Loader=yaml.BaseLoader)
    if not isinstance(root, yaml.MappingNode):
        raise _refusal(Mark(name), "it is not a group of keys")
    found = [(key, value) for key, value in root.value if key.value == _PLACE]
    if not found:
        if root.flow_style:
            raise _refusal(Mark(name), "it is all within braces and has no place")
        return _appended(text, entries)
    key, value = found[0]
    mark = Mark(name, key.start_mark.line + 1, key.start_mark.column + 1)
    if isinstance(value, yaml.MappingNode):
        return _in_flow(text, key, value, entries) if value.flow_style else _in_block(text, value, entries)
    if isinstance(value, yaml.ScalarNode) and value.value in ("", "~", "null") and not root.flow_style:
        lines = text.split("\n")
        head = lines[key.start_mark.line]
        at = key.end_mark.column
        comment = head[at + 1 :].partition("#")[2]
        lines[key.start_mark.line] = f"{head[:at]}:" + (f"  #{comment}" if comment else "")
        indent = " " * key.start_mark.column + _STEP
        lines[key.start_mark.line + 1 : key.start_mark.line + 1] = _indented(entries, indent)
        return "\n".join(lines)
    raise _refusal(mark, "'place' is not a group of keys")


def _appended(text: str, entries: Sequence[Entry]) -> str:
    body = text if text.endswith("\n") else text + "\n"
    return body + "\n".join([f"{_PLACE}:", *_indented(entries, _STEP)]) + "\n"


def _indented(entries: Sequence[Entry], indent: str) -> list[str]:
    return [indent + line for entry in entries for line in entry.block()]


def _in_flow(text: str, key: yaml.Node, value: yaml.MappingNode, entries: Sequence[Entry]) -> str:
    """Values replaced or added within braces; comments go above the key where it begins its line."""
    pairs = {item.value: content for item, content in value.value}
    inside = value.value[-1][1].end_mark.index if value.value else value.start_mark.index + 1
    changes: list[tuple[int, int, str]] = []
    added: list[str] = []
    for entry in entries:
        if entry.key in pairs:
            old = pairs[entry.key]
            is_empty = old.start_mark.index == old.end_mark.index
            changes.append((old.start_mark.index, old.end_mark.index, (" " if is_empty else "") + entry.flow))
        else:
            added.append(f"{entry.key}: {entry.flow}")
    if added:
        changes.append((inside, inside, (", " if value.value else "") + ", ".join(added)))
    for begin, end, new in sorted(changes, key=lambda change: change[:2], reverse=True):
        text = text[:begin] + new + text[end:]
    lines = text.split("\n")
    indent = " " * key.start_mark.column
    if not lines[key.start_mark.line][: key.start_mark.column].strip():
        above = [f"{indent}# {comment}" for entry in entries for comment in entry.comments]
        lines[key.start_mark.line : key.start_mark.line] = above
    return "\n".join(lines)


def _in_block(text: str, value: yaml.MappingNode, entries: Sequence[Entry]) -> str:
    """Lines replaced or added; comments that stood inside a replaced entry stand above it afterwards."""
    lines = text.split("\n")
    indent = " " * value.value[0][0].start_mark.column
    remarks = list(_comments(text))
    spans = {key.value: (key.start_mark.line, _last_line(content, key.end_mark.line)) for key, content in value.value}
    end = max(last for _, last in spans.values()) + 1
    changes: list[tuple[int, int, list[str]]] = []
    added: list[str] = []
    for entry in entries:
        block = [indent + line for line in entry.block()]
        if entry.key not in spans:
            added += block
            continue
        first, last = spans[entry.key]
        kept = [
            f"{indent}{comment}"
            for line, comment in remarks
            if first <= line <= last and not comment.startswith(_MARKED)
        ]
        changes.append((first, last + 1, kept + block))
    if added:
        changes.append((end, end, added))
    for first, past, new in sorted(changes, key=lambda change: change[:2], reverse=True):
        lines[first:past] = new
    return "\n".join(lines)


def _last_line(node: Any, least: int) -> int:
    """The last line that a value stands in, without comments and empty lines after it."""
    end: int = node.end_mark.line
    if isinstance(node, yaml.ScalarNode):
        if node.style in ("|", ">"):
            end = max(node.start_mark.line + node.value.rstrip("\n").count("\n") + 1, end - 1)
        return max(least, end)
    if getattr(node, "flow_style", False):
        return max(least, end)
    inner = node.value if isinstance(node, yaml.SequenceNode) else [part for pair in node.value for part in pair]
    ends = [_last_line(part, part.start_mark.line) for part in inner]
    return max([least, *ends])


def _comments(text: str) -> Iterator[tuple[int, str]]:
    """Line and text of every comment: comments stand between tokens."""
    ends = [(0, 0)]
    for token in yaml.scan(text, Loader=yaml.BaseLoader):
        ends.append((token.start_mark.index, token.end_mark.index))
    ends.append((len(text), len(text)))
    for (_, begin), (end, _) in pairwise(ends):
        for found in re.finditer(r"#[^\n]*", text[begin:end]):
            yield text.count("\n", 0, begin + found.start()), found[0].rstrip()


def _hold_against(before: str, after: str, tree: Node, name: str, keys: Sequence[str]) -> None:
    """Refuse a change that changed anything else."""
    mark = tree.key_mark(_PLACE)
    try:
        changed = parse_tree(after, name)
    except InputError as error:
        raise _refusal(mark, f"the change would break it ({error.what})") from None
    if _others(tree, keys) != _others(changed, keys):
        raise _refusal(mark, "the change would touch something else")
    old, new = (Counter(comment for _, comment in _comments(text)) for text in (before, after))
    if any(not comment.startswith(_MARKED) for comment in old - new):
        raise _refusal(mark, "the change would lose a comment")


def _others(tree: Node, keys: Sequence[str]) -> Any:
    """Everything that a text says but for some keys of its place."""
    said = _plain(tree)
    place = said.pop(_PLACE, None)
    rest = {key: value for key, value in place.items() if key not in keys} if isinstance(place, dict) else {}
    return said, rest


def _plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(value) for key, value in node.value.items()}
    if isinstance(node.value, list):
        return [_plain(item) for item in node.value]
    return node.value


def _refusal(mark: Mark, why: str) -> InputError:
    return mark.error(
        f"its place cannot be changed safely: {why}",
        "Leave --into out, and paste the lines that are printed over its place: yourself.",
    )
