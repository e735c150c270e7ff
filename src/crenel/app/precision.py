"""A run to a wanted precision: a pilot, one number of raids, and what is left open."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crenel.app.runs import DEFAULT_DOUBT, check_numbers, load, run
from crenel.core.records import Bracket, CrenelError, Scenario

if TYPE_CHECKING:
    from crenel.results.record import Results
    from crenel.studies.montecarlo import Progress

_LEAST_POINTS, _MOST_POINTS = 0.001, 50.0


@dataclass(frozen=True)
class Precise:
    """A run to a wanted precision, and in words how many raids it took and what is left."""

    results: "Results"
    told: str


def run_to(
    scenario: Scenario[Bracket] | str | Path,
    half_width_points: float,
    *,
    seed: int | None = None,
    doubt: int = DEFAULT_DOUBT,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: "Callable[[Progress], None] | None" = None,
) -> Precise:
    """Play as many raids as a half-width by chance takes: a pilot of 4,000 fixes their number once.

    Parameters
    ----------
    scenario : Scenario, str or Path
    half_width_points : float [percentage points]
        Of the 95 % interval of the leak share by chance. What is not published is not reduced by any number of raids.
    seed, doubt, workers, out, progress
        As for `run`; the pilot is the beginning of the run.

    Raises
    ------
    CrenelError
        As `run`, and for a half-width that nobody can want.
    """
    from crenel.results.parts import layout, rounded_up
    from crenel.studies.stopping import PILOT, raids_needed

    if not _LEAST_POINTS <= half_width_points <= _MOST_POINTS:
        raise CrenelError(
            f"--half-width {half_width_points:g} must lie between {_LEAST_POINTS:g} and {_MOST_POINTS:g} points of the "
            'leak share. Write for example "--half-width 0.5".'
        )
    check_numbers(replicates=PILOT, seed=seed, workers=workers, doubt=doubt)
    asked = scenario if isinstance(scenario, Scenario) else load(scenario)
    run_layout = layout(doubt)
    n_pilot = rounded_up(PILOT, run_layout)
    held = _held(out, n_pilot)
    pilot = run(
        asked, replicates=max(n_pilot, held), seed=seed, doubt=doubt, workers=workers, out=out, progress=progress
    )
    first = pilot.outcomes.filter(pilot.outcomes["replicate"] < n_pilot)
    needed = raids_needed(first, run_layout, n_threats=asked.n_threats, half_width=half_width_points / 100.0)
    results = pilot
    if needed.replicates > max(n_pilot, held):
        results = run(
            asked, replicates=needed.replicates, seed=seed, doubt=doubt, workers=workers, out=out, progress=progress
        )
    share = results.answer["leak_share"]
    reached = 50.0 * (share["dice"][1] - share["dice"][0])
    told = (
        f"a pilot of {n_pilot:,} raids asked for {results.answer['replicates']:,} in all: "
        f"{100.0 * share['mean']:.2f} % get through, to ± {reached:.2g} points by chance"
    )
    if share.get("doubt"):
        low, high = (100.0 * end for end in share["doubt"])
        told += f"; what is not published still leaves {low:.2g} to {high:.2g} %, and no number of raids narrows that"
    if not needed.reachable:
        told += (
            f". {half_width_points:g} points are out of reach: the ways that threats come leave more than that. Ask "
            f"for more of them, with --doubt {max(128, 2 * doubt)}"
        )
    return Precise(results, f"{told}.")


def _held(out: str | Path | None, n_pilot: int) -> int:
    """Raids that the folder holds already: the pilot must not ask for fewer."""
    from crenel.results.folder import held_replicates

    return n_pilot if out is None else max(n_pilot, held_replicates(Path(out)))
