"""What would have saved it: paired changes on small cases."""

import numpy as np
import pytest

from crenel.studies import saved
from unit.studies import fake


def _row(found: dict, change: str, who: str = "") -> dict:
    return next(row for row in found["rows"] if (row["change"], row["who"]) == (change, who))


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> dict:
    """Nothing but kill probability moves the engine of arithmetic."""
    from crenel.studies import sampling

    engine = fake.Engine()
    monkeypatch.setattr(saved, "engine", engine)
    monkeypatch.setattr(sampling, "engine", engine)
    return saved.saved(fake.scenario(), fake.BUILT, seed=1, workers=2, raids=80)


def test_every_change_is_made_for_all_and_for_each(found: dict) -> None:
    assert [(row["who"], row["change"]) for row in found["rows"]] == [
        (who, change) for who in ("", "Roof", "Field") for change in ("channel", "rounds", "reaction", "unit", "kill")
    ]


def test_sure_kills_save_what_was_missed_and_nothing_else(found: dict) -> None:
    sure = _row(found, "kill")
    assert sure["worse"] == 0.0
    assert 0.0 < sure["better"] <= 1.0
    assert sure["dice"][0] < sure["mean"] < sure["dice"][1] < 0.0
    # 3 drones, of which one in ten fails, each shot once with 0.6: 1.08 leak, all of them if no shot kills.
    assert sure["mean"] == pytest.approx(-3 * 0.9 * 0.4, abs=0.35)


def test_what_changes_nothing_is_told_as_nothing(found: dict) -> None:
    assert _row(found, "channel") == {
        "change": "channel",
        "who": "",
        "mean": 0.0,
        "dice": [0.0, 0.0],
        "worse": 0.0,
        "better": 0.0,
    }


def test_changes_are_made_to_the_unit_that_is_named() -> None:
    from crenel.core import doubt

    changes = {(one.who, one.name): one.case for one in saved._changes(doubt.resolve(fake.scenario()))}
    roof, field = changes["Roof", "channel"].units
    assert (roof.system.channels, field.system.channels) == (4.0, 3.0)
    assert [unit.system.reaction_s for unit in changes["", "reaction"].units] == [4.0, 4.0]
    missile = changes["Field", "rounds"].units[1].system.missile
    assert missile is not None
    assert missile.rounds == 24.0
    assert [unit.name for unit in changes["Roof", "unit"].units] == ["Roof", "Field", "Roof, a second one"]
    sure = changes["Field", "kill"].units[1].system
    assert sure.missile is not None
    assert sure.gun is not None
    assert set(sure.missile.pk.values()) == set(sure.gun.pk.values()) == {1.0}


def test_an_interval_is_never_narrower_than_that_over_raids() -> None:
    values = np.tile([0.0, 1.0], (saved.BLOCKS, 10))  # no spread between blocks at all
    mean, half = saved._mean(values)
    assert mean == 0.5
    assert half == pytest.approx(2.365 * values.std(ddof=1) / values.size**0.5, rel=1e-3)
