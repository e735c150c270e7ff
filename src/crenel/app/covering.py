"""Coverage: what is seen, held, reached and warned of, without dice."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crenel.app.runs import load
from crenel.core.records import Bracket, CrenelError, Scenario

if TYPE_CHECKING:
    from crenel.results.coverage import Coverage
    from crenel.studies.covering import Progress as Covering


def cover(
    scenario: Scenario[Bracket] | str | Path,
    *,
    threats: Sequence[str] | None = None,
    heights_m: Sequence[float] | None = None,
    units: Sequence[str] | None = None,
    cell_m: float | None = None,
    out: str | Path | None = None,
    progress: "Callable[[Covering], None] | None" = None,
) -> "Coverage":
    """What is seen, held on radar, reached and warned of, without dice.

    Parameters
    ----------
    scenario : Scenario, str or Path
        As `load` returns it, or what `load` takes. Its `cover` part says what the other arguments leave out.
    threats, units : sequence of str, optional
        Keys of threats that fly level; names of the units that count.
    heights_m : sequence of float [m], optional
        Above the ground.
    cell_m : float [m], optional
        Side of a cell.
    out : str or Path, optional
        The folder for rasters, outlines, pictures and `cover.html`. Without it nothing is written.
    progress : callable, optional
        Called on this thread as pieces are done.

    Returns
    -------
    Coverage
        `layers` (xarray, with CRS), `warning` and `gaps` (tables), `summary()`.

    Raises
    ------
    CrenelError
        If the scenario, a name, a number or the folder is wrong.
    """
    from crenel.studies import covering

    if out is not None:
        check_cover_folder(Path(out))
    found = covering.cover(
        scenario if isinstance(scenario, Scenario) else load(scenario),
        threats=threats or (),
        heights_m=_some("heights_m", heights_m),
        units=units or (),
        cell_m=cell_m or 0.0,
        progress=progress,
    )
    return found if out is None else write_cover(found, Path(out), progress=progress)


def check_cover_folder(folder: Path) -> None:
    """Refuse a folder that holds anything but coverage, or cannot be written."""
    from crenel.cover_folder import refuse_foreign

    refuse_foreign(folder)


def write_cover(
    coverage: "Coverage", folder: Path | None = None, *, progress: "Callable[[Covering], None] | None" = None
) -> "Coverage":
    """Write the folder of a coverage, by default `runs/<scenario>-<hash8>-cover`: the same, with its folder."""
    from crenel import cover_folder

    return cover_folder.write(coverage, folder or cover_folder.default_folder(coverage), progress)


def cover_text(summary: Mapping[str, Any]) -> str:
    """The answer of coverage in plain text."""
    from crenel.report.cover_words import text

    return text(summary)


def length_m(option: str, text: str) -> float:
    """A length as people write it, "60m" or "1.5 km", in metres."""
    from crenel.inputs.errors import TextError
    from crenel.inputs.quantities import quantity

    try:
        return quantity(text, "length")
    except TextError as error:
        raise CrenelError(f'{option} {error.what}. Write for example "{option} 60m".') from None


def _some(name: str, values: Sequence[float] | None) -> Sequence[float]:
    if values is not None and not len(values):
        raise CrenelError(f"{name} is empty. Leave it out, or name at least one.")
    return values or ()
