from dataclasses import replace
from typing import Any

import pytest

from crenel.report import entry_charts, entry_rows
from entry_cases import SIZES, curve, pantsir, shahed, unplayable


def detection(entry: Any, **targets: Any) -> entry_charts.Detection:
    record = entry.record()
    found = entry_charts.detection(record, curve(record, **targets), entry_rows.source_numbers(record))
    assert found is not None
    return found


def test_published_ranges_with_their_targets_stand_beside_the_curve() -> None:
    info = detection(pantsir())
    assert [(claim.rcs_m2, claim.value_m) for claim in info.claims] == [(2.0, 36e3), (0.1, 20e3), (1.0, 30e3)]
    assert (info.claims[2].low_m, info.claims[2].high_m) == (25e3, 36e3)
    assert info.claims[1].told == "20 km at 0.1 m², second-hand compilation"
    assert info.n_without_target == 1
    assert info.cap == "50 km (42.8–80 km, assumption)"
    assert info.chance == "0.8 (0.5–0.9, assumption)"
    assert len(info.points) == 101


def test_a_statement_that_the_search_range_rests_on_is_drawn_whatever_its_name() -> None:
    entry = pantsir()
    renamed = tuple(replace(figure, name=figure.name.replace("search_", "fcr_")) for figure in entry.figures)
    assert len(detection(replace(entry, figures=renamed)).claims) == 3


def test_well_known_threats_are_sorted_and_short_and_on_the_axis() -> None:
    info = detection(pantsir(), targets=(("Shahed-136 / Geran-2", 0.23), ("Bird", 1e-4), ("Quad (small)", 0.01)))
    assert info.targets == (("Quad", 0.01), ("Shahed-136", 0.23))


def test_the_picture_is_told_in_words() -> None:
    alt = detection(pantsir()).alt
    assert "1 m²: 40 km (32–50 km)" in alt
    assert "20 km at 0.1 m²" in alt


def test_a_threat_has_no_radar_and_no_envelope() -> None:
    record = shahed().record()
    assert entry_charts.detection(record, None, {}) is None
    assert entry_charts.envelope(record) is None
    assert entry_charts.chances(record) is None


def test_envelopes_are_those_of_the_model_the_widest_first() -> None:
    info = entry_charts.envelope(pantsir().record())
    assert info is not None
    missile, gun = info.boxes
    assert (missile.weapon, missile.range_max_m) == ("missile", (18e3, 18e3, 20e3))
    assert missile.height_max_m == (10e3, 15e3, 15e3)
    assert missile.range_min_m == (1e3, 1.2e3, 1.2e3)
    assert missile.height_min_m == (5.0, 5.0, 5.0)
    assert (gun.weapon, gun.height_min_m) == ("gun", (0.0, 0.0, 0.0))
    assert "1.2–18 km out (18–20 km, press report)" in info.alt


def test_a_weapon_without_its_limits_has_no_box() -> None:
    entry = pantsir()
    left = tuple(bracket for bracket in entry.model if bracket.figure != "pantsir-s1.gun.height_max")
    info = entry_charts.envelope(replace(entry, model=left).record())
    assert info is not None
    assert [box.weapon for box in info.boxes] == ["missile"]
    nothing = tuple(bracket for bracket in left if bracket.figure != "pantsir-s1.missile.range_max")
    assert entry_charts.envelope(replace(entry, model=nothing).record()) is None


def test_chances_by_weapon_and_class_tell_assumptions_apart() -> None:
    info = entry_charts.chances(pantsir().record())
    assert info is not None
    assert len(info.rows) == 10
    drone = info.rows[0]
    assert (drone.group, drone.label) == ("One missile kills", "a drone")
    assert (drone.low, drone.high, drone.marks) == (0.2, 0.85, ((0.65, "known"),))
    assert drone.shown == "0.65 (0.2–0.85), estimate"
    assert info.rows[1].marks == ((0.5, "assumed"),)
    assert info.rows[5].group == "One burst of the gun kills"


def test_cross_sections_stand_on_whole_decades_beside_what_the_model_takes() -> None:
    info = entry_charts.cross_sections(shahed().record())
    assert info is not None
    assert [row.label for row in info.rows][:2] == ["front aspect, X and S band", "side aspect, X and S band"]
    assert info.rows[-1].group == "The model takes"
    assert info.rows[-1].marks == ((0.23, "known"),)
    assert info.axis == (pytest.approx(0.001), pytest.approx(10.0))
    assert [label for _, label in info.ticks] == ["0.001", "0.01", "0.1", "1", "10"]
    assert info.is_log
    assert entry_charts.cross_sections(pantsir().record()) is None


def test_raid_sizes_are_median_nine_in_ten_and_most() -> None:
    info = entry_charts.raid_sizes(replace(shahed(), raid_sizes=SIZES[::-1]).record())
    assert info is not None
    assert [row.label for row in info.rows] == ["2022, 43 raids", "2025, 372 raids"]
    assert info.rows[1].marks == ((108.0, "known"), (323.8, "step"), (810, "end"))
    assert info.rows[1].shown == "108 · 323.8 · 810"
    assert info.axis == (0.0, 1000.0)
    assert entry_charts.raid_sizes(pantsir().record()) is None


@pytest.mark.parametrize(
    ("most", "last", "n"), [(80.0, 80.0, 5), (20.0, 20.0, 5), (43.0, 50.0, 6), (0.3, 0.3, 7), (810.0, 1000.0, 6)]
)
def test_ticks_are_round_and_reach_beyond_the_most(most: float, last: float, n: int) -> None:
    ticks = entry_charts.even_ticks(most)
    assert ticks[0] == (0.0, "0")
    assert ticks[-1][0] == pytest.approx(last)
    assert len(ticks) == n


def test_an_entry_that_lacks_its_radar_still_has_its_other_pictures() -> None:
    record = unplayable().record()
    assert entry_charts.envelope(record) is not None
    assert entry_charts.chances(record) is not None
