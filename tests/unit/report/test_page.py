import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from crenel import report

NASTY = '<script>alert("x")</script>\' onload="boom'
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """What a browser would see: elements, attributes, text, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "title"):
            self.words.append(data)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def said(page: str) -> str:
    return " ".join(" ".join(Page(page).words).replace("\u00a0", " ").split())


def test_the_page_is_one_file_that_asks_for_nothing(run_folder: Callable[..., Path]) -> None:
    path = report.write(run_folder(raster=True))
    assert path.name == "report.html"
    page = Page(text_of(path))
    assert page.open == []
    assert not {"script", "link", "iframe", "object", "embed", "form", "base"} & {tag for tag, _ in page.elements}
    for tag, attributes in page.elements:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href", "xlink:href", "action", "poster", "srcset"):
                assert value is not None
                assert value.startswith(("#", "data:image/png")) or (tag == "a" and value.startswith("http"))
    assert "url(http" not in text_of(path)
    assert "@import" not in text_of(path)


def test_the_character_set_comes_first(run_folder: Callable[..., Path]) -> None:
    assert b'<meta charset="utf-8">' in report.write(run_folder()).read_bytes()[:1024]


@pytest.mark.parametrize("raster", [False, True])
def test_the_page_stays_small(run_folder: Callable[..., Path], raster: bool) -> None:
    assert report.write(run_folder(raster=raster)).stat().st_size < 3_000_000


def test_the_answer_comes_first_and_in_order(run_folder: Callable[..., Path]) -> None:
    told = said(text_of(report.write(run_folder())))
    parts = [
        "These 3 units alone; others may exist.",
        "Rooftop systems in Moscow, January 2023",
        "Even if every shot hit",
        "Whatever the missiles do",
        "If each shot kills with probability",
        "What it would take",
        "At the stated kill probabilities",
        "if none of these units were there",
        "How it changes with the evidence",
        "Where they stand and how far they reach",
        "What becomes of the raid",
        "From which side",
        "Target by target",
        "What had to be assumed",
        "Sources",
        "How anyone knows of these units",
        "What this cannot show",
        "How sure",
        "Where this page comes from",
    ]
    assert told.startswith(parts[0])
    places = [told.index(part) for part in parts]
    assert places == sorted(places)


def test_every_picture_says_what_it_shows(run_folder: Callable[..., Path]) -> None:
    page = Page(text_of(report.write(run_folder())))
    drawings = [attributes for tag, attributes in page.elements if tag == "svg" and "viewbox" in attributes]
    assert len(drawings) > 10
    nested = {"0 0 1000 1000"}
    assert all(d.get("aria-hidden") == "true" or d.get("aria-label") for d in drawings if d["viewbox"] not in nested)


def test_what_others_wrote_cannot_become_markup(run_folder: Callable[..., Path], summary: dict[str, Any]) -> None:
    poisoned = poison(summary)
    page = Page(text_of(report.write(run_folder(summary=poisoned))))
    assert "script" not in {tag for tag, _ in page.elements}
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert page.open == []


def poison(value: Any, key: str = "") -> Any:
    """Every text of a summary that people write, with markup in it; codes stay as they are."""
    if isinstance(value, dict):
        return {name: poison(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [poison(item, key) for item in value]
    written = {"name", "title", "publisher", "note", "notes", "address", "system_name", "threat_name", "placards", "to",
               "network", "terrain", "attribution", "datum", "hash", "date", "figure", "when"}  # fmt: skip
    return NASTY + value if isinstance(value, str) and key in written else value


def test_the_map_escapes_names_too(run_folder: Callable[..., Path]) -> None:
    path = run_folder()
    picture = path / "maps" / "picture.json"
    picture.write_text(picture.read_text().replace("Novo-Ogaryovo", "<script>x</script>"), encoding="utf-8")
    written = text_of(report.write(path))
    assert "<script" not in written
    assert "&lt;script&gt;" in written


def test_the_same_folder_gives_the_same_bytes_and_nothing_is_left_over(run_folder: Callable[..., Path]) -> None:
    path = run_folder(raster=True)
    first = report.write(path).read_bytes()
    (path / "timing.json").write_text('{"play_s": 1.5}', encoding="utf-8")
    assert report.write(path).read_bytes() == first
    assert not list(path.glob("*.tmp"))


def test_no_internal_word_reaches_the_reader(run_folder: Callable[..., Path]) -> None:
    told = said(text_of(report.write(run_folder())))
    for code in ("out_of_reach", "too_late", "own_failure", "soft_kill", "p_no_leak", "replicate", "no_rounds"):
        assert code not in told
    assert not re.search(r"\bleak", told)


def test_a_count_at_the_stated_values_names_p_and_grade(run_folder: Callable[..., Path]) -> None:
    told = said(text_of(report.write(run_folder())))
    assert "7.2 of 16 get through, if a shot kills with p = 0.3–0.5 (assumption)" in told


def test_the_ladder_stands_with_p_and_grade_and_says_where_nobody_stands(run_folder: Callable[..., Path]) -> None:
    told = said(text_of(report.write(run_folder())))
    ladder = told[told.index("How it changes with the evidence") : told.index("Where they stand")]
    assert "At the stated kill probabilities, 0.3–0.5 (assumption at worst)" in ladder
    assert "Each row counts these units alone" in ladder
    assert ladder.count("no unit has this status") == 2
    assert "+ seen in pictures 1 10.4 of 16 (10.3–10.5)" in ladder
    assert "Each by its stated chance – 9.5 of 16 (9.3–9.7)" in ladder


def test_stages_stand_with_the_conclusions_that_they_carry(run_folder: Callable[..., Path]) -> None:
    told = said(text_of(report.write(run_folder())))
    sure = told[told.index("How sure") :]
    assert "The answer leans on 13 figures; 9 of them nobody published (assumptions), 1 is an estimate." in sure
    assert (
        "Seeing who is seen, and when (in part 1: “hidden” and “never held on radar”) assumption 5 of 6 [2] [3]" in sure
    )
    assert "1 more figure says how often a threat fails by itself." in sure


def test_what_comes_from_elsewhere_and_what_nothing_cites_is_marked(
    run_folder: Callable[..., Path], summary: dict[str, Any]
) -> None:
    summary["figures"][0]["origin"] = "your catalogue (mine)"
    summary["sources"][3]["used"] = False
    told = said(text_of(report.write(run_folder(summary=summary))))
    assert told.count("from your catalogue (mine)") == 1
    assert told.count("Listed in the scenario; no figure and no unit cites it.") == 1
    assert "There with a chance of 90 % (80–100 %, estimate)." in told


def test_an_older_run_still_gives_a_page(run_folder: Callable[..., Path], summary: dict[str, Any]) -> None:
    for key in ("evidence", "stages"):
        del summary[key]
    for row in summary["figures"]:
        del row["origin"]
    told = said(text_of(report.write(run_folder(summary=summary))))
    assert "How it changes with the evidence" not in told
    assert "Seeing" in told


def test_a_run_with_little_in_it_still_gives_a_page(run_folder: Callable[..., Path], summary: dict[str, Any]) -> None:
    summary["pk"] |= {"stated": [], "bracket": None, "grade": None}
    summary |= {
        "units": [],
        "sectors": [],
        "assets": [],
        "assumptions": [],
        "figures": [],
        "sources": [],
        "placards": [],
    }
    del summary["leak_quantiles"]
    path = run_folder(summary=summary)
    (path / "maps" / "picture.json").unlink()
    told = said(text_of(report.write(path)))
    assert "Nobody here can shoot" in told
    assert "What it would take" not in told
