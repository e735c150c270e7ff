"""When who may launch: reading the launch windows of a raid's threats."""

from crenel.core.jit import kernel
from crenel.engine.picture import NEVER
from crenel.engine.state import State
from crenel.engine.tables import N_WEAPONS, Records, Tables


@kernel
def chance_of(tables: Tables, scratch: State, i: int, u: int, w: int) -> Records:
    """What the pass of threat i offers to weapon w of unit u."""
    return tables.chances[tables.threats[i].group, scratch.flying[i].way, u, w]


@kernel
def is_planned(tables: Tables, scratch: State, i: int, u: int, w: int, now_s: float) -> bool:
    """Whether the planner would launch now."""
    chance = chance_of(tables, scratch, i, u, w)
    return _inside(tables.plan, chance.plan_at, chance.n_plan, scratch.flying[i].starts_s, now_s)


@kernel
def truly_meets(tables: Tables, scratch: State, i: int, u: int, w: int, now_s: float) -> bool:
    """Whether a round launched now meets the threat inside every limit."""
    chance = chance_of(tables, scratch, i, u, w)
    return _inside(tables.true, chance.true_at, chance.n_true, scratch.flying[i].starts_s, now_s)


@kernel
def _inside(windows: Records, at: int, n: int, starts_s: float, now_s: float) -> bool:
    """Whether one of the windows is open now. Edges become moments of the raid, as for events: no rounding."""
    for x in range(at, at + n):
        if starts_s + windows[x].open_s <= now_s <= starts_s + windows[x].close_s:
            return True
    return False


@kernel
def next_opening(tables: Tables, scratch: State, i: int, u: int, from_s: float) -> float:
    """The first moment, at `from_s` or later, at which any weapon of unit u may be launched at threat i; or NEVER."""
    starts = scratch.flying[i].starts_s
    first = NEVER
    for w in range(N_WEAPONS):
        chance = chance_of(tables, scratch, i, u, w)
        for x in range(chance.plan_at, chance.plan_at + chance.n_plan):
            if starts + tables.plan[x].close_s >= from_s:
                first = min(first, max(from_s, starts + tables.plan[x].open_s))
                break
    return first


@kernel
def later_opening(tables: Tables, scratch: State, i: int, u: int, now_s: float) -> float:
    """The first moment after `now_s` at which a window of unit u opens on threat i; or NEVER."""
    starts = scratch.flying[i].starts_s
    first = NEVER
    for w in range(N_WEAPONS):
        chance = chance_of(tables, scratch, i, u, w)
        for x in range(chance.plan_at, chance.plan_at + chance.n_plan):
            opens = starts + tables.plan[x].open_s
            if opens > now_s:
                first = min(first, opens)
                break
    return first


@kernel
def last_launch(tables: Tables, scratch: State, i: int, u: int, w: int) -> float:
    """The last moment at which a round of unit u would meet threat i inside every limit; -NEVER if there is none."""
    chance = chance_of(tables, scratch, i, u, w)
    if chance.n_true == 0:
        return -NEVER
    return float(scratch.flying[i].starts_s + tables.true[chance.true_at + chance.n_true - 1].close_s)


@kernel
def launch_now(tables: Tables, scratch: State, i: int, u: int, w: int, now_s: float) -> tuple[float, float, int]:
    """Time of flight of a round launched now, its share of the kill probability, and the sector of the threat.

    Linear between launch times; `is_planned` must hold.
    """
    chance = chance_of(tables, scratch, i, u, w)
    step = max((now_s - scratch.flying[i].starts_s) / tables.groups[tables.threats[i].group].step_s, 0.0)
    j = min(max(int(step) - chance.first_step, 0), chance.n_launches - 2)
    share = step - chance.first_step - j
    before, after = tables.launches[chance.launches_at + j], tables.launches[chance.launches_at + j + 1]
    return (
        before.flight_s + share * (after.flight_s - before.flight_s),
        before.pk_share + share * (after.pk_share - before.pk_share),
        before.sector if share < 1.0 else after.sector,
    )
