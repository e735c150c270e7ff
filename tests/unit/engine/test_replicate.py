from dataclasses import replace
from importlib import import_module
from typing import Any

import numba
import numpy as np
import pytest

import cases
from crenel.core.records import CAUSES, FATES, Case, Span
from crenel.engine import Tables

replicate: Any = import_module("crenel.engine.replicate")

SOUTH = Span(np.pi, np.pi + 0.01)
DIM = {"search_range_m": 10e3, "confirm_m": 3, "confirm_n": 5, "fluctuation": "swerling1"}

CAUSED = {
    "unseen": cases.case(cases.unit(where=cases.at(0.0, 130e3))),
    "undetected": cases.case(cases.unit(radar=cases.radar(**DIM)), raid=(cases.group(rcs_m2=1e-9),)),
    "out_of_reach": cases.case(cases.unit(where=cases.at(0.0, 30e3)), raid=(cases.group(from_rad=SOUTH),)),
    "too_late": cases.case(cases.unit(reaction_s=250.0)),
    "missed": cases.case(cases.unit(missile=cases.missile(0.0))),
}


@pytest.mark.nojit
@pytest.mark.parametrize("cause", CAUSED)
def test_each_cause_where_it_was_made(cause: str) -> None:
    played = cases.play(CAUSED[cause], 6)
    assert cases.leaked(played).all()
    assert cases.cause_names(played) == {cause}
    assert (played.rounds > 0).all() == (cause == "missed")


@pytest.mark.nojit
def test_saturated_where_all_come_at_once_and_there_is_one_channel() -> None:
    unit = cases.unit(missile=cases.missile(1.0), assessment_s=300.0)
    played = cases.play(cases.case(unit, raid=(cases.group(count=5),)), 4)
    assert (cases.leaked(played).sum(axis=1) == 4).all()
    assert cases.cause_names(played) == {"saturated"}


@pytest.mark.nojit
def test_no_rounds_where_one_round_meets_two_threats() -> None:
    unit = cases.unit(missile=cases.missile(1.0, rounds=1.0))
    raid = (cases.group("first"), cases.group("second", after_s=60.0))
    played = cases.play(cases.case(unit, raid=raid), 4)
    assert cases.leaked(played).tolist() == [[False, True]] * 4
    assert cases.cause_names(played) == {"no_rounds"}


@pytest.mark.nojit
def test_a_sensor_alone_stops_nothing() -> None:
    """Seen and held, but by nobody who is armed."""
    played = cases.play(cases.case(cases.unit(missile=None)), 4)
    assert cases.cause_names(played) == {"undetected"}


@pytest.mark.nojit
def test_a_unit_without_radar_shoots_on_its_networks_track_and_never_alone() -> None:
    eyes = cases.unit("eyes", missile=None, network="net")
    hands = cases.unit("hands", radar=None, missile=cases.missile(1.0), network="net")
    together = cases.play(cases.case(eyes, hands), 4)
    assert (together.unit == 1).all()
    apart = cases.play(cases.case(replace(eyes, network=""), replace(hands, network="")), 4)
    assert cases.cause_names(apart) == {"undetected"}


@pytest.mark.nojit
def test_one_unit_of_a_network_shoots_at_a_time_and_units_of_no_network_all_do() -> None:
    """One round each, on its way for 20 s from the first launch: a network wastes none of them on a dead threat."""
    units = [cases.unit(name, missile=cases.missile(1.0, rounds=1.0)) for name in "abc"]
    assert (cases.play(cases.case(*units), 4).rounds == 1).all()
    apart = [replace(unit, network="") for unit in units]
    assert (cases.play(cases.case(*apart), 4).rounds == 3).all()


@pytest.mark.nojit
def test_the_earliest_intercept_shoots_then_most_rounds_then_the_name() -> None:
    east = cases.group(from_rad=Span(np.pi / 2, np.pi / 2 + 1e-9))
    weapon = cases.missile(1.0)
    far, near = (
        cases.unit("a", where=cases.at(0.0, 9e3), missile=weapon),
        cases.unit("b", where=cases.at(9e3, 0.0), missile=weapon),
    )
    assert (cases.play(cases.case(far, near, raid=(east,)), 4).unit == 1).all()
    few, many = cases.unit("a", missile=cases.missile(1.0, rounds=3.0)), cases.unit("b", missile=weapon)
    assert (cases.play(cases.case(few, many), 4).unit == 1).all()
    second, first = cases.unit("b", missile=weapon), cases.unit("a", missile=weapon)
    assert (cases.play(cases.case(second, first), 4).unit == 1).all()


@pytest.mark.nojit
def test_a_miss_returns_the_threat_to_the_whole_network() -> None:
    """Two equal units and no kill: whoever has more rounds left shoots next, so they take turns."""
    units = [cases.unit(name, missile=cases.missile(0.0)) for name in "ab"]
    played = cases.play(cases.case(*units), 4)
    assert (played.unit_rounds.sum(axis=1) == played.rounds[:, 0]).all()
    assert (abs(np.diff(played.unit_rounds.astype(int), axis=1)) <= 1).all()
    assert (played.rounds >= 8).all()


@pytest.mark.nojit
def test_guns_come_last() -> None:
    """Two missiles that miss, then bursts once the threat is inside the guns' envelope."""
    unit = cases.unit(missile=cases.missile(0.0, rounds=2.0), gun=cases.gun(0.0))
    played = cases.play(cases.case(unit), 4)
    assert (played.rounds == 2).all()
    assert (played.bursts >= 5).all()
    killing = cases.unit(missile=cases.missile(0.0, rounds=2.0), gun=cases.gun(1.0))
    by_gun = cases.play(cases.case(killing), 4)
    assert (by_gun.fate == FATES.index("gun")).all()
    assert (by_gun.bursts == 1).all()
    plenty = cases.unit(missile=cases.missile(1.0, range_min_m=0.0), gun=cases.gun(1.0))
    assert (cases.play(cases.case(plenty), 4).fate == FATES.index("missile")).all()


@pytest.mark.nojit
def test_a_free_channel_goes_to_the_threat_with_the_least_time_left() -> None:
    """While the only channel is busy with x, z (5 s behind) and y (10 s behind) come to wait; two rounds in all."""
    unit = cases.unit(missile=cases.missile(1.0, rounds=2.0))
    raid = (cases.group("x"), cases.group("y", after_s=10.0), cases.group("z", after_s=5.0))
    played = cases.play(cases.case(unit, raid=raid), 4)
    assert cases.leaked(played).tolist() == [[False, True, False]] * 4


@pytest.mark.nojit
def test_a_track_that_comes_back_needs_its_reaction_anew() -> None:
    """Held with gaps, tracks shorter than the reaction: never fired on, and that is 'too late', not 'missed'."""
    sensor = cases.radar(search_range_m=20e3, fluctuation="swerling1", drop_k=1, pd_at_ref=0.3)
    asked = cases.case(cases.unit(radar=sensor, reaction_s=60.0))
    slow = cases.play(asked, 40, n_passes=4)
    quick = cases.play(replace(asked, units=(cases.unit(radar=sensor, reaction_s=0.0),)), 40, n_passes=4)
    assert slow.fallback_looks.sum() > 0
    assert slow.rounds.sum() < 0.2 * quick.rounds.sum()


# --- the log of a raid: only where physics is plain Python can every event be watched ---------------------------------


class Watch:
    """Checks every engagement as it happens."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.n_engaged = 0
        self.under_way: dict[tuple[int, int], float] = {}
        for name in ("_engage", "_intercept", "_assess"):
            monkeypatch.setattr(replicate, name, self._watched(name, getattr(replicate, name)))

    def _watched(self, name: str, original: Any) -> Any:
        def call(tables: Tables, scratch: Any, i: int, u: int, *more: Any) -> None:
            getattr(self, name)(tables, scratch, i, u, *more)
            original(tables, scratch, i, u, *more)
            self._never_over_used(tables, scratch)

        return call

    def _engage(self, tables: Tables, scratch: Any, i: int, u: int, w: int, now_s: float, _dice: Any) -> None:
        threat, unit = scratch.flying[i], tables.units[u]
        assert threat.alive
        assert threat.starts_s <= now_s < threat.arrives_s
        assert scratch.crews[u].channels > 0
        assert scratch.stock[u, w] > 0
        network = {v for v in range(len(tables.units)) if tables.units[v].network == unit.network}
        assert not any((i, v) in self.under_way for v in network), "a network engages a threat once at a time"
        flight, share, _sector = replicate.launch_now(tables, scratch, i, u, w, now_s)
        assert flight > 0.0
        assert 0.0 <= share <= 1.0
        self.under_way[i, u] = now_s + flight + (unit.burst_s if w == 1 else 0.0)
        self.n_engaged += 1

    def _intercept(self, _tables: Tables, _scratch: Any, i: int, u: int, now_s: float) -> None:
        assert self.under_way[i, u] == now_s, "rounds meet their threat when they have flown there"

    def _assess(self, tables: Tables, _scratch: Any, i: int, u: int, now_s: float, _dice: Any) -> None:
        assert now_s == pytest.approx(self.under_way.pop((i, u)) + tables.units[u].assessment_s)

    def _never_over_used(self, tables: Tables, scratch: Any) -> None:
        assert (scratch.crews["channels"] >= 0).all()
        assert (scratch.crews["channels"] <= tables.units["channels"]).all()
        assert (scratch.stock >= 0).all()
        assert (scratch.stock + scratch.fired == tables.stock).all()


def _busy() -> Case:
    sensor = cases.radar(search_range_m=25e3, fluctuation="swerling1", confirm_m=2, confirm_n=3, drop_k=2)
    common = {"radar": sensor, "reaction_s": 4.0}
    return cases.case(
        cases.unit("a", missile=cases.missile(0.2, rounds=5.0, salvo=2), channels=2.0, **common),
        cases.unit(
            "b",
            where=cases.at(4e3, 0.0),
            missile=cases.missile(0.2, rounds=4.0),
            gun=cases.gun(0.1, rounds=120.0),
            **common,
        ),
        cases.unit("c", missile=None, gun=cases.gun(0.1), network="", **common),
        raid=(
            cases.group("one", count=4, starts_m=25e3, within_s=20.0, own_failure_frac=0.2),
            cases.group("two", count=3, starts_m=25e3, speed_mps=70.0, within_s=60.0, after_s=10.0),
        ),
        sigma_db=4.0,
    )


@pytest.mark.nojit
@pytest.mark.skipif(not numba.config.DISABLE_JIT, reason="events can be watched in plain Python only")
def test_every_engagement_keeps_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(monkeypatch)
    played = cases.play(_busy(), 6)
    assert watch.n_engaged > 30
    assert not watch.under_way, "every channel is given back"
    assert played.rounds.sum() + played.bursts.sum() > watch.n_engaged
    assert {CAUSES[c] for c in np.unique(played.cause) if c >= 0}
