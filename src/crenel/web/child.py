"""A child of the server: reads what to do from stdin, does it, and says how far it is, one JSON object a line."""

import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

_NEWS_S: Final = 0.15


def main() -> int:
    """Do one piece of work; 0 done, 2 the input is wrong, 130 stopped, 1 anything else."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    asked = json.loads(sys.stdin.buffer.read())
    _end_with(os.getppid())
    _log_to_page()
    from crenel.core.records import CrenelError

    try:
        _say(result=_WORK[asked["do"]](asked))
    except CrenelError as error:
        _say(error=str(error))
        return 2
    except (KeyboardInterrupt, BrokenPipeError):
        return 130
    except Exception as error:
        logging.getLogger("crenel").exception("the child stumbled")
        _say(error=f"This should not happen: {type(error).__name__}: {str(error).partition(chr(10))[0]}")
        return 1
    return 0


def _run(asked: Mapping[str, Any]) -> dict[str, Any]:
    from crenel import app

    scenario = app.load(asked["scenario"])
    out = Path(asked["out"])
    last = [0.0]

    def told(state: Any) -> None:
        now = time.monotonic()
        if now - last[0] >= _NEWS_S or state.done == state.total:
            last[0] = now
            _say(progress={"done": state.done, "total": state.total, "left_s": state.left_s}, says="playing")

    app.run(
        scenario,
        replicates=int(asked["replicates"]),
        seed=asked["seed"],
        doubt=int(asked["doubt"]),
        out=out,
        progress=told,
    )
    _say(says="drawing the map")
    app.keep_scene(scenario, out)
    return {"folder": asked["id"]}


def _cover(asked: Mapping[str, Any]) -> dict[str, Any]:
    from crenel import app

    scenario = app.load(asked["scenario"])
    found = app.cover(
        scenario,
        threats=asked.get("threats") or None,
        heights_m=asked.get("heights_m") or None,
        out=Path(asked["out"]),
        progress=_steps(),
    )
    _say(says="laying layers out for the map")
    app.write_cover_map(found)
    return {"folder": asked["id"]}


def _replay(asked: Mapping[str, Any]) -> dict[str, Any]:
    from crenel import app

    _say(says="playing that raid again")
    return {"file": app.write_replay(Path(asked["out"]), which=asked["which"]).name}


def _share(asked: Mapping[str, Any]) -> dict[str, Any]:
    from crenel import app

    return app.write_share(
        Path(asked["out"]), public=bool(asked["public"]), which=asked["which"], say=lambda words: _say(says=words)
    )


def _steps() -> Callable[[Any], None]:
    def told(state: Any) -> None:
        _say(progress={"done": state.done, "total": state.total, "left_s": None}, says=state.what)

    return told


_WORK: Final[Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "run": _run,
    "cover": _cover,
    "replay": _replay,
    "share": _share,
}


def _say(**news: Any) -> None:
    sys.stdout.write(json.dumps(news) + "\n")
    sys.stdout.flush()


class _ToPage(logging.Handler):
    """What the command line would say on stderr."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say one line of the log."""
        if record.levelno >= logging.WARNING and record.exc_info is None:
            _say(says=record.getMessage())


def _log_to_page() -> None:
    logging.getLogger("crenel").addHandler(_ToPage())


def _end_with(parent: int) -> None:
    """End when the server is gone, however it went: whoever starts it again goes on from what is finished."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(10.0)
        os._exit(130)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
