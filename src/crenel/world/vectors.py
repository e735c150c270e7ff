"""Vector files of any common format, brought into the local frame."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import CRSError as LayerCRSError
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from crenel.core.records import CrenelError
from crenel.world import whole
from crenel.world.cityjson import read_city
from crenel.world.frame import Frame
from crenel.world.geoparquet import read_table

_BROKEN: Final = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, LayerCRSError)

_WHOLE_BYTES: Final = 400_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What a file holds within a place: shapes in the local frame, and the wanted fields of each, by name.

    `n_elsewhere` features lie outside the place's circle, `n_empty` have no shape. `elsewhere` is what to say where all
    that the file holds lies outside.
    """

    shapes: NDArray[Any]
    fields: dict[str, NDArray[Any]]
    n_elsewhere: int
    n_empty: int
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is read for: `what` in messages, which fields, and which layers of OpenStreetMap."""

    what: str
    is_wanted: Callable[[str], bool]
    osm_layers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    name: str
    frame: Frame
    radius_m: float

    def box_in(self, crs: Any) -> tuple[float, float, float, float] | None:
        """The place's bounding box in another system (west, south, east, north); None where it cannot be told."""
        line = np.linspace(-self.radius_m, self.radius_m, 33)
        east_m, north_m = (axis.ravel() for axis in np.meshgrid(line, line))
        try:
            there = Transformer.from_crs(self.frame.definition, CRS.from_user_input(crs), always_xy=True)
        except ProjError:
            return None
        x, y = there.transform(east_m, north_m)
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            return None
        if there.target_crs is not None and there.target_crs.is_geographic and np.ptp(x) > 180.0:
            return None  # across the date line
        margin = 0.01 * max(float(np.ptp(x)), float(np.ptp(y)))
        return float(x.min()) - margin, float(y.min()) - margin, float(x.max()) + margin, float(y.max()) + margin


def read_features(path: str, *, frame: Frame, radius_m: float, wanted: Wanted) -> Features:
    """The features of a vector file within a place.

    Parameters
    ----------
    path : str
        GeoJSON, GeoPackage, Shapefile, FlatGeobuf, GeoParquet, OpenStreetMap or CityJSON, in any reference system.
    frame : Frame
        Centred on the place.
    radius_m : float [m]
        Of the place's circle: what touches it is within.
    wanted : Wanted

    Raises
    ------
    CrenelError
        The file is missing, broken, of another format, has no reference system, or layers that nobody can choose
        between.
    """
    place = _Place(path, Path(path).name, frame, radius_m)
    whole.check(path, wanted.what)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL warns of what is counted here
            if whole.ending(path) in {".parquet", ".geoparquet"}:
                table = read_table(path, is_wanted=wanted.is_wanted, box_of=place.box_in)
                return _placed(place, wanted, _shapes(table.wkb), table.crs, table.fields, n_all=table.n_rows)
            if whole.ending(path) == ".json" and whole.is_city(path):
                city = read_city(path)
                return _placed(place, wanted, city.shapes, city.crs, city.fields, n_all=len(city.shapes))
            return _together([_layer(place, wanted, layer) for layer in _layers(place, wanted)])
    except _BROKEN as error:
        raise CrenelError(
            f"{wanted.what} {place.name}: cannot be read ({_short(error)}). It may be broken, or have broken off: get "
            "it again, or convert it to GeoPackage."
        ) from error


# --- layers -----------------------------------------------------------------------------------------------------------


def _layers(place: _Place, wanted: Wanted) -> Sequence[str | None]:
    """The layers to read: the one there is, those of OpenStreetMap that hold shapes, or the one whose name tells."""
    if whole.is_json(place.path):
        return [None]  # GeoJSON has one, and asking costs as much as reading it
    found = [(str(name), str(kind or "")) for name, kind in pyogrio.list_layers(place.path)]
    if whole.ending(place.path) in {".osm", ".pbf"}:
        return [name for name, _ in found if name in wanted.osm_layers]
    spatial = [name for name, kind in found if kind]
    if not spatial:
        raise CrenelError(f"{wanted.what} {place.name}: has no layer with shapes. Give a file that has one.")
    if len(spatial) == 1:
        return spatial
    told = [name for name in spatial if wanted.what.rstrip("s") in name.casefold()]
    if len(told) == 1:
        return told
    raise CrenelError(
        f"{wanted.what} {place.name}: has several layers ({', '.join(spatial[:6])}), and nothing says which is meant. "
        f"Give a file with one layer, or call one of them {wanted.what!r}."
    )


def _layer(place: _Place, wanted: Wanted, layer: str | None) -> Features:
    info = pyogrio.read_info(place.path, layer=layer)
    if not info["crs"]:
        raise CrenelError(
            f"{wanted.what} {place.name}: has no coordinate reference system, so nobody knows where it lies. A "
            "Shapefile keeps it in its .prj. If you know it, write it in: ogr2ogr -a_srs EPSG:4326 new.gpkg "
            f"{place.name} (with the code of its own system)."
        )
    # A FlatGeobuf that broke off gives fewer shapes than it promises, and nothing else tells; GeoJSON has no index.
    is_small = Path(place.path).stat().st_size <= _WHOLE_BYTES
    is_read_whole = whole.is_json(place.path) or (whole.ending(place.path) == ".fgb" and is_small)
    columns = [key for key in info["fields"].tolist() if wanted.is_wanted(key)]
    meta, _, wkb, values = pyogrio.raw.read(
        place.path,
        layer=layer,
        columns=columns,
        force_2d=True,
        bbox=None if is_read_whole else place.box_in(info["crs"]),
    )
    n_all = int(info["features"])
    if is_read_whole and len(wkb) < n_all:
        raise CrenelError(
            f"{wanted.what} {place.name}: broke off after {len(wkb):,} of {n_all:,} shapes. Get it again."
        )
    fields = dict(zip(meta["fields"].tolist(), values, strict=True))
    return _placed(place, wanted, _shapes(wkb), info["crs"], fields, n_all=max(n_all, len(wkb)))


def _shapes(wkb: NDArray[Any]) -> NDArray[Any]:
    shapes: NDArray[Any] = shapely.force_2d(shapely.from_wkb(wkb, on_invalid="ignore"))
    return shapes


# --- into the frame ---------------------------------------------------------------------------------------------------


def _placed(
    place: _Place, wanted: Wanted, shapes: NDArray[Any], crs: Any, fields: dict[str, NDArray[Any]], *, n_all: int
) -> Features:
    """Shapes in the local frame, those within the circle only."""
    try:
        system = CRS.from_user_input(crs)
        to_frame = Transformer.from_crs(system, place.frame.definition, always_xy=True)
    except ProjError as error:
        raise CrenelError(
            f"{wanted.what} {place.name}: its reference system is not known ({_short(error)}). Convert it: ogr2ogr "
            f"-t_srs EPSG:4326 new.gpkg {place.name}."
        ) from error
    has_shape = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    n_empty = int(np.count_nonzero(~has_shape))
    shapes, there = shapes[has_shape], np.nonzero(has_shape)[0]
    xy = shapely.get_coordinates(shapes)
    east_m, north_m = to_frame.transform(xy[:, 0], xy[:, 1])
    local: NDArray[Any] = shapely.set_coordinates(shapes.copy(), np.column_stack([east_m, north_m]))
    within = _within(local, place.radius_m)
    kept = there[within]
    is_elsewhere = not kept.size and n_all > n_empty
    return Features(
        shapes=local[within],
        fields={key: np.asarray(values, dtype=object)[kept] for key, values in fields.items()},
        n_elsewhere=n_all - n_empty - int(np.count_nonzero(within)),
        n_empty=n_empty,
        elsewhere=_elsewhere(place, wanted, shapes, to_frame) if is_elsewhere else "",
    )


def _within(shapes: NDArray[Any], radius_m: float) -> NDArray[np.bool_]:
    """Whether the box around each shape touches the circle."""
    west, south, east, north = shapely.bounds(shapes).T if len(shapes) else np.zeros((4, 0))
    off_east = np.maximum(np.maximum(west, -east), 0.0)
    off_north = np.maximum(np.maximum(south, -north), 0.0)
    with np.errstate(invalid="ignore"):
        touching: NDArray[np.bool_] = np.hypot(off_east, off_north) <= radius_m  # never where a position is not finite
    return touching


def _elsewhere(place: _Place, wanted: Wanted, shapes: NDArray[Any], to_frame: Transformer) -> str:
    """That nothing lies within the place, and where it lies instead."""
    told = f"{wanted.what} {place.name}: nothing in it lies within {place.radius_m / 1000.0:g} km of the place's centre"
    try:
        box = pyogrio.read_info(place.path, force_total_bounds=True)["total_bounds"]
    except _BROKEN:  # a format of our own reading
        box = shapely.total_bounds(shapes) if len(shapes) else None
    if box is None or not np.isfinite(box).all():
        return f"{told}. Move the centre, or give a file of this place."
    x, y = 0.5 * (box[0] + box[2]), 0.5 * (box[1] + box[3])
    east_m, north_m = to_frame.transform([x, y], [y, x])
    if to_frame.source_crs is not None and to_frame.source_crs.is_geographic:
        if np.isfinite(east_m[1]) and np.hypot(east_m[1], north_m[1]) <= 2.0 * place.radius_m:
            return f"{told}: it lies around {x:.3f}, {y:.3f}, which looks swapped. Write longitude before latitude."
        return f"{told}: it lies around {y:.3f}, {x:.3f}. Move the centre, or give a file of this place."
    off_km = np.hypot(east_m[0], north_m[0]) / 1000.0
    return f"{told}: it lies {off_km:,.0f} km off. Move the centre, or give a file of this place."


def _together(parts: Sequence[Features]) -> Features:
    if len(parts) == 1:
        return parts[0]
    keys = dict.fromkeys(key for part in parts for key in part.fields)
    return Features(
        shapes=np.concatenate([np.zeros(0, dtype=object), *(part.shapes for part in parts)]),
        fields={key: np.concatenate(list(_column(parts, key))) for key in keys},
        n_elsewhere=sum(part.n_elsewhere for part in parts),
        n_empty=sum(part.n_empty for part in parts),
        elsewhere=next((part.elsewhere for part in parts if part.elsewhere), "")
        if not any(len(part.shapes) for part in parts)
        else "",
    )


def _column(parts: Sequence[Features], key: str) -> Iterator[NDArray[Any]]:
    for part in parts:
        nothing: NDArray[Any] = np.full(len(part.shapes), None, dtype=object)
        yield part.fields.get(key, nothing)


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:160]
