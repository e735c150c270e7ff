"""Where a radar first holds a threat that comes straight at it, through the engine's own tables.

3 of 5 looks; ranges in units of the range at which one look detects with the stated probability, here 9.6 km.
Computed twice, independently, for this project: median, and the range that one in ten falls short of. Those figures
come with one phase of the scan; the tables mix many, which is worth up to a scan's way: 0.09 at 220 m/s and 4 s.
"""

import numpy as np
import pytest

import cases

RANGE_M = 9_600.0


@pytest.mark.parametrize(
    ("speed_mps", "scan_s", "pd", "fluctuation", "median", "worst"),
    [
        (50.0, 1.0, 0.5, "swerling1", 1.20, 1.09), (50.0, 1.0, 0.5, "swerling3", 1.12, 1.03),
        (50.0, 1.0, 0.5, "swerling0", 1.03, 0.98), (50.0, 1.0, 0.9, "swerling1", 1.99, 1.83),
        (50.0, 1.0, 0.9, "swerling3", 1.56, 1.45), (50.0, 1.0, 0.9, "swerling0", 1.17, 1.11),
        (220.0, 4.0, 0.5, "swerling1", 0.79, 0.62), (220.0, 4.0, 0.5, "swerling3", 0.79, 0.62),
        (220.0, 4.0, 0.5, "swerling0", 0.79, 0.70), (220.0, 4.0, 0.9, "swerling1", 1.41, 1.14),
        (220.0, 4.0, 0.9, "swerling3", 1.14, 0.97), (220.0, 4.0, 0.9, "swerling0", 0.88, 0.79),
    ],
)  # fmt: skip
def test_first_firm_range(
    speed_mps: float, scan_s: float, pd: float, fluctuation: str, median: float, worst: float
) -> None:
    sensor = cases.radar(
        search_range_m=RANGE_M,
        pd_at_ref=pd,
        scan_period_s=scan_s,
        fluctuation=fluctuation,
        confirm_m=3,
        confirm_n=5,
    )
    asked = cases.case(cases.unit(radar=sensor), raid=(cases.group(starts_m=36e3, speed_mps=speed_mps),))
    tables = cases.tables(asked, n_passes=64)
    looks = cases.dense(tables).looks[0, :, 0]
    cdf = cases.dense(tables).firm_cdf[0, :, 0]
    times = looks["first_s"][:, None] + scan_s * np.arange(cdf.shape[1])
    ranges = (36e3 - speed_mps * times) / RANGE_M
    weight = np.diff(cdf, axis=1, prepend=0.0).clip(min=0.0) * (np.arange(cdf.shape[1]) < looks["n"][:, None])
    order = np.argsort(-ranges, axis=None)
    held = np.cumsum(weight.ravel()[order]) / 64
    by = ranges.ravel()[order]
    slack = 0.01 * median + 0.5 * speed_mps * scan_s / RANGE_M
    assert by[np.searchsorted(held, 0.5)] == pytest.approx(median, abs=slack)
    assert by[np.searchsorted(held, 0.9)] == pytest.approx(worst, abs=slack)
