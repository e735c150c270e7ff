"""Engine and reference, raid by raid and event by event: same ways, same tracks, same dice, then the same raid."""

import os
from dataclasses import replace
from importlib import import_module
from random import Random
from types import MappingProxyType
from typing import Any

import pytest

import cases
import reference.raid
from crenel import engine
from crenel.core.records import Case, Doctrine, Network, Span
from reference.cause import cause_of
from reference.engine import SEED, Drawer, SameDice
from reference.geometry import Geometry
from reference.raid import play
from reference.rules import Readings

preparing = import_module("crenel.engine.prepare")

N_RAIDS = int(os.environ.get("CRENEL_RAIDS", "60"))
SLACK_S = 2e-3

AS_THE_ENGINE = Readings(saturated_needs="usable_round")
"""Rounds that are kept back for other classes are nobody's whose channels are busy."""
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


def launches_of(played: engine.Replay) -> list[tuple[float, int, int, str, int]]:
    return [
        (event.time_s, event.threat, event.unit, event.weapon, event.rounds)
        for event in played.events
        if event.kind in ("launched", "fired")
    ]


def compare(case: Case, n_raids: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every way in which a raid differs; each is one line."""
    monkeypatch.setattr(preparing, "STEP_M", 10.0)  # times of flight are read between steps: here finely
    drawer = Drawer(case)
    tables = drawer.tables
    differ: list[str] = []
    monkeypatch.setattr(reference.raid, "correlated", _Table(tables, case.common_mode_frac or 0.0))
    for raid in range(n_raids):
        drawn = drawer.draw(raid)
        ours = engine.replay(tables, seed=SEED, replicate=raid)
        zero_s = min(float(threat.starts_s) for threat in drawer.state.flying)
        asked = drawer.adapter.reference(drawn.ways, step_s=0.5)
        geometry = Geometry(asked, readings=AS_THE_ENGINE)
        theirs = play(geometry, SameDice(tables, case, raid), tracks=drawn.tracks)
        launched = [
            (shot.launch_s - zero_s, shot.i, shot.u, asked.units[shot.u].weapons[shot.w].kind, shot.shots)
            for shot in theirs.engagements
        ]
        differ += differences(raid, launches_of(ours), launched)
        for i, flight in enumerate(ours.flights):
            if flight.fate != theirs.fates[i] or abs(flight.ended_s + zero_s - theirs.ended_s[i]) > 10 * SLACK_S:
                differ.append(
                    f"raid {raid} threat {i}: {flight.fate} at {flight.ended_s + zero_s:.3f}, "
                    f"reference {theirs.fates[i]} at {theirs.ended_s[i]:.3f}"
                )
            elif flight.cause != (cause := cause_of(geometry, theirs, i)):
                differ.append(f"raid {raid} threat {i}: leaked as {flight.cause}, reference {cause}")
    return differ


class _Table:
    """The engine's table of kill probabilities by chance, read as the engine reads it."""

    def __init__(self, tables: Any, rho_of_raid: float) -> None:
        self.common, self.rho_of_raid = tables.common, rho_of_raid

    def __call__(self, p: float, rho: float, uniform: float) -> float:
        level = 0 if rho == self.rho_of_raid else 1
        cells, n = self.common.shape[1], self.common.shape[2] - 1
        row = self.common[level, int(uniform * cells)]
        k = min(int(p * n), n - 1)
        return float(row[k] + (p * n - k) * (row[k + 1] - row[k]))


def differences(raid: int, ours: list[Any], theirs: list[Any]) -> list[str]:
    if len(ours) != len(theirs):
        return [f"raid {raid}: {len(ours)} launches, reference {len(theirs)}: {ours} {theirs}"]
    return [
        f"raid {raid}: launch {a}, reference {b}"
        for a, b in zip(sorted(ours), sorted(theirs), strict=True)
        if a[1:] != b[1:] or abs(a[0] - b[0]) > SLACK_S
    ]


@pytest.mark.parametrize("number", range(3))
def test_engine_and_reference_play_the_same_raids(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert compare(random_case(number), N_RAIDS, monkeypatch) == []
