import math

import pytest

from crenel.core import doubt, records
from crenel.report import words
from crenel.results import figures

OWNERS = {"pantsir-s1": "Pantsir-S1", "shahed-136": "Shahed-136"}


def test_every_fate_cause_grade_and_evidence_has_its_words() -> None:
    assert set(words.FATES) == set(records.FATES)
    assert set(words.CAUSES) == set(words.REMEDIES) == set(words.BECAUSE) == set(records.CAUSES)
    assert tuple(words.GRADES) == records.GRADES
    assert tuple(words.EVIDENCE) == records.EVIDENCE
    assert set(words.CLASSES) == set(records.CLASSES)
    assert set(words.BEARS_ON) == set(figures.BEARS_ON)
    assert tuple(words.CARRIES) == tuple(words.STAGES) == figures.STAGES
    assert figures.SHIPPED in words.AT_HOME


@pytest.mark.parametrize(
    ("figure", "owner", "told"),
    [
        ("pantsir-s1.radar.search_range", "Pantsir-S1", "radar search range"),
        ("pantsir-s1.missile.pk.small_drone", "Pantsir-S1", "chance that one missile kills a small drone"),
        ("pantsir-s1.gun.pk.aircraft", "Pantsir-S1", "chance that one burst of the gun kills an aircraft"),
        ("shahed-136.rcs", "Shahed-136", "radar echo (cross-section)"),
        ("shahed-136.own_failure_frac", "Shahed-136", "share that fails by itself"),
        ("model.rcs_pass_sigma", "The model", "spread of the radar echo from one pass to the next"),
        ("unit:Roof. 1.channels", "Roof. 1", "engagements at a time"),
        ("pantsir-s1.sensor.look_period", "Pantsir-S1", "time between two looks of the sensor"),
        ("pantsir-s1.sensor.p_look.small_drone", "Pantsir-S1", "chance that one look finds a small drone"),
        ("pantsir-s1.jammer.p_effect.aircraft", "Pantsir-S1", "chance that the jammer stops an aircraft"),
        ("unit:Roof.rounds", "Roof", "missiles ready to fire"),
        ("unit:Roof.presence", "Roof", "chance that it is there at all"),
        ("unknown-1.new_thing", "unknown-1", "new thing"),
    ],
)
def test_figures_in_plain_words(figure: str, owner: str, told: str) -> None:
    assert words.figure(figure, OWNERS) == (owner, told)


def test_every_figure_of_the_catalogue_has_words() -> None:
    inputs = pytest.importorskip("crenel.inputs")
    for name in inputs.examples():
        for figure in doubt.figures(inputs.load(name)):
            _, told = words.figure(figure.figure, {})
            assert told in words._FIGURES.values() or told.startswith("chance that "), figure.figure


def test_notes_become_sentences() -> None:
    assert words.said("not published; taken as usual") == "Not published; taken as usual."
    assert words.said("Counted.") == "Counted."
    assert words.said("") == ""


@pytest.mark.parametrize(
    ("value", "unit", "figure", "told"),
    [
        (36_000.0, "m", "", "36 km"),
        (300.0, "m", "", "300 m"),
        (math.radians(60.0), "rad", "", "60°"),
        (0.8, "1", "a.radar.pd_at_ref", "80 %"),
        (0.5, "", "a.missile.pk.drone", "50 %"),
        (0.02, "1", "b.own_failure", "2 %"),
        (4.0, "1", "a.channels", "4"),
        (0.6, "1", "unit:a.presence", "60 %"),
        (0.5, "1", "a.sensor.p_look.drone", "50 %"),
        (0.05, "m2", "b.rcs", "0.05 m²"),
        (50.0, "m/s", "b.speed", "50 m/s"),
    ],
)
def test_quantities(value: float, unit: str, figure: str, told: str) -> None:
    assert words.quantity(value, unit, figure) == told


def test_both_ends_of_a_bracket_share_the_upper_ones_unit() -> None:
    assert words.bracket(500.0, 1500.0, "m") == "0.5–1.5 km"
    assert words.bracket(0.3, 0.8, "1", "a.missile.pk.drone") == "30–80 %"
    assert words.bracket(12.0, 12.0, "1") == ""
    assert words.bracket(math.radians(-10.0), math.radians(-2.0), "rad") == "−10 to −2°"


def test_text_cannot_steer_a_terminal_or_turn_the_line() -> None:
    assert words.clean("a\x1b[31mb\u202ec\nd") == "a [31mb c d"


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [(150, 240, "150–240°"), (330, 390, "330–30°"), (0, 360, "all sides"), (330, 360, "330–360°")],
)
def test_directions(low: float, high: float, told: str) -> None:
    assert words.directions(low, high) == told


def test_days_and_bearings() -> None:
    assert words.day("2023-01-20") == "20 January 2023"
    assert words.day("2023-01") == "January 2023"
    assert words.day("winter 2023") == "winter 2023"
    assert [words.bearing(deg) for deg in (0, 44, 350, 180)] == ["N", "NE", "N", "S"]
