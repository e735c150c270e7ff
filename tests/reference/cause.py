"""Why a threat got through: the partition of DESIGN 4.9, from what the raid left behind."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from reference.allowed import allowed_shots, has_channel, sector_of
from reference.case import Threat, Unit
from reference.geometry import Geometry, Interval, fire_control_sees, intervals, overlap
from reference.picture import network_of
from reference.record import Played
from reference.rules import RIGHT

CAUSES = ("missed", "unseen", "undetected", "out_of_reach", "too_late", "saturated", "held", "no_rounds")

SHORTEST_S = 1e-5
"""A usable stretch shorter than this is a rounding error of an edge."""


@dataclass
class Blocked:
    """What kept units from firing when they could have met the threat."""

    at_all: bool = False
    saturated: bool = False
    held: bool = False
    idle: bool = False

    def word(self) -> str:
        if self.saturated:
            return "saturated"
        return "held" if self.held else "no_rounds"


def cause_of(geometry: Geometry, played: Played, i: int) -> str:
    """The cause of a leak; empty for a threat that did not leak."""
    if played.fates[i] != "leaked":
        return ""
    if played.shots[i] > 0:
        return "missed"
    if not ever_in_sight(geometry, played, i):
        return "unseen"
    units = armed(geometry, played)
    if not any(played.pictures.get((i, u)) for u in units):
        return "undetected"
    if not any(reachable(geometry, played, i, u, w) for u in units for w in weapons(geometry, u)):
        return "out_of_reach"
    blocked = what_blocked(geometry, played, i, [])
    if not blocked.at_all:
        return "too_late"
    if blocked.idle and geometry.rules == RIGHT and geometry.readings.cause_windows == "mixed":
        raise AssertionError(f"threat {i} could have been fired at, and nothing kept anyone from it")
    return blocked.word()


def reengage_blocked(geometry: Geometry, played: Played, i: int) -> str:
    """What kept a threat that was missed from being fired at again though it was in reach; empty if nothing did."""
    shots = [shot for shot in played.engagements if shot.i == i]
    if played.fates[i] != "leaked" or not shots:
        return ""
    blocked = what_blocked(geometry, played, i, [(shot.launch_s, shot.assess_s) for shot in shots])
    return blocked.word() if blocked.at_all else ""


def armed(geometry: Geometry, played: Played) -> list[int]:
    """Units that took part and had something to fire."""
    units = geometry.case.units
    return [u for u in range(len(units)) if played.works[u] and any(w.rounds > 0 for w in units[u].weapons)]


def weapons(geometry: Geometry, u: int) -> range:
    return range(len(geometry.case.units[u].weapons))


def ever_in_sight(geometry: Geometry, played: Played, i: int) -> bool:
    """Whether any search sensor had it in sight within its limits while the unit lived."""
    case, route = geometry.case, geometry.case.threats[i].route
    for u, unit in enumerate(case.units):
        if not played.works[u]:
            continue
        seen = geometry.seen_by_search(i, u)
        if geometry.readings.unseen_counts_fire_control and unit.fire_control is not None:
            threat = case.threats[i]

            def sees(time_s: float, unit: Unit = unit, threat: Threat = threat) -> bool:
                return fire_control_sees(case, unit, threat, time_s)

            seen = seen + intervals(sees, route.start_s, route.end_s, case.step_s, route.knots_s)
        if any(since < played.silenced_s[u] for since, _ in seen):
            return True
    return False


def knows_route(geometry: Geometry, u: int) -> bool:
    network = network_of(geometry.case, geometry.case.units[u].network)
    return network.doctrine.knows_route or not geometry.rules.planner_straight


def reachable(geometry: Geometry, played: Played, i: int, u: int, w: int) -> list[Interval]:
    """W_u of one weapon: launch times at which the round would meet the threat inside every limit."""
    if geometry.readings.cause_windows == "planned":
        return geometry.planned_windows(i, u, w, knows_route(geometry, u))
    return geometry.true_windows(i, u, w)


def usable(geometry: Geometry, played: Played, i: int, u: int, w: int) -> list[Interval]:
    """W_u after R_u while the track is held in the unit's picture."""
    windows = reachable(geometry, played, i, u, w)
    if geometry.readings.cause_windows == "mixed":
        windows = overlap(windows, geometry.planned_windows(i, u, w, knows_route(geometry, u)))
    reaction = geometry.case.units[u].reaction_s
    ready = [(since + reaction, until) for since, until in played.pictures.get((i, u), [])]
    return [piece for piece in overlap(windows, ready) if piece[1] - piece[0] > SHORTEST_S]


def what_blocked(geometry: Geometry, played: Played, i: int, under_fire: list[Interval]) -> Blocked:
    """Look at every usable stretch piece by piece; with `under_fire`, only after the first assessment and outside."""
    found = Blocked()
    first_assessed = min((until for _, until in under_fire), default=None)
    for u in armed(geometry, played):
        ours = own_fire(played, i, u) if under_fire else []
        for w in weapons(geometry, u):
            cuts = changes(played, u, w) + [time for pair in ours for time in pair]
            if first_assessed is not None:
                cuts.append(first_assessed)
            for since, until in pieces(usable(geometry, played, i, u, w), cuts):
                middle = (since + until) / 2.0
                if first_assessed is not None and middle < first_assessed:
                    continue
                if not any(a <= middle < b for a, b in ours):
                    look_at(geometry, played, i, u, w, middle, found)
    return found


def own_fire(played: Played, i: int, u: int) -> list[Interval]:
    """When the unit's network had the threat under fire."""
    g = played.group_of[u]
    return [(s.launch_s, s.assess_s) for s in played.engagements if s.i == i and played.group_of[s.u] == g]


def changes(played: Played, u: int, w: int) -> list[float]:
    """When a unit's channels or rounds changed."""
    shots = [shot for shot in played.engagements if shot.u == u]
    return [
        *(shot.launch_s for shot in shots),
        *(shot.free_s for shot in shots),
        *(time for time, _, _ in played.stock[u, w]),
    ]


def pieces(stretches: Iterable[Interval], cuts: list[float]) -> list[Interval]:
    """Cut the stretches at the times within them; what is too short to mean anything is left out."""
    found = []
    for since, until in stretches:
        marks = [since, *sorted(cut for cut in cuts if since < cut < until), until]
        found += [(a, b) for a, b in pairwise(marks) if b - a > SHORTEST_S]
    return found


def look_at(geometry: Geometry, played: Played, i: int, u: int, w: int, time_s: float, found: Blocked) -> None:
    """What kept this unit from firing this weapon at this moment."""
    case, rules = geometry.case, geometry.rules
    threat, weapon = case.threats[i], case.units[u].weapons[w]
    doctrine = network_of(case, case.units[u].network).doctrine
    _, ready, spare = [entry for entry in played.stock[u, w] if entry[0] <= time_s][-1]
    any_round = ready >= weapon.rounds_per_shot
    keep = doctrine.keep if rules.keep_back else {}
    allowed = allowed_shots(weapon, ready, spare, keep, threat.threat_class, geometry.readings) > 0
    if rules.least_pk and weapon.pk[threat.threat_class] < doctrine.least_pk:
        allowed = False
    running = [shot for shot in played.engagements if shot.u == u and shot.launch_s <= time_s < shot.free_s]
    sector = sector_of(case, u, threat.route.position(time_s))
    busy = not has_channel(case, rules, u, weapon.kind, sector, running)
    found.at_all = True
    if busy and (allowed or (any_round and geometry.readings.saturated_needs == "any_round")):
        found.saturated = True
    if any_round and not allowed:
        found.held = True
    if allowed and not busy:
        found.idle = True
