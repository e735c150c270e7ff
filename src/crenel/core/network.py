"""What binds units together, and how they spend what they have."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, Literal

from crenel.core.bracket import F, ThreatClass


@dataclass(frozen=True, slots=True)
class Doctrine:
    """How units spend what they have, by class of threat where it matters.

    `salvo` rounds are launched at once (the system's own number where a class is not named). The last `keep` missiles
    of a unit are for that class alone. A weapon whose kill probability against the class is under `least_pk` stays
    silent. First comes who is nearest in time to its target, or in time divided by the target's value. A planner that
    does not know the route takes the present course for granted.
    """

    salvo: Mapping[ThreatClass, int] = field(default_factory=lambda: MappingProxyType({}))
    keep: Mapping[ThreatClass, int] = field(default_factory=lambda: MappingProxyType({}))
    least_pk: float = 0.0
    rank: Literal["time", "value"] = "time"
    knows_route: bool = False


@dataclass(frozen=True, slots=True)
class Network(Generic[F]):
    """What binds units: a track of one is in the picture of all others `delay_s` later.

    With `1 - availability` it is down for the whole raid, and each unit is on its own.
    """

    name: str
    delay_s: F
    availability: F
    doctrine: Doctrine = field(default_factory=Doctrine)
