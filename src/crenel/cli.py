"""The command line: arguments to one use case, answer to stdout, talk to stderr, an exit code.

0 answered; 2 the input is wrong; 1 anything else; 130 stopped by Ctrl-C.
"""

import functools
import json
import os
import shlex
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import typer

from crenel import lines
from crenel.arguments import TakesNegatives, one_way, whole
from crenel.progress import Bar

P = ParamSpec("P")

_interrupted = threading.Event()
"""Whether Ctrl-C was pressed: what was running may have turned the interrupt into an error of its own."""

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
    signal.signal(signal.SIGINT, _interrupt)
    face()


def _interrupt(_number: int, _frame: Any) -> None:
    _interrupted.set()
    raise KeyboardInterrupt


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
            _say(_stopped_words())
            raise typer.Exit(130) from None
        except BrokenPipeError:
            # Whoever read the answer has read enough; the interpreter must not try to flush the rest.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if _interrupted.is_set():  # the compiler swallows the interrupt and stumbles over it
                _say(_stopped_words())
                raise typer.Exit(130) from None
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

    n = whole("-n", replicates)
    s = None if seed is None else whole("--seed", seed)
    w = None if workers is None else whole("--workers", workers)
    app.check_numbers(replicates=n, seed=s, workers=w)
    scenario = app.load(question)
    folder = app.default_folder(scenario, s) if out is None else out
    with Bar(f"playing {scenario.name}") as bar:
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
    with Bar(f"covering {scenario.name}") as bar:
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


@face.command(cls=TakesNegatives)
@_answering
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
    as_json: _Json = False,
    verbose: _Verbose = False,
) -> None:
    """Say which terrain and buildings a real place needs; with --get, get them."""
    from crenel import app

    asked = " ".join(where)
    if not (get or by_hand or into or out or offline or sea):
        found = app.place_needs(asked, radius=radius, terrain=terrain, buildings=buildings)
        typer.echo(_json(found) if as_json else "\n".join(lines.place(found)))
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
        typer.echo(_json(got.plain()))
    else:
        typer.echo(got.lines if got.written is None else got.written, nl=got.written is not None)
    _say(lines.got(got.plain()))


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
        _say("\n".join(drafted.told))
    else:
        said = "wants an example, or sightings" if example is None else "wants an example or sightings, not both"
        raise CrenelError(f'new {said}. Write "crenel new moscow-rooftops" or "crenel new --sightings seen.csv".')
    if to_stdout:
        typer.echo(text, nl=False)
        return
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
    key: Annotated[str | None, typer.Argument(metavar="[KEY]", help="A system or a threat; without it, all.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="system|threat", help="List one kind only.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="DIR", help="A catalogue folder of your own, laid over ours.")
    ] = None,
    as_json: _Json = False,
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
        typer.echo(_json(found) if as_json else "\n".join(lines.published_raids(found)))
    elif package is not None:
        typer.echo(app.write_data_package(package, folder=folder))
    elif key is None:
        entries = app.catalogue_of(kind, folder=folder)
        typer.echo(_json([entry.summary() for entry in entries]) if as_json else app.listing_text(entries))
    elif not as_html:
        entry = app.catalogue(key, folder=folder)
        typer.echo(_json(entry.record()) if as_json else app.entry_text(entry))
    elif out == Path("-"):
        typer.echo(app.entry_page(key, folder=folder), nl=False)
    else:
        typer.echo(app.write_entry_page(key, out, folder=folder))


@face.command()
@_answering
def cite(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A run folder.")],
    methods: Annotated[
        bool, typer.Option("--methods", help="A paragraph on how the run was made, instead of BibTeX.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Print BibTeX of the sources that a run used, and of crenel."""
    from crenel import app

    if as_json:
        typer.echo(_json({"bibtex": app.bibliography(folder), "methods": app.methods(folder)}))
    elif methods:
        typer.echo(app.methods(folder))
    else:
        typer.echo(app.bibliography(folder), nl=False)


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


def _stopped_words() -> str:
    return f"\ncrenel: stopped; what is finished is kept. To go on: {shlex.join(['crenel', *sys.argv[1:]])}"


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
