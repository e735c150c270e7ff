import random
from itertools import combinations

from crenel.report import labels
from crenel.report.labels import Box

FRAME = Box(0, 0, 700, 700)


def test_no_label_covers_another_a_mark_or_the_edge() -> None:
    dice = random.Random(3)
    marks = [(dice.uniform(20, 680), dice.uniform(20, 680)) for _ in range(60)]
    taken = [Box(x - 9, y - 9, x + 9, y + 9) for x, y in marks]
    wanted = [labels.beside(f"Unit number {i}", "unit", 12, mark=mark, clearance=10) for i, mark in enumerate(marks)]
    placed = labels.place(wanted, taken=taken, frame=FRAME)
    assert len(placed) > 50
    for one, other in combinations([label.box for label in placed] + taken, 2):
        assert not one.overlaps(other) or (one in taken and other in taken)
    assert all(label.box.inside(FRAME) for label in placed)


def test_the_first_place_is_to_the_right_and_close_by() -> None:
    (label,) = labels.place([labels.beside("Roof", "unit", 12, mark=(100, 100), clearance=10)], taken=[], frame=FRAME)
    assert label.box.left == 114
    assert not label.leader


def test_a_crowded_mark_gets_a_line_to_its_label() -> None:
    taken = [Box(60, 60, 140, 140)]
    (label,) = labels.place(
        [labels.beside("Roof", "unit", 12, mark=(100, 100), clearance=10)], taken=taken, frame=FRAME
    )
    assert label.leader
    assert label.anchor == (100, 100)


def test_a_label_without_any_place_is_left_out() -> None:
    assert labels.place([labels.at("20 km", "circle", 12, [(50, 50)])], taken=[Box(0, 0, 99, 99)], frame=FRAME) == []
    assert labels.place([labels.at("20 km", "circle", 12, [])], taken=[], frame=FRAME) == []
