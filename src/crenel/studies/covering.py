"""Coverage of a scenario: from the question to the answer as plain data and rasters."""

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np

from crenel.core import doubt
from crenel.core.records import Asset, Bracket, Group, Scenario, Span, Threat, Unit
from crenel.coverage.approach import HELD
from crenel.coverage.approaches import Approach
from crenel.coverage.asked import Asked, asked
from crenel.coverage.cover import Covered
from crenel.coverage.cover import cover as covered
from crenel.coverage.gaps import Gap
from crenel.coverage.geometry import REASONS
from crenel.coverage.warning import Sector
from crenel.results.bonds import bonds, unusual
from crenel.results.coverage import FORMAT, MARK, Coverage, Rasters
from crenel.results.figures import weakest
from crenel.results.identity import coverage_hash, version
from crenel.results.summary import asset_row, grounds, unit_row
from crenel.world import World, build

_LOG = logging.getLogger(__name__)

_NOT_FOR_COVERAGE: Final = ("kill", "failure", "jamming", "working", "presence")
"""What figures bear on that coverage does not ask: whether a shot kills, what fails by itself or is jammed, and whether
a unit is there and works: each is taken to be."""


class Progress(NamedTuple):
    """How far it is."""

    what: str
    done: int
    total: int


def cover(
    scenario: Scenario[Bracket],
    *,
    threats: Sequence[str] = (),
    heights_m: Sequence[float] = (),
    units: Sequence[str] = (),
    cell_m: float = 0.0,
    progress: Callable[[Progress], None] | None = None,
) -> Coverage:
    """What is seen, held, reached and warned of.

    Parameters
    ----------
    scenario : Scenario[Bracket]
    threats, units : sequence of str
        Keys and names, instead of the scenario's.
    heights_m : sequence of float [m]
        Instead of the scenario's.
    cell_m : float [m]
        0: as the scenario says.
    progress : callable, optional

    Returns
    -------
    Coverage
        For the central value of every figure.

    Raises
    ------
    CrenelError
        As `asked` and `coverage.cover`, and for a threat that nobody knows.
    """
    chosen = [_threat(key, scenario) for key in threats]
    narrowed = _narrowed(scenario, chosen, units)
    case = doubt.resolve(narrowed)
    question = asked(
        case, threats=case.cover.threats if chosen else (), heights_m=heights_m, units=units, cell_m=cell_m
    )
    narrowed = _raised(narrowed, question, chosen)
    world = build(narrowed)
    tell = None if progress is None else lambda what, done, total: progress(Progress(what, done, total))
    found = covered(case, world, question, progress=tell)
    _LOG.info("coverage of %d by %d cells of %g m", found.grid.n_rows, found.grid.n_columns, found.grid.cell_m)
    return Coverage(None, _answer(narrowed, world, found), _rasters(world, found))


def _threat(key: str, scenario: Scenario[Bracket]) -> Threat[Bracket]:
    """As the scenario flies it, with its overrides; else as the catalogue has it."""
    from crenel.inputs import threat

    flown = [group.threat for group in scenario.groups] + list(scenario.cover.threats)
    return next((one for one in flown if one.key == key), None) or threat(key)


def _narrowed(
    scenario: Scenario[Bracket], chosen: Sequence[Threat[Bracket]], units: Sequence[str]
) -> Scenario[Bracket]:
    """The scenario with the threats and units that count; which unit is not known, `asked` tells."""
    if chosen:
        scenario = replace(scenario, cover=replace(scenario.cover, threats=tuple(chosen)))
    if units and set(units) <= {unit.name for unit in scenario.units}:
        scenario = replace(scenario, units=tuple(unit for unit in scenario.units if unit.name in units))
    return scenario


def _raised(scenario: Scenario[Bracket], question: Asked, chosen: Sequence[Threat[Bracket]]) -> Scenario[Bracket]:
    """The scenario with the threats that coverage asks about as its raid, for figures, sources and placards."""
    every = [*chosen, *scenario.cover.threats, *(group.threat for group in scenario.groups)]
    by_key = {threat.key: threat for threat in reversed(every)}
    heights = Span(question.heights_m[0], question.heights_m[-1])
    groups = tuple(
        Group(
            name=threat.key,
            threat=by_key[threat.key],
            count=1,
            to=scenario.assets[0].name,
            from_rad=Span(0.0, 2.0 * math.pi),
            starts_m=starts_m,
            height_m=heights,
            after_s=0.0,
            within_s=0.0,
        )
        for threat, starts_m in zip(question.threats, question.starts_m, strict=True)
    )
    return replace(scenario, groups=groups)


def _answer(scenario: Scenario[Bracket], world: World, found: Covered) -> dict[str, Any]:
    rest = grounds(scenario, notes=world.notes, told=world.told(), outside_m=())
    figures = [row for row in rest["figures"] if _matters(row)]
    return {
        MARK: FORMAT,
        "crenel": version(),
        "scenario": {
            "name": scenario.name,
            "title": scenario.title,
            "when": scenario.when,
            "hash": coverage_hash(scenario, _question(found)),
            "note": scenario.note,
        },
        "question": _question(found),
        "units": [
            {
                **unit_row(unit),
                **_local(world, unit),
                "sees": unit.name in found.seeing,
                "armed": unit.name in found.armed,
            }
            for unit in scenario.units
        ],
        "assets": [_asset(asset_row(asset, ()), _local(world, asset)) for asset in scenario.assets],
        "shares": [_shares(one) for one in found.approaches],
        "warning": [_warning(sector) for sector in found.sectors],
        "gaps": [_gap(gap) for gap in found.gaps],
        "without": [
            row
            for one, nearest in zip(found.approaches, found.near or found.approaches, strict=True)
            for row in _without(one, nearest)
        ],
        "azimuths": [_azimuths(one) for one in found.approaches],
        "place": rest["place"],
        "assumptions": [row for row in figures if row["grade"] == "assumption"],
        "figures": figures,
        "sources": rest["sources"],
        "weakest_grade": weakest(row["grade"] for row in figures),
        "placards": _placards(rest["placards"], scenario),
    }


def _matters(row: dict[str, Any]) -> bool:
    if row["bears_on"] in _NOT_FOR_COVERAGE or row["figure"].startswith("model.rcs_pass"):
        return False
    return ".jammer." not in row["figure"]


def _placards(placards: list[str], scenario: Scenario[Bracket]) -> list[str]:
    """Those of a run that hold here: coverage plays no raid, rolls no dice and asks for no kill probability."""
    left_out = ("How often one shot kills", "No weapon of these units", "The raid is stated", "The intervals hold")
    of_raids = {*bonds(scenario), *unusual(scenario)}
    kept = [placard for placard in placards if not placard.startswith(left_out) and placard not in of_raids]
    armed = any(unit.system.missile or unit.system.gun for unit in scenario.units)
    shots = " Reach and depth of fire say where a round can meet the threat, not whether it kills." if armed else ""
    return [
        kept[0],
        "A simulation from published figures at their central values, not an observation of any real defence." + shots,
        *kept[1:],
        *_as_if_working(scenario),
        "Threats fly straight at an asset, at one height above the ground and one speed. What the brackets of the "
        "figures would change is not shown here.",
    ]


def _as_if_working(scenario: Scenario[Bracket]) -> list[str]:
    """What a raid would ask of units and networks, where a scenario says anything about it."""
    if all(unit.availability is None for unit in scenario.units) and not scenario.networks:
        return []
    return ["Every unit and every network is taken to work, and what one unit sees to reach its network at once."]


def _question(found: Covered) -> dict[str, Any]:
    question, ask = found.question, found.question.ask
    return {
        "threats": [_flown(one, starts) for one, starts in zip(question.threats, question.starts_m, strict=True)],
        "heights_m": list(question.heights_m),
        "units": [unit.name for unit in question.units],
        "cell_m": round(found.grid.cell_m, 6),
        "sector_deg": round(math.degrees(ask.sector_rad), 6),
        "held_means": HELD,
        "alarm": _alarm(question),
        "requirement": _requirement(question),
    }


def _flown(threat: Threat[float], starts_m: Span) -> dict[str, Any]:
    return {
        "key": threat.key,
        "name": threat.name,
        "threat_class": threat.threat_class,
        "speed_mps": threat.speed_mps,
        "rcs_m2": threat.rcs_m2,
        "starts_m": [starts_m.low, starts_m.high],
    }


def _alarm(question: Asked) -> dict[str, Any] | None:
    decide_s = question.ask.decide_s
    return None if decide_s is None else {"decide_s": [decide_s.low, decide_s.high], "act_s": question.ask.act_s}


def _requirement(question: Asked) -> dict[str, Any] | None:
    ask = question.ask
    if ask.required_s <= 0.0:
        return None
    band = ask.required_heights_m
    return {"warning_s": ask.required_s, "heights_m": None if band is None else [band.low, band.high]}


def _asset(row: dict[str, Any], at: dict[str, float]) -> dict[str, Any]:
    return {**{name: value for name, value in row.items() if name != "threats"}, **at}


def _local(world: World, thing: Unit[Bracket] | Asset) -> dict[str, float]:
    east_m, north_m = world.frame.to_local(thing.at)
    return {"east_m": round(east_m, 1), "north_m": round(north_m, 1)}


def _which(found: Approach) -> dict[str, Any]:
    return {"asset": found.asset, "threat": found.threat, "height_m": found.height_m}


def _shares(found: Approach) -> dict[str, Any]:
    shares = {name: round(share, 6) for name, share in found.shares().items()}
    reasons = dict(zip(REASONS, (round(float(share), 6) for share in found.reason_shares()), strict=True))
    return {**_which(found), "near_m": found.near_m, **shares, "reasons": reasons}


def _warning(sector: Sector) -> dict[str, Any]:
    low_s, high_s = sector.left_s or (None, None)
    return {
        "asset": sector.asset,
        "threat": sector.threat,
        "height_m": sector.height_m,
        "starts_m": sector.starts_m,
        "from_deg": sector.from_deg,
        "to_deg": sector.to_deg,
        "warning_s": round(sector.warning_s, 2),
        "worst_s": round(sector.worst_s, 2),
        "usual_s": round(sector.usual_s, 2),
        "first_firm_m": round(sector.first_firm_m, 1),
        "never_share": round(sector.never_share, 4),
        "reason": sector.reason,
        "left_low_s": None if low_s is None else round(low_s, 2),
        "left_high_s": None if high_s is None else round(high_s, 2),
        "passes": sector.passes,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "asset": gap.asset,
        "threat": gap.threat,
        "height_m": gap.height_m,
        "kind": gap.kind,
        "from_deg": gap.from_deg,
        "to_deg": gap.to_deg,
        "share": round(gap.share, 4),
        "cause": gap.cause,
        "remedy": gap.remedy,
    }


def _without(found: Approach, nearest: Approach) -> list[dict[str, Any]]:
    """What is lost if any one unit that sees is down: shares, and warning from where threats begin nearest."""
    if len(found.watchers) < 2:
        return []
    whole = found.shares()
    warning_s, worst_s = nearest.least_warning()
    rows = []
    for u, watcher in enumerate(found.watchers):
        if watcher.site.sees:
            left = found.shares(without=u)
            lost = {f"{name}_lost": round(max(whole[name] - left[name], 0.0), 6) for name in whole}
            warning_left_s, worst_left_s = nearest.least_warning(without=u)
            warning = {
                "warning_s": round(warning_s, 2),
                "warning_left_s": round(min(warning_left_s, warning_s), 2),
                "worst_s": round(worst_s, 2),
                "worst_left_s": round(min(worst_left_s, worst_s), 2),
            }
            rows.append({**_which(found), "unit": watcher.unit.name, **lost, **warning})
    return rows


def _azimuths(found: Approach) -> dict[str, Any]:
    """What is drawn around the compass, every 3 degrees; metres and seconds, null where it never comes."""
    course, every = found.course, found.course.every
    firm_m, worst_m = found.firm_m[::every], found.worst_m[::every]
    engagements = {
        watcher.unit.name: counts.tolist()
        for watcher, counts in zip(found.watchers, found.n_engagements, strict=True)
        if np.isfinite(found.ready_m[list(found.watchers).index(watcher)]).any() or counts.any()
    }
    return {
        **_which(found),
        "warning_s": [round(float(second), 1) for second in course.seconds_left(firm_m)],
        "worst_s": [round(float(second), 1) for second in course.seconds_left(worst_m)],
        "first_firm_m": [None if math.isnan(away) else round(float(away), 1) for away in firm_m],
        "engagements": engagements,
    }


def _rasters(world: World, found: Covered) -> Rasters:
    layers, question = found.layers, found.question
    pair = ("threat", "height")
    stacks: dict[str, tuple[tuple[str, ...], np.ndarray]] = {
        "sight_height": (("unit",), layers.sight_m),
        "reason_any": (pair, layers.best),
        "reason": (("unit", *pair), layers.reason),
        "n_units": (pair, layers.n_units),
        "p_look": (pair, layers.p_look),
        "p_held": (("asset", *pair), layers.held),
        "time_left": (("asset", *pair), _time_left(found)),
    }
    if found.armed:
        stacks["reach"] = (("shooter", "asset", *pair), layers.reach.view(np.uint8))
        stacks["engagements"] = (("asset", *pair), layers.engagements)
    assets = tuple(dict.fromkeys(one.asset for one in found.approaches))
    axes: dict[str, tuple[Any, ...]] = {
        "unit": found.seeing,
        "asset": assets,
        "threat": tuple(threat.key for threat in question.threats),
        "height": question.heights_m,
    }
    if found.armed:
        axes["shooter"] = found.armed
    return Rasters(
        west_m=found.grid.west_m,
        north_m=found.grid.north_m,
        cell_m=found.grid.cell_m,
        projection=world.frame.definition,
        stacks=stacks,
        axes=axes,
        flags={"reason": REASONS, "reason_any": REASONS},
        hillshade=found.hillshade,
    )


def _time_left(found: Covered) -> np.ndarray:
    """(A, T, N, H, W) time to arrival where the threat has been held by then; 0 where not, NaN beyond the start."""
    left_s = np.empty_like(found.layers.held)
    flat = left_s.reshape(-1, *left_s.shape[-2:])
    held = found.layers.held.reshape(flat.shape)
    for n, one in enumerate(found.approaches):
        course = one.course
        away_s = course.seconds_left(found.grid.distance_m(course.east_m, course.north_m))
        flat[n] = np.where(held[n] >= HELD, away_s, np.where(np.isnan(held[n]), np.nan, 0.0))
    return left_s
