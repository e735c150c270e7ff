"""A thousand mutilated entries at the loader: none gets in, none ends in a traceback."""

import copy
from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crenel.inputs.catalogue import DATA, shipped
from crenel.inputs.catalogue.entry import read_entry
from crenel.inputs.errors import InputError
from crenel.inputs.nodes import parse_tree

FOLDERS = {"system": "systems", "threat": "threats"}
ENTRIES = [(kind, path) for kind, name in FOLDERS.items() for path in sorted((DATA / name).glob("*.yaml"))]
MODEL = ("radar", "sensor", "fire_control", "missile", "gun", "jammer")
FIGURES = ("antenna_height", "channels", "reaction", "assessment", "speed", "height", "rcs", "own_failure", "apogee")
NO_NUMBER = ("abc", "nan km", "inf", "", "1..2..3 km", "12,5 km", "-5 furlongs", [], {"value": "1"})


@cache
def text_of(path):
    return path.read_text(encoding="utf-8")


def tree_of(path) -> dict[str, Any]:
    return copy.deepcopy(loaded(path))


@cache
def loaded(path):
    return yaml.load(text_of(path), Loader=yaml.BaseLoader)


def load(text, path, kind):
    return read_entry(parse_tree(text, path.name), path.stem, kind, shipped().shared)


def refusal(text, path, kind):
    """What the loader says, None if it takes the text; anything but its own error is a failure of the test."""
    try:
        load(text, path, kind)
    except InputError as error:
        return error
    return None


# --- where to cut -----------------------------------------------------------------------------------------------------


def statements(tree):
    return [figure for figure in tree.get("published", {}).values() if "text" not in figure]


def figures(tree):
    """Every figure of the model that stands in the file."""
    found = [tree[key] for key in FIGURES if isinstance(tree.get(key), dict)]
    for part in MODEL:
        for value in tree.get(part, {}).values():
            if isinstance(value, dict):
                found += [value] if is_figure(value) else [each for each in value.values() if isinstance(each, dict)]
    return found


def is_figure(value):
    return bool({"value", "from", "like"} & value.keys())


def assumptions(tree):
    return [figure for figure in figures(tree) if figure.get("grade") == "assumption" and "like" not in figure]


def resting(tree):
    return [figure for figure in figures(tree) if "from" in figure]


# --- how to cut: each changes the tree and says whether it could ------------------------------------------------------


def one(draw, found):
    return draw(st.sampled_from(found)) if found else None


def misspell_key(draw, tree):
    group = draw(st.sampled_from([tree, *statements(tree), *figures(tree)]))
    key = draw(st.sampled_from(sorted(group)))
    group[key + "x"] = group.pop(key)
    return True


def misname_statement(draw, tree):
    if not tree.get("published"):
        return False
    name = draw(st.sampled_from(sorted(tree["published"])))
    tree["published"]["zz" + name] = tree["published"].pop(name)
    return True


def drop(key):
    def cut(draw, tree):
        found = one(draw, [statement for statement in statements(tree) if key in statement])
        if found is None:
            return False
        del found[key]
        return True

    return cut


def unknown_source(draw, tree):
    found = one(draw, list(tree.get("published", {}).values()))
    if found is None:
        return False
    found["source"] = ["nobody_1999_nothing"]
    return True


def unknown_grade(draw, tree):
    found = one(draw, statements(tree) + assumptions(tree))
    if found is None:
        return False
    found["grade"] = draw(st.sampled_from(["rumour", "", "Press ", "assumptions", "1"]))
    return True


def published_assumption(draw, tree):
    found = one(draw, statements(tree))
    if found is None:
        return False
    found["grade"] = "assumption"
    return True


def wrong_dimension(draw, tree):
    found = one(draw, statements(tree) + assumptions(tree))
    if found is None:
        return False
    unit = "dB"  # no figure of an entry is in decibels but a cross-section, which wants dBsm
    found["value"] = f"{found['value'].split()[0].rstrip('%')} {unit}"
    return True


def outside_its_bracket(draw, tree):
    found = one(draw, statements(tree) + assumptions(tree))
    if found is None:
        return False
    number, _, unit = found["value"].partition(" ")
    if float(number.rstrip("%")) == 0.0:
        return False
    found["low"] = found["high"] = found["value"]
    found["value"] = f"{float(number) * draw(st.sampled_from([0.5, 0.25]))} {unit}".strip()
    return True


def ends_exchanged(draw, tree):
    found = one(draw, [f for f in statements(tree) + assumptions(tree) if f.get("low", 0) != f.get("high", 0)])
    if found is None or "low" not in found or "high" not in found:
        return False
    found["low"], found["high"] = found["high"], found["low"]
    return True


def no_number(draw, tree):
    found = one(draw, statements(tree) + assumptions(tree))
    if found is None:
        return False
    found["value"] = draw(st.sampled_from(NO_NUMBER))
    return True


def from_nowhere(draw, tree):
    found = one(draw, resting(tree))
    if found is None:
        return False
    found["from"] = draw(st.sampled_from([["nothing_of_the_kind"], [], "altitude", [[]]]))
    return True


def an_average(draw, tree):
    found = one(draw, resting(tree))
    if found is None:
        return False
    rests_on = tree["published"][found["from"][0]]
    if rests_on.get("low", rests_on["value"]) == rests_on.get("high", rests_on["value"]):
        return False
    low, high = (float(rests_on[end].split()[0]) for end in ("low", "high"))
    middle = 0.5 * (low + high) * 1.0001
    found["value"] = f"{middle} {rests_on['value'].partition(' ')[2]}".strip()
    return True


def a_bracket_that_leaves_out(draw, tree):
    found = one(draw, resting(tree))
    if found is None:
        return False
    rests_on = tree["published"][found["from"][0]]
    if rests_on.get("low", rests_on["value"]) == rests_on["value"] or rests_on["value"].split()[0] == "0":
        return False
    found["low"] = rests_on["value"]
    return True


def no_reason(draw, tree):
    found = one(draw, assumptions(tree))
    if found is None:
        return False
    found.pop(draw(st.sampled_from(["note", "low", "high"])), None)
    return True


def no_width(draw, tree):
    found = one(draw, assumptions(tree))
    if found is None:
        return False
    found["low"] = found["high"] = found["value"]
    return True


def dropped_head(draw, tree):
    key = draw(st.sampled_from(sorted({"name", "class", "unknown", "motion"} & tree.keys())))
    del tree[key]
    return True


def unknown_class(draw, tree):
    tree["class"] = draw(st.sampled_from(["any", "cruize", "short range", "", "drone2"]))
    return True


def used_and_not_used(draw, tree):
    if not tree.get("published"):
        return False
    tree.setdefault("not_used", {})[draw(st.sampled_from(sorted(tree["published"])))] = "no reason"
    return True


def bare_figure(draw, tree):
    names = [key for key in FIGURES if key in tree]
    if not names:
        return False
    tree[draw(st.sampled_from(names))] = draw(st.sampled_from(["5 m", ["5 m"], ""]))
    return True


CUTS = (
    misspell_key,
    misname_statement,
    drop("grade"),
    drop("source"),
    drop("value"),
    unknown_source,
    unknown_grade,
    published_assumption,
    wrong_dimension,
    outside_its_bracket,
    ends_exchanged,
    no_number,
    from_nowhere,
    an_average,
    a_bracket_that_leaves_out,
    no_reason,
    no_width,
    dropped_head,
    unknown_class,
    used_and_not_used,
    bare_figure,
)


@st.composite
def mutilated(draw):
    kind, path = draw(st.sampled_from(ENTRIES))
    tree = tree_of(path)
    cut = draw(st.sampled_from(CUTS))
    if not cut(draw, tree):
        unknown_class(draw, tree)
    return kind, path, yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, default_style="'"), cut.__name__


@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(mutilated())
def test_no_mutilated_entry_gets_in(case):
    kind, path, text, cut = case
    refused = refusal(text, path, kind)
    assert refused is not None, f"{path.name} got in after {cut}:\n{text}"
    assert refused.mark.line >= 1
    assert refused.what
    assert refused.remedy


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.sampled_from(ENTRIES), st.floats(0.0, 1.0), st.text(max_size=6) | st.sampled_from(["\t", "{", "&a ", "*a"]))
def test_random_letters_never_end_in_a_traceback(entry, place, letters):
    kind, path = entry
    text = text_of(path)
    at = int(place * len(text))
    refused = refusal(text[:at] + letters + text[at:], path, kind)
    assert refused is None or str(refused)


@pytest.mark.parametrize(("kind", "path"), ENTRIES, ids=lambda value: getattr(value, "stem", value))
def test_the_knife_itself_does_not_hurt(kind, path):
    """An entry that is taken apart and put together again unchanged is still read."""
    text = yaml.safe_dump(tree_of(path), allow_unicode=True, sort_keys=False, default_style="'")
    assert load(text, path, kind).entry.key == path.stem
