"""Extracts of OpenStreetMap on disk give what the Overpass API gives."""

import pytest

import made
from crenel.core.records import CrenelError
from crenel.places import osm, overpass
from crenel.places.osm import Gathered
from made import LAT, LON, circle_at


def test_a_pbf_holds_the_same_buildings_and_land_as_an_answer(tmp_path, circle):
    elements = made.osm_elements(LAT, LON)
    gathered = Gathered()
    overpass.gather({"elements": elements}, gathered)
    wanted = gathered.extract()
    found = osm.read_pbf(made.save(tmp_path / "city.osm.pbf", made.pbf(elements)), circle)
    for table in ("buildings", "land"):
        ours, theirs = getattr(found, table), getattr(wanted, table)
        columns = [column for column in theirs.columns if column != "geometry"]
        assert ours.select(columns).sort(columns).equals(theirs.select(columns).sort(columns))


def test_what_lies_elsewhere_is_left_out(tmp_path):
    path = made.save(tmp_path / "city.osm.pbf", made.pbf(made.osm_elements(LAT, LON)))
    found = osm.read_pbf(path, circle_at(40.0, 10.0))
    assert found.buildings.is_empty()


@pytest.mark.parametrize("content", [b"", b"not a pbf", bytes(1000)], ids=["empty", "text", "zeros"])
def test_what_is_no_extract_is_refused(tmp_path, circle, content):
    with pytest.raises(CrenelError, match="cannot be read as an extract"):
        osm.read_pbf(made.save(tmp_path / "city.osm.pbf", content), circle)


def test_an_extract_that_is_cut_off_is_refused(tmp_path, circle):
    whole = made.pbf(made.osm_elements(LAT, LON))
    with pytest.raises(CrenelError):
        osm.read_pbf(made.save(tmp_path / "city.osm.pbf", whole[: len(whole) - 200]), circle)
