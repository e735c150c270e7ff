"""What is counted: whole numbers per block, from outcome tables and from the tallies of the kill-probability curve."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from crenel.core.records import CAME_DOWN, CAUSES, FATES
from crenel.results.tables import LEAKED, STOPPED

Ints: TypeAlias = NDArray[np.int64]

CURVE_P: Final = tuple(i / 10 for i in range(11))
"""Kill probabilities of the curve; the last one is the floor."""

SECTOR_DEG: Final = 30
N_SECTORS: Final = 360 // SECTOR_DEG

Tally: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Counts:
    """Whole numbers of one part or of many; counts add up."""

    raids: Ints
    """(B,) raids played."""
    leaks: Ints
    """(B, G) threats that leaked."""
    no_leak: Ints
    """(B,) raids without a leak."""
    raids_by_leaks: Ints
    """(B, T + 1) raids with 0, 1, ... leaks."""
    fates: Ints
    """(fate,) threats."""
    causes: Ints
    """(cause,) leaks."""
    stopped_by: Ints
    """(U,) threats that each unit stopped."""
    sector_threats: Ints
    """(B, sector) threats by where they came from."""
    sector_raids: Ints
    """(sector,) raids in which any threat came from there"""
    sector_leaks: Ints
    """(B, sector)"""
    sector_causes: Ints
    """(sector, cause)"""
    came_down: Ints
    """(G, fate, came_down) threats that did not leak."""
    decoy_leaks: Ints
    """(B, G) decoys that got through; in nothing above but `came_down`."""
    decoy_fired: Ints
    """(2,) missiles and bursts fired at decoys."""
    fired: Ints
    """(2,) missiles, bursts; at decoys too."""
    unit_rounds: Ints
    """(U,) missiles fired by each unit; (0,) where nobody counted them."""
    looks: Ints
    """(2,) radar looks rolled one by one after a loss; looks on all ways that were flown."""
    refought: Ints
    """(B,) raids that were fought again, along the curve and with the units of each row of the evidence."""
    curve_leaks: Ints
    """(p, B) threats that leaked if every shot killed with p."""
    curve_no_leak: Ints
    """(p, B) raids without a leak then."""
    floor_causes: Ints
    """(cause,) leaks at p = 1."""
    evidence_leaks: Ints
    """(row, B) threats that leaked with the units of each row of the evidence, at the stated kill probabilities."""
    evidence_no_leak: Ints
    """(row, B) raids without a leak then."""

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


def tally(
    block: int,
    *,
    n_raids: int,
    unit_rounds: Sequence[int],
    looks: tuple[int, int],
    curve_leaks: Ints,
    floor_causes: Ints,
    evidence_leaks: Mapping[str, Ints],
) -> Tally:
    """What is kept of one block of a part beside its outcomes: whole numbers, ready for JSON.

    Parameters
    ----------
    block, n_raids : int
        Which block, and how many of its raids.
    unit_rounds : sequence of int
        (U,) missiles fired by each unit; empty if nobody counted them.
    looks : (int, int)
        Radar looks rolled one by one after a loss, and looks on all ways that were flown.
    curve_leaks : (R, P) int
        Leaks of each raid that was fought again, at each of `CURVE_P`.
    floor_causes : (C,) int
        Their causes at the last of them.
    evidence_leaks : mapping of str to (R,) int
        Leaks of each raid with the units of each row of the evidence, by the name of the row.
    """
    points = [
        {"p": p, "leaks": int(leaks.sum()), "no_leak": int((leaks == 0).sum())}
        for p, leaks in zip(CURVE_P, curve_leaks.T, strict=True)
    ]
    return {
        "block": block,
        "raids": n_raids,
        "refought": len(curve_leaks),
        "unit_rounds": list(unit_rounds),
        "fallback_looks": looks[0],
        "looks": looks[1],
        "curve": points,
        "floor_causes": dict(zip(CAUSES, floor_causes.tolist(), strict=True)),
        "evidence": [
            {"row": name, "leaks": int(leaks.sum()), "no_leak": int((leaks == 0).sum())}
            for name, leaks in evidence_leaks.items()
        ],
    }


def count(
    frame: pl.DataFrame,
    beside: Sequence[Mapping[str, Any]],
    *,
    n_threats: int,
    n_groups: int,
    n_units: int,
    n_blocks: int,
    decoys: Sequence[bool] = (),
) -> Counts:
    """Counts of one part.

    Parameters
    ----------
    frame : DataFrame
        Its outcomes, sorted by replicate and threat.
    beside : sequence of mapping
        The tallies of its blocks.
    n_threats, n_groups, n_units : int
        Of the scenario.
    n_blocks : int
        Of the whole run.
    decoys : sequence of bool
        (G,) which groups are decoys; empty if none is.
    """
    held = frame["block"].to_numpy() if len(beside) > 1 else None
    found: Counts | None = None
    for one in beside:
        rows = frame if held is None else frame.filter(held == one["block"])
        more = _of_block(rows, one, (n_threats, n_groups, n_units, n_blocks), decoys)
        found = more if found is None else found + more
    assert found is not None
    return found


def _of_block(
    whole: pl.DataFrame, beside: Mapping[str, Any], sizes: tuple[int, int, int, int], decoys: Sequence[bool]
) -> Counts:
    n_threats, n_groups, n_units, n_blocks = sizes
    block = int(beside["block"])
    frame, apart = _without_decoys(whole, decoys)
    n_threats -= apart.height * n_threats // max(1, whole.height)
    column = {name: frame[name].to_numpy() for name in ("group", "fate", "cause", "unit", "from_deg")}
    leaked = column["fate"] == LEAKED
    leaks_by_raid = leaked.reshape(-1, n_threats).sum(axis=1)
    sector = column["from_deg"] % 360 // SECTOR_DEG
    stopped = np.isin(column["fate"], STOPPED) & (column["unit"] >= 0)
    raid = np.arange(sector.size) // n_threats
    came = np.zeros((leaks_by_raid.size, N_SECTORS), bool)
    came[raid, sector] = True
    causes_by_sector = _counted(
        sector[leaked].astype(np.int64) * len(CAUSES) + column["cause"][leaked], N_SECTORS * len(CAUSES)
    )

    def placed(value: int | Ints) -> Ints:
        row = np.asarray(value, np.int64)
        placed_row = np.zeros((n_blocks, *row.shape), np.int64)
        placed_row[block] = row
        return placed_row

    def rows(key: str, name: str) -> Ints:
        found = np.zeros((len(beside[key]), n_blocks), np.int64)
        found[:, block] = [row[name] for row in beside[key]]
        return found

    return Counts(
        raids=placed(leaks_by_raid.size),
        leaks=placed(_counted(column["group"][leaked], n_groups)),
        no_leak=placed(int((leaks_by_raid == 0).sum())),
        raids_by_leaks=placed(_counted(leaks_by_raid, n_threats + 1)),
        fates=_counted(column["fate"], len(FATES)),
        causes=_counted(column["cause"][leaked], len(CAUSES)),
        stopped_by=_counted(column["unit"][stopped], n_units),
        sector_threats=placed(_counted(sector, N_SECTORS)),
        sector_raids=came.sum(axis=0, dtype=np.int64),
        sector_leaks=placed(_counted(sector[leaked], N_SECTORS)),
        sector_causes=causes_by_sector.reshape(N_SECTORS, len(CAUSES)),
        came_down=_fallen(whole, n_groups),
        decoy_leaks=placed(_counted(apart["group"].to_numpy()[apart["fate"].to_numpy() == LEAKED], n_groups)),
        decoy_fired=_fired(apart),
        fired=_fired(whole),
        unit_rounds=np.array(beside["unit_rounds"], np.int64),
        looks=np.array([beside["fallback_looks"], beside["looks"]], np.int64),
        refought=placed(int(beside["refought"])),
        curve_leaks=rows("curve", "leaks"),
        curve_no_leak=rows("curve", "no_leak"),
        floor_causes=np.array([beside["floor_causes"][name] for name in CAUSES], np.int64),
        evidence_leaks=rows("evidence", "leaks"),
        evidence_no_leak=rows("evidence", "no_leak"),
    )


def _without_decoys(whole: pl.DataFrame, decoys: Sequence[bool]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of real threats, and those of decoys."""
    if not any(decoys):
        return whole, whole.clear()
    is_decoy = pl.col("group").is_in([number for number, decoy in enumerate(decoys) if decoy])
    return whole.filter(~is_decoy), whole.filter(is_decoy)


def _fired(frame: pl.DataFrame) -> Ints:
    return np.array([frame[name].cast(pl.Int64).sum() for name in ("rounds", "bursts")], np.int64)


def _fallen(frame: pl.DataFrame, n_groups: int) -> Ints:
    fell = frame["came_down"].to_numpy() >= 0
    group, fate, where = (frame[name].to_numpy()[fell].astype(np.int64) for name in ("group", "fate", "came_down"))
    shape = (n_groups, len(FATES), len(CAME_DOWN))
    return _counted(np.ravel_multi_index((group, fate, where), shape), int(np.prod(shape))).reshape(shape)


def _counted(codes: NDArray[Any], n: int) -> Ints:
    return np.bincount(codes.astype(np.int64), minlength=n).astype(np.int64)
