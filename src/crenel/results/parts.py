"""How a run is cut into parts: which replicates belong to which file.

Replicate r belongs to doubt point r mod D, and within its point to block (r div D) mod B. A part is one stretch of one
block, or of all blocks of a point, of a fixed number of replicates, so that no byte of it depends on who plays it,
when, or next to what.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from crenel.core.records import CrenelError

N_BLOCKS: Final = 16
"""Blocks of a run without doubts: each has its own passes, and their spread gives the intervals."""

ROWS_PER_PART: Final = 200_000
MAX_REPLICATES: Final = 1_000_000_000

_LEAST_BLOCKS: Final = 2
"""Blocks of each doubt point at least: their spread is its dice."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How many doubt points there are, and how many blocks in each; blocks are numbered point by point."""

    n_points: int = 1
    blocks_per_point: int = N_BLOCKS

    @property
    def n_blocks(self) -> int:
        """Blocks in all; the raids of a run are a multiple."""
        return self.n_points * self.blocks_per_point

    def place(self, replicate: int) -> tuple[int, int]:
        """The doubt point and the block of a replicate."""
        of_point, point = divmod(replicate, self.n_points)
        return point, point * self.blocks_per_point + of_point % self.blocks_per_point

    @property
    def blocks_per_part(self) -> int:
        """A part holds a whole point where there are many, so that files do not get too small."""
        return self.blocks_per_point if self.n_points >= N_BLOCKS else 1


CENTRAL: Final = Layout()
"""One point, the central one."""


def layout(n_doubt: int) -> Layout:
    """The layout of a run over so many doubt points; 0 is the central point alone."""
    if n_doubt == 0:
        return CENTRAL
    return Layout(n_doubt, max(_LEAST_BLOCKS, -(-N_BLOCKS // n_doubt)))


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One stretch of some blocks: `n_replicates` raids in all, from the `first`-th of each block on."""

    number: int
    block: int
    first: int
    n_replicates: int
    n_blocks: int = 1
    n_points: int = 1
    blocks_per_point: int = N_BLOCKS

    @property
    def name(self) -> str:
        """The stem of its files."""
        return f"part-{self.number:06d}"

    @property
    def point(self) -> int:
        """Its doubt point."""
        return self.block // self.blocks_per_point

    @property
    def blocks(self) -> range:
        """Its blocks."""
        return range(self.block, self.block + self.n_blocks)

    def replicates(self) -> NDArray[np.int64]:
        """Numbers of its replicates, rising; those of several blocks take turns.

        Returns
        -------
        (R,) int64
        """
        index = np.arange(self.first, self.first + self.n_replicates // self.n_blocks, dtype=np.int64)
        within = np.array([block % self.blocks_per_point for block in self.blocks], np.int64)
        of_point = index[:, None] * self.blocks_per_point + within
        return np.ravel(of_point * self.n_points + self.point)


def rounded_up(replicates: int, run: Layout = CENTRAL) -> int:
    """The number of raids that is played when so many are asked for: the next multiple of the blocks.

    Raises
    ------
    CrenelError
        If it is less than one, or more than a run can hold.
    """
    if replicates < 1:
        raise CrenelError(
            f"a run of {replicates} raids says nothing. Ask for at least one: -n 6400 is the usual number."
        )
    if replicates > MAX_REPLICATES:
        raise CrenelError(
            f"a run of {replicates} raids is more than a folder can hold. "
            f"Ask for at most {MAX_REPLICATES}: -n 6400 is the usual number."
        )
    return -(-replicates // run.n_blocks) * run.n_blocks


def parts(*, replicates: int, n_threats: int, run: Layout = CENTRAL) -> tuple[Part, ...]:
    """Every part of a run, in the order of their numbers.

    Parameters
    ----------
    replicates : int
        Raids in all, a multiple of the blocks.
    n_threats : int
        Threats in one raid.
    run : Layout

    Notes
    -----
    Only the last stretch of each block depends on `replicates`, so a longer run keeps every other part.
    """
    per_block, together = replicates // run.n_blocks, run.blocks_per_part
    stretch_length = max(1, ROWS_PER_PART // max(1, n_threats) // together)
    found = []
    for stretch, first in enumerate(range(0, per_block, stretch_length)):
        n_each = min(stretch_length, per_block - first)
        for number, block in enumerate(range(0, run.n_blocks, together)):
            found.append(
                Part(
                    number=stretch * (run.n_blocks // together) + number,
                    block=block,
                    first=first,
                    n_replicates=n_each * together,
                    n_blocks=together,
                    n_points=run.n_points,
                    blocks_per_point=run.blocks_per_point,
                )
            )
    return tuple(found)
