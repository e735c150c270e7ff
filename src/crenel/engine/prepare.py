"""Preparation: geometry once. One block of a case becomes read-only tables."""

import math
from typing import Any

import numpy as np

from crenel.core import streams
from crenel.core.records import Case, Group, Radar, Unit
from crenel.engine import fill
from crenel.engine.geometry import Setup
from crenel.engine.passes import Passes, draw_passes
from crenel.engine.setup import set_up
from crenel.engine.tables import (
    GROUP,
    JAM,
    LAUNCH,
    LOOKS,
    N_WEAPONS,
    PASS,
    THREAT,
    UNIT,
    WINDOW,
    Records,
    Tables,
    freeze,
    records,
)
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
        An empty raid, a route that starts inside its target's radius, a weapon without a fire-control sensor, a unit
        with two search sensors.
    """
    drawn = draw_passes(case, seed=seed, block=block, n_passes=n_passes)
    setup = set_up(case, world, drawn)
    units = _units(case)
    groups = _groups(case, setup)
    passes = _passes(setup, drawn)
    looks, pd, cdf = _tracks(setup, drawn, units, passes)
    launches, flags = _launches(setup, groups)
    n_plan, plan = _windows(setup, groups, launches, flags, truly=False)
    n_true, true = _windows(setup, groups, launches, flags, truly=True)
    threats = _threats(case)
    tables = Tables(
        threats=threats,
        groups=groups,
        passes=passes,
        units=units,
        pairs=np.array(
            [[int(streams.pair_hash(unit, threat)) for unit in units["name"]] for threat in threats["name"]], np.int64
        ).reshape(len(threats), len(units)),
        stock=np.array([_stock(unit) for unit in case.units], np.int64).reshape(-1, N_WEAPONS),
        pk=np.array([_pk(unit, group) for group in case.groups for unit in case.units]).reshape(
            len(case.groups), len(case.units), N_WEAPONS
        ),
        looks=looks,
        pd=pd,
        firm_cdf=cdf,
        jams=_jams(case, setup, groups),
        launches=launches,
        n_plan=n_plan,
        plan=plan,
        n_true=n_true,
        true=true,
    )
    return Tables(*(freeze(table) for table in tables))


def _threats(case: Case) -> Records:
    names = [streams.name_hash(group.name) for group in case.groups]
    each = [(g, number) for g, group in enumerate(case.groups) for number in range(group.count)]
    return records(
        (len(each),),
        THREAT,
        group=[g for g, _ in each],
        name=[int(streams.pair_hash(names[g], number)) for g, number in each],
    )


def _groups(case: Case, setup: Setup) -> Records:
    # The arrival periods of all groups begin when the slowest, farthest threat of all can have arrived.
    longest = [
        (group.starts_m.high - route.target_radius_m) / route.speed_mps - group.after_s
        for group, route in zip(case.groups, setup.routes, strict=True)
    ]
    begins = max(0.0, *longest)
    outside = np.zeros(setup.ways.shape)
    fill.fill_outside(setup, outside)
    return records(
        (len(case.groups),),
        GROUP,
        first_arrival_s=[begins + group.after_s for group in case.groups],
        within_s=[group.within_s for group in case.groups],
        own_failure_frac=[group.threat.own_failure_frac for group in case.groups],
        step_s=STEP_M / setup.routes["speed_mps"],
        outside_m=outside.mean(axis=1),
    )


def _passes(setup: Setup, drawn: Passes) -> Records:
    ways, speed = setup.ways, setup.routes["speed_mps"][:, None]
    return records(
        ways.shape,
        PASS,
        flight_s=ways["flight_s"],
        start_east_m=setup.routes["target_east_m"][:, None] + ways["start_m"] * ways["sin_bearing"],
        start_north_m=setup.routes["target_north_m"][:, None] + ways["start_m"] * ways["cos_bearing"],
        velocity_east_mps=-speed * ways["sin_bearing"],
        velocity_north_mps=-speed * ways["cos_bearing"],
        from_deg=np.floor(np.degrees(drawn.bearing_rad)).astype(np.int64) % 360,
    )


def _units(case: Case) -> Records:
    """Numbers of networks come in the order of the units; a unit without a network is one of its own."""
    names = [unit.network or f"\0{unit.name}" for unit in case.units]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    alphabetical = sorted(range(len(case.units)), key=lambda u: case.units[u].name)
    units = records((len(case.units),), UNIT)
    for u, unit in enumerate(case.units):
        system = unit.system
        row = units[u]
        row.name = streams.name_hash(unit.name)
        row.rank = alphabetical.index(u)
        row.network = numbers[names[u]]
        row.reaction_s = system.reaction_s
        row.assessment_s = system.assessment_s
        row.channels = round(system.channels)
        row.salvo = system.missile.salvo if system.missile else 1
        row.burst_s = system.gun.burst_rounds / system.gun.rate_hz if system.gun else 0.0
        row.armed = sum(_stock(unit)) > 0
        search = system.radar or system.sensor
        if search is not None:
            row.confirm_m, row.confirm_n, row.drop_k = search.confirm_m, search.confirm_n, search.drop_k
            row.scan_s = search.scan_period_s if isinstance(search, Radar) else search.look_period_s
    return units


def _tracks(setup: Setup, drawn: Passes, units: Records, passes: Records) -> tuple[Records, Any, Any]:
    scan = setup.sites["scan_s"]
    looks = records(drawn.phase_frac.shape, LOOKS, first_s=drawn.phase_frac * scan)
    most = int(setup.ways["flight_s"].max() / scan.min(initial=3600.0)) + 2
    pd = np.zeros((*looks.shape, most))
    cdf = np.zeros_like(pd)
    fill.fill_looks(setup, looks, pd, passes)
    fill.fill_tracks(pd, looks, units, cdf)
    return looks, pd, cdf


def _jams(case: Case, setup: Setup, groups: Records) -> Records:
    jamming = [u for u, unit in enumerate(case.units) if unit.system.jammer is not None]
    jams = records((*setup.ways.shape, len(jamming)), JAM, unit=np.array(jamming, np.int64))
    fill.fill_jams(setup, groups, jams)
    return jams


def _launches(setup: Setup, groups: Records) -> tuple[Records, Any]:
    most = int((setup.ways["flight_s"] / groups["step_s"][:, None]).max()) + 3
    shape = (*setup.ways.shape, len(setup.sites), N_WEAPONS, most)
    launches = records(shape, LAUNCH)
    flags = np.zeros(shape, np.uint8)
    fill.fill_launches(setup, groups, launches, flags)
    return launches, flags


def _windows(setup: Setup, groups: Records, launches: Records, flags: Any, *, truly: bool) -> tuple[Any, Records]:
    """Room for as many windows as the pair with the most of them needs: none is clipped."""
    inside = (flags & (2 if truly else 1) > 0).astype(np.int8)
    most = int((np.diff(inside, axis=-1, prepend=0) > 0).sum(axis=-1).max(initial=1))
    count = np.zeros(flags.shape[:-1], np.int64)
    windows = records((*count.shape, most), WINDOW)
    fill.fill_windows(setup, groups, launches, flags, truly, count, windows)
    return count, windows


def _stock(unit: Unit[float]) -> tuple[int, int]:
    missile, gun = unit.system.missile, unit.system.gun
    return (
        round(missile.rounds) if missile else 0,
        math.floor(gun.rounds / gun.burst_rounds) if gun else 0,
    )


def _pk(unit: Unit[float], group: Group[float]) -> tuple[float, float]:
    missile, gun = unit.system.missile, unit.system.gun
    threat_class = group.threat.threat_class
    return (
        missile.pk[threat_class] if missile else 0.0,
        gun.pk[threat_class] if gun else 0.0,
    )
