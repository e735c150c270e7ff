"""Closed forms of shooting: one shot, one salvo, shoot-look-shoot, many threats at once."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

import cases
from crenel.core.records import FATES

N = 20_000


def _share(events: int, trials: int, p: float) -> None:
    """`events` of `trials` is what probability p gives, within 4 standard errors."""
    assert events / trials == pytest.approx(p, abs=4 * (p * (1 - p) / trials) ** 0.5 + 1e-12)


@pytest.mark.parametrize("p", [0.1, 0.7, 1.0, 0.0])
def test_one_shot(p: float) -> None:
    played = cases.play(cases.case(cases.unit(missile=cases.missile(p, rounds=1.0))), N)
    assert (played.rounds == 1).all()
    _share(int((played.fate == FATES.index("missile")).sum()), N, p)


@pytest.mark.parametrize(("salvo", "killed"), [(1, 0.7), (2, 0.91), (3, 0.973)])
def test_one_salvo(salvo: int, killed: float) -> None:
    asked = cases.case(cases.unit(missile=cases.missile(0.7, salvo=salvo, rounds=float(salvo))))
    played = cases.play(asked, N)
    assert (played.rounds == salvo).all()
    _share(int((played.fate == FATES.index("missile")).sum()), N, killed)


@pytest.mark.parametrize(("rounds", "killed", "mean_rounds"), [(2, 0.91, 1.3), (3, 0.973, 1.39)])
def test_shoot_look_shoot(rounds: int, killed: float, mean_rounds: float) -> None:
    played = cases.play(cases.case(cases.unit(missile=cases.missile(0.7, rounds=float(rounds)))), N)
    _share(int((played.fate == FATES.index("missile")).sum()), N, killed)
    spread = played.rounds.std() / N**0.5
    assert played.rounds.mean() == pytest.approx(mean_rounds, abs=4 * spread)


def test_two_then_look_then_two() -> None:
    played = cases.play(cases.case(cases.unit(missile=cases.missile(0.7, salvo=2, rounds=4.0))), 4 * N)
    _share(int(cases.leaked(played).sum()), 4 * N, 0.0081)
    assert played.rounds.mean() == pytest.approx(2.18, abs=4 * played.rounds.std() / (4 * N) ** 0.5)


def test_threats_that_do_not_compete_are_independent() -> None:
    """Twelve threats, a channel and a round each: the number of leaks is binomial."""
    asked = cases.case(
        cases.unit(missile=cases.missile(0.7, rounds=12.0, range_min_m=12e3), channels=12.0, assessment_s=60.0),
        raid=(cases.group(count=12, within_s=5.0),),
    )
    played = cases.play(asked, N)
    assert (played.rounds == 1).all()
    leaks = np.bincount(cases.leaked(played).sum(axis=1), minlength=13)
    expected = N * stats.binom.pmf(np.arange(13), 12, 0.3)
    tail = expected < 5
    observed = np.append(leaks[~tail], leaks[tail].sum())
    wanted = np.append(expected[~tail], expected[tail].sum())
    assert stats.chisquare(observed, wanted).pvalue > 1e-3
    assert cases.leaked(played).sum(axis=1).std() == pytest.approx(1.587, abs=0.03)


def test_layers_thin_each_other_out() -> None:
    """Two networks blind to each other, a round each: the survivors of both are Π(1 - p)."""
    asked = cases.case(
        cases.unit("far", missile=cases.missile(0.4, rounds=1.0), network=""),
        cases.unit("near", missile=cases.missile(0.7, rounds=1.0, range_max_m=6e3), network=""),
    )
    played = cases.play(asked, N)
    _share(int(cases.leaked(played).sum()), N, 0.6 * 0.3)
    _share(int((played.unit == 0).sum()), N, 0.4)


@pytest.mark.nojit
def test_no_defence_leaks_all_but_own_failures() -> None:
    asked = cases.case(raid=(cases.group(count=4, own_failure_frac=0.25, within_s=30.0),))
    played = cases.play(asked, 60)
    assert set(np.unique(played.fate)) == {FATES.index("own_failure"), FATES.index("leaked")}
    assert cases.cause_names(played) == {"unseen"}
    _share(int(cases.leaked(played).sum()), 240, 0.75)


def test_own_failures_come_evenly_along_the_route() -> None:
    played = cases.play(cases.case(raid=(cases.group(own_failure_frac=1.0),)), 4000)
    assert (played.fate == FATES.index("own_failure")).all()
    flown_m = 40e3 - np.hypot(played.east_m, played.north_m)
    assert stats.kstest(flown_m.ravel() / (40e3 - 100.0), "uniform").pvalue > 1e-3


def test_a_higher_kill_probability_never_saves_a_single_threat() -> None:
    """Kill draws are shared along the curve, so this holds raid by raid."""
    asked = cases.case(cases.unit(missile=cases.missile(rounds=3.0)))
    leaks = [cases.leaked(cases.play(asked, 300, pk=p)) for p in np.linspace(0.0, 1.0, 6)]
    assert all((after <= before).all() for before, after in pairwise(leaks))
    assert leaks[0].all()
    assert not leaks[-1].any()
