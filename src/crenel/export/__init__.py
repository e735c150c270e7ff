"""Answers in the formats of other programs: rasters, outlines. Knows results only."""

from crenel.export.geotiff import write_geotiffs
from crenel.export.kml import kml_bytes
from crenel.export.outlines import Outline, geojson_bytes, outlines

__all__ = ["Outline", "geojson_bytes", "kml_bytes", "outlines", "write_geotiffs"]
