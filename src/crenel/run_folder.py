"""What a run says before it begins, and the maps in its folder."""

import logging
from pathlib import Path

from crenel.core.records import Bracket, Scenario

_LOG = logging.getLogger("crenel.app")


def announce(
    scenario: Scenario[Bracket], *, seed: int | None, replicates: int, n_doubt: int, folder: Path | None
) -> None:
    """Say what a long first silence is: code is compiled once, on this thread.

    What will be refused, or is answered already, is not announced; looking twice costs nothing next to compiling.
    """
    from crenel import world
    from crenel.core import jit
    from crenel.results import folder as run_folder
    from crenel.results import identity, parts

    if jit.is_warm():
        return
    if folder is not None:
        state = run_folder.state(
            folder,
            identity.question(scenario, scenario.study.seed if seed is None else seed, n_doubt),
            replicates=parts.rounded_up(replicates, parts.layout(n_doubt)),
            n_threats=scenario.n_threats,
        )
        if state == "complete":
            return
    world.build(scenario)
    _LOG.warning("compiling the physics, once per version: this takes about a minute ...")


def draw(scenario: Scenario[Bracket], folder: Path) -> None:
    """Write what the report's map is drawn from; its plan comes last, so a plan that is there is whole."""
    from crenel import world
    from crenel.core import doubt
    from crenel.coverage import default_picture, picture
    from crenel.results.folder import write_bytes, write_json

    maps = folder / "maps"
    if (maps / "picture.json").exists():
        return
    case = doubt.resolve(scenario)
    threat_key, height_m = default_picture(case)
    drawn = picture(case, world.build(scenario), threat_key=threat_key, height_m=height_m)
    maps.mkdir(exist_ok=True)
    for name, content in drawn.files().items():
        write_bytes(maps / name, content)
    write_json(maps / "picture.json", drawn.plain())
