"""Whose data it is: in the summary, the manifest and the question's hash; what states no licence is marked."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import crenel
from crenel.core.records import Bracket, BuildingFiles, CrenelError, LandFiles, RasterTerrain, Scenario
from crenel.places.sources import GLO30
from crenel.results import identity
from crenel.results.credits import credit_line, credit_rows, files_hash, terrain_name, unlicensed
from crenel.results.placards import placards
from crenel.results.summary import grounds


def _bracket(value: float) -> Bracket:
    return Bracket(value, value, value, figure="buildings.floor", unit="m", grade="assumption")


@pytest.fixture
def place_files(tmp_path: Path) -> dict[str, str]:
    names = ("a.tif", "b.tif", "b.tif.aux.xml", "dtm.tif", "city.shp", "city.dbf", "land.geojson")
    for name in names:
        (tmp_path / name).write_text(name)
    return {name: str(tmp_path / name) for name in names}


@pytest.fixture
def asked(place_files: dict[str, str]) -> Scenario[Bracket]:
    scenario = crenel.load("moscow-rooftops")
    terrain = RasterTerrain(
        (place_files["a.tif"], place_files["b.tif"]),
        model="surface",
        ground=(place_files["dtm.tif"],),
        attribution="© DLR",
        licence="Copernicus",
    )
    buildings = BuildingFiles(
        (place_files["city.shp"],), replace(_bracket(9.0), figure="buildings.height_missing"), _bracket(3.25)
    )
    land = LandFiles((place_files["land.geojson"],), attribution="© OpenStreetMap contributors")
    return replace(scenario, place=replace(scenario.place, terrain=terrain, buildings=buildings, land=land))


TOLD: dict[str, Any] = {
    "model": "surface",
    "zero": "ground",
    "datum": "EGM2008",
    "buildings": {
        "n": 3,
        "with_height": 1,
        "from_floors": 0,
        "assumed": 2,
        "sentence": "3 buildings: …",
        "hide": False,
    },
}


def test_credits_by_what_they_are_for(asked: Scenario[Bracket]) -> None:
    assert credit_rows(asked) == [
        {
            "what": "terrain",
            "files": ["a.tif", "b.tif", "dtm.tif"],
            "attribution": "© DLR",
            "licence": "Copernicus",
        },
        {"what": "buildings", "files": ["city.shp"], "attribution": "", "licence": ""},
        {"what": "land", "files": ["land.geojson"], "attribution": "© OpenStreetMap contributors", "licence": ""},
    ]
    assert credit_line(asked) == (
        "terrain: © DLR (Copernicus); buildings: no credit stated (licence not stated: not for publishing); "
        "land: © OpenStreetMap contributors (licence not stated: not for publishing)"
    )
    assert terrain_name(asked) == "a.tif, b.tif"
    assert credit_rows(crenel.load("moscow-rooftops")) == []
    assert credit_line(crenel.load("cumberland")).startswith("terrain: U.S. Geological Survey")


def test_a_licence_is_named_in_short_and_one_credit_for_several_parts_once(asked: Scenario[Bracket]) -> None:
    place = asked.place
    assert isinstance(place.terrain, RasterTerrain)
    assert place.buildings is not None
    assert place.land is not None
    osm = {
        "attribution": "© OpenStreetMap contributors",
        "licence": "ODbL 1.0: https://www.openstreetmap.org/copyright",
    }
    licences = (GLO30.licence, "public domain where it is SRTM; other sources ask for credit: https://x.example")
    lines = []
    for licence in licences:
        changed = replace(
            place,
            terrain=replace(place.terrain, licence=licence),
            buildings=replace(place.buildings, **osm),
            land=replace(place.land, **osm),
        )
        lines.append(credit_line(replace(asked, place=changed)))
    assert lines == [
        f"terrain: © DLR ({told}); buildings, land: © OpenStreetMap contributors (ODbL 1.0)"
        for told in ("free of charge for anyone, with this notice", "public domain where it is SRTM")
    ]


def test_what_states_no_licence_is_marked(asked: Scenario[Bracket]) -> None:
    marked = unlicensed(asked)
    assert [line.split(" (")[0] for line in marked] == [
        "Licence not stated, so not for publishing: buildings",
        "Licence not stated, so not for publishing: land",
    ]
    assert set(marked) <= set(placards(asked, told=TOLD))
    assert unlicensed(crenel.load("cumberland")) == []


def test_the_summary_and_the_manifest_hold_the_credits(asked: Scenario[Bracket]) -> None:
    place = grounds(asked, notes=("one",), told=TOLD, outside_m=())["place"]
    assert place["data"] == credit_rows(asked)
    assert place["attribution"] == credit_line(asked)
    assert (place["model"], place["heights_above"], place["datum"]) == ("surface", "ground", "EGM2008")
    assert place["buildings"]["assumed"] == 2
    manifest = identity.manifest(asked, {}, replicates=16, n_passes=64, tables="")
    assert manifest["data"] == credit_rows(asked)


def test_another_content_of_any_file_is_another_question(asked: Scenario[Bracket], place_files: dict[str, str]) -> None:
    hashes = {files_hash(asked)}
    for number, path in enumerate(place_files.values()):
        Path(path).write_text(f"other {number}")
        hashes.add(files_hash(asked))
    assert len(hashes) == 1 + len(place_files)
    assert files_hash(crenel.load("moscow-rooftops")) is None
    swapped = replace(asked.place.terrain, paths=asked.place.terrain.paths[::-1])
    assert files_hash(replace(asked, place=replace(asked.place, terrain=swapped))) not in hashes


def test_a_file_that_is_gone_is_named(asked: Scenario[Bracket], place_files: dict[str, str]) -> None:
    Path(place_files["b.tif"]).unlink()
    with pytest.raises(CrenelError, match=r"b\.tif: cannot be read"):
        files_hash(asked)


def test_where_files_lie_is_no_part_of_the_question(asked: Scenario[Bracket]) -> None:
    record = identity.case_record(asked)["place"]
    assert record["terrain"]["paths"] == ["a.tif", "b.tif"]
    assert record["terrain"]["ground"] == ["dtm.tif"]
    assert record["buildings"]["paths"] == ["city.shp"]
    assert record["buildings"]["height_missing_m"] == 9.0
    assert record["land"]["paths"] == ["land.geojson"]


def test_what_heights_above_ground_mean_is_told(asked: Scenario[Bracket]) -> None:
    def told(**changes: Any) -> str:
        return "\n".join(placards(asked, told=TOLD | changes))

    assert "hide as the surface model a.tif, b.tif shows them" in told()
    assert "what flies 60 m above ground here flies 60 m above them" in told(zero="surface")
    assert "is bare ground: trees hide nothing" in told(model="ground")
    assert "only where the heights in a.tif, b.tif include them" in told(model="unknown")
    assert "How high buildings are taken to be: 3 buildings: …. They hide as the surface model shows them." in told()
    flat = replace(asked, place=crenel.load("moscow-rooftops").place)
    assert "but for the buildings that its files hold" in "\n".join(placards(flat, told=TOLD))
