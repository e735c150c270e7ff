"""What an air defence can see, reach and stop, and how sure anyone can be.

`load` reads a scenario, `run` plays its raid thousands of times, `cover` says what is seen and held,
`minimum_visible_height` maps what an antenna sees, `catalogue` tells what is known of systems and threats.
All are loaded when first used, so that importing crenel costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crenel.app import catalogue as catalogue
    from crenel.app import cover as cover
    from crenel.app import load as load
    from crenel.app import run as run
    from crenel.core.entries import Entry as Entry
    from crenel.core.records import Bracket as Bracket
    from crenel.core.records import CrenelError as CrenelError
    from crenel.core.records import Scenario as Scenario
    from crenel.results.coverage import Coverage as Coverage
    from crenel.results.record import Results as Results
    from crenel.world.sweep import Workspace as Workspace
    from crenel.world.sweep import minimum_visible_height as minimum_visible_height

    __version__: str

_HOMES = {
    "Bracket": "crenel.core.records",
    "Coverage": "crenel.results.coverage",
    "CrenelError": "crenel.core.records",
    "Entry": "crenel.core.entries",
    "Results": "crenel.results.record",
    "Scenario": "crenel.core.records",
    "Workspace": "crenel.world.sweep",
    "catalogue": "crenel.app",
    "cover": "crenel.app",
    "load": "crenel.app",
    "minimum_visible_height": "crenel.world.sweep",
    "run": "crenel.app",
}

__all__ = [
    "Bracket",
    "Coverage",
    "CrenelError",
    "Entry",
    "Results",
    "Scenario",
    "Workspace",
    "__version__",
    "catalogue",
    "cover",
    "load",
    "minimum_visible_height",
    "run",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("crenel")
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'crenel' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
