"""`kernel`: how physics is compiled, and where the compiled code is kept."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba
from platformdirs import user_cache_path

P = ParamSpec("P")
R = TypeVar("R")

_config: Any = numba.config


def _cache_folder() -> Path | None:
    """A writable folder that belongs to this very source text, or None.

    numba notices a change in the compiled function's own file, never in a function that it calls from another file;
    a folder named after a hash of the whole package cannot go stale.
    """
    text = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
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
    """Compile a function: cached, nogil, one thread, no fast-math, so the same bits for any number of workers."""
    before = _config.CACHE_DIR
    _config.CACHE_DIR = str(CACHE_FOLDER or before)  # read when decorated, then given back
    try:
        compiled = numba.njit(cache=bool(CACHE_FOLDER or before), nogil=True, fastmath=False)(function)
    finally:
        _config.CACHE_DIR = before
    return cast("Callable[P, R]", compiled)


def is_warm() -> bool:
    """Whether this version's compiled code is already on disk."""
    return CACHE_FOLDER is not None and (CACHE_FOLDER / ".compiled").exists()


def mark_warm() -> None:
    """Note that every kernel of this version has been compiled and cached."""
    if CACHE_FOLDER is not None:
        (CACHE_FOLDER / ".compiled").touch()
