"""Reading a shared page without a browser."""

import gzip
import json
import re
import zlib
from base64 import b64decode


def parts_of(html: str):
    """The two packed blocks of a shared page: what plays it again, and what it shows."""
    run = re.search(r'<template id="crenel-run" data-run="([^"]*)">', html).group(1)
    data = re.search(r'<script type="[^"]+" id="crenel-data">(.*?)</script>', html, re.DOTALL).group(1)
    return json.loads(zlib.decompress(b64decode(run))), json.loads(gzip.decompress(b64decode(data)))


def positions_of(value):
    """Every pair of numbers that could be a position, however it is kept: (latitude, longitude)."""
    if isinstance(value, dict):
        names = {key.removesuffix("_deg"): held for key, held in value.items() if isinstance(held, int | float)}
        for lat, lon in (("lat", "lon"), ("centre_lat", "centre_lon")):
            if lat in names and lon in names:
                yield names[lat], names[lon]
        if isinstance(value.get("lat"), list):
            yield from zip(value["lat"], value["lon"], strict=True)
        for key, held in value.items():
            if key not in ("lat", "lon", "land"):
                yield from positions_of(held)
    elif isinstance(value, list):
        if len(value) in (2, 3) and all(isinstance(one, float) for one in value):
            yield value[1], value[0]
            yield value[0], value[1]
        for held in value:
            yield from positions_of(held)
