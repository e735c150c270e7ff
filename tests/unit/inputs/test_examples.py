from pathlib import Path

import pytest

from crenel.core.doubt import figures, resolve
from crenel.inputs import InputError, example_path, example_text, examples, load

NAMES = sorted(examples())


def test_the_examples_that_are_promised_are_there() -> None:
    assert {"moscow-rooftops", "cumberland", "reference-20x3", "reference-100x10"} <= set(NAMES)
    assert examples()["moscow-rooftops"] == load("moscow-rooftops").title


@pytest.mark.parametrize("name", NAMES)
def test_an_example_loads_and_resolves(name: str) -> None:
    scenario = load(name)
    assert scenario.name == name
    assert scenario.text == example_path(name).read_text(encoding="utf-8")
    assert resolve(scenario).n_threats == scenario.n_threats > 0
    for figure in figures(scenario):
        assert figure.low <= figure.value <= figure.high, figure.figure
        assert set(figure.sources) <= set(scenario.sources), figure.figure


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_written_elsewhere_says_the_same(name: str, tmp_path: Path) -> None:
    copy = tmp_path / f"{name}.yaml"
    copy.write_text(example_text(name), encoding="utf-8")
    assert load(copy) == load(name)
    assert "#" in example_text(name)


def test_an_unknown_example_is_refused_with_its_neighbour() -> None:
    with pytest.raises(InputError, match="Did you mean 'moscow-rooftops'"):
        example_path("moscow-rooftop")
    with pytest.raises(InputError):
        example_text("../systems/gepard")
