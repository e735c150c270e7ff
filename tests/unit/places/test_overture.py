"""Overture Maps: the release of the day, its index, and row groups over the network."""

import io
import json

import polars as pl
import pytest
import shapely

import made
from crenel.core.records import CrenelError
from crenel.places import overture
from crenel.places.client import Client, FetchError, OfflineError
from made import LAT, LON, circle_at
from served import Fault


@pytest.fixture
def release(server):
    made.overture(server, LAT, LON)
    return made.RELEASE


def test_the_latest_release_is_asked_for_each_time(server, client, tmp_path):
    made.overture(server, LAT, LON, release="2026-08-19.0")
    assert overture.resolve(client, tmp_path) == "2026-08-19.0"
    made.overture(server, LAT, LON, release="2026-09-23.1")
    assert overture.resolve(client, tmp_path) == "2026-09-23.1"
    assert overture.resolve(Client(is_offline=True), tmp_path) == "2026-09-23.1"


def test_where_the_catalogue_is_away_the_bucket_is_asked(server, client, tmp_path):
    names = ("2026-08-19.0", "2026-09-23.0", "alpha", "../../x")
    listed = "".join(f"<CommonPrefixes><Prefix>release/{name}/</Prefix></CommonPrefixes>" for name in names)
    server.files["/data/?list-type=2&prefix=release/&delimiter=/"] = listed.encode()
    assert overture.resolve(client, tmp_path) == "2026-09-23.0"


@pytest.mark.parametrize("latest", ["", "../../etc", "2026", None, 3], ids=repr)
def test_a_release_that_is_none_is_not_taken(server, client, tmp_path, latest):
    server.files["/stac/catalog.json"] = json.dumps({"latest": latest}).encode()
    with pytest.raises(FetchError):
        overture.resolve(client, tmp_path)


def test_without_a_network_and_a_release_nothing_is_guessed(tmp_path):
    with pytest.raises(OfflineError):
        overture.resolve(Client(is_offline=True), tmp_path)


def test_buildings_with_what_is_known_of_them(server, client, tmp_path, circle, release):
    found = overture.fetch(client, release, circle, tmp_path)
    table = found.buildings
    assert table.height == 39  # of 40, for one is underground
    assert table.columns == ["geometry", "name", "height", "levels", "min_height", "source"]
    assert table["name"].drop_nulls().to_list() == [f"House {n}" for n in range(0, 40, 4)]
    assert set(table["height"].drop_nulls()) == {12.5}
    assert set(table["levels"].drop_nulls()) == {9.0}
    assert set(table["source"]) == {"OpenStreetMap"}
    assert found.as_of == release
    first = shapely.from_wkb(table["geometry"][0])
    assert first.bounds == pytest.approx(tuple(made.footprints(LAT, LON, n=40)[0]))


def test_land_for_pictures(client, tmp_path, circle, release):
    land = overture.fetch(client, release, circle, tmp_path).land
    assert sorted(land["kind"]) == ["green", "green", "road", "water"]


def test_only_the_row_groups_of_the_place_are_fetched(server, client, tmp_path, circle):
    made.overture(server, LAT, LON, release=made.RELEASE)
    boxes = made.overture_buildings(LAT, LON, n=40, far=60_000)
    (path,) = [path for path in server.files if "type=building/part-00000" in path]
    server.files[path] = made.parquet(boxes, rows=2000)
    found = overture.fetch(client, made.RELEASE, circle, tmp_path)
    assert found.buildings.height == 39
    of_this = [headers for method, asked, headers in server.asked if asked == path and method == "GET"]
    fetched = sum(_length(headers["Range"]) for headers in of_this)
    assert fetched < 0.3 * len(server.files[path])


def _length(text):
    begin, end = text.removeprefix("bytes=").split("-")
    return int(end) + 1 - int(begin)


def test_files_that_lie_elsewhere_are_not_asked_for(server, client, tmp_path, circle, release):
    overture.fetch(client, release, circle, tmp_path)
    assert not [path for path in server.paths() + server.paths("HEAD") if "part-00001" in path]


def test_a_second_time_nothing_is_fetched(server, client, tmp_path, circle, release):
    first = overture.fetch(client, release, circle, tmp_path)
    n_asked = len(server.asked)
    again = overture.fetch(Client(is_offline=True), release, circle, tmp_path)
    assert again.buildings.equals(first.buildings)
    assert again.land.equals(first.land)
    assert len(server.asked) == n_asked
    assert not list(tmp_path.rglob("*.groups"))


def test_an_index_that_is_damaged_is_refused(server, client, tmp_path, circle, release):
    server.files[f"/stac/{release}/collections.parquet"] = b"PAR1" + bytes(100)
    with pytest.raises(FetchError, match="damaged twice"):
        overture.fetch(client, release, circle, tmp_path)


def test_an_index_without_the_type_is_said(server, client, tmp_path, circle, release):
    server.files[f"/stac/{release}/collections.parquet"] = made.index_of(
        [(f"release/{release}/theme=places/type=place/part-0.parquet", (-180.0, -90.0, 180.0, 90.0))]
    )
    with pytest.raises(CrenelError, match="lists no building files"):
        overture.fetch(client, release, circle, tmp_path)


@pytest.mark.parametrize("where", ["footer", "rows", "tail"])
def test_a_damaged_file_is_refused(server, client, tmp_path, circle, release, where):
    (path,) = [path for path in server.files if "type=building/part-00000" in path]
    body = bytearray(server.files[path])
    spot = {"footer": slice(-2000, -1000), "rows": slice(4, 3000), "tail": slice(-8, None)}[where]
    body[spot] = bytes(len(body[spot]))
    server.files[path] = bytes(body)
    with pytest.raises(CrenelError, match="damaged twice"):
        overture.fetch(client, release, circle, tmp_path)


def test_a_file_that_changes_while_it_is_read_is_read_anew(server, client, tmp_path, circle, release):
    (path,) = [path for path in server.files if "type=building/part-00000" in path]
    server.faults[path] = [Fault(), Fault(), Fault(status=412)]
    assert overture.fetch(client, release, circle, tmp_path).buildings.height == 39


def test_a_place_without_anything(server, client, tmp_path, release):
    found = overture.fetch(client, release, circle_at(-40.0, 60.0), tmp_path)
    assert found.buildings.is_empty()
    assert found.land.is_empty()


def test_a_schema_with_fewer_columns_is_read(server, client, tmp_path, circle, release):
    (path,) = [path for path in server.files if "type=building/part-00000" in path]
    frame = pl.read_parquet(io.BytesIO(server.files[path])).drop("names", "sources", "num_floors", "is_underground")
    server.files[path] = made.parquet(frame)
    table = overture.fetch(client, release, circle, tmp_path).buildings
    assert table.height == 40
    assert table["name"].null_count() == 40
    assert set(table["source"]) == {"Overture Maps"}


def test_an_extract_on_disk(tmp_path, circle):
    path = made.save(tmp_path / "mine.parquet", made.parquet(made.overture_buildings(LAT, LON)))
    assert overture.read_local(path, circle).buildings.height == 39
    with pytest.raises(CrenelError, match="cannot be read"):
        overture.read_local(made.save(tmp_path / "bad.parquet", b"no"), circle)
