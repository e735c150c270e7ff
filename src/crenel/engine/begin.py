"""Before the first shot: which units are there, how each threat comes, what ends it unshot, who holds it when."""

from crenel.core import streams
from crenel.core.jit import kernel
from crenel.engine import heap
from crenel.engine.picture import NEVER, begin_pictures
from crenel.engine.state import LUCK, SILENCED, Dice, State
from crenel.engine.tables import Tables


@kernel
def begin(tables: Tables, scratch: State, dice: Dice) -> None:
    """Draw the raid. Units that are not `present`, or do not work that night, do nothing in it."""
    scratch.counts[:] = 0
    scratch.counts[LUCK] = _cell(tables, streams.uniform(dice.seed, dice.raid, streams.COMMON_MODE, 0, 0))
    for u in range(len(tables.units)):
        _man(tables, scratch, u, dice)
    for i in range(len(tables.threats)):
        _start(tables, scratch, i, dice)
        _draw_soft_kill(tables, scratch, i, dice)
        begin_pictures(tables, scratch, i, dice)
        scratch.flying[i].first_chance_s = _first_chance(tables, scratch, i)


@kernel
def begin_again(tables: Tables, scratch: State, dice: Dice) -> None:
    """The same raid once more, after a fight in which units were silenced: what they saw is back."""
    scratch.counts[SILENCED] = 0
    for u in range(len(tables.units)):
        scratch.crews[u].silenced_s = NEVER
    for i in range(len(tables.threats)):
        begin_pictures(tables, scratch, i, dice)


@kernel
def _cell(tables: Tables, share: float) -> int:
    return int(share * tables.common.shape[1])


@kernel
def _man(tables: Tables, scratch: State, u: int, dice: Dice) -> None:
    """Whether a unit works that night, and whether its network does: else it is on its own."""
    unit, crew = tables.units[u], scratch.crews[u]
    network = tables.networks[unit.network]
    crew.silenced_s = NEVER
    crew.there = scratch.present[u]
    if unit.availability < 1.0:
        share = streams.uniform(dice.seed, dice.raid, streams.AVAILABLE, unit.name, 0)
        crew.there = crew.there and share < unit.availability
    crew.team, crew.picture = unit.network, unit.picture
    if network.availability < 1.0:
        share = streams.uniform(dice.seed, dice.raid, streams.AVAILABLE, network.name, 1)
        if share >= network.availability:
            crew.team, crew.picture = len(tables.networks) + u, unit.own_picture


@kernel
def _start(tables: Tables, scratch: State, i: int, dice: Dice) -> None:
    """Draw the pass of a threat, when it arrives, and whether and when it fails by itself."""
    group, name = tables.groups[tables.threats[i].group], tables.threats[i].name
    threat = scratch.flying[i]
    threat.way = int(streams.uniform(dice.seed, dice.raid, streams.PASS, name, 0) * tables.passes.shape[1])
    flight = tables.passes[tables.threats[i].group, threat.way].flight_s
    share = streams.uniform(dice.seed, dice.raid, streams.ARRIVAL, name, 0)
    threat.arrives_s = tables.threats[i].wave_s + share * group.within_s
    threat.starts_s = threat.arrives_s - flight
    threat.lost_s = NEVER
    threat.lost_kind = heap.OWN_FAILURE
    threat.lost_to = 0
    threat.luck = 0
    if tables.common.shape[1] > 1:
        threat.luck = _cell(tables, streams.uniform(dice.seed, dice.raid, streams.COMMON_MODE, name, 1))
    if streams.uniform(dice.seed, dice.raid, streams.OWN_FAILURE, name, 0) < group.own_failure_frac:
        threat.lost_s = threat.starts_s + flight * streams.uniform(dice.seed, dice.raid, streams.OWN_FAILURE, name, 1)


@kernel
def _draw_soft_kill(tables: Tables, scratch: State, i: int, dice: Dice) -> None:
    """Draw which jammers throw threat i off, each once, as it first comes into their range; the first of them does."""
    threat = scratch.flying[i]
    for a in range(tables.jams.shape[2]):
        jam = tables.jams[tables.threats[i].group, threat.way, a]
        u = jam.unit
        if jam.enters_s == NEVER or not scratch.crews[u].there:
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
def _first_chance(tables: Tables, scratch: State, i: int) -> float:
    """The first moment at which any unit may engage threat i, if all tracks hold."""
    g, v, starts = tables.threats[i].group, scratch.flying[i].way, scratch.flying[i].starts_s
    first = NEVER
    for u in tables.reach[g, v]:
        if u < 0:
            break
        spell = tables.spells[g, v, u]
        ready = scratch.stays[i, scratch.crews[u].picture, 0].enters_s + tables.units[u].reaction_s
        if ready <= starts + spell.close_s and scratch.crews[u].there:
            first = min(first, max(ready, starts + spell.open_s))
    return first
