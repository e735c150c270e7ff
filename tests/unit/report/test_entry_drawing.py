import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from crenel.report import drawing, entry_charts, entry_drawing, entry_rows, svg
from crenel.report.entry_charts import Interval, Intervals
from entry_cases import curve, hostile, pantsir, shahed

WIDTHS = [drawing.WIDE, drawing.NARROW]
TARGETS = (("Quad", 0.012), ("Kalibr", 0.07), ("Iskander", 0.14), ("Shahed", 0.23), ("Fighter of a long name", 90.0))


def detection(width: float, entry=None) -> ElementTree.Element:
    record = (entry or pantsir()).record()
    info = entry_charts.detection(record, curve(record, targets=TARGETS), entry_rows.source_numbers(record))
    return ElementTree.fromstring(entry_drawing.detection(info, width))


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in root.iter() if name in element.get("class", "").split()]


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", text)]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_curve_falls_from_right_to_left_within_the_drawing(width: float) -> None:
    root = detection(width)
    (line,) = of_class(root, "curve")
    found = numbers(line.get("d", ""))
    across, down = found[::2], found[1::2]
    _, _, wide, high = numbers(root.get("viewBox", ""))
    assert across == sorted(across)
    assert down == sorted(down, reverse=True)  # y grows downwards: more range is higher up
    assert 0 <= min(across) < max(across) <= wide
    assert 0 <= min(down) < max(down) <= high


@pytest.mark.parametrize("width", WIDTHS)
def test_claims_are_marks_at_their_target_and_range(width: float) -> None:
    root = detection(width)
    marks = of_class(root, "claim")
    assert len(marks) == 3
    assert len(of_class(root, "claim-span")) == 1  # only one of them has a bracket
    (line,) = of_class(root, "curve")
    points = numbers(line.get("d", ""))
    # At 1 m² the curve has 40 km and the claim 30 km: it lies right below.
    at_one = points.index(min(points[::2], key=lambda x: abs(x - numbers(marks[2].get("d", ""))[0])))
    assert numbers(marks[2].get("d", ""))[1] > points[at_one + 1]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_of_a_threat_runs_through_another_s_name(width: float) -> None:
    root = detection(width)
    names, lines = of_class(root, "flag-name"), of_class(root, "flag")
    assert len(names) == len(lines) == 5
    for name in names:
        left, y = float(name.get("x", "")), float(name.get("y", ""))
        right = left + svg.text_width(name.text or "", 12.5)
        assert right <= width
        for line in lines:
            x, top = float(line.get("x1", "")), float(line.get("y1", ""))
            assert not (left < x < right and top < y - 2), name.text


@pytest.mark.parametrize("width", WIDTHS)
def test_the_envelope_has_a_line_round_central_values_and_two_shades(width: float) -> None:
    info = entry_charts.envelope(pantsir().record())
    assert info is not None
    root = ElementTree.fromstring(entry_drawing.envelope(info, width))
    for weapon in ("missile", "gun"):
        (may,), (must,), (line,) = (of_class(root, f"{kind}-{weapon}") for kind in ("may", "must", "limits"))
        areas = [float(box.get("width", "")) * float(box.get("height", "")) for box in (must, line, may)]
        assert areas == sorted(areas)
    # Told apart without colour: the gun's line is broken by its class, and both are named.
    assert {element.text for element in of_class(root, "beside")} == {"missiles", "guns"}


def test_brackets_that_exclude_each_other_have_no_sure_part() -> None:
    entry = pantsir()
    model = tuple(
        replace(bracket, low=1_000.0, value=1_500.0) if bracket.figure.endswith("missile.range_max") else bracket
        for bracket in entry.model
    )
    info = entry_charts.envelope(replace(entry, model=model).record())
    assert info is not None
    root = ElementTree.fromstring(entry_drawing.envelope(info, drawing.WIDE))
    assert of_class(root, "must-missile") == []
    assert len(of_class(root, "may-missile")) == 1


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("which", ["chances", "cross_sections", "raid_sizes"])
def test_brackets_lie_on_their_axis_with_all_their_words(width: float, which: str) -> None:
    record = (pantsir() if which == "chances" else shahed()).record()
    info = getattr(entry_charts, which)(record)
    root = ElementTree.fromstring(entry_drawing.intervals(info, width))
    spans = of_class(root, "span")
    assert len(spans) == sum(row.high > row.low for row in info.rows)
    _, _, wide, high = numbers(root.get("viewBox", ""))
    for span in spans:
        x0, x1 = float(span.get("x1", "")), float(span.get("x2", ""))
        assert 0 <= x0 < x1 <= wide
        assert 0 < float(span.get("y1", "")) < high
    words = [element.text for element in root.iter() if element.text]
    for row in info.rows:
        assert row.label in words
        assert row.shown in words


def test_known_and_assumed_are_told_apart_without_colour() -> None:
    info = entry_charts.chances(pantsir().record())
    assert info is not None
    root = ElementTree.fromstring(entry_drawing.intervals(info, drawing.WIDE))
    assert (len(of_class(root, "mark-known")), len(of_class(root, "mark-assumed"))) == (2, 8)
    assert "mark-step" in entry_drawing.key_mark("step")


def test_words_that_do_not_fit_on_one_line_take_two() -> None:
    long = Interval(
        "", "a very long label of some aspect", "0.02 m² (0.005–0.2 m²), a long grade", 0.1, 0.2, ((0.15, "known"),)
    )
    axis = Intervals((long,), (0.0, 1.0), False, ((0.0, "0"), (1.0, "1")), "chance", "alt")
    root = ElementTree.fromstring(entry_drawing.intervals(axis, drawing.NARROW))
    (label,), (shown,) = of_class(root, "row-label"), of_class(root, "row-told")
    assert float(shown.get("y", "")) - float(label.get("y", "")) > 12


@pytest.mark.parametrize("width", WIDTHS)
def test_what_somebody_wrote_is_only_text(width: float) -> None:
    root = detection(width, hostile())
    assert {element.tag for element in root.iter()} <= {"svg", "line", "path", "text", "rect", "circle"}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
