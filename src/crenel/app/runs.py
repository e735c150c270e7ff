"""Scenarios and runs: read, check, play, report; and what there is to begin with."""

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crenel.core.records import (
    GRADES,
    Bracket,
    CrenelError,
    GeoPoint,
    Group,
    Scenario,
    Unit,
)
from crenel.log import RunLog

if TYPE_CHECKING:
    from crenel.inputs.sightings import Draft
    from crenel.results.record import Results
    from crenel.studies.montecarlo import Progress

_LOG = logging.getLogger(__name__)

DEFAULT_REPLICATES: Final = 6400
DEFAULT_DOUBT: Final = 64
DOUBT_MAX: Final = 4096
REPLICATES_MAX: Final = 1_000_000_000
SEED_MAX: Final = 2**63 - 1
WORKERS_MAX: Final = 1024


def load(scenario: str | Path) -> Scenario[Bracket]:
    """A scenario, read and checked.

    Parameters
    ----------
    scenario : str or Path
        A scenario file, or the name of an example ("moscow-rooftops").

    Returns
    -------
    Scenario[Bracket]
        Frozen. SI units, angles in radians; each published number a `Bracket` with low, value, high, grade and sources.

    Raises
    ------
    CrenelError
        With file, line and column, what is wrong and how to mend it; also where a unit stands on a building that is not
        there.
    """
    from crenel import inputs

    found = inputs.load(scenario)
    if all(unit.on_building is None for unit in found.units):
        return found
    from crenel import world

    return world.mounted(found)


def run(
    scenario: Scenario[Bracket] | str | Path,
    *,
    replicates: int = DEFAULT_REPLICATES,
    seed: int | None = None,
    doubt: int = DEFAULT_DOUBT,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: "Callable[[Progress], None] | None" = None,
) -> "Results":
    """Play a scenario's raid many times.

    Parameters
    ----------
    scenario : Scenario, str or Path
        As `load` returns it, or what `load` takes.
    replicates : int
        How often the raid is played, rounded up to whole blocks.
    seed : int, optional
        0 to 2**63 - 1; the scenario's own by default. The same seed gives the same bytes for any number of workers.
    doubt : int
        Over how many settings of what nobody published, 2 to 4,096; 0 takes the central value of every figure.
    workers : int, optional
        Threads; by default one for each processor.
    out : str or Path, optional
        The run folder: tables, maps and the report are written there, and an earlier run of the same is resumed.
        Without it nothing is written.
    progress : callable, optional
        Called on this thread as parts finish.

    Returns
    -------
    Results
        `summary()`: what `summary.json` holds (shares in 0 to 1; leaks in threats per raid; bearings in degrees), and
        `raids_per_second`. `outcomes`: a table of one row for each threat of each raid, whole numbers only, with the
        columns doubt, block, replicate, threat, group, pass, fate, cause, came_down, time_ms, rounds, bursts, unit,
        from_deg, east_m, north_m; `named_outcomes` spells the codes out.

    Raises
    ------
    CrenelError
        If the scenario, a number or the folder is wrong.
    KeyboardInterrupt
        Within about a second of Ctrl-C. With `out`, what is finished is kept, and the same call goes on from there.
    """
    from crenel import run_folder
    from crenel.results.folder import check_writable
    from crenel.studies import montecarlo

    check_numbers(replicates=replicates, seed=seed, workers=workers, doubt=doubt)
    if not isinstance(scenario, Scenario):
        scenario = load(scenario)
    if out is None:
        run_folder.announce(scenario, seed=seed, replicates=replicates, n_doubt=doubt, folder=None)
        return montecarlo.run(
            scenario, replicates=replicates, seed=seed, n_doubt=doubt, workers=workers, progress=progress
        )
    folder = Path(out)
    check_writable(folder)
    with RunLog() as log:

        def listen(state: "Progress") -> None:
            log.open(folder / "run.log")  # the first news of a run comes when its folder is open
            if progress is not None:
                progress(state)

        try:
            run_folder.announce(scenario, seed=seed, replicates=replicates, n_doubt=doubt, folder=folder)
            results = montecarlo.run(
                scenario,
                replicates=replicates,
                seed=seed,
                n_doubt=doubt,
                workers=workers,
                out=folder,
                progress=listen,
            )
            log.open(folder / "run.log")
            run_folder.draw(scenario, folder)
            _LOG.info("report: %s", report(folder))
        except BaseException:
            log.stopped()
            raise
    return results


def default_folder(scenario: Scenario[Bracket], seed: int | None, doubt: int = DEFAULT_DOUBT) -> Path:
    """Where a run goes when nobody says."""
    from crenel.results.folder import default_folder as named_after

    return named_after(scenario, seed, doubt)


def check_numbers(*, replicates: int, seed: int | None, workers: int | None, doubt: int = 0) -> None:
    """Refuse numbers that no run can have."""
    _within("-n (replicates)", replicates, 1, REPLICATES_MAX, 'Write for example "-n 6400".')
    if seed is not None:
        _within("--seed", seed, 0, SEED_MAX, 'Write for example "--seed 1".')
    if workers is not None:
        _within("--workers", workers, 1, WORKERS_MAX, "Leave it out to use every processor.")
    if doubt != 0:
        _within("--doubt", doubt, 2, DOUBT_MAX, "--doubt 0 takes the central value of every figure.")


def report(folder: str | Path) -> Path:
    """Write a run folder's `report.html` again, from the folder alone."""
    from crenel.report import write

    return write(Path(folder))


def report_text(summary: Mapping[str, Any]) -> str:
    """The answer in plain text."""
    from crenel.report import text

    return text(summary)


def check(scenario: str | Path) -> dict[str, Any]:
    """What a scenario says and leans on, without playing it.

    Returns
    -------
    dict
        Ready for JSON: `scenario`, `place`, `units`, `assets`, `groups`, `threats`, `networks`, `doctrine`,
        `common_mode`, `common_mode_threat`, `assumptions` and `estimates` (every figure of that grade, SI), `n_figures`
        by grade, `unknown` (what nobody published), `sources`, and `notes` on the place's files; `buildings`, how many
        there are and how their heights are known.

    Raises
    ------
    CrenelError
        As `load`, and where the place's files cannot be used.
    """
    return check_scenario(load(scenario))


def check_scenario(asked: Scenario[Bracket]) -> dict[str, Any]:
    """As `check`, of a scenario that is loaded already."""
    from crenel import world
    from crenel.results.air import air_notes
    from crenel.results.credits import unlicensed
    from crenel.results.figures import figure_rows, source_rows
    from crenel.results.summary import bonds_row, place_row

    built = world.build(asked)
    found = figure_rows(asked)
    return {
        "scenario": {"name": asked.name, "title": asked.title, "when": asked.when, "note": asked.note},
        "place": place_row(asked),
        "units": [_unit(unit) for unit in asked.units],
        "assets": [
            {"name": asset.name, "radius_m": asset.radius_m, "value": asset.value, **_degrees(asset.at)}
            for asset in asked.assets
        ],
        "groups": [_group(group) for group in asked.groups],
        **bonds_row(asked),
        "threats": asked.n_threats,
        "n_figures": {grade: sum(figure["grade"] == grade for figure in found) for grade in GRADES},
        "assumptions": [figure for figure in found if figure["grade"] == "assumption"],
        "estimates": [figure for figure in found if figure["grade"] == "estimate"],
        "unknown": _unknown(asked),
        "sources": source_rows(asked),
        "buildings": built.told()["buildings"],
        "notes": [*built.notes, *air_notes(asked), *unlicensed(asked)],
    }


def examples() -> dict[str, str]:
    """Name and title of each example."""
    from crenel.inputs.examples import examples as shipped

    return shipped()


def example_text(example: str) -> str:
    """An example's file, with its comments."""
    from crenel.inputs.examples import example_text as shipped

    return shipped(example)


def new(example: str, target: Path) -> Path:
    """Write a copy of an example to change; a file that exists is left as it is."""
    return _write_new(example_text(example), target)


def new_from_sightings(sightings: str | Path, target: Path | None = None) -> "Draft":
    """Make a scenario of the sightings in a CSV, GeoJSON, KML or KMZ file, to change.

    Parameters
    ----------
    sightings : str or Path
    target : Path, optional
        Where to write it; a file that exists is left as it is. Without it nothing is written.

    Returns
    -------
    Draft
        `text`: the scenario. `told`: what was read, what was merged and how, what was not read, line by line.

    Raises
    ------
    CrenelError
        With file, line or number of each sighting that is wrong, what is wrong and how to mend it.
    """
    from crenel.inputs.sightings import draft

    drafted = draft(sightings)
    if target is not None:
        _write_new(drafted.text, target)
    return drafted


def _write_new(text: str, target: Path) -> Path:
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise CrenelError(f"{target} exists already, and is left as it is. Name another file: -o FILE.") from None
    except OSError as error:
        raise CrenelError(f"{target} cannot be written ({error.strerror}). Name another file: -o FILE.") from None
    return target


def schema() -> dict[str, Any]:
    """JSON Schema of scenario files, for editors."""
    from crenel.inputs.schema import json_schema

    return json_schema()


def _within(name: str, value: int, low: int, high: int, remedy: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise CrenelError(f"{name} wants a whole number, not {value!r}. {remedy}")
    if not low <= value <= high:
        raise CrenelError(f"{name} must lie between {low:,} and {high:,}, not {value:,}. {remedy}")


def _degrees(point: GeoPoint) -> dict[str, float]:
    return {"lat_deg": round(math.degrees(point.lat_rad), 6), "lon_deg": round(math.degrees(point.lon_rad), 6)}


def _unit(unit: Unit[Bracket]) -> dict[str, Any]:
    from crenel.results.air import facing_row

    return {
        "name": unit.name,
        "system": unit.system.key,
        "system_name": unit.system.name,
        "mounted_m": unit.mounted_m.value,
        "guidance": None if unit.system.missile is None else unit.system.missile.guidance,
        "n_sectors": 1 if unit.system.fire_control is None else unit.system.fire_control.n_sectors,
        **facing_row(unit),
        "network": unit.network,
        "presence": None if unit.presence is None else asdict(unit.presence),
        "availability": None if unit.availability is None else asdict(unit.availability),
        "radius_m": None if unit.radius_m is None else unit.radius_m.value,
        "evidence": asdict(unit.evidence),
        **_degrees(unit.at),
    }


def _group(group: Group[Bracket]) -> dict[str, Any]:
    from crenel.results.summary import flight

    return {
        "name": group.name,
        "threat": group.threat.key,
        "threat_name": group.threat.name,
        "count": group.count,
        "to": group.to,
        "from_deg": [math.degrees(group.from_rad.low), math.degrees(group.from_rad.high)],
        "starts_m": [group.starts_m.low, group.starts_m.high],
        "height_m": [group.height_m.low, group.height_m.high],
        **flight(group),
        "after_s": group.after_s,
        "within_s": group.within_s,
        "note": group.note,
        "sources": list(group.sources),
    }


def _unknown(scenario: Scenario[Bracket]) -> dict[str, list[str]]:
    """What nobody published, by system and threat."""
    entries = [unit.system for unit in scenario.units] + [group.threat for group in scenario.groups]
    return {entry.key: list(entry.unknown) for entry in entries if entry.unknown}
