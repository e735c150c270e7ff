"""Where the package's log goes: to the screen when asked for, and into the folder of the run.

Modules log to `logging.getLogger(__name__)` and set nothing up; only a face of crenel calls this module. A run's log
tells how it went, stop by stop, but never when: of a run folder's files only `timing.json` holds clock times.
"""

import logging
import sys
from pathlib import Path

_LINE = "%(levelname)-7s %(name)s: %(message)s"
_TIMED_LINE = "%(asctime)s " + _LINE


def to_screen(*, verbose: bool) -> None:
    """Send the log to stderr: everything when verbose, otherwise what a user should read, without decoration."""
    root = logging.getLogger("crenel")
    for old in [handler for handler in root.handlers if isinstance(handler, _Screen)]:
        root.removeHandler(old)
    screen = _Screen(logging.DEBUG if verbose else logging.WARNING)
    screen.setFormatter(logging.Formatter(_TIMED_LINE if verbose else "%(message)s"))
    root.addHandler(screen)
    root.setLevel(logging.DEBUG)


class _Screen(logging.Handler):
    """Writes to whatever stderr is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(self.format(record) + "\n")


class RunLog(logging.Handler):
    """Keeps the log of one run: in memory until the run has its folder, then in a file there.

    A run that is refused (a wrong scenario, a folder that holds another run) thus writes nothing anywhere.
    """

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(logging.Formatter(_LINE))
        self._waiting: list[logging.LogRecord] = []
        self._file: logging.FileHandler | None = None
        self._level_before = logging.NOTSET

    def emit(self, record: logging.LogRecord) -> None:
        """Keep or write one record."""
        if self._file is None:
            self._waiting.append(record)
        else:
            self._file.emit(record)

    def open(self, path: Path) -> None:
        """Append to a file from now on, beginning with what was kept."""
        if self._file is None:
            self._file = logging.FileHandler(path, encoding="utf-8")
            self._file.setFormatter(self.formatter)
            for record in self._waiting:
                self._file.emit(record)
            self._waiting.clear()

    def stopped(self) -> None:
        """Keep the exception of this moment here only: the face that called says it in its own way."""
        cause = sys.exc_info()
        interrupted = cause[0] is not None and issubclass(cause[0], KeyboardInterrupt)
        words, where = ("stopped by an interrupt", None) if interrupted else ("the run stopped", cause)
        told = logging.LogRecord("crenel", logging.INFO, __file__, 0, words, None, where)
        self.emit(told)

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file is not None:
            self._file.close()
        super().close()

    def __enter__(self) -> "RunLog":
        """Listen to the whole package."""
        root = logging.getLogger("crenel")
        self._level_before = root.level
        if not root.isEnabledFor(logging.INFO):
            root.setLevel(logging.INFO)
        root.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        root = logging.getLogger("crenel")
        root.removeHandler(self)
        root.setLevel(self._level_before)
        self.close()
