"""What a report holds of its run, so that the page alone is enough to play it again."""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from crenel.core.records import CrenelError
from crenel.report.folder import check

MARK: Final = "crenel-run"
_LARGEST: Final = 200_000_000


def embedded(summary: Mapping[str, Any], text: str) -> str:
    """A run's summary and its scenario as written, packed for an attribute of the page."""
    content = json.dumps({"summary": summary, "text": text}, ensure_ascii=False, sort_keys=True)
    return base64.b64encode(zlib.compress(content.encode(), 9)).decode("ascii")


def read_embedded(page: Path) -> dict[str, Any]:
    """The summary and the scenario that a report holds.

    Raises
    ------
    CrenelError
        The file is no report of this version, or is damaged.
    """
    wrong = f"{page} holds no run. Name a report.html that this version wrote, or its run folder."
    try:
        reader = _Reader()
        reader.feed(page.read_text(encoding="utf-8"))
        reader.close()
        opened = zlib.decompressobj()
        content = opened.decompress(base64.b64decode(reader.found, validate=True), _LARGEST)
        held = json.loads(content)
    except (OSError, ValueError, zlib.error, binascii.Error):
        raise CrenelError(wrong) from None
    if not isinstance(held, dict) or not isinstance(held.get("summary"), dict) or not isinstance(held.get("text"), str):
        raise CrenelError(wrong)
    check(held["summary"], page)
    return held


class _Reader(HTMLParser):
    """Finds the one element that holds the run."""

    def __init__(self) -> None:
        super().__init__()
        self.found = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "template" and held.get("id") == MARK:
            self.found = held.get("data-run") or ""
