from pathlib import Path

import pytest

from crenel.inputs.errors import FileError, InputError, Mark, did_you_mean, nearest, quoted, together
from crenel.inputs.nodes import MAX_DEPTH, parse_tree, read_tree


def test_every_scalar_stays_text_and_knows_its_place() -> None:
    tree = parse_tree("on: 22:15\nlist: [no, 1.50, 0x10]\n", "f.yaml")
    assert list(tree.mapping()) == ["on", "list"]
    assert [item.value for item in tree.mapping()["list"].items()] == ["no", "1.50", "0x10"]
    third = tree.reach(("list", 2))
    assert (third.value, third.line, third.column) == ("0x10", 2, 18)
    assert (tree.key_mark("list").line, tree.key_mark("list").column) == (2, 1)


def test_a_path_that_leads_nowhere_ends_at_the_deepest_piece() -> None:
    tree = parse_tree("a:\n  b: 1\n", "f.yaml")
    assert tree.reach(("a", "missing", "b")).value == "1"
    assert tree.reach(("a", 7)).line == 2


def test_an_empty_value_is_told_from_a_quoted_one() -> None:
    tree = parse_tree("a:\nb: ''\nc: ~\nd: '~'\n", "f.yaml")
    assert [tree.mapping()[key].is_empty for key in "abcd"] == [True, False, True, False]
    with pytest.raises(InputError, match=r"f\.yaml:.*'a' has no value"):
        tree.mapping()["a"].text("'a'")


@pytest.mark.parametrize(
    ("method", "message"), [("text", "wants plain text"), ("items", "wants a list"), ("mapping", "wants keys")]
)
def test_a_piece_of_another_kind_is_refused(method: str, message: str) -> None:
    node = parse_tree("a: [1]\nb: {c: 1}\n", "f.yaml").mapping()["a" if method != "items" else "b"]
    with pytest.raises(InputError, match=message):
        getattr(node, method)()


def test_depth_is_allowed_up_to_the_limit() -> None:
    brackets = MAX_DEPTH - 1
    assert parse_tree("a: " + "[" * brackets + "]" * brackets, "f.yaml").value
    with pytest.raises(InputError, match=r"f\.yaml:1:\d+: .*deeper than 50"):
        parse_tree("a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH, "f.yaml")


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "{a: ", "a: ["])
def test_100_000_openings_do_not_crash(opening: str) -> None:
    with pytest.raises(InputError):
        parse_tree(opening * 100_000, "f.yaml")


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_tree(path).mapping()["a"].value == "1"


def test_a_known_key_passes_and_another_is_refused_with_its_neighbour() -> None:
    tree = parse_tree("radius: 1\nraduis: 2\n", "f.yaml")
    with pytest.raises(InputError, match=r"f\.yaml:2:1: the file has no key \"raduis\"\. Did you mean 'radius'\?"):
        tree.known_keys(["radius"], "the file")
    tree.known_keys(["radius", "raduis"], "the file")


def test_several_mistakes_come_in_order_once_each_and_ten_at_most() -> None:
    errors = [Mark("f", line, 1).error(f"wrong {line}", "mend it") for line in (3, 1, 2, 1)]
    assert str(together(errors)) == "f:1:1: wrong 1. mend it.\nf:2:1: wrong 2. mend it.\nf:3:1: wrong 3. mend it."
    many = together(Mark("f", line, 1).error("wrong", "mend it") for line in range(1, 14))
    assert isinstance(many, FileError)
    assert len(many.errors) == 13
    assert str(many).splitlines()[-1] == "f: and 3 more. Mend these first."
    assert len(str(many).splitlines()) == 11


def test_words_of_the_user_are_quoted_short_and_printable() -> None:
    assert quoted("a\x1b[31m\n") == '"a·[31m·"'
    assert len(quoted("x" * 1000)) == 42
    assert str(Mark("a\x1b.yaml", 2)) == "a·.yaml:2"


def test_the_nearest_known_word_is_offered_or_all_of_them() -> None:
    assert nearest("Raduis", ["radius", "centre"]) == ["radius"]
    assert did_you_mean("zzz", ["radius", "centre"]) == "Known are: radius, centre."
    assert did_you_mean("zzz", []) == "None are known."
