from pathlib import Path

import pytest

from crenel.core.records import CrenelError
from crenel.report import embedded

SUMMARY = {
    "results": 1,
    "scenario": {"title": 'A "quoted" <b> title'},
    **dict.fromkeys(("units", "groups", "leak", "pk", "fates", "causes"), None),
}


def page(path: Path, held: str) -> Path:
    path.write_text(f'<main>{held and f"""<template id="crenel-run" data-run="{held}"></template>"""}</main>')
    return path


def test_what_a_page_holds_comes_back(tmp_path: Path) -> None:
    held = embedded.embedded(SUMMARY, "crenel: 1\n# </template>\n")
    assert held == embedded.embedded(SUMMARY, "crenel: 1\n# </template>\n")
    found = embedded.read_embedded(page(tmp_path / "report.html", held))
    assert found == {"summary": SUMMARY, "text": "crenel: 1\n# </template>\n"}


@pytest.mark.parametrize("held", ["", "AAAA", "not base64 at all", embedded.embedded(SUMMARY, "x")[:-40]])
def test_a_page_without_a_whole_run_is_refused(tmp_path: Path, held: str) -> None:
    with pytest.raises(CrenelError, match=r"report\.html holds no run"):
        embedded.read_embedded(page(tmp_path / "report.html", held))
