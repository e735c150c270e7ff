import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crenel.world.tags import further, height_m, n_floors, name_of, plain_key

HEIGHTS = st.floats(-50.0, 900.0).map(lambda value: round(value, 2))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("12 m", 12.0),
        ("12", 12.0),
        ("12m", 12.0),
        ("12,5 m", 12.5),
        ("12.5 metres", 12.5),
        (" 7 ", 7.0),
        (".5", 0.5),
        ("40 ft", 12.192),
        ("40'", 12.192),
        ("40 feet", 12.192),
        ("7'4\"", 2.2352),
        ("7 ft 4 in", 2.2352),
        ("~12 m", 12.0),
        ("ca. 12", 12.0),
        ("1200 cm", 12.0),
        (12, 12.0),
        (12.25, 12.25),
        (0, 0.0),
        ("-3", -3.0),
        (-3.5, -3.5),
    ],
)
def test_heights_as_people_write_them(written: object, found: float) -> None:
    assert height_m(written) == pytest.approx(found)


@pytest.mark.parametrize(
    "written",
    [
        *("", "high", "two floors", "12 kg", "12 m 5", "1e400", "nan", "inf", "12..15", "m", "12;15", "9999999"),
        *(None, True, [], {}, math.nan, math.inf, 5000.0, "12 yards"),
    ],
)
def test_what_is_no_height_is_none(written: object) -> None:
    assert height_m(written) is None


@given(value=HEIGHTS, space=st.sampled_from(["", " ", "  "]), unit=st.sampled_from(["", "m", "metres", "M"]))
def test_metres_come_back_as_they_were_written(value: float, space: str, unit: str) -> None:
    assert height_m(f"{value}{space}{unit}") == pytest.approx(value)
    assert height_m(f"{value}{space}{unit}".replace(".", ",")) == pytest.approx(value)


@given(value=HEIGHTS, unit=st.sampled_from(["ft", "feet", "foot", "'"]))
def test_feet_are_feet_wherever_they_are_said(value: float, unit: str) -> None:
    assert height_m(f"{value} {unit}") == pytest.approx(0.3048 * value)
    assert height_m(value, key="HEIGHT_FT") == pytest.approx(0.3048 * value)
    assert height_m(f"{value} m", key="HEIGHT_FT") == pytest.approx(value)


@given(written=st.text(max_size=30) | st.floats() | st.integers() | st.none() | st.binary(max_size=5))
def test_anything_else_is_a_finite_height_or_none(written: object) -> None:
    found = height_m(written)
    assert found is None or (math.isfinite(found) and abs(found) <= 1000.0)
    floors = n_floors(written)
    assert floors is None or 0.0 < floors <= 200.0
    assert isinstance(name_of(written), str)
    assert all(len(pair) == 2 for pair in further(written))


@pytest.mark.parametrize(
    ("written", "found"), [("9", 9.0), ("2.5", 2.5), ("2;3", 3.0), ("2-4", 4.0), (5, 5.0), (1.5, 1.5)]
)
def test_floors(written: object, found: float) -> None:
    assert n_floors(written) == found


@pytest.mark.parametrize("written", ["", "0", "-2", "many", 0, -1, 500, math.nan, None, True, "2;x"])
def test_what_is_no_number_of_floors_is_none(written: object) -> None:
    assert n_floors(written) is None


def test_keys_are_one_however_they_are_spelt() -> None:
    assert {plain_key(key) for key in ("building:levels", "Building_Levels", "BUILDING LEVELS")} == {"buildinglevels"}


def test_names_of_overture_and_plain_ones() -> None:
    assert name_of("  Ministry \n of Defence ") == "Ministry of Defence"
    assert name_of('{"primary": "Ministry", "common": {"en": "Other"}}') == "Ministry"
    assert name_of({"primary": "Ministry"}) == "Ministry"
    assert name_of("{broken") == ""
    assert name_of(7) == ""


def test_keys_and_values_that_stand_together_in_one_text() -> None:
    assert dict(further('"height"=>"12","building:levels"=>"5","name:a"=>"say \\"x\\""')) == {
        "height": "12",
        "building:levels": "5",
        "name:a": 'say "x"',
    }
    assert dict(further('{"height": "12", "levels": 5}')) == {"height": "12", "levels": 5}
    assert dict(further("{broken")) == {}
