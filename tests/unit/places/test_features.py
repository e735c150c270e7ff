"""Tables of buildings and land, and the files made of them."""

import json

import numpy as np
import polars as pl
import pyogrio
import pytest
import shapely

import made
from crenel.places import features
from crenel.places.features import BUILDINGS, LAND, Buildings
from made import LAT, LON


def table(n=3, **columns):
    boxes = made.footprints(LAT, LON, n=n)
    rows = {
        "geometry": shapely.to_wkb(shapely.box(*boxes.T)).tolist(),
        "name": [None] * n,
        "height": [None] * n,
        "levels": [None] * n,
        "min_height": [None] * n,
        "source": ["x"] * n,
    }
    return pl.DataFrame(rows | columns, schema=BUILDINGS)


@pytest.mark.parametrize(
    ("written", "metres"),
    [
        ("12", 12.0),
        ("12.5 m", 12.5),
        ("12,5m", 12.5),
        ("40 ft", 12.192),
        ("40'", 12.192),
        (7, 7.0),
        (7.25, 7.25),
        ("0", None),
        ("-3", None),
        ("5000", None),
        ("tall", None),
        ("3;4", None),
        ("", None),
        (None, None),
        (True, None),
        (float("nan"), None),
        ("9" * 400, None),
    ],
)
def test_heights_as_people_tag_them(written, metres):
    assert features.metres(written) == (None if metres is None else pytest.approx(metres))


@pytest.mark.parametrize(("written", "levels"), [("9", 9.0), ("2.5", 2.5), ("0", None), ("9 m", None), ("300", None)])
def test_levels_as_people_tag_them(written, levels):
    assert features.levels(written) == levels


@pytest.mark.parametrize(
    ("tags", "is_one"),
    [
        ({"building": "yes"}, True),
        ({"building": "no"}, False),
        ({"building": "ruins"}, False),
        ({"building": "yes", "location": "underground"}, False),
        ({"building": "yes", "layer": "-1"}, False),
        ({"amenity": "cafe"}, False),
    ],
    ids=str,
)
def test_what_is_a_building(tags, is_one):
    assert features.is_building(tags) is is_one


@pytest.mark.parametrize(
    ("tags", "is_area", "kind"),
    [
        ({"natural": "water"}, True, "water"),
        ({"waterway": "river"}, False, "water"),
        ({"waterway": "river", "tunnel": "culvert"}, False, None),
        ({"leisure": "park"}, True, "green"),
        ({"highway": "primary"}, False, "road"),
        ({"highway": "footway"}, False, None),
        ({"highway": "primary", "tunnel": "yes"}, False, None),
        ({"highway": "primary"}, True, None),
        ({}, True, None),
    ],
    ids=str,
)
def test_what_is_land_for_pictures(tags, is_area, kind):
    assert features.land_kind(tags, is_area=is_area) == kind


def test_geojson_keeps_what_is_known_and_whose_it_is(tmp_path):
    found = table(name=['A "q"\n', None, "Дом"], height=[12.5, None, None], levels=[None, 3.0, None])
    path = features.write(found, tmp_path / "buildings", credit={"attribution": "© someone", "licence": "ODbL"})
    assert path.name == "buildings.geojson"
    said = json.loads(path.read_text("utf-8"))
    assert (said["attribution"], said["licence"]) == ("© someone", "ODbL")
    assert [feature["properties"] for feature in said["features"]] == [
        {"name": 'A "q"\n', "height": 12.5, "source": "x"},
        {"levels": 3.0, "source": "x"},
        {"name": "Дом", "source": "x"},
    ]
    ring = said["features"][0]["geometry"]["coordinates"][0]
    assert np.array(ring).min(axis=0) == pytest.approx(made.footprints(LAT, LON, n=3)[0][:2], abs=1e-7)
    assert len(path.read_text("utf-8").splitlines()) == 5


def test_many_features_become_flatgeobuf(tmp_path, monkeypatch):
    monkeypatch.setattr(features, "MOST_IN_GEOJSON", 2)
    found = table(name=["A", None, "Дом"], height=[12.5, None, None], levels=[None, 3.0, None])
    path = features.write(found, tmp_path / "new" / "buildings", credit={})
    assert path.name == "buildings.fgb"
    assert pyogrio.read_info(path)["features"] == 3
    meta, _, shapes, values = pyogrio.raw.read(path)
    said = dict(zip(meta["fields"], values, strict=True))
    assert sorted(name or "" for name in said["name"]) == ["", "A", "Дом"]
    assert np.nansum(said["height"]) == 12.5
    assert np.isnan(said["height"]).sum() == 2
    assert all(shapely.from_wkb(shape).geom_type == "Polygon" for shape in shapes)
    assert [entry.name for entry in path.parent.iterdir()] == ["buildings.fgb"]


def test_only_what_lies_in_the_place_is_kept(circle):
    boxes = np.array([[LON, LAT, LON + 1e-3, LAT + 1e-3], [LON + 1, LAT, LON + 1.1, LAT + 0.1]])
    found = pl.DataFrame(
        {"geometry": [*shapely.to_wkb(shapely.box(*boxes.T)), b"broken", shapely.to_wkb(shapely.Polygon())]}
    )
    assert features.within(found, circle).height == 1


def test_land_is_cut_to_the_place_and_made_plain(circle):
    wide = shapely.box(30.0, LAT - 1.0, 45.0, LAT + 1.0)
    wiggle = shapely.LineString([(LON + i * 1e-6, LAT + (i % 2) * 1e-6) for i in range(1000)])
    away = shapely.box(0.0, 0.0, 1.0, 1.0)
    rows = [(shapely.to_wkb(shape), None, "water") for shape in (wide, wiggle, away)]
    found = features.faint(pl.DataFrame(rows, schema=LAND, orient="row"), circle)
    assert found.height == 2
    cut, line = shapely.from_wkb(found["geometry"].to_list())
    (box,) = circle.boxes()
    assert cut.bounds == pytest.approx((box.west_deg, box.south_deg, box.east_deg, box.north_deg))
    assert shapely.get_num_coordinates(line) < 10


def test_shares_of_what_is_known():
    found = Buildings(table(height=[12.5, None, None], levels=[3.0, 3.0, None]))
    assert (found.n, found.n_with_height, found.n_with_levels) == (3, 1, 1)
