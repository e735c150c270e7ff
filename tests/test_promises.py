"""The same question gives the same bytes: any number of workers, any chunks, killed and resumed. The real engine."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import crenel
from crenel.inputs import examples
from crenel.results import parts
from crenel.studies import playing

N = 320
ROWS = 120  # 6 raids a part: each block has four stretches, the last of them short


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in {"timing.json", "run.log"}
    }


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "ROWS_PER_PART", ROWS)


@pytest.mark.usefixtures("small_parts")
def test_any_number_of_workers_and_any_chunks_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for workers, rows_per_call in ((1, 20_000), (2, 20), (3, 75)):
        monkeypatch.setattr(playing, "_ROWS_PER_CALL", rows_per_call)
        crenel.run("reference-20x3", replicates=N, seed=4, doubt=0, workers=workers, out=tmp_path / str(workers))
    one, two, three = (content(tmp_path / str(workers)) for workers in (1, 2, 3))
    assert len([name for name in one if name.endswith(".parquet")]) == 16 * 4
    assert {"manifest.json", "summary.json", "case.json", "report.html"} <= one.keys()
    assert one.keys() == two.keys() == three.keys()
    assert [name for name in one if not one[name] == two[name] == three[name]] == []


def test_what_is_written_is_what_is_played_in_memory(tmp_path: Path) -> None:
    kept = crenel.run("reference-20x3", replicates=N, seed=4, doubt=0, out=tmp_path / "run")
    free = crenel.run("reference-20x3", replicates=N, seed=4, doubt=0, workers=1)
    assert kept.outcomes.equals(free.outcomes)
    rates = {"raids_per_second"}
    first, second = kept.summary(), free.summary()
    assert {k: v for k, v in first.items() if k not in rates} == {k: v for k, v in second.items() if k not in rates}


KILLED = """
import os, signal, sys
import crenel
from crenel.results import parts

parts.ROWS_PER_PART = int(sys.argv[2])

def news(state):
    if state.done >= int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)

crenel.run("reference-20x3", replicates=int(sys.argv[3]), seed=4, doubt=0, workers=2, out=sys.argv[1], progress=news)
"""


@pytest.mark.usefixtures("small_parts")
def test_killed_and_resumed_ends_with_the_same_bytes(tmp_path: Path) -> None:
    cut, whole = tmp_path / "cut", tmp_path / "whole"
    for at_raids in (1, 150):  # the second kill comes in a run that was resumed
        command = [sys.executable, "-c", KILLED, str(cut), str(ROWS), str(N), str(at_raids)]
        killed = subprocess.run(command, env=dict(os.environ), capture_output=True, timeout=300, check=False)
        assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
        assert not (cut / "summary.json").exists()
    assert 0 < len(list((cut / "outcomes").glob("*.parquet"))) < 64
    crenel.run("reference-20x3", replicates=N, seed=4, doubt=0, workers=2, out=cut)
    crenel.run("reference-20x3", replicates=N, seed=4, doubt=0, workers=1, out=whole)
    assert content(cut) == content(whole)


@pytest.mark.parametrize("name", sorted(examples()))
def test_floor_and_curve_of_every_example(name: str) -> None:
    results = crenel.run(name, replicates=320, seed=1, doubt=0)
    summary, rows = results.summary(), results.outcomes
    assert summary["replicates"] == 320
    assert summary["leak"]["mean"] <= summary["threats"]
    pk = summary["pk"]
    assert pk["floor"]["mean"] == pk["curve"][-1][1]
    assert pk["floor"]["mean"] <= min(point[1] for point in pk["curve"])
    assert pk["floor"]["mean"] <= summary["leak"]["mean"] <= pk["curve"][0][1]
    assert sum(pk["floor"]["causes"].values()) == pytest.approx(pk["floor"]["mean"])
    assert pk["floor"]["causes"]["missed"] <= pk["floor"]["mean"]
    low, high = summary["undefended"]["leak"] * 0.9, summary["undefended"]["leak"] * 1.1
    assert pk["curve"][0][1] <= high
    if not summary["fates"]["soft_kill"]:  # jammers stop some whatever the rounds do
        assert low <= pk["curve"][0][1]
    assert (rows["rounds"] >= 0).all()
    fired = rows["rounds"].cast(int).sum() / 320
    assert summary["rounds_fired"]["missile"] == pytest.approx(fired)
