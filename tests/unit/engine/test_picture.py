from math import inf

import numpy as np
import pytest
from numpy.typing import NDArray

import cases
from crenel.core.records import Case
from crenel.engine.begin import begin
from crenel.engine.picture import entered_picture
from crenel.engine.state import AS_STATED, FALLBACK, Dice, new_state
from crenel.engine.tables import Tables

TIMES_S = (100.0, 125.0, 150.0, 165.0, 180.0)


def _patchy(name: str, *, network: str = "net", scan_s: float = 2.0, reach_m: float = 12e3) -> object:
    sensor = cases.radar(
        search_range_m=reach_m,
        fluctuation="swerling1",
        scan_period_s=scan_s,
        confirm_m=2,
        confirm_n=3,
        drop_k=2,
        instrumented_range_m=35e3,
    )
    return cases.unit(name, radar=sensor, network=network)


def _two() -> Case:
    return cases.case(_patchy("a"), _patchy("b", scan_s=3.0, reach_m=10e3))  # type: ignore[arg-type]


def _held_by_rolling(tables: Tables, raid: int, passed: int, times_s: tuple[float, ...]) -> list[float]:
    """How long the picture has held threat 0 at each moment (-1: it does not), every look of every radar rolled."""
    dice = np.random.default_rng([17, raid])
    stays = []
    for u in range(len(tables.units)):
        unit, looks = tables.units[u], cases.dense(tables).looks[0, passed, u]
        hits = dice.uniform(size=looks.n) < cases.dense(tables).pd[0, passed, u, : looks.n]
        history: list[bool] = []
        firm_s, misses = inf, 0
        for k, hit in enumerate(hits):
            now_s = looks.first_s + k * unit.scan_s
            history = [*history, bool(hit)][-unit.confirm_n :]
            if firm_s == inf:
                if hit and sum(history) >= unit.confirm_m:
                    firm_s, misses = now_s, 0
            else:
                misses = 0 if hit else misses + 1
                if misses == unit.drop_k:
                    stays.append((firm_s, now_s))
                    firm_s, history = inf, []
        if firm_s < inf:
            stays.append((firm_s, inf))
    held = []
    for t in times_s:
        entered = _union_entry(sorted(stays), t)
        held.append(-1.0 if entered is None else t - entered)
    return held


def _union_entry(stays: list[tuple[float, float]], t: float) -> float | None:
    merged: list[list[float]] = []
    for enters, leaves in stays:
        if merged and enters <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], leaves)
        else:
            merged.append([enters, leaves])
    return next((enters for enters, leaves in merged if enters <= t < leaves), None)


def _held_by_engine(tables: Tables, n: int) -> tuple[NDArray[np.float64], NDArray[np.int64], int]:
    state = new_state(tables, room=8)
    held, passed, rolled = np.zeros((n, len(TIMES_S))), np.zeros(n, np.int64), 0
    for raid in range(n):
        dice = Dice(1, raid, AS_STATED)
        begin(tables, state, dice)
        passed[raid] = state.flying[0].way
        starts_s = state.flying[0].starts_s
        for j, t in enumerate(TIMES_S):
            now_s = starts_s + t
            entered_s = entered_picture(tables, state, 0, 0, now_s, dice)
            held[raid, j] = now_s - entered_s if entered_s <= now_s else -1.0
        rolled += state.counts[FALLBACK]
    return held, passed, rolled


def test_the_picture_is_what_rolling_every_look_gives() -> None:
    """First-firm law, next-miss law and looks rolled after a loss, against looks rolled one by one; two radars."""
    n = 1500
    tables = cases.tables(_two(), n_passes=4)
    ours, passed, rolled = _held_by_engine(tables, n)
    plain = np.array([_held_by_rolling(tables, raid, int(passed[raid]), TIMES_S) for raid in range(n)])
    assert rolled > n, "tracks are lost often"
    shares = []
    for j in range(len(TIMES_S)):
        a, b = ours[:, j], plain[:, j]
        p = (b >= 0).mean()
        shares.append(p)
        assert (a >= 0).mean() == pytest.approx(p, abs=4 * (2 * p * (1 - p) / n) ** 0.5 + 1e-3)
        long_a, long_b = a[a >= 0], b[b >= 0]
        spread = (long_a.var() / long_a.size + long_b.var() / long_b.size) ** 0.5
        assert long_a.mean() == pytest.approx(long_b.mean(), abs=4 * spread)
    assert min(shares) < 0.5 < max(shares)


@pytest.mark.nojit
def test_the_picture_does_not_depend_on_how_often_it_is_asked_for() -> None:
    tables = cases.tables(_two(), n_passes=4)
    often, once = new_state(tables, room=8), new_state(tables, room=8)
    entries = set()
    for raid in range(10):
        dice = Dice(1, raid, AS_STATED)
        begin(tables, often, dice)
        begin(tables, once, dice)
        ends_s = once.flying[0].starts_s + 190.0
        for now_s in np.arange(often.flying[0].starts_s, ends_s, 4.0):
            entered_picture(tables, often, 0, 0, now_s, dice)
        entered_s = entered_picture(tables, once, 0, 0, ends_s, dice)
        assert entered_picture(tables, often, 0, 0, ends_s, dice) == entered_s
        entries.add(entered_s)
    assert len(entries) > 5


@pytest.mark.nojit
def test_a_perfect_radar_holds_from_its_first_look_on() -> None:
    tables = cases.tables(cases.case(cases.unit(radar=cases.radar(scan_period_s=5.0))), n_passes=4)
    state = new_state(tables)
    for raid in range(4):
        dice = Dice(1, raid, AS_STATED)
        begin(tables, state, dice)
        threat = state.flying[0]
        first_s = threat.starts_s + cases.dense(tables).looks[0, threat.way, 0].first_s
        for after_s in (-1.0, 0.0, 50.0, 199.0):
            assert entered_picture(tables, state, 0, 0, first_s + after_s, dice) == first_s
        assert state.counts[FALLBACK] == 0


@pytest.mark.nojit
def test_a_network_without_a_radar_sees_nothing() -> None:
    tables = cases.tables(cases.case(cases.unit("a", radar=None, network=""), cases.unit("b", network="")))
    state = new_state(tables)
    dice = Dice(1, 0, AS_STATED)
    begin(tables, state, dice)
    assert entered_picture(tables, state, 0, 0, 1e6, dice) == inf
    assert entered_picture(tables, state, 0, 1, 1e6, dice) < inf


@pytest.mark.nojit
def test_a_radar_that_loses_its_view_drops_the_track_after_k_looks() -> None:
    """Instrumented from 40 km in, cone of silence within 10 km: five misses later the picture is empty."""
    asked = cases.case(cases.unit(radar=cases.radar(elevation_max_rad=-0.0005, scan_period_s=1.0)))
    tables = cases.tables(asked)
    pd = cases.dense(tables).pd[0, 0, 0]
    n_seen = int(pd.sum())
    assert 0 < n_seen < cases.dense(tables).looks[0, 0, 0].n - 10
    assert (pd[:n_seen] == 1.0).all()
    state, dice = new_state(tables), Dice(1, 0, AS_STATED)
    begin(tables, state, dice)
    threat = state.flying[0]
    first_s = threat.starts_s + cases.dense(tables).looks[0, threat.way, 0].first_s
    n_seen = int(cases.dense(tables).pd[0, threat.way, 0].sum())
    lost_s = first_s + n_seen - 1 + 5
    assert entered_picture(tables, state, 0, 0, lost_s - 0.01, dice) == first_s
    assert entered_picture(tables, state, 0, 0, lost_s + 0.01, dice) == inf
