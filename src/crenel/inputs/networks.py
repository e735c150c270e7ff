"""What binds the units of a scenario, and how they spend what they have: networks and doctrine."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from crenel.core.records import CLASSES, Bracket, Doctrine, Missile, Network, ThreatClass, Unit
from crenel.inputs.errors import InputError, did_you_mean, gathered, nearest, quoted
from crenel.inputs.models import ScenarioPart
from crenel.inputs.network_part import DoctrinePart, KeepPart, NetworkPart, SalvoPart
from crenel.inputs.nodes import Node

_AT_ONCE: Final = "the scenario does not say how long it takes: taken to pass tracks on at once, the most favourable"
_WORKS: Final = "the scenario does not say: taken to work"
_TOP: Final = ("doctrine",)


class Ruled(NamedTuple):
    """A doctrine, and where each of its keys stands in the file: nowhere, if nobody wrote it."""

    doctrine: Doctrine
    salvo_at: tuple[str, ...] = _TOP
    keep_at: tuple[str, ...] = _TOP


class Bound(NamedTuple):
    """The networks of a scenario with what rules their units, and what rules all others."""

    networks: Mapping[str, Network[Bracket]]
    rules: Mapping[str, Ruled]
    alone: Ruled

    def of(self, network: str) -> Ruled:
        """What rules the units of a network, or of none."""
        return self.rules.get(network, self.alone)


def read_networks(part: ScenarioPart, tree: Node, errors: list[InputError]) -> Bound:
    """The networks and the doctrine of a scenario; mistakes are added to `errors`.

    Where a scenario declares none, each name that a unit gives is a network that works, without delay.
    """
    with gathered(errors):
        _refuse_unnamed(part, tree)
    for number, unit in enumerate(part.defence):
        if part.networks and unit.network and unit.network not in part.networks:
            what = f"there is no network {quoted(unit.network)} under 'networks'"
            node = tree.reach(("defence", number, "network"))
            errors.append(node.error(what, did_you_mean(unit.network, part.networks)))
    alone = _ruled(part.doctrine, Ruled(Doctrine()), _TOP)
    named = dict.fromkeys(unit.network for unit in part.defence if unit.network)
    declared = part.networks or dict.fromkeys(named, NetworkPart())
    rules = {name: _ruled(one.doctrine, alone, ("networks", name, "doctrine")) for name, one in declared.items()}
    networks = {name: _network(name, one, rules[name].doctrine) for name, one in declared.items()}
    return Bound(MappingProxyType(networks), rules, alone)


def refuse_doctrine(bound: Bound, units: Sequence[Unit[Bracket]], tree: Node, errors: list[InputError]) -> None:
    """Refuse salvos that no magazine holds, and reserves that no unit can keep."""
    followers: dict[tuple[str, ...], list[Unit[Bracket]]] = {}
    for unit in units:
        ruled = bound.of(unit.network)
        followers.setdefault((*ruled.salvo_at, "salvo"), []).append(unit)
        followers.setdefault((*ruled.keep_at, "keep"), []).append(unit)
    for path, those in followers.items():
        refuse = _refuse_salvo if path[-1] == "salvo" else _refuse_keep
        for name in CLASSES:
            with gathered(errors):
                refuse(name, [(unit, bound.of(unit.network).doctrine) for unit in those], tree.reach((*path, name)))


def _refuse_unnamed(part: ScenarioPart, tree: Node) -> None:
    if "networks" not in part.model_fields_set:
        return
    if not part.networks:
        raise tree.reach(("networks",)).error(
            "'networks' holds none", 'Write "networks: {moscow: {delay: 2..5 s}}", or leave it out.'
        )
    named = {unit.network for unit in part.defence}
    # One mistake, one complaint: a network that a unit misspells is not also without units.
    misspelt = {near for name in named - part.networks.keys() for near in nearest(name, part.networks)}
    for name in part.networks:
        if name not in named | misspelt:
            mark = tree.reach(("networks",)).key_mark(name)
            raise mark.error(
                f"no unit is in the network {quoted(name)}", f'Add "network: {name}" to its units, or delete it.'
            )


def _network(name: str, part: NetworkPart, doctrine: Doctrine) -> Network[Bracket]:
    delay, availability = f"network:{name}.delay", f"network:{name}.availability"
    at_once = Bracket(0.0, 0.0, 0.0, figure=delay, unit="s", grade="assumption", note=_AT_ONCE)
    works = Bracket(1.0, 1.0, 1.0, figure=availability, unit="1", grade="assumption", note=_WORKS)
    return Network(
        name=name,
        delay_s=at_once if part.delay is None else part.delay.bracket(delay),
        availability=works if part.availability is None else part.availability.bracket(availability),
        doctrine=doctrine,
    )


def _ruled(part: DoctrinePart, under: Ruled, path: tuple[str, ...]) -> Ruled:
    """A doctrine as written; what it leaves out is as in the one under it."""
    below = under.doctrine
    return Ruled(
        Doctrine(
            salvo=below.salvo if part.salvo is None else MappingProxyType(dict(_by_class(part.salvo))),
            keep=below.keep if part.keep is None else MappingProxyType(dict(_by_class(part.keep))),
            least_pk=below.least_pk if part.least_pk is None else part.least_pk,
            rank=below.rank if part.rank is None else part.rank,
            knows_route=below.knows_route if part.planner is None else part.planner == "knows_route",
        ),
        salvo_at=under.salvo_at if part.salvo is None else path,
        keep_at=under.keep_at if part.keep is None else path,
    )


def _by_class(part: SalvoPart | KeepPart) -> Iterator[tuple[ThreatClass, int]]:
    """What is written, class by class; none kept is the same as nothing said."""
    for name in CLASSES:
        if number := getattr(part, name):
            yield name, number


def _refuse_salvo(name: ThreatClass, those: list[tuple[Unit[Bracket], Doctrine]], node: Node) -> None:
    short = [
        (missile.rounds.value, unit.name, doctrine.salvo[name])
        for unit, doctrine in those
        if (missile := _firing(unit, name, doctrine)) and missile.rounds.value < doctrine.salvo.get(name, 0)
    ]
    if not short:
        return
    rounds, unit, salvo = min(short)
    raise node.error(
        f"a salvo of {salvo} against {name} is more than the {rounds:g} missiles of {quoted(unit)}",
        f"Launch {rounds:g} at most, set more 'rounds' for the unit, or give it a network with a doctrine of its own.",
    )


def _refuse_keep(name: ThreatClass, those: list[tuple[Unit[Bracket], Doctrine]], node: Node) -> None:
    held = [
        (unit.system.missile.rounds.value, doctrine.keep[name])
        for unit, doctrine in those
        if unit.system.missile is not None and name in doctrine.keep
    ]
    if not held or any(rounds >= kept for rounds, kept in held):
        return
    rounds, kept = max(held)
    raise node.error(
        f"{kept} missiles are to be kept for {name}, and no unit has more than {rounds:g}",
        f"Keep {rounds:g} at most, or set more 'rounds' for the units.",
    )


def _firing(unit: Unit[Bracket], name: ThreatClass, doctrine: Doctrine) -> Missile[Bracket] | None:
    """The missiles that a unit would launch at the class; None if it has none, or doctrine silences them."""
    missile = unit.system.missile
    if missile is None or not missile.rounds.value or name not in missile.pk:
        return None
    return missile if missile.pk[name].value >= doctrine.least_pk else None
