"""What the documents say is true: code runs, commands answer, links lead somewhere, versions agree."""

import doctest
import re
import shlex
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

import crenel
from crenel import app, cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(ROOT.glob("*.md"))


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


def test_the_readme_s_python_says_what_happens():
    failed, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False, verbose=False)
    assert tried > 5
    assert failed == 0


def test_the_readme_s_scenario_is_one(tmp_path):
    text, _ = blocks("yaml")
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    scenario = crenel.load(path)
    assert scenario.n_threats == 12
    assert [unit.system.key for unit in scenario.units] == ["pantsir-s1"]


def test_the_readme_s_further_words_fit_into_it(tmp_path):
    plain, more = (yaml.load(text, Loader=yaml.BaseLoader) for text in blocks("yaml"))
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(plain | more), encoding="utf-8")
    scenario = crenel.load(path)
    assert scenario.n_threats == 20
    assert scenario.networks["moscow"].delay_s.high == 5.0
    assert scenario.groups[2].to == scenario.units[0].name


def commands():
    for block in blocks("sh"):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words and words[0].endswith("crenel"):
                yield words[1:]


def test_the_readme_s_commands_answer(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (table,) = blocks("csv")
    (tmp_path / "seen.csv").write_text(table, encoding="utf-8")
    found = list(commands())
    own = ["run", "examples", "new", "check", "run", "place", "new", "check"]
    assert [words[0] for words in found] == [*own, *4 * ["catalogue"], "run", "cite", "cite", "cover"]
    for words in found:
        few = ["-n", "16"] if words[0] == "run" else []
        done = CliRunner().invoke(cli.face, [*words, *few])
        assert done.exit_code == 0, (words, done.stderr)
        assert done.stdout.strip(), words


def test_the_makefile_s_targets_are_the_ones_that_the_pages_name():
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    named = {
        name for page in PAGES for name in re.findall(r"(?:`|^)make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE)
    }
    assert named >= {"demo", "test", "bench"}
    assert named <= made


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), target


def test_the_citation_has_the_version_of_the_package():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == crenel.__version__
    assert citation["authors"] == [{"name": "The crenel developers"}]


@pytest.mark.parametrize("name", sorted(app.examples()))
def test_every_example_s_copy_is_the_example(name, tmp_path):
    copy = crenel.load(app.new(name, tmp_path / "copy.yaml"))
    example = crenel.load(name)
    assert (copy.units, copy.groups, copy.assets, copy.study) == (
        example.units,
        example.groups,
        example.assets,
        example.study,
    )
    assert app.check(tmp_path / "copy.yaml")["threats"] == example.n_threats
