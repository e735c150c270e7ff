from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crenel.report import entry_text
from entry_cases import hostile, pantsir, shahed, unplayable


def wide(text: str) -> list[str]:
    """The lines that leave the screen, but for addresses, which must stay whole."""
    return [line for line in text.splitlines() if len(line) > 100 and not line.strip().startswith("http")]


@pytest.mark.parametrize("case", [pantsir, shahed, unplayable, hostile])
def test_all_of_an_entry_fits_the_screen(case) -> None:
    told = entry_text.text(case().record())
    assert wide(told) == []
    assert all(letter.isprintable() or letter == "\n" for letter in told)


def test_sections_come_in_the_order_of_reading() -> None:
    told = entry_text.text(pantsir().record())
    titles = ["Pantsir-S1 (SA-22)", "Two published ranges", "\nPublished: ", "\nIn words",
              "\nWhat the model takes: 42 figures, 23 of them assumed", "\nRules of the model", "\nNobody published",
              "\nNot used, and why", "\nSources"]  # fmt: skip
    places = [told.index(title) for title in titles]
    assert places == sorted(places)
    assert "\nRaid sizes" in entry_text.text(shahed().record())


def test_every_figure_is_there_with_bracket_grade_and_sources() -> None:
    entry = pantsir()
    told = " ".join(entry_text.text(entry.record()).split())
    assert "search_range_rcs1 30 km (25–36 km) at 1 m²; estimate [1, 4]" in told
    assert "radar.search_range 36 km (29.7–42.8 km) at 2 m²; second-hand compilation, from search_range_rcs2," in told
    assert "reaction 5 s (4–6 s); assumption No source that could be opened publishes it" in told
    for figure in entry.figures:
        assert f" {figure.name} " in told
    for bracket in entry.model:
        assert f" {bracket.figure.partition('.')[2]} " in told
    for source in entry.sources.values():
        assert source.address in told
        assert source.title in told


def test_what_cannot_be_played_says_so_first() -> None:
    told = entry_text.text(unplayable().record())
    assert told.startswith("This entry cannot be played as it stands: nobody published the radar search range.\n")


def test_the_list_has_one_line_for_each_entry_with_marks() -> None:
    own = replace(pantsir(), key="mine", origin="your catalogue (mine)")
    told = entry_text.listing([entry.summary() for entry in (pantsir(), own, unplayable())]).splitlines()
    assert told[0].split()[:3] == ["pantsir-s1", "system", "missile"]
    assert told[1].startswith("+ mine")
    assert told[2].startswith("× pantsir-s1")
    assert "cannot be played" not in told[2]
    assert [line[0] for line in told[-2:]] == ["×", "+"]
    assert wide("\n".join(told)) == []


def test_a_list_without_marks_has_no_legend() -> None:
    assert entry_text.listing([shahed().summary()]).count("\n") == 0


def test_an_entry_of_which_nothing_is_told_has_its_name() -> None:
    bare = replace(unplayable(), profile="cannot be played")
    assert "Pantsir-S1 (SA-22)" in entry_text.listing([bare.summary()]).splitlines()[0]


def test_a_list_of_nothing_says_so() -> None:
    assert entry_text.listing([]) == "The catalogue holds no such entry."


@given(st.text(max_size=300))
def test_no_text_breaks_the_list(text: str) -> None:
    told = entry_text.listing([replace(pantsir(), profile=text).summary()])
    assert told.count("\n") == 0
    assert len(told) <= 100
