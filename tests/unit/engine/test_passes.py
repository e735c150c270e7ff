from dataclasses import replace
from math import log, pi

import numpy as np
import pytest
from scipy.stats import qmc

import cases
from crenel.core.records import Span
from crenel.engine.passes import Passes, draw_passes, sobol


def _draw(*units: str, groups: tuple[str, ...] = ("one", "two"), seed: int = 1, block: int = 0, n: int = 64) -> Passes:
    raid = tuple(
        replace(
            cases.group(name, from_rad=Span(0.5 * pi, 2.5 * pi), height_m=Span(50.0, 150.0)), starts_m=Span(3e4, 4e4)
        )
        for name in groups
    )
    asked = cases.case(*(cases.unit(name) for name in units), raid=raid, sigma_db=4.0)
    return draw_passes(asked, seed=seed, block=block, n_passes=n)


def test_points_are_those_of_the_reference_library() -> None:
    assert (sobol(256) == qmc.Sobol(4, scramble=False).random_base2(8)).all()


@pytest.mark.nojit
def test_passes_lie_within_what_the_scenario_says() -> None:
    drawn = _draw("a", "b")
    for values, low, high in [
        (drawn.bearing_rad, 0.5 * pi, 2.5 * pi),
        (drawn.height_m, 50.0, 150.0),
        (drawn.start_m, 3e4, 4e4),
    ]:
        assert values.shape == (2, 64)
        assert low <= values.min() < low + 0.05 * (high - low)
        assert high - 0.05 * (high - low) < values.max() <= high
    assert drawn.phase_frac.shape == (2, 64, 2)
    assert drawn.phase_frac.min() >= 0.0
    assert drawn.phase_frac.max() < 1.0


@pytest.mark.nojit
def test_every_eighth_of_a_span_has_its_share_of_the_passes() -> None:
    drawn = _draw("a")
    for values, low, high in [(drawn.bearing_rad, 0.5 * pi, 2.5 * pi), (drawn.height_m, 50.0, 150.0)]:
        for row in values:
            counts = np.histogram(row, bins=8, range=(low, high))[0]
            assert abs(counts - 8).max() <= 2


def test_the_rcs_factor_is_lognormal_with_median_one() -> None:
    factors = np.concatenate([_draw("a", block=block).rcs_factor.ravel() for block in range(40)])
    assert np.median(10 * np.log10(factors)) == pytest.approx(0.0, abs=0.15)
    assert np.std(10 * np.log10(factors)) == pytest.approx(4.0, abs=0.1)
    assert np.log(factors).mean() == pytest.approx(0.0, abs=0.05 * log(10))


@pytest.mark.nojit
def test_blocks_seeds_and_groups_have_passes_of_their_own() -> None:
    base = _draw("a")
    assert (base.bearing_rad[0] != base.bearing_rad[1]).all()
    for other in (_draw("a", block=1), _draw("a", seed=2)):
        assert (other.bearing_rad != base.bearing_rad).all()
        assert (other.phase_frac != base.phase_frac).all()
    assert (_draw("a").bearing_rad == base.bearing_rad).all()


@pytest.mark.nojit
def test_two_layouts_share_the_passes_that_they_have_in_common() -> None:
    alone, more = _draw("a"), _draw("b", "a", "c")
    for name in ("bearing_rad", "height_m", "start_m", "rcs_factor"):
        assert (getattr(alone, name) == getattr(more, name)).all()
    assert (alone.phase_frac[:, :, 0] == more.phase_frac[:, :, 1]).all()
    swapped = _draw("a", groups=("two", "zero", "one"))
    assert (swapped.bearing_rad[[2, 0]] == alone.bearing_rad).all()
    assert (swapped.phase_frac[[2, 0]] == alone.phase_frac).all()


@pytest.mark.nojit
def test_any_number_of_passes_will_do() -> None:
    assert _draw("a", n=1).bearing_rad.shape == (2, 1)
    assert (_draw("a", n=5).bearing_rad == _draw("a", n=64).bearing_rad[:, :5]).all()
