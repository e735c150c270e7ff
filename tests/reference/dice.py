"""Chance inside a raid. Every draw has a name, so that a raid can be played again with one rule changed."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from scipy.special import betaincinv


class Dice:
    """Named draws of one raid; all uniform in [0, 1)."""

    def __init__(self, seed: int | str) -> None:
        self.seed = seed

    def stream(self, *names: object) -> Callable[[], float]:
        """As many draws of one name as are asked for."""
        return random.Random(f"{self.seed}/{names}").random

    def draw(self, *names: object) -> float:
        return self.stream(*names)()

    def kills(self, threat: int, number: int, probability: float) -> bool:
        """Whether the n-th shot that anybody fired at a threat kills it. Shots are numbered from 0 as launched."""
        return self.draw("kill", threat, number) < probability

    def common(self) -> float:
        """Phi(z) of the raid."""
        return self.draw("common")

    def common_of_threat(self, threat: int) -> float:
        return self.draw("common", threat)

    def unit_works(self, unit: int, probability: float) -> bool:
        return probability >= 1.0 or self.draw("unit", unit) < probability

    def network_works(self, network: str, probability: float) -> bool:
        return probability >= 1.0 or self.draw("network", network) < probability

    def fails_at(self, threat: int, probability: float) -> float | None:
        """Share of its way after which a threat fails by itself; None if it does not."""
        if probability <= 0.0 or self.draw("fails", threat) >= probability:
            return None
        return self.draw("fails at", threat)

    def thrown_off(self, threat: int, unit: int, probability: float) -> bool:
        return self.draw("jammer", threat, unit) < probability

    def silences(self, threat: int, probability: float) -> bool:
        return self.draw("silences", threat) < probability

    def looks(self, threat: int, unit: int) -> Callable[[], float]:
        return self.stream("looks", threat, unit)

    def phase(self, threat: int, unit: int) -> float:
        """Share of a look period from a threat's appearance to the first look at it, one of eight."""
        return (int(8 * self.draw("phase", threat, unit)) + 0.5) / 8


@dataclass(frozen=True)
class Given:
    """Outcomes of everything but looks, as another engine drew them. Uniforms are compared with probabilities here."""

    kill: Callable[[int, int], float]
    common: float = 0.5
    common_of_threat: Callable[[int], float] = lambda threat: 0.5
    unit_works: Callable[[int], bool] = lambda unit: True
    network_works: Callable[[str], bool] = lambda network: True
    fails_at: Callable[[int], float | None] = lambda threat: None
    jammer: Callable[[int, int], float] = lambda threat, unit: 1.0
    silence: Callable[[int], float] = lambda threat: 1.0


class GivenDice(Dice):
    """Dice that have been cast already; for a raid whose tracks are given too."""

    def __init__(self, given: Given) -> None:
        super().__init__(0)
        self.given = given

    def kills(self, threat: int, number: int, probability: float) -> bool:
        return self.given.kill(threat, number) < probability

    def common(self) -> float:
        return self.given.common

    def common_of_threat(self, threat: int) -> float:
        return self.given.common_of_threat(threat)

    def unit_works(self, unit: int, probability: float) -> bool:
        return self.given.unit_works(unit)

    def network_works(self, network: str, probability: float) -> bool:
        return self.given.network_works(network)

    def fails_at(self, threat: int, probability: float) -> float | None:
        return self.given.fails_at(threat)

    def thrown_off(self, threat: int, unit: int, probability: float) -> bool:
        return self.given.jammer(threat, unit) < probability

    def silences(self, threat: int, probability: float) -> bool:
        return self.given.silence(threat) < probability


def correlated(p: float, rho: float, uniform: float) -> float:
    """The Beta(p (1 - rho) / rho, (1 - p)(1 - rho) / rho) quantile: its mean is p, shots that share it correlate."""
    if rho <= 0.0 or not 0.0 < p < 1.0:
        return p
    return float(betaincinv(p * (1.0 - rho) / rho, (1.0 - p) * (1.0 - rho) / rho, uniform))
