"""Beside each simulated answer the closed form that bounds or approximates it, and whether they part for no reason."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from crenel.core.records import Bracket, Group, Missile, Scenario, Unit
from crenel.studies.closed_forms import (
    binomial_no_leak,
    leak_in_depth,
    lost_to_the_queue,
    shots_in_depth,
)

Json = dict[str, Any]

_SLACK: Final = 1e-9
_FAR: Final = 3.0
"""Half-widths of an interval beyond which two numbers part."""


def cross_check(scenario: Scenario[Bracket], answer: Mapping[str, Any]) -> list[Json]:
    """Closed forms against the simulation, most telling first.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    answer : mapping
        A summary with its numbers.

    Returns
    -------
    list of dict
        `name`, `closed`, `simulated` (mean), `relation` ("equals", "at least", "at most", "about": what the simulation
        should be to the closed form), `parts` (it is not), `reason` (why it may be: empty where nothing is known), and
        `flag`: they part and no reason is known.
    """
    if not scenario.n_threats:
        return []
    return [*_nobody_shoots(scenario, answer), *_depth(scenario, answer), *_alone(answer), *_queue(scenario, answer)]


def _row(name: str, closed: float, simulated: Mapping[str, Any], relation: str, reason: str = "") -> Json:
    mean, (lo, hi) = float(simulated["mean"]), simulated["dice"]
    room = _FAR / 2.0 * (hi - lo) + _SLACK
    parts = {
        "equals": abs(mean - closed) > room,
        "about": abs(mean - closed) > max(room, 0.5 * closed),
        "at least": mean < closed - room,
        "at most": mean > closed + room,
    }[relation]
    return {
        "name": name,
        "closed": closed,
        "simulated": mean,
        "relation": relation,
        "parts": parts,
        "reason": reason if parts else "",
        "flag": parts and not reason,
    }


def _nobody_shoots(scenario: Scenario[Bracket], answer: Mapping[str, Any]) -> Iterator[Json]:
    """Without a kill all leak but what fails by itself: exact where nothing jams and nothing is silenced."""
    in_doubt = bool(answer["doubts"]["n_doubt"])
    closed = sum(
        group.count * (1.0 - _mean(group.threat.own_failure_frac, in_doubt=in_doubt))
        for group in scenario.groups
        if not group.decoy
    )
    p, mean, lo, hi = answer["pk"]["curve"][0]
    if p != 0.0:
        return
    jams = any(unit.system.jammer is not None for unit in scenario.units)
    yield _row(
        "threats that get through if no shot kills: all but those that fail by themselves",
        closed,
        {"mean": mean, "dice": [lo, hi]},
        "at most" if jams else "equals",
        "the range of how often threats fail by themselves is sampled at few points" if in_doubt else "",
    )


def _mean(figure: Bracket, *, in_doubt: bool) -> float:
    return (figure.low + figure.value + figure.high) / 3.0 if in_doubt and figure.is_doubtful else figure.value


def _depth(scenario: Scenario[Bracket], answer: Mapping[str, Any]) -> Iterator[Json]:
    """No threat is shot at more often than every unit could if it came straight at each and nobody were busy."""
    if not answer["pk"]["stated"]:
        return
    p, mean, lo, hi = answer["pk"]["curve"][1]
    bound = 0.0
    for group in (group for group in scenario.groups if not group.decoy):
        n_shots = sum(_most_shots(unit, group) for unit in scenario.units)
        bound += group.count * (1.0 - group.threat.own_failure_frac.high) * leak_in_depth(p, n_shots)
    jams = any(unit.system.jammer is not None for unit in scenario.units)
    if not jams:
        yield _row(
            f"threats that survive as many shots as geometry allows, each a kill with p = {p:g}: shoot, look, shoot",
            bound,
            {"mean": mean, "dice": [lo, hi]},
            "at least",
        )


def _most_shots(unit: Unit[Bracket], group: Group[Bracket]) -> int:
    """At the ends of all brackets that allow most; a salvo counts its rounds, a gun its bursts."""
    system, threat = unit.system, group.threat
    found = 0
    for weapon in (system.missile, system.gun):
        if weapon is None or threat.threat_class not in weapon.pk:
            continue
        if isinstance(weapon, Missile):
            speed, salvo, stock = weapon.speed_max_mps.high, weapon.salvo, weapon.rounds.high
            speed = max(speed, weapon.speed_mean_mps.high)
        else:
            speed, salvo = weapon.projectile_speed_mps.high, 1
            stock = weapon.rounds.high / max(weapon.burst_rounds.low, 1.0)
        if threat.motion == "ballistic":
            found += int(stock)  # it comes faster and steeper than the form supposes
            continue
        # It may come past as well as straight in: twice the depth.
        n = 2 * shots_in_depth(
            range_max_m=weapon.range_max_m.high,
            range_min_m=min(weapon.range_min_m.low, weapon.range_max_m.high) * 0.5,
            threat_speed_mps=threat.speed_mps.low,
            round_speed_mps=speed,
            between_s=system.assessment_s.low,
        )
        found += min(n * salvo * max(1, round(system.channels.high)), int(stock) + 1)
    return found


def _alone(answer: Mapping[str, Any]) -> Iterator[Json]:
    """Raids without a leak, if threats leaked independently of each other."""
    closed = binomial_no_leak(answer["leak_share"]["mean"], int(answer["threats"]))
    shared = "threats of one raid share rounds, channels and passes, and their kinds leak differently"
    if answer["doubts"]["n_doubt"]:
        shared += "; and every raid of one setting shares what is not published"
    yield _row(
        "raids in which nothing gets through, if each threat leaked on its own",
        closed,
        answer["p_no_leak"],
        "about",
        shared,
    )


def _queue(scenario: Scenario[Bracket], answer: Mapping[str, Any]) -> Iterator[Json]:
    """Threats that find everyone busy while they can be shot at: M/M/c with patience."""
    groups = [group for group in scenario.groups if group.within_s > 0.0 and group.threat.motion == "level"]
    armed = [unit for unit in scenario.units if unit.system.missile is not None]
    if not groups or not armed or len(groups) < len(scenario.groups):
        return
    span_s = max(group.after_s + group.within_s for group in groups)
    weighted = [(group.count, group.threat.speed_mps.value) for group in groups]
    speed_mps = sum(n * v for n, v in weighted) / sum(n for n, _ in weighted)
    channels = sum(round(unit.system.channels.value) for unit in armed)
    reaches_m = [_missile(unit).range_max_m.value for unit in armed]
    services_s = [
        0.5 * reach_m / _missile(unit).speed_mean_mps.value + unit.system.assessment_s.value
        for unit, reach_m in zip(armed, reaches_m, strict=True)
    ]
    closed = lost_to_the_queue(
        rate_hz=scenario.n_threats / span_s,
        service_s=_middle(services_s),
        channels=channels,
        patience_s=_middle(reaches_m) / speed_mps,
    )
    floor = answer["pk"]["floor"]
    busy = floor["causes"].get("saturated", 0.0) / max(1, int(answer["threats"]))
    width = (floor["dice"][1] - floor["dice"][0]) / max(1, int(answer["threats"]))
    yield _row(
        "share that finds every channel busy if every shot kills: a queue with patience",
        closed,
        {"mean": busy, "dice": [max(busy - width / 2.0, 0.0), busy + width / 2.0]},
        "about",
        "the form knows no geometry: it takes every channel as able to reach every threat, and a raid is too short for "
        "a queue to settle",
    )


def _missile(unit: Unit[Bracket]) -> Missile[Bracket]:
    assert unit.system.missile is not None
    return unit.system.missile


def _middle(values: Sequence[float]) -> float:
    return sum(values) / len(values)
