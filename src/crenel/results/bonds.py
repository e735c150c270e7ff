"""Placards about what units and shots have in common, and about threats that are no ordinary ones."""

from collections.abc import Iterator

from crenel.core.records import Bracket, Doctrine, Scenario
from crenel.results.figures import stated_pk


def bonds(scenario: Scenario[Bracket]) -> Iterator[str]:
    """What the scenario says or leaves open of networks, availability, planning and common causes of a miss."""
    if not scenario.units:
        return
    yield from _networks(scenario)
    idle = [unit.name for unit in scenario.units if unit.availability is not None and unit.availability.high == 0.0]
    if idle:
        names = ", ".join(idle)
        yield f"Never works, as the scenario states (availability 0): {names}. It sees, fires and jams nothing."
    if any(doctrine.knows_route for doctrine in _doctrines(scenario)):
        yield "Launches are planned as if every route were known in advance, the optimistic assumption."
    if stated_pk(scenario):
        yield _shots(scenario)


def unusual(scenario: Scenario[Bracket]) -> Iterator[str]:
    """Of the raid: what is a decoy, and what is aimed at the units themselves."""
    n_decoys = sum(group.count for group in scenario.groups if group.decoy)
    n_aimed = sum(group.count for group in scenario.groups if group.silences_frac is not None)
    whole = f"of the {scenario.n_threats:,} threats"
    if n_decoys:
        yield f"{n_decoys:,} {whole} {_are(n_decoys)} decoys, and counted apart."
    if n_aimed:
        yield (
            f"{n_aimed:,} {whole} {_are(n_aimed)} aimed at units. One that reaches its unit silences it with a stated "
            "probability; nobody published how likely that is, or how near it must come."
        )


def _networks(scenario: Scenario[Bracket]) -> Iterator[str]:
    members = [unit.network for unit in scenario.units]
    binding = [network for name, network in scenario.networks.items() if members.count(name) > 1]
    never = [network.name for network in binding if network.availability.high == 0.0]
    if never:
        yield f"Never works, as the scenario states: network {', '.join(never)}. Each of its units is on its own."
    perfect = [n.name for n in binding if n.delay_s.high == 0.0 and n.availability.low == 1.0]
    if perfect:
        yield (
            f"What one unit sees is taken to reach all others of its network ({', '.join(perfect)}) at once and "
            "without fail, the most favourable case."
        )


def _doctrines(scenario: Scenario[Bracket]) -> Iterator[Doctrine]:
    yield from (network.doctrine for network in scenario.networks.values())
    if any(unit.network not in scenario.networks for unit in scenario.units):
        yield scenario.doctrine


def _shots(scenario: Scenario[Bracket]) -> str:
    shared = [
        f"{figure.value:g}{_width(figure)} {whose}"
        for figure, whose in (
            (scenario.common_mode_frac, "between all shots of a raid"),
            (scenario.common_mode_threat_frac, "between those at one threat"),
        )
        if figure is not None and figure.high
    ]
    if not shared:
        return (
            "Shots are taken as independent of each other. What makes one miss may make others miss, and then a raid "
            "ends much better or much worse than this more often."
        )
    return (
        "What makes one shot miss may make others miss: taken as a correlation of "
        f"{', and of '.join(shared)}. Nobody published it."
    )


def _width(figure: Bracket) -> str:
    return f" ({figure.low:g} to {figure.high:g})" if figure.is_doubtful else ""


def _are(n: int) -> str:
    return "is" if n == 1 else "are"
