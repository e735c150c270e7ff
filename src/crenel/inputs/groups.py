"""The raid of a scenario: what the file says of each group, and what the catalogue and published raids add."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crenel.core.records import Bracket, Group, Span, Threat
from crenel.inputs import raids
from crenel.inputs.catalogue import Catalogue
from crenel.inputs.errors import InputError, did_you_mean, gathered, quoted
from crenel.inputs.fields import MAX_THREATS
from crenel.inputs.models import GroupPart, ScenarioPart
from crenel.inputs.nodes import Node
from crenel.inputs.overrides import threat_with


@dataclass(frozen=True, slots=True)
class _Asked:
    """One group that is asked for: what comes of which threat, by whose word, and where the file says so."""

    part: GroupPart
    threat: str
    count: int
    node: Node
    note: str = ""
    sources: tuple[str, ...] = ()


def read_groups(part: ScenarioPart, tree: Node, known: Catalogue, errors: list[InputError]) -> list[Group[Bracket]]:
    """The groups of a raid; mistakes are added to `errors`."""
    asked: list[_Asked] = []
    for number, group in enumerate(part.raid):
        with gathered(errors):
            asked += _asked(group, tree.reach(("raid", number)), known)
    if (n_threats := sum(one.count for one in asked)) > MAX_THREATS:
        what = f"the raid has {n_threats:,} threats in all; the limit is {MAX_THREATS:,}"
        errors.append(tree.key_mark("raid").error(what, "Play fewer."))
    radii_m = {asset.name: asset.radius for asset in part.assets}
    groups: list[Group[Bracket]] = []
    for one, name in zip(asked, _names(asked), strict=True):
        with gathered(errors):
            groups.append(_group(one, name, radii_m, known))
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


def _group(asked: _Asked, name: str, radii_m: Mapping[str, float], known: Catalogue) -> Group[Bracket]:
    part, node = asked.part, asked.node
    if part.to not in radii_m:
        raise node.reach(("to",)).error(f"there is no asset called {quoted(part.to)}", did_you_mean(part.to, radii_m))
    entry, draft = known.draft(asked.threat, "threat", where=node.reach(("threat",)).mark)
    threat = threat_with(entry, draft, part.set, group=name, node=node)
    starts_m = _starts(asked, threat)
    if starts_m.low <= radii_m[part.to]:
        what = f"the threats would start inside {quoted(part.to)}, whose radius is {radii_m[part.to]:g} m"
        raise node.reach(("starts",)).error(what, "Let them start farther out, or make the asset smaller.")
    return Group(
        name=name,
        threat=threat,
        count=asked.count,
        to=part.to,
        from_rad=part.from_,
        starts_m=starts_m,
        height_m=_height(asked, threat),
        after_s=part.after,
        within_s=part.within,
        note=asked.note,
        sources=asked.sources,
    )


def _starts(asked: _Asked, threat: Threat[Bracket]) -> Span:
    stated, is_ballistic = asked.part.starts, threat.motion == "ballistic"
    # Of a published night's many kinds, those that fly on an arc keep their own range.
    if stated is not None and not (is_ballistic and asked.note):
        return stated
    if is_ballistic and threat.range_m is not None:
        return Span(threat.range_m.value, threat.range_m.value)
    raise asked.node.error(
        "this group of the raid has no 'starts'", 'Say how far out it first exists: "starts: 60 km".'
    )


def _height(asked: _Asked, threat: Threat[Bracket]) -> Span:
    part, where = asked.part, asked.node.reach(("height",))
    if part.height is None or (threat.motion == "ballistic" and asked.note):
        return Span(threat.height_m.low, threat.height_m.high)
    if threat.motion == "ballistic":
        raise where.error(f"{threat.name} flies on an arc and has no 'height'", "Leave it out, or set 'apogee'.")
    if part.set.height is not None:
        raise where.error("the height is said twice, here and under 'set'", "Keep one of the two.")
    return part.height
