"""The use cases: all that a face of crenel may call.

Heavy parts are imported where they are used, so that a face starts at once.
"""

from crenel.app.covering import check_cover_folder, cover, cover_text, length_m, write_cover
from crenel.app.reading import (
    bibliography,
    catalogue,
    catalogue_of,
    entry_page,
    entry_text,
    listing_text,
    methods,
    published_raids,
    write_data_package,
    write_entry_page,
)
from crenel.app.runs import (
    check,
    check_numbers,
    default_folder,
    example_text,
    examples,
    load,
    new,
    new_from_sightings,
    report,
    report_text,
    run,
    schema,
)
from crenel.places.use import get_place, place_needs

__all__ = [
    "bibliography",
    "catalogue",
    "catalogue_of",
    "check",
    "check_cover_folder",
    "check_numbers",
    "cover",
    "cover_text",
    "default_folder",
    "entry_page",
    "entry_text",
    "example_text",
    "examples",
    "get_place",
    "length_m",
    "listing_text",
    "load",
    "methods",
    "new",
    "new_from_sightings",
    "place_needs",
    "published_raids",
    "report",
    "report_text",
    "run",
    "schema",
    "write_cover",
    "write_data_package",
    "write_entry_page",
]
