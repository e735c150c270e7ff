"""The folder of one coverage: rasters, outlines, pictures, tables and the page, written as a whole or not at all."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from crenel import export
from crenel.core.records import CrenelError
from crenel.report import cover_page, cover_pictures
from crenel.results.coverage import FORMAT, MARK, Coverage
from crenel.results.folder import check_writable, write_bytes, write_json
from crenel.studies.covering import Progress

_LAYERS: Final = "layers"
_PICTURES: Final = "pictures"


def default_folder(coverage: Coverage) -> Path:
    """Where coverage goes when nobody says: `runs/<scenario>-<hash8>-cover`."""
    scenario = coverage.answer["scenario"]
    kept = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in scenario["name"])
    return Path("runs") / f"{kept.strip('-')[:80] or 'scenario'}-{scenario['hash'][:8]}-cover"


def refuse_foreign(folder: Path) -> None:
    """Refuse a folder that holds anything but coverage, or cannot be written.

    Raises
    ------
    CrenelError
    """
    check_writable(folder)
    if not folder.exists():
        return
    others = sorted(entry.name for entry in folder.iterdir())
    if others and not _is_coverage(folder):
        raise CrenelError(
            f"{folder} holds files that are no coverage of crenel ({others[0]}). Name another folder: -o DIR."
        )


def write(coverage: Coverage, folder: Path, progress: Callable[[Progress], None] | None = None) -> Coverage:
    """Write everything beside its place, then put it there; an older coverage in the folder is replaced.

    Parameters
    ----------
    coverage : Coverage
    folder : Path
    progress : callable, optional

    Returns
    -------
    Coverage
        The same, with its folder.

    Raises
    ------
    CrenelError
        The folder holds something else, or cannot be written.
    """
    refuse_foreign(folder)
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        for part in (_LAYERS, _PICTURES):
            (unfinished / part).mkdir(parents=True)
        _fill(coverage, unfinished, progress)
        if folder.exists():
            shutil.rmtree(folder)
        unfinished.replace(folder)
    except OSError as error:
        raise CrenelError(f"{folder} cannot be written ({error.strerror}). Name another folder: -o DIR.") from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return replace(coverage, folder=folder)


def _fill(coverage: Coverage, folder: Path, progress: Callable[[Progress], None] | None) -> None:
    total = 2 * sum(1 for _ in coverage.rasters.layers()) + 1
    done = 0

    def told(what: str) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(Progress(what, done, total))

    for _ in export.write_geotiffs(coverage, folder / _LAYERS):
        told("writing rasters")
    for name, png in cover_pictures.pictures(coverage):
        (folder / _PICTURES / name).write_bytes(png)
        told("drawing pictures")
    found = list(export.outlines(coverage))
    (folder / "outlines.geojson").write_bytes(export.geojson_bytes(coverage, found))
    (folder / "outlines.kml").write_bytes(export.kml_bytes(coverage, found))
    for name, table in (("warning", coverage.warning), ("gaps", coverage.gaps)):
        (folder / f"{name}.csv").write_text(table.write_csv(), encoding="utf-8")
    write_bytes(folder / cover_page.NAME, cover_page.html(coverage).encode())
    write_json(folder / "summary.json", coverage.summary())
    told("writing the page")


def _is_coverage(folder: Path) -> bool:
    try:
        held: Any = json.loads((folder / "summary.json").read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(held, dict) and isinstance(held.get(MARK), int) and held[MARK] <= FORMAT
