"""Counter-based random numbers: a draw is a function of what it is for, never of when it is made.

Philox 4x32-10 [salmon2011]. Two layouts under one seed share every draw that they have in common, because a draw is
keyed by the names of unit and group, not by list positions.
"""

import hashlib
from collections.abc import Callable
from typing import Any, Final, cast

import numpy as np

from crenel.core.jit import kernel

_u64 = cast("Callable[[Any], int]", np.uint64)  # unsigned arithmetic, compiled and plain, without overflow warnings
_M0 = _u64(0xD2511F53)
_M1 = _u64(0xCD9E8D57)
_W0 = _u64(0x9E3779B9)
_W1 = _u64(0xBB67AE85)
_MASK = _u64(0xFFFFFFFF)
_32 = _u64(32)
_TWO_M32 = 1.0 / 4294967296.0

# What a draw is for. Never renumber: a run's bytes depend on it.
PASS: Final = 1
ARRIVAL: Final = 2
OWN_FAILURE: Final = 3
FIRST_FIRM: Final = 4
NEXT_MISS: Final = 5
LOOK: Final = 6
KILL: Final = 7
SHIFT: Final = 8
SCAN_PHASE: Final = 9
SOFT_KILL: Final = 10
PRESENCE: Final = 11
COMMON_MODE: Final = 12
AVAILABLE: Final = 13
SILENCE: Final = 14


@kernel
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Philox 4x32-10: four 32-bit counters and two 32-bit keys to four 32-bit numbers, all held in uint64."""
    x0, x1, x2, x3 = _u64(c0), _u64(c1), _u64(c2), _u64(c3)
    key0, key1 = _u64(k0), _u64(k1)
    for _ in range(10):
        p0 = _M0 * x0
        p1 = _M1 * x2
        x0, x1, x2, x3 = (p1 >> _32) ^ x1 ^ key0, p1 & _MASK, (p0 >> _32) ^ x3 ^ key1, p0 & _MASK
        key0 = (key0 + _W0) & _MASK
        key1 = (key1 + _W1) & _MASK
    return x0, x1, x2, x3


@kernel
def uniform(seed: int, replicate: int, purpose: int, name: int, occurrence: int) -> float:
    """One number in (0, 1).

    Parameters
    ----------
    seed, replicate : int
        Which study, which raid. The seed's 64 bits are the key.
    purpose : int
        One of the constants of this module.
    name : int
        Hash of the names that the draw belongs to (`name_hash`, `pair_hash`).
    occurrence : int
        Which draw of that kind.

    References
    ----------
    [salmon2011]
    """
    x0, _x1, _x2, _x3 = philox(
        _u64(replicate) & _MASK,
        (_u64(replicate) >> _32) ^ (_u64(purpose) << _u64(24)),
        _u64(name),
        _u64(occurrence),
        _u64(seed) & _MASK,
        _u64(seed) >> _32,
    )
    return (float(x0) + 0.5) * _TWO_M32


@kernel
def four_uniforms(seed: int, replicate: int, purpose: int, name: int, block: int) -> tuple[float, float, float, float]:
    """Four numbers in (0, 1) for the price of one: of occurrences 4 * block to 4 * block + 3 of a purpose.

    Notes
    -----
    Not the numbers that `uniform` gives: a purpose uses one or the other.
    """
    x0, x1, x2, x3 = philox(
        _u64(replicate) & _MASK,
        (_u64(replicate) >> _32) ^ (_u64(purpose) << _u64(24)),
        _u64(name),
        _u64(block),
        _u64(seed) & _MASK,
        _u64(seed) >> _32,
    )
    return (
        (float(x0) + 0.5) * _TWO_M32,
        (float(x1) + 0.5) * _TWO_M32,
        (float(x2) + 0.5) * _TWO_M32,
        (float(x3) + 0.5) * _TWO_M32,
    )


@kernel
def one_of(four: tuple[float, float, float, float], occurrence: int) -> float:
    """The number that belongs to an occurrence, of the four of its block."""
    lane = occurrence & 3
    if lane < 2:
        return four[0] if lane == 0 else four[1]
    return four[2] if lane == 2 else four[3]


@kernel
def pair_hash(first: int, second: int) -> int:
    """One 32-bit hash of two, in order: a (unit, group) pair, or a group and a threat's number within it."""
    x0, _x1, _x2, _x3 = philox(_u64(first), _u64(second), _u64(0), _u64(0), _u64(0), _u64(0))
    return x0


def name_hash(name: str) -> int:
    """A 32-bit hash of a name, the same on every machine."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "little")
