"""What a unit may spend at a moment: rounds that doctrine leaves, and a channel to run an engagement on."""

import math
from collections.abc import Iterable, Mapping

from reference.case import Case, Weapon, bearing
from reference.record import Engagement
from reference.routes import Point
from reference.rules import Readings, Rules


def allowed_shots(
    weapon: Weapon, ready: int, spare: int, keep: Mapping[str, int], threat_class: str, readings: Readings
) -> int:
    """How many shots of a weapon may go to a class. `keep` concerns missiles, and classes other than this one."""
    if weapon.kind == "missile":
        kept = sum(number for kept_for, number in keep.items() if kept_for != threat_class)
        ready = min(ready, ready + (spare if readings.keep_counts == "all" else 0) - kept)
    return max(ready, 0) // weapon.rounds_per_shot


def sector_of(case: Case, u: int, point: Point) -> int:
    """Which tracking radar looks at a point; the first looks where the unit faces."""
    control = case.units[u].fire_control
    if control is None or control.n_sectors == 1:
        return 0
    width = 2.0 * math.pi / control.n_sectors
    off = bearing(case.units[u].at, point) - control.facing_rad
    return math.floor(off / width + 0.5) % control.n_sectors


def has_channel(case: Case, rules: Rules, u: int, kind: str, sector: int, running: Iterable[Engagement]) -> bool:
    """Whether a unit can run one engagement more with a weapon of this kind in this sector."""
    unit = case.units[u]
    running = list(running)
    limit = unit.channels
    if unit.gun_channels is not None or not rules.shared_channels:
        running = [shot for shot in running if unit.weapons[shot.w].kind == kind]
        if kind == "gun" and unit.gun_channels is not None:
            limit = unit.gun_channels
    if len(running) >= limit:
        return False
    control = unit.fire_control
    if control is None or control.channels_per_sector is None or not rules.sector_channels:
        return True
    return sum(shot.sector == sector for shot in running) < control.channels_per_sector
