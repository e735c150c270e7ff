"""Raids of a run to watch, and layers of coverage laid out for a map: what the app shows beside the answer."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crenel.app.serving import manifest_of, read_text, run_scene
from crenel.core.records import CAUSES, Bracket, CrenelError, Scenario

if TYPE_CHECKING:
    from crenel.results.coverage import Coverage
    from crenel.results.replay import Replay

_MOST_PIXELS: Final = 1500


def scenario_of(folder: Path) -> Scenario[Bracket]:
    """The scenario of a run, from its folder and the files of the place, wherever of the usual places they are.

    Raises
    ------
    CrenelError
        The files of the place are not found, or another version of crenel reads the scenario otherwise.
    """
    from crenel.results.identity import scenario_hash

    manifest = manifest_of(folder)
    text = (folder / "scenario.yaml").read_text(encoding="utf-8")
    last: CrenelError | None = None
    for base in (folder, folder.parent, folder.parent.parent, Path.cwd()):
        try:
            found = read_text(text, name=str(manifest["name"]), folder=base)
        except CrenelError as error:
            last = error
            continue
        if scenario_hash(found) != manifest["scenario"]:
            raise CrenelError(
                f"{folder} was played on other figures than this version has, so its raids cannot be played again. "
                "Run the scenario anew."
            )
        return found
    assert last is not None
    raise last


def raids_to_replay(folder: Path) -> dict[str, Any]:
    """Which raids of a complete run are worth watching: typical, worst, and for each cause the one that it decides."""
    from crenel.studies.again import chosen, raids_of

    manifest = manifest_of(folder)
    raids = raids_of(folder, scenario_of(folder))
    rows = [
        {"cause": cause, "replicate": int(leaks.argmax()), "leaks": int(leaks.max())}
        for cause, leaks in zip(CAUSES, raids.by_cause, strict=True)
        if leaks.any()
    ]
    return {
        "typical": chosen(raids, "typical")[0],
        "worst": chosen(raids, "worst")[0],
        "replicates": int(manifest["replicates"]),
        "causes": sorted(rows, key=lambda row: -int(row["leaks"])),
    }


def replay(folder: str | Path, which: str = "typical") -> "Replay":
    """One raid of a run as a record that can be watched.

    Parameters
    ----------
    folder : str or Path
        Of a complete run.
    which : str
        "typical", "worst", "cause:saturated" (or another cause), or the number of a raid.

    Returns
    -------
    Replay
        `plain()` is ready for JSON.

    Raises
    ------
    CrenelError
        There is no such run or raid, or it does not come out again as it did.
    """
    from crenel.results.folder import read_summary
    from crenel.studies.again import again, chosen, raids_of
    from crenel.studies.replaying import replayed

    path = Path(folder)
    manifest_of(path)
    read_summary(path)  # refuses what is not complete, or of a newer format
    scenario = scenario_of(path)
    replicate, why = chosen(raids_of(path, scenario), which)
    return replayed(again(scenario, path, replicate=replicate), why=why)


def write_replay(folder: Path, *, which: str) -> Path:
    """Write a replay into `replay/` of its run, unless it is there: its file."""
    from crenel.results.folder import write_bytes

    made = replay(folder, which)
    target = folder / "replay" / f"{made.replicate}.json"
    target.parent.mkdir(exist_ok=True)
    write_bytes(target, (json.dumps(made.plain(), ensure_ascii=False, separators=(",", ":")) + "\n").encode())
    return target


def write_cover_map(coverage: "Coverage") -> Path:
    """Write the layers of a coverage as a browser reads them, into `map/` of its folder."""
    from crenel.results.folder import write_bytes
    from crenel.studies.cover_map import cover_map

    assert coverage.folder is not None
    target = coverage.folder / "map"
    target.mkdir(exist_ok=True)
    index, arrays = cover_map(coverage, most=_MOST_PIXELS)
    for name, array in arrays:
        write_bytes(target / name, gzip.compress(array.tobytes(), 6, mtime=0))
    write_bytes(target / "index.json", json.dumps(index, ensure_ascii=False).encode())
    return target


def write_share(
    folder: Path, *, public: bool, which: str = "typical", say: Callable[[str], None] = lambda _words: None
) -> dict[str, Any]:
    """Write one page with map, answer and a raid of a run, that opens from a disk: what it holds.

    Parameters
    ----------
    folder : Path
        Of a complete run.
    public : bool
        Whether positions are rounded, and what tells of them taken out; the rounded scenario is then played anew, into
        a folder of its own beside this one.
    which : str
        The raid that can be watched.
    say : callable
        Told what is being done.

    Returns
    -------
    dict
        `path` (relative to the folder that the runs are served from), `bytes`, `inside`, `left_out`, `public`.

    Raises
    ------
    CrenelError
        As `replay`; the app is not built; or the rounded scenario cannot be played.
    """
    from crenel.app.runs import run
    from crenel.report.share import page
    from crenel.results.folder import read_summary, write_bytes

    template = _template()
    summary, played = read_summary(folder), folder
    secret: tuple[tuple[float, float], ...] = ()
    if public:
        from crenel.inputs.public import public_text
        from crenel.studies.public import far_from

        say("rounding positions")
        scenario = scenario_of(folder)
        rounded = public_text(scenario)
        secret = tuple((unit.at.lat_rad, unit.at.lon_rad) for unit in scenario.units)
        played = folder.with_name(f"{folder.name}-public")
        say("playing the rounded scenario")
        again = read_text(rounded, name=f"{scenario.name}-public", folder=_base_of(folder))
        n_doubt = int(manifest_of(folder).get("doubt", 0))
        run(again, replicates=int(summary["replicates"]), seed=int(summary["seed"]), doubt=n_doubt, out=played)
        summary = read_summary(played)
    say("playing the raid that is shown")
    shown = replay(played, which)
    scene = run_scene(played)
    if public:
        shown, scene = far_from(shown, secret), _without_shapes(scene)
    say("writing the page")
    text = (played / "scenario.yaml").read_text(encoding="utf-8")
    html, inside, left_out = page(template, scene=scene, summary=summary, replay=shown, scenario=text, public=public)
    target = folder / "share" / f"{_slug(summary)}-{'public' if public else 'full'}.html"
    target.parent.mkdir(exist_ok=True)
    write_bytes(target, html)
    return {
        "path": _shown(target),
        "bytes": len(html),
        "inside": inside,
        "left_out": left_out,
        "public": public,
    }


def _without_shapes(scene: dict[str, Any]) -> dict[str, Any]:
    """The map of a public page: no lines of reach, and no buildings, among which the roofs are."""
    return {
        **scene,
        "rings": {"threat": "", "rings": []},
        "ground": {**scene["ground"], "buildings": None},
    }


def _shown(path: Path) -> str:
    here = Path.cwd().resolve()
    full = path.resolve()
    return full.relative_to(here).as_posix() if full.is_relative_to(here) else full.as_posix()


def _slug(summary: dict[str, Any]) -> str:
    from crenel.inputs import slug

    return f"{slug(summary['scenario']['name'])}-{summary['scenario']['hash'][:8]}"


def _base_of(folder: Path) -> Path:
    """Where the relative paths of a run's scenario begin."""
    text, name = (folder / "scenario.yaml").read_text(encoding="utf-8"), str(manifest_of(folder)["name"])
    for base in (folder, folder.parent, folder.parent.parent):
        try:
            read_text(text, name=name, folder=base)
        except CrenelError:
            continue
        return base
    return Path.cwd()


def _template() -> str:
    path = Path(__file__).parents[1] / "web" / "static" / "share.html"
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        raise CrenelError(
            "the app is not built, and the page that is shared is a part of it. With Node 20 or newer, in the folder "
            "of the sources: make app."
        ) from None
