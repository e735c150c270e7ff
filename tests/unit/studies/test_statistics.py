import numpy as np
import pytest

from crenel.studies.statistics import (
    conditional_means,
    doubt_range,
    least_crossing,
    normal_quantile,
    order_statistic,
    raids_by_blocks,
    reached,
    share_by_blocks,
    student_quantile,
    wilson,
)


@pytest.mark.parametrize(
    ("events", "trials", "lo", "hi"),
    [
        (5, 8, 0.306, 0.863),
        (8, 8, 0.676, 1.0),
        (7, 13, 0.291, 0.768),
        (4, 5, 0.376, 0.964),
        (3, 13, 0.082, 0.503),
        (28, 111, 0.181, 0.340),
        (6, 6, 0.610, 1.0),
        (13, 16, 0.570, 0.934),
        (0, 6, 0.0, 0.390),
        (23, 32, 0.546, 0.844),
        (87, 90, 0.907, 0.989),
    ],
)
def test_wilson_gives_published_intervals(events: int, trials: int, lo: float, hi: float) -> None:
    found = wilson(events, trials)
    assert found.lo == pytest.approx(lo, abs=6e-4)
    assert found.hi == pytest.approx(hi, abs=6e-4)


def test_quantiles() -> None:
    assert normal_quantile() == pytest.approx(1.959964, abs=1e-6)
    assert student_quantile(15) == pytest.approx(2.131450, abs=1e-6)


def test_block_interval_is_wilson_over_the_effective_number() -> None:
    events = np.array([40, 60] * 8, np.int64)
    trials = np.full(16, 100, np.int64)
    found = share_by_blocks(events, trials, n_raids=1600)
    se = np.std(events / 100, ddof=1) / 4
    by_hand = wilson(0.5 * 0.25 / se**2, 0.25 / se**2, quantile=student_quantile(15))
    assert found.mean == 0.5
    assert (found.lo, found.hi) == pytest.approx((by_hand.lo, by_hand.hi), rel=1e-9)


def test_no_event_has_an_upper_bound_only() -> None:
    found = share_by_blocks(np.zeros(16, np.int64), np.full(16, 400, np.int64), n_raids=1600)
    assert (found.mean, found.lo) == (0.0, 0.0)
    assert found.hi == pytest.approx(3.8415 / 1603.8415, rel=1e-4)


def test_nothing_but_events_has_a_lower_bound_only() -> None:
    found = share_by_blocks(np.full(16, 400, np.int64), np.full(16, 400, np.int64), n_raids=1600)
    assert (found.mean, found.hi) == (1.0, 1.0)
    assert 0.99 < found.lo < 1.0


def test_blocks_that_agree_by_construction_do_not_give_certainty() -> None:
    found = share_by_blocks(np.full(16, 25, np.int64), np.full(16, 100, np.int64), n_raids=160)
    assert found.lo < 0.25 < found.hi


def test_block_intervals_cover_nineteen_times_in_twenty() -> None:
    """Blocks with a shift of their own: 2,000 studies of 16 blocks of 200 raids."""
    dice = np.random.default_rng(1)
    covered = 0
    for _ in range(2000):
        p = np.clip(0.3 + 0.05 * dice.standard_normal(16), 0, 1)
        found = share_by_blocks(dice.binomial(200, p), np.full(16, 200), n_raids=3200)
        covered += found.lo <= 0.3 <= found.hi
    assert 0.93 <= covered / 2000 <= 0.97


def test_yes_or_no_takes_the_wider_interval() -> None:
    raids = np.full(16, 100, np.int64)
    alike = raids_by_blocks(np.full(16, 50, np.int64), raids)
    assert (alike.lo, alike.hi) == pytest.approx(wilson(800, 1600)[1:])
    spread = raids_by_blocks(np.array([20, 80] * 8, np.int64), raids)
    blocks = share_by_blocks(np.array([20, 80] * 8, np.int64), raids, n_raids=1600)
    assert (spread.lo, spread.hi) == (blocks.lo, blocks.hi)
    assert spread.hi - spread.lo > 2 * (alike.hi - alike.lo)


def test_order_statistics_are_values_that_were_seen() -> None:
    histogram = np.array([5, 0, 90, 5], np.int64)
    assert [order_statistic(histogram, share) for share in (0.05, 0.051, 0.5, 0.95, 0.951)] == [0, 2, 2, 2, 3]


def test_least_crossing_is_linear_between_points_and_least_of_several() -> None:
    assert least_crossing([(0.0, 1.0), (0.1, 0.8), (0.2, 0.4)], 0.5) == pytest.approx(0.175)
    assert least_crossing([(0.0, 0.4), (0.1, 0.9)], 0.5) == 0.0
    assert least_crossing([(0.0, 1.0), (0.1, 0.4), (0.2, 0.6), (0.3, 0.1)], 0.5) == pytest.approx(1 / 12)
    assert least_crossing([(0.0, 1.0), (0.5, 0.5), (1.0, 0.2)], 0.5) == 0.5
    assert least_crossing([(0.0, 1.0), (1.0, 0.51)], 0.5) is None


@pytest.mark.parametrize(
    ("p", "bracket", "word"),
    [
        (0.2, (0.3, 0.8), "always"),
        (0.3, (0.3, 0.8), "always"),
        (0.5, (0.3, 0.8), "within the bracket"),
        (0.8, (0.3, 0.8), "within the bracket"),
        (0.9, (0.3, 0.8), "never"),
        (None, (0.3, 0.8), "never"),
        (0.0, None, "always"),
        (0.1, None, "never"),
    ],
)
def test_reached(p: float | None, bracket: tuple[float, float] | None, word: str) -> None:
    assert reached(p, bracket) == word


def studied(dice: np.random.Generator, *, n_points: int, n_inner: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Events and trials of two blocks at each point: points differ by doubt, raids by chance."""
    p = np.repeat(np.clip(0.4 + spread * dice.standard_normal(n_points), 0.01, 0.99), 2)
    trials = np.full(2 * n_points, n_inner // 2, np.int64)
    return dice.binomial(trials, p), trials


def test_doubt_between_points_is_not_counted_as_chance() -> None:
    dice = np.random.default_rng(3)
    events, trials = studied(dice, n_points=64, n_inner=200, spread=0.1)
    apart = share_by_blocks(events, trials, n_raids=12_800, n_points=64)
    mixed = share_by_blocks(events, trials, n_raids=12_800)
    assert mixed.hi - mixed.lo > 1.8 * (apart.hi - apart.lo)
    assert apart.hi - apart.lo == pytest.approx(2 * 1.96 * np.sqrt(0.24 / 12_800), rel=0.35)


def test_the_range_by_doubt_does_not_grow_when_raids_are_few() -> None:
    """Where all points are alike there is no doubt, however noisy they look; else it is as wide for any number."""
    dice = np.random.default_rng(4)
    for n_inner in (200, 20_000):
        events, trials = studied(dice, n_points=64, n_inner=n_inner, spread=0.1)
        lo, hi = doubt_range(conditional_means(events, trials, n_points=64)) or (0.0, 0.0)
        assert hi - lo == pytest.approx(2 * 1.645 * 0.1, rel=0.25)
    events, trials = studied(dice, n_points=64, n_inner=200, spread=0.0)
    lo, hi = doubt_range(conditional_means(events, trials, n_points=64)) or (0.0, 0.0)
    assert hi - lo < 0.06
    raw = conditional_means(events, trials, n_points=64).means
    assert np.quantile(raw, 0.95) - np.quantile(raw, 0.05) > 0.09


def test_points_where_nothing_came_say_nothing() -> None:
    found = conditional_means(np.array([1, 1, 0, 0]), np.array([2, 2, 0, 0]), n_points=2)
    assert found.means.tolist() == [0.5]
    assert doubt_range(found) is None
