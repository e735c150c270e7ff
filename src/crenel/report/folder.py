"""Read a run folder: everything that a report is made of, and nothing else."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from crenel.core.records import CrenelError
from crenel.report import rasters

FORMAT: Final = 2
"""The newest run-folder format that this version reads."""

_NEEDED: Final = ("scenario", "units", "groups", "leak", "pk", "fates", "causes")


@dataclass(frozen=True, slots=True)
class Pictures:
    """What `maps/` holds, ready to be embedded; data addresses are empty where there is no raster."""

    plan: Mapping[str, Any]
    hillshade: str = ""
    hidden: str = ""
    buildings: str = ""
    land: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """One run folder as read. `pictures` is None for a run that drew no map."""

    summary: Mapping[str, Any]
    manifest: Mapping[str, Any] = field(default_factory=dict)
    pictures: Pictures | None = None
    text: str = ""
    """The scenario as written."""
    saved: Mapping[str, Any] = field(default_factory=dict)
    """What would have saved it, if anyone asked."""


def read(folder: Path) -> Run:
    """Read a run folder.

    Raises
    ------
    CrenelError
        The folder or its summary is missing or broken, or was written in a format that this version cannot read.
    """
    if not folder.is_dir():
        raise CrenelError(f"{folder}: no such run folder. Name a folder that `crenel run` has written.")
    summary = _json(folder / "summary.json", needed=True)
    check(summary, folder / "summary.json")
    return Run(
        summary,
        _json(folder / "manifest.json"),
        _pictures(folder / "maps"),
        _text(folder / "scenario.yaml"),
        _json(folder / "saved.json"),
    )


def check(summary: Mapping[str, Any], path: Path | str) -> None:
    """Refuse a summary of another format, naming what to do.

    Raises
    ------
    CrenelError
    """
    version = summary.get("results")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise CrenelError(
            f"{path}: 'results' should name the format version, a whole number from 1; it is {version!r}. "
            "Run the scenario again with `crenel run`."
        )
    if version > FORMAT:
        raise CrenelError(
            f"{path}: this folder has results format {version}, written by crenel {summary.get('crenel', '?')}; "
            f"this version reads up to format {FORMAT}. "
            f"Install it with `pip install 'crenel>={summary.get('crenel', '?')}'`."
        )
    absent = [key for key in _NEEDED if key not in summary]
    if absent:
        raise CrenelError(f"{path}: lacks {', '.join(absent)}. Run the scenario again with `crenel run`.")


def _json(path: Path, *, needed: bool = False) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if not needed:
            return {}
        raise CrenelError(f"{path}: missing, so the run is not complete. Run it again: it resumes.") from None
    except (OSError, ValueError) as problem:
        raise CrenelError(f"{path}: cannot be read as JSON ({problem}). Run the scenario again.") from problem
    if not isinstance(found, dict):
        raise CrenelError(f"{path}: should hold a JSON object. Run the scenario again.")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as problem:
        raise CrenelError(f"{path}: cannot be read ({problem}). Run the scenario again.") from problem


def _pictures(folder: Path) -> Pictures | None:
    plan = _json(folder / "picture.json")
    if not plan:
        return None
    hillshade, buildings = (_png(folder, plan.get(name)) for name in ("hillshade", "buildings"))
    sights = [png for entry in plan.get("sight") or () if (png := _png(folder, entry.get("png")))]
    return Pictures(
        plan,
        hillshade=_address(rasters.small_enough(hillshade)) if hillshade else "",
        hidden=_address(rasters.hidden_from_all(sights)) if sights else "",
        buildings=_address(rasters.small_enough(buildings)) if buildings else "",
        land=_json(folder / "land.json", needed=True) if plan.get("land") else {},
    )


def _png(folder: Path, name: object) -> bytes:
    """A picture that lies in the folder itself; a name that leads elsewhere is not followed."""
    if not isinstance(name, str) or not name or Path(name).name != name:
        return b""
    try:
        return (folder / name).read_bytes()
    except OSError as problem:
        raise CrenelError(f"{folder / name}: cannot be read ({problem}). Run the scenario again.") from problem


def _address(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
