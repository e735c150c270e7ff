"""Commands that show and hand on: serve for the app in a browser, export for other programs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crenel.arguments import whole
from crenel.commands.answering import Verbose, answering, say

if TYPE_CHECKING:
    from crenel.web.workspace import Workspace

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 8750
PORT_MAX = 65535


@answering
def serve(
    opened: Annotated[
        str | None, typer.Argument(metavar="[FILE|DIR|NAME]", help="A scenario, a run's folder, or a folder of them.")
    ] = None,
    port: Annotated[str, typer.Option("--port", metavar="P", help="0 for any that is free.")] = str(DEFAULT_PORT),
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
    bind: Annotated[
        str, typer.Option("--bind", metavar="ADDRESS", help="Listen elsewhere than on this machine alone.")
    ] = LOOPBACK,
    verbose: Verbose = False,
) -> None:
    """Open the app in a browser: see a scenario, run it, watch its raids, share it."""
    from crenel.core.records import CrenelError
    from crenel.web.server import STATIC
    from crenel.web.server import serve as listen

    number = whole("--port", port)
    if not 0 <= number <= PORT_MAX:
        raise CrenelError(f"--port must lie between 0 and {PORT_MAX}, not {number}. Leave it out, or write --port 0.")
    workspace, key = work_of(opened)
    if not (STATIC / "index.html").exists():
        typer.echo(
            "crenel: the app is not built. With Node 20 or newer, in the folder of the sources: make app", err=True
        )
    if bind not in (LOOPBACK, "::1", "localhost"):
        say(
            f"crenel: listening at {bind}: whoever reaches this machine and knows the address can run things on it. "
            "Nothing on the way is encrypted."
        )
    listen(workspace, host=LOOPBACK if bind == "localhost" else bind, port=number, opened=key, browser=not no_browser)


def work_of(opened: str | None) -> "tuple[Workspace, str]":
    """The folder to work in, and what to open in it.

    Raises
    ------
    CrenelError
        There is nothing of that name.
    """
    from crenel import app
    from crenel.core.records import CrenelError
    from crenel.web.workspace import Workspace

    if opened is None:
        return Workspace(Path.cwd()), ""
    path = Path(opened)
    if path.is_dir():
        if (path / "manifest.json").exists():
            full = path.resolve()
            folder = full.parent.parent if full.parent.name == "runs" else full.parent
            return Workspace(folder), full.relative_to(folder).as_posix()
        return Workspace(path), ""
    if path.is_file():
        return Workspace(path.resolve().parent), f"file:{path.name}"
    if opened in app.examples():
        return Workspace(Path.cwd()), f"example:{opened}"
    raise CrenelError(
        f"{opened}: there is neither a scenario, a folder nor an example of that name. `crenel examples` lists those."
    )


@answering
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a run, or of coverage.")],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help="kml, kmz, czml, acmi, geojson, csv, parquet; of coverage geotiff, netcdf too.",
        ),
    ],
    replicate: Annotated[
        str, typer.Option("--replicate", metavar="K", help='Which raid: a number, "typical" or "worst".')
    ] = "typical",
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="By default in export/ of DIR.")
    ] = None,
    verbose: Verbose = False,
) -> None:
    """Write a raid, or layers of coverage, for other programs."""
    from crenel import app

    typer.echo(app.export(folder, to, which=replicate, target=out))
