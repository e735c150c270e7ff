"""A small scenario, and an engine and a world made of arithmetic, for tests of everything around them.

The fake engine obeys the real one's contract: what it gives depends on seed, block and replicate only, and a higher
kill probability stops whatever a lower one stops.
"""

import time
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from crenel.core.records import (
    CAUSES,
    FATES,
    Asset,
    Bracket,
    Evidence,
    FireControl,
    FlatTerrain,
    GeoPoint,
    Group,
    Gun,
    Missile,
    Place,
    Radar,
    Scenario,
    Source,
    Span,
    Study,
    System,
    Threat,
    Unit,
)


def bracket(figure: str, value: float, *, width: float = 0.0, grade: Any = "press", unit: str = "m") -> Bracket:
    sources = () if grade == "assumption" else ("afp",)
    return Bracket(value, value * (1 - width), value * (1 + width), figure, unit, grade, sources, note=f"why {figure}")


def system(key: str = "tower") -> System[Bracket]:
    def f(name: str, value: float, **more: Any) -> Bracket:
        return bracket(f"{key}.{name}", value, **more)

    radar = Radar(
        search_range_m=f("radar.search_range", 36_000.0, width=0.1),
        ref_rcs_m2=2.0,
        pd_at_ref=f("radar.pd_at_ref", 0.8, grade="assumption", unit="1"),
        p_false_alarm=1e-6,
        instrumented_range_m=f("radar.instrumented_range", 40_000.0),
        scan_period_s=f("radar.scan_period", 2.0, unit="s"),
        elevation_min_rad=f("radar.elevation_min", 0.0, unit="rad"),
        elevation_max_rad=f("radar.elevation_max", 1.0, unit="rad"),
        fluctuation="swerling1",
        confirm_m=3,
        confirm_n=5,
        drop_k=5,
    )
    control = FireControl(
        f("fire_control.range", 24_000.0),
        2.0,
        f("fire_control.elevation_min", 0.0, unit="rad"),
        f("fire_control.elevation_max", 1.0, unit="rad"),
    )
    missile = Missile(
        range_min_m=f("missile.range_min", 1_200.0),
        range_max_m=f("missile.range_max", 18_000.0),
        height_min_m=f("missile.height_min", 15.0),
        height_max_m=f("missile.height_max", 10_000.0),
        target_speed_max_mps=f("missile.target_speed_max", 1_000.0, unit="mps"),
        speed_max_mps=f("missile.speed_max", 1_300.0, unit="mps"),
        speed_mean_mps=f("missile.speed_mean", 780.0, unit="mps"),
        speed_mean_over_m=18_000.0,
        rounds=f("missile.rounds", 12.0, unit="1"),
        salvo=1,
        pk={
            "drone": Bracket(0.6, 0.3, 0.8, f"{key}.missile.pk.drone", "1", "assumption", note="nobody says"),
            "aircraft": Bracket(0.9, 0.1, 0.99, f"{key}.missile.pk.aircraft", "1", "press", ("afp",)),
        },
    )
    gun = Gun(
        range_min_m=f("gun.range_min", 200.0),
        range_max_m=f("gun.range_max", 4_000.0),
        height_max_m=f("gun.height_max", 3_000.0),
        target_speed_max_mps=f("gun.target_speed_max", 500.0, unit="mps"),
        projectile_speed_mps=f("gun.projectile_speed", 700.0, unit="mps"),
        rounds=f("gun.rounds", 1_400.0, unit="1"),
        rate_hz=f("gun.rate", 40.0, unit="hz"),
        burst_rounds=f("gun.burst_rounds", 80.0, unit="1"),
        pk_at_range_max_frac=f("gun.pk_at_range_max", 0.3, grade="assumption", unit="1"),
        pk={"cruise": Bracket(0.2, 0.1, 0.4, f"{key}.gun.pk.cruise", "1", "estimate", ("afp",))},
    )
    return System(
        key=key,
        name=key.title(),
        antenna_height_m=f("antenna_height", 5.0),
        radar=radar,
        fire_control=control,
        missile=missile,
        gun=gun,
        channels=f("channels", 3.0, unit="1"),
        reaction_s=f("reaction", 6.0, unit="s"),
        assessment_s=f("assessment", 2.0, unit="s", grade="assumption"),
    )


def threat(key: str, threat_class: Any) -> Threat[Bracket]:
    def f(name: str, value: float, **more: Any) -> Bracket:
        return bracket(f"{key}.{name}", value, **more)

    return Threat(
        key=key,
        name=key.title(),
        threat_class=threat_class,
        motion="level",
        speed_mps=f("speed", 50.0, unit="mps"),
        height_m=f("height", 200.0),
        rcs_m2=f("rcs", 0.1, width=0.5, grade="secondary", unit="m2"),
        own_failure_frac=f("own_failure", 0.1, grade="assumption", unit="1"),
    )


def scenario(*, name: str = "small", units: int = 2, counts: tuple[int, int] = (3, 2)) -> Scenario[Bracket]:
    centre = GeoPoint(0.97, 0.65)
    evidence = Evidence("pictured", "afp", seen="2023-01-20", position_error_m=300.0)
    mounted = bracket("unit:Roof.mounted", 30.0, grade="estimate")
    deployed = [
        Unit("Roof", system(), centre, mounted, "city", evidence),
        Unit("Field", system(), centre, mounted, "city", Evidence("reported", "afp", seen="2023-01-19")),
    ]
    quarter = Span(0.5, 2.0)
    groups = (
        Group(
            "Drones", threat("moped", "drone"), counts[0], "City", quarter, Span(6e4, 6e4), Span(1e2, 5e2), 0.0, 600.0
        ),
        Group(
            "Missiles", threat("arrow", "cruise"), counts[1], "Dam", quarter, Span(9e4, 9e4), Span(50, 50), 0.0, 60.0
        ),
    )
    return Scenario(
        name=name,
        title="A small one",
        when="2023-01-20",
        place=Place(centre, 40_000.0, FlatTerrain(150.0)),
        units=tuple(deployed[:units]),
        assets=(Asset("City", centre, 1_000.0), Asset("Dam", centre, 500.0), Asset("Zoo", centre, 100.0)),
        groups=groups,
        study=Study(seed=7),
        rcs_pass_sigma_db=bracket("model.rcs_pass_sigma", 4.0, width=0.5, grade="assumption", unit="dB"),
        sources={"afp": Source("afp", "A title", "AFP", "2023-01-20", "https://example.org/a")},
        text=f"crenel: 1\ntitle: A small one\n# {name}\r\n",
    )


class Tables(NamedTuple):
    block: int
    shift: NDArray[np.float64]
    group: NDArray[np.int64]
    outside_m: NDArray[np.float64]
    own_failure: float
    n_units: int
    looks: dict[str, NDArray[np.int64]]

    @property
    def groups(self) -> dict[str, NDArray[np.float64]]:
        return {"outside_m": self.outside_m}


class Played(NamedTuple):
    group: NDArray[np.int16]
    passed: NDArray[np.int16]
    fate: NDArray[np.int8]
    cause: NDArray[np.int8]
    came_down: NDArray[np.int8]
    time_ms: NDArray[np.int32]
    rounds: NDArray[np.int16]
    bursts: NDArray[np.int16]
    unit: NDArray[np.int16]
    from_deg: NDArray[np.int16]
    east_m: NDArray[np.int32]
    north_m: NDArray[np.int32]
    fallback_looks: NDArray[np.int32]
    unit_rounds: NDArray[np.int32]


class Refought(NamedTuple):
    leaks: NDArray[np.int32]
    causes: NDArray[np.int32]


class Engine:
    """Every threat of the first group is shot at by one round, of the second by nobody."""

    Played = Played
    Refought = Refought

    def __init__(self, *, delay_s: float = 0.0, central_pk: float = 0.6) -> None:
        self.delay_s = delay_s
        self.central_pk = central_pk
        self.n_plays = 0
        self.rows_fought: set[tuple[float, ...]] = set()
        self.n_prepares = 0

    def warm(self) -> None:
        pass

    def prepare(self, case: Any, world: Any, *, seed: int, block: int, n_passes: int = 64) -> Tables:
        self.n_prepares += 1
        group = np.repeat(np.arange(len(case.groups)), [g.count for g in case.groups])
        shift = np.random.default_rng([seed, block]).uniform(size=n_passes)
        for array in (group, shift):
            array.flags.writeable = False
        outside_m = np.array([0.0, 12_000.0])
        return Tables(
            block,
            shift,
            group,
            outside_m,
            case.groups[0].threat.own_failure_frac,
            len(case.units),
            {"made": np.full((len(case.groups), n_passes, len(case.units)), 10)},
        )

    def play(self, tables: Tables, *, seed: int, replicates: NDArray[np.int64], pk: float | None = None) -> Played:
        self.n_plays += 1
        time.sleep(self.delay_s)
        return self._play(tables, seed, replicates, self.central_pk if pk is None else pk)

    def fight_again(
        self, tables: Tables, *, seed: int, replicates: NDArray[np.int64], curve: NDArray[np.float64]
    ) -> Refought:
        time.sleep(self.delay_s * len(curve))
        points = [self._play(tables, seed, replicates, p) for p in curve]
        causes = [
            [(played.cause == cause).sum(axis=1, dtype=np.int32) for cause in range(len(CAUSES))] for played in points
        ]
        return Refought(
            leaks=np.stack([(played.cause >= 0).sum(axis=1, dtype=np.int32) for played in points], axis=1),
            causes=np.array(causes, np.int32).transpose(2, 0, 1),
        )

    def fight_present(
        self, tables: Tables, *, seed: int, replicates: NDArray[np.int64], presence: NDArray[np.float64]
    ) -> NDArray[np.int32]:
        """What a unit that is not there would have stopped leaks; nobody else takes its place."""
        self.rows_fought |= {tuple(row) for row in presence.tolist()}
        time.sleep(self.delay_s * len(presence))
        played = self._play(tables, seed, replicates, self.central_pk)
        leaks = np.zeros((len(replicates), len(presence)), np.int32)
        for r, replicate in enumerate(replicates):
            chance = np.random.default_rng([seed, int(replicate), 1]).uniform(size=tables.n_units)
            stopped_by = played.unit[r][played.unit[r] >= 0]
            for m, row in enumerate(presence):
                leaks[r, m] = (played.cause[r] >= 0).sum() + (chance >= row)[stopped_by].sum()
        return leaks

    def _play(self, tables: Tables, seed: int, replicates: NDArray[np.int64], p: float) -> Played:
        n = tables.group.size
        dice = np.stack([np.random.default_rng([seed, int(k)]).uniform(size=(n, 4)) for k in replicates])
        passed = (dice[..., 0] * tables.shift.size).astype(np.int16)
        group = np.broadcast_to(tables.group, dice.shape[:2])
        failed = dice[..., 1] < tables.own_failure
        shot = (group == 0) & ~failed & (tables.n_units > 0)
        killed = shot & (dice[..., 2] < p)
        leaked = ~failed & ~killed
        fate = np.where(failed, FATES.index("own_failure"), np.where(killed, 0, FATES.index("leaked")))
        cause = np.where(shot, CAUSES.index("missed"), CAUSES.index("unseen"))
        zero = np.zeros(group.shape)
        return Played(
            group=group.astype(np.int16),
            passed=passed,
            fate=fate.astype(np.int8),
            cause=np.where(leaked, cause, -1).astype(np.int8),
            came_down=np.where(leaked, -1, passed % 5).astype(np.int8),
            time_ms=(dice[..., 3] * 600_000).astype(np.int32),
            rounds=shot.astype(np.int16),
            bursts=zero.astype(np.int16),
            unit=np.where(killed, (passed + tables.block) % max(1, tables.n_units), -1).astype(np.int16),
            from_deg=(30 + 90 * tables.shift[passed]).astype(np.int16),
            east_m=(1_000 * dice[..., 3]).astype(np.int32),
            north_m=zero.astype(np.int32),
            fallback_looks=(replicates % 4 == 0).astype(np.int32),
            unit_rounds=np.stack([shot.sum(axis=1)] + [zero[:, 0]] * (tables.n_units - 1), axis=1).astype(np.int32)
            if tables.n_units
            else np.zeros((len(replicates), 0), np.int32),
        )


BUILT = SimpleNamespace(terrain=None, notes=(), told=dict)
WORLD = SimpleNamespace(build=lambda _: BUILT)


def put_in(monkeypatch: Any, engine: Engine) -> None:
    """Let studies play on arithmetic."""
    from crenel.studies import backtest, compare, montecarlo, playing, sampling, saturation, sensitivity

    for module in (montecarlo, playing, sampling, compare, saturation, sensitivity, backtest):
        monkeypatch.setattr(module, "engine", engine, raising=False)
        monkeypatch.setattr(module, "world", WORLD, raising=False)
