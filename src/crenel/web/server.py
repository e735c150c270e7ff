"""The server: routes to use cases, for one person on their own machine."""

import socket
import sys
from pathlib import Path
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from crenel.core.records import CrenelError
from crenel.web.jobs import Jobs
from crenel.web.routes import Api
from crenel.web.security import Door, Guard
from crenel.web.workspace import Workspace

STATIC: Final = Path(__file__).parent / "static"

_NOT_BUILT: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>crenel</title>
<body style="font:16px/1.5 system-ui,sans-serif;max-width:38em;margin:4em auto;padding:0 1em">
<h1>The app is not built</h1>
<p>This copy of crenel has no built front end. With Node 20 or newer, in the folder of the sources:</p>
<pre>make app</pre>
<p>Then load this page again. The command line needs none of it.</p></body></html>"""


def make_app(workspace: Workspace, door: Door, jobs: Jobs, *, opened: str = "") -> Guard:
    """The whole server as an ASGI app."""
    api = Api(workspace, jobs, opened=opened)
    routes: list[Any] = [Mount("/api", routes=api.routes()), Route("/", _page)]
    if (STATIC / "assets").is_dir():
        routes.append(Mount("/assets", StaticFiles(directory=STATIC / "assets")))
    return Guard(Starlette(routes=routes), door)


async def _page(_request: Request) -> Response:
    page = STATIC / "index.html"
    if not page.exists():
        return HTMLResponse(_NOT_BUILT)
    return HTMLResponse(page.read_text(encoding="utf-8"), headers={"cache-control": "no-store"})


def serve(workspace: Workspace, *, host: str, port: int, opened: str, browser: bool) -> None:
    """Listen until Ctrl-C; the first line on stdout is the address with its token.

    Raises
    ------
    CrenelError
        The port is taken, or nothing can listen at that address.
    """
    listening = _listen(host, port)
    door = Door(port=listening.getsockname()[1], names=() if host in ("127.0.0.1", "::1") else (host,))
    jobs = Jobs()
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{door.port}/?token={door.token}"
    sys.stdout.write(address + "\n")
    sys.stdout.flush()
    config = uvicorn.Config(
        make_app(workspace, door, jobs, opened=opened),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    if browser:
        import webbrowser

        webbrowser.open(address)
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        jobs.stop_all()
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise CrenelError(
            f"nothing can listen at {host}, port {port} ({error.strerror}). Name another port, or 0 for any: --port 0."
        ) from None
    return listening
