import xml.etree.ElementTree as ET
from typing import Any

import pytest

from crenel.report import charts, drawing
from crenel.report.numbers import Estimate


def boxes(drawn: str) -> ET.Element:
    return ET.fromstring(drawn)


@pytest.mark.parametrize("width", [drawing.WIDE, drawing.NARROW])
def test_the_curve_draws_every_point_inside_its_picture(summary: dict[str, Any], width: float) -> None:
    root = boxes(drawing.curve(charts.curve(summary), width))
    _, _, _, height = map(float, root.attrib["viewBox"].split())
    dots = [element for element in root.iter("circle") if element.attrib["class"] == "dot"]
    assert len(dots) == 11
    assert all(0 < float(dot.attrib["cx"]) < width and 0 < float(dot.attrib["cy"]) < height for dot in dots)
    heights = [float(dot.attrib["cy"]) for dot in dots]
    assert heights == sorted(heights), "the curve falls, so its dots go down the page"
    assert root.attrib["aria-label"].startswith("Line chart")


def test_every_stated_value_and_a_published_one_are_marked(summary: dict[str, Any]) -> None:
    summary["pk"]["published"] = 0.5
    root = boxes(drawing.curve(charts.curve(summary), drawing.WIDE))
    classes = [element.attrib.get("class") for element in root.iter()]
    assert classes.count("stated") == 4
    assert classes.count("published") == 1


def test_only_a_reachable_threshold_gets_a_bar(summary: dict[str, Any]) -> None:
    root = boxes(drawing.break_even(charts.break_even(summary), drawing.WIDE))
    (needed,) = [element for element in root.iter("circle") if element.attrib["class"] == "needed"]
    assert float(needed.attrib["cx"]) == pytest.approx(12 + 0.37 * (drawing.WIDE - 24), abs=0.1)


def test_a_bar_is_as_long_as_its_share(summary: dict[str, Any]) -> None:
    root = boxes(drawing.bar(charts.fate_bars(summary)[0]))
    assert [float(rect.attrib["width"]) for rect in root.iter("rect")] == [1000.0, pytest.approx(448.0)]
    assert [element.attrib["class"] for element in root.iter("line")] == ["whisker"]


def test_the_ring_points_the_right_way(summary: dict[str, Any]) -> None:
    summary["sectors"] = summary["sectors"][4:]
    root = boxes(drawing.ring(charts.ring(summary)))
    (wedge,) = [element for element in root.iter("path") if element.attrib["class"] == "wedge"]
    points = [tuple(map(float, pair.split())) for pair in wedge.attrib["d"].strip("MZ").split("L")]
    assert all(x <= 170.0 and y <= 170.0 for x, y in points), "west to north-west lies left of and above the middle"


def test_dots_are_filled_from_the_left_and_the_last_in_part() -> None:
    root = boxes(drawing.dots(charts.dots(Estimate(2.5), 5)))
    full = [element for element in root.iter() if element.attrib.get("class") == "dot-full"]
    assert [element.tag for element in full] == ["circle", "circle", "path"]
