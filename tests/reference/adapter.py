"""From a resolved case of crenel's records to what the reference plays.

Dice that choose the way a threat comes (bearing, height, start, echo, arrival) are not the reference's business: they
are given as a `Way` for each threat, so that an engine's own passes can be played, or drawn here by `draw_ways`.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from pyproj import Proj

from crenel.core import records
from reference import case as ours
from reference.routes import Arc, Legs, Point, Route

Ground = Callable[[float, float], float]
"""Datum height of the ground at east, north."""


@dataclass(frozen=True)
class Way:
    """How one threat of a group comes. It reaches its target's radius at `arrives_s`."""

    group: int
    from_rad: float
    starts_m: float
    height_m: float
    arrives_s: float
    rcs_factor: float = 1.0


def draw_ways(case: records.Case, random: Random, sigma_db: float | None = None) -> list[Way]:
    """One way for each threat of the raid, all draws independent."""
    sigma = case.rcs_pass_sigma_db if sigma_db is None else sigma_db
    ways = []
    for g, group in enumerate(case.groups):
        for member in range(group.count):
            wave = member * group.waves // group.count
            late = group.after_s + wave * group.wave_every_s + random.random() * group.within_s
            ways.append(
                Way(
                    g,
                    random.uniform(group.from_rad.low, group.from_rad.high),
                    random.uniform(group.starts_m.low, group.starts_m.high),
                    random.uniform(group.height_m.low, group.height_m.high),
                    late,
                    10.0 ** (sigma * random.gauss(0.0, 1.0) / 10.0),
                )
            )
    return ways


class Adapter:
    """One case of the records; `reference` gives the reference's for the ways of one raid."""

    def __init__(self, case: records.Case, sight: ours.Sight | None = None, ground: Ground | None = None) -> None:
        self.case = case
        centre = case.place.centre
        self.proj = Proj(
            proj="aeqd", lat_0=math.degrees(centre.lat_rad), lon_0=math.degrees(centre.lon_rad), ellps="WGS84"
        )
        terrain = case.place.terrain
        self.flat_m = terrain.height_m if isinstance(terrain, records.FlatTerrain) else None
        if self.flat_m is None and (ground is None or sight is None):
            raise ValueError("a place that is not flat needs its ground and its sight")
        self.ground = ground
        self.sight = sight or ours.flat_earth(case.place.earth_factor)
        self.units = tuple(self.unit(unit) for unit in case.units)
        self.assets = tuple((*self.flat(asset.at), asset.radius_m) for asset in case.assets)

    def flat(self, point: records.GeoPoint) -> tuple[float, float]:
        x, y = self.proj(math.degrees(point.lon_rad), math.degrees(point.lat_rad))
        return float(x), float(y)

    def ground_m(self, x: float, y: float) -> float:
        if self.ground is not None:
            return self.ground(x, y)
        assert self.flat_m is not None
        return self.flat_m

    def reference(self, ways: Sequence[Way], step_s: float = 0.25) -> ours.Case:
        """The whole raid."""
        case = self.case
        numbers: dict[int, int] = {}
        threats = []
        for way in ways:
            numbers[way.group] = numbers.get(way.group, -1) + 1
            threats.append(self.threat(way, numbers[way.group]))
        return ours.Case(
            threats=tuple(threats),
            units=self.units,
            sight=self.sight,
            networks={
                name: ours.Network(net.delay_s, net.availability, doctrine(net.doctrine))
                for name, net in case.networks.items()
            },
            doctrine=doctrine(case.doctrine),
            common_mode=case.common_mode_frac or 0.0,
            threat_common_mode=case.common_mode_threat_frac or 0.0,
            assets=self.assets,
            ground_m=self.ground_m(0.0, 0.0),
            step_s=step_s,
        )

    # --- threats -----------------------------------------------------------------------------------------------------

    def target(self, name: str) -> tuple[float, float, float, float]:
        """East, north, radius, value. A unit that is aimed at has no radius and a value of 1."""
        for asset in self.case.assets:
            if asset.name == name:
                return (*self.flat(asset.at), asset.radius_m, asset.value)
        unit = next(unit for unit in self.case.units if unit.name == name)
        return (*self.flat(unit.at), 0.0, 1.0)

    def threat(self, way: Way, number: int) -> ours.Threat:
        group = self.case.groups[way.group]
        kind = group.threat
        value = self.target(group.to)[3]
        return ours.Threat(
            name=f"{group.name} {number}",
            route=self.route(way),
            threat_class=kind.threat_class,
            rcs_m2=kind.rcs_m2 * way.rcs_factor,
            value=value,
            target=group.to,
            own_failure_p=kind.own_failure_frac,
            decoy=group.decoy,
            silences_p=group.silences_frac or 0.0,
        )

    def route(self, way: Way) -> Route:
        group = self.case.groups[way.group]
        kind = group.threat
        tx, ty, radius, _ = self.target(group.to)
        if kind.motion == "ballistic":
            assert kind.apogee_m is not None
            assert kind.range_m is not None
            point = (tx, ty, self.ground_m(tx, ty))
            arc = Arc(point, way.from_rad, kind.range_m, kind.apogee_m, 0.0, way.starts_m, radius)
            return Arc(
                point, way.from_rad, kind.range_m, kind.apogee_m, way.arrives_s - arc.end_s, way.starts_m, radius
            )
        start = (tx + way.starts_m * math.sin(way.from_rad), ty + way.starts_m * math.cos(way.from_rad))
        corners = [start, *(self.flat(point) for point in group.via), (tx, ty)]
        return self.legs(shortened(corners, radius), way, kind.speed_mps, group.height_above == "ground")

    def legs(self, corners: list[tuple[float, float]], way: Way, speed_mps: float, above_ground: bool) -> Legs:
        """Constant speed over the map, at constant height above the ground or the sea."""
        if above_ground and self.ground is not None:
            corners = finer(corners, 100.0)
        gone = [0.0]
        for a, b in itertools.pairwise(corners):
            gone.append(gone[-1] + math.dist(a, b))
        points = []
        for (x, y), so_far in zip(corners, gone, strict=True):
            under = self.ground_m(x, y) if above_ground else 0.0
            points.append((way.arrives_s - (gone[-1] - so_far) / speed_mps, x, y, under + way.height_m))
        return Legs(tuple(points))

    # --- units -------------------------------------------------------------------------------------------------------

    def unit(self, unit: records.Unit[float]) -> ours.Unit:
        system, jammer = unit.system, unit.system.jammer
        x, y = self.flat(unit.at)
        under = self.ground_m(x, y)
        at: Point = (x, y, under + unit.mounted_m + system.antenna_height_m)
        weapons = [missile(system.missile)] if system.missile is not None else []
        if system.gun is not None:
            weapons.append(gun(system.gun))
        return ours.Unit(
            name=unit.name,
            at=at,
            search=search(system),
            fire_control=fire_control(system.fire_control),
            weapons=tuple(weapons),
            jammer=None if jammer is None else ours.Jammer(jammer.range_m, classes(jammer.p_effect)),
            channels=round(system.channels),
            reaction_s=system.reaction_s,
            assessment_s=system.assessment_s,
            network=unit.network,
            availability=1.0 if unit.availability is None else unit.availability,
            ground_m=under,
        )


def classes(words: object) -> dict[str, float]:
    return {str(key): float(value) for key, value in dict(words).items()}  # type: ignore[call-overload]


def doctrine(read: records.Doctrine) -> ours.Doctrine:
    return ours.Doctrine(
        salvo={str(key): number for key, number in read.salvo.items()},
        keep={str(key): number for key, number in read.keep.items()},
        least_pk=read.least_pk,
        rank=read.rank,
        knows_route=read.knows_route,
    )


def search(system: records.System[float]) -> ours.Radar | ours.LookSensor | None:
    radar, sensor = system.radar, system.sensor
    if radar is not None:
        return ours.Radar(
            tracking=ours.Tracking(radar.scan_period_s, radar.confirm_m, radar.confirm_n, radar.drop_k),
            ref_range_m=radar.search_range_m,
            ref_rcs_m2=radar.ref_rcs_m2,
            pd_at_ref=radar.pd_at_ref,
            p_false_alarm=radar.p_false_alarm,
            fluctuation=radar.fluctuation,
            limits=ours.Limits(radar.instrumented_range_m, radar.elevation_min_rad, radar.elevation_max_rad),
        )
    if sensor is None:
        return None
    return ours.LookSensor(
        tracking=ours.Tracking(sensor.look_period_s, sensor.confirm_m, sensor.confirm_n, sensor.drop_k),
        limits=ours.Limits(sensor.range_m, sensor.elevation_min_rad, sensor.elevation_max_rad),
        p_look=classes(sensor.p_look),
        needs_sight=sensor.needs_sight,
    )


def fire_control(control: records.FireControl[float] | None) -> ours.FireControl | None:
    if control is None:
        return None
    per_sector = control.channels_per_sector
    return ours.FireControl(
        limits=ours.Limits(control.range_m, control.elevation_min_rad, control.elevation_max_rad),
        ref_rcs_m2=control.ref_rcs_m2,
        n_sectors=control.n_sectors,
        channels_per_sector=None if per_sector is None else round(per_sector),
    )


def missile(read: records.Missile[float]) -> ours.Weapon:
    return ours.Weapon(
        kind="missile",
        pk=classes(read.pk),
        range_max_m=read.range_max_m,
        rounds=round(read.rounds),
        speed_max_mps=read.speed_max_mps,
        range_min_m=read.range_min_m,
        height_min_m=read.height_min_m,
        height_max_m=read.height_max_m,
        target_speed_max_mps=read.target_speed_max_mps,
        speed_mean_mps=read.speed_mean_mps,
        speed_mean_over_m=read.speed_mean_over_m,
        salvo=read.salvo,
        pk_far_frac=1.0 if read.pk_at_range_max_frac is None else read.pk_at_range_max_frac,
        command=read.guidance == "command",
        spare_rounds=round(read.spare_rounds or 0.0),
        reload_s=math.inf if read.reload_s is None else read.reload_s,
    )


def gun(read: records.Gun[float]) -> ours.Weapon:
    return ours.Weapon(
        kind="gun",
        pk=classes(read.pk),
        range_max_m=read.range_max_m,
        rounds=round(read.rounds),
        speed_max_mps=read.projectile_speed_mps,
        range_min_m=read.range_min_m,
        height_max_m=read.height_max_m,
        target_speed_max_mps=read.target_speed_max_mps,
        rounds_per_shot=round(read.burst_rounds),
        burst_s=read.burst_rounds / read.rate_hz,
        pk_far_frac=read.pk_at_range_max_frac,
    )


# --- ways ------------------------------------------------------------------------------------------------------------


def shortened(corners: list[tuple[float, float]], radius_m: float) -> list[tuple[float, float]]:
    """The same way, ended where it first comes within the radius of its last point."""
    goal = corners[-1]
    kept = [corners[0]]
    for a, b in itertools.pairwise(corners):
        long = math.dist(a, b)
        if long == 0.0:
            continue
        ux, uy = (b[0] - a[0]) / long, (b[1] - a[1]) / long
        along = (goal[0] - a[0]) * ux + (goal[1] - a[1]) * uy
        off2 = (goal[0] - a[0]) ** 2 + (goal[1] - a[1]) ** 2 - along * along
        if off2 <= radius_m * radius_m:
            enters = along - math.sqrt(max(radius_m * radius_m - off2, 0.0))
            if 0.0 <= enters <= long:
                return [*kept, (a[0] + enters * ux, a[1] + enters * uy)]
        kept.append(b)
    return kept


def finer(corners: list[tuple[float, float]], grain_m: float) -> list[tuple[float, float]]:
    """The same way with points no farther apart than the grain."""
    points = [corners[0]]
    for a, b in itertools.pairwise(corners):
        pieces = max(math.ceil(math.dist(a, b) / grain_m), 1)
        points += [(a[0] + (b[0] - a[0]) * i / pieces, a[1] + (b[1] - a[1]) * i / pieces) for i in range(1, pieces + 1)]
    return points
