import numpy as np
import pytest

from crenel.core import streams

PI = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0)


@pytest.mark.nojit
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((0,) * 6, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((0xFFFFFFFF,) * 6, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (PI, (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)),
    ],
)
def test_known_answers_of_random123(words: tuple[int, ...], expected: tuple[int, ...]) -> None:
    assert tuple(int(x) for x in streams.philox(*words)) == expected


@pytest.mark.nojit
def test_compiled_and_plain_are_the_same_numbers() -> None:
    plain = getattr(streams.philox, "py_func", streams.philox)
    dice = np.random.default_rng(1)
    for words in dice.integers(0, 2**32, (50, 6)).tolist():
        assert tuple(int(x) for x in plain(*words)) == tuple(int(x) for x in streams.philox(*words))


@pytest.mark.nojit
def test_draws_are_the_same_for_ever() -> None:
    """These numbers decide the bytes of every run: they may change only together with the version of the results."""
    assert streams.uniform(1, 2, streams.KILL, 12345, 6) == 0.05546444409992546
    assert streams.four_uniforms(1, 2, streams.LOOK, 12345, 6) == (
        0.16431373835075647,
        0.34893418883439153,
        0.6684051632182673,
        0.4288868176518008,
    )
    assert streams.name_hash("Ridge Pantsir") == 1226631468
    purposes = {name: number for name, number in vars(streams).items() if name.isupper() and not name.startswith("_")}
    assert purposes == {
        **{"PASS": 1, "ARRIVAL": 2, "OWN_FAILURE": 3, "FIRST_FIRM": 4, "NEXT_MISS": 5, "LOOK": 6, "KILL": 7},
        **{
            "SHIFT": 8,
            "SCAN_PHASE": 9,
            "SOFT_KILL": 10,
            "PRESENCE": 11,
            "COMMON_MODE": 12,
            "AVAILABLE": 13,
            "SILENCE": 14,
        },
    }
    assert streams.pair_hash(1, 2) == 3312598993


@pytest.mark.nojit
def test_a_draw_is_keyed_by_every_argument() -> None:
    base = (7, 3, streams.KILL, 99, 0)
    seen = {streams.uniform(*base)}
    for place, step in [(0, 1), (0, 1 << 40), (1, 1), (1, 1 << 33), (2, 1), (3, 1), (3, 1 << 31), (4, 1), (4, 1 << 20)]:
        changed = list(base)
        changed[place] += step
        seen.add(streams.uniform(*changed))
    assert len(seen) == 10


@pytest.mark.nojit
def test_four_at_once_are_keyed_by_every_argument_and_lane() -> None:
    base = (7, 3, streams.LOOK, 99, 0)
    seen = set(streams.four_uniforms(*base))
    for place in range(5):
        changed = list(base)
        changed[place] += 1
        seen |= set(streams.four_uniforms(*changed))
    assert len(seen) == 4 * 6
    four = streams.four_uniforms(*base)
    assert [streams.one_of(four, occurrence) for occurrence in (0, 1, 2, 3, 4, 11)] == [*four, four[0], four[3]]


@pytest.mark.nojit
def test_every_draw_lies_strictly_between_0_and_1() -> None:
    draws = [streams.uniform(1, k, streams.PASS, 5, 0) for k in range(500)]
    assert 0.0 < min(draws) < 0.01
    assert 0.99 < max(draws) < 1.0


def test_draws_are_even_and_independent() -> None:
    """Chi-square of 20 x 20 cells of (this occurrence, the next), 99.9 % two-sided."""
    draws = np.array([streams.uniform(1, k, streams.KILL, 5, i) for k in range(20_000) for i in (0, 1)]).reshape(-1, 2)
    cells, _, _ = np.histogram2d(draws[:, 0], draws[:, 1], bins=20, range=[[0, 1], [0, 1]])
    chi_square = ((cells - 50.0) ** 2 / 50.0).sum()
    assert 316 < chi_square < 496


@pytest.mark.nojit
def test_a_pair_is_ordered() -> None:
    assert streams.pair_hash(1, 2) != streams.pair_hash(2, 1)
    assert 0 <= int(streams.pair_hash(1, 2)) < 2**32
    assert 0 <= streams.name_hash("a") < 2**32
    assert streams.name_hash("a") != streams.name_hash("b")
