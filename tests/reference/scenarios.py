"""Random small raids that use every rule: one to six threats against one to three units, as crenel's own records."""

import math
from dataclasses import replace
from random import Random
from typing import Any

import cases
from crenel.core.records import Asset, Case, Doctrine, Group, Network, Span, Unit
from reference.mutations import raid, shooter


def random_case(seed: int) -> Case:
    """A raid that differs from seed to seed; each group has one way, so that all its threats are alike."""
    random = Random(f"scenario {seed}")
    n_units = random.randint(1, 3)
    units = tuple(random_unit(random, name, sees=name == "a") for name in "abc"[:n_units])
    n_groups = random.randint(1, 3)
    groups = tuple(random_group(random, n, units) for n in range(n_groups))
    doctrine = Doctrine(
        salvo=some(random, 0.4, {"drone": 2}),  # type: ignore[arg-type]
        keep=some(random, 0.3, {"cruise": 2}),  # type: ignore[arg-type]
        least_pk=random.choice([0.0, 0.0, 0.2]),
        rank=random.choice(["time", "value"]),
        knows_route=random.random() < 0.2,
    )
    plain = raid(
        *units,
        groups=groups,
        common_mode_frac=random.choice([None, 0.1]),
        common_mode_threat_frac=random.choice([None, 0.2]),
    )
    network = Network("net", random.choice([0.0, 2.0, 8.0]), random.choice([1.0, 0.8]), doctrine)
    assets = (*plain.assets, Asset("plant", cases.at(4_000.0, -3_000.0), 300.0, 5.0))
    return replace(plain, networks={"net": network}, doctrine=doctrine, assets=assets)


def some(random: Random, share: float, words: dict[str, int]) -> dict[str, int]:
    return words if random.random() < share else {}


def random_unit(random: Random, name: str, sees: bool) -> Unit[float]:
    if random.random() < 0.15:
        jammer = cases.jammer(p=random.uniform(0.2, 0.6), range_m=random.uniform(3e3, 8e3))
        unit = cases.unit(name, missile=None, jammer=jammer, **random_sensor(random, sees))
    else:
        unit = random_shooter(random, name, sees)
    where = cases.at(random.uniform(-6e3, 6e3), random.uniform(-6e3, 6e3))
    return replace(
        unit,
        at=where,
        network=random.choice(["net", "net", "net", ""]),
        availability=random.choice([None, None, 0.85]),
    )


def random_sensor(random: Random, sees: bool) -> dict[str, Any]:
    """A radar, optics or, unless it must see, nothing of its own."""
    kind = random.random() * (0.85 if sees else 1.0)
    tracking = {
        "confirm_m": random.choice([1, 2, 3]),
        "confirm_n": random.choice([3, 5]),
        "drop_k": random.choice([3, 5]),
    }
    if kind < 0.65:
        radar = cases.radar(
            search_range_m=random.uniform(12e3, 35e3),
            pd_at_ref=random.uniform(0.5, 0.9),
            scan_period_s=random.choice([1.0, 2.0, 4.0]),
            instrumented_range_m=45e3,
            elevation_max_rad=1.0,
            elevation_min_rad=-0.05,
            fluctuation=random.choice(["swerling0", "swerling1", "swerling3"]),
            **tracking,
        )
        return {"radar": radar, "antenna_height_m": random.uniform(5.0, 30.0)}
    if kind < 0.85:
        sensor = cases.sensor(p=random.uniform(0.4, 0.95), range_m=random.uniform(6e3, 15e3), **tracking)
        return {"radar": None, "sensor": sensor, "antenna_height_m": random.uniform(5.0, 30.0)}
    return {"radar": None, "antenna_height_m": random.uniform(5.0, 30.0)}


def random_shooter(random: Random, name: str, sees: bool) -> Unit[float]:
    control = replace(
        cases.CONTROL,
        range_m=random.uniform(12e3, 30e3),
        elevation_min_rad=-0.05,
        n_sectors=random.choice([1, 1, 3]),
        channels_per_sector=random.choice([None, 1.0, 2.0]),
    )
    fast = random.uniform(500.0, 1_100.0)
    return shooter(
        name,
        p=random.uniform(0.15, 0.8),
        range_min_m=random.uniform(300.0, 1_500.0),
        range_max_m=random.uniform(8e3, 20e3),
        height_max_m=8_000.0,
        rounds=float(random.randint(2, 8)),
        spare_rounds=random.choice([None, 4.0]),
        reload_s=20.0,
        salvo=random.choice([1, 1, 2]),
        guidance=random.choice(["command", "homing"]),
        pk_at_range_max_frac=random.choice([None, 0.5]),
        speed_max_mps=fast,
        speed_mean_mps=fast * random.choice([1.0, 0.75]),
        speed_mean_over_m=8e3,
        gun=random.choice([None, cases.gun(p=random.uniform(0.1, 0.4), pk_at_range_max_frac=0.4, rounds=240.0)]),
        fire_control=control,
        channels=float(random.randint(1, 3)),
        reaction_s=random.uniform(2.0, 12.0),
        assessment_s=random.uniform(1.0, 5.0),
        **random_sensor(random, sees),
    )


def random_group(random: Random, n: int, units: tuple[Unit[float], ...]) -> Group[float]:
    bearing = random.uniform(0.0, 2.0 * math.pi)
    height = random.choice([60.0, 120.0, 400.0])
    kind = random.choice(["drone", "cruise", "cruise"])
    words: dict[str, Any] = {
        "threat_class": kind,
        "speed_mps": random.uniform(50.0, 80.0) if kind == "drone" else random.uniform(150.0, 260.0),
        "rcs_m2": random.choice([0.1, 0.5, 1.0]),
        "from_rad": Span(bearing, bearing),
        "height_m": Span(height, height),
        "after_s": random.uniform(0.0, 30.0),
        "own_failure_frac": random.choice([0.0, 0.1]),
        "decoy": random.random() < 0.15,
        "to": random.choice(["asset", "plant", units[0].name]),
    }
    if words["to"] == units[0].name:
        words["silences_frac"] = 0.7
    if random.random() < 0.3:
        off = bearing + random.uniform(-0.7, 0.7)
        reach = random.uniform(8e3, 14e3)
        words["via"] = (cases.at(reach * math.sin(off), reach * math.cos(off)),)
    if random.random() < 0.12:
        words |= {"motion": "ballistic", "threat_class": "ballistic", "apogee_m": 25e3, "range_m": 80e3, "via": ()}
    starts = random.uniform(18e3, 25e3) if kind == "drone" else random.uniform(25e3, 45e3)
    return cases.group(f"group {n}", count=random.randint(1, 2), starts_m=starts, **words)
