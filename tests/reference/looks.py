"""Sensing and tracking, look by look."""

import math
from collections import deque
from collections.abc import Callable, Mapping
from typing import TypeAlias

from reference.case import Case, Threat, Tracking, Unit
from reference.geometry import Interval, first_alike, search_sees
from reference.rules import AS_READ, RIGHT, Readings, Rules

Stretches: TypeAlias = Mapping[tuple[int, int], list[Interval]]
"""For (threat, unit): when the unit's own sensor holds a firm track. A track that is never lost ends at infinity."""

MASKED = -1.0
"""In a list of probabilities: a look that a mask, a limit or the horizon made vain."""


def look_probability(case: Case, unit: Unit, threat: Threat, time_s: float) -> float:
    """Of one look, or `MASKED`."""
    search = unit.search
    assert search is not None
    point = threat.route.position(time_s)
    if not search_sees(case, unit, point):
        return MASKED
    apart = math.dist(unit.at, point)
    if search.least_radial_mps > 0.0:
        velocity = threat.route.velocity(time_s)
        radial = sum((p - q) * v for p, q, v in zip(point, unit.at, velocity, strict=True)) / apart
        if abs(radial) < search.least_radial_mps:
            return MASKED
    return search.pd(threat, apart)


def look_probabilities(case: Case, unit: Unit, threat: Threat, phase_s: float) -> list[tuple[float, float]]:
    """Time and probability of every look from the threat's appearance to its arrival, the first `phase_s` after it."""
    search = unit.search
    if search is None:
        return []
    period = search.tracking.period_s
    found = []
    number = 0
    while (time := threat.route.start_s + phase_s + number * period) < threat.route.end_s:
        found.append((time, look_probability(case, unit, threat, time)))
        number += 1
    return found


def track(
    looks: list[tuple[float, float]],
    tracking: Tracking,
    roll: Callable[[], float],
    rules: Rules = RIGHT,
    readings: Readings = AS_READ,
) -> list[Interval]:
    """When a firm track is held: from the look that confirms it to the k-th miss in a row.

    A look with a probability of 0 or a mask is a miss without dice; every other look takes one roll.
    """
    needed = tracking.m if rules.m_of_n else 1
    allowed = tracking.k if rules.drop_after_k else 1
    history: deque[bool] = deque(maxlen=tracking.n)
    found: list[Interval] = []
    since: float | None = None
    misses = 0
    for time, probability in looks:
        if probability == MASKED and not rules.masked_look_is_miss:
            continue
        hit = probability > 0.0 and roll() < probability
        history.append(hit)
        misses = 0 if hit else misses + 1
        if since is None:
            if readings.tentative_drops_after_k and misses >= allowed:
                history.clear()
            if hit and sum(history) >= needed:
                since = time
        elif misses >= allowed:
            found.append((since, time))
            since = None
            if rules.history_emptied:
                history.clear()
    if since is not None:
        found.append((since, math.inf))
    return found


class Looks:
    """The looks of a case: their probabilities are found once for each phase, the dice rolled for each raid."""

    def __init__(self, case: Case, rules: Rules = RIGHT, readings: Readings = AS_READ) -> None:
        self.case = case
        self.rules = rules
        self.readings = readings
        self.like = first_alike(case.threats)
        self.kept: dict[tuple[int, int, float], list[tuple[float, float]]] = {}

    def probabilities(self, i: int, u: int, phase_s: float) -> list[tuple[float, float]]:
        key = (self.like[i], u, phase_s)
        if key not in self.kept:
            self.kept[key] = look_probabilities(self.case, self.case.units[u], self.case.threats[i], phase_s)
        return self.kept[key]

    def roll(
        self, phase_frac: Callable[[int, int], float], stream: Callable[[int, int], Callable[[], float]]
    ) -> Stretches:
        """Own firm tracks of every unit of every threat in one raid; what happens in the raid does not change them."""
        found: dict[tuple[int, int], list[Interval]] = {}
        for u, unit in enumerate(self.case.units):
            if unit.search is None:
                continue
            tracking = unit.search.tracking
            for i in range(len(self.case.threats)):
                looks = self.probabilities(i, u, phase_frac(i, u) * tracking.period_s)
                found[i, u] = track(looks, tracking, stream(i, u), self.rules, self.readings)
        return found
