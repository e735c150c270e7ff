import pytest

from crenel.report import entry_words
from entry_cases import pantsir, shahed


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("search_range_rcs0p1", "radar search range"),
        ("search_range_fighter", "radar search range, fighter"),
        ("missile_range_max", "missile range, greatest"),
        ("altitude_max_game", "altitude, greatest in a game"),
        ("pk_missile_vs_drone", "kill probability, missile against drone"),
        ("pk_vs_cruise", "kill probability against cruise"),
        ("range_vs_ballistic", "range against ballistic"),
        ("rcs_vhf", "radar cross-section, VHF"),
        ("crew", "crew"),
        ("standby_to_ready", "standby to ready"),
    ],
)
def test_statements_in_plain_words(name: str, told: str) -> None:
    assert entry_words.statement(name) == told


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("pantsir-s1.radar.search_range", "radar search range"),
        ("pantsir-s1.missile.pk.small_drone", "chance that one missile kills a small drone"),
        ("a.sensor.p_look.aircraft", "chance that one look finds an aircraft"),
        ("a.jammer.p_effect.cruise", "chance that the jammer stops a cruise missile"),
        ("a.sensor.range", "range of the sensor"),
    ],
)
def test_figures_in_plain_words(name: str, told: str) -> None:
    assert entry_words.figure(name) == told


def test_figures_stand_under_their_part() -> None:
    assert entry_words.part("pantsir-s1.radar.search_range") == "Search radar"
    assert entry_words.part("pantsir-s1.channels") == "The system as a whole"


@pytest.mark.parametrize(
    ("value", "told"),
    [(1403.0, "1,403"), (14.67, "14.67"), (1e-6, "0.000001"), (0.1, "0.1"), (-5.5, "−5.5"), (35000.0, "35,000")],
)
def test_a_published_number_keeps_all_its_digits(value: float, told: str) -> None:
    assert entry_words.exact(value) == told


def test_a_statement_is_told_in_the_unit_of_its_publication() -> None:
    rows = {row["name"]: row for row in pantsir().record()["figures"]}
    assert entry_words.published(rows["gun_rate"]) == ("4,800 rounds/min", "4,800–5,000 rounds/min")
    assert entry_words.published(rows["crew"]) == ("3", "")
    assert entry_words.condition(rows["search_range_rcs0p1"]) == "at 0.1 m²"
    assert entry_words.condition(rows["missile_speed_avg"]) == "over 12 km"
    assert entry_words.condition(rows["crew"]) == ""
    front = next(row for row in shahed().record()["figures"] if row["name"] == "rcs_front")
    assert entry_words.condition(front) == "front aspect, X and S band"


def test_a_range_that_holds_for_every_target_says_so() -> None:
    assert entry_words.condition({"at_rcs_m2": 0.0}) == "whatever the radar echo"


def test_probabilities_stay_numbers() -> None:
    rows = {row["figure"]: row for row in pantsir().record()["model"]}
    assert entry_words.taken(rows["pantsir-s1.missile.pk.drone"]) == ("0.65", "0.2–0.85")
    assert entry_words.taken(rows["pantsir-s1.radar.search_range"]) == ("36 km", "29.7–42.8 km")


def test_settings_in_plain_words() -> None:
    told = [entry_words.setting(value) for value in (True, False, 3, 1e-6, "swerling1", "small_drone", "level")]
    assert told == ["yes", "no", "3", "0.000001", "Swerling 1", "small drone", "level"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Shahed-136 / Geran-2", "Shahed-136"),
        ("Small quadrotor (FPV)", "Small quadrotor"),
        ("Fighter, fourth generation", "Fighter"),
    ],
)
def test_a_name_can_be_short(name: str, told: str) -> None:
    assert entry_words.short(name) == told
