"""What makes two runs the same: hashes of the question, of the figures behind it, and of the tables played on."""

import hashlib
import json
import math
import platform
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import numpy as np

from crenel.core import doubt
from crenel.core.records import Bracket, BuildingFiles, LandFiles, RasterTerrain, Scenario
from crenel.results.credits import credit_rows, files_hash
from crenel.results.figures import figure_rows, source_rows, stage_rows, used_sources, weakest_by_stage
from crenel.results.parts import layout

FORMAT: Final = 2
"""Version of the run folder's format. All older ones are read, newer ones refused.

2: outcomes say where each threat came down.
"""

_ENVIRONMENT: Final = ("numba", "numpy", "polars", "pyproj", "rasterio", "scipy")


def version() -> str:
    """This package's version."""
    return metadata.version("crenel")


def canonical(value: Any) -> str:
    """JSON whose bytes depend on the values only."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def case_record(scenario: Scenario[Bracket]) -> dict[str, Any]:
    """The question of the raid at the central point: plain numbers, SI, angles in radians. Coverage is another."""
    left_out = {"text", "sources", "cover"}
    return {name: value for name, value in _plain(doubt.resolve(scenario)).items() if name not in left_out}


def case_json(scenario: Scenario[Bracket]) -> dict[str, Any]:
    """What `case.json` holds: the resolved case, every figure with its bracket and grade, every source."""
    return {
        "results": FORMAT,
        "case": case_record(scenario),
        "figures": figure_rows(scenario),
        "sources": source_rows(scenario),
    }


def scenario_hash(scenario: Scenario[Bracket]) -> str:
    """Hash of the question: the file as written, and what it resolves to."""
    return _hash(canonical([scenario.text, case_record(scenario)]).encode())


def coverage_hash(scenario: Scenario[Bracket], asked: Mapping[str, Any]) -> str:
    """Hash of a question about coverage: the scenario, and what was asked of it."""
    return _hash(canonical([scenario_hash(scenario), figures_hash(scenario), asked]).encode())


def figures_hash(scenario: Scenario[Bracket]) -> str:
    """Hash of the figures behind the answer, with brackets, grades and sources."""
    rows = [
        # The hash of the scenario holds every origin, and `used` follows from the rest: folders of versions that did
        # not tell these two are still known as the same question.
        [{key: value for key, value in row.items() if key not in ("origin", "used")} for row in table]
        for table in (figure_rows(scenario), source_rows(scenario))
    ]
    return _hash(canonical(rows).encode())


def tables_hash(tables: Any) -> str:
    """Hash of whatever was prepared: nested records and tuples of arrays and numbers."""
    digest = hashlib.sha256()
    _feed(digest, tables)
    return digest.hexdigest()


def question(scenario: Scenario[Bracket], seed: int, n_doubt: int = 0) -> dict[str, Any]:
    """What two runs must share to be parts of one: the fields of a manifest that may never differ."""
    return {
        "seed": seed,
        "doubt": n_doubt,
        "scenario": scenario_hash(scenario),
        "figures": figures_hash(scenario),
        "terrain": files_hash(scenario),
    }


def manifest(
    scenario: Scenario[Bracket], asked: Mapping[str, Any], *, replicates: int, n_passes: int, tables: str
) -> dict[str, Any]:
    """What `manifest.json` holds. No clock time and no number of workers: neither changes a result."""
    return {
        "results": FORMAT,
        "crenel": version(),
        "environment": {"python": platform.python_version(), **{name: metadata.version(name) for name in _ENVIRONMENT}},
        "name": scenario.name,
        "title": scenario.title,
        **asked,
        "tables": tables,
        "replicates": replicates,
        "blocks": layout(asked.get("doubt", 0)).n_blocks,
        "n_passes": n_passes,
        "threats": scenario.n_threats,
        "sources": list(used_sources(scenario)),
        "data": credit_rows(scenario),
        "weakest_grade_by_stage": weakest_by_stage(scenario),
        "stages": stage_rows(scenario),
    }


def short_hash(scenario: Scenario[Bracket]) -> str:
    """Eight characters that tell apart two questions of one name."""
    return _hash(canonical([scenario_hash(scenario), figures_hash(scenario)]).encode())[:8]


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _plain(record: Any) -> Any:
    """A resolved record as JSON knows it; a file is known by its name, not by where it lies."""
    if isinstance(record, RasterTerrain | BuildingFiles | LandFiles):
        named = {key: getattr(record, key, ()) for key in ("paths", "ground")}
        return {
            **{field.name: _plain(getattr(record, field.name)) for field in fields(record)},
            **{key: [Path(path).name for path in paths] for key, paths in named.items() if paths},
        }
    if is_dataclass(record):
        return {field.name: _plain(getattr(record, field.name)) for field in fields(record)}
    if isinstance(record, Mapping):
        return {str(key): _plain(value) for key, value in record.items()}
    if isinstance(record, tuple):
        return [_plain(item) for item in record]
    if isinstance(record, float) and not math.isfinite(record):
        return str(record)
    return record


def _feed(digest: Any, value: Any) -> None:
    if isinstance(value, np.ndarray):
        digest.update(f"{value.dtype.str}{value.shape}".encode())
        digest.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, tuple):
        digest.update(f"({len(value)}".encode())
        for item in value:
            _feed(digest, item)
    else:
        digest.update(f"{type(value).__name__}:{value!r};".encode())
