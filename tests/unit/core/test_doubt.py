from types import MappingProxyType

import pytest

from crenel.core import doubt
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
