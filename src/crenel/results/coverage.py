"""`Coverage`: what `crenel.cover` gives to whoever asked in Python."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    import xarray

FORMAT: Final = 1
"""Version of the format of a coverage folder."""

MARK: Final = "coverage"
"""The key of `summary.json` by which a folder is known to hold coverage, with the version."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One raster of coverage: (H, W), row 0 in the north; `kind` says what its numbers are."""

    name: str
    kind: str
    values: np.ndarray
    unit: str = ""
    asset: str = ""
    threat: str = ""
    height_m: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Rasters:
    """All layers of one coverage as stacked arrays, with the cells that they lie on.

    `stacks` holds for each kind its dimensions before (y, x) and its array; `axes` the entries of each dimension.
    """

    west_m: float
    north_m: float
    cell_m: float
    projection: str
    stacks: Mapping[str, tuple[tuple[str, ...], np.ndarray]]
    axes: Mapping[str, tuple[Any, ...]]
    flags: Mapping[str, tuple[str, ...]]
    hillshade: np.ndarray | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        n_rows, n_columns = next(iter(self.stacks.values()))[1].shape[-2:]
        return n_rows, n_columns

    def layers(self) -> Iterator[Layer]:
        """One raster after another, each with a name that serves as a file's."""
        for kind, (dims, stack) in self.stacks.items():
            for at in np.ndindex(*stack.shape[:-2]):
                where = {dim: self.axes[dim][index] for dim, index in zip(dims, at, strict=True)}
                unit = str(where.get("unit") or where.get("shooter") or "")
                asset, threat = str(where.get("asset", "")), str(where.get("threat", ""))
                height_m = float(where.get("height", 0.0))
                parts = [kind, _slug(unit), _slug(asset), threat, f"{height_m:g}m" if height_m else ""]
                # Numbers tell apart names that read the same without their signs.
                if unit and len({_slug(str(name)) for name in self.axes[_dim_of(dims)]}) < len(
                    self.axes[_dim_of(dims)]
                ):
                    parts[1] += f"-{at[dims.index(_dim_of(dims))] + 1}"
                if asset and len({_slug(str(name)) for name in self.axes["asset"]}) < len(self.axes["asset"]):
                    parts[2] += f"-{at[dims.index('asset')] + 1}"
                yield Layer("_".join(filter(None, parts)), kind, stack[at], unit, asset, threat, height_m)


@dataclass(frozen=True)
class Coverage:
    """What is seen, held, reached and warned of. `folder` is None where nothing was written."""

    folder: Path | None
    answer: Mapping[str, Any] = field(repr=False)
    rasters: Rasters = field(repr=False)

    def summary(self) -> dict[str, Any]:
        """What `summary.json` holds: shares in 0 to 1, seconds, metres, bearings in degrees."""
        return copy.deepcopy(dict(self.answer))

    @property
    def warning(self) -> pl.DataFrame:
        """One row for each side of each asset, threat and height: warning time, what an alarm leaves, pass or fail."""
        return pl.DataFrame(self.answer["warning"], infer_schema_length=None)

    @property
    def gaps(self) -> pl.DataFrame:
        """Sides that are open, widest first, each with its cause and what was found to mend it."""
        return pl.DataFrame(self.answer["gaps"], schema=_GAPS, infer_schema_length=None)

    @property
    def layers(self) -> "xarray.Dataset":
        """Every raster, with coordinates in metres and a `spatial_ref`; xarray is loaded when this is asked for."""
        import xarray
        from pyproj import CRS

        rasters = self.rasters
        n_rows, n_columns = rasters.shape
        crs = CRS.from_user_input(rasters.projection)
        meaning = {
            kind: {**_MEANS[kind], **_flags(rasters.flags.get(kind)), "grid_mapping": "spatial_ref"}
            for kind in rasters.stacks
        }
        return xarray.Dataset(
            {kind: ((*dims, "y", "x"), stack, meaning[kind]) for kind, (dims, stack) in rasters.stacks.items()},
            coords={
                **{dim: list(entries) for dim, entries in rasters.axes.items()},
                "x": ("x", rasters.west_m + (np.arange(n_columns) + 0.5) * rasters.cell_m, _AXIS | {"axis": "X"}),
                "y": ("y", rasters.north_m - (np.arange(n_rows) + 0.5) * rasters.cell_m, _AXIS | {"axis": "Y"}),
                "spatial_ref": ((), 0, {**crs.to_cf(), "crs_wkt": crs.to_wkt()}),
            },
            attrs={
                "title": self.answer["scenario"]["title"],
                "crs_wkt": crs.to_wkt(),
                "comment": " ".join(self.answer["placards"]),
                "history": f"crenel {self.answer['crenel']}, scenario {self.answer['scenario']['hash'][:8]}",
            },
        )

    def _repr_html_(self) -> str:
        """The answer in a notebook."""
        rows = "".join(
            f"<tr><td style='text-align:left'>{escape(row['threat'])} at {row['height_m']:g} m, to "
            f"{escape(row['asset'])}</td>"
            f"<td>{100 * row['in_sight']:.0f} %</td><td>{100 * row['held']:.0f} %</td></tr>"
            for row in self.answer["shares"]
        )
        placard = escape(next(iter(self.answer["placards"]), ""))
        near = f"within {self.answer['shares'][0]['near_m'] / 1000:g} km"
        return (
            f"<table><caption>{escape(self.answer['scenario']['title'])}: shares of the area {near}</caption>"
            f"<tr><th></th><th>in sight</th><th>held</th></tr>{rows}</table>"
            f"<small>{placard} Central figures; nothing here rests on chance.</small>"
        )


_AXIS: Final = {"units": "m"}
_GAPS: Final = {
    "asset": pl.String,
    "threat": pl.String,
    "height_m": pl.Float64,
    "kind": pl.String,
    "from_deg": pl.Float64,
    "to_deg": pl.Float64,
    "share": pl.Float64,
    "cause": pl.String,
    "remedy": pl.String,
}
_MEANS: Final[Mapping[str, Mapping[str, str]]] = {
    "sight_height": {"long_name": "least height above ground at which a target is in line of sight", "units": "m"},
    "reason": {"long_name": "why one unit sees the threat or not"},
    "reason_any": {"long_name": "why no unit sees the threat, or that one does"},
    "n_units": {"long_name": "units that see the threat", "units": "1"},
    "p_look": {"long_name": "probability that one look of any unit detects the threat", "units": "1"},
    "p_held": {
        "long_name": "probability that the threat, on its way to the asset, is firm by here and in view here",
        "units": "1",
    },
    "time_left": {"long_name": "time to arrival where the threat is held, 0 where it is not", "units": "s"},
    "reach": {
        "long_name": "whether a round of one unit can meet the threat here on its way to the asset",
        "units": "1",
    },
    "engagements": {"long_name": "engagements that the busiest unit has started by here", "units": "1"},
}


def _flags(names: tuple[str, ...] | None) -> dict[str, Any]:
    if names is None:
        return {}
    return {"flag_values": np.arange(len(names), dtype=np.uint8), "flag_meanings": " ".join(names)}


def _dim_of(dims: tuple[str, ...]) -> str:
    return "unit" if "unit" in dims else "shooter"


def _slug(name: str) -> str:
    kept = "".join(letter if letter.isalnum() else "-" for letter in name.casefold())
    return "-".join(filter(None, kept.split("-")))[:40]
