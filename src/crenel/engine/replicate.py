"""One raid played once. The five stages meet here: threats move, are sensed, tracked, decided upon, engaged.

Events in order of time; at each, what it changes and who must decide again. All physics is in the tables (`prepare`);
here are only rules, queues and dice.
"""

from typing import Final

from crenel.core import streams
from crenel.core.jit import kernel
from crenel.core.records import IntArray
from crenel.engine import heap
from crenel.engine.picture import NEVER, begin_pictures, entered_picture
from crenel.engine.state import AS_STATED, N_EVENTS, OVERFLOW, Dice, State
from crenel.engine.tables import GUN, MISSILE, N_WEAPONS, Records, Tables
from crenel.models import decision

# In the order of `core.records.FATES`.
BY_MISSILE: Final = 0
BY_GUN: Final = 1
BY_JAMMER: Final = 2
BY_ITSELF: Final = 3
LEAKED: Final = 4


@kernel
def begin(tables: Tables, scratch: State, dice: Dice) -> None:
    """Draw the raid: how each threat comes, what ends it without a shot, when each sensor first holds it.

    Units that are not `present` do nothing in it.
    """
    scratch.counts[:] = 0
    for i in range(len(tables.threats)):
        _start(tables, scratch, i, dice)
        _draw_soft_kill(tables, scratch, i, dice)
        begin_pictures(tables, scratch, i, dice)
        scratch.flying[i].first_chance_s = _first_chance(tables, scratch, i)


@kernel
def fight(tables: Tables, scratch: State, dice: Dice) -> bool:
    """Play the raid that `begin` drew, from its first moment to its last.

    Returns
    -------
    bool
        False if events or stays overflowed: begin again with more room.
    """
    _muster(tables, scratch)
    while scratch.counts[N_EVENTS] > 0:
        now_s = scratch.events[0].time_s
        key = scratch.events[0].key
        scratch.counts[N_EVENTS] = heap.pop(scratch.events, scratch.counts[N_EVENTS])
        kind, i, u = heap.kind_of(key), heap.threat_of(key), heap.unit_of(key)
        if kind == heap.INTERCEPT:
            _intercept(tables, scratch, i, u, now_s)
        elif kind == heap.ASSESS:
            _assess(tables, scratch, i, u, now_s)
        elif kind == heap.CHANNEL_FREE:
            _give_channels(tables, scratch, u, now_s, dice)
        elif not scratch.flying[i].alive:
            continue
        elif kind == heap.DECIDE:
            if now_s == scratch.flying[i].next_decision_s:
                _decide(tables, scratch, i, now_s, dice)
        elif kind == heap.SOFT_KILL:
            _end(scratch, i, BY_JAMMER, u, now_s)
        elif kind == heap.OWN_FAILURE:
            _end(scratch, i, BY_ITSELF, -1, now_s)
        else:
            _end(scratch, i, LEAKED, -1, now_s)
    return bool(scratch.counts[OVERFLOW] == 0)


# --- the raid begins -------------------------------------------------------------------------------------------------


@kernel
def _start(tables: Tables, scratch: State, i: int, dice: Dice) -> None:
    """Draw the pass of a threat, when it arrives, and whether and when it fails by itself."""
    group = tables.groups[tables.threats[i].group]
    name = tables.threats[i].name
    threat = scratch.flying[i]
    threat.way = int(streams.uniform(dice.seed, dice.raid, streams.PASS, name, 0) * tables.passes.shape[1])
    flight = tables.passes[tables.threats[i].group, threat.way].flight_s
    share = streams.uniform(dice.seed, dice.raid, streams.ARRIVAL, name, 0)
    threat.arrives_s = group.first_arrival_s + share * group.within_s
    threat.starts_s = threat.arrives_s - flight
    threat.lost_s = NEVER
    threat.lost_kind = heap.OWN_FAILURE
    threat.lost_to = 0
    if streams.uniform(dice.seed, dice.raid, streams.OWN_FAILURE, name, 0) < group.own_failure_frac:
        threat.lost_s = threat.starts_s + flight * streams.uniform(dice.seed, dice.raid, streams.OWN_FAILURE, name, 1)


@kernel
def _draw_soft_kill(tables: Tables, scratch: State, i: int, dice: Dice) -> None:
    """Draw which jammers throw threat i off, each once, as it first comes into their range; the first of them does."""
    threat = scratch.flying[i]
    for a in range(tables.jams.shape[2]):
        jam = tables.jams[tables.threats[i].group, threat.way, a]
        u = jam.unit
        if jam.enters_s == NEVER or not scratch.present[u]:
            continue
        enters = threat.starts_s + jam.enters_s
        if enters == threat.lost_s and threat.lost_kind == heap.SOFT_KILL:
            comes_first = tables.units[u].rank < tables.units[threat.lost_to].rank
        else:
            comes_first = enters <= threat.lost_s
        if comes_first and (
            streams.uniform(dice.seed, dice.raid, streams.SOFT_KILL, tables.pairs[i, u], 0) < jam.p_effect
        ):
            threat.lost_s = enters
            threat.lost_kind = heap.SOFT_KILL
            threat.lost_to = u


@kernel
def _muster(tables: Tables, scratch: State) -> None:
    """Everyone is ready: full stocks, free channels, and the first events of every threat."""
    scratch.counts[N_EVENTS] = 0
    scratch.stock[:] = tables.stock
    scratch.fired[:] = 0
    for u in range(len(tables.units)):
        scratch.channels[u] = tables.units[u].channels
    for i in range(len(tables.threats)):
        threat = scratch.flying[i]
        threat.alive = 1
        threat.missiles = 0
        threat.bursts = 0
        threat.was_busy = 0
        threat.was_empty = 0
        threat.next_decision_s = NEVER
        for net in range(scratch.pictures.shape[1]):
            scratch.pictures[i, net].engaged = 0
        for u in range(len(tables.units)):
            scratch.tracks[i, u].waits = 0
        _list(scratch, threat.arrives_s, heap.ARRIVAL, i, 0)
        if threat.lost_s < NEVER:
            _list(scratch, threat.lost_s, threat.lost_kind, i, threat.lost_to)
        _decide_at(scratch, i, threat.first_chance_s)


@kernel
def _first_chance(tables: Tables, scratch: State, i: int) -> float:
    """The first moment at which any unit may engage threat i, if all tracks hold."""
    first = NEVER
    for u in range(len(tables.units)):
        entered = scratch.stays[i, tables.units[u].network, 0].enters_s
        if entered < NEVER and scratch.present[u]:
            first = min(first, _next_opening(tables, scratch, i, u, entered + tables.units[u].reaction_s))
    return first


@kernel
def _list(scratch: State, time_s: float, kind: int, i: int, u: int) -> None:
    if scratch.counts[N_EVENTS] == len(scratch.events):
        scratch.counts[OVERFLOW] = 1
        return
    scratch.counts[N_EVENTS] = heap.push(scratch.events, scratch.counts[N_EVENTS], time_s, heap.event_key(kind, i, u))


@kernel
def _decide_at(scratch: State, i: int, time_s: float) -> None:
    """Decide on threat i then, unless an earlier decision is listed: that one lists what comes after it."""
    if time_s < scratch.flying[i].next_decision_s and time_s < scratch.flying[i].arrives_s:
        scratch.flying[i].next_decision_s = time_s
        _list(scratch, time_s, heap.DECIDE, i, 0)


# --- launch windows --------------------------------------------------------------------------------------------------


@kernel
def _inside(counts: IntArray, windows: Records, at: tuple[int, int, int, int], starts_s: float, now_s: float) -> bool:
    """Whether a window of (g, v, u, w) is open now. Edges become moments of the raid, as for events: no rounding."""
    g, v, u, w = at
    for x in range(counts[g, v, u, w]):
        window = windows[g, v, u, w, x]
        if starts_s + window.open_s <= now_s <= starts_s + window.close_s:
            return True
    return False


@kernel
def _next_opening(tables: Tables, scratch: State, i: int, u: int, from_s: float) -> float:
    """The first moment, at `from_s` or later, at which any weapon of unit u may be launched at threat i; or NEVER."""
    g, v, starts = tables.threats[i].group, scratch.flying[i].way, scratch.flying[i].starts_s
    first = NEVER
    for w in range(N_WEAPONS):
        for x in range(tables.n_plan[g, v, u, w]):
            window = tables.plan[g, v, u, w, x]
            if starts + window.close_s >= from_s:
                first = min(first, max(from_s, starts + window.open_s))
                break
    return first


@kernel
def _later_opening(tables: Tables, scratch: State, i: int, u: int, now_s: float) -> float:
    """The first moment after `now_s` at which a window of unit u opens on threat i; or NEVER."""
    g, v, starts = tables.threats[i].group, scratch.flying[i].way, scratch.flying[i].starts_s
    first = NEVER
    for w in range(N_WEAPONS):
        for x in range(tables.n_plan[g, v, u, w]):
            opens = starts + tables.plan[g, v, u, w, x].open_s
            if opens > now_s:
                first = min(first, opens)
                break
    return first


@kernel
def _flight(tables: Tables, scratch: State, i: int, u: int, w: int, now_s: float) -> tuple[float, float]:
    """Time of flight of a round launched now, and its share of the kill probability: linear between launch times."""
    g, v = tables.threats[i].group, scratch.flying[i].way
    place = max((now_s - scratch.flying[i].starts_s) / tables.groups[g].step_s, 0.0)
    j = min(int(place), tables.launches.shape[4] - 2)
    share = place - j
    before, after = tables.launches[g, v, u, w, j], tables.launches[g, v, u, w, j + 1]
    return (
        before.flight_s + share * (after.flight_s - before.flight_s),
        before.pk_share + share * (after.pk_share - before.pk_share),
    )


# --- decisions -------------------------------------------------------------------------------------------------------


@kernel
def _weapon_for(tables: Tables, scratch: State, i: int, u: int, now_s: float, dice: Dice) -> int:
    """The weapon that unit u can fire at threat i now, or -1; notes why not, and when to decide again."""
    unit = tables.units[u]
    if not (unit.armed and scratch.present[u]):
        return -1
    entered = entered_picture(tables, scratch, i, unit.network, now_s, dice)
    if entered == NEVER:
        return -1
    if entered + unit.reaction_s > now_s:
        _decide_at(scratch, i, _next_opening(tables, scratch, i, u, entered + unit.reaction_s))
        return -1
    g, v, threat = tables.threats[i].group, scratch.flying[i].way, scratch.flying[i]
    for w in (MISSILE, GUN):  # guns last
        if not _inside(tables.n_plan, tables.plan, (g, v, u, w), threat.starts_s, now_s):
            continue
        if scratch.stock[u, w] == 0:
            threat.was_empty = 1
        elif scratch.channels[u] > 0:
            return w
        else:
            threat.was_busy = 1
            scratch.tracks[i, u].waits = 1
    _decide_at(scratch, i, _later_opening(tables, scratch, i, u, now_s))
    return -1


@kernel
def _decide(tables: Tables, scratch: State, i: int, now_s: float, dice: Dice) -> None:
    """Engage threat i from every network that is not doing so; each network chooses one of its units."""
    scratch.flying[i].next_decision_s = NEVER
    for net in range(scratch.pictures.shape[1]):
        if scratch.pictures[i, net].engaged:
            continue
        best, best_weapon, best_intercept = -1, -1, NEVER
        for u in range(len(tables.units)):
            if tables.units[u].network != net:
                continue
            w = _weapon_for(tables, scratch, i, u, now_s, dice)
            if w < 0:
                continue
            flight, _share = _flight(tables, scratch, i, u, w, now_s)
            if best < 0 or decision.shoots_rather(
                is_gun=w == GUN,
                intercept_s=now_s + flight,
                rounds=scratch.stock[u, w],
                rank=tables.units[u].rank,
                best_is_gun=best_weapon == GUN,
                best_intercept_s=best_intercept,
                best_rounds=scratch.stock[best, best_weapon],
                best_rank=tables.units[best].rank,
            ):
                best, best_weapon, best_intercept = u, w, now_s + flight
        if best >= 0:
            _engage(tables, scratch, i, best, best_weapon, now_s, dice)


@kernel
def _give_channels(tables: Tables, scratch: State, u: int, now_s: float, dice: Dice) -> None:
    """A channel of unit u is free: decide on the threats that wait for one, in rank order."""
    while scratch.channels[u] > 0:
        first = -1
        for i in range(len(tables.threats)):
            if (
                scratch.tracks[i, u].waits
                and scratch.flying[i].alive
                and (
                    first < 0
                    or decision.comes_first(
                        scratch.flying[i].arrives_s - now_s, i, scratch.flying[first].arrives_s - now_s, first
                    )
                )
            ):
                first = i
        if first < 0:
            return
        scratch.tracks[first, u].waits = 0
        _decide(tables, scratch, first, now_s, dice)


# --- engagements -----------------------------------------------------------------------------------------------------


@kernel
def _engage(tables: Tables, scratch: State, i: int, u: int, w: int, now_s: float, dice: Dice) -> None:
    """Unit u fires a salvo of missiles, or a burst, at threat i: its channel is busy until the result is assessed."""
    g, v, threat, unit = tables.threats[i].group, scratch.flying[i].way, scratch.flying[i], tables.units[u]
    flight, share = _flight(tables, scratch, i, u, w, now_s)
    p_kill = tables.pk[g, u, w] * share if dice.pk == AS_STATED else dice.pk
    if not _inside(tables.n_true, tables.true, (g, v, u, w), threat.starts_s, now_s):
        p_kill = 0.0  # sight breaks on the way: the round is lost
    n_rounds = min(unit.salvo, scratch.stock[u, w]) if w == MISSILE else 1
    kills = 0
    for _ in range(n_rounds):
        nth = threat.missiles + threat.bursts
        if streams.uniform(dice.seed, dice.raid, streams.KILL, tables.threats[i].name, nth) < p_kill:
            kills = 1
        if w == MISSILE:
            threat.missiles += 1
        else:
            threat.bursts += 1
    scratch.stock[u, w] -= n_rounds
    scratch.fired[u, w] += n_rounds
    scratch.channels[u] -= 1
    scratch.pictures[i, unit.network].engaged = 1
    scratch.tracks[i, u].waits = 0
    scratch.tracks[i, u].shot_weapon = w
    scratch.tracks[i, u].shot_kills = kills
    _list(scratch, now_s + flight + (unit.burst_s if w == GUN else 0.0), heap.INTERCEPT, i, u)


@kernel
def _intercept(tables: Tables, scratch: State, i: int, u: int, now_s: float) -> None:
    """The rounds meet the threat, if it still flies."""
    shot = scratch.tracks[i, u]
    if scratch.flying[i].alive and shot.shot_kills:
        _end(scratch, i, BY_MISSILE if shot.shot_weapon == MISSILE else BY_GUN, u, now_s)
    _list(scratch, now_s + tables.units[u].assessment_s, heap.ASSESS, i, u)


@kernel
def _assess(tables: Tables, scratch: State, i: int, u: int, now_s: float) -> None:
    """The result is known: the channel is free, and a threat that flies on returns to the whole network."""
    scratch.channels[u] += 1
    net = tables.units[u].network
    scratch.pictures[i, net].engaged = 0
    if scratch.flying[i].alive:
        scratch.tracks[i, u].waits = 1  # among those that wait for this channel it has its rank
        scratch.flying[i].next_decision_s = NEVER
        _decide_at(scratch, i, now_s)
    _list(scratch, now_s, heap.CHANNEL_FREE, 0, u)


@kernel
def _end(scratch: State, i: int, fate: int, u: int, now_s: float) -> None:
    threat = scratch.flying[i]
    threat.alive = 0
    threat.fate = fate
    threat.stopped_by = u
    threat.ended_s = now_s
