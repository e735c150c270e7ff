"""What every summary promises to its readers, checked on a small real run of each kind."""

import json
from typing import Any

import pytest

from crenel import app
from crenel.core.records import CAUSES, FATES, GRADES

REPLICATES = 160


@pytest.fixture(scope="module", params=[("moscow-rooftops", 8), ("reference-20x3", 0)], ids=str)
def summary(request: pytest.FixtureRequest) -> dict[str, Any]:
    name, n_doubt = request.param
    return app.run(name, replicates=REPLICATES, seed=3, doubt=n_doubt).summary()


def ordered(value: dict[str, Any]) -> bool:
    low, high = value["dice"]
    return low <= value["mean"] <= high


def test_it_is_json_and_says_what_was_asked(summary):
    assert json.loads(json.dumps(summary, allow_nan=False))
    assert summary["results"] == 2
    assert (summary["seed"], summary["replicates"]) == (3, REPLICATES)
    assert summary["threats"] == sum(group["count"] for group in summary["groups"])
    assert {"name", "title", "when", "hash"} <= set(summary["scenario"])


def test_leaks_are_threats_per_raid_and_shares_lie_in_0_to_1(summary):
    n = summary["threats"]
    assert summary["leak"]["mean"] == pytest.approx(summary["leak_share"]["mean"] * n, rel=1e-12)
    assert 0.0 <= summary["leak_share"]["mean"] <= 1.0
    assert 0.0 <= summary["p_no_leak"]["mean"] <= 1.0
    assert ordered(summary["leak"])
    assert ordered(summary["leak_share"])
    assert ordered(summary["p_no_leak"])
    assert summary["undefended"]["leak"] <= n
    assert sum(asset["leak"]["mean"] for asset in summary["assets"]) == pytest.approx(summary["leak"]["mean"])


def test_fates_sum_to_one_and_causes_to_the_leak_share(summary):
    assert set(summary["fates"]) == set(FATES)
    assert set(summary["causes"]) == set(CAUSES)
    assert sum(summary["fates"].values()) == pytest.approx(1.0, rel=1e-12)
    assert summary["fates"]["leaked"] == pytest.approx(summary["leak_share"]["mean"], rel=1e-12)
    assert sum(summary["causes"].values()) == pytest.approx(summary["leak_share"]["mean"], rel=1e-12)
    for sector in summary["sectors"]:
        assert sum(sector["causes"].values()) == pytest.approx(sector["leak_share"]["mean"], rel=1e-9)
    assert sum(sector["share_of_threats"] for sector in summary["sectors"]) == pytest.approx(1.0)


def test_the_curve_runs_from_no_kill_to_every_kill_and_ends_at_the_floor(summary):
    pk, n = summary["pk"], summary["threats"]
    assert [row[0] for row in pk["curve"]] == pytest.approx([step / 10 for step in range(11)])
    assert all(0.0 <= low <= leak <= high <= n for _, leak, low, high in pk["curve"])
    assert pk["curve"][0][1] > pk["curve"][5][1] > pk["curve"][-1][1]
    assert pk["floor"]["mean"] == pytest.approx(pk["curve"][-1][1])
    assert sum(pk["floor"]["causes"].values()) == pytest.approx(pk["floor"]["mean"])
    assert set(pk["floor"]["causes"]) == set(CAUSES)
    assert pk["floor"]["share"] == pytest.approx(pk["floor"]["mean"] / n)
    assert ordered(pk["floor"])


def test_the_bracket_holds_every_stated_value(summary):
    pk = summary["pk"]
    low, high = pk["bracket"]
    assert all(low <= entry["low"] <= entry["value"] <= entry["high"] <= high for entry in pk["stated"])
    assert pk["published"] is None, "nobody published one for these systems"
    assert set(pk["break_even"]) == {"half", "tenth", "none", "reached", "doubt"}
    assert set(pk["break_even"]["reached"].values()) <= {"always", "never", "within the bracket"}
    half = pk["break_even"]["half"]
    assert half is None or 0.0 <= half <= 1.0


def test_the_ladder_ends_at_the_main_result(summary):
    found = summary["evidence"]
    ladder = found["ladder"]
    assert [rung["status"] for rung in ladder] == ["official", "verified", "pictured", "reported", "all"]
    assert sum(rung["added"] for rung in ladder) == ladder[-1]["units"] == len(summary["units"])
    assert ladder[-1]["leak"] == summary["leak"]
    assert ladder[-1]["p_no_leak"] == summary["p_no_leak"]
    assert found["undefended"] == summary["undefended"]
    for rung in ladder[:-1]:
        assert (rung["leak"] is None) == (rung["added"] == 0)
        if rung["leak"]:
            assert ordered(rung["leak"])
            assert summary["leak"]["mean"] <= rung["leak"]["mean"] <= 1.05 * summary["undefended"]["leak"]
    # Whether a unit is there at all is doubted wherever its evidence is more than an assumption.
    for unit, presence in zip(summary["units"], found["presence"], strict=True):
        assert (presence is None) == (unit["evidence"]["status"] == "assumed")
    weighted = found["weighted"]
    if any(found["presence"]):
        assert all(ordered(weighted[end]) for end in ("low", "mid", "high"))
        assert (
            weighted["low"]["mean"]
            >= weighted["mid"]["mean"]
            >= weighted["high"]["mean"]
            >= 0.98 * summary["leak"]["mean"]
        )
    else:
        assert set(weighted.values()) == {None}


def test_each_stage_counts_what_it_leans_on(summary):
    stages = summary["stages"]
    assert {name: row["grade"] for name, row in stages.items()} == summary["weakest_grade_by_stage"]
    outside = [row for row in summary["figures"] if row["bears_on"] in ("failure", "working", "presence")]
    assert sum(row["figures"] for row in stages.values()) == len(summary["figures"]) - len(outside)
    unpublished = [row for row in summary["assumptions"] if row not in outside]
    assert sum(row["unpublished"] for row in stages.values()) == len(unpublished)
    used = {source["key"] for source in summary["sources"] if source["used"]}
    assert {key for row in stages.values() for key in row["sources"]} <= used
    assert {row["origin"] for row in summary["figures"]} <= {"catalogue", "scenario", "model"}


def test_rounds_are_counted_per_raid(summary):
    fired = summary["rounds_fired"]
    assert set(fired) == {"missile", "gun_bursts"}
    assert sum(unit["rounds_fired"] for unit in summary["units"]) == pytest.approx(fired["missile"])
    stopped = sum(unit["stopped"] for unit in summary["units"])
    assert stopped == pytest.approx((summary["fates"]["missile"] + summary["fates"]["gun"]) * summary["threats"])


def test_it_names_what_it_rests_on(summary):
    grades = [row["grade"] for row in summary["figures"]]
    assert summary["weakest_grade"] == max(grades, key=GRADES.index)
    assert summary["assumptions"] == [row for row in summary["figures"] if row["grade"] == "assumption"]
    assert all(row["note"] for row in summary["assumptions"]), "an assumption gives its reason"
    cited = {key for row in summary["figures"] for key in row["sources"]}
    assert cited <= {source["key"] for source in summary["sources"]}
    assert not any("aircraft" in row["figure"] or "ballistic" in row["figure"] for row in summary["figures"])
