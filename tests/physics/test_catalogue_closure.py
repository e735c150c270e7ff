"""Each catalogue entry reproduces what was published about it."""

from pathlib import Path

import pytest
import yaml

from crenel.core.doubt import figures
from crenel.inputs import catalogue
from crenel.models.engagement import decay_length, time_of_flight
from crenel.models.sensing import SWERLING_1, detection_probability, scaled_range, signal_to_noise, snr_for

REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference" / "published-figures.yaml"


def bracket(name):
    key = name.partition(".")[0]
    found = catalogue.system(key) if key in catalogue.system_keys() else catalogue.threat(key)
    return {figure.figure: figure for figure in figures(found)}[name]


@pytest.mark.parametrize(
    ("rcs_m2", "range_km"), [(0.01, 9.6), (0.05, 14.3), (0.1, 17.0), (0.23, 21.0), (1.0, 30.3), (5.0, 45.3)]
)
def test_the_pantsir_range_scales_to_the_tabled_ranges(rcs_m2, range_km):
    radar = catalogue.system("pantsir-s1").radar
    # The table is rounded to 0.1 km.
    assert scaled_range(radar.search_range_m.value, rcs_m2, radar.ref_rcs_m2) == pytest.approx(
        range_km * 1000.0, abs=55.0
    )


@pytest.mark.parametrize(("range_km", "rcs_m2"), [(36.0, 2.0), (20.0, 0.1)])
def test_both_published_pantsir_ranges_lie_within_the_bracket(range_km, rcs_m2):
    radar = catalogue.system("pantsir-s1").radar
    at_reference_m = scaled_range(range_km * 1000.0, radar.ref_rcs_m2, rcs_m2)
    # Rounding to 100 m; the bracket's ends are a published figure each.
    assert radar.search_range_m.low - 50.0 <= at_reference_m <= radar.search_range_m.high + 50.0


@pytest.mark.parametrize("key", ["pantsir-s1", "gepard", "tor-m2"])
def test_the_radar_shows_all_of_its_search_range(key):
    radar = catalogue.system(key).radar
    assert radar.instrumented_range_m.low >= radar.search_range_m.value
    assert radar.instrumented_range_m.high >= radar.search_range_m.high


@pytest.mark.parametrize("key", ["pantsir-s1", "tor-m2"])
def test_the_missile_is_served_by_its_fire_control(key):
    system = catalogue.system(key)
    assert system.fire_control.range_m.low >= system.missile.range_max_m.high


@pytest.mark.parametrize("key", ["pantsir-s1", "gepard", "tor-m2"])
@pytest.mark.parametrize("end", ["low", "value", "high"])
def test_one_look_at_the_published_range_detects_with_the_stated_chance(key, end):
    radar = catalogue.system(key).radar
    p_detection = getattr(radar.pd_at_ref, end)
    snr_ref = snr_for(p_detection, radar.p_false_alarm, SWERLING_1)
    at_range = signal_to_noise(snr_ref, 1.0, 1.0)
    assert detection_probability(at_range, radar.p_false_alarm, SWERLING_1) == pytest.approx(p_detection, rel=1e-9)
    farther = signal_to_noise(snr_ref, 1.2, 1.0)
    assert detection_probability(farther, radar.p_false_alarm, SWERLING_1) < 0.9 * p_detection


@pytest.mark.parametrize("key", ["pantsir-s1", "tor-m2"])
@pytest.mark.parametrize("mean_end", ["low", "value", "high"])
@pytest.mark.parametrize("max_end", ["low", "value", "high"])
def test_the_missile_flies_at_its_published_mean_speed(key, mean_end, max_end):
    missile = catalogue.system(key).missile
    mean_mps, max_mps = getattr(missile.speed_mean_mps, mean_end), getattr(missile.speed_max_mps, max_end)
    assert mean_mps <= max_mps
    over_m = missile.speed_mean_over_m
    flown_s = time_of_flight(over_m, max_mps, decay_length(max_mps, mean_mps, over_m))
    assert over_m / flown_s == pytest.approx(mean_mps, rel=1e-6)


@pytest.mark.parametrize("key", ["pantsir-s1", "tor-m2"])
def test_the_missile_reaches_its_published_range_while_it_still_flies(key):
    missile = catalogue.system(key).missile
    speed_mps, range_m = missile.speed_max_mps.value, missile.range_max_m.high
    decay_m = decay_length(speed_mps, missile.speed_mean_mps.value, missile.speed_mean_over_m)
    step_m = 10.0
    last_s = time_of_flight(range_m, speed_mps, decay_m) - time_of_flight(range_m - step_m, speed_mps, decay_m)
    # Faster than sound: what it was published to reach, it reaches with speed to spare.
    assert step_m / last_s > 340.0


def test_a_gun_empties_itself_in_a_believable_time():
    gun = catalogue.system("gepard").gun
    # 640 rounds at 1100 a minute are 35 s of fire, the figure that crews quote.
    assert gun.rounds.value / gun.rate_hz.value == pytest.approx(34.9, abs=0.1)


# Figure of the catalogue, figure of the collection, factor to SI, and the end of its range if only one is meant.
PUBLISHED = [
    ("pantsir-s1.radar.search_range", "pantsir_s1.search_range_rcs2", 1e3, None),
    ("pantsir-s1.antenna_height", "pantsir_s1.antenna_height", 1.0, None),
    ("pantsir-s1.channels", "pantsir_s1.fire_channels", 1.0, None),
    ("pantsir-s1.missile.rounds", "pantsir_s1.missiles_ready", 1.0, None),
    ("pantsir-s1.missile.range_max", "pantsir_s1.missile_range_max", 1e3, None),
    ("pantsir-s1.missile.range_min", "pantsir_s1.missile_range_min", 1e3, None),
    ("pantsir-s1.missile.height_min", "pantsir_s1.altitude", 1.0, "low"),
    ("pantsir-s1.missile.height_max", "pantsir_s1.altitude", 1.0, "high"),
    ("pantsir-s1.missile.speed_max", "pantsir_s1.missile_speed_max", 1.0, None),
    ("pantsir-s1.missile.speed_mean", "pantsir_s1.missile_speed_avg", 1.0, None),
    ("pantsir-s1.missile.target_speed_max", "pantsir_s1.target_speed_max", 1.0, None),
    ("pantsir-s1.missile.pk.drone", "pantsir_s1.pk_missile_vs_drone", 1.0, None),
    ("pantsir-s1.missile.pk.cruise", "pantsir_s1.pk_missile_vs_cruise", 1.0, None),
    ("pantsir-s1.gun.rate", "pantsir_s1.gun_rate", 1.0 / 60.0, None),
    ("pantsir-s1.gun.rounds", "pantsir_s1.gun_rounds", 1.0, None),
    ("pantsir-s1.gun.range_max", "pantsir_s1.gun_range", 1e3, None),
    ("pantsir-s1.gun.height_max", "pantsir_s1.gun_altitude_max", 1.0, "high"),
    ("gepard.radar.search_range", "gepard.search_range", 1e3, None),
    ("gepard.antenna_height", "gepard.antenna_height", 1.0, None),
    ("gepard.gun.range_max", "gepard.gun_range", 1e3, None),
    ("gepard.gun.height_max", "gepard.altitude_max", 1.0, None),
    ("gepard.gun.rate", "gepard.gun_rate", 1.0 / 60.0, None),
    ("gepard.gun.rounds", "gepard.gun_rounds", 1.0, None),
    ("gepard.gun.burst_rounds", "gepard.burst", 1.0, None),
    ("gepard.gun.pk.drone", "gepard.pk_burst_vs_drone", 1.0, None),
    ("gepard.channels", "gepard.fire_channels", 1.0, None),
    ("gepard.reaction", "gepard.reaction_time", 1.0, None),
    ("tor-m2.radar.search_range", "tor_m2.search_range_rcs1", 1e3, None),
    ("tor-m2.antenna_height", "tor_m2.antenna_height", 1.0, None),
    ("tor-m2.channels", "tor_m2.fire_channels", 1.0, None),
    ("tor-m2.missile.rounds", "tor_m2.missiles_ready", 1.0, None),
    ("tor-m2.missile.range_max", "tor_m2.missile_range_max", 1e3, None),
    ("tor-m2.missile.range_min", "tor_m2.missile_range_min", 1e3, None),
    ("tor-m2.missile.height_min", "tor_m2.altitude", 1.0, "low"),
    ("tor-m2.missile.height_max", "tor_m2.altitude", 1.0, "high"),
    ("tor-m2.missile.speed_mean", "tor_m2.missile_speed_avg", 1.0, None),
    ("tor-m2.missile.target_speed_max", "tor_m2.target_speed_max", 1.0, None),
    ("tor-m2.missile.pk.drone", "tor_m2.pk_vs_drone", 1.0, None),
    ("tor-m2.missile.pk.cruise", "tor_m2.pk_vs_cruise", 1.0, None),
    ("shahed-136.speed", "shahed_136.speed_cruise", 1.0 / 3.6, None),
    ("shahed-136.height", "shahed_136.altitude", 1.0, None),
    ("shahed-136.rcs", "shahed_136.rcs_median", 1.0, None),
    ("kalibr.speed", "kalibr.speed_cruise", 1.0, None),
    ("kalibr.height", "kalibr.altitude", 1.0, None),
    ("kalibr.rcs", "kalibr.rcs_front", 1.0, None),
    ("iskander-m.speed", "iskander_m.speed", 1.0, None),
    ("iskander-m.apogee", "iskander_m.apogee", 1e3, None),
    ("iskander-m.range", "iskander_m.range", 1e3, None),
    ("iskander-m.rcs", "iskander_m.rcs_front", 1.0, None),
    ("fighter-generic.rcs", "fighter_generic.rcs_f16", 1.0, None),
    ("fighter-generic.rcs", "fighter_generic.rcs_su24", 1.0, None),
    ("fighter-generic.speed", "fighter_generic.speed_f16_low", 1.0, None),
    ("fighter-generic.speed", "fighter_generic.speed_su25_low", 1.0, None),
]

GRADE_OF_LEVEL = {"R": {"manufacturer", "press"}, "S": {"secondary"}, "E": {"estimate"}, "G": {"estimate"}}


@pytest.fixture(scope="module")
def collected():
    if not REFERENCE.exists():
        pytest.skip("the collection of published figures is not beside the repository")
    read = yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))
    return {**read["systems"], **read["threats"]}


@pytest.mark.parametrize(("name", "published", "to_si", "end"), PUBLISHED)
def test_a_published_figure_lies_within_its_bracket_and_keeps_its_grade(collected, name, published, to_si, end):
    of, _, key = published.partition(".")
    row = collected[of]["figures"][key]
    low, high = row.get("range", [row.get("value")] * 2)
    low, high = {None: (low, high), "low": (low, low), "high": (high, high)}[end]
    figure = bracket(name)
    assert figure.low <= low * to_si * (1.0 + 1e-9)
    assert figure.high >= high * to_si * (1.0 - 1e-9)
    if "likely" in row:
        assert figure.value == pytest.approx(row["likely"] * to_si, rel=1e-9)
    assert figure.grade in GRADE_OF_LEVEL[row["level"]]


def test_a_seed_figure_is_never_passed_over_for_a_worse_one(collected):
    # The Shahed's frontal estimates stand in the bracket; the value is the one that is not an estimate.
    assert bracket("shahed-136.rcs").value == collected["shahed_136"]["figures"]["rcs_median"]["value"]
