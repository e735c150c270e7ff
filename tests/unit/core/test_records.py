from dataclasses import FrozenInstanceError, replace

import pytest

from crenel.core import records
from unit.studies import fake


def test_a_bracket_is_doubtful_when_it_has_width() -> None:
    sure = records.Bracket(1.0, 1.0, 1.0, "a.b", "m", "press", ("afp",))
    assert not sure.is_doubtful
    assert replace(sure, high=1.1).is_doubtful


def test_a_scenario_counts_its_threats() -> None:
    assert fake.scenario(counts=(3, 2)).n_threats == 5
    assert replace(fake.scenario(), groups=()).n_threats == 0


def test_records_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        fake.scenario().title = "another"  # type: ignore[misc]


def test_words_keep_their_places() -> None:
    """Outcome tables store the index: a word added in the middle would change what old tables say."""
    assert records.FATES == ("missile", "gun", "soft_kill", "own_failure", "leaked")
    assert records.CAUSES == (
        "missed",
        "unseen",
        "undetected",
        "out_of_reach",
        "too_late",
        "saturated",
        "held",
        "no_rounds",
    )
    assert records.GRADES[0] == "measured"
    assert records.GRADES[-1] == "assumption"
