"""Random raids with every rule somewhere among them."""

from dataclasses import replace
from random import Random
from types import MappingProxyType
from typing import Any

import cases
from crenel.core.records import Case, Doctrine, Network, Span

CLASSES = ("drone", "cruise", "aircraft")


def random_case(number: int) -> Case:
    """1 to 6 threats against 1 to 3 units, every rule somewhere among them."""
    dice = Random(number)
    delay_s = dice.choice([0.0, 0.0, 4.0])
    networked = Network("net", delay_s, dice.choice([1.0, 0.6]), _doctrine(dice))
    units = tuple(_unit(dice, f"unit {u}", loses_tracks=delay_s == 0.0) for u in range(dice.randint(1, 3)))
    groups = []
    left = dice.randint(1, 6)
    while left > 0:
        count = dice.randint(1, left)
        groups.append(_group(dice, f"group {len(groups)}", count, units))
        left -= count
    return replace(
        cases.case(*units, raid=tuple(groups), sigma_db=3.0),
        networks=MappingProxyType({"net": networked}),
        doctrine=_doctrine(dice),
        common_mode_frac=dice.choice([0.0, 0.1]),
        common_mode_threat_frac=dice.choice([0.0, 0.2]),
    )


def _doctrine(dice: Random) -> Doctrine:
    return Doctrine(
        salvo=MappingProxyType({"cruise": dice.choice([1, 2])}),
        keep=MappingProxyType({"cruise": dice.choice([0, 2])}),
        least_pk=dice.choice([0.0, 0.0, 0.45]),
        rank=dice.choice(["time", "value"]),  # type: ignore[arg-type]
        knows_route=dice.random() < 0.3,
    )


def _unit(dice: Random, name: str, *, loses_tracks: bool) -> Any:
    pk = {kind: dice.uniform(0.3, 0.9) for kind in CLASSES}
    radar = cases.radar(
        search_range_m=dice.uniform(12e3, 30e3),
        scan_period_s=dice.uniform(1.0, 4.0),
        fluctuation=dice.choice(["swerling0", "swerling1", "swerling3"]),
        confirm_m=2,
        confirm_n=3,
        drop_k=dice.choice([2, 3]) if loses_tracks else 50,
    )
    missile = cases.missile(
        range_max_m=dice.uniform(9e3, 18e3),
        speed_mean_mps=dice.uniform(600.0, 900.0),
        rounds=float(dice.randint(2, 5)),
        pk=pk,
        guidance=dice.choice(["command", "homing"]),
        spare_rounds=dice.choice([None, 3.0]),
        reload_s=dice.uniform(20.0, 60.0),
    )
    gun = cases.gun(pk=pk, burst_rounds=8.0, rate_hz=8e5) if dice.random() < 0.5 else None
    control = replace(
        cases.CONTROL,
        range_m=dice.uniform(12e3, 25e3),
        n_sectors=4,
        channels_per_sector=dice.choice([None, 1.0]),
    )
    unit = cases.unit(
        name,
        where=cases.at(dice.uniform(-6e3, 6e3), dice.uniform(-6e3, 6e3)),
        network=dice.choice(["net", "net", ""]),
        radar=radar,
        missile=missile,
        gun=gun,
        fire_control=control,
        channels=float(dice.randint(1, 2)),
        reaction_s=dice.uniform(2.0, 15.0),
        assessment_s=dice.uniform(1.0, 4.0),
        jammer=cases.jammer(0.3, range_m=3e3) if dice.random() < 0.3 else None,
    )
    return replace(unit, availability=dice.choice([None, 0.8]))


def _group(dice: Random, name: str, count: int, units: tuple[Any, ...]) -> Any:
    aimed = dice.random() < 0.25
    return cases.group(
        name,
        count=count,
        starts_m=dice.uniform(15e3, 30e3),
        speed_mps=dice.uniform(60.0, 300.0),
        threat_class=dice.choice(CLASSES),
        own_failure_frac=dice.choice([0.0, 0.2]),
        height_m=Span(60.0, 400.0),
        within_s=dice.uniform(0.0, 40.0),
        waves=dice.randint(1, count),
        wave_every_s=dice.uniform(20.0, 60.0),
        via=(cases.at(dice.uniform(-9e3, 9e3), dice.uniform(-9e3, 9e3)),) if dice.random() < 0.4 else (),
        to=dice.choice(units).name if aimed else "asset",
        silences_frac=0.7 if aimed else None,
    )
