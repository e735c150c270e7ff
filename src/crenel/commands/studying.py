"""Commands that play many runs for one question, and those that hold runs against each other."""

from pathlib import Path
from typing import Annotated

import typer

from crenel import lines
from crenel.arguments import whole
from crenel.commands.answering import Json, Question, Verbose, answering, as_text, say
from crenel.progress import Bar

Out = Annotated[Path | None, typer.Option("-o", "--out", metavar="DIR", help="Also write JSON and a page here.")]
Seed = Annotated[str | None, typer.Option("--seed", metavar="S", help="By default the scenario's own.")]
Workers = Annotated[str | None, typer.Option("--workers", metavar="W", help="Threads; by default one a processor.")]


@answering
def compare(
    questions: Annotated[list[str], typer.Argument(metavar="NAME|FILE...", help="All are held against the first.")],
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIGURE=VALUE", help="The first with a figure at another value; again for more."),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="UNIT", help="The first without a unit; again for more.")
    ] = None,
    out: Out = None,
    replicates: Annotated[str, typer.Option("-n", "--replicates", metavar="N", help="Raids of each.")] = "6400",
    seed: Seed = None,
    doubt: Annotated[
        str, typer.Option("--doubt", metavar="D", help="Settings of what nobody published; 0: the central values.")
    ] = "64",
    workers: Workers = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Compare scenarios raid by raid, with the same dice and the same doubts."""
    from crenel import app

    if out is not None:
        app.check_study_folder(out)
    with Bar("comparing") as bar:
        found = app.compare(
            questions,
            changes=changes or (),
            without=without or (),
            replicates=whole("-n", replicates),
            seed=_number("--seed", seed),
            doubt=whole("--doubt", doubt),
            workers=_number("--workers", workers),
            progress=bar.show_steps,
        )
    _answer(found, out, as_json=as_json)


@answering
def study(
    kind: Annotated[str, typer.Argument(metavar="saturation|sensitivity", help="When it is full; what moves it.")],
    question: Question,
    out: Out = None,
    seed: Seed = None,
    workers: Workers = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Find out when a defence is full, or which doubt moves the answer most."""
    from crenel import app

    if out is not None:
        app.check_study_folder(out)
    with Bar(f"studying {kind}") as bar:
        found = app.study(
            kind,
            question,
            seed=_number("--seed", seed),
            workers=_number("--workers", workers),
            progress=bar.show_steps,
        )
    _answer(found, out, as_json=as_json)


@answering
def backtest(
    out: Out = None, seed: Seed = None, workers: Workers = None, as_json: Json = False, verbose: Verbose = False
) -> None:
    """Play published raids whose outcome is known, and score the simulation."""
    from crenel import app

    if out is not None:
        app.check_study_folder(out)
    with Bar("playing published raids") as bar:
        found = app.backtest(
            seed=1 if seed is None else whole("--seed", seed),
            workers=_number("--workers", workers),
            progress=bar.show_steps,
        )
    _answer(found, out, as_json=as_json)


@answering
def verify(
    run: Annotated[Path, typer.Argument(metavar="DIR|report.html", help="A run folder, or its report.")],
    workers: Workers = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Play a run again from what it holds: is every digit the same?"""
    from crenel import app

    with Bar(f"verifying {run}") as bar:
        found = app.verify(run, workers=_number("--workers", workers), progress=bar.show)
    typer.echo(as_text(found) if as_json else "\n".join(lines.verified(found)))
    if not found["same"]:
        raise typer.Exit(1)


@answering
def diff(
    first: Annotated[Path, typer.Argument(metavar="DIR|report.html", help="A run folder, or its report.")],
    second: Annotated[Path, typer.Argument(metavar="DIR|report.html", help="Another.")],
    as_json: Json = False,
) -> None:
    """Say what changed between two runs, figure by figure, and what that did to the answer."""
    from crenel import app

    found = app.diff(first, second)
    typer.echo(as_text(found) if as_json else "\n".join(lines.differing(found)))


def _answer(found: dict[str, object], out: Path | None, *, as_json: bool) -> None:
    from crenel import app

    typer.echo(as_text(found) if as_json else app.study_text(found))
    if out is not None:
        say(f"\npage: {app.write_study(found, out)}")


def _number(option: str, text: str | None) -> int | None:
    return None if text is None else whole(option, text)
