"""Work in children: told as it goes, stopped when asked, and never lost with the child."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crenel.web import jobs as jobs_module


def test_what_is_wrong_is_said_as_on_the_command_line(jobs, tmp_path, ended):
    job = ended(
        jobs.start(
            "run",
            "x",
            {"scenario": "moscow-rooftop", "out": "x", "replicates": 16, "seed": 1, "doubt": 0, "id": "x"},
            cwd=str(tmp_path),
        )
    )
    assert job.state == "failed"
    assert "moscow-rooftops" in job.error


def test_a_child_that_is_killed_is_stopped_and_says_so(jobs, tmp_path, ended):
    job = jobs.start(
        "run",
        "x",
        {
            "scenario": "moscow-rooftops",
            "out": str(tmp_path / "x"),
            "replicates": 10**6,
            "doubt": 0,
            "seed": 1,
            "id": "x",
        },
        cwd=str(tmp_path),
    )
    os.kill(job.process.pid, signal.SIGKILL)
    ended(job)
    assert job.state == "stopped"
    assert "signal 9" in job.error


def test_a_job_that_is_cancelled_is_stopped_without_complaint(jobs, tmp_path, ended):
    job = jobs.start(
        "run",
        "x",
        {
            "scenario": "moscow-rooftops",
            "out": str(tmp_path / "x"),
            "replicates": 10**6,
            "doubt": 0,
            "seed": 1,
            "id": "x",
        },
        cwd=str(tmp_path),
    )
    jobs.cancel(job)
    ended(job, 30.0)
    assert (job.state, job.error) == ("stopped", "")


def test_the_same_work_is_not_started_twice_and_there_is_a_limit(jobs, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs_module, "MOST_AT_ONCE", 2)
    asked = {"scenario": "moscow-rooftops", "out": str(tmp_path / "x"), "replicates": 10**6, "doubt": 0, "seed": 1}
    first = jobs.start("run", "a", asked, cwd=str(tmp_path))
    assert jobs.start("run", "a", asked, cwd=str(tmp_path)) is first
    jobs.start("run", "b", asked, cwd=str(tmp_path))
    with pytest.raises(RuntimeError):
        jobs.start("run", "c", asked, cwd=str(tmp_path))


def test_a_child_ends_when_its_server_is_gone(tmp_path):
    """However the server went: nobody is left to play on."""
    asked = {
        "do": "run",
        "scenario": "moscow-rooftops",
        "out": str(tmp_path / "x"),
        "replicates": 10**8,
        "seed": 1,
        "doubt": 0,
    }
    code = f"""
import os, signal, subprocess, sys
command = [sys.executable, "-m", "crenel.web.child"]
child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
child.stdin.write({json.dumps(asked)!r}.encode()); child.stdin.close()
print(child.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    pid = int(done.stdout)
    try:
        _wait_for_end(pid, 45.0)
    finally:
        if _runs(pid):
            os.kill(pid, signal.SIGKILL)


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _wait_for_end(pid, seconds):
    import time

    until = time.monotonic() + seconds
    while _runs(pid):
        assert time.monotonic() < until, "the child plays on"
        time.sleep(0.2)


def test_a_run_is_told_as_it_goes_and_a_second_start_finds_its_answer(client, jobs, ended, tmp_path):
    asked = {"key": "example:moscow-rooftops", "replicates": 32, "seed": 1, "doubt": 0}
    number = client.post("/api/start/run", json=asked).json()["job"]
    told = [
        json.loads(line[6:])
        for line in client.get(f"/api/jobs/{number}/news").text.splitlines()
        if line.startswith("data: ")
    ]
    assert told[-1]["state"] == "done", told[-1]
    assert told[-1]["so_far"]["raids"] == 32
    assert (tmp_path / told[-1]["folder"] / "maps" / "scene.json").exists()
    again = jobs.get(client.post("/api/start/run", json=asked).json()["job"])
    assert ended(again).state == "done"
    notes = client.get("/api/state").json()["notes"]
    assert notes[told[-1]["folder"]] == {"key": "example:moscow-rooftops", "replicates": 32, "seed": 1, "doubt": 0}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"key": "example:moscow-rooftops", "replicates": 0},
        {"key": "example:moscow-rooftops", "replicates": True},
        {"key": "example:none", "replicates": 16},
        {"key": "example:moscow-rooftops", "replicates": 16, "seed": -1},
    ],
)
def test_numbers_that_no_run_can_have_start_nothing(client, jobs, body):
    assert client.post("/api/start/run", json=body).status_code == 422
    assert client.post("/api/start/bombard", json=body).status_code == 422
    assert not jobs.working()
