"""From a file of sightings to a scenario: every format, every merge in sight, nothing guessed, nothing believed."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crenel.core.records import Bracket, FlatTerrain, Scenario, Source, Unit
from crenel.inputs import InputError, catalogue, read, system_keys
from crenel.inputs.coordinates import degrees, distance_m
from crenel.inputs.sightings import Draft, draft
from crenel.inputs.sightings.systems import system_key

HEADER = ("name", "system", "lat", "lon", "date", "source", "url", "status", "admiralty", "identified", "error_m")
HEADER += ("floors", "network", "description")
ROOF = "On the roof: said to be new"

SIX = [
    tuple(cell.strip().replace("ROOF", ROOF) for cell in line.split("|"))
    for line in """\
Ministry | Pantsir-S1 | 55.7290 | 37.5900 | 2023-01-19 | AFP | https://afp.example/a | pictured ||| 300 | 9 | city|ROOF
Roof | SA-22 | 55.7302 | 37.5915 | 2023-01-20 | A channel | | | B2 | sure | 50 | | | a video
Taganka | pantsir-s1 | 55.746 | 37.653 | 2023-01-19 | | https://ap.example/b | pictured | | | 500 | 8 | city |
| Pantsir S1 | 55.690 | 37.400 | 2023-01 | AFP | https://afp.example/a | reported | | possible | 3000 | | |
| tor-m2 | 55.7295 | 37.5908 | 2023-02-01 | | | claimed | F6 | | | | |
Ministry | Gepard | 55.80 | 37.60 | | | | | | | | | |""".splitlines()
]


def as_csv(rows: Sequence[Sequence[str]], delimiter: str = ",", header: Sequence[str] = HEADER) -> str:
    def cell(text: str) -> str:
        return f'"{text}"' if delimiter in text or '"' in text or "\n" in text else text

    return "".join(delimiter.join(map(cell, row)) + "\n" for row in [header, *rows])


def as_geojson(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> str:
    features = []
    for row in rows:
        properties: dict[str, Any] = dict(zip(header, row, strict=True))
        point = [float(properties.pop("lon")), float(properties.pop("lat"))]
        properties["error_m"] = float(properties["error_m"]) if properties["error_m"] else None
        geometry = {"type": "Point", "coordinates": point}
        features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    return json.dumps({"type": "FeatureCollection", "features": features})


def as_kml(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> str:
    places = ""
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        lon, lat, name = cells.pop("lon"), cells.pop("lat"), cells.pop("name")
        note, day = cells.pop("description"), cells.pop("date")
        data = "".join(
            f"<Data name={quoteattr(key)}><value>{escape(text)}</value></Data>" for key, text in cells.items()
        )
        when = f"<TimeStamp><when>{day}T12:00:00Z</when></TimeStamp>" if len(day) == 10 else ""
        data += f'<Data name="seen"><value>{day}</value></Data>' if day and not when else ""
        places += (
            f"<Placemark><name>{escape(name)}</name><description><![CDATA[<b>{note}</b>]]></description>{when}"
            f"<ExtendedData>{data}</ExtendedData>"
            f"<Point><coordinates> {lon},{lat},0 </coordinates></Point></Placemark>\n"
        )
    return f'<?xml version="1.0"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n{places}</Document></kml>'


def as_kmz(text: str, name: str = "doc.kml") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("files/icon.png", b"\x89PNG")
        archive.writestr(name, text)
    return packed.getvalue()


Drafting = Callable[..., Draft]


@pytest.fixture
def drafting(tmp_path: Path) -> Drafting:
    """The draft of a file's content."""

    def make(content: str | bytes, name: str = "seen.csv") -> Draft:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return draft(path)

    return make


def scenario(drafted: Draft) -> Scenario[Bracket]:
    return read(drafted.text, name="seen", folder=Path(), shown="drafted.yaml")


def facts(found: Scenario[Bracket]) -> tuple[tuple[Unit[Bracket], ...], dict[str, Source], object, object, object]:
    """All of a scenario but the words that name the file."""
    return found.units, dict(found.sources), found.place, found.assets, found.when


# --- formats ----------------------------------------------------------------------------------------------------------


def test_every_format_of_the_same_sightings_gives_the_same_scenario(drafting: Drafting) -> None:
    with_position = [(*row[:2], f"{row[2]} N, {row[3]} E", *row[4:]) for row in SIX]
    turned = [tuple(reversed(row)) for row in SIX]
    renamed = ("Unit", "Type", "Latitude", "LONGITUDE", "Observed", "source", "Link", "Evidence", "Admiralty code")
    renamed += ("identification", "Accuracy (m)", "storeys", "Network", "notes")
    made = {
        "comma": drafting(as_csv(SIX)),
        "semicolon": drafting(as_csv(SIX, ";")),
        "tab": drafting(as_csv(SIX, "\t"), "seen.tsv"),
        "byte order mark": drafting(b"\xef\xbb\xbf" + as_csv(SIX).encode()),
        "windows": drafting("sep=;\r\n" + as_csv(SIX, ";").replace("\n", "\r\n")),
        "decimal commas": drafting(
            as_csv([(*r[:2], *(t.replace(".", ",") for t in r[2:4]), *r[4:]) for r in SIX], ";")
        ),
        "one column": drafting(as_csv(with_position, ",", (*HEADER[:2], "Coordinates", *HEADER[4:]))),
        "turned": drafting(as_csv(turned, ",", tuple(reversed(HEADER)))),
        "other names": drafting(as_csv(SIX, ",", renamed)),
        "geojson": drafting(as_geojson(SIX), "seen.geojson"),
        "kml": drafting(as_kml(SIX), "seen.kml"),
        "kmz": drafting(as_kmz(as_kml(SIX)), "seen.kmz"),
        "kmz of another name": drafting(as_kmz(as_kml(SIX), "Moscow.KML"), "seen.kmz"),
    }
    first = scenario(made["comma"])
    assert len(first.units) == 5
    for name, drafted in made.items():
        assert facts(scenario(drafted)) == facts(first), name


def test_what_was_seen_arrives(drafting: Drafting) -> None:
    found = scenario(drafting(as_csv(SIX), "winter 2023.csv"))
    assert found.title == "Sightings from winter 2023.csv"
    assert found.when == "2023-02-01"
    merged, taganka, unnamed, tor, gepard = found.units
    assert [unit.name for unit in found.units] == ["Roof", "Taganka", "Pantsir-S1 1", "Tor-M2 1", "Ministry"]
    assert [unit.system.key for unit in found.units] == ["pantsir-s1"] * 3 + ["tor-m2", "gepard"]
    assert degrees(taganka.at) == pytest.approx((55.746, 37.653), abs=1e-9)
    assert (taganka.mounted_m.value, taganka.network) == (26.0, "city")
    assert (unnamed.evidence.position_error_m, unnamed.evidence.identified, unnamed.evidence.seen) == (
        3000.0,
        "possible",
        "2023-01",
    )
    assert found.sources[unnamed.evidence.source].address == "https://afp.example/a"
    assert found.sources[taganka.evidence.source].title == "ap.example/b"
    assert (tor.evidence.status, tor.evidence.admiralty, tor.evidence.position_error_m) == ("claimed", "F6", 0.0)
    assert (gepard.evidence.status, gepard.evidence.source) == ("reported", "")
    assert merged.evidence.status == "pictured"


def test_placeholders_are_marked_and_the_place_covers_what_was_seen(drafting: Drafting) -> None:
    drafted = drafting(as_csv(SIX))
    found = scenario(drafted)
    assert found.place.terrain == FlatTerrain(0.0)
    assert drafted.text.count("PLACEHOLDER") == 4, "the ground, the asset, the raid, and where it is said what to do"
    (asset,) = found.assets
    (group,) = found.groups
    assert (asset.name, asset.radius_m, asset.at) == ("Centre of the sightings", 1000.0, found.place.centre)
    assert (group.threat.key, group.count, group.starts_m.low) == ("shahed-136", 12, 60_000.0)
    assert found.place.radius_m == 40_000.0
    lat_deg, lon_deg = degrees(found.place.centre)
    assert (lat_deg, lon_deg) == pytest.approx((round(lat_deg, 2), round(lon_deg, 2)), abs=1e-9)
    wide = scenario(drafting("system,position\nGepard,[50 N; 30 E]\nGepard,[52 N; 31 E]\n".replace("; ", " ")))
    reach_m = max(distance_m(wide.place.centre, unit.at) for unit in wide.units)
    assert reach_m * 1.1 < wide.place.radius_m < reach_m * 1.1 + 16_000.0
    over = scenario(drafting("system,lat,lon\nGepard,-17,179.9\nGepard,-17,-179.9\n"))
    assert abs(degrees(over.place.centre)[1]) == pytest.approx(180.0, abs=0.01)


# --- merging ----------------------------------------------------------------------------------------------------------


def test_a_merge_is_shown_and_not_hidden(drafting: Drafting) -> None:
    drafted = drafting(as_csv(SIX))
    (unit, *_) = scenario(drafted).units
    # 163 m apart, with errors of 300 and 50 m: one unit, where the error is least, as firm and as late as any.
    assert degrees(unit.at) == pytest.approx((55.7302, 37.5915), abs=1e-9)
    evidence = unit.evidence
    assert (evidence.seen, evidence.position_error_m, evidence.identified) == ("2023-01-20", 50.0, "sure")
    assert evidence.note == (
        "merged from 2 sightings, up to 163 m apart: 2023-01-19, pictured, AFP; 2023-01-20, reported (B2), "
        f"identification sure, A channel. {ROOF}. a video"
    )
    assert (unit.mounted_m.value, unit.network, evidence.source) == (29.25, "city", "afp")
    assert {"afp", "a-channel"} <= set(scenario(drafted).sources)
    above = drafted.text[drafted.text.index("defence:") : drafted.text.index("- unit: Roof")]
    assert "Merged from 2 sightings, up to 163 m apart; the position is that of line 3." in above
    assert '- line 2: 55.7290 N, 37.5900 E ± 300 m, called "Ministry"' in above
    assert '- line 3: 55.7302 N, 37.5915 E ± 50 m, called "Roof"' in above
    assert "They have different names" in above
    assert '"Roof" (pantsir-s1) from lines 2 and 3, up to 163 m apart' in "\n".join(drafted.told)
    assert drafted.told[0] == "Read: 6 sightings, which make 5 units."
    head = " ".join(drafted.text[: drafted.text.index("crenel: 1")].replace("#", " ").split())
    for told in drafted.told:
        assert told in head


def test_different_systems_are_never_merged_and_that_is_said(drafting: Drafting) -> None:
    drafted = drafting(as_csv(SIX))
    assert '89 m from "Roof" (pantsir-s1): different systems are never merged.' in drafted.text
    assert 'Not merged: "Tor-M2 1" (tor-m2) and "Roof" (pantsir-s1), 89 m apart' in "\n".join(drafted.told)
    alone = drafting("system,lat,lon\nGepard,50,30\nTor-M2,50.01,30\n")
    assert "different systems" not in alone.text


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        # 150 m whatever the errors: 0.00134 degrees of latitude are 149 m, 0.00136 are 151 m.
        ([("a", "50", ""), ("b", "50.00134", "")], ["a"]),
        ([("a", "50", ""), ("b", "50.00136", "")], ["a", "b"]),
        ([("a", "50", "10"), ("b", "50.00134", "10")], ["a"]),
        # The errors added: 1.00 km apart.
        ([("a", "50", "500"), ("b", "50.009", "502")], ["a"]),
        ([("a", "50", "500"), ("b", "50.009", "499")], ["a", "b"]),
        ([("a", "50", "1001"), ("b", "50.009", "")], ["a"]),
        # A chain hangs together, in any order of the file.
        ([("a", "50", ""), ("b", "50.0013", ""), ("c", "50.0026", "")], ["a"]),
        ([("a", "50", ""), ("c", "50.0026", ""), ("b", "50.0013", "")], ["a"]),
        ([("a", "50", ""), ("c", "50.0026", ""), ("d", "50.01", ""), ("b", "50.0013", "")], ["a", "d"]),
        # The least error gives position and name; one that is not said is not none.
        ([("a", "50", ""), ("b", "50.001", "100")], ["b"]),
        ([("a", "50", "100"), ("b", "50.001", "0")], ["b"]),
    ],
)
def test_what_belongs_together(drafting: Drafting, rows: list[tuple[str, str, str]], names: list[str]) -> None:
    lines = [(name, "gepard", lat, "30", error) for name, lat, error in rows]
    found = scenario(drafting(as_csv(lines, ",", ("name", "system", "lat", "lon", "error_m"))))
    assert [unit.name for unit in found.units] == names


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [
        (("pictured", "2023-01-01"), ("reported", "2023-05-01"), "a"),
        (("reported", "2023-05-01"), ("verified", "2023-01-01"), "b"),
        (("pictured", "2023-01-01"), ("pictured", "2023-05-01"), "b"),
        (("pictured", "2023-01-01"), ("pictured", "2023-01"), "a"),
        (("pictured", ""), ("pictured", ""), "a"),
    ],
)
def test_equal_errors_go_by_status_then_by_date(
    drafting: Drafting, first: tuple[str, str], second: tuple[str, str], taken: str
) -> None:
    rows = [("a", "gepard", "50", "30", *first), ("b", "gepard", "50", "30", *second)]
    (unit,) = scenario(drafting(as_csv(rows, ",", ("name", "system", "lat", "lon", "status", "date")))).units
    assert unit.name == taken


def test_a_merge_is_as_surely_identified_as_its_surest_sighting(drafting: Drafting) -> None:
    rows = [("gepard", "50", "30", word) for word in ("possible", "", "sure", "likely")]
    (unit,) = scenario(drafting(as_csv(rows, ",", ("system", "lat", "lon", "identified")))).units
    assert unit.evidence.identified == "sure"


@pytest.mark.parametrize(
    ("cells", "status", "admiralty", "central"),
    [
        ([("pictured", ""), ("", "A1")], "pictured", "A1", 0.95),
        ([("pictured", ""), ("", "B3")], "pictured", "", 0.85),
        ([("", "C2"), ("", "D1")], "reported", "D1", 0.95),
        # The picture is doubtful by its own code: what is left is the report.
        ([("pictured", "D4"), ("reported", "")], "pictured", "", 0.6),
        ([("assumed", ""), ("claimed", "")], "claimed", "", 0.5),
        ([("assumed", ""), ("assumed", "")], "assumed", "", None),
    ],
)
def test_a_merge_is_as_likely_to_be_there_as_its_best_sighting(
    drafting: Drafting, cells: list[tuple[str, str]], status: str, admiralty: str, central: float | None
) -> None:
    rows = [("gepard", "50", "30", *each) for each in cells]
    drafted = drafting(as_csv(rows, ",", ("system", "lat", "lon", "status", "admiralty")))
    (unit,) = scenario(drafted).units
    assert (unit.evidence.status, unit.evidence.admiralty) == (status, admiralty)
    assert (unit.presence and unit.presence.value) == central
    dropped = {code for _, code in cells if code} - {admiralty}
    assert ("Not carried over" in drafted.text) == bool(dropped)


def test_a_unit_without_a_name_gets_one_that_is_free(drafting: Drafting) -> None:
    rows = [
        ("", "50"),
        ("Gepard 2", "51"),
        ("", "52"),
        ("Post", "53"),
        ("Post", "54"),
        ("x" * 80, "55"),
        ("x" * 80, "56"),
    ]
    lines = [(name, "gepard", lat, "30") for name, lat in rows]
    drafted = drafting(as_csv(lines, ",", ("name", "system", "lat", "lon")))
    names = [unit.name for unit in scenario(drafted).units]
    title = catalogue.system("gepard").name
    assert names == [f"{title} 1", "Gepard 2", f"{title} 2", "Post", "Post 2", "x" * 80, "x" * 78 + " 2"]
    assert 'The file calls it "Post", as it calls another unit.' in drafted.text


def test_what_was_not_read_or_not_said_is_told(drafting: Drafting) -> None:
    drafted = drafting("system,lat,lon,Colour,,id,status\nGepard,50,30,green,x,,pictured\nGepard,51,30,,,7,\n")
    told = "\n".join(drafted.told)
    assert 'Not read: "Colour", "a column without a name", "id".' in told
    assert "No status is said, so it is taken as reported: line 3." in told
    assert "status: reported" in drafted.text
    assert "# not said in the file" in drafted.text
    assert "Nothing is merged" in told


# --- cells ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("date", "2023-01-20T22:15:00Z", "seen: 2023-01-20"),
        ("date", "2023-01-20 22:15", "seen: 2023-01-20"),
        ("date", "2023-01-20T22:15:00.000+03:00", "seen: 2023-01-20"),
        ("date", "20.1.2023", "seen: 2023-01-20"),
        ("date", "2023", "seen: 2023"),
        ("status", "Pictured", "status: pictured"),
        ("identified", "SURE", "identified: sure"),
        ("admiralty", "b-2", "admiralty: B2"),
        ("accuracy", "0.5 km", "position_error: 500 m"),
        ("accuracy_km", "1.25", "position_error: 1.25 km"),
        ("Error [ft]", "100", "position_error: 30.48 m"),
        ("height_m", "40", "mounted: 40 m"),
        ("mounted", "Ground", "mounted: ground"),
        ("mounted", "12 m", "mounted: 12 m"),
        ("roof", "30 m", "mounted: {roof: 30 m}"),
        ("floors", "9", "mounted: {floors: 9}"),
        ("archive", "sha256:00ff", 'archived: "sha256:00ff"'),
        ("source", "Seen at https://example.org/a, yes", 'title: "Seen at, yes"'),
        ("source", "https://example.org/a", 'address: "https://example.org/a"'),
        ("url", "example.org/a", "title: example.org/a"),
        ("source", "Телеграм", "  source:"),
        ("source", "z" * 200, f'title: "{"z" * 159}…"'),
        ("network", "no", 'network: "no"'),
    ],
)
def test_cells_as_people_write_them(drafting: Drafting, key: str, text: str, expected: str) -> None:
    drafted = drafting(as_csv([("gepard", "50", "30", text)], ",", ("system", "lat", "lon", key)))
    scenario(drafted)
    assert re.search(rf"^ *(- )?{re.escape(expected)}( +#.*)?\"?$", drafted.text, re.MULTILINE), drafted.text


@pytest.mark.parametrize(
    "written",
    [
        "55°43'44.04\"N 37°35'24\"E",
        "55.7289 N, 37.59 E",
        "https://www.openstreetmap.org/?mlat=55.7289&mlon=37.59#map=17/55.7289/37.59",
        "geo:55.7289,37.59",
    ],
)
def test_a_position_in_any_form_that_a_scenario_reads(drafting: Drafting, written: str) -> None:
    cell = '"' + written.replace('"', '""') + '"'
    (unit,) = scenario(drafting(f"system,position\ngepard,{cell}\n")).units
    assert degrees(unit.at) == pytest.approx((55.7289, 37.59), abs=1e-5)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("pantsir-s1", "pantsir-s1"),
        ("Pantsir-S1", "pantsir-s1"),
        ("PANTSIR S1", "pantsir-s1"),
        ("Pantsir-S1 (SA-22)", "pantsir-s1"),
        ("SA-22", "pantsir-s1"),
        ("SA 22 Greyhound", "pantsir-s1"),
        ("96K6 Pantsir", "pantsir-s1"),
        ("96K6", "pantsir-s1"),
        ("Панцирь-С1", "pantsir-s1"),
        ("ЗРПК Панцирь-С1", None),
        ("Tor-M2", "tor-m2"),
        ("9K332", "tor-m2"),
        ("Flakpanzer Gepard", "gepard"),
        ("Gepard", "gepard"),
        ("Pantsir", None),
        ("Pantsir-S1M", None),
        ("Pantsir-S1 dummy", None),
        ("Tor", None),
        ("S1", None),
        ("22", None),
        ("", None),
        ("../../etc/passwd", None),
        ("a " * 500, None),
    ],
)
def test_a_system_by_its_names_and_never_by_a_guess(text: str, key: str | None) -> None:
    if key is not None:
        assert system_key(text) == key
        return
    with pytest.raises(ValueError, match="is no system of the catalogue"):
        system_key(text)


def test_an_unknown_system_is_answered_with_its_neighbours() -> None:
    with pytest.raises(ValueError) as caught:
        system_key("Pantsir")
    assert "Pantsir-S1" in caught.value.remedy("system")  # type: ignore[attr-defined]


def test_a_name_of_several_systems_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from crenel.inputs.sightings import systems

    two = (systems._entry("tor-m1", "Tor-M1 (SA-15)"), systems._entry("tor-m2", "Tor-M2 (SA-15)"))
    monkeypatch.setattr(systems, "_entries", lambda: two)
    assert systems.system_key("9K331 Tor") == "tor-m1"
    with pytest.raises(ValueError, match=r"\"SA-15\" may be any of tor-m1, tor-m2"):
        systems.system_key("SA-15")
    assert not systems.is_system("SA-15")


def test_a_name_of_two_letters_belongs_to_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    from crenel.inputs.sightings import systems

    monkeypatch.setattr(systems, "_entries", lambda: (systems._entry("ab-s1", "Alpha-Beta (S1)"),))
    assert systems.system_key("Alpha Beta") == "ab-s1"
    with pytest.raises(ValueError, match="is no system"):
        systems.system_key("S1")


def test_sources_have_keys_that_nobody_else_has(drafting: Drafting, monkeypatch: pytest.MonkeyPatch) -> None:
    published = {**catalogue.sources(), "janes": Source("janes", "A yearbook")}
    monkeypatch.setattr(catalogue, "sources", lambda: published)
    rows = [("gepard", str(50 + n), "30", said) for n, said in enumerate(["Janes", "Janes", "JANES", "Жанес", "null"])]
    found = scenario(drafting(as_csv(rows, ",", ("system", "lat", "lon", "source"))))
    keys = [unit.evidence.source for unit in found.units]
    assert keys == ["janes-2", "janes-2", "janes-3", "source", "null"]
    assert [found.sources[key].title for key in keys] == ["Janes", "Janes", "JANES", "Жанес", "null"]


@pytest.mark.parametrize("key", system_keys())
def test_every_entry_is_found_by_its_key_and_its_name(key: str) -> None:
    name = catalogue.shipped().entry(key).name
    assert system_key(key) == system_key(name) == system_key(name.upper()) == key


def test_a_placemark_that_is_called_like_a_system_is_of_it(drafting: Drafting) -> None:
    point = "<Point><coordinates>37.6,55.7</coordinates></Point>"
    (unit,) = scenario(drafting(f"<kml><Placemark><name>SA-22</name>{point}</Placemark></kml>", "a.kml")).units
    assert (unit.name, unit.system.key) == ("Pantsir-S1 1", "pantsir-s1")


# --- what is refused --------------------------------------------------------------------------------------------------


def refused(drafting: Drafting, content: str | bytes, name: str = "seen.csv") -> list[str]:
    with pytest.raises(InputError) as caught:
        drafting(content, name)
    lines = str(caught.value).splitlines()
    for line in lines:
        assert re.search(r"[.?!]$", line), line
    return lines


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Pantsr-S1,55,37,,,", r"\"Pantsr-S1\" is no system of the catalogue\. Did you mean \"Pantsir-S1\""),
        (",55,37,,,", r"does not say which system it is of\. Fill in \"system\""),
        ("gepard,,,,,", r"has no position\. Fill in \"lat\" and \"lon\""),
        ("gepard,55,,,,", r"'lat, lon' wants two numbers, latitude and longitude, not 1"),
        ("gepard,north,37,,,", r"'lat, lon' wants a position, not \"north, 37\""),
        ("gepard,137,37,,,", r"'lat, lon' has the latitude 137.*look swapped"),
        ("gepard,55,37,20/01/2023,,", r"'date' wants a date as year-month-day.*\"20/01/2023\".*\"date: 2023-01-20\""),
        ("gepard,55,37,2023-02-30,,", r"'date' wants a date"),
        ("gepard,55,37,,photo,", r"'status' wants one of a few words, not \"photo\".*official, verified"),
        (
            "gepard,55,37,,,300",
            r"'accuracy' has no unit \(\"300\"\)\. Write \"300 m\", or call the column \"accuracy_m\"",
        ),
        ("gepard,55,37,,,300 kg", r"'accuracy' wants a length, not a mass"),
        ("gepard,55,37,,,-5 m", r"'accuracy' wants a length, not a negative one"),
        ("gepard,55,37,,,1 m,2,3", r"the line has 8 cells, and the line of column names 6\. Put a cell that holds"),
    ],
)
def test_a_row_with_one_mistake(drafting: Drafting, row: str, message: str) -> None:
    table = f"system,lat,lon,date,status,accuracy\ngepard,55,37,,,\n\n{row}\n"
    (line,) = refused(drafting, table)
    assert re.search(rf"seen\.csv:4: .*{message}", line), line


@pytest.mark.parametrize(
    ("header", "cells", "message"),
    [
        ("name", "x" * 81, r"'name' wants a name of 1 to 80 characters"),
        ("name", "a\u200bb", r"'name' wants a name of 1 to 80 characters"),
        ("Admiralty", "2B", r"'Admiralty' wants an Admiralty code.*Write the letter first: \"B2\""),
        ("identified", "maybe", r"'identified' wants one of a few words"),
        ("floors", "9.5", r"'floors' wants a whole number"),
        ("roof", "yes", r"'roof' wants a length|'roof' wants a height"),
        ("floors,height_m", "9,40", r"\"height_m\" and \"floors\" both say what it stands on"),
        ("seen,date", "2023-01-19,2023-01-20", r"\"seen\" and \"date\" both say the seen, and differ"),
        ("position", "[56 N 38 E]", r"says two positions, \d\d\d?,\d+ m apart\. Keep one"),
    ],
)
def test_a_cell_with_a_mistake(drafting: Drafting, header: str, cells: str, message: str) -> None:
    (line,) = refused(drafting, f"system,lat,lon,{header}\ngepard,55,37,{cells}\n")
    assert re.search(rf"seen\.csv:2: .*{message}", line), line


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(drafting: Drafting) -> None:
    table = 'system,lat,lon,note\nRadar,55,37,"two\nlines"\ngepard,x,37,\ngepard,55,37,a,b\nFoo,y,37,\ngepard,55,37,\n'
    lines = refused(drafting, table)
    assert [line.partition(": ")[0].rpartition("seen.csv")[2] for line in lines] == [":2", ":4", ":5", ":6", ":6"]
    many = refused(drafting, "system,lat,lon\n" + "Foo,55,37\n" * 50)
    assert len(many) == 11
    assert many[-1].endswith("and 40 more. Mend these first.")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"seen\.csv: the file is empty\. Begin it with a line of column names: \"name,system,"),
        (b"\n \n", r"seen\.csv: the file is empty"),
        (b"system,lat,lon\n", r"seen\.csv: the file holds no sightings"),
        (b"\nGepard,55,37\n", r"seen\.csv:2: no column here has a name that is known \(\"Gepard\", \"55\""),
        (b"lat,lon\n55,37\n", r"seen\.csv:1: there is no column for the system \(\"lat\", \"lon\"\)\. Add"),
        (b"system,lat\nGepard,55\n", r"seen\.csv:1: there is no column for the position"),
        (b'system,lat,lon\nGepard,55,37\n"Gepard,55,37\n', r"seen\.csv:3: the table cannot be read from here on"),
        (b'system,lat,lon\n"Gep"ard,55,37\n', r"seen\.csv:2: the table cannot be read"),
        (b"system,lat,lon\nGepard,55\x00,37\n", r"seen\.csv:2: .*NUL"),
        ("system,lat,lon\nGepard,55,37\né,,\n".encode("latin-1"), r"seen\.csv:3:1: the file is not UTF-8"),
        ("system,lat,lon\n".encode("utf-16"), r"seen\.csv.*NUL"),
        (b"PK\x03\x04\x00\x00", r"NUL"),
        (b"system,lat,lon\n" + b"x" * 2_000_001, r"seen\.csv: the file is larger than 2 MB"),
        (b"system,lat,lon,note\ngepard,55,37," + b"x" * 140_000 + b"\n", r"seen\.csv:2: the table cannot be read"),
        (b"system" * 30_000 + b"\nGepard", r"seen\.csv:1: the table cannot be read"),
        (b"system,lat,lon,note\ngepard,55,37," + b"x" * 20_000 + b"\n", r"seen\.csv:2: 'note' is longer than 10,000"),
        (b"system,lat,lon\n" + b"gepard,55,37\n" * 10_001, r"seen\.csv: the file holds more than 10,000 sightings"),
        (b"system,lat,lon\nGepard,0,0\nGepard,0,60\n", r"seen\.csv: the sightings reach 3,336 km from their middle"),
        (
            b"system,lat,lon\n" + b"".join(b"gepard,%.3f,30\n" % (50 + n / 200) for n in range(1001)),
            r"the sightings make 1,001 units; a scenario holds 1,000",
        ),
    ],
)
def test_a_table_that_is_refused_as_a_whole(drafting: Drafting, content: bytes, message: str) -> None:
    (line,) = refused(drafting, content)
    assert re.search(message, line), line


def test_a_path_that_is_no_file_of_sightings(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for name, message in [
        ("folder.csv", "this is a folder"),
        ("none.csv", r"none\.csv: there is no such file"),
        ("seen.xlsx", r"Save the sheet as CSV \(UTF-8\)"),
        ("seen.pdf", r"Name a file that ends in \.csv, .* or \.kmz"),
        ("seen", r"Name a file that ends in"),
        ("a\0b.csv", "cannot be read|no such file"),
    ]:
        with pytest.raises(InputError, match=message):
            draft(tmp_path / name)


POINT = '{"type": "Point", "coordinates": [37, 55]}'


def collection(*features: str, more: str = "") -> str:
    return f'{{"type": "FeatureCollection", {more} "features": [\n' + ",\n".join(features) + "]}"


def feature(geometry: str = POINT, properties: str = '{"system": "gepard"}') -> str:
    return f'{{"type": "Feature", "geometry": {geometry}, "properties": {properties}}}'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", r"seen\.json: this is not a GeoJSON FeatureCollection"),
        ("{", r"seen\.json:1:2: this is broken JSON"),
        (feature(), r"this is not a GeoJSON FeatureCollection\. Begin it with"),
        ('{"type": "FeatureCollection"}', r"has no list of features"),
        (collection(), r"seen\.json: the file holds no sightings"),
        ("[" * 100_000, r"brackets nest too deep|broken JSON"),
        (collection(feature(properties='{"system": NaN}')), r"broken JSON: NaN is no number"),
        (collection(feature(properties='{"a": 1, "a": 2}')), r"the key \"a\" stands twice"),
        (collection(feature(), "7"), r"seen\.json \(feature 2\): this is not a feature"),
        (collection(feature("null")), r"seen\.json \(feature 1\): this feature has no geometry\. Export points"),
        (collection(feature('{"type": "Polygon", "coordinates": []}')), r"the geometry \"Polygon\", which is no point"),
        (collection(feature('{"type": "Point", "coordinates": []}')), r"the coordinates are not two numbers"),
        (collection(feature('{"type": "Point", "coordinates": ["37", "55"]}')), r"the coordinates are not two numbers"),
        (collection(feature('{"type": "Point", "coordinates": [true, 55]}')), r"the coordinates are not two numbers"),
        (collection(feature('{"type": "Point", "coordinates": [55, 137]}')), r"look swapped: longitude comes first"),
        (collection(feature('{"type": "Point", "coordinates": [4187000, 7509000]}')), r"degrees \(WGS 84, EPSG:4326\)"),
        (collection(feature('{"type": "Point", "coordinates": [1e999, 0]}')), r"no longitude and latitude in degrees"),
        (collection(feature('{"type": "Point", "coordinates": [%s, 0]}' % ("9" * 5000))), r"no longitude|two numbers"),
        (collection(feature(properties="[]")), r"the properties are not keys and values"),
        (collection(feature(properties="{}")), r"seen\.json \(feature 1\): this sighting does not say which system"),
        (collection(feature(properties='{"system": ["gepard"]}')), r"does not say which system"),
        (collection(feature(properties='{"system": "gepard", "lat": 54, "lon": 37}')), r"says two positions"),
        (
            collection(feature(), more='"crs": {"type": "name", "properties": {"name": "EPSG:3857"}},'),
            r"the file is in the projection \"EPSG:3857\"\. Export it again in degrees",
        ),
        (collection(feature(), more='"crs": 7,'), r"the projection that has no name"),
    ],
)
def test_geojson_that_is_refused(drafting: Drafting, content: str, message: str) -> None:
    (line,) = refused(drafting, content, "seen.json")
    assert re.search(message, line), line


def test_geojson_of_degrees_may_say_so(drafting: Drafting) -> None:
    for name in ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"):
        more = f'"crs": {{"type": "name", "properties": {{"name": "{name}"}}}},'
        assert len(scenario(drafting(collection(feature(), more=more), "seen.geojson")).units) == 1
    drafted = drafting(
        collection(feature('{"type": "Point", "coordinates": [37, 55, 120.5]}', '{"system": "gepard", "a": [1]}')),
        "seen.geojson",
    )
    assert 'Not read: "altitude of the point", "a".' in drafted.told


def placemark(inner: str = "<Point><coordinates>37,55</coordinates></Point>", name: str = "Gepard") -> str:
    return f"<Placemark><name>{name}</name>{inner}</Placemark>"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"seen\.kml:1:1: this is broken XML: no element found"),
        ("<kml><Placemark></kml>", r"seen\.kml:1:\d+: this is broken XML: mismatched tag"),
        ("<html></html>", r"seen\.kml: this is XML, but no KML"),
        ("<kml></kml>", r"seen\.kml: the file holds no sightings"),
        ("\n<!DOCTYPE kml><kml/>", r"seen\.kml:2: a document type .* is not read\. Delete it"),
        (
            '<!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><kml>&b;</kml>',
            r"seen\.kml:1: a document type",
        ),
        ('<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml>&a;</kml>', r"a document type"),
        ("<kml>&other;</kml>", r"broken XML: undefined entity"),
        ("<kml>" + "<Folder>" * 60, r"elements nest deeper than 50"),
        ("<kml>" + "<a/>" * 200_001 + "</kml>", r"the file holds too many elements"),
        (f"<kml>\n\n{placemark('')}</kml>", r"seen\.kml:3 \(placemark 1\): the placemark \"Gepard\" has no point"),
        (f"<kml>{placemark()}\n{placemark('<Point/>')}</kml>", r"seen\.kml:2 \(placemark 2\): the coordinates \"\""),
        (f"<kml>{placemark('<Point><coordinates>a,b</coordinates></Point>')}</kml>", r"are not two numbers"),
        (f"<kml>{placemark('<Point><coordinates>nan,nan</coordinates></Point>')}</kml>", r"are not two numbers"),
        (f"<kml>{placemark('<Point><coordinates>55,137</coordinates></Point>')}</kml>", r"look swapped"),
        (f"<kml>{placemark(name='Roof')}</kml>", r"does not say which system"),
        ('<?xml version="1.0" encoding="utf-7"?><kml/>', r"seen\.kml.*(can be read|broken XML)"),
        ('<?xml version="1.0" encoding="nonsense"?><kml/>', r"seen\.kml.*(can be read|broken XML)"),
        ("<kml>" + "x" * 2_000_001 + "</kml>", r"seen\.kml: the file is larger than 2 MB"),
    ],
)
def test_kml_that_is_refused(drafting: Drafting, content: str, message: str) -> None:
    (line,) = refused(drafting, content, "seen.kml")
    assert re.search(message, line), line


def test_kml_is_read_wherever_its_placemarks_stand(drafting: Drafting) -> None:
    inner = (
        "<description>&lt;b&gt;near&lt;/b&gt; the bridge</description>"
        "<ExtendedData><SchemaData><SimpleData name='network'>city</SimpleData></SchemaData></ExtendedData>"
        "<TimeSpan><begin>2023</begin></TimeSpan><Point><coordinates>37,55,100</coordinates></Point>"
    )
    text = f"<k:kml xmlns:k='x'><k:NetworkLink/><Folder><Folder>{placemark(inner)}</Folder></Folder></k:kml>"
    drafted = drafting(text.encode("utf-16"), "seen.kml")
    (unit,) = scenario(drafted).units
    assert (unit.network, unit.evidence.note) == ("city", "near the bridge")
    assert drafted.told[-1] == ('Not read: "altitude of the point", "TimeSpan", "NetworkLink (never opened)".')


def zipped(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


def locked(packed: bytes) -> bytes:
    """An archive that says of its members that they are encrypted."""
    return packed.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )


KML = f"<kml>{placemark()}</kml>".encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"seen\.kmz: this is not a KMZ that can be read"),
        (b"PK\x03\x04broken", r"this is not a KMZ that can be read"),
        (zipped(("a.txt", b"a")), r"the archive holds no \.kml file"),
        (zipped(("a.kml", KML), ("b.kml", KML)), r"the archive holds 2 \.kml files and no doc\.kml"),
        (zipped(("doc.kml", b"<kml>" + b" " * 500_000_000 + b"</kml>")), r"seen\.kmz/doc\.kml: the KML is larger than"),
        (zipped(*((f"{n}.kml", b"") for n in range(1001))), r"the archive holds more than 1,000 files"),
        (zipped(("doc.kml", b"\n<kml>")), r"seen\.kmz/doc\.kml:2:\d+: this is broken XML"),
        (zipped(("doc.kml", KML))[:-60], r"this is not a KMZ that can be read"),
        (locked(zipped(("doc.kml", KML))), r"seen\.kmz: the archive is locked with a password"),
        (zipped(("doc.kml", KML)) + b" " * 10_000_001, r"seen\.kmz: the file is larger than 10 MB"),
    ],
    ids=["empty", "broken", "no kml", "two kml", "bomb", "many", "broken xml", "cut", "locked", "large"],
)
def test_kmz_that_is_refused(drafting: Drafting, content: bytes, message: str) -> None:
    (line,) = refused(drafting, content, "seen.kmz")
    assert re.search(message, line), line


def test_a_name_in_an_archive_leads_nowhere(drafting: Drafting, tmp_path: Path) -> None:
    (unit,) = scenario(drafting(zipped(("../../evil.kml", KML)), "seen.kmz")).units
    assert unit.system.key == "gepard"
    assert [path.name for path in tmp_path.iterdir()] == ["seen.kmz"]
    assert not list(tmp_path.parents[1].glob("evil*"))


# --- whatever is written in it ----------------------------------------------------------------------------------------

WORDS = ["- a", "a: b", "#x", "null", "~", "yes", "'", '"', "''", "\\n", "{a}", "[b]", "*c", "&d", "!e", "%f", "@g"]
WORDS += [
    "|",
    ">",
    "---",
    "...",
    "1e3",
    "12",
    "2023-01-20",
    "é",
    "Пункт",
    "🛰",
    "a  b",
    "x'y\"z",
    "\\",
    ": ",
    "? q",
    "a #b",
]

ODD = st.lists(st.sampled_from(WORDS) | st.text(min_size=1, max_size=8), min_size=1, max_size=4).map(" ".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=ODD, network=ODD, source=ODD, note=ODD)
def test_odd_words_arrive_as_they_were_written(
    drafting: Drafting, name: str, network: str, source: str, note: str
) -> None:
    properties = {"system": "gepard", "name": name, "network": network, "source": source, "note": note}
    content = collection(feature(properties=json.dumps(properties)), feature(properties=json.dumps(properties)))
    try:
        drafted = drafting(content, "seen.geojson")
    except InputError as error:
        # A name may not hold what cannot be shown; a lone surrogate is no text at all.
        said = str(error)
    else:
        said = ""
    if said:
        assert "wants a name" in said or "not valid Unicode" in said, said
        return
    (unit,) = scenario(drafted).units
    assert unit.name == " ".join(name.split()) or (not name.split() and unit.name.endswith(" 1"))
    assert unit.network == " ".join(network.split())
    shown = "".join(letter if letter.isprintable() else "·" for letter in " ".join(note.split()))
    assert unit.evidence.note.endswith(shown)
    assert max(map(len, drafted.text.splitlines())) < 400


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.integers(0, 10_000),
    piece=st.sampled_from(["", ",", '"', "\n", ";", "<", ">", "&", "{", "]", "\0", "9" * 400, "\ud800", "🛰", "-"]),
    kind=st.sampled_from(["csv", "geojson", "kml", "kmz"]),
    n_cut=st.integers(0, 30),
)
def test_a_spoilt_file_never_ends_in_anything_but_an_answer(
    drafting: Drafting, at: int, piece: str, kind: str, n_cut: int
) -> None:
    whole = {"csv": as_csv, "geojson": as_geojson, "kml": as_kml, "kmz": as_kml}[kind](SIX)
    data = as_kmz(whole) if kind == "kmz" else whole.encode()
    place = at % len(data)
    data = data[:place] + piece.encode("utf-8", "surrogatepass") + data[place + n_cut :]
    try:
        drafted = drafting(data, f"seen.{kind}")
    except InputError:
        return
    assert scenario(drafted).units
