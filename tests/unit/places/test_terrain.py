"""Which tiles a place needs, and getting them."""

import pytest

import made
from crenel.core.records import CrenelError
from crenel.places import terrain
from crenel.places.client import Client, FetchError, OfflineError
from crenel.places.sources import GLO30, SRTM
from made import circle_at, put_glo30
from served import Fault


def fetch_all(client, source, circle, cache):
    return [terrain.fetch(client, source, tile, circle, cache) for tile in terrain.tiles(source, circle)]


def test_tiles_are_coarser_towards_the_poles():
    sizes = [
        terrain.tiles(GLO30, circle_at(lat + 0.5, 0.5))[0].n_bytes_of_file for lat in (0, 49, 50, 60, 70, -50, -51)
    ]
    assert [round(size / sizes[0] * 3600) for size in sizes] == [3600, 3600, 2400, 1800, 1200, 3600, 2400]


def test_a_small_place_needs_a_small_part_of_a_tile(circle):
    (tile,) = terrain.tiles(GLO30, circle)
    assert 0 < tile.n_bytes < 0.2 * tile.n_bytes_of_file
    (tile,) = terrain.tiles(SRTM, circle)
    assert tile.n_bytes == tile.n_bytes_of_file
    assert tile.path == "/N55/N55E037.hgt.gz"


def test_land_and_sea(server, client, tmp_path):
    put_glo30(server, 55, 37)
    circle = circle_at(55.5, 38.0)
    land, sea = fetch_all(client, GLO30, circle, tmp_path)
    assert (land.is_sea, sea.is_sea) == (False, True)
    assert server.paths("HEAD")[-1].startswith("/glo90/Copernicus_DSM_COG_30_N55_00_E038_00_DEM/")
    # The next time nothing is asked for the land, and without a network the sea is known too.
    again = fetch_all(Client(is_offline=True), GLO30, circle, tmp_path)
    assert [cut.is_sea for cut in again] == [False, True]


def test_land_that_was_not_released_is_not_sea(server, client, tmp_path):
    name = "Copernicus_DSM_COG_30_N40_00_E044_00_DEM"
    server.files[f"/glo90/{name}/{name}.tif"] = b"there is one"
    with pytest.raises(CrenelError, match=r"no public tile N40E044.*--terrain srtm"):
        fetch_all(client, GLO30, circle_at(40.5, 44.5), tmp_path)


def test_a_server_in_trouble_is_not_sea(server, client, tmp_path, circle):
    server.faults["/glo30/Copernicus_DSM_COG_10_N55_00_E037_00_DEM/Copernicus_DSM_COG_10_N55_00_E037_00_DEM.tif"] = [
        Fault(status=503)
    ] * 9
    with pytest.raises(FetchError, match="503"):
        fetch_all(client, GLO30, circle, tmp_path)


def test_a_tile_that_changed_since_is_read_anew(server, client, tmp_path, circle):
    put_glo30(server, 55, 37, n_rows=3600, n_columns=2400)
    fetch_all(client, GLO30, circle, tmp_path)
    put_glo30(server, 55, 37, n_rows=3600, n_columns=2400, height_m=7.0)
    (cut,) = fetch_all(Client(), GLO30, circle_at(55.2, 37.3), tmp_path)
    assert (cut.pieces[0].heights_m == 7.0).all()


def test_a_damaged_tile_is_refused_in_the_end(server, client, tmp_path, circle):
    path = put_glo30(server, 55, 37)
    server.files[path] = server.files[path][:3000] + bytes(len(server.files[path]) - 3000)
    with pytest.raises(CrenelError, match="damaged twice"):
        fetch_all(client, GLO30, circle, tmp_path)
    assert not list(tmp_path.rglob("*.tif"))


def test_a_tile_in_trouble_half_way_tells_the_trouble(server, client, tmp_path, circle):
    path = put_glo30(server, 55, 37, n_rows=3600, n_columns=2400)
    server.faults[path] = [Fault(), Fault()] + [Fault(status=500)] * 9
    with pytest.raises(FetchError, match="HTTP 500"):
        fetch_all(client, GLO30, circle_at(55.1, 37.9), tmp_path)


def test_srtm(server, client, tmp_path, circle):
    server.files["/skadi/N55/N55E037.hgt.gz"] = made.hgt(55, 37)
    (cut,) = fetch_all(client, SRTM, circle, tmp_path)
    assert 100 < cut.pieces[0].heights_m.mean() < 200
    (again,) = fetch_all(Client(is_offline=True), SRTM, circle, tmp_path)
    assert (again.pieces[0].heights_m == cut.pieces[0].heights_m).all()


def test_srtm_without_a_tile_is_said(server, client, tmp_path, circle):
    with pytest.raises(CrenelError, match="no tile N55E037"):
        fetch_all(client, SRTM, circle, tmp_path)


@pytest.mark.parametrize("source", [GLO30, SRTM], ids=lambda source: source.key)
def test_offline_says_what_is_missing(server, tmp_path, circle, source):
    with pytest.raises(OfflineError):
        fetch_all(Client(is_offline=True), source, circle, tmp_path)
    assert server.asked == []


def test_a_place_on_the_date_line(server, client, tmp_path):
    put_glo30(server, -17, 179)
    put_glo30(server, -17, -180)
    cuts = fetch_all(client, GLO30, circle_at(-16.5, 180.0), tmp_path)
    assert [len(cut.pieces) for cut in cuts] == [1, 1]
