"""How far a long command is, on stderr."""

import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crenel.studies.covering import Progress as Steps
    from crenel.studies.montecarlo import Progress


class Bar:
    """How far a run is: a bar with the time left on a terminal, a line now and then elsewhere."""

    _EVERY_S = 5.0

    def __init__(self, title: str, noun: str = "raids") -> None:
        self._title = title
        self._noun = noun
        self._bar: Any = None
        self._task: Any = None
        self._said_s = -self._EVERY_S

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show_steps(self, state: "Steps") -> None:
        """Show one piece of news about work that has steps."""
        if sys.stderr.isatty():
            self._draw(state.done, state.total)
        elif time.monotonic() - self._said_s >= self._EVERY_S:
            self._said_s = time.monotonic()
            self._say(f"{self._title}: {state.what}, {state.done:,} of {state.total:,} steps")

    def show(self, state: "Progress") -> None:
        """Show one piece of news about a run."""
        if sys.stderr.isatty():
            self._draw(state.done, state.total)
            return
        now_s = time.monotonic()
        if now_s - self._said_s >= self._EVERY_S:
            self._said_s = now_s
            left = f", about {state.left_s:.0f} s left" if state.left_s is not None else ""
            self._say(f"{self._title}: {state.done:,} of {state.total:,} raids{left}")

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - the talk of a long command, not its answer

    def _draw(self, done: int, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        if self._bar is None:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn(f"{self._noun}, left"),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._bar.add_task(self._title, total=total)
            self._bar.start()
        self._bar.update(self._task, completed=done, total=total)
