"""A raid that is explained is the raid that was played, at every setting of the doubt."""

import json
from collections import Counter
from pathlib import Path

import pytest

import crenel
from crenel import app
from crenel.core.records import CAME_DOWN, CAUSES, FATES, CrenelError
from crenel.results.record import Results


@pytest.fixture(scope="module", params=[0, 4])
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from crenel.studies import montecarlo

    folder = tmp_path_factory.mktemp("runs") / f"rooftops-{request.param}"
    montecarlo.run(crenel.load("moscow-rooftops"), replicates=64, n_doubt=request.param, seed=1, out=folder)
    return folder


@pytest.fixture(scope="module")
def worst(ran: Path) -> dict:
    return app.replay_of(ran, "worst")


def _rows(ran: Path):
    return Results(ran, json.loads((ran / "summary.json").read_bytes())).outcomes


def test_it_agrees_with_the_stored_outcomes_row_for_row(ran: Path, worst: dict) -> None:
    rows = _rows(ran).filter(_rows(ran)["replicate"] == worst["replicate"]).sort("threat")
    shift_ms = rows["time_ms"][0] - 1000.0 * worst["flights"][0]["ended_s"]
    for row, flight in zip(rows.iter_rows(named=True), worst["flights"], strict=True):
        assert flight["fate"] == FATES[row["fate"]]
        assert flight["cause"] == (CAUSES[row["cause"]] if row["cause"] >= 0 else "")
        assert flight["came_down"] == (CAME_DOWN[row["came_down"]] if row["came_down"] >= 0 else "")
        assert (flight["missiles"], flight["bursts"], flight["stopped_by"]) == (
            row["rounds"],
            row["bursts"],
            row["unit"],
        )
        assert row["time_ms"] - 1000.0 * flight["ended_s"] == pytest.approx(shift_ms, abs=2.0)
        assert flight["way"][-1][1:3] == pytest.approx([row["east_m"], row["north_m"]], abs=1.0)
        assert flight["way"][-1][0] == flight["ended_s"]


def test_worst_and_typical_are_the_first_of_their_kind(ran: Path, worst: dict) -> None:
    leaked = _rows(ran).group_by("replicate").agg((_leaked()).sum().alias("leaks")).sort("replicate")
    leaks = leaked["leaks"].to_list()
    assert worst["leaks"] == max(leaks)
    assert worst["replicate"] == leaks.index(max(leaks))
    typical = app.replay_of(ran, "typical")
    away = [abs(n - leaked["leaks"].median()) for n in leaks]
    assert typical["replicate"] == away.index(min(away))


def _leaked():
    import polars as pl

    return pl.col("fate") == FATES.index("leaked")


def test_every_shot_is_told_with_what_became_of_it(worst: dict) -> None:
    shots = [event for event in worst["events"] if event["kind"] in ("launched", "fired")]
    assert shots
    stopped = Counter(flight["fate"] for flight in worst["flights"])
    assert sum(event["result"] == "stopped" for event in shots) == stopped["missile"] + stopped["gun"]
    for event in shots:
        assert event["says"].startswith(worst["units"][event["unit"]]["name"])
        assert event["meets_s"] > event["time_s"]
        assert event["distance_m"] > 0.0
    assert sum(event["rounds"] for event in shots if event["kind"] == "launched") == sum(
        flight["missiles"] for flight in worst["flights"]
    )
    assert len(worst["leakers"]) == worst["leaks"]


def test_channels_and_missiles_stay_within_what_there_is(worst: dict) -> None:
    for unit in worst["units"]:
        assert all(0 <= free <= unit["channels"] for _, free in unit["channels_free"])
        assert all(0 <= left <= unit["missiles"] for _, left in unit["missiles_left"])


@pytest.mark.parametrize("which", ["64", "-1", "best", "", "9" * 30])
def test_a_raid_that_is_not_there_is_refused(ran: Path, which: str) -> None:
    with pytest.raises(CrenelError, match="numbered from 0 to 63"):
        app.replay_of(ran, which)
