"""Over a flat surface the echo is the sum of two rays: up to sixteen times as strong, and nothing in between."""

from math import cos, pi, sin, sqrt

import numpy as np
import pytest

from crenel.models import propagation
from crenel.models.propagation import FLAT, ROUGH, SEA, reflection_range, two_ray_factor

PLANE_M = 1e13  # an earth so large that it is flat
EARTH_M = 4.0 / 3.0 * 6_371_000.0


@pytest.mark.nojit
def test_rough_ground_sends_nothing_back() -> None:
    assert two_ray_factor(0.1, 12e3, 20.0, 60.0, EARTH_M, ROUGH) == 1.0


@pytest.mark.nojit
def test_over_a_plane_the_factor_is_twice_the_sine_of_half_the_phase() -> None:
    # 2 |sin(2 pi h1 h2 / (wavelength d))|, where rays graze and the surface reflects nearly all; [blake1986] ch. 6
    wavelength_m, h1, h2 = 3.0, 10.0, 40.0
    for d in np.linspace(3e3, 60e3, 24):
        ideal = 2.0 * abs(sin(2.0 * pi * h1 * h2 / (wavelength_m * d)))
        assert two_ray_factor(wavelength_m, float(d), h1, h2, PLANE_M, SEA) == pytest.approx(ideal, abs=0.04)


@pytest.mark.nojit
def test_far_out_the_echo_falls_with_the_eighth_power_of_range() -> None:
    near, far = (two_ray_factor(3.0, d, 5.0, 20.0, PLANE_M, FLAT) for d in (40e3, 80e3))
    echo = (far / near) ** 4 * 0.5**4  # the factor's part and free space's
    assert echo == pytest.approx(0.5**8, rel=0.02)


@pytest.mark.nojit
def test_lobes_stand_where_the_path_differs_by_half_a_wavelength() -> None:
    wavelength_m, h1, d = 0.3, 15.0, 10e3
    heights = np.linspace(1.0, 250.0, 2000)
    factors = np.array([two_ray_factor(wavelength_m, d, h1, float(h), PLANE_M, FLAT) for h in heights])
    highest = [i for i in range(1, 1999) if factors[i] > factors[i - 1] and factors[i] > factors[i + 1]]
    # 2 h1 h2 / d = (n + 1/2) wavelength
    expected = [(n + 0.5) * wavelength_m * d / (2.0 * h1) for n in range(3)]
    assert heights[highest][:2] == pytest.approx(expected[:2], rel=0.01)
    assert factors.max() <= 2.0
    assert factors[highest[0]] > 1.8


@pytest.mark.nojit
def test_short_waves_meet_an_uneven_surface() -> None:
    steep = [two_ray_factor(0.03, 2e3, 20.0, h, PLANE_M, SEA) for h in (100.0, 101.0, 102.0)]
    assert steep == pytest.approx([1.0, 1.0, 1.0], abs=0.01)
    # Ament: exp(-2 (2 pi s sin(grazing) / wavelength)^2) of the reflected ray is left
    h1, h2, d, wavelength_m = 20.0, 300.0, 6.1e3, 0.1
    grazing = (h1 + h2) / sqrt(d * d + (h1 + h2) ** 2)
    left = np.exp(-2.0 * (2.0 * pi * 0.2 * grazing / wavelength_m) ** 2)
    longer_m = sqrt(d * d + (h1 + h2) ** 2) - sqrt(d * d + (h1 - h2) ** 2)
    phase = 2.0 * pi * longer_m / wavelength_m
    assert 0.3 < left < 0.5
    ideal = sqrt((1.0 - left * cos(phase)) ** 2 + (left * sin(phase)) ** 2)
    assert two_ray_factor(wavelength_m, d, h1, h2, PLANE_M, SEA) == pytest.approx(ideal, rel=0.03)


@pytest.mark.nojit
@pytest.mark.parametrize(("h1", "h2", "d"), [(10.0, 100.0, 20e3), (30.0, 60.0, 30e3), (100.0, 5.0, 5e3)])
def test_both_rays_meet_the_sphere_at_the_same_angle(h1: float, h2: float, d: float) -> None:
    near = reflection_range(d, h1, h2, EARTH_M)
    far = d - near
    assert 0.0 < near < d
    coming = (h1 - near * near / (2.0 * EARTH_M)) / near
    going = (h2 - far * far / (2.0 * EARTH_M)) / far
    assert coming == pytest.approx(going, rel=1e-9)


@pytest.mark.nojit
def test_over_a_sphere_it_is_the_plane_near_by_and_nothing_at_the_horizon() -> None:
    near = [two_ray_factor(1.0, 1e3, 20.0, 60.0, earth_m, FLAT) for earth_m in (EARTH_M, PLANE_M)]
    assert near[0] == pytest.approx(near[1], abs=0.02)
    horizon_m = sqrt(2.0 * EARTH_M * 20.0) + sqrt(2.0 * EARTH_M * 60.0)
    assert two_ray_factor(0.1, 0.9999 * horizon_m, 20.0, 60.0, EARTH_M, FLAT) < 0.01
    assert two_ray_factor(0.1, 0.5 * horizon_m, 20.0, 60.0, EARTH_M, FLAT) > 0.3


@pytest.mark.nojit
def test_the_range_of_an_echo_goes_with_the_factor() -> None:
    air = propagation.air_for(frequency_hz=1e9, rain_mps=0.0, rain_top_m=0.0, surface="flat")
    rough = propagation.air_for(frequency_hz=1e9, rain_mps=0.0, rain_top_m=0.0, surface="rough")
    lit = propagation.clear_range(air, 40e3, 15e3, 15e3, 20.0, 60.0, EARTH_M)
    bare = propagation.clear_range(rough, 40e3, 15e3, 15e3, 20.0, 60.0, EARTH_M)
    factor = two_ray_factor(air.wavelength_m, 15e3, 20.0, 60.0, EARTH_M, FLAT)
    assert bare / lit == pytest.approx(factor, rel=1e-12)
    assert abs(factor - 1.0) > 0.1
