"""Coverage of a case: every layer on its cells, every approach, the warning of every side, and the gaps."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from crenel.core.records import Case, FloatArray
from crenel.coverage import approach as polar
from crenel.coverage import fire
from crenel.coverage.approaches import Approach, Watcher, approach
from crenel.coverage.asked import Asked
from crenel.coverage.cells import Chances, Codes, seen_cells
from crenel.coverage.gaps import Gap, gaps, merged
from crenel.coverage.geometry import CODE_MASK, VISIBLE, Ground
from crenel.coverage.grid import Grid, make_grid
from crenel.coverage.images import Bytes, hillshade
from crenel.coverage.mapping import on_cells, sight_on_cells
from crenel.coverage.remedies import Workshop, mended
from crenel.coverage.sites import ground_of, networks, sight_map, site_of
from crenel.coverage.warning import Sector, sectors
from crenel.world import Raster, World

MOST_MENDED: Final = 12
"""Remedies are tried for the widest gaps alone; what is tried for one may take a second over large terrain."""


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """Rasters, row 0 in the north; U counts the units that sense, W those that have a weapon.

    `sight_m` (U, H, W) least visible height; `reason` (U, T, N, H, W) by code for T threats and N heights; `best`,
    `n_units` and `p_look` (T, N, H, W) of all units together; for A assets `held` (A, T, N, H, W) chance of being held
    there, NaN beyond the start, `reach` (W, A, T, N, H, W) whether a round can meet it there, and `engagements`
    (A, T, N, H, W) how many the busiest unit has started by there.
    """

    sight_m: Raster
    reason: Codes
    best: Codes
    n_units: Codes
    p_look: Chances
    held: Chances
    reach: NDArray[np.bool_]
    engagements: Codes


@dataclass(frozen=True, slots=True, eq=False)
class Covered:
    """The coverage of one case. `approaches` run over assets, threats and heights, the last fastest.

    `near` holds the same with approaches that begin as near as the question says, and is empty where all begin alike.
    """

    question: Asked
    grid: Grid
    seeing: tuple[str, ...]
    armed: tuple[str, ...]
    layers: Layers
    approaches: tuple[Approach, ...]
    near: tuple[Approach, ...]
    sectors: tuple[Sector, ...]
    gaps: tuple[Gap, ...]
    hillshade: Bytes | None


def cover(
    case: Case, world: World, question: Asked, *, progress: Callable[[str, int, int], None] | None = None
) -> Covered:
    """What is seen, held, reached and warned of, without dice.

    Parameters
    ----------
    case : Case
    world : World
        Of the same scenario.
    question : Asked
    progress : callable, optional
        Told what is being worked on, how much is done and how much there is.

    Returns
    -------
    Covered

    Raises
    ------
    CrenelError
        Cells that are too many or too fine, or a unit that stands where the terrain has no height.
    """
    n_seeing = sum(1 for unit in question.units if unit.system.radar or unit.system.sensor)
    armed = [u for u, unit in enumerate(question.units) if fire.weapons_of(unit)]
    n_pairs = len(question.threats) * len(question.heights_m)
    grid = make_grid(
        world,
        radius_m=case.place.radius_m,
        cell_m=question.cell_m,
        bytes_per_cell=4 * n_seeing + n_pairs * (n_seeing + 6 + len(case.assets) * (9 + len(armed))),
    )
    told = _Teller(progress, total=len(question.units) + n_pairs * (1 + 2 * len(case.assets)) + 1)
    workshop = Workshop(world, case.place)
    grounds = []
    for unit in question.units:
        grounds.append(ground_of(world, workshop.sight(unit, 0.0), sight_map(world, unit, bare=True)))
        told.one("line of sight")
    watchers = [_watchers(case, world, question, grounds, t) for t in range(len(question.threats))]
    seeing = [u for u, watcher in enumerate(watchers[0]) if watcher.site.sees]
    assets_m = np.array([world.frame.to_local(asset.at) for asset in case.assets])
    rank, p_look = _ranks(question, grid, watchers, seeing, assets_m, told)
    found, near = _approaches(case, world, question, watchers, told)
    shape = (len(question.threats), len(question.heights_m), grid.n_rows, grid.n_columns)
    held, reach, engagements = _mapped(found, grid, armed, shape, told)
    layers = Layers(
        sight_m=np.stack([sight_on_cells(world, watchers[0][u], grid) for u in seeing]),
        reason=rank & CODE_MASK,
        best=rank.max(axis=0) & CODE_MASK,
        n_units=(rank & CODE_MASK == VISIBLE).sum(axis=0, dtype=np.uint8),
        p_look=p_look,
        held=held,
        reach=reach,
        engagements=engagements,
    )
    result = Covered(
        question=question,
        grid=grid,
        seeing=tuple(question.units[u].name for u in seeing),
        armed=tuple(question.units[u].name for u in armed),
        layers=layers,
        approaches=tuple(found),
        near=tuple(near),
        sectors=tuple(sector for one in (*found, *near) for sector in sectors(one, question)),
        gaps=tuple(_gaps(near or found, question, workshop)),
        hillshade=None if world.terrain is None else hillshade(world.terrain),
    )
    told.one("gaps")
    return result


class _Teller:
    def __init__(self, progress: Callable[[str, int, int], None] | None, *, total: int) -> None:
        self._progress, self._done, self._total = progress, 0, total

    def one(self, what: str) -> None:
        """One more piece of work is done."""
        self._done += 1
        if self._progress is not None:
            self._progress(what, self._done, self._total)


def _watchers(case: Case, world: World, question: Asked, grounds: list[Ground], t: int) -> list[Watcher]:
    numbers = dict(zip((unit.name for unit in case.units), networks(case), strict=True))
    delays_s = {name: network.delay_s for name, network in case.networks.items()}
    return [
        Watcher(
            unit,
            ground,
            site_of(unit, question.threats[t], world, place=case.place),
            numbers[unit.name],
            delays_s.get(unit.network, 0.0),
        )
        for unit, ground in zip(question.units, grounds, strict=True)
    ]


def _ranks(
    question: Asked,
    grid: Grid,
    watchers: list[list[Watcher]],
    seeing: list[int],
    assets_m: FloatArray,
    told: _Teller,
) -> tuple[Codes, Chances]:
    """(U, T, N, H, W) ranks, and (T, N, H, W) chance that one look of any unit detects the threat."""
    shape = (len(question.threats), len(question.heights_m), grid.n_rows, grid.n_columns)
    rank = np.empty((len(seeing), *shape), np.uint8)
    p_look = np.empty(shape, np.float32)
    for (t, threat), (n, height_m) in product(enumerate(question.threats), enumerate(question.heights_m)):
        missed = np.ones(shape[2:], np.float32)
        for row, u in enumerate(seeing):
            watcher = watchers[t][u]
            cells = seen_cells(
                watcher.ground,
                watcher.site,
                grid,
                height_m=height_m,
                speed_mps=threat.speed_mps,
                assets_m=assets_m,
            )
            rank[row, t, n] = cells.rank
            missed *= 1.0 - cells.p_look
        p_look[t, n] = 1.0 - missed
        told.one("detection")
    return rank, p_look


def _approaches(
    case: Case, world: World, question: Asked, watchers: list[list[Watcher]], told: _Teller
) -> tuple[list[Approach], list[Approach]]:
    far: list[Approach] = []
    near: list[Approach] = []
    for asset, (t, threat), height_m in product(case.assets, enumerate(question.threats), question.heights_m):
        starts = question.starts_m[t]
        ends = [(far, starts.high)] + ([(near, starts.low)] if starts.low < starts.high else [])
        for kept, start_m in ends:
            course = polar.make_course(
                world.frame.to_local(asset.at),
                radius_m=asset.radius_m,
                start_m=start_m,
                speed_mps=threat.speed_mps,
                height_m=height_m,
                n_azimuths=polar.N_AZIMUTHS * (1 if world.terrain is None else 2),
            )
            kept.append(approach(asset.name, threat.key, course, watchers[t]))
        told.one("approaches")
    return far, near


def _mapped(
    found: list[Approach], grid: Grid, armed: list[int], shape: tuple[int, ...], told: _Teller
) -> tuple[Chances, NDArray[np.bool_], Codes]:
    """`held`, `reach` and `engagements` of `Layers`."""
    held = np.empty((len(found), grid.n_rows, grid.n_columns), np.float32)
    reach = np.empty((len(armed), len(found), grid.n_rows, grid.n_columns), np.bool_)
    started = np.empty((len(found), grid.n_rows, grid.n_columns), np.uint8)
    for n, one in enumerate(found):
        codes = np.stack([_started(one), *(one.can_meet[u].astype(np.uint8) for u in armed)])
        held[n], on_map = on_cells(one.course, grid, held=one.held_here, codes=codes)
        started[n], reach[:, n] = on_map[0], on_map[1:]
        told.one("maps")
    n_assets = len(found) // (shape[0] * shape[1])
    return (
        held.reshape(n_assets, *shape),
        reach.reshape(len(armed), n_assets, *shape),
        started.reshape(n_assets, *shape),
    )


def _started(found: Approach) -> Codes:
    """(Z, J) engagements that the busiest unit has started by the time the threat is there."""
    distance_m = found.course.distance_m
    counts = np.zeros((found.starts_m.shape[1], len(distance_m)), np.uint8)
    for starts_m in found.starts_m:  # one unit's, falling along the way
        for z in np.flatnonzero(np.isfinite(starts_m[:, 0])):
            begun = starts_m[z][np.isfinite(starts_m[z])]
            np.maximum(counts[z], np.searchsorted(-begun, -distance_m, side="right").astype(np.uint8), out=counts[z])
    every = found.course.every
    on_all: Codes = np.repeat(counts, every, axis=0)[: len(found.course.azimuth_rad)]
    return np.roll(on_all, -(every // 2), axis=0)


def _gaps(found: list[Approach], question: Asked, workshop: Workshop) -> Iterator[Gap]:
    threats = {threat.key: threat for threat in question.threats}
    where = {(one.asset, one.threat, one.height_m): one for one in found}
    for number, gap in enumerate(merged([gap for one in found for gap in gaps(one)])):
        if number < MOST_MENDED:
            approach_of_it = where[gap.asset, gap.threat, gap.height_m]
            yield mended(gap, approach_of_it, threats[gap.threat], workshop)
        else:
            yield gap
