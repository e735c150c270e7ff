"""JSON Schema of the scenario file format, for editors."""

from typing import Any, Final

from crenel.inputs.catalogue import system_keys, threat_keys
from crenel.inputs.models import ScenarioPart

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

# Keys that also take a short form: (part, key) -> examples of it.
_SHORT: Final[dict[tuple[str, str], list[Any]]] = {
    ("PlacePart", "terrain"): ["flat 150 m", "heights.tif", "package:cumberland.tif"],
    ("PlacePart", "buildings"): ["none", "buildings.geojson"],
    ("PlacePart", "land"): ["none", "land.geojson"],
    ("PlacePart", "weather"): ["clear"],
    ("UnitPart", "mounted"): ["ground", "40 m", "building"],
    ("UnitPart", "evidence"): ["official", "verified", "pictured", "reported", "claimed", "assumed"],
    ("EvidencePart", "presence"): [0.8, "0.6..0.9", "80 %"],
    ("UnitPart", "availability"): [0.9, "0.8..0.95", "90 %"],
    ("NetworkPart", "delay"): ["3 s", "2..5 s"],
    ("NetworkPart", "availability"): [0.95, "0.9..1"],
    ("GroupPart", "silences"): [0.5, "0.3..0.7"],
    ("ScenarioPart", "common_mode"): [0, 0.05, "0..0.2"],
    ("ScenarioPart", "common_mode_threat"): [0, "0..0.1"],
}


def json_schema() -> dict[str, Any]:
    """The format as JSON Schema (draft 2020-12), with a description of every key."""
    schema = _tidied(ScenarioPart.model_json_schema(by_alias=True))
    for (part, key), examples in _SHORT.items():
        holder = schema if part == "ScenarioPart" else schema["$defs"][part]
        field = holder["properties"][key]
        is_text = all(isinstance(example, str) for example in examples)
        short = {"type": "string" if is_text else ["number", "string"], "examples": examples}
        field["anyOf"] = [short, {"$ref": field.pop("$ref")}]
    # An editor should ask for one of the two, as the reader does.
    schema["$defs"]["EvidencePart"]["anyOf"] = [{"required": ["status"]}, {"required": ["admiralty"]}]
    schema["$defs"]["UnitPart"]["properties"]["system"]["examples"] = list(system_keys())
    for part in ("GroupPart", "PicturePart"):
        schema["$defs"][part]["properties"]["threat"]["examples"] = list(threat_keys())
    return {"$schema": _DIALECT, "title": "crenel scenario", **schema}


def _tidied(schema: Any) -> Any:
    """Without what pydantic makes up: titles, defaults in SI units, null for a key that is left out."""
    if isinstance(schema, list):
        return [_tidied(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    # A key named "title" holds a schema; pydantic's own titles are text.
    kept = {
        key: _tidied(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and not _is_written(value))
    }
    forms = [form for form in kept.get("anyOf", ()) if form != {"type": "null"}]
    if len(forms) == 1 and len(kept["anyOf"]) == 2:
        del kept["anyOf"]
        kept = {**forms[0], **kept}
    return kept


def _is_written(default: Any) -> bool:
    """Whether a default is what a person would write."""
    return isinstance(default, str) and default != ""
