from importlib import import_module
from typing import Any

import numba
import numpy as np
import pytest

import crenel
from crenel import engine, world
from crenel.core import doubt, jit
from crenel.engine import fill, launching

playing: Any = import_module("crenel.engine.play")
presence: Any = import_module("crenel.engine.presence")
sweep: Any = import_module("crenel.world.sweep")
terrain: Any = import_module("crenel.world.terrain")


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="plain Python: nothing is compiled")
@pytest.mark.parametrize("example", ["moscow-rooftops", "cumberland"])
def test_after_warming_nothing_is_compiled_any_more(example: str) -> None:
    """Workers are threads: whatever they call must be compiled before, on terrain as on flat ground."""
    engine.warm()
    kernels: list[Any] = [
        playing._play,
        playing._fight_again,
        presence._fight_present,
        fill.fill_looks,
        fill.fill_tracks,
        launching.fill_launches,
        launching.fill_windows,
        fill.fill_outside,
        fill.fill_jams,
    ]
    kernels += [sweep._sweep_slice, sweep._count_from_ground, terrain.bilinear, terrain.sample]
    before = [len(kernel.signatures) for kernel in kernels]
    assert min(before[:9]) > 0
    scenario = crenel.load(example)
    tables = engine.prepare(doubt.resolve(scenario), world.build(scenario), seed=1, block=0, n_passes=2)
    engine.play(tables, seed=1, replicates=np.arange(2))
    engine.fight_again(tables, seed=1, replicates=np.arange(2), curve=np.array([0.5]))
    always = np.ones((1, len(scenario.units)))
    always.flags.writeable = False
    engine.fight_present(tables, seed=1, replicates=np.arange(2), presence=always)
    assert [len(kernel.signatures) for kernel in kernels] == before


def test_warming_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    noted = []
    monkeypatch.setattr(jit, "mark_warm", lambda: noted.append(True))
    engine.warm()
    assert noted == [True]
