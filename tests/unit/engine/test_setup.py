from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

import cases
from crenel.core.records import Case, CrenelError
from crenel.engine.geometry import Setup
from crenel.engine.passes import draw_passes
from crenel.engine.setup import set_up
from crenel.models import motion
from crenel.world import build


def setup_of(asked: Case, *, n_passes: int = 2) -> Setup:
    return set_up(asked, build(asked), draw_passes(asked, seed=1, block=0, n_passes=n_passes))


@pytest.mark.nojit
def test_positions_are_local_and_antennas_stand_on_their_mounts() -> None:
    unit = replace(cases.unit(where=cases.at(3_000.0, -4_000.0)), mounted_m=30.0)
    site = setup_of(cases.case(unit)).sites[0]
    assert (site.east_m, site.north_m) == pytest.approx((3_000.0, -4_000.0), abs=0.01)
    assert (site.ground_m, site.antenna_m) == (0.0, 130.0)


@pytest.mark.nojit
def test_a_ballistic_threat_moves_over_the_ground_slower_than_its_speed() -> None:
    falling = cases.group(motion="ballistic", speed_mps=1_000.0, range_m=100e3, apogee_m=25e3)
    route = setup_of(cases.case(raid=(falling,))).routes[0]
    assert route.kind == motion.BALLISTIC
    assert route.speed_mps == pytest.approx(1_000.0 / sqrt(2.0), rel=3e-3)  # the earth is round: a little flatter


@pytest.mark.nojit
def test_a_flight_ends_at_the_radius_of_its_target() -> None:
    ways = setup_of(cases.case()).ways
    assert ways["flight_s"] == pytest.approx((40e3 - 100.0) / 200.0)


@pytest.mark.nojit
def test_a_unit_without_radar_or_weapon_has_none() -> None:
    blind = setup_of(cases.case(cases.unit(radar=None), cases.unit("b", missile=None, fire_control=None)))
    assert blind.sites["has_radar"].tolist() == [0, 1]
    assert blind.weapons["armed"].tolist() == [[1, 0], [0, 0]]
    assert not blind.sites["has_sensor"].any()


@pytest.mark.nojit
def test_a_sensor_and_a_jammer_are_what_their_records_say() -> None:
    sensor = cases.sensor(p_look={"drone": 0.25}, range_m=7e3, look_period_s=3.0, needs_sight=False)
    watch = cases.unit("watch", radar=None, fire_control=None, missile=None, sensor=sensor)
    asked = cases.case(
        watch,
        cases.jamming(range_m=4e3, p_effect={"cruise": 0.5}),
        raid=(cases.group("a", threat_class="drone"), cases.group("b", threat_class="cruise")),
    )
    setup = setup_of(asked)
    site = setup.sites[0]
    assert (site.has_radar, site.has_sensor, site.needs_sight) == (0, 1, 0)
    assert (site.instrumented_m, site.scan_s) == (7e3, 3.0)
    assert setup.sites["jam_range_m"].tolist() == [0.0, 4e3]
    assert setup.against["p_look"].tolist() == [[0.25, 0.0], [0.0, 0.0]]
    assert setup.against["p_effect"].tolist() == [[0.0, 0.0], [0.0, 0.5]]


@pytest.mark.nojit
def test_everything_is_read_only() -> None:
    for value in setup_of(cases.case(cases.unit())):
        if isinstance(value, np.ndarray):
            assert not value.flags.writeable


@pytest.mark.nojit
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (replace(cases.case(), groups=()), r"raid is empty.*`raid`"),
        (
            cases.case(raid=(cases.group("near", starts_m=90.0),)),
            r"'near' starts inside the radius of 'asset'.*`starts`",
        ),
        (cases.case(cases.unit("bare", fire_control=None)), r"bare: shooter has a weapon.*`fire_control`"),
        (cases.case(cases.unit("both", sensor=cases.sensor())), r"both: shooter searches with.*`radar`.*`sensor`"),
    ],
)
def test_what_cannot_be_played_is_refused(asked: Case, words: str) -> None:
    with pytest.raises(CrenelError, match=words):
        setup_of(asked)
