"""A sector is seen as wide as it is, and what flies across comes no nearer."""

from math import cos, pi, radians, sin

import pytest

from crenel.models.sensing import radial_speed, within_sector


@pytest.mark.nojit
@pytest.mark.parametrize(
    ("bearing_deg", "is_in"), [(45, True), (89, True), (91, False), (1, True), (-1, False), (225, False), (405, True)]
)
def test_a_sector_of_90_degrees_that_faces_north_east(bearing_deg: float, is_in: bool) -> None:
    east, north = 5e3 * sin(radians(bearing_deg)), 5e3 * cos(radians(bearing_deg))
    assert within_sector(east, north, radians(45), radians(90)) is is_in


@pytest.mark.nojit
def test_wide_and_whole_sectors() -> None:
    assert within_sector(0.0, -1e3, 0.0, 2 * pi)
    assert not within_sector(0.0, -1e3, 0.0, radians(350))
    assert within_sector(1e3, -1e3, 0.0, radians(300))
    assert within_sector(0.0, 0.0, 0.0, radians(10))


@pytest.mark.nojit
def test_radial_speed() -> None:
    assert radial_speed(3e3, 0.0, 0.0, -50.0, 0.0) == pytest.approx(50.0)
    assert radial_speed(3e3, 0.0, 0.0, 50.0, 0.0) == pytest.approx(50.0)
    assert radial_speed(0.0, 3e3, 0.0, 50.0, 0.0) == 0.0
    assert radial_speed(3e3, 0.0, 4e3, -50.0, 0.0) == pytest.approx(30.0)  # steeply below it
