"""Buildings and land of Overture Maps: the release of the day, and of its GeoParquet files the row groups that matter.

The release is asked for each time and never pinned: old ones are taken away after some months. Which file covers what
stands in the catalogue's index. Of a file of a gigabyte the footer and a few row groups are fetched.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from crenel.core.records import CrenelError
from crenel.places import features
from crenel.places.box import Box, Circle
from crenel.places.cache import download, read_note, today, write_note
from crenel.places.client import ChangedError, Client, FetchError, OfflineError, Transient, json_of
from crenel.places.osm import Extract
from crenel.places.parquet import TAIL_BYTES, Footer, ParquetError, RowGroup, footer_length, read_footer
from crenel.places.remote import RemoteFile

THEMES: Final = {
    "building": "buildings",
    "water": "base",
    "land": "base",
    "land_use": "base",
    "segment": "transportation",
}
"""The feature types that are read, and the theme of each."""

_RELEASE: Final = re.compile(r"\d{4}-\d\d-\d\d\.\d{1,2}")
_EDGE_DEG: Final = 1e-4  # the bbox column is rounded to single precision
_TAIL_BYTES: Final = 1 << 16
_LARGEST_FETCH_BYTES: Final = 600_000_000  # of one file


@dataclass(frozen=True, slots=True)
class _File:
    """One GeoParquet file of a release, by its path on the server."""

    path: str
    name: str


def resolve(client: Client, cache: Path) -> str:
    """The newest release.

    Raises
    ------
    FetchError
        Neither the catalogue nor the bucket can be asked.
    """
    note = cache / "overture" / "release"
    if client.is_offline:
        known = (read_note(note) or {}).get("release")
        if not isinstance(known, str):
            raise OfflineError("no release of Overture Maps is here, and --offline fetches nothing.")
        return known
    try:
        release = _named_latest(client)
    except FetchError:  # the catalogue has been away before, while the data were there
        release = _newest_listed(client)
    write_note(note, {"release": release, "resolved": today()})
    return release


def fetch(client: Client, release: str, circle: Circle, cache: Path) -> Extract:
    """Buildings and land of a place.

    Raises
    ------
    FetchError
        Something cannot be fetched.
    CrenelError
        A file is not what it should be.
    """
    folder = cache / "overture" / release
    index = _index(client, release, folder)
    buildings = _read(client, index, "building", circle, folder, _buildings)
    land = [
        _read(client, index, "water", circle, folder, _water),
        _read(client, index, "land", circle, folder, _green),
        _read(client, index, "land_use", circle, folder, _green),
        _read(client, index, "segment", circle, folder, _roads),
    ]
    address = client.endpoint("overture-data").addresses[0]
    return Extract(buildings, pl.concat(land), release, (f"{address}/release/{release}",))


def read_local(path: Path, circle: Circle) -> Extract:
    """Buildings of a place from a GeoParquet file of Overture Maps on disk.

    Raises
    ------
    CrenelError
        It is no such file.
    """
    try:
        present = pl.read_parquet_schema(path)
        frame = pl.read_parquet(path, columns=[name for name in _COLUMNS if name in present])
        table = _buildings(_in_boxes(frame, circle.boxes()))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise CrenelError(f"{path} cannot be read as buildings of Overture Maps ({_first_line(error)}).") from None
    return Extract(features.within(table, circle), features.empty(features.LAND), "", (path.name,))


# --- which release, which files --------------------------------------------------------------------------------------


def _named_latest(client: Client) -> str:
    found = json_of(client.get("overture-catalogue", "/catalog.json", check=_check_catalogue).body)
    latest: str = found["latest"]
    return latest


def _check_catalogue(body: bytes) -> None:
    found = json_of(body)
    if not isinstance(found, dict) or not _RELEASE.fullmatch(str(found.get("latest", ""))):
        raise Transient("does not name the latest release")


def _newest_listed(client: Client) -> str:
    """The newest release by the bucket's own list."""
    answer = client.get("overture-data", "/?list-type=2&prefix=release/&delimiter=/", check=lambda _: None)
    named: list[str] = re.findall(r"<Prefix>release/([^<]{1,40})/</Prefix>", answer.body.decode("utf-8", "replace"))
    releases = sorted(name for name in named if _RELEASE.fullmatch(name))
    if not releases:
        raise FetchError("Overture Maps lists no release now. Try again later, or take --buildings osm.")
    return releases[-1]


def _index(client: Client, release: str, folder: Path) -> pl.DataFrame:
    """Path and box of every file of a release.

    The paths are taken from the links, whatever these are called: their names have changed, and the column that says a
    row's type has stood empty.
    """
    target = folder / "collections.parquet"
    download(
        client,
        "overture-catalogue",
        f"/{release}/collections.parquet",
        target,
        check=_check_index,
        title=f"index of Overture {release}",
    )
    return _paths(pl.read_parquet(target, columns=["assets", "bbox"]), release)


def _check_index(part: Path) -> None:
    try:
        present = pl.read_parquet_schema(part)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ValueError(_first_line(error)) from None
    if not {"assets", "bbox"} <= set(present):
        raise ValueError("it lacks the columns assets and bbox")


def _paths(index: pl.DataFrame, release: str) -> pl.DataFrame:
    pattern = rf"release/{re.escape(release)}/theme=[a-z_]+/type=[a-z_]+/[A-Za-z0-9._-]+\.parquet"
    links = index["assets"].struct.json_encode() if isinstance(index["assets"].dtype, pl.Struct) else index["assets"]
    box = index["bbox"].struct
    return pl.DataFrame(
        {
            "path": links.cast(pl.String).str.replace_all("\\/", "/", literal=True).str.extract(f"({pattern})"),
            "xmin": box.field("xmin").cast(pl.Float64),
            "ymin": box.field("ymin").cast(pl.Float64),
            "xmax": box.field("xmax").cast(pl.Float64),
            "ymax": box.field("ymax").cast(pl.Float64),
        }
    ).drop_nulls()


def _files(index: pl.DataFrame, kind: str, boxes: Sequence[Box]) -> Iterator[_File]:
    of_kind = index.filter(pl.col("path").str.contains(f"/theme={THEMES[kind]}/type={kind}/", literal=True))
    if of_kind.is_empty():
        raise CrenelError(
            f"the index of Overture Maps lists no {kind} files: it has changed. Take --buildings osm, or fetch the "
            "data by hand and give them with --from DIR."
        )
    for path, *edges in of_kind.unique("path", keep="first", maintain_order=True).iter_rows():
        if any(box.meets(*edges) for box in boxes):
            yield _File(f"/{path}", path.rpartition("/")[2])


# --- row groups ------------------------------------------------------------------------------------------------------


def _read(
    client: Client,
    index: pl.DataFrame,
    kind: str,
    circle: Circle,
    folder: Path,
    take: Callable[[pl.DataFrame], pl.DataFrame],
) -> pl.DataFrame:
    boxes = circle.boxes()
    tables = []
    for file in _files(index, kind, boxes):
        copy = folder / kind / file.name
        for attempt in (1, 2):
            try:
                frame = _rows(client, file, kind, copy, boxes)
                break
            except ChangedError:
                if attempt == 2:
                    raise
            except ParquetError as error:
                copy.unlink(missing_ok=True)
                if attempt == 2:
                    raise CrenelError(
                        f"{file.name} of Overture Maps came damaged twice: it {error}. Try again later, or take "
                        "--buildings osm."
                    ) from None
        tables.append(features.within(take(frame), circle))
    schema = features.BUILDINGS if kind == "building" else features.LAND
    return pl.concat([features.empty(schema), *tables])


def _rows(client: Client, file: _File, kind: str, copy: Path, boxes: Sequence[Box]) -> pl.DataFrame:
    remote = RemoteFile(client, "overture-data", file.path, copy, title=f"Overture {kind} {file.name[:10]}")
    size = remote.size
    remote.hold([(max(0, size - _TAIL_BYTES), size)])
    n_footer = footer_length(remote.bytes_of(size - TAIL_BYTES, size))
    begin = size - TAIL_BYTES - n_footer
    if begin < 4:
        raise ParquetError("has a footer longer than itself")
    footer = read_footer(remote.bytes_of(begin, size - TAIL_BYTES))
    wanted = [group for group in footer.groups if _is_wanted(group, boxes)]
    if any(not 4 <= group.begin < group.end <= begin for group in wanted):
        raise ParquetError("has a row group beyond its end")
    if not wanted:
        return pl.DataFrame()
    if sum(group.end - group.begin for group in wanted) > _LARGEST_FETCH_BYTES:
        raise CrenelError(
            f"{file.name} of Overture Maps would have to be fetched nearly whole. Choose a smaller --radius, or take "
            "--buildings osm."
        )
    remote.hold([(group.begin, group.end) for group in wanted])
    return _in_boxes(_frame(remote, footer, wanted, copy), boxes)


def _is_wanted(group: RowGroup, boxes: Iterable[Box]) -> bool:
    if group.box_deg is None:
        return True  # nothing says where it lies
    west, south, east, north = group.box_deg
    return any(box.meets(west - _EDGE_DEG, south - _EDGE_DEG, east + _EDGE_DEG, north + _EDGE_DEG) for box in boxes)


def _frame(remote: RemoteFile, footer: Footer, wanted: Sequence[RowGroup], copy: Path) -> pl.DataFrame:
    """The wanted row groups, as a file of their own that has them where they were and holes elsewhere."""
    alone = copy.with_name(copy.name + ".groups")
    try:
        with alone.open("wb") as out:
            out.write(b"PAR1")
            for group in wanted:
                out.seek(group.begin)
                out.write(remote.bytes_of(group.begin, group.end))
            out.write(footer.listing(wanted))
        present = pl.read_parquet_schema(alone)
        return pl.read_parquet(alone, columns=[name for name in _COLUMNS if name in present], memory_map=False)
    except pl.exceptions.PolarsError as error:
        raise ParquetError(f"cannot be read ({_first_line(error)})") from None
    except OSError as error:
        raise CrenelError(
            f"{alone} cannot be written ({error.strerror}). Make room for it, then give the same command again."
        ) from None
    finally:
        alone.unlink(missing_ok=True)


def _in_boxes(frame: pl.DataFrame, boxes: Sequence[Box]) -> pl.DataFrame:
    if "bbox" not in frame.columns:
        return frame
    edge = pl.col("bbox").struct
    meets = [
        (edge.field("xmin") <= box.east_deg + _EDGE_DEG)
        & (edge.field("xmax") >= box.west_deg - _EDGE_DEG)
        & (edge.field("ymin") <= box.north_deg + _EDGE_DEG)
        & (edge.field("ymax") >= box.south_deg - _EDGE_DEG)
        for box in boxes
    ]
    return frame.filter(pl.any_horizontal(meets))


# --- columns ---------------------------------------------------------------------------------------------------------

_COLUMNS: Final[tuple[str, ...]] = (
    "geometry",
    "bbox",
    "names",
    "sources",
    "height",
    "num_floors",
    "min_height",
    "is_underground",
    "subtype",
    "class",
    "level",
)
_GREEN_LAND: Final = ("forest", "grass", "shrub")
_GREEN_USE: Final = (
    "park",
    "garden",
    "forest",
    "grass",
    "meadow",
    "recreation_ground",
    "nature_reserve",
    "golf_course",
)
_ROAD_CLASSES: Final = ("motorway", "trunk", "primary", "secondary")


def _buildings(frame: pl.DataFrame) -> pl.DataFrame:
    if frame.is_empty():
        return features.empty(features.BUILDINGS)
    table = _filled(frame).filter(~pl.col("is_underground").fill_null(value=False))
    height, floors, begins = (pl.col(name).cast(pl.Float64) for name in ("height", "num_floors", "min_height"))
    return table.select(
        "geometry",
        _primary(table),
        pl.when((height > 0.0) & (height <= 1000.0)).then(height).alias("height"),
        pl.when((floors > 0.0) & (floors <= 250.0)).then(floors).alias("levels"),
        pl.when((begins > 0.0) & (begins <= 1000.0)).then(begins).alias("min_height"),
        _dataset(table),
    ).cast(features.BUILDINGS)


def _water(frame: pl.DataFrame) -> pl.DataFrame:
    # "physical" are names of bays and straits without an extent that anybody drew.
    return _land(frame, pl.lit(value=True) & (pl.col("subtype").fill_null("") != "physical"), "water")


def _green(frame: pl.DataFrame) -> pl.DataFrame:
    return _land(frame, pl.col("subtype").is_in(_GREEN_LAND) | pl.col("class").is_in(_GREEN_USE), "green")


def _roads(frame: pl.DataFrame) -> pl.DataFrame:
    return _land(frame, (pl.col("subtype") == "road") & pl.col("class").is_in(_ROAD_CLASSES), "road")


def _land(frame: pl.DataFrame, is_wanted: pl.Expr, kind: str) -> pl.DataFrame:
    if frame.is_empty():
        return features.empty(features.LAND)
    table = _filled(frame).filter(is_wanted.fill_null(value=False))
    return table.select("geometry", _primary(table), pl.lit(kind).alias("kind")).cast(features.LAND)


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    """The table with every column that is read; one that the file has not is empty."""
    return frame.with_columns(pl.lit(None).alias(name) for name in _COLUMNS if name not in frame.columns).with_columns(
        pl.col("subtype", "class").cast(pl.String), pl.col("is_underground").cast(pl.Boolean)
    )


def _primary(table: pl.DataFrame) -> pl.Expr:
    dtype = table.schema["names"]
    has_it = isinstance(dtype, pl.Struct) and any(field.name == "primary" for field in dtype.fields)
    return (pl.col("names").struct.field("primary") if has_it else pl.lit(None, pl.String)).alias("name")


def _dataset(table: pl.DataFrame) -> pl.Expr:
    """Where a footprint is from, as Overture says it."""
    dtype = table.schema["sources"]
    inner = dtype.inner if isinstance(dtype, pl.List) else None
    has_it = isinstance(inner, pl.Struct) and any(field.name == "dataset" for field in inner.fields)
    first = pl.col("sources").list.first().struct.field("dataset") if has_it else pl.lit(None, pl.String)
    return first.fill_null("Overture Maps").alias("source")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
