"""The command line: every command by its name.

0 answered; 2 the input is wrong; 1 anything else; 130 stopped by Ctrl-C.
"""

import signal
from typing import Annotated

import typer

from crenel.arguments import TakesNegatives
from crenel.commands import beginning, explaining, placing, reading, running, serving, studying
from crenel.commands.answering import interrupt

face = typer.Typer(
    name="crenel",
    help="What an air defence can see, reach and stop, and how sure anyone can be.",
    epilog="Begin with: crenel run moscow-rooftops",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
face.command()(running.run)
face.command()(running.cover)
face.command()(running.check)
face.command(cls=TakesNegatives)(placing.place)
face.command()(beginning.examples)
face.command()(beginning.new)
face.command()(beginning.schema)
face.command()(running.report)
face.command()(explaining.explain)
face.command()(studying.compare)
face.command()(studying.study)
face.command()(studying.verify)
face.command()(studying.diff)
face.command()(studying.backtest)
face.command()(reading.catalogue)
face.command()(reading.cite)
face.command()(serving.serve)
face.command()(serving.export)


def start() -> None:
    """Read the arguments and answer."""
    # A script's background job is started with interrupts ignored; a run can always be stopped, and goes on later.
    signal.signal(signal.SIGINT, interrupt)
    face()


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
