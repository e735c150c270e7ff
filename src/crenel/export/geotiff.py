"""Layers of coverage as Cloud-optimised GeoTIFFs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from crenel.results.coverage import Coverage, Layer, Rasters

_BLOCK: Final = 128
"""Side of a tile: small, so that layers of a few hundred cells have overviews as well."""

_COUNTS: Final = ("n_units", "reach", "engagements")


def write_geotiffs(coverage: Coverage, folder: Path) -> Iterator[Path]:
    """Write one GeoTIFF for each layer, and say which as each is done.

    Parameters
    ----------
    coverage : Coverage
    folder : Path
        That exists.

    Yields
    ------
    Path
        Tiled, compressed, with overviews, in the layout of a Cloud-optimised GeoTIFF; the local azimuthal projection
        stands in the file, as do title, unit, placards and, for reasons, what the codes mean.
    """
    for layer in coverage.rasters.layers():
        path = folder / f"{layer.name}.tif"
        _write(path, layer, coverage)
        yield path


def _write(path: Path, layer: Layer, coverage: Coverage) -> None:
    import rasterio
    from affine import Affine
    from rasterio.crs import CRS

    rasters = coverage.rasters
    is_code = layer.kind in rasters.flags
    values = np.ascontiguousarray(layer.values)
    profile: dict[str, Any] = {
        "driver": "COG",
        "dtype": values.dtype.name,
        "count": 1,
        "height": values.shape[0],
        "width": values.shape[1],
        "crs": CRS.from_user_input(rasters.projection),
        "transform": Affine(rasters.cell_m, 0.0, rasters.west_m, 0.0, -rasters.cell_m, rasters.north_m),
        "blocksize": _BLOCK,
        "compress": "DEFLATE",
        # Codes must not be averaged into codes that are nowhere.
        "overview_resampling": "NEAREST" if is_code or layer.kind in _COUNTS else "AVERAGE",
    }
    if values.dtype.kind == "f":
        profile |= {"nodata": float("nan"), "predictor": "YES"}
    with rasterio.open(path, "w", **profile) as out:
        out.write(values, 1)
        out.set_band_description(1, layer.name)
        out.update_tags(**_tags(layer, coverage))


def _tags(layer: Layer, coverage: Coverage) -> dict[str, str]:
    answer, rasters = coverage.answer, coverage.rasters
    tags = {
        "TIFFTAG_IMAGEDESCRIPTION": f"SIMULATION from published figures: {answer['scenario']['title']}, {layer.name}",
        "TIFFTAG_COPYRIGHT": answer["place"]["attribution"],
        "TIFFTAG_SOFTWARE": f"crenel {answer['crenel']}",
        "kind": layer.kind,
        "unit": layer.unit,
        "asset": layer.asset,
        "threat": layer.threat,
        "height_agl_m": f"{layer.height_m:g}" if layer.height_m else "",
        "question": answer["scenario"]["hash"],
        "placards": " ".join(answer["placards"]),
    }
    if layer.kind in rasters.flags:
        tags["codes"] = _codes(rasters, layer.kind)
    return {name: value for name, value in tags.items() if value}


def _codes(rasters: Rasters, kind: str) -> str:
    return "; ".join(f"{code}: {name}" for code, name in enumerate(rasters.flags[kind]))
