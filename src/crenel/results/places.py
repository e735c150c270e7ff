"""Where answers may be written: a folder is tried out before anything is worked out for it."""

import os
from contextlib import suppress
from pathlib import Path

from crenel.core.records import CrenelError


def refuse_unwritable(folder: Path) -> None:
    """Refuse a folder that cannot be made or written.

    Raises
    ------
    CrenelError
        With a remedy.
    """
    remedy = "Name another folder: -o DIR."
    try:
        if folder.exists() and not folder.is_dir():
            raise CrenelError(f"{folder} is a file, not a folder. Name a folder: -o DIR.")
        missing = [place for place in (folder, *folder.parents) if not place.exists()]
        there = folder if not missing else missing[-1].parent
        if not there.is_dir():
            raise CrenelError(f"{folder}: {there} is a file, so no folder can be made in it. {remedy}")
        if not os.access(there, os.W_OK | os.X_OK):
            raise CrenelError(f"{folder}: no permission to write in {there}. {remedy}")
        _try_to_make(missing)
    except OSError as error:
        raise CrenelError(f"{folder} cannot be made ({error.strerror}). {remedy}") from None


def _try_to_make(missing: list[Path]) -> None:
    """Make folders, innermost first in the list, and take them away again: only trying tells on every file system."""
    made: list[Path] = []
    try:
        for folder in reversed(missing):
            folder.mkdir()
            made.append(folder)
    except FileExistsError:
        pass  # somebody made it meanwhile
    finally:
        for folder in reversed(made):
            with suppress(OSError):  # somebody uses it already
                folder.rmdir()
