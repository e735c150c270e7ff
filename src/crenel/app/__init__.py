"""The use cases: all that a face of crenel may call.

Heavy parts are imported where they are used, so that a face starts at once.
"""

from crenel.app.runs import (
    catalogue,
    check,
    check_folder,
    check_numbers,
    default_folder,
    example_text,
    examples,
    load,
    new,
    report,
    report_text,
    run,
    schema,
)

__all__ = [
    "catalogue",
    "check",
    "check_folder",
    "check_numbers",
    "default_folder",
    "example_text",
    "examples",
    "load",
    "new",
    "report",
    "report_text",
    "run",
    "schema",
]
