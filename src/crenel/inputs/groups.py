"""The raid of a scenario: what the file says of each group, and what the catalogue and published raids add."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from crenel.core.records import Bracket, GeoPoint, Group, Span, Threat, Unit
from crenel.inputs import raids
from crenel.inputs.catalogue import Catalogue
from crenel.inputs.coordinates import degrees, distance_m, is_swapped
from crenel.inputs.errors import InputError, did_you_mean, gathered, quoted
from crenel.inputs.fields import MAX_THREATS
from crenel.inputs.models import GroupPart, ScenarioPart
from crenel.inputs.nodes import Node
from crenel.inputs.overrides import threat_with

_SAME_PLACE_M: Final = 10.0
"""Two points of a way that are nearer to each other are one, most likely written twice."""


class _Target(NamedTuple):
    """What a group may be aimed at, and how near counts as reached."""

    at: GeoPoint
    radius_m: float
    is_unit: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """One group that is asked for: what comes of which threat, by whose word, and where the file says so."""

    part: GroupPart
    threat: str
    count: int
    node: Node
    note: str = ""
    sources: tuple[str, ...] = ()


def read_groups(
    part: ScenarioPart,
    tree: Node,
    known: Catalogue,
    units: Sequence[Unit[Bracket]],
    errors: list[InputError],
) -> list[Group[Bracket]]:
    """The groups of a raid; mistakes are added to `errors`. A unit whose part is wrong can still be aimed at."""
    asked: list[_Asked] = []
    for number, group in enumerate(part.raid):
        with gathered(errors):
            asked += _asked(group, tree.reach(("raid", number)), known)
    if (n_threats := sum(one.count for one in asked)) > MAX_THREATS:
        what = f"the raid has {n_threats:,} threats in all; the limit is {MAX_THREATS:,}"
        errors.append(tree.key_mark("raid").error(what, "Play fewer."))
    radii_m = {unit.name: unit.radius_m.high for unit in units if unit.radius_m is not None}
    targets = {unit.unit: _Target(unit.at, radii_m.get(unit.unit, 0.0), is_unit=True) for unit in part.defence}
    targets |= {asset.name: _Target(asset.at, asset.radius, is_unit=False) for asset in part.assets}
    for number, group in enumerate(part.raid):
        node = tree.reach(("raid", number))
        for refuse in (_refuse_target, _refuse_waves, _refuse_under_ground, _refuse_way):
            with gathered(errors):
                refuse(group, node, part, targets)
    groups: list[Group[Bracket]] = []
    for one, name in zip(asked, _names(asked), strict=True):
        if one.part.to in targets:
            with gathered(errors):
                groups.append(_group(one, name, targets[one.part.to], known))
    return groups


def _asked(part: GroupPart, node: Node, known: Catalogue) -> Iterator[_Asked]:
    """What one item of the raid amounts to: a published night may bring several kinds of threat."""
    if part.count is not None:
        yield _Asked(part, part.threat, part.count, node)
        return
    where = node.reach(("as_published",)).mark
    if raids.is_year(part.as_published):
        if not part.threat:
            raise where.error("a year alone does not say what comes", 'Add "threat: shahed-136", or name a night.')
        entry, _ = known.draft(part.threat, "threat", where=node.reach(("threat",)).mark)
        brought: Sequence[raids.Coming] = (raids.typical(entry, part.as_published, share_frac=part.share, where=where),)
    else:
        if part.threat:
            raise node.reach(("threat",)).error("a published night says itself what comes", "Delete 'threat'.")
        brought = raids.coming(part.as_published, share_frac=part.share, where=where)
    for coming in brought:
        yield _Asked(part, coming.threat, coming.count, node, coming.note, coming.source)


def _names(asked: Sequence[_Asked]) -> list[str]:
    """The groups' names: as stated, else the threat's key; with a number where it is taken."""
    taken = {group.part.name for group in asked if group.part.name is not None}
    names: list[str] = []
    used: set[str] = set()
    for group in asked:
        stated = group.part.name
        name, n = stated or group.threat, 1
        while name in used or (stated is None and name in taken):
            n += 1
            name = f"{stated or group.threat}-{n}"
        used.add(name)
        names.append(name)
    return names


def _refuse_target(group: GroupPart, node: Node, part: ScenarioPart, targets: Mapping[str, _Target]) -> None:
    to, said = quoted(group.to), group.silences is not None
    if group.to not in targets:
        what = f"there is no asset and no unit called {to}"
        raise node.reach(("to",)).error(what, did_you_mean(group.to, targets))
    is_unit = any(unit.unit == group.to for unit in part.defence)
    if is_unit and not targets[group.to].is_unit:
        raise node.reach(("to",)).error(f"both an asset and a unit are called {to}", "Rename one of the two.")
    if is_unit and not said:
        raise node.reach(("to",)).error(
            f"{to} is a unit, and nothing says how likely a threat that reaches it is to silence it",
            'Add for example "silences: 0.3..0.7".',
        )
    if said and not is_unit:
        raise node.key_mark("silences").error(
            f"{to} is an asset, which no threat can silence", "Leave 'silences' out, or aim at a unit."
        )


def _refuse_waves(group: GroupPart, node: Node, part: ScenarioPart, targets: Mapping[str, _Target]) -> None:
    if group.waves == 1 and group.every is not None:
        raise node.key_mark("every").error(
            "'every' is how far waves are apart, and there is only one", 'Add "waves: 4".'
        )
    if group.waves > 1 and not group.every:
        where = node.reach(("every",)) if group.every is not None else node.reach(("waves",))
        raise where.error(
            f"nothing says how far the {group.waves} waves are apart", 'Write for example "every: 5 min".'
        )
    if group.count is not None and group.waves > group.count:
        raise node.reach(("waves",)).error(
            f"{group.count} threats cannot come in {group.waves} waves", f'Write "waves: {group.count}" or less.'
        )


def _refuse_under_ground(group: GroupPart, node: Node, part: ScenarioPart, targets: Mapping[str, _Target]) -> None:
    ground_m = part.place.terrain.flat
    if group.height is None or group.height.above != "sea" or ground_m is None:
        return
    if (low_m := group.height.span.low) <= ground_m:
        raise node.reach(("height",)).error(
            f"{low_m:g} m above the sea is not above the ground, which is flat at {ground_m:g} m",
            "Let them fly higher, or count from the ground.",
        )


def _refuse_way(group: GroupPart, node: Node, part: ScenarioPart, targets: Mapping[str, _Target]) -> None:
    """Refuse points of a way that are mistyped, written twice, or beyond its end."""
    if not group.via or group.to not in targets:
        return
    target, to = targets[group.to], quoted(group.to)
    centre, within_m = part.place.centre, part.place.radius
    out_m = max(within_m, group.starts.high) if group.starts else within_m
    for number, at in enumerate(group.via):
        where = node.reach(("via", number))
        if min(distance_m(target.at, at) - out_m, distance_m(centre, at) - within_m) > 0.0:
            what = f"this point lies {distance_m(target.at, at) / 1000.0:,.0f} km from {to}, outside the place"
            remedy = "Mend it, or let the group start farther out."
            if is_swapped(at, target.at, out_m):
                lat_deg, lon_deg = degrees(at)
                remedy = f"Latitude and longitude look swapped: write [{lon_deg:g}, {lat_deg:g}]."
            raise where.error(what, remedy)
        if distance_m(target.at, at) <= target.radius_m:
            raise where.error(f"this point lies inside {to}, where the way ends", "Leave it out: the way ends there.")
    for number, (first, second) in enumerate(pairwise(group.via), start=1):
        if distance_m(first, second) <= _SAME_PLACE_M:
            raise node.reach(("via", number)).error(
                "this point is the same as the one before it", "Delete one of them."
            )


def _group(asked: _Asked, name: str, target: _Target, known: Catalogue) -> Group[Bracket]:
    part, node = asked.part, asked.node
    entry, draft = known.draft(asked.threat, "threat", where=node.reach(("threat",)).mark)
    threat = threat_with(entry, draft, part.set, group=name, node=node)
    via, starts_m, height_m = _via(asked, threat), _starts(asked, threat), _height(asked, threat)
    if starts_m.low <= target.radius_m:
        what = f"the threats would start inside {quoted(part.to)}, whose radius is {target.radius_m:g} m"
        raise node.reach(("starts",)).error(what, "Let them start farther out, or make its radius smaller.")
    if part.count is None and part.waves > asked.count:
        what = f"{asked.count} x {asked.threat} of that raid cannot come in {part.waves} waves"
        raise node.reach(("waves",)).error(what, "Write fewer waves, or a larger share.")
    return Group(
        name=name,
        threat=threat,
        count=asked.count,
        to=part.to,
        from_rad=part.from_,
        starts_m=starts_m,
        height_m=height_m,
        after_s=part.after,
        within_s=part.within,
        note=asked.note,
        sources=asked.sources,
        via=via,
        height_above="ground" if part.height is None or _keeps_its_arc(asked, threat) else part.height.above,
        waves=part.waves,
        wave_every_s=part.every or 0.0,
        decoy=part.decoy,
        silences_frac=None if part.silences is None else part.silences.bracket(f"group:{name}.silences"),
    )


def _keeps_its_arc(asked: _Asked, threat: Threat[Bracket]) -> bool:
    """Of a published night's many kinds, those that fly on an arc fly as published, whatever is said of the others."""
    return threat.motion == "ballistic" and bool(asked.note)


def _via(asked: _Asked, threat: Threat[Bracket]) -> tuple[GeoPoint, ...]:
    if not asked.part.via or _keeps_its_arc(asked, threat):
        return ()
    if threat.motion == "ballistic":
        where = asked.node.key_mark("via")
        raise where.error(
            f"{threat.name} flies on an arc, straight at its target, and not 'via' anything", "Delete it."
        )
    return tuple(asked.part.via)


def _starts(asked: _Asked, threat: Threat[Bracket]) -> Span:
    stated = asked.part.starts
    if stated is not None and not _keeps_its_arc(asked, threat):
        return stated
    if threat.motion == "ballistic" and threat.range_m is not None:
        return Span(threat.range_m.value, threat.range_m.value)
    raise asked.node.error(
        "this group of the raid has no 'starts'", 'Say how far out it first exists: "starts: 60 km".'
    )


def _height(asked: _Asked, threat: Threat[Bracket]) -> Span:
    part, where = asked.part, asked.node.reach(("height",))
    if part.height is None or _keeps_its_arc(asked, threat):
        return Span(threat.height_m.low, threat.height_m.high)
    if threat.motion == "ballistic":
        raise where.error(f"{threat.name} flies on an arc and has no 'height'", "Leave it out, or set 'apogee'.")
    if part.set.height is not None:
        raise where.error("the height is said twice, here and under 'set'", "Keep one of the two.")
    return part.height.span
