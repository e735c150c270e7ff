"""Every rule matters: played wrong, it shows in the raid that is made for it."""

import math
from dataclasses import fields

import numpy as np
import pytest

from reference.mutations import MUTATIONS, Mutation, measured
from reference.rules import RIGHT, Rules


def test_every_rule_has_its_mutation() -> None:
    assert sorted(mutation.rule for mutation in MUTATIONS) == sorted(rule.name for rule in fields(Rules))


@pytest.mark.deep
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.rule)
def test_a_wrong_rule_shows(mutation: Mutation) -> None:
    right, wrong = (np.array(measured(mutation, rules)) for rules in (RIGHT, mutation.wrong()))
    error = math.sqrt((right.var() + wrong.var()) / mutation.raids)
    assert abs(right.mean() - wrong.mean()) > max(6.0 * error, 0.01)


QUICK = ("m_of_n", "drop_after_k", "earliest_intercept", "guns_last", "soft_kill", "command_needs_sight")


@pytest.mark.parametrize("mutation", [m for m in MUTATIONS if m.rule in QUICK], ids=lambda mutation: mutation.rule)
def test_a_wrong_rule_shows_at_once(mutation: Mutation) -> None:
    right, wrong = (np.array(measured(mutation, rules)) for rules in (RIGHT, mutation.wrong()))
    assert abs(right.mean() - wrong.mean()) > 0.3
