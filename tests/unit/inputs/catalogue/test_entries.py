"""The catalogue: what ships is whole and sourced; what is wrong is refused with file, line, column and remedy."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

import crenel
from crenel.core.doubt import figures
from crenel.core.records import CLASSES, GRADES
from crenel.inputs import catalogue
from crenel.inputs.errors import InputError, Mark

REFERENCE = Path(__file__).parents[3].parent / "shared" / "reference" / "published-figures.yaml"

SYSTEMS = ("gepard", "pantsir-s1", "tor-m2")
THREATS = ("fighter-generic", "iskander-m", "kalibr", "shahed-136", "small-quad")
ENTRIES = [*(("system", key) for key in SYSTEMS), *(("threat", key) for key in THREATS)]


def entry(kind, key):
    return getattr(catalogue, kind)(key)


def cited(kind, key):
    return {source for bracket in figures(entry(kind, key)) for source in bracket.sources}


# --- what ships -------------------------------------------------------------------------------------------------------


def test_it_holds_what_the_examples_need():
    assert set(SYSTEMS) <= set(catalogue.system_keys())
    assert set(THREATS) <= set(catalogue.threat_keys())


@pytest.mark.parametrize(("kind", "key"), ENTRIES)
def test_an_entry_names_itself_and_what_nobody_published(kind, key):
    found = entry(kind, key)
    assert found.key == key
    assert found.name
    assert found.unknown


@pytest.mark.parametrize(("kind", "key"), ENTRIES)
def test_every_figure_has_a_source_or_is_an_assumption_with_reason_and_bracket(kind, key):
    for bracket in figures(entry(kind, key)):
        assert bracket.figure.startswith(f"{key}.")
        assert bracket.grade in GRADES
        assert bracket.low <= bracket.value <= bracket.high
        assert set(bracket.sources) <= set(catalogue.sources())
        if bracket.grade == "assumption":
            assert len(bracket.note) > 10, bracket.figure
            assert bracket.is_doubtful, bracket.figure
        else:
            assert bracket.sources, bracket.figure


def test_figures_are_named_by_entry_section_and_key():
    names = {bracket.figure for key in SYSTEMS for bracket in figures(catalogue.system(key))}
    assert {
        "pantsir-s1.radar.search_range",
        "pantsir-s1.missile.pk.drone",
        "gepard.gun.rate",
        "tor-m2.channels",
    } <= names


def test_numbers_come_out_in_si():
    pantsir = catalogue.system("pantsir-s1")
    assert pantsir.radar.search_range_m.value == 36_000.0
    assert pantsir.radar.ref_rcs_m2 == 2.0
    assert (pantsir.radar.confirm_m, pantsir.radar.confirm_n, pantsir.radar.drop_k) == (3, 5, 5)
    assert pantsir.missile.speed_mean_over_m == 12_000.0
    assert pantsir.gun.rate_hz.value == pytest.approx(80.0, rel=1e-12)
    assert pantsir.missile.rounds.value == 12
    assert catalogue.threat("shahed-136").speed_mps.value == pytest.approx(51.389, rel=1e-4)


def test_a_system_has_only_the_weapons_it_has():
    assert catalogue.system("gepard").missile is None
    assert catalogue.system("tor-m2").gun is None


@pytest.mark.parametrize("key", SYSTEMS)
def test_a_weapon_has_a_kill_probability_for_every_class(key):
    system = catalogue.system(key)
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


def test_a_source_that_was_not_read_says_so():
    assert "original not read" in catalogue.sources()["apa_96k6"].title
    assert "original not read" not in catalogue.sources()["tass_2020_pantsir"].title


def test_figures_resting_on_unread_originals_alone_do_not_exist():
    unread = {key for key, source in catalogue.sources().items() if "original not read" in source.title}
    assert unread
    for kind, key in ENTRIES:
        for bracket in figures(entry(kind, key)):
            assert not bracket.sources or set(bracket.sources) - unread, bracket.figure


def test_every_source_is_cited_somewhere():
    in_entries = {key for kind, name in ENTRIES for key in cited(kind, name)}
    code = "".join(path.read_text(encoding="utf-8") for path in Path(crenel.__file__).parent.rglob("*.py"))
    in_code = {key for key in catalogue.sources() if f"[{key}]" in code}
    assert set(catalogue.sources()) - in_entries - in_code == set()


def test_what_docstrings_cite_stands_among_the_sources():
    for path in Path(crenel.__file__).parent.rglob("*.py"):
        for key in re.findall(r"\[([a-z]+(?:19|20)\d\d)\]", path.read_text(encoding="utf-8")):
            assert key in catalogue.sources(), f"{path.name} cites [{key}]"


# --- against the collection that it was made from ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def reference():
    if not REFERENCE.exists():
        pytest.skip("the collection of published figures is not beside the repository")
    return yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))


def test_no_source_that_cannot_be_resolved_is_cited(reference):
    lost = [source for source in reference["sources"].values() if source.get("resolvable") is False]
    assert lost
    titles = [source.title for source in catalogue.sources().values()]
    for source in lost:
        assert not any(source["title"].split(",")[0] in title for title in titles)


def test_every_address_of_a_catalogue_source_was_collected(reference):
    rows = [*reference["sources"].values(), *reference["originals_cited"].values()]
    known = [row["address"] for row in rows if row.get("resolvable") is not False]
    for key in {key for kind, name in ENTRIES for key in cited(kind, name)}:
        address = catalogue.sources()[key].address
        assert any(same_address(address, collected) for collected in known), key


def same_address(ours, collected):
    """`github:owner/name:path@commit` of the collection is a web address here."""
    if not collected.startswith("github:"):
        return ours == collected
    return all(part in ours for part in re.split(r"[:@]", collected.removeprefix("github:")))


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    for name in ("systems", "threats"):
        shutil.copytree(catalogue.DATA / name, tmp_path / name)
    shutil.copy(catalogue.DATA / "sources.yaml", tmp_path)
    return tmp_path


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return 1 + text[: text.index(old)].count("\n")


REACTION = 'reaction:\n  {value: 6 s, grade: press, source: [standard_2022_gepard], note: "to acquire and attack"}'


@pytest.mark.parametrize(
    ("old", "new", "says", "remedy"),
    [
        ("grade: press, source: [fliegerrevue_2022_gepard], note", "grade: press, note", "no source", "source:"),
        ("source: [fliegerrevue_2022_gepard]", "source: [fliegerrevue_2022]", "no source", "fliegerrevue_2022_gepard"),
        ("channels: {value: 1, grade: secondary", "channels: {value: 1, grade: secondry", '"secondry"', "secondary"),
        ("channels: {value: 1, grade: secondary, ", "channels: {value: 1, ", "no 'grade'", "measured"),
        ("search_range:\n    {value: 15 km", "search_range:\n    {value: 15 kg", "wants a length, not a mass", "km"),
        ("search_range:\n    {value: 15 km", "search_range:\n    {value: 15", "has no unit", "km"),
        ("{value: 3000 m, low: 2500 m", "{value: 2000 m, low: 2500 m", "outside its bracket", "Widen"),
        ("low: 2500 m, high: 3500 m", "low: 3500 m, high: 2500 m", "low above its high", "Exchange"),
        ("scan_period:", "scan_perod:", '"scan_perod"', "scan_period"),
        ("{value: 15 km, at_rcs: 1 m²,", "{value: 15 km, at_rsc: 1 m²,", '"at_rsc"', "at_rcs"),
        ("{value: 15 km, at_rcs: 1 m²,", "{value: 15 km,", "'at_rcs' is missing", "Add it"),
        (REACTION, "", "'reaction' is missing", "assumption"),
        (', note: "not published; the guns elevate steeply"', "", "without a reason", "note"),
        ("{value: 1 s, low: 1 s, high: 2 s,", "{value: 1 s, low: 1 s,", "without 'high'", "far"),
        ("{value: 1 s, low: 1 s, high: 2 s,", "{value: 1 s, low: 1 s, high: 1 s,", "no width", "far"),
        ("channels: {value: 1, grade: secondary, source: [cielo_cerrado]}", "channels: 1", "bare", "grade"),
        ("channels: {value: 1,", "channels: {value: 1.5,", "whole number", "channels"),
        ("channels: {value: 1,", "channels: {value: 0,", "may not be zero", "above"),
        ("confirm: 3 of 5", "confirm: 5 of 3", "detections out of looks", "3 of 5"),
        ("fluctuation: swerling1", "fluctuation: swerling2", '"swerling2"', "swerling1"),
        ("p_false_alarm: 1e-6", "p_false_alarm: 0.5", "small chance", "1e-6"),
        ("    drone:\n", "    drones:\n", '"drones"', "drone"),
        ("name: Flakpanzer Gepard", "nmae: Flakpanzer Gepard", '"nmae"', "name"),
    ],
)  # fmt: skip
def test_a_fault_in_an_entry_is_refused(folder, old, new, says, remedy):
    path = folder / "systems" / "gepard.yaml"
    line = change(path, old, new)
    with pytest.raises(InputError) as caught:
        catalogue.open_catalogue(folder).system("gepard")
    error = caught.value
    assert error.mark.file == "systems/gepard.yaml"
    # What is missing is missed at the beginning of its section.
    assert abs(error.mark.line - line) <= 2 or (says.endswith("is missing") and error.mark.line < line)
    assert error.mark.column >= 1
    assert says in error.what
    assert remedy in error.remedy


def test_two_brackets_that_contradict_each_other_are_refused(folder):
    path = folder / "systems" / "gepard.yaml"
    change(path, "{value: 4 km, low: 3.5 km, high: 6 km", "{value: 4 km, low: 0.2 km, high: 6 km")
    with pytest.raises(InputError, match="'range_min' may be as much as 300 m and 'range_max' as little as 200"):
        catalogue.open_catalogue(folder).system("gepard")


def test_a_gun_is_no_missile(folder):
    change(folder / "systems" / "gepard.yaml", "gun:\n", "missile:\n")
    with pytest.raises(InputError, match="'missile' has no key"):
        catalogue.open_catalogue(folder).system("gepard")


def test_a_system_without_a_weapon_is_refused(folder):
    path = folder / "systems" / "gepard.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("gun:\n")] + text[text.index("channels:") :], encoding="utf-8")
    with pytest.raises(InputError, match="neither 'missile' nor 'gun'"):
        catalogue.open_catalogue(folder).system("gepard")


def test_a_threat_of_the_wrong_shape_is_refused(folder):
    line = change(folder / "threats" / "iskander-m.yaml", "motion: ballistic", "motion: level")
    assert line == 3
    with pytest.raises(InputError, match=r"'height' is missing|flies level has no"):
        catalogue.open_catalogue(folder).threat("iskander-m")


def test_an_unknown_class_is_refused(folder):
    change(folder / "threats" / "kalibr.yaml", "class: cruise", "class: cruize")
    with pytest.raises(InputError, match=r"threats/kalibr\.yaml:2:8: .*'cruise'"):
        catalogue.open_catalogue(folder).threat("kalibr")


@pytest.mark.parametrize("other", ["gepard.yml", "Gepard.yaml"])
def test_two_files_of_one_name_are_refused(folder, other):
    shutil.copy(folder / "systems" / "gepard.yaml", folder / "systems" / other)
    with pytest.raises(InputError, match="same name"):
        catalogue.open_catalogue(folder)


def test_a_key_that_is_both_system_and_threat_is_refused(folder):
    shutil.copy(folder / "threats" / "kalibr.yaml", folder / "systems" / "kalibr.yaml")
    with pytest.raises(InputError, match="also a system"):
        catalogue.open_catalogue(folder)


def test_a_file_name_that_is_no_key_is_refused(folder):
    shutil.copy(folder / "threats" / "kalibr.yaml", folder / "threats" / "Kalibr NK.yaml")
    with pytest.raises(InputError, match="small letters"):
        catalogue.open_catalogue(folder)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  title: 57E6\n", "", "no title"),
        ("  publisher: GlobalSecurity\n", "  publishr: GlobalSecurity\n", "publisher"),
        ("address: https://tass.com", "address: tass.com", "web address"),
        ("quoted_by: cielo_cerrado", "quoted_by: cielo_cerado", "cielo_cerrado"),
    ],
)
def test_a_fault_in_the_sources_is_refused(folder, old, new, says):
    change(folder / "sources.yaml", old, new)
    with pytest.raises(InputError, match=says) as caught:
        catalogue.open_catalogue(folder)
    assert caught.value.mark.line > 1


@pytest.mark.parametrize(
    ("kind", "asked", "nearest"), [("system", "pantsir", "pantsir-s1"), ("threat", "shahed", "shahed-136")]
)
def test_an_unknown_key_names_the_nearest_and_the_place_that_asked(kind, asked, nearest):
    with pytest.raises(InputError, match=nearest) as caught:
        getattr(catalogue, kind)(asked, where=Mark("mine.yaml", 7, 13))
    assert str(caught.value).startswith("mine.yaml:7:13: ")
