"""Commands that tell what is known: catalogue, and cite for what a run used."""

from pathlib import Path
from typing import Annotated

import typer

from crenel import lines
from crenel.arguments import one_way
from crenel.commands.answering import Json, answering, as_text


@answering
def catalogue(
    key: Annotated[str | None, typer.Argument(metavar="[KEY]", help="A system or a threat; without it, all.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="system|threat", help="List one kind only.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="DIR", help="A catalogue folder of your own, laid over ours.")
    ] = None,
    as_json: Json = False,
    as_html: Annotated[bool, typer.Option("--html", help="Write KEY.html: all of an entry, with pictures.")] = False,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Another file for --html; - for stdout.")
    ] = None,
    raids: Annotated[bool, typer.Option("--raids", help="List raids as published, for a scenario's raid.")] = False,
    package: Annotated[
        Path | None,
        typer.Option("--data-package", metavar="DIR", help="Write the catalogue as CSV with datapackage.json."),
    ] = None,
) -> None:
    """List systems and threats, or tell all that is known of one."""
    from crenel import app
    from crenel.core.records import CrenelError

    one_way(key, kind, as_json=as_json, as_html=as_html, out=out, package=package)
    if raids:
        if key or kind or as_html or package:
            raise CrenelError("--raids lists raids as published. Leave the other options out; --json is fine.")
        found = app.published_raids()
        typer.echo(as_text(found) if as_json else "\n".join(lines.published_raids(found)))
    elif package is not None:
        typer.echo(app.write_data_package(package, folder=folder))
    elif key is None:
        entries = app.catalogue_of(kind, folder=folder)
        typer.echo(as_text([entry.summary() for entry in entries]) if as_json else app.listing_text(entries))
    elif not as_html:
        entry = app.catalogue(key, folder=folder)
        typer.echo(as_text(entry.record()) if as_json else app.entry_text(entry))
    elif out == Path("-"):
        typer.echo(app.entry_page(key, folder=folder), nl=False)
    else:
        typer.echo(app.write_entry_page(key, out, folder=folder))


@answering
def cite(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A run folder.")],
    methods: Annotated[
        bool, typer.Option("--methods", help="A paragraph on how the run was made, instead of BibTeX.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Print BibTeX of the sources that a run used, and of crenel."""
    from crenel import app

    if as_json:
        typer.echo(as_text({"bibtex": app.bibliography(folder), "methods": app.methods(folder)}))
    elif methods:
        typer.echo(app.methods(folder))
    else:
        typer.echo(app.bibliography(folder), nl=False)
