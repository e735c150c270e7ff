from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from crenel.core.records import Bracket, CrenelError
from crenel.studies import sensitivity as study
from unit.studies import fake

pytest.importorskip("SALib")


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> fake.Engine:
    engine = fake.Engine()
    fake.put_in(monkeypatch, engine)
    return engine


def asked(**changes: Any) -> Any:
    """What fails by itself is in doubt, and moves the fake engine's answer; all else that is in doubt moves nothing."""
    small = fake.scenario()
    wide = Bracket(0.3, 0.0, 0.6, "moped.own_failure", "1", "assumption", note="nobody says")
    threat = replace(small.groups[0].threat, own_failure_frac=wide)
    return replace(small, groups=(replace(small.groups[0], threat=threat), small.groups[1]), **changes)


def test_what_moves_the_answer_is_found_and_explains_it() -> None:
    found = study.sensitivity(asked(), seed=5, workers=2, raids=40)
    assert found["morris"][0]["figure"] == "moped.own_failure"
    assert found["morris"][0]["effect"] > 1.0
    assert all(row["effect"] == 0.0 for row in found["morris"][1:])
    (row,) = found["sobol"]
    assert row["total"]["mean"] == pytest.approx(1.0, abs=0.1)
    assert row["total"]["dice"][0] < 1.0 < row["total"]["dice"][1]
    assert row["ends"][0] > row["ends"][1]  # the more fail, the fewer get through


def test_a_unit_with_a_stated_chance_is_there_or_not(engine: fake.Engine) -> None:
    chance = Bracket(0.6, 0.4, 0.8, "unit:Roof.presence", "1", "assumption", note="nobody says")
    small = asked()
    scenario = replace(small, units=(replace(small.units[0], presence=chance), small.units[1]))
    doubts = study._doubts(scenario, fake.BUILT)
    (there,) = [one for one in doubts if one.kind == "presence"]
    case = {share: study._case(scenario, [there], np.array([share])) for share in (0.39, 0.41, np.nan)}
    assert [len(case[share].units) for share in case] == [1, 2, 2]


def test_nothing_in_doubt_is_nothing_to_find_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "_doubts", lambda *_: [])
    with pytest.raises(CrenelError, match="nothing to find out"):
        study.sensitivity(asked(), seed=5, workers=1)
