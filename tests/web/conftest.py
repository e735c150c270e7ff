import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import crenel
from crenel.web.jobs import Jobs
from crenel.web.security import Door
from crenel.web.server import make_app
from crenel.web.workspace import Workspace

PORT = 8750
HERE = f"http://127.0.0.1:{PORT}"


@pytest.fixture
def jobs():
    held = Jobs()
    yield held
    held.stop_all()


@pytest.fixture
def door() -> Door:
    return Door(port=PORT)


@pytest.fixture
def stranger(tmp_path: Path, jobs: Jobs, door: Door) -> TestClient:
    """A browser that has not been given the token."""
    return TestClient(make_app(Workspace(tmp_path), door, jobs), base_url=HERE, follow_redirects=False)


@pytest.fixture
def client(stranger: TestClient, door: Door) -> TestClient:
    """A browser that was."""
    assert stranger.get("/", params={"token": door.token}).status_code == 303
    return stranger


@pytest.fixture
def ended() -> Callable[..., object]:
    """Wait for a job to end."""
    import time

    def wait(job, seconds=90.0):
        until = time.monotonic() + seconds
        while job.state == "working":
            assert time.monotonic() < until, job.plain()
            time.sleep(0.05)
        return job

    return wait


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete run of the rooftops; read it, and write beside it at most."""
    folder = tmp_path_factory.mktemp("work") / "runs" / "rooftops"
    crenel.run("moscow-rooftops", replicates=64, seed=1, doubt=0, out=folder)
    return folder


@pytest.fixture
def run_folder(ran: Path, tmp_path: Path) -> Path:
    """The same in a folder of the test's own."""
    shutil.copytree(ran, tmp_path / "runs" / "rooftops")
    return tmp_path / "runs" / "rooftops"
