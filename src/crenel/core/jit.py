"""`kernel`: how physics is compiled, and where the compiled code is kept."""

import hashlib
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar, cast

import numba
from numba.core import types
from numba.extending import intrinsic
from numba.np import arrayobj
from platformdirs import user_cache_path

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

PHYSICS: Final = ("core", "world", "models", "coverage", "engine")
"""The layers in which kernels live, and that call nothing above them."""

_KEPT = 8  # caches of as many versions, the newest
_IN_USE_S = 3600.0  # a cache that changed this lately may be another process's

_config: Any = numba.config
_make_array: Any = arrayobj.make_array


def _cache_folder() -> Path | None:
    """A writable folder that belongs to this very source text, or None.

    numba notices a change in the compiled function's own file, never in a function that it calls from another file;
    a folder named after a hash of all the physics, where alone kernels live, cannot go stale.
    """
    text = hashlib.sha256()
    package = Path(__file__).parents[1]
    for path in sorted(path for layer in PHYSICS for path in (package / layer).rglob("*.py")):
        text.update(path.read_bytes())
    bounds = "-boundscheck" if _config.BOUNDSCHECK else ""
    folder = user_cache_path("crenel") / f"kernels-{text.hexdigest()[:16]}{bounds}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".writable").touch()
    except OSError:
        return None
    return folder


CACHE_FOLDER = None if _config.DISABLE_JIT or _config.CACHE_DIR else _cache_folder()


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function: cached, nogil, one thread, no fast-math, so the same bits for any number of workers.

    Kernels are put into the kernels that call them: handing on tables of twenty arrays took most of a raid's time.
    """
    before = _config.CACHE_DIR
    _config.CACHE_DIR = str(CACHE_FOLDER or before)  # read when decorated, then given back
    try:
        compile_with = numba.njit(cache=bool(_config.CACHE_DIR), nogil=True, fastmath=False, forceinline=True)
        compiled = compile_with(function)
    finally:
        _config.CACHE_DIR = before
    return cast("Callable[P, R]", compiled)


@intrinsic
def _without_owner(_context: Any, record: Any) -> Any:
    """The same named tuple, its arrays without the owner that reference counting would look after."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        (value,) = arguments
        for place, kind in enumerate(signature.args[0].types):
            if isinstance(kind, types.Array):
                array = _make_array(kind)(context, builder, value=builder.extract_value(value, place))
                array.meminfo = array.meminfo.type(None)
                value = builder.insert_value(value, array._getvalue(), place)
        return value

    return record(record), generate


def _itself(record: T) -> T:
    return record


borrow = _itself if _config.DISABLE_JIT else cast("Callable[[T], T]", _without_owner)
"""Arrays of a named tuple for the time of a call, inside kernels: handing them on costs no reference counting.

Counting is atomic and took four fifths of a raid's time. The caller of the outermost kernel keeps the arrays alive.
"""


def is_warm() -> bool:
    """Whether this version's compiled code is already on disk."""
    return CACHE_FOLDER is not None and (CACHE_FOLDER / ".compiled").exists()


def mark_warm() -> None:
    """Note that every kernel of this version is compiled and cached, and remove the caches of versions long gone."""
    if CACHE_FOLDER is None:
        return
    with suppress(OSError):  # somebody cleared the cache meanwhile: then it is not warm, and nothing is lost
        (CACHE_FOLDER / ".compiled").touch()
        others = sorted((folder.stat().st_mtime, folder) for folder in CACHE_FOLDER.parent.glob("kernels-*"))
        for changed_s, folder in others[:-_KEPT]:
            # Another version may be compiling beside this one.
            if folder != CACHE_FOLDER and time.time() - changed_s > _IN_USE_S:
                shutil.rmtree(folder, ignore_errors=True)
