"""How soon the app answers, in Chromium with software rendering: first view, height slider, replay; and its weight."""

import gzip
import sys
import tempfile
from pathlib import Path

from crenel.web.server import STATIC

SIDE, N_UNITS, N_THREATS, N_FRAMES = 1500, 3, 1000, 200
FIRST_VIEW_S, SLIDER_MS, FRAME_MS, PACKED_MB, SHARED_MB = 6.0, 150.0, 5.0, 1.2, 3.0
"""What was asked for."""


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from browser import MISSING, opened, served

    if MISSING:
        print(f"nothing measured: {MISSING}")
        return
    weigh()
    with (
        tempfile.TemporaryDirectory() as folder,
        served(folder, "moscow-rooftops") as address,
        opened(address, width=1280, height=800) as app,
    ):
        app.ready()
        told("first view at 1280 x 800", app.page.evaluate("window.__ready_ms") / 1000.0, FIRST_VIEW_S, "s")
        bench = "window.__crenel.bench"
        slider_ms = app.page.evaluate(f"{bench}.slider({SIDE}, {N_UNITS})")
        told(f"height slider, {SIDE} x {SIDE}, {N_UNITS} units", slider_ms, SLIDER_MS, "ms")
        frame_ms = app.page.evaluate(f"{bench}.replay({N_THREATS}, {N_FRAMES})")
        told(f"script of a frame of a replay of {N_THREATS} threats", frame_ms, FRAME_MS, "ms")


def weigh() -> None:
    """Size of what a browser loads, packed, and of the empty page that is shared."""
    packed = sum(len(gzip.compress(path.read_bytes())) for path in (STATIC / "assets").iterdir())
    told("the app, packed", packed / 1e6, PACKED_MB, "MB")
    told("a shared page before its data", (STATIC / "share.html").stat().st_size / 1e6, SHARED_MB, "MB")


def told(what: str, found: float, asked: float, unit: str) -> None:
    """One line: found, asked, and their ratio."""
    print(f"{what}: {found:.2f} {unit}; {asked:g} asked for, ratio {found / asked:.2f}")


if __name__ == "__main__":
    main()
