"""The smallest raid that calls every kernel: playing it compiles them all, on the thread that asks."""

from typing import Final

import numpy as np

from crenel.core import jit
from crenel.core.records import (
    Asset,
    Case,
    Evidence,
    FireControl,
    FlatTerrain,
    GeoPoint,
    Group,
    Gun,
    Missile,
    Place,
    Radar,
    Scenario,
    Span,
    Study,
    System,
    Threat,
    Unit,
)
from crenel.engine.play import fight_again, play
from crenel.engine.prepare import prepare
from crenel.engine.presence import fight_present
from crenel.engine.replay import replay
from crenel.world import Terrain, build, minimum_visible_height

_HERE: Final = GeoPoint(0.0, 0.0)


def warm() -> None:
    """Compile every kernel, once per version: later calls find them on disk or in memory."""
    case = _smallest_case()
    tables = prepare(case, build(case), seed=0, block=0, n_passes=2)
    raids = np.arange(2)
    play(tables, seed=0, replicates=raids)
    fight_again(tables, seed=0, replicates=raids, curve=np.array([1.0]))
    fight_present(tables, seed=0, replicates=raids, presence=np.ones((1, 1)))
    replay(tables, seed=0, replicate=0)
    ground = np.zeros((3, 3), np.float32)
    ground.flags.writeable = False
    terrain = Terrain(ground, cell_m=100.0, west_m=-150.0, north_m=150.0, surface_m=ground, has_walls=True)
    minimum_visible_height(terrain, east_m=0.0, north_m=0.0, antenna_height_m=5.0, effective_radius_m=8.5e6)
    jit.mark_warm()


def _smallest_case() -> Case:
    """One drone against one unit, on flat ground. Its numbers mean nothing."""
    pk = {"drone": 0.5}
    system: System[float] = System(
        key="smallest",
        name="smallest",
        antenna_height_m=5.0,
        radar=Radar(20e3, 1.0, 0.8, 1e-6, 30e3, 2.0, 0.0, 1.0, "swerling1", 2, 3, 3),
        fire_control=FireControl(20e3, 1.0, 0.0, 1.0),
        missile=Missile(1e3, 8e3, 5.0, 5e3, 500.0, 900.0, 700.0, 8e3, 2.0, 1, pk),  # type: ignore[arg-type]
        gun=Gun(100.0, 3e3, 3e3, 500.0, 800.0, 300.0, 40.0, 40.0, 0.2, pk),  # type: ignore[arg-type]
        channels=1.0,
        reaction_s=5.0,
        assessment_s=2.0,
    )
    unit = Unit("unit", system, _HERE, 0.0, "", Evidence("assumed"))
    drone: Threat[float] = Threat("drone", "drone", "drone", "level", 50.0, 100.0, 0.1, 0.5)
    around = Span(0.0, 6.0)
    group = Group("group", drone, 2, "asset", around, Span(5e3, 6e3), Span(50.0, 100.0), 0.0, 10.0)
    return Scenario(
        name="smallest",
        title="",
        when="",
        place=Place(_HERE, 10e3, FlatTerrain(0.0)),
        units=(unit,),
        assets=(Asset("asset", _HERE, 100.0),),
        groups=(group,),
        study=Study(),
        rcs_pass_sigma_db=4.0,
    )
