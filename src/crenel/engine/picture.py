"""Who holds which threat when: the tracks of each search sensor, and the pictures that units make of them.

A picture has seats: each is a sensor that tells it, at once or with the delay of the network. Tracks are followed only
as far as someone asks. The first firm track is drawn from its distribution; after it each miss is drawn from the law of
the next miss; after a loss the looks are rolled one by one. Draws are keyed by sensor and threat, so that every picture
follows the same track.
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
def _look_time(tables: Tables, scratch: State, i: int, s: int, look: int) -> float:
    """When a picture hears of a look at threat i that the sensor of seat s makes."""
    threat, seat = scratch.flying[i], tables.seats[s]
    first = tables.looks[tables.threats[i].group, threat.way, seat.unit].first_s
    return float(threat.starts_s + first + look * tables.units[seat.unit].scan_s + seat.lag_s)


@kernel
def _gone_s(tables: Tables, scratch: State, s: int) -> float:
    """From when on the sensor of a seat is heard no more."""
    return float(scratch.crews[tables.seats[s].unit].silenced_s + tables.seats[s].lag_s)


@kernel
def draw_first_firm(tables: Tables, scratch: State, i: int, s: int, dice: Dice) -> None:
    """Draw when the sensor of seat s first holds threat i firmly, from the m-of-n distribution of its looks."""
    u = tables.seats[s].unit
    looks = tables.looks[tables.threats[i].group, scratch.flying[i].way, u]
    look = -1
    if looks.n > 0 and scratch.crews[u].there:
        cdf = tables.firm_cdf[looks.at : looks.at + looks.n]
        if cdf[looks.n - 1] > 0.0:
            share = streams.uniform(dice.seed, dice.raid, streams.FIRST_FIRM, tables.pairs[i, u], 0)
            look = tracking.first_look_reaching(cdf, looks.n, share)
    _becomes_firm(tables, scratch, i, s, look)


@kernel
def _becomes_firm(tables: Tables, scratch: State, i: int, s: int, look: int) -> None:
    """From this look on the track is firm; a look of -1 is never."""
    track = scratch.tracks[i, s]
    track.misses = 0
    _reaches(track, look)
    track.firm_s = _look_time(tables, scratch, i, s, look) if look >= 0 else NEVER
    if track.firm_s >= _gone_s(tables, scratch, s):
        track.firm_s = NEVER
    track.held_until_s = track.firm_s


@kernel
def _reaches(out_track: Records, look: int) -> None:
    """The track is known up to this look; the next miss after it has yet to be sought."""
    out_track.last_look = look
    out_track.clear_to = look
    out_track.no_miss = 1.0


@kernel
def follow_track(tables: Tables, scratch: State, i: int, s: int, known_s: float, until_s: float, dice: Dice) -> None:
    """Follow a track that is firm at `known_s` until it is lost or known to be held beyond `until_s`.

    A track that was lost by `known_s` is followed to where it is firm again, which may be later.
    """
    track, u = scratch.tracks[i, s], tables.seats[s].unit
    looks = tables.looks[tables.threats[i].group, scratch.flying[i].way, u]
    pd = tables.pd[looks.at : looks.at + looks.n]
    gone_s = _gone_s(tables, scratch, s)
    reach = int((until_s - _look_time(tables, scratch, i, s, 0)) / tables.units[u].scan_s) + _AHEAD
    last = min(reach, looks.n - 1)
    block = -1
    four = (0.0, 0.0, 0.0, 0.0)
    while track.firm_s <= known_s and track.held_until_s <= until_s:
        if track.held_until_s >= gone_s or track.misses >= tables.units[u].drop_k:
            if track.held_until_s > known_s:
                return
            if track.held_until_s >= gone_s:
                _becomes_firm(tables, scratch, i, s, -1)
            else:
                _roll_again(tables, scratch, i, s, dice)
            continue
        number = looks.number + track.last_look
        if number >> 2 != block:
            block = number >> 2
            four = streams.four_uniforms(dice.seed, dice.raid, streams.NEXT_MISS, tables.pairs[i, u], block)
        share = streams.one_of(four, number)
        miss, track.no_miss = tracking.next_miss(pd, track.clear_to, last, track.no_miss, share)
        if miss > last:
            track.clear_to = last
            track.held_until_s = _look_time(tables, scratch, i, s, last) if last < looks.n - 1 else NEVER
        else:
            track.misses = track.misses + 1 if miss == track.last_look + 1 else 1
            _reaches(track, miss)
            track.held_until_s = _look_time(tables, scratch, i, s, miss)
        track.held_until_s = min(track.held_until_s, gone_s)


@kernel
def _roll_again(tables: Tables, scratch: State, i: int, s: int, dice: Dice) -> None:
    """After a loss: roll every look from an empty history until the track is firm again."""
    u = tables.seats[s].unit
    looks = tables.looks[tables.threats[i].group, scratch.flying[i].way, u]
    unit = tables.units[u]
    mask = (1 << unit.confirm_n) - 1
    history = 0
    block = -1
    four = (0.0, 0.0, 0.0, 0.0)
    for look in range(scratch.tracks[i, s].last_look + 1, looks.n):
        p = tables.pd[looks.at + look]
        history = (history << 1) & mask
        if p == 0.0:
            continue
        scratch.counts[FALLBACK] += 1
        number = looks.number + look
        if number >> 2 != block:
            block = number >> 2
            four = streams.four_uniforms(dice.seed, dice.raid, streams.LOOK, tables.pairs[i, u], block)
        if streams.one_of(four, number) < p:
            history |= 1
            if tracking.ones(history) >= unit.confirm_m:
                _becomes_firm(tables, scratch, i, s, look)
                return
    _becomes_firm(tables, scratch, i, s, -1)


@kernel
def begin_pictures(tables: Tables, scratch: State, i: int, dice: Dice) -> None:
    """Draw when each sensor first holds a threat; with that begins its first stay in each picture that is in use."""
    for p in range(len(tables.pictures)):
        scratch.sightings[i, p].n_stays = 0
    for u in range(len(tables.units)):
        p = scratch.crews[u].picture
        if p < 0 or scratch.sightings[i, p].n_stays > 0:
            continue
        enters = NEVER
        picture = tables.pictures[p]
        for s in range(picture.first_seat, picture.first_seat + picture.n_seats):
            draw_first_firm(tables, scratch, i, s, dice)
            enters = min(enters, scratch.tracks[i, s].firm_s)
        scratch.stays[i, p, 0].enters_s = enters
        scratch.stays[i, p, 0].leaves_s = NEVER
        scratch.sightings[i, p].n_stays = 1
        scratch.sightings[i, p].known_s = enters


@kernel
def entered_picture(tables: Tables, scratch: State, i: int, p: int, now_s: float, dice: Dice) -> float:
    """When threat i entered a picture in which it is now; if it is not in it, when it will be; inf if never.

    A picture holds a threat while any sensor of it does. A break in it starts everything anew.
    """
    sighting = scratch.sightings[i, p]
    while sighting.known_s <= now_s:
        know_more(tables, scratch, i, p, now_s, dice)
    for x in range(sighting.n_stays - 1, -1, -1):
        stay = scratch.stays[i, p, x]
        if stay.enters_s <= now_s:
            return float(stay.enters_s if now_s < stay.leaves_s else scratch.stays[i, p, x + 1].enters_s)
    return float(scratch.stays[i, p, 0].enters_s)


@kernel
def know_more(tables: Tables, scratch: State, i: int, p: int, now_s: float, dice: Dice) -> None:
    """Follow the last stay as far as one sensor holds the threat, or note that it ends and when the next begins."""
    sighting, picture = scratch.sightings[i, p], tables.pictures[p]
    again = NEVER
    for s in range(picture.first_seat, picture.first_seat + picture.n_seats):
        if scratch.tracks[i, s].firm_s <= sighting.known_s:
            follow_track(tables, scratch, i, s, sighting.known_s, now_s, dice)
        if scratch.tracks[i, s].firm_s <= sighting.known_s:  # one sensor that holds it is enough
            sighting.known_s = scratch.tracks[i, s].held_until_s
            return
        again = min(again, scratch.tracks[i, s].firm_s)
    if sighting.n_stays == scratch.stays.shape[2]:
        scratch.counts[OVERFLOW] = 1
        sighting.known_s = NEVER
        return
    scratch.stays[i, p, sighting.n_stays - 1].leaves_s = sighting.known_s
    scratch.stays[i, p, sighting.n_stays].enters_s = again
    scratch.stays[i, p, sighting.n_stays].leaves_s = NEVER
    sighting.n_stays += 1
    sighting.known_s = again
