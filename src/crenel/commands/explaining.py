"""The command that tells one raid of a run."""

from pathlib import Path
from typing import Annotated

import typer

from crenel.commands.answering import Json, Verbose, answering, as_text
from crenel.progress import Bar


@answering
def explain(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A run folder.")],
    replicate: Annotated[str | None, typer.Option("--replicate", metavar="K", help="The raid of that number.")] = None,
    worst: Annotated[bool, typer.Option("--worst", help="The one in which most got through.")] = False,
    typical: Annotated[bool, typer.Option("--typical", help="One near the median; the default.")] = False,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Tell one raid of a run, minute by minute: why each leaker leaked, and what would have saved it."""
    from crenel import app
    from crenel.core.records import CrenelError

    if (replicate is not None) + worst + typical > 1:
        raise CrenelError("one raid at a time: --replicate K, or --worst, or --typical.")
    which = replicate if replicate is not None else "worst" if worst else "typical"
    with Bar("what would have saved it") as bar:
        raid = app.explain(folder, which, progress=bar.show_steps)
    typer.echo(as_text(raid) if as_json else app.explain_text(raid))
