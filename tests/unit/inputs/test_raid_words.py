"""Ways, waves, heights above the sea, decoys and threats aimed at units: from the file to the records."""

from collections.abc import Callable

import pytest

from crenel.core.records import Bracket, Scenario, Span
from crenel.inputs import InputError
from crenel.inputs.coordinates import degrees
from stated import EVERY_WORD, spoilt

Reading = Callable[[str], Scenario[Bracket]]


def test_a_group_may_fly_over_points_in_waves_above_the_sea(reading: Reading) -> None:
    low, decoys, _, _ = reading(EVERY_WORD).groups
    assert [degrees(point) for point in low.via] == [pytest.approx((55.40, 37.40)), pytest.approx((55.60, 37.80))]
    assert (low.height_m, low.height_above) == (Span(200.0, 300.0), "sea")
    assert (low.waves, low.wave_every_s, low.within_s) == (3, 300.0, 60.0)
    assert (low.decoy, decoys.decoy) == (False, True)
    assert (decoys.via, decoys.waves, decoys.wave_every_s, decoys.height_above) == ((), 1, 0.0, "ground")


def test_a_group_aimed_at_a_unit_may_silence_it(reading: Reading) -> None:
    low, _, suburb, roof = reading(EVERY_WORD).groups
    assert low.silences_frac is None
    assert (suburb.to, roof.to) == ("Suburb", "Roof")
    assert suburb.silences_frac is not None
    assert (suburb.silences_frac.low, suburb.silences_frac.value, suburb.silences_frac.high) == (0.3, 0.5, 0.7)
    assert suburb.silences_frac.figure == "group:at Suburb.silences"
    assert roof.silences_frac is not None
    assert roof.silences_frac.low == roof.silences_frac.high == 0.9


@pytest.mark.parametrize(
    ("written", "span", "above"),
    [
        ("300 m above sea", Span(300.0, 300.0), "sea"),
        ("300..400 m above the sea", Span(300.0, 400.0), "sea"),
        ("1 km above sea level", Span(1000.0, 1000.0), "sea"),
        ("50 m above ground", Span(50.0, 50.0), "ground"),
        ("50..60 m", Span(50.0, 60.0), "ground"),
    ],
)
def test_heights_say_what_they_count_from(reading: Reading, written: str, span: Span, above: str) -> None:
    low = reading(spoilt("200..300 m above sea", written)).groups[0]
    assert (low.height_m, low.height_above) == (span, above)


@pytest.mark.parametrize("written", ["true", "yes", "True"])
def test_yes_is_true(reading: Reading, written: str) -> None:
    assert reading(spoilt("decoy: true", f"decoy: {written}")).groups[1].decoy
    assert not reading(spoilt("decoy: true", "decoy: no")).groups[1].decoy


def test_a_unit_that_is_aimed_at_shares_no_name_with_an_asset(reading: Reading) -> None:
    clash = spoilt("unit: Alone", "unit: Centre")
    with pytest.raises(InputError, match=r"test\.yaml:19:\d+: both an asset and a unit are called \"Centre\"\. Rename"):
        reading(clash)
    # Nobody need rename anything while no raid means either.
    assert reading(clash.replace("to: Centre", "to: Roof, silences: 1")).units[3].name == "Centre"


def test_of_a_published_night_what_flies_on_an_arc_keeps_to_it(reading: Reading) -> None:
    text = spoilt("threat: shahed-136, count: 12", "as_published: 2024-11-17-ukraine").replace("name: low, ", "")
    groups = reading(text.replace("waves: 3, every: 5 min", "decoy: no")).groups
    found = {group.threat.motion: group for group in groups if group.note}
    assert found["level"].via
    assert found["ballistic"].via == ()
    assert found["ballistic"].height_above == "ground"


@pytest.mark.parametrize(
    ("old", "new", "pointed", "message"),
    [
        ("[55.40 N, 37.40 E]", "[37.40, 55.40]", "[37.40, 55.40]", r"outside the place\. .*swapped: write \[55\.4"),
        ("[55.40 N, 37.40 E]", "[59.9, 30.3]", "[59.9, 30.3]", r"this point lies 6\d\d km from \"Centre\", outside"),
        ("[55.40 N, 37.40 E]", "[99, 37.4]", "[99, 37.4]", r"'via' has the latitude 99"),
        ("[55.40 N, 37.40 E]", "[55.752, 37.62]", "[55.752, 37.62]", r"this point lies inside \"Centre\""),
        ('"55.60, 37.80"', '"55.40, 37.40"', '"55.40', r"this point is the same as the one before"),
        ('[[55.40 N, 37.40 E], "55.60, 37.80"]', "[]", "[]", r"'via' is an empty list.*via: \[\["),
        ('[[55.40 N, 37.40 E], "55.60, 37.80"]', "[55.40 N, 37.40 E]", "55.40 N", r"'via' wants a position"),
        ('"55.60, 37.80"]', f"{'[55.6, 37.8], ' * 20}]", "[[55.40", r"'via' has more than 20 entries"),
        ("threat: shahed-136", "threat: iskander-m", "via", r"flies on an arc, straight at its target.*Delete"),
        ("waves: 3", "waves: 13", "13", r"12 threats cannot come in 13 waves\. Write \"waves: 12\""),
        ("waves: 3", "waves: 0", "0", r"'waves' wants a whole number from 1"),
        ("waves: 3, ", "", "every", r"'every' is how far waves are apart, and there is only one"),
        (", every: 5 min", "", "3", r"nothing says how far the 3 waves are apart.*every: 5 min"),
        ("every: 5 min", "every: 0", "0", r"nothing says how far the 3 waves are apart"),
        ("every: 5 min", "every: 5", "5}", r"'every' has no unit"),
        ("200..300 m above sea", "100..300 m above sea", "100..300", r"100 m above the sea is not above the ground"),
        ("200..300 m above sea", "200 m above roofs", "200 m above", r"'height' counts from the ground or the sea"),
        ("200..300 m above sea", "0 m above sea", "0 m", r"'height' wants heights from 1 m"),
        ("200..300 m above sea", "above sea", "above sea", r"'height' "),
        ("decoy: true", "decoy: perhaps", "perhaps", r"'decoy' wants true or false, not \"perhaps\""),
        ("decoy: true", "decoy: [true]", "[true]", r"'decoy' wants true or false, not a list"),
        (" silences: 0.3..0.7,", "", "Suburb", r"\"Suburb\" is a unit, and nothing says how likely.*silences: 0\.3"),
        ("silences: 0.3..0.7", "silences: 3", "3", r"'silences' wants a probability"),
        ("silences: 0.3..0.7", "silences: {value: 0.5}", "{value", r"'silences' has no '(low|high)'"),
        ("decoy: true", "silences: 0.5", "silences", r"\"Centre\" is an asset, which no threat can silence"),
        ("to: Suburb", "to: Suburp", "Suburp", r"no asset and no unit called \"Suburp\"\. Did you mean 'Suburb'"),
        ("from: all, starts: 60 km}\n  - {name: at Roof", "from: all, starts: 140 m}\n  - {name: at Roof", "140 m",
         r"would start inside \"Suburb\", whose radius is 150 m"),
    ],
)  # fmt: skip
def test_what_a_group_cannot_say(reading: Reading, old: str, new: str, pointed: str, message: str) -> None:
    text = spoilt(old, new)
    with pytest.raises(InputError, match=message) as caught:
        reading(text)
    mark = caught.value.mark
    assert text.splitlines()[mark.line - 1][mark.column - 1 :].startswith(pointed), str(caught.value)


def test_waves_of_a_published_raid_have_somebody_in_them(reading: Reading) -> None:
    text = spoilt("threat: shahed-136, count: 12", "as_published: 2024-11-17-ukraine, share: 1 %").replace(
        "name: low, ", ""
    )
    with pytest.raises(InputError, match=r"test\.yaml:20:\d+: 1 x .* of that raid cannot come in 3 waves"):
        reading(text.replace("[[55.40", "[[55.41"))
