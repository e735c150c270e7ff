"""Raids in other programs' formats, read back by strict readers that know nothing of the writers."""

import json
import re
import zipfile
from datetime import datetime
from io import BytesIO
from itertools import pairwise
from xml.etree import ElementTree

import polars as pl
import pytest

from crenel import app
from crenel.core.records import CrenelError

KML, GX = "{http://www.opengis.net/kml/2.2}", "{http://www.google.com/kml/ext/2.2}"
# The order that the KML 2.2 schema wants of what these files use.
ORDER = {
    "Document": ["name", "description", "Style", "Folder"],
    "Folder": ["name", "Placemark"],
    "Placemark": ["name", "TimeSpan", "styleUrl", "Point", "Track"],
    "Style": ["LineStyle"],
    "LineStyle": ["color", "width"],
    "Track": ["altitudeMode", "when", "coord"],
    "Point": ["altitudeMode", "coordinates"],
    "TimeSpan": ["begin"],
}


@pytest.fixture(scope="module")
def shown(ran):
    return app.replay(ran, "typical")


@pytest.fixture(scope="module")
def written(ran, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")

    def write(to):
        return app.export(ran, to, which="typical", target=folder / f"raid.{to}").read_bytes()

    return write


def name(element):
    return element.tag.rpartition("}")[2]


def check_order(element):
    children = [name(child) for child in element]
    if name(element) in ORDER:
        order = ORDER[name(element)]
        assert [order.index(child) for child in children] == sorted(order.index(child) for child in children)
    for child in element:
        check_order(child)


def moment(text):
    assert text.endswith("Z")
    return datetime.fromisoformat(text.removesuffix("Z"))


def test_kml_is_in_the_schemas_order_with_a_time_for_each_place(written, shown):
    root = ElementTree.fromstring(written("kml"))
    assert root.tag == f"{KML}kml"
    check_order(root)
    assert {element.text for element in root.iter(f"{KML}altitudeMode")} == {"relativeToGround"}
    tracks = list(root.iter(f"{GX}Track"))
    assert len(tracks) == len(shown.flights)
    for track, flight in zip(tracks, shown.flights, strict=True):
        times = [moment(when.text) for when in track.iter(f"{KML}when")]
        places = [tuple(map(float, coord.text.split())) for coord in track.iter(f"{GX}coord")]
        assert times == sorted(times)
        assert len(times) == len(places) == len(flight.knots)
        assert places[-1] == pytest.approx(
            (flight.knots[-1].lon_deg, flight.knots[-1].lat_deg, flight.knots[-1].height_agl_m), abs=0.06
        )
        assert times[0].date().isoformat() in ("2023-01-20", "2023-01-19")
    styles = {style.get("id") for style in root.iter(f"{KML}Style")}
    assert {url.text[1:] for url in root.iter(f"{KML}styleUrl")} <= styles
    for mark in root.iter(f"{KML}Placemark"):
        assert mark.find(f"{KML}name").text.startswith("SIMULATION: ")


def test_kmz_holds_the_kml(written):
    with zipfile.ZipFile(BytesIO(written("kmz"))) as packed:
        assert packed.namelist() == ["doc.kml"]
        assert packed.read("doc.kml") == written("kml")


def test_czml_says_what_where_and_from_when_to_when(written, shown):
    packets = json.loads(written("czml"))
    assert packets[0]["id"] == "document"
    assert packets[0]["version"] == "1.0"
    assert len({packet["id"] for packet in packets}) == len(packets)
    known = {"id", "name", "version", "description", "clock", "availability", "position", "point", "path", "label"}
    for packet in packets:
        assert set(packet) <= known
        assert packet["name"].startswith("SIMULATION: ")
    flying = [packet for packet in packets if packet["id"].startswith("threat-")]
    assert len(flying) == len(shown.flights)
    for packet, flight in zip(flying, shown.flights, strict=True):
        first, last = map(moment, packet["availability"].split("/"))
        assert first < last
        samples = packet["position"]["cartographicDegrees"]
        assert len(samples) == 4 * len(flight.knots)
        times = samples[::4]
        assert all(before < after for before, after in pairwise(times))
        epoch = moment(packet["position"]["epoch"])
        assert (first - epoch).total_seconds() == pytest.approx(times[0], abs=0.002)
        assert all(-180 <= lon <= 180 for lon in samples[1::4])
        assert all(-90 <= lat <= 90 for lat in samples[2::4])
        assert samples[3] == pytest.approx(flight.knots[0].height_agl_m, abs=0.06)
        assert packet["point"]["heightReference"] == "RELATIVE_TO_GROUND"


def test_acmi_is_read_line_by_line(written, shown):
    text = written("acmi").decode("utf-8")
    assert text.startswith("\ufeffFileType=text/acmi/tacview\nFileVersion=2.2\n")
    there, gone, times, places = {}, set(), [], {}
    for line in text.splitlines()[2:]:
        if line.startswith("#"):
            times.append(float(line[1:]))
        elif line.startswith("-"):
            there.pop(line[1:])
            gone.add(line[1:])
        else:
            identity, _, rest = line.partition(",")
            assert re.fullmatch(r"[0-9a-f]+", identity)
            assert identity not in gone
            fields = dict(part.split("=", 1) for part in re.split(r"(?<!\\),", rest))
            if identity == "0":
                assert set(fields) <= {
                    "ReferenceTime",
                    "Title",
                    "DataSource",
                    "Category",
                    "Comments",
                    "ReferenceLongitude",
                    "ReferenceLatitude",
                    "Event",
                }
                continue
            if identity not in there:
                assert {"T", "Type", "Coalition"} <= set(fields)
                assert "SIMULATION" in fields["Name"] + fields.get("CallSign", "")
                there[identity] = fields
            places.setdefault(identity, []).append(fields["T"].split("|"))
    assert times == sorted(set(times))
    assert len(gone) == len(shown.flights)
    last = shown.flights[0].knots[-1]
    lon, lat, height = map(float, places["1"][-1])
    assert (lon, lat) == pytest.approx((last.lon_deg, last.lat_deg), abs=1e-6)
    assert height == pytest.approx(last.height_agl_m + 150.0, abs=0.06)


def test_geojson_lines_have_a_time_for_each_point(written, shown):
    held = json.loads(written("geojson"))
    assert held["simulated"] is True
    assert held["heights"] == "metres above the ground"
    flights = [one for one in held["features"] if one["properties"]["kind"] == "flight"]
    assert len(flights) == len(shown.flights)
    for one in flights:
        assert len(one["properties"]["time_s"]) == len(one["geometry"]["coordinates"])
    assert all(one["properties"]["simulated"] for one in held["features"])


def test_tables_hold_every_threat_of_every_raid(ran, tmp_path):
    frames = [
        pl.read_csv(app.export(ran, "csv", target=tmp_path / "x.csv"), infer_schema_length=None),
        pl.read_parquet(app.export(ran, "parquet", target=tmp_path / "x.parquet")),
    ]
    for frame in frames:
        assert frame.height == 64 * 16
        assert set(frame["fate"].unique()) <= {"missile", "gun", "soft_kill", "own_failure", "leaked"}


@pytest.mark.parametrize(("to", "told"), [("geotiff", "is for coverage"), ("shp", "Known are"), ("", "Known are")])
def test_a_format_that_a_run_has_not_is_refused(ran, to, told):
    with pytest.raises(CrenelError, match=told):
        app.export(ran, to)


def test_what_is_in_the_way_is_left_alone(ran, tmp_path):
    with pytest.raises(CrenelError, match="is a folder"):
        app.export(ran, "kml", target=tmp_path)
    with pytest.raises(CrenelError, match="no run"):
        app.export(tmp_path, "kml")
