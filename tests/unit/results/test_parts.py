import numpy as np
import pytest

from crenel.core.records import CrenelError
from crenel.results.parts import N_BLOCKS, Layout, layout, parts, rounded_up


@pytest.mark.parametrize(
    ("asked", "played"), [(1, 16), (16, 16), (17, 32), (6400, 6400), (10_000, 10_000), (10_001, 10_016)]
)
def test_raids_are_rounded_up_to_whole_blocks(asked: int, played: int) -> None:
    assert rounded_up(asked) == played


@pytest.mark.parametrize("asked", [0, -1, 10**11])
def test_numbers_of_raids_that_no_run_can_have(asked: int) -> None:
    with pytest.raises(CrenelError, match=str(asked)):
        rounded_up(asked)


@pytest.mark.parametrize("n_threats", [1, 20, 150_000, 300_000])
def test_parts_partition_the_replicates(n_threats: int) -> None:
    found = parts(replicates=160, n_threats=n_threats)
    numbers = np.concatenate([part.replicates() for part in found])
    assert sorted(numbers) == list(range(160))
    assert all((part.replicates() % N_BLOCKS == part.block).all() for part in found)
    assert [part.number for part in found] == list(range(len(found)))


def test_a_part_holds_at_most_so_many_rows() -> None:
    found = parts(replicates=16 * 25_000, n_threats=20)
    assert {part.n_replicates for part in found} == {10_000, 5_000}


def test_a_longer_run_keeps_every_full_part() -> None:
    short, long = (set(parts(replicates=n, n_threats=20)) for n in (16 * 25_000, 16 * 40_000))
    assert short - long == {part for part in short if part.n_replicates < 10_000}
    assert {part.number for part in short} <= {part.number for part in long}


@pytest.mark.parametrize(("n_doubt", "points", "blocks"), [(0, 1, 16), (2, 2, 8), (16, 16, 2), (64, 64, 2)])
def test_every_point_has_two_blocks_at_least_and_a_run_sixteen(n_doubt: int, points: int, blocks: int) -> None:
    assert layout(n_doubt) == Layout(points, blocks)


@pytest.mark.parametrize("n_doubt", [2, 5, 16, 64])
def test_a_replicate_belongs_to_its_point_and_block(n_doubt: int) -> None:
    run = layout(n_doubt)
    n = rounded_up(1000, run)
    found = parts(replicates=n, n_threats=20, run=run)
    assert sorted(np.concatenate([part.replicates() for part in found])) == list(range(n))
    for part in found:
        numbers = part.replicates()
        assert (numbers % n_doubt == part.point).all()
        blocks = part.point * run.blocks_per_point + numbers // n_doubt % run.blocks_per_point
        assert set(blocks) == set(part.blocks)
        assert (np.diff(numbers) > 0).all()


def test_a_longer_run_over_doubts_keeps_every_full_part() -> None:
    run = layout(64)
    short, long = (set(parts(replicates=128 * n, n_threats=20, run=run)) for n in (6_000, 9_000))
    assert {part.n_replicates for part in short} == {10_000, 2_000}
    assert short - long == {part for part in short if part.n_replicates < 10_000}
