"""Many raids on one question: play them on threads, part by part, and count.

Workers are threads over compiled code that holds no lock; what a part holds depends on nothing but its number.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from crenel import engine, world
from crenel.core import doubt
from crenel.core.records import Bracket, CrenelError, Scenario
from crenel.results import folder, identity, summary, tables
from crenel.results.counts import CURVE_P, Counts, Tally, count, tally
from crenel.results.folder import RunFolder
from crenel.results.parts import N_BLOCKS, Part, parts, rounded_up
from crenel.results.record import Results
from crenel.studies import evidence
from crenel.studies.answer import answer

__all__ = ["Progress", "Results", "run"]

_LOG = logging.getLogger(__name__)

N_PASSES: Final = 64
MAX_SEED: Final = 2**63 - 1

_ROWS_PER_CALL: Final = 20_000
"""Threats played between two looks at whether to stop: well under a second."""

_NEWS_S: Final = 0.2
"""How often progress is told."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `left_s` is None until it can be told."""

    done: int
    total: int
    elapsed_s: float
    left_s: float | None


class _Stopped(Exception):  # noqa: N818 - not an error: a part was given up half-way
    """A worker was told to stop."""


@dataclass(slots=True)
class _Meter:
    """What the workers have done, as they go; each field is written under the lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    stop: threading.Event = field(default_factory=threading.Event)
    stated: int = 0
    """Raids played at the stated kill probabilities."""
    stated_s: float = 0.0
    """Seconds that threads spent in playing them; fighting them again along the curve is not in it."""

    def add(self, n_raids: int, seconds: float) -> None:
        """Note one call of play."""
        with self.lock:
            self.stated += n_raids
            self.stated_s += seconds


@dataclass(frozen=True, slots=True)
class _Question:
    """One run, decided in every number."""

    scenario: Scenario[Bracket]
    seed: int
    replicates: int
    workers: int

    @property
    def n_threats(self) -> int:
        return self.scenario.n_threats

    @property
    def parts(self) -> tuple[Part, ...]:
        return parts(replicates=self.replicates, n_threats=self.n_threats)

    @property
    def rows(self) -> tuple[evidence.Row, ...]:
        """By which units the raids are fought once more."""
        return evidence.rows(self.scenario)


def run(
    scenario: Scenario[Bracket],
    *,
    replicates: int = 6400,
    seed: int | None = None,
    workers: int | None = None,
    out: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Results:
    """Play a scenario's raid many times at the central values of its figures, and count.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    replicates : int
        Raids in all, rounded up to a multiple of 16 blocks.
    seed : int, optional
        0 to 2**63 - 1; the scenario's own by default. The same seed gives the same bytes for any number of workers.
    workers : int, optional
        Threads; one for each processor by default.
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
    asked = _Question(
        scenario=scenario,
        seed=scenario.study.seed if seed is None else seed,
        replicates=rounded_up(replicates),
        workers=_processors() if workers is None else workers,
    )
    _check(asked)
    question: dict[str, Any] = {}
    if out is not None:
        out = Path(out)
        question = identity.question(scenario, asked.seed)
        if _state(out, question, asked) == "complete":
            _LOG.info("%s holds the answer already", out)
            return Results(out, folder.read_summary(out), folder.read_timing(out).get("raids_per_second"))
    built = world.build(scenario)
    engine.warm()  # here, on the calling thread: never compile in a worker
    prepared = _prepare(asked, built)
    if out is None:
        return _in_memory(asked, prepared, built, progress)
    manifest = identity.manifest(
        scenario, question, replicates=asked.replicates, n_passes=N_PASSES, tables=identity.tables_hash(prepared)
    )
    with folder.opened(out, manifest, scenario) as opened:
        # Another run may have come first while this one was preparing.
        if _state(out, question, asked) != "complete":
            _in_folder(asked, prepared, built, opened, progress)
    return Results(out, folder.read_summary(out), folder.read_timing(out).get("raids_per_second"))


def _in_memory(
    asked: _Question, prepared: tuple[Any, ...], built: Any, progress: Callable[[Progress], None] | None
) -> Results:
    frames: dict[int, pl.DataFrame] = {}
    tallies: dict[int, Tally] = {}

    def keep(part: Part, frame: pl.DataFrame, beside: Tally) -> None:
        frames[part.number] = frame
        tallies[part.number] = beside

    meter = _Meter()
    _play_all(asked, prepared, asked.parts, keep=keep, meter=meter, progress=progress)
    counts = reduce(add, (_count(asked, frames[part.number], tallies[part.number]) for part in asked.parts))
    every = tuple(frames[part.number] for part in asked.parts)
    return Results(None, _answer(asked, counts, prepared, built), _rate(asked, meter, len(asked.parts)), every)


def _in_folder(
    asked: _Question,
    prepared: tuple[Any, ...],
    built: Any,
    opened: RunFolder,
    progress: Callable[[Progress], None] | None,
) -> None:
    missing = tuple(part for part in asked.parts if not opened.has(part, n_threats=asked.n_threats))
    _LOG.info(
        "%s: %d raids of %d threats, seed %d; %d of %d parts to play",
        asked.scenario.name,
        asked.replicates,
        asked.n_threats,
        asked.seed,
        len(missing),
        len(asked.parts),
    )

    def keep(part: Part, frame: pl.DataFrame, beside: Tally) -> None:
        opened.write_part(part, outcomes=tables.parquet_bytes(frame), tally=beside)

    before = folder.read_timing(opened.path)
    meter = _Meter()
    started = time.perf_counter()
    try:
        _play_all(asked, prepared, missing, keep=keep, meter=meter, progress=progress)
    finally:
        _write_timing(opened, before, asked, meter, n_parts=len(missing), seconds=time.perf_counter() - started)
    read = ((opened.read_outcomes(part), opened.read_tally(part)) for part in asked.parts)
    counts = reduce(add, (_count(asked, frame, beside) for frame, beside in read))
    folder.write_json(opened.path / "summary.json", _answer(asked, counts, prepared, built))
    _LOG.info("%s: complete", asked.scenario.name)


def _play_all(
    asked: _Question,
    prepared: tuple[Any, ...],
    missing: tuple[Part, ...],
    *,
    keep: Callable[[Part, pl.DataFrame, Tally], None],
    meter: _Meter,
    progress: Callable[[Progress], None] | None,
) -> None:
    """Play some parts on threads; each is kept by the thread that played it."""
    before = asked.replicates - sum(part.n_replicates for part in missing)
    started = time.perf_counter()

    def tell() -> None:
        if progress is not None:
            progress(_progress(asked, meter, before, time.perf_counter() - started))

    def work(part: Part) -> None:
        frame, beside = _play(prepared[part.block], part, asked, meter)
        keep(part, frame, beside)

    tell()
    pool = ThreadPoolExecutor(asked.workers, thread_name_prefix="crenel")
    try:
        for done in _in_flight(pool, work, missing, asked.workers):
            for future in done:
                future.result()
            tell()
    finally:
        meter.stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _in_flight(
    pool: ThreadPoolExecutor, work: Callable[[Part], None], missing: tuple[Part, ...], workers: int
) -> Iterator[set[Future[None]]]:
    """Keep at most two parts for each worker in flight; yield what has finished, often empty, some times a second."""
    waiting = iter(missing)
    flying: set[Future[None]] = set()
    while True:
        for part in waiting:
            flying.add(pool.submit(work, part))
            if len(flying) >= 2 * workers:
                break
        if not flying:
            return
        done, flying = wait(flying, timeout=_NEWS_S, return_when=FIRST_COMPLETED)
        yield done


def _play(prepared: Any, part: Part, asked: _Question, meter: _Meter) -> tuple[pl.DataFrame, Tally]:
    """Outcomes of one part, and what is counted of it along the curve and the ladder of evidence."""
    stated, again, fewer = [], [], []
    fought = asked.rows
    present = evidence.presence_array(fought)
    for piece in _pieces(part, asked):
        if meter.stop.is_set():
            raise _Stopped
        started = time.perf_counter()
        stated.append(engine.play(prepared, seed=asked.seed, replicates=piece))
        meter.add(piece.size, time.perf_counter() - started)
        again.append(engine.fight_again(prepared, seed=asked.seed, replicates=piece, curve=np.array(CURVE_P)))
        if fought:
            fewer.append(engine.fight_present(prepared, seed=asked.seed, replicates=piece, presence=present))
    played = engine.Played(*map(np.concatenate, zip(*stated, strict=True)))
    refought = engine.Refought(*map(np.concatenate, zip(*again, strict=True)))
    beside = tally(
        part,
        unit_rounds=played.unit_rounds.sum(axis=0, dtype=np.int64).tolist(),
        looks=(
            int(played.fallback_looks.sum(dtype=np.int64)),
            int(prepared.looks["made"].sum(axis=2)[played.group, played.passed].sum(dtype=np.int64)),
        ),
        curve_leaks=refought.leaks.astype(np.int64),
        floor_causes=refought.causes[:, -1].sum(axis=0, dtype=np.int64),
        evidence_leaks={row.name: leaks for row, leaks in zip(fought, np.concatenate(fewer).T, strict=True)}
        if fought
        else {},
    )
    return tables.outcome_table(part, played), beside


def _pieces(part: Part, asked: _Question) -> Iterator[NDArray[np.int64]]:
    """The replicates of a part in small pieces, so that a stop is heard soon."""
    replicates = part.replicates()
    length = max(1, _ROWS_PER_CALL // asked.n_threats)
    for first in range(0, replicates.size, length):
        yield replicates[first : first + length]


def _prepare(asked: _Question, built: Any) -> tuple[Any, ...]:
    """The tables of every block."""
    case = doubt.resolve(asked.scenario)
    pool = ThreadPoolExecutor(asked.workers, thread_name_prefix="crenel")
    try:
        futures = [
            pool.submit(engine.prepare, case, built, seed=asked.seed, block=block, n_passes=N_PASSES)
            for block in range(N_BLOCKS)
        ]
        return tuple(future.result() for future in futures)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _count(asked: _Question, frame: pl.DataFrame, beside: Tally) -> Counts:
    scenario = asked.scenario
    return count(frame, beside, n_threats=asked.n_threats, n_groups=len(scenario.groups), n_units=len(scenario.units))


def _answer(asked: _Question, counts: Counts, prepared: tuple[Any, ...], built: Any) -> dict[str, Any]:
    outside_m = np.mean([block.groups["outside_m"] for block in prepared], axis=0).tolist()
    return answer(
        asked.scenario,
        counts,
        heading=summary.heading(asked.scenario, seed=asked.seed, replicates=asked.replicates, n_passes=N_PASSES),
        grounds=summary.grounds(
            asked.scenario,
            notes=built.notes,
            told=built.told(),
            outside_m=outside_m,
        ),
    )


def _state(out: Path, question: dict[str, Any], asked: _Question) -> folder.State:
    return folder.state(out, question, replicates=asked.replicates, n_threats=asked.n_threats)


def _check(asked: _Question) -> None:
    if asked.workers < 1:
        raise CrenelError(f"{asked.workers} workers play nothing. Ask for at least one: --workers 1.")
    if not 0 <= asked.seed <= MAX_SEED:
        raise CrenelError(f"the seed {asked.seed} is out of range. Choose one from 0 to {MAX_SEED}: --seed 1.")
    if asked.n_threats < 1:
        raise CrenelError(f"{asked.scenario.name}: no threat comes. Give the raid a group with a count of at least 1.")


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _progress(asked: _Question, meter: _Meter, before: int, elapsed_s: float) -> Progress:
    done = before + meter.stated
    left_s = elapsed_s * (asked.replicates - done) / meter.stated if meter.stated > 0 else None
    return Progress(done, asked.replicates, elapsed_s, left_s)


def _rate(asked: _Question, meter: _Meter, n_parts: int) -> float | None:
    """Raids per second of play time: threads that play side by side share the seconds."""
    if meter.stated_s <= 0.0:
        return None
    return meter.stated * min(asked.workers, max(1, n_parts)) / meter.stated_s


def _write_timing(
    opened: RunFolder, before: dict[str, Any], asked: _Question, meter: _Meter, *, n_parts: int, seconds: float
) -> None:
    """Clock times, in a file of their own: they stand outside the promise of equal bytes."""
    rate = _rate(asked, meter, n_parts)
    session = {"raids": meter.stated, "workers": asked.workers, "seconds": seconds, "raids_per_second": rate}
    folder.write_json(
        opened.path / "timing.json",
        {
            "raids_per_second": before.get("raids_per_second") if rate is None else rate,
            "sessions": [*before.get("sessions", []), session],
        },
    )
