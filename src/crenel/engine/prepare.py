"""Preparation: geometry once. One block of a case becomes read-only tables."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from crenel.core import streams
from crenel.core.records import Case, CrenelError
from crenel.engine import fill, launching
from crenel.engine.common_mode import common_mode
from crenel.engine.geometry import Setup
from crenel.engine.organise import networks_of, orders_of, pictures_of, stock_of, units_of
from crenel.engine.passes import Passes, draw_passes
from crenel.engine.routes import target_of
from crenel.engine.setup import set_up
from crenel.engine.tables import (
    ASSET,
    CHANCE,
    GROUP,
    JAM,
    LAUNCH,
    LOOKS,
    N_WEAPONS,
    PASS,
    SPELL,
    THREAT,
    WINDOW,
    Records,
    Tables,
    freeze,
    records,
)
from crenel.models import motion
from crenel.world import World

STEP_M = 100.0  # a threat flies no farther than this between two steps of the launch-time axis


def prepare(case: Case, world: World, *, seed: int, block: int, n_passes: int = 64) -> Tables:
    """The tables of one block.

    Parameters
    ----------
    case : Case
    world : World
    seed, block : int
        Which study, which block: the passes depend on both.
    n_passes : int
        Passes per group.

    Returns
    -------
    Tables

    Raises
    ------
    CrenelError
        An empty raid, a route that starts inside its target's radius or leads through the ground, a weapon without a
        fire-control sensor, a unit with two search sensors.
    """
    drawn = draw_passes(case, seed=seed, block=block, n_passes=n_passes)
    setup = set_up(case, world, drawn)
    groups = _groups(case, setup)
    _refuse_through_ground(case, world, setup, groups)
    pictures, seats, whose = pictures_of(case)
    units = units_of(case, whose)
    looks, pd, cdf = _tracks(setup, drawn, units)
    chances, launches, plan, true = _chances(setup, groups)
    threats = _threats(case, setup)
    assets = [(*world.frame.to_local(asset.at), asset.radius_m) for asset in case.assets]
    tables = Tables(
        threats=threats,
        groups=groups,
        passes=_passes(setup, drawn),
        legs=setup.legs,
        assets=records(
            (len(assets),),
            ASSET,
            east_m=[asset[0] for asset in assets],
            north_m=[asset[1] for asset in assets],
            radius_m=[asset[2] for asset in assets],
        ),
        units=units,
        orders=orders_of(case),
        networks=networks_of(case),
        pictures=pictures,
        seats=seats,
        pairs=np.array(
            [[int(streams.pair_hash(unit, threat)) for unit in units["name"]] for threat in threats["name"]], np.int64
        ).reshape(len(threats), len(units)),
        stock=np.array([stock_of(unit) for unit in case.units], np.int64).reshape(-1, N_WEAPONS),
        pk=_pk(case),
        common=common_mode(case.common_mode_frac or 0.0, case.common_mode_threat_frac or 0.0),
        looks=looks,
        pd=pd,
        firm_cdf=cdf,
        jams=_jams(case, setup, groups),
        reach=_reach(chances, units),
        spells=_spells(chances, plan),
        chances=chances,
        launches=launches,
        plan=plan,
        true=true,
    )
    return Tables(*(freeze(table) for table in tables))


def _threats(case: Case, setup: Setup) -> Records:
    # The arrival periods of all groups begin when the slowest, farthest threat of all can have arrived.
    longest = setup.ways["flight_s"].max(axis=1) - [group.after_s for group in case.groups]
    begins = max(0.0, *longest.tolist())
    names = [streams.name_hash(group.name) for group in case.groups]
    each = [(g, number) for g, group in enumerate(case.groups) for number in range(group.count)]
    return records(
        (len(each),),
        THREAT,
        group=[g for g, _ in each],
        name=[int(streams.pair_hash(names[g], number)) for g, number in each],
        wave_s=[
            begins
            + case.groups[g].after_s
            + case.groups[g].wave_every_s * (number * case.groups[g].waves // case.groups[g].count)
            for g, number in each
        ],
    )


def _groups(case: Case, setup: Setup) -> Records:
    outside = np.zeros(setup.ways.shape)
    fill.fill_outside(setup, outside)
    targets = [target_of(case, group) for group in case.groups]
    numbers = {unit.name: u for u, unit in enumerate(case.units)}
    assets = {asset.name for asset in case.assets}
    return records(
        (len(case.groups),),
        GROUP,
        within_s=[group.within_s for group in case.groups],
        own_failure_frac=[group.threat.own_failure_frac for group in case.groups],
        step_s=STEP_M / setup.routes["speed_mps"],
        outside_m=outside.mean(axis=1),
        value=[target.value for target in targets],
        target_unit=[-1 if group.to in assets else numbers[group.to] for group in case.groups],
        silences_frac=[group.silences_frac or 0.0 for group in case.groups],
        decoy=[group.decoy for group in case.groups],
        n_legs=setup.routes["n_legs"],
        falls_at_aim=setup.routes["kind"] == motion.BALLISTIC,
    )


def _refuse_through_ground(case: Case, world: World, setup: Setup, groups: Records) -> None:
    """Heights above the sea may lie under the hills."""
    for g, group in enumerate(case.groups):
        if group.height_above != "sea":
            continue
        above_m, east_m, north_m = fill.lowest(setup, g, groups[g].step_s)
        if above_m < 0.0:
            where = world.frame.to_geo(east_m, north_m)
            lat, lon = np.degrees([where.lat_rad, where.lon_rad])
            msg = (
                f"raid group {group.name!r} flies through the ground: at {lat:.4f}, {lon:.4f} it is {-above_m:.0f} m "
                "under it. Give it a greater `height`, or say the height above the ground."
            )
            raise CrenelError(msg)


def _passes(setup: Setup, drawn: Passes) -> Records:
    target_ground_m = np.where(setup.routes["above_sea"] == 1, setup.routes["target_ground_m"], 0.0)
    return records(
        setup.ways.shape,
        PASS,
        flight_s=setup.ways["flight_s"],
        from_deg=np.floor(np.degrees(drawn.bearing_rad)).astype(np.int64) % 360,
        fall_m=np.maximum(setup.ways["height_m"] - target_ground_m[:, None], 0.0),
        aim_east_m=setup.routes["target_east_m"][:, None],
        aim_north_m=setup.routes["target_north_m"][:, None],
    )


def _tracks(setup: Setup, drawn: Passes, units: Records) -> tuple[Records, Any, Any]:
    """Looks of every pass, from the first that may detect on."""
    scan = setup.sites["scan_s"]
    looks = records(drawn.phase_frac.shape, LOOKS, first_s=drawn.phase_frac * scan)
    kept = []
    for g in range(len(looks)):
        most = int(setup.ways["flight_s"][g].max() / scan.min(initial=3600.0)) + 2
        pd = np.zeros((*looks.shape[1:], most))
        fill.fill_looks(setup, g, looks[g], pd)
        number = np.argmax(pd > 0.0, axis=-1)
        looks["number"][g] = number
        looks["n"][g] = np.where(pd.any(axis=-1), looks["made"][g] - number, 0)
        steps = np.arange(most)
        kept.append(pd[(steps >= number[..., None]) & (steps < (number + looks["n"][g])[..., None])])
    looks["first_s"] += looks["number"] * scan
    looks["at"] = _starts(looks["n"])
    pd = np.concatenate(kept)
    cdf = np.zeros_like(pd)
    fill.fill_tracks(pd, looks, units, cdf)
    return looks, pd, cdf


def _jams(case: Case, setup: Setup, groups: Records) -> Records:
    jamming = [u for u, unit in enumerate(case.units) if unit.system.jammer is not None]
    jams = records((*setup.ways.shape, len(jamming)), JAM, unit=np.array(jamming, np.int64))
    fill.fill_jams(setup, groups, jams)
    return jams


def _chances(setup: Setup, groups: Records) -> tuple[Records, Any, Any, Any]:
    """What every pass offers to every weapon: launches and windows, each kind in one row."""
    shape = (*setup.ways.shape, len(setup.sites), N_WEAPONS)
    chances = records(shape, CHANCE)
    launches: list[Any] = []
    plan: list[Any] = []
    true: list[Any] = []
    for g in range(len(groups)):
        step_s = float(groups[g].step_s)
        most = int(setup.ways["flight_s"][g].max() / step_s) + 3
        dense = records((*shape[1:], most), LAUNCH)
        flags = np.zeros(dense.shape, np.uint8)
        launching.fill_launches(setup, g, step_s, dense, flags)
        first, n = _hull(flags)
        steps = np.arange(most)
        chances["first_step"][g], chances["n_launches"][g] = first, n
        launches.append(dense[(steps >= first[..., None]) & (steps < (first + n)[..., None])])
        for bit, name, kept in ((launching.PLANNED, "n_plan", plan), (launching.MEETS, "n_true", true)):
            chances[name][g], windows = _windows(setup, g, step_s, dense, flags, bit)
            kept.append(windows)
    for at, n in (("launches_at", "n_launches"), ("plan_at", "n_plan"), ("true_at", "n_true")):
        chances[at] = _starts(chances[n])
    return chances, *(np.concatenate(rows).view(np.recarray) for rows in (launches, plan, true))


def _hull(flags: NDArray[np.uint8]) -> tuple[Any, Any]:
    """(...) first step and number of steps of what is flagged in (..., J), with one step to either side of it."""
    some = flags.any(axis=-1)
    first = np.maximum(np.argmax(flags > 0, axis=-1) - 1, 0)
    last = np.minimum(flags.shape[-1] - np.argmax(flags[..., ::-1] > 0, axis=-1), flags.shape[-1] - 1)
    # Two at least: times of flight are read between one and the next.
    first = np.minimum(first, flags.shape[-1] - 2)
    return np.where(some, first, 0), np.where(some, np.maximum(last - first + 1, 2), 0)


def _windows(setup: Setup, g: int, step_s: float, launches: Records, flags: Any, bit: int) -> tuple[Any, Records]:
    """Room for as many windows as the pair with the most of them needs: none is clipped."""
    inside = (flags & bit > 0).astype(np.int8)
    most = int((np.diff(inside, axis=-1, prepend=0) > 0).sum(axis=-1).max(initial=1))
    count = np.zeros(flags.shape[:-1], np.int64)
    windows = records((*count.shape, most), WINDOW)
    launching.fill_windows(setup, g, step_s, launches, flags, bit, count, windows)
    return count, windows[np.arange(most) < count[..., None]]


def _starts(lengths: Any) -> Any:
    """Where each stretch begins in a row of stretches."""
    return (np.cumsum(lengths) - lengths.ravel()).reshape(lengths.shape)


def _reach(chances: Records, units: Records) -> Any:
    """(G, V, U) the units that would ever launch at a pass, in their order; -1 after the last."""
    n_units = chances.shape[2]
    would = (chances["n_plan"] > 0).any(axis=-1) & (units["armed"] == 1)
    order = np.where(would, np.arange(n_units), n_units)
    order.sort(axis=-1)
    return np.where(order < n_units, order, -1)


def _spells(chances: Records, plan: Records) -> Records:
    """(G, V, U) SPELL: from the first window to the last; never open where there is none."""
    spells = records(chances.shape[:-1], SPELL, open_s=np.inf, close_s=-np.inf)
    if len(plan):
        some = chances["n_plan"] > 0
        first = np.where(some, chances["plan_at"], 0)
        last = np.where(some, chances["plan_at"] + chances["n_plan"] - 1, 0)
        spells["open_s"] = np.where(some, plan["open_s"][first], np.inf).min(axis=-1)
        spells["close_s"] = np.where(some, plan["close_s"][last], -np.inf).max(axis=-1)
    return spells


def _pk(case: Case) -> Any:
    pk = [
        (
            unit.system.missile.pk[group.threat.threat_class] if unit.system.missile else 0.0,
            unit.system.gun.pk[group.threat.threat_class] if unit.system.gun else 0.0,
        )
        for group in case.groups
        for unit in case.units
    ]
    return np.array(pk).reshape(len(case.groups), len(case.units), N_WEAPONS)
