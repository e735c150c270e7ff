import copy
from typing import Any

import pytest

from crenel.results.differences import differences, leaves
from crenel.studies import montecarlo
from unit.studies import fake


@pytest.fixture
def summary(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    fake.put_in(monkeypatch, fake.Engine())
    return dict(montecarlo.run(fake.scenario(), replicates=320, seed=5, workers=1).answer)


def test_leaves_that_differ_are_found_with_their_paths() -> None:
    first = {"a": [1, {"b": 2.0}], "c": None, "only": 1}
    second = {"a": [1, {"b": 2.5}], "c": None, "more": 2}
    assert list(leaves(first, second)) == [("a[1].b", 2.0, 2.5), ("only", 1, None), ("more", None, 2)]
    assert list(leaves([1], [1, 2])) == [(" (how many)", 1, 2)]
    assert not list(leaves(first, copy.deepcopy(first)))


def test_a_run_does_not_differ_from_itself(summary: dict[str, Any]) -> None:
    found = differences(summary, copy.deepcopy(summary))
    assert found["same"]
    assert found["answer"]["leak"]["change"] == 0.0
    assert not found["answer"]["leak"]["beyond_chance"]


def test_what_changed_is_told_figure_by_figure_with_what_it_did(summary: dict[str, Any]) -> None:
    other = copy.deepcopy(summary)
    other["figures"][0]["high"] = 99.0
    gone = other["units"].pop()
    other["seed"] = 6
    other["leak"] = {"mean": 0.1, "dice": [0.05, 0.15], "doubt": None}
    found = differences(summary, other)
    assert not found["same"]
    changed = summary["figures"][0]
    assert found["figures"] == [{"name": changed["figure"], "what": "high", "first": changed["high"], "second": 99.0}]
    assert found["units"] == [{"name": gone["name"], "what": "there", "first": True, "second": False}]
    assert {row["what"] for row in found["asked"]} == {"seed"}
    assert found["answer"]["leak"]["beyond_chance"]
    assert found["answer"]["leak"]["change"] == pytest.approx(0.1 - summary["leak"]["mean"])
