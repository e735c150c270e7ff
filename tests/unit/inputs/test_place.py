"""The place of a scenario: which files, what of, and what is assumed about buildings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crenel.core.records import Bracket, LandFiles, RasterTerrain, Scenario, Span
from crenel.inputs import read

Spoiled = Callable[..., str]


@pytest.fixture
def place_of(spoiled: Spoiled, tmp_path: Path) -> Callable[..., Any]:
    """The place of the test scenario with other words for terrain and buildings, in a folder that holds such files."""
    for name in ("a.tif", "b.tif", "dtm.tif", "city.geojson", "town.gpkg", "land.geojson"):
        (tmp_path / name).touch()
    (tmp_path / "tiles").mkdir()
    for name in ("N2.tif", "N1.tif", "readme.txt", "N3.hgt"):
        (tmp_path / "tiles" / name).touch()

    def reading(terrain: str = "flat 150 m", buildings: str = "buildings: none") -> Any:
        text = spoiled(("flat 150 m", terrain), ("buildings: none", buildings))
        scenario: Scenario[Bracket] = read(text, name="test", folder=tmp_path)
        return scenario.place

    return reading


def _names(paths: tuple[str, ...]) -> list[str]:
    assert all(Path(path).is_absolute() for path in paths)
    return [Path(path).name for path in paths]


def test_one_file_several_or_a_folder_of_them(place_of: Callable[..., Any]) -> None:
    for written, names in (
        ("a.tif", ["a.tif"]),
        ("[b.tif, a.tif]", ["b.tif", "a.tif"]),
        ("{file: a.tif}", ["a.tif"]),
        ("{file: [b.tif, a.tif, b.tif]}", ["b.tif", "a.tif"]),
        ("tiles", ["N1.tif", "N2.tif", "N3.hgt"]),
        ("{file: [a.tif, tiles]}", ["a.tif", "N1.tif", "N2.tif", "N3.hgt"]),
    ):
        assert _names(place_of(written).terrain.paths) == names


def test_every_key_of_the_terrain_arrives(place_of: Callable[..., Any]) -> None:
    terrain = place_of(
        "{file: a.tif, model: surface, ground: dtm.tif, datum: EGM2008, voids: fill, missing_tiles: sea,"
        ' attribution: "© DLR, Airbus", licence: Copernicus}'
    ).terrain
    assert isinstance(terrain, RasterTerrain)
    assert _names(terrain.ground) == ["dtm.tif"]
    assert (terrain.model, terrain.datum, terrain.voids, terrain.missing_tiles) == ("surface", "EGM2008", "fill", "sea")
    assert (terrain.attribution, terrain.licence) == ("© DLR, Airbus", "Copernicus")
    bare = place_of("a.tif").terrain
    assert (bare.model, bare.ground, bare.voids, bare.missing_tiles) == ("unknown", (), "refuse", "void")


def test_buildings_come_with_declared_assumptions(place_of: Callable[..., Any]) -> None:
    assert place_of().buildings is None
    assert place_of(buildings="buildings: None").buildings is None
    files = place_of(buildings="buildings: city.geojson").buildings
    assert _names(files.paths) == ["city.geojson"]
    missing, floor = files.height_missing_m, files.floor_m
    assert (missing.low, missing.value, missing.high, missing.grade) == (6.0, 9.0, 15.0, "assumption")
    assert (floor.low, floor.value, floor.high, floor.grade) == (3.0, 3.25, 3.5, "assumption")
    assert missing.note
    assert floor.note
    files = place_of(
        buildings="buildings: {file: [city.geojson, town.gpkg], missing: 9..30 m, floor: 4 m, licence: ODbL,"
        " attribution: © OpenStreetMap contributors}"
    ).buildings
    assert _names(files.paths) == ["city.geojson", "town.gpkg"]
    assert (files.height_missing_m.low, files.height_missing_m.value) == (9.0, 16.0)
    assert (files.floor_m.low, files.floor_m.value, files.floor_m.high) == (4.0, 4.0, 4.0)
    assert (files.attribution, files.licence) == ("© OpenStreetMap contributors", "ODbL")
    assert "as the scenario states it" in files.floor_m.note


def test_land(place_of: Callable[..., Any]) -> None:
    place = place_of(buildings="buildings: none, land: {file: land.geojson, licence: ODbL}")
    assert isinstance(place.land, LandFiles)
    assert _names(place.land.paths) == ["land.geojson"]
    assert place_of(buildings="buildings: none, land: none").land is None


def test_a_place_can_be_looked_up_by_what_it_is_made_of(place_of: Callable[..., Any]) -> None:
    """Records are frozen and hashable: a world that was built of one is found again."""
    first, second = (place_of("a.tif", "buildings: city.geojson") for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)
    assert Span(1.0, 2.0) == Span(1.0, 2.0)
