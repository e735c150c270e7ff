"""Answers in the formats of other programs."""

import shutil
from pathlib import Path
from typing import Any, Final

from crenel.app.watching import replay
from crenel.core.records import CrenelError

RAID_FORMATS: Final = ("kml", "kmz", "czml", "acmi", "geojson")
TABLE_FORMATS: Final = ("csv", "parquet")
COVER_FORMATS: Final = ("kml", "geojson", "geotiff", "csv", "netcdf")
FORMATS: Final = tuple(dict.fromkeys((*RAID_FORMATS, *TABLE_FORMATS, *COVER_FORMATS)))


def export(folder: str | Path, to: str, *, which: str = "typical", target: Path | None = None) -> Path:
    """Write a run, or a coverage, in another program's format.

    Parameters
    ----------
    folder : str or Path
        Of a complete run, or of a coverage.
    to : str
        Of a run: kml, kmz, czml, acmi and geojson (one of its raids), csv and parquet (every threat of every raid). Of
        a coverage: geotiff and netcdf (its layers), kml and geojson (outlines), csv (warning).
    which : str
        The raid, as `replay` takes it.
    target : Path, optional
        The file (a folder for geotiff); by default beside the folder's other files, in `export/`.

    Returns
    -------
    Path

    Raises
    ------
    CrenelError
        No such format for this folder, the folder holds neither, or something is in the way.
    """
    path = Path(folder)
    if to not in FORMATS:
        raise CrenelError(f'--to knows no "{to}". Known are: {", ".join(FORMATS)}.')
    if _is_coverage(path):
        return _export_coverage(path, to, target)
    if to in RAID_FORMATS:
        return _export_raid(path, to, which, target)
    if to in TABLE_FORMATS:
        return _export_table(path, to, target)
    raise CrenelError(f"{path} is a run, and {to} is for coverage (crenel cover). Of a run: {_listed(to_run=True)}.")


def _export_raid(folder: Path, to: str, which: str, target: Path | None) -> Path:
    from crenel import export as formats

    shown = replay(folder, which)
    writers = {
        "kml": formats.replay_kml,
        "kmz": lambda raid: formats.kmz(formats.replay_kml(raid)),
        "czml": formats.replay_czml,
        "acmi": formats.replay_acmi,
        "geojson": formats.replay_geojson,
    }
    suffix = {"acmi": ".txt.acmi"}.get(to, f".{to}")
    return _write(target or folder / "export" / f"raid-{shown.replicate}{suffix}", writers[to](shown))


def _export_table(folder: Path, to: str, target: Path | None) -> Path:
    import io

    from crenel.results.folder import read_summary
    from crenel.results.record import Results

    results = Results(folder, read_summary(folder))
    frame = results.named_outcomes
    if to == "csv":
        return _write(target or folder / "export" / "outcomes.csv", frame.write_csv().encode())
    held = io.BytesIO()
    frame.write_parquet(held)
    return _write(target or folder / "export" / "outcomes.parquet", held.getvalue())


def _export_coverage(folder: Path, to: str, target: Path | None) -> Path:
    if to == "netcdf":
        return _netcdf(folder, target or folder / "export" / "coverage.nc")
    there = {
        "kml": "outlines.kml",
        "geojson": "outlines.geojson",
        "csv": "warning.csv",
        "geotiff": "layers",
    }.get(to)
    if there is None:
        raise CrenelError(f"{folder} is coverage, and {to} is for runs. Of coverage: {_listed(to_run=False)}.")
    source = folder / there
    if target is None:
        return source  # it is there already
    if source.is_dir():
        if target.exists():
            raise CrenelError(f"{target} exists already. Name a new folder: -o DIR.")
        shutil.copytree(source, target)
        return target
    return _write(target, source.read_bytes())


def _netcdf(folder: Path, target: Path) -> Path:
    """Every layer of a coverage as one NetCDF file with CF conventions."""
    from importlib.util import find_spec

    from crenel.export.netcdf import coverage_netcdf

    if find_spec("h5netcdf") is None:
        raise CrenelError("NetCDF needs h5netcdf: pip install 'crenel[netcdf]'.")
    target.parent.mkdir(parents=True, exist_ok=True)
    coverage_netcdf(folder, target)
    return target


def _is_coverage(folder: Path) -> bool:
    import json

    from crenel.results.coverage import MARK

    try:
        held: Any = json.loads((folder / "summary.json").read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(held, dict) and MARK in held


def _listed(*, to_run: bool) -> str:
    return ", ".join((*RAID_FORMATS, *TABLE_FORMATS) if to_run else COVER_FORMATS)


def _write(path: Path, content: bytes) -> Path:
    from crenel.results.folder import write_bytes

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise CrenelError(f"{path} is a folder, not a file. Name a file: -o FILE.")
        write_bytes(path, content)
    except OSError as error:
        raise CrenelError(f"{path} cannot be written ({error.strerror}). Name another file: -o FILE.") from None
    return path
