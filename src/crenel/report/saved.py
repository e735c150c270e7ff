"""What would have saved it, in words: for the terminal and the page."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from crenel.report import numbers, words

Json = Mapping[str, Any]

CHANGES: Final = {
    "channel": "one more engagement at a time",
    "rounds": "one more load of rounds, ready",
    "unit": "one more unit of the same kind beside it",
    "reaction": "two seconds less to react",
    "kill": "every shot a kill",
}

ABOUT: Final = (
    "The same raids played again with one thing changed, at the central value of every figure; the change in what gets "
    "through, per raid, with its 95 % interval by chance. More does not always help: rounds and engagements can go to "
    "what another unit would have stopped, so raids made worse are counted beside the mean."
)


def rows(saved: Json) -> list[dict[str, str]]:
    """Who, what is changed, by how much it changes the leaks, and in how many raids it makes them more or fewer."""
    return [
        {
            "who": words.clean(row["who"]) if row["who"] else "all armed units",
            "change": CHANGES.get(row["change"], words.clean(row["change"])),
            "mean": _change(row, saved["raids"]),
            "better": _share(row["better"], saved["raids"]),
            "worse": _share(row["worse"], saved["raids"]),
        }
        for row in saved["rows"]
    ]


def lines(saved: Json) -> Iterator[str]:
    """The rows as text."""
    for row in rows(saved):
        shares = f"fewer in {row['better']} of raids, more in {row['worse']}"
        yield f"{row['who']}, {row['change']}: {row['mean']}; {shares}"


def _change(row: Json, n_raids: int) -> str:
    if row["better"] == row["worse"] == 0.0:
        return f"no change in {n_raids:,} raids"
    low, high = row["dice"]
    return f"{_signed(row['mean'])} ({_signed(low)} to {_signed(high)})"


def _signed(value: float) -> str:
    shown = f"{abs(value):.2f}"
    return shown if float(shown) == 0.0 else f"{'+' if value > 0 else '−'}{shown}"


def _share(share: float, n_raids: int) -> str:
    return f"below {300.0 / n_raids:.1g} %" if share == 0.0 else numbers.percent(numbers.Estimate(share))
