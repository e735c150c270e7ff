"""Where the raster of a place is, as a scenario says it."""

import re
from pathlib import Path
from typing import Final

from crenel.core.records import FlatTerrain, RasterTerrain
from crenel.inputs.errors import Mark, did_you_mean, quoted
from crenel.inputs.models import TerrainPart

_SHIPPED: Final = Path(__file__).parent / "data" / "terrain"
_PREFIX: Final = "package:"


def terrain_of(part: TerrainPart, *, folder: Path, mark: Mark) -> FlatTerrain | RasterTerrain:
    """The ground of a place.

    Parameters
    ----------
    part : TerrainPart
    folder : Path
        Of the scenario file: relative paths begin here.
    mark : Mark
        Where the file names the terrain.

    Raises
    ------
    InputError
        There is no such raster, or it is no file.
    """
    if part.file is None:
        return FlatTerrain(height_m=part.flat or 0.0)
    path = _shipped(part.file, mark) if part.file.startswith(_PREFIX) else _beside(part.file, folder, mark)
    return RasterTerrain(path=str(path), datum=part.datum, voids=part.voids, attribution=part.attribution)


def _shipped(name: str, mark: Mark) -> Path:
    wanted = name.removeprefix(_PREFIX).strip()
    known = {path.name: path for path in sorted(_SHIPPED.glob("*.tif"))}
    # A look-up, never a join: the text could climb out of the folder.
    if wanted not in known:
        remedy = did_you_mean(wanted, known)
        raise mark.error(f"no terrain called {quoted(wanted)} ships with crenel", remedy)
    return known[wanted]


def _beside(name: str, folder: Path, mark: Mark) -> Path:
    shown = quoted(name)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", name) or name.startswith("/vsi"):
        raise mark.error(f"the terrain {shown} is not a file on this computer", "Download it, and give its path.")
    try:
        path = folder / Path(name).expanduser()
        if path.is_file():
            return path.resolve()
        is_folder = path.is_dir()
    except (OSError, ValueError, RuntimeError):  # the last: "~somebody" who has no home here
        is_folder = False
    if is_folder:
        raise mark.error(f"the terrain {shown} is a folder", "Name the raster file inside it.")
    raise mark.error(
        f"there is no terrain file {shown}",
        f'Paths begin at the folder of this scenario ({folder.name or "here"}); for flat ground write "flat 150 m".',
    )
