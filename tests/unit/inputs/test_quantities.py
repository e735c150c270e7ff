import math
import sys
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crenel.core.records import Span
from crenel.inputs import unit_words
from crenel.inputs.errors import InputError
from crenel.inputs.nodes import parse_tree
from crenel.inputs.quantities import SI_UNITS, Dimension, QuantityError, bearings, quantity, read_quantity, span


@pytest.mark.parametrize(
    ("text", "dimension", "expected"),
    [
        ("40 km", "length", 40_000.0),
        ("40km", "length", 40_000.0),
        ("1.5e3 m", "length", 1500.0),
        ("0", "length", 0.0),
        ("10 nmi", "length", 18_520.0),
        ("500 ft", "length", 152.4),
        ("-20 m", "height", -20.0),
        ("−20 m", "height", -20.0),
        ("36 km/h", "speed", 10.0),
        ("100 kt", "speed", 185_200 / 3600),
        ("10 min", "time", 600.0),
        ("1/2 h", "time", 1800.0),
        ("90 deg", "angle", math.pi / 2),
        ("90°", "angle", math.pi / 2),
        ("0.1 m²", "rcs", 0.1),
        ("-10 dBsm", "rcs", 0.1),
        ("4000 rounds/min", "rate", 4000 / 60),
        ("30 %", "probability", 0.3),
        ("0.3", "fraction", 0.3),
        ("12 rounds", "count", 12.0),
        ("4/3", "number", 4 / 3),
        ("4 dB", "decibel", 4.0),
    ],
)
def test_what_people_write_becomes_si(text: str, dimension: Dimension, expected: float) -> None:
    assert quantity(text, dimension) == pytest.approx(expected, rel=1e-12, abs=0.0)


@pytest.mark.parametrize(
    ("text", "dimension", "message"),
    [
        ("40 kg", "length", "wants a length, not a mass"),
        ("10 s", "speed", "wants a speed, not a time"),
        ("5 m/s", "length", "not a speed"),
        ("1 m²", "length", "not an area"),
        ("40", "length", "has no unit"),
        (".nan", "length", "not a finite number"),
        ("-.inf km", "length", "not a finite number"),
        ("1e999 m", "length", "not"),
        ("1e400", "number", "not"),
        ("-40 km", "length", "not a negative one"),
        ("1.5", "count", "wants a whole number"),
        ("1.2", "probability", "wants a probability from 0 to 1"),
        ("50 %", "length", "not a plain number"),
        ("50 %", "count", "not a plain number"),
        ("1,500 m", "length", "wants one number"),
        ("1 500 m", "length", "wants one number"),
        ("150..240 deg", "angle", "wants one number"),
        ("4/0", "number", "divides by zero"),
        ("20 nm", "length", "has the unit"),
        ("20 Mach", "speed", "has the unit"),
        ("3 smoots2", "length", "unknown unit"),
        ("3 m**99", "length", "not something else"),
        ("3 os.system", "length", "unknown unit"),
        ("three km", "length", "wants a length"),
        ("", "length", "wants a length"),
        ("1" * 200 + " m", "length", "wants a length"),
        ("0", "rcs", "has no unit"),
        ("1e9 km", "length", "within reason"),
    ],
)
def test_anything_else_is_refused(text: str, dimension: Dimension, message: str) -> None:
    with pytest.raises(QuantityError) as caught:
        quantity(text, dimension)
    assert message in caught.value.what
    assert caught.value.remedy("radius").rstrip(".")


def test_everyday_units_agree_with_the_units_library() -> None:
    import pint

    registry = pint.UnitRegistry()
    ours = {"°": "degree", "kn": "knot", "kt": "knot", "m2": "m**2", "cm2": "cm**2", "mph": "mile/hour"}
    ours |= {"m²": "m**2", "cm²": "cm**2", "rounds/s": "1/s", "rounds/min": "1/min", "degrees": "degree", "t": "tonne"}
    skipped = {"rounds", "round", "missiles", "channels", "%", "dB", "USD", "k USD", "M USD"}
    for word, (kind, factor) in unit_words.EVERYDAY.items():
        if word not in skipped:
            one = registry.Quantity(1.0, registry.parse_units(ours.get(word, word)))
            theirs = one.to("kg" if kind == "mass" else one.to_base_units().units).magnitude
            assert factor == pytest.approx(theirs, rel=1e-12), word


def test_rarer_units_come_from_the_units_library() -> None:
    assert quantity("2 furlong", "length") == pytest.approx(402.336, rel=1e-5)
    assert quantity("60 arcmin", "angle") == pytest.approx(math.radians(1.0), rel=1e-12)
    assert quantity("1 day", "time") == 86_400.0
    assert "pint" in sys.modules


def test_ranges() -> None:
    assert span("100..1500 m", "length") == Span(100.0, 1500.0)
    assert span("800 m..1.5 km", "length") == Span(800.0, 1500.0)
    assert span("40 – 60 km", "length") == Span(40_000.0, 60_000.0)
    assert span("60 km", "length") == Span(60_000.0, 60_000.0)


@pytest.mark.parametrize("text", ["1500..100 m", "100..200", "1..2..3 m", "100-200 m", "..5 m", "5 m..", "a..b m"])
def test_ranges_that_are_none(text: str) -> None:
    with pytest.raises(QuantityError):
        span(text, "length")


@pytest.mark.parametrize(
    ("text", "low_deg", "high_deg"),
    [
        ("150..240 deg", 150, 240),
        ("330..30 deg", 330, 390),
        ("-30..30 deg", 330, 390),
        ("270 deg", 270, 270),
        ("all", 0, 360),
        ("0..360 deg", 0, 360),
    ],
)
def test_directions_run_clockwise(text: str, low_deg: float, high_deg: float) -> None:
    found = bearings(text)
    assert (math.degrees(found.low), math.degrees(found.high)) == pytest.approx((low_deg, high_deg))


@pytest.mark.parametrize("text", ["north", "400 deg", "150-240 deg", "150..240", "10 km", "", "1..2..3 deg"])
def test_directions_that_are_none(text: str) -> None:
    with pytest.raises(QuantityError):
        bearings(text)


def test_a_mistake_carries_its_place_and_key() -> None:
    node = parse_tree("place:\n  radius: 40 kg\n", "moscow.yaml").reach(("place", "radius"))
    expected = 'moscow.yaml:2:11: \'radius\' wants a length, not a mass ("40 kg"). Write for example "radius: 40 km".'
    with pytest.raises(InputError) as caught:
        read_quantity(node, "radius", "length")
    assert str(caught.value) == expected


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30), st.sampled_from(sorted(SI_UNITS)))
def test_no_text_does_worse_than_be_refused(text: str, dimension: Dimension) -> None:
    with suppress(QuantityError):
        assert math.isfinite(quantity(text, dimension))


@settings(max_examples=100, deadline=None)
@given(st.floats(0.001, 9e4), st.sampled_from(["km", "m", "ft", "mi"]))
def test_numbers_survive_the_way_in(value: float, word: str) -> None:
    factor = {"km": 1000.0, "m": 1.0, "ft": 0.3048, "mi": 1609.344}[word]
    if value * factor <= 1e8:
        assert quantity(f"{value!r} {word}", "length") == pytest.approx(value * factor, rel=1e-12)
