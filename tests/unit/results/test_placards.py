from dataclasses import replace

from crenel.core.records import RasterTerrain, Unit
from crenel.results.placards import LARGEST_THREATS, placards
from unit.studies import fake


def test_entries_from_elsewhere_are_named_with_their_place() -> None:
    asked = fake.scenario()
    assert not any("not from the catalogue" in line for line in placards(asked))
    mine = tuple(replace(unit, system=replace(unit.system, origin="your catalogue (mine)")) for unit in asked.units)
    group = replace(asked.groups[0], threat=replace(asked.groups[0].threat, origin="your catalogue (other)"))
    found = placards(replace(asked, units=mine, groups=(group, asked.groups[1])))
    told = [line for line in found if "not from the catalogue that comes with crenel" in line]
    assert [line.partition(":")[0].partition(",")[0] for line in told] == [
        "From your catalogue (mine)",
        "From your catalogue (other)",
    ]
    assert ": Tower. " in told[0]
    assert ": Moped. " in told[1]


def test_flat_ground_says_what_it_hides() -> None:
    found = placards(fake.scenario(), outside_m=[0.0, 12_000.0])
    text = "\n".join(found)
    assert found[0] == "These 2 units alone; others may exist."
    assert "not predicted" in text
    assert "flat at 150 m" in text
    assert "0.1 to 0.8, an assumption at worst" in text
    assert "1 seen in pictures, 1 reported, last seen between 2023-01-19 and 2023-01-20" in text
    assert "none is officially acknowledged" in text
    assert "Moped 0.1 m² (a second-hand compilation; 0.05 to 0.15)" in text
    assert "12 km of the way of 1 group lie outside the terrain" in text


def test_what_lies_outside_is_told_once_for_all_groups() -> None:
    text = "\n".join(placards(fake.scenario(), outside_m=[10_600.0, 12_000.0]))
    assert text.count("outside the terrain") == 1
    assert "10.6 to 12 km of each way" in text
    assert "outside" not in "\n".join(placards(fake.scenario(), outside_m=[0.0, 0.0]))


def test_nothing_is_said_twice() -> None:
    for scenario in (fake.scenario(), fake.scenario(units=0)):
        found = placards(scenario, outside_m=[1e4, 1e4])
        assert len(set(found)) == len(found)


def test_where_nobody_defends_there_is_no_word_of_shots_or_echoes() -> None:
    text = "\n".join(placards(fake.scenario(units=0)))
    assert text.startswith("No unit at all; others may exist.")
    assert "shot" not in text
    assert "echo" not in text


def test_terrain_repeats_what_was_done_to_it() -> None:
    asked = fake.scenario()
    asked = replace(asked, place=replace(asked.place, terrain=RasterTerrain(("dem.tif",))))
    found = placards(asked, notes=("heights from dem.tif", "3 cells had no height and were filled from around them"))
    assert "Terrain: 3 cells had no height and were filled from around them." in found
    assert not any("heights from" in line for line in found), "what was done without guessing stands with the place"
    assert not any("flat" in line for line in found)


def test_units_that_cannot_shoot_at_what_comes() -> None:
    asked = fake.scenario()

    def unarmed(unit: Unit) -> Unit:  # type: ignore[type-arg]
        return replace(unit, system=replace(unit.system, missile=None, gun=None))

    found = placards(replace(asked, units=tuple(unarmed(unit) for unit in asked.units)))
    assert any("No weapon of these units" in line for line in found)


def test_a_raid_larger_than_any_that_was_tested_is_marked() -> None:
    def marked(n_threats: int) -> bool:
        asked = fake.scenario(counts=(n_threats - 2, 2))
        return any("larger than any case" in line and f"{n_threats:,} threats" in line for line in placards(asked))

    assert not marked(LARGEST_THREATS)
    assert marked(LARGEST_THREATS + 1)


def test_looks_that_were_often_rolled_one_by_one_are_told() -> None:
    assert any("12 % of all radar looks" in line for line in placards(fake.scenario(), fallback_share=0.12))
    assert not any("rolled" in line for line in placards(fake.scenario(), fallback_share=0.002))


def test_evidence_has_an_age() -> None:
    (line,) = (line for line in placards(fake.scenario()) if line.startswith("Units:"))
    assert "(0 to 1 day before the day of the scenario)" in line
    later = replace(fake.scenario(), when="2022-01-20")
    assert "364 to 365 days before or after" in next(line for line in placards(later) if line.startswith("Units:"))
    unknown = replace(fake.scenario(), when="winter")
    assert "day" not in next(line for line in placards(unknown) if line.startswith("Units:"))


def test_every_answer_has_the_placards_that_it_cannot_go_without() -> None:
    text = "\n".join(placards(fake.scenario()))
    for said in (
        "units alone",
        "taken as flat",
        "How often one shot kills",
        "Radar echoes",
        "0.05 to 0.15",
        "last seen",
    ):
        assert said in text
