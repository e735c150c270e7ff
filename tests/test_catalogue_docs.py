"""The pages of the catalogue in docs/ are the ones that its entries make."""

import importlib.util
import re
from pathlib import Path

import pytest

import crenel
from crenel.core.records import CrenelError

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "catalogue"
PAGES = sorted(FOLDER.glob("*.md"))
MEND = "docs/catalogue is not what the catalogue makes: run `make docs` and commit what it writes"

specified = importlib.util.spec_from_file_location("make_catalogue_docs", ROOT / "tools" / "make_catalogue_docs.py")
tool = importlib.util.module_from_spec(specified)
specified.loader.exec_module(tool)


def test_there_is_a_page_for_every_entry_and_a_table_of_all():
    entries = crenel.catalogue()
    assert {path.name for path in PAGES} == {"README.md", *(f"{entry.key}.md" for entry in entries)}, MEND
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == tool.pages(entries)["README.md"], MEND


@pytest.mark.parametrize("path", [path for path in PAGES if path.name != "README.md"], ids=lambda path: path.stem)
def test_a_page_is_current(path):
    try:
        entry = crenel.catalogue(path.stem)
    except CrenelError as error:
        pytest.fail(f"{MEND} ({error})")
    assert path.read_text(encoding="utf-8") == tool.pages([entry])[path.name], MEND


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_links_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    anchors = set(re.findall(r'<a id="([^"]+)">', text))
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        assert target.removeprefix("#") in anchors if target.startswith("#") else (FOLDER / target).exists(), target


def test_pages_of_entries_that_are_no_more_are_taken_away(tmp_path, monkeypatch):
    monkeypatch.setattr(tool, "FOLDER", tmp_path)
    entries = (crenel.catalogue("pantsir-s1"), crenel.catalogue("shahed-136"))
    monkeypatch.setattr(crenel, "catalogue", lambda: entries, raising=False)
    (tmp_path / "gone.md").write_text(tool.entry_markdown.MARKER + "\n", encoding="utf-8")
    (tmp_path / "mine.md").write_text("my own notes\n", encoding="utf-8")
    tool.main()
    assert {path.name for path in tmp_path.iterdir()} == {"README.md", "pantsir-s1.md", "shahed-136.md", "mine.md"}
