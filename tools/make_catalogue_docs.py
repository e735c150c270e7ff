"""Write docs/catalogue anew: one page an entry, and a table of all of them.

Run by `make docs`. A test compares what lies there with what this would write.
"""

from collections.abc import Sequence
from pathlib import Path

import crenel
from crenel.core.entries import Entry
from crenel.report import entry_markdown

FOLDER = Path(__file__).parents[1] / "docs" / "catalogue"


def pages(entries: Sequence[Entry]) -> dict[str, str]:
    """Every page by the name of its file."""
    records = [entry.record() for entry in entries]
    found = {f"{record['key']}.md": entry_markdown.page(record) for record in records}
    return {"README.md": entry_markdown.index(records), **found}


def main() -> None:
    """Write the pages, and take away those of entries that are no more."""
    found = pages(crenel.catalogue())
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.md"):
        if path.name not in found and path.read_text(encoding="utf-8").startswith(entry_markdown.MARKER):
            path.unlink()
    for name, text in found.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    print(f"{len(found)} pages in {FOLDER}")


if __name__ == "__main__":
    main()
