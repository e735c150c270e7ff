"""Raids whose windows and flight times are given, so that textbook cases can be played to the letter."""

from collections.abc import Mapping

from reference.case import Case, Doctrine, Network, Threat, Unit, Weapon, open_sky
from reference.dice import Dice
from reference.geometry import Geometry, Interval, Meeting
from reference.looks import Stretches
from reference.record import Played
from reference.routes import straight
from reference.rules import AS_READ, RIGHT, Readings, Rules


class GivenGeometry(Geometry):
    """Windows by (threat, unit) and flight times by threat instead of maps; every meeting is inside the envelope."""

    def __init__(
        self,
        case: Case,
        windows: Mapping[tuple[int, int], list[Interval]],
        flight_s: Mapping[int, float],
        rules: Rules = RIGHT,
        readings: Readings = AS_READ,
    ) -> None:
        super().__init__(case, rules, readings)
        self.given = windows
        self.flight_s = flight_s

    def planned(self, i: int, u: int, weapon: Weapon, time_s: float, knows_route: bool) -> Meeting | None:
        return self.actual(i, u, weapon, time_s)

    def actual(self, i: int, u: int, weapon: Weapon, time_s: float) -> Meeting | None:
        return Meeting(self.flight_s[i], (0.0, 0.0, 0.0), 0.0, 0.0)

    def true_windows(self, i: int, u: int, w: int) -> list[Interval]:
        return self.given.get((i, u), [])

    def planned_windows(self, i: int, u: int, w: int, knows_route: bool) -> list[Interval]:
        return self.given.get((i, u), [])

    def seen_by_search(self, i: int, u: int) -> list[Interval]:
        return [(self.case.threats[i].route.start_s, self.case.threats[i].route.end_s)]


def shelf(name: str = "a", p: float = 0.7, rounds: int = 99, **words: object) -> Unit:
    """A unit with one kind of missile."""
    salvo = words.pop("salvo", 1)
    assert isinstance(salvo, int)
    missile = Weapon("missile", {"drone": p}, 1.0, rounds, 1.0, salvo=salvo)
    return Unit(name, (0.0, 0.0, 0.0), weapons=(missile,), **words)  # type: ignore[arg-type]


def given(
    units: tuple[Unit, ...],
    windows: list[Interval],
    *,
    flight_s: float | list[float] = 1.0,
    ends_s: list[float] | None = None,
    delay_s: float = 0.0,
    doctrine: Doctrine | None = None,
    common_mode: float = 0.0,
    threat_common_mode: float = 0.0,
) -> tuple[GivenGeometry, Stretches]:
    """One threat for each window, the same for all units; each is tracked by the first unit from the window's start."""
    ends = ends_s or [closes + 1e6 for _, closes in windows]
    threats = tuple(
        Threat(f"t{i}", straight(min(opens, 0.0), ends[i], (0.0, 0.0, 0.0), (1.0, 0.0, 0.0)))
        for i, (opens, _) in enumerate(windows)
    )
    network = Network(delay_s, 1.0, doctrine or Doctrine())
    case = Case(
        threats,
        units,
        open_sky,
        {"": network, "net": network},
        doctrine=doctrine or Doctrine(),
        common_mode=common_mode,
        threat_common_mode=threat_common_mode,
    )
    flights = flight_s if isinstance(flight_s, list) else [flight_s] * len(windows)
    geometry = GivenGeometry(
        case,
        {(i, u): [window] for i, window in enumerate(windows) for u in range(len(units))},
        dict(enumerate(flights)),
    )
    tracks = {(i, 0): [(opens, float("inf"))] for i, (opens, _) in enumerate(windows)}
    return geometry, tracks


class Counted(Dice):
    """Dice of many raids: kills from one stream, fast, and Phi(z) of the raid given."""

    def __init__(self, seed: int, common: float = 0.5) -> None:
        super().__init__(seed)
        self.uniform = self.stream("all")
        self.of_raid = common

    def kills(self, threat: int, number: int, probability: float) -> bool:
        return self.uniform() < probability

    def common(self) -> float:
        return self.of_raid


def leaked(played: Played) -> int:
    return played.fates.count("leaked")
