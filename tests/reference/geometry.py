"""What does not depend on dice: when a round would meet a threat, and the windows for launching it.

Everything is found by brute force: a predicate of time is stepped finely and its edges are bisected. An interval
shorter than the step may be missed.
"""

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

from reference.case import Case, Threat, Unit, Weapon, within
from reference.routes import Point
from reference.rules import AS_READ, RIGHT, Readings, Rules

Interval: TypeAlias = tuple[float, float]

SIGHT_LOST_S = 1.0
"""Under command guidance, sight broken for longer than this loses the round."""


class Meeting(NamedTuple):
    """Where a round meets its threat: after how long, at what point, from how far, at what speed of the threat."""

    after_s: float
    point: Point
    range_m: float
    target_speed_mps: float


def speed(velocity: Point) -> float:
    return math.hypot(*velocity)


def meet(
    weapon: Weapon, at: Point, delay_s: float, position: Callable[[float], Point], fastest_mps: float, longest_s: float
) -> tuple[float, Point] | None:
    """The first time after launch at which the round is where the threat is; None if that is later than `longest_s`.

    f(tau) = delay + flight time to where the threat is at tau - tau falls by no more than 1 + v / u a second, where v
    is the threat's greatest speed and u the round's least. So a step of f / (1 + v / u) never passes the first root.
    """
    steepest = 1.0 + fastest_mps / weapon.slowest_mps
    after = 0.0
    for _ in range(10_000):
        point = position(after)
        missing = delay_s + weapon.flight_s(math.dist(at, point)) - after
        if missing < 1e-9:
            return after, point
        after += missing / steepest
        if after > longest_s:
            return None
    return after, position(after)


def planned_meeting(unit: Unit, weapon: Weapon, threat: Threat, time_s: float, delay_s: float) -> Meeting | None:
    """As a planner sees it: the present course and speed go on until the threat is due at its target."""
    x, y, h = threat.route.position(time_s)
    vx, vy, vh = threat.route.velocity(time_s)
    fast = speed((vx, vy, vh))

    def ahead(after_s: float) -> Point:
        return (x + vx * after_s, y + vy * after_s, h + vh * after_s)

    met = meet(weapon, unit.at, delay_s, ahead, fast, threat.route.end_s - time_s)
    return None if met is None else Meeting(met[0], met[1], math.dist(unit.at, met[1]), fast)


def true_meeting(unit: Unit, weapon: Weapon, threat: Threat, time_s: float, delay_s: float) -> Meeting | None:
    """As it happens, on the way that the threat really takes."""
    route = threat.route
    met = meet(
        weapon, unit.at, delay_s, lambda after: route.position(time_s + after), route.fastest_mps, route.end_s - time_s
    )
    if met is None:
        return None
    return Meeting(met[0], met[1], math.dist(unit.at, met[1]), speed(route.velocity(time_s + met[0])))


def in_envelope(unit: Unit, weapon: Weapon, meeting: Meeting | None) -> bool:
    """Whether a meeting is inside every limit of the weapon."""
    return (
        meeting is not None
        and weapon.range_min_m <= meeting.range_m <= weapon.range_max_m
        and weapon.height_min_m <= meeting.point[2] - unit.ground_m <= weapon.height_max_m
        and meeting.target_speed_mps <= weapon.target_speed_max_mps
    )


def fire_control_sees(case: Case, unit: Unit, threat: Threat, time_s: float) -> bool:
    """Whether a launch is possible as far as seeing goes. A unit without fire control aims by eye: sight is enough."""
    point = threat.route.position(time_s)
    control = unit.fire_control
    if control is not None and not within(control.limits, control.range_m(threat), unit.at, point):
        return False
    return case.sight(unit, point)


def intervals(
    holds: Callable[[float], bool], start_s: float, end_s: float, step_s: float, knots_s: Iterable[float] = ()
) -> list[Interval]:
    """When a predicate holds; both ends of each interval are times at which it does, to a microsecond."""
    steps = max(math.ceil((end_s - start_s) / step_s), 1)
    times = {start_s + (end_s - start_s) * i / steps for i in range(steps + 1)}
    for knot in knots_s:
        times |= {time for time in (knot - 1e-7, knot) if start_s <= time <= end_s}
    found: list[Interval] = []
    since: float | None = None
    last, last_holds = start_s, False
    for time in sorted(times):
        now_holds = holds(time)
        if now_holds and since is None:
            since = time if time == start_s else edge(holds, last, time)
        if last_holds and not now_holds and since is not None:
            found.append((since, edge(holds, time, last)))
            since = None
        last, last_holds = time, now_holds
    if since is not None:
        found.append((since, end_s))
    return found


def edge(holds: Callable[[float], bool], false_s: float, true_s: float) -> float:
    """Between a time at which a predicate fails and one at which it holds: the last found at which it holds."""
    while abs(true_s - false_s) > 1e-6:
        middle = (false_s + true_s) / 2.0
        if holds(middle):
            true_s = middle
        else:
            false_s = middle
    return true_s


def overlap(ours: Iterable[Interval], theirs: Iterable[Interval]) -> list[Interval]:
    """What two lists of intervals have in common."""
    theirs = list(theirs)
    return sorted((max(a, c), min(b, d)) for a, b in ours for c, d in theirs if max(a, c) < min(b, d))


class Geometry:
    """Windows and masked intervals of one case, found when first asked for."""

    def __init__(self, case: Case, rules: Rules = RIGHT, readings: Readings = AS_READ) -> None:
        self.case = case
        self.rules = rules
        self.readings = readings
        self.kept: dict[tuple[str, int, int, int], list[Interval]] = {}
        self.like = first_alike(case.threats)

    def delay_s(self, weapon: Weapon) -> float:
        """How long after the launch the shot that counts leaves."""
        return weapon.burst_s if self.readings.burst_meets == "last_round" else 0.0

    def planned(self, i: int, u: int, weapon: Weapon, time_s: float, knows_route: bool) -> Meeting | None:
        """The meeting that a planner expects of a launch now."""
        look_ahead = true_meeting if knows_route else planned_meeting
        return look_ahead(self.case.units[u], weapon, self.case.threats[i], time_s, self.delay_s(weapon))

    def actual(self, i: int, u: int, weapon: Weapon, time_s: float) -> Meeting | None:
        """The meeting that would come of a launch now."""
        return true_meeting(self.case.units[u], weapon, self.case.threats[i], time_s, self.delay_s(weapon))

    def ready_to_fire(self, i: int, u: int, time_s: float) -> bool:
        if not self.rules.launch_needs_fire_control:
            return True
        return fire_control_sees(self.case, self.case.units[u], self.case.threats[i], time_s)

    def find(self, key: tuple[str, int, int, int], holds: Callable[[float], bool]) -> list[Interval]:
        if key not in self.kept:
            what, i, u, w = key
            like = (what, self.like[i], u, w)
            if like not in self.kept:
                route = self.case.threats[i].route
                self.kept[like] = intervals(holds, route.start_s, route.end_s, self.case.step_s, route.knots_s)
            self.kept[key] = self.kept[like]
        return self.kept[key]

    def masked(self, i: int, u: int) -> list[Interval]:
        """When the threat is out of the unit's sight."""
        unit, route = self.case.units[u], self.case.threats[i].route
        return self.find(("masked", i, u, 0), lambda time: not self.case.sight(unit, route.position(time)))

    def keeps_sight(self, i: int, u: int, weapon: Weapon, launch_s: float, meet_s: float) -> bool:
        """Whether a round under command is not lost on the way."""
        if not (weapon.command and self.rules.command_needs_sight):
            return True
        gaps = overlap([(launch_s, meet_s)], self.masked(i, u))
        return all(until - since <= SIGHT_LOST_S for since, until in gaps)

    def hits(self, i: int, u: int, weapon: Weapon, time_s: float) -> bool:
        """Whether a launch now really meets the threat inside every limit."""
        meeting = self.actual(i, u, weapon, time_s)
        if meeting is None or not in_envelope(self.case.units[u], weapon, meeting):
            return False
        return self.keeps_sight(i, u, weapon, time_s, time_s + meeting.after_s)

    def true_windows(self, i: int, u: int, w: int) -> list[Interval]:
        """When a launch of weapon `w` of unit `u` is possible and would meet threat `i` inside every limit."""
        weapon = self.case.units[u].weapons[w]
        if weapon.pk.get(self.case.threats[i].threat_class, 0.0) <= 0.0:
            return []
        return self.find(
            ("true", i, u, w), lambda time: self.ready_to_fire(i, u, time) and self.hits(i, u, weapon, time)
        )

    def planned_windows(self, i: int, u: int, w: int, knows_route: bool) -> list[Interval]:
        """When a planner may launch. One who knows the route knows every mask on it too."""
        if knows_route:
            return self.true_windows(i, u, w)
        known = self.kept.get(("planned", i, u, w))
        if known is not None:
            return known
        unit = self.case.units[u]
        weapon = unit.weapons[w]
        if weapon.pk.get(self.case.threats[i].threat_class, 0.0) <= 0.0:
            return []
        return self.find(
            ("planned", i, u, w),
            lambda time: (
                self.ready_to_fire(i, u, time) and in_envelope(unit, weapon, self.planned(i, u, weapon, time, False))
            ),
        )

    def seen_by_search(self, i: int, u: int) -> list[Interval]:
        """When a unit's search sensor has the threat in sight and within its limits."""
        unit, threat = self.case.units[u], self.case.threats[i]
        search = unit.search
        if search is None:
            return []
        return self.find(("seen", i, u, 0), lambda time: search_sees(self.case, unit, threat.route.position(time)))

    def jammed(self, i: int, u: int) -> float | None:
        """When the threat first comes within the unit's jammer, in sight; None if never."""
        unit, threat = self.case.units[u], self.case.threats[i]
        jammer = unit.jammer
        if jammer is None:
            return None

        def inside(time_s: float) -> bool:
            point = threat.route.position(time_s)
            return math.dist(unit.at, point) <= jammer.range_m and self.case.sight(unit, point)

        found = self.find(("jammed", i, u, 0), inside)
        return found[0][0] if found else None


def first_alike(threats: tuple[Threat, ...]) -> list[int]:
    """For each threat the first that comes the same way and looks the same: it has the same windows."""
    first: dict[tuple[object, ...], int] = {}
    return [first.setdefault((t.route, t.threat_class, t.rcs_m2), i) for i, t in enumerate(threats)]


def search_sees(case: Case, unit: Unit, point: Point) -> bool:
    """Whether a point is in sight of the search sensor, where it needs sight, and within its limits."""
    search = unit.search
    if search is None or not within(search.limits, search.limits.range_m, unit.at, point):
        return False
    return case.sight(unit, point) if getattr(search, "needs_sight", True) else True
