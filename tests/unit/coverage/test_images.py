import warnings
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rasterio.io import MemoryFile

from crenel.coverage.images import HIDDEN_RGBA, hidden_overlay, hillshade, png_bytes
from crenel.world import Terrain


def _read(png: bytes) -> NDArray[np.uint8]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with MemoryFile(png) as memory, memory.open() as file:
            read: NDArray[np.uint8] = file.read()
            return read


def _terrain(ground_m: NDArray[Any]) -> Terrain:
    return Terrain(ground_m.astype(np.float32), cell_m=90.0, west_m=0.0, north_m=0.0)


def test_grey_goes_in_and_out_without_a_warning() -> None:
    grey = np.arange(30 * 40, dtype=np.uint8).reshape(30, 40)
    png = png_bytes(grey)
    assert png.startswith(b"\x89PNG")
    np.testing.assert_array_equal(_read(png), grey[np.newaxis])


def test_colours_and_opacity_go_in_and_out() -> None:
    rgba = np.random.default_rng(1).integers(0, 255, (20, 30, 4), dtype=np.uint8)
    np.testing.assert_array_equal(_read(png_bytes(rgba)), np.moveaxis(rgba, 2, 0))


@pytest.mark.parametrize("array", [np.zeros((3, 3)), np.zeros((3, 3, 3), np.uint8), np.zeros(3, np.uint8)])
def test_anything_else_is_refused(array: Any) -> None:
    with pytest.raises(ValueError, match="uint8"):
        png_bytes(array)


def test_the_overlay_is_dark_where_hidden_and_transparent_elsewhere() -> None:
    overlay = hidden_overlay(np.array([[0, 1]], np.uint8))
    assert overlay[0, 0].tolist() == [0, 0, 0, 0]
    assert tuple(overlay[0, 1]) == HIDDEN_RGBA


def test_slopes_towards_the_north_west_are_lit_and_those_away_are_not() -> None:
    rows, columns = np.meshgrid(np.arange(41.0), np.arange(41.0), indexing="ij")
    shade = hillshade(_terrain(-40.0 * np.hypot(rows - 20, columns - 20)))
    assert shade[10, 10] > shade[30, 30] + 80
    assert shade[20, 5] > shade[20, 35]


def test_level_ground_is_one_light_tone() -> None:
    shade = hillshade(_terrain(np.full((5, 7), 33.0)))
    assert np.unique(shade).tolist() == [216]


def test_no_terrain_is_white_and_casts_no_cliff() -> None:
    ground_m = np.full((30, 30), 1500.0)
    ground_m[20, 20] = 1400.0
    ground_m[:, :10] = np.nan
    ground_m[:5] = np.nan
    shade = hillshade(_terrain(ground_m))
    assert (shade[:, :10] == 255).all()
    assert (shade[:5] == 255).all()
    assert np.unique(shade[5:15, 10:15]).size == 1


def test_a_single_row_has_a_shade() -> None:
    assert hillshade(_terrain(np.array([[1.0, 50.0, 2.0]]))).shape == (1, 3)
