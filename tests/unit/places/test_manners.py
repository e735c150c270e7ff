"""Who may reach out, and who may not."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import crenel

SOURCE = Path(crenel.__file__).parent
WITH_PATH = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
NETWORK = {"socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "requests", "httpx", "urllib3", "aiohttp"}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_one_module_opens_connections():
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if any(name in NETWORK or name.split(".")[0] in NETWORK for name in imports(path))
    }
    # The app's server listens, on this machine alone, and opens nothing.
    assert found - {"web/server.py"} == {"places/client.py"}


def test_help_loads_nothing_heavy():
    code = """
import sys
from crenel.__main__ import main
sys.argv = ["crenel", "place", "--help"]
try:
    main()
except SystemExit as end:
    assert not end.code
heavy = ("numba", "numpy", "rasterio", "polars", "shapely", "pyogrio", "scipy", "urllib.request", "ssl")
loaded = [name for name in heavy if name in sys.modules]
assert not loaded, loaded
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=WITH_PATH)
    assert done.returncode == 0, done.stderr


def test_no_library_is_handed_an_address_to_open():
    """rasterio, pyogrio and polars can reach out by themselves: none of ours gives them anything but a path."""
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "/vsicurl" not in text, path
        assert "s3://" not in text, path
