"""The run folder: what lies where, written so that a run killed at any moment can go on."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import polars as pl

from crenel.core.records import Bracket, CrenelError, Scenario
from crenel.results import tables
from crenel.results.identity import FORMAT, canonical, case_json, short_hash, version
from crenel.results.parts import Layout, Part, layout, parts

State: TypeAlias = Literal["new", "unfinished", "complete"]

_FOLDERS: Final = ("outcomes", "tallies")
_ANOTHER: Final = "Choose another folder with -o, or leave -o out to get one named after the question."


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run folder, by its path."""

    path: Path

    def outcomes(self, part: Part) -> Path:
        """The outcome table of a part."""
        return self.path / "outcomes" / f"{part.name}.parquet"

    def tally(self, part: Part) -> Path:
        """What is counted beside the outcomes of a part."""
        return self.path / "tallies" / f"{part.name}.json"

    def has(self, part: Part, *, n_threats: int) -> bool:
        """Whether a part is there in full length, with all that is counted beside it."""
        beside = _read_json(self.tally(part))
        # Tallies of earlier versions lack their blocks: such a part is played again rather than half counted.
        if beside is None or sum(block["raids"] for block in beside.get("blocks", ())) != part.n_replicates:
            return False
        return tables.n_rows(self.outcomes(part)) == part.n_replicates * n_threats

    def write_part(self, part: Part, *, outcomes: bytes, tally: Sequence[Mapping[str, Any]]) -> None:
        """Keep a part. The table comes last: a part whose table is there is whole."""
        write_json(self.tally(part), {"part": part.number, "blocks": list(tally)})
        write_bytes(self.outcomes(part), outcomes)

    def read_tally(self, part: Part) -> list[dict[str, Any]]:
        """What was counted beside the outcomes of a part, block by block."""
        found: list[dict[str, Any]] = json.loads(self.tally(part).read_bytes())["blocks"]
        return found

    def write_corner(self, name: str, counted: Mapping[str, Any]) -> None:
        """Keep what was counted at a corner of the doubt; its raids are in no table."""
        write_json(self.path / "tallies" / f"corner-{name}.json", counted)

    def read_corner(self, name: str, *, n_raids: int) -> dict[str, Any] | None:
        """What was counted there; None if it is not there with so many raids."""
        found = _read_json(self.path / "tallies" / f"corner-{name}.json")
        return found if found is not None and sum(found.get("raids", ())) == n_raids else None

    def read_outcomes(self, part: Part) -> pl.DataFrame:
        """The outcomes of a part."""
        return tables.read_outcomes(self.outcomes(part))


def default_folder(scenario: Scenario[Bracket], seed: int | None = None, n_doubt: int = 0) -> Path:
    """Where a run goes when nobody says, `runs/<scenario>-<hash8>-s<seed>-d<D>`: there the answer is found again."""
    chosen = scenario.study.seed if seed is None else seed
    return Path("runs") / f"{plain_name(scenario.name)}-{short_hash(scenario)}-s{chosen}-d{n_doubt}"


def plain_name(name: str) -> str:
    """A name as part of a folder's."""
    kept = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name)
    return kept.strip("-")[:80] or "scenario"


def check_writable(folder: Path) -> None:
    """Refuse a run folder that cannot be written, before anything is compiled or played for it."""
    remedy = "Name another folder: -o DIR."
    try:
        if folder.exists() and not folder.is_dir():
            raise CrenelError(f"{folder} is a file, not a folder. Name a folder: -o DIR.")
        missing = [place for place in (folder, *folder.parents) if not place.exists()]
        there = folder if not missing else missing[-1].parent
        if not there.is_dir():
            raise CrenelError(f"{folder}: {there} is a file, so no folder can be made in it. {remedy}")
        if not os.access(there, os.W_OK | os.X_OK):
            raise CrenelError(f"{folder}: no permission to write in {there}. {remedy}")
        _try_to_make(missing)
    except OSError as error:
        raise CrenelError(f"{folder} cannot be made ({error.strerror}). {remedy}") from None


def state(path: Path, asked: Mapping[str, Any], *, replicates: int, n_threats: int) -> State:
    """What a folder is to a run, before anything is touched.

    Parameters
    ----------
    path : Path
        Need not exist.
    asked : mapping
        `identity.question` of the run.
    replicates, n_threats : int
        Raids asked for, threats in each.

    Raises
    ------
    CrenelError
        If it is no folder, holds other files, another run, a larger one, or one of another version.
    """
    if not path.exists():
        return "new"
    if not path.is_dir():
        raise CrenelError(f"{path} is a file, not a folder. Name a folder: -o DIR.")
    manifest = _read_json(path / "manifest.json")
    if manifest is None or "results" not in manifest:
        _refuse_foreign(path)
        return "new"
    _refuse_newer(path, manifest)
    if not {"crenel", "replicates", "tables"} <= manifest.keys():
        raise CrenelError(f"{path}/manifest.json is damaged. {_ANOTHER}")
    _refuse_another(path, manifest, asked)
    held = int(manifest["replicates"])
    if replicates < held:
        raise CrenelError(
            f"{path} holds a run of {held} raids, more than the {replicates} asked for. "
            f"Ask for at least as many (-n {held}), or choose another folder with -o."
        )
    if replicates == held and _is_complete(path, layout(asked["doubt"]), replicates, n_threats):
        return "complete"
    if manifest["crenel"] != version():
        raise CrenelError(
            f"{path} was begun with crenel {manifest['crenel']}, and this is {version()}: their raids do not mix. "
            f"Go on with `pip install crenel=={manifest['crenel']}`, or choose another folder with -o."
        )
    return "unfinished"


@contextmanager
def opened(path: Path, manifest: Mapping[str, Any], scenario: Scenario[Bracket]) -> Iterator[RunFolder]:
    """A folder to write to, alone: made if need be, cleared of what a killed run left half-written.

    Parameters
    ----------
    path : Path
        A folder that `state` has found "new" or "unfinished".
    manifest : mapping
        `identity.manifest` of the run.
    scenario : Scenario[Bracket]

    Raises
    ------
    CrenelError
        If it cannot be written, another process writes to it, or it was begun with other tables.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise CrenelError(f"{path} cannot be made ({error.strerror}). Name another folder: -o DIR.") from None
    try:
        _lock(path, lock)
        _begin(path, manifest, scenario)
        yield RunFolder(path)
    finally:
        os.close(lock)


def read_summary(path: Path) -> dict[str, Any]:
    """The summary of a folder.

    Raises
    ------
    CrenelError
        If there is none, or a newer version wrote it.
    """
    summary = _read_json(path / "summary.json")
    if summary is None:
        raise CrenelError(
            f"{path}: no summary.json, so the run is not complete. Run it again: it goes on where it was."
        )
    _refuse_newer(path, summary)
    return summary


def held_replicates(path: Path) -> int:
    """How many raids the run of a folder asks for; 0 where there is none."""
    found = (_read_json(path / "manifest.json") or {}).get("replicates", 0)
    return found if isinstance(found, int) else 0


def read_timing(path: Path) -> dict[str, Any]:
    """Clock times of a folder; empty if it has none."""
    return _read_json(path / "timing.json") or {}


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON for people and programs, in one step; equal content gives equal bytes."""
    write_bytes(path, (json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file in one step: whoever looks, even after a crash, sees all of it or none."""
    unfinished = path.with_name(path.name + ".tmp")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _try_to_make(missing: list[Path]) -> None:
    """Make folders, innermost first in the list, and take them away again: only trying tells on every file system."""
    made: list[Path] = []
    try:
        for folder in reversed(missing):
            folder.mkdir()
            made.append(folder)
    except FileExistsError:
        pass  # somebody made it meanwhile
    finally:
        for folder in reversed(made):
            with suppress(OSError):  # somebody uses it already
                folder.rmdir()


def _lock(path: Path, lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CrenelError(
            f"{path}: another run is writing there. Wait for it, or choose another folder: -o DIR."
        ) from None
    except OSError:
        return  # some network file systems know no locks; nothing else needs one


def _begin(path: Path, manifest: Mapping[str, Any], scenario: Scenario[Bracket]) -> None:
    for folder in (path, *(path / name for name in _FOLDERS)):
        for left in folder.glob("*.tmp"):
            left.unlink()
    held = _read_json(path / "manifest.json")
    if held is not None and held["tables"] != manifest["tables"]:
        raise CrenelError(
            f"{path} was begun on other tables (by another machine, or with other versions of numpy or scipy): their "
            "raids do not mix. Choose another folder with -o."
        )
    if held is not None and held["replicates"] != manifest["replicates"]:
        # What was said about fewer raids goes before the manifest promises more.
        for name in ("summary.json", "doubts.json", "report.html"):
            (path / name).unlink(missing_ok=True)
    if held is None or held["replicates"] != manifest["replicates"]:
        write_json(path / "manifest.json", manifest)
    for name in _FOLDERS:
        (path / name).mkdir(exist_ok=True)
    if not (path / "scenario.yaml").exists():
        write_bytes(path / "scenario.yaml", scenario.text.encode())
    if not (path / "case.json").exists():
        write_json(path / "case.json", case_json(scenario))


def _is_complete(path: Path, run: Layout, replicates: int, n_threats: int) -> bool:
    summary = _read_json(path / "summary.json")
    if summary is None or summary.get("replicates") != replicates:
        return False
    folder = RunFolder(path)
    every = parts(replicates=replicates, n_threats=n_threats, run=run)
    return all(folder.outcomes(part).exists() and folder.tally(part).exists() for part in every)


def _refuse_foreign(path: Path) -> None:
    """A run killed in its first moment leaves no manifest, only the beginning of one."""
    others = sorted(entry.name for entry in path.iterdir() if entry.name not in {"manifest.json.tmp", "run.log"})
    if others:
        raise CrenelError(f"{path} holds files that are no run of crenel ({others[0]}). {_ANOTHER}")


def _refuse_newer(path: Path, content: Mapping[str, Any]) -> None:
    if not isinstance(content["results"], int) or content["results"] > FORMAT:
        raise CrenelError(
            f"{path} was written by crenel {content.get('crenel', '?')} in a newer format (results: "
            f"{content['results']}; this version reads up to {FORMAT}). "
            f"Install it with `pip install 'crenel>={content.get('crenel', '?')}'`."
        )


def _refuse_another(path: Path, manifest: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    words = {
        "scenario": "of another scenario",
        "figures": "on other catalogue figures",
        "terrain": "on another terrain file",
        "seed": f"with seed {manifest.get('seed')}",
        "doubt": f"over {manifest.get('doubt', 0)} points of the doubt",
    }
    for key, difference in words.items():
        # Runs of earlier versions had no doubts.
        if canonical(manifest.get(key, 0 if key == "doubt" else None)) != canonical(asked[key]):
            raise CrenelError(f"{path} holds another run, {difference} ({manifest.get('name')}). {_ANOTHER}")


def _read_json(path: Path) -> dict[str, Any] | None:
    """A JSON object; None if there is no such file, or it holds something else."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
