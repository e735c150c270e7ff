"""What a map shows so that a reader knows the place: buildings from above, water, green and roads, all of it faint."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from crenel.coverage.images import Bytes

if TYPE_CHECKING:
    from crenel.world.buildings import Buildings
    from crenel.world.land import Land

Lines: TypeAlias = list[list[list[float]]]

BUILT_RGB: Final = (92, 74, 56)
"""Brown, as opaque as the share of a pixel that is built over."""

_SIDE: Final = 1000  # pixels of the square picture
_FINER: Final = 3  # a pixel's share is counted in as many squared
_BUILT_OPACITY: Final = 170.0
_MOST_POINTS: Final = 40_000
_COARSER: Final = 1.6


def built_overlay(buildings: "Buildings", half_width_m: float) -> Bytes:
    """Where buildings stand, over the square around the place's centre: (1000, 1000, 4) uint8."""
    from crenel.world.footprints import burn  # flat places without buildings need no such libraries
    from crenel.world.patches import Grid

    n = _SIDE * _FINER // 2
    fine, _ = burn(buildings.shapes, np.ones(len(buildings.shapes)), Grid(half_width_m / n, -n, n, -n, n))
    share = fine.reshape(_SIDE, _FINER, _SIDE, _FINER).mean(axis=(1, 3))
    overlay = np.zeros((_SIDE, _SIDE, 4), dtype=np.uint8)
    overlay[share > 0.0, :3] = BUILT_RGB
    overlay[..., 3] = np.rint(share * _BUILT_OPACITY).astype(np.uint8)
    return overlay


def land_plain(land: "Land", half_width_m: float) -> dict[str, Any]:
    """Land as plain data, in metres: no finer than a map shows, and no more of it than a page can carry.

    Returns
    -------
    dict
        `areas`: for water and green a list of rings each (fill them even-odd); `lines`: for water and road a list of
        lines. Each point is [east, north].
    """
    tolerance_m = half_width_m / 800.0
    while True:
        plain = _plain(land, half_width_m, tolerance_m)
        n_points = sum(len(line) for part in plain.values() for lines in part.values() for line in lines)
        if n_points <= _MOST_POINTS:
            return plain
        tolerance_m *= _COARSER


def _plain(land: "Land", half_width_m: float, tolerance_m: float) -> dict[str, Any]:
    import shapely

    areas: dict[str, Lines] = {}
    lines: dict[str, Lines] = {}
    for kind, shapes in land.shapes.items():
        clipped = shapely.clip_by_rect(shapes, -half_width_m, -half_width_m, half_width_m, half_width_m)
        parts = shapely.get_parts(shapely.get_parts(clipped))
        is_area = shapely.get_type_id(parts) == 3
        large = parts[is_area & (shapely.area(parts) >= 4.0 * tolerance_m * tolerance_m)]
        if kind != "road" and large.size:
            areas[kind] = _rings(shapely.simplify(large, tolerance_m))
        ways = parts[np.isin(shapely.get_type_id(parts), (1, 2))]
        if ways.size:
            merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(ways)))
            long = merged[shapely.length(merged) >= 4.0 * tolerance_m]
            lines[kind] = _points(shapely.simplify(long, tolerance_m))
    return {"areas": areas, "lines": lines}


def _rings(polygons: NDArray[Any]) -> Lines:
    import shapely

    return _points(ring for polygon in polygons for ring in shapely.get_rings(polygon))


def _points(lines: Iterable[Any]) -> Lines:
    return [np.rint(np.asarray(line.coords)).tolist() for line in lines if not line.is_empty]
