from dataclasses import replace

import numpy as np
import pytest

import cases
from crenel import engine
from crenel.core import streams
from crenel.core.records import FATES, Case, Unit
from crenel.engine.state import EVENT, State, new_state
from crenel.engine.tables import Tables, records

LEAKED = FATES.index("leaked")
RAIDS = np.arange(12)


def several(*, one_network: bool = True) -> tuple[Unit[float], ...]:
    """Two that see and shoot, one that only sees, one that only jams: names out of order."""
    patchy = cases.radar(
        search_range_m=4e3, fluctuation="swerling1", scan_period_s=3.0, confirm_m=2, confirm_n=3, drop_k=2
    )
    units = (
        cases.unit("c", radar=patchy, missile=cases.missile(0.5, rounds=3.0), reaction_s=4.0),
        cases.unit("b", where=cases.at(0.0, 3e3), radar=patchy, missile=None, gun=cases.gun(0.4), reaction_s=2.0),
        cases.unit("d", where=cases.at(4e3, 0.0), radar=None, sensor=cases.sensor(0.4, range_m=7e3), missile=None),
        cases.jamming("a", where=cases.at(-2e3, 0.0), range_m=3e3, p=0.4),
    )
    return units if one_network else tuple(replace(unit, network="") for unit in units)


def case(*units: Unit[float]) -> Case:
    raid = (
        cases.group("fast", count=4, starts_m=12e3, within_s=20.0, own_failure_frac=0.1),
        cases.group("slow", count=3, starts_m=7e3, speed_mps=70.0, within_s=60.0, threat_class="drone"),
    )
    return cases.case(*units, raid=raid, sigma_db=4.0)


def leaks(asked: Case, raids: np.ndarray = RAIDS) -> np.ndarray:
    played = engine.play(cases.tables(asked), seed=1, replicates=raids)
    return np.asarray((played.fate == LEAKED).sum(axis=1))


def rows(asked: Case, presence: list[list[float]], raids: np.ndarray = RAIDS) -> np.ndarray:
    tables = cases.tables(asked)
    return engine.fight_present(tables, seed=1, replicates=raids, presence=np.array(presence))


@pytest.mark.nojit
@pytest.mark.parametrize("one_network", [True, False])
def test_a_row_of_ones_is_the_raid_as_played(one_network: bool) -> None:
    asked = case(*several(one_network=one_network))
    found = rows(asked, [[1.0, 1.0, 1.0, 1.0]])
    assert found.dtype == np.int32
    assert found.shape == (12, 1)
    assert (found[:, 0] == leaks(asked)).all()
    assert len(set(found[:, 0].tolist())) > 2


@pytest.mark.parametrize("one_network", [True, False])
@pytest.mark.parametrize("gone", [(0,), (1,), (2,), (3,), (0, 2), (1, 3), (0, 1, 2, 3)])
def test_a_unit_that_is_never_there_is_a_case_without_it(gone: tuple[int, ...], one_network: bool) -> None:
    units = several(one_network=one_network)
    presence = [float(u not in gone) for u in range(4)]
    left = [unit for u, unit in enumerate(units) if u not in gone]
    found = rows(case(*units), [presence])[:, 0]
    assert (found == leaks(case(*left))).all()


def test_every_unit_matters_to_the_cases_above() -> None:
    """Else a unit that stays although it is gone would not be noticed."""
    for one_network in (True, False):
        everyone = rows(case(*several(one_network=one_network)), [[1.0] * 4], np.arange(400))[:, 0]
        for u in range(4):
            without = rows(case(*several(one_network=one_network)), [[float(k != u) for k in range(4)]], np.arange(400))
            assert (without[:, 0] != everyone).any() or (u == 2 and not one_network)  # a lone sensor helps nobody


@pytest.mark.nojit
def test_rows_share_one_draw_for_each_unit() -> None:
    """In each raid a row is one of the raids with and without the unit, by the unit's own draw."""
    units = several()
    chances = [0.0, 0.3, 0.7, 1.0]
    found = rows(case(*units), [[p, 1.0, 1.0, 1.0] for p in chances])
    without, with_it = leaks(case(*units[1:])), leaks(case(*units))
    share = np.array([streams.uniform(1, int(r), streams.PRESENCE, streams.name_hash("c"), 0) for r in RAIDS])
    for place, p in enumerate(chances):
        assert (found[:, place] == np.where(share < p, with_it, without)).all()
    assert (with_it != without).any()


def test_a_chance_of_presence_mixes_the_answers_with_and_without() -> None:
    n = 20_000
    raids = np.arange(n)
    asked = cases.case(cases.unit(missile=cases.missile(0.7, rounds=1.0)))
    tables = cases.tables(asked)
    found = engine.fight_present(tables, seed=1, replicates=raids, presence=np.array([[0.25]]))
    leak = 0.25 * 0.3 + 0.75 * 1.0
    assert found.mean() == pytest.approx(leak, abs=4 * (leak * (1 - leak) / n) ** 0.5)


def test_units_are_there_independently() -> None:
    """Two jammers that never fail, each there at even chance: one in four raids meets neither."""
    n = 20_000
    tables = cases.tables(cases.case(cases.jamming("a", p=1.0), cases.jamming("b", p=1.0)))
    found = engine.fight_present(tables, seed=1, replicates=np.arange(n), presence=np.array([[0.5, 0.5], [0.0, 0.0]]))
    assert found[:, 0].mean() == pytest.approx(0.25, abs=4 * (0.25 * 0.75 / n) ** 0.5)
    assert (found[:, 1] == 1).all()


@pytest.mark.nojit
def test_the_order_and_number_of_rows_and_raids_change_nothing() -> None:
    tables = cases.tables(case(*several()))
    presence = np.array([[0.5, 0.5, 0.5, 0.5], [1.0, 0.2, 1.0, 0.8], [0.5, 0.5, 0.5, 0.5], [1.0, 1.0, 1.0, 1.0]])

    def found(presence: np.ndarray, raids: np.ndarray) -> np.ndarray:
        return engine.fight_present(tables, seed=1, replicates=raids, presence=presence)

    whole = found(presence, RAIDS)
    assert (whole[:, 0] == whole[:, 2]).all()
    assert (found(presence[::-1], RAIDS[::-1]) == whole[::-1, ::-1]).all()
    for m, row in enumerate(presence):
        assert (found(row[np.newaxis], RAIDS[5:7])[:, 0] == whole[5:7, m]).all()


@pytest.mark.nojit
def test_without_room_raids_are_fought_again_with_more(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = case(*several())
    presence = [[1.0, 1.0, 1.0, 1.0], [0.5, 0.5, 0.5, 0.5]]
    roomy = rows(asked, presence)
    rooms = []

    def cramped(tables: Tables, *, room: int = 1) -> State:
        rooms.append(room)
        return new_state(tables, room=room)._replace(events=records((2 * room,), EVENT))

    monkeypatch.setattr("crenel.engine.presence.new_state", cramped)
    assert (rows(asked, presence) == roomy).all()
    assert max(rooms) > 1


@pytest.mark.nojit
def test_nobody_at_all_may_be_asked_for() -> None:
    tables = cases.tables(cases.case(raid=(cases.group(count=3),)))
    found = engine.fight_present(tables, seed=1, replicates=np.arange(4), presence=np.zeros((2, 0)))
    assert found.tolist() == [[3, 3]] * 4


@pytest.mark.nojit
@pytest.mark.parametrize("shape", [(1, 3), (1, 5), (4,)])
def test_a_presence_for_other_units_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"\(rows, 4 units\)"):
        engine.fight_present(cases.tables(case(*several())), seed=1, replicates=RAIDS, presence=np.ones(shape))
