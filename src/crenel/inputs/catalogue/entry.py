"""One file of the catalogue: statements, figures of the model, what is unknown, what is not used and why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from crenel.core.entries import SHIPPED, Entry, EntryKind
from crenel.core.records import CLASSES, Bracket, Source
from crenel.inputs.catalogue.assembly import refuse_disorder, still_lacking
from crenel.inputs.catalogue.draft import Draft, read_draft, read_threat_draft
from crenel.inputs.catalogue.figures import Scope
from crenel.inputs.catalogue.layout import SECTIONS, SYSTEM, THREAT
from crenel.inputs.catalogue.profile import profile
from crenel.inputs.catalogue.statements import read_raid_sizes, read_statements
from crenel.inputs.errors import did_you_mean, quoted
from crenel.inputs.nodes import Node

_ABOUT: Final = ("name", "class", "generic", "note", "published", "not_used", "unknown")
_SEARCH: Final = ("radar", "sensor")
_WEAPONS: Final = ("missile", "gun")


@dataclass(frozen=True, slots=True)
class Read:
    """An entry as it is shown, and as it is played."""

    entry: Entry
    draft: Draft


@dataclass(frozen=True, slots=True)
class Shared:
    """What the entries of a catalogue share: sources, the defaults of each class, the raids that score the model."""

    sources: Mapping[str, Source]
    defaults: Mapping[EntryKind, Node]
    scored: frozenset[str]


def read_entry(tree: Node, key: str, kind: EntryKind, shared: Shared, *, origin: str = SHIPPED) -> Read:
    """The entry that a file describes.

    Parameters
    ----------
    tree : Node
        The whole file.
    key : str
        What the catalogue calls it; the names of its figures begin with it.
    kind : "system" or "threat"
    shared : Shared
    origin : str
        Whose catalogue it comes from.

    Raises
    ------
    InputError
        A key that is not known, a figure of the wrong kind, outside its bracket or without source, statements that
        nothing uses and nothing explains, brackets that contradict each other.
    """
    sections = tuple(SECTIONS) if kind == "system" else ()
    layout = SYSTEM if kind == "system" else THREAT
    more = () if kind == "system" else ("raid_sizes",)
    tree.known_keys(tuple(dict.fromkeys((*_ABOUT, *sections, *layout.keys, *more))), f"a {kind}")
    scope = Scope(key, read_statements(tree, tuple(shared.sources)), tuple(shared.sources), shared.scored)
    entry_class = tree.need("class").text("'class'")
    defaults = _defaults(tree, entry_class, shared.defaults[kind])
    if kind == "system":
        _refuse_shapes(tree)
        draft = read_draft(tree, defaults, scope)
    else:
        draft = read_threat_draft(tree, defaults, _absent(tree, entry_class), scope)
    refuse_disorder(draft)
    brackets = tuple(draft.brackets())
    used = scope.used
    figures = tuple(
        replace(figure, used_by=tuple(used.get(name, ()))) for name, figure in scope.statements.figures.items()
    )
    facts = tuple(scope.statements.facts.values())
    cited = {source for figure in figures for source in figure.source}
    cited |= {source for fact in facts for source in fact.source}
    cited |= {source for bracket in brackets for source in bracket.sources}
    sizes = read_raid_sizes(tree, tuple(shared.sources)) if kind == "threat" else ()
    cited |= {source for size in sizes for source in size.source}
    entry = Entry(
        key=key,
        kind=kind,
        name=tree.need("name").text("'name'"),
        entry_class=entry_class,
        figures=figures,
        facts=facts,
        model=brackets,
        unknown=_unknown(tree),
        not_used=_not_used(tree, scope),
        lacks=still_lacking(draft.settled()),
        sources=MappingProxyType({name: shared.sources[name] for name in shared.sources if name in cited}),
        profile="",
        raid_sizes=sizes,
        note=_text(tree, "note"),
        is_generic=_is_generic(tree),
        origin=origin,
        at_rcs_m2=_besides(draft, key, "at_rcs"),
        over_m=_besides(draft, key, "over"),
        settings=_settings(draft),
    )
    return Read(replace(entry, profile=profile(entry, draft)), draft)


def _defaults(tree: Node, entry_class: str, known: Node) -> tuple[Node, ...]:
    classes = known.mapping()
    if entry_class not in classes or entry_class == "any":
        names = [name for name in classes if name != "any"]
        raise tree.need("class").error(f"there is no class {quoted(entry_class)}", did_you_mean(entry_class, names))
    return classes[entry_class], classes["any"]


def _refuse_shapes(tree: Node) -> None:
    if all(tree.get(part) for part in _SEARCH):
        raise tree.key_mark("sensor").error("the system searches both with 'radar' and with 'sensor'", "Keep one.")
    if not any(tree.get(part) for part in (*_SEARCH, *_WEAPONS, "jammer")):
        raise tree.error(
            "the system neither senses, shoots nor jams", "Give it one of: radar, sensor, missile, gun, jammer."
        )
    if any(tree.get(part) for part in _WEAPONS) and not tree.get("fire_control"):
        raise tree.error("the system has a weapon and no 'fire_control'", 'Add it: "fire_control: {}" takes its class.')


def _absent(tree: Node, entry_class: str) -> tuple[str, ...]:
    """The figures that a threat of this motion does not have; a line that gives one is refused."""
    if entry_class not in CLASSES:
        raise tree.need("class").error(f"there is no class {quoted(entry_class)}", did_you_mean(entry_class, CLASSES))
    is_level = THREAT.settings["motion"](tree.need("motion"), "motion")["motion"] == "level"
    absent = ("apogee", "range") if is_level else ("height",)
    for name in absent:
        if tree.get(name):
            how = "flies level" if is_level else "is ballistic"
            raise tree.key_mark(name).error(f"a threat that {how} has no {quoted(name)}", "Delete the line.")
    return absent


def _besides(draft: Draft, owner: str, beside: str) -> Mapping[str, float]:
    """The numbers beside figures, of one kind, by the figure's name."""
    parts = draft.settled().parts
    found = {}
    for part, fields in parts.items():
        for key, figure in draft.layout[part].figures.items():
            if figure.beside is not None and figure.beside.key == beside and figure.beside.field in fields:
                found[".".join(word for word in (owner, part, key) if word)] = fields[figure.beside.field]
    return MappingProxyType(found)


def _settings(draft: Draft) -> Mapping[str, float | str | bool]:
    """What is neither a figure nor a number beside one, by part and field."""
    found = {}
    for part, fields in draft.parts.items():
        besides = {figure.beside.field for figure in draft.layout[part].figures.values() if figure.beside}
        for name, value in fields.items():
            if name not in besides and not isinstance(value, Bracket | Mapping):
                found[f"{part}.{name}" if part else name] = value
    return MappingProxyType(found)


def _unknown(tree: Node) -> tuple[str, ...]:
    node = tree.need("unknown", 'Add it: what was looked for and not found; "unknown: []" if nothing was.')
    return tuple(item.text("'unknown'") for item in node.items("'unknown'"))


def _not_used(tree: Node, scope: Scope) -> Mapping[str, str]:
    node = tree.get("not_used")
    if node is None:
        return MappingProxyType({})
    found = {}
    for name, reason in node.mapping("'not_used'").items():
        if name in scope.statements.figures or name in scope.statements.facts:
            raise node.key_mark(name).error(f"{quoted(name)} is published here and not used", "Keep one of the two.")
        found[name] = reason.text(f"'{name}'")
    return MappingProxyType(found)


def _text(tree: Node, key: str) -> str:
    found = tree.get(key)
    return found.text(f"'{key}'") if found else ""


def _is_generic(tree: Node) -> bool:
    found = tree.get("generic")
    if found is None:
        return False
    if found.value not in {"yes", "no"}:
        raise found.error(f"'generic' wants yes or no, not {found.kind}", 'Write "generic: yes".')
    return found.value == "yes"
