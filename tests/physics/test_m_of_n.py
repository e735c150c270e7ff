"""The first firm track: m detections within n looks in a row, exactly."""

from itertools import product

import numpy as np
import pytest

from crenel.core.records import FloatArray
from crenel.models import tracking


def cdf(pd: FloatArray, m: int, n: int) -> FloatArray:
    pd.flags.writeable = False
    out = np.zeros_like(pd)
    tracking.first_firm_cdf(pd, m, n, out)
    return out


@pytest.mark.nojit
@pytest.mark.parametrize(("p", "expected"), [(0.3, 0.216), (0.5, 0.5), (0.9, 0.972)])
def test_by_the_nth_look_it_is_binomial(p: float, expected: float) -> None:
    assert cdf(np.full(3, p), 2, 3)[2] == pytest.approx(expected, abs=1e-12)


@pytest.mark.nojit
def test_three_of_five_look_by_look() -> None:
    found = cdf(np.full(8, 0.5), 3, 5)
    assert found[:2].tolist() == [0.0, 0.0]
    assert found[2:] == pytest.approx([0.125, 0.3125, 0.5, 0.59375, 0.6640625, 0.72265625], abs=1e-12)


@pytest.mark.nojit
@pytest.mark.parametrize(
    ("m", "n", "p", "mean"),
    [
        (2, 3, 0.3, 9.8693), (2, 3, 0.5, 4.6667), (2, 3, 0.9, 2.2334),
        (3, 5, 0.3, 18.3889), (3, 5, 0.5, 7.2677), (3, 5, 0.9, 3.3387),
    ],
)  # fmt: skip
def test_mean_number_of_looks(m: int, n: int, p: float, mean: float) -> None:
    found = cdf(np.full(600, p), m, n)
    assert 1.0 + (1.0 - found).sum() == pytest.approx(mean, abs=6e-5)


def _firm_by(hits: tuple[int, ...], m: int, n: int) -> int:
    for look in range(len(hits)):
        if sum(hits[max(0, look - n + 1) : look + 1]) >= m:
            return look
    return len(hits)


@pytest.mark.parametrize(("m", "n"), [(1, 1), (1, 4), (2, 2), (2, 3), (3, 3), (3, 5), (4, 6), (3, 10)])
def test_against_every_sequence_of_hits_and_misses(m: int, n: int) -> None:
    """Unequal looks, some of them masked; m misses and hits in every order."""
    pd = np.array([0.0, 0.3, 0.8, 0.0, 0.55, 0.9, 0.2, 0.7, 0.0, 0.4, 0.95])
    expected = np.zeros(pd.size + 1)
    for hits in product((0, 1), repeat=pd.size):
        expected[_firm_by(hits, m, n)] += np.prod(np.where(hits, pd, 1.0 - pd))
    assert cdf(pd, m, n) == pytest.approx(np.cumsum(expected)[:-1], abs=1e-12)


@pytest.mark.nojit
def test_a_certain_detection_is_firm_at_the_mth_look() -> None:
    assert cdf(np.ones(6), 3, 5).tolist() == [0.0, 0.0, 1.0, 1.0, 1.0, 1.0]


@pytest.mark.nojit
def test_inverse_transform_finds_the_first_look_beyond_a_share() -> None:
    table = np.array([0.0, 0.0, 0.2, 0.2, 0.7, 0.9, 0.0])
    looks = [tracking.first_look_reaching(table, 6, share) for share in (0.0, 0.1, 0.2, 0.69, 0.7, 0.89, 0.9, 0.99)]
    assert looks == [2, 2, 4, 4, 5, 5, -1, -1]
    assert tracking.first_look_reaching(table, 0, 0.1) == -1
