"""Straight approaches to an asset from all sides: why a threat is seen or not on its way, and when it is held firmly.

An approach begins `start_m` from the asset's centre, keeps its height above ground and its speed, and ends at the
asset's radius. All of them lie on one polar grid: (Z,) azimuths, clockwise from north as seen from the asset, and (J,)
distances from the asset, the farthest first.
"""

import math
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from crenel.core.jit import kernel
from crenel.core.records import FloatArray
from crenel.coverage.cells import Codes, spread
from crenel.coverage.geometry import Ground, Site, judge, view
from crenel.models import motion, tracking

Flags: TypeAlias = NDArray[np.bool_]
Chances: TypeAlias = NDArray[np.float32]

N_AZIMUTHS: Final = 360
"""On flat ground; over terrain, whose shadows are sharp, twice as many."""

N_SHOWN: Final = 120
"""Azimuths that are shown by themselves, and on which depth of fire is worked out: every 3 degrees."""

N_PHASES: Final = 4
"""Scan phases that the first firm track is averaged over; each radar's is its own."""

HELD: Final = 0.5
"""A threat counts as held once it is firm with this chance: the median first firm track."""

WORST: Final = 0.9
"""By the distance at which it is firm with this chance, all but the one threat in ten that is found last are held."""

_STEPS: Final = 600
_FINEST_M: Final = 25.0
_AZIMUTHS_A_PIECE: Final = 30


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """The approaches of one threat at one height to one asset."""

    east_m: float
    north_m: float
    radius_m: float
    start_m: float
    speed_mps: float
    height_m: float
    azimuth_rad: FloatArray
    distance_m: FloatArray

    @property
    def every(self) -> int:
        """Each such azimuth is shown by itself."""
        return max(len(self.azimuth_rad) // N_SHOWN, 1)

    def seconds_left(self, distance_m: Any) -> Any:
        """Time from a distance to arrival at the asset's radius; 0 for NaN, which is a track that never comes."""
        return np.nan_to_num(np.maximum(distance_m - self.radius_m, 0.0) / self.speed_mps, nan=0.0)


class Found(NamedTuple):
    """What one unit has of a course: (Z, J) ranks, clear sight, and the chance that it has been firm by there."""

    rank: Codes
    clear: Flags
    p_firm: Chances


def make_course(
    at_m: tuple[float, float],
    *,
    radius_m: float,
    start_m: float,
    speed_mps: float,
    height_m: float,
    n_azimuths: int = N_AZIMUTHS,
) -> Course:
    """The polar grid of one asset's approaches."""
    step_m = max((start_m - radius_m) / _STEPS, min(_FINEST_M, 0.1 * (start_m - radius_m)))
    n = math.ceil((start_m - radius_m) / step_m - 1e-9) + 1
    return Course(
        east_m=at_m[0],
        north_m=at_m[1],
        radius_m=radius_m,
        start_m=start_m,
        speed_mps=speed_mps,
        height_m=height_m,
        azimuth_rad=np.arange(n_azimuths, dtype=np.float64) * (2.0 * math.pi / n_azimuths),
        distance_m=np.linspace(start_m, radius_m, n),
    )


def follow(course: Course, ground: Ground, site: Site) -> Found:
    """One unit follows every approach.

    Parameters
    ----------
    course : Course
    ground : Ground
    site : Site
        A unit without a sensor sees nothing, but has clear sight or not.

    Returns
    -------
    Found
        `p_firm` is the probability that the unit has held the threat firmly at least once on the way from its start to
        there: the first-firm distribution over its looks, averaged over the phase of its scan. A masked look is a miss.
        What is lost again counts as having been firm.

    References
    ----------
    [blackman1999] ch. 6
    """
    shape = (len(course.azimuth_rad), len(course.distance_m))
    rank = np.zeros(shape, np.uint8)
    clear = np.zeros(shape, np.bool_)
    p_firm = np.zeros(shape, np.float32)
    flight_s = (course.start_m - course.radius_m) / course.speed_mps
    n_looks = int(flight_s / site.look_s) + 1
    path = _Path(course.east_m, course.north_m, course.start_m, course.speed_mps, course.height_m, flight_s)

    def fill(first: int) -> None:
        part = slice(first, first + _AZIMUTHS_A_PIECE)
        _follow(
            ground, site, path, course.azimuth_rad[part], course.distance_m, np.zeros(n_looks), np.zeros(n_looks),
            rank[part], clear[part], p_firm[part],
        )  # fmt: skip

    spread(fill, range(0, shape[0], _AZIMUTHS_A_PIECE))
    return Found(rank, clear, p_firm)


def any_of(chances: list[Chances]) -> Chances:
    """Probability that at least one of some radars has been firm: their looks are independent, given the threat."""
    missed = np.ones_like(chances[0])
    for chance in chances:
        missed *= 1.0 - chance
    return (1.0 - missed).astype(np.float32)


def reached_m(course: Course, p_firm: Chances, share: float) -> FloatArray:
    """(Z,) distance from the asset at which `p_firm` first comes to a share; NaN where it never does."""
    there = p_firm >= share
    at = there.argmax(axis=1)
    rows = np.arange(len(at))
    before = np.maximum(at - 1, 0)
    high = p_firm[rows, at].astype(np.float64)
    low = p_firm[rows, before].astype(np.float64)
    part = np.divide(share - low, high - low, out=np.ones_like(high), where=high > low)
    found = course.distance_m[before] + np.clip(part, 0.0, 1.0) * (course.distance_m[at] - course.distance_m[before])
    distances: FloatArray = np.where(there.any(axis=1), found, np.nan)
    return distances


class _Path(NamedTuple):
    """What the kernel needs of a course."""

    east_m: float
    north_m: float
    start_m: float
    speed_mps: float
    height_m: float
    flight_s: float


@kernel
def _follow(
    ground: Ground,
    site: Site,
    path: _Path,
    azimuth_rad: FloatArray,
    distance_m: FloatArray,
    scratch_pd: FloatArray,
    scratch_cdf: FloatArray,
    out_rank: Codes,
    out_clear: Flags,
    out_p_firm: Chances,
) -> None:
    for z in range(len(azimuth_rad)):
        sin, cos = math.sin(azimuth_rad[z]), math.cos(azimuth_rad[z])
        east_mps, north_mps = -path.speed_mps * sin, -path.speed_mps * cos
        for j in range(len(distance_m)):
            d = distance_m[j]
            seen = view(ground, site, path.east_m + d * sin, path.north_m + d * cos, path.height_m)
            out_clear[z, j] = seen.clear
            if site.sees:
                out_rank[z, j] = judge(ground, site, seen, path.height_m, east_mps, north_mps).rank
        if not site.sees:
            continue
        for phase in range(N_PHASES):
            first_s = (phase + 0.5) / N_PHASES * site.look_s
            n = min(int((path.flight_s - first_s) / site.look_s) + 1, len(scratch_pd)) if path.flight_s > first_s else 0
            if n == 0:
                continue
            for k in range(n):
                d = motion.remaining_distance(path.start_m, path.speed_mps, first_s + k * site.look_s)
                seen = view(ground, site, path.east_m + d * sin, path.north_m + d * cos, path.height_m)
                scratch_pd[k] = judge(ground, site, seen, path.height_m, east_mps, north_mps).p_look
            tracking.first_firm_cdf(scratch_pd[:n], site.confirm_m, site.confirm_n, scratch_cdf[:n])
            for j in range(len(distance_m)):
                elapsed_s = (path.start_m - distance_m[j]) / path.speed_mps
                k = math.floor((elapsed_s - first_s) / site.look_s + 1e-9)
                if k >= 0:
                    out_p_firm[z, j] += scratch_cdf[min(k, n - 1)] / N_PHASES
