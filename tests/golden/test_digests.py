"""The examples play the same raids as when their digests were committed: fates, causes, shots, times, places.

A change here is a change of what crenel answers. If it is meant, say why in CHANGELOG.md and run
`pytest tests/golden --update-golden`.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

import crenel
from crenel import engine, world
from crenel.core import doubt

DIGESTS = Path(__file__).with_name("digests.json")
N_RAIDS = 400


@pytest.mark.parametrize("example", ["moscow-rooftops", "cumberland", "reference-20x3", "reference-100x10"])
def test_an_example_plays_the_same_raids(example: str, update_golden: bool) -> None:
    case = doubt.resolve(crenel.load(example))
    tables = engine.prepare(case, world.build(case), seed=1, block=3)
    played = engine.play(tables, seed=1, replicates=np.arange(N_RAIDS))
    digest = hashlib.sha256()
    for name in played._fields:
        column = getattr(played, name)
        digest.update(f"{name} {column.dtype} {column.shape}".encode())
        digest.update(column.tobytes())
    known = json.loads(DIGESTS.read_text()) if DIGESTS.exists() else {}
    if update_golden:
        known[example] = digest.hexdigest()
        DIGESTS.write_text(json.dumps(dict(sorted(known.items())), indent=2) + "\n")
    assert known.get(example) == digest.hexdigest()
