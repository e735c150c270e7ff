"""Who holds which threat when: the tracks of each search sensor, and the picture that a network makes of them.

Tracks are followed only as far as someone asks. The first firm track is drawn from its distribution; after it each
miss is drawn from the law of the next miss; after a loss the looks are rolled one by one.
"""

import math

from crenel.core import streams
from crenel.core.jit import kernel
from crenel.engine.state import FALLBACK, OVERFLOW, Dice, State
from crenel.engine.tables import Records, Tables
from crenel.models import tracking

NEVER = math.inf
_AHEAD = 8  # looks that are followed beyond what is asked: a question rarely comes alone


@kernel
def _look_time(tables: Tables, scratch: State, i: int, u: int, look: int) -> float:
    """When unit u's sensor makes a look at threat i."""
    threat = scratch.flying[i]
    first = tables.looks[tables.threats[i].group, threat.way, u].first_s
    return float(threat.starts_s + first + look * tables.units[u].scan_s)


@kernel
def draw_first_firm(tables: Tables, scratch: State, i: int, u: int, dice: Dice) -> None:
    """Draw when unit u's sensor first holds threat i firmly, from the m-of-n distribution of its looks."""
    g, v = tables.threats[i].group, scratch.flying[i].way
    n_looks = tables.looks[g, v, u].n if scratch.present[u] else 0
    look = -1
    if n_looks > 0 and tables.firm_cdf[g, v, u, n_looks - 1] > 0.0:
        share = streams.uniform(dice.seed, dice.raid, streams.FIRST_FIRM, tables.pairs[i, u], 0)
        look = tracking.first_look_reaching(tables.firm_cdf[g, v, u], n_looks, share)
    _becomes_firm(tables, scratch, i, u, look)


@kernel
def _becomes_firm(tables: Tables, scratch: State, i: int, u: int, look: int) -> None:
    """From this look on the track is firm; a look of -1 is never."""
    track = scratch.tracks[i, u]
    track.misses = 0
    _reaches(track, look)
    track.firm_s = _look_time(tables, scratch, i, u, look) if look >= 0 else NEVER
    track.held_until_s = track.firm_s


@kernel
def _reaches(out_track: Records, look: int) -> None:
    """The track is known up to this look; the next miss after it has yet to be sought."""
    out_track.last_look = look
    out_track.clear_to = look
    out_track.no_miss = 1.0


@kernel
def _follow_track(tables: Tables, scratch: State, i: int, u: int, known_s: float, until_s: float, dice: Dice) -> None:
    """Follow a track that is firm at `known_s` until it is lost or known to be held beyond `until_s`.

    A track that was lost by `known_s` is followed to where it is firm again, which may be later.
    """
    track = scratch.tracks[i, u]
    pd = tables.pd[tables.threats[i].group, scratch.flying[i].way, u]
    n_looks = tables.looks[tables.threats[i].group, scratch.flying[i].way, u].n
    reach = int((until_s - _look_time(tables, scratch, i, u, 0)) / tables.units[u].scan_s) + _AHEAD
    last = min(reach, n_looks - 1)
    block = -1
    four = (0.0, 0.0, 0.0, 0.0)
    while track.firm_s <= known_s and track.held_until_s <= until_s:
        if track.misses >= tables.units[u].drop_k:
            if track.held_until_s > known_s:
                return
            _roll_again(tables, scratch, i, u, dice)
            continue
        if track.last_look >> 2 != block:
            block = track.last_look >> 2
            four = streams.four_uniforms(dice.seed, dice.raid, streams.NEXT_MISS, tables.pairs[i, u], block)
        share = streams.one_of(four, track.last_look)
        miss, track.no_miss = tracking.next_miss(pd, track.clear_to, last, track.no_miss, share)
        if miss > last:
            track.clear_to = last
            track.held_until_s = _look_time(tables, scratch, i, u, last) if last < n_looks - 1 else NEVER
        else:
            track.misses = track.misses + 1 if miss == track.last_look + 1 else 1
            _reaches(track, miss)
            track.held_until_s = _look_time(tables, scratch, i, u, miss)


@kernel
def _roll_again(tables: Tables, scratch: State, i: int, u: int, dice: Dice) -> None:
    """After a loss: roll every look from an empty history until the track is firm again."""
    g, v = tables.threats[i].group, scratch.flying[i].way
    unit = tables.units[u]
    mask = (1 << unit.confirm_n) - 1
    history = 0
    block = -1
    four = (0.0, 0.0, 0.0, 0.0)
    for look in range(scratch.tracks[i, u].last_look + 1, tables.looks[g, v, u].n):
        p = tables.pd[g, v, u, look]
        history = (history << 1) & mask
        if p == 0.0:
            continue
        scratch.counts[FALLBACK] += 1
        if look >> 2 != block:
            block = look >> 2
            four = streams.four_uniforms(dice.seed, dice.raid, streams.LOOK, tables.pairs[i, u], block)
        if streams.one_of(four, look) < p:
            history |= 1
            if tracking.ones(history) >= unit.confirm_m:
                _becomes_firm(tables, scratch, i, u, look)
                return
    _becomes_firm(tables, scratch, i, u, -1)


@kernel
def begin_pictures(tables: Tables, scratch: State, i: int, dice: Dice) -> None:
    """Draw when each sensor first holds a threat; with that begins the first stay in each network's picture."""
    for net in range(scratch.pictures.shape[1]):
        scratch.stays[i, net, 0].enters_s = NEVER
        scratch.stays[i, net, 0].leaves_s = NEVER
    for u in range(len(tables.units)):
        draw_first_firm(tables, scratch, i, u, dice)
        stay = scratch.stays[i, tables.units[u].network, 0]
        stay.enters_s = min(stay.enters_s, scratch.tracks[i, u].firm_s)
    for net in range(scratch.pictures.shape[1]):
        scratch.pictures[i, net].n_stays = 1
        scratch.pictures[i, net].known_s = scratch.stays[i, net, 0].enters_s


@kernel
def entered_picture(tables: Tables, scratch: State, i: int, network: int, now_s: float, dice: Dice) -> float:
    """When threat i entered the present picture of a network; if it is not in it now, when it will; inf if never.

    A network holds a threat while any sensor of it does. A break in the picture starts everything anew.
    """
    picture = scratch.pictures[i, network]
    while picture.known_s <= now_s:
        _know_more(tables, scratch, i, network, now_s, dice)
    for x in range(picture.n_stays - 1, -1, -1):
        stay = scratch.stays[i, network, x]
        if stay.enters_s <= now_s:
            return float(stay.enters_s if now_s < stay.leaves_s else scratch.stays[i, network, x + 1].enters_s)
    return float(scratch.stays[i, network, 0].enters_s)


@kernel
def _know_more(tables: Tables, scratch: State, i: int, network: int, now_s: float, dice: Dice) -> None:
    """Follow the last stay as far as one sensor holds the threat, or note that it ends and when the next begins."""
    picture = scratch.pictures[i, network]
    again = NEVER
    for u in range(len(tables.units)):
        if tables.units[u].network != network:
            continue
        if scratch.tracks[i, u].firm_s <= picture.known_s:
            _follow_track(tables, scratch, i, u, picture.known_s, now_s, dice)
        if scratch.tracks[i, u].firm_s <= picture.known_s:  # one sensor that holds it is enough
            picture.known_s = scratch.tracks[i, u].held_until_s
            return
        again = min(again, scratch.tracks[i, u].firm_s)
    if picture.n_stays == scratch.stays.shape[2]:
        scratch.counts[OVERFLOW] = 1
        picture.known_s = NEVER
        return
    scratch.stays[i, network, picture.n_stays - 1].leaves_s = picture.known_s
    scratch.stays[i, network, picture.n_stays].enters_s = again
    scratch.stays[i, network, picture.n_stays].leaves_s = NEVER
    picture.n_stays += 1
    picture.known_s = again
