from markupsafe import Markup

from crenel.report import svg


def test_attributes_and_children_are_escaped() -> None:
    drawn = svg.tag("text", "<b>&", class_='a"b', data_x="<")
    assert drawn == Markup('<text class="a&#34;b" data-x="&lt;">&lt;b&gt;&amp;</text>')


def test_a_nested_element_is_not_escaped_twice() -> None:
    assert svg.tag("g", svg.tag("text", "&")) == "<g><text>&amp;</text></g>"
    assert svg.tag("g", x=1.04) == '<g x="1"/>'


def test_paths() -> None:
    assert svg.path([(0, 1.25), (2, 3)], closed=True) == "M0 1.2L2 3Z"


def test_text_is_cut_or_broken_to_fit() -> None:
    assert svg.fitted("short", 200, 12) == "short"
    cut = svg.fitted("a very long name indeed", 60, 12)
    assert cut.endswith("…")
    assert svg.text_width(cut, 12) <= 60
    broken = svg.lines("one two three four", 60, 12)
    assert " ".join(broken) == "one two three four"
    assert all(svg.text_width(part, 12) <= 60 for part in broken)
