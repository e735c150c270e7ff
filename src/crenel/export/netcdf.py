"""Layers of a coverage folder as one NetCDF file."""

import json
from pathlib import Path

from crenel.export.marking import SIMULATED


def coverage_netcdf(folder: Path, target: Path) -> None:
    """Write every GeoTIFF of a coverage as a variable of one NetCDF 4 file.

    Parameters
    ----------
    folder : Path
        Of a coverage.
    target : Path

    Notes
    -----
    CF-1.8: projected coordinates `x` and `y` in metres, the projection in `spatial_ref`; h5netcdf writes it.
    """
    import numpy as np
    import rasterio
    import xarray
    from pyproj import CRS

    summary = json.loads((folder / "summary.json").read_bytes())
    layers, coordinates, crs = {}, {}, None
    for path in sorted((folder / "layers").glob("*.tif")):
        with rasterio.open(path) as source:
            values, tags = source.read(1), source.tags()
            transform, crs = source.transform, CRS.from_user_input(source.crs)
        n_rows, n_columns = values.shape
        coordinates = {
            "x": ("x", transform.c + (np.arange(n_columns) + 0.5) * transform.a, _axis("x")),
            "y": ("y", transform.f + (np.arange(n_rows) + 0.5) * transform.e, _axis("y")),
        }
        told = {key: tags[key] for key in ("kind", "unit", "asset", "threat", "height_agl_m", "codes") if key in tags}
        layers[path.stem.replace("-", "_")] = (("y", "x"), values, {**told, "grid_mapping": "spatial_ref"})
    assert crs is not None
    data = xarray.Dataset(
        layers,
        coords={**coordinates, "spatial_ref": ((), 0, {**crs.to_cf(), "crs_wkt": crs.to_wkt()})},
        attrs={
            "Conventions": "CF-1.8",
            "title": f"{SIMULATED}: {summary['scenario']['title']}",
            "source": f"crenel {summary['crenel']}, a simulation from published figures",
            "history": f"scenario {summary['scenario']['hash'][:8]}",
            "comment": " ".join(summary["placards"]),
            "acknowledgement": summary["place"]["attribution"],
        },
    )
    data.to_netcdf(target, engine="h5netcdf", encoding={name: {"zlib": True} for name in layers})


def _axis(name: str) -> dict[str, str]:
    return {"units": "m", "standard_name": f"projection_{name}_coordinate", "axis": name.upper()}
