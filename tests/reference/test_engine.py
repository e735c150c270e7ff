"""Engine and reference play the same raids: same ways, same tracks, same dice, then every launch, end and cause."""

import json
import os

import pytest

from reference.compare import compare, digest
from reference.make_table import N_CASES, N_DIGEST, TABLE, row
from reference.random_cases import random_case

N_RAIDS = int(os.environ.get("CRENEL_RAIDS", "2000"))
"""Of each case in the long run."""

KNOWN = json.loads(TABLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("number", [0, 2, 8])
def test_engine_and_reference_play_the_same_raids(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert compare(random_case(number), 40, monkeypatch).differ == {}


@pytest.mark.parametrize("number", [1, 3, 5])
def test_the_engine_s_raids_are_those_that_were_compared(number: int) -> None:
    """The long run compared this engine: its raids have the digest that was written beside the comparison."""
    assert digest(random_case(number), N_DIGEST) == KNOWN[number]["digest"]


def test_hardly_any_raid_differed() -> None:
    """Events of one moment may come in either order; nothing else may differ."""
    assert len(KNOWN) == N_CASES
    assert sum(row["raids_that_differ"] for row in KNOWN) <= 0.01 * sum(row["raids"] for row in KNOWN)
    every = {word for row in KNOWN for word in row["engine"]}
    assert every >= {"missile", "gun", "soft_kill", "own_failure", "missed", "unseen", "out_of_reach"}
    assert every >= {"too_late", "saturated", "held", "no_rounds"}


@pytest.mark.deep
@pytest.mark.parametrize("number", range(N_CASES))
def test_all_of_it(number: int) -> None:
    found = row(number, N_RAIDS)
    assert found["raids_that_differ"] <= 0.02 * N_RAIDS
    assert found["digest"] == KNOWN[number]["digest"]
