"""Layers of coverage laid out for a map in a browser: whole numbers on one grid of Web Mercator."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from crenel.results.coverage import Coverage, Layer
from crenel.studies.mercator import Laid, drape

FORMAT: Final = 1

STEP_M: Final = 0.5
"""One step of a layer of least heights in sight; 32 km fit."""

_KINDS: Final = ("sight_height", "reason_any", "reason", "p_held", "time_left", "reach", "engagements")
_UNKNOWN: Final = 255
_FAR: Final = 65535
_SCALE: Final = {"p_held": 250.0, "time_left": 1.0}


def cover_map(coverage: Coverage, *, most: int) -> tuple[dict[str, Any], list[tuple[str, NDArray[Any]]]]:
    """An index, and the layers as arrays.

    Parameters
    ----------
    coverage : Coverage
    most : int
        Pixels of the longest side.

    Returns
    -------
    index : dict
        `width`, `height`, `bounds_deg` (west, south, east, north), `step_m`, `reasons`, and `layers`, each with the
        `file` that its array goes to and `type`: "u8", or "u16" (little-endian).
    arrays : list of (name, (H, W) array)
        Least heights in steps of `step_m`, rounded up; chances in 250ths; times in seconds; codes and counts as they
        are. 255, or 65535, is not known.
    """
    rasters = coverage.rasters
    laid = Laid(rasters.west_m, rasters.north_m, rasters.cell_m, rasters.projection)
    rows, arrays = [], []
    shape, bounds = (0, 0), (0.0, 0.0, 0.0, 0.0)
    for number, layer in enumerate(one for one in rasters.layers() if one.kind in _KINDS):
        values = _whole(layer, rasters.flags.get(layer.kind, ()))
        wide = values.dtype == np.uint16
        draped = drape(values, laid, outside=_FAR if wide else _UNKNOWN, most=most)
        shape, bounds = draped.values.shape, draped.bounds_deg
        name = f"{number:03d}.bin"
        arrays.append((name, draped.values.astype("<u2") if wide else draped.values))
        rows.append(
            {
                "file": name,
                "name": layer.name,
                "kind": layer.kind,
                "unit": layer.unit,
                "asset": layer.asset,
                "threat": layer.threat,
                "height_m": layer.height_m,
                "type": "u16" if wide else "u8",
            }
        )
    index = {
        "cover": FORMAT,
        "width": shape[1],
        "height": shape[0],
        "bounds_deg": list(bounds),
        "step_m": STEP_M,
        "reasons": list(rasters.flags.get("reason_any", ())),
        "layers": rows,
    }
    return index, arrays


def _whole(layer: Layer, flags: tuple[str, ...]) -> NDArray[Any]:
    values = layer.values
    if layer.kind == "sight_height":
        # Rounded up: what is shown as seen is seen.
        steps = np.ceil(np.nan_to_num(values.astype(np.float64), nan=np.inf) / STEP_M - 1e-6)
        return np.where(np.isfinite(steps), np.clip(steps, 0.0, _FAR - 1.0), _FAR).astype(np.uint16)
    if layer.kind in _SCALE:
        known = ~np.isnan(values)
        scaled = np.rint(np.nan_to_num(values.astype(np.float64)) * _SCALE[layer.kind])
        if layer.kind == "time_left":
            return np.where(known, np.clip(scaled, 0, _FAR - 1), _FAR).astype(np.uint16)
        return np.where(known, np.clip(scaled, 0, _UNKNOWN - 1), _UNKNOWN).astype(np.uint8)
    return values.astype(np.uint8)
