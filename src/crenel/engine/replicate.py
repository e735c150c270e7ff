"""One raid played once. The five stages meet here: threats move, are sensed, tracked, decided upon, engaged.

Events in order of time; at each, what it changes and who must decide again. All physics is in the tables (`prepare`),
what does not depend on the fight is drawn before it (`begin`); here are only rules, queues and dice.
"""

from typing import Final

from crenel.core import streams
from crenel.core.jit import kernel
from crenel.core.records import IntArray
from crenel.engine import heap, log
from crenel.engine.begin import begin_again
from crenel.engine.common_mode import with_this_luck
from crenel.engine.picture import NEVER, begin_pictures, entered_picture
from crenel.engine.state import AS_STATED, LUCK, N_ASKED, N_EVENTS, OVERFLOW, SILENCED, Dice, State
from crenel.engine.tables import GUN, MISSILE, N_WEAPONS, Tables
from crenel.engine.windows import is_planned, later_opening, launch_now, next_opening, truly_meets
from crenel.models import decision

# In the order of `core.records.FATES`.
BY_MISSILE: Final = 0
BY_GUN: Final = 1
BY_JAMMER: Final = 2
BY_ITSELF: Final = 3
LEAKED: Final = 4


@kernel
def fight(tables: Tables, scratch: State, dice: Dice) -> bool:
    """Play the raid that `begin` drew, from its first moment to its last.

    Returns
    -------
    bool
        False if events, stays or the log overflowed: begin again with more room.
    """
    _muster(tables, scratch, dice)
    while scratch.counts[N_EVENTS] > 0:
        now_s = scratch.events[0].time_s
        key = scratch.events[0].key
        scratch.counts[N_EVENTS] = heap.pop(scratch.events, scratch.counts[N_EVENTS])
        kind, i, u = heap.kind_of(key), heap.threat_of(key), heap.unit_of(key)
        if kind == heap.INTERCEPT:
            _intercept(tables, scratch, i, u, now_s)
        elif kind == heap.ASSESS:
            _assess(tables, scratch, i, u, now_s, dice)
        elif kind == heap.CHANNEL_FREE:
            _give_channels(tables, scratch, u, now_s, dice)
        elif kind == heap.RELOADED:
            _reload(tables, scratch, u, now_s, dice)
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
            _hit_unit(tables, scratch, i, now_s, dice)
    return bool(scratch.counts[OVERFLOW] == 0)


@kernel
def _muster(tables: Tables, scratch: State, dice: Dice) -> None:
    """Everyone is ready: full stocks, free channels, and the first events of every threat."""
    if scratch.counts[SILENCED] > 0:  # in an earlier fight of the same raid
        begin_again(tables, scratch, dice)
    scratch.counts[N_EVENTS] = 0
    scratch.stock[:] = tables.stock
    scratch.fired[:] = 0
    scratch.engaged[:] = 0
    for u in range(len(tables.units)):
        unit, crew = tables.units[u], scratch.crews[u]
        crew.works = crew.there
        crew.channels = unit.channels
        crew.spare = unit.spare
        crew.loading = 0
        crew.n_waiting = 0
        scratch.sectors[u, :] = unit.sector_channels
    for i in range(len(tables.threats)):
        threat = scratch.flying[i]
        threat.alive = 1
        threat.missiles = 0
        threat.bursts = 0
        threat.was_busy = 0
        threat.was_empty = 0
        threat.was_kept = 0
        threat.next_decision_s = NEVER
        for u in range(len(tables.units)):
            scratch.duties[i, u].waits = 0
            scratch.duties[i, u].listed = 0
            scratch.duties[i, u].asked = 0
        _list(scratch, threat.arrives_s, heap.ARRIVAL, i, 0)
        if threat.lost_s < NEVER:
            _list(scratch, threat.lost_s, threat.lost_kind, i, threat.lost_to)
        _decide_at(scratch, i, threat.first_chance_s)


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


# --- decisions -------------------------------------------------------------------------------------------------------


@kernel
def _decide(tables: Tables, scratch: State, i: int, now_s: float, dice: Dice) -> None:
    """Engage threat i by every team that is not doing so; each chooses one of its units."""
    scratch.flying[i].next_decision_s = NEVER
    reach = tables.reach[tables.threats[i].group, scratch.flying[i].way]
    for a in range(len(reach)):
        if reach[a] < 0:
            break
        team = scratch.crews[reach[a]].team
        if not scratch.engaged[i, team] and _is_first_of_team(scratch, reach, a, team):
            _choose(tables, scratch, i, team, now_s, dice)


@kernel
def _is_first_of_team(scratch: State, reach: IntArray, a: int, team: int) -> bool:
    for b in range(a):
        if scratch.crews[reach[b]].team == team:
            return False
    return True


@kernel
def _choose(tables: Tables, scratch: State, i: int, team: int, now_s: float, dice: Dice) -> None:
    """The unit of a team that shoots at threat i now, if any can."""
    g, v, starts = tables.threats[i].group, scratch.flying[i].way, scratch.flying[i].starts_s
    best, best_weapon, best_intercept = -1, -1, NEVER
    picture, entered = -1, NEVER
    for u in tables.reach[g, v]:
        if u < 0:
            break
        crew, spell = scratch.crews[u], tables.spells[g, v, u]
        if crew.team != team or not crew.works or now_s > starts + spell.close_s:
            continue
        if now_s < starts + spell.open_s:
            _decide_at(scratch, i, starts + spell.open_s)
            continue
        if crew.picture != picture:  # units of a team mostly share one
            picture = crew.picture
            entered = entered_picture(tables, scratch, i, picture, now_s, dice)
        w = _weapon_for(tables, scratch, i, u, entered, now_s)
        if w < 0:
            continue
        flight, _share, _sector = launch_now(tables, scratch, i, u, w, now_s)
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
def _weapon_for(tables: Tables, scratch: State, i: int, u: int, entered: float, now_s: float) -> int:
    """The weapon that unit u, in whose picture threat i `entered` then, can fire at it now, or -1.

    Notes why not, and when to decide again.
    """
    unit, crew, threat = tables.units[u], scratch.crews[u], scratch.flying[i]
    if entered == NEVER:
        return -1
    if entered + unit.reaction_s > now_s:
        _decide_at(scratch, i, next_opening(tables, scratch, i, u, entered + unit.reaction_s))
        return -1
    order = tables.orders[tables.threats[i].group, u]
    for w in range(N_WEAPONS):  # guns last
        if not is_planned(tables, scratch, i, u, w, now_s):
            continue
        left = scratch.stock[u, w]
        allowed = 0 if order.silent & (1 << w) else (left - order.kept if w == MISSILE else left)
        if left == 0:
            threat.was_empty = 1
            if w == MISSILE and crew.loading:
                _wait(scratch, i, u)
        elif allowed <= 0:
            threat.was_kept = 1
        elif crew.channels > 0 and scratch.sectors[u, launch_now(tables, scratch, i, u, w, now_s)[2]] > 0:
            return w
        else:
            threat.was_busy = 1
            _wait(scratch, i, u)
    _decide_at(scratch, i, later_opening(tables, scratch, i, u, now_s))
    return -1


@kernel
def _wait(scratch: State, i: int, u: int) -> None:
    """Threat i is to be decided upon when unit u has a channel, or rounds."""
    duty = scratch.duties[i, u]
    duty.waits = 1
    if not duty.listed:
        duty.listed = 1
        scratch.waiting[u, scratch.crews[u].n_waiting] = i
        scratch.crews[u].n_waiting += 1


@kernel
def _give_channels(tables: Tables, scratch: State, u: int, now_s: float, dice: Dice) -> None:
    """Unit u has a channel, or rounds, again: decide on the threats that wait for it, in rank order, each once."""
    scratch.counts[N_ASKED] += 1
    while scratch.crews[u].channels > 0:
        first = _first_waiting(tables, scratch, u, now_s)
        if first < 0:
            return
        scratch.duties[first, u].waits = 0
        scratch.duties[first, u].asked = scratch.counts[N_ASKED]
        _decide(tables, scratch, first, now_s, dice)


@kernel
def _first_waiting(tables: Tables, scratch: State, u: int, now_s: float) -> int:
    """Who ranks first among those that wait for unit u and have not been asked for yet; -1 if nobody does."""
    crew, by_value = scratch.crews[u], tables.units[u].ranks_by_value
    first, first_rank, kept = -1, NEVER, 0
    for x in range(crew.n_waiting):
        i = scratch.waiting[u, x]
        duty, threat = scratch.duties[i, u], scratch.flying[i]
        if not (duty.waits and threat.alive):
            duty.listed = 0
            continue
        scratch.waiting[u, kept] = i
        kept += 1
        if duty.asked < scratch.counts[N_ASKED]:
            value = tables.groups[tables.threats[i].group].value if by_value else 1.0
            rank = decision.rank(threat.arrives_s - now_s, value)
            if first < 0 or decision.comes_first(rank, i, first_rank, first):
                first, first_rank = i, rank
    crew.n_waiting = kept
    return first


# --- engagements -----------------------------------------------------------------------------------------------------


@kernel
def _engage(tables: Tables, scratch: State, i: int, u: int, w: int, now_s: float, dice: Dice) -> None:
    """Unit u fires a salvo of missiles, or a burst, at threat i: its channel is busy until the result is assessed."""
    g, threat, crew, duty = tables.threats[i].group, scratch.flying[i], scratch.crews[u], scratch.duties[i, u]
    flight, share, sector = launch_now(tables, scratch, i, u, w, now_s)
    stated = tables.pk[g, u, w] * share if dice.pk == AS_STATED else dice.pk
    p_kill = _by_luck(tables, scratch, i, stated)
    if not truly_meets(tables, scratch, i, u, w, now_s):
        p_kill = 0.0  # sight breaks on the way, or the threat turns away: the round is lost
    order = tables.orders[g, u]
    n_rounds = min(order.salvo, scratch.stock[u, w] - order.kept) if w == MISSILE else 1
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
    crew.channels -= 1
    scratch.sectors[u, sector] -= 1
    scratch.engaged[i, crew.team] = 1
    duty.waits = 0
    duty.weapon = w
    duty.kills = kills
    duty.sector = sector
    log.note_shot(scratch, now_s, i, u, w, n_rounds, p_kill)
    meets = now_s + flight + (tables.units[u].burst_s if w == GUN else 0.0)
    log.note(scratch, meets, log.MET, i, u, w, 0, 0.0)
    if kills:
        _list(scratch, meets, heap.INTERCEPT, i, u)
    else:  # nothing happens until the miss is known
        _list(scratch, meets + tables.units[u].assessment_s, heap.ASSESS, i, u)
    if w == MISSILE and scratch.stock[u, w] == 0 and crew.spare > 0 and tables.units[u].reload_s < NEVER:
        crew.loading = 1
        _list(scratch, now_s + tables.units[u].reload_s, heap.RELOADED, 0, u)


@kernel
def _by_luck(tables: Tables, scratch: State, i: int, mean: float) -> float:
    """The kill probability in this raid, then of this threat, whose mean over raids and threats is the stated one."""
    if tables.common.shape[1] == 1:
        return mean
    in_raid = with_this_luck(tables.common[0, scratch.counts[LUCK]], mean)
    return with_this_luck(tables.common[1, scratch.flying[i].luck], in_raid)


@kernel
def _intercept(tables: Tables, scratch: State, i: int, u: int, now_s: float) -> None:
    """Rounds that kill meet the threat, if it still flies and they are still guided."""
    duty = scratch.duties[i, u]
    if scratch.flying[i].alive and duty.kills:
        _end(scratch, i, BY_MISSILE if duty.weapon == MISSILE else BY_GUN, u, now_s)
    _list(scratch, now_s + tables.units[u].assessment_s, heap.ASSESS, i, u)


@kernel
def _assess(tables: Tables, scratch: State, i: int, u: int, now_s: float, dice: Dice) -> None:
    """The result is known: the channel is free, and a threat that flies on returns to the whole team."""
    crew, flies_on = scratch.crews[u], scratch.flying[i].alive
    crew.channels += 1
    scratch.sectors[u, scratch.duties[i, u].sector] += 1
    scratch.engaged[i, crew.team] = 0
    log.note(scratch, now_s, log.ASSESSED, i, u, scratch.duties[i, u].weapon, 0, 0.0)
    if flies_on:
        _wait(scratch, i, u)  # among those that wait for this channel it has its rank
        scratch.flying[i].next_decision_s = NEVER
    if _more_is_assessed(scratch, now_s):
        _list(scratch, now_s, heap.CHANNEL_FREE, 0, u)
        if flies_on:
            _decide_at(scratch, i, now_s)
        return
    _give_channels(tables, scratch, u, now_s, dice)
    if flies_on and scratch.duties[i, u].asked < scratch.counts[N_ASKED]:
        _decide(tables, scratch, i, now_s, dice)


@kernel
def _more_is_assessed(scratch: State, now_s: float) -> bool:
    """Whether anything else of this moment comes before channels are handed out. If not, no event is needed for it."""
    if scratch.counts[N_EVENTS] == 0 or scratch.events[0].time_s > now_s:
        return False
    return heap.kind_of(scratch.events[0].key) < heap.CHANNEL_FREE


@kernel
def _reload(tables: Tables, scratch: State, u: int, now_s: float, dice: Dice) -> None:
    """New missiles are ready, as many as there is room for; a unit that was silenced loads no more."""
    crew = scratch.crews[u]
    crew.loading = 0
    if not crew.works:
        return
    loaded = min(tables.stock[u, MISSILE], crew.spare)
    scratch.stock[u, MISSILE] += loaded
    crew.spare -= loaded
    log.note(scratch, now_s, log.RELOADED, -1, u, MISSILE, loaded, 0.0)
    _give_channels(tables, scratch, u, now_s, dice)
    for x in range(crew.n_waiting):  # whoever waited for rounds and was not asked for waits for a channel now
        i = scratch.waiting[u, x]
        usable = scratch.stock[u, MISSILE] - tables.orders[tables.threats[i].group, u].kept
        if scratch.duties[i, u].asked < scratch.counts[N_ASKED] and usable > 0:
            scratch.flying[i].was_busy = 1


@kernel
def _end(scratch: State, i: int, fate: int, u: int, now_s: float) -> None:
    threat = scratch.flying[i]
    threat.alive = 0
    threat.fate = fate
    threat.stopped_by = u
    threat.ended_s = now_s
    log.note_end(scratch, now_s, i, fate, u)


@kernel
def _hit_unit(tables: Tables, scratch: State, i: int, now_s: float, dice: Dice) -> None:
    """A threat that was aimed at a unit has reached it: it may silence it, and the rounds that it guides are lost."""
    group = tables.groups[tables.threats[i].group]
    u = group.target_unit
    if u < 0 or not scratch.crews[u].works:
        return
    if streams.uniform(dice.seed, dice.raid, streams.SILENCE, tables.threats[i].name, 0) >= group.silences_frac:
        return
    scratch.crews[u].works = 0
    scratch.crews[u].silenced_s = now_s
    scratch.counts[SILENCED] += 1
    log.note(scratch, now_s, log.SILENCED, i, u, -1, 0, 0.0)
    for other in range(len(tables.threats)):
        duty = scratch.duties[other, u]
        if duty.weapon == GUN or tables.units[u].commands:
            duty.kills = 0
        if scratch.flying[other].alive:
            begin_pictures(tables, scratch, other, dice)
