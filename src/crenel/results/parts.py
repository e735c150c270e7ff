"""How a run is cut into parts: which replicates belong to which file.

Replicate k belongs to block k mod 16. A part is one stretch of one block, of a fixed number of replicates, so that no
byte of it depends on who plays it, when, or next to what.
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


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One stretch of one block: `n_replicates` of its raids, beginning with its `first`-th."""

    number: int
    block: int
    first: int
    n_replicates: int

    @property
    def name(self) -> str:
        """The stem of its files."""
        return f"part-{self.number:06d}"

    def replicates(self) -> NDArray[np.int64]:
        """Numbers of its replicates, rising.

        Returns
        -------
        (R,) int64
        """
        index = np.arange(self.first, self.first + self.n_replicates, dtype=np.int64)
        return index * N_BLOCKS + self.block


def rounded_up(replicates: int) -> int:
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
    return -(-replicates // N_BLOCKS) * N_BLOCKS


def parts(*, replicates: int, n_threats: int) -> tuple[Part, ...]:
    """Every part of a run, in the order of their numbers.

    Parameters
    ----------
    replicates : int
        Raids in all, a multiple of the blocks.
    n_threats : int
        Threats in one raid.

    Notes
    -----
    Only the last stretch of each block depends on `replicates`, so a longer run keeps every other part.
    """
    per_block = replicates // N_BLOCKS
    stretch_length = max(1, ROWS_PER_PART // max(1, n_threats))
    found = []
    for stretch, first in enumerate(range(0, per_block, stretch_length)):
        n_replicates = min(stretch_length, per_block - first)
        for block in range(N_BLOCKS):
            found.append(Part(stretch * N_BLOCKS + block, block, first, n_replicates))
    return tuple(found)
