"""Every study as text and as a page, on studies of a fake engine."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from crenel.report.study_page import study_text_of, write_study
from crenel.studies import backtest, compare, saturation, sensitivity
from unit.studies import fake
from unit.studies.test_sensitivity import asked


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    fake.put_in(monkeypatch, fake.Engine())
    monkeypatch.setattr(backtest, "_POINTS", 2)
    monkeypatch.setattr(backtest, "_RAIDS", 8)


def found(kind: str) -> dict[str, Any]:
    if kind == "compare":
        both = [("as it is", fake.scenario()), ("nobody", fake.scenario(units=0))]
        return compare.compare(both, replicates=320, seed=5, n_doubt=16, workers=2)
    if kind == "saturation":
        return saturation.saturation(fake.scenario(), seed=5, workers=2, raids=8)
    if kind == "sensitivity":
        pytest.importorskip("SALib")
        return sensitivity.sensitivity(asked(), seed=5, workers=2, raids=8)
    return backtest.backtest(seed=1, workers=1)


SAYS = {
    "compare": ["With nobody, ", "more threats get through on average than with as it is.", "raids saved"],
    "saturation": ["At most one in ten gets through", "all at once", "size with one in ten through"],
    "sensitivity": ["What to find out next: Moped, share that fails by itself.", "by itself", "screened"],
    "backtest": ["15 published raids", "everything gets through", "N = 15", "No picture of reliability"],
}


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@pytest.mark.parametrize("kind", SAYS)
def test_a_study_is_told_in_plain_lines_and_on_a_page_of_its_own(kind: str, tmp_path: Path) -> None:
    study = found(kind)
    text = study_text_of(study)
    told = " ".join(text.split())
    for words in SAYS[kind]:
        assert words in told
    assert max(map(len, text.splitlines())) <= 130
    page = write_study(study, tmp_path / f"{kind}.html")
    first = page.read_bytes()
    assert write_study(study, page).read_bytes() == first
    tags = Tags()
    tags.feed(first.decode())
    assert not {"script", "link", "iframe", "img"} & {tag for tag, _ in tags.seen}
    pictures = [attrs for tag, attrs in tags.seen if tag == "svg"]
    assert all(attrs.get("aria-label") or attrs.get("aria-hidden") for attrs in pictures)
    assert (kind in ("saturation", "sensitivity")) == bool(pictures)
