"""How far something long is, on stderr: a bar with the time left on a terminal, a line now and then elsewhere."""

import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crenel.places.client import News
    from crenel.studies.covering import Progress as Steps
    from crenel.studies.montecarlo import Progress


class Bar:
    """Shows news of one long thing after another."""

    _EVERY_S = 5.0

    def __init__(self, title: str) -> None:
        self._title = title
        self._bar: Any = None
        self._tasks: dict[str, Any] = {}
        self._said_s = -self._EVERY_S
        self._begun_s: dict[str, float] = {}

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, state: "Progress") -> None:
        """Show how far a run is."""
        so_far = f"{state.done:,} of {state.total:,} raids"
        if sys.stderr.isatty():
            self._draw(self._title, state.done, state.total, so_far)
        else:
            self._say_now_and_then(self._title, so_far, state.left_s)

    def show_steps(self, state: "Steps") -> None:
        """Show how far work is that has steps."""
        so_far = f"{state.what}, {state.done:,} of {state.total:,} steps"
        if sys.stderr.isatty():
            self._draw(self._title, state.done, state.total, so_far)
            return
        now_s = time.monotonic()
        spent_s = now_s - self._begun_s.setdefault(state.what, now_s)
        left_s = spent_s * (state.total - state.done) / state.done if state.done and spent_s > 1.0 else None
        self._say_now_and_then(self._title, so_far, left_s)

    def hear(self, news: "News") -> None:
        """Show how far something that is fetched is."""
        done, total, unit = news.done, news.total, news.unit
        if unit == "bytes":
            of = f" of {total / 1e6:,.1f}" if total else ""
            so_far = f"{done / 1e6:,.1f}{of} MB"
        else:
            so_far = f"{done:,} of {total:,} {unit}"
        if sys.stderr.isatty():
            self._draw(news.title, done, total or None, so_far)
            return
        now_s = time.monotonic()
        spent_s = now_s - self._begun_s.setdefault(news.title, now_s)
        left_s = spent_s * (total - done) / done if done and total and spent_s > 1.0 else None
        self._say_now_and_then(news.title, so_far, left_s)

    def _say_now_and_then(self, title: str, so_far: str, left_s: float | None) -> None:
        now_s = time.monotonic()
        if now_s - self._said_s >= self._EVERY_S:
            self._said_s = now_s
            left = f", about {left_s:.0f} s left" if left_s is not None else ""
            sys.stderr.write(f"{title}: {so_far}{left}\n")

    def _draw(self, title: str, done: int, total: int | None, so_far: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        if self._bar is None:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[so_far]}, left"),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.start()
        if title not in self._tasks:
            for other in self._tasks.values():
                self._bar.update(other, visible=False)
            self._tasks[title] = self._bar.add_task(title, total=total, so_far=so_far)
        self._bar.update(self._tasks[title], completed=done, total=total, so_far=so_far)
