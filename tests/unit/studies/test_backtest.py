import numpy as np
import pytest

from crenel.inputs import backtest as published
from crenel.inputs.catalogue.firewall import read_firewall
from crenel.inputs.examples import example_path
from crenel.studies import backtest as study
from unit.studies import fake


def test_a_beta_binomial_is_even_with_an_even_prior_and_binomial_with_a_firm_one() -> None:
    assert study.beta_binomial(4, 1.0, 1.0) == pytest.approx([0.2] * 5)
    firm = study.beta_binomial(2, 3e6, 1e6)
    assert firm == pytest.approx([1 / 16, 6 / 16, 9 / 16], abs=1e-5)


def test_the_ranked_score_by_hand() -> None:
    assert study.ranked_score(np.array([0.0, 0.0, 1.0]), 2) == 0.0
    assert study.ranked_score(np.array([1.0, 0.0, 0.0]), 2) == 1.0
    assert study.ranked_score(np.array([0.5, 0.25, 0.25]), 1) == pytest.approx((0.25 + 0.0625) / 2)


def test_a_skill_that_is_negative_is_told() -> None:
    worse = study._skill(np.array([0.4, 0.5, 0.6]), np.array([0.2, 0.2, 0.3]), seed=1)
    assert worse["mean"] == pytest.approx(1 - 1.5 / 0.7)
    assert worse["dice"][0] <= worse["mean"] <= worse["dice"][1] < 0.0


def test_every_scored_raid_has_a_scenario_of_its_size_that_states_what_it_supposes() -> None:
    for outcome in published.outcomes():
        scenario = published.scenario(outcome.key)
        assert scenario.n_threats == outcome.launched
        assert scenario.when == outcome.date
        assert scenario.note.startswith("Supposed:")
        assert outcome.source in scenario.sources


def test_the_raids_are_behind_the_firewall() -> None:
    scored = {
        raid.key for raid in read_firewall(example_path("stadium").parents[1] / "firewall.yaml") if raid.is_scored
    }
    keys = {outcome.key for outcome in published.outcomes()}
    assert {key for key in scored if key != "moscow_2023_08"} <= keys
    assert any(key.startswith("moscow_2023_08") for key in keys)


def test_suppressed_drones_keep_their_impacts() -> None:
    (july,) = [outcome for outcome in published.outcomes() if outcome.key == "moscow_2023_07_30"]
    assert (july.shot_down, july.suppressed, july.reached) == (1, 2, 2)


def test_a_back_test_scores_each_raid_against_those_before(monkeypatch: pytest.MonkeyPatch) -> None:
    fake.put_in(monkeypatch, fake.Engine())
    monkeypatch.setattr(study, "_POINTS", 2)
    monkeypatch.setattr(study, "_RAIDS", 16)
    found = study.backtest(seed=1, workers=1)
    rows = found["rows"]
    assert found["n"] == len(rows) == len(published.outcomes())
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    assert rows[0]["earlier"]["mean"] == pytest.approx(rows[0]["published"]["launched"] / 2)
    first = rows[0]["published"]
    expected = (1 + first["shot_down"]) / (2 + first["launched"]) * rows[1]["published"]["launched"]
    assert rows[1]["earlier"]["mean"] == pytest.approx(expected)
    assert found["score"]["everything"]["mean"] == pytest.approx(
        np.mean([row["published"]["shot_down"] / row["published"]["launched"] for row in rows])
    )
    assert found["notes"][-1].startswith("No picture of reliability")
