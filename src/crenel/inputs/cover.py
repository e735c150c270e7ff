"""The `cover` part of a scenario: what is written there, with the threats it names."""

from collections.abc import Sequence

from crenel.core.records import Bracket, CoverAsk, Group, Threat
from crenel.inputs.catalogue import Catalogue
from crenel.inputs.catalogue.assembly import threat_of
from crenel.inputs.cover_part import CoverPart
from crenel.inputs.errors import InputError, gathered, quoted
from crenel.inputs.nodes import Node


def read_cover(
    part: CoverPart, tree: Node, known: Catalogue, groups: Sequence[Group[Bracket]], errors: list[InputError]
) -> CoverAsk[Bracket]:
    """How a scenario asks for coverage; mistakes are added to `errors`."""
    threats: list[Threat[Bracket]] = []
    for number, key in enumerate(part.threats or ()):
        with gathered(errors):
            threats.append(_threat(key, tree.reach(("cover", "threats", number)), known, groups))
    alarm, requirement = part.alarm, part.requirement
    return CoverAsk(
        threats=tuple(threats),
        heights_m=tuple(sorted(set(part.heights or ()))),
        cell_m=part.cell or 0.0,
        sector_rad=part.sectors,
        starts_m=part.starts,
        decide_s=None if alarm is None else alarm.decide,
        act_s=0.0 if alarm is None else alarm.act,
        required_s=0.0 if requirement is None else requirement.warning,
        required_heights_m=None if requirement is None else requirement.heights,
    )


def _threat(key: str, node: Node, known: Catalogue, groups: Sequence[Group[Bracket]]) -> Threat[Bracket]:
    """As the raid flies it, with its overrides; else as the catalogue has it."""
    found = next((group.threat for group in groups if group.threat.key == key), None)
    if found is None:
        found = threat_of(*known.draft(key, "threat", where=node.mark), where=node.mark)
    if found.motion != "level":
        raise node.error(f"{quoted(key)} flies on an arc, and coverage is for level flight", "Name another threat.")
    return found
