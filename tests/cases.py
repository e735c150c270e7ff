"""Small cases whose answer is known in closed form: perfect sensors, constant speeds, flat ground.

A unit's antenna stands 100 m high and threats fly at 100 m, so that ranges are plain distances over the ground.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import pi
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from crenel import engine
from crenel.core.records import (
    CAUSES,
    FATES,
    Asset,
    Case,
    Evidence,
    FireControl,
    FlatTerrain,
    GeoPoint,
    Group,
    Gun,
    Jammer,
    Missile,
    Place,
    Radar,
    Scenario,
    Sensor,
    Span,
    Study,
    System,
    Threat,
    Unit,
)
from crenel.engine.tables import records
from crenel.world import EARTH_RADIUS_M, Frame, Terrain, World, build

HERE = GeoPoint(0.0, 0.0)
HEIGHT_M = 100.0
AROUND = Span(0.0, 2.0 * pi)

CLASSES = ("drone", "small_drone", "cruise", "ballistic", "aircraft")


def at(east_m: float, north_m: float) -> GeoPoint:
    return Frame(HERE).to_geo(east_m, north_m)


def kills(p: float) -> Mapping[Any, float]:
    return dict.fromkeys(CLASSES, p)


def radar(**changes: Any) -> Radar[float]:
    """By default every look of a threat above the horizon detects it, and the first look is a firm track."""
    perfect = Radar(
        search_range_m=1e7,
        ref_rcs_m2=1.0,
        pd_at_ref=0.8,
        p_false_alarm=1e-6,
        instrumented_range_m=1e6,
        scan_period_s=1.0,
        elevation_min_rad=-1.5,
        elevation_max_rad=1.6,
        fluctuation="swerling0",
        confirm_m=1,
        confirm_n=1,
        drop_k=5,
    )
    return replace(perfect, **changes)


def sensor(p: float = 1.0, **changes: Any) -> Sensor[float]:
    """By default every look of a threat within 10 km and in sight finds it, and the first look is a firm track."""
    perfect = Sensor(
        kind="optics",
        range_m=10e3,
        p_look=kills(p),
        look_period_s=1.0,
        elevation_min_rad=-1.5,
        elevation_max_rad=1.6,
        needs_sight=True,
        confirm_m=1,
        confirm_n=1,
        drop_k=5,
    )
    return replace(perfect, **changes)


def jammer(p: float = 0.3, **changes: Any) -> Jammer[float]:
    return replace(Jammer(range_m=5e3, p_effect=kills(p)), **changes)


def missile(p: float = 0.7, **changes: Any) -> Missile[float]:
    plain = Missile(
        range_min_m=1_200.0,
        range_max_m=18_000.0,
        height_min_m=0.0,
        height_max_m=20_000.0,
        target_speed_max_mps=2_000.0,
        speed_max_mps=900.0,
        speed_mean_mps=900.0,
        speed_mean_over_m=18_000.0,
        rounds=100.0,
        salvo=1,
        pk=kills(p),
    )
    return replace(plain, **changes)


def gun(p: float = 0.3, **changes: Any) -> Gun[float]:
    plain = Gun(
        range_min_m=200.0,
        range_max_m=4_000.0,
        height_max_m=3_000.0,
        target_speed_max_mps=500.0,
        projectile_speed_mps=800.0,
        rounds=800.0,
        rate_hz=40.0,
        burst_rounds=40.0,
        pk_at_range_max_frac=1.0,
        pk=kills(p),
    )
    return replace(plain, **changes)


CONTROL = FireControl(range_m=1e7, ref_rcs_m2=1.0, elevation_min_rad=-1.5, elevation_max_rad=1.6)


def unit(name: str = "unit", *, where: GeoPoint = HERE, network: str = "net", **changes: Any) -> Unit[float]:
    """One launcher of the default missile beside its target; `changes` are of its system."""
    plain: System[float] = System(
        key="shooter",
        name="Shooter",
        antenna_height_m=HEIGHT_M,
        radar=radar(),
        fire_control=CONTROL,
        missile=missile(),
        gun=None,
        channels=1.0,
        reaction_s=0.0,
        assessment_s=1.0,
    )
    return Unit(name, replace(plain, **changes), where, 0.0, network, Evidence("assumed"))


def jamming(name: str = "jammer", *, p: float = 0.3, where: GeoPoint = HERE, **changes: Any) -> Unit[float]:
    """A jammer and nothing else; `changes` are of it."""
    return unit(name, where=where, radar=None, fire_control=None, missile=None, jammer=jammer(p, **changes))


_OF_A_GROUP = (
    "within_s", "after_s", "from_rad", "height_m", "to", "via", "height_above", "waves", "wave_every_s", "decoy",
    "silences_frac",
)  # fmt: skip


def group(name: str = "group", *, count: int = 1, starts_m: float = 40_000.0, **changes: Any) -> Group[float]:
    """Level flight at 200 m/s from any side; `changes` are of its threat, but for `within_s` and the like."""
    own = {key: changes.pop(key) for key in _OF_A_GROUP if key in changes}
    threat: Threat[float] = Threat(
        key="threat",
        name="Threat",
        threat_class="cruise",
        motion="level",
        speed_mps=200.0,
        height_m=HEIGHT_M,
        rcs_m2=1.0,
        own_failure_frac=0.0,
    )
    plain = Group(
        name=name,
        threat=replace(threat, **changes),
        count=count,
        to="asset",
        from_rad=AROUND,
        starts_m=Span(starts_m, starts_m),
        height_m=Span(HEIGHT_M, HEIGHT_M),
        after_s=0.0,
        within_s=0.0,
    )
    return replace(plain, **own)


def case(*units: Unit[float], raid: tuple[Group[float], ...] = (), sigma_db: float = 0.0) -> Case:
    return Scenario(
        name="case",
        title="",
        when="",
        place=Place(HERE, 60e3, FlatTerrain(0.0)),
        units=units,
        assets=(Asset("asset", HERE, 100.0),),
        groups=raid or (group(),),
        study=Study(),
        rcs_pass_sigma_db=sigma_db,
    )


def world_of(ground_m: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]], *, cell_m: float = 100.0) -> World:
    """Ground within 20 km of the centre, by east and north of the cell centres."""
    half_m = 20e3 + cell_m / 2.0
    east_m = np.arange(-20e3, 20e3 + 1.0, cell_m)
    east, north = np.meshgrid(east_m, -east_m)
    raster = np.broadcast_to(ground_m(east, north), east.shape).astype(np.float32)
    raster.flags.writeable = False
    terrain = Terrain(ground_m=raster, cell_m=cell_m, west_m=-half_m, north_m=half_m, n_void=0, datum="")
    return World(Frame(HERE), terrain, np.nan, 4.0 / 3.0 * EARTH_RADIUS_M)


def tables(
    asked: Case, *, seed: int = 1, block: int = 0, n_passes: int = 2, world: World | None = None
) -> engine.Tables:
    return engine.prepare(asked, world or build(asked), seed=seed, block=block, n_passes=n_passes)


class Dense(NamedTuple):
    """What the rows of the tables hold, per group, pass, unit and weapon; looks and steps count from the start."""

    looks: Any  # (G, V, U) `first_s` and `n` of the whole flight
    pd: NDArray[np.float64]  # (G, V, U, K)
    firm_cdf: NDArray[np.float64]  # (G, V, U, K)
    in_sight: NDArray[np.bool_]  # (G, V)
    n_plan: NDArray[np.int64]  # (G, V, U, W)
    plan: Any  # (G, V, U, W, X)
    n_true: NDArray[np.int64]
    true: Any
    launches: Any  # (G, V, U, W, J); all zero where nothing is launched


def dense(given: engine.Tables) -> Dense:
    looks = records(given.looks.shape, [("first_s", float), ("n", int)], n=given.looks["made"])
    looks["first_s"] = given.looks["first_s"] - given.looks["number"] * given.units["scan_s"]
    most = int(given.looks["made"].max(initial=0)) + 1
    pd, cdf = np.zeros((*looks.shape, most)), np.zeros((*looks.shape, most))
    for at in np.ndindex(looks.shape):
        row = given.looks[at]
        seen, told = slice(row.number, row.number + row.n), slice(row.at, row.at + row.n)
        pd[at][seen], cdf[at][seen] = given.pd[told], given.firm_cdf[told]
    chances = given.chances
    n_steps = int((chances["first_step"] + chances["n_launches"]).max(initial=0)) + 1
    launches = records((*chances.shape, n_steps), given.launches.dtype)
    plan = records((*chances.shape, int(chances["n_plan"].max(initial=1))), given.plan.dtype)
    true = records((*chances.shape, int(chances["n_true"].max(initial=1))), given.true.dtype)
    for at in np.ndindex(chances.shape):
        row = chances[at]
        launches[at][row.first_step : row.first_step + row.n_launches] = given.launches[
            row.launches_at : row.launches_at + row.n_launches
        ]
        plan[at][: row.n_plan] = given.plan[row.plan_at : row.plan_at + row.n_plan]
        true[at][: row.n_true] = given.true[row.true_at : row.true_at + row.n_true]
    in_sight = given.looks["in_sight"].any(axis=-1)
    return Dense(looks, pd, cdf, in_sight, chances["n_plan"], plan, chances["n_true"], true, launches)


def play(asked: Case, n: int, *, seed: int = 1, n_passes: int = 2, pk: float | None = None) -> engine.Played:
    return engine.play(tables(asked, seed=seed, n_passes=n_passes), seed=seed, replicates=np.arange(n), pk=pk)


def stopped_as(fate: str, played: engine.Played) -> NDArray[np.bool_]:
    return played.fate == FATES.index(fate)


def leaked(played: engine.Played) -> NDArray[np.bool_]:
    return stopped_as("leaked", played)


def cause_names(played: engine.Played) -> set[str]:
    """Causes of all leaks."""
    return {CAUSES[code] for code in np.unique(played.cause[leaked(played)])}
