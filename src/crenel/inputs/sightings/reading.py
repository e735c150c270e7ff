"""Rows to sightings: every cell checked by the rules of the scenario format, every mistake told at once."""

import re
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from crenel.core.records import EvidenceStatus, GeoPoint
from crenel.inputs.coordinates import distance_m
from crenel.inputs.errors import InputError, TextError, quoted, together
from crenel.inputs.evidence_part import AdmiraltyCode, Certainty, CertaintyWord, StatusWord
from crenel.inputs.fields import Day, Distance, Floors, Mounting, Name, Note, Point
from crenel.inputs.parts import Part
from crenel.inputs.sightings.rows import MEASURED, NUMBER, Row, Table
from crenel.inputs.sightings.systems import is_system, system_key

_STANDING: Final = ("mounted", "height", "roof", "floors")
_AGREE_M: Final = 10.0
"""How far apart a geometry, a position and its two numbers may be: one position, rounded differently."""

_WEB: Final = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One unit seen once.

    `called` says which row it is; `error_m` how far the position may be off. None, and text that is empty, was not
    said. `mounted` is what the unit stands on, as a scenario writes it.
    """

    called: str
    system: str
    at: GeoPoint
    error_m: float | None = None
    name: str = ""
    status: EvidenceStatus | None = None
    admiralty: str = ""
    identified: Certainty | None = None
    seen: str = ""
    source: str = ""
    address: str = ""
    archived: str = ""
    mounted: str = ""
    network: str = ""
    note: str = ""

    @property
    def taken_status(self) -> EvidenceStatus:
        """The status that counts: whoever saw something has at least reported it."""
        return self.status or "reported"


class _Cells(Part):
    """What a row may hold, each cell by the rules that the scenario format has for it."""

    name: Name = ""
    position: Point | None = None
    lat_lon: Point | None = None
    position_error: Distance | None = None
    status: StatusWord | None = None
    admiralty: AdmiraltyCode = ""
    identified: CertaintyWord | None = None
    seen: Day = ""
    source: Note = ""
    address: Note = ""
    archived: Note = ""
    mounted: Mounting | None = None
    height: Mounting | None = None
    roof: Mounting | None = None
    floors: Floors | None = None
    network: Name = ""
    note: Note = ""


def sightings_of(table: Table) -> list[Sighting]:
    """The sightings of a table; an empty one gives none.

    Raises
    ------
    InputError
        Every mistake of every row, in the order of the file.
    """
    errors = list(table.errors)
    found = [_sighting(row, errors) for row in table.rows]
    if errors:
        raise together(errors)
    return [sighting for sighting in found if sighting is not None]


def _sighting(row: Row, errors: list[InputError]) -> Sighting | None:
    """The sighting of a row; None, and complaints, where the row holds mistakes."""
    before = len(errors)
    written, keys = _written(row)
    system, name = _system(row, errors)
    cells = _Cells()
    try:
        cells = _Cells.model_validate(written)
    except ValidationError as error:
        errors += [_complaint(detail, keys, row) for detail in error.errors(include_url=False)]
    at = row.point or cells.position or cells.lat_lon
    if at is None and not {"position", "lat_lon"} & written.keys():
        errors.append(row.mark.error("this sighting has no position", 'Fill in "lat" and "lon", or "position".'))
    for other in (cells.position, cells.lat_lon):
        if at is not None and other is not None and (off_m := distance_m(at, other)) > _AGREE_M:
            what = f"this sighting says two positions, {off_m:,.0f} m apart"
            errors.append(row.mark.error(what, "Keep one of the two."))
    if len(standing := [key for key in _STANDING if row.text(key)]) > 1:
        shown = " and ".join(quoted(row.key(key)) for key in standing)
        errors.append(row.mark.error(f"{shown} both say what it stands on", "Keep one of them."))
    if len(errors) > before or at is None:
        return None
    source, address = _source(cells)
    return Sighting(
        called=row.called,
        system=system,
        at=at,
        error_m=cells.position_error,
        name=name and cells.name,
        status=cells.status,
        admiralty=cells.admiralty,
        identified=cells.identified,
        seen=cells.seen,
        source=source,
        address=address,
        archived=cells.archived,
        mounted=_mounted(row, cells),
        network=cells.network,
        note=cells.note,
    )


# --- cells -----------------------------------------------------------------------------------------------------------


def _written(row: Row) -> tuple[dict[str, Any], dict[str, str]]:
    """What the rules are held against, and what the file calls each piece."""
    written: dict[str, Any] = {name: cell.text for name, cell in row.cells.items() if name in _Cells.model_fields}
    keys = {name: row.key(name) for name in written}
    for name in ("status", "identified"):
        if name in written:
            written[name] = written[name].casefold()
    if "seen" in written:
        written["seen"] = _day(written["seen"])
    if _is_ground(row.text("mounted")):
        del written["mounted"]
    if row.text("lat") or row.text("lon"):
        halves = [_pointed(row.text(name)) for name in ("lat", "lon")]
        written["lat_lon"] = [half for half in halves if half]
        keys["lat_lon"] = f"{row.key('lat')}, {row.key('lon')}"
    return written, keys


def _complaint(detail: Any, keys: dict[str, str], row: Row) -> InputError:
    cause, name = detail["ctx"]["error"], detail["loc"][0]
    if not isinstance(cause, TextError):
        raise cause
    key = quoted(keys[name])[1:-1]
    if name in MEASURED and NUMBER.fullmatch(row.text(name)) and float(row.text(name)) > 0.0:
        what = f"'{key}' has no unit ({quoted(row.text(name))})"
        return row.mark.error(what, f'Write "{row.text(name)} m", or call the column "{key}_m".')
    return cause.at(row.mark, key)


def _system(row: Row, errors: list[InputError]) -> tuple[str, str]:
    """The system's key, and the unit's name: a name that is exactly a system's says which system, and no more."""
    text, name = row.text("system"), row.text("name")
    if not text and is_system(name):
        text, name = name, ""
    if not text:
        what = "this sighting does not say which system it is of"
        errors.append(row.mark.error(what, 'Fill in "system": `crenel catalogue` lists them.'))
        return "", name
    try:
        return system_key(text), name
    except TextError as error:
        errors.append(row.mark.error(error.what, error.remedy("system")))
        return "", name


def _day(text: str) -> str:
    """Year-month-day of a moment, or of a day with the dots that are put between day, month and year."""
    if found := re.fullmatch(r"(\d{4}-\d\d-\d\d)[T ]\d\d:?\d\d[\d:.]*(?:Z| ?[+-]\d\d:?\d\d)?", text, re.ASCII):
        return found[1]
    if found := re.fullmatch(r"(\d\d?)\.(\d\d?)\.(\d{4})", text, re.ASCII):
        return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    return text


def _pointed(text: str) -> str:
    """A number with a decimal point: alone in its cell, a comma can be nothing else."""
    return text.replace(",", ".") if re.fullmatch(r"[+-]?\d{1,3},\d+", text, re.ASCII) else text


def _is_ground(text: str) -> bool:
    return text.casefold() in {"ground", "on the ground"}


def _mounted(row: Row, cells: _Cells) -> str:
    if _is_ground(row.text("mounted")):
        return "ground"
    if cells.floors is not None:
        return f"{{floors: {cells.floors}}}"
    if cells.roof is not None:
        return f"{{roof: {cells.roof:g} m}}"
    height_m = cells.height if cells.height is not None else cells.mounted
    return "" if height_m is None else f"{height_m:g} m"


def _source(cells: _Cells) -> tuple[str, str]:
    """What the source is called, and its web address, wherever the two are written."""
    title, address = cells.source, cells.address
    if not _WEB.fullmatch(address):
        title, address = ", ".join(filter(None, (title, address))), ""
    if not address and (found := _WEB.search(title)):
        address = found[0].rstrip(".,;)")
        title = re.sub(r"\s+(?=[,;.)]|$)", "", " ".join(title.replace(address, " ").split())).strip(" ,;()<>")
    return title, address
