"""What the door says when it refuses something: file, line, column, what is wrong, how to mend it."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from crenel.core.records import CrenelError

MAX_SHOWN: Final = 10
"""How many mistakes of one file are listed at once."""

_LONGEST_QUOTE: Final = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A position in a text: file, and line and column from 1 (0: the file as a whole).

    `part` names a piece where lines say little or nothing: "feature 3".
    """

    file: str
    line: int = 0
    column: int = 0
    part: str = ""

    def __str__(self) -> str:
        place = ":".join([printable(self.file), *(str(number) for number in (self.line, self.column) if number)])
        return f"{place} ({self.part})" if self.part else place

    def error(self, what: str, remedy: str) -> "InputError":
        """The complaint about what stands here."""
        return InputError(self, what=what, remedy=remedy)


class InputError(CrenelError):
    """One mistake in a file: `moscow.yaml:14:9: what is wrong. How to mend it.`"""

    def __init__(self, mark: Mark, *, what: str, remedy: str) -> None:
        self.mark = mark
        self.what = what
        self.remedy = remedy
        super().__init__(f"{mark}: {_sentence(what)} {_sentence(remedy)}".rstrip())


class TextError(ValueError):
    """A text that does not say what its key wants; its place is not known here.

    `what` continues a sentence that begins with the key ("wants a length, not a mass").
    """

    def __init__(self, what: str, *, example: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self._example = example
        self._remedy = remedy

    def remedy(self, key: str) -> str:
        """How to mend it, where it stands under `key`."""
        return self._remedy or f'Write for example "{key}: {self._example}".'

    def at(self, mark: Mark, key: str) -> InputError:
        """The complaint, now that its place is known."""
        return mark.error(f"'{key}' {self.what}", self.remedy(key))


class FileError(InputError):
    """Several mistakes in one file, in the order of the text, one per line."""

    def __init__(self, errors: Sequence[InputError]) -> None:
        first = errors[0]
        super().__init__(first.mark, what=first.what, remedy=first.remedy)
        self.errors = tuple(errors)

    def __str__(self) -> str:
        lines = [str(error) for error in self.errors[:MAX_SHOWN]]
        if (n_more := len(self.errors) - MAX_SHOWN) > 0:
            lines.append(f"{self.mark.file}: and {n_more} more. Mend these first.")
        return "\n".join(lines)


@contextmanager
def gathered(errors: list[InputError]) -> Iterator[None]:
    """Keep a mistake, and go on to find others."""
    try:
        yield
    except InputError as error:
        errors.append(error)


def together(errors: Iterable[InputError]) -> InputError:
    """One error that says all of them, in the order of the text, each once."""
    distinct = {str(error): error for error in sorted(errors, key=lambda error: (error.mark.line, error.mark.column))}
    found = list(distinct.values())
    return found[0] if len(found) == 1 else FileError(found)


def nearest(word: str, known: Iterable[str], *, n_most: int = 3) -> list[str]:
    """The known words most like `word`, best first; none if nothing is like it."""
    by_folded = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(word[:_LONGEST_QUOTE].casefold(), by_folded, n=n_most, cutoff=0.6)
    return [by_folded[name] for name in found]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A remedy for a word that is not known: the nearest ones, or all of them."""
    names = list(known)
    if found := nearest(word, names):
        return f"Did you mean {_either(found)}?"
    return f"Known are: {', '.join(names)}." if names else "None are known."


def quoted(text: str) -> str:
    """The user's words in quotes, cut where they are long and without control characters."""
    shown = text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
    return f'"{printable(shown)}"'


def printable(text: str) -> str:
    """The text with a dot for everything that a line of text cannot show, line breaks too."""
    return "".join(letter if letter.isprintable() else "·" for letter in text)


def _either(names: Sequence[str]) -> str:
    shown = [f"'{name}'" for name in names]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text.endswith((".", "?", "!")) else text + "."
