"""Changing entries of a place in a scenario's text, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crenel.inputs import example_text, examples
from crenel.inputs.edit import Entry, with_entries
from crenel.inputs.errors import InputError
from crenel.inputs.nodes import parse_tree

TERRAIN = Entry(
    "terrain", ('file: ["a.tif"]', "model: surface"), '{file: ["a.tif"], model: surface}', ("Copernicus.", "Second.")
)
BUILDINGS = Entry("buildings", ("{file: b.geojson}",), "{file: b.geojson}")
NONE = Entry("buildings", ("none",), "none")

BLOCK = """\
crenel: 1      # the format
title: T
place:
  centre: [55.74 N, 37.60 E]   # the middle
  terrain: flat 150 m          # a choice
  # Nobody drew these.
  buildings: none
  radius: 40 km
# after the place
assets: []
"""


def plain(text):
    def of(node):
        if isinstance(node.value, dict):
            return {key: of(value) for key, value in node.value.items()}
        return [of(item) for item in node.value] if isinstance(node.value, list) else node.value

    return of(parse_tree(text, "t"))


def test_a_place_of_several_lines_keeps_its_comments():
    wanted = """\
crenel: 1      # the format
title: T
place:
  centre: [55.74 N, 37.60 E]   # the middle
  # a choice
  # Copernicus.
  # Second.
  terrain:
    file: ["a.tif"]
    model: surface
  # Nobody drew these.
  buildings: {file: b.geojson}
  radius: 40 km
# after the place
assets: []
"""
    assert with_entries(BLOCK, "t", [TERRAIN, BUILDINGS]) == wanted


def test_a_placeholder_s_mark_goes_with_it():
    marked = BLOCK.replace("# a choice", "# PLACEHOLDER: say how high it is").replace(
        "# Nobody", "# PLACEHOLDER: nobody"
    )
    changed = with_entries(marked, "t", [TERRAIN])
    assert "say how high it is" not in changed
    assert "# PLACEHOLDER: nobody" in changed


def test_what_is_missing_is_added_at_the_end_of_the_place():
    text = BLOCK.replace("  buildings: none\n", "")
    changed = with_entries(text, "t", [NONE])
    assert "  radius: 40 km\n  buildings: none\n# after the place\n" in changed


def test_a_value_over_several_lines_is_replaced_whole():
    text = BLOCK.replace(
        "  terrain: flat 150 m          # a choice\n",
        "  terrain:   # mine\n    file: old.tif\n    # filled by hand\n    voids: fill\n\n",
    )
    changed = with_entries(text, "t", [TERRAIN])
    assert plain(changed)["place"]["terrain"] == {"file": ["a.tif"], "model": "surface"}
    for comment in ("# mine", "# filled by hand", "# Nobody drew these."):
        assert comment in changed
    assert "old.tif" not in changed


@pytest.mark.parametrize(
    "place",
    [
        "place: {centre: [55.74 N, 37.60 E], radius: 40 km, terrain: flat 150 m}   # on one line",
        "place: {centre: [55.74 N, 37.60 E], radius: 40 km, terrain: {file: x.tif, voids: fill}, buildings: none}",
        "place: {centre: [55.74 N, 37.60 E],   # the middle\n        radius: 40 km,\n        terrain: flat 150 m}",
        "place: {centre: [55.74 N, 37.60 E], radius: 40 km,}",
        "place: {centre: '55.74, 37.60', radius: 40 km, terrain: , buildings: none}",
        "place:   # nothing yet",
        "place:",
        "place: ~",
        'place: {"centre": "#1, 2", radius: 40 km}',
    ],
)
def test_a_place_however_it_is_written(place):
    text = f"# head\ncrenel: 1\n{place}\nassets: []   # tail\n"
    changed = with_entries(text, "t", [TERRAIN, BUILDINGS])
    said = plain(changed)
    assert said["place"]["terrain"] == {"file": ["a.tif"], "model": "surface"}
    assert said["place"]["buildings"] == {"file": "b.geojson"}
    assert said["assets"] == []
    before = plain(text)["place"]
    for key in ("centre", "radius"):
        if isinstance(before, dict) and key in before:
            assert said["place"][key] == before[key]
    for comment in ("# head", "# tail", *(["# the middle"] if "middle" in place else []), "# Copernicus."):
        assert comment in changed


def test_a_scenario_without_a_place_gets_one():
    assert plain(with_entries("crenel: 1", "t", [TERRAIN]))["place"]["terrain"]["model"] == "surface"


def test_a_text_of_windows_stays_one():
    changed = with_entries(BLOCK.replace("\n", "\r\n"), "t", [TERRAIN])
    assert changed.count("\n") == changed.count("\r\n")


def test_the_same_change_twice_changes_nothing_more():
    once = with_entries(BLOCK, "t", [NONE])
    assert with_entries(once, "t", [NONE]) == once


@pytest.mark.parametrize("name", sorted(examples()))
def test_every_example_can_be_changed_and_changed_back(name):
    text = example_text(name)
    changed = with_entries(text, name, [TERRAIN, BUILDINGS])
    before, after = plain(text), plain(changed)
    for key in ("terrain", "buildings"):
        before["place"].pop(key, None)
        after["place"].pop(key)
    assert before == after
    assert {line for line in text.splitlines() if line.lstrip().startswith("#")} <= set(changed.splitlines())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("place: here\n", "not a group of keys"),
        ("place: [1, 2]\n", "not a group of keys"),
        ("{crenel: 1}\n", "within braces"),
        ("- 1\n", "top level"),
        ("place: {a: &x 1}\n", "anchor"),
        ("place: {a: 1\n", "broken YAML"),
        ("place:\n  terrain: x  # a\u2028\nassets: []\n", "rare kind"),
    ],
)
def test_what_cannot_be_changed_safely_is_refused(text, why):
    with pytest.raises(InputError, match=why):
        with_entries(text, "t", [TERRAIN])


def test_a_change_that_would_touch_something_else_is_refused():
    evil = Entry("terrain", ("flat 1 m\nassets: [x]",), "none")
    with pytest.raises(InputError, match="safely"):
        with_entries(BLOCK, "t", [evil])
    gone = Entry("terrain", ("x  ]",), "none")
    with_entries(BLOCK, "t", [gone])
    broken = Entry("terrain", ("[",), "none")
    with pytest.raises(InputError, match="would break it"):
        with_entries(BLOCK, "t", [broken])


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufeff"))


@given(comment=WORDS, note=WORDS)
def test_comments_and_texts_of_any_kind_survive(comment, note):
    quoted = json.dumps(note, ensure_ascii=False)
    text = f"crenel: 1\nplace:\n  terrain: flat 1 m  # {comment}\n  note: {quoted}\n# {comment}\n"
    changed = with_entries(text, "t", [TERRAIN])
    assert plain(changed)["place"]["note"] == note
    assert changed.count(f"# {comment}".rstrip()) >= 2
