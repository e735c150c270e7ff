"""A slow run on the fake engine, to be killed: `python killed_run.py FOLDER WORKERS`."""

import sys
from pathlib import Path

from crenel.studies import montecarlo
from unit.studies import fake


def main() -> None:
    montecarlo.engine = fake.Engine(delay_s=0.004)  # type: ignore[attr-defined]
    montecarlo.world = fake.WORLD  # type: ignore[attr-defined]
    montecarlo.run(
        fake.scenario(),
        replicates=640,
        seed=5,
        workers=int(sys.argv[2]),
        out=Path(sys.argv[1]),
        progress=lambda state: print(state.done, flush=True),  # noqa: T201
    )


main()
