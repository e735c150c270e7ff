from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from crenel.core.records import CrenelError
from crenel.results.parts import Layout
from crenel.studies import compare as study
from unit.studies import fake


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> fake.Engine:
    engine = fake.Engine()
    fake.put_in(monkeypatch, engine)
    return engine


def compared(*scenarios: Any, n_doubt: int = 0, workers: int = 2) -> dict[str, Any]:
    labelled = [(f"S{number}", scenario) for number, scenario in enumerate(scenarios)]
    return study.compare(labelled, replicates=640, seed=5, n_doubt=n_doubt, workers=workers)


@pytest.mark.parametrize("n_doubt", [0, 16])
def test_a_scenario_does_not_differ_from_itself_in_a_single_raid(n_doubt: int) -> None:
    _, row = compared(fake.scenario(), fake.scenario(), n_doubt=n_doubt)["rows"]
    assert row["difference"]["mean"] == 0.0
    assert row["difference"]["dice"] == [0.0, 0.0]
    assert (row["made_worse"], row["made_better"], row["raids_saved"]) == (0.0, 0.0, None)


def test_the_difference_is_that_of_the_means_and_paired_raids_tell_it_better() -> None:
    base, row = compared(fake.scenario(), fake.scenario(units=0))["rows"]
    assert row["difference"]["mean"] == pytest.approx(row["leak"]["mean"] - base["leak"]["mean"])
    low, high = row["difference"]["dice"]
    assert low < 3 * 0.9 * 0.6 < high  # three drones, nine in ten of which come, six in ten of which are stopped
    assert row["made_worse"] > 0.5
    assert row["made_better"] == 0.0
    assert row["raids_saved"] is not None
    assert row["difference"]["doubt"] is None


def test_any_number_of_workers_gives_the_same() -> None:
    first, second = (compared(fake.scenario(), fake.scenario(units=0), n_doubt=16, workers=w) for w in (1, 3))
    assert first == second


def test_paired_differences_have_the_interval_of_their_blocks() -> None:
    leaks = np.array([[1.0, 3.0], [2.0, 4.0], [0.0, 2.0], [1.0, 1.0]])
    told, variance = study._difference(leaks, Layout(2, 2))
    assert told.mean == pytest.approx(1.75)
    means = np.array([[2.0, 3.0], [1.0, 1.0]])
    assert variance == pytest.approx(sum(np.var(row, ddof=1) / 2 for row in means) / 4)
    assert told.doubt is not None


def test_one_scenario_is_compared_with_nothing() -> None:
    with pytest.raises(CrenelError, match="two scenarios"):
        compared(fake.scenario())


def test_a_unit_is_left_out_by_its_name() -> None:
    assert [unit.name for unit in study.without(fake.scenario(), "Roof").units] == ["Field"]
    with pytest.raises(CrenelError, match=r"no unit has that name.*Roof, Field"):
        study.without(fake.scenario(), "Cellar")


def test_a_figure_is_set_for_all_who_have_it_and_is_no_doubt_any_more() -> None:
    changed = study.with_figure(fake.scenario(), "tower.missile.pk.drone", 0.5)
    for unit in changed.units:
        assert unit.system.missile is not None
        found = unit.system.missile.pk["drone"]
        assert (found.low, found.value, found.high, found.grade) == (0.5, 0.5, 0.5, "assumption")
    assert changed.text != fake.scenario().text
    with pytest.raises(CrenelError, match=r"Did you mean.*tower\.missile\.pk\.drone"):
        study.with_figure(fake.scenario(), "tower.gun.pk.drone", 0.5)


def test_scenarios_of_other_sizes_are_compared_in_threats() -> None:
    small = fake.scenario()
    large = replace(small, groups=(small.groups[0], replace(small.groups[1], count=4)))
    _, row = compared(small, large)["rows"]
    assert row["difference"]["mean"] == pytest.approx(2 * 0.9, abs=0.15)
