"""How the command line's arguments are read where the plain way would misread them, or let contradictions pass."""

import re
from pathlib import Path
from typing import Any

from typer.core import TyperCommand


class TakesNegatives(TyperCommand):
    """A command whose argument may begin with a minus: southern latitudes are typed as they are."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put what begins like a negative number behind the options, where it cannot be taken for one."""
        wants_value = {name for param in self.params if not getattr(param, "is_flag", True) for name in param.opts}
        numbers = {
            index
            for index, word in enumerate(args)
            if re.match(r"-?[\d.]", word) and (index == 0 or args[index - 1] not in wants_value)
        }
        if any(args[index].startswith("-") for index in numbers):
            others = [word for index, word in enumerate(args) if index not in numbers and word != "--"]
            args = [*others, "--", *(args[index] for index in sorted(numbers))]
        return super().parse_args(ctx, args)


def one_way(
    key: str | None, kind: str | None, *, as_json: bool, as_html: bool, out: Path | None, package: Path | None
) -> None:
    """Refuse options that contradict each other: each way of reading the catalogue has its own."""
    from crenel.core.records import CrenelError

    ways = [
        name for name, is_asked in (("--json", as_json), ("--html", as_html), ("--data-package", package)) if is_asked
    ]
    if len(ways) > 1:
        raise CrenelError(f"{' and '.join(ways)} are two answers. Ask for one at a time.")
    if package is not None and (key or kind):
        raise CrenelError("--data-package writes the whole catalogue. Leave KEY and --kind out.")
    if as_html and key is None:
        raise CrenelError("--html draws one entry. Name it: crenel catalogue pantsir-s1 --html.")
    if key is not None and kind is not None:
        raise CrenelError("--kind is for the list of entries. Leave it out, or leave out KEY.")
    if out is not None and not as_html:
        raise CrenelError("-o names the file of --html. Add --html, or leave -o out.")


def whole(option: str, text: str) -> int:
    """The whole number after an option."""
    from crenel.core.records import CrenelError

    try:
        return int(text)
    except ValueError:
        raise CrenelError(f'{option} wants a whole number, not "{text}". Write for example "{option} 1000".') from None


def number(option: str, text: str) -> float:
    """The number after an option."""
    from crenel.core.records import CrenelError

    try:
        return float(text)
    except ValueError:
        raise CrenelError(f'{option} wants a number, not "{text}". Write for example "{option} 0.5".') from None
