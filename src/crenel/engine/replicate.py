"""One raid played once. The five stages meet here: threats move, are sensed, tracked, decided upon, engaged.

Events in order of time; at each, what it changes and who must decide again. All physics is in the tables (`prepare`);
here are only rules, queues and dice.
"""

from typing import Final

from crenel.core import streams
from crenel.core.jit import kernel
from crenel.engine import heap
from crenel.engine.picture import NEVER, draw_first_firm, entered_picture
from crenel.engine.state import AS_STATED, N_EVENTS, OVERFLOW, Dice, State
from crenel.engine.tables import GUN, MISSILE, N_WEAPONS, Records, Tables
from crenel.models import decision

# Fates and causes, in the order of `core.records`.
BY_MISSILE: Final = 0
BY_GUN: Final = 1
BY_ITSELF: Final = 3
LEAKED: Final = 4
MISSED: Final = 0
UNSEEN: Final = 1
UNDETECTED: Final = 2
OUT_OF_REACH: Final = 3
TOO_LATE: Final = 4
SATURATED: Final = 5
NO_ROUNDS: Final = 7


@kernel
def replicate(tables: Tables, state: State, dice: Dice) -> bool:
    """Play one raid into `state`, which is overwritten.

    Returns
    -------
    bool
        False if the list of events overflowed: play it again with more room.
    """
    _begin(tables, state, dice)
    while state.counts[N_EVENTS] > 0:
        now_s = state.events[0].time_s
        key = state.events[0].key
        state.counts[N_EVENTS] = heap.pop(state.events, state.counts[N_EVENTS])
        kind, i, u = heap.kind_of(key), heap.threat_of(key), heap.unit_of(key)
        if kind == heap.INTERCEPT:
            _intercept(tables, state, i, u, now_s)
        elif kind == heap.ASSESS:
            _assess(tables, state, i, u, now_s)
        elif kind == heap.CHANNEL_FREE:
            _give_channels(tables, state, u, now_s, dice)
        elif not state.flying[i].alive:
            continue
        elif kind == heap.DECIDE:
            if now_s == state.flying[i].next_decision_s:
                _decide(tables, state, i, now_s, dice)
        elif kind == heap.OWN_FAILURE:
            _end(state, i, BY_ITSELF, -1, now_s)
        else:
            _end(state, i, LEAKED, -1, now_s)
    return bool(state.counts[OVERFLOW] == 0)


# --- the raid begins -------------------------------------------------------------------------------------------------


@kernel
def _begin(tables: Tables, state: State, dice: Dice) -> None:
    """Draw how each threat comes and when each radar first holds it; list the first events."""
    state.counts[:] = 0
    state.stock[:] = tables.stock
    state.fired[:] = 0
    for u in range(len(tables.units)):
        state.channels[u] = tables.units[u].channels
    for i in range(len(tables.threats)):
        _start(tables, state, i, dice)
        _sense(tables, state, i, dice)
        _decide_at(state, i, _first_chance(tables, state, i))


@kernel
def _start(tables: Tables, state: State, i: int, dice: Dice) -> None:
    """Draw the pass of a threat, when it arrives, and whether it fails by itself."""
    group = tables.groups[tables.threats[i].group]
    name = tables.threats[i].name
    way = int(streams.uniform(dice.seed, dice.raid, streams.PASS, name, 0) * tables.passes.shape[1])
    flight = tables.passes[tables.threats[i].group, way].flight_s
    threat = state.flying[i]
    threat.way = way
    threat.arrives_s = (
        group.first_arrival_s + streams.uniform(dice.seed, dice.raid, streams.ARRIVAL, name, 0) * group.within_s
    )
    threat.starts_s = threat.arrives_s - flight
    threat.alive = 1
    threat.missiles = 0
    threat.bursts = 0
    threat.was_busy = 0
    threat.was_empty = 0
    threat.next_decision_s = NEVER
    _list(state, threat.arrives_s, heap.ARRIVAL, i, 0)
    if streams.uniform(dice.seed, dice.raid, streams.OWN_FAILURE, name, 0) < group.own_failure_frac:
        share = streams.uniform(dice.seed, dice.raid, streams.OWN_FAILURE, name, 1)
        _list(state, threat.starts_s + share * flight, heap.OWN_FAILURE, i, 0)


@kernel
def _sense(tables: Tables, state: State, i: int, dice: Dice) -> None:
    """Draw when each radar first holds a threat, and so when each network does."""
    for net in range(state.pictures.shape[1]):
        state.pictures[i, net].entered_s = NEVER
        state.pictures[i, net].engaged = 0
    for u in range(len(tables.units)):
        draw_first_firm(tables, state, i, u, dice)
        state.tracks[i, u].waits = 0
        picture = state.pictures[i, tables.units[u].network]
        picture.entered_s = min(picture.entered_s, state.tracks[i, u].firm_s)
    for net in range(state.pictures.shape[1]):
        picture = state.pictures[i, net]
        picture.first_entered_s = picture.entered_s
        picture.covered_s = picture.entered_s


@kernel
def _first_chance(tables: Tables, state: State, i: int) -> float:
    """The first moment at which any unit may engage threat i, if all tracks hold."""
    first = NEVER
    for u in range(len(tables.units)):
        entered = state.pictures[i, tables.units[u].network].entered_s
        if entered < NEVER:
            first = min(first, _next_opening(tables, state, i, u, entered + tables.units[u].reaction_s))
    return first


@kernel
def _list(state: State, time_s: float, kind: int, i: int, u: int) -> None:
    if state.counts[N_EVENTS] == len(state.events):
        state.counts[OVERFLOW] = 1
        return
    state.counts[N_EVENTS] = heap.push(state.events, state.counts[N_EVENTS], time_s, heap.event_key(kind, i, u))


@kernel
def _decide_at(state: State, i: int, time_s: float) -> None:
    """Decide on threat i then, unless an earlier decision is listed: that one lists what comes after it."""
    if time_s < state.flying[i].next_decision_s and time_s < state.flying[i].arrives_s:
        state.flying[i].next_decision_s = time_s
        _list(state, time_s, heap.DECIDE, i, 0)


# --- launch windows --------------------------------------------------------------------------------------------------


@kernel
def _inside(n_windows: int, windows: Records, starts_s: float, now_s: float) -> bool:
    """Whether a window is open now. Edges are turned into moments of the raid, as for events: no rounding between."""
    for x in range(n_windows):
        if starts_s + windows[x].open_s <= now_s <= starts_s + windows[x].close_s:
            return True
    return False


@kernel
def _next_opening(tables: Tables, state: State, i: int, u: int, from_s: float) -> float:
    """The first moment, at `from_s` or later, at which any weapon of unit u may be launched at threat i; or NEVER."""
    g, v, starts = tables.threats[i].group, state.flying[i].way, state.flying[i].starts_s
    first = NEVER
    for w in range(N_WEAPONS):
        for x in range(tables.n_plan[g, v, u, w]):
            window = tables.plan[g, v, u, w, x]
            if starts + window.close_s >= from_s:
                first = min(first, max(from_s, starts + window.open_s))
                break
    return first


@kernel
def _later_opening(tables: Tables, state: State, i: int, u: int, now_s: float) -> float:
    """The first moment after `now_s` at which a window of unit u opens on threat i; or NEVER."""
    g, v, starts = tables.threats[i].group, state.flying[i].way, state.flying[i].starts_s
    first = NEVER
    for w in range(N_WEAPONS):
        for x in range(tables.n_plan[g, v, u, w]):
            opens = starts + tables.plan[g, v, u, w, x].open_s
            if opens > now_s:
                first = min(first, opens)
                break
    return first


@kernel
def _flight(tables: Tables, state: State, i: int, u: int, w: int, now_s: float) -> tuple[float, float]:
    """Time of flight of a round launched now, and its share of the kill probability: linear between launch times."""
    g, v = tables.threats[i].group, state.flying[i].way
    place = max((now_s - state.flying[i].starts_s) / tables.groups[g].step_s, 0.0)
    j = min(int(place), tables.launches.shape[4] - 2)
    share = place - j
    before, after = tables.launches[g, v, u, w, j], tables.launches[g, v, u, w, j + 1]
    return (
        before.flight_s + share * (after.flight_s - before.flight_s),
        before.pk_share + share * (after.pk_share - before.pk_share),
    )


# --- decisions -------------------------------------------------------------------------------------------------------


@kernel
def _weapon_for(tables: Tables, state: State, i: int, u: int, now_s: float, dice: Dice) -> int:
    """The weapon that unit u can fire at threat i now, or -1; notes why not, and when to decide again."""
    unit = tables.units[u]
    if not unit.armed:
        return -1
    entered = entered_picture(tables, state, i, unit.network, now_s, dice)
    if entered == NEVER:
        return -1
    if entered + unit.reaction_s > now_s:
        _decide_at(state, i, _next_opening(tables, state, i, u, entered + unit.reaction_s))
        return -1
    g, v, threat = tables.threats[i].group, state.flying[i].way, state.flying[i]
    for w in (MISSILE, GUN):  # guns last
        if not _inside(tables.n_plan[g, v, u, w], tables.plan[g, v, u, w], threat.starts_s, now_s):
            continue
        if state.stock[u, w] == 0:
            threat.was_empty = 1
        elif state.channels[u] > 0:
            return w
        else:
            threat.was_busy = 1
            state.tracks[i, u].waits = 1
    _decide_at(state, i, _later_opening(tables, state, i, u, now_s))
    return -1


@kernel
def _decide(tables: Tables, state: State, i: int, now_s: float, dice: Dice) -> None:
    """Engage threat i from every network that is not doing so; each network chooses one of its units."""
    state.flying[i].next_decision_s = NEVER
    for net in range(state.pictures.shape[1]):
        if state.pictures[i, net].engaged:
            continue
        best, best_weapon, best_intercept = -1, -1, NEVER
        for u in range(len(tables.units)):
            if tables.units[u].network != net:
                continue
            w = _weapon_for(tables, state, i, u, now_s, dice)
            if w < 0:
                continue
            flight, _share = _flight(tables, state, i, u, w, now_s)
            if best < 0 or decision.shoots_rather(
                is_gun=w == GUN,
                intercept_s=now_s + flight,
                rounds=state.stock[u, w],
                rank=tables.units[u].rank,
                best_is_gun=best_weapon == GUN,
                best_intercept_s=best_intercept,
                best_rounds=state.stock[best, best_weapon],
                best_rank=tables.units[best].rank,
            ):
                best, best_weapon, best_intercept = u, w, now_s + flight
        if best >= 0:
            _engage(tables, state, i, best, best_weapon, now_s, dice)


@kernel
def _give_channels(tables: Tables, state: State, u: int, now_s: float, dice: Dice) -> None:
    """A channel of unit u is free: decide on the threats that wait for one, in rank order."""
    while state.channels[u] > 0:
        first = -1
        for i in range(len(tables.threats)):
            if (
                state.tracks[i, u].waits
                and state.flying[i].alive
                and (
                    first < 0
                    or decision.comes_first(
                        state.flying[i].arrives_s - now_s, i, state.flying[first].arrives_s - now_s, first
                    )
                )
            ):
                first = i
        if first < 0:
            return
        state.tracks[first, u].waits = 0
        _decide(tables, state, first, now_s, dice)


# --- engagements -----------------------------------------------------------------------------------------------------


@kernel
def _engage(tables: Tables, state: State, i: int, u: int, w: int, now_s: float, dice: Dice) -> None:
    """Unit u fires a salvo of missiles, or a burst, at threat i: its channel is busy until the result is assessed."""
    g, v, threat, unit = tables.threats[i].group, state.flying[i].way, state.flying[i], tables.units[u]
    flight, share = _flight(tables, state, i, u, w, now_s)
    p_kill = tables.pk[g, u, w] * share if dice.pk == AS_STATED else dice.pk
    if not _inside(tables.n_true[g, v, u, w], tables.true[g, v, u, w], threat.starts_s, now_s):
        p_kill = 0.0  # sight breaks on the way: the round is lost
    n_rounds = min(unit.salvo, state.stock[u, w]) if w == MISSILE else 1
    kills = 0
    for _ in range(n_rounds):
        nth = threat.missiles + threat.bursts
        if streams.uniform(dice.seed, dice.raid, streams.KILL, tables.threats[i].name, nth) < p_kill:
            kills = 1
        if w == MISSILE:
            threat.missiles += 1
        else:
            threat.bursts += 1
    state.stock[u, w] -= n_rounds
    state.fired[u, w] += n_rounds
    state.channels[u] -= 1
    state.pictures[i, unit.network].engaged = 1
    state.tracks[i, u].waits = 0
    state.tracks[i, u].shot_weapon = w
    state.tracks[i, u].shot_kills = kills
    _list(state, now_s + flight + (unit.burst_s if w == GUN else 0.0), heap.INTERCEPT, i, u)


@kernel
def _intercept(tables: Tables, state: State, i: int, u: int, now_s: float) -> None:
    """The rounds meet the threat, if it still flies."""
    shot = state.tracks[i, u]
    if state.flying[i].alive and shot.shot_kills:
        _end(state, i, BY_MISSILE if shot.shot_weapon == MISSILE else BY_GUN, u, now_s)
    _list(state, now_s + tables.units[u].assessment_s, heap.ASSESS, i, u)


@kernel
def _assess(tables: Tables, state: State, i: int, u: int, now_s: float) -> None:
    """The result is known: the channel is free, and a threat that flies on returns to the whole network."""
    state.channels[u] += 1
    net = tables.units[u].network
    state.pictures[i, net].engaged = 0
    if state.flying[i].alive:
        for other in range(len(tables.units)):
            if tables.units[other].network == net:
                state.tracks[i, other].waits = 1
        state.flying[i].next_decision_s = NEVER
        _decide_at(state, i, now_s)
    _list(state, now_s, heap.CHANNEL_FREE, 0, u)


@kernel
def _end(state: State, i: int, fate: int, u: int, now_s: float) -> None:
    threat = state.flying[i]
    threat.alive = 0
    threat.fate = fate
    threat.stopped_by = u
    threat.ended_s = now_s


# --- why a leaker leaked ---------------------------------------------------------------------------------------------


@kernel
def cause_of_leak(tables: Tables, state: State, i: int) -> int:
    """Why threat i got through: the first of the causes that holds, in the order of `core.records.CAUSES`."""
    threat = state.flying[i]
    g, v = tables.threats[i].group, threat.way
    if threat.missiles + threat.bursts > 0:
        return MISSED
    if not tables.passes[g, v].in_sight:
        return UNSEEN
    held = False
    reachable = False
    in_time = False
    for u in range(len(tables.units)):
        unit = tables.units[u]
        if not unit.armed:
            continue
        entered = state.pictures[i, unit.network].first_entered_s
        held |= entered < threat.arrives_s
        for w in range(N_WEAPONS):
            n_windows = tables.n_true[g, v, u, w]
            if n_windows > 0:
                reachable = True
                closes = threat.starts_s + tables.true[g, v, u, w, n_windows - 1].close_s
                in_time |= closes >= entered + unit.reaction_s
    if not held:
        return UNDETECTED
    if not reachable:
        return OUT_OF_REACH
    if not in_time or not (threat.was_busy or threat.was_empty):
        return TOO_LATE
    return SATURATED if threat.was_busy else NO_ROUNDS
