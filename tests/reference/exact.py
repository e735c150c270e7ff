"""Every way a raid can go when only kills are by chance, each with its exact probability."""

from collections import defaultdict
from fractions import Fraction

from reference.cause import cause_of
from reference.dice import Dice
from reference.geometry import Geometry
from reference.looks import Stretches
from reference.raid import play


class Branch(Dice):
    """Kill draws that follow a given list of outcomes; beyond it every shot misses, and the list grows."""

    def __init__(self, path: list[bool]) -> None:
        super().__init__(0)
        self.path = list(path)
        self.weight = Fraction(1)
        self.used = 0

    def kills(self, threat: int, number: int, probability: float) -> bool:
        if self.used == len(self.path):
            self.path.append(False)
        hit = self.path[self.used]
        self.used += 1
        p = Fraction(probability).limit_denominator(1000)
        self.weight *= p if hit else 1 - p
        return hit


def enumerate_raid(geometry: Geometry, tracks: Stretches) -> dict[tuple[str, ...], Fraction]:
    """Probability of each outcome, named by fate, or cause where a threat leaked, threat by threat."""
    found: dict[tuple[str, ...], Fraction] = defaultdict(Fraction)
    waiting: list[list[bool]] = [[]]
    while waiting:
        start = waiting.pop()
        dice = Branch(start)
        played = play(geometry, dice, tracks=tracks)
        for n in range(len(start), len(dice.path)):
            waiting.append([*dice.path[:n], True])
        n_threats = len(geometry.case.threats)
        names = tuple(cause_of(geometry, played, i) or played.fates[i] for i in range(n_threats))
        found[names] += dice.weight
    return dict(found)
