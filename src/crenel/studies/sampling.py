"""Raids of many cases, counted as they are played: for studies that ask for leaks alone and keep no table."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from crenel import engine
from crenel.core.records import CAUSES, Case
from crenel.results import decoys
from crenel.studies.covering import Progress
from crenel.studies.statistics import Ints

_ROWS_PER_CALL: Final = 20_000
_NEWS_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some raids of one case on one block of passes."""

    case: Case
    block: int
    replicates: NDArray[np.int64]


class Sampled(NamedTuple):
    """What became of the raids of one stretch: (R,) leaks; (C,) their causes."""

    leaks: Ints
    causes: Ints


def sample(
    stretches: Sequence[Stretch],
    built: Any,
    *,
    seed: int,
    n_passes: int,
    workers: int,
    pk: float | None = None,
    progress: Callable[[Progress], None] | None = None,
    what: str = "raids",
) -> list[Sampled]:
    """Play stretches on threads; the answer is in their order and depends on nothing else.

    Parameters
    ----------
    stretches : sequence of Stretch
    built : World
    seed, n_passes, workers : int
    pk : float [1], optional
        Replaces every kill probability.
    progress : callable, optional
        Called on this thread.
    what : str
        What progress is told of.
    """

    def play(stretch: Stretch) -> Sampled:
        tables = engine.prepare(stretch.case, built, seed=seed, block=stretch.block, n_passes=n_passes)
        length = max(1, _ROWS_PER_CALL // max(1, stretch.case.n_threats))
        leaks, causes = [], np.zeros(len(CAUSES), np.int64)
        real = decoys.real(stretch.case.groups)
        for first in range(0, stretch.replicates.size, length):
            played = engine.play(tables, seed=seed, replicates=stretch.replicates[first : first + length], pk=pk)
            leaked = (played.cause >= 0) & real
            leaks.append(leaked.sum(axis=1, dtype=np.int64))
            causes += np.bincount(played.cause[leaked], minlength=len(CAUSES))
        return Sampled(np.concatenate(leaks), causes)

    found: dict[int, Sampled] = {}
    pool = ThreadPoolExecutor(workers, thread_name_prefix="crenel")
    try:
        flying: dict[Future[Sampled], int] = {}
        waiting = iter(enumerate(stretches))
        while True:
            for number, stretch in waiting:
                flying[pool.submit(play, stretch)] = number
                if len(flying) >= 2 * workers:
                    break
            if not flying:
                break
            done, _ = wait(flying, timeout=_NEWS_S, return_when=FIRST_COMPLETED)
            for future in done:
                found[flying.pop(future)] = future.result()
            if progress is not None:
                progress(Progress(what, len(found), len(stretches)))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return [found[number] for number in range(len(stretches))]
