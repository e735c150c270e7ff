from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from crenel.core.records import EVIDENCE, Bracket, Evidence, Scenario
from crenel.studies import evidence, montecarlo
from unit.studies import fake


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> fake.Engine:
    engine = fake.Engine()
    fake.put_in(monkeypatch, engine)
    return engine


def chance(low: float, value: float, high: float) -> Bracket:
    return Bracket(value, low, high, "unit:Roof.presence", "1", "assumption", note="nobody says")


def asked(*statuses: Any, presence: tuple[Bracket | None, ...] = ()) -> Scenario[Bracket]:
    """A scenario with a unit of each status, and a chance of being there for as many as are given."""
    small = fake.scenario()
    stated = [*presence, *[None] * (len(statuses) - len(presence))]
    units = tuple(
        replace(small.units[0], name=f"U{number}", evidence=Evidence(status), presence=there)
        for number, (status, there) in enumerate(zip(statuses, stated, strict=True))
    )
    return replace(small, units=units)


def fought(scenario: Scenario[Bracket]) -> dict[str, tuple[float, ...]]:
    return {row.name: row.presence for row in evidence.rows(scenario)}


def told(scenario: Scenario[Bracket], n: int = 320) -> dict[str, Any]:
    summary = montecarlo.run(scenario, replicates=n, seed=5, workers=1).summary()
    return {**summary["evidence"], "main": summary}


# --- what is fought --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "rows"),
    [
        ((), {}),
        (("assumed", "claimed"), {}),
        (("pictured", "pictured"), {}),
        (("pictured", "reported"), {"pictured": (1, 0)}),
        (("reported", "pictured"), {"pictured": (0, 1)}),
        (("official", "verified", "assumed"), {"official": (1, 0, 0), "verified": (1, 1, 0)}),
        (EVIDENCE, {
            "official": (1, 0, 0, 0, 0, 0), "verified": (1, 1, 0, 0, 0, 0),
            "pictured": (1, 1, 1, 0, 0, 0), "reported": (1, 1, 1, 1, 0, 0),
        }),
    ],
)  # fmt: skip
def test_a_rung_is_fought_only_if_it_tells_something_new(
    statuses: tuple[str, ...], rows: dict[str, tuple[float, ...]]
) -> None:
    assert fought(asked(*statuses)) == rows


def test_presence_is_fought_at_both_ends_and_at_the_centre() -> None:
    assert fought(asked("assumed", "assumed", presence=(chance(0.2, 0.5, 0.7),))) == {
        "presence low": (0.2, 1.0),
        "presence mid": (0.5, 1.0),
        "presence high": (0.7, 1.0),
    }


def test_equal_rows_are_fought_once() -> None:
    certain_at_best = asked("assumed", "assumed", presence=(chance(0.5, 0.5, 1.0),))
    assert fought(certain_at_best) == {"presence low": (0.5, 1.0)}
    like_a_rung = asked("pictured", "reported", presence=(None, chance(0.0, 0.4, 1.0)))
    assert fought(like_a_rung) == {"pictured": (1.0, 0.0), "presence mid": (1.0, 0.4)}


def test_the_engine_fights_these_rows_and_no_other(engine: fake.Engine) -> None:
    told(asked("pictured", "reported"))
    assert engine.rows_fought == {(1.0, 0.0)}
    engine.rows_fought.clear()
    told(asked("reported", "reported"))
    assert engine.rows_fought == set()


# --- what is said ----------------------------------------------------------------------------------------------------


def test_the_ladder_climbs_to_the_main_result() -> None:
    found = told(asked("pictured", "reported"), n=3200)
    by_status = {rung["status"]: rung for rung in found["ladder"]}
    assert list(by_status) == ["official", "verified", "pictured", "reported", "all"]
    assert [(rung["added"], rung["units"]) for rung in found["ladder"]] == [(0, 0), (0, 0), (1, 1), (1, 2), (0, 2)]
    # Each of the two units stops one half of what the two of them stop: three threats, one in ten failing by itself.
    exact = 0.9 * (2 + 3 * (1 - 0.6 / 2))
    one = by_status["pictured"]["leak"]
    assert one["mean"] == pytest.approx(exact, abs=4 * np.sqrt(5 / 4 / 3200))
    assert one["dice"][0] < one["mean"] < one["dice"][1]
    assert one["dice"][0] > found["main"]["leak"]["dice"][1]
    assert by_status["reported"]["leak"] == by_status["all"]["leak"] == found["main"]["leak"]
    assert by_status["all"]["p_no_leak"] == found["main"]["p_no_leak"]
    assert by_status["pictured"]["p_no_leak"]["mean"] <= found["main"]["p_no_leak"]["mean"]
    assert found["undefended"] == {"leak": pytest.approx(4.5)} == found["main"]["undefended"]


def test_a_rung_without_units_of_its_own_is_null_and_says_why() -> None:
    found = told(asked("official", "assumed"))
    for rung in found["ladder"]:
        if rung["added"]:
            assert rung["leak"]["mean"] > 0.0
            assert rung["note"] == ""
        else:
            assert (rung["leak"], rung["p_no_leak"], rung["note"]) == (None, None, "no unit has this status")
    assert [rung["added"] for rung in found["ladder"]] == [1, 0, 0, 0, 1]
    assert [rung["units"] for rung in found["ladder"]] == [1, 1, 1, 1, 2], "the official one stands on every rung"


def test_the_last_rung_is_never_null_where_anybody_stands() -> None:
    last = told(asked("official"))["ladder"][-1]
    assert (last["added"], last["units"], last["label"], last["note"]) == (0, 1, "all of them", "")
    assert last["leak"] is not None
    assert told(asked("claimed"))["ladder"][-1]["label"] == "+ claimed or assumed: all of them"


def test_without_units_no_rung_is_an_undefended_city() -> None:
    found = told(fake.scenario(units=0))
    assert [rung["leak"] for rung in found["ladder"]] == [None] * 5
    assert {rung["note"] for rung in found["ladder"]} == {"no unit has this status"}
    assert found["presence"] == []
    assert found["weighted"] == {"low": None, "mid": None, "high": None}
    assert found["undefended"]["leak"] == pytest.approx(4.5)


def test_the_weighted_mean_lies_between_nobody_and_everybody_by_its_chance() -> None:
    """Both units are there or not by a chance of their own, so the mean is linear in it."""
    both = (chance(0.1, 0.5, 0.9), chance(0.1, 0.5, 0.9))
    found = told(asked("assumed", "assumed", presence=both), n=3200)
    for end, p in (("low", 0.1), ("mid", 0.5), ("high", 0.9)):
        exact = 0.9 * (2 + 3 * (1 - 0.6 * p))
        leak = found["weighted"][end]
        assert leak["mean"] == pytest.approx(exact, abs=4 * np.sqrt(5 / 4 / 3200)), end
        assert leak["dice"][0] < leak["mean"] < leak["dice"][1]
    assert found["presence"][0] == {"name": "U0", "low": 0.1, "value": 0.5, "high": 0.9, "grade": "assumption"}
    assert found["weighted_p_no_leak"]["low"]["mean"] <= found["weighted_p_no_leak"]["high"]["mean"]


def test_a_chance_that_reaches_one_is_the_main_result_there() -> None:
    found = told(asked("pictured", "reported", presence=(None, chance(0.0, 0.4, 1.0))))
    assert found["weighted"]["high"] == found["main"]["leak"]
    assert found["weighted"]["low"] == found["ladder"][2]["leak"]
    assert found["presence"][0] is None
