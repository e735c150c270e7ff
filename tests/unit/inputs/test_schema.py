import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from crenel.inputs import example_text, examples, json_schema


def test_every_key_is_described() -> None:
    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    parts = {"": schema, **schema["$defs"]}
    for name, part in parts.items():
        for key, field in part["properties"].items():
            described = field.get("description") or parts[field["$ref"].split("/")[-1]]["description"]
            assert len(described) > 10, f"{name}.{key}"
        assert part["additionalProperties"] is False, name


def test_it_is_plain_json_without_what_nobody_writes() -> None:
    text = json.dumps(json_schema())
    assert '"null"' not in text
    assert '"title": "Place' not in text
    assert json.loads(text) == json_schema()


@pytest.mark.parametrize("name", sorted(examples()))
def test_examples_fit_the_schema(name: str) -> None:
    # As an editor reads them: numbers are numbers, and dates stay text.
    schema = json_schema()
    document = json.loads(json.dumps(yaml.safe_load(example_text(name)), default=str))
    assert list(misfits(document, schema, schema)) == []
    document["place"]["raduis"] = "1 km"
    document["raid"][0].pop("to")
    document["defence"].append("Pantsir")
    assert len(list(misfits(document, schema, schema))) == 3


def misfits(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> Iterator[str]:
    """What a document breaks, for the part of JSON Schema that the format uses."""
    if "$ref" in schema:
        yield from misfits(value, root["$defs"][schema["$ref"].split("/")[-1]], root)
    if "anyOf" in schema and all(list(misfits(value, form, root)) for form in schema["anyOf"]):
        yield f"{value!r} fits no form"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{value!r} is none of {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        yield f"{value!r} is not {schema['const']}"
    types = {"string": str, "number": (int, float), "integer": int, "array": list, "object": dict}
    wanted = schema.get("type", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if wanted and not any(isinstance(value, types[kind]) for kind in wanted):
        yield f"{value!r} is no {wanted}"
        return
    if isinstance(value, dict) and "properties" in schema:
        yield from (f"no {key}" for key in schema.get("required", []) if key not in value)
        yield from (f"unknown {key}" for key in value if key not in schema["properties"])
        for key, field in schema["properties"].items():
            if key in value:
                yield from misfits(value[key], field, root)
    if isinstance(value, list) and "items" in schema:
        for item in value:
            yield from misfits(item, schema["items"], root)
