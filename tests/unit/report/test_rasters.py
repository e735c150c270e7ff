import struct
from collections.abc import Callable

import numpy as np
import pytest

from crenel.core.records import CrenelError
from crenel.report import rasters


def size(png: bytes) -> tuple[int, int]:
    columns, rows = struct.unpack(">II", png[16:24])
    return columns, rows


def test_a_small_picture_is_left_as_it_is(as_png: Callable[[np.ndarray], bytes]) -> None:
    given = as_png(np.full((40, 60), 7, np.uint8))
    assert rasters.small_enough(given) is given


def test_a_large_one_keeps_to_both_limits_and_its_shape(as_png: Callable[[np.ndarray], bytes]) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (400, 600), np.uint8)
    smaller = rasters.small_enough(as_png(noise), most_bytes=30_000, most_pixels=300)
    assert len(smaller) <= 30_000
    columns, rows = size(smaller)
    assert columns <= 300
    assert columns / rows == pytest.approx(1.5, rel=0.05)


def test_only_what_every_unit_misses_is_dark(as_png: Callable[[np.ndarray], bytes]) -> None:
    one, other = np.zeros((2, 4, 4, 4), np.uint8)
    one[:2, :, 3] = 90
    other[:, :2, 3] = 40
    overlay = rasters.hidden_from_all([as_png(one), as_png(other)])
    with rasters._opened(overlay) as picture:
        alpha = picture.read(4)
    expected = np.zeros((4, 4), bool)
    expected[:2, :2] = True
    np.testing.assert_array_equal(alpha > 0, expected)


def test_pictures_of_different_size_are_refused(as_png: Callable[[np.ndarray], bytes]) -> None:
    with pytest.raises(CrenelError, match="differ in size"):
        rasters.hidden_from_all([as_png(np.zeros((4, 4, 4), np.uint8)), as_png(np.zeros((5, 4, 4), np.uint8))])


def test_bytes_that_are_no_picture_are_refused() -> None:
    with pytest.raises(CrenelError, match="cannot be read"):
        rasters.hidden_from_all([b"not a picture"])
