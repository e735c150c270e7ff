"""Published raids to be played and scored: a scenario each, and what was published of how it went."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crenel.core.records import Bracket, Scenario
from crenel.inputs.nodes import Node, read_tree
from crenel.inputs.scenario import load

_FOLDER: Final = Path(__file__).parent / "data" / "backtest"
_KEYS: Final = ("date", "launched", "shot_down", "suppressed", "reached", "source")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one side claimed of one raid. `reached`: reported impacts, None where nobody reported of any."""

    key: str
    date: str
    launched: int
    shot_down: int
    suppressed: int
    reached: int | None
    source: str


def outcomes() -> tuple[Outcome, ...]:
    """Every raid that is scored, by date."""
    path = _FOLDER / "outcomes.yaml"
    found = [_outcome(key, node) for key, node in read_tree(path, path.name).mapping().items()]
    return tuple(sorted(found, key=lambda outcome: (outcome.date, outcome.key)))


def scenario(key: str) -> Scenario[Bracket]:
    """The scenario of a scored raid: its assumptions were written down before it was played."""
    return load(_FOLDER / f"{key}.yaml")


def _outcome(key: str, node: Node) -> Outcome:
    node.known_keys(_KEYS, f"raid '{key}'")
    launched, shot_down, suppressed = (
        _whole(node.need(name, f'Write "{name}: 3".'), name) for name in ("launched", "shot_down", "suppressed")
    )
    reached = node.get("reached")
    if shot_down + suppressed > launched:
        raise node.error(f"more were shot down and suppressed than came in '{key}'", "Correct the numbers.")
    return Outcome(
        key=key,
        date=node.need("date").text("'date'"),
        launched=launched,
        shot_down=shot_down,
        suppressed=suppressed,
        reached=None if reached is None else _whole(reached, "reached"),
        source=node.need("source").text("'source'"),
    )


def _whole(node: Node, name: str) -> int:
    try:
        return int(node.text(f"'{name}'"))
    except ValueError:
        raise node.error(f"'{name}' wants a whole number", f'Write "{name}: 3".') from None
