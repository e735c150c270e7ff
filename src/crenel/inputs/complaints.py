"""A tree of nodes against the file format: the valid parts, or every mistake with its place and remedy."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError, WithJsonSchema

from crenel.inputs import models
from crenel.inputs.cover_part import AlarmPart, CoverPart, RequirementPart
from crenel.inputs.doubt_part import ChancePart, CorrelationPart, DelayPart
from crenel.inputs.errors import InputError, TextError, did_you_mean, nearest, quoted, together
from crenel.inputs.evidence_part import EvidencePart
from crenel.inputs.network_part import DoctrinePart, KeepPart, NetworkPart, SalvoPart
from crenel.inputs.nodes import Node
from crenel.inputs.parts import Part
from crenel.inputs.place_part import BuildingsPart, LandPart, PlacePart, TerrainPart

FORMAT: Final = 1
"""The version of the scenario format that is read here."""

_PARTS: Final[Mapping[tuple[str, ...], type[Part]]] = MappingProxyType(
    {
        (): models.ScenarioPart,
        ("place",): PlacePart,
        ("place", "terrain"): TerrainPart,
        ("place", "buildings"): BuildingsPart,
        ("place", "land"): LandPart,
        ("sources", "*"): models.SourcePart,
        ("defence", "*"): models.UnitPart,
        ("defence", "*", "mounted"): models.MountedPart,
        ("defence", "*", "evidence"): EvidencePart,
        ("defence", "*", "evidence", "presence"): ChancePart,
        ("defence", "*", "availability"): ChancePart,
        ("defence", "*", "set"): models.UnitSettings,
        ("networks", "*"): NetworkPart,
        ("networks", "*", "delay"): DelayPart,
        ("networks", "*", "availability"): ChancePart,
        ("networks", "*", "doctrine"): DoctrinePart,
        ("networks", "*", "doctrine", "salvo"): SalvoPart,
        ("networks", "*", "doctrine", "keep"): KeepPart,
        ("doctrine",): DoctrinePart,
        ("doctrine", "salvo"): SalvoPart,
        ("doctrine", "keep"): KeepPart,
        ("common_mode",): CorrelationPart,
        ("common_mode_threat",): CorrelationPart,
        ("assets", "*"): models.AssetPart,
        ("raid", "*"): models.GroupPart,
        ("raid", "*", "silences"): ChancePart,
        ("raid", "*", "set"): models.GroupSettings,
        ("cover",): CoverPart,
        ("cover", "alarm"): AlarmPart,
        ("cover", "requirement"): RequirementPart,
        ("study",): models.StudyPart,
        ("study", "picture"): models.PicturePart,
    }
)

# Keys that people write with good reason, and that are not read: (what is wrong, remedy).
_SPECIAL: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "half_width": (
            "'half_width' is not read yet",
            "Leave it out, and say how many raids to play: `crenel run -n`.",
        ),
        "doubt": ("'doubt' is not read yet", "Leave it out: runs take the central values."),
        "weather": ("'weather' is not read yet", "Leave it out: the air is clear."),
        "on": ("there is no key 'on'", 'Say what the unit stands on with "mounted: {floors: 9}" or "mounted: 40 m".'),
    }
)

_EXAMPLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "crenel": "crenel: 1",
        "place": "place: {centre: [55.740 N, 37.600 E], radius: 40 km, terrain: flat 150 m}",
        "terrain": "terrain: flat 150 m",
        "defence": "defence: []",
        "assets": "assets: [{name: City centre, at: [55.752 N, 37.618 E], radius: 1 km}]",
        "raid": "raid: [{threat: shahed-136, count: 12, to: City centre, from: 150..240 deg, starts: 60 km}]",
        "system": "system: pantsir-s1",
        "threat": "threat: shahed-136",
        "unit": "unit: Defence ministry",
        "status": "status: reported",
        "heights": "heights: [30 m, 60 m, 120 m]",
        "threats": "threats: [shahed-136]",
        "via": "via: [[55.60 N, 37.20 E]]",
        "networks": "networks: {moscow: {delay: 2..5 s}}",
        "doctrine": "doctrine: {salvo: {cruise: 2}}",
    }
)


_FREE: Final = ("sources", "networks")
"""Where the keys are names that the user gives."""


def validated(tree: Node) -> models.ScenarioPart:
    """The parts of a scenario.

    Raises
    ------
    InputError
        Every mistake that can be told from the file alone, in the order of the text.
    """
    _refuse_other_versions(tree)
    if empty := [error for path, node in _walk(tree, ()) if node.is_empty for error in [_no_value(tree, path, node)]]:
        raise together(empty)
    try:
        return models.ScenarioPart.model_validate(_plain(tree))
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise together(_complaint(tree, detail) for detail in found if not _is_echo(detail, found)) from None


def _is_echo(detail: Any, found: list[Any]) -> bool:
    """Whether a key is missing only because it is misspelt: one mistake, one complaint."""
    if detail["type"] != "missing":
        return False
    path = detail["loc"]
    wrong = [other["loc"] for other in found if other["type"] == "extra_forbidden"]
    return any(loc[:-1] == path[:-1] and nearest(str(loc[-1]), [str(path[-1])]) for loc in wrong)


def _refuse_other_versions(tree: Node) -> None:
    node = tree.get("crenel")
    if node is None:
        raise tree.error(
            "the file does not say which version of the scenario format it is", 'Begin it with the line "crenel: 1".'
        )
    if isinstance(node.value, str) and re.fullmatch(r"\d{1,9}", node.value) and int(node.value) > FORMAT:
        raise node.error(
            f"this scenario is of format {int(node.value)}; this crenel reads format {FORMAT}",
            "Install a newer crenel: `pip install --upgrade crenel`.",
        )


def _walk(node: Node, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Node]]:
    yield path, node
    if isinstance(node.value, dict):
        for key, value in node.value.items():
            yield from _walk(value, (*path, key))
    elif isinstance(node.value, list):
        for number, item in enumerate(node.value):
            yield from _walk(item, (*path, number))


def _no_value(tree: Node, path: tuple[str | int, ...], node: Node) -> InputError:
    if path and isinstance(path[-1], str):
        mark = tree.reach(path[:-1]).key_mark(path[-1])
        return mark.error(f"'{_shown(path[-1])}' has no value", "Write one after the colon, or leave the key out.")
    return node.error("this item of the list is empty", 'Write something after the "-", or delete it.')


def _plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(value) for key, value in node.value.items()}
    if isinstance(node.value, list):
        return [_plain(item) for item in node.value]
    return node.value


# --- from what pydantic found to what a person reads -----------------------------------------------------------------


def _complaint(tree: Node, detail: Any) -> InputError:
    path: tuple[str | int, ...] = detail["loc"]
    node = tree.reach(path)
    key = _key(path)
    match detail["type"]:
        case "value_error" if isinstance(detail["ctx"]["error"], TextError):
            cause: TextError = detail["ctx"]["error"]
            return cause.at(node.mark, key)
        case "extra_forbidden":
            return _unknown_key(tree, path)
        case "missing":
            what = f"{_called(path[:-1])} has no '{key}'"
            return node.error(what, f'Add "{_example(path)}".')
        case "too_short":
            return node.error(f"'{key}' is an empty list", f'Write for example "{_example(path)}".')
        case "too_long":
            return node.error(f"'{key}' has more than {detail['ctx']['max_length']} entries", "Merge or drop some.")
        case "list_type":
            return node.error(f"'{key}' wants a list, not {node.kind}", f'Write for example "{_example(path)}".')
        case "model_type" | "model_attributes_type" | "dict_type":
            remedy = f"Its keys are: {', '.join(_known(path))}." if _known(path) else 'Write "key: {title: …}".'
            return node.error(f"{_called(path)} wants keys and values, not {node.kind}", remedy)
    return node.error(f"'{key}' cannot be read: {detail['msg']}", "`crenel schema` says what may stand here.")


def _unknown_key(tree: Node, path: tuple[str | int, ...]) -> InputError:
    key = str(path[-1])
    mark = tree.reach(path[:-1]).key_mark(key)
    if key in _SPECIAL:
        return mark.error(*_SPECIAL[key])
    return mark.error(f"{_called(path[:-1])} has no key {quoted(key)}", did_you_mean(key, _known(path[:-1])))


def _general(path: tuple[str | int, ...]) -> tuple[str, ...]:
    """A path with list positions and free keys as stars."""
    steps = tuple("*" if isinstance(step, int) else step for step in path)
    return (steps[0], "*", *steps[2:]) if len(steps) > 1 and steps[0] in _FREE else steps


def _known(path: tuple[str | int, ...]) -> list[str]:
    part = _PARTS.get(_general(path))
    return [field.alias or name for name, field in part.model_fields.items()] if part else []


def _key(path: tuple[str | int, ...]) -> str:
    return next((_shown(step) for step in reversed(path) if isinstance(step, str)), "the file")


def _shown(key: str) -> str:
    return quoted(key)[1:-1]


def _called(path: tuple[str | int, ...]) -> str:
    """What a group of keys is called in a message."""
    names = {
        "defence": "this unit",
        "assets": "this asset",
        "raid": "this group of the raid",
        "sources": "this source",
        "networks": "this network",
    }
    if not path:
        return "the file"
    if len(path) == 2 and path[0] in names:
        return names[str(path[0])]
    return f"'{_key(path)}'"


def _example(path: tuple[str | int, ...]) -> str:
    key = _key(path)
    if key in _EXAMPLES:
        return _EXAMPLES[key]
    part = _PARTS.get(_general(path[:-1]))
    field = (
        next((field for name, field in part.model_fields.items() if key in {name, field.alias}), None) if part else None
    )
    for extra in field.metadata if field else ():
        if isinstance(extra, WithJsonSchema) and (examples := (extra.json_schema or {}).get("examples")):
            shown = examples[0]
            return f"{key}: [{', '.join(shown)}]" if isinstance(shown, list) else f"{key}: {shown}"
    return f"{key}: …"
