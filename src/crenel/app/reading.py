"""Reading the catalogue and citing a run: what is known of a system or a threat, and where it comes from."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args, overload

from crenel.core.entries import Entry, EntryKind
from crenel.core.records import CrenelError

if TYPE_CHECKING:
    from crenel.inputs.catalogue import Catalogue

_LANDMARKS: Final = ("small-quad", "shahed-136", "kalibr", "iskander-m", "fighter-generic")
"""Threats that people know, by whose size the picture of a radar's range is read."""

_STEPS_PER_DECADE: Final = 20
_DECADES: Final = (-3, 2)
"""Powers of ten, in m², over which a radar's range is drawn."""


@overload
def catalogue(key: None = None, *, folder: str | Path | None = None) -> tuple[Entry, ...]: ...


@overload
def catalogue(key: str, *, folder: str | Path | None = None) -> Entry: ...


def catalogue(key: str | None = None, *, folder: str | Path | None = None) -> Entry | tuple[Entry, ...]:
    """Every entry of the catalogue, or one.

    Parameters
    ----------
    key : str, optional
        A system or a threat ("pantsir-s1").
    folder : str or Path, optional
        A catalogue folder of your own, laid over what ships with crenel, entry by entry.

    Returns
    -------
    Entry, or tuple of Entry
        Systems first, each kind in the order of its keys. `record()` is all of an entry, ready for JSON; in a notebook
        it shows itself.

    Raises
    ------
    CrenelError
        No such entry (it names the nearest) or folder, or a fault in a file, with line and column.
    """
    book = _book(folder)
    return tuple(book.entries()) if key is None else book.entry(key)


def catalogue_of(kind: str | None, *, folder: str | Path | None = None) -> tuple[Entry, ...]:
    """The entries of one kind, "system" or "threat", or all; errors as for `catalogue`."""
    if kind not in (None, *get_args(EntryKind)):
        raise CrenelError(f'--kind knows no "{kind}". Write "--kind system" or "--kind threat".')
    return tuple(entry for entry in catalogue(folder=folder) if kind in (None, entry.kind))


def published_raids() -> dict[str, Any]:
    """Raids as published: documented nights, and how many of a threat came in one raid, year by year.

    Returns
    -------
    dict
        Ready for JSON: `nights` (key, date, place, groups, left_out, source) and `years` (threat, year, raids, median,
        p90, most, source).
    """
    from crenel.inputs.raids import published_raids as nights

    return {
        "nights": [asdict(night) for night in nights().values()],
        "years": [
            {"threat": entry.key, **asdict(size)} for entry in catalogue_of("threat") for size in entry.raid_sizes
        ],
    }


def listing_text(entries: Sequence[Entry]) -> str:
    """Entries of the catalogue, one line each, in plain text."""
    from crenel.report import entry_text

    return entry_text.listing([entry.summary() for entry in entries])


def entry_text(entry: Entry) -> str:
    """All of an entry in plain text."""
    from crenel.report import entry_text

    return entry_text.text(entry.record())


def entry_page(key: str, *, folder: str | Path | None = None) -> str:
    """All of an entry as one self-contained HTML page with pictures; errors as for `catalogue`."""
    from crenel.report import entry_page
    from crenel.results.identity import version

    book = _book(folder)
    entry = book.entry(key)
    return entry_page.html(entry.record(), {"detection": _detection(entry, book)}, version=version())


def write_entry_page(key: str, target: Path | None = None, *, folder: str | Path | None = None) -> Path:
    """Write `entry_page`, by default as KEY.html; of the files that are there only an earlier such page is replaced."""
    from crenel.report.entry_page import MARKER
    from crenel.results.folder import write_bytes

    path = Path(f"{key}.html") if target is None else target
    page = entry_page(key, folder=folder).encode("utf-8")
    try:
        if path.is_dir():
            raise CrenelError(f"{path} is a folder, not a file. Name a file: -o FILE.")
        if path.exists() and not _begins_with(path, MARKER.encode("utf-8")):
            raise CrenelError(
                f"{path} exists already, is no page of the catalogue, and is left as it is. Name another file: -o FILE."
            )
        write_bytes(path, page)
    except OSError as error:
        raise CrenelError(f"{path} cannot be written ({error.strerror}). Name another file: -o FILE.") from None
    return path


def write_data_package(target: Path, *, folder: str | Path | None = None) -> Path:
    """Write the catalogue as a Frictionless Data Package, CSV and `datapackage.json`, into a new or empty folder."""
    from crenel.report import data_package
    from crenel.results.identity import version

    return data_package.write(target, [entry.record() for entry in catalogue(folder=folder)], version=version())


def bibliography(folder: str | Path) -> str:
    """BibTeX of crenel and of exactly the sources that a run lists; from the run folder alone."""
    from crenel.report import cite

    return cite.bibliography(Path(folder))


def methods(folder: str | Path) -> str:
    """One paragraph on how a run was made, for a paper; every number in it is one of the run's."""
    from crenel.report import cite

    return cite.methods(Path(folder))


def _begins_with(path: Path, marker: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(marker)) == marker


def _book(folder: str | Path | None) -> "Catalogue":
    from crenel.inputs import catalogue
    from crenel.inputs.errors import Mark

    return catalogue.shipped() if folder is None else catalogue.with_folder(Path(folder), where=Mark("catalogue"))


def _detection(entry: Entry, book: "Catalogue") -> dict[str, Any] | None:
    """Range of the radar against the size of the target: at the ends of its brackets and in the middle."""
    from crenel.models.sensing import scaled_range

    name = f"{entry.key}.radar.search_range"
    held = {bracket.figure: bracket for bracket in entry.model}
    if name not in held:
        return None
    search, cap, ref_rcs_m2 = held[name], held.get(f"{entry.key}.radar.instrumented_range"), entry.at_rcs_m2[name]
    caps = (None, None, None) if cap is None else (cap.low, cap.value, cap.high)
    first, last = (_STEPS_PER_DECADE * power for power in _DECADES)
    sizes = [10.0 ** (step / _STEPS_PER_DECADE) for step in range(first, last + 1)]

    def reach(range_m: float, cap_m: float | None) -> list[float]:
        ranges = [float(scaled_range(range_m, rcs_m2, ref_rcs_m2)) for rcs_m2 in sizes]
        return ranges if cap_m is None else [min(found, cap_m) for found in ranges]

    return {
        "rcs_m2": sizes,
        "low_m": reach(search.low, caps[0]),
        "value_m": reach(search.value, caps[1]),
        "high_m": reach(search.high, caps[2]),
        "targets": list(_landmarks(book)),
    }


def _landmarks(book: "Catalogue") -> Iterator[dict[str, Any]]:
    for key in _LANDMARKS:
        if key in book.keys("threat"):
            threat = book.entry(key)
            found = next((bracket for bracket in threat.model if bracket.figure == f"{key}.rcs"), None)
            if found is not None:
                yield {"name": threat.name, "rcs_m2": found.value}
