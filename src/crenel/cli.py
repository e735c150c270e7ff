"""The command line: arguments to one use case, answer to stdout, talk to stderr, an exit code.

0 answered; 2 the input is wrong; 1 anything else; 130 stopped by Ctrl-C.
"""

import functools
import json
import os
import shlex
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

import typer

from crenel import lines

if TYPE_CHECKING:
    from crenel.studies.covering import Progress as Steps
    from crenel.studies.montecarlo import Progress

P = ParamSpec("P")

face = typer.Typer(
    name="crenel",
    help="What an air defence can see, reach and stop, and how sure anyone can be.",
    epilog="Begin with: crenel run moscow-rooftops",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Show the log on stderr.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_Question = Annotated[str, typer.Argument(metavar="NAME|FILE", help="An example's name, or a scenario file.")]


def start() -> None:
    """Read the arguments and answer."""
    # A script's background job is started with interrupts ignored; a run can always be stopped, and goes on later.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    face()


def _answering(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what goes wrong in a command into one message and an exit code."""

    @functools.wraps(command)
    def answer(*args: P.args, **kwargs: P.kwargs) -> None:
        from crenel import log
        from crenel.core.records import CrenelError

        verbose = bool(kwargs.get("verbose"))
        log.to_screen(verbose=verbose)
        try:
            command(*args, **kwargs)
            sys.stdout.flush()
        except CrenelError as error:
            _say(f"crenel: {error}")
            raise typer.Exit(2) from None
        except KeyboardInterrupt:
            _say(f"\ncrenel: stopped; what is finished is kept. To go on: {shlex.join(['crenel', *sys.argv[1:]])}")
            raise typer.Exit(130) from None
        except BrokenPipeError:
            # Whoever read the answer has read enough; the interpreter must not try to flush the rest.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if verbose:
                raise
            first = str(error).partition("\n")[0]
            _say(f"crenel: this should not happen: {type(error).__name__}: {first}")
            _say("The same command with -v shows where; a run's log is run.log in its folder.")
            raise typer.Exit(1) from None

    return answer


@face.command()
@_answering
def run(
    question: _Question,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DIR", help="The run folder; by default one in runs/.")
    ] = None,
    replicates: Annotated[
        str, typer.Option("-n", "--replicates", metavar="N", help="How often the raid is played.")
    ] = "6400",
    seed: Annotated[str | None, typer.Option("--seed", metavar="S", help="By default the scenario's own.")] = None,
    workers: Annotated[
        str | None, typer.Option("--workers", metavar="W", help="Threads; by default one for each processor.")
    ] = None,
    as_json: _Json = False,
    verbose: _Verbose = False,
) -> None:
    """Play a raid many times: what gets through, and why."""
    from crenel import app

    n = _whole("-n", replicates)
    s = None if seed is None else _whole("--seed", seed)
    w = None if workers is None else _whole("--workers", workers)
    app.check_numbers(replicates=n, seed=s, workers=w)
    scenario = app.load(question)
    folder = app.default_folder(scenario, s) if out is None else out
    with _Bar(f"playing {scenario.name}") as bar:
        results = app.run(scenario, replicates=n, seed=s, workers=w, out=folder, progress=bar.show)
    summary = results.summary()
    typer.echo(_json(summary) if as_json else app.report_text(summary))
    _say(f"\nfolder: {folder}\nreport: {folder / 'report.html'}")


@face.command()
@_answering
def cover(
    question: _Question,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DIR", help="The folder; by default one in runs/.")
    ] = None,
    threats: Annotated[
        list[str] | None, typer.Option("--threat", metavar="T", help="A threat's key; may be given again.")
    ] = None,
    heights: Annotated[
        list[str] | None,
        typer.Option("--height", metavar="H", help="Height above ground, such as 60m; again for more."),
    ] = None,
    units: Annotated[
        list[str] | None, typer.Option("--unit", metavar="U", help="A unit's name: these alone count.")
    ] = None,
    cell: Annotated[str | None, typer.Option("--cell", metavar="C", help="Side of a cell, such as 100m.")] = None,
    as_json: _Json = False,
    verbose: _Verbose = False,
) -> None:
    """Show what is seen, held and reached, with how much warning: no raid is played."""
    from crenel import app

    lengths_m = [app.length_m("--height", text) for text in heights or ()]
    cell_m = None if cell is None else app.length_m("--cell", cell)
    if out is not None:
        app.check_cover_folder(out)
    scenario = app.load(question)
    with _Bar(f"covering {scenario.name}", "steps") as bar:
        coverage = app.cover(
            scenario,
            threats=threats,
            heights_m=lengths_m or None,
            units=units,
            cell_m=cell_m,
            progress=bar.show_steps,
        )
        coverage = app.write_cover(coverage, out, progress=bar.show_steps)
    typer.echo(_json(coverage.summary()) if as_json else app.cover_text(coverage.summary()))
    _say(f"\nfolder: {coverage.folder}\npage: {coverage.folder}/cover.html")


@face.command()
@_answering
def check(question: _Question, as_json: _Json = False, verbose: _Verbose = False) -> None:
    """List what a scenario leans on, without playing it."""
    from crenel import app

    found = app.check(question)
    typer.echo(_json(found) if as_json else "\n".join(lines.checked(found)))


@face.command()
@_answering
def examples() -> None:
    """List the examples."""
    from crenel import app

    found = app.examples()
    width = max(map(len, found))
    for name, title in found.items():
        typer.echo(f"{name:<{width}}  {title}")


@face.command()
@_answering
def new(
    example: Annotated[str, typer.Argument(metavar="EXAMPLE", help="The example to begin with.")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="By default EXAMPLE.yaml; - for stdout.")
    ] = None,
) -> None:
    """Write a commented copy of an example, to change."""
    from crenel import app

    if out == Path("-"):
        typer.echo(app.example_text(example), nl=False)
        return
    target = app.new(example, out or Path(f"{example}.yaml"))
    typer.echo(target)
    _say(f"Change it, then: crenel check {shlex.quote(str(target))}; crenel run {shlex.quote(str(target))}")


@face.command()
@_answering
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from crenel import app

    typer.echo(_json(app.schema()))


@face.command()
@_answering
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A run folder.")], verbose: _Verbose = False
) -> None:
    """Write a report again, from its run folder alone."""
    from crenel import app

    typer.echo(app.report(folder))


@face.command()
@_answering
def catalogue(
    key: Annotated[str | None, typer.Argument(metavar="[KEY]", help="A system or a threat.")] = None,
    as_json: _Json = False,
) -> None:
    """List systems and threats, or the figures of one."""
    from crenel import app

    found = app.catalogue(key)
    rows = found if key is None else [lines.figure_row(figure) for figure in found]
    typer.echo(_json(found) if as_json else "\n".join(lines.table(rows)))


def _version(wanted: bool) -> None:
    if wanted:
        from crenel import __version__

        typer.echo(f"crenel {__version__}")
        raise typer.Exit


@face.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _whole(option: str, text: str) -> int:
    from crenel.core.records import CrenelError

    try:
        return int(text)
    except ValueError:
        raise CrenelError(f'{option} wants a whole number, not "{text}". Write for example "{option} 1000".') from None


class _Bar:
    """How far a run is: a bar with the time left on a terminal, a line now and then elsewhere."""

    _EVERY_S = 5.0

    def __init__(self, title: str, noun: str = "raids") -> None:
        self._title = title
        self._noun = noun
        self._bar: Any = None
        self._task: Any = None
        self._said_s = -self._EVERY_S

    def __enter__(self) -> "_Bar":
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
            _say(f"{self._title}: {state.what}, {state.done:,} of {state.total:,} steps")

    def show(self, state: "Progress") -> None:
        """Show one piece of news about a run."""
        if sys.stderr.isatty():
            self._draw(state.done, state.total)
            return
        now_s = time.monotonic()
        if now_s - self._said_s >= self._EVERY_S:
            self._said_s = now_s
            left = f", about {state.left_s:.0f} s left" if state.left_s is not None else ""
            _say(f"{self._title}: {state.done:,} of {state.total:,} raids{left}")

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
