"""Routes: from where a threat comes, over which points, to what."""

import numpy as np

from crenel.core.records import Asset, Case, CrenelError, FloatArray, Group
from crenel.engine.tables import LEG, Records, records
from crenel.world import World


def target_of(case: Case, group: Group[float]) -> Asset:
    """What a group is aimed at; a unit is a target of a small radius.

    Raises
    ------
    CrenelError
        There is none of that name.
    """
    for asset in case.assets:
        if asset.name == group.to:
            return asset
    for unit in case.units:
        if unit.name == group.to:
            return Asset(unit.name, unit.at, unit.radius_m or 0.0)
    msg = f"raid group {group.name!r} is aimed at {group.to!r}, and there is no asset or unit of that name."
    raise CrenelError(msg)


def legs_of(
    group: Group[float], world: World, route: Records, bearing_rad: FloatArray, start_m: FloatArray
) -> tuple[FloatArray, Records]:
    """The legs of each pass: from its start over the points on the way to the target's centre.

    Parameters
    ----------
    group : Group[float]
    world : World
    route : ROUTE
    bearing_rad, start_m : (V,) float64
        Where the passes start, seen from the target.

    Returns
    -------
    (V,) float64
        Length of the whole way to the target's centre [m].
    (V, L) LEG
    """
    target = np.array([route.target_east_m, route.target_north_m])
    starts = target + start_m[:, None] * np.column_stack([np.sin(bearing_rad), np.cos(bearing_rad)])
    over = [np.broadcast_to(world.frame.to_local(point), starts.shape) for point in group.via]
    corners = np.stack([starts, *over, np.broadcast_to(target, starts.shape)], axis=1)  # (V, L + 1, 2)
    steps = np.diff(corners, axis=1)
    lengths = np.hypot(steps[..., 0], steps[..., 1])
    heading = steps / np.maximum(lengths, 1e-9)[..., None]
    flown = np.cumsum(lengths, axis=1) - lengths
    legs = records(
        lengths.shape,
        LEG,
        starts_s=flown / route.speed_mps,
        east_m=corners[:, :-1, 0],
        north_m=corners[:, :-1, 1],
        velocity_east_mps=heading[..., 0] * route.speed_mps,
        velocity_north_mps=heading[..., 1] * route.speed_mps,
    )
    return lengths.sum(axis=1), legs
