import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from crenel.core.records import CrenelError
from crenel.world.cityjson import read_city
from vector_files import cityjson, square

VERTICES = [
    *([0, 0, 0], [10000, 0, 0], [10000, 10000, 0], [0, 10000, 0]),
    *([0, 0, 8000], [10000, 0, 8000], [10000, 10000, 8000], [0, 10000, 8000]),
    *([5000, -2000, 11000], [5000, 12000, 11000]),
]


def _city(path: Path, objects: dict, **model: object) -> Path:
    whole = {
        "type": "CityJSON",
        "version": "1.1",
        "metadata": {"referenceSystem": "urn:ogc:def:crs:EPSG::28992"},
        "transform": {"scale": [0.001, 0.001, 0.001], "translate": [85000.0, 446000.0, 2.0]},
        "CityObjects": objects,
        "vertices": VERTICES,
        **model,
    }
    path.write_text(json.dumps(whole))
    return path


GROUND = {"type": "MultiSurface", "lod": "0", "boundaries": [[[0, 1, 2, 3]]]}
HOUSE = {  # level of detail 2: an overhanging roof, and its ground surface marked
    "type": "Solid",
    "lod": "2.2",
    "boundaries": [[[[0, 1, 2, 3]], [[4, 8, 9, 7]], [[5, 6, 9, 8]], [[0, 4, 5, 1]]]],
    "semantics": {
        "surfaces": [{"type": "GroundSurface"}, {"type": "RoofSurface"}, {"type": "WallSurface"}],
        "values": [[0, 1, 1, 2]],
    },
}


def test_the_finest_level_counts_and_its_ground_surface_is_the_footprint(tmp_path: Path) -> None:
    city = read_city(str(_city(tmp_path / "a.json", {"a": {"type": "Building", "geometry": [GROUND, HOUSE]}})))
    assert city.crs == "EPSG:28992"
    assert city.shapes[0].equals(shapely.box(85000, 446000, 85010, 446010))
    assert city.fields["height"].tolist() == [pytest.approx(11.0)]


def test_without_marks_all_surfaces_from_above_are_the_footprint(tmp_path: Path) -> None:
    bare = {key: value for key, value in HOUSE.items() if key != "semantics"}
    city = read_city(str(_city(tmp_path / "a.json", {"a": {"type": "Building", "geometry": [bare]}})))
    assert city.shapes[0].area > 100.0  # the roof's overhang is in it


def test_a_stated_height_beats_the_geometry_and_a_part_s_own_geometry_beats_the_whole_s_height(tmp_path: Path) -> None:
    objects = {
        "whole": {"type": "Building", "attributes": {"measuredHeight": 40.0, "name": "Hall"}, "children": ["part"]},
        "part": {"type": "BuildingPart", "parents": ["whole"], "geometry": [HOUSE]},
        "stated": {"type": "Building", "attributes": {"measuredHeight": 12.5}, "geometry": [HOUSE]},
        "flat": {"type": "BuildingPart", "parents": ["whole"], "geometry": [GROUND]},
        "tree": {"type": "SolitaryVegetationObject", "geometry": [HOUSE]},
    }
    city = read_city(str(_city(tmp_path / "a.json", objects)))
    assert len(city.shapes) == 3
    height, measured = city.fields["height"], city.fields["measuredHeight"]
    assert (height[0], measured[0]) == (pytest.approx(11.0), None)
    assert (height[1], measured[1]) == (None, 12.5)
    assert (height[2], measured[2]) == (None, 40.0)
    assert city.fields["name"].tolist() == ["Hall", None, "Hall"]


def test_vertices_without_a_transform_are_metres(tmp_path: Path) -> None:
    path = cityjson(tmp_path / "a.json", [square(0.0, 0.0)], [9.0])
    model = json.loads(path.read_text())
    model["vertices"] = (np.array(model["vertices"]) / 1000.0).tolist()
    del model["transform"]
    path.write_text(json.dumps(model))
    assert read_city(str(path)).shapes[0].area == pytest.approx(400.0, rel=0.01)


def test_without_a_reference_system_it_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(CrenelError, match=r'a\.json: has no reference system.*"referenceSystem"'):
        read_city(str(_city(tmp_path / "a.json", {}, metadata={})))


@pytest.mark.parametrize(
    "model",
    [
        {"vertices": [[0, 0]]},
        {"vertices": "none"},
        {"CityObjects": {"a": {"type": "Building", "geometry": [{**GROUND, "boundaries": [[[0, 1, 99]]]}]}}},
        {"CityObjects": {"a": {"type": "Building", "geometry": [{**GROUND, "boundaries": 5}]}}},
        {"CityObjects": []},
        {"metadata": {"referenceSystem": "somewhere"}},
    ],
)
def test_a_broken_model_is_refused_by_name(tmp_path: Path, model: dict) -> None:
    objects = {"a": {"type": "Building", "geometry": [GROUND]}}
    with pytest.raises(CrenelError, match=r"a\.json: is broken CityJSON"):
        read_city(
            str(
                _city(tmp_path / "a.json", objects, **model)
                if "CityObjects" not in model
                else _city(tmp_path / "a.json", model["CityObjects"])
            )
        )


def test_a_building_without_area_has_no_shape(tmp_path: Path) -> None:
    wall = {"type": "MultiSurface", "lod": "2", "boundaries": [[[0, 1, 5, 4]]]}
    city = read_city(str(_city(tmp_path / "a.json", {"a": {"type": "Building", "geometry": [wall]}})))
    assert city.shapes.tolist() == [None]
