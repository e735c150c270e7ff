"""The next miss: following the product of detection probabilities gives the law of runs of misses."""

import numpy as np
import pytest

from crenel.core.jit import kernel
from crenel.core.records import FloatArray
from crenel.models import tracking


@kernel
def lost_share(pd: FloatArray, drop_k: int, shares: FloatArray, chunk: int) -> float:
    """Share of tracks with a run of `drop_k` misses, each followed a few looks at a time."""
    n_lost = 0
    for r in range(shares.shape[0]):
        last_look, clear_to, misses, draw = -1, -1, 0, 0
        no_miss = 1.0
        while clear_to < len(pd) - 1 and misses < drop_k:
            last = min(clear_to + chunk, len(pd) - 1)
            miss, no_miss = tracking.next_miss(pd, clear_to, last, no_miss, shares[r, draw])
            if miss > last:
                clear_to = last
            else:
                misses = misses + 1 if miss == last_look + 1 else 1
                last_look, clear_to, no_miss = miss, miss, 1.0
                draw += 1
        n_lost += misses >= drop_k
    return n_lost / shares.shape[0]


def exact(pd: FloatArray, drop_k: int) -> float:
    """By the Markov chain of the length of the run."""
    run = np.zeros(drop_k + 1)
    run[0] = 1.0
    for p in pd:
        after = np.zeros_like(run)
        after[drop_k] = run[drop_k] + (1 - p) * run[drop_k - 1]
        after[1:drop_k] = (1 - p) * run[: drop_k - 1]
        after[0] = p * run[:drop_k].sum()
        run = after
    return float(run[drop_k])


@pytest.mark.parametrize(("drop_k", "published"), [(5, 0.0244), (3, 0.474)])
@pytest.mark.parametrize("chunk", [1, 7, 100])
def test_a_run_of_misses_within_100_looks(drop_k: int, published: float, chunk: int) -> None:
    pd = np.full(100, 0.8)
    assert exact(pd, drop_k) == pytest.approx(published, abs=5e-4)
    n = 60_000
    found = lost_share(pd, drop_k, np.random.default_rng(1).uniform(size=(n, 101)), chunk)
    assert found == pytest.approx(exact(pd, drop_k), abs=4 * (published * (1 - published) / n) ** 0.5)


def test_unequal_looks() -> None:
    pd = 0.75 + 0.2 * np.sin(np.arange(60) / 5.0)
    n = 60_000
    p = exact(pd, 4)
    assert 0.05 < p < 0.95
    found = lost_share(pd, 4, np.random.default_rng(2).uniform(size=(n, 61)), 9)
    assert found == pytest.approx(p, abs=4 * (p * (1 - p) / n) ** 0.5)


@pytest.mark.nojit
def test_where_the_next_miss_comes() -> None:
    pd = np.array([0.9, 0.5, 0.8, 0.0, 1.0, 1.0])
    assert tracking.next_miss(pd, -1, 5, 1.0, 0.95) == (0, 0.9)
    assert tracking.next_miss(pd, -1, 5, 1.0, 0.6)[0] == 1
    assert tracking.next_miss(pd, -1, 5, 1.0, 0.4)[0] == 2
    assert tracking.next_miss(pd, -1, 5, 1.0, 1e-9)[0] == 3
    assert tracking.next_miss(pd, 3, 5, 1.0, 1e-9) == (6, 1.0)


@pytest.mark.nojit
def test_a_search_taken_up_again_is_the_same_search() -> None:
    pd = np.full(40, 0.93)
    for share in (0.9, 0.5, 0.2, 0.06):
        whole = tracking.next_miss(pd, -1, 39, 1.0, share)
        clear_to, no_miss, found = -1, 1.0, (0, 0.0)
        while clear_to < 39:
            last = min(clear_to + 3, 39)
            found = tracking.next_miss(pd, clear_to, last, no_miss, share)
            if found[0] <= last:
                break
            clear_to, no_miss = last, found[1]
        assert found == whole
