"""How the command line's arguments are read where typing them plainly would be misread."""

import re
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
