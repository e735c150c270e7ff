"""Sightings from a table of text: commas, semicolons or tabs, with a line of column names."""

import csv
import io
from typing import Final

from crenel.inputs.errors import Mark, quoted
from crenel.inputs.sightings.rows import Table, meaning

_DELIMITERS: Final = (",", ";", "\t")
_LONGEST_HEADER: Final = 10_000
_EXAMPLE: Final = "name,system,position,seen,source,status"


def read_csv(text: str, file: str) -> Table:
    """The rows of a table.

    Raises
    ------
    InputError
        No line of column names, a quotation mark that never ends, too many rows.
    """
    table = Table()
    body, first = _without_hint(text)
    if not body.strip():
        raise Mark(file).error("the file is empty", f'Begin it with a line of column names: "{_EXAMPLE}".')
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=_delimiter(body), strict=True)
    header: list[str] = []
    line = first
    try:
        for cells in reader:
            mark, line = Mark(file, line), first + reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [cell.strip() for cell in cells]
                _refuse_nameless(header, mark)
            elif any(cell.strip() for cell in cells[len(header) :]):
                what = f"the line has {len(cells)} cells, and the line of column names {len(header)}"
                table.errors.append(mark.error(what, "Put a cell that holds the separator in quotation marks."))
            else:
                table.add(mark, zip(header, cells, strict=False))
    except csv.Error as error:
        what = f"the table cannot be read from here on ({error})"
        raise Mark(file, line).error(what, "Look for a quotation mark that is never closed.") from None
    return table


def _without_hint(text: str) -> tuple[str, int]:
    """The table without the line "sep=;" that spreadsheets know, and the number of its first line."""
    hint, newline, rest = text.partition("\n")
    return (rest, 2) if newline and hint.strip().casefold() in {"sep=,", "sep=;", "sep=\\t", "sep="} else (text, 1)


def _delimiter(text: str) -> str:
    """What stands between the cells: whatever splits the first line into most column names that are known."""
    first = next(line for line in text.splitlines() if line.strip())[:_LONGEST_HEADER]

    def n_known(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([first], delimiter=delimiter), [])
        return sum(meaning(cell)[0] is not None for cell in cells), len(cells)

    return max(_DELIMITERS, key=n_known)


def _refuse_nameless(header: list[str], mark: Mark) -> None:
    known = {name for name, _ in map(meaning, header) if name is not None}
    shown = ", ".join(quoted(cell) for cell in header[:8])
    if not known:
        what = f"no column here has a name that is known ({shown})"
        raise mark.error(what, f'Begin the table with a line of column names: "{_EXAMPLE}".')
    if not known & {"system", "name"}:
        raise mark.error(f"there is no column for the system ({shown})", 'Add a column "system".')
    if "position" not in known and not {"lat", "lon"} <= known:
        what = f"there is no column for the position ({shown})"
        raise mark.error(what, 'Add the columns "lat" and "lon", or one column "position".')
