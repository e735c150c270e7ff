"""The door: text that somebody wrote, to records that the physics can trust.

Nothing else in crenel reads YAML, units or coordinates. What is wrong is said here, with file, line and remedy.
"""

from crenel.inputs.catalogue import system, system_keys, threat, threat_keys
from crenel.inputs.errors import InputError
from crenel.inputs.examples import example_path, example_text, examples
from crenel.inputs.scenario import load, read, slug
from crenel.inputs.schema import json_schema

__all__ = [
    "InputError",
    "example_path",
    "example_text",
    "examples",
    "json_schema",
    "load",
    "read",
    "slug",
    "system",
    "system_keys",
    "threat",
    "threat_keys",
]
