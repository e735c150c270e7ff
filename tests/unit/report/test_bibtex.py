import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crenel.report import bibtex
from entry_cases import NASTY


def balanced(text: str) -> bool:
    """Whether every brace closes, as BibTeX counts: it does not know a backslash before one."""
    depth = 0
    for letter in text:
        depth += (letter == "{") - (letter == "}")
        if depth < 0:
            return False
    return depth == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("50 % of $5 & #1_a", r"50 \% of \$5 \& \#1\_a"),
        ("{x} \\ ~ ^", r"{\textbraceleft}x{\textbraceright} {\textbackslash} {\textasciitilde} {\textasciicircum}"),
        ("Müller, Čapek, façade", r"M{\"{u}}ller, {\v{C}}apek, fa{\c{c}}ade"),
        ("naïve Łódź Straße", r"na{\"{\i}}ve {\L}{\'{o}}d{\'{z}} Stra{\ss}e"),
        ("2 m² – “so”…", r"2 m{\texttwosuperior} -- ``so''{\ldots}"),
        ("Українська", "Українська"),
        ("a\u202eb\x07c", "a b c"),
    ],
)
def test_specials_and_accents_become_commands(text: str, told: str) -> None:
    assert bibtex.escaped(text) == told


@given(st.text(max_size=80))
def test_braces_always_close(text: str) -> None:
    row = {"key": "a", "title": text, "publisher": text, "date": text, "address": f"https://example.org/{text}"}
    entry = bibtex.source(row, "a")
    assert balanced(entry)
    # No special stands bare: outside the address, each is behind a backslash.
    for line in entry.splitlines()[1:-1]:
        if not line.startswith("  url = "):
            assert not re.search(r"(?<!\\)[#$%&_]", line), line


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://example.org/a_b?x=1&y=%20#z", "https://example.org/a_b?x=1&y=%20#z"),
        ("https://example.org/{a}\\b c", "https://example.org/%7Ba%7D%5Cb%20c"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("javascript:alert(1)", ""),
        ("https://", ""),
        ("https://[", ""),
        ("", ""),
    ],
)
def test_addresses_are_ascii_and_web_addresses_only(address: str, told: str) -> None:
    assert bibtex.address(address) == told


def test_keys_are_the_sources_own_as_far_as_bibtex_can_hold_them() -> None:
    found = bibtex.keys(["afp-2023-01-20", "apa_96k6", "a b", "a,b", "Ä}", "APA_96K6", "Ω"])
    assert found["afp-2023-01-20"] == "afp-2023-01-20"
    assert found["apa_96k6"] == "apa_96k6"
    assert found["a b"] == "a-b"
    assert found["a,b"] == "a-b-2"
    assert found["Ä}"] == "A"
    assert found["APA_96K6"] == "APA_96K6-2"
    assert found["Ω"] == "source"


def test_a_source_has_what_is_known_of_it() -> None:
    row = {
        "key": "tass",
        "title": "A title",
        "publisher": "TASS",
        "date": "2020-02-22",
        "address": "https://tass.com/1",
    }
    assert bibtex.source(row, "tass") == (
        "@misc{tass,\n  author = {{TASS}},\n  title = {{A title}},\n  year = {2020},\n  month = feb,\n"
        "  url = {https://tass.com/1},\n}"
    )


def test_an_original_that_was_not_read_says_so_in_a_note() -> None:
    entry = bibtex.source({"key": "a", "title": "57E6 (as quoted in Cielo Cerrado v0.3.0; original not read)"}, "a")
    assert "title = {{57E6}}," in entry
    assert "note = {As quoted in Cielo Cerrado v0.3.0; original not read}," in entry
    assert "author" not in entry
    assert "key = {57E6}," in entry  # by which styles sort what has no author


@pytest.mark.parametrize(
    ("date", "fields"),
    [
        ("2015", ["year = {2015},"]),
        ("2023-01", ["year = {2023},", "month = jan,"]),
        ("January 2023", ["year = {2023},"]),
        ("", []),
        ("20231", []),
    ],
)
def test_dates_as_far_as_they_are_known(date: str, fields: list[str]) -> None:
    entry = bibtex.source({"key": "a", "title": "t", "date": date}, "a")
    assert re.findall(r"(?:year|month) = .*", entry) == fields


def test_hostile_words_stay_words() -> None:
    entry = bibtex.source({"key": "a", "title": NASTY, "publisher": NASTY, "address": "javascript:x"}, "a")
    assert balanced(entry)
    assert entry.count("\n@") == 0
    assert "url" not in entry
