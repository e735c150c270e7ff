"""Warning time: from the first firm track to the threat's arrival at an asset, side by side."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from crenel.core.records import FloatArray
from crenel.coverage.approaches import Approach
from crenel.coverage.asked import Asked
from crenel.coverage.geometry import NO_DATA, REASONS, VISIBLE


@dataclass(frozen=True, slots=True)
class Sector:
    """The warning of one side, for one asset, threat and height.

    `warning_s` is that of the median threat and `worst_s` that of the one in ten that is found last, both on the worst
    azimuth of the side; 0 where there is no firm track before arrival. `usual_s` is the median over the side's
    azimuths. `left_s` is what an alarm leaves of `worst_s` (least and most), None without an alarm. `passes` is None
    where nothing is required. `reason` is why the threat is not seen before it is held, or never.
    """

    asset: str
    threat: str
    height_m: float
    starts_m: float
    from_deg: float
    to_deg: float
    warning_s: float
    worst_s: float
    usual_s: float
    first_firm_m: float
    never_share: float
    reason: str
    left_s: tuple[float, float] | None
    passes: bool | None


def sectors(found: Approach, question: Asked) -> Iterator[Sector]:
    """The warning of every side of one approach.

    Parameters
    ----------
    found : Approach
    question : Asked

    Yields
    ------
    Sector
        Clockwise from north. A side passes if on its worst azimuth nine threats of ten leave the required time.
    """
    course, ask = found.course, question.ask
    firm_m, worst_m, best = found.firm_m, found.worst_m, found.best
    median_s, last_s = course.seconds_left(firm_m), course.seconds_left(worst_m)
    for low, high in bounds(ask.sector_rad):
        inside = np.flatnonzero((course.azimuth_rad >= low - 1e-9) & (course.azimuth_rad < high - 1e-9))
        worst = inside[int(np.argmin(last_s[inside] + 1e-6 * median_s[inside]))]
        left_s = None
        if ask.decide_s is not None:
            left_s = tuple(float(last_s[worst]) - taken - ask.act_s for taken in (ask.decide_s.high, ask.decide_s.low))
        passes = None
        if question.is_required(found.height_m):
            passes = bool(last_s[worst] >= ask.required_s)
        yield Sector(
            asset=found.asset,
            threat=found.threat,
            height_m=found.height_m,
            starts_m=course.start_m,
            from_deg=round(math.degrees(low), 6),
            to_deg=round(math.degrees(high), 6),
            warning_s=float(median_s[inside].min()),
            worst_s=float(last_s[worst]),
            usual_s=float(np.median(median_s[inside])),
            first_firm_m=float(np.nan_to_num(firm_m[inside], nan=0.0).min()),
            never_share=float(np.mean(~np.isfinite(firm_m[inside]))),
            reason=reason_before(best[inside], course.distance_m, firm_m[inside]),
            left_s=left_s,  # type: ignore[arg-type]
            passes=passes,
        )


def bounds(sector_rad: float) -> Sequence[tuple[float, float]]:
    """Sides of about that width, which share the circle evenly, from north on."""
    n = max(round(2.0 * math.pi / sector_rad), 1)
    return [(2.0 * math.pi * i / n, 2.0 * math.pi * (i + 1) / n) for i in range(n)]


def reason_before(best: Any, distance_m: FloatArray, firm_m: FloatArray) -> str:
    """Why a threat is not seen before it is held, or at all: the reason that it most often flies under until then.

    Parameters
    ----------
    best : (Z, J) uint8
        Reasons by code.
    distance_m : (J,) float64 [m]
    firm_m : (Z,) float64 [m]
        Where it is first held; NaN for never.

    Returns
    -------
    str
        One of `REASONS`. "visible" where it is in view all the way and there was only the time to make a track of it.
    """
    before = distance_m[np.newaxis, :] > np.nan_to_num(firm_m, nan=-1.0)[:, np.newaxis]
    # How things stood just before it was held matters more than how they stood far out: the nearer half counts.
    n_before = before.sum(axis=1)
    later = np.cumsum(before, axis=1) > 0.5 * n_before[:, np.newaxis]
    counts = np.bincount(best[before & later], minlength=len(REASONS))
    dark = counts.copy()
    dark[[NO_DATA, VISIBLE]] = 0
    if dark.sum():
        return REASONS[int(dark.argmax())]
    return REASONS[VISIBLE if counts[VISIBLE] or not counts[NO_DATA] else NO_DATA]
