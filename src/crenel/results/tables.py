"""The outcome table: its columns own their names, types and meanings. One row is one threat of one raid."""

from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from crenel.core.records import CAME_DOWN, CAUSES, FATES
from crenel.results.parts import Part


class Column(NamedTuple):
    """One column: name (with its unit), stored type, and what it says."""

    name: str
    dtype: type[pl.DataType]
    meaning: str


OUTCOMES: Final = (
    Column("doubt", pl.Int16, "doubt point; without doubts 0, the central one"),
    Column("block", pl.Int16, "block of passes that the raid drew from"),
    Column("replicate", pl.Int32, "number of the raid"),
    Column("threat", pl.Int16, "number of the threat within its raid"),
    Column("group", pl.Int16, "number of its group, in the order of the scenario"),
    Column("pass", pl.Int16, "number of the drawn way that it came"),
    Column("fate", pl.Int8, "what became of it: " + ", ".join(f"{i} {name}" for i, name in enumerate(FATES))),
    Column(
        "cause", pl.Int8, "why it leaked: -1 it did not, " + ", ".join(f"{i} {name}" for i, name in enumerate(CAUSES))
    ),
    Column(
        "came_down",
        pl.Int8,
        "how far from the nearest asset it came down: -1 it leaked, "
        + ", ".join(f"{i} {name}" for i, name in enumerate(CAME_DOWN)),
    ),
    Column("time_ms", pl.Int32, "when its flight ended, milliseconds into the raid"),
    Column("rounds", pl.Int16, "missiles fired at it"),
    Column("bursts", pl.Int16, "bursts of guns fired at it"),
    Column("unit", pl.Int16, "number of the unit that stopped it, in the order of the scenario; -1 none"),
    Column("from_deg", pl.Int16, "bearing from its target to where it started, degrees clockwise from north"),
    Column("east_m", pl.Int32, "where its flight ended, metres east of the centre"),
    Column("north_m", pl.Int32, "where its flight ended, metres north of the centre"),
)
"""Whole numbers only, so the bytes depend on no rounding; sorted by replicate, then threat."""

SCHEMA: Final = {column.name: column.dtype for column in OUTCOMES}
LEAKED: Final = FATES.index("leaked")
STOPPED: Final = tuple(FATES.index(name) for name in ("missile", "gun", "soft_kill"))


class Played(Protocol):
    """What a played stretch of raids gives: (R, T) whole numbers."""

    @property
    def group(self) -> NDArray[np.int16]:
        """Group number."""

    @property
    def passed(self) -> NDArray[np.int16]:
        """Pass number."""

    @property
    def fate(self) -> NDArray[np.int8]:
        """Index in FATES."""

    @property
    def cause(self) -> NDArray[np.int8]:
        """Index in CAUSES, or -1."""

    @property
    def came_down(self) -> NDArray[np.int8]:
        """Index in CAME_DOWN, or -1."""

    @property
    def time_ms(self) -> NDArray[np.int32]:
        """End of the flight."""

    @property
    def rounds(self) -> NDArray[np.int16]:
        """Missiles fired at it."""

    @property
    def bursts(self) -> NDArray[np.int16]:
        """Bursts fired at it."""

    @property
    def unit(self) -> NDArray[np.int16]:
        """Unit that stopped it, or -1."""

    @property
    def from_deg(self) -> NDArray[np.int16]:
        """Bearing of its start from its target."""

    @property
    def east_m(self) -> NDArray[np.int32]:
        """Where its flight ended."""

    @property
    def north_m(self) -> NDArray[np.int32]:
        """Where its flight ended."""


def outcome_table(part: Part, played: Played) -> pl.DataFrame:
    """The rows of one part.

    Parameters
    ----------
    part : Part
        Says point, blocks and replicates.
    played : record of (R, T) arrays
        As `engine.play` gives it, replicates in the part's order.
    """
    n_replicates, n_threats = played.fate.shape
    n_rows = n_replicates * n_threats
    columns: dict[str, NDArray[np.integer]] = {
        "doubt": np.full(n_rows, part.point, np.int16),
        "block": np.tile(np.repeat(np.array(part.blocks, np.int16), n_threats), n_replicates // part.n_blocks),
        "replicate": np.repeat(part.replicates().astype(np.int32), n_threats),
        "threat": np.tile(np.arange(n_threats, dtype=np.int16), n_replicates),
        "pass": np.ravel(played.passed),
    }
    for column in OUTCOMES:
        if column.name not in columns:
            columns[column.name] = np.ravel(getattr(played, column.name))
    return pl.DataFrame({name: columns[name] for name in SCHEMA}, schema_overrides=SCHEMA)


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    """A table as the bytes of a Parquet file; equal tables give equal bytes."""
    buffer = BytesIO()
    # one row group: how a writer cuts several is no part of its promise
    frame.rechunk().write_parquet(buffer, compression="zstd", statistics=True, row_group_size=max(1, frame.height))
    return buffer.getvalue()


def n_rows(path: Path) -> int:
    """Rows of a Parquet file by its footer; -1 if there is no such file, it cannot be read, or lacks a column."""
    try:
        if not SCHEMA.keys() <= pl.read_parquet_schema(path).keys():
            return -1
        return int(pl.scan_parquet(path, glob=False).select(pl.len()).collect().item())
    except (OSError, pl.exceptions.PolarsError):
        return -1


def read_outcomes(path: Path) -> pl.DataFrame:
    """The rows of one part, from its file."""
    return pl.read_parquet(path, glob=False)


def with_names(frame: pl.DataFrame, *, groups: tuple[str, ...], units: tuple[str, ...]) -> pl.DataFrame:
    """An outcome table with codes spelled out: `fate`, `cause`, `group` and `unit` become names, null for none."""

    def spelled(column: str, names: tuple[str, ...]) -> pl.Expr:
        codes = dict(enumerate(names))
        return pl.col(column).replace_strict(codes, default=None, return_dtype=pl.String)

    return frame.with_columns(
        spelled("fate", FATES), spelled("cause", CAUSES), spelled("group", groups), spelled("unit", units)
    )
