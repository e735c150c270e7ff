"""Counting: what got through, decoys apart, and where the rest came down."""

import math

from reference.case import Case
from reference.record import Played
from reference.rules import RIGHT, Rules

G_MPS2 = 9.80665


def leaks(case: Case, played: Played, rules: Rules = RIGHT) -> int:
    """Threats that reached their target; decoys are counted apart."""
    counted = [i for i, threat in enumerate(case.threats) if not (threat.decoy and rules.decoys_apart)]
    return sum(played.fates[i] == "leaked" for i in counted)


def came_down(case: Case, played: Played, i: int) -> str:
    """Where: a killed or failed threat flies on without air from where it was; a jammed one, nobody knows."""
    if played.fates[i] == "leaked":
        return "inside an asset"
    if played.fates[i] == "soft_kill" or not case.assets:
        return "unknown"
    route = case.threats[i].route
    x, y, h = route.position(played.ended_s[i])
    vx, vy, vh = route.velocity(played.ended_s[i])
    over = max(h - case.ground_m, 0.0)
    falls_s = (vh + math.sqrt(vh * vh + 2.0 * G_MPS2 * over)) / G_MPS2
    x, y = x + vx * falls_s, y + vy * falls_s
    off = min(math.hypot(x - ax, y - ay) - radius for ax, ay, radius in case.assets)
    if off <= 0.0:
        return "inside an asset"
    if off <= 1000.0:
        return "within 1 km"
    return "within 5 km" if off <= 5000.0 else "farther"
