from typing import Any

import numpy as np
import pytest

from crenel.core.records import CAUSES, CrenelError
from crenel.studies import saturation as study
from unit.studies import fake

NO_ROUNDS, MISSED = CAUSES.index("no_rounds"), CAUSES.index("missed")


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> fake.Engine:
    engine = fake.Engine()
    fake.put_in(monkeypatch, engine)
    return engine


def test_a_size_is_shared_out_in_proportion_and_to_the_last_threat() -> None:
    for size in range(1, 40):
        found = study._shared_out([6, 3, 3, 2, 2], size)
        assert sum(found) == size
        assert all(abs(n - size * count / 16) < 1 for n, count in zip(found, [6, 3, 3, 2, 2], strict=True))


def knee(leaks: np.ndarray, sizes: np.ndarray) -> dict[str, Any] | None:
    causes = [np.eye(len(CAUSES))[MISSED if size < 30 else NO_ROUNDS] for size in sizes]
    return study._knee(sizes, leaks, causes)


def test_the_knee_is_where_two_lines_meet_and_the_causes_stand_on_both_sides() -> None:
    sizes = np.arange(3.0, 63.0, 3.0)
    found = knee(0.1 * sizes + 0.8 * np.maximum(sizes - 30.0, 0.0), sizes)
    assert found is not None
    assert found["size"] == 30.0
    assert (found["slope_before"], found["slope_after"]) == pytest.approx((0.1, 0.9))
    assert (found["before"], found["after"]) == ("missed", "no_rounds")


def test_a_straight_line_has_no_knee_and_neither_has_relief() -> None:
    sizes = np.arange(3.0, 63.0, 3.0)
    assert knee(0.4 * sizes, sizes) is None
    assert knee(0.9 * sizes - 0.8 * np.maximum(sizes - 30.0, 0.0), sizes) is None


def test_a_study_has_every_size_spacing_and_side() -> None:
    found = study.saturation(fake.scenario(), seed=5, workers=2, raids=40)
    assert found["sizes"][-1] == 30
    assert len(found["sizes"]) == 20
    assert len(found["curves"]) == len(found["spacings"]) * len(found["sectors"]) == 15
    stated = found["stated"]
    assert (stated["spacing"], stated["sector"]) == (1.0, "as stated")
    for size, leak in zip(found["sizes"], stated["leaks"], strict=True):
        drones = study._shared_out([3, 2], size)[0]
        assert leak["mean"] == pytest.approx(0.9 * (size - 0.6 * drones), abs=0.25 * size**0.5 + 0.2)
    assert stated["capacity"]["stopped"] == pytest.approx(30 - stated["leaks"][-1]["mean"], abs=1.0)


def test_an_empty_raid_fills_nothing() -> None:
    with pytest.raises(CrenelError, match="no threat comes"):
        study.saturation(fake.scenario(counts=(0, 0)), seed=1, workers=1)
