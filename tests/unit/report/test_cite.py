import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from crenel.core.records import CrenelError
from crenel.report import cite

ROOT = Path(__file__).parents[3]
CONSTANT = {"95", "4.0"}
"""Numbers that no run decides: the level of the intervals, the version of the licence."""


TOLD = ("crenel", "scenario", "seed", "replicates", "blocks", "passes", "threats", "pk")
"""The parts of a summary that the paragraph tells of; numbers of other parts would excuse any mistake."""

COUNTED = ("units", "figures")
"""Those of which it tells how many there are."""


def values(found: Any) -> Iterator[Any]:
    """Every number and text of a part, and how many things each of its lists holds."""
    if isinstance(found, dict):
        for each in found.values():
            yield from values(each)
    elif isinstance(found, list):
        yield len(found)
        for each in found:
            yield from values(each)
    else:
        yield found


def of_grades(summary: dict[str, Any]) -> set[int]:
    grades = [figure["grade"] for figure in summary["figures"]]
    return {grades.count(grade) for grade in grades} | {0}


def unfounded(folder: Path) -> list[str]:
    """The numbers of the paragraph that stand neither in the summary nor in the manifest of the run."""
    summary, manifest = (json.loads((folder / name).read_text()) for name in ("summary.json", "manifest.json"))
    found = [*values({key: summary[key] for key in TOLD}), *values(manifest["environment"])]
    found += [len(summary[key]) for key in COUNTED]
    told = cite.methods(folder)
    # Versions, hashes and titles stand there whole, as the run has them.
    whole = {each for each in found if isinstance(each, str) and re.search(r"\d", each) and not each.isdecimal()}
    for text in sorted(whole, key=len, reverse=True):
        told = told.replace(text, " ")
    known = [each for each in found if isinstance(each, int | float) and not isinstance(each, bool)]
    known += of_grades(summary)
    known.append(sum(source.get("used", True) for source in summary["sources"]))
    return [
        number
        for number in re.findall(r"\d[\d,]*(?:\.\d+)?", told)
        if number not in CONSTANT and not any(is_told(each, number) for each in known)
    ]


def is_told(value: float, number: str) -> bool:
    """Whether a number is the value, to as many digits as are printed; a bound may be rounded up."""
    step = 10.0 ** -len(number.partition(".")[2])
    printed = float(number.replace(",", ""))
    return abs(printed - value) <= 0.5 * step * (1 + 1e-9) or (printed < 1.0 and 0 <= printed - value < step)


def test_every_number_of_the_methods_is_one_of_the_run(run_folder: Callable[..., Path]) -> None:
    folder = run_folder()
    assert unfounded(folder) == []
    told = cite.methods(folder)
    for words in ("simulated 6,400 times", "seed 1,", "16 blocks", "64 ways to come", "11 kill probabilities from 0",
                  "Python 3.11.9", "numba 0.68.0 and numpy 2.3.1", "CC BY 4.0"):  # fmt: skip
        assert words in told
    assert "\n" not in told


def test_a_number_that_is_not_the_run_s_would_be_found(run_folder: Callable[..., Path]) -> None:
    folder = run_folder()
    path = folder / "summary.json"
    summary = json.loads(path.read_text())
    told = cite.methods(folder)
    for old, new in (("6,400", "6,401"), ("11 kill", "987 kill"), ("0.37", "0.38")):
        assert old in told
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(cite, "methods", lambda _, old=old, new=new: told.replace(old, new, 1))
            assert unfounded(folder) != [], new
    assert json.loads(path.read_text()) == summary


def test_the_doubt_is_told_with_its_counts(run_folder: Callable[..., Path], summary: dict[str, Any]) -> None:
    told = cite.methods(run_folder())
    grades = [figure["grade"] for figure in summary["figures"]]
    assert f"All {len(grades)} figures" in told
    assert f"{grades.count('assumption')} are assumptions" in told
    assert f"{grades.count('estimate')} are estimates" in told
    assert "its bracket is 0.3 to 0.8 (weakest grade: assumption)" in told


def test_a_break_even_that_nothing_reaches_says_so(run_folder: Callable[..., Path]) -> None:
    told = cite.methods(run_folder())
    assert "no more than half of the raid gets through from 0.37" in told
    assert "for “no more than one threat in ten” and “none in half of the raids” no kill probability is enough" in told


def test_no_event_is_a_bound_and_never_zero(run_folder: Callable[..., Path], summary: dict[str, Any]) -> None:
    summary["pk"]["floor"] |= {"mean": 0.0, "dice": [0.0, 0.0118621]}
    folder = run_folder(summary=summary)
    assert "lets below 0.01187 of 16 threats through" in cite.methods(folder)
    assert unfounded(folder) == []


def test_without_weapons_no_kill_probability_is_told(run_folder: Callable[..., Path], summary: dict[str, Any]) -> None:
    summary["pk"] |= {"stated": [], "bracket": [0.0, 0.0]}
    summary["units"] = []
    told = cite.methods(run_folder(summary=summary))
    assert "against no unit" in told
    assert "no kill probability enters" in told
    assert "break" not in told


def test_without_a_manifest_no_versions_are_told(run_folder: Callable[..., Path]) -> None:
    folder = run_folder()
    (folder / "manifest.json").unlink()
    assert "It ran on" not in cite.methods(folder)


def entries(text: str) -> dict[str, str]:
    found = re.findall(r"^@(\w+)\{([^,]+),$", text, flags=re.MULTILINE)
    assert len({key for _, key in found}) == len(found)
    return {key: kind for kind, key in found}


def test_bibtex_has_exactly_the_sources_of_the_run_and_crenel(
    run_folder: Callable[..., Path], summary: dict[str, Any]
) -> None:
    found = entries(cite.bibliography(run_folder()))
    assert found.pop("crenel") == "software"
    assert found == dict.fromkeys((source["key"] for source in summary["sources"]), "misc")


def test_a_source_that_nothing_cites_is_not_cited(run_folder: Callable[..., Path], summary: dict[str, Any]) -> None:
    summary["sources"][0]["used"] = False
    folder = run_folder(summary=summary)
    assert summary["sources"][0]["key"] not in entries(cite.bibliography(folder))
    assert f"rest on {len(summary['sources']) - 1} sources" in cite.methods(folder)


def test_a_source_called_crenel_keeps_its_key(run_folder: Callable[..., Path], summary: dict[str, Any]) -> None:
    summary["sources"] = [{"key": "Crenel", "title": "Mine", "publisher": "", "date": "", "address": ""}]
    assert entries(cite.bibliography(run_folder(summary=summary))) == {"crenel-software": "software", "Crenel": "misc"}


def test_crenel_is_cited_as_it_asks_to_be(run_folder: Callable[..., Path]) -> None:
    asked = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (asked["title"], asked["authors"], asked["license"]) == (cite.TITLE, [{"name": cite.AUTHOR}], "Apache-2.0")
    text = cite.bibliography(run_folder())
    assert f"title = {{{{{asked['title']}}}}}," in text
    assert "version = {0.1.0}," in text  # that of the run, not of whoever cites it


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    for answer in (cite.bibliography, cite.methods):
        with pytest.raises(CrenelError, match="missing"):
            answer(tmp_path)
