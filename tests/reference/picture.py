"""Who knows of what: own tracks, the networks' tracks, and the moment from which a unit may fire."""

from collections.abc import Callable

from reference.case import Case, Doctrine, Network
from reference.dice import Dice
from reference.geometry import Interval
from reference.rules import Rules


def network_of(case: Case, name: str) -> Network:
    """A network that nobody describes binds at once and always."""
    return case.networks.get(name, Network(doctrine=case.doctrine))


def grouped(case: Case, works: list[bool], dice: Dice, rules: Rules) -> tuple[list[list[int]], list[Network]]:
    """Units that know what the others know. A unit without a network, or whose network is down, is on its own."""
    groups: dict[str, list[int]] = {}
    bonds: dict[str, Network] = {}
    for u, unit in enumerate(case.units):
        if not works[u]:
            continue
        network = network_of(case, unit.network) if unit.network else Network(doctrine=case.doctrine)
        if unit.network:
            up = dice.network_works(unit.network, network.availability) or not rules.network_availability
            key = f"network {unit.network}" if up else f"unit {u}"
        else:
            key = f"unit {u}" if rules.unlinked_blind else "nobody's"
        groups.setdefault(key, []).append(u)
        bonds[key] = network
    return list(groups.values()), [bonds[key] for key in groups]


class Pictures:
    """The pictures of all units during one raid. `later(time, i, u)` asks to be told when a network's delay is over."""

    def __init__(
        self,
        case: Case,
        groups: list[list[int]],
        bonds: list[Network],
        rules: Rules,
        later: Callable[[float, int, int], None],
        log: Callable[..., None],
    ) -> None:
        self.case, self.groups, self.bonds, self.rules = case, groups, bonds, rules
        self.later, self.log = later, log
        self.group_of = {u: g for g, members in enumerate(groups) for u in members}
        self.own: set[tuple[int, int]] = set()
        self.held_since: dict[tuple[int, int], float] = {}
        self.known: set[tuple[int, int]] = set()
        self.since: dict[tuple[int, int], float] = {}
        self.ready_s: dict[tuple[int, int], float] = {}
        self.first_firm_s: dict[int, float] = {}
        self.kept: dict[tuple[int, int], list[Interval]] = {}
        self.seen: list[set[int]] = [set() for _ in groups]

    def doctrine(self, g: int) -> Doctrine:
        return self.bonds[g].doctrine

    def firm(self, now: float, i: int, u: int) -> None:
        """A unit's own track becomes firm."""
        self.own.add((i, u))
        self.first_firm_s.setdefault(i, now)
        self.refresh(now, i, self.group_of[u])

    def lose(self, now: float, i: int, u: int) -> None:
        """A unit's own track is dropped, or the unit falls silent."""
        self.own.discard((i, u))
        self.refresh(now, i, self.group_of[u])

    def held(self, i: int, g: int) -> bool:
        """Whether the network as a whole holds the track."""
        members = self.groups[g]
        if self.rules.network_holds_any:
            return any((i, u) in self.own for u in members)
        return all((i, u) in self.own for u in members if self.case.units[u].search is not None)

    def refresh(self, now: float, i: int, g: int) -> None:
        """Work out anew what the network holds and who has the track."""
        if not self.held(i, g):
            self.held_since.pop((i, g), None)
            self.known.discard((i, g))
        elif (i, g) not in self.held_since:
            self.held_since[i, g] = now
            delay = self.bonds[g].delay_s if self.rules.network_delay else 0.0
            if delay > 0.0:
                self.later(now + delay, i, g)
            else:
                self.known.add((i, g))
        self.show(now, i, g)

    def network_gets(self, now: float, i: int, g: int, promised_since: float) -> None:
        """The delay is over; nothing happens if the track was lost meanwhile."""
        if self.held_since.get((i, g)) == promised_since:
            self.known.add((i, g))
            self.show(now, i, g)

    def show(self, now: float, i: int, g: int) -> None:
        for u in self.groups[g]:
            has = (i, u) in self.own or (i, g) in self.known
            if has and (i, u) not in self.since:
                self.since[i, u] = now
                start = now if self.rules.own_picture_clock else self.first_firm_s[i]
                self.ready_s[i, u] = max(start + self.case.units[u].reaction_s, now)
                self.log(now, "picture", i, u)
            elif not has and (i, u) in self.since:
                self.close(now, i, u)
                self.log(now, "picture_lost", i, u)
        if any((i, u) in self.since for u in self.groups[g]):
            self.seen[g].add(i)
        else:
            self.seen[g].discard(i)

    def close(self, now: float, i: int, u: int) -> None:
        since = self.since.pop((i, u))
        self.kept.setdefault((i, u), []).append((since, now))
        del self.ready_s[i, u]

    def forget(self, now: float, i: int) -> None:
        """The threat is no more."""
        for g, members in enumerate(self.groups):
            self.held_since.pop((i, g), None)
            self.known.discard((i, g))
            self.seen[g].discard(i)
            for u in members:
                self.own.discard((i, u))
                if (i, u) in self.since:
                    self.close(now, i, u)

    def silence(self, now: float, u: int) -> None:
        """A unit is out: it has no tracks, and nothing is in its picture."""
        g = self.group_of.pop(u)
        self.groups[g] = [member for member in self.groups[g] if member != u]
        for i in range(len(self.case.threats)):
            self.own.discard((i, u))
            if (i, u) in self.since:
                self.close(now, i, u)
            self.refresh(now, i, g)
