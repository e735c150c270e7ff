from pathlib import Path

import pytest
import shapely

from crenel.core.records import CrenelError, LandFiles
from crenel.world.land import Land, read_land
from vector_files import FRAME, geojson, square


def _read(path: Path) -> Land:
    return read_land(LandFiles((str(path),)), frame=FRAME, radius_m=1000.0)


def test_water_roads_and_green_come_by_kind(tmp_path: Path) -> None:
    road = shapely.LineString([(-500.0, 0.0), (500.0, 10.0)])
    shapes = [square(0.0, 0.0, 200.0), square(300.0, 0.0, 90.0), road, road, square(0.0, 9000.0)]
    said = [{"kind": kind} for kind in ("water", "Green", "road", "rail", "water")]
    land = _read(geojson(tmp_path / "land.geojson", shapes, said))
    assert {kind: len(found) for kind, found in land.shapes.items()} == {"water": 1, "green": 1, "road": 1}
    assert land.shapes["road"][0].length == pytest.approx(1000.05, abs=0.5)
    assert land.notes == ("land: 1 features of another kind than water, green, road were left out",)


def test_features_without_a_kind_are_refused_with_the_remedy(tmp_path: Path) -> None:
    path = geojson(tmp_path / "land.geojson", [square(0.0, 0.0)], [{"natural": "water"}])
    with pytest.raises(CrenelError, match=r"land land\.geojson: its features have no `kind`.*water, road or green"):
        _read(path)


def test_land_of_another_place_is_refused(tmp_path: Path) -> None:
    path = geojson(tmp_path / "land.geojson", [square(9000.0, 0.0)], [{"kind": "water"}])
    with pytest.raises(CrenelError, match=r"land land\.geojson: nothing in it lies within 1 km"):
        _read(path)


def test_no_land_is_no_mistake(tmp_path: Path) -> None:
    assert not any(len(found) for found in _read(geojson(tmp_path / "land.geojson", [], [])).shapes.values())
