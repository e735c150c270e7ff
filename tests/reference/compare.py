"""Engine and reference side by side, raid by raid and event by event."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np
import pytest

import reference.raid
from crenel import engine
from crenel.core.records import Case
from reference.cause import cause_of
from reference.engine import SEED, Drawer, SameDice
from reference.geometry import Geometry
from reference.raid import play
from reference.record import Played
from reference.rules import Readings

preparing = import_module("crenel.engine.prepare")

SLACK_S = 2e-3

AS_THE_ENGINE = Readings(saturated_needs="usable_round")
"""Rounds that are kept back for other classes are nobody's whose channels are busy."""


@dataclass
class Compared:
    """What two players made of the same raids. Of a raid that differs, each way in which it does is one line."""

    raids: int
    differ: dict[int, list[str]] = field(default_factory=dict)
    engine: Counter[str] = field(default_factory=Counter)
    reference: Counter[str] = field(default_factory=Counter)


def compare(case: Case, n_raids: int, monkeypatch: pytest.MonkeyPatch) -> Compared:
    """Play raids by both, from the same ways, tracks and dice."""
    monkeypatch.setattr(preparing, "STEP_M", 10.0)  # times of flight are read between steps: here finely
    drawer = Drawer(case)
    monkeypatch.setattr(reference.raid, "correlated", _Table(drawer.tables, case.common_mode_frac or 0.0))
    found = Compared(n_raids)
    for raid in range(n_raids):
        drawn = drawer.draw(raid)
        zero_s = min(float(threat.starts_s) for threat in drawer.state.flying)
        ours = engine.replay(drawer.tables, seed=SEED, replicate=raid)
        geometry = Geometry(drawer.adapter.reference(drawn.ways, step_s=0.5), readings=AS_THE_ENGINE)
        theirs = play(geometry, SameDice(drawer.tables, case, raid), tracks=drawn.tracks)
        lines = [*_launches(ours, theirs, geometry, zero_s), *_ends(ours, theirs, geometry, zero_s)]
        if lines:
            found.differ[raid] = lines
        found.engine.update(flight.cause or flight.fate for flight in ours.flights)
        found.reference.update(cause_of(geometry, theirs, i) or fate for i, fate in enumerate(theirs.fates))
    return found


def digest(case: Case, n_raids: int) -> str:
    """Of the whole numbers of the engine's raids."""
    played = engine.play(Drawer(case).tables, seed=SEED, replicates=np.arange(n_raids))
    found = hashlib.sha256()
    for column in played:
        found.update(np.ascontiguousarray(column).tobytes())
    return found.hexdigest()


def _launches(ours: engine.Replay, theirs: Played, geometry: Geometry, zero_s: float) -> list[str]:
    """Launches that are not the same: time, threat, unit, weapon, rounds."""
    a = sorted((e.time_s, e.threat, e.unit, e.weapon, e.rounds) for e in ours.events if e.kind in ("launched", "fired"))
    units = geometry.case.units
    b = sorted((s.launch_s - zero_s, s.i, s.u, units[s.u].weapons[s.w].kind, s.shots) for s in theirs.engagements)
    if len(a) != len(b):
        return [f"{len(a)} launches, reference {len(b)}: {a} {b}"]
    same = [x[1:] == y[1:] and abs(x[0] - y[0]) <= SLACK_S for x, y in zip(a, b, strict=True)]
    return [f"launch {x}, reference {y}" for x, y, is_same in zip(a, b, same, strict=True) if not is_same]


def _ends(ours: engine.Replay, theirs: Played, geometry: Geometry, zero_s: float) -> list[str]:
    """Threats whose fate, end or cause is not the same."""
    lines = []
    for i, flight in enumerate(ours.flights):
        a = (flight.fate, flight.cause)
        b = (theirs.fates[i], cause_of(geometry, theirs, i))
        ended_s = theirs.ended_s[i] - zero_s
        if a != b or abs(flight.ended_s - ended_s) > 10 * SLACK_S:
            lines.append(f"threat {i}: {a} at {flight.ended_s:.3f} s, reference {b} at {ended_s:.3f} s")
    return lines


class _Table:
    """The engine's table of kill probabilities by chance, read as it reads it, in place of the exact quantile."""

    def __init__(self, tables: Any, rho_of_raid: float) -> None:
        self.common, self.rho_of_raid = tables.common, rho_of_raid

    def __call__(self, p: float, rho: float, uniform: float) -> float:
        cells, n = self.common.shape[1], self.common.shape[2] - 1
        row = self.common[0 if rho == self.rho_of_raid else 1, int(uniform * cells)]
        k = min(int(p * n), n - 1)
        return float(row[k] + (p * n - k) * (row[k + 1] - row[k]))
