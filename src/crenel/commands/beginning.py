"""Commands to begin with: examples, new, schema."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from crenel.commands.answering import answering, as_text, say


@answering
def examples() -> None:
    """List the examples."""
    from crenel import app

    found = app.examples()
    width = max(map(len, found))
    for name, title in found.items():
        typer.echo(f"{name:<{width}}  {title}")


@answering
def new(
    example: Annotated[str | None, typer.Argument(metavar="EXAMPLE", help="The example to begin with.")] = None,
    sightings: Annotated[
        Path | None,
        typer.Option("--sightings", metavar="FILE", help="Sightings to begin with: CSV, GeoJSON, KML or KMZ."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE", help="By default EXAMPLE.yaml or FILE's name.yaml; - for stdout."),
    ] = None,
) -> None:
    """Write a scenario to change: a commented copy of an example, or one made of sightings."""
    from crenel import app
    from crenel.core.records import CrenelError

    to_stdout = out == Path("-")
    if example is not None and sightings is None:
        target, text = out or Path(f"{example}.yaml"), app.example_text(example)
        if not to_stdout:
            app.new(example, target)
    elif sightings is not None and example is None:
        target = out or Path(f"{sightings.stem}.yaml")
        drafted = app.new_from_sightings(sightings, None if to_stdout else target)
        text = drafted.text
        say("\n".join(drafted.told))
    else:
        said = "wants an example, or sightings" if example is None else "wants an example or sightings, not both"
        raise CrenelError(f'new {said}. Write "crenel new moscow-rooftops" or "crenel new --sightings seen.csv".')
    if to_stdout:
        typer.echo(text, nl=False)
        return
    typer.echo(target)
    say(f"Change it, then: crenel check {shlex.quote(str(target))}; crenel run {shlex.quote(str(target))}")


@answering
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from crenel import app

    typer.echo(as_text(app.schema()))
