"""A million raids over 64 settings of what nobody published: seconds, memory and disk, against what is promised."""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import crenel

SECONDS, GIGABYTES, MEGABYTES = 60.0, 1.0, 200.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=1_000_000)
    n = parser.parse_args().n
    with tempfile.TemporaryDirectory() as made:
        crenel.run("reference-20x3", replicates=128, doubt=2, out=Path(made) / "first")  # compiled, and files read
        started = time.perf_counter()
        results = crenel.run("reference-20x3", replicates=n, out=Path(made) / "run")
        seconds = time.perf_counter() - started
        disk = sum(path.stat().st_size for path in (Path(made) / "run").rglob("*") if path.is_file()) / 1e6
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    leak = results.answer["leak"]
    print(f"{results.answer['replicates']:,} raids, {leak['mean']:.3f} get through, doubt {leak['doubt']}")
    for what, value, promised, unit in (
        ("time", seconds * 1e6 / n, SECONDS, "s for a million"),
        ("memory", memory, GIGABYTES, "GB"),
        ("disk", disk * 1e6 / n, MEGABYTES, "MB for a million"),
    ):
        print(f"{what}: {value:.2f} {unit}, {value / promised:.2f} of what is promised")


if __name__ == "__main__":
    main()
