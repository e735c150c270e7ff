from dataclasses import replace

from crenel.core.records import RasterTerrain, Unit
from crenel.results.placards import placards
from unit.studies import fake


def test_flat_ground_says_what_it_hides() -> None:
    found = placards(fake.scenario(), outside_m=[0.0, 12_000.0])
    text = "\n".join(found)
    assert found[0] == "These 2 units alone; others may exist."
    assert "not predicted" in found[1]
    assert "flat at 150 m" in text
    assert "0.1 to 0.8, an assumption at worst" in text
    assert "1 seen in pictures, 1 reported; last seen between 2023-01-19 and 2023-01-20" in text
    assert "None is officially acknowledged" in text
    assert "radar echo of Moped is taken as 0.1 m² (0.05 to 0.15 m²), a second-hand compilation" in text
    assert "Missiles: 12 km of the way" in text
    assert "Drones:" not in text


def test_terrain_repeats_what_was_done_to_it() -> None:
    asked = fake.scenario()
    asked = replace(asked, place=replace(asked.place, terrain=RasterTerrain("dem.tif")))
    found = placards(asked, notes=("3 voids filled",))
    assert "Terrain: 3 voids filled" in found
    assert not any("flat" in line for line in found)


def test_units_that_cannot_shoot_at_what_comes() -> None:
    asked = fake.scenario()

    def unarmed(unit: Unit) -> Unit:  # type: ignore[type-arg]
        return replace(unit, system=replace(unit.system, missile=None, gun=None))

    found = placards(replace(asked, units=tuple(unarmed(unit) for unit in asked.units)))
    assert any("No weapon of these units" in line for line in found)
