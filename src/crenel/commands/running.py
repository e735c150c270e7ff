"""Commands that read a scenario and answer it: check, run, cover; and report, which answers again."""

from pathlib import Path
from typing import Annotated

import typer

from crenel import lines
from crenel.arguments import number, whole
from crenel.commands.answering import Json, Question, Verbose, answering, as_text, say
from crenel.progress import Bar


@answering
def run(
    question: Question,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DIR", help="The run folder; by default one in runs/.")
    ] = None,
    replicates: Annotated[
        str, typer.Option("-n", "--replicates", metavar="N", help="How often the raid is played.")
    ] = "6400",
    seed: Annotated[str | None, typer.Option("--seed", metavar="S", help="By default the scenario's own.")] = None,
    doubt: Annotated[
        str, typer.Option("--doubt", metavar="D", help="Settings of what nobody published; 0: the central values.")
    ] = "64",
    half_width: Annotated[
        str | None,
        typer.Option("--half-width", metavar="P", help="Play until chance leaves ± P points of the leak share."),
    ] = None,
    workers: Annotated[
        str | None, typer.Option("--workers", metavar="W", help="Threads; by default one for each processor.")
    ] = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Play a raid many times: what gets through, and why."""
    from crenel import app

    n = whole("-n", replicates)
    s = None if seed is None else whole("--seed", seed)
    w = None if workers is None else whole("--workers", workers)
    d = whole("--doubt", doubt)
    app.check_numbers(replicates=n, seed=s, workers=w, doubt=d)
    scenario = app.load(question)
    folder = app.default_folder(scenario, s, d) if out is None else out
    with Bar(f"playing {scenario.name}") as bar:
        if half_width is None:
            results, told = (
                app.run(scenario, replicates=n, seed=s, doubt=d, workers=w, out=folder, progress=bar.show),
                "",
            )
        else:
            points = number("--half-width", half_width)
            precise = app.run_to(scenario, points, seed=s, doubt=d, workers=w, out=folder, progress=bar.show)
            results, told = precise.results, f"\n{precise.told}"
    summary = results.summary()
    typer.echo(as_text(summary) if as_json else app.report_text(summary))
    say(f"{told}\nfolder: {folder}\nreport: {folder / 'report.html'}")


@answering
def cover(
    question: Question,
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
    as_json: Json = False,
    verbose: Verbose = False,
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
    typer.echo(as_text(coverage.summary()) if as_json else app.cover_text(coverage.summary()))
    say(f"\nfolder: {coverage.folder}\npage: {coverage.folder}/cover.html")


@answering
def check(question: Question, as_json: Json = False, verbose: Verbose = False) -> None:
    """List what a scenario leans on, without playing it."""
    from crenel import app

    found = app.check(question)
    typer.echo(as_text(found) if as_json else "\n".join(lines.checked(found)))


@answering
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A run folder.")], verbose: Verbose = False
) -> None:
    """Write a report again, from its run folder alone."""
    from crenel import app

    typer.echo(app.report(folder))
