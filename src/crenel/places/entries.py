"""The lines of a scenario's `place:` that name the files of a place, with their credits and licences."""

import json
from collections.abc import Sequence
from typing import Final

from crenel.inputs.edit import Entry
from crenel.inputs.errors import quoted
from crenel.places.box import Circle
from crenel.places.features import Buildings
from crenel.places.sources import Source

HEAD: Final = "# Written by crenel place"
"""How a file that this command wrote begins: it may be written over."""

_WIDTH: Final = 110


def centre(circle: Circle) -> Entry:
    """Where the place is."""
    lat_deg, lon_deg = circle.lat_deg, circle.lon_deg
    north, east = "N" if lat_deg >= 0.0 else "S", "E" if lon_deg >= 0.0 else "W"
    text = f"[{abs(lat_deg):.6f} {north}, {abs(lon_deg):.6f} {east}]"
    return Entry("centre", (text,), text)


def radius(circle: Circle) -> Entry:
    """How far it reaches."""
    text = length(circle.radius_m)
    return Entry("radius", (text,), text)


def length(metres: float) -> str:
    """A length as a scenario writes it, without loss."""
    return f"{metres / 1000.0:.10g} km" if metres >= 1000.0 else f"{metres:.10g} m"


def terrain(source: Source, files: Sequence[str], *, has_sea: bool, comments: Sequence[str]) -> Entry:
    """The ground, from raster files."""
    pairs = [
        ("file", _listed(files)),
        ("model", source.model),
        ("datum", source.datum or "as the file"),
        *([("missing_tiles", "sea")] if has_sea else []),
        *_credit(source),
    ]
    return _entry("terrain", pairs, [f"{source.name}: {source.note}.", *comments])


def sea(comments: Sequence[str]) -> Entry:
    """A place where there is no land at all."""
    return Entry("terrain", ("flat 0 m",), "flat 0 m", tuple(comments))


def buildings(source: Source, file: str, found: Buildings, comments: Sequence[str]) -> Entry:
    """Footprints, and what is assumed where nobody wrote a height."""
    missing = found.n - found.n_with_height - found.n_with_levels
    told = (
        f"{source.name}: {found.n:,} footprints; {_share(found.n_with_height, found.n)} with a height, "
        f"{_share(found.n_with_levels, found.n)} with levels only (taken at `floor` each), {_share(missing, found.n)} "
        "with neither (taken as `missing`)."
    )
    pairs = [("file", _text(file)), ("missing", "6..15 m"), ("floor", "3..3.5 m"), *_credit(source)]
    return _entry("buildings", pairs, [told, *comments])


def as_given(source: Source, file: str, comments: Sequence[str]) -> Entry:
    """A file of buildings that is taken as it is."""
    pairs = [("file", _text(file)), ("missing", "6..15 m"), ("floor", "3..3.5 m"), *_credit(source)]
    return _entry("buildings", pairs, list(comments))


def land(source: Source, file: str, n_features: int) -> Entry:
    """Water, roads and green for pictures."""
    pairs = [("file", _text(file)), *_credit(source)]
    return _entry("land", pairs, [f"{source.name}: {n_features:,} areas and lines, faint in maps."])


def page(entries: Sequence[Entry], *, asked: str, day: str) -> str:
    """All entries as a place of their own, ready to paste."""
    lines = [f"{HEAD} for {quoted(asked)} on {day}: lines that stand in place of a scenario's own `place:`.", "place:"]
    lines += ["  " + line for entry in entries for line in entry.block()]
    return "\n".join(lines) + "\n"


def _entry(key: str, pairs: Sequence[tuple[str, str]], comments: Sequence[str]) -> Entry:
    lines = tuple(f"{name}: {value}" for name, value in pairs)
    return Entry(key, lines, "{" + ", ".join(lines) + "}", tuple(_wrapped(comments)))


def _credit(source: Source) -> list[tuple[str, str]]:
    said = (("attribution", source.attribution), ("licence", source.licence))
    return [(name, _text(text)) for name, text in said if text]


def _listed(files: Sequence[str]) -> str:
    return "[" + ", ".join(_text(file) for file in files) + "]"


def _text(text: str) -> str:
    # JSON's way of quoting is YAML's too; control characters and line breaks are written out.
    return json.dumps(text, ensure_ascii=False)


def _share(part: int, whole: int) -> str:
    return f"{100.0 * part / whole:.0f} %" if whole else "none"


def _wrapped(comments: Sequence[str]) -> list[str]:
    """Comments in lines that fit an editor; what came from elsewhere cannot break out of its line."""
    import textwrap

    found = []
    for comment in comments:
        plain = " ".join("".join(letter if letter.isprintable() else " " for letter in comment).split())
        found += textwrap.wrap(plain, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return found
