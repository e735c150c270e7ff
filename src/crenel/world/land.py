"""Water, roads and green around a place, in the local frame: for pictures, nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from crenel.core.records import CrenelError, LandFiles
from crenel.world.frame import Frame
from crenel.world.tags import plain_key
from crenel.world.vectors import Features, Wanted, read_features

Kind: TypeAlias = Literal["water", "green", "road"]
KINDS: Final[tuple[Kind, ...]] = ("water", "green", "road")


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """Shapes by kind: areas, and lines of roads and rivers."""

    shapes: dict[Kind, NDArray[Any]]
    notes: tuple[str, ...] = ()


def read_land(files: LandFiles, *, frame: Frame, radius_m: float) -> Land:
    """The land of a place.

    Raises
    ------
    CrenelError
        A file is missing or broken, without a reference system, all of it lies elsewhere, or nothing in it has a kind.
    """
    wanted = Wanted("land", lambda key: plain_key(key) == "kind", ())
    parts = [read_features(path, frame=frame, radius_m=radius_m, wanted=wanted) for path in files.paths]
    if not any(len(part.shapes) for part in parts) and (lost := [part.elsewhere for part in parts if part.elsewhere]):
        raise CrenelError(lost[0])
    found: dict[Kind, list[NDArray[Any]]] = {kind: [] for kind in KINDS}
    n_other = 0
    for path, part in zip(files.paths, parts, strict=True):
        kinds = _kinds(part, Path(path).name)
        for kind in KINDS:
            found[kind].append(part.shapes[kinds == kind])
        n_other += int(np.count_nonzero(~np.isin(kinds, KINDS)))
    notes = (f"land: {n_other:,} features of another kind than {', '.join(KINDS)} were left out",) if n_other else ()
    return Land({kind: _joined(shapes) for kind, shapes in found.items()}, notes)


def _kinds(part: Features, name: str) -> NDArray[Any]:
    column = next((values for key, values in part.fields.items() if plain_key(key) == "kind"), None)
    if column is None and len(part.shapes):
        raise CrenelError(
            f"land {name}: its features have no `kind`. Give each one: water, road or green; or write `land: none`."
        )
    kinds: NDArray[Any] = np.array([str(value).strip().casefold() for value in ([] if column is None else column)])
    return kinds


def _joined(shapes: Sequence[NDArray[Any]]) -> NDArray[Any]:
    joined: NDArray[Any] = np.concatenate([np.zeros(0, dtype=object), *shapes])
    return joined
