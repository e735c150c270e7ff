"""Rain and gases weaken an echo as the recommendations of the ITU say."""

from math import pi, radians

import pytest

from crenel.models import propagation

GHZ = 1e9
MM_AN_HOUR = 1.0 / 3.6e6
RATES = (5, 10, 25, 50)


@pytest.mark.nojit
@pytest.mark.parametrize(
    ("ghz", "db_a_km"),
    [
        (3, (0.001, 0.0024, 0.0073, 0.0172)),
        (5.5, (0.0056, 0.0175, 0.0792, 0.2485)),
        (10, (0.092, 0.2199, 0.6959, 1.663)),
        (16, (0.3145, 0.6783, 1.873, 4.039)),
        (35, (1.447, 2.709, 6.207, 11.62)),
    ],
)
def test_rain_by_frequency_and_rate(ghz: float, db_a_km: tuple[float, ...]) -> None:
    for rate, expected in zip(RATES, db_a_km, strict=True):
        found = 1000.0 * propagation.rain_attenuation(ghz * GHZ, rate * MM_AN_HOUR, 0.0, 0.0)
        assert found == pytest.approx(expected, rel=5e-4, abs=6e-5)  # the digits that are printed


@pytest.mark.nojit
@pytest.mark.parametrize(
    ("ghz", "tilt_rad", "k", "alpha"),
    [
        (10, 0.0, 0.0121670, 1.2571), (10, pi / 2, 0.0112919, 1.2156), (3, 0.0, 0.000139, 1.2322),
        (9.4, 0.0, 0.009254, 1.2901), (35, 0.0, 0.337387, 0.9047),
    ],
)  # fmt: skip
def test_coefficients_of_rain(ghz: float, tilt_rad: float, k: float, alpha: float) -> None:
    found = propagation.rain_coefficients(ghz * GHZ, 0.0, tilt_rad)
    assert found == pytest.approx((k, alpha), rel=1e-3 if ghz == 3 else 6e-5)


@pytest.mark.nojit
def test_a_row_of_the_validation_tables_with_its_elevation() -> None:
    elevation_rad = radians(31.077)
    assert propagation.rain_coefficients(14.25 * GHZ, elevation_rad, 0.0) == pytest.approx(
        (0.03975488, 1.12418043), rel=1e-7
    )
    found = 1000.0 * propagation.rain_attenuation(14.25 * GHZ, 26.48052 * MM_AN_HOUR, elevation_rad, 0.0)
    assert found == pytest.approx(1.58130839, rel=1e-7)


@pytest.mark.nojit
def test_no_rain_and_waves_too_long_to_care() -> None:
    assert propagation.rain_attenuation(10 * GHZ, 0.0, 0.0, 0.0) == 0.0
    assert propagation.rain_attenuation(0.2 * GHZ, 50 * MM_AN_HOUR, 0.0, 0.0) == 0.0


@pytest.mark.nojit
@pytest.mark.parametrize(
    ("ghz", "oxygen", "vapour"),
    [
        (3, 0.00708, 0.00046), (5.5, 0.00747, 0.0016), (10, 0.00822442, 0.00597413),
        (16, 0.00999, 0.02532), (35, 0.03184, 0.06961),
    ],
)  # fmt: skip
def test_gases_one_by_one(ghz: float, oxygen: float, vapour: float) -> None:
    assert 1000.0 * propagation.oxygen_attenuation(ghz * GHZ) == pytest.approx(oxygen, rel=1e-6, abs=5e-6)
    assert 1000.0 * propagation.vapour_attenuation(ghz * GHZ) == pytest.approx(vapour, rel=1e-6, abs=5e-6)


@pytest.mark.nojit
@pytest.mark.parametrize(
    ("ghz", "db_a_km"), [(1, 0.00543956), (9, 0.0126844), (10, 0.0141985), (12, 0.0182337), (35, 0.1014573)]
)
def test_gases_together_as_the_validation_tables_have_them(ghz: float, db_a_km: float) -> None:
    assert 1000.0 * propagation.gas_attenuation(ghz * GHZ) == pytest.approx(db_a_km, rel=5e-6)


@pytest.mark.nojit
def test_the_oxygen_lines_at_60_ghz_weaken_most() -> None:
    # P.676, figure 1: about 15 dB/km at the peak, below 1 dB/km ten gigahertz away
    assert 1000.0 * propagation.gas_attenuation(60 * GHZ) == pytest.approx(15.0, abs=1.0)
    assert 1000.0 * propagation.gas_attenuation(70 * GHZ) < 1.0


CLEAR = propagation.air_for(frequency_hz=10 * GHZ, rain_mps=0.0, rain_top_m=3000.0, surface="rough")
RAIN = propagation.air_for(frequency_hz=10 * GHZ, rain_mps=5 * MM_AN_HOUR, rain_top_m=3000.0, surface="rough")
EARTH_M = 4.0 / 3.0 * 6_371_000.0


@pytest.mark.nojit
def test_the_published_range_is_one_in_clear_air() -> None:
    at_reference = propagation.clear_range(CLEAR, 40e3, 40e3, 40e3, 20.0, 60.0, EARTH_M)
    assert at_reference == pytest.approx(40e3, rel=1e-12)
    nearer = propagation.clear_range(CLEAR, 40e3, 20e3, 20e3, 20.0, 60.0, EARTH_M)
    # 20 km less of gas there and back: 2 x 20 x 0.0142 dB more of an echo, a fortieth of that in decades of range
    assert nearer == pytest.approx(20e3 * 10 ** (-2 * 20 * 0.0141985 / 40), rel=1e-6)


@pytest.mark.nojit
def test_rain_weakens_there_and_back() -> None:
    found = propagation.clear_range(RAIN, 40e3, 20e3, 20e3, 20.0, 60.0, EARTH_M)
    clear = propagation.clear_range(CLEAR, 40e3, 20e3, 20e3, 20.0, 60.0, EARTH_M)
    assert found / clear == pytest.approx(10 ** (2 * 20 * 0.0920145 / 40), rel=1e-5)


@pytest.mark.nojit
def test_what_flies_above_the_rain_is_behind_part_of_it() -> None:
    assert propagation.rain_path(10e3, 20.0, 60.0, 3000.0) == 10e3
    assert propagation.rain_path(10e3, 0.0, 6000.0, 3000.0) == pytest.approx(5e3)
    assert propagation.rain_path(10e3, 3500.0, 6000.0, 3000.0) == 0.0


@pytest.mark.nojit
def test_without_a_frequency_nothing_can_be_told() -> None:
    unknown = propagation.air_for(frequency_hz=None, rain_mps=50 * MM_AN_HOUR, rain_top_m=3000.0, surface="sea")
    assert propagation.clear_range(unknown, 40e3, 20e3, 20e3, 20.0, 60.0, EARTH_M) == 20e3
