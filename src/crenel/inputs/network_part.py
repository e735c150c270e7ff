"""What may be written of networks and of doctrine. These descriptions are its manual."""

from typing import Annotated, Literal

from crenel.inputs.doubt_part import Chance, Delay
from crenel.inputs.fields import AtLeastOne, Count, Probability
from crenel.inputs.parts import Part, one_of


class SalvoPart(Part):
    """Missiles launched at once at one threat, by its class; where a class is not named, the system's own number."""

    drone: AtLeastOne | None = None
    """At a drone."""
    small_drone: AtLeastOne | None = None
    """At a small drone."""
    cruise: AtLeastOne | None = None
    """At a cruise missile."""
    ballistic: AtLeastOne | None = None
    """At a ballistic missile."""
    aircraft: AtLeastOne | None = None
    """At an aircraft."""


class KeepPart(Part):
    """The last missiles of each unit, kept back for one class alone."""

    drone: Count | None = None
    """For drones."""
    small_drone: Count | None = None
    """For small drones."""
    cruise: Count | None = None
    """For cruise missiles."""
    ballistic: Count | None = None
    """For ballistic missiles."""
    aircraft: Count | None = None
    """For aircraft."""


class DoctrinePart(Part):
    """How units spend what they have."""

    salvo: SalvoPart | None = None
    """Missiles launched at once at one threat, by its class: `{cruise: 2}`."""
    keep: KeepPart | None = None
    """Missiles of each unit kept back for one class alone: `{cruise: 4}`."""
    least_pk: Probability | None = None
    """A weapon whose kill probability against the class is lower stays silent; left out, none does."""
    rank: Annotated[Literal["time", "value"] | None, *one_of("time", "value")] = None
    """Which threat comes first: the one with the least `time` to its target (unless said), or with the least time
    divided by the `value` of its target."""
    planner: Annotated[Literal["present_track", "knows_route"] | None, *one_of("present_track", "knows_route")] = None
    """`present_track` (unless said): a launch is planned as if the threat flew straight on. `knows_route`: as if its
    whole way were known, the optimistic assumption."""


class NetworkPart(Part):
    """What binds units: each sees the tracks of all others."""

    delay: Delay = None
    """How much later a track of one unit is in the picture of the others: a time, a range such as `2..5 s`, whose
    middle is then the central value, or keys. Left out, at once, which is an assumption."""
    availability: Chance = None
    """Probability that the network works in a raid; where it does not, each unit is on its own. Left out, it works,
    which is an assumption; 0: it never does."""
    doctrine: DoctrinePart = DoctrinePart()
    """How its units spend what they have. A key left out is as in the scenario's own `doctrine`."""
