"""Builds the app into the package, where npm is there; without it the package has everything but the app."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = Path("src/crenel/web/static")


def sources_hash(viewer: Path) -> str:
    """Hash of the front end's sources, as `viewer/build.mjs` writes it beside what it builds."""
    digest = hashlib.sha256()
    paths = [path for path in viewer.rglob("*") if path.is_file() and "node_modules" not in path.parts]
    for path in sorted(path.relative_to(viewer).as_posix() for path in paths):
        digest.update(path.encode())
        digest.update((viewer / path).read_bytes())
    return digest.hexdigest()


class FrontEnd(BuildHookInterface[Any]):
    """Runs npm once for each state of the sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is missing or stale."""
        root = Path(self.root)
        viewer, stamp = root / "viewer", root / STATIC / "sources.sha256"
        if version == "editable" or not viewer.is_dir():
            return
        if stamp.exists() and stamp.read_text().strip() == sources_hash(viewer):
            return
        npm = shutil.which("npm")
        if npm is None:
            if os.environ.get("CRENEL_REQUIRE_APP"):
                raise RuntimeError("npm is needed to build the app")
            self.app.display_warning("npm not found: this build has no app; `crenel serve` says how to build it")
            return
        subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=viewer, check=True)
        subprocess.run([npm, "run", "build"], cwd=viewer, check=True)
