from dataclasses import replace
from math import isnan, radians
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from crenel.core.records import (
    Asset,
    CrenelError,
    Evidence,
    FlatTerrain,
    GeoPoint,
    Place,
    RasterTerrain,
    Scenario,
    Study,
    System,
    Unit,
)
from crenel.world import build

pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")

CENTRE = GeoPoint(radians(46.0), radians(9.0))
SYSTEM: System[float] = System(
    key="post",
    name="Post",
    antenna_height_m=3.0,
    radar=None,
    fire_control=None,
    missile=None,
    gun=None,
    channels=1.0,
    reaction_s=5.0,
    assessment_s=2.0,
)


def _scenario(terrain: FlatTerrain | RasterTerrain, at: GeoPoint = CENTRE) -> Scenario[float]:
    return Scenario(
        name="slope",
        title="Slope",
        when="",
        place=Place(CENTRE, 4000.0, terrain),
        units=(Unit("Post one", SYSTEM, at, 0.0, "", Evidence("assumed")),),
        assets=(Asset("Mill", CENTRE, 300.0),),
        groups=(),
        study=Study(),
        rcs_pass_sigma_db=4.0,
    )


@pytest.fixture
def slope(tmp_path: Path) -> RasterTerrain:
    """200 cells of 3 arc-seconds a side around the centre, 1 m higher with each row to the north."""
    heights_m: Any = np.broadcast_to(np.arange(500.0, 300.0, -1.0)[:, np.newaxis], (200, 200)).astype(np.float32)
    step_deg = 3 / 3600
    path = tmp_path / "slope.tif"
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=200,
        height=200,
        count=1,
        dtype="float32",
        crs="EPSG:4326",
        transform=from_origin(9.0 - 100 * step_deg, 46.0 + 100 * step_deg, step_deg, step_deg),
    ) as dataset:
        dataset.write(heights_m, 1)
    return RasterTerrain((str(path),))


def test_flat_is_flat_everywhere_and_said_so() -> None:
    world = build(_scenario(FlatTerrain(150.0)))
    assert world.terrain is None
    assert world.ground_height_m(1e6, -1e6) == 150.0
    assert "flat ground at 150 m" in world.notes[0]


def test_the_earth_is_four_thirds_of_6371_km_unless_said() -> None:
    assert build(_scenario(FlatTerrain(0.0))).effective_radius_m == pytest.approx(8_494_667.0, abs=1.0)
    scenario = _scenario(FlatTerrain(0.0))
    bare = replace(scenario, place=replace(scenario.place, earth_factor=1.0))
    assert build(bare).effective_radius_m == 6_371_000.0


def test_a_raster_gives_the_height_under_a_point(slope: RasterTerrain) -> None:
    world = build(_scenario(slope))
    assert world.terrain is not None
    assert world.ground_height_m(0.0, 0.0) == pytest.approx(400.5, abs=0.05)
    assert world.ground_height_m(0.0, 926.6) == pytest.approx(410.5, abs=0.1)  # ten rows north
    assert isnan(world.ground_height_m(0.0, 20_000.0))
    assert isnan(world.flat_height_m)


def test_a_unit_outside_the_terrain_is_refused(slope: RasterTerrain) -> None:
    with pytest.raises(CrenelError, match=r"unit Post one stands outside the terrain: slope\.tif .* 11\.1 km north"):
        build(_scenario(slope, at=GeoPoint(radians(46.1), radians(9.0))))


def test_an_asset_outside_the_terrain_is_noted(slope: RasterTerrain) -> None:
    scenario = replace(_scenario(slope), assets=(Asset("Far mill", GeoPoint(radians(46.2), radians(9.0)), 300.0),))
    assert "nothing is ever in sight: Far mill" in build(scenario).notes[-1]


def test_a_missing_file_names_it() -> None:
    with pytest.raises(CrenelError, match=r"gone\.tif"):
        build(_scenario(RasterTerrain(("gone.tif",))))
