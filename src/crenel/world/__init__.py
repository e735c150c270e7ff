"""Where everything stands and who can see it: projection, terrain, buildings, sight."""

from crenel.world.build import World, build
from crenel.world.frame import EARTH_RADIUS_M, Frame
from crenel.world.mounting import mounted
from crenel.world.sight import flat_minimum_visible_height, horizon_range_m, minimum_visible_height
from crenel.world.terrain import Raster, Terrain, bilinear, sample

__all__ = [
    "EARTH_RADIUS_M",
    "Frame",
    "Raster",
    "Terrain",
    "World",
    "bilinear",
    "build",
    "flat_minimum_visible_height",
    "horizon_range_m",
    "minimum_visible_height",
    "mounted",
    "sample",
]
