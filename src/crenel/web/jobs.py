"""Work in child processes: started, listened to, stopped. The server itself plays nothing.

A child says what it does in lines of JSON on its stdout. What it has finished lies in its folder, so a child, or the
server, may end at any moment; the same work started again goes on from there.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Final, Literal, TypeAlias

State: TypeAlias = Literal["working", "done", "stopped", "failed"]

MOST_AT_ONCE: Final = 4
_PATIENCE_S: Final = 5.0
_LINES_KEPT: Final = 40
_MOST_KEPT: Final = 200


@dataclass(slots=True)
class Job:
    """One child and what it has said; `version` rises with each piece of news."""

    number: int
    kind: str
    folder: str
    process: subprocess.Popen[bytes]
    state: State = "working"
    says: str = ""
    progress: dict[str, Any] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    version: int = 0
    cancelled: bool = False
    errors: deque[str] = field(default_factory=lambda: deque(maxlen=_LINES_KEPT))

    def plain(self) -> dict[str, Any]:
        """What a page is told."""
        return {
            "job": self.number,
            "kind": self.kind,
            "folder": self.folder,
            "state": self.state,
            "says": self.says,
            "progress": self.progress,
            "result": self.result,
            "error": self.error,
        }


class Jobs:
    """All children of one server."""

    def __init__(self) -> None:
        self._jobs: dict[int, Job] = {}
        self._lock = threading.Lock()
        self._next = 1

    def start(self, kind: str, folder: str, asked: Mapping[str, Any], *, cwd: str) -> Job:
        """Start a child; one that does the same already is given instead.

        Raises
        ------
        RuntimeError
            Too many are at work.
        """
        with self._lock:
            at_work = [job for job in self._jobs.values() if job.state == "working"]
            for job in at_work:
                if (job.kind, job.folder) == (kind, folder):
                    return job
            if len(at_work) >= MOST_AT_ONCE:
                raise RuntimeError
            process = subprocess.Popen(
                [sys.executable, "-m", "crenel.web.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=cwd,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
            job = Job(self._next, kind, folder, process)
            self._next += 1
            self._jobs[job.number] = job
            for number in [old.number for old in self._jobs.values() if old.state != "working"][:-_MOST_KEPT]:
                del self._jobs[number]
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps({"do": kind, **asked}).encode())
            process.stdin.close()
        except BrokenPipeError:
            pass  # it ended at once; how is told below
        threading.Thread(target=self._listen, args=(job,), daemon=True).start()
        return job

    def get(self, number: int) -> Job | None:
        """A job by its number."""
        return self._jobs.get(number)

    def working(self) -> list[Job]:
        """What is under way."""
        return [job for job in self._jobs.values() if job.state == "working"]

    def cancel(self, job: Job) -> None:
        """Ask a child to stop as Ctrl-C does, and make it if it does not; what is finished stays."""
        if job.state != "working":
            return
        job.cancelled = True
        job.process.send_signal(signal.SIGINT)
        threading.Thread(target=self._insist, args=(job,), daemon=True).start()

    def stop_all(self) -> None:
        """The server ends: so do its children."""
        for job in self.working():
            self.cancel(job)
        until = time.monotonic() + _PATIENCE_S
        for job in list(self._jobs.values()):
            try:
                job.process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                job.process.kill()

    def _insist(self, job: Job) -> None:
        try:
            job.process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            job.process.kill()

    def _listen(self, job: Job) -> None:
        assert job.process.stdout is not None
        assert job.process.stderr is not None
        beside = threading.Thread(target=_keep, args=(job.process.stderr, job.errors), daemon=True)
        beside.start()
        with job.process.stdout as said:
            for line in said:
                self._hear(job, line)
        code = job.process.wait()
        beside.join(1.0)
        if job.result and code == 0:
            job.state = "done"
        elif job.cancelled or code in (-signal.SIGINT, 130):
            job.state = "stopped"
        elif job.error:
            job.state = "failed"
        else:
            job.state = "stopped"
            job.error = f"The work ended before it was done ({_told(code)}). What was finished is kept: go on with it."
        job.says = ""
        job.version += 1

    def _hear(self, job: Job, line: bytes) -> None:
        try:
            news = json.loads(line)
        except ValueError:
            return  # a library that prints
        if not isinstance(news, dict):
            return
        job.progress = news.get("progress", job.progress)
        job.says = news.get("says", job.says)
        job.result = news.get("result", job.result)
        job.error = news.get("error", job.error)
        job.version += 1


def _keep(stream: IO[bytes], kept: deque[str]) -> None:
    with stream:
        for line in stream:
            kept.append(line.decode("utf-8", "replace").rstrip())


def _told(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
