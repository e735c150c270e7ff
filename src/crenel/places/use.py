"""The use cases of places: what a place needs, and getting it."""

import os
import shlex
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crenel.core.records import CrenelError

if TYPE_CHECKING:
    from crenel.inputs.edit import Entry
    from crenel.places.asked import Asked
    from crenel.places.client import News
    from crenel.places.getting import Gathered

_SAME_PLACE_M: Final = 1.0


@dataclass(frozen=True, slots=True)
class Got:
    """What came of getting a place: the lines, where they and the files were written, the scenario that has them."""

    lines: str
    written: Path | None
    scenario: Path | None
    folder: Path
    files: tuple[str, ...]
    sources: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "lines": self.lines,
            "written": None if self.written is None else str(self.written),
            "scenario": None if self.scenario is None else str(self.scenario),
            "folder": str(self.folder),
            "files": list(self.files),
            "sources": list(self.sources),
        }


def place_needs(
    where: str, *, radius: str | None = None, terrain: str = "glo30", buildings: str = "overture"
) -> dict[str, Any]:
    """What a place needs: names, addresses, sizes (estimates) and licences. Nothing is fetched.

    Parameters
    ----------
    where : str
        A scenario file, an example's name, or a position.
    radius : str, optional
        Such as "40 km"; by default the file's own, or 40 km.
    terrain : str
        "glo30", "srtm" or "none".
    buildings : str
        "overture", "osm" or "none".

    Returns
    -------
    dict
        Ready for JSON: `place`, `sources` with licence and credit, `needs`, `n_bytes_estimated`, `cache`; `command`
        asks the same again, `file` is the scenario that the place stands in.

    Raises
    ------
    CrenelError
        There is no such place, or no such source.
    """
    from crenel.places import cache, plan
    from crenel.places.asked import asked
    from crenel.places.sources import BUILDINGS, TERRAIN

    ground, houses = plan.checked(terrain, buildings)
    wanted = asked(where, radius)
    words = ["crenel", "place", wanted.words]
    words += [] if radius is None else ["--radius", radius]
    words += [] if terrain == TERRAIN[0] else ["--terrain", terrain]
    words += [] if buildings == BUILDINGS[0] else ["--buildings", buildings]
    told = plan.told(wanted.circle, ground, houses, words=words, cache=str(cache.root()))
    return told | {"file": None if wanted.file is None else str(wanted.file)}


def get_place(
    where: str,
    *,
    radius: str | None = None,
    terrain: str = "glo30",
    buildings: str = "overture",
    may_fetch: bool = False,
    by_hand: Path | None = None,
    sea_is_missing: bool = False,
    into: Path | None = None,
    out: Path | None = None,
    listen: "Callable[[News], None] | None" = None,
) -> Got:
    """Get a place's terrain and buildings, and write the lines that a scenario needs.

    Parameters
    ----------
    where, radius, terrain, buildings
        As `place_needs`.
    may_fetch : bool
        Whether anything may be fetched over the network.
    by_hand : Path, optional
        A folder with files that were fetched by hand: they are taken first.
    sea_is_missing : bool
        Terrain tiles that are neither here nor fetched are sea.
    into : Path, optional
        A scenario whose place is changed, and nothing else in it.
    out : Path, optional
        Where the lines are written.
    listen : callable, optional
        Hears how far a download is.

    Returns
    -------
    Got
        The files lie in a folder beside the file that names them; where there is none, in the current folder.

    Raises
    ------
    CrenelError
        Something is not here, cannot be fetched, is damaged, or cannot be written. Files of the place and the scenario
        are then as they were; what was fetched is kept in the cache.
    KeyboardInterrupt
        On Ctrl-C; the same call goes on where it was.
    """
    from crenel.places import cache, entries, plan
    from crenel.places.asked import asked
    from crenel.places.byhand import look
    from crenel.places.client import Client
    from crenel.places.getting import Shelf, Wanted, gather, write

    if into is not None and out is not None:
        raise CrenelError("--into and -o both say where the lines go. Leave one out.")
    ground, houses = plan.checked(terrain, buildings)
    if sea_is_missing and by_hand is None:
        raise CrenelError(
            "--sea says what is where files fetched by hand have no tile. Add --from DIR, or leave it out."
        )
    if ground is None and houses is None:
        raise CrenelError("--terrain none and --buildings none leave nothing to get. Leave one of them out.")
    place = asked(where, radius)
    target = _Target.of(place, into=into, out=out)
    client = Client(is_offline=not may_fetch, listen=listen)
    root = cache.root()
    with cache.alone(root):
        wanted = Wanted(
            place.circle,
            ground,
            houses,
            client,
            root,
            by_hand=None if by_hand is None else look(by_hand),
            sea_is_missing=sea_is_missing,
        )
        found = gather(wanted)
    folder = target.folder / folder_name(place)
    with _staged(folder) as (beside, names):
        listed = write(found, place.circle, Shelf(beside, folder.name, target.folder))
    page = entries.page(
        [entries.centre(place.circle), entries.radius(place.circle), *listed], asked=place.words, day=cache.today()
    )
    target.write(listed, page)
    return Got(page, target.path, target.path if target.is_scenario else None, folder, tuple(names), _named(found))


def folder_name(place: "Asked") -> str:
    """What the folder of a place's files is called."""
    from crenel.places.entries import length

    lat_deg, lon_deg = place.circle.lat_deg, place.circle.lon_deg
    north, east = "N" if lat_deg >= 0.0 else "S", "E" if lon_deg >= 0.0 else "W"
    reach = length(place.circle.radius_m).replace(" ", "")
    return f"place-{abs(lat_deg):.4f}{north}-{abs(lon_deg):.4f}{east}-{reach}"


@contextmanager
def _staged(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """A folder beside another, whose files move there once all of them are written; and then their names."""
    beside = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(beside, ignore_errors=True)
    names: list[str] = []
    try:
        yield beside, names
        written = sorted(beside.iterdir()) if beside.is_dir() else []
        if written:
            folder.mkdir(parents=True, exist_ok=True)
        for path in written:
            path.replace(folder / path.name)
            names.append(path.name)
    except CrenelError as error:
        raise CrenelError(str(error).replace(str(beside), str(folder))) from None
    except OSError as error:
        raise CrenelError(
            f"{folder} cannot be written ({error.strerror}). Make room, or name a file elsewhere."
        ) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Target:
    """Where the lines go, checked before anything is fetched."""

    place: "Asked"
    path: Path | None
    is_scenario: bool
    folder: Path
    missing: tuple[str, ...] = ()

    @classmethod
    def of(cls, place: "Asked", *, into: Path | None, out: Path | None) -> "_Target":
        if into is not None:
            return cls._into(place, into.expanduser())
        if out is not None:
            return cls._out(place, out.expanduser())
        folder = place.file.parent if place.file is not None else Path()
        _check_writable(folder)
        return cls(place, None, False, folder)

    @classmethod
    def _into(cls, place: "Asked", path: Path) -> "_Target":
        from crenel.inputs.coordinates import distance_m
        from crenel.inputs.edit import Entry, with_entries
        from crenel.inputs.nodes import read_text
        from crenel.places.asked import place_of

        if not path.exists():
            raise CrenelError(
                f"{path}: there is no such file. --into changes a scenario that exists: write one first with "
                "`crenel new`, or have the lines alone with -o."
            )
        text = read_text(path)
        centre, radius_m = place_of(path)
        again = shlex.join(["crenel", "place", str(path), "--into", str(path)])
        if centre is not None and distance_m(centre, place.circle.centre) > _SAME_PLACE_M:
            raise CrenelError(f"{path}: its place is centred elsewhere. Change its centre, or write: {again}")
        if radius_m is not None and radius_m > place.circle.radius_m * 1.0001:
            raise CrenelError(f"{path}: its place reaches farther than what would be got. Leave --radius out.")
        missing = tuple(key for key, said in (("centre", centre), ("radius", radius_m)) if said is None)
        # A file that cannot be changed is refused now, not after a long download.
        with_entries(
            text, str(path), [Entry(key, ("none",), "none") for key in (*missing, "terrain", "buildings", "land")]
        )
        _check_writable(path.parent)
        return cls(place, path, True, path.parent, missing)

    @classmethod
    def _out(cls, place: "Asked", path: Path) -> "_Target":
        from crenel.places.entries import HEAD

        if path.is_dir():
            raise CrenelError(f"{path} is a folder. Name a file: -o place.yaml.")
        if path.exists():
            with path.open("rb") as file:
                is_ours = file.read(len(HEAD)).decode("utf-8", "replace") == HEAD
            if not is_ours:
                raise CrenelError(
                    f"{path} exists already, and is left as it is. Name another file, or change a scenario's place: "
                    f"--into {shlex.quote(str(path))}."
                )
        _check_writable(path.parent)
        return cls(place, path, False, path.parent)

    def write(self, listed: "Sequence[Entry]", page: str) -> None:
        """Write the lines, whole or not at all."""
        from crenel.inputs.edit import with_entries
        from crenel.inputs.nodes import read_text
        from crenel.places.cache import replace_text, write_atomically
        from crenel.places.entries import centre, radius

        if self.path is None:
            return
        if not self.is_scenario:
            write_atomically(self.path, page.encode())
            return
        own = {"centre": centre(self.place.circle), "radius": radius(self.place.circle)}
        changed = with_entries(read_text(self.path), str(self.path), [*(own[key] for key in self.missing), *listed])
        replace_text(self.path, changed)


def _check_writable(folder: Path) -> None:
    if not folder.is_dir():
        raise CrenelError(f"there is no folder {folder}. Make it first, or name another file.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CrenelError(f"no permission to write in {folder}. Name a file elsewhere.")


def _named(found: "Gathered") -> tuple[str, ...]:
    return tuple(source.name for source in (found.terrain, found.buildings) if source is not None)
