"""Buildings: footprints in the local frame, how high each is taken to be, and how anyone knows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from crenel.core.records import BuildingFiles, CrenelError, Span
from crenel.world.frame import Frame
from crenel.world.tags import (
    ABOVE_GROUND_KEYS,
    ASSUMED,
    EXTRA_KEYS,
    FLOOR_KEYS,
    FROM_FLOORS,
    HEIGHT_KEYS,
    NAME_KEYS,
    TAGGED,
    further,
    height_m,
    n_floors,
    name_of,
    plain_key,
)
from crenel.world.vectors import Features, Wanted, read_features

_KIND_KEYS: Final = ("building", "buildingpart", "isunderground", "location")
_KEYS: Final = (*HEIGHT_KEYS, *FLOOR_KEYS, *NAME_KEYS, *EXTRA_KEYS, *_KIND_KEYS, *ABOVE_GROUND_KEYS)
_KNOWN: Final = frozenset(_KEYS)
_NO_BUILDING: Final = ("no", "false", "0")
_SMALLEST_M2: Final = 0.5

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of the buildings: how many there are, how their heights are known, and what was done."""

    n: int
    n_tagged: int
    n_from_floors: int
    n_assumed: int
    sentence: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Buildings:
    """The buildings of a place.

    `shapes` are (N,) polygons and multipolygons in the local frame, `heights_m` (N,) roof heights above the ground,
    `known` (N,) how each is known, `floors` (N,) the floors that the file states (NaN: none), `names` (N,) names, empty
    for most.
    """

    shapes: NDArray[Any]
    heights_m: Floats
    known: NDArray[np.int8]
    floors: Floats
    names: tuple[str, ...]
    told: Told

    def under(self, east_m: float, north_m: float) -> NDArray[np.int64]:
        """Indices of the buildings that a point lies in, the highest first."""
        inside = np.nonzero(shapely.intersects_xy(self.shapes, east_m, north_m))[0]
        return inside[np.argsort(-self.heights_m[inside], kind="stable")]

    def nearest(self, east_m: float, north_m: float, name: str = "") -> tuple[int, float] | None:
        """Index and distance [m] of the nearest building, of those of a name if one is said; None if there is none."""
        wanted = np.arange(len(self.shapes))
        if name:
            wanted = np.array([k for k, own in enumerate(self.names) if own.casefold() == name.casefold()], np.int64)
        if not wanted.size:
            return None
        distances_m = shapely.distance(self.shapes[wanted], shapely.Point(east_m, north_m))
        first = int(np.argmin(distances_m))
        return int(wanted[first]), float(distances_m[first])

    def with_height(self, index: int, roof_m: float) -> "Buildings":
        """The same with another height of one building."""
        heights_m = self.heights_m.copy()
        heights_m[index] = roof_m
        return replace(self, heights_m=heights_m)


@dataclass(slots=True)
class _Tally:
    """What was met while reading."""

    n_elsewhere: int = 0
    n_empty: int = 0
    n_no_area: int = 0
    n_mended: int = 0
    n_not_positive: int = 0
    n_unreadable: int = 0
    n_underground: int = 0
    n_above_ground: int = 0
    n_other: int = 0


def read_buildings(
    files: BuildingFiles[Any],
    *,
    missing_m: Span,
    floor_m: Span,
    central_m: tuple[float, float],
    frame: Frame,
    radius_m: float,
) -> Buildings:
    """The buildings of a place.

    Parameters
    ----------
    files : BuildingFiles
    missing_m, floor_m : Span [m]
        Between which a height that nobody states lies, and the height of a floor.
    central_m : (float, float) [m]
        What is taken of both.
    frame : Frame
        Centred on the place.
    radius_m : float [m]
        Of the place's circle: buildings that touch it count.

    Raises
    ------
    CrenelError
        A file is missing or broken, of no format that is read, without a reference system, or all of it lies elsewhere.
    """
    wanted = Wanted("buildings", lambda key: plain_key(key) in _KNOWN, ("multipolygons",))
    parts = [read_features(path, frame=frame, radius_m=radius_m, wanted=wanted) for path in files.paths]
    if not any(len(part.shapes) for part in parts) and (lost := [part.elsewhere for part in parts if part.elsewhere]):
        raise CrenelError(lost[0])
    tally = _Tally()
    shapes: list[Any] = []
    rows: list[tuple[float | None, float | None, str]] = []
    for part in parts:
        tally.n_elsewhere += part.n_elsewhere
        tally.n_empty += part.n_empty
        areas = _areas(part.shapes, tally)
        for shape, row in zip(areas, _rows(part), strict=True):
            if row is None:
                tally.n_other += 1
            if shape is None or row is None:
                continue
            if row.is_underground:
                tally.n_underground += 1
                continue
            tally.n_above_ground += row.begins_above_ground
            shapes.append(shape)
            rows.append((_height_of(row, tally), row.floors, row.name))
    return _assembled(shapes, rows, tally, missing_m=missing_m, floor_m=floor_m, central_m=central_m, files=files)


def _assembled(
    shapes: list[Any],
    rows: Sequence[tuple[float | None, float | None, str]],
    tally: _Tally,
    *,
    missing_m: Span,
    floor_m: Span,
    central_m: tuple[float, float],
    files: BuildingFiles[Any],
) -> Buildings:
    tagged_m = np.array([np.nan if row[0] is None else row[0] for row in rows], dtype=np.float64)
    floors = np.array([np.nan if row[1] is None else row[1] for row in rows], dtype=np.float64)
    known = np.where(~np.isnan(tagged_m), TAGGED, np.where(~np.isnan(floors), FROM_FLOORS, ASSUMED)).astype(np.int8)
    heights_m = np.choose(known, [tagged_m, floors * central_m[1], np.full(len(rows), central_m[0])])
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    counts = [int(np.count_nonzero(known == how)) for how in (TAGGED, FROM_FLOORS, ASSUMED)]
    told = Told(
        n=len(shapes),
        n_tagged=counts[0],
        n_from_floors=counts[1],
        n_assumed=counts[2],
        sentence=_sentence(counts, missing_m, floor_m, central_m),
        notes=tuple(_notes(tally, files)),
    )
    return Buildings(array, heights_m, known, floors, tuple(row[2] for row in rows), told)


# --- what a file says of each -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Row:
    heights: list[float]
    n_unreadable: int = 0
    floors: float | None = None
    name: str = ""
    is_underground: bool = False
    begins_above_ground: bool = False


def _rows(part: Features) -> Iterator[_Row | None]:
    """What is said of each feature; None for one that is no building."""
    columns = sorted(part.fields, key=lambda key: _RANK[plain_key(key)])
    kinds = [part.fields[key] for key in columns if plain_key(key) in {"building", "buildingpart"}]
    is_mixed = any(plain_key(key) == "othertags" for key in columns) or any("yes" in column for column in kinds)
    for number in range(len(part.shapes)):
        if kinds and not _is_building([column[number] for column in kinds], is_mixed=is_mixed):
            yield None
            continue
        yield _row(_spelled_out([(key, part.fields[key][number]) for key in columns]))


_RANK: Final = {key: rank for rank, key in enumerate(_KEYS)}


def _is_building(written: Sequence[object], *, is_mixed: bool) -> bool:
    """Extracts of OpenStreetMap hold everything: there only what is tagged so is one. Elsewhere only "no" is none."""
    said = [value.strip().casefold() for value in written if isinstance(value, str) and value.strip()]
    return any(value not in _NO_BUILDING for value in said) if said else not is_mixed


def _spelled_out(said: Sequence[tuple[str, object]]) -> list[tuple[str, object]]:
    """Keys and values with those that stand together in one text set beside the others."""
    extra = [pair for key, value in said if value and plain_key(key) in EXTRA_KEYS for pair in further(value)]
    if not extra:
        return list(said)
    more = [(key, value) for key, value in extra if plain_key(key) in _KNOWN]
    return sorted([*said, *more], key=lambda pair: _RANK[plain_key(pair[0])])


def _row(said: Sequence[tuple[str, object]]) -> _Row:
    row = _Row([])
    for key, value in said:
        if value is None or value == "" or value != value:  # NaN is how some formats say nothing
            continue
        plain = plain_key(key)
        if plain in HEIGHT_KEYS:
            found = height_m(value, key=key)
            if found is None:
                row.n_unreadable += 1
            else:
                row.heights.append(found)
        elif plain in FLOOR_KEYS:
            row.floors = row.floors or n_floors(value)
        elif plain in NAME_KEYS:
            row.name = row.name or name_of(value)
        elif plain in ABOVE_GROUND_KEYS:
            row.begins_above_ground = row.begins_above_ground or (height_m(value) or 0.0) > 0.0
        elif plain == "isunderground":
            row.is_underground = row.is_underground or str(value).casefold() in {"true", "1", "1.0", "yes"}
        elif plain == "location":
            row.is_underground = row.is_underground or str(value).casefold() == "underground"
    return row


def _height_of(row: _Row, tally: _Tally) -> float | None:
    """The first height above zero; what stands instead of one is counted."""
    found = next((height for height in row.heights if height > 0.0), None)
    if found is None and row.heights:
        tally.n_not_positive += 1
    elif found is None and row.n_unreadable:
        tally.n_unreadable += 1
    return found


def _areas(shapes: NDArray[Any], tally: _Tally) -> NDArray[Any]:
    """Polygons that are valid; None for what has no area."""
    areas: NDArray[Any] = shapes.copy()
    is_area = np.isin(shapely.get_type_id(shapes), (3, 6, 7))
    wrong = is_area & ~shapely.is_valid(shapes)
    areas[wrong] = shapely.make_valid(shapes[wrong])
    tally.n_mended += int(np.count_nonzero(wrong))
    for k in np.nonzero(is_area & ~np.isin(shapely.get_type_id(areas), (3, 6)))[0]:
        polygons = [p for p in shapely.get_parts(areas[k]) if shapely.get_type_id(p) in (3, 6)]
        areas[k] = shapely.union_all(polygons) if polygons else shapely.Polygon()
    has_area = is_area & (shapely.area(areas) >= _SMALLEST_M2)
    tally.n_no_area += int(np.count_nonzero(~has_area))
    areas[~has_area] = None
    return areas


# --- what is said -----------------------------------------------------------------------------------------------------


def _sentence(counts: Sequence[int], missing_m: Span, floor_m: Span, central_m: tuple[float, float]) -> str:
    """ "84 buildings: 20 % with a height, 0 % from floors, 80 % taken as 9 m (6 to 15 m)"."""
    n = sum(counts)
    if n == 0:
        return "no building"
    tagged, floors, assumed = (_share(count, n) for count in counts)
    at = f" at {central_m[1]:g} m ({floor_m.low:g} to {floor_m.high:g} m) each" if counts[1] else ""
    return (
        f"{n:,} building{'s' * (n != 1)}: {tagged} with a height, {floors} from floors{at}, {assumed} taken as "
        f"{central_m[0]:g} m ({missing_m.low:g} to {missing_m.high:g} m)"
    )


def _share(count: int, n: int) -> str:
    """Per cent; what is not nothing is not shown as nothing, nor what is not all as all."""
    percent = 100.0 * count / n
    if 0 < count < n and not 0.5 <= percent < 99.5:
        return "under 1 %" if percent < 0.5 else "over 99 %"
    return f"{percent:.0f} %"


def _notes(tally: _Tally, files: BuildingFiles[Any]) -> Iterator[str]:
    names = ", ".join(Path(path).name for path in files.paths[:3]) + (" and more" if len(files.paths) > 3 else "")
    told: Mapping[str, int] = {
        "lie outside the place and were left out": tally.n_elsewhere,
        "have no shape and were left out": tally.n_empty,
        "are not tagged as buildings and were left out": tally.n_other,
        "are points, lines or specks without area and were left out": tally.n_no_area,
        "lie under the ground and were left out": tally.n_underground,
        "begin above the ground (roofs over a passage), and are taken to reach down to it": tally.n_above_ground,
        "crossed themselves or were otherwise broken, and were mended": tally.n_mended,
        "state a height of zero or less, which is taken as none": tally.n_not_positive,
        "state a height that cannot be read, which is taken as none": tally.n_unreadable,
    }
    for what, n in told.items():
        if n:
            yield f"buildings from {names}: {n:,} {what}"
