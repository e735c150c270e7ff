"""Each system of the catalogue, put through the model, does what its own sources claim: sees, reaches, fires."""

import math
from dataclasses import replace

import numpy as np
import pytest

import cases
from crenel.core.doubt import resolve
from crenel.core.records import Span
from crenel.engine.tables import GUN, MISSILE
from crenel.inputs import catalogue
from crenel.models.engagement import decay_length, time_of_flight
from crenel.models.sensing import SWERLING_1, detection_probability, scaled_range, signal_to_noise, snr_for

BOOK = catalogue.shipped()
SYSTEMS = tuple(entry for entry in BOOK.entries() if entry.kind == "system" and entry.can_be_played)
LARGE_M2 = 30.0
"""A target that no fire-control sensor misses: what is asked is the envelope of the weapon."""
SLOW_MPS = 100.0
STEP_M = 100.0


def key_of(entry):
    return entry.key


def central(entry):
    return resolve(BOOK.system(entry.key))


def having(part):
    return [entry for entry in SYSTEMS if getattr(BOOK.system(entry.key), part) is not None]


# --- sensing ----------------------------------------------------------------------------------------------------------


def detected_at_m(radar, rcs_m2, *, pd):
    """The range at which the model's radar detects a target of that size with that chance, by bisection."""
    snr_ref = snr_for(radar.pd_at_ref, radar.p_false_alarm, SWERLING_1)
    near_m, far_m = 10.0, 1e7
    for _ in range(80):
        middle_m = math.sqrt(near_m * far_m)
        snr = signal_to_noise(snr_ref, middle_m / radar.search_range_m, rcs_m2 / radar.ref_rcs_m2)
        if detection_probability(snr, radar.p_false_alarm, SWERLING_1) > pd:
            near_m = middle_m
        else:
            far_m = middle_m
    return near_m


@pytest.mark.parametrize("entry", having("radar"), ids=key_of)
def test_the_radar_detects_at_the_range_that_it_was_published_with(entry):
    """The statement that gives the value is met exactly; every other that the figure rests on, within the bracket."""
    name = f"{entry.key}.radar.search_range"
    bracket = next(figure for figure in entry.model if figure.figure == name)
    told = [figure for figure in entry.figures if name in figure.used_by]
    radar = central(entry).radar
    if told:
        first = min(told, key=lambda figure: abs(scaled(figure, radar) - bracket.value))
        target_m2 = first.at_rcs_m2 or radar.ref_rcs_m2
        assert detected_at_m(radar, target_m2, pd=radar.pd_at_ref) == pytest.approx(first.value_si, rel=1e-6)
    for figure in told:
        low_m, high_m = (
            detected_at_m(replace(radar, search_range_m=end), figure.at_rcs_m2 or radar.ref_rcs_m2, pd=radar.pd_at_ref)
            for end in (bracket.low, bracket.high)
        )
        assert low_m <= figure.low_si * (1.0 + 1e-6)
        assert high_m >= figure.high_si * (1.0 - 1e-6)


def scaled(figure, radar):
    return figure.value_si * math.sqrt(math.sqrt(radar.ref_rcs_m2 / (figure.at_rcs_m2 or radar.ref_rcs_m2)))


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
    assert radar.search_range_m.low <= at_reference_m <= radar.search_range_m.high


@pytest.mark.parametrize("entry", having("radar"), ids=key_of)
def test_the_radar_shows_all_of_its_search_range(entry):
    radar = BOOK.system(entry.key).radar
    assert radar.instrumented_range_m.value >= radar.search_range_m.value
    assert radar.instrumented_range_m.high >= radar.search_range_m.high * 0.999


# --- reach ------------------------------------------------------------------------------------------------------------


def launches(entry, *, weapon, height_m, speed_mps=0.0):
    """Slant range and flight of every intercept that the model allows of a large target that flies over the unit.

    By default it is slow: half as fast as the round at most.
    """
    system = central(entry)
    envelope = system.missile if weapon == MISSILE else system.gun
    round_mps = system.missile.speed_mean_mps if weapon == MISSILE else system.gun.projectile_speed_mps
    speed_mps = speed_mps or min(SLOW_MPS, 0.5 * round_mps, 0.9 * envelope.target_speed_max_mps)
    away_m = 1.6 * envelope.range_max_m + 2000.0
    unit = cases.unit(
        "unit",
        **{name: getattr(system, name) for name in ("radar", "sensor", "missile", "gun", "channels")},
        # Sight, sensor and elevation limits are others' claims: here the weapon's own envelope is asked for.
        fire_control=replace(cases.CONTROL, ref_rcs_m2=0.0, range_m=1e7),
        antenna_height_m=system.antenna_height_m,
    )
    unit = replace(unit, mounted_m=0.0)
    raid = cases.group(
        starts_m=away_m,
        speed_mps=speed_mps,
        rcs_m2=LARGE_M2,
        height_m=Span(height_m, height_m),
        threat_class="aircraft",
    )
    tables = cases.tables(cases.case(unit, raid=(raid,)), n_passes=1)
    n_windows = cases.dense(tables).n_plan[0, 0, 0, weapon]
    met = []
    for x in range(n_windows):
        window = cases.dense(tables).plan[0, 0, 0, weapon, x]
        for at_s in np.linspace(window.open_s, window.close_s, 5):
            flight_s = flight(tables, weapon, at_s)
            along_m = away_m - speed_mps * (at_s + flight_s)
            up_m = height_m - system.antenna_height_m
            met.append((math.hypot(along_m, up_m), flight_s))
    return met


def flight(tables, weapon, at_s):
    place = at_s / tables.groups[0].step_s
    j = min(int(place), cases.dense(tables).launches.shape[4] - 2)
    before, after = (
        cases.dense(tables).launches[0, 0, 0, weapon, j].flight_s,
        cases.dense(tables).launches[0, 0, 0, weapon, j + 1].flight_s,
    )
    return before + (place - j) * (after - before)


WEAPONS = [(entry, MISSILE, "missile") for entry in having("missile")] + [
    (entry, GUN, "gun") for entry in having("gun")
]


@pytest.mark.parametrize(("entry", "weapon", "part"), WEAPONS, ids=lambda value: getattr(value, "key", str(value)))
def test_the_weapon_reaches_what_was_published_and_no_farther(entry, weapon, part):
    envelope = getattr(central(entry), part)
    # High enough to be in sight from afar, low enough for a slant range that is nearly level.
    height_m = min(0.5 * envelope.height_max_m, 0.4 * envelope.range_max_m)
    met = launches(entry, weapon=weapon, height_m=max(height_m, getattr(envelope, "height_min_m", 0.0) + 1.0))
    assert met
    farthest_m = max(slant_m for slant_m, _ in met)
    assert farthest_m <= envelope.range_max_m * (1.0 + 1e-3)
    assert farthest_m >= envelope.range_max_m - 2.0 * STEP_M


@pytest.mark.parametrize(("entry", "weapon", "part"), WEAPONS, ids=lambda value: getattr(value, "key", str(value)))
def test_the_weapon_reaches_its_published_height_and_not_above_it(entry, weapon, part):
    envelope = getattr(central(entry), part)
    top_m = min(envelope.height_max_m, 0.9 * envelope.range_max_m)
    assert launches(entry, weapon=weapon, height_m=top_m - 10.0)
    assert not launches(entry, weapon=weapon, height_m=envelope.height_max_m + 10.0)


@pytest.mark.parametrize(("entry", "weapon", "part"), WEAPONS, ids=lambda value: getattr(value, "key", str(value)))
def test_a_target_faster_than_published_is_not_shot_at(entry, weapon, part):
    envelope = getattr(central(entry), part)
    height_m = max(min(0.5 * envelope.height_max_m, 0.4 * envelope.range_max_m), 50.0)
    assert not launches(entry, weapon=weapon, height_m=height_m, speed_mps=envelope.target_speed_max_mps * 1.01)


@pytest.mark.parametrize("entry", having("missile"), ids=key_of)
@pytest.mark.parametrize("end", ["low", "value", "high"])
def test_the_missile_flies_at_its_published_mean_speed(entry, end):
    missile = BOOK.system(entry.key).missile
    mean_mps, max_mps = getattr(missile.speed_mean_mps, end), getattr(missile.speed_max_mps, end)
    assert mean_mps <= max_mps
    over_m = missile.speed_mean_over_m
    flown_s = time_of_flight(over_m, max_mps, decay_length(max_mps, mean_mps, over_m))
    assert over_m / flown_s == pytest.approx(mean_mps, rel=1e-6)


# --- fire -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", having("gun"), ids=key_of)
def test_bursts_come_at_the_published_rate_of_fire(entry):
    """Rounds of a burst over the time that the engine takes for it, against every published rate."""
    gun = central(entry).gun
    unit = cases.unit("unit", gun=gun, missile=None)
    burst_s = cases.tables(cases.case(unit)).units[0].burst_s
    rate_hz = gun.burst_rounds / burst_s
    for figure in entry.figures:
        if figure.name.startswith("gun_rate"):
            assert figure.low_si * (1.0 - 1e-9) <= rate_hz <= figure.high_si * (1.0 + 1e-9)


def test_a_gun_empties_itself_in_a_believable_time():
    gun = catalogue.system("gepard").gun
    # 640 rounds at 1100 a minute are 35 s of fire, the figure that crews quote.
    assert gun.rounds.value / gun.rate_hz.value == pytest.approx(34.9, abs=0.1)


@pytest.mark.parametrize("entry", [e for e in having("missile") if central(e).missile.range_max_m > 3000.0], ids=key_of)
def test_as_many_are_engaged_at_a_time_as_were_published(entry):
    """Far more come at once than it has channels for; nothing is assessed before all have arrived: one shot a channel.

    The published number of engagements at a time holds the number that the model runs.
    """
    system = central(entry)
    n_channels = round(system.channels)
    unit = cases.unit("unit", missile=cases.missile(1.0, rounds=500.0), channels=system.channels, assessment_s=1e4)
    played = cases.play(cases.case(unit, raid=(cases.group(count=n_channels + 7),)), 4)
    assert played.unit_rounds[:, 0].tolist() == [n_channels] * 4
    told = [figure for figure in entry.figures if f"{entry.key}.channels" in figure.used_by]
    for figure in told:
        assert figure.low <= n_channels <= figure.high
