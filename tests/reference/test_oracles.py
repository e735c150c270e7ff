"""The reference against published and derived cases: it is only worth comparing with if it is right itself."""

import math
from fractions import Fraction
from itertools import product
from random import Random

import numpy as np
import pytest

from reference.case import Case, FireControl, Limits, Radar, Threat, Tracking, Unit, Weapon, flat_earth, open_sky
from reference.cause import cause_of
from reference.dice import Dice, correlated
from reference.exact import enumerate_raid
from reference.geometry import Geometry
from reference.given import Counted, GivenGeometry, given, leaked, shelf
from reference.looks import track
from reference.raid import play
from reference.routes import EARTH_MU, EARTH_RADIUS_M, Arc, straight

INF = math.inf


def erlang_with_patience(rate: float, service_s: float, c: int, patience_s: float) -> float:
    """P(loss) of M/M/c with fixed patience (Barrer; Gnedenko and Kovalenko)."""
    mu = 1.0 / service_s
    a, drain = rate / mu, c * mu - rate
    fade = math.exp(-drain * patience_s)
    wait = patience_s if drain == 0.0 else (1.0 - fade) / drain
    last = a**c / math.factorial(c) * fade
    head = sum(a**n / math.factorial(n) for n in range(c))
    return last / (head + rate * a ** (c - 1) / math.factorial(c - 1) * wait + last)


# --- kills -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "leak", "rounds"), [(1, 0.3, 1.0), (2, 0.09, 1.3), (3, 0.027, 1.39)])
def test_shoot_look_shoot_is_exact(n: int, leak: float, rounds: float) -> None:
    geometry, tracks = given((shelf(rounds=n),), [(0.0, 100.0)])
    odds = enumerate_raid(geometry, tracks)
    assert float(odds["missed",]) == pytest.approx(leak, rel=1e-12)
    # P(a k-th round is fired) is P(the first k - 1 missed).
    spent = sum(float(enumerate_raid(*given((shelf(rounds=k),), [(0.0, 100.0)]))["missed",]) for k in range(1, n))
    assert 1.0 + spent == pytest.approx(rounds, rel=1e-12)
    used = np.mean([play(geometry, Counted(k), tracks=tracks).shots[0] for k in range(2000)])
    assert used == pytest.approx(rounds, abs=5.0 * 0.7 / math.sqrt(2000))


def test_shots_of_a_salvo_all_count() -> None:
    geometry, tracks = given((shelf(rounds=3, salvo=3),), [(0.0, 100.0)])
    assert enumerate_raid(geometry, tracks)["missed",] == Fraction(27, 1000)


def test_independent_raid_is_binomial() -> None:
    geometry, tracks = given((shelf(rounds=12, channels=12),), [(0.0, 0.5)] * 12)
    counts = np.array([leaked(play(geometry, Counted(k), tracks=tracks)) for k in range(600)])
    assert np.mean(counts == 0) == pytest.approx(0.7**12, abs=5 * math.sqrt(0.0138 / 600))
    assert counts.mean() == pytest.approx(3.6, abs=5 * 1.587 / math.sqrt(600))
    assert counts.std() == pytest.approx(1.587, rel=0.12)


def test_common_mode_makes_the_raid_beta_binomial() -> None:
    geometry, tracks = given((shelf(rounds=12, channels=12),), [(0.0, 0.5)] * 12, common_mode=0.1)
    n = 600
    counts = np.array([leaked(play(geometry, Counted(k, (k + 0.5) / n), tracks=tracks)) for k in range(n)])
    assert np.mean(counts == 0) == pytest.approx(0.0691, abs=5 * math.sqrt(0.0691 / n))
    assert counts.mean() == pytest.approx(3.6, abs=5 * 2.3 / math.sqrt(n))
    assert counts.std() == pytest.approx(2.300, rel=0.12)


def test_the_quantile_has_the_mean_that_it_should() -> None:
    grid = (np.arange(20_000) + 0.5) / 20_000
    found = np.array([correlated(0.7, 0.1, float(u)) for u in grid])
    assert found.mean() == pytest.approx(0.7, abs=1e-5)
    assert (found**12).mean() == pytest.approx(0.0691, abs=5e-5)
    assert correlated(0.7, 0.0, 0.1) == 0.7


def test_shots_at_one_threat_share_their_luck() -> None:
    geometry, tracks = given((shelf(p=0.65, rounds=2, salvo=2),), [(0.0, 100.0)], threat_common_mode=0.2)
    killed = [play(geometry, Dice(k), tracks=tracks).fates[0] == "missile" for k in range(4000)]
    assert np.mean(killed) == pytest.approx(0.832, abs=4.5 * math.sqrt(0.832 * 0.168 / 4000))
    # Without what they share it would be 0.8775, seven errors away.


def test_independent_layers_thin_a_raid() -> None:
    outer, inner = shelf("outer", p=0.5, rounds=9), shelf("inner", p=0.4, rounds=9)
    geometry, _ = given((outer, inner), [(0.0, 30.0)])
    geometry.given = {(0, 0): [(0.0, 0.5)], (0, 1): [(10.0, 10.5)]}
    tracks = {(0, 0): [(0.0, INF)], (0, 1): [(0.0, INF)]}
    assert enumerate_raid(geometry, tracks)["missed",] == Fraction(3, 10)


# --- engagements -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("look_s", "shots"), [(6.0, 7), (9.0, 6)])
def test_engagement_opportunities(look_s: float, shots: int) -> None:
    missile = Weapon("missile", {"drone": 1e-9}, 18_000.0, 99, 900.0, range_min_m=1_200.0)
    unit = Unit("a", (0.0, 0.0, 0.0), weapons=(missile,), assessment_s=look_s)
    threat = Threat("t", straight(0.0, 200.0, (40_000.0, 0.0, 0.0), (0.0, 0.0, 0.0)))
    geometry = Geometry(Case((threat,), (unit,), open_sky))
    played = play(geometry, Dice(1), tracks={(0, 0): [(0.0, INF)]})
    met_m = [40_000.0 - 200.0 * shot.meet_s for shot in played.engagements]
    assert len(met_m) == shots
    expected, r = [18_000.0], 18_000.0
    while (r := (r - 200.0 * look_s) * 900.0 / 1100.0) >= 1_200.0:
        expected.append(r)
    assert met_m == pytest.approx(expected, abs=0.01)
    assert cause_of(geometry, played, 0) == "missed"


def queue(n: int, patience_s: float, seed: int, service_s: float = 40.0) -> float:
    """Share of threats that nobody fires at, of Poisson arrivals of one in 10 s at four channels."""
    rng = Random(seed)
    now, windows, flights, ends = 0.0, [], [], []
    for _ in range(n):
        now += rng.expovariate(0.1)
        windows.append((now, now + patience_s))
        flights.append(rng.expovariate(1.0 / service_s))
        ends.append(now + 1e5)
    geometry, tracks = given((shelf(p=1.0, rounds=n, channels=4),), windows, flight_s=flights, ends_s=ends)
    tracks = {key: [(since, since + patience_s + 1e-6)] for key, [(since, _)] in tracks.items()}
    played = play(geometry, Counted(seed), tracks=tracks)
    lost = [i for i in range(n) if played.shots[i] == 0]
    if patience_s > 0.0:
        assert {cause_of(geometry, played, i) for i in lost[:50]} == {"saturated"}
    return len(lost) / n


def test_the_closed_form_gives_the_published_losses() -> None:
    found = [erlang_with_patience(0.1, 40.0, 4, tau) for tau in (0.0, 10.0, 20.0, 40.0, 80.0)]
    assert found == pytest.approx([0.31068, 0.23704, 0.19162, 0.13853, 0.08914], abs=5e-6)


@pytest.mark.parametrize("patience_s", [0.0, 10.0, 40.0])
def test_channels_are_a_queue_with_fixed_patience(patience_s: float) -> None:
    assert queue(2_500, patience_s, 3) == pytest.approx(erlang_with_patience(0.1, 40.0, 4, patience_s), abs=0.03)


@pytest.mark.deep
@pytest.mark.parametrize("patience_s", [0.0, 10.0, 20.0, 40.0])
def test_channels_are_a_queue_with_fixed_patience_at_full_size(patience_s: float) -> None:
    losses = [queue(20_000, patience_s, seed) for seed in range(10)]
    error = float(np.std(losses, ddof=1)) / math.sqrt(len(losses))
    assert np.mean(losses) == pytest.approx(erlang_with_patience(0.1, 40.0, 4, patience_s), abs=4.5 * error)
    assert error < 0.003


# --- tracks ----------------------------------------------------------------------------------------------------------


def constant_looks(p: float, n: int) -> list[tuple[float, float]]:
    return [(float(number), p) for number in range(1, n + 1)]


def test_first_firm_track_by_full_enumeration() -> None:
    firm_by = [Fraction(0)] * 9
    for pattern in product((0.0, 0.9), repeat=8):
        rolls = iter(pattern)
        stretches = track(constant_looks(0.5, 8), Tracking(1.0), rolls.__next__)
        for look in range(1, 9):
            firm_by[look] += Fraction(bool(stretches) and stretches[0][0] <= look, 2**8)
    assert [float(p) for p in firm_by[3:]] == pytest.approx([0.125, 0.3125, 0.5, 0.59375, 0.664062, 0.722656], abs=5e-7)


@pytest.mark.parametrize(
    ("m", "n", "p", "mean"), [(2, 3, 0.5, 4.6667), (2, 3, 0.9, 2.2334), (3, 5, 0.5, 7.2677), (3, 5, 0.9, 3.3387)]
)
def test_mean_looks_to_a_firm_track(m: int, n: int, p: float, mean: float) -> None:
    roll = Random(7).random
    firsts = [track(constant_looks(p, 100), Tracking(1.0, m, n, 99), roll)[0][0] for _ in range(6000)]
    assert np.mean(firsts) == pytest.approx(mean, abs=4.5 * float(np.std(firsts)) / math.sqrt(6000))


@pytest.mark.parametrize(("k", "share"), [(5, 0.0244), (3, 0.474)])
def test_share_of_tracks_lost_within_a_hundred_looks(k: int, share: float) -> None:
    roll = Random(11).random
    looks = [(float(t), 1.0) for t in range(3)] + [(float(t), 0.8) for t in range(3, 103)]
    lost = [track(looks, Tracking(1.0, 3, 5, k), roll)[0][1] < INF for _ in range(6000)]
    assert np.mean(lost) == pytest.approx(share, abs=4.5 * math.sqrt(share * (1 - share) / 6000))


def test_looks_at_the_published_range_find_as_often_as_published() -> None:
    for fluctuation in ("swerling0", "swerling1", "swerling3"):
        radar = Radar(Tracking(1.0), 20_000.0, 2.0, 0.8, 1e-6, fluctuation)
        threat = Threat("t", straight(0.0, 1.0, (0.0, 0.0, 0.0), (1.0, 0.0, 0.0)), rcs_m2=2.0)
        assert radar.pd(threat, 20_000.0) == pytest.approx(0.8, abs=1e-9)
    steady = Radar(Tracking(1.0), 1.0, fluctuation="swerling0", pd_at_ref=0.9)
    assert 10 * math.log10(steady.ref_snr) == pytest.approx(13.1835, abs=1e-3)
    fading = Radar(Tracking(1.0), 1.0, fluctuation="swerling3", pd_at_ref=0.5)
    assert 10 * math.log10(fading.ref_snr) == pytest.approx(11.95, abs=0.01)


def test_the_network_is_firm_by_a_look_as_a_product_says() -> None:
    grid = [(float(n), 0.5) for n in range(1, 9)]
    roll = Random(3).random
    firsts = []
    for _ in range(6000):
        both = [track(grid, Tracking(1.0), roll) for _ in range(2)]
        firsts.append(min((stretches[0][0] for stretches in both if stretches), default=INF))
    expected = 1.0 - (1.0 - 0.5) ** 2
    assert np.mean(np.array(firsts) <= 5) == pytest.approx(expected, abs=4.5 * math.sqrt(0.1875 / 6000))


def test_the_horizon_of_a_smooth_earth() -> None:
    unit = Unit("a", (0.0, 0.0, 4.0))
    sight = flat_earth()
    assert sight(unit, (26_600.0, 0.0, 20.0))
    assert not sight(unit, (26_800.0, 0.0, 20.0))


# --- motion ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("range_m", "apogee_m"), [(60_000.0, 20_000.0), (400_000.0, 120_000.0), (3e6, 8e5)])
def test_the_arc_is_the_orbit_of_a_point_mass(range_m: float, apogee_m: float) -> None:
    arc = Arc((0.0, 0.0, 0.0), 0.7, range_m, apogee_m, 1_000.0, range_m)
    assert arc.end_s == pytest.approx(1_000.0, abs=1e-9)
    assert arc.position(1_000.0)[2] == pytest.approx(0.0, abs=1e-3)
    assert arc.position(arc.apogee_s)[2] == pytest.approx(apogee_m, rel=1e-9)

    def pull(state: np.ndarray) -> np.ndarray:
        r = state[:2]
        return np.concatenate([state[2:], -EARTH_MU * r / np.linalg.norm(r) ** 3])

    angle, r, angle_rate, r_rate = arc.polar(arc.start_s)
    state = np.array(
        [
            r * math.cos(angle),
            r * math.sin(angle),
            r_rate * math.cos(angle) - r * angle_rate * math.sin(angle),
            r_rate * math.sin(angle) + r * angle_rate * math.cos(angle),
        ]
    )
    steps = 2000
    h = (arc.end_s - arc.start_s) / steps
    for _ in range(steps):
        k1 = pull(state)
        k2 = pull(state + h / 2 * k1)
        k3 = pull(state + h / 2 * k2)
        k4 = pull(state + h * k3)
        state = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    down = (math.atan2(state[1], state[0]) - angle) * EARTH_RADIUS_M
    assert np.linalg.norm(state[:2]) == pytest.approx(EARTH_RADIUS_M, abs=1.0)
    assert down == pytest.approx(range_m, abs=1.0)


def test_a_short_arc_is_a_parabola() -> None:
    arc = Arc((0.0, 0.0, 0.0), 0.0, 1_000.0, 400.0, 100.0, 1_000.0)
    g = EARTH_MU / EARTH_RADIUS_M**2
    assert arc.end_s - arc.start_s == pytest.approx(2.0 * math.sqrt(2.0 * 400.0 / g), rel=1e-3)
    assert arc.velocity(arc.end_s)[2] == pytest.approx(-math.sqrt(2.0 * g * 400.0), rel=1e-3)
    a, b = arc.position(50.0), arc.position(50.001)
    assert arc.velocity(50.0005) == pytest.approx([(q - p) / 0.001 for p, q in zip(a, b, strict=True)], rel=1e-6)


# --- a whole raid, exactly -------------------------------------------------------------------------------------------

P, Q = Fraction(7, 10), Fraction(3, 10)
KILL = "missile"


def toy(windows: list[tuple[float, float]], rounds: int) -> dict[tuple[str, ...], Fraction]:
    """Two threats, one channel: a round flies for 4 s and is assessed in 2."""
    units = (shelf(rounds=rounds, assessment_s=2.0),)
    geometry, tracks = given(units, windows, flight_s=4.0, ends_s=[40.0, 45.0])
    tracks = {(0, 0): [(0.0, INF)], (1, 0): [(0.0, INF)]}
    odds = enumerate_raid(geometry, tracks)
    assert sum(odds.values()) == 1
    return odds


def test_toy_raid_with_three_rounds() -> None:
    # Shots at 0, 6, 12. The first threat can be fired at until 9, the second until 13.
    assert toy([(0.0, 9.0), (0.0, 13.0)], 3) == {
        (KILL, KILL): P * (P + Q * P) + Q * P * P,
        (KILL, "missed"): P * Q * Q + Q * P * Q,
        ("missed", KILL): Q * Q * P,
        ("missed", "missed"): Q * Q * Q,
    }


def test_toy_raid_whose_channel_is_too_busy() -> None:
    # Until 11 only: when the first takes two rounds, nothing is left for the second but a busy channel.
    assert toy([(0.0, 9.0), (0.0, 11.0)], 3) == {
        (KILL, KILL): P * P,
        (KILL, "missed"): P * Q,
        (KILL, "saturated"): Q * P,
        ("missed", "saturated"): Q * Q,
    }


def test_toy_raid_that_runs_out_of_rounds() -> None:
    # The second comes into reach at 7, when a miss at 4 has already cost the last round.
    assert toy([(0.0, 9.0), (7.0, 30.0)], 2) == {
        (KILL, KILL): P * P,
        (KILL, "missed"): P * Q,
        (KILL, "no_rounds"): Q * P,
        ("missed", "no_rounds"): Q * Q,
    }


def test_toy_raid_of_two_units_that_share_what_they_know() -> None:
    # One round each and a window for one shot each: both threats get a round at once.
    units = (shelf("a", rounds=1, network="net"), shelf("b", rounds=1, network="net"))
    geometry, _ = given(units, [(0.0, 0.5), (0.0, 0.5)])
    odds = enumerate_raid(geometry, {(0, 0): [(0.0, INF)], (1, 0): [(0.0, INF)]})
    assert odds == {(KILL, KILL): P * P, (KILL, "missed"): P * Q, ("missed", KILL): Q * P, ("missed", "missed"): Q * Q}
    # Strangers fire at the same threat, and at it alone if only it is seen by both.
    units = (shelf("a", rounds=1), shelf("b", rounds=1))
    geometry, _ = given(units, [(0.0, 0.5), (0.0, 0.5)])
    odds = enumerate_raid(geometry, {(0, 0): [(0.0, INF)], (0, 1): [(0.0, INF)]})
    assert odds == {(KILL, "undetected"): 1 - Q * Q, ("missed", "undetected"): Q * Q}


# --- causes, one raid each -------------------------------------------------------------------------------------------


def one_leaker(**changes: object) -> tuple[GivenGeometry, dict[tuple[int, int], list[tuple[float, float]]]]:
    geometry, _ = given((shelf(**changes),), [(10.0, 20.0)], ends_s=[60.0])  # type: ignore[arg-type]
    return geometry, {(0, 0): [(0.0, INF)]}


def cause(geometry: Geometry, tracks: dict[tuple[int, int], list[tuple[float, float]]]) -> str:
    return cause_of(geometry, play(geometry, Dice(1), tracks=tracks), 0)


def test_every_cause_has_its_raid() -> None:
    geometry, tracks = one_leaker(p=1e-9)
    assert cause(geometry, tracks) == "missed"
    geometry, tracks = one_leaker(rounds=1, reaction_s=21.0)
    assert cause(geometry, tracks) == "too_late"
    geometry, tracks = one_leaker()
    assert cause(geometry, {(0, 0): [(0.0, 9.0), (21.0, INF)]}) == "too_late"
    assert cause(geometry, {}) == "undetected"
    geometry.given = {}
    assert cause(geometry, tracks) == "out_of_reach"
    hidden = Unit("a", (0.0, 0.0, 10.0), Radar(Tracking(1.0), 1e4), FireControl(Limits()), shelf().weapons)
    low = Threat("t", straight(0.0, 10.0, (90_000.0, 0.0, 5.0), (88_000.0, 0.0, 5.0)))
    assert cause(Geometry(Case((low,), (hidden,), flat_earth())), {}) == "unseen"
