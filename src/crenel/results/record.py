"""`Results`: what a run gives to whoever asked in Python."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import polars as pl

from crenel.results.folder import RunFolder
from crenel.results.parts import layout, parts
from crenel.results.tables import with_names


@dataclass(frozen=True)
class Results:
    """The answer of a run.

    `folder` is None for a run that wrote nothing. `raids_per_second` counts play time only, and is None where nobody
    took it.
    """

    folder: Path | None
    answer: Mapping[str, Any] = field(repr=False)
    raids_per_second: float | None = None
    frames: tuple[pl.DataFrame, ...] = field(default=(), repr=False)

    def summary(self) -> dict[str, Any]:
        """What `summary.json` holds, and `raids_per_second`."""
        return {**copy.deepcopy(dict(self.answer)), "raids_per_second": self.raids_per_second}

    @property
    def outcomes(self) -> pl.DataFrame:
        """One row for each threat of each raid, sorted by raid; `results.tables.OUTCOMES` says what the codes mean."""
        frames = list(self.frames)
        if self.folder is not None:
            run = RunFolder(self.folder)
            found = parts(
                replicates=int(self.answer["replicates"]),
                n_threats=int(self.answer["threats"]) + int((self.answer.get("decoys") or {}).get("count", 0)),
                run=layout(int((self.answer.get("doubts") or {}).get("n_doubt", 0))),
            )
            frames = [run.read_outcomes(part) for part in found]
        return pl.concat(frames).sort("replicate", "threat")

    @property
    def named_outcomes(self) -> pl.DataFrame:
        """`outcomes` with fate, cause, group and unit spelled out."""
        groups = tuple(group["name"] for group in self.answer["groups"])
        units = tuple(unit["name"] for unit in self.answer["units"])
        return with_names(self.outcomes, groups=groups, units=units)

    def _repr_html_(self) -> str:
        """The answer in a notebook."""
        answer = self.answer
        rows = {
            "with every shot a kill": (_of(answer["pk"]["floor"], answer["threats"])),
            _at(answer): _of(answer["leak"], answer["threats"]),
            "raids in which nothing gets through": _percent(answer["p_no_leak"]),
        }
        cells = "".join(
            f"<tr><td style='text-align:left'>{escape(name)}</td><td>{escape(value)}</td></tr>"
            for name, value in rows.items()
        )
        placard = escape(next(iter(answer["placards"]), ""))
        return (
            f"<table><caption>{escape(answer['scenario']['title'])}: what gets through</caption>{cells}</table>"
            f"<small>{placard} {answer['replicates']:,} raids, seed {answer['seed']}; 95 % by chance.</small>"
        )


def _at(answer: Mapping[str, Any]) -> str:
    """What a leak count stands for: never without its kill probability."""
    n_doubt = (answer.get("doubts") or {}).get("n_doubt", 0)
    if not n_doubt:
        return f"at {_stated(answer['pk'])}"
    low, high = answer["pk"]["bracket"]
    return f"over {n_doubt:,} settings of what is not published, kill probabilities within {low:g} to {high:g}"


def _stated(pk: Mapping[str, Any]) -> str:
    """The stated kill probabilities, which a leak count never goes without."""
    values = sorted({row["value"] for row in pk["stated"]})
    if not values:
        return "no weapon that can be used"
    shown = f"{values[0]:g}" if len(values) == 1 else f"{values[0]:g} to {values[-1]:g}"
    return f"a kill probability of {shown} per shot ({pk['grade']})"


def _of(estimate: Mapping[str, Any], n_threats: int) -> str:
    lo, hi = estimate["dice"]
    if estimate["mean"] == 0.0:
        return f"below {hi:.2g} of {n_threats:,}"
    return f"{estimate['mean']:.2f} of {n_threats:,} ({lo:.2f} to {hi:.2f})"


def _percent(estimate: Mapping[str, Any]) -> str:
    lo, hi = (100.0 * bound for bound in estimate["dice"])
    if estimate["mean"] == 0.0:
        return f"below {hi:.2g} %"
    return f"{100.0 * estimate['mean']:.1f} % ({lo:.1f} to {hi:.1f})"
