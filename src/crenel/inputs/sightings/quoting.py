"""Pieces of YAML that say exactly what a stranger's text says, and comments that cannot say anything else."""

import re
import textwrap
from typing import Final

from crenel.inputs.errors import printable

WIDTH: Final = 116

_PLAIN: Final = re.compile(r"[^\W_](?:[\w .()/+'-]*[\w.()/+'-])?")
_WORDS: Final = ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
"""Words that this or another reader of YAML takes for something else than text."""


def scalar(text: str) -> str:
    """A text as one YAML scalar in one line: bare where nothing in it can be misread, else in quotation marks.

    Parameters
    ----------
    text : str
        Printable, in one line.
    """
    is_bare = _PLAIN.fullmatch(text) and text.casefold() not in _WORDS and any(letter.isalpha() for letter in text)
    if is_bare:
        return text
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def prose(key: str, text: str, indent: str) -> list[str]:
    """A key and a longer text as lines of YAML: one if they fit, else folded.

    Parameters
    ----------
    key : str
    text : str
        Printable; single spaces between its words.
    indent : str
        What stands before the key.
    """
    short = f"{indent}{key}: {scalar(text)}"
    if len(short) <= WIDTH:
        return [short]
    return [f"{indent}{key}: >-", *(f"{indent}  {line}" for line in _wrapped(text, WIDTH - len(indent) - 2))]


def comment(text: str, indent: str = "", hanging: str = "") -> list[str]:
    """A text as comment lines; whatever would end the comment, or could not be read in it, becomes a dot."""
    lines = _wrapped(printable(text), WIDTH - len(indent) - len(hanging) - 2)
    return [f"{indent}# {hanging if n else ''}{line}" for n, line in enumerate(lines)]


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width=width, break_long_words=False, break_on_hyphens=False)
