"""The folder that a server works in: nothing outside of it is read or written."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crenel import app
from crenel.core.records import CrenelError

_EXAMPLE: Final = "example:"
_FILE: Final = "file:"
_NOTES: Final = ".crenel-serve.json"
MAX_TEXT: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder of scenarios, with its runs in `runs/`."""

    folder: Path

    def path(self, inside: str) -> Path:
        """A path within the folder.

        Raises
        ------
        CrenelError
            It leads out of the folder, by whatever way.
        """
        root = self.folder.resolve()
        try:
            found = (root / inside).resolve()
        except (OSError, ValueError):
            raise CrenelError("That is no path.") from None
        if not found.is_relative_to(root) or "\0" in inside:
            raise CrenelError(f"{inside[:80]} lies outside the folder that is served.")
        return found

    def scenarios(self) -> list[dict[str, str]]:
        """What can be opened: files of the folder, then the examples."""
        files = [{"key": _FILE + path.name, "name": path.name, "title": ""} for path in app.scenario_files(self.folder)]
        return files + [
            {"key": _EXAMPLE + name, "name": name, "title": title} for name, title in app.examples().items()
        ]

    def text(self, key: str) -> str:
        """The text of a scenario."""
        if key.startswith(_EXAMPLE):
            return app.example_text(key.removeprefix(_EXAMPLE))
        path = self._file(key)
        try:
            if path.stat().st_size > MAX_TEXT:
                raise CrenelError(f"{path.name} is too long for a scenario.")
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise CrenelError(f"{path.name} cannot be read as text.") from None

    def save(self, name: str, text: str) -> str:
        """Write a scenario file of the folder: its key."""
        path = self.path(name)
        if path.suffix not in (".yaml", ".yml") or path.parent != self.folder.resolve():
            raise CrenelError(f"{name[:80]}: name a file of this folder that ends in .yaml.")
        app.write_text(path, text)
        return _FILE + path.name

    def asked(self, key: str) -> tuple[str, str, Path]:
        """What `app.load` takes, the name, and where relative paths begin."""
        if key.startswith(_EXAMPLE):
            name = key.removeprefix(_EXAMPLE)
            if name not in app.examples():
                raise CrenelError(f"There is no example {name[:80]}.")
            return name, name, self.folder
        path = self._file(key)
        return str(path), path.stem, path.parent

    def _file(self, key: str) -> Path:
        path = self.path(key.removeprefix(_FILE))
        if path.suffix not in (".yaml", ".yml") or not path.is_file():
            raise CrenelError(f"{path.name} is no scenario file of this folder.")
        return path

    def work(self, identity: str) -> Path:
        """The folder of a run or a coverage."""
        path = self.path(identity)
        if not path.is_dir() or path == self.folder.resolve():
            raise CrenelError(f"There is no run {identity[:80]}.")
        return path

    def note(self, identity: str, asked: dict[str, Any]) -> None:
        """Remember what a run was asked, so that a server that is started again can go on with it."""
        notes = self.notes()
        notes[identity] = asked
        (self.folder / "runs").mkdir(exist_ok=True)
        app.write_text(self.folder / "runs" / _NOTES, json.dumps(notes, indent=1))

    def notes(self) -> dict[str, Any]:
        """What runs were asked, by their folders."""
        try:
            held = json.loads((self.folder / "runs" / _NOTES).read_bytes())
        except (OSError, ValueError):
            return {}
        return held if isinstance(held, dict) else {}
