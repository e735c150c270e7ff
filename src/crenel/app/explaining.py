"""One raid of a run, explained: as a record with every event, flight and channel, and in sentences."""

from pathlib import Path
from typing import Any

from crenel.app.serving import manifest_of
from crenel.app.watching import scenario_of


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
    from crenel.studies.again import again, chosen, leaks_of
    from crenel.studies.explaining import explained

    path = Path(folder)
    manifest_of(path)
    read_summary(path)  # refuses what is not complete, or of a newer format
    scenario = scenario_of(path)
    replicate, why = chosen(leaks_of(path, scenario), which)
    raid = explained(again(scenario, path, replicate=replicate), why=why)
    for event, said in zip(raid["events"], story.sentences(raid), strict=True):
        event["says"] = said
    return {**raid, "leakers": story.leakers(raid)}
