"""What every command shares: its options, how it talks, and what becomes of what goes wrong.

0 answered; 2 the input is wrong; 1 anything else; 130 stopped by Ctrl-C.
"""

import functools
import json
import os
import shlex
import sys
import threading
from collections.abc import Callable
from typing import Annotated, Any, ParamSpec

import typer

P = ParamSpec("P")

Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Show the log on stderr.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Question = Annotated[str, typer.Argument(metavar="NAME|FILE", help="An example's name, or a scenario file.")]

_interrupted = threading.Event()
"""Whether Ctrl-C was pressed: what was running may have turned the interrupt into an error of its own."""


def interrupt(_number: int, _frame: Any) -> None:
    """Hear Ctrl-C."""
    _interrupted.set()
    raise KeyboardInterrupt


def answering(command: Callable[P, None]) -> Callable[P, None]:
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
            say(f"crenel: {error}")
            raise typer.Exit(2) from None
        except KeyboardInterrupt:
            say(_stopped_words())
            raise typer.Exit(130) from None
        except BrokenPipeError:
            # Whoever read the answer has read enough; the interpreter must not try to flush the rest.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if _interrupted.is_set():  # the compiler swallows the interrupt and stumbles over it
                say(_stopped_words())
                raise typer.Exit(130) from None
            if verbose:
                raise
            first = str(error).partition("\n")[0]
            say(f"crenel: this should not happen: {type(error).__name__}: {first}")
            say("The same command with -v shows where; a run's log is run.log in its folder.")
            raise typer.Exit(1) from None

    return answer


def say(text: str) -> None:
    """Talk: to stderr, so that stdout holds the answer alone."""
    typer.echo(text, err=True)


def as_text(value: Any) -> str:
    """JSON as it is printed."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def _stopped_words() -> str:
    return f"\ncrenel: stopped; what is finished is kept. To go on: {shlex.join(['crenel', *sys.argv[1:]])}"
