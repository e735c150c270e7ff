"""What a browser shows: scenarios as maps, runs as they form, and what lies in a folder of work."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crenel.app.runs import check_scenario
from crenel.core.records import Bracket, CrenelError, Scenario

_SUFFIXES: Final = (".yaml", ".yml")
_RUNS: Final = "runs"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong in a scenario's text; `line` and `column` count from 1, and are 0 where nobody knows."""

    message: str
    line: int
    column: int


def read_text(text: str, *, name: str, folder: Path) -> Scenario[Bracket]:
    """The scenario of a text that may not have been saved yet.

    Parameters
    ----------
    text : str
    name : str
        What it is called.
    folder : Path
        Where relative paths begin.

    Raises
    ------
    CrenelError
        As `load`.
    """
    from crenel import inputs, world

    found = inputs.read(text, name=name, folder=folder, shown=f"{name}.yaml")
    return found if all(unit.on_building is None for unit in found.units) else world.mounted(found)


def seen(text: str, *, name: str, folder: Path) -> dict[str, Any]:
    """A scenario's text as a map shows it (`scene`), and what it leans on (`check`); errors as `read_text`."""
    from crenel.studies.scene import scene

    scenario = read_text(text, name=name, folder=folder)
    return {"scene": scene(scenario), "check": check_scenario(scenario)}


def complaints(error: CrenelError) -> list[Complaint]:
    """Every mistake that an error tells of, in the order of the text."""
    from crenel.inputs.errors import FileError, InputError

    if isinstance(error, FileError):
        return [Complaint(str(one), one.mark.line, one.mark.column) for one in error.errors]
    if isinstance(error, InputError):
        return [Complaint(str(error), error.mark.line, error.mark.column)]
    return [Complaint(str(error), 0, 0)]


def scenario_files(folder: Path) -> list[Path]:
    """Files in a folder that may be scenarios, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES and path.is_file())


def run_scene(folder: Path) -> dict[str, Any]:
    """The map of a run, from its folder: `maps/scene.json`, or made anew where the scenario's files are still there.

    Raises
    ------
    CrenelError
        Neither is possible.
    """
    import json

    from crenel.results.folder import write_json

    kept = folder / "maps" / "scene.json"
    if kept.exists():
        found: dict[str, Any] = json.loads(kept.read_bytes())
        return found
    from crenel.studies.scene import scene

    text = (folder / "scenario.yaml").read_text(encoding="utf-8")
    made = scene(read_text(text, name=manifest_of(folder)["name"], folder=folder))
    if kept.parent.exists():
        write_json(kept, made)
    return made


def keep_scene(scenario: Scenario[Bracket], folder: Path) -> None:
    """Keep a run's map beside it, for whoever opens the folder where the place's files are not."""
    from crenel.results.folder import write_json
    from crenel.studies.scene import scene

    (folder / "maps").mkdir(exist_ok=True)
    if not (folder / "maps" / "scene.json").exists():
        write_json(folder / "maps" / "scene.json", scene(scenario))


def works(workspace: Path) -> list[dict[str, Any]]:
    """Every run and every coverage in a folder of work, newest first.

    Returns
    -------
    list of dict
        `id` (path within the folder), `kind` (run or cover), `name`, `title`, `hash`, `replicates`, `seed`, `threats`,
        `complete`, `changed_s` (clock time).
    """
    found = [row for path in _candidates(workspace) if (row := _row(path, workspace)) is not None]
    return sorted(found, key=lambda row: -float(row["changed_s"]))


def _candidates(workspace: Path) -> Iterator[Path]:
    for folder in (workspace, workspace / _RUNS):
        if folder.is_dir():
            yield from (path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _row(path: Path, workspace: Path) -> dict[str, Any] | None:
    import json

    def read(name: str) -> dict[str, Any]:
        try:
            held = json.loads((path / name).read_bytes())
        except (OSError, ValueError):
            return {}
        return held if isinstance(held, dict) else {}

    manifest = read("manifest.json")
    where = {"id": path.relative_to(workspace).as_posix(), "changed_s": path.stat().st_mtime}
    if "replicates" in manifest and "seed" in manifest:
        return {
            **where,
            "kind": "run",
            **{key: manifest.get(key) for key in ("name", "title", "seed", "replicates", "threats")},
            "hash": str(manifest.get("scenario", ""))[:8],
            "complete": (path / "summary.json").exists(),
        }
    summary = read("summary.json") if not manifest else {}
    if "coverage" in summary and isinstance(summary.get("scenario"), dict):
        scenario = summary["scenario"]
        told = {"name": scenario.get("name"), "title": scenario.get("title"), "hash": str(scenario.get("hash"))[:8]}
        return {**where, "kind": "cover", **told, "complete": True}
    return None


def manifest_of(folder: Path) -> dict[str, Any]:
    """What a run folder promises to hold; refuses a folder that is no run."""
    import json

    try:
        found: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    except (OSError, ValueError):
        raise CrenelError(f"{folder} is no run of crenel: it has no manifest.json that can be read.") from None
    return found


def so_far(folder: Path) -> dict[str, Any]:
    """What the finished parts of a run say: the answer as it forms, without intervals.

    Returns
    -------
    dict
        `raids`, `replicates`, `threats`; `curve`, (p, leaks per raid) pairs, the last of which is the floor;
        `floor_causes` and `causes`, leaks per raid; `fates`, threats per raid; `leaks`, raids by how many leaked.
    """
    from crenel.studies.so_far import so_far as counted

    manifest = manifest_of(folder)
    return counted(
        folder,
        replicates=int(manifest["replicates"]),
        n_threats=int(manifest["threats"]),
        n_doubt=int(manifest.get("doubt", 0)),
    )


def summary_of(folder: Path) -> dict[str, Any]:
    """The summary of a complete run, or of a coverage."""
    import json

    from crenel.results.coverage import MARK
    from crenel.results.folder import read_summary

    try:
        held = json.loads((folder / "summary.json").read_bytes())
    except (OSError, ValueError):
        held = None
    return held if isinstance(held, dict) and MARK in held else read_summary(folder)


def write_text(path: Path, text: str) -> None:
    """Write a text in one step, or say why it cannot be."""
    from crenel.results.folder import write_bytes

    try:
        write_bytes(path, text.encode("utf-8"))
    except OSError as error:
        raise CrenelError(f"{path} cannot be written ({error.strerror}).") from None


def version() -> str:
    """This package's version."""
    from crenel.results.identity import version as found

    return found()


def cover_key(scenario: Scenario[Bracket], *, heights_m: list[float], threats: list[str]) -> str:
    """A name for the folder of a coverage that tells apart scenarios and questions."""
    from hashlib import sha256

    from crenel.inputs import slug
    from crenel.results.identity import canonical, short_hash

    question = canonical([short_hash(scenario), heights_m, threats])
    return f"{slug(scenario.name)}-cover-{sha256(question.encode()).hexdigest()[:8]}"
