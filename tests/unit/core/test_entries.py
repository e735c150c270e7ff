"""An entry as a record, and as a notebook shows it."""

import json
from dataclasses import fields
from html.parser import HTMLParser

import pytest

from crenel.core.entries import Entry
from entry_cases import NASTY, hostile, pantsir, shahed, unplayable

CASES = [pantsir, shahed, unplayable, hostile]


@pytest.mark.parametrize("case", CASES)
def test_a_record_is_json_and_keeps_everything(case):
    entry = case()
    record = entry.record()
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert len(record["figures"]) == len(entry.figures)
    assert len(record["facts"]) == len(entry.facts)
    assert len(record["model"]) == len(entry.model)
    assert [row["figure"] for row in record["assumptions"]] == [bracket.figure for bracket in entry.assumptions]
    told = {"class" if field.name == "entry_class" else field.name for field in fields(Entry)}
    assert told - {"at_rcs_m2", "over_m"} <= record.keys()  # these two stand beside the figures that they are for


@pytest.mark.parametrize("case", CASES)
def test_every_row_cites_sources_that_are_listed(case):
    record = case().record()
    listed = {source["key"] for source in record["sources"]}
    rows = [*record["figures"], *record["facts"], *record["model"], *record["raid_sizes"]]
    assert rows
    for row in rows:
        assert set(row["sources"]) <= listed
        assert row["sources"] or row["grade"] == "assumption"


def test_a_record_has_published_and_si_numbers_side_by_side():
    rows = {row["name"]: row for row in pantsir().record()["figures"]}
    rate = rows["gun_rate"]
    assert (rate["value"], rate["unit"], rate["high"]) == (4800.0, "rounds/min", 5000.0)
    assert (rate["value_si"], rate["unit_si"]) == (pytest.approx(80.0), "1/s")
    assert rows["search_range_rcs0p1"]["at_rcs_m2"] == 0.1
    assert rows["search_range_game"]["at_rcs_m2"] is None  # nobody named the target: not 0 m²
    assert rows["missile_speed_avg"]["over_m"] == 12_000.0
    assert rows["crew"]["over_m"] is None


def test_a_figure_of_the_model_names_its_statements_and_what_it_holds_for():
    rows = {row["figure"]: row for row in pantsir().record()["model"]}
    search = rows["pantsir-s1.radar.search_range"]
    assert search["from"] == ["search_range_rcs2", "search_range_rcs0p1", "search_range_rcs1"]
    assert search["at_rcs_m2"] == 2.0
    assert rows["pantsir-s1.missile.speed_mean"]["over_m"] == 12_000.0
    assert rows["pantsir-s1.reaction"]["from"] == []
    assert rows["pantsir-s1.reaction"]["at_rcs_m2"] is None


def test_what_is_no_figure_is_among_the_settings():
    settings = pantsir().record()["settings"]
    assert (settings["radar.confirm_m"], settings["radar.confirm_n"], settings["missile.salvo"]) == (3, 5, 1)
    assert shahed().record()["settings"] == {"threat_class": "drone", "motion": "level"}


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.attributes, self.words = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data):
        self.words.append(data)


def test_a_notebook_shows_name_profile_and_figures():
    page = Tags(pantsir()._repr_html_())
    told = " ".join(page.words)
    assert "Pantsir-S1 (SA-22) (pantsir-s1): missile to 18 km" in told
    assert "36 km at 2 m²" in told
    assert "25 to 36 km" in told
    assert "23 of the 42 figures" in told
    assert page.found.count("tr") == len(pantsir().figures)
    assert "cannot be played" not in told
    assert "cannot be played" in unplayable()._repr_html_()


def test_a_notebook_runs_nothing_that_somebody_wrote():
    page = Tags(hostile()._repr_html_())
    assert set(page.found) == {"table", "caption", "tr", "td", "small"}
    assert set(page.attributes) == {"style"}
    assert NASTY in "".join(page.words)
