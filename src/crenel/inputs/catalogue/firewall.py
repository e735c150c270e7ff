"""The firewall between what the model is made from and what it is examined on: `firewall.yaml`.

It lists every published raid that a statement of the catalogue comes from. A raid marked `scored` will be played and
compared with what was published of it, so no figure of the model may rest on a statement from it; the loader refuses
one that does.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crenel.inputs.nodes import read_tree

_KEYS: Final = ("title", "scored", "statements")


@dataclass(frozen=True, slots=True)
class Raid:
    """One published raid, and the statements of the catalogue that it is behind ("pantsir-s1.observed_shots")."""

    key: str
    title: str
    is_scored: bool
    statements: tuple[str, ...]


def read_firewall(path: Path) -> tuple[Raid, ...]:
    """Every raid of the file.

    Raises
    ------
    InputError
        A raid without a title, or one that says neither that it is scored nor that it is not.
    """
    raids = []
    for key, node in read_tree(path, path.name).mapping().items():
        node.known_keys(_KEYS, f"raid '{key}'")
        scored = node.need("scored", 'Write "scored: yes" or "scored: no".')
        if scored.value not in {"yes", "no"}:
            raise scored.error(f"'scored' wants yes or no, not {scored.kind}", 'Write "scored: yes".')
        listed = node.get("statements")
        raids.append(
            Raid(
                key=key,
                title=node.need("title").text("'title'"),
                is_scored=scored.value == "yes",
                statements=tuple(item.text() for item in listed.items("'statements'")) if listed else (),
            )
        )
    return tuple(raids)


def scored_raids(path: Path) -> frozenset[str]:
    """The keys of the raids by which the model is scored."""
    return frozenset(raid.key for raid in read_firewall(path) if raid.is_scored)
