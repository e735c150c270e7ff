import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cases
from crenel import engine
from crenel.core.records import CAUSES, FATES, Case
from crenel.engine.state import EVENT, STAY, State, new_state
from crenel.engine.tables import Tables, records

playing: Any = import_module("crenel.engine.play")
LEAKED = FATES.index("leaked")
TESTS = Path(__file__).parents[2]


def small(
    *,
    n_units: int = 2,
    channels: int = 1,
    rounds: int = 4,
    salvo: int = 1,
    with_gun: bool = True,
    one_network: bool = True,
    counts: tuple[int, int] = (4, 3),
    reaction_s: float = 4.0,
    p: float = 0.5,
    p_jam: float = 0.0,
) -> Case:
    """A raid that strains a small defence: patchy radars, few rounds, two kinds of threat."""
    sensor = cases.radar(
        search_range_m=25e3, fluctuation="swerling1", scan_period_s=2.0, confirm_m=2, confirm_n=3, drop_k=2
    )
    units = [
        cases.unit(
            f"u{k}",
            where=cases.at(4e3 * k, 1e3 * k),
            network="net" if one_network else "",
            radar=sensor,
            missile=cases.missile(p, rounds=float(rounds), salvo=salvo),
            gun=cases.gun(0.5 * p, rounds=160.0, pk_at_range_max_frac=0.2) if with_gun else None,
            channels=float(channels),
            reaction_s=reaction_s,
            jammer=cases.jammer(p_jam) if p_jam else None,
        )
        for k in range(n_units)
    ]
    raid = (
        cases.group("fast", count=counts[0], starts_m=25e3, within_s=20.0, own_failure_frac=0.1),
        cases.group("slow", count=counts[1], starts_m=22e3, speed_mps=70.0, within_s=60.0, after_s=10.0),
    )
    return cases.case(*units, raid=raid, sigma_db=4.0)


def same(one: engine.Played, other: engine.Played) -> bool:
    return all((a == b).all() and a.dtype == b.dtype for a, b in zip(one, other, strict=True))


@pytest.mark.nojit
def test_raids_do_not_depend_on_how_they_are_cut_or_ordered() -> None:
    tables = cases.tables(small(), n_passes=4)
    raids = np.arange(3, 15)
    whole = engine.play(tables, seed=1, replicates=raids)
    for cut in ([raids[:5], raids[5:]], [raids[::-1]], [raids[k : k + 1] for k in range(12)], [raids[::3]]):
        for piece in cut:
            rows = np.searchsorted(raids, piece)
            part = engine.play(tables, seed=1, replicates=piece)
            assert same(part, engine.Played(*(column[rows] for column in whole)))


def test_raids_do_not_depend_on_what_plays_beside_them() -> None:
    tables = cases.tables(small(), n_passes=4)
    raids = [np.arange(k, 4000, 4) for k in range(4)]
    alone = [engine.play(tables, seed=1, replicates=piece) for piece in raids]
    with ThreadPoolExecutor(4) as pool:
        beside = list(pool.map(lambda piece: engine.play(tables, seed=1, replicates=piece), raids))
    assert all(same(a, b) for a, b in zip(alone, beside, strict=True))


@pytest.mark.nojit
def test_seed_and_block_change_the_raid() -> None:
    def fates(seed: int, block: int) -> list[int]:
        tables = cases.tables(small(), seed=seed, block=block)
        return engine.play(tables, seed=seed, replicates=np.arange(6)).time_ms.ravel().tolist()

    assert fates(1, 0) == fates(1, 0)
    assert fates(1, 0) != fates(2, 0)
    assert fates(1, 0) != fates(1, 1)


@pytest.mark.nojit
def test_fighting_again_is_playing_at_each_kill_probability() -> None:
    tables = cases.tables(small(), n_passes=4)
    curve = np.array([0.0, 0.3, 1.0, 0.3])
    raids = np.arange(8)
    again = engine.fight_again(tables, seed=1, replicates=raids, curve=curve)
    assert again.causes.sum(axis=2).tolist() == again.leaks.tolist()
    for place, p in enumerate(curve):
        played = engine.play(tables, seed=1, replicates=raids, pk=p)
        assert (again.leaks[:, place] == (played.fate == LEAKED).sum(axis=1)).all()
        for cause in range(len(CAUSES)):
            assert (again.causes[:, place, cause] == (played.cause == cause).sum(axis=1)).all()
    assert (again.leaks[:, 1] == again.leaks[:, 3]).all()


def test_fighting_again_is_playing_on_thousands_of_raids() -> None:
    tables = cases.tables(small(n_units=3, one_network=False), n_passes=16)
    raids = np.arange(3000)
    again = engine.fight_again(tables, seed=1, replicates=raids, curve=np.linspace(0.0, 1.0, 11))
    for place in (0, 4, 10):
        played = engine.play(tables, seed=1, replicates=raids, pk=place / 10)
        assert (again.leaks[:, place] == (played.fate == LEAKED).sum(axis=1)).all()


@pytest.mark.nojit
def test_a_kill_probability_replaces_all_others_unshaped() -> None:
    stated = cases.play(small(with_gun=False, p=0.7), 6)
    replaced = cases.play(small(with_gun=False, p=0.1), 6, pk=0.7)
    assert same(stated, replaced)
    assert not same(stated, cases.play(small(with_gun=False, p=0.1), 6))
    far = cases.unit(missile=None, gun=cases.gun(0.0, pk_at_range_max_frac=0.0))
    assert (cases.play(cases.case(far), 4, pk=1.0).bursts == 1).all()


@pytest.mark.nojit
def test_without_a_kill_the_raid_is_undefended() -> None:
    defended = cases.play(small(), 6, pk=0.0)
    undefended = cases.play(small(n_units=0), 6)
    assert (defended.fate == undefended.fate).all()
    assert (defended.time_ms == undefended.time_ms).all()


@pytest.mark.nojit
@pytest.mark.parametrize("place", ["events", "stays"])
def test_without_room_a_raid_is_played_again_with_more(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    tables = cases.tables(small(), n_passes=4)
    raids, curve = np.arange(6), np.array([0.0, 0.5, 1.0])
    roomy = engine.play(tables, seed=1, replicates=raids)
    roomy_again = engine.fight_again(tables, seed=1, replicates=raids, curve=curve)
    rooms = []

    def cramped(tables: Tables, *, room: int = 1) -> State:
        rooms.append(room)
        state = new_state(tables, room=room)
        if place == "events":
            return state._replace(events=records((2 * room,), EVENT))
        return state._replace(stays=records((*state.stays.shape[:2], room), STAY))

    monkeypatch.setattr(playing, "new_state", cramped)
    assert same(engine.play(tables, seed=1, replicates=raids), roomy)
    assert max(rooms) > 1
    again = engine.fight_again(tables, seed=1, replicates=raids, curve=curve)
    assert (again.leaks == roomy_again.leaks).all()
    assert (again.causes == roomy_again.causes).all()


SMALL = st.builds(
    small,
    n_units=st.integers(0, 3),
    channels=st.integers(0, 3),
    rounds=st.integers(0, 6),
    salvo=st.integers(1, 3),
    with_gun=st.booleans(),
    one_network=st.booleans(),
    counts=st.tuples(st.integers(0, 5), st.integers(1, 4)),
    reaction_s=st.sampled_from([0.0, 4.0, 90.0]),
    p=st.sampled_from([0.0, 0.3, 1.0]),
    p_jam=st.sampled_from([0.0, 0.4]),
)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(asked=SMALL, seed=st.integers(0, 2**63 - 1))
def test_what_holds_in_every_raid(asked: Case, seed: int) -> None:
    tables = cases.tables(asked, seed=seed, n_passes=4)
    played = engine.play(tables, seed=seed, replicates=np.arange(30))
    leaked = played.fate == LEAKED
    shot = np.isin(played.fate, [FATES.index("missile"), FATES.index("gun")])
    stopped = shot | (played.fate == FATES.index("soft_kill"))
    own = played.fate == FATES.index("own_failure")
    assert (leaked ^ stopped ^ own).all(), "one fate per threat"
    assert ((played.cause >= 0) == leaked).all(), "a cause for leakers only"
    assert ((played.unit >= 0) == stopped).all(), "stopped by one unit"
    fired = played.rounds + played.bursts
    assert (fired >= 0).all()
    assert (fired[shot] > 0).all()
    assert ((played.cause == CAUSES.index("missed")) == (leaked & (fired > 0))).all()
    n_missiles, n_bursts = tables.stock.sum(axis=0)
    assert (played.rounds.sum(axis=1) <= n_missiles).all()
    assert (played.bursts.sum(axis=1) <= n_bursts).all()
    assert (played.unit_rounds <= tables.stock[:, 0]).all()
    assert (played.unit_rounds.sum(axis=1) == played.rounds.sum(axis=1)).all()
    if not tables.units["channels"].any():
        assert not fired.any()
    end_m = np.hypot(played.east_m, played.north_m)
    assert end_m[leaked] == pytest.approx(100.0, abs=1.0)
    assert (end_m[~leaked] >= 99.0).all()
    for r, i in zip(*np.nonzero(stopped & (played.fate == 0)), strict=True):
        site = asked.units[played.unit[r, i]]
        weapon = site.system.missile
        assert weapon is not None
        k = int(site.name[1:])
        met_m = np.hypot(played.east_m[r, i] - 4e3 * k, played.north_m[r, i] - 1e3 * k)
        assert weapon.range_min_m - 2.0 <= met_m <= weapon.range_max_m + 2.0, "killed inside the envelope"


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(asked=SMALL)
def test_the_floor_is_no_higher_than_no_defence(asked: Case) -> None:
    tables = cases.tables(asked, n_passes=4)
    again = engine.fight_again(tables, seed=1, replicates=np.arange(100), curve=np.array([0.0, 1.0]))
    assert (again.leaks[:, 1] <= again.leaks[:, 0]).all()


PLAIN = """
import json
import numpy as np
from unit.engine import test_play
print(json.dumps(test_play.integers()))
"""


def integers() -> dict[str, list[Any]]:
    tables = cases.tables(small(p_jam=0.3), n_passes=2)
    played = engine.play(tables, seed=3, replicates=np.arange(40, 48))
    again = engine.fight_again(tables, seed=3, replicates=np.arange(4), curve=np.array([0.2, 1.0]))
    present = engine.fight_present(tables, seed=3, replicates=np.arange(4), presence=np.array([[0.5, 0.5]]))
    columns = {name: column.tolist() for name, column in played._asdict().items()}
    return {**columns, "leaks": again.leaks.tolist(), "present": present.tolist()}


def test_compiled_and_plain_play_the_same_raids() -> None:
    places = os.pathsep.join([str(TESTS), str(Path(engine.__file__).parents[2])])  # the very source under test
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": places}
    plain = subprocess.run(
        [sys.executable, "-c", PLAIN], env=environment, capture_output=True, text=True, check=True, timeout=300
    )
    assert json.loads(plain.stdout) == integers()
