from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import pytest

from crenel.core import jit
from crenel.core.records import FloatArray


class Pair(NamedTuple):
    values: FloatArray
    factor: float


@jit.kernel
def scaled_sum(pair: Pair) -> float:
    pair = jit.borrow(pair)
    total = 0.0
    for value in pair.values:
        total += pair.factor * value
    return total


@pytest.mark.nojit
def test_a_kernel_reads_a_borrowed_record() -> None:
    values = np.arange(4.0)
    values.flags.writeable = False
    assert scaled_sum(Pair(values, 0.5)) == 3.0
    assert values.tolist() == [0.0, 1.0, 2.0, 3.0]


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="plain Python: nothing is compiled")
def test_a_kernel_is_compiled_without_fast_mathematics_and_holds_no_lock() -> None:
    options = scaled_sum.targetoptions  # type: ignore[attr-defined]
    assert options["nogil"]
    assert not options.get("fastmath")
    assert not options.get("parallel")


def test_the_cache_folder_is_named_after_the_physics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "crenel" / "core"
    package.mkdir(parents=True)
    source = package / "jit.py"
    source.write_text("one")
    monkeypatch.setattr(jit, "__file__", str(source))
    monkeypatch.setattr(jit, "user_cache_path", lambda name: tmp_path / "cache" / name)
    before = jit._cache_folder()
    (package.parent / "report.py").write_text("a page: no physics")
    assert before == jit._cache_folder()
    (package / "other.py").write_text("two")
    after = jit._cache_folder()
    assert before is not None
    assert after is not None
    assert before.is_dir()
    assert before != after
    assert after == jit._cache_folder()


def test_without_a_writable_folder_nothing_is_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    monkeypatch.setattr(jit, "user_cache_path", lambda name: tmp_path / "cache" / name)
    assert jit._cache_folder() is None


def test_warm_is_noted_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jit, "CACHE_FOLDER", tmp_path)
    assert not jit.is_warm()
    jit.mark_warm()
    assert jit.is_warm()
    monkeypatch.setattr(jit, "CACHE_FOLDER", None)
    jit.mark_warm()
    assert not jit.is_warm()
