"""What a page may ask: each route reads its arguments, calls one use case, and answers in JSON."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from crenel import app
from crenel.app.runs import DEFAULT_DOUBT
from crenel.core.records import CrenelError
from crenel.web.jobs import Job, Jobs
from crenel.web.security import MAX_BODY
from crenel.web.workspace import Workspace

T = TypeVar("T")

_LOG = logging.getLogger(__name__)

_LOOK_S: Final = 0.2
_HEARTBEAT_S: Final = 15.0
_FILES: Final = {
    ".html": "text/html",
    ".bin": "application/octet-stream",
    ".json": "application/json",
    ".png": "image/png",
}

Answer = Callable[["Api", Request], Awaitable[Response]]


def _answering(route: Answer) -> Answer:
    """Turn what is wrong with a request into one message, with the places in the text where they are known."""

    @wraps(route)
    async def answer(self: "Api", request: Request) -> Response:
        try:
            return await route(self, request)
        except CrenelError as error:
            found = [{"message": one.message, "line": one.line, "column": one.column} for one in app.complaints(error)]
            return JSONResponse({"error": str(error), "complaints": found}, 422)
        except Exception as error:
            _LOG.exception("a request went wrong")
            told = f"This should not happen: {type(error).__name__}. The server's log says where."
            return JSONResponse({"error": told, "complaints": []}, 500)

    return answer


class Api:
    """The routes below `/api`."""

    def __init__(self, workspace: Workspace, jobs: Jobs, *, opened: str) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._opened = opened

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/state", self.state),
            Route("/scenario", self.scenario),
            Route("/scenario", self.save, methods=["POST"]),
            Route("/look", self.look, methods=["POST"]),
            Route("/start/{kind}", self.start, methods=["POST"]),
            Route("/jobs/{number:int}", self.job),
            Route("/jobs/{number:int}/news", self.news),
            Route("/jobs/{number:int}/cancel", self.cancel, methods=["POST"]),
            Route("/work/{what}", self.work),
            Route("/file", self.file),
        ]

    @_answering
    async def state(self, _request: Request) -> Response:
        """What there is to open, and what is under way."""
        works = await run_in_threadpool(app.works, self._workspace.folder)
        return JSONResponse(
            {
                "crenel": app.version(),
                "folder": self._workspace.folder.resolve().name,
                "opened": self._opened,
                "scenarios": await run_in_threadpool(self._workspace.scenarios),
                "works": works,
                "notes": self._workspace.notes(),
                "jobs": [job.plain() for job in self._jobs.working()],
            }
        )

    @_answering
    async def scenario(self, request: Request) -> Response:
        """The text of a scenario."""
        key = request.query_params.get("key", "")
        return JSONResponse({"key": key, "text": self._workspace.text(key)})

    @_answering
    async def save(self, request: Request) -> Response:
        """Write a scenario's text to a file of the folder."""
        body = await _body(request)
        return JSONResponse({"key": self._workspace.save(_text(body, "name"), _text(body, "text"))})

    @_answering
    async def look(self, request: Request) -> Response:
        """A text as a map and as a list of what it leans on; or what is wrong with it, and where."""
        body = await _body(request)
        _, name, folder = self._workspace.asked(_text(body, "key"))
        text = _text(body, "text")
        return JSONResponse(await run_in_threadpool(app.seen, text, name=name, folder=folder))

    @_answering
    async def start(self, request: Request) -> Response:
        """Start a run, a coverage, a replay or a file to share."""
        body = await _body(request)
        kind = request.path_params["kind"]
        asked = await run_in_threadpool(self._asked, kind, body)
        try:
            job = self._jobs.start(kind, asked["id"], asked, cwd=str(self._workspace.folder))
        except RuntimeError:
            raise CrenelError("Too much is under way. Wait, or stop something.") from None
        return JSONResponse(job.plain())

    def _asked(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        if kind == "run":
            return self._asked_run(body)
        if kind == "cover":
            return self._asked_cover(body)
        if kind in ("replay", "share"):
            identity = _text(body, "run")
            folder = self._workspace.work(identity)
            which = _text(body, "which")
            extra = {"public": bool(body.get("public"))} if kind == "share" else {}
            return {"id": f"{identity}#{which}", "out": str(folder), "which": which, **extra}
        raise CrenelError(f"There is no work called {kind[:40]}.")

    def _asked_run(self, body: dict[str, Any]) -> dict[str, Any]:
        key = _text(body, "key")
        asked, _, _ = self._workspace.asked(key)
        n, seed = _whole(body, "replicates"), body.get("seed")
        seed = None if seed is None else _whole(body, "seed")
        doubt = _whole(body, "doubt") if "doubt" in body else DEFAULT_DOUBT
        app.check_numbers(replicates=n, seed=seed, workers=None, doubt=doubt)
        folder = app.default_folder(app.load(asked), seed, doubt)
        self._workspace.note(folder.as_posix(), {"key": key, "replicates": n, "seed": seed, "doubt": doubt})
        return {
            "id": folder.as_posix(),
            "scenario": asked,
            "replicates": n,
            "seed": seed,
            "doubt": doubt,
            "out": str(self._workspace.path(folder.as_posix())),
        }

    def _asked_cover(self, body: dict[str, Any]) -> dict[str, Any]:
        asked, _, _ = self._workspace.asked(_text(body, "key"))
        scenario = app.load(asked)
        heights_m = [app.length_m("height", str(text)) for text in body.get("heights") or ()]
        threats = [str(threat) for threat in body.get("threats") or ()]
        folder = Path("runs") / app.cover_key(scenario, heights_m=heights_m, threats=threats)
        return {
            "id": folder.as_posix(),
            "scenario": asked,
            "heights_m": heights_m,
            "threats": threats,
            "out": str(self._workspace.path(folder.as_posix())),
        }

    @_answering
    async def job(self, request: Request) -> Response:
        """How a job stands."""
        return JSONResponse(self._job(request).plain())

    @_answering
    async def cancel(self, request: Request) -> Response:
        """Stop a job; what is finished stays."""
        job = self._job(request)
        self._jobs.cancel(job)
        return JSONResponse(job.plain())

    @_answering
    async def news(self, request: Request) -> Response:
        """News of a job as they come, as server-sent events, until it ends."""
        return StreamingResponse(
            self._stream(self._job(request)), media_type="text/event-stream", headers={"cache-control": "no-store"}
        )

    async def _stream(self, job: Job) -> AsyncIterator[str]:
        sent, waited_s = -1, 0.0
        while True:
            ended = job.state != "working"
            if job.version != sent or ended:
                sent, waited_s = job.version, 0.0
                told = job.plain()
                if job.kind == "run":
                    told["so_far"] = await run_in_threadpool(self._so_far, job.folder)
                yield f"id: {sent}\ndata: {json.dumps(told)}\n\n"
            if ended:
                return
            await asyncio.sleep(_LOOK_S)
            waited_s += _LOOK_S
            if waited_s >= _HEARTBEAT_S:
                waited_s = 0.0
                yield ": still here\n\n"

    def _so_far(self, identity: str) -> dict[str, Any] | None:
        try:
            return app.so_far(self._workspace.work(identity))
        except CrenelError:
            return None  # its folder is not there yet

    @_answering
    async def work(self, request: Request) -> Response:
        """Of a run or a coverage: its summary, its map, or how far it is."""
        folder = self._workspace.work(request.query_params.get("id", ""))
        readers: dict[str, Callable[[Path], dict[str, Any]]] = {
            "summary": app.summary_of,
            "scene": app.run_scene,
            "so_far": app.so_far,
            "raids": app.raids_to_replay,
        }
        reader = readers.get(request.path_params["what"])
        if reader is None:
            return JSONResponse({"error": "There is nothing of that name."}, 404)
        return JSONResponse(await run_in_threadpool(reader, folder))

    @_answering
    async def file(self, request: Request) -> Response:
        """A file that was made in a run's folder: a replay, a layer of coverage, a page to share."""
        path = self._workspace.path(request.query_params.get("path", ""))
        kind = _FILES.get(path.suffix)
        if kind is None or not path.is_file() or any(part.startswith(".") for part in path.parts[-3:]):
            return JSONResponse({"error": "There is no such file."}, 404)
        # A page of ours on this origin could ask for anything: it is only ever kept, never opened here.
        name = path.name if kind == "text/html" else None
        return FileResponse(path, media_type=kind, filename=name, headers={"cache-control": "no-store"})

    def _job(self, request: Request) -> Job:
        job = self._jobs.get(request.path_params["number"])
        if job is None:
            raise CrenelError("There is no such work any more.")
        return job


async def _body(request: Request) -> dict[str, Any]:
    read = bytearray()
    async for piece in request.stream():
        read += piece
        if len(read) > MAX_BODY:
            raise CrenelError("That is more than any scenario holds.")
    try:
        found = json.loads(bytes(read))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise CrenelError("The request is not a JSON object.")
    return found


def _text(body: dict[str, Any], name: str) -> str:
    found = body.get(name)
    if not isinstance(found, str):
        raise CrenelError(f"The request lacks the text {name}.")
    return found


def _whole(body: dict[str, Any], name: str) -> int:
    found = body.get(name)
    if isinstance(found, bool) or not isinstance(found, int):
        raise CrenelError(f"{name} wants a whole number.")
    return found
