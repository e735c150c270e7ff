"""Reading the catalogue and citing a run: the use cases."""

import re

import pytest

import crenel
from crenel import app
from crenel.app import reading
from crenel.core.records import CrenelError
from crenel.models.sensing import scaled_range
from entry_cases import pantsir, shahed

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


# --- the catalogue ----------------------------------------------------------------------------------------------------


def test_an_entry_is_given_by_its_key():
    entry = crenel.catalogue("pantsir-s1")
    assert isinstance(entry, crenel.Entry)
    assert (entry.key, entry.kind, entry.origin) == ("pantsir-s1", "system", "catalogue")


def test_the_whole_catalogue_is_a_tuple_with_systems_first():
    entries = crenel.catalogue()
    kinds = [entry.kind for entry in entries]
    assert isinstance(entries, tuple)
    assert kinds == sorted(kinds)
    assert {"pantsir-s1", "gepard", "tor-m2", "shahed-136", "kalibr"} <= {entry.key for entry in entries}


def test_an_entry_that_is_not_there_names_the_nearest():
    with pytest.raises(CrenelError, match="pantsir-s1"):
        crenel.catalogue("pantsir")


def test_a_folder_of_one_s_own_is_laid_over_it(mine):
    entry = crenel.catalogue("my-radar", folder=mine)
    assert entry.origin == "your catalogue (mine)"
    assert crenel.catalogue("pantsir-s1", folder=str(mine)).origin == "catalogue"
    with pytest.raises(CrenelError, match="no entry"):
        crenel.catalogue("my-radar")


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CrenelError, match="no catalogue folder"):
        crenel.catalogue(folder=tmp_path / "nowhere")


def test_a_kind_that_is_none_is_refused():
    with pytest.raises(CrenelError, match="--kind system"):
        app.catalogue_of("weapon")


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_curve_is_the_model_s_own_formula_under_the_cap():
    entry = pantsir()
    found = reading._detection(entry, reading._book(None))
    held = {bracket.figure: bracket for bracket in entry.model}
    search, cap = (held[f"pantsir-s1.radar.{key}"] for key in ("search_range", "instrumented_range"))
    for end in ("low", "value", "high"):
        for rcs_m2, range_m in zip(found["rcs_m2"], found[f"{end}_m"], strict=True):
            expected = min(scaled_range(getattr(search, end), rcs_m2, 2.0), getattr(cap, end))
            assert range_m == pytest.approx(expected, rel=1e-12)
    assert found["value_m"][-1] == 50_000.0
    assert found["rcs_m2"][0] == pytest.approx(1e-3)
    assert found["rcs_m2"][-1] == pytest.approx(1e2)
    at_two = min(found["rcs_m2"], key=lambda rcs_m2: abs(rcs_m2 - 2.0))
    assert found["value_m"][found["rcs_m2"].index(at_two)] == pytest.approx(36_000.0, rel=0.01)


def test_the_curve_is_read_by_threats_of_the_catalogue():
    targets = {row["name"]: row["rcs_m2"] for row in reading._detection(pantsir(), reading._book(None))["targets"]}
    assert targets[shahed().name] == 0.23
    assert len(targets) == 5


def test_a_threat_has_no_such_curve():
    assert reading._detection(shahed(), reading._book(None)) is None


def test_a_page_is_written_under_the_entry_s_name_and_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = app.write_entry_page("pantsir-s1")
    assert path.name == "pantsir-s1.html"
    first = path.read_bytes()
    assert first.decode() == app.entry_page("pantsir-s1")
    assert app.write_entry_page("pantsir-s1", path).read_bytes() == first
    assert [found.name for found in tmp_path.iterdir()] == ["pantsir-s1.html"]


def test_a_page_is_never_written_over_somebody_s_file(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("<!doctype html>\nmy own page", encoding="utf-8")
    with pytest.raises(CrenelError, match="left as it is"):
        app.write_entry_page("pantsir-s1", path)
    assert path.read_text(encoding="utf-8") == "<!doctype html>\nmy own page"


@pytest.mark.parametrize("name", ["", "nowhere/page.html"])
def test_a_place_that_cannot_hold_a_page_is_refused(tmp_path, name):
    with pytest.raises(CrenelError, match="-o FILE"):
        app.write_entry_page("pantsir-s1", tmp_path / name)


def test_a_page_of_a_folder_says_whose_it_is(mine):
    assert "your catalogue (mine)" in app.entry_page("my-radar", folder=mine)
    assert "CC BY" not in app.entry_page("my-radar", folder=mine)


# --- citing -----------------------------------------------------------------------------------------------------------


def test_a_run_is_cited_with_its_own_numbers(tmp_path):
    results = app.run("moscow-rooftops", replicates=16, seed=3, doubt=0, out=tmp_path / "run")
    summary = results.summary()
    told = app.methods(tmp_path / "run")
    assert "simulated 16 times" in told
    assert "seed 3," in told
    assert summary["scenario"]["hash"] in told
    keys = set(re.findall(r"^@\w+\{([^,]+),$", app.bibliography(tmp_path / "run"), flags=re.MULTILINE))
    assert keys == {"crenel", *(source["key"] for source in summary["sources"] if source["used"])}
