"""Weather, surface, frequency, sector and facing: from the file to the records, and what an answer says of them."""

from collections.abc import Callable
from math import pi, radians

import pytest

from crenel.core.records import Bracket, Scenario
from crenel.inputs import InputError
from crenel.lines import checked
from crenel.report import words
from crenel.results.air import air_notes, air_row

Reading = Callable[[str], Scenario[Bracket]]
Spoiling = Callable[..., str]

PLACE = "terrain: flat 150 m, "
SET = "set: {channels: 4}"


def placed(spoiled: Spoiling, more: str) -> str:
    return spoiled((PLACE, f"{PLACE}{more}, "))


def three(figure: Bracket | None) -> tuple[float, float, float]:
    assert figure is not None
    return figure.low, figure.value, figure.high


def test_rain_and_visibility_are_figures_with_doubt(reading: Reading, spoiled: Spoiling) -> None:
    weather = reading(placed(spoiled, "weather: {rain: 2..10 mm/h, visibility: 4 km}")).place.weather
    assert weather is not None
    assert three(weather.rain_mps) == pytest.approx((2 / 3.6e6, 6 / 3.6e6, 10 / 3.6e6))
    assert three(weather.visibility_m) == (4000.0, 4000.0, 4000.0)
    assert three(weather.rain_top_m) == (1500.0, 3000.0, 5000.0)
    assert words.quantity(weather.rain_mps.value, "m/s", "weather.rain") == "6 mm/h"
    assert words.bracket(weather.rain_mps.low, weather.rain_mps.high, "m/s", "weather.rain") == "2–10 mm/h"
    assert weather.rain_mps.grade == "assumption"


def test_nothing_said_is_clear_air_over_rough_ground(reading: Reading, valid: str, spoiled: Spoiling) -> None:
    place = reading(valid).place
    assert (place.weather, place.surface) == (None, "rough")
    assert reading(placed(spoiled, "weather: clear, surface: sea")).place.surface == "sea"
    assert air_notes(reading(valid)) == []


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("weather: {rain: 5 m}", "wants a speed, not a length"),
        ("weather: {rain: 5}", "has no unit"),
        ("weather: {rain: 900 mm/h}", "wants rates from 0 to 300 mm/h"),
        ("weather: {rain: 10..2 mm/h}", "runs backwards"),
        ("weather: {visibility: 1 m}", "wants distances from 10 m"),
        ("weather: {rain_top: 3 km}", "says neither rain nor visibility"),
        ("weather: {snow: 5 mm/h}", "snow"),
        ("weather: stormy", "weather"),
        ("surface: lake", "Known are: rough, flat, sea"),
    ],
)
def test_weather_that_cannot_be_is_refused(reading: Reading, spoiled: Spoiling, more: str, says: str) -> None:
    with pytest.raises(InputError, match=r"test\.yaml:4") as caught:
        reading(placed(spoiled, more))
    assert says in str(caught.value)


def test_a_unit_sets_frequency_sector_and_least_speed_of_its_radar(reading: Reading, spoiled: Spoiling) -> None:
    of_radar = "frequency: 9.4 GHz, sector: 90 deg, radial_speed_min: 36 km/h, elevation_max: 45 deg"
    of_control = "fire_control_frequency: 15 GHz, fire_control_sector: 120 deg"
    text = spoiled((SET, f"facing: 45 deg, set: {{{of_radar}, {of_control}}}"))
    (unit,) = reading(text).units
    radar, control = unit.system.radar, unit.system.fire_control
    assert radar is not None
    assert control is not None
    assert three(radar.frequency_hz) == (9.4e9, 9.4e9, 9.4e9)
    assert three(radar.sector_rad)[1] == pytest.approx(pi / 2.0)
    assert three(radar.radial_speed_min_mps)[1] == 10.0
    assert three(radar.elevation_max_rad)[1] == pytest.approx(radians(45.0))
    assert three(control.frequency_hz)[1] == 15e9
    assert three(control.sector_rad)[1] == pytest.approx(radians(120.0))
    assert unit.facing_rad == pytest.approx(radians(45.0))
    assert words.quantity(9.4e9, "Hz") == "9.4 GHz"


def test_what_faces_all_ways_has_no_sector_and_what_does_not_say_looks_all_around_and_says_so(
    reading: Reading, spoiled: Spoiling
) -> None:
    (unit,) = reading(spoiled((SET, "facing: all, set: {sector: 90 deg}"))).units
    assert unit.facing_rad is None
    assert unit.system.radar is not None
    assert unit.system.radar.sector_rad is None
    silent = reading(spoiled((SET, "set: {sector: 90 deg}")))
    (note,) = air_notes(silent)
    assert note.startswith("Ministry looks into a sector")
    assert "facing: 45 deg" in note


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("facing: 45 deg", "looks all around, so that it faces no way"),
        ("facing: 30..60 deg, set: {sector: 90 deg}", "wants one direction with its unit"),
        ("facing: 45, set: {sector: 90 deg}", "wants one direction with its unit"),
        ("set: {sector: 400 deg}", "wants an angle from 1 to 360 deg"),
        ("set: {frequency: 9.4 MHz}", "wants a frequency from 30 MHz"),
        ("set: {frequency: 9.4 m}", "wants a frequency, not a length"),
        ("set: {elevation_min: 70 deg}", "would be 70°, beyond its elevation_max of 60°"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(reading: Reading, spoiled: Spoiling, more: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        reading(spoiled((SET, more)))
    assert says in str(caught.value)


def test_bands_that_are_published_give_a_frequency_and_its_doubt(reading: Reading, valid: str) -> None:
    radar = reading(valid).units[0].system.radar
    assert radar is not None
    assert three(radar.frequency_hz) == (2e9, 3e9, 4e9)
    assert radar.frequency_hz is not None
    assert radar.frequency_hz.grade == "estimate"
    assert radar.frequency_hz.sources == ("cielo_cerrado",)


def test_without_a_frequency_the_answer_says_that_rain_cannot_be_told(reading: Reading, spoiled: Spoiling) -> None:
    text = spoiled(
        (PLACE, f"{PLACE}weather: {{rain: 5 mm/h}}, "), ("system: pantsir-s1", "system: osa-akm"), (SET, "set: {}")
    )
    assert air_notes(reading(spoiled(("system: pantsir-s1", "system: osa-akm"), (SET, "set: {}")))) == []
    scenario = reading(text)
    rains, untold = air_notes(scenario)
    assert rains.startswith("It rains 5 mm/h")
    assert untold.startswith("What rain does to the waves of Ministry cannot be told")
    assert air_row(scenario)["frequency_hz"] == {"Ministry": None}
    known = reading(placed(spoiled, "weather: {rain: 5 mm/h}, surface: sea"))
    assert [note.split()[0] for note in air_notes(known)] == ["It", "Radar"]
    assert air_row(known)["surface"] == "sea"


def test_check_says_it(tmp_path, spoiled: Spoiling) -> None:
    import crenel.app as app

    path = tmp_path / "wet.yaml"
    path.write_text(
        spoiled((PLACE, f"{PLACE}weather: {{rain: 5 mm/h}}, "), (SET, "facing: 200 deg, set: {sector: 120 deg}")),
        encoding="utf-8",
    )
    told = " ".join(" ".join(checked(app.check(path))).split())
    assert "It rains 5 mm/h" in told
    assert "faces 120° about 200°" in told
    assert "weather.rain 5 mm/h" in told
    assert "pantsir-s1.radar.frequency 3 GHz (2 GHz to 4 GHz)" in told
