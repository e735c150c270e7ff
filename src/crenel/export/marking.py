"""What every file for another program says of itself: that it is a simulation, of what, and when its clock begins."""

from datetime import datetime, timedelta
from typing import Final

from crenel.results.replay import Replay

SIMULATED: Final = "SIMULATION"
_NO_DAY: Final = "2000-01-01"


def begins(replay: Replay) -> datetime:
    """Midnight of the scenario's day, from which a replay's seconds are counted: the hour is made up."""
    parts = (replay.when or _NO_DAY).split("-")
    try:
        return datetime(*(int(part) for part in [*parts, "01", "01"][:3]))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return datetime.fromisoformat(_NO_DAY)


def stamp(start: datetime, seconds: float) -> str:
    """A moment of a replay as an ISO time in UTC, to a millisecond."""
    return (start + timedelta(seconds=seconds)).isoformat(timespec="milliseconds") + "Z"


def told(replay: Replay) -> str:
    """One paragraph for whoever opens the file."""
    return (
        f"{SIMULATED} from published figures, not an observation. {' '.join(replay.placards[:1])} Raid "
        f"{replay.replicate:,} of a run of seed {replay.seed}, scenario {replay.scenario[:8]}, crenel {replay.crenel}. "
        "The hour is made up: the raid begins at midnight."
    )
