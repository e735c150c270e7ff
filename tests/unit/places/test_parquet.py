"""The footer of a Parquet file, against polars, which writes and reads whole ones."""

import contextlib
import io
import struct

import polars as pl
import pytest

import made
from crenel.places.parquet import ParquetError, footer_length, read_footer


def parts(data):
    n = footer_length(data[-8:])
    return data[-8 - n : -8], read_footer(data[-8 - n : -8])


@pytest.fixture
def data():
    return made.parquet(made.overture_buildings(55.74, 37.6), rows=10)


def test_row_groups_and_their_boxes(data):
    _, footer = parts(data)
    frame = pl.read_parquet(io.BytesIO(data))
    assert [group.n_rows for group in footer.groups] == [10] * 24
    assert footer.groups[0].begin == 4
    assert all(a.end <= b.begin for a, b in zip(footer.groups, footer.groups[1:], strict=False))
    box = frame["bbox"].struct
    for number, group in enumerate(footer.groups):
        part = slice(10 * number, 10 * number + 10)
        wanted = (
            box.field("xmin")[part].min(),
            box.field("ymin")[part].min(),
            box.field("xmax")[part].max(),
            box.field("ymax")[part].max(),
        )
        assert group.box_deg == pytest.approx(wanted)


def test_a_footer_that_lists_everything_is_the_same_footer(data):
    raw, footer = parts(data)
    assert footer.listing(footer.groups) == raw + data[-8:]


@pytest.mark.parametrize("chosen", [[0], [23], [2, 3, 20], list(range(16))], ids=str)
def test_a_file_of_some_row_groups_and_holes_is_read_as_one(data, chosen, tmp_path):
    _, footer = parts(data)
    groups = [footer.groups[number] for number in chosen]
    path = tmp_path / "some.parquet"
    with path.open("wb") as out:
        out.write(b"PAR1")
        for group in groups:
            out.seek(group.begin)
            out.write(data[group.begin : group.end])
        out.write(footer.listing(groups))
    whole = pl.read_parquet(io.BytesIO(data))
    wanted = pl.concat([whole[10 * number : 10 * number + 10] for number in chosen])
    assert pl.read_parquet(path).equals(wanted)


def test_a_file_without_boxes_has_none():
    out = io.BytesIO()
    pl.DataFrame({"a": [True, False], "b": [[1], []], "c": ["x", None]}).write_parquet(out)
    (group,) = parts(out.getvalue())[1].groups
    assert group.box_deg is None


@pytest.mark.parametrize(
    "tail", [b"", b"PAR1", struct.pack("<I", 0) + b"PAR1", struct.pack("<I", 2**31) + b"PAR1", b"12345678"], ids=repr
)
def test_what_is_no_parquet_file_is_refused(tail):
    with pytest.raises(ParquetError):
        footer_length(tail)


def test_no_damage_goes_unnoticed_or_hangs(data):
    raw, _ = parts(data)
    for cut in range(0, len(raw), 97):
        with pytest.raises(ParquetError):
            read_footer(raw[:cut])
    for at in range(0, len(raw), 131):
        damaged = raw[:at] + bytes([raw[at] ^ 0xFF]) + raw[at + 1 :]
        with contextlib.suppress(ParquetError):  # or it is read as something else, which reading the rows will refuse
            read_footer(damaged)
