"""Coverage of the small cases of `cases`, on flat ground or over a made-up ridge."""

from collections.abc import Sequence
from dataclasses import replace
from math import nan
from typing import Any

import numpy as np

from crenel.core.records import Case, CoverAsk, Place, Span
from crenel.coverage.approach import Course, make_course
from crenel.coverage.approaches import Approach, Watcher, approach
from crenel.coverage.asked import asked
from crenel.coverage.cover import Covered, cover
from crenel.coverage.sites import ground_of, networks, sight_map, site_of
from crenel.world import Terrain, World, build

EARTH_M = 4.0 / 3.0 * 6_371_000.0


def ridge_world(case: Case, *, height_m: float = 300.0, cell_m: float = 100.0, half_m: float = 10_000.0) -> World:
    """Level ground with a wall across it, 2.5 km north of the middle and as long as the map."""
    flat = build(case)
    n = round(2.0 * half_m / cell_m)
    ground_m = np.zeros((n, n), np.float32)
    row = int((half_m - 2_500.0) / cell_m)
    ground_m[row : row + 2] = height_m
    terrain = Terrain(ground_m, cell_m, -half_m, half_m)
    return World(flat.frame, terrain, nan, flat.effective_radius_m)


def with_cover(case: Case, *, radius_m: float = 0.0, **ask: Any) -> Case:
    place = replace(case.place, radius_m=radius_m) if radius_m else case.place
    assert isinstance(place, Place)
    return replace(case, cover=CoverAsk(**ask), place=place)


def covered(case: Case, world: World | None = None, **changes: Any) -> Covered:
    return cover(case, world or build(case), asked(case, **changes))


def one_approach(case: Case, world: World | None = None, *, start_m: float, height_m: float = 100.0) -> Approach:
    """Everything against the first threat on its way to the first asset."""
    world = world or build(case)
    threat, asset = case.groups[0].threat, case.assets[0]
    course: Course = make_course(
        world.frame.to_local(asset.at),
        radius_m=asset.radius_m,
        start_m=start_m,
        speed_mps=threat.speed_mps,
        height_m=height_m,
    )
    numbers: Sequence[int] = networks(case)
    watchers = [
        Watcher(unit, ground_of(world, sight_map(world, unit)), site_of(unit, threat, world), network)
        for unit, network in zip(case.units, numbers, strict=True)
    ]
    return approach(asset.name, threat.key, course, watchers)


def far(start_m: float) -> Span:
    return Span(start_m, start_m)
