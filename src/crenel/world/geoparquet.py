"""GeoParquet, as Overture publishes it: geometries as well-known binary in a table. No wheel of GDAL reads it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from crenel.core.records import CrenelError

_LONGITUDE_AND_LATITUDE = "OGC:CRS84"


class Table(NamedTuple):
    """Geometries (well-known binary or None), their reference system, and the fields wanted of each."""

    wkb: NDArray[Any]
    crs: Any
    fields: dict[str, NDArray[Any]]
    n_rows: int


def read_table(
    path: str, *, is_wanted: Callable[[str], bool], box_of: Callable[[Any], tuple[float, float, float, float] | None]
) -> Table:
    """The rows of a GeoParquet file.

    Parameters
    ----------
    path : str
    is_wanted : callable
        Whether a column of that name is wanted.
    box_of : callable
        From the file's reference system to the box (west, south, east, north) of interest in it, or None for all. Used
        where the file keeps a box beside each geometry, else not.

    Raises
    ------
    CrenelError
        It is broken, or is a table without geometries.
    """
    import polars as pl
    from polars.exceptions import PolarsError

    name = Path(path).name
    try:
        described = json.loads(pl.read_parquet_metadata(path).get("geo", "null"))
        if not isinstance(described, dict) or "columns" not in described:
            raise CrenelError(f"{name}: is a Parquet table without geometries. Give a GeoParquet file.")
        column = described.get("primary_column", "geometry")
        about = described["columns"][column]
        if about.get("encoding") != "WKB":
            raise CrenelError(
                f"{name}: its geometries are encoded as {about.get('encoding')!r}. Write it again with WKB, or as "
                "GeoPackage."
            )
        crs = about.get("crs", _LONGITUDE_AND_LATITUDE)
        rows = pl.scan_parquet(path)
        schema = rows.collect_schema()
        n_rows = int(rows.select(pl.len()).collect().item())
        box = box_of(crs) if crs is not None else None
        if box is not None and _has_boxes(schema):
            west, south, east, north = box
            at = pl.col("bbox").struct.field
            rows = rows.filter(
                (at("xmin") <= east) & (at("xmax") >= west) & (at("ymin") <= north) & (at("ymax") >= south)
            )
        frame = rows.select([column, *(key for key in schema if key != column and is_wanted(key))]).collect()
    except (PolarsError, OSError, ValueError, KeyError, AttributeError) as error:
        raise CrenelError(
            f"{name}: cannot be read as GeoParquet ({_first_line(error)}). It may have broken off: get it again."
        ) from error
    fields = {key: np.array(frame[key].to_list(), dtype=object) for key in frame.columns if key != column}
    return Table(np.array(frame[column].to_list(), dtype=object), crs, fields, n_rows)


def _has_boxes(schema: Any) -> bool:
    import polars as pl

    kind = schema.get("bbox")
    return isinstance(kind, pl.Struct) and {"xmin", "ymin", "xmax", "ymax"} <= {field.name for field in kind.fields}


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
