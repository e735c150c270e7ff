"""What is wrong in an entry is refused with file, line, column and remedy."""

import shutil

import pytest

from crenel.inputs import catalogue
from crenel.inputs.errors import InputError, Mark


@pytest.fixture
def folder(tmp_path):
    for name in ("systems", "threats"):
        shutil.copytree(catalogue.DATA / name, tmp_path / name)
    for name in ("sources.yaml", "classes.yaml", "firewall.yaml"):
        shutil.copy(catalogue.DATA / name, tmp_path)
    return tmp_path


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return 1 + text[: text.index(old)].count("\n")


CHANNELS = "fire_channels: {value: 3, low: 2, high: 4, grade: secondary, source: [cielo_cerrado, apa_96k6]"
ANTENNA = "antenna_height: {from: [antenna_height], low: 4 m, high: 7 m"
REACTION = "reaction:\n  {value: 5 s, low: 4 s, high: 6 s, grade: assumption"


@pytest.mark.parametrize(
    ("old", "new", "says", "remedy"),
    [
        (CHANNELS, "fire_channels: {value: 3, low: 2, high: 4, grade: secondary", "names no source", "source:"),
        ("source: [cielo_cerrado, wp_pantsir]", "source: [cielo_cerado]", "no source", "cielo_cerrado"),
        ("source: [cielo_cerrado, wp_pantsir]", "source: [x]", "no source", "sources.yaml"),
        ("high: 4, grade: secondary", "high: 4, grade: secondry", '"secondry"', "secondary"),
        ("high: 4, grade: secondary", "high: 4, grade: assumption", "nobody published an assumption", "Move it"),
        ("high: 4, grade: secondary, ", "high: 4, ", "no 'grade'", "measured"),
        ("search_range_rcs2: {value: 36 km", "search_range_rcs2: {value: 36 kg", "a length, not a mass", "km"),
        ("search_range_rcs2: {value: 36 km", "search_range_rcs2: {value: 36", "has no unit", "km"),
        ("fire_channels: {value: 3,", "fire_channels: {value: 5,", "outside its bracket", "Widen"),
        ("fire_channels: {value: 3, low: 2, high: 4", "fire_channels: {value: 3, low: 4, high: 2", "low above", "Exch"),
        ("low: 25 km, high: 36 km", "low: 25000 m, high: 36 km", "in km and its low in m", "one unit"),
        ("fire_channels: {value: 3,", "fire_channels: {value: 3, colour: red,", '"colour"', "Known are"),
        ("search_range_rcs2:", "serch_range_rcs2:", "begins with no word", "search_range"),
        ("radar_band: {text:", "radar_band: {value:", 'no key "value"', "text"),
        ("  crew: {value: 3, grade", "  crew: 3\n  launch: {text: x, grade", "names its grade and source", "grade:"),
        ("  burst_rounds:", "  burst_round:", "burst_round", "burst_rounds"),
        (ANTENNA, "antenna_height: {from: [antena_height], low: 4 m, high: 7 m", "nothing called", "antenna_height"),
        (ANTENNA, "antenna_height: {from: [crew], low: 4 m, high: 7 m", "is in 1, 'antenna_height' in m", "same"),
        (ANTENNA, "antenna_height: {from: [], low: 4 m, high: 7 m", "comes from nothing", "Name a statement"),
        (ANTENNA, "antenna_height: {from: [antenna_height], low: 6.5 m, high: 7 m", "leaves out what is", "Widen"),
        (ANTENNA, "antenna_height: {from: [antenna_height], value: 5 m, low: 4 m", "nobody published", "average"),
        (ANTENNA, "antenna_height: {from: [antenna_height], grade: press, low: 4 m", "graded", "never better"),
        (ANTENNA, "antenna_height: {from: [antenna_height], grade: assumption, low: 4 m", "graded", "weaker"),
        ("drone:\n      {from: [pk_missile_vs_drone]", "drone:\n      {from: [observed_shots_per_kill]",
         "by which the model is scored", "may not inform"),
        (REACTION, "reaction:\n  {value: 5 s, grade: assumption", "without 'low'", "far"),
        (REACTION, "reaction:\n  {value: 5 s, low: 5 s, high: 5 s, grade: assumption", "no width", "far"),
        (REACTION, "reaction:\n  {value: 0 s, low: 0 s, high: 6 s, grade: presss", '"presss"', "press"),
        ("reaction:\n", "reaction: 5 s\nassessment:\n", "no grade and no source", "from"),
        ("class: short_range", "class: short_rage", "no class", "short_range"),
        ("class: short_range\n", "", "'class' is missing", "Add it"),
        ("name: Pantsir-S1 (SA-22)", "nmae: Pantsir-S1 (SA-22)", '"nmae"', "name"),
        ("    drone:\n", "    drones:\n", '"drones"', "drone"),
        ("unknown:\n", "unknwon:\n", '"unknwon"', "unknown"),
        ("  engage_zone_min: its", "  crew: its", "published here and not used", "Keep one"),
        ("fire_control:\n  range:\n", "gun_control:\n  range:\n", '"gun_control"', "fire_control"),
        ("at_rcs: 2 m², low: 20 km, high: 36 km, grade: assumption", "low: 20 km, high: 36 km, grade: assumption",
         "'at_rcs' is missing", "published for"),
        ("at_rcs: 2 m², low: 20 km", "at_rcs: 0 m², low: 20 km", "at_rcs", "m²"),
        ("{value: 50 km, low: 42.8 km, high: 80 km, grade: assumption,", "{like: radar.serch, grade: assumption,",
         "says not how far", "low"),
        ("{value: 50 km, low: 42.8 km, high: 80 km, grade: assumption,",
         "{like: radar.serch, low: 1, high: 2, grade: assumption,", "there is no figure", "radar.search_range"),
    ],
)  # fmt: skip
def test_a_fault_in_an_entry_is_refused(folder, old, new, says, remedy):
    path = folder / "systems" / "pantsir-s1.yaml"
    line = change(path, old, new)
    with pytest.raises(InputError) as caught:
        catalogue.open_catalogue(folder).system("pantsir-s1")
    error = caught.value
    assert error.mark.file == "systems/pantsir-s1.yaml"
    # What is missing is missed at the beginning of its section.
    assert abs(error.mark.line - line) <= 2 or "is missing" in says
    assert error.mark.column >= 1
    assert says in error.what
    assert remedy in error.remedy


def test_a_published_range_without_a_target_wants_one(folder):
    path = folder / "systems" / "pantsir-s1.yaml"
    change(path, "search_range_rcs2: {value: 36 km, at_rcs: 2 m²,", "search_range_rcs2: {value: 36 km,")
    with pytest.raises(InputError, match="names no \"at_rcs\", and 'at_rcs' is missing here"):
        catalogue.open_catalogue(folder).system("pantsir-s1")


def test_two_brackets_that_contradict_each_other_are_refused(folder):
    path = folder / "systems" / "pantsir-s1.yaml"
    change(path, "{value: 200 m, low: 100 m, high: 500 m", "{value: 200 m, low: 100 m, high: 5 km")
    with pytest.raises(InputError, match="'range_min' may be as much as 5000 m and 'range_max' as little as 4000"):
        catalogue.open_catalogue(folder).system("pantsir-s1")


def test_a_weapon_without_a_fire_control_sensor_is_refused(folder):
    path = folder / "systems" / "gepard.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("\nfire_control:")
    end = text.index("\ngun:")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    with pytest.raises(InputError, match="no 'fire_control'"):
        catalogue.open_catalogue(folder).system("gepard")


def test_an_entry_that_is_nothing_is_refused(folder):
    path = folder / "systems" / "nothing.yaml"
    path.write_text("name: Nothing\nclass: sensor\nunknown: [everything]\n", encoding="utf-8")
    with pytest.raises(InputError, match="neither senses, shoots nor jams"):
        catalogue.open_catalogue(folder).system("nothing")


def test_a_named_entry_of_nothing_but_assumption_is_not_played(folder):
    path = folder / "systems" / "hearsay.yaml"
    text = (folder / "systems" / "generic-acoustic.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("generic: yes\n", ""), encoding="utf-8")
    with pytest.raises(InputError, match="nothing but assumption, under the name of a real system"):
        catalogue.open_catalogue(folder).system("hearsay")


def test_a_threat_of_the_wrong_shape_is_refused(folder):
    change(folder / "threats" / "iskander-m.yaml", "motion: ballistic", "motion: level")
    with pytest.raises(InputError, match="flies level has no"):
        catalogue.open_catalogue(folder).threat("iskander-m")


def test_an_unknown_class_of_threat_is_refused(folder):
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
        ("  title: 57E6\n", "", "'title' is missing"),
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


@pytest.mark.parametrize(("old", "new", "says"), [("  scored: yes", "  scored: maybe", "yes or no"),
                                                  ("  scored: yes", "  scroed: yes", "scored")])  # fmt: skip
def test_a_fault_in_the_firewall_is_refused(folder, old, new, says):
    change(folder / "firewall.yaml", old, new)
    with pytest.raises(InputError, match=says):
        catalogue.open_catalogue(folder)


@pytest.mark.parametrize(
    ("kind", "asked", "nearest"), [("system", "pantsir", "pantsir-s1"), ("threat", "shahed", "shahed-136")]
)
def test_an_unknown_key_names_the_nearest_and_the_place_that_asked(kind, asked, nearest):
    with pytest.raises(InputError, match=nearest) as caught:
        getattr(catalogue, kind)(asked, where=Mark("mine.yaml", 7, 13))
    assert str(caught.value).startswith("mine.yaml:7:13: ")
