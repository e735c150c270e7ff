"""What ships: every entry is whole and sourced, and nothing that was collected is unaccounted for."""

import math
import re
from pathlib import Path

import pytest
import yaml

import crenel
from crenel.core.doubt import figures
from crenel.core.entries import SHIPPED
from crenel.core.records import CLASSES, GRADES
from crenel.inputs import catalogue
from crenel.inputs.catalogue import DATA
from crenel.inputs.catalogue.firewall import read_firewall
from crenel.inputs.errors import InputError
from crenel.inputs.quantities import quantity
from crenel.inputs.raids import published_raids

REFERENCE = Path(__file__).parents[4].parent / "shared" / "reference" / "published-figures.yaml"

BOOK = catalogue.shipped()
ENTRIES = tuple(BOOK.entries())
PLAYED = tuple(entry for entry in ENTRIES if entry.can_be_played)
NAMED = tuple(entry for entry in ENTRIES if not entry.is_generic)
GRADE_OF_LEVEL = {"R": {"manufacturer", "press"}, "S": {"secondary"}, "E": {"estimate"}, "G": {"estimate"}}


def key_of(entry):
    return entry.key


def played(entry):
    return (BOOK.system if entry.kind == "system" else BOOK.threat)(entry.key)


# --- what ships -------------------------------------------------------------------------------------------------------


def test_there_are_as_many_as_were_collected():
    kinds = [entry.kind for entry in NAMED]
    assert kinds.count("system") >= 22
    assert kinds.count("threat") >= 27
    generic = {entry.key for entry in ENTRIES if entry.is_generic}
    assert {f"generic-{name}" for name in ("radar-drone", "rf-sensor", "eo-ir", "acoustic", "jammer")} <= generic


@pytest.mark.parametrize("entry", ENTRIES, ids=key_of)
def test_an_entry_names_itself_and_what_nobody_published(entry):
    assert entry.name
    assert entry.profile
    assert entry.unknown
    assert entry.origin == SHIPPED


@pytest.mark.parametrize("entry", ENTRIES, ids=key_of)
def test_every_statement_has_a_source_that_can_be_opened_and_no_statement_is_an_assumption(entry):
    for statement in entry.statements():
        assert statement.source
        assert statement.grade in GRADES
        assert statement.grade != "assumption"
        for key in statement.source:
            assert entry.sources[key].address.startswith("http"), key
    for figure in entry.figures:
        assert figure.low <= figure.value <= figure.high
        assert figure.low_si <= figure.value_si <= figure.high_si


@pytest.mark.parametrize("entry", ENTRIES, ids=key_of)
def test_every_figure_of_the_model_has_a_source_or_a_reason_and_a_bracket(entry):
    for bracket in entry.model:
        assert bracket.figure.startswith(f"{entry.key}.")
        assert bracket.low <= bracket.value <= bracket.high
        if bracket.grade == "assumption":
            assert len(bracket.note) >= 10, bracket.figure
            assert bracket.is_doubtful, bracket.figure
            assert not bracket.sources
        else:
            assert bracket.sources, bracket.figure
            assert set(bracket.sources) <= set(entry.sources)


@pytest.mark.parametrize("entry", NAMED, ids=key_of)
def test_a_named_entry_that_is_played_has_its_core_from_somebody(entry):
    """Range of the sensor and of the weapon, or speed and echo, are never wholly made up under a real name."""
    if not entry.can_be_played:
        assert entry.lacks or entry.is_all_assumption
        return
    core = {bracket.figure.partition(".")[2]: bracket for bracket in entry.model}
    if entry.kind == "threat":
        assert "assumption" not in {core["speed"].grade} or core["rcs"].grade != "assumption"
        return
    for name in ("radar.search_range", "sensor.range", "missile.range_max", "gun.range_max"):
        if name in core:
            assert core[name].grade != "assumption", name


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if not entry.can_be_played], ids=key_of)
def test_an_entry_that_cannot_be_played_says_what_it_lacks(entry):
    with pytest.raises(InputError, match="cannot be played: nobody published its") as caught:
        played(entry)
    for name in entry.lacks:
        assert name in str(caught.value)


@pytest.mark.parametrize("entry", PLAYED, ids=key_of)
def test_what_is_played_is_what_is_shown(entry):
    assert {bracket.figure for bracket in figures(played(entry))} == {bracket.figure for bracket in entry.model}


def test_numbers_come_out_in_si():
    pantsir = catalogue.system("pantsir-s1")
    assert pantsir.radar.search_range_m.value == 36_000.0
    assert pantsir.radar.ref_rcs_m2 == 2.0
    assert (pantsir.radar.confirm_m, pantsir.radar.confirm_n, pantsir.radar.drop_k) == (3, 5, 5)
    assert pantsir.missile.speed_mean_over_m == 12_000.0
    assert pantsir.gun.rate_hz.value == pytest.approx(80.0, rel=1e-12)
    assert pantsir.missile.rounds.value == 12
    assert catalogue.threat("shahed-136").speed_mps.value == pytest.approx(51.389, rel=1e-4)


def test_two_ranges_that_contradict_each_other_become_doubt():
    """36 km at 2 m² and 20 km at 0.1 m², which at 2 m² would be 42.3 km: neither is averaged away."""
    found = catalogue.system("pantsir-s1").radar.search_range_m
    assert found.value == 36_000.0
    assert found.high >= 20_000.0 * math.sqrt(math.sqrt(2.0 / 0.1)) == pytest.approx(42_295.0, rel=1e-4)


@pytest.mark.parametrize("entry", [entry for entry in PLAYED if entry.kind == "system"], ids=key_of)
def test_a_weapon_has_a_kill_probability_for_every_class(entry):
    system = played(entry)
    for weapon in (system.missile, system.gun):
        if weapon is not None:
            assert set(weapon.pk) == set(CLASSES)


def test_a_ballistic_threat_has_an_arc_and_a_level_one_has_none():
    arc = catalogue.threat("iskander-m")
    assert arc.motion == "ballistic"
    assert arc.apogee_m.value == 45_000.0
    assert arc.height_m is arc.apogee_m  # one doubt, not two
    level = catalogue.threat("kalibr")
    assert level.apogee_m is None
    assert level.range_m is None


# --- sources ----------------------------------------------------------------------------------------------------------


def cited():
    found = {key for entry in ENTRIES for key in entry.sources}
    return found | {key for night in published_raids().values() for key in night.source}


def test_a_source_that_was_not_read_says_so():
    assert "original not read" in catalogue.sources()["apa_96k6"].title
    assert "original not read" not in catalogue.sources()["tass_2020_pantsir"].title


@pytest.mark.parametrize("entry", ENTRIES, ids=key_of)
def test_nothing_rests_on_unread_originals_alone(entry):
    unread = {key for key, source in catalogue.sources().items() if "original not read" in source.title}
    for statement in entry.statements():
        assert set(statement.source) - unread, statement.name


def test_every_source_is_cited_somewhere():
    code = "".join(path.read_text(encoding="utf-8") for path in Path(crenel.__file__).parent.rglob("*.py"))
    in_code = {key for key in catalogue.sources() if f"[{key}]" in code}
    assert set(catalogue.sources()) - cited() - in_code == set()


def test_what_docstrings_cite_stands_among_the_sources():
    for path in Path(crenel.__file__).parent.rglob("*.py"):
        for key in re.findall(r"\[([a-z]+(?:19|20)\d\d)\]", path.read_text(encoding="utf-8")):
            assert key in catalogue.sources(), f"{path.name} cites [{key}]"


# --- the firewall between the figures and the examination -------------------------------------------------------------


RAIDS = {raid.key: raid for raid in read_firewall(DATA / "firewall.yaml")}


def test_the_raids_that_score_the_model_are_marked():
    scored = {key for key, raid in RAIDS.items() if raid.is_scored}
    assert {"khmeimim_2018_01_06", "khmeimim_2018_07_01", "moscow_2023_05_30", "moscow_2023_07_24"} <= scored


def test_statement_and_raid_name_each_other():
    named = {f"{entry.key}.{s.name}": s.raid for entry in ENTRIES for s in entry.statements() if s.raid}
    listed = {statement: key for key, raid in RAIDS.items() for statement in raid.statements}
    assert named == listed


def test_no_figure_of_the_model_rests_on_a_raid_that_scores_it():
    for entry in ENTRIES:
        for figure in entry.figures:
            if figure.raid:
                assert not (figure.used_by and RAIDS[figure.raid].is_scored), figure.name


# --- against the collection that it was made from ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def reference():
    if not REFERENCE.exists():
        pytest.skip("the collection of published figures is not beside the repository")
    return yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def collected(reference):
    return {key.replace("_", "-"): row for kind in ("systems", "threats") for key, row in reference[kind].items()}


def carried_as(entry, name):
    """The statements that carry a collected figure: itself, or the two ends of a band."""
    name = "class" if name == "cls" else name
    return [s for s in entry.statements() if s.name in {name, f"{name}_min", f"{name}_max"}]


def test_every_collected_system_and_threat_has_an_entry(collected):
    assert set(collected) == {entry.key for entry in NAMED}


def test_no_figure_of_a_firm_level_is_unaccounted_for(collected):
    missing = [
        f"{entry.key}.{name}"
        for entry in NAMED
        for name, row in collected[entry.key]["figures"].items()
        if row["level"] in "RS" and not carried_as(entry, name) and name not in entry.not_used
    ]
    assert missing == []


def test_every_statement_was_collected_and_keeps_its_level(collected, reference):
    open_to_read = {key for key, row in reference["sources"].items() if row.get("resolvable") is not False}
    for entry in NAMED:
        for name, row in collected[entry.key]["figures"].items():
            found = carried_as(entry, name)
            if not open_to_read & set(row["source"]):
                assert not found, f"{entry.key}.{name} rests on nothing that can be opened"
            for statement in found:
                grades = set.union(*(GRADE_OF_LEVEL[level] for level in weaker(row["level"])))
                assert statement.grade in grades, f"{entry.key}.{name}"


def weaker(level):
    """A band may have an end of a weaker level; none is ever graded better than what was collected."""
    return "RSEG"["RSEG".index(level) :]


def test_every_statement_keeps_its_numbers(collected):
    for entry in NAMED:
        for name, row in collected[entry.key]["figures"].items():
            found = [s for s in carried_as(entry, name) if hasattr(s, "value")]
            if not found or row["unit"] == "text":
                continue
            ends = {float(number) for number in row.get("range", [row.get("value")]) if number is not None}
            if "likely" in row:
                ends.add(float(row["likely"]))
            told = {number for s in found for number in (s.value_si, s.low_si, s.high_si)}
            if name == "salvo":
                told = {number for s in found for number in (s.low_si, s.high_si)}  # its value is told in words
            if row["unit"] == "Mach":
                continue  # told in m/s, by a bracket over the speed of sound
            assert all(near(number, si(ends, row["unit"])) for number in told), (
                f"{entry.key}.{name}: {told} is not {ends} {row['unit']}"
            )


def near(number, numbers):
    return any(math.isclose(number, other, rel_tol=1e-6) for other in numbers)


UNITS = {"m2": "rcs", "km": "length", "m": "length", "m/s": "speed", "km/h": "speed", "mph": "speed", "min": "time"}


def si(ends, unit):
    factor = quantity(f"1 {unit}", UNITS[unit]) if unit in UNITS else 1.0
    other = {"rounds/min": 1.0 / 60.0, "M USD": 1e6, "deg": math.pi / 180.0, "h": 3600.0}.get(unit, 1.0)
    return {number * factor * other for number in ends}


def test_no_source_that_cannot_be_resolved_is_cited(reference):
    lost = [source for source in reference["sources"].values() if source.get("resolvable") is False]
    assert lost
    titles = [source.title for source in catalogue.sources().values()]
    for source in lost:
        assert not any(source["title"].split(",")[0] in title for title in titles)
