"""Parts of a run, played on threads: workers share one process, and compiled code holds no lock."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from crenel import engine
from crenel.core import doubt
from crenel.core.records import Bracket, Case, Scenario
from crenel.results import decoys, tables
from crenel.results.counts import CURVE_P, Tally, tally
from crenel.results.parts import Layout, Part, layout, parts
from crenel.studies import doubting, evidence

T = TypeVar("T")

PASSES: Final = 64
"""Ways for every group to come, in each block of a run without doubts."""

PASSES_IN_DOUBT: Final = 32
"""In each block of a run with doubts: there are so many more blocks that all in all there are more ways."""

REFOUGHT: Final = 65_536
"""Raids that are fought again along the curve and for the ladder, in all: more would not be seen in either."""

_ROWS_PER_CALL: Final = 20_000
"""Threats played between two looks at whether to stop: well under a second."""

_CORNER_RAIDS: Final = (256, 4096)
"""At least and at most at each corner."""
_CORNER_BLOCKS: Final = 8
_CORNERS_FROM: Final = 2**30
"""Numbers of the raids at the corners: beyond those of any run."""

_NEWS_S: Final = 0.2
"""How often progress is told."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `left_s` is None until it can be told."""

    done: int
    total: int
    elapsed_s: float
    left_s: float | None


class Stopped(Exception):  # noqa: N818 - not an error: a part was given up half-way
    """A worker was told to stop."""


@dataclass(slots=True)
class Meter:
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


@dataclass(frozen=True)
class Question:
    """One run, decided in every number."""

    scenario: Scenario[Bracket]
    seed: int
    replicates: int
    workers: int
    n_doubt: int = 0
    among: tuple[str, ...] = ()

    @property
    def n_threats(self) -> int:
        """Threats in one raid."""
        return self.scenario.n_threats

    @property
    def n_passes(self) -> int:
        """Ways for every group to come, in each block."""
        return PASSES_IN_DOUBT if self.n_doubt else PASSES

    @property
    def run(self) -> Layout:
        """Points and blocks."""
        return layout(self.n_doubt)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every part."""
        return parts(replicates=self.replicates, n_threats=self.n_threats, run=self.run)

    @property
    def corner_raids(self) -> int:
        """Raids at each corner of the doubt: as many as at any other point, within reason."""
        least, most = _CORNER_RAIDS
        wanted = min(max(self.replicates // self.run.n_points, least), most)
        return wanted // _CORNER_BLOCKS * _CORNER_BLOCKS

    @cached_property
    def rows(self) -> tuple[evidence.Row, ...]:
        """By which units the raids are fought once more."""
        return evidence.rows(self.scenario)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What raids are played on. Without doubts the tables of all blocks; with them each part prepares its own."""

    asked: Question
    built: Any
    design: doubting.Design
    every: tuple[Any, ...]
    central: tuple[Any, ...]
    """Tables of some blocks at the central values: what tells apart two machines, and how long routes lie outside."""

    def tables(self, block: int) -> Any:
        """The tables of a block."""
        if self.every:
            return self.every[block]
        point = block // self.asked.run.blocks_per_point
        return _tables(self.asked, doubting.case_at(self.asked.scenario, self.design, point), self.built, block)


def prepare(asked: Question, built: Any) -> Prepared:
    """What the raids of a question are played on."""
    design = doubting.designed(asked.scenario, built, seed=asked.seed, n_doubt=asked.n_doubt, among=asked.among)
    central = doubt.resolve(asked.scenario)
    blocks = range(asked.run.n_blocks) if asked.n_doubt == 0 else range(1)
    every = tuple(on_threads(asked.workers, [_later(_tables, asked, central, built, block) for block in blocks]))
    return Prepared(asked, built, design, every if asked.n_doubt == 0 else (), every)


def _tables(asked: Question, case: Case, built: Any, block: int) -> Any:
    return engine.prepare(case, built, seed=asked.seed, block=block, n_passes=asked.n_passes)


def _later(function: Callable[..., T], *args: Any) -> Callable[[], T]:
    return lambda: function(*args)


def on_threads(workers: int, jobs: Sequence[Callable[[], T]]) -> Iterator[T]:
    """The results of some jobs, in their order."""
    pool = ThreadPoolExecutor(workers, thread_name_prefix="crenel")
    try:
        yield from [future.result() for future in [pool.submit(job) for job in jobs]]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def play_all(
    asked: Question,
    jobs: Sequence[Callable[[Meter], None]],
    *,
    before: int,
    meter: Meter,
    progress: Callable[[Progress], None] | None,
) -> None:
    """Do some jobs on threads; each keeps what it played itself.

    Parameters
    ----------
    asked : Question
    jobs : sequence of callable
    before : int
        Raids that need not be played.
    meter : Meter
    progress : callable, optional
    """
    started = time.perf_counter()

    def tell() -> None:
        if progress is not None:
            progress(_progress(asked, meter, before, time.perf_counter() - started))

    tell()
    pool = ThreadPoolExecutor(asked.workers, thread_name_prefix="crenel")
    try:
        for done in _in_flight(pool, [_later(job, meter) for job in jobs], asked.workers):
            for future in done:
                future.result()
            tell()
    finally:
        meter.stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _in_flight(
    pool: ThreadPoolExecutor, jobs: Sequence[Callable[[], None]], workers: int
) -> Iterator[set[Future[None]]]:
    """Keep at most two jobs for each worker in flight; yield what has finished, often empty, some times a second."""
    waiting = iter(jobs)
    flying: set[Future[None]] = set()
    while True:
        for job in waiting:
            flying.add(pool.submit(job))
            if len(flying) >= 2 * workers:
                break
        if not flying:
            return
        done, flying = wait(flying, timeout=_NEWS_S, return_when=FIRST_COMPLETED)
        yield done


def play_part(prepared: Prepared, part: Part, meter: Meter) -> tuple[pl.DataFrame, list[Tally]]:
    """Outcomes of one part, and what is counted of its blocks along the curve and the ladder of evidence."""
    played, tallies = [], []
    replicates = part.replicates().reshape(-1, part.n_blocks)
    for column, block in enumerate(part.blocks):
        found, beside = _play_block(prepared, part, block, np.ascontiguousarray(replicates[:, column]), meter)
        played.append(found)
        tallies.append(beside)
    together = [np.stack(arrays, axis=1) for arrays in zip(*played, strict=True)]
    whole = engine.Played(*(array.reshape(part.n_replicates, *array.shape[2:]) for array in together))
    return tables.outcome_table(part, whole), tallies


def _play_block(
    prepared: Prepared, part: Part, block: int, replicates: NDArray[np.int64], meter: Meter
) -> tuple[Any, Tally]:
    asked, made = prepared.asked, prepared.tables(block)
    point = prepared.design.points[part.point] if prepared.design.points else doubt.CENTRAL
    fought = evidence.drawn(asked.rows, asked.scenario, point)
    present = evidence.presence_array(fought)
    n_again = min(max(REFOUGHT // asked.run.n_blocks - part.first, 0), replicates.size)
    stated, again, fewer = [], [], []
    for first, piece in _pieces(replicates, asked):
        if meter.stop.is_set():
            raise Stopped
        started = time.perf_counter()
        stated.append(engine.play(made, seed=asked.seed, replicates=piece))
        meter.add(piece.size, time.perf_counter() - started)
        once_more = piece[: max(0, n_again - first)]
        if once_more.size:
            again.append(engine.fight_again(made, seed=asked.seed, replicates=once_more, curve=np.array(CURVE_P)))
        if fought and once_more.size:
            fewer.append(engine.fight_present(made, seed=asked.seed, replicates=once_more, presence=present))
    played = engine.Played(*map(np.concatenate, zip(*stated, strict=True)))
    none = (np.zeros((0, len(CURVE_P)), np.int64), np.zeros((0, len(CURVE_P), 1), np.int64))
    leaks, causes = map(np.concatenate, zip(*again, strict=True)) if again else none
    leaks_of_rows = np.concatenate(fewer).T if fewer else np.zeros((len(fought), 0), np.int64)
    beside = tally(
        block,
        n_raids=replicates.size,
        unit_rounds=played.unit_rounds.sum(axis=0, dtype=np.int64).tolist(),
        looks=(
            int(played.fallback_looks.sum(dtype=np.int64)),
            int(made.looks["made"].sum(axis=2)[played.group, played.passed].sum(dtype=np.int64)),
        ),
        curve_leaks=leaks.astype(np.int64),
        floor_causes=causes[:, -1].sum(axis=0, dtype=np.int64),
        evidence_leaks={row.name: found for row, found in zip(fought, leaks_of_rows, strict=True)},
    )
    return played, beside


def play_corner(prepared: Prepared, name: str, meter: Meter) -> dict[str, Any]:
    """What leaks at a corner of the doubt, block by block; none of its raids stands in a table."""
    asked = prepared.asked
    number = doubting.CORNERS.index(name)
    case = doubt.resolve(asked.scenario, doubting.corner(asked.scenario, prepared.design, name))
    counted: dict[str, Any] = {"corner": name, "raids": [], "leaks": [], "no_leak": []}
    for b in range(_CORNER_BLOCKS):
        made = _tables(asked, case, prepared.built, asked.run.n_blocks + number * _CORNER_BLOCKS + b)
        index = np.arange(asked.corner_raids // _CORNER_BLOCKS, dtype=np.int64) * _CORNER_BLOCKS + b
        leaks = []
        for _, piece in _pieces(_CORNERS_FROM + index * len(doubting.CORNERS) + number, asked):
            if meter.stop.is_set():
                raise Stopped
            found = engine.play(made, seed=asked.seed, replicates=piece)
            leaks.append(((found.cause >= 0) & decoys.real(asked.scenario.groups)).sum(axis=1))
        every = np.concatenate(leaks)
        counted["raids"].append(int(every.size))
        counted["leaks"].append(int(every.sum()))
        counted["no_leak"].append(int((every == 0).sum()))
    return counted


def _pieces(replicates: NDArray[np.int64], asked: Question) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Replicates in small pieces with the place of each, so that a stop is heard soon."""
    length = max(1, _ROWS_PER_CALL // asked.n_threats)
    for first in range(0, replicates.size, length):
        yield first, replicates[first : first + length]


def _progress(asked: Question, meter: Meter, before: int, elapsed_s: float) -> Progress:
    done = before + meter.stated
    left_s = elapsed_s * (asked.replicates - done) / meter.stated if meter.stated > 0 else None
    return Progress(done, asked.replicates, elapsed_s, left_s)


def rate(asked: Question, meter: Meter, n_parts: int) -> float | None:
    """Raids per second of play time: threads that play side by side share the seconds."""
    if meter.stated_s <= 0.0:
        return None
    return meter.stated * min(asked.workers, max(1, n_parts)) / meter.stated_s
