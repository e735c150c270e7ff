"""Studies of many runs: compare, saturation, sensitivity, back-test; verify a run, and tell two apart."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, cast

from crenel.app.runs import DEFAULT_DOUBT, DEFAULT_REPLICATES, check_numbers, load
from crenel.core.records import Bracket, CrenelError, Scenario

if TYPE_CHECKING:
    from crenel.studies.covering import Progress

Json = dict[str, Any]
Tell = Callable[["Progress"], None] | None

STUDIES: Final = ("saturation", "sensitivity")

_OUTSIDE_THE_PROMISE: Final = ("timing.json", "run.log", "report.html", "maps", "replay", "share", "export")


def compare(
    scenarios: Sequence[str | Path],
    *,
    changes: Sequence[str] = (),
    without: Sequence[str] = (),
    replicates: int = DEFAULT_REPLICATES,
    seed: int | None = None,
    doubt: int = DEFAULT_DOUBT,
    workers: int | None = None,
    progress: "Tell" = None,
) -> Json:
    """Compare scenarios raid by raid, under the same dice and the same doubts.

    Parameters
    ----------
    scenarios : sequence of str or Path
        Files or names of examples; all others are held against the first.
    changes : sequence of str
        Each "figure=value" makes a variant of the first: "pantsir-s1.channels=4", "pantsir-s1.reaction=8 s".
    without : sequence of str
        Each name of a unit makes a variant of the first without it.
    replicates, seed, doubt, workers
        As for `run`; the seed is the first scenario's own by default.
    progress : callable, optional

    Returns
    -------
    dict
        See `studies.compare.compare`.

    Raises
    ------
    CrenelError
    """
    from crenel.studies import compare as study
    from crenel.studies.montecarlo import processors

    check_numbers(replicates=replicates, seed=seed, workers=workers, doubt=doubt)
    loaded = [(str(name), load(name)) for name in scenarios]
    first = loaded[0][1]
    for change in changes:
        figure, equals, value = change.partition("=")
        if not equals:
            raise CrenelError(
                f'--set "{change}" is no figure and value. Write for example --set pantsir-s1.channels=4.'
            )
        loaded.append((change.strip(), study.with_figure(first, figure.strip(), _value(first, figure.strip(), value))))
    loaded += [(f"without {unit}", study.without(first, unit)) for unit in without]
    return study.compare(
        loaded,
        replicates=replicates,
        seed=first.study.seed if seed is None else seed,
        n_doubt=doubt,
        workers=processors() if workers is None else workers,
        progress=progress,
    )


def study(
    kind: str,
    scenario: str | Path,
    *,
    seed: int | None = None,
    workers: int | None = None,
    progress: "Tell" = None,
) -> Json:
    """Play a study of one scenario: "saturation" or "sensitivity".

    Raises
    ------
    CrenelError
        There is no such study, or the scenario is wrong.
    """
    if kind not in STUDIES:
        raise CrenelError(f'there is no study "{kind}". There are: {", ".join(STUDIES)}.')
    from crenel.studies.montecarlo import processors
    from crenel.studies.saturation import saturation
    from crenel.studies.sensitivity import sensitivity

    check_numbers(replicates=1, seed=seed, workers=workers)
    asked = load(scenario)
    play = {"saturation": saturation, "sensitivity": sensitivity}[kind]
    return play(
        asked,
        seed=asked.study.seed if seed is None else seed,
        workers=processors() if workers is None else workers,
        progress=progress,
    )


def backtest(*, seed: int = 1, workers: int | None = None, progress: "Tell" = None) -> Json:
    """Play the published raids whose defence is known in outline, and score what comes out."""
    from crenel.studies.backtest import backtest as play
    from crenel.studies.montecarlo import processors

    check_numbers(replicates=1, seed=seed, workers=workers)
    return play(seed=seed, workers=processors() if workers is None else workers, progress=progress)


def study_text(found: Mapping[str, Any]) -> str:
    """The answer of a study in plain text."""
    from crenel.report.study_page import study_text_of

    return study_text_of(found)


def check_study_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written, before anything is played for it."""
    from crenel.results.folder import check_writable

    check_writable(folder)


def write_study(found: Mapping[str, Any], folder: Path) -> Path:
    """Write `<study>.json` and `<study>.html`; the page."""
    from crenel.report.study_page import write_study as write_page
    from crenel.results.folder import write_json

    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / f"{found['study']}.json", found)
    return write_page(found, folder / f"{found['study']}.html")


def verify(run: str | Path, *, workers: int | None = None, progress: "Callable[[Any], None] | None" = None) -> Json:
    """Play a run again from what it holds, and say whether every digit is the same.

    Parameters
    ----------
    run : str or Path
        A run folder, or its `report.html`, which holds the case.
    workers : int, optional
    progress : callable, optional

    Returns
    -------
    dict
        `same`; `differs`: where not, with both values; `files`: files of the folder whose bytes differ; `crenel`:
        versions then and now.

    Raises
    ------
    CrenelError
        It is no run, or its scenario cannot be read again.
    """
    from crenel.results.differences import leaves
    from crenel.results.identity import version
    from crenel.studies import montecarlo

    path = Path(run)
    held = _held(path)
    summary = held["summary"]
    with TemporaryDirectory() as made:
        file = Path(made) / f"{summary['scenario']['name']}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(held["text"].encode())
        again = Path(made) / "again"
        montecarlo.run(
            _loaded_again(file, path),
            replicates=summary["replicates"],
            seed=summary["seed"],
            n_doubt=(summary.get("doubts") or {}).get("n_doubt", 0),
            workers=workers,
            out=again,
            progress=progress,
        )
        found = _held(again)["summary"]
        differs = [{"where": at, "then": one, "now": other} for at, one, other in leaves(summary, found)]
        files = _files_that_differ(path, again) if path.is_dir() else []
    return {
        "run": str(run),
        "same": not differs and not files,
        "differs": differs,
        "files": files,
        "crenel": {"then": summary["crenel"], "now": version()},
    }


def diff(first: str | Path, second: str | Path) -> Json:
    """What changed between two runs, figure by figure, and what that did to the answer.

    Parameters
    ----------
    first, second : str or Path
        Run folders, or their `report.html`.
    """
    from crenel.results.differences import differences

    return {
        "first": str(first),
        "second": str(second),
        **differences(*(_held(Path(one))["summary"] for one in (first, second))),
    }


def _held(path: Path) -> Json:
    """Summary and scenario of a run folder, or of a report."""
    from crenel.report.embedded import read_embedded
    from crenel.results.folder import read_summary

    if not path.exists():
        raise CrenelError(f"{path}: there is no such run. Name a run folder, or its report.html.")
    if path.is_dir():
        summary = read_summary(path)
        try:
            return {"summary": summary, "text": (path / "scenario.yaml").read_bytes().decode()}
        except (OSError, UnicodeDecodeError) as error:
            raise CrenelError(f"{path}/scenario.yaml cannot be read ({error}). Run it again.") from None
    return read_embedded(path)


def _loaded_again(file: Path, run: Path) -> Scenario[Bracket]:
    try:
        return load(file)
    except CrenelError as error:
        raise CrenelError(
            f"{run}: its scenario cannot be read again here: {error} Files that a scenario names must be reachable "
            "from anywhere (give them absolute paths) for a run to be verified."
        ) from None


def _files_that_differ(then: Path, now: Path) -> list[str]:
    found = []
    for base, other in ((then, now), (now, then)):
        for path in sorted(base.rglob("*")):
            name = path.relative_to(base)
            if path.is_dir() or name.parts[0] in _OUTSIDE_THE_PROMISE or str(name) in found:
                continue
            twin = other / name
            if not twin.is_file() or twin.read_bytes() != path.read_bytes():
                found.append(str(name))
    return found


def _value(scenario: Scenario[Bracket], figure: str, text: str) -> float:
    """A number in SI, or with a unit of the figure's own dimension."""
    from crenel.core import doubt
    from crenel.inputs.quantities import SI_UNITS, Dimension, quantity

    unit = next((one.unit for one in doubt.figures(scenario) if one.figure == figure), "1")
    kinds = {si: dimension for dimension, si in SI_UNITS.items() if dimension != "height"} | {"1": "fraction"}
    stripped = text.strip()
    try:
        return float(stripped)
    except ValueError:
        pass
    try:
        return quantity(stripped, cast("Dimension", kinds.get(unit, "number")))
    except ValueError as error:
        raise CrenelError(
            f'--set {figure}: "{stripped}" is no value of it ({error}). Write for example "8 s".'
        ) from None
