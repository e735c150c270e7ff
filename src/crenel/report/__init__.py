"""Tell what a run found: one page for everybody (`write`), plain text for a terminal (`text`), one sentence."""

from pathlib import Path

from crenel.report.answer import sentence
from crenel.report.terminal import text


def write(folder: Path) -> Path:
    """Write `report.html` into a run folder, from that folder alone; see `crenel.report.page.write`."""
    # Loaded here: the terminal answer needs no template engine.
    from crenel.report import page

    return page.write(folder)


__all__ = ["sentence", "text", "write"]
