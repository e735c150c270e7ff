"""What a played raid leaves behind: its log, and what is needed to say why a threat got through."""

from dataclasses import dataclass, field
from typing import NamedTuple

from reference.geometry import Interval


class Event(NamedTuple):
    """One line of the log. `unit` is -1 where no unit is concerned; `detail` depends on `what`.

    firm, loss            a unit's own track
    picture, picture_lost a threat enters or leaves a unit's picture
    launch                (weapon, shots, number of the first, planned meeting, meeting)
    intercept             (weapon, "kill" | "miss" | "lost" | "gone")
    assess                (weapon, whether the threat is given back)
    free, reload          (rounds now,) for a reload
    kill, soft_kill, own_failure, leak, silenced
    """

    time_s: float
    what: str
    threat: int
    unit: int
    detail: tuple[object, ...] = ()


@dataclass(frozen=True)
class Engagement:
    """One launch of `shots` shots of a unit's weapon `w` at threat `i`. `lost`: it cannot kill, whatever the dice."""

    i: int
    u: int
    w: int
    shots: int
    first_number: int
    launch_s: float
    planned_s: float
    meet_s: float
    assess_s: float
    free_s: float
    sector: int
    p_kill: float
    lost: bool


@dataclass
class Played:
    """One raid played once."""

    fates: list[str]
    ended_s: list[float]
    shots: list[int]
    rounds: list[list[int]]
    log: list[Event] = field(default_factory=list)
    engagements: list[Engagement] = field(default_factory=list)
    pictures: dict[tuple[int, int], list[Interval]] = field(default_factory=dict)
    stock: dict[tuple[int, int], list[tuple[float, int, int]]] = field(default_factory=dict)
    """For (unit, weapon): from when on there were how many rounds ready and to spare."""
    works: list[bool] = field(default_factory=list)
    silenced_s: list[float] = field(default_factory=list)
    group_of: list[int] = field(default_factory=list)

    def events(self, what: str) -> list[Event]:
        return [event for event in self.log if event.what == what]
