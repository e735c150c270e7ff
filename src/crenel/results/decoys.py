"""Decoys apart: which threats are real, and how many; leaks, shares and causes are of these alone."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class _Group(Protocol):
    @property
    def count(self) -> int: ...

    @property
    def decoy(self) -> bool: ...


def n_real(groups: Sequence[_Group]) -> int:
    """How many threats of a raid are no decoys."""
    return sum(group.count for group in groups if not group.decoy)


def n_decoys(groups: Sequence[_Group]) -> int:
    """How many are."""
    return sum(group.count for group in groups if group.decoy)


def real(groups: Sequence[_Group]) -> NDArray[np.bool_]:
    """(T,) whether each threat of a raid is real, in the order of the raid."""
    return np.repeat(np.array([not group.decoy for group in groups], bool), [group.count for group in groups])
