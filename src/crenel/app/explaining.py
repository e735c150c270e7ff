"""One raid of a run, explained: as a record with every event, flight and channel, and in sentences."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crenel.app.serving import manifest_of
from crenel.app.watching import scenario_of

if TYPE_CHECKING:
    from crenel.studies.covering import Progress

SAVED = "saved.json"


def replay_of(folder: str | Path, which: str = "typical") -> dict[str, Any]:
    """One raid of a complete run, played again with everything that happened in it.

    Parameters
    ----------
    folder : str or Path
        A run folder.
    which : str
        "worst" (most leaks, the first of them), "typical" (leaks nearest the median, the first of them), or the number
        of a raid.

    Returns
    -------
    dict
        Ready for JSON; times [s] count from the first start, `east_m` and `north_m` from the centre of the place.
        `flights`: name, group, threat, fate, cause, where it came down, and `way`, a polyline of time, east, north and
        height above the datum. `events`: what happened when, by which unit (`unit`) to which threat (`threat`, numbers
        in these lists, -1 for none), and `says`, the sentence that tells it, empty where another one does. `units`:
        `channels_free` and `missiles_left` as steps of time and number. `leakers`: why each got through.

    Raises
    ------
    CrenelError
        There is no such run or raid, its files are not found, or it does not come out again as it stands there.
    """
    from crenel.report import story
    from crenel.results.folder import read_summary
    from crenel.studies.again import again, chosen, raids_of
    from crenel.studies.explaining import explained

    path = Path(folder)
    manifest_of(path)
    read_summary(path)  # refuses what is not complete, or of a newer format
    scenario = scenario_of(path)
    replicate, why = chosen(raids_of(path, scenario), which)
    raid = explained(again(scenario, path, replicate=replicate), why=why)
    for event, said in zip(raid["events"], story.sentences(raid), strict=True):
        event["says"] = said
    return {**raid, "leakers": story.leakers(raid)}


def saved_of(folder: str | Path, progress: "Callable[[Progress], None] | None" = None) -> dict[str, Any]:
    """What would have saved it: the raid of a run played again with one thing changed; kept in its `saved.json`.

    Parameters
    ----------
    folder : str or Path
        A run folder.
    progress : callable, optional
        Called on this thread as raids are played; not at all where the answer is kept already.

    Returns
    -------
    dict
        As `crenel.studies.saved.saved`.

    Raises
    ------
    CrenelError
        As `replay_of`.
    """
    import json

    from crenel import world
    from crenel.results.folder import read_summary, write_json
    from crenel.results.identity import scenario_hash, version
    from crenel.studies.montecarlo import processors
    from crenel.studies.saved import saved

    path = Path(folder)
    seed = int(manifest_of(path)["seed"])
    read_summary(path)
    scenario = scenario_of(path)
    key = {"crenel": version(), "scenario": scenario_hash(scenario), "seed": seed}
    try:
        kept: dict[str, Any] = json.loads((path / SAVED).read_bytes())
        if {name: kept.get(name) for name in key} == key:
            return kept
    except (OSError, ValueError, AttributeError):
        pass  # there is none yet, or it is damaged: it is worked out again
    found = saved(scenario, world.build(scenario), seed=seed, workers=processors(), progress=progress)
    write_json(path / SAVED, found)
    return found


def explain(
    folder: str | Path, which: str = "typical", progress: "Callable[[Progress], None] | None" = None
) -> dict[str, Any]:
    """One raid of a run as `replay_of` gives it, and under `saved` what would have saved it.

    The report of the run is written again, with the same.
    """
    from crenel.report import write

    path = Path(folder)
    raid = replay_of(path, which)
    fresh = not (path / SAVED).exists()
    raid["saved"] = saved_of(path, progress)
    if fresh:
        write(path)
    return raid


def explain_text(raid: dict[str, Any]) -> str:
    """A raid that `explain` gave, in sentences, at most 100 columns wide."""
    from crenel.report.story import text

    return text(raid)
