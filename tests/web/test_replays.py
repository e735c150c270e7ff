"""A raid that is watched is the raid that was played."""

import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from crenel import app
from crenel.core.records import CrenelError
from crenel.results.record import Results
from crenel.results.replay import from_plain
from crenel.studies.public import far_from


@pytest.fixture(scope="module")
def worst(ran):
    return app.replay(ran, "worst")


def rows_of(ran, replicate):
    answer = json.loads((ran / "summary.json").read_bytes())
    return Results(ran, answer).named_outcomes.filter(Results(ran, answer).named_outcomes["replicate"] == replicate)


def test_fates_and_ends_are_those_of_the_run(ran, worst):
    rows = rows_of(ran, worst.replicate)
    assert [flight.fate for flight in worst.flights] == rows["fate"].to_list()
    assert [flight.cause or None for flight in worst.flights] == rows["cause"].to_list()
    shifts = {
        round(time_ms / 1000 - flight.ended_s, 2)
        for flight, time_ms in zip(worst.flights, rows["time_ms"], strict=True)
    }
    assert max(shifts) - min(shifts) < 0.02
    assert [flight.rounds for flight in worst.flights] == rows["rounds"].to_list()


def test_flights_end_where_the_run_says(ran, worst):
    from crenel.world import build

    frame = build(app.load("moscow-rooftops")).frame
    from math import radians

    from crenel.core.records import GeoPoint

    rows = rows_of(ran, worst.replicate)
    for flight, east_m, north_m in zip(worst.flights, rows["east_m"], rows["north_m"], strict=True):
        last = flight.knots[-1]
        local = frame.to_local(GeoPoint(radians(last.lat_deg), radians(last.lon_deg)))
        assert np.hypot(local[0] - east_m, local[1] - north_m) < 2.0
        assert last.time_s == pytest.approx(flight.ended_s, abs=1e-6)
        assert all(before.time_s < after.time_s for before, after in pairwise(flight.knots))
        assert all(100.0 <= knot.height_agl_m <= 1500.0 or 50.0 <= knot.height_agl_m <= 100.0 for knot in flight.knots)
        assert {knot.ground_msl_m for knot in flight.knots} == {150.0}


def test_the_log_tells_every_shot_and_every_end(worst):
    ends = Counter(event.kind for event in worst.events)
    fates = Counter(flight.fate for flight in worst.flights)
    assert ends["kill"] == fates["missile"] + fates["gun"]
    assert ends["leak"] == fates["leaked"] == worst.leaks > 0
    assert ends["appears"] == len(worst.flights)
    for i, flight in enumerate(worst.flights):
        bursts = [event for event in worst.events if event.threat == i and event.kind == "burst"]
        launches = [event for event in worst.events if event.threat == i and event.kind == "launch"]
        assert len(bursts) == flight.bursts
        assert bool(launches) == bool(flight.rounds)
        for shot in (*bursts, *launches):
            firm = [event.time_s for event in worst.events if event.kind == "firm" and event.threat == i]
            assert min(firm) <= shot.time_s < shot.ends_s
    times = [event.time_s for event in worst.events]
    assert times == sorted(times)


def test_channels_are_never_over_used_and_missiles_never_below_none(worst):
    assert any(busy > 0 for stand in worst.stands for _, busy in stand.busy)
    for stand in worst.stands:
        assert all(0 <= busy <= stand.channels for _, busy in stand.busy)
        assert all(0 <= left <= stand.rounds for _, left in stand.left)


def test_the_choice_of_raids(ran, worst):
    leaks = rows_of(ran, worst.replicate)["fate"].eq_missing("leaked").sum()
    found = app.raids_to_replay(ran)
    assert found["worst"] == worst.replicate
    every = Results(ran, json.loads((ran / "summary.json").read_bytes())).named_outcomes
    assert leaks == every.group_by("replicate").agg(pl.col("fate").eq("leaked").sum())["fate"].max()
    assert app.replay(ran, str(worst.replicate)).flights == worst.flights
    for row in found["causes"]:
        shown = app.replay(ran, f"cause:{row['cause']}")
        assert sum(flight.cause == row["cause"] for flight in shown.flights) == row["leaks"] > 0


@pytest.mark.parametrize("which", ["64", "-1", "best", "cause:none", "cause:missed; rm", "", "9" * 40])
def test_a_raid_that_is_not_there_is_refused(ran, which):
    with pytest.raises(CrenelError):
        app.replay(ran, which)


def test_a_raid_that_does_not_come_out_again_is_not_shown(run_folder):
    manifest = json.loads((run_folder / "manifest.json").read_bytes())
    (run_folder / "manifest.json").write_text(json.dumps({**manifest, "seed": 2}))
    with pytest.raises(CrenelError, match="does not come out again"):
        app.replay(run_folder, "0")


def test_a_replay_survives_its_file(worst):
    plain = json.loads(json.dumps(worst.plain()))
    again = from_plain(plain)
    assert again.plain() == plain
    with pytest.raises(CrenelError, match="newer format"):
        from_plain({**plain, "replay": 99})
    with pytest.raises(CrenelError):
        from_plain({})


def test_knots_near_a_secret_go_and_ends_move(worst):
    from math import radians

    flight = worst.flights[0]
    for at in (flight.knots[-1], flight.knots[len(flight.knots) // 2], flight.knots[0]):
        secret = [(radians(at.lat_deg), radians(at.lon_deg))]
        cleared = far_from(replace(worst, flights=(flight,)), secret).flights[0]
        assert all(
            np.hypot((knot.lat_deg - at.lat_deg) * 111195, (knot.lon_deg - at.lon_deg) * 62600) > 140.0
            for knot in cleared.knots
        )
        assert len(cleared.knots) >= len(flight.knots) - 1
