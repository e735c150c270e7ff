"""Studies as text and as one self-contained page each, from their JSON alone."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from crenel.report import study_text
from crenel.report.page import templates
from crenel.report.study_text import Page

_PAGES: Final[Mapping[str, Callable[[Mapping[str, Any]], Page]]] = {
    "compare": study_text.compared,
    "saturation": study_text.saturated,
    "sensitivity": study_text.sensed,
    "backtest": study_text.backtested,
}


def study_text_of(found: Mapping[str, Any]) -> str:
    """The answer of a study in plain text, at most 100 columns wide."""
    return study_text.text(_PAGES[found["study"]](found))


def write_study(found: Mapping[str, Any], path: Path) -> Path:
    """Write the page of a study; the same bytes for the same study."""
    page = templates().get_template("study.html.jinja").render(page=_PAGES[found["study"]](found))
    unfinished = path.with_name(path.name + ".tmp")
    with unfinished.open("wb") as out:
        out.write(page.encode("utf-8"))
        out.flush()
        os.fsync(out.fileno())
    unfinished.replace(path)
    return path
