"""What hides and what heights count from: surface, ground, and buildings set on top."""

from dataclasses import replace
from math import radians
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from crenel.core.records import (
    Asset,
    Bracket,
    BuildingFiles,
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
from crenel.world import Frame, World, build, minimum_visible_height, surface
from vector_files import geojson, square

pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")

CENTRE = GeoPoint(radians(51.5), radians(9.0))  # the middle of UTM zone 32: its axes are ours
FRAME = Frame(CENTRE)
POST: System[float] = System(
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


@pytest.fixture(autouse=True)
def _squares_of_five_metres(monkeypatch: pytest.MonkeyPatch) -> None:
    """Coarser than a town's own, so that the numbers here are round."""
    monkeypatch.setattr("crenel.world.surface.FINEST_M", 5.0)


def _bracket(low: float, value: float, high: float) -> Bracket:
    return Bracket(value, low, high, figure="", unit="m", grade="assumption")


def _raster(path: Path, heights_m: Any, cell_m: float = 10.0) -> str:
    """A square raster around the centre, in UTM."""
    n = heights_m.shape[0]
    half_m = 0.5 * n * cell_m
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=n,
        height=n,
        count=1,
        dtype="float32",
        crs="EPSG:32632",
        transform=from_origin(500_000.0 - half_m, _north_of_centre() + half_m, cell_m, cell_m),
    ) as dataset:
        dataset.write(heights_m.astype(np.float32), 1)
    return str(path)


def _north_of_centre() -> float:
    from pyproj import Transformer

    return float(Transformer.from_crs("EPSG:4326", "EPSG:32632", always_xy=True).transform(9.0, 51.5)[1])


def _footprints(folder: Path, *rows: tuple[Any, dict[str, Any]], name: str = "b.geojson") -> BuildingFiles[Bracket]:
    path = geojson(folder / name, [row[0] for row in rows], [row[1] for row in rows], frame=FRAME)
    return BuildingFiles((str(path),), _bracket(6.0, 9.0, 15.0), _bracket(3.0, 3.25, 3.5))


def _unit(east_m: float, north_m: float, mounted_m: float = 0.0, name: str = "Post one") -> Unit[float]:
    return Unit(name, POST, FRAME.to_geo(east_m, north_m), mounted_m, "", Evidence("assumed"))


def _scenario(place: Place[Any], *units: Unit[float]) -> Scenario[Any]:
    return Scenario(
        name="town",
        title="Town",
        when="",
        place=place,
        units=units,
        assets=(Asset("Mill", CENTRE, 300.0),),
        groups=(),
        study=Study(),
        rcs_pass_sigma_db=4.0,
    )


def _place(terrain: Any, buildings: Any = None, radius_m: float = 800.0) -> Place[Any]:
    return Place(CENTRE, radius_m, terrain, buildings=buildings)


def _heights(world: World, east_m: float, north_m: float) -> tuple[float, float]:
    """Ground, and how far the surface is above it."""
    assert world.terrain is not None
    return world.terrain.height_m(east_m, north_m), world.terrain.cover_m(east_m, north_m)


HOUSE = square(200.0, 100.0, 60.0)


# --- buildings on ground ----------------------------------------------------------------------------------------------


def test_buildings_stand_on_flat_ground(tmp_path: Path) -> None:
    world = build(_scenario(_place(FlatTerrain(150.0), _footprints(tmp_path, (HOUSE, {"height": 24})))))
    assert _heights(world, 200.0, 100.0) == (150.0, 24.0)
    assert _heights(world, 0.0, 0.0) == (150.0, 0.0)
    assert world.terrain is not None
    assert world.terrain.cell_m == 5.0
    notes = "\n".join(world.notes)
    assert "1 building: 100 % with a height, 0 % from floors, 0 % taken as 9 m (6 to 15 m)" in notes
    assert "squares of 5 m" in notes
    assert world.told()["buildings"]["n"] == 1
    assert world.told()["zero"] == "ground"


def test_buildings_stand_on_a_ground_model_and_follow_its_slope(tmp_path: Path) -> None:
    slope = np.broadcast_to(np.linspace(80.0, 120.0, 100), (100, 100))
    terrain = RasterTerrain((_raster(tmp_path / "dtm.tif", slope, 20.0),), model="ground")
    world = build(_scenario(_place(terrain, _footprints(tmp_path, (HOUSE, {"height": 24})))))
    ground_m, cover_m = _heights(world, 200.0, 100.0)
    assert ground_m == pytest.approx(100.0 + 200.0 * 40.0 / 1980.0, abs=0.2)
    assert cover_m == pytest.approx(24.0, abs=1e-3)
    assert world.terrain is not None
    assert world.terrain.cell_m == 5.0
    assert "its squares are finer than the terrain's own cells" in "\n".join(world.notes)


def test_large_places_get_larger_squares_and_say_so(tmp_path: Path) -> None:
    place = _place(FlatTerrain(0.0), _footprints(tmp_path, (HOUSE, {"height": 24})), radius_m=40_000.0)
    world = build(_scenario(place))
    assert world.terrain is not None
    assert world.terrain.cell_m == 20.0
    assert "squares of 20 m" in "\n".join(world.notes)


def test_footprints_between_cell_centres_are_counted(tmp_path: Path) -> None:
    shed = square(0.0, 0.0, 2.0)  # on a corner of four cells
    world = build(_scenario(_place(FlatTerrain(0.0), _footprints(tmp_path, (shed, {"height": 3}), (HOUSE, {})))))
    assert "1 of 2 footprints lie between cell centres, 5 m apart, and hide nothing" in "\n".join(world.notes)


@pytest.mark.parametrize(("radius_m", "cell_m"), [(800.0, 2.0), (4_000.0, 2.0), (5_000.0, 3.0), (40_000.0, 20.0)])
def test_squares_for_buildings_are_as_fine_as_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch, radius_m: float, cell_m: float
) -> None:
    monkeypatch.undo()
    assert surface._fine_cell_m(radius_m) == cell_m


# --- surface and ground -----------------------------------------------------------------------------------------------


def _pair(folder: Path, **terrain: Any) -> RasterTerrain:
    """A wood 15 m high in the eastern half, over ground that rises northwards."""
    ground_m = np.broadcast_to(np.linspace(130.0, 100.0, 100)[:, np.newaxis], (100, 100)).copy()
    surface_m = ground_m + np.where(np.arange(100) >= 60, 15.0, 0.0)
    return RasterTerrain(
        (_raster(folder / "dsm.tif", surface_m, 20.0),),
        model="surface",
        ground=(_raster(folder / "dtm.tif", ground_m, 20.0),),
        **terrain,
    )


def test_the_surface_hides_and_heights_count_from_the_ground(tmp_path: Path) -> None:
    world = build(_scenario(_place(_pair(tmp_path)), _unit(-300.0, 0.0)))
    assert _heights(world, -300.0, 0.0) == (pytest.approx(115.0, abs=0.3), pytest.approx(0.0, abs=1e-3))
    assert _heights(world, 500.0, 0.0) == (pytest.approx(115.0, abs=0.3), pytest.approx(15.0, abs=0.1))
    map_m = world.minimum_visible_height(east_m=-300.0, north_m=0.0, antenna_height_m=3.0)
    assert world.terrain is not None
    row, column = (int(index) for index in world.terrain.indices(600.0, 0.0))
    assert map_m[row, column] > 15.0  # inside the wood nobody is in sight, and over it the wood's edge hides
    row, column = (int(index) for index in world.terrain.indices(0.0, 0.0))
    assert map_m[row, column] < 1.0
    assert world.told()["zero"] == "ground"
    assert any(note.startswith("bare ground: heights from dtm.tif") for note in world.notes)


def test_over_a_surface_alone_heights_count_from_it_and_notes_say_what_that_means(tmp_path: Path) -> None:
    terrain = replace(_pair(tmp_path), ground=())
    world = build(_scenario(_place(terrain)))
    assert _heights(world, 500.0, 0.0) == (pytest.approx(130.0, abs=0.3), 0.0)
    assert world.told()["zero"] == "surface"
    assert "60 m above ground is 60 m above roofs and treetops" in "\n".join(world.notes)


def test_what_is_mounted_on_a_surface_alone_may_count_twice_and_notes_say_so(tmp_path: Path) -> None:
    units = (_unit(0.0, 0.0, 29.25, "High post"), _unit(50.0, 0.0))
    alone = build(_scenario(_place(replace(_pair(tmp_path), ground=())), *units))
    (note,) = [note for note in alone.notes if "counts twice" in note]
    assert note.startswith("raised above the surface model: High post by 29.2 m. ")
    assert "mounted: ground" in note
    with_ground = build(_scenario(_place(_pair(tmp_path)), *units))
    assert not [note for note in with_ground.notes if "counts twice" in note]


def test_a_surface_model_is_not_given_its_buildings_twice(tmp_path: Path) -> None:
    terrain = replace(_pair(tmp_path), ground=())
    buildings = _footprints(tmp_path, (HOUSE, {"height": 24}))
    held = build(_scenario(_place(terrain, buildings)))
    assert _heights(held, 200.0, 100.0)[1] == 0.0
    assert held.terrain is not None
    assert held.terrain.cell_m == pytest.approx(20.0, abs=0.1)  # no finer: nothing is set on top
    assert held.told()["buildings"]["hide"] is False
    assert "their file hides nothing more, and serves pictures and the roofs" in "\n".join(held.notes)
    known = tmp_path / "Copernicus_DSM_COG_10_N51_00_E009_00_DEM.tif"
    (tmp_path / "dsm.tif").rename(known)
    told = build(_scenario(_place(RasterTerrain((str(known),)), buildings)))
    assert (told.model, _heights(told, 200.0, 100.0)[1]) == ("surface", 0.0)
    taken = build(_scenario(_place(RasterTerrain((str(known),), model="ground"), buildings)))
    assert _heights(taken, 200.0, 100.0)[1] == pytest.approx(24.0, abs=1e-3)
    assert "`model: ground` contradicts that" in "\n".join(taken.notes)
    assert "the terrain is Copernicus GLO-30: a surface model, roofs and treetops included" in "\n".join(taken.notes)


def test_with_its_ground_a_surface_keeps_its_own_buildings(tmp_path: Path) -> None:
    world = build(_scenario(_place(_pair(tmp_path), _footprints(tmp_path, (HOUSE, {"height": 24})))))
    assert _heights(world, 180.0, 100.0)[1] == 0.0  # no 24 m: nothing is set on top
    assert _heights(world, 500.0, 100.0)[1] == pytest.approx(15.0, abs=0.5)
    assert world.buildings is not None
    assert world.told()["buildings"]["hide"] is False
    assert "the surface model holds the buildings already" in "\n".join(world.notes)


def test_nothing_said_is_said(tmp_path: Path) -> None:
    terrain = replace(_pair(tmp_path), ground=(), model="unknown")
    assert "nothing says whether the heights are of bare ground" in "\n".join(build(_scenario(_place(terrain))).notes)


def test_ground_above_its_surface_is_refused_or_counts(tmp_path: Path) -> None:
    pair = _pair(tmp_path)
    high = np.full((100, 100), 200.0)
    with pytest.raises(CrenelError, match="the ground lies above the surface, by 79 m in the middle"):
        build(_scenario(_place(replace(pair, ground=(_raster(tmp_path / "high.tif", high, 20.0),)))))
    with rasterio.open(tmp_path / "dtm.tif", "r+") as dataset:
        ground_m = dataset.read(1)
        ground_m[40:60, 10:40] += 30.0
        dataset.write(ground_m, 1)
    world = build(_scenario(_place(pair)))
    assert _heights(world, -500.0, 0.0)[1] == 0.0
    assert "the ground lies over 1 m above the surface in" in "\n".join(world.notes)


def test_an_antenna_inside_what_the_surface_has_there_is_refused_with_how_high_it_is(tmp_path: Path) -> None:
    place = _place(_pair(tmp_path))
    with pytest.raises(CrenelError, match=r"Post one: its antenna, 3 m above .* 15 m of roof or trees.*\{roof: 15 m\}"):
        build(_scenario(place, _unit(500.0, 0.0)))
    assert build(_scenario(place, _unit(500.0, 0.0, 15.0))).terrain is not None


# --- units among buildings --------------------------------------------------------------------------------------------


def test_a_unit_is_never_hidden_by_the_building_that_it_stands_on(tmp_path: Path) -> None:
    """Eye level is the roof that the scenario states and the antenna; the files' higher roof gives way."""
    place = _place(FlatTerrain(100.0), _footprints(tmp_path, (HOUSE, {"height": 40, "name": "Ministry"})))
    world = build(_scenario(place, _unit(200.0, 100.0, 29.0)))
    assert _heights(world, 220.0, 110.0)[1] == 29.0
    assert "Post one stands 29 m up, and the files have a building of 40 m there (Ministry): taken as no higher" in (
        "\n".join(world.notes)
    )
    map_m = world.minimum_visible_height(east_m=200.0, north_m=100.0, antenna_height_m=32.0)
    assert world.terrain is not None
    row, column = (int(index) for index in world.terrain.indices(600.0, 100.0))
    # Over the roof's edge, 30 m east of it and 3 m below the antenna, the line of sight comes down to the ground.
    assert map_m[row, column] < 1.0


def test_a_unit_on_the_ground_inside_a_footprint_takes_the_building_away_and_says_so(tmp_path: Path) -> None:
    place = _place(FlatTerrain(100.0), _footprints(tmp_path, (HOUSE, {"height": 40})))
    world = build(_scenario(place, _unit(200.0, 100.0)))
    assert _heights(world, 220.0, 110.0)[1] == 0.0
    assert "taken as not there (if it stands on the roof, write `mounted: building`)" in "\n".join(world.notes)


def test_the_cell_of_a_unit_in_the_street_is_free(tmp_path: Path) -> None:
    wall = square(198.0, 100.0, 64.0)  # its western side at 166 m, in a cell from 165 to 170 m
    place, street = _place(FlatTerrain(0.0), _footprints(tmp_path, (wall, {"height": 40}))), (165.5, 102.0)
    assert _heights(build(_scenario(place)), *street)[1] == 40.0
    world = build(_scenario(place, _unit(*street)))
    assert _heights(world, *street)[1] == 0.0
    assert _heights(world, 171.0, 102.0)[1] == 40.0


@pytest.mark.parametrize("parapet_m", [0.0, 1.0, 3.0, 8.0])
def test_a_parapet_along_the_roof_hides_what_lies_below_its_outer_side(tmp_path: Path, parapet_m: float) -> None:
    """Antenna 3 m above a roof of 30 m, whose cells end 27.5 m east of its own, the parapet's 5 m included."""
    place = _place(FlatTerrain(100.0), _footprints(tmp_path, (HOUSE, {"height": 30})))
    unit = replace(_unit(202.5, 102.5, 30.0), parapet_m=parapet_m)
    world = build(_scenario(place, unit))
    assert _heights(world, 227.5, 102.5)[1] == pytest.approx(30.0 + parapet_m)
    assert _heights(world, 222.5, 102.5)[1] == pytest.approx(30.0)
    assert _heights(world, 202.5, 102.5)[1] == pytest.approx(30.0)
    said = f"Post one: a parapet of {parapet_m:.3g} m stands along the edge of its roof, in 44 squares of 5 m"
    assert (said in world.notes) == (parapet_m > 0.0)
    map_m = world.minimum_visible_height(east_m=202.5, north_m=102.5, antenna_height_m=33.0)
    assert world.terrain is not None
    row, column = (int(index) for index in world.terrain.indices(302.5, 102.5))
    # Down past the outer side, or up over the inner one where the antenna is lower than the parapet.
    edge_m = 22.5 if parapet_m > 3.0 else 27.5
    assert map_m[row, column] == pytest.approx(33.0 + (parapet_m - 3.0) * 100.0 / edge_m, abs=0.05)


def test_a_unit_in_the_corner_of_its_roof_stands_above_the_parapet_of_its_own_cell(tmp_path: Path) -> None:
    place = _place(FlatTerrain(100.0), _footprints(tmp_path, (HOUSE, {"height": 30})))
    world = build(_scenario(place, replace(_unit(227.5, 127.5, 30.0), parapet_m=8.0)))
    assert _heights(world, 227.5, 127.5)[1] == pytest.approx(33.0)
    assert _heights(world, 222.5, 127.5)[1] == pytest.approx(38.0)
    world.minimum_visible_height(east_m=227.5, north_m=127.5, antenna_height_m=33.0)


def test_a_parapet_without_a_roof_is_told(tmp_path: Path) -> None:
    said = "Post one: its parapet of 1 m hides nothing: no building of the place's files is set on the ground under it"
    unit = replace(_unit(0.0, 0.0, 30.0), parapet_m=1.0)
    buildings = _footprints(tmp_path, (HOUSE, {"height": 30}))
    surface = replace(_pair(tmp_path), ground=())
    for place in (_place(FlatTerrain(0.0)), _place(FlatTerrain(0.0), buildings), _place(surface, buildings)):
        assert said in build(_scenario(place, unit)).notes


# --- built once -------------------------------------------------------------------------------------------------------


def test_a_world_is_kept_until_something_changes(tmp_path: Path) -> None:
    place = _place(FlatTerrain(0.0), _footprints(tmp_path, (HOUSE, {"height": 40})))
    first = build(_scenario(place, _unit(0.0, 0.0)))
    assert build(_scenario(place, _unit(0.0, 0.0))) is first
    map_m = first.minimum_visible_height(east_m=0.0, north_m=0.0, antenna_height_m=3.0)
    assert first.minimum_visible_height(east_m=0.0, north_m=0.0, antenna_height_m=3.0) is map_m
    assert not map_m.flags.writeable
    assert build(_scenario(place, _unit(10.0, 0.0))) is not first
    _footprints(tmp_path, (HOUSE, {"height": 12.5}))
    changed = build(_scenario(place, _unit(0.0, 0.0)))
    assert _heights(changed, 200.0, 100.0)[1] == 12.5


def test_another_terrain_has_maps_of_its_own(tmp_path: Path) -> None:
    world = build(_scenario(_place(FlatTerrain(0.0), _footprints(tmp_path, (HOUSE, {"height": 40})))))
    world.minimum_visible_height(east_m=0.0, north_m=0.0, antenna_height_m=3.0)
    assert world.terrain is not None
    bare = replace(world, terrain=replace(world.terrain, surface_m=None))
    assert bare.terrain is not None
    plain_m = minimum_visible_height(
        bare.terrain, east_m=0.0, north_m=0.0, antenna_height_m=3.0, effective_radius_m=world.effective_radius_m
    )
    np.testing.assert_array_equal(bare.minimum_visible_height(east_m=0.0, north_m=0.0, antenna_height_m=3.0), plain_m)
