"""The command that says what a real place needs, and gets it."""

from pathlib import Path
from typing import Annotated

import typer

from crenel import lines
from crenel.commands.answering import Json, Verbose, answering, as_text, say
from crenel.progress import Bar


@answering
def place(
    where: Annotated[list[str], typer.Argument(metavar='FILE|"LAT, LON"', help="A scenario, or a position.")],
    radius: Annotated[
        str | None, typer.Option("--radius", metavar="R", help="By default the scenario's own, or 40 km.")
    ] = None,
    get: Annotated[bool, typer.Option("--get", help="Fetch what is needed. Without this nothing is fetched.")] = False,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="FILE", help="Change this scenario's place, and nothing else in it."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Write the lines here, not to stdout.")
    ] = None,
    by_hand: Annotated[
        Path | None, typer.Option("--from", metavar="DIR", help="Take files that were fetched by hand.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Fetch nothing; say what is missing.")] = False,
    terrain: Annotated[str, typer.Option("--terrain", metavar="T", help="glo30, srtm or none.")] = "glo30",
    buildings: Annotated[str, typer.Option("--buildings", metavar="B", help="overture, osm or none.")] = "overture",
    sea: Annotated[bool, typer.Option("--sea", help="With --from: terrain tiles that are missing are sea.")] = False,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Say which terrain and buildings a real place needs; with --get, get them."""
    from crenel import app

    asked = " ".join(where)
    if not (get or by_hand or into or out or offline or sea):
        found = app.place_needs(asked, radius=radius, terrain=terrain, buildings=buildings)
        typer.echo(as_text(found) if as_json else "\n".join(lines.place(found)))
        return
    with Bar("") as bar:
        got = app.get_place(
            asked,
            radius=radius,
            terrain=terrain,
            buildings=buildings,
            may_fetch=get and not offline,
            by_hand=by_hand,
            sea_is_missing=sea,
            into=into,
            out=out,
            listen=bar.hear,
        )
    if as_json:
        typer.echo(as_text(got.plain()))
    else:
        typer.echo(got.lines if got.written is None else got.written, nl=got.written is not None)
    say(lines.got(got.plain()))
