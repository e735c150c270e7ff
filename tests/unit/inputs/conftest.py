"""A valid scenario, and ways to spoil it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crenel.core.records import Bracket, Scenario
from crenel.inputs import read

VALID = """\
crenel: 1
title: Rooftop systems in Moscow, January 2023
when: 2023-01-20
place: {centre: [55.74 N, 37.60 E], radius: 40 km, terrain: flat 150 m, buildings: none}
sources:
  afp: {title: Kremlin keeps mum, publisher: AFP, date: 2023-01-20, address: "https://example.org/a"}
defence:
  - {unit: Ministry, system: pantsir-s1, at: [55.729 N, 37.590 E], mounted: {floors: 9, grade: estimate},
     network: moscow, evidence: {status: pictured, source: afp, position_error: 300 m}, set: {channels: 4}}
assets:
  - {name: Centre, at: [55.752 N, 37.618 E], radius: 1 km, value: 2}
raid:
  - {threat: shahed-136, count: 12, to: Centre, from: 150..240 deg, starts: 60 km, height: 100..1500 m, within: 10 min}
study: {seed: 7, picture: {threat: shahed-136, height: 100 m}}
"""


@pytest.fixture
def valid() -> str:
    return VALID


@pytest.fixture
def spoiled() -> Callable[..., str]:
    """The valid text with pieces replaced; each piece must be there."""

    def spoil(*changes: tuple[str, str]) -> str:
        text = VALID
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        return text

    return spoil


@pytest.fixture
def reading(tmp_path: Path) -> Callable[[str], Scenario[Bracket]]:
    def load_text(text: str) -> Scenario[Bracket]:
        return read(text, name="test", folder=tmp_path, shown="test.yaml")

    return load_text
