"""Reasons: a partition, the first that holds; several units are told apart by who comes nearest to seeing."""

from dataclasses import replace
from math import radians

import numpy as np
import pytest

import cases
import covering
from crenel.core.records import Sensor
from crenel.coverage.geometry import REASONS

MICROPHONE = Sensor(
    kind="acoustic",
    range_m=2_000.0,
    p_look=cases.kills(0.6),
    look_period_s=1.0,
    elevation_min_rad=-1.5,
    elevation_max_rad=1.5,
    needs_sight=False,
    confirm_m=1,
    confirm_n=1,
    drop_k=5,
)


def reasons(*units, world=None, height_m=100.0, cell_m=250.0):
    """{reason: (least, greatest) distance from the middle}, over the combined map."""
    case = cases.case(*units)
    found = covering.covered(
        covering.with_cover(case, cell_m=0.0 if world else cell_m), world and world(case), heights_m=[height_m]
    )
    away_m, best = found.grid.distance_m(0.0, 0.0), found.layers.best[0, 0]
    return found, {
        name: (float(away_m[best == code].min()), float(away_m[best == code].max()))
        for code, name in enumerate(REASONS)
        if (best == code).any()
    }


def test_each_cell_has_one_reason_and_the_nearest_limit_names_it():
    radar = cases.radar(search_range_m=10_000.0, instrumented_range_m=30_000.0, pd_at_ref=0.5, fluctuation="swerling1")
    found, where = reasons(cases.unit(radar=radar))
    assert where["visible"][1] == pytest.approx(10_000.0, abs=300.0)  # an even chance at its range
    assert where["too_weak"] == pytest.approx((10_000.0, 30_000.0), abs=300.0)
    assert where["beyond_instrumented"][0] == pytest.approx(30_000.0, abs=300.0)
    assert set(np.unique(found.layers.best)) <= set(range(len(REASONS)))


def test_elevation_limits():
    radar = cases.radar(elevation_min_rad=radians(-1.0), elevation_max_rad=radians(10.0))
    _, where = reasons(cases.unit(radar=radar), height_m=1_100.0, cell_m=100.0)
    assert where["outside_limits"][1] == pytest.approx(1_000.0 / np.tan(radians(10.0)), abs=150.0)
    assert where["visible"][0] == pytest.approx(1_000.0 / np.tan(radians(10.0)), abs=150.0)


def test_a_ridge_masks_and_holes_in_the_heights_are_no_data():
    def holed(case):
        world = covering.ridge_world(case)
        ground_m = world.terrain.ground_m.copy()
        ground_m[:10] = np.nan
        return replace(world, terrain=replace(world.terrain, ground_m=ground_m))

    found, where = reasons(cases.unit(antenna_height_m=10.0), world=holed, height_m=50.0)
    assert set(where) == {"visible", "masked_by_terrain", "no_data"}
    assert (found.layers.best[0, 0][:10] == REASONS.index("no_data")).all()
    assert (found.layers.n_units[0, 0][:10] == 0).all()
    behind = found.layers.best[0, 0][20:70]
    assert (behind == REASONS.index("masked_by_terrain")).mean() > 0.95


def test_a_wall_that_was_set_on_the_ground_masks_as_a_building_and_the_ridge_behind_it_as_terrain():
    """A wall 1 km south of the unit, as long as the map; a ridge 2.5 km north of it."""

    def walled(case):
        world = covering.ridge_world(case)
        surface_m = world.terrain.ground_m.copy()
        surface_m[110] += 40.0
        return replace(world, terrain=replace(world.terrain, surface_m=surface_m, has_walls=True))

    found, where = reasons(cases.unit(antenna_height_m=10.0), world=walled, height_m=50.0)
    assert set(where) == {"visible", "masked_by_terrain", "masked_by_building"}
    best = found.layers.best[0, 0]
    assert (best[115:180] == REASONS.index("masked_by_building")).mean() > 0.95
    assert (best[20:70] == REASONS.index("masked_by_terrain")).mean() > 0.95
    # Bare as trees and roofs of a surface model may be, nobody knows which of them are buildings.
    modelled = replace(walled(cases.case()), terrain=replace(walled(cases.case()).terrain, has_walls=False))
    _, unnamed = reasons(cases.unit(antenna_height_m=10.0), world=lambda _: modelled, height_m=50.0)
    assert "masked_by_building" not in unnamed


def test_far_cells_over_terrain_are_below_the_horizon_where_a_bare_earth_hides_them_too():
    def level(case):
        return covering.ridge_world(case, height_m=0.0, half_m=40_000.0, cell_m=400.0)

    _, where = reasons(cases.unit(antenna_height_m=5.0), world=level, height_m=20.0)
    assert where["visible"][1] == pytest.approx(27_650.0, abs=600.0)
    assert where["below_horizon"][0] == pytest.approx(27_650.0, abs=600.0)
    assert "masked_by_terrain" not in where


def test_sound_needs_no_sight_and_says_nothing_about_it():
    deaf = cases.unit(antenna_height_m=10.0, radar=None, missile=None, fire_control=None, sensor=MICROPHONE)
    _, where = reasons(deaf, world=covering.ridge_world, height_m=50.0)
    assert where["visible"][1] == pytest.approx(2_000.0, abs=150.0)
    seeing = cases.unit("radar", antenna_height_m=10.0, radar=cases.radar(instrumented_range_m=6_000.0))
    alone, _ = reasons(seeing, world=covering.ridge_world, height_m=50.0)
    both, where = reasons(deaf, seeing, world=covering.ridge_world, height_m=50.0)
    assert {"masked_by_terrain", "beyond_instrumented", "visible"} <= set(where)
    # Beyond the radar's range it is hidden as well: the microphone's silence does not call it in view.
    assert (both.layers.best[alone.layers.best == 2] != REASONS.index("too_weak")).mean() > 0.95


def test_several_units_are_counted_and_the_chances_of_their_looks_add_up():
    one = cases.unit("one", radar=cases.radar(search_range_m=30e3, pd_at_ref=0.5, instrumented_range_m=100e3))
    two = cases.unit("two", radar=cases.radar(search_range_m=30e3, pd_at_ref=0.5, instrumented_range_m=100e3))
    found, _ = reasons(one, two)
    assert set(np.unique(found.layers.n_units)) == {0, 2}
    (alone, _) = reasons(one)
    p = alone.layers.p_look.astype(float)
    assert found.layers.p_look == pytest.approx(1.0 - (1.0 - p) ** 2, abs=1e-5)


def test_what_is_lost_without_a_unit_is_what_it_alone_sees():
    near = cases.unit("near", radar=cases.radar(instrumented_range_m=5_000.0), missile=None)
    wide = cases.unit("wide", radar=cases.radar(instrumented_range_m=8_000.0), missile=None)
    found = covering.one_approach(cases.case(near, wide), start_m=10_000.0)
    whole = found.shares()["visible"]
    assert whole == pytest.approx((8.0 / 10.0) ** 2, abs=0.01)
    assert found.shares(without=0)["visible"] == whole
    assert found.shares(without=1)["visible"] == pytest.approx((5.0 / 10.0) ** 2, abs=0.01)


def test_the_shares_of_the_reasons_are_a_whole():
    found = covering.one_approach(cases.case(cases.unit()), start_m=30_000.0)
    assert found.reason_shares().sum() == pytest.approx(1.0)
