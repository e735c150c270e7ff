"""Answers in the formats of other programs: rasters, outlines, raids against time. Knows results only."""

from crenel.export.acmi import replay_acmi
from crenel.export.czml import replay_czml
from crenel.export.geotiff import write_geotiffs
from crenel.export.kml import kml_bytes
from crenel.export.outlines import Outline, geojson_bytes, outlines
from crenel.export.replay_geojson import replay_geojson
from crenel.export.replay_kml import kmz, replay_kml

__all__ = [
    "Outline",
    "geojson_bytes",
    "kml_bytes",
    "kmz",
    "outlines",
    "replay_acmi",
    "replay_czml",
    "replay_geojson",
    "replay_kml",
    "write_geotiffs",
]
