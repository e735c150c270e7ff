import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crenel.report import entry_markdown
from entry_cases import NASTY, hostile, pantsir, shahed, unplayable

CASES = [pantsir, shahed, unplayable, hostile]


def columns(line: str) -> int:
    """Columns of a table's line: a bar that is not escaped parts them."""
    return len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) - 1


@pytest.mark.parametrize("case", CASES)
def test_every_table_has_as_many_cells_in_each_line_as_it_has_columns(case) -> None:
    width = 0
    n_tables = 0
    for line in entry_markdown.page(case().record()).splitlines():
        if line.startswith("|"):
            n_tables += not width
            width = width or columns(line)
            assert columns(line) == width, line
        else:
            width = 0
    assert n_tables >= 3


def test_every_figure_and_every_source_is_there() -> None:
    entry = pantsir()
    text = entry_markdown.page(entry.record())
    for figure in entry.figures:
        assert f"| `{figure.name}` |" in text
    for bracket in entry.model:
        assert f"| `{bracket.figure.partition('.')[2]}` |" in text
    for source in entry.sources.values():
        assert f"]({source.address})" in text
    assert "| **assumption** | No source that could be opened publishes it" in text
    assert "`search_range_rcs2`, `search_range_rcs0p1`, `search_range_rcs1` (second-hand compilation)" in text


def test_what_cannot_be_played_says_so_first() -> None:
    lines = entry_markdown.page(unplayable().record()).splitlines()
    assert lines[4] == "**This entry cannot be played as it stands: nobody published the radar search range.**"


def test_the_table_of_all_links_to_each() -> None:
    text = entry_markdown.index([entry.record() for entry in (pantsir(), unplayable(), shahed())])
    assert "| [pantsir-s1](pantsir-s1.md) | Pantsir-S1 (SA-22) | missile to 18 km; gun to 4 km;" in text
    assert "missile to 18 km; cannot be played as it stands | 25 |" in text
    assert text.index("## Systems") < text.index("## Threats") < text.index("shahed-136.md")


def test_columns_that_nothing_fills_are_left_out() -> None:
    plain = replace(pantsir(), figures=tuple(replace(figure, note="") for figure in pantsir().figures))
    assert "| Note |" in entry_markdown.page(pantsir().record())
    assert "| Grade | Sources |" in entry_markdown.page(plain.record())


def test_what_others_wrote_cannot_become_markup() -> None:
    text = entry_markdown.page(hostile().record())
    outside = re.sub(r"(?<!\\)`[^`\n]*`", "", text)  # in code, letters are letters
    assert not re.search(r"(?<!\\)<(?!a id=|/a>|!--)", outside)
    assert not re.search(r"(?<!\\)\]\(javascript", text)
    assert "\\[b\\]" in text
    for line in ("* \\- a list", "* 1\\. a number", "* \\# a heading"):
        assert line in text
    (link,) = re.findall(r"\]\((https?:[^\n]*)\), ", text) or [""]
    assert link == ""  # an address with a space is no link


@given(st.text(max_size=60))
def test_no_letter_keeps_a_meaning(text: str) -> None:
    told = entry_markdown.escaped(text)
    assert "\n" not in told
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_{}\[\]!|~$<>&]", told)
    assert not re.match(r"[-+#]|\d+[.)](\s|$)", told)


def test_text_without_markup_stays_readable() -> None:
    assert entry_markdown.escaped("36 km (at 2 m²), 0.7-2 km; #1") == "36 km (at 2 m²), 0.7-2 km; #1"
    assert entry_markdown.escaped(NASTY).count("\\") == 19
