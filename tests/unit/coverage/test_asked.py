"""The question: defaults, and what is refused with one clear error."""

from dataclasses import replace

import pytest

import cases
import covering
from crenel.core.records import CrenelError, Span
from crenel.coverage.asked import asked
from crenel.coverage.grid import make_grid
from crenel.world import build


def test_the_defaults_are_the_raid_s_first_threat_60_m_and_its_start():
    question = asked(cases.case(cases.unit()))
    assert [threat.key for threat in question.threats] == ["threat"]
    assert question.heights_m == (60.0,)
    assert question.starts_m == (Span(40_000.0, 40_000.0),)
    assert [unit.name for unit in question.units] == ["unit"]


def test_both_ends_of_a_required_band_are_worked_out():
    case = covering.with_cover(cases.case(cases.unit()), required_s=45.0, required_heights_m=Span(30.0, 120.0))
    question = asked(case)
    assert question.heights_m == (30.0, 60.0, 120.0)
    assert [question.is_required(height_m) for height_m in (20.0, 30.0, 120.0, 130.0)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"units": ["Unit"]}, 'no unit called "Unit". Did you mean "unit"'),
        ({"units": ["radar of the moon"]}, "It has: unit"),
        ({"heights_m": [0.0]}, "between 0 and 100 km"),
        ({"heights_m": [float(n) for n in range(1, 30)]}, "more than 20"),
    ],
)
def test_what_cannot_be_asked_is_refused(changes, says):
    with pytest.raises(CrenelError, match=r".") as caught:
        asked(cases.case(cases.unit()), **changes)
    assert says in str(caught.value)


def test_a_ballistic_threat_is_refused():
    ballistic = cases.group(motion="ballistic", range_m=1e5, apogee_m=3e4)
    with pytest.raises(CrenelError, match="flies level"):
        asked(cases.case(cases.unit(), raid=(ballistic,)))
    with pytest.raises(CrenelError, match="flies on an arc"):
        asked(cases.case(cases.unit()), threats=[ballistic.threat])


def test_nobody_who_senses_is_refused():
    with pytest.raises(CrenelError, match="nothing to see with"):
        asked(cases.case(cases.unit(radar=None)))


def test_a_start_inside_the_asset_is_refused():
    case = covering.with_cover(cases.case(cases.unit()), starts_m=Span(50.0, 3_000.0))
    with pytest.raises(CrenelError, match="larger `starts`"):
        asked(case)


def test_cells_that_memory_cannot_hold_are_refused_with_a_size_that_it_can():
    world = build(cases.case())
    with pytest.raises(CrenelError, match=r"GiB of layers.*Take cells of") as caught:
        make_grid(world, radius_m=60e3, cell_m=1.0, bytes_per_cell=40)
    wanted_m = float(str(caught.value).split("Take cells of ")[1].split(" m")[0])
    assert make_grid(world, radius_m=60e3, cell_m=wanted_m, bytes_per_cell=40).cell_m == wanted_m


def test_cells_that_are_too_large_or_finer_than_the_terrain_are_refused():
    case = cases.case()
    with pytest.raises(CrenelError, match="would cover the place"):
        make_grid(build(case), radius_m=60e3, cell_m=70e3)
    with pytest.raises(CrenelError, match="finer than the terrain"):
        make_grid(covering.ridge_world(case), radius_m=10e3, cell_m=30.0)


def test_coarser_cells_over_terrain_cover_all_of_it():
    grid = make_grid(covering.ridge_world(cases.case()), radius_m=10e3, cell_m=300.0)
    assert (grid.n_rows, grid.n_columns) == (67, 67)
    assert (grid.west_m, grid.north_m) == (-10_000.0, 10_000.0)


def test_a_unit_on_a_void_is_refused():
    case = cases.case(cases.unit(), cases.unit("off", where=cases.at(50_000.0, 0.0)))
    with pytest.raises(CrenelError, match="unit off stands where the terrain has no height"):
        covering.covered(case, covering.ridge_world(case))
    world = covering.ridge_world(case)
    holed = world.terrain.ground_m.copy()
    holed[90:110, 90:110] = float("nan")
    with pytest.raises(CrenelError, match="a void of it"):
        covering.covered(cases.case(cases.unit()), replace(world, terrain=replace(world.terrain, ground_m=holed)))
