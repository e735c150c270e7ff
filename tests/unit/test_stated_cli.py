"""Networks, doctrine and unusual raids through `crenel check`, and the mistakes that people make in them."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crenel.cli import face
from stated import EVERY_WORD, spoilt


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("crenel.engine.warm", None)  # nothing here is compiled or played
    return tmp_path


def check(text, *options):
    Path("mine.yaml").write_text(text, encoding="utf-8")
    return CliRunner().invoke(face, ["check", "mine.yaml", *options])


def test_check_repeats_every_word_in_plain_english():
    done = check(EVERY_WORD)
    assert done.exit_code == 0, done.output
    told = " ".join(done.stdout.split())
    for words in (
        "works with probability 0.85 (0.8 to 0.9)",
        "never works (availability 0)",
        "4 tracking radars of 90° each, its missiles home",
        "network moscow (2 units): tracks reach the others after 3.5 s (2 s to 5 s), works with probability 0.95; "
        "its own doctrine: salvos of 3 against cruise; the last 4 missiles for cruise alone",
        "network west (1 unit): tracks reach all at once, works with probability 0.8 (0.5 to 1)",
        "doctrine: salvos of 2 against cruise; salvos of 1 against ballistic",
        "silent where a shot kills with less than 0.2",
        "plans as if every route were known, the optimistic assumption",
        "shots: those of a raid share a correlation of 0.1 (0 to 0.2) and those at one threat share a correlation",
        "starting 60 km out, via 2 points, 200 m to 300 m above the sea, in 3 waves every 5 min, each over 60 s",
        "[gerbera], decoys, to Centre",
        "one that arrives silences the unit with probability 0.5 (0.3 to 0.7)",
        "model.unit_radius 100 m (30 m to 300 m): how near a threat must come",
    ):
        assert words in told, words


def test_check_says_what_it_supposes_of_a_network_that_is_only_named():
    text = re.sub(r"networks:\n.*\n.*\n", "", EVERY_WORD)
    told = " ".join(check(text).stdout.split())
    assert "network moscow (2 units): tracks reach all at once, always works" in told
    assert "network:moscow.delay 0 s (no bracket): the scenario does not say how long it takes" in told
    assert "network:moscow.availability 1 (no bracket): the scenario does not say: taken to work" in told


def test_check_gives_all_of_it_as_json():
    found = json.loads(check(EVERY_WORD, "--json").stdout)
    assert [network["name"] for network in found["networks"]] == ["moscow", "west"]
    assert found["networks"][0]["doctrine"]["rank"] == "value"
    assert found["doctrine"]["keep"] == {"cruise": 4}
    assert found["groups"][0]["waves"] == 3
    assert found["units"][3]["guidance"] == "homing"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("network: west", "network: wset", r':13:\d+: there is no network "wset".*Did you mean \'west\''),
        ("{cruise: 3}", "{cruise: 30}", r":5:\d+: a salvo of 30 against cruise is more than the 12 missiles"),
        ("keep: {cruise: 4}", "keep: {cruise: 40}", r":7:\d+: 40 missiles are to be kept for cruise"),
        (" silences: 0.3..0.7,", "", r':22:\d+: "Suburb" is a unit, and nothing says how likely.*silences:'),
        ("[55.40 N, 37.40 E]", "[37.40, 55.40]", r":20:\d+: this point lies .*look swapped"),
        ("waves: 3, ", "", r":20:\d+: 'every' is how far waves are apart"),
        ("200..300 m above sea", "50 m above sea", r":20:\d+: 50 m above the sea is not above the ground"),
        ("availability: 0.8..0.9", "availability: 1.9", r":11:\d+: 'availability' wants a probability from 0 to 1"),
        ("common_mode: 0..0.2", "common_mode: .nan", r":8:\d+: 'common_mode' wants .*not a finite number"),
    ],
)
@pytest.mark.parametrize("command", ["check", "run"])
def test_a_mistake_is_told_with_its_place_and_remedy(command, old, new, message):
    Path("mine.yaml").write_text(spoilt(old, new), encoding="utf-8")
    done = CliRunner().invoke(face, [command, "mine.yaml"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert re.match(rf"crenel: mine\.yaml{message}", done.stderr), done.stderr
    assert done.stderr.count("\n") == 1
    assert [path.name for path in Path().iterdir()] == ["mine.yaml"]
