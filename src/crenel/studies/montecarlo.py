"""Many raids on one question: play them on threads, part by part, and count.

Workers are threads over compiled code that holds no lock; what a part holds depends on nothing but its number.
"""

import logging
import os
import time
from collections.abc import Callable, Mapping
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from crenel import engine, world
from crenel.core.records import Bracket, CrenelError, Scenario
from crenel.results import folder, identity, summary, tables
from crenel.results.counts import Counts, Tally, count
from crenel.results.decoys import n_real
from crenel.results.folder import RunFolder
from crenel.results.parts import Part, layout, rounded_up
from crenel.results.record import Results
from crenel.studies import doubting
from crenel.studies.answer import answer
from crenel.studies.playing import Meter, Prepared, Progress, Question, play_all, play_corner, play_part, prepare, rate

__all__ = ["Progress", "Results", "run"]

_LOG = logging.getLogger(__name__)

MAX_SEED: Final = 2**63 - 1
MAX_DOUBT: Final = 4096

Corners = dict[str, Mapping[str, Any]]


def run(
    scenario: Scenario[Bracket],
    *,
    replicates: int = 6400,
    seed: int | None = None,
    workers: int | None = None,
    n_doubt: int = 0,
    among: tuple[str, ...] = (),
    out: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Results:
    """Play a scenario's raid many times, and count.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    replicates : int
        Raids in all, rounded up to a multiple of the blocks: 16, or two for each point of the doubt.
    seed : int, optional
        0 to 2**63 - 1; the scenario's own by default. The same seed gives the same bytes for any number of workers.
    workers : int, optional
        Threads; one for each processor by default.
    n_doubt : int
        Over how many settings of what nobody published; 0 is the central value of every figure.
    among : tuple of str
        Names of more doubts, of scenarios that this one is compared with: what they share takes the same values.
    out : Path, optional
        Run folder. What a killed run left there goes on, a complete one answers at once. Without it nothing is written
        and all outcomes stay in memory.
    progress : callable, optional
        Called on this thread, some times a second, from when the folder is open.

    Returns
    -------
    Results

    Raises
    ------
    CrenelError
        If a number is out of range, the terrain is wrong, or the folder holds something else.
    KeyboardInterrupt
        Within a second of Ctrl-C. Finished parts stay; the same call goes on from there.
    """
    asked = Question(
        scenario=scenario,
        seed=scenario.study.seed if seed is None else seed,
        replicates=rounded_up(replicates, layout(_checked(n_doubt))),
        workers=processors() if workers is None else workers,
        n_doubt=n_doubt,
        among=among,
    )
    _check(asked)
    question: dict[str, Any] = {}
    if out is not None:
        out = Path(out)
        question = identity.question(scenario, asked.seed, n_doubt)
        if _state(out, question, asked) == "complete":
            _LOG.info("%s holds the answer already", out)
            return Results(out, folder.read_summary(out), folder.read_timing(out).get("raids_per_second"))
    built = world.build(scenario)
    engine.warm()  # here, on the calling thread: never compile in a worker
    prepared = prepare(asked, built)
    if out is None:
        return _in_memory(asked, prepared, progress)
    manifest = identity.manifest(
        scenario,
        question,
        replicates=asked.replicates,
        n_passes=asked.n_passes,
        tables=identity.tables_hash(prepared.central),
    )
    with folder.opened(out, manifest, scenario) as opened:
        # Another run may have come first while this one was preparing.
        if _state(out, question, asked) != "complete":
            _in_folder(asked, prepared, opened, progress)
    return Results(out, folder.read_summary(out), folder.read_timing(out).get("raids_per_second"))


def _in_memory(asked: Question, prepared: Prepared, progress: Callable[[Progress], None] | None) -> Results:
    frames: dict[int, pl.DataFrame] = {}
    tallies: dict[int, list[Tally]] = {}
    corners: Corners = {}

    def play(part: Part) -> Callable[[Meter], None]:
        def job(meter: Meter) -> None:
            frames[part.number], tallies[part.number] = play_part(prepared, part, meter)

        return job

    def visit(name: str) -> Callable[[Meter], None]:
        def job(meter: Meter) -> None:
            corners[name] = play_corner(prepared, name, meter)

        return job

    meter = Meter()
    jobs = [*(play(part) for part in asked.parts), *(visit(name) for name in _corners(asked))]
    play_all(asked, jobs, before=0, meter=meter, progress=progress)
    counts = reduce(add, (_count(asked, frames[part.number], tallies[part.number]) for part in asked.parts))
    every = tuple(frames[part.number] for part in asked.parts)
    found = _answer(asked, counts, prepared, corners)
    return Results(None, found, rate(asked, meter, len(asked.parts)), every)


def _in_folder(
    asked: Question, prepared: Prepared, opened: RunFolder, progress: Callable[[Progress], None] | None
) -> None:
    missing = tuple(part for part in asked.parts if not opened.has(part, n_threats=asked.n_threats))
    unvisited = [name for name in _corners(asked) if opened.read_corner(name, n_raids=asked.corner_raids) is None]
    _LOG.info(
        "%s: %d raids of %d threats, seed %d, %d points of doubt; %d of %d parts to play",
        asked.scenario.name,
        asked.replicates,
        asked.n_threats,
        asked.seed,
        asked.n_doubt,
        len(missing),
        len(asked.parts),
    )

    def play(part: Part) -> Callable[[Meter], None]:
        def job(meter: Meter) -> None:
            frame, beside = play_part(prepared, part, meter)
            opened.write_part(part, outcomes=tables.parquet_bytes(frame), tally=beside)

        return job

    def visit(name: str) -> Callable[[Meter], None]:
        return lambda meter: opened.write_corner(name, play_corner(prepared, name, meter))

    earlier = folder.read_timing(opened.path)
    meter = Meter()
    started = time.perf_counter()
    before = asked.replicates - sum(part.n_replicates for part in missing)
    jobs = [*(play(part) for part in missing), *(visit(name) for name in unvisited)]
    try:
        play_all(asked, jobs, before=before, meter=meter, progress=progress)
    finally:
        _write_timing(opened, earlier, asked, meter, n_parts=len(missing), seconds=time.perf_counter() - started)
    read = ((opened.read_outcomes(part), opened.read_tally(part)) for part in asked.parts)
    counts = reduce(add, (_count(asked, frame, beside) for frame, beside in read))
    corners: Corners = {name: opened.read_corner(name, n_raids=asked.corner_raids) or {} for name in _corners(asked)}
    if asked.n_doubt:
        content = doubting.written(asked.scenario, prepared.design, counts, asked.run, corners)
        folder.write_json(opened.path / "doubts.json", content)
    folder.write_json(opened.path / "summary.json", _answer(asked, counts, prepared, corners))
    _LOG.info("%s: complete", asked.scenario.name)


def _corners(asked: Question) -> tuple[str, ...]:
    return doubting.CORNERS if asked.n_doubt else ()


def _count(asked: Question, frame: pl.DataFrame, beside: list[Tally]) -> Counts:
    scenario = asked.scenario
    return count(
        frame,
        beside,
        n_threats=asked.n_threats,
        n_groups=len(scenario.groups),
        n_units=len(scenario.units),
        n_blocks=asked.run.n_blocks,
        decoys=[group.decoy for group in scenario.groups],
    )


def _answer(asked: Question, counts: Counts, prepared: Prepared, corners: Corners) -> dict[str, Any]:
    outside_m = np.mean([block.groups["outside_m"] for block in prepared.central], axis=0).tolist()
    built = prepared.built
    return answer(
        asked.scenario,
        counts,
        heading=summary.heading(
            asked.scenario,
            seed=asked.seed,
            replicates=asked.replicates,
            n_passes=asked.n_passes,
            n_blocks=asked.run.n_blocks,
        ),
        grounds=summary.grounds(
            asked.scenario,
            notes=built.notes,
            told=built.told(),
            outside_m=outside_m,
            n_doubt=asked.n_doubt,
            fallback_share=int(counts.looks[0]) / max(1, int(counts.looks[1])),
        ),
        doubts=doubting.told(asked.scenario, prepared.design, counts, asked.run, corners),
        n_points=asked.run.n_points,
    )


def _state(out: Path, question: dict[str, Any], asked: Question) -> folder.State:
    return folder.state(out, question, replicates=asked.replicates, n_threats=asked.n_threats)


def _checked(n_doubt: int) -> int:
    if n_doubt != 0 and not 2 <= n_doubt <= MAX_DOUBT:
        raise CrenelError(
            f"{n_doubt} points of the doubt tell nothing. Ask for 2 to {MAX_DOUBT}, or 0 for the central values: "
            "--doubt 64 is the usual number."
        )
    return n_doubt


def _check(asked: Question) -> None:
    if asked.workers < 1:
        raise CrenelError(f"{asked.workers} workers play nothing. Ask for at least one: --workers 1.")
    if not 0 <= asked.seed <= MAX_SEED:
        raise CrenelError(f"the seed {asked.seed} is out of range. Choose one from 0 to {MAX_SEED}: --seed 1.")
    if asked.n_threats < 1:
        raise CrenelError(f"{asked.scenario.name}: no threat comes. Give the raid a group with a count of at least 1.")
    if n_real(asked.scenario.groups) < 1:
        raise CrenelError(
            f"{asked.scenario.name}: only decoys come, so nothing can get through. Give the raid a group that is none: "
            "leave out decoy: true."
        )


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _write_timing(
    opened: RunFolder, before: dict[str, Any], asked: Question, meter: Meter, *, n_parts: int, seconds: float
) -> None:
    """Clock times, in a file of their own: they stand outside the promise of equal bytes."""
    found = rate(asked, meter, n_parts)
    session = {"raids": meter.stated, "workers": asked.workers, "seconds": seconds, "raids_per_second": found}
    folder.write_json(
        opened.path / "timing.json",
        {
            "raids_per_second": before.get("raids_per_second") if found is None else found,
            "sessions": [*before.get("sessions", []), session],
        },
    )
