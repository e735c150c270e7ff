"""Tiles to the parts that a place needs: the same heights at the same places."""

import io
import zipfile

import numpy as np
import pytest
import rasterio

import made
from crenel.places import raster
from crenel.places.box import Box, Square
from crenel.places.raster import TileError
from crenel.places.remote import RemoteFile

BOX = Box(37.55, 55.70, 37.65, 55.78)


def at(piece, lon, lat):
    where = piece.transform
    column, row = (lon - where.c) / where.a, (lat - where.f) / where.e
    return piece.heights_m[int(row), int(column)]


def test_a_part_of_a_tile_has_the_tile_s_heights_at_their_places(tmp_path):
    path = made.save(tmp_path / "tile.tif", made.glo30_tile(55, 37))
    piece = raster.cut_local(path, BOX)
    with rasterio.open(path) as whole:
        for lon, lat in ((37.5511, 55.701), (37.6003, 55.7403), (37.6489, 55.7789)):
            assert at(piece, lon, lat) == next(whole.sample([(lon, lat)]))[0]
    assert piece.heights_m.size < 0.03 * 720 * 480


def test_over_the_network_only_the_blocks_of_the_part_are_fetched(server, client, tmp_path):
    path = made.put_glo30(server, 55, 37, n_rows=3600, n_columns=2400)
    whole = server.files[path]
    remote = RemoteFile(client, "glo30", path.removeprefix("/glo30"), tmp_path / "tile.tif", title="tile")
    piece = raster.cut_remote(remote, BOX)
    local = raster.cut_local(made.save(tmp_path / "whole.tif", whole), BOX)
    np.testing.assert_array_equal(piece.heights_m, local.heights_m)
    assert piece.transform == local.transform
    assert server.n_bytes_sent < 0.5 * len(whole)


def test_what_is_written_is_what_was_cut(tmp_path):
    piece = raster.cut_local(made.save(tmp_path / "tile.tif", made.glo30_tile(55, 37)), BOX)
    raster.write(piece, tmp_path / "folder" / "piece.tif")
    with rasterio.open(tmp_path / "folder" / "piece.tif") as again:
        np.testing.assert_array_equal(again.read(1), piece.heights_m)
        assert again.transform.almost_equals(piece.transform, 1e-12)
        assert again.crs.to_epsg() == 4326


@pytest.mark.parametrize("packing", ["gz", "plain", "zip"])
def test_an_srtm_tile_however_it_is_packed(tmp_path, packing):
    import gzip

    plain = gzip.decompress(made.hgt(55, 37))
    if packing == "zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("N55E037.hgt", plain)
        content = out.getvalue()
    else:
        content = plain if packing == "plain" else made.hgt(55, 37)
    piece = raster.cut_hgt(made.save(tmp_path / "N55E037.hgt", content), Square(55, 37), BOX)
    heights = np.frombuffer(plain, ">i2").reshape(1201, 1201)
    assert at(piece, 37.6, 55.74) == heights[round((56 - 55.74) * 1200), round((37.6 - 37) * 1200)]


@pytest.mark.parametrize("cut", [10, 1000, -1], ids=str)
def test_an_srtm_tile_that_is_cut_off_is_refused(tmp_path, cut):
    with pytest.raises(TileError):
        raster.read_hgt(made.save(tmp_path / "N55E037.hgt.gz", made.hgt(55, 37)[:cut]))


def test_a_gzip_bomb_is_no_tile(tmp_path):
    import gzip

    with pytest.raises(TileError, match="length"):
        raster.read_hgt(made.save(tmp_path / "N55E037.hgt.gz", gzip.compress(bytes(200_000_000), 1)))


def test_the_sea_s_floor_is_raised_to_the_sea_and_low_land_is_not():
    heights_m = np.full((40, 40), 5, dtype=np.int16)
    heights_m[:, 20:] = -300  # the sea's floor
    heights_m[:, 18:20] = -3  # its shore, below the sea and joined to it
    heights_m[5:8, 5:8] = -6  # a polder
    heights_m[0, 0] = -32768  # a void
    n = raster.raise_to_water(heights_m, np.zeros((40, 40), dtype=np.int16))
    assert n == 40 * 22
    assert (heights_m[:, 18:] == 0).all()
    assert (heights_m[5:8, 5:8] == -6).all()
    assert heights_m[0, 0] == -32768


def test_the_shore_of_the_dead_sea_stays_where_it_is(tmp_path):
    lon = np.tile(35 + np.arange(1201) / 1200, (1201, 1))
    heights_m = np.select([lon < 35.05, (lon > 35.4) & (lon < 35.6), lon > 35.35], [-500, -600, -400], 300)
    path = made.save(tmp_path / "N31E035.hgt.gz", made.hgt(31, 35, heights_m=heights_m))
    piece = raster.cut_hgt(path, Square(31, 35), Box(35.0, 31.2, 36.0, 31.9))
    assert at(piece, 35.02, 31.5) == 0  # the Mediterranean's floor
    assert at(piece, 35.38, 31.5) == -400  # the shore
    assert at(piece, 35.5, 31.5) == -430  # the lake
    assert piece.n_sea_floor > 0


@pytest.mark.parametrize("content", [b"", b"not a raster", b"II*\0" + bytes(100)], ids=repr)
def test_what_is_no_raster_is_refused(tmp_path, content):
    with pytest.raises(TileError):
        raster.cut_local(made.save(tmp_path / "tile.tif", content), BOX)


def test_a_tile_that_was_cut_off_is_refused(tmp_path):
    whole = made.glo30_tile(55, 37)
    with pytest.raises(TileError):
        raster.cut_local(made.save(tmp_path / "tile.tif", whole[: len(whole) // 2]), Box(37.0, 55.0, 38.0, 56.0))


def test_a_tile_that_lies_elsewhere_is_refused(tmp_path):
    with pytest.raises(TileError, match="lie where"):
        raster.cut_local(made.save(tmp_path / "tile.tif", made.glo30_tile(40, 10)), BOX)
