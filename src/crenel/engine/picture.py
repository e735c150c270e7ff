"""Who holds which threat when: the tracks of each radar, and the picture that a network makes of them.

Tracks are followed only as far as someone asks. The first firm track is drawn from its distribution; after it each
miss is drawn from the law of the next miss; after a loss the looks are rolled one by one.
"""

import math

from crenel.core import streams
from crenel.core.jit import kernel
from crenel.engine.state import FALLBACK, Dice, State
from crenel.engine.tables import Tables
from crenel.models import tracking

NEVER = math.inf


@kernel
def _look_time(tables: Tables, state: State, i: int, u: int, look: int) -> float:
    """When unit u's radar makes a look at threat i."""
    threat = state.flying[i]
    first = tables.looks[tables.threats[i].group, threat.way, u].first_s
    return float(threat.starts_s + first + look * tables.units[u].scan_s)


@kernel
def draw_first_firm(tables: Tables, state: State, i: int, u: int, dice: Dice) -> None:
    """Draw when unit u's radar first holds threat i firmly, from the m-of-n distribution of its looks."""
    g, v = tables.threats[i].group, state.flying[i].way
    n_looks = tables.looks[g, v, u].n
    look = -1
    if n_looks > 0 and tables.firm_cdf[g, v, u, n_looks - 1] > 0.0:
        pair = streams.pair_hash(tables.units[u].name, tables.threats[i].name)
        share = streams.uniform(dice.seed, dice.raid, streams.FIRST_FIRM, pair, 0)
        look = tracking.first_look_reaching(tables.firm_cdf[g, v, u], n_looks, share)
    _becomes_firm(tables, state, i, u, look)


@kernel
def _becomes_firm(tables: Tables, state: State, i: int, u: int, look: int) -> None:
    """From this look on the track is firm; a look of -1 is never."""
    track = state.tracks[i, u]
    track.misses = 0
    track.last_look = look
    track.firm_s = _look_time(tables, state, i, u, look) if look >= 0 else NEVER
    track.held_until_s = track.firm_s


@kernel
def _follow_track(tables: Tables, state: State, i: int, u: int, until_s: float, dice: Dice) -> None:
    """Follow a track until it is known to be held beyond `until_s`, or to be firm (again) only later."""
    track = state.tracks[i, u]
    if track.firm_s > until_s or track.held_until_s > until_s:
        return
    g, v = tables.threats[i].group, state.flying[i].way
    pd = tables.pd[g, v, u]
    n_looks = tables.looks[g, v, u].n
    pair = streams.pair_hash(tables.units[u].name, tables.threats[i].name)
    while track.firm_s <= until_s and track.held_until_s <= until_s:
        if track.misses >= tables.units[u].drop_k:
            _roll_again(tables, state, i, u, pair, dice)
            continue
        look = track.last_look
        reach = int((until_s - _look_time(tables, state, i, u, 0)) / tables.units[u].scan_s) + 2
        share = streams.uniform(dice.seed, dice.raid, streams.NEXT_MISS, pair, look)
        miss = tracking.next_miss(pd, n_looks, look, share, reach)
        if miss == n_looks:  # none as far as was asked; the same draw answers when more is asked
            track.held_until_s = _look_time(tables, state, i, u, reach) if reach < n_looks - 1 else NEVER
        else:
            track.misses = track.misses + 1 if miss == look + 1 else 1
            track.last_look = miss
            track.held_until_s = _look_time(tables, state, i, u, miss)


@kernel
def _roll_again(tables: Tables, state: State, i: int, u: int, pair: int, dice: Dice) -> None:
    """After a loss: roll every look from an empty history until the track is firm again."""
    g, v = tables.threats[i].group, state.flying[i].way
    unit = tables.units[u]
    mask = (1 << unit.confirm_n) - 1
    history = 0
    for look in range(state.tracks[i, u].last_look + 1, tables.looks[g, v, u].n):
        p = tables.pd[g, v, u, look]
        history = (history << 1) & mask
        if p == 0.0:
            continue
        state.counts[FALLBACK] += 1
        if streams.uniform(dice.seed, dice.raid, streams.LOOK, pair, look) < p:
            history |= 1
            if tracking.ones(history) >= unit.confirm_m:
                _becomes_firm(tables, state, i, u, look)
                return
    _becomes_firm(tables, state, i, u, -1)


@kernel
def entered_picture(tables: Tables, state: State, i: int, network: int, now_s: float, dice: Dice) -> float:
    """When threat i entered the present picture of a network; if it is not in it now, when it will; inf if never.

    A network holds a threat while any radar of it does. A break in the picture starts everything anew.
    """
    picture = state.pictures[i, network]
    while picture.covered_s <= now_s:
        further = picture.covered_s
        again = NEVER
        for u in range(len(tables.units)):
            if tables.units[u].network != network:
                continue
            _follow_track(tables, state, i, u, picture.covered_s, dice)
            track = state.tracks[i, u]
            if track.firm_s <= picture.covered_s:
                further = max(further, track.held_until_s)
            else:
                again = min(again, track.firm_s)
        if further > picture.covered_s:
            picture.covered_s = further
        else:
            picture.entered_s = again
            picture.covered_s = again
    return float(picture.entered_s)
