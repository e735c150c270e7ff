"""Play every random raid by both and write the table: `python -m reference.make_table RAIDS`, in tests/."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from reference.compare import compare, digest
from reference.random_cases import random_case

TABLE = Path(__file__).with_name("table.json")
N_CASES = 20
N_DIGEST = 2_000


def row(number: int, n_raids: int) -> dict[str, Any]:
    """What is found of one random case."""
    case = random_case(number)
    with pytest.MonkeyPatch.context() as monkeypatch:
        found = compare(case, n_raids, monkeypatch)
    return {
        "case": number,
        "threats": case.n_threats,
        "units": len(case.units),
        "raids": n_raids,
        "raids_that_differ": len(found.differ),
        "engine": dict(sorted(found.engine.items())),
        "reference": dict(sorted(found.reference.items())),
        "digest": digest(case, N_DIGEST),
    }


def main() -> None:
    n_raids = int(sys.argv[1])
    rows = []
    for number in range(N_CASES):
        rows.append(row(number, n_raids))
        sys.stdout.write(f"{rows[-1]}\n")
        TABLE.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
