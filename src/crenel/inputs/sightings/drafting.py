"""A file of sightings to the commented text of a scenario: what was seen, and placeholders for the rest."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from crenel.core.records import EVIDENCE, GeoPoint
from crenel.inputs.coordinates import degrees, distance_m
from crenel.inputs.errors import Mark, printable, quoted
from crenel.inputs.evidence import presence
from crenel.inputs.evidence_part import CERTAINTY
from crenel.inputs.models import MOST_UNITS
from crenel.inputs.nodes import MAX_BYTES
from crenel.inputs.sightings.citing import Cited, cited
from crenel.inputs.sightings.files import read_rows
from crenel.inputs.sightings.merging import NEAREST_M, SeenUnit, merged
from crenel.inputs.sightings.quoting import comment, prose, scalar
from crenel.inputs.sightings.reading import Sighting, sightings_of
from crenel.inputs.sightings.systems import title_of

_LEAST_RADIUS_KM: Final = 40
_MOST_RADIUS_KM: Final = 1000
_LONGEST_TITLE: Final = 160
_LONGEST_NOTE: Final = 9_000
_MOST_LISTED: Final = 20

_ASSET: Final = "Centre of the sightings"

_DEFENCE: Final = (
    "What was seen. A unit without `mounted` is taken to stand on the ground; one without `network` is blind to all"
    " others. `crenel check` says which `presence`, the probability that it is there at all, the evidence comes to."
)


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of a scenario, and what was done to the sightings on the way, line by line."""

    text: str
    told: tuple[str, ...]


class _Place(NamedTuple):
    centre: GeoPoint
    radius_km: int
    farthest_m: float


def draft(path: str | Path) -> Draft:
    """The scenario that a file of sightings makes.

    Parameters
    ----------
    path : str or Path
        A table (.csv, .tsv, .txt), GeoJSON (.geojson, .json), KML or KMZ.

    Raises
    ------
    InputError
        A file that cannot be read, or every row that is wrong, with its place and remedy.
    """
    path = Path(path)
    table = read_rows(path)
    sightings = sightings_of(table)
    mark = Mark(str(path))
    if not sightings:
        raise mark.error("the file holds no sightings", "Give each a line, a point or a placemark.")
    units = merged(sightings, {sighting.system: title_of(sighting.system) for sighting in sightings})
    if len(units) > MOST_UNITS:
        what = f"the sightings make {len(units):,} units; a scenario holds {MOST_UNITS:,}"
        raise mark.error(what, "Split the file, or keep what lies in one place.")
    place, sources = _place(units, mark), cited(sightings)
    told = tuple(_told(sightings, units, list(table.unread)))
    sections = [
        _head(path.name, sightings, told),
        _where(place),
        _sources(sources),
        _defence(units, sources),
        _placeholders(place),
    ]
    text = "\n\n".join("\n".join(section) for section in sections if section) + "\n"
    if len(text.encode()) > MAX_BYTES:
        raise mark.error("the scenario would be larger than 2 MB", "Shorten the notes, or split the file.")
    return Draft(text, told)


# --- what was done ---------------------------------------------------------------------------------------------------


def _told(sightings: Sequence[Sighting], units: Sequence[SeenUnit], unread: Sequence[str]) -> Iterator[str]:
    yield f"Read: {_count(len(sightings), 'sighting')}, which make {_count(len(units), 'unit')}."
    together = [unit for unit in units if len(unit.sightings) > 1]
    near = f"lie within their position errors added, or within {NEAREST_M:g} m"
    if together:
        yield f"Sightings of one system are merged where they {near}."
    else:
        yield f"Nothing is merged: no two sightings of one system {near}."
    yield from _few(
        f"Merged: {_called(unit)} from {_rows(unit.sightings)}, up to {_metres(unit.apart_m)} apart."
        for unit in together
    )
    yield from _few(
        f"Not merged: {_called(unit)} and {quoted(near.name)} ({near.system}), {_metres(near.apart_m)} apart, are"
        " different systems."
        for unit in units
        for near in unit.neighbours
    )
    if unsaid := [seen for seen in sightings if seen.status is None and not seen.admiralty]:
        yield f"No status is said, so it is taken as reported: {_rows(unsaid)}."
    if unread:
        more = f" and {len(unread) - _MOST_LISTED} more" if len(unread) > _MOST_LISTED else ""
        yield f"Not read: {', '.join(quoted(name) for name in unread[:_MOST_LISTED])}{more}."


def _few(lines: Iterator[str]) -> Iterator[str]:
    every = list(lines)
    yield from every[:_MOST_LISTED]
    if (n_more := len(every) - _MOST_LISTED) > 0:
        yield f"And {n_more} more like that, each told above its unit in the scenario."


def _called(unit: SeenUnit) -> str:
    return f"{quoted(unit.name)} ({unit.taken.system})"


def _rows(sightings: Sequence[Sighting]) -> str:
    """Which rows: "line 2" or "lines 2, 4 and 7"."""
    numbers = [seen.called.partition(" ")[2] for seen in sightings]
    word = sightings[0].called.partition(" ")[0]
    if len(numbers) == 1:
        return sightings[0].called
    shown, last = (numbers[:-1], numbers[-1]) if len(numbers) <= 10 else (numbers[:10], f"{len(numbers) - 10} more")
    return f"{word}s {', '.join(shown)} and {last}"


# --- the scenario ----------------------------------------------------------------------------------------------------


def _head(file: str, sightings: Sequence[Sighting], told: Sequence[str]) -> list[str]:
    shown = printable(file)
    latest = max(seen.seen for seen in sightings)
    return [
        *comment(f"Drafted by crenel from the sightings in {shown}: what was seen, and placeholders for the rest."),
        "#",
        *(line for each in told for line in comment(each, hanging="  ")),
        "#",
        *comment("Replace what is marked PLACEHOLDER before you believe any answer: the ground, the asset, the raid."),
        "",
        "crenel: 1",
        f"title: {scalar(f'Sightings from {shown}'[:_LONGEST_TITLE].strip())}",
        *([_beside(f"when: {latest}", "the latest sighting")] if latest else []),
    ]


def _where(place: _Place) -> list[str]:
    reach = f"the farthest unit stands {_metres(place.farthest_m)} from the centre"
    ground = "PLACEHOLDER: hides nothing; say how high it is, or name a raster of heights"
    return [
        "place:",
        _beside(f"  centre: {_position(place.centre, 2)}", "the middle of the sightings"),
        _beside(f"  radius: {place.radius_km} km", reach),
        _beside("  terrain: flat 0 m", ground),
        "  buildings: none",
    ]


def _beside(text: str, remark: str, column: int = 38) -> str:
    return f"{text:<{column}}# {remark}"


def _sources(sources: Mapping[tuple[str, str], Cited]) -> list[str]:
    lines = ["sources:"]
    for source in sources.values():
        lines += [f"  {scalar(source.key)}:", f"    title: {scalar(source.title)}"]
        lines += [f"    address: {scalar(source.address)}"] if source.address else []
    return lines if len(lines) > 1 else []


def _defence(units: Sequence[SeenUnit], sources: Mapping[tuple[str, str], Cited]) -> list[str]:
    lines = [*comment(_DEFENCE), "defence:"]
    for number, unit in enumerate(units):
        lines += ["", *_unit(unit, sources)] if number else _unit(unit, sources)
    return lines


def _unit(unit: SeenUnit, sources: Mapping[tuple[str, str], Cited]) -> list[str]:
    taken = unit.taken
    every = [taken, *(seen for seen in unit.sightings if seen is not taken)]
    mounted, network = (_first(every, name) for name in ("mounted", "network"))
    return [
        *(line for each in _remarks(unit, sources) for line in comment(each, "  ", "  ")),
        f"  - unit: {scalar(unit.name)}",
        f"    system: {taken.system}",
        f"    at: {_position(taken.at)}",
        *([f"    mounted: {mounted}"] if mounted else []),
        *([f"    network: {scalar(network)}"] if network else []),
        "    evidence:",
        *(f"      {line}" for line in _evidence(unit, sources)),
    ]


def _remarks(unit: SeenUnit, sources: Mapping[tuple[str, str], Cited]) -> Iterator[str]:
    """What stands above a unit: every sighting, and what was or was not made of it."""
    if len(unit.sightings) == 1:
        yield f"Seen in {unit.taken.called}."
    else:
        apart = f"up to {_metres(unit.apart_m)} apart"
        yield f"Merged from {len(unit.sightings)} sightings, {apart}; the position is that of {unit.taken.called}."
        for seen in unit.sightings:
            yield _sighting(seen, sources)
        names = {seen.name for seen in unit.sightings if seen.name}
        if len(names) > 1:
            yield "They have different names: if they are different units, write one entry for each."
        if (codes := {seen.admiralty for seen in unit.sightings if seen.admiralty}) - {unit.by_presence.admiralty}:
            left = " and ".join(sorted(codes - {unit.by_presence.admiralty}))
            yield f"Not carried over: the code {left}; {unit.by_presence.called} speaks more for its being there."
    if unit.taken.name and unit.name != unit.taken.name:
        yield f"The file calls it {quoted(unit.taken.name)}, as it calls another unit."
    for near in unit.neighbours[:_MOST_LISTED]:
        yield f"{_metres(near.apart_m)} from {quoted(near.name)} ({near.system}): different systems are never merged."


def _sighting(seen: Sighting, sources: Mapping[tuple[str, str], Cited]) -> str:
    """All that one of several sightings says."""
    words = [_position(seen.at)[1:-1] + ("" if seen.error_m is None else f" ± {_length(seen.error_m)}")]
    words += [f'called "{seen.name}"'] if seen.name else []
    words += [f"mounted {seen.mounted}"] if seen.mounted else []
    words += [f"network {seen.network}"] if seen.network else []
    words += [_said(seen, sources)]
    words += [f"archived {seen.archived}"] if seen.archived else []
    return f"- {seen.called}: {', '.join(words)}" + (f": {seen.note}" if seen.note else "")


def _evidence(unit: SeenUnit, sources: Mapping[tuple[str, str], Cited]) -> Iterator[str]:
    every = unit.sightings
    status = min((seen.taken_status for seen in every), key=EVIDENCE.index)
    is_said = any(seen.status is not None or seen.admiralty for seen in every)
    yield f"status: {status}" if is_said else _beside(f"status: {status}", "not said in the file", 32)
    firmest = unit.by_presence
    if firmest.admiralty:
        yield f"admiralty: {firmest.admiralty}"
    elif firmest.taken_status != status and (suggested := presence(firmest.taken_status)) is not None:
        # The status alone would say more than any of the sightings does: its own has a code that says less.
        low, value, high = suggested.chance
        yield f"presence: {{low: {low:g}, value: {value:g}, high: {high:g}}}   # as of {firmest.called}"
    source = next((sources[seen.source, seen.address].key for seen in every if seen.source or seen.address), "")
    certain = min((seen.identified for seen in every if seen.identified), key=CERTAINTY.index, default="")
    error_m = unit.taken.error_m
    pieces = {
        "source": scalar(source) if source else "",
        "seen": max(seen.seen for seen in every),
        "archived": scalar(printable(_first(every, "archived"))) if _first(every, "archived") else "",
        "identified": certain,
        "position_error": "" if error_m is None else _length(error_m),
    }
    yield from (f"{key}: {piece}" for key, piece in pieces.items() if piece)
    if note := _note(unit, sources):
        yield from prose("note", note, "")


def _note(unit: SeenUnit, sources: Mapping[tuple[str, str], Cited]) -> str:
    notes = list(dict.fromkeys(printable(seen.note) for seen in unit.sightings if seen.note))
    if len(unit.sightings) == 1:
        return _cut("".join(notes))
    seen = "; ".join(_said(each, sources) for each in unit.sightings)
    merge = f"merged from {len(unit.sightings)} sightings, up to {_metres(unit.apart_m)} apart: {seen}"
    return _cut(". ".join([merge, *notes]))


def _said(seen: Sighting, sources: Mapping[tuple[str, str], Cited]) -> str:
    """How anyone knows, in a few words: "2023-01-20, pictured (B2), identification possible, AFP"."""
    words = [seen.seen or "undated", seen.taken_status + (f" ({seen.admiralty})" if seen.admiralty else "")]
    words += [f"identification {seen.identified}"] if seen.identified else []
    words += [sources[seen.source, seen.address].title] if seen.source or seen.address else []
    return ", ".join(words)


def _placeholders(place: _Place) -> list[str]:
    return [
        "# PLACEHOLDER: say what is defended. A threat that comes within the radius has got through.",
        "assets:",
        f"  - {{name: {_ASSET}, at: {_position(place.centre, 2)}, radius: 1 km}}",
        "",
        "# PLACEHOLDER: say what comes, from where, how high and in what time.",
        "raid:",
        f"  - {{threat: shahed-136, count: 12, to: {_ASSET}, from: all, starts: 60 km, height: 100..1500 m,",
        "     within: 10 min}",
        "",
        "study: {seed: 1}",
    ]


# --- places and words ------------------------------------------------------------------------------------------------


def _place(units: Sequence[SeenUnit], mark: Mark) -> _Place:
    """A round centre of the units, and a round radius that reaches well beyond them."""
    points = [unit.taken.at for unit in units]
    x = sum(math.cos(at.lat_rad) * math.cos(at.lon_rad) for at in points)
    y = sum(math.cos(at.lat_rad) * math.sin(at.lon_rad) for at in points)
    z = sum(math.sin(at.lat_rad) for at in points)
    middle = GeoPoint(math.atan2(z, math.hypot(x, y)), math.atan2(y, x))
    centre = GeoPoint(*(math.radians(round(angle_deg, 2)) for angle_deg in degrees(middle)))
    farthest_m = max(distance_m(centre, at) for at in points)
    if farthest_m > 990.0 * _MOST_RADIUS_KM:
        what = f"the sightings reach {farthest_m / 1000.0:,.0f} km from their middle; a scenario reaches 1,000 km"
        raise mark.error(what, "Mend a position that is wrong, or split the file by region.")
    wanted_km = 10 * math.ceil((1.1 * farthest_m + 5000.0) / 10_000.0)
    return _Place(centre, min(max(wanted_km, _LEAST_RADIUS_KM), _MOST_RADIUS_KM), farthest_m)


def _position(at: GeoPoint, n_decimals: int = 6) -> str:
    """A position as a scenario writes it, latitude first."""
    lat_deg, lon_deg = degrees(at)
    lat, lon = (_trimmed(f"{abs(angle_deg):.{n_decimals}f}") for angle_deg in (lat_deg, lon_deg))
    return f"[{lat} {'N' if lat_deg >= 0.0 else 'S'}, {lon} {'E' if lon_deg >= 0.0 else 'W'}]"


def _trimmed(number: str) -> str:
    """Without zeros at the end, but for the first four decimals, which say that it is a position."""
    whole, _, decimals = number.partition(".")
    return f"{whole}.{decimals[:4]}{decimals[4:].rstrip('0')}"


def _metres(length_m: float) -> str:
    if length_m >= 1000.0:
        return f"{length_m / 1000.0:.3g} km"
    return f"{length_m:.0f} m" if length_m >= 10.0 or length_m == 0.0 else f"{length_m:.2g} m"


def _length(length_m: float) -> str:
    """A length as a scenario writes it, with all that was said."""
    return f"{length_m / 1000.0:g} km" if length_m >= 1000.0 else f"{length_m:g} m"


def _first(sightings: Sequence[Sighting], name: str) -> str:
    return next((str(getattr(seen, name)) for seen in sightings if getattr(seen, name)), "")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_NOTE else text[:_LONGEST_NOTE] + " …"


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" + ("" if n == 1 else "s")
