"""Who sees what: the horizon on a smooth earth, and minimum-visible-height maps over terrain.

A map holds, for each cell, the least height above ground at which a target over it is in line of sight; every target
height is then a threshold. Refraction is an effective earth radius; curvature enters here and nowhere else.
"""

from math import isnan, sqrt

from crenel.core.jit import kernel
from crenel.core.records import CrenelError
from crenel.world.frame import EARTH_RADIUS_M
from crenel.world.sweep import minimum_visible_height as sweep
from crenel.world.terrain import Raster, Terrain, bilinear


@kernel
def horizon_range_m(antenna_height_m: float, target_height_m: float, effective_radius_m: float) -> float:
    """How far apart an antenna and a target can be and still see each other over a smooth earth.

    Parameters
    ----------
    antenna_height_m, target_height_m : float [m]
        Above the smooth earth, >= 0 and far less than its radius.
    effective_radius_m : float [m]
        k times the earth's radius; k = 4/3 for standard refraction.

    Returns
    -------
    float [m]

    Notes
    -----
    ``sqrt(2 k R h1) + sqrt(2 k R h2)``; 30 m alone sees 22.58 km at k = 4/3.

    References
    ----------
    [skolnik2001] ch. 8
    """
    return sqrt(2.0 * effective_radius_m * antenna_height_m) + sqrt(2.0 * effective_radius_m * target_height_m)


@kernel
def flat_minimum_visible_height(distance_m: float, antenna_height_m: float, effective_radius_m: float) -> float:
    """Least height at which a target is in line of sight over a smooth earth.

    Parameters
    ----------
    distance_m : float [m]
        Along the ground, >= 0.
    antenna_height_m : float [m]
        Above the ground, >= 0.
    effective_radius_m : float [m]
        k times the earth's radius.

    Returns
    -------
    float [m]
        Above the ground; 0 within the antenna's own horizon.

    Notes
    -----
    ``(d - sqrt(2 k R h))^2 / (2 k R)`` beyond the horizon.

    References
    ----------
    [skolnik2001] ch. 8
    """
    beyond_m = distance_m - sqrt(2.0 * effective_radius_m * antenna_height_m)
    if beyond_m <= 0.0:
        return 0.0
    return beyond_m * beyond_m / (2.0 * effective_radius_m)


def minimum_visible_height(
    terrain: Terrain,
    *,
    east_m: float,
    north_m: float,
    antenna_height_m: float,
    effective_radius_m: float,
    bare: bool = False,
) -> Raster:
    """Least height above ground at which a target over each cell of a terrain is in line of sight of an antenna.

    Parameters
    ----------
    terrain : Terrain
        Its surface hides; heights count from its ground.
    east_m, north_m : float [m]
        Where the antenna stands, anywhere between cell centres.
    antenna_height_m : float [m]
        Above the ground there, >= 0, and not inside what stands on it.
    effective_radius_m : float [m]
        k times the earth's radius.
    bare : bool
        The ground alone hides, as if nothing stood on it.

    Returns
    -------
    (H, W) float32 [m]
        At cell centres; 0 where the ground itself is visible, NaN where there is no terrain. Nothing below the surface
        is in sight: over a building it is at least the building's height.

    Raises
    ------
    CrenelError
        The antenna stands where there is no terrain, or inside what stands there.

    Notes
    -----
    The sweep of `crenel.minimum_visible_height`: with upright walls where buildings were set on the ground, else with
    heights that slope from cell to cell.
    """
    row, column = terrain.indices(east_m, north_m)
    if isnan(bilinear(terrain.ground_m, row, column)):
        raise CrenelError(
            f"an antenna at {east_m:.0f} m east, {north_m:.0f} m north of the centre stands outside the terrain. "
            "Move it, or give a raster that covers it."
        )
    return sweep(
        terrain.ground_m if bare else terrain.top_m,
        row=row,
        col=column,
        antenna_height_m=antenna_height_m,
        cell_m=terrain.cell_m,
        ground=None if bare or terrain.surface_m is None else terrain.ground_m,
        earth_factor=effective_radius_m / EARTH_RADIUS_M,
        walls="sharp" if terrain.has_walls else "sloped",
    )
