import pytest

from crenel.report import entry_rows
from entry_cases import hostile, pantsir, shahed, unplayable


@pytest.mark.parametrize("case", [pantsir, shahed, unplayable, hostile])
def test_every_number_of_a_source_is_one_of_the_list(case) -> None:
    record = case().record()
    numbers = {row["number"] for row in entry_rows.sources(record)}
    rows = [*entry_rows.published(record), *entry_rows.facts(record), *entry_rows.raid_sizes(record)]
    for row in rows:
        assert row["sources"]
        assert set(row["sources"]) <= numbers
    for row in entry_rows.model(record):
        assert set(row["sources"]) <= numbers
        assert row["sources"] or row["is_assumed"]


def test_the_first_sentence_says_what_it_is_and_that_figures_are_claims() -> None:
    head = entry_rows.heading(pantsir().record())
    assert head["about"] == (
        "What is published about the system Pantsir-S1 (SA-22), and what the model takes from it: claims of others, no "
        "measurements of ours."
    )
    assert head["refusal"] == ""
    assert head["counts"] == "25 published figures, 23 assumptions"


def test_an_entry_that_cannot_be_played_says_what_it_lacks() -> None:
    head = entry_rows.heading(unplayable().record())
    assert head["refusal"] == "This entry cannot be played as it stands: nobody published the radar search range."
    assert head["profile"] == "missile to 18 km"


def test_figures_of_the_model_name_what_they_rest_on() -> None:
    rows = {row["key"]: row for row in entry_rows.model(pantsir().record())}
    search = rows["radar.search_range"]
    assert search["from"][1] == ("search_range_rcs0p1", "radar search range at 0.1 m²")
    assert search["condition"] == "at 2 m²"
    assert rows["reaction"]["is_assumed"]
    assert rows["reaction"]["from"] == []
    rcs = next(row for row in entry_rows.model(shahed().record()) if row["key"] == "rcs")
    assert rcs["from"] == [("rcs_median", "radar cross-section, median, all aspects")]


def test_what_nothing_rests_on_is_told() -> None:
    rows = {row["key"]: row for row in entry_rows.published(pantsir().record())}
    assert rows["search_range_rcs2"]["is_used"]
    assert not rows["crew"]["is_used"]


def test_the_rule_of_a_firm_track_is_one_line() -> None:
    assert ("Looks that must detect for a firm radar track", "3 of 5") in entry_rows.settings(pantsir().record())


def test_raid_sizes_year_by_year() -> None:
    rows = entry_rows.raid_sizes(shahed().record())
    assert [(row["year"], row["median"], row["p90"], row["most"]) for row in rows] == [
        ("2022", "9", "15.8", "35"),
        ("2025", "108", "323.8", "810"),
    ]


def test_an_address_that_is_none_is_no_link() -> None:
    evil, sly = entry_rows.sources(hostile().record())
    assert evil["link"] == ""
    assert sly["link"] == ""  # it holds a space
