"""A slow run on the fake engine, to be killed: `python killed_run.py FOLDER WORKERS DOUBT`."""

import sys
from pathlib import Path

from crenel.studies import montecarlo, playing
from unit.studies import fake


def main() -> None:
    montecarlo.engine = playing.engine = fake.Engine(delay_s=0.004)  # type: ignore[attr-defined]
    montecarlo.world = fake.WORLD  # type: ignore[attr-defined]
    montecarlo.run(
        fake.scenario(),
        replicates=640,
        seed=5,
        workers=int(sys.argv[2]),
        n_doubt=int(sys.argv[3]),
        out=Path(sys.argv[1]),
        progress=lambda state: print(state.done, flush=True),  # noqa: T201
    )


main()
