from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crenel.core.entries import Entry
from crenel.report import entry_page
from entry_cases import curve, hostile, pantsir, shahed, unplayable
from pages import Page, said

CASES = [pantsir, shahed, unplayable, hostile]


def html(entry: Entry) -> str:
    record = entry.record()
    has_radar = entry.kind == "system" and not entry.lacks
    curves: dict[str, Any] = {"detection": curve(record, targets=(("Shahed", 0.23),)) if has_radar else None}
    return entry_page.html(record, curves, version="0.1.0")


@pytest.mark.parametrize("case", CASES)
def test_the_page_is_one_file_that_asks_for_nothing(case) -> None:
    text = html(case())
    assert text.startswith(entry_page.MARKER)
    page = Page(text)
    assert page.open == []
    assert not {"script", "link", "iframe", "object", "embed", "form", "base", "img"} & {
        tag for tag, _ in page.elements
    }
    for tag, attributes in page.elements:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href", "action", "srcset"):
                assert value is not None
                assert value.startswith("#") or (tag == "a" and value.startswith(("https://", "http://")))
    assert "url(http" not in text
    assert "@import" not in text
    assert text.index("<meta charset") < 1024


@pytest.mark.parametrize("case", CASES)
def test_every_picture_says_what_it_shows(case) -> None:
    page = Page(html(case()))
    drawings = [attributes for tag, attributes in page.elements if tag == "svg"]
    assert drawings
    assert all(drawing.get("aria-hidden") == "true" or drawing.get("aria-label") for drawing in drawings)


def test_a_system_tells_everything_in_the_order_of_reading() -> None:
    told = said(html(pantsir()))
    parts = [
        "What is published about the system Pantsir-S1 (SA-22)",
        "claims of others, no measurements of ours",
        "Missile to 18 km",
        "Two published ranges of the search radar contradict each other",
        "How far its radar sees",
        "36 km at 2 m², second-hand compilation",
        "1 more published range names no target",
        "Where it can shoot",
        "A flat box from published limits; real envelopes are rounder.",
        "How likely one shot kills",
        "What was published",
        "In words",
        "What the model takes from it",
        "What had to be assumed",
        "Rules of the model",
        "What nobody published",
        "Published and not used, and why",
        "Sources",
        "Where this page comes from",
    ]
    assert told.startswith(parts[0])
    places = [told.index(part) for part in parts]
    assert places == sorted(places)


def test_a_threat_tells_its_echo_and_its_raids() -> None:
    told = said(html(shahed()))
    for words in (
        "How large it looks to a radar",
        "How many came at once",
        ["Nine in ten at most", "15.8"][0],
    ):
        assert words in told
    assert "How far its radar sees" not in told
    assert "Where it can shoot" not in told
    assert "nobody published this one" in told


def test_what_cannot_be_played_says_so_before_all_else() -> None:
    assert said(html(unplayable())).startswith(
        "This entry cannot be played as it stands: nobody published the radar search range."
    )


def test_every_figure_links_to_sources_that_are_there() -> None:
    entry = pantsir()
    page = Page(html(entry))
    there = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    inner = [
        value for tag, attributes in page.elements if tag == "a" and (value := attributes.get("href") or "")[:1] == "#"
    ]
    assert len(inner) > len(entry.figures)
    assert {value[1:] for value in inner} <= there
    outer = {attributes["href"] for tag, attributes in page.elements if tag == "a" and attributes["href"][:1] != "#"}
    assert outer == {source.address for source in entry.sources.values()}
    assert {f"said-{figure.name}" for figure in entry.figures} <= there


def test_what_others_wrote_cannot_become_markup() -> None:
    text = html(hostile())
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "javascript:" not in "".join(attributes.get("href") or "" for _, attributes in Page(text).elements)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80))
def test_no_name_breaks_the_page(text: str) -> None:
    page = Page(html(replace(shahed(), name=text, note=text, unknown=(text,))))
    assert page.open == []
    assert "script" not in {tag for tag, _ in page.elements}


def test_the_same_entry_gives_the_same_bytes() -> None:
    assert html(pantsir()) == html(pantsir())
