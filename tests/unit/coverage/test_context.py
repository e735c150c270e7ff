import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import shapely

import cases
from crenel.core.records import BuildingFiles, FlatTerrain, LandFiles, Place
from crenel.coverage import picture
from crenel.coverage.context import BUILT_RGB, built_overlay, land_plain
from crenel.world import Frame, build
from vector_files import geojson, square


def _array(*shapes: Any) -> Any:
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array


def _land(**shapes: Any) -> Any:
    return SimpleNamespace(shapes={kind: _array(*shapes.get(kind, ())) for kind in ("water", "green", "road")})


def test_buildings_are_as_dark_as_a_pixel_is_built_over() -> None:
    town: Any = SimpleNamespace(shapes=_array(square(0.0, 0.0, 200.0), square(300.0, 300.0, 1.0)))
    overlay = built_overlay(town, 1000.0)
    assert overlay.shape == (1000, 1000, 4)
    assert tuple(overlay[500, 500, :3]) == BUILT_RGB
    assert overlay[500, 500, 3] == overlay[..., 3].max() == 170
    assert overlay[100, 100, 3] == 0
    assert np.count_nonzero(overlay[..., 3]) == pytest.approx(100 * 100, rel=0.01)
    speck = overlay[345:355, 645:655, 3]
    assert 0 < speck.max() < 170  # less than a pixel of 2 m


def test_land_is_cut_to_the_map_and_no_finer_than_it_shows() -> None:
    lake = shapely.Point(0.0, 0.0).buffer(300.0, quad_segs=500).difference(square(0.0, 0.0, 100.0))
    road = shapely.LineString([(x, 5.0 * np.sin(x / 50.0)) for x in np.arange(-3000.0, 3000.0, 1.0)])
    plain = land_plain(_land(water=[lake, square(5000.0, 0.0)], road=[road], green=[square(0.0, 500.0, 1.0)]), 1000.0)
    assert json.loads(json.dumps(plain)) == plain
    assert [len(ring) for ring in plain["areas"]["water"]] < [200, 200]
    assert len(plain["areas"]["water"]) == 2  # the lake and its island
    assert "green" not in plain["areas"] or plain["areas"]["green"] == []
    (line,) = plain["lines"]["road"]
    assert line[0][0] == -1000.0
    assert line[-1][0] == 1000.0
    assert len(line) < 200


def test_a_land_of_many_points_is_drawn_coarser() -> None:
    dice = np.random.default_rng(1)
    rough = [
        shapely.Polygon(np.column_stack([np.cos(a), np.sin(a)]) * dice.uniform(3.0, 9.0, 60)[:, np.newaxis] + at)
        for at in dice.uniform(-900.0, 900.0, (2000, 2))
        for a in [np.linspace(0.0, 2.0 * np.pi, 60, endpoint=False)]
    ]
    plain = land_plain(_land(green=rough), 1000.0)
    assert sum(map(len, plain["areas"]["green"])) <= 40_000


def test_the_picture_names_its_files_and_draws_the_roofs(tmp_path: Path) -> None:
    frame = Frame(cases.HERE)
    town = geojson(tmp_path / "b.geojson", [square(300.0, 0.0, 100.0)], [{"height": 40}], frame=frame)
    land = geojson(tmp_path / "l.geojson", [square(-300.0, 0.0, 300.0)], [{"kind": "water"}], frame=frame)
    place = Place(
        cases.HERE,
        1000.0,
        FlatTerrain(0.0),
        buildings=BuildingFiles((str(town),), 9.0, 3.25),
        land=LandFiles((str(land),)),
    )
    case = replace(cases.case(cases.unit(antenna_height_m=5.0)), place=place)
    drawn = picture(case, build(case), threat_key="threat", height_m=30.0)
    plain, files = drawn.plain(), drawn.files()
    assert (plain["terrain"], plain["buildings"], plain["land"]) == ("raster", "buildings.png", "land.json")
    assert set(files) == {"hillshade.png", "sight-0.png", "buildings.png", "land.json"}
    assert json.loads(files["land.json"])["areas"]["water"]
    assert drawn.hillshade is not None
    assert drawn.hillshade.std() > 0.0  # the roof's edges
    shadow = drawn.hidden[0]
    middle, east, west = (round(share * len(shadow)) for share in (0.5, 0.95, 0.25))
    assert shadow[middle, east] == 1  # behind the building, 40 m high
    assert shadow[middle, west] == 0
    flat = replace(case, place=Place(cases.HERE, 1000.0, FlatTerrain(0.0)))
    assert picture(flat, build(flat), threat_key="threat", height_m=30.0).files() == {}
