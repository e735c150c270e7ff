"""The compiled engine's raids for the reference: the same ways, the same tracks of every sensor, the same dice."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from crenel import engine
from crenel.core import streams
from crenel.core.jit import kernel
from crenel.core.records import Case
from crenel.engine.begin import begin
from crenel.engine.passes import draw_passes
from crenel.engine.picture import draw_first_firm, follow_track
from crenel.engine.state import AS_STATED, State, new_state
from crenel.engine.state import Dice as EngineDice
from crenel.engine.tables import Tables
from crenel.world import build
from reference.adapter import Adapter, Way
from reference.dice import Dice
from reference.geometry import Interval
from reference.looks import Stretches

SEED = 1
N_PASSES = 4


class SameDice(Dice):
    """The engine's draws, by the reference's names."""

    def __init__(self, tables: Tables, case: Case, raid: int) -> None:
        super().__init__(raid)
        self.tables, self.raid = tables, raid
        self.threats = [int(name) for name in tables.threats["name"]]
        self.units = [int(name) for name in tables.units["name"]]
        self.case = case

    def uniform(self, purpose: int, name: int, occurrence: int = 0) -> float:
        return float(streams.uniform(SEED, self.raid, purpose, name, occurrence))

    def kills(self, threat: int, number: int, probability: float) -> bool:
        return self.uniform(streams.KILL, self.threats[threat], number) < probability

    def common(self) -> float:
        return self.uniform(streams.COMMON_MODE, 0)

    def common_of_threat(self, threat: int) -> float:
        return self.uniform(streams.COMMON_MODE, self.threats[threat], 1)

    def unit_works(self, unit: int, probability: float) -> bool:
        return probability >= 1.0 or self.uniform(streams.AVAILABLE, self.units[unit]) < probability

    def network_works(self, network: str, probability: float) -> bool:
        return probability >= 1.0 or self.uniform(streams.AVAILABLE, streams.name_hash(network), 1) < probability

    def fails_at(self, threat: int, probability: float) -> float | None:
        name = self.threats[threat]
        if self.uniform(streams.OWN_FAILURE, name) >= probability:
            return None
        return self.uniform(streams.OWN_FAILURE, name, 1)

    def thrown_off(self, threat: int, unit: int, probability: float) -> bool:
        return self.uniform(streams.SOFT_KILL, int(self.tables.pairs[threat, unit])) < probability

    def silences(self, threat: int, probability: float) -> bool:
        return self.uniform(streams.SILENCE, self.threats[threat]) < probability


@dataclass(frozen=True)
class Drawn:
    """What the engine drew before the first shot of one raid."""

    ways: list[Way]
    tracks: Stretches


class Drawer:
    """Draws raids of one case as the engine does."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.world = build(case)
        self.tables = engine.prepare(case, self.world, seed=SEED, block=0, n_passes=N_PASSES)
        self.passes = draw_passes(case, seed=SEED, block=0, n_passes=N_PASSES)
        self.adapter = Adapter(case)
        self.state = new_state(self.tables, room=8)

    def draw(self, raid: int) -> Drawn:
        tables, state = self.tables, self.state
        dice = EngineDice(SEED, raid, AS_STATED)
        begin(tables, state, dice)
        ways = []
        for i, threat in enumerate(tables.threats):
            g, v = int(threat.group), int(state.flying[i].way)
            ways.append(
                Way(
                    g,
                    float(self.passes.bearing_rad[g, v]),
                    float(self.passes.start_m[g, v]),
                    float(self.passes.height_m[g, v]),
                    float(state.flying[i].arrives_s),
                    float(self.passes.rcs_factor[g, v]),
                )
            )
        return Drawn(ways, self.tracks(dice))

    def tracks(self, dice: EngineDice) -> dict[tuple[int, int], list[Interval]]:
        """Every stretch for which each unit's own sensor holds each threat, heard at once."""
        found: dict[tuple[int, int], list[Interval]] = {}
        for s, seat in enumerate(self.tables.seats):
            for i in range(len(self.tables.threats)):
                if (i, int(seat.unit)) not in found and seat.lag_s == 0.0:
                    stays = np.zeros((200, 2))
                    n = _stays(self.tables, self.state, i, s, dice, stays)
                    found[i, int(seat.unit)] = [(float(since), float(until)) for since, until in stays[:n]]
        return found


@kernel
def _stays(tables: Tables, scratch: State, i: int, s: int, dice: EngineDice, out: Any) -> int:
    arrives = scratch.flying[i].arrives_s
    track, drop_k = scratch.tracks[i, s], tables.units[tables.seats[s].unit].drop_k
    draw_first_firm(tables, scratch, i, s, dice)
    n = 0
    while track.firm_s < arrives and n < len(out):
        out[n, 0] = track.firm_s
        out[n, 1] = math.inf
        follow_track(tables, scratch, i, s, track.firm_s, arrives, dice)
        n += 1
        if track.misses < drop_k:
            break
        out[n - 1, 1] = track.held_until_s
        follow_track(tables, scratch, i, s, track.held_until_s, arrives, dice)
    return n
