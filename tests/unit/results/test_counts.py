from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from crenel.core.records import CAUSES, FATES
from crenel.results.counts import CURVE_P, N_SECTORS, Counts, count, tally
from crenel.results.parts import N_BLOCKS

MISSED, UNSEEN = CAUSES.index("missed"), CAUSES.index("unseen")
LEAKED, OWN, JAMMED = FATES.index("leaked"), FATES.index("own_failure"), FATES.index("soft_kill")


@pytest.fixture
def counts() -> Counts:
    """Two raids of three threats in block 5: both threats of group 0 leak in the first raid, none in the second."""
    frame = pl.DataFrame(
        {
            "group": [0, 0, 1, 0, 0, 1],
            "fate": [LEAKED, LEAKED, 0, 1, OWN, JAMMED],
            "cause": [MISSED, UNSEEN, -1, -1, -1, -1],
            "came_down": [-1, -1, 0, 3, 3, 4],
            "unit": [-1, -1, 1, 0, -1, 1],
            "from_deg": [0, 29, 359, 10, 20, 30],
            "rounds": [2, 0, 1, 0, 0, 1],
            "bursts": [0, 0, 0, 3, 0, 0],
        }
    )
    beside = {
        "block": 5,
        "refought": 2,
        "unit_rounds": [3, 1],
        "fallback_looks": 1,
        "looks": 400,
        "curve": [{"p": p, "leaks": 6 - i // 2, "no_leak": i // 10} for i, p in enumerate(CURVE_P)],
        "floor_causes": dict.fromkeys(CAUSES, 0),
        "evidence": [{"row": "pictured", "leaks": 5, "no_leak": 0}, {"row": "presence low", "leaks": 3, "no_leak": 1}],
    }
    return count(frame, [beside], n_threats=3, n_groups=2, n_units=2, n_blocks=N_BLOCKS)


def test_raids_and_leaks_stand_in_their_block(counts: Counts) -> None:
    assert counts.raids.tolist() == [0] * 5 + [2] + [0] * 10
    assert counts.leaks[5].tolist() == [2, 0]
    assert counts.leaks.sum() == 2
    assert counts.no_leak[5] == 1
    assert counts.raids_by_leaks[5].tolist() == [1, 0, 1, 0]
    assert counts.refought.tolist() == counts.raids.tolist()
    assert counts.curve_leaks.shape == (11, N_BLOCKS)
    assert counts.curve_leaks[:, 5].tolist() == [6, 6, 5, 5, 4, 4, 3, 3, 2, 2, 1]


def test_rows_of_the_evidence_stand_in_their_block(counts: Counts) -> None:
    assert counts.evidence_leaks.shape == counts.evidence_no_leak.shape == (2, N_BLOCKS)
    assert counts.evidence_leaks[:, 5].tolist() == [5, 3]
    assert counts.evidence_no_leak[:, 5].tolist() == [0, 1]
    assert (counts.evidence_leaks.sum(), counts.evidence_no_leak.sum()) == (8, 1)


def test_fates_causes_and_who_stopped(counts: Counts) -> None:
    assert dict(zip(FATES, counts.fates.tolist(), strict=True)) == {
        "missile": 1,
        "gun": 1,
        "soft_kill": 1,
        "own_failure": 1,
        "leaked": 2,
    }
    assert (counts.causes[MISSED], counts.causes[UNSEEN], counts.causes.sum()) == (1, 1, 2)
    assert counts.stopped_by.tolist() == [1, 2]
    assert counts.fired.tolist() == [4, 3]


def test_what_did_not_leak_came_down_by_group_and_fate(counts: Counts) -> None:
    found = {tuple(at): int(counts.came_down[tuple(at)]) for at in np.argwhere(counts.came_down).tolist()}
    assert found == {(0, 1, 3): 1, (0, OWN, 3): 1, (1, 0, 0): 1, (1, JAMMED, 4): 1}


def test_sectors_count_threats_leaks_and_raids(counts: Counts) -> None:
    assert counts.sector_threats[5].tolist() == [4, 1, *[0] * (N_SECTORS - 3), 1]
    assert counts.sector_raids.tolist() == [2, 1, *[0] * (N_SECTORS - 3), 1]
    assert counts.sector_leaks[5, 0] == 2
    assert counts.sector_causes[0, MISSED] == 1


def test_counts_add_up(counts: Counts) -> None:
    twice = counts + counts
    assert twice.raids.sum() == 4
    assert twice.sector_causes[0, MISSED] == 2
    assert twice.looks.tolist() == [2, 800]
    assert twice.unit_rounds.tolist() == [6, 2]
    assert twice.evidence_leaks[:, 5].tolist() == [10, 6]


def test_a_tally_counts_leaks_along_the_curve() -> None:
    leaks = np.full((50, len(CURVE_P)), 3)
    leaks[:20, -1] = 0
    leaks[20:, -1] = 1
    causes = np.zeros(len(CAUSES), np.int64)
    causes[UNSEEN] = 30
    found = tally(
        2,
        n_raids=60,
        unit_rounds=[7],
        looks=(3, 50),
        curve_leaks=leaks,
        floor_causes=causes,
        evidence_leaks={"pictured": leaks[:, 0], "reported": leaks[:, -1]},
    )
    assert (found["block"], found["raids"], found["refought"], found["unit_rounds"]) == (2, 60, 50, [7])
    assert (found["fallback_looks"], found["looks"]) == (3, 50)
    assert found["curve"][0] == {"p": 0.0, "leaks": 150, "no_leak": 0}
    assert found["curve"][-1] == {"p": 1.0, "leaks": 30, "no_leak": 20}
    assert found["evidence"] == [
        {"row": "pictured", "leaks": 150, "no_leak": 0},
        {"row": "reported", "leaks": 30, "no_leak": 20},
    ]
    assert found["floor_causes"] == {name: 30 if name == "unseen" else 0 for name in CAUSES}


def test_a_run_without_rows_of_evidence_counts_none(counts: Counts) -> None:
    none = np.zeros((0, N_BLOCKS), np.int64)
    alone = replace(counts, evidence_leaks=none, evidence_no_leak=none)
    assert (alone + alone).evidence_leaks.shape == (0, N_BLOCKS)
    causes = np.zeros(len(CAUSES), np.int64)
    found = tally(
        2,
        n_raids=1,
        unit_rounds=[],
        looks=(0, 0),
        curve_leaks=np.zeros((1, len(CURVE_P)), np.int64),
        floor_causes=causes,
        evidence_leaks={},
    )
    frame = pl.DataFrame(
        {
            "group": [0],
            "fate": [0],
            "cause": [-1],
            "came_down": [0],
            "unit": [-1],
            "from_deg": [0],
            "rounds": [0],
            "bursts": [0],
        }
    )
    counted = count(frame, [found], n_threats=1, n_groups=1, n_units=0, n_blocks=N_BLOCKS)
    assert counted.evidence_leaks.shape == (0, N_BLOCKS)


def test_blocks_of_one_part_are_counted_apart() -> None:
    """Two blocks take turns, a raid of two threats each: both threats of block 7 leak, none of block 6."""
    frame = pl.DataFrame(
        {
            "block": [6, 6, 7, 7],
            "group": [0, 0, 0, 0],
            "fate": [0, 0, LEAKED, LEAKED],
            "cause": [-1, -1, MISSED, MISSED],
            "came_down": [3, 3, -1, -1],
            "unit": [0, 0, -1, -1],
            "from_deg": [0, 0, 0, 0],
            "rounds": [1, 1, 1, 1],
            "bursts": [0, 0, 0, 0],
        }
    )
    none = np.zeros((1, len(CURVE_P)), np.int64)
    beside = [
        tally(
            block,
            n_raids=1,
            unit_rounds=[2],
            looks=(0, 1),
            curve_leaks=none + block,
            floor_causes=np.zeros(len(CAUSES), np.int64),
            evidence_leaks={},
        )
        for block in (6, 7)
    ]
    found = count(frame, beside, n_threats=2, n_groups=1, n_units=1, n_blocks=8)
    assert found.raids.tolist() == [0] * 6 + [1, 1]
    assert found.leaks[:, 0].tolist() == [0] * 7 + [2]
    assert found.no_leak.tolist() == [0] * 6 + [1, 0]
    assert found.curve_leaks[0].tolist() == [0] * 6 + [6, 7]
    assert found.fired.tolist() == [4, 0]


def test_decoys_are_counted_apart() -> None:
    """Two raids of one threat and one decoy: the threat leaks in the first, the decoy in both."""
    frame = pl.DataFrame(
        {
            "group": [0, 1, 0, 1],
            "fate": [LEAKED, LEAKED, 0, LEAKED],
            "cause": [MISSED, UNSEEN, -1, UNSEEN],
            "came_down": [-1, -1, 2, -1],
            "unit": [-1, -1, 0, -1],
            "from_deg": [0, 90, 0, 90],
            "rounds": [1, 2, 1, 3],
            "bursts": [0, 1, 0, 0],
        }
    )
    beside = tally(
        0,
        n_raids=2,
        unit_rounds=[7],
        looks=(0, 1),
        curve_leaks=np.zeros((2, len(CURVE_P)), np.int64),
        floor_causes=np.zeros(len(CAUSES), np.int64),
        evidence_leaks={},
    )
    found = count(frame, [beside], n_threats=2, n_groups=2, n_units=1, n_blocks=1, decoys=[False, True])
    assert found.leaks.tolist() == [[1, 0]]
    assert found.decoy_leaks.tolist() == [[0, 2]]
    assert found.raids_by_leaks.tolist() == [[1, 1]]
    assert found.no_leak.tolist() == [1]
    assert (found.raids.sum(), found.fates.sum(), found.causes[UNSEEN]) == (2, 2, 0)
    assert found.sector_threats.sum() == 2
    assert found.decoy_fired.tolist() == [5, 1]
    assert found.fired.tolist() == [7, 1]
