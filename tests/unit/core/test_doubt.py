import math
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from crenel.core import doubt
from crenel.core.doubt import Doubt
from crenel.core.records import Bracket
from unit.studies import fake


def test_a_figure_shared_by_units_comes_once_and_in_a_fixed_order() -> None:
    names = [figure.figure for figure in doubt.figures(fake.scenario(units=2))]
    assert len(names) == len(set(names))
    assert names == [figure.figure for figure in doubt.figures(fake.scenario(units=2))]
    assert {"tower.missile.range_max", "tower.missile.pk.drone", "moped.rcs", "model.rcs_pass_sigma"} <= set(names)


def test_the_central_point_is_every_central_value() -> None:
    scenario = fake.scenario()
    case = doubt.resolve(scenario)
    system, said = case.units[0].system, scenario.units[0].system
    assert system.missile is not None
    assert said.missile is not None
    assert system.missile.range_max_m == said.missile.range_max_m.value == 18_000.0
    assert system.missile.pk["drone"] == 0.6
    assert case.rcs_pass_sigma_db == 4.0
    assert list(doubt.figures(case)) == []


def test_a_point_moves_the_figure_of_every_unit_that_has_it() -> None:
    case = doubt.resolve(fake.scenario(units=2), {"tower.missile.pk.drone": 0.31, "moped.rcs": 0.02})
    for unit in case.units:
        assert unit.system.missile is not None
        assert unit.system.missile.pk["drone"] == 0.31
        assert unit.system.missile.pk["aircraft"] == 0.9
    assert [group.threat.rcs_m2 for group in case.groups] == [0.02, 0.1]


def test_what_is_no_figure_is_left_alone() -> None:
    scenario = fake.scenario()
    case = doubt.resolve(scenario)
    assert case.groups[0].count == scenario.groups[0].count
    assert case.groups[0].from_rad == scenario.groups[0].from_rad
    assert case.place == scenario.place
    assert case.sources == scenario.sources


def test_resolved_mappings_are_read_only() -> None:
    missile = doubt.resolve(fake.scenario()).units[0].system.missile
    assert missile is not None
    assert isinstance(missile.pk, MappingProxyType)
    with pytest.raises(TypeError):
        missile.pk["drone"] = 1.0  # type: ignore[index]


def test_a_bracket_alone_is_its_own_figure() -> None:
    one = Bracket(1.0, 1.0, 2.0, "a.b", "m", "press", ("afp",))
    assert list(doubt.figures(one)) == [one]


# --- what is not known -----------------------------------------------------------------------------------------------


def one(low: float, value: float, high: float, *, more_helps: bool | None = True) -> Doubt:
    return Doubt("a.b", "figure", "b", low, value, high, "m", "press", more_helps)


def test_the_doubts_are_every_figure_with_a_width_and_every_position_with_an_error() -> None:
    scenario = fake.scenario(units=2)
    found = {held.name: held for held in doubt.doubts(scenario)}
    assert list(found) == sorted(found)
    widths = {figure.figure for figure in doubt.figures(scenario) if figure.is_doubtful}
    assert {name for name, held in found.items() if held.kind == "figure"} == widths
    positions = {name for name, held in found.items() if held.kind == "position"}
    assert positions == {"unit:Roof.position_east", "unit:Roof.position_north"}  # Field states no error
    east = found["unit:Roof.position_east"]
    assert (east.low, east.value, east.high) == (-300.0, 0.0, 300.0)


def test_what_cannot_matter_and_what_the_world_is_built_from_are_no_doubts() -> None:
    scenario = fake.scenario()
    few = doubt.doubts(scenario, mattering={"moped.rcs"})
    assert {held.name for held in few if held.kind == "figure"} == {"moped.rcs", "model.rcs_pass_sigma"}
    tall = replace(scenario.groups[0].threat, height_m=Bracket(1.0, 0.0, 2.0, "moped.height", "m", "press"))
    flown = replace(scenario, groups=(replace(scenario.groups[0], threat=tall),))
    assert "moped.height" not in {held.name for held in doubt.doubts(flown)}


def test_units_of_a_type_share_a_draw_and_a_position_is_a_units_own() -> None:
    scenario = fake.scenario(units=2)
    case = doubt.resolve(scenario, {"tower.missile.pk.drone": 0.41, "unit:Roof.position_north": 300.0})
    roof, field = case.units
    assert roof.system.missile is not None
    assert field.system.missile is not None
    assert roof.system.missile.pk["drone"] == field.system.missile.pk["drone"] == 0.41
    assert (roof.at.lat_rad - field.at.lat_rad) * 6_371_000.0 == pytest.approx(300.0, rel=1e-6)
    assert field.at == scenario.units[1].at


def test_a_doubt_is_drawn_from_a_triangle_over_its_bracket() -> None:
    shares = (np.arange(20_000) + 0.5) / 20_000
    drawn = np.array([one(2.0, 3.0, 8.0).at(share) for share in shares])
    assert drawn.mean() == pytest.approx((2.0 + 3.0 + 8.0) / 3.0, rel=1e-4)
    assert drawn.var() == pytest.approx((4 + 9 + 64 - 6 - 16 - 24) / 18.0, rel=1e-3)
    assert 2.0 <= drawn.min() < drawn.max() <= 8.0
    assert (np.diff(drawn) > 0.0).all()


def test_a_bracket_over_powers_of_ten_is_drawn_by_its_logarithm() -> None:
    wide = one(0.001, 0.01, 0.1)
    assert wide.is_logarithmic
    assert wide.at(0.5) == pytest.approx(0.01, rel=1e-9)
    assert not one(0.0, 0.01, 0.1).is_logarithmic


@pytest.mark.parametrize("value", [1.0, 2.0])
def test_a_value_at_an_end_of_its_bracket_is_no_trouble(value: float) -> None:
    held = one(1.0, value, 2.0)
    assert held.at(1e-9) == pytest.approx(1.0, abs=1e-3)
    assert held.at(1.0 - 1e-9) == pytest.approx(2.0, abs=1e-3)


def test_corners_take_every_doubt_to_the_end_that_helps_or_hurts() -> None:
    held = [replace(one(1.0, 2.0, 3.0, more_helps=way), name=str(way)) for way in (True, False, None)]
    assert doubt.corner(held, for_defence=True) == {"True": 3.0, "False": 1.0, "None": 2.0}
    assert doubt.corner(held, for_defence=False) == {"True": 1.0, "False": 3.0, "None": 2.0}


def test_directions_are_the_defenders() -> None:
    found = {held.name: held.more_helps for held in doubt.doubts(fake.scenario())}
    assert found["tower.missile.pk.drone"] is True
    assert found["moped.rcs"] is True  # a threat that is seen sooner
    assert found["model.rcs_pass_sigma"] is False
    assert found["unit:Roof.position_east"] is None


def test_the_design_is_balanced_and_a_longer_one_begins_alike() -> None:
    points = doubt.design(7, 64, seed=3)
    assert points.shape == (64, 7)
    assert ((points > 0.0) & (points < 1.0)).all()
    for column in points.T:
        assert np.bincount((column * 64).astype(int), minlength=64).tolist() == [1] * 64
    assert np.array_equal(doubt.design(7, 10, seed=3), doubt.design(7, 16, seed=3)[:10])
    assert not np.array_equal(points, doubt.design(7, 64, seed=4))
    assert doubt.design(0, 4, seed=1).shape == (4, 0)


def test_a_move_is_so_far() -> None:
    at = fake.scenario().units[0].at
    east = doubt.moved(at, east_m=1000.0, north_m=0.0)
    assert (east.lon_rad - at.lon_rad) * math.cos(at.lat_rad) * 6_371_000.0 == pytest.approx(1000.0, rel=1e-9)
