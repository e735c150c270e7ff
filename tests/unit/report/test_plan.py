from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from crenel.report import plan

Picture = Callable[..., dict[str, Any]]


def test_places_fall_where_east_and_north_say(summary: dict[str, Any], picture: Picture) -> None:
    given = picture()
    given["assets"] = [{"name": "corner", "east_m": 40_000.0, "north_m": 40_000.0, "radius_m": 800.0}]
    ((place, radius),) = plan.ground(given, summary).assets
    assert place == (1000.0, 0.0)
    assert radius == pytest.approx(10.0)


def test_rings_are_grouped_by_kind(summary: dict[str, Any], picture: Picture) -> None:
    layer = plan.ground(picture(), summary)
    assert {kind: len(rings) for kind, rings in layer.rings.items()} == {
        "sight": 3, "detection": 3, "missile": 3, "gun": 3,
    }  # fmt: skip
    assert "sight" not in plan.ground(picture(raster=True), summary).rings


def test_a_jammers_ring_is_drawn_and_named(summary: dict[str, Any], picture: Picture) -> None:
    given = picture()
    given["rings"] = [{"unit": "x", "kind": "jamming", "polygon": [[9e3, 0], [0, 9e3], [-9e3, -9e3]]}]
    assert set(plan.ground(given, summary).rings) == {"jamming"}
    assert "reach of the jammers" in {label.words for label in plan.notes(given, summary, 720.0).labels}


def test_only_plain_ground_gets_distance_circles(summary: dict[str, Any], picture: Picture) -> None:
    assert [told for _, told in plan.ground(picture(), summary).circles] == ["10 km", "20 km", "30 km", "40 km"]
    assert plan.ground(picture(raster=True), summary).circles == ()


def test_an_approach_tells_how_many_of_what_from_where(summary: dict[str, Any], picture: Picture) -> None:
    drones, missiles = plan.ground(picture(), summary).approaches
    assert drones.told == "12 × Shahed-136 from 150–240°"
    assert missiles.radius == pytest.approx(1000.0)


def test_groups_of_one_threat_from_the_same_sides_are_told_once(summary: dict[str, Any], picture: Picture) -> None:
    given = picture()
    given["groups"].append(given["groups"][0] | {"name": "more drones", "to": "Ministry quarter"})
    summary["groups"].append(summary["groups"][0] | {"name": "more drones", "count": 5})
    assert [approach.told for approach in plan.ground(given, summary).approaches] == [
        "17 × Shahed-136 from 150–240°",
        "4 × 3M-14 Kalibr from 250–300°",
        "",
    ]


def test_a_ring_beyond_the_map_is_known_to_be(summary: dict[str, Any], picture: Picture) -> None:
    given = picture()
    given["rings"] = [{"unit": "x", "kind": "sight", "polygon": [[9e5, 0], [0, 9e5], [-9e5, -9e5]]}]
    layer = plan.ground(given, summary)
    assert not plan.shown(layer, "sight")
    assert plan.shown(plan.ground(picture(), summary), "missile")


@pytest.mark.parametrize("width", [720.0, 350.0])
def test_labels_and_marks_keep_apart(summary: dict[str, Any], picture: Picture, width: float) -> None:
    found = plan.notes(picture(), summary, width)
    for one, other in combinations([label.box for label in found.labels], 2):
        assert not one.overlaps(other)
    for one, other in combinations([mark.at for mark in found.marks], 2):
        assert abs(one[0] - other[0]) >= 17 or abs(one[1] - other[1]) >= 17


def test_wide_maps_name_the_units_and_narrow_ones_number_them(summary: dict[str, Any], picture: Picture) -> None:
    wide, narrow = (plan.notes(picture(), summary, width) for width in (720.0, 350.0))
    assert {label.words for label in wide.labels if label.kind == "unit"} == {
        "Defence ministry", "Centre rooftop", "Novo-Ogaryovo",
    }  # fmt: skip
    assert not [label for label in narrow.labels if label.kind == "unit"]
    assert [mark.number for mark in narrow.marks] == [1, 2, 3]


def test_a_mark_moves_aside_for_the_target_that_it_covers(summary: dict[str, Any], picture: Picture) -> None:
    ministry, rooftop, _ = plan.notes(picture(), summary, 720.0).marks
    assert ministry.at != ministry.true
    assert rooftop.at == rooftop.true


def test_marks_show_the_evidence(summary: dict[str, Any], picture: Picture) -> None:
    assert [mark.firmness for mark in plan.notes(picture(), summary, 720.0).marks] == ["seen", "weak", "seen"]


def test_the_scale_bar_is_a_round_length(summary: dict[str, Any], picture: Picture) -> None:
    found = plan.notes(picture(), summary, 720.0)
    assert found.bar_words == "20 km"
    assert found.bar == pytest.approx(720.0 / 4)


def test_the_strip_says_what_the_picture_is(summary: dict[str, Any], picture: Picture) -> None:
    told = " ".join(plan.notes(picture(), summary, 720.0).strip)
    for part in (
        "Rooftop systems",
        "Simulation from published figures",
        "20 January 2023",
        "3 units alone",
        "#5f3a9c1e",
    ):
        assert part in told


def test_the_caption_names_threat_and_height(summary: dict[str, Any], picture: Picture) -> None:
    told = plan.caption(picture(), summary)
    assert "Shahed-136 flying 100 m above the ground" in told
    assert "flat 150 m" in told
    assert "hidden from every unit" in plan.caption(picture(raster=True), summary)
    assert plan.alt(picture(), summary).startswith("Map, 80 km across, north up. Units: Defence ministry (Pantsir-S1)")


def test_a_long_label_gives_up_its_sides_before_its_threat(summary: dict[str, Any], picture: Picture) -> None:
    summary["groups"][0]["threat_name"] = "Shahed-136 / Geran-2"
    told = {label.words for label in plan.notes(picture(), summary, 350.0).labels if label.kind == "approach"}
    assert "12 × Shahed-136 / Geran-2" in told


def test_a_crowd_of_units_still_fits(summary: dict[str, Any], picture: Picture) -> None:
    given = picture()
    given["units"] = [given["units"][0] | {"name": f"Unit {n}", "east_m": 300.0 * n} for n in range(40)]
    found = plan.notes(given, summary, 720.0)
    assert len(found.marks) == 40
    assert all(0 <= mark.at[0] <= 720 for mark in found.marks)
