"""Raids per second on this machine: the reference raids, one worker and two.

Play time only, the best of some repeats; what comes before it is stated apart. Where a plain scan-by-scan engine stands
beside the repository, it plays raids of the same size in the same run, and the ratio is given.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import crenel
from crenel import engine
from crenel.core import doubt, jit
from crenel.world import build

RAIDS = {"reference-20x3": (20, 3, 32_000), "reference-100x10": (100, 10, 6_400)}
WORKERS = (1, 2)
N_REPEATS = 3
SCAN_ENGINE = Path(__file__).resolve().parents[2] / "shared" / "sketches" / "scan_engine.py"


def scan_engine_raids_per_s(workers: int) -> dict[tuple[int, int], float]:
    """Raids per second of the scan-by-scan engine, by number of threats and units."""
    if not SCAN_ENGINE.exists():
        return {}
    done = subprocess.run(
        [sys.executable, str(SCAN_ENGINE)],
        env={**os.environ, "NUMBA_NUM_THREADS": str(workers)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[tuple[int, int], float] = {}
    for threats, units, rate in re.findall(r"^(\d+) (\d+) ([\d.]+) reps/s", done.stdout, flags=re.MULTILINE):
        size = int(threats), int(units)
        found[size] = max(float(rate), found.get(size, 0.0))
    return found


def main() -> None:
    started_s = time.perf_counter()
    was_warm = jit.is_warm()
    engine.warm()
    print(f"compiled code {'loaded' if was_warm else 'made'} in {time.perf_counter() - started_s:.1f} s")
    for name in RAIDS:
        scenario = crenel.load(name)
        case, world = doubt.resolve(scenario), build(scenario)
        started_s = time.perf_counter()
        engine.prepare(case, world, seed=1, block=0)
        print(f"{name}: tables of one block of 16 prepared in {time.perf_counter() - started_s:.3f} s")
    rate_of_one: dict[str, float] = {}
    for workers in WORKERS:
        plain = scan_engine_raids_per_s(workers)
        for name, (threats, units, replicates) in RAIDS.items():
            rates = []
            for _ in range(N_REPEATS):
                started_s = time.perf_counter()
                summary = crenel.run(name, replicates=replicates, seed=1, doubt=0, workers=workers).summary()
                whole_s = time.perf_counter() - started_s
                rates.append((summary["raids_per_second"], whole_s))
            rate, whole_s = max(rates)
            rate_of_one.setdefault(name, rate)
            line = f"{name}, {workers} worker{'s' if workers > 1 else ''}: {rate:,.0f} raids/s"
            line += f" ({summary['replicates']:,} raids; with preparation, curve and statistics {whole_s:.2f} s)"
            if workers > WORKERS[0]:
                line += f"; {rate / rate_of_one[name]:.1f} times as many as with one worker"
            if (threats, units) in plain:
                ratio = rate / plain[threats, units]
                line += f"; {ratio:.1f} times a plain engine that steps scan by scan ({plain[threats, units]:,.0f})"
            print(line, flush=True)


if __name__ == "__main__":
    main()
