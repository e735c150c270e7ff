"""The scenarios that ship with crenel."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from crenel.inputs.errors import Mark, did_you_mean, quoted
from crenel.inputs.nodes import parse_tree, read_text

_FOLDER: Final = Path(__file__).parent / "data" / "examples"


def examples() -> dict[str, str]:
    """Name and title of every example, by name."""
    return {name: _title(path) for name, path in _paths().items()}


def example_path(name: str) -> Path:
    """The file of an example.

    Raises
    ------
    InputError
        There is no example of that name.
    """
    paths = _paths()
    if name not in paths:
        raise Mark(name).error(f"there is no example called {quoted(name)}", did_you_mean(name, paths))
    return paths[name]


def example_text(name: str) -> str:
    """The commented text of an example, which runs wherever it is written to.

    Raises
    ------
    InputError
        There is no example of that name.
    """
    return read_text(example_path(name), f"{name}.yaml")


def is_example(name: str) -> bool:
    """Whether an example has that name."""
    return name in _paths()


@lru_cache(maxsize=1)
def _paths() -> dict[str, Path]:
    return {path.stem: path for path in sorted(_FOLDER.glob("*.yaml"))}


@lru_cache(maxsize=64)
def _title(path: Path) -> str:
    node = parse_tree(read_text(path, path.name), path.name).get("title")
    return node.text("'title'") if node is not None else path.stem
