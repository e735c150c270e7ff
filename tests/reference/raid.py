"""One raid, event by event, on a plain sorted list."""

import math
from bisect import insort
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from reference.allowed import allowed_shots, has_channel, sector_of
from reference.case import Case, Weapon
from reference.dice import Dice, correlated
from reference.geometry import Geometry, in_envelope
from reference.looks import Looks, Stretches
from reference.picture import Pictures, grouped
from reference.record import Engagement, Event, Played

MEET, ASSESS, FREE, LOSS, FIRM, DECIDE, ARRIVAL = range(7)
"""Kinds of events in the order in which those of one moment happen."""


class Planned(NamedTuple):
    """A launch that could be made now: sorts as units are chosen."""

    order: tuple[float, int, str, int]
    u: int
    w: int
    meet_s: float


class Raid:
    """The state of one raid; `play` runs it to its end."""

    def __init__(self, geometry: Geometry, tracks: Stretches, dice: Dice) -> None:
        self.geometry, self.dice = geometry, dice
        case, rules = self.case, self.rules = geometry.case, geometry.rules
        self.readings = geometry.readings
        n = len(case.threats)
        self.queue: list[tuple[float, int, int, int, int, Callable[[], None]]] = []
        self.count = 0
        self.now = self.decided_s = -math.inf
        self.works = [
            dice.unit_works(u, unit.availability) or not rules.unit_availability for u, unit in enumerate(case.units)
        ]
        groups, bonds = grouped(case, self.works, dice, rules)
        self.pictures = Pictures(case, groups, bonds, rules, self.promise, self.log)
        self.out = Played(["" for _ in range(n)], [math.inf] * n, [0] * n, [], works=list(self.works))
        self.out.silenced_s = [math.inf if works else -math.inf for works in self.works]
        self.out.group_of = [self.pictures.group_of.get(u, -1) for u in range(len(case.units))]
        self.out.rounds = [[weapon.rounds for weapon in unit.weapons] for unit in case.units]
        self.spare = [[weapon.spare_rounds for weapon in unit.weapons] for unit in case.units]
        self.busy: list[list[Engagement]] = [[] for _ in case.units]
        self.under_fire: dict[tuple[int, int], Engagement] = {}
        self.given_up: set[tuple[int, int]] = set()
        for u, unit in enumerate(case.units):
            for w in range(len(unit.weapons)):
                self.note_stock(u, w)
        self.plan_ahead(tracks)

    # --- events ------------------------------------------------------------------------------------------------------

    def at(self, time_s: float, kind: int, i: int, u: int, act: Callable[[], None]) -> None:
        self.count += 1
        insort(self.queue, (time_s, kind, i, u, self.count, act))

    def log(self, time_s: float, what: str, i: int, u: int, *detail: object) -> None:
        self.out.log.append(Event(time_s, what, i, u, detail))

    def plan_ahead(self, tracks: Stretches) -> None:
        """Everything that is known before the raid."""
        for i, threat in enumerate(self.case.threats):
            self.at(threat.route.end_s, ARRIVAL, i, -1, partial(self.arrive, i))
            share = self.dice.fails_at(i, threat.own_failure_p) if self.rules.own_failure else None
            if share is not None:
                when = threat.route.start_s + share * (threat.route.end_s - threat.route.start_s)
                self.at(when, MEET, i, -1, partial(self.end, i, "own_failure"))
            for u, unit in enumerate(self.case.units):
                if not self.works[u]:
                    continue
                for since, until in tracks.get((i, u), []):
                    self.at(since, FIRM, i, u, partial(self.firm, i, u))
                    if until < math.inf:
                        self.at(until, LOSS, i, u, partial(self.lose, i, u))
                reached = self.geometry.jammed(i, u) if self.rules.soft_kill else None
                if reached is not None:
                    self.at(reached, MEET, i, u, partial(self.jam, i, u))
                for w in range(len(unit.weapons)):
                    for opens, _ in self.windows(i, u, w):
                        self.at(opens, DECIDE, i, u, self.decide)

    def play(self) -> Played:
        """Until nothing is left to happen."""
        while self.queue:
            self.now, kind, _, _, _, act = self.queue.pop(0)
            if kind != DECIDE:
                self.decided_s = -math.inf
            act()
        self.out.pictures = self.pictures.kept
        return self.out

    def alive(self, i: int) -> bool:
        return self.out.fates[i] == ""

    def end(self, i: int, fate: str, u: int = -1) -> None:
        """A threat's fate; the first one counts."""
        if not self.alive(i):
            return
        self.out.fates[i] = fate
        self.out.ended_s[i] = self.now
        self.log(self.now, {"missile": "kill", "gun": "kill", "leaked": "leak"}.get(fate, fate), i, u)
        self.pictures.forget(self.now, i)

    # --- tracks ------------------------------------------------------------------------------------------------------

    def firm(self, i: int, u: int) -> None:
        if self.alive(i) and self.works[u]:
            self.log(self.now, "firm", i, u)
            self.pictures.firm(self.now, i, u)
            self.ask_when_ready(i)

    def lose(self, i: int, u: int) -> None:
        if self.alive(i) and self.works[u] and (i, u) in self.pictures.own:
            self.log(self.now, "loss", i, u)
            self.pictures.lose(self.now, i, u)

    def promise(self, time_s: float, i: int, g: int) -> None:
        """The network's delay runs from now."""
        since = self.pictures.held_since[i, g]
        self.at(time_s, FIRM, i, -1, lambda: self.delay_over(i, g, since))

    def delay_over(self, i: int, g: int, since: float) -> None:
        if self.alive(i):
            self.pictures.network_gets(self.now, i, g, since)
            self.ask_when_ready(i)

    def ask_when_ready(self, i: int) -> None:
        """A decision at the end of every reaction that has just begun."""
        for u in range(len(self.case.units)):
            if self.pictures.since.get((i, u)) == self.now:
                self.at(self.pictures.ready_s[i, u], DECIDE, i, u, self.decide)

    # --- what happens to threats and units ---------------------------------------------------------------------------

    def jam(self, i: int, u: int) -> None:
        """Once, when the threat comes within the jammer's area."""
        threat, jammer = self.case.threats[i], self.case.units[u].jammer
        if jammer is None or not self.works[u] or not self.alive(i):
            return
        if self.dice.thrown_off(i, u, jammer.p_effect.get(threat.threat_class, 0.0)):
            self.end(i, "soft_kill", u)

    def arrive(self, i: int) -> None:
        if not self.alive(i):
            return
        self.end(i, "leaked")
        threat = self.case.threats[i]
        for u, unit in enumerate(self.case.units):
            aimed_at = unit.name == threat.target and self.works[u] and self.rules.silencing
            if aimed_at and self.dice.silences(i, threat.silences_p):
                self.works[u] = False
                self.out.silenced_s[u] = self.now
                self.log(self.now, "silenced", i, u)
                self.pictures.silence(self.now, u)

    # --- decision ----------------------------------------------------------------------------------------------------

    def decide_now(self, i: int, u: int) -> None:
        self.at(self.now, DECIDE, i, u, self.decide)

    def windows(self, i: int, u: int, w: int) -> list[tuple[float, float]]:
        return self.geometry.planned_windows(i, u, w, self.knows_route(u))

    def knows_route(self, u: int) -> bool:
        g = self.out.group_of[u]
        return not self.rules.planner_straight or (g >= 0 and self.pictures.doctrine(g).knows_route)

    def rank(self, i: int, by_value: bool) -> float:
        """Least first: time to the target, or time divided by the target's value."""
        threat = self.case.threats[i]
        if not self.rules.rank_by_time:
            return 0.0
        left = threat.route.end_s - self.now
        if self.readings.rank_time == "straight":
            velocity = threat.route.velocity(self.now)
            here, goal = threat.route.position(self.now), threat.route.position(threat.route.end_s)
            left = math.dist(here[:2], goal[:2]) / math.hypot(*velocity[:2])
        if by_value and self.rules.rank_by_value:
            return left / threat.value if threat.value > 0.0 else math.inf
        return left

    def decide(self) -> None:
        """Every network gives every threat that it may fire at, in the order of rank, to the best unit that can.

        Reasons to decide that come at one moment, with nothing happening between them, make one decision.
        """
        if self.decided_s == self.now:
            return
        self.decided_s = self.now
        for g, members in enumerate(self.pictures.groups):
            by_value = self.pictures.doctrine(g).rank == "value"
            waiting = [i for i in self.pictures.seen[g] if self.may_be_fired_at(i, g)]
            for i in sorted(waiting, key=lambda i: (self.rank(i, by_value), i)):
                chosen = self.choose(i, members)
                if chosen is not None:
                    self.launch(i, chosen)

    def may_be_fired_at(self, i: int, g: int) -> bool:
        if (i, g) in self.under_fire and self.rules.shoot_look_shoot:
            return False
        return self.alive(i) and (i, g) not in self.given_up

    def choose(self, i: int, members: list[int]) -> Planned | None:
        """The earliest intercept, then most rounds, then name; a gun only where no missile can."""
        able = [plan for u in members for plan in self.plans(i, u)]
        if not able:
            return None
        if self.rules.guns_last and self.readings.guns_last_over == "network":
            able = missiles_first(able, self.case)
        return min(able)

    def plans(self, i: int, u: int) -> list[Planned]:
        """What a unit could launch at a threat at this moment."""
        if self.now < self.pictures.ready_s.get((i, u), math.inf):
            return []
        able = []
        for w, weapon in enumerate(self.case.units[u].weapons):
            if not self.may_use(i, u, w):
                continue
            meeting = self.geometry.planned(i, u, weapon, self.now, self.knows_route(u))
            if meeting is None:
                continue
            rounds = self.out.rounds[u][w]
            order = (
                meeting.after_s if self.rules.earliest_intercept else 0.0,
                -rounds if self.rules.most_rounds else 0,
                self.case.units[u].name,
                w,
            )
            able.append(Planned(order, u, w, self.now + meeting.after_s))
        if self.rules.guns_last and self.readings.guns_last_over == "unit":
            able = missiles_first(able, self.case)
        return able

    def may_use(self, i: int, u: int, w: int) -> bool:
        """Rounds, doctrine, a free channel and an open window."""
        if not any(opens <= self.now <= closes for opens, closes in self.windows(i, u, w)):
            return False
        weapon, doctrine = self.case.units[u].weapons[w], self.pictures.doctrine(self.out.group_of[u])
        pk = weapon.pk.get(self.case.threats[i].threat_class, 0.0)
        if pk <= 0.0 or (self.rules.least_pk and pk < doctrine.least_pk):
            return False
        return self.shots_allowed(i, u, w) > 0 and self.channel_free(i, u, weapon)

    def shots_allowed(self, i: int, u: int, w: int) -> int:
        """Shots that the rounds are enough for; the last missiles may be for other classes alone."""
        weapon = self.case.units[u].weapons[w]
        ready, spare = self.out.rounds[u][w], self.spare[u][w]
        keep = self.pictures.doctrine(self.out.group_of[u]).keep
        return allowed_shots(
            weapon, ready, spare, keep if self.rules.keep_back else {}, self.case.threats[i].threat_class, self.readings
        )

    def sector(self, i: int, u: int) -> int:
        return sector_of(self.case, u, self.case.threats[i].route.position(self.now))

    def channel_free(self, i: int, u: int, weapon: Weapon) -> bool:
        return has_channel(self.case, self.rules, u, weapon.kind, self.sector(i, u), self.busy[u])

    # --- engagement --------------------------------------------------------------------------------------------------

    def p_kill(self, i: int, weapon: Weapon, range_m: float) -> float:
        """Of one shot in this raid, at this threat, at this range."""
        p = weapon.pk.get(self.case.threats[i].threat_class, 0.0)
        shape = weapon.shape(range_m) if self.rules.pk_shape else 1.0
        if self.readings.common_mode_of == "shaped":
            p *= shape
        if self.rules.common_mode and self.case.common_mode > 0.0:
            p = correlated(p, self.case.common_mode, self.dice.common())
        if self.rules.threat_common_mode and self.case.threat_common_mode > 0.0:
            p = correlated(p, self.case.threat_common_mode, self.dice.common_of_threat(i))
        return p if self.readings.common_mode_of == "shaped" else p * shape

    def launch(self, i: int, plan: Planned) -> None:
        u, w = plan.u, plan.w
        unit, g = self.case.units[u], self.out.group_of[u]
        weapon = unit.weapons[w]
        salvo = weapon.salvo
        if self.rules.salvo_by_class:
            salvo = self.pictures.doctrine(g).salvo.get(self.case.threats[i].threat_class, salvo)
        shots = min(salvo if weapon.kind == "missile" else 1, self.shots_allowed(i, u, w))
        meeting = self.geometry.actual(i, u, weapon, self.now)
        meet_s = plan.meet_s if meeting is None else self.now + meeting.after_s
        lost = not in_envelope(unit, weapon, meeting) or not self.geometry.keeps_sight(i, u, weapon, self.now, meet_s)
        assess_s = meet_s + unit.assessment_s
        shot = Engagement(
            i=i,
            u=u,
            w=w,
            shots=shots,
            first_number=self.out.shots[i],
            launch_s=self.now,
            planned_s=plan.meet_s,
            meet_s=meet_s,
            assess_s=assess_s if self.rules.assessment_delays else meet_s,
            free_s=assess_s if self.rules.busy_till_assessed else meet_s,
            sector=self.sector(i, u),
            p_kill=0.0 if meeting is None else self.p_kill(i, weapon, meeting.range_m),
            lost=lost,
        )
        self.out.shots[i] += shots
        self.out.rounds[u][w] -= shots * weapon.rounds_per_shot
        self.note_stock(u, w)
        self.out.engagements.append(shot)
        self.busy[u].append(shot)
        self.under_fire[i, g] = shot
        self.log(self.now, "launch", i, u, w, shots, shot.first_number, shot.planned_s, shot.meet_s)
        self.at(meet_s, MEET, i, u, lambda: self.meet(shot))
        self.at(shot.assess_s, ASSESS, i, u, lambda: self.assess(shot))
        self.at(shot.free_s, FREE, i, u, lambda: self.free(shot))
        if self.out.rounds[u][w] == 0 and self.spare[u][w] > 0 and self.rules.reload:
            self.at(self.now + weapon.reload_s, FREE, -1, u, lambda: self.load(u, w))

    def meet(self, shot: Engagement) -> None:
        """The intercept takes effect at once, before anybody has assessed it."""
        weapon = self.case.units[shot.u].weapons[shot.w]
        unguided = weapon.command and not self.works[shot.u] and self.readings.silenced_loses_command_rounds
        if not self.alive(shot.i):
            result = "gone"
        elif shot.lost or unguided:
            result = "lost"
        else:
            numbers = range(shot.first_number, shot.first_number + shot.shots)
            hits = [self.dice.kills(shot.i, number, shot.p_kill) for number in numbers]
            result = "kill" if any(hits) else "miss"
        self.log(self.now, "intercept", shot.i, shot.u, shot.w, result)
        if result == "kill":
            self.end(shot.i, weapon.kind, shot.u)

    def assess(self, shot: Engagement) -> None:
        """What was missed is the whole network's again."""
        g = self.out.group_of[shot.u]
        back = self.under_fire.get((shot.i, g)) is shot
        if back:
            del self.under_fire[shot.i, g]
            if not self.rules.miss_returns_to_network:
                self.given_up.add((shot.i, g))
        self.log(self.now, "assess", shot.i, shot.u, shot.w, back and self.alive(shot.i))
        self.decide_now(shot.i, shot.u)

    def free(self, shot: Engagement) -> None:
        self.busy[shot.u].remove(shot)
        self.log(self.now, "free", shot.i, shot.u)
        self.decide_now(shot.i, shot.u)

    def load(self, u: int, w: int) -> None:
        """Spare rounds, as many as there is room for."""
        if not self.works[u]:
            return
        loaded = min(self.spare[u][w], self.case.units[u].weapons[w].rounds)
        self.out.rounds[u][w] += loaded
        self.spare[u][w] -= loaded
        self.note_stock(u, w)
        self.log(self.now, "reload", -1, u, self.out.rounds[u][w])
        self.decide_now(-1, u)

    def note_stock(self, u: int, w: int) -> None:
        self.out.stock.setdefault((u, w), []).append((self.now, self.out.rounds[u][w], self.spare[u][w]))


def missiles_first(able: list[Planned], case: Case) -> list[Planned]:
    missiles = [plan for plan in able if case.units[plan.u].weapons[plan.w].kind == "missile"]
    return missiles or able


def play(geometry: Geometry, dice: Dice, looks: Looks | None = None, tracks: Stretches | None = None) -> Played:
    """Play one raid, with own firm tracks that are given, or rolled look by look."""
    if tracks is None:
        looks = looks or Looks(geometry.case, geometry.rules, geometry.readings)
        tracks = looks.roll(dice.phase, dice.looks)
    return Raid(geometry, tracks, dice).play()
