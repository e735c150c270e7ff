import numpy as np
import polars as pl
import pytest

from crenel.results.parts import CENTRAL, Layout, layout
from crenel.results.tables import LEAKED
from crenel.studies.stopping import confidence_sequence, raids_needed


def outcomes(run: Layout, n_each: int, *, p: float, spread: float, seed: int, n_threats: int = 10) -> pl.DataFrame:
    """Raids of independent threats; blocks differ by their passes, which is what no number of raids reduces."""
    dice = np.random.default_rng(seed)
    block = np.repeat(np.arange(run.n_blocks), n_each * n_threats)
    share = np.repeat(np.clip(p + spread * dice.standard_normal(run.n_blocks), 0.0, 1.0), n_each * n_threats)
    return pl.DataFrame(
        {
            "block": block,
            "replicate": np.repeat(np.arange(run.n_blocks * n_each), n_threats),
            "fate": np.where(dice.uniform(size=block.size) < share, LEAKED, 0),
        }
    )


@pytest.mark.parametrize("run", [CENTRAL, layout(64)], ids=["central", "64 points"])
def test_so_many_raids_give_what_was_asked_for(run: Layout) -> None:
    pilot = outcomes(run, 4096 // run.n_blocks, p=0.2, spread=0.0, seed=1)
    found = raids_needed(pilot, run, n_threats=10, half_width=0.001)
    t = 2.13 if run is CENTRAL else 2.0
    assert found.replicates == pytest.approx((t / 0.001) ** 2 * 0.016, rel=0.35)
    assert found.replicates % run.n_blocks == 0
    assert found.half_width <= 0.00101
    assert found.reachable


def test_a_pilot_that_is_enough_is_all() -> None:
    found = raids_needed(outcomes(CENTRAL, 250, p=0.2, spread=0.0, seed=1), CENTRAL, n_threats=10, half_width=0.05)
    assert found.replicates == 4000


def test_what_passes_leave_no_number_of_raids_reduces() -> None:
    found = raids_needed(outcomes(CENTRAL, 250, p=0.4, spread=0.05, seed=1), CENTRAL, n_threats=10, half_width=0.005)
    assert not found.reachable
    assert found.half_width > 0.01


@pytest.mark.parametrize("p", [0.03, 0.5])
def test_an_interval_that_may_be_looked_at_any_time_misses_once_in_twenty_at_most(p: float) -> None:
    dice = np.random.default_rng(2)
    missed = 0
    for _ in range(60):
        low, high = confidence_sequence(dice.binomial(4, p, 150) / 4.0)
        missed += bool(((low > p) | (high < p)).any())
    assert missed <= 6  # 3 expected at most; 7 or more in less than one study of thirty even then
    assert high[-1] - low[-1] < 0.25
    assert (np.diff(low) >= 0.0).all()
    assert (np.diff(high) <= 0.0).all()
