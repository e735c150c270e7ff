import json
import math
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from crenel.core.records import CAUSES, CrenelError, RasterTerrain
from crenel.results import parts as parts_module
from crenel.results import tables
from crenel.studies import montecarlo
from crenel.studies.montecarlo import Progress
from unit.studies import fake

TESTS = Path(__file__).parents[2]
OUTSIDE_THE_PROMISE = {"timing.json", "run.log"}


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> fake.Engine:
    engine = fake.Engine()
    fake.put_in(monkeypatch, engine)
    return engine


@pytest.fixture
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of 7 replicates, so that small runs have several stretches, the last of them short."""
    monkeypatch.setattr(parts_module, "ROWS_PER_PART", 35)


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in OUTSIDE_THE_PROMISE
    }


def play(out: Path | None, *, n: int = 320, seed: int = 5, workers: int = 2, n_doubt: int = 0) -> montecarlo.Results:
    return montecarlo.run(fake.scenario(), replicates=n, seed=seed, workers=workers, n_doubt=n_doubt, out=out)


@pytest.mark.usefixtures("short_parts")
@pytest.mark.parametrize(("n_doubt", "n_parts"), [(0, 16 * 3), (16, 16 * 4)])
def test_any_number_of_workers_gives_the_same_bytes(tmp_path: Path, n_doubt: int, n_parts: int) -> None:
    for workers in (1, 2, 3):
        play(tmp_path / str(workers), workers=workers, n_doubt=n_doubt)
    one, two, three = (content(tmp_path / str(workers)) for workers in (1, 2, 3))
    assert one == two == three
    assert len([name for name in one if name.endswith(".parquet")]) == n_parts
    assert {"manifest.json", "scenario.yaml", "case.json", "summary.json"} <= one.keys()


def test_the_seed_changes_the_raids(tmp_path: Path) -> None:
    assert play(tmp_path / "5").answer["leak"] != play(tmp_path / "6", seed=6).answer["leak"]


def test_over_doubts_a_run_tells_mean_chance_and_doubt(tmp_path: Path) -> None:
    results = play(tmp_path, n=3200, n_doubt=16)
    summary, rows = results.summary(), results.outcomes
    assert rows.height == 16_000
    assert summary["replicates"] == 3200
    assert summary["leak"]["mean"] == pytest.approx((rows["fate"] == 4).sum() / 3200, rel=1e-12)
    assert set(rows["doubt"]) == set(range(16))
    assert (rows["doubt"] == rows["replicate"] % 16).all()
    assert set(rows["block"]) == set(range(32))
    for row in (summary["leak"], summary["leak_share"], summary["p_no_leak"], summary["pk"]["floor"]):
        assert row["dice"][0] < row["mean"] < row["dice"][1]
        assert row["doubt"][0] <= row["doubt"][1]
    doubts = summary["doubts"]
    assert (doubts["n_doubt"], doubts["n_inner"]) == (16, 200)
    assert doubts["lowest"]["leak"] == min(mean for mean, _ in doubts["points"])
    assert doubts["highest"]["leak"] == max(mean for mean, _ in doubts["points"])
    held = json.loads((tmp_path / "doubts.json").read_bytes())
    means = [point["leak_share"] * 5 for point in held["points"]]
    assert means == pytest.approx([mean for mean, _ in doubts["points"]])
    by_point = rows.group_by("doubt").agg(((pl.col("fate") == 4).sum() / 200).alias("leak")).sort("doubt")
    assert by_point["leak"].to_list() == pytest.approx(means)
    assert [len(point["values"]) for point in held["points"]] == [len(held["doubts"])] * 16
    assert doubts["corners"].keys() == held["corners"].keys() == {"favourable", "adverse", "central"}


def test_without_doubts_no_range_is_told(tmp_path: Path) -> None:
    summary = play(tmp_path).summary()
    assert summary["leak"]["doubt"] is None
    assert summary["doubts"]["n_doubt"] == 0
    assert not (tmp_path / "doubts.json").exists()


def test_a_run_over_other_doubts_is_another_run(tmp_path: Path) -> None:
    play(tmp_path, n_doubt=16)
    with pytest.raises(CrenelError, match=r"over 16 points of the doubt.*-o"):
        play(tmp_path, n_doubt=0)


@pytest.mark.parametrize("n_doubt", [-1, 1, 5000])
def test_numbers_of_points_that_tell_nothing_are_refused(n_doubt: int) -> None:
    with pytest.raises(CrenelError, match="--doubt 64"):
        play(None, n_doubt=n_doubt)


@pytest.mark.usefixtures("short_parts")
def test_a_run_made_longer_equals_a_long_one(tmp_path: Path, engine: fake.Engine) -> None:
    play(tmp_path / "grown", n=320)
    (tmp_path / "grown" / "report.html").write_text("of 320 raids")
    before = engine.n_plays
    play(tmp_path / "grown", n=500)
    assert engine.n_plays - before == (5 - 2) * 16, "two stretches of each block were whole"
    play(tmp_path / "long", n=512)
    assert content(tmp_path / "grown") == content(tmp_path / "long")


def test_nothing_is_written_without_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    free = play(None)
    assert not list(tmp_path.iterdir())
    kept = play(tmp_path / "run")
    assert free.folder is None
    assert free.answer == kept.answer
    assert free.outcomes.equals(kept.outcomes)
    assert free.outcomes.equals(free.outcomes.sort("replicate", "threat"))
    assert free.outcomes.columns == list(tables.SCHEMA)


def test_a_complete_run_answers_without_playing(tmp_path: Path, engine: fake.Engine) -> None:
    first = play(tmp_path)
    before, bytes_before = engine.n_plays + engine.n_prepares, content(tmp_path)
    again = play(tmp_path)
    assert engine.n_plays + engine.n_prepares == before
    assert again.summary() == first.summary()
    assert content(tmp_path) == bytes_before


@pytest.mark.usefixtures("short_parts")
@pytest.mark.parametrize(
    "lost", ["summary.json", "outcomes/part-000018.parquet", "tallies/part-000018.json", "case.json"]
)
def test_what_is_missing_is_played_again(tmp_path: Path, lost: str) -> None:
    play(tmp_path)
    whole = content(tmp_path)
    (tmp_path / lost).unlink()
    if lost == "case.json":
        (tmp_path / "summary.json").unlink()
    play(tmp_path)
    assert content(tmp_path) == whole


@pytest.mark.usefixtures("short_parts")
def test_broken_and_half_written_files_are_replaced(tmp_path: Path) -> None:
    play(tmp_path)
    whole = content(tmp_path)
    (tmp_path / "summary.json").unlink()
    table = tmp_path / "outcomes" / "part-000003.parquet"
    table.write_bytes(table.read_bytes()[:100])
    for name in ("outcomes/part-000001.parquet.tmp", "tallies/part-000002.json.tmp", "manifest.json.tmp"):
        (tmp_path / name).write_bytes(b"half")
    play(tmp_path)
    assert content(tmp_path) == whole


@pytest.mark.usefixtures("short_parts")
def test_a_part_whose_evidence_nobody_counted_is_played_again(tmp_path: Path, engine: fake.Engine) -> None:
    play(tmp_path)
    whole, before = content(tmp_path), engine.n_plays
    (tmp_path / "summary.json").unlink()
    old = tmp_path / "tallies" / "part-000018.json"
    (block,) = json.loads(old.read_bytes())["blocks"]
    old.write_text(json.dumps({key: value for key, value in block.items() if key != "evidence"}))
    play(tmp_path)
    assert engine.n_plays - before == 1
    assert content(tmp_path) == whole


def _another_scenario() -> None:
    montecarlo.run(replace(fake.scenario(), text="crenel: 1\n"), replicates=320, seed=5, out=Path("run"))


def _other_figures() -> None:
    asked = fake.scenario()
    montecarlo.run(
        replace(asked, rcs_pass_sigma_db=replace(asked.rcs_pass_sigma_db, high=9.0)),
        replicates=320,
        seed=5,
        out=Path("run"),
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: play(Path("run"), n=160), r"holds a run of 320 raids, more than the 160 asked for.*-n 320"),
        (lambda: play(Path("run"), seed=6), r"holds another run, with seed 5.*-o"),
        (_another_scenario, r"of another scenario.*-o"),
        (_other_figures, r"on other catalogue figures.*-o"),
        (lambda: play(Path("run/summary.json")), r"is a file, not a folder"),
        (lambda: play(Path("other")), r"holds files that are no run of crenel \(notes\.txt\).*-o"),
        (lambda: play(Path("run/summary.json/below")), r"cannot be made"),
        (lambda: play(None, n=0), r"-n"),
        (lambda: play(None, workers=0), r"--workers"),
        (lambda: play(None, seed=-1), r"--seed"),
        (lambda: play(None, seed=2**63), r"--seed"),
    ],
)
def test_what_is_refused_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Callable[[], object], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    play(Path("run"))
    Path("other").mkdir()
    Path("other/notes.txt").write_text("mine")
    before = content(tmp_path)
    with pytest.raises(CrenelError, match=words):
        call()
    assert content(tmp_path) == before


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("results", 3, r"newer format.*pip install"),
        ("crenel", "0.0.9", r"begun with crenel 0\.0\.9.*-o"),
        ("tables", "0" * 64, r"on other tables.*-o"),
    ],
)
def test_a_run_of_another_version_does_not_go_on(tmp_path: Path, key: str, value: object, words: str) -> None:
    play(tmp_path)
    (tmp_path / "summary.json").unlink()
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    (tmp_path / "manifest.json").write_text(json.dumps({**manifest, key: value}))
    before = content(tmp_path)
    with pytest.raises(CrenelError, match=words):
        play(tmp_path)
    assert content(tmp_path) == before


def test_a_terrain_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    asked = fake.scenario()
    asked = replace(asked, place=replace(asked.place, terrain=RasterTerrain(("absent.tif",))))
    with pytest.raises(CrenelError, match=r"absent\.tif"):
        montecarlo.run(asked, replicates=16, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_an_empty_raid_is_refused() -> None:
    with pytest.raises(CrenelError, match="no threat comes"):
        montecarlo.run(fake.scenario(counts=(0, 0)), replicates=16)


def test_two_runs_do_not_write_to_one_folder(tmp_path: Path) -> None:
    def inner() -> None:
        play(tmp_path, n=16, seed=7)

    with pytest.raises(CrenelError, match="another run is writing there"):
        montecarlo.run(fake.scenario(), replicates=16, out=tmp_path, progress=lambda _: inner())


@pytest.mark.usefixtures("short_parts")
def test_an_interrupt_keeps_finished_parts_and_goes_on(tmp_path: Path, engine: fake.Engine) -> None:
    def interrupt(state: Progress) -> None:
        if state.done > 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        montecarlo.run(fake.scenario(), replicates=320, seed=5, workers=2, out=tmp_path / "cut", progress=interrupt)
    kept = list((tmp_path / "cut" / "outcomes").glob("*.parquet"))
    assert 0 < len(kept) < 48
    assert not (tmp_path / "cut" / "summary.json").exists()
    before = engine.n_plays
    play(tmp_path / "cut")
    assert engine.n_plays - before == 48 - len(kept)
    play(tmp_path / "whole")
    assert content(tmp_path / "cut") == content(tmp_path / "whole")


def test_an_error_in_a_worker_is_raised(engine: fake.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "play", lambda *_, **__: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        play(None)


def test_progress_counts_raids_up_to_all_of_them(tmp_path: Path) -> None:
    seen: list[Progress] = []
    montecarlo.run(fake.scenario(), replicates=320, workers=2, progress=seen.append)
    assert seen[0].done == 0
    assert seen[0].left_s is None
    assert [state.done for state in seen] == sorted(state.done for state in seen)
    assert (seen[-1].done, seen[-1].total, seen[-1].left_s) == (320, 320, 0.0)


@pytest.mark.parametrize(("workers", "by", "n_doubt"), [(2, signal.SIGKILL, 16), (1, signal.SIGINT, 0)])
def test_stopped_at_any_moment_and_resumed_gives_the_same_bytes(
    tmp_path: Path, workers: int, by: signal.Signals, n_doubt: int
) -> None:
    """The process is stopped again and again, at moments that a seed draws, until it gets through."""
    moments = random.Random(workers)
    command = [sys.executable, str(Path(__file__).with_name("killed_run.py")), str(tmp_path / "cut")]
    command += [str(workers), str(n_doubt)]
    # Before whatever is there: the crenel under test may be on the path alone, not installed.
    path = os.pathsep.join(filter(None, (str(TESTS), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": path}
    n_killed = 0
    for _ in range(40):
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()  # the folder is open
        time.sleep(moments.uniform(0.0, 0.25) if n_killed < 3 else 0.0)
        if n_killed < 3:
            process.send_signal(by)
        code = process.wait()
        process.stdout.close()
        if code == 0:
            break
        assert code == -by
        n_killed += 1
    assert n_killed > 0
    montecarlo.run(fake.scenario(), replicates=640, seed=5, workers=2, n_doubt=n_doubt, out=tmp_path / "whole")
    assert content(tmp_path / "cut") == content(tmp_path / "whole")
    assert not list((tmp_path / "cut").rglob("*.tmp"))


def test_the_summary_says_what_the_outcomes_say(tmp_path: Path) -> None:
    results = play(tmp_path, n=1600)
    summary, rows = results.summary(), results.outcomes
    leaks = rows.group_by("replicate").agg((pl.col("fate") == 4).sum().alias("leaks"))["leaks"]
    assert summary["replicates"] == 1600
    assert summary["threats"] == 5
    assert rows.height == 8000
    assert summary["leak"]["mean"] == pytest.approx(leaks.mean(), rel=1e-12)
    assert summary["leak_share"]["mean"] * 5 == pytest.approx(summary["leak"]["mean"], rel=1e-12)
    assert summary["p_no_leak"]["mean"] == pytest.approx((leaks == 0).mean(), rel=1e-12)
    assert summary["leak_quantiles"] == {
        name: leaks.quantile(q, "lower") for name, q in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95))
    }
    assert sum(summary["fates"].values()) == pytest.approx(1.0, rel=1e-12)
    assert sum(summary["causes"].values()) == pytest.approx(summary["fates"]["leaked"], rel=1e-12)
    assert list(summary["causes"]) == list(CAUSES)
    assert summary["rounds_fired"]["missile"] == pytest.approx(rows["rounds"].cast(pl.Int64).sum() / 1600)
    assert sum(unit["stopped"] for unit in summary["units"]) == pytest.approx((rows["unit"] >= 0).sum() / 1600)
    by_group = rows.group_by("group").agg((pl.col("fate") == 4).mean().alias("share")).sort("group")["share"]
    assert [group["leak_share"]["mean"] for group in summary["groups"]] == pytest.approx(by_group.to_list())
    assert [asset["threats"] for asset in summary["assets"]] == [3, 2, 0]
    assert sum(asset["leak"]["mean"] for asset in summary["assets"]) == pytest.approx(summary["leak"]["mean"])
    assert summary["fallback_looks_share"] == 0.25 / (5 * 2 * 10)
    assert [unit["rounds_fired"] for unit in summary["units"]] == [summary["rounds_fired"]["missile"], 0.0]
    for estimate in (summary["leak"], summary["leak_share"], summary["p_no_leak"]):
        assert estimate["dice"][0] < estimate["mean"] < estimate["dice"][1]


def test_sectors_hold_every_threat_once() -> None:
    summary = play(None, n=1600).summary()
    sectors = summary["sectors"]
    assert [sector["from_deg"] for sector in sectors] == [30, 60, 90]
    assert sum(sector["share_of_threats"] for sector in sectors) == pytest.approx(1.0)
    leaks = sum(sector["share_of_threats"] * sector["leak_share"]["mean"] for sector in sectors)
    assert leaks == pytest.approx(summary["leak_share"]["mean"])
    for sector in sectors:
        assert sum(sector["causes"].values()) == pytest.approx(sector["leak_share"]["mean"])


def test_the_answer_has_three_parts() -> None:
    """Three of five threats are shot at once each and one in ten fails by itself, so all is known in closed form."""
    n = 3200
    summary = play(None, n=n).summary()
    pk = summary["pk"]
    assert [point[0] for point in pk["curve"]] == [i / 10 for i in range(11)]
    for p, leak, lo, hi in pk["curve"]:
        exact = 0.9 * (2 + 3 * (1 - p))
        assert leak == pytest.approx(exact, abs=4 * math.sqrt(5 / 4 / n))
        assert lo <= leak <= hi
    assert [point[1] for point in pk["no_leak"]] == sorted(point[1] for point in pk["no_leak"])
    floor = pk["floor"]
    assert floor["mean"] == pytest.approx(pk["curve"][-1][1])
    assert floor["mean"] <= min(point[1] for point in pk["curve"])
    assert floor["share"] * 5 == pytest.approx(floor["mean"])
    assert floor["causes"]["unseen"] == pytest.approx(floor["mean"])
    assert pk["break_even"]["half"] == pytest.approx((1 - 0.5 / 0.9) / 0.6, abs=0.03)
    assert pk["break_even"]["tenth"] is None
    assert pk["break_even"]["none"] is None
    assert pk["break_even"]["reached"] == {"half": "within the bracket", "tenth": "never", "none": "never"}
    assert (pk["bracket"], pk["published"], pk["grade"]) == ([0.1, 0.8], None, "assumption")
    assert summary["undefended"]["leak"] == pytest.approx(4.5)


def test_no_defence_leaks_all_but_own_failures() -> None:
    summary = montecarlo.run(fake.scenario(units=0), replicates=1600, seed=3).summary()
    assert summary["fates"]["leaked"] + summary["fates"]["own_failure"] == 1.0
    assert summary["leak"]["dice"][0] < summary["undefended"]["leak"] < summary["leak"]["dice"][1]
    assert summary["pk"]["bracket"] == [0.0, 0.0]
    assert summary["placards"][0] == "No unit at all; others may exist."


def test_clock_times_stand_in_timing_alone(tmp_path: Path) -> None:
    results = play(tmp_path)
    assert results.summary()["raids_per_second"] > 0
    assert "raids_per_second" not in json.loads((tmp_path / "summary.json").read_bytes())
    timing = json.loads((tmp_path / "timing.json").read_bytes())
    assert timing["raids_per_second"] == results.raids_per_second
    assert [session["raids"] for session in timing["sessions"]] == [320]


def test_a_summary_is_a_copy() -> None:
    results = play(None)
    results.summary()["leak"]["mean"] = -1.0
    assert results.summary()["leak"]["mean"] > 0.0


def test_a_notebook_shows_the_answer() -> None:
    shown = play(None)._repr_html_()
    assert "A small one" in shown
    assert "These 2 units alone; others may exist." in shown
    assert "every shot a kill" in shown
