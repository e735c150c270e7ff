"""Intervals by chance cover the truth as often as they say: small studies with a known answer, again and again."""

import math

import numpy as np
import polars as pl
import pytest

from crenel.results.parts import layout
from crenel.results.tables import LEAKED
from crenel.studies.statistics import conditional_means, doubt_range, normal_quantile, raids_by_blocks, share_by_blocks
from crenel.studies.stopping import raids_needed

N_THREATS = 12
POINTS = 16
RUN = layout(POINTS)


def leaks(dice: np.random.Generator, n_raids: int, p: np.ndarray, rho: float) -> np.ndarray:
    """(B, R) leaks; all shots of a raid share their luck where rho is above 0."""
    share = np.broadcast_to(p[:, None], (p.size, n_raids))
    if rho > 0.0:
        share = dice.beta(share * (1.0 - rho) / rho, (1.0 - share) * (1.0 - rho) / rho)
    return dice.binomial(N_THREATS, share)


def covered(
    n_studies: int, *, p: float, rho: float, spread: float, n_raids: int = 50, stop: bool = False
) -> tuple[float, float]:
    """Share of studies whose interval holds the truth, and their mean width against that of an oracle."""
    dice = np.random.default_rng(7)
    by_point = np.clip(p * (1.0 + spread * np.linspace(-1.0, 1.0, POINTS)), 0.0, 1.0)
    truth, per_block = float(by_point.mean()), np.repeat(by_point, RUN.blocks_per_point)
    hits, ratios = 0, []
    for _ in range(n_studies):
        n = n_raids
        found = leaks(dice, n, per_block, rho)
        if stop:
            needed = raids_needed(frame(found), RUN, n_threats=N_THREATS, half_width=0.01)
            n = needed.replicates // RUN.n_blocks
            found = np.concatenate([found, leaks(dice, n - found.shape[1], per_block, rho)], axis=1)
        trials = np.full(RUN.n_blocks, n * N_THREATS, np.int64)
        told = share_by_blocks(found.sum(axis=1), trials, n_raids=n * RUN.n_blocks, n_points=POINTS)
        hits += told.lo <= truth <= told.hi
        variance = float((by_point * (1.0 - by_point)).mean()) / N_THREATS * (1.0 + (N_THREATS - 1) * rho)
        ratios.append((told.hi - told.lo) / (2.0 * normal_quantile() * math.sqrt(variance / (n * RUN.n_blocks))))
    return hits / n_studies, float(np.mean(ratios))


def frame(found: np.ndarray) -> pl.DataFrame:
    n_blocks, n_raids = found.shape
    leaked = np.arange(N_THREATS) < found[..., None]
    return pl.DataFrame(
        {
            "block": np.repeat(np.arange(n_blocks), n_raids * N_THREATS),
            "replicate": np.repeat(np.arange(n_blocks * n_raids), N_THREATS),
            "fate": np.where(leaked.ravel(), LEAKED, 0),
        }
    )


CASES = {
    "independent raids": {"p": 0.3, "rho": 0.0, "spread": 0.0},
    "raids that differ by doubt": {"p": 0.3, "rho": 0.0, "spread": 0.5},
    "luck that a raid shares": {"p": 0.3, "rho": 0.1, "spread": 0.0},
    "rare leaks": {"p": 0.004, "rho": 0.0, "spread": 0.0, "n_raids": 200},
}


@pytest.mark.parametrize("case", CASES)
def test_intervals_cover_and_are_not_wide(case: str) -> None:
    share, width = covered(300, **CASES[case])
    assert share >= 0.91  # 0.95 less three standard errors of 300 studies
    assert width <= 1.15


def test_intervals_cover_after_a_pilot_that_fixed_their_raids() -> None:
    share, width = covered(60, p=0.3, rho=0.1, spread=0.0, stop=True)
    assert share >= 0.87
    assert width <= 1.15


@pytest.mark.deep
@pytest.mark.parametrize("stop", [False, True], ids=["fixed", "stopping rule"])
@pytest.mark.parametrize("case", CASES)
def test_intervals_cover_at_full_size(case: str, stop: bool) -> None:
    share, width = covered(2000, **CASES[case], stop=stop)
    assert share >= 0.935
    assert width <= 1.15


def test_yes_or_no_covers_over_doubts() -> None:
    dice, hits = np.random.default_rng(8), 0
    by_point = np.linspace(0.2, 0.6, POINTS)
    for _ in range(300):
        events = dice.binomial(50, np.repeat(by_point, RUN.blocks_per_point))
        told = raids_by_blocks(events, np.full(RUN.n_blocks, 50, np.int64), n_points=POINTS)
        hits += told.lo <= 0.4 <= told.hi
    assert 0.91 <= hits / 300 <= 0.985


@pytest.mark.deep
def test_the_width_of_the_doubt_does_not_hang_on_the_number_of_raids() -> None:
    dice, run = np.random.default_rng(9), layout(64)
    by_point = np.clip(0.4 + 0.1 * dice.standard_normal(64), 0.0, 1.0)
    widths = []
    for n_inner in (200, 20_000):
        several = []
        for _ in range(50):
            trials = np.full(run.n_blocks, n_inner // 2, np.int64)
            events = dice.binomial(trials, np.repeat(by_point, 2))
            lo, hi = doubt_range(conditional_means(events, trials, n_points=64)) or (0.0, 0.0)
            several.append(hi - lo)
        widths.append(np.mean(several))
    assert abs(widths[0] / widths[1] - 1.0) < 0.1
