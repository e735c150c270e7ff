"""A catalogue folder of the user's own: it extends and overrides what ships, entry by entry, and is told apart."""

import shutil

import pytest

from crenel.inputs import catalogue
from crenel.inputs.catalogue import DATA
from crenel.inputs.errors import InputError, Mark

WHERE = Mark("mine.yaml", 3, 12)
NEW = """\
name: My radar
class: sensor
published:
  search_range: {value: 12 km, at_rcs: 1 m², grade: manufacturer, source: [brochure]}
radar:
  search_range: {from: [search_range]}
unknown: [all the rest]
"""
BROCHURE = "brochure: {title: Our radar, publisher: A maker, address: https://example.org/radar}\n"


@pytest.fixture
def mine(tmp_path):
    folder = tmp_path / "mine"
    (folder / "systems").mkdir(parents=True)
    (folder / "systems" / "my-radar.yaml").write_text(NEW, encoding="utf-8")
    (folder / "sources.yaml").write_text(BROCHURE, encoding="utf-8")
    return folder


def open_mine(folder):
    return catalogue.with_folder(folder, where=WHERE)


def test_a_folder_adds_an_entry_and_all_others_stay(mine):
    found = open_mine(mine)
    assert found.system("my-radar").radar.search_range_m.value == 12_000.0
    assert set(found.keys("system")) == {*catalogue.system_keys(), "my-radar"}
    assert found.keys("threat") == catalogue.threat_keys()


def test_what_came_from_the_folder_says_so(mine):
    found = open_mine(mine)
    assert found.entry("my-radar").origin == "your catalogue (mine)"
    assert found.system("my-radar").origin == "your catalogue (mine)"
    assert found.entry("pantsir-s1").origin == "catalogue"


def test_a_folder_overrides_an_entry(mine):
    text = (DATA / "systems" / "pantsir-s1.yaml").read_text(encoding="utf-8")
    own = mine / "systems" / "pantsir-s1.yaml"
    own.write_text(text.replace("missiles_ready: {value: 12", "missiles_ready: {value: 8"), encoding="utf-8")
    found = open_mine(mine)
    assert found.system("pantsir-s1").missile.rounds.value == 8
    assert found.system("pantsir-s1").origin == "your catalogue (mine)"
    assert catalogue.system("pantsir-s1").missile.rounds.value == 12


def test_an_entry_of_the_folder_may_cite_what_ships(mine):
    own = mine / "systems" / "my-radar.yaml"
    own.write_text(NEW.replace("[brochure]", "[brochure, tass_2020_pantsir]"), encoding="utf-8")
    assert set(open_mine(mine).entry("my-radar").sources) == {"brochure", "tass_2020_pantsir"}


def test_a_folder_that_is_not_there_is_refused_where_it_is_named(tmp_path):
    with pytest.raises(InputError, match="no catalogue folder") as caught:
        open_mine(tmp_path / "nowhere")
    assert str(caught.value).startswith("mine.yaml:3:12: ")


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no entry"):
        open_mine(tmp_path)


def test_a_source_key_that_is_taken_is_refused(mine):
    (mine / "sources.yaml").write_text(BROCHURE + "apa_96k6: {title: Something else}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"sources\.yaml:2:1: .*already"):
        open_mine(mine)


def test_a_key_that_is_a_threat_of_ours_cannot_be_a_system_of_theirs(mine):
    shutil.copy(mine / "systems" / "my-radar.yaml", mine / "systems" / "kalibr.yaml")
    with pytest.raises(InputError, match="also a system"):
        open_mine(mine)


def test_a_fault_in_an_entry_of_the_folder_names_its_file(mine):
    (mine / "systems" / "my-radar.yaml").write_text(NEW.replace("12 km", "12 kg"), encoding="utf-8")
    with pytest.raises(InputError, match=r"systems/my-radar\.yaml:4:"):
        open_mine(mine).system("my-radar")


def test_a_scenario_names_a_folder_beside_it(mine, spoiled, reading):
    changes = (("place: {centre", "catalogue: mine\nplace: {centre"), ("system: pantsir-s1", "system: my-radar"))
    scenario = reading(spoiled(*changes, (", set: {channels: 4}", "")))
    assert scenario.units[0].system.origin == "your catalogue (mine)"
    assert "brochure" in scenario.sources
