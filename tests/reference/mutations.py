"""One wrong rule at a time, each with a raid made to show it.

Every raid is a case of crenel's own records in which nothing but the dice of section 4 is by chance (one bearing, one
height, one arrival for each group), so that an engine and the reference can play the same. `measure` names what is
compared: the mean number of `leaks`, the share of raids with `none`, the mean number of `shots`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import cases
from crenel.core.records import Asset, Case, Doctrine, FireControl, Group, Network, Span, Unit
from reference.adapter import Adapter, Way
from reference.case import Case as ReferenceCase
from reference.dice import Dice
from reference.geometry import Geometry
from reference.looks import Looks
from reference.outcome import leaks
from reference.raid import play
from reference.rules import Rules

NORTH = Span(0.0, 0.0)
LONG_S = 500.0
"""An assessment after which nothing can be fired at again."""


@dataclass(frozen=True)
class Mutation:
    """A rule, what is measured in its raid, and how many raids show it."""

    rule: str
    measure: str
    case: Callable[[], Case]
    raids: int = 150

    def wrong(self) -> Rules:
        return Rules(**{self.rule: False})


def group(name: str = "group", **changes: Any) -> Group[float]:
    """Due south at 200 m/s from 40 km, unless told otherwise."""
    return cases.group(name, **{"from_rad": NORTH, **changes})


def raid(
    *units: Unit[float],
    groups: tuple[Group[float], ...] = (),
    doctrine: Doctrine | None = None,
    delay_s: float = 0.0,
    network_availability: float = 1.0,
    **changes: Any,
) -> Case:
    network = Network("net", delay_s, network_availability, doctrine or Doctrine())
    plain = cases.case(*units, raid=groups or (group(),))
    return replace(plain, networks={"net": network}, doctrine=doctrine or Doctrine(), **changes)


def watcher(name: str = "watcher", **changes: Any) -> Unit[float]:
    """Sees everything above the horizon and has nothing to fire."""
    return cases.unit(name, **{"missile": None, "fire_control": None, **changes})


def shooter(name: str = "unit", p: float = 0.7, **changes: Any) -> Unit[float]:
    """Has a missile; `changes` are of the missile, of the unit or of the system, whichever has the field."""
    missile = {key: changes.pop(key) for key in tuple(changes) if hasattr(cases.missile(), key)}
    unit = {key: changes.pop(key) for key in ("availability",) if key in changes}
    return replace(cases.unit(name, missile=cases.missile(p, **missile), **changes), **unit)


def eyes(p: float, **changes: Any) -> dict[str, Any]:
    """Optics to 30 km instead of a radar."""
    return {"radar": None, "sensor": cases.sensor(p, **{"range_m": 30e3, **changes})}


# --- sensing and tracks ----------------------------------------------------------------------------------------------


def confirmed_late() -> Case:
    return raid(shooter(p=0.9, **eyes(0.2, look_period_s=8.0, confirm_m=3, confirm_n=5)))


def often_missed() -> Case:
    return raid(shooter(p=0.9, reaction_s=20.0, **eyes(0.5, look_period_s=2.0)))


def lost_and_found() -> Case:
    looks = eyes(0.5, look_period_s=5.0, confirm_m=4, confirm_n=10, drop_k=2)
    return raid(shooter(p=0.01, **looks))


def over_the_horizon_and_back() -> Case:
    # Out of sight for 80 s beyond 28 km; then a reaction of 2 minutes begins anew.
    way = (cases.at(0.0, 24_000.0), cases.at(14_000.0, 34_000.0))
    low = group(starts_m=27_000.0, via=way, height_m=Span(20.0, 20.0))
    return raid(shooter(p=0.05, antenna_height_m=5.0, reaction_s=120.0), groups=(low,))


# --- networks --------------------------------------------------------------------------------------------------------


def one_sees() -> Case:
    return raid(watcher(), shooter(p=0.9, **eyes(1.0, range_m=100.0)))


def slow_network() -> Case:
    return raid(watcher(), shooter(p=0.01, radar=None), delay_s=140.0)


def slow_network_and_crew() -> Case:
    return raid(watcher(), shooter(p=0.01, radar=None, reaction_s=80.0), delay_s=80.0)


def network_down() -> Case:
    return raid(watcher(), shooter(p=1.0, radar=None), network_availability=0.5)


def unit_down() -> Case:
    return raid(shooter(p=1.0, availability=0.5))


def strangers() -> Case:
    return raid(replace(watcher(), network=""), replace(shooter(p=1.0, radar=None), network=""))


# --- decision --------------------------------------------------------------------------------------------------------


def near_sighted_fire_control() -> Case:
    control = FireControl(range_m=6e3, ref_rcs_m2=1.0, elevation_min_rad=-1.5, elevation_max_rad=1.6)
    return raid(shooter(p=0.01, fire_control=control))


def a_turn_before_the_ring() -> Case:
    # It turns aside just before it would be met at 18 km, and comes back when the only round is gone.
    way = (cases.at(0.0, 19_000.0), cases.at(25_000.0, 19_000.0))
    return raid(shooter(p=1.0, rounds=1.0), groups=(group(via=way),))


def three_in_a_row(rank: str, last: str = "asset") -> Case:
    # While the first is being assessed two others come near; there is time for both only if the nearer goes first.
    first = group("first", starts_m=20_000.0)
    near = group("near", starts_m=22_000.0, after_s=93.0)
    far = group("far", starts_m=24_000.0, after_s=103.0, to=last)
    plain = raid(
        shooter(p=1.0, assessment_s=75.0),
        groups=(first, far, near),
        doctrine=Doctrine(rank=rank),  # type: ignore[arg-type]
    )
    return replace(plain, assets=(*plain.assets, Asset("treasure", cases.HERE, 100.0, 10.0)))


def rank_by_time() -> Case:
    return three_in_a_row("time")


def rank_by_value() -> Case:
    return three_in_a_row("value", "treasure")


def fast_and_slow() -> Case:
    slow = shooter("a", p=0.1, radar=None, assessment_s=LONG_S, speed_max_mps=500.0, speed_mean_mps=500.0)
    fast = shooter("b", p=0.9, radar=None, assessment_s=LONG_S)
    return raid(watcher(), slow, fast, groups=(group(starts_m=20_000.0),))


def rich_and_poor() -> Case:
    poor = shooter("a", p=0.1, radar=None, assessment_s=LONG_S, rounds=1.0)
    rich = shooter("b", p=0.9, radar=None, assessment_s=LONG_S, rounds=5.0)
    return raid(watcher(), poor, rich, groups=(group(starts_m=20_000.0),))


def gun_and_missile() -> Case:
    slow: dict[str, Any] = {"speed_max_mps": 400.0, "speed_mean_mps": 400.0}
    both = shooter(p=0.9, gun=cases.gun(0.1), assessment_s=LONG_S, range_min_m=500.0, **slow)
    return raid(both, groups=(group(starts_m=3_800.0),))


def salvo_of_three() -> Case:
    return raid(shooter(p=0.5, assessment_s=LONG_S), doctrine=Doctrine(salvo={"cruise": 3}))


def one_after_the_other() -> Case:
    groups = tuple(group(f"group {n}", after_s=5.0 * n) for n in range(5))
    return raid(shooter(p=0.9, channels=10.0), groups=groups)


def rounds_for_another_class() -> Case:
    units = shooter(p=1.0, rounds=6.0, channels=6.0)
    return raid(units, groups=(group(count=6),), doctrine=Doctrine(keep={"ballistic": 5}))


def poor_weapon() -> Case:
    return raid(shooter(p=0.3), doctrine=Doctrine(least_pk=0.5))


# --- engagement ------------------------------------------------------------------------------------------------------


def long_assessment() -> Case:
    return raid(shooter(p=1.0, assessment_s=30.0), groups=(group(count=6),))


def long_assessment_of_one() -> Case:
    return raid(shooter(p=0.1, assessment_s=30.0, channels=2.0))


def one_sector() -> Case:
    control = replace(cases.CONTROL, n_sectors=4, channels_per_sector=1.0)
    return raid(shooter(p=1.0, fire_control=control, channels=4.0, assessment_s=LONG_S), groups=(group(count=4),))


def two_at_once() -> Case:
    both = shooter(p=1.0, gun=cases.gun(1.0), assessment_s=LONG_S, range_min_m=500.0)
    return raid(both, groups=(group(count=2, starts_m=3_800.0),))


def many_tries() -> Case:
    return raid(shooter(p=0.3))


def out_of_sight_under_way() -> Case:
    # It flies away; a round that catches up does so behind the horizon.
    far: dict[str, Any] = {"range_max_m": 60e3, "speed_mean_over_m": 60e3}
    far |= {"speed_max_mps": 400.0, "speed_mean_mps": 400.0}
    low = group(starts_m=35_000.0, from_rad=Span(3.141592653589793, 3.141592653589793), height_m=Span(20.0, 20.0))
    plain = raid(shooter(p=1.0, antenna_height_m=5.0, **far), groups=(low,))
    return replace(plain, assets=(Asset("asset", cases.at(0.0, 55_000.0), 100.0),))


def one_round_at_a_time() -> Case:
    return raid(shooter(p=0.5, rounds=1.0, spare_rounds=5.0, reload_s=5.0))


def twelve_with_one_shot() -> Case:
    units = shooter(p=0.7, channels=12.0, assessment_s=LONG_S)
    return raid(units, groups=(group(count=12),), common_mode_frac=0.3)


def salvo_that_shares_its_luck() -> Case:
    units = shooter(p=0.5, assessment_s=LONG_S, salvo=4)
    return raid(units, groups=(group(count=1),), common_mode_threat_frac=0.5)


def far_shot() -> Case:
    return raid(shooter(p=0.9, assessment_s=LONG_S, pk_at_range_max_frac=0.1))


# --- what else happens to threats and units --------------------------------------------------------------------------


def jammed() -> Case:
    return raid(cases.jamming(p=0.5))


def failing() -> Case:
    return raid(watcher(), groups=(group(own_failure_frac=0.5),))


def aimed_at_the_unit() -> Case:
    # The first flies below the envelope and hits the only unit; the second follows a minute later.
    low = group("low", to="unit", height_m=Span(20.0, 20.0), silences_frac=1.0)
    late = group("late", after_s=180.0)
    return raid(shooter(p=1.0, height_min_m=50.0), groups=(low, late))


def a_decoy_among_them() -> Case:
    return raid(watcher(), groups=(group("real"), group("decoy", decoy=True)))


MUTATIONS = (
    Mutation("m_of_n", "leaks", confirmed_late),
    Mutation("drop_after_k", "leaks", often_missed),
    Mutation("history_emptied", "shots", lost_and_found),
    Mutation("masked_look_is_miss", "shots", over_the_horizon_and_back),
    Mutation("network_holds_any", "leaks", one_sees, 50),
    Mutation("network_delay", "shots", slow_network, 60),
    Mutation("own_picture_clock", "shots", slow_network_and_crew, 60),
    Mutation("network_availability", "leaks", network_down),
    Mutation("unit_availability", "leaks", unit_down),
    Mutation("unlinked_blind", "leaks", strangers, 20),
    Mutation("launch_needs_fire_control", "shots", near_sighted_fire_control, 60),
    Mutation("planner_straight", "leaks", a_turn_before_the_ring, 20),
    Mutation("rank_by_time", "leaks", rank_by_time, 20),
    Mutation("rank_by_value", "leaks", rank_by_value, 20),
    Mutation("earliest_intercept", "leaks", fast_and_slow),
    Mutation("most_rounds", "leaks", rich_and_poor),
    Mutation("guns_last", "leaks", gun_and_missile),
    Mutation("salvo_by_class", "leaks", salvo_of_three, 300),
    Mutation("shoot_look_shoot", "shots", one_after_the_other),
    Mutation("keep_back", "leaks", rounds_for_another_class, 20),
    Mutation("least_pk", "leaks", poor_weapon, 20),
    Mutation("busy_till_assessed", "leaks", long_assessment, 20),
    Mutation("assessment_delays", "shots", long_assessment_of_one),
    Mutation("sector_channels", "leaks", one_sector, 20),
    Mutation("shared_channels", "leaks", two_at_once, 20),
    Mutation("miss_returns_to_network", "leaks", many_tries),
    Mutation("command_needs_sight", "leaks", out_of_sight_under_way, 20),
    Mutation("reload", "leaks", one_round_at_a_time),
    Mutation("common_mode", "none", twelve_with_one_shot, 500),
    Mutation("threat_common_mode", "leaks", salvo_that_shares_its_luck, 500),
    Mutation("pk_shape", "leaks", far_shot),
    Mutation("soft_kill", "leaks", jammed),
    Mutation("own_failure", "leaks", failing),
    Mutation("silencing", "leaks", aimed_at_the_unit, 20),
    Mutation("decoys_apart", "leaks", a_decoy_among_them, 20),
)
"""More than one for each subsection of 4.4 to 4.9."""


def fixed_ways(case: Case) -> list[Way]:
    """The one way of every threat of a case whose spans have no width."""
    ways = []
    for g, read in enumerate(case.groups):
        way = Way(g, read.from_rad.low, read.starts_m.low, read.height_m.low, read.after_s)
        ways += [way] * read.count
    return ways


def reference_case(case: Case) -> ReferenceCase:
    return Adapter(case).reference(fixed_ways(case))


def measured(mutation: Mutation, rules: Rules, seed: int = 1) -> list[float]:
    """What is measured, raid by raid."""
    case = reference_case(mutation.case())
    geometry = Geometry(case, rules)
    looks = Looks(case, rules)
    found = []
    for number in range(mutation.raids):
        played = play(geometry, Dice(f"{seed}/{number}"), looks)
        got_through = leaks(case, played, rules)
        found.append(
            {"leaks": float(got_through), "none": float(got_through == 0), "shots": float(sum(played.shots))}[
                mutation.measure
            ]
        )
    return found
