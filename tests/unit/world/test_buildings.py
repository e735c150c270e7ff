from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from crenel.core.records import Bracket, BuildingFiles, CrenelError, GeoPoint, Span
from crenel.world import Frame
from crenel.world.buildings import Buildings, read_buildings
from crenel.world.tags import ASSUMED, FROM_FLOORS, TAGGED
from vector_files import FRAME, geojson, geoparquet, in_degrees, osm_pbf, square


def files(*paths: Path) -> BuildingFiles[Bracket]:
    def figure(low: float, value: float, high: float) -> Bracket:
        return Bracket(value, low, high, figure="", unit="m", grade="assumption")

    return BuildingFiles(tuple(str(path) for path in paths), figure(6.0, 9.0, 15.0), figure(3.0, 3.25, 3.5))


def read(*paths: Path, radius_m: float = 1000.0, frame: Frame = FRAME) -> Buildings:
    return read_buildings(
        files(*paths),
        missing_m=Span(6.0, 15.0),
        floor_m=Span(3.0, 3.5),
        central_m=(9.0, 3.25),
        frame=frame,
        radius_m=radius_m,
    )


def row_of(n: int) -> list[shapely.Polygon]:
    return [square(0.6 * k - 300.0, 0.0, 0.9) if n > 20 else square(40.0 * k, 0.0) for k in range(n)]


def heights(folder: Path, said: list[dict[str, Any]]) -> Buildings:
    return read(geojson(folder / "b.geojson", row_of(len(said)), said))


def test_a_height_beats_floors_and_floors_beat_nothing(tmp_path: Path) -> None:
    said = [
        {"height": "12 m", "building:levels": "9"},
        {"building:levels": "4"},
        {"name": "Nobody knows"},
        {"height": "tall", "building:levels": "2"},
        {"height": "0", "building:levels": None},
        {"height": "-4"},
        {"height": "40 ft"},
    ]
    found = heights(tmp_path, said)
    assert found.known.tolist() == [TAGGED, FROM_FLOORS, ASSUMED, FROM_FLOORS, ASSUMED, ASSUMED, TAGGED]
    np.testing.assert_allclose(found.heights_m, [12.0, 13.0, 9.0, 6.5, 9.0, 9.0, 12.192])
    assert found.names[2] == "Nobody knows"
    notes = "\n".join(found.told.notes)
    assert "b.geojson: 2 state a height of zero or less, which is taken as none" in notes
    assert "1 state a height that cannot be read" in notes


def test_the_sentence_says_what_share_is_known_how(tmp_path: Path) -> None:
    said = [{"height": 12}] * 20 + [{}] * 80
    assert heights(tmp_path, said).told.sentence == (
        "100 buildings: 20 % with a height, 0 % from floors, 80 % taken as 9 m (6 to 15 m)"
    )
    said = [{"levels": 3}, *[{"height": 12}] * 999]
    assert heights(tmp_path, said).told.sentence == (
        "1,000 buildings: over 99 % with a height, under 1 % from floors at 3.25 m (3 to 3.5 m) each, 0 % taken as 9 m "
        "(6 to 15 m)"
    )
    assert heights(tmp_path, [{}]).told.sentence.startswith("1 building: 0 % with")
    assert heights(tmp_path, []).told.sentence == "no building"


def test_what_cannot_be_a_building_is_left_out_and_counted(tmp_path: Path) -> None:
    shapes = [
        square(0.0, 0.0),
        square(100.0, 0.0, 0.1),  # a speck
        shapely.Point(50.0, 50.0),
        shapely.LineString([(0.0, 50.0), (50.0, 50.0)]),
        None,
        square(5000.0, 0.0),  # elsewhere
        square(200.0, 0.0),
    ]
    said: list[dict[str, Any]] = [{"height": 9}] * 6 + [{"height": 9, "location": "underground"}]
    found = read(geojson(tmp_path / "b.geojson", shapes, said))
    assert len(found.shapes) == 1
    notes = "\n".join(found.told.notes)
    assert "3 are points, lines or specks without area" in notes
    assert "1 have no shape" in notes
    assert "1 lie outside the place" in notes
    assert "1 lie under the ground" in notes


def test_what_begins_above_the_ground_reaches_down_to_it_and_is_counted(tmp_path: Path) -> None:
    said = [
        {"height": "9", "min_height": "4 m"},
        {"building:levels": "5", "building:min_level": "2"},
        {"height": "9", "min_height": "0"},
        {"height": "9", "min_height": None},
    ]
    found = heights(tmp_path, said)
    np.testing.assert_allclose(found.heights_m, [9.0, 16.25, 9.0, 9.0])
    assert "2 begin above the ground (roofs over a passage), and are taken to reach down" in "\n".join(found.told.notes)


def test_polygons_that_cross_themselves_are_mended_and_counted(tmp_path: Path) -> None:
    bow = shapely.Polygon([(0, 0), (20, 20), (20, 0), (0, 20)])
    spike = shapely.Polygon([(100, 0), (120, 0), (120, 20), (160, 20), (120, 20), (100, 20)])
    found = read(geojson(tmp_path / "b.geojson", [bow, spike], [{"height": 9}] * 2))
    assert shapely.is_valid(found.shapes).all()
    np.testing.assert_allclose(shapely.area(found.shapes), [200.0, 400.0], rtol=1e-3)
    assert "2 crossed themselves or were otherwise broken, and were mended" in "\n".join(found.told.notes)


def test_an_extract_of_everything_gives_its_buildings_only(tmp_path: Path) -> None:
    said = [{"building": "yes"}, {"landuse": "grass", "building": None}, {"building": "no"}, {"building:part": "yes"}]
    found = heights(tmp_path, said)
    assert len(found.shapes) == 2
    assert "2 are not tagged as buildings" in "\n".join(found.told.notes)
    # A column of that name that holds something else leaves nothing out.
    assert len(heights(tmp_path, [{"building": "Town hall"}, {"building": None}]).shapes) == 2


def test_open_street_map_heights_stand_among_the_other_tags(tmp_path: Path) -> None:
    said = [
        {"building": "yes", "height": "21", "name": "Ministry"},
        {"building": "apartments", "building:levels": "5"},
        {"landuse": "forest"},
    ]
    found = read(osm_pbf(tmp_path / "city.osm.pbf", row_of(3), said))
    assert sorted(found.heights_m.tolist()) == [16.25, 21.0]
    assert "Ministry" in found.names


def test_overture_s_columns_are_understood(tmp_path: Path) -> None:
    said = [
        {"height": 21.0, "num_floors": 7, "names": {"primary": "Ministry"}, "is_underground": False},
        {"height": None, "num_floors": 4, "names": None, "is_underground": None},
        {"height": None, "num_floors": None, "names": None, "is_underground": True},
        {"height": None, "num_floors": None, "names": None, "is_underground": False},
    ]
    found = read(geoparquet(tmp_path / "part.parquet", row_of(4), said, boxes=True))
    assert found.heights_m.tolist() == [21.0, 13.0, 9.0]
    assert found.names == ("Ministry", "", "")


def test_several_files_are_one_city_and_one_of_them_may_lie_elsewhere(tmp_path: Path) -> None:
    here = geojson(tmp_path / "here.geojson", row_of(2), [{"height": 5}, {"height": 6}])
    there = geojson(tmp_path / "there.geojson", [square(9000.0, 0.0)], [{"levels": 2}])
    found = read(here, there)
    assert found.heights_m.tolist() == [5.0, 6.0]
    with pytest.raises(CrenelError, match=r"there\.geojson: nothing in it lies within 1 km"):
        read(there)


def test_an_empty_file_is_a_place_without_buildings(tmp_path: Path) -> None:
    found = read(geojson(tmp_path / "none.geojson", [], []))
    assert (found.told.n, found.told.sentence) == (0, "no building")


def test_which_building_is_under_a_point_and_which_is_near(tmp_path: Path) -> None:
    shapes = [square(0.0, 0.0, 60.0), square(10.0, 0.0, 20.0), square(200.0, 0.0)]
    said = [{"height": 10, "name": "Block"}, {"height": 30, "name": "Tower"}, {"height": 5, "name": "Shed"}]
    found = read(geojson(tmp_path / "b.geojson", shapes, said))
    assert [found.names[k] for k in found.under(5.0, 0.0)] == ["Tower", "Block"]
    assert found.under(100.0, 0.0).size == 0
    assert found.nearest(100.0, 0.0) == (0, pytest.approx(70.0, abs=0.1))
    assert found.nearest(100.0, 0.0, "SHED") == (2, pytest.approx(90.0, abs=0.1))
    assert found.nearest(100.0, 0.0, "Barn") is None
    assert found.with_height(0, 2.0).heights_m.tolist() == [2.0, 30.0, 5.0]
    assert found.heights_m[0] == 10.0


ALEXANDRIA = Path(__file__).parents[4] / "shared" / "data" / "alexandria" / "buildings.geojson"


@pytest.mark.skipif(not ALEXANDRIA.exists(), reason="the shared footprints of Alexandria are not here")
def test_real_footprints_with_heights_in_metres() -> None:
    found = read(ALEXANDRIA, frame=Frame(GeoPoint(np.radians(38.8106), np.radians(-77.0525))))
    assert found.told.n == 84
    assert found.told.n_tagged >= 80
    assert 5.0 < float(np.median(found.heights_m)) < 15.0
    assert shapely.is_valid(found.shapes).all()


def test_shapes_are_in_metres_where_they_are(tmp_path: Path) -> None:
    found = read(geojson(tmp_path / "b.geojson", [square(400.0, -300.0, 50.0)], [{"height": 1}]))
    assert found.shapes[0].centroid.coords[0] == pytest.approx((400.0, -300.0), abs=0.01)
    assert found.shapes[0].area == pytest.approx(2500.0, rel=1e-4)
    assert in_degrees([square(0.0, 0.0)])[0].centroid.x == pytest.approx(34.377, abs=0.01)
