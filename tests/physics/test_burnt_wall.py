"""A building of a file hides what the straight line over its roof says: a low flyer, and not a high one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

import cases
from crenel.core.records import BuildingFiles, FlatTerrain, Place, Span
from crenel.world import EARTH_RADIUS_M, Frame, World, build
from vector_files import geojson

FRAME = Frame(cases.HERE)
RADIUS_M = 4.0 / 3.0 * EARTH_RADIUS_M


@pytest.fixture(autouse=True)
def _squares_of_five_metres(monkeypatch: pytest.MonkeyPatch) -> None:
    """Coarser than a town's own, so that a wall of one column is 5 m thick."""
    monkeypatch.setattr("crenel.world.surface.FINEST_M", 5.0)


def _place(folder: Path, shape: shapely.Polygon, height_m: float, radius_m: float) -> Place[float]:
    path = geojson(folder / "walls.geojson", [shape], [{"height": height_m}], frame=FRAME)
    return Place(cases.HERE, radius_m, FlatTerrain(0.0), buildings=BuildingFiles((str(path),), 9.0, 3.25))


def _world(place: Place[float]) -> World:
    return build(replace(cases.case(), place=place))


@pytest.mark.parametrize(("wall_m", "antenna_m"), [(80.0, 10.0), (30.0, 30.0), (20.0, 25.0)])
def test_the_shadow_of_a_burnt_wall_is_that_of_its_two_edges(tmp_path: Path, wall_m: float, antenna_m: float) -> None:
    """One column of cells, from 497.5 m to 502.5 m east of the antenna: up to one edge, down past the other."""
    world = _world(_place(tmp_path, shapely.box(500.0, -900.0, 505.0, 900.0), wall_m, 800.0))
    assert world.terrain is not None
    map_m = world.minimum_visible_height(east_m=2.5, north_m=2.5, antenna_height_m=antenna_m)
    n = map_m.shape[0]
    east_m = (np.arange(n) + 0.5)[np.newaxis, :] * 5.0 - 802.5
    distance_m = np.hypot(east_m, -east_m.T)
    behind = np.broadcast_to(east_m > 502.5, map_m.shape)

    def line_over(edge_m: float) -> np.ndarray:
        way_m = distance_m * edge_m / np.where(east_m == 0.0, np.nan, east_m)
        top_m = wall_m - way_m**2 / (2.0 * RADIUS_M)
        return antenna_m + (top_m - antenna_m) * distance_m / way_m + distance_m**2 / (2.0 * RADIUS_M)

    both_m = np.maximum(line_over(497.5), line_over(502.5))
    # Between two rays the horizon behind a straight wall, in steps of its distance, is all but linear.
    np.testing.assert_allclose(map_m[behind], np.maximum(both_m, 0.0)[behind], rtol=1e-4, atol=5e-3)
    assert map_m[:, east_m[0] < 497.5].max() == 0.0
    # Over the wall itself its top is in sight, but for what its near edge hides of it.
    over = np.broadcast_to(np.abs(east_m - 500.0) < 1.0, map_m.shape)
    np.testing.assert_allclose(map_m[over], np.maximum(line_over(497.5), wall_m)[over], rtol=2e-3)


@pytest.mark.parametrize(
    ("height_m", "is_seen"),
    [
        (18.0, False),  # below the walls' top, 20 m, all the way
        (400.0, True),  # over the line from the antenna, 15 m up, over the walls, 90 m off: 90 m at 1.4 km
    ],
)
def test_walls_around_a_unit_hide_a_low_flyer_and_not_a_high_one(
    tmp_path: Path, height_m: float, is_seen: bool
) -> None:
    walls = shapely.box(-100.0, -100.0, 100.0, 100.0).difference(shapely.box(-90.0, -90.0, 90.0, 90.0))
    place = _place(tmp_path, walls, 20.0, 1500.0)
    shooter = cases.unit(antenna_height_m=15.0, missile=cases.missile(1.0, range_min_m=0.0))
    raid = (cases.group(count=2, starts_m=1400.0, height_m=Span(height_m, height_m), speed_mps=100.0),)
    asked = replace(cases.case(shooter, raid=raid), place=place)
    played = cases.play(asked, 40, n_passes=16)
    if is_seen:
        assert not cases.leaked(played).any()
    else:
        assert cases.leaked(played).all()
        assert cases.cause_names(played) == {"unseen"}
    # Without the walls both are shot down.
    open_ground = replace(asked, place=Place(cases.HERE, 1500.0, FlatTerrain(0.0)))
    assert not cases.leaked(cases.play(open_ground, 40, n_passes=16)).any()
