"""How long coverage takes on this machine: three units, four heights, two threats, 40 km around Moscow in 100 m cells.

Kernels warm, nothing written; the best of some repeats, and its processor time, since others may share the machine.
"""

import os
import time

import crenel

HEIGHTS_M = (30.0, 60.0, 120.0, 500.0)
THREATS = ("shahed-136", "kalibr")
CELL_M = 100.0
LIMIT_S = 10.0
N_REPEATS = 3


def main() -> None:
    scenario = crenel.load("moscow-rooftops")

    def covered() -> crenel.Coverage:
        return crenel.cover(scenario, threats=THREATS, heights_m=HEIGHTS_M, cell_m=CELL_M)

    coverage = covered()
    n_rows, n_columns = coverage.rasters.shape
    print(
        f"{len(scenario.units)} units, {len(HEIGHTS_M)} heights, {len(THREATS)} threats, {n_rows} by {n_columns} cells"
    )
    best_s, busy_s = float("inf"), float("inf")
    for _ in range(N_REPEATS):
        started_s, used = time.perf_counter(), os.times()
        covered()
        after = os.times()
        best_s = min(best_s, time.perf_counter() - started_s)
        busy_s = min(busy_s, after.user + after.system - used.user - used.system)
    print(f"covered in {best_s:.2f} s ({busy_s:.2f} s of processor time); at most {LIMIT_S:.0f} s are wanted")


if __name__ == "__main__":
    main()
