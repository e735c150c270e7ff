"""The command line: what goes where, and the exit codes."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crenel import app
from crenel.cli import face
from crenel.inputs.catalogue import DATA

SMALL = """\
crenel: 1
title: One system, two drones
when: 2023-01-20
place: {centre: [55.74 N, 37.60 E], radius: 40 km, terrain: flat 150 m}
sources:
  afp: {title: A picture, publisher: AFP, date: 2023-01-20}
defence:
  - unit: Roof
    system: pantsir-s1
    at: [55.729 N, 37.590 E]
    mounted: {floors: 9, grade: estimate}
    evidence: {status: pictured, source: afp, position_error: 300 m}
assets: [{name: Centre, at: [55.752 N, 37.618 E], radius: 1 km, value: 1}]
raid:
  - {threat: shahed-136, count: 2, to: Centre, from: 150..240 deg, starts: 60 km, height: 100..1500 m, within: 10 min}
study: {seed: 1}
"""


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def crenel(*words):
    return CliRunner().invoke(face, [str(word) for word in words])


def refused(*words):
    """The one message of a command that ends in 2."""
    done = crenel(*words)
    assert done.exit_code == 2, (done.exit_code, done.output)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    message = re.sub(r"^compiling the physics.*\n", "", done.stderr)
    assert message.startswith("crenel: ")
    return message


# --- run --------------------------------------------------------------------------------------------------------------


def test_run_answers_on_stdout_and_talks_on_stderr(small):
    done = crenel("run", small, "-n", 32, "--doubt", 0, "-o", "here")
    assert done.exit_code == 0, done.output
    assert "One system, two drones" in done.stdout
    assert "report: here/report.html" in done.stderr
    assert "report.html" not in done.stdout
    assert Path("here/report.html").exists()


def test_run_names_its_folder_after_the_question(small):
    assert crenel("run", small, "-n", 16, "--doubt", 0, "--seed", 7).exit_code == 0
    (folder,) = Path("runs").iterdir()
    assert re.fullmatch(r"small-[0-9a-f]{8}-s7-d0", folder.name)


def test_json_is_the_summary_and_the_speed(small):
    done = crenel("run", small, "-n", 32, "--doubt", 0, "-o", "here", "--json")
    told = json.loads(done.stdout)
    assert told.pop("raids_per_second") > 0
    assert told == json.loads(Path("here/summary.json").read_text("utf-8"))
    assert (told["seed"], told["replicates"], told["threats"]) == (1, 32, 2)


def test_asking_again_gives_the_same_answer(small):
    first, second = (crenel("run", small, "-n", 32, "--doubt", 0, "-o", "here") for _ in range(2))
    assert first.exit_code == second.exit_code == 0
    assert first.stdout == second.stdout


def test_verbose_shows_the_log(small):
    assert "INFO" not in crenel("run", small, "-n", 16, "--doubt", 0, "-o", "quiet").stderr
    assert "INFO" in crenel("run", small, "-n", 16, "--doubt", 0, "-o", "loud", "-v").stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["-n", "0"], "between 1 and"),
        (["-n", "-5"], "between 1 and"),
        (["-n", "100000000000"], "between 1 and"),
        (["-n", "many"], "whole number"),
        (["-n", "1.5"], "whole number"),
        (["--seed", "-1"], "between 0 and"),
        (["--seed", str(2**63)], "between 0 and"),
        (["--seed", "x"], "whole number"),
        (["--workers", "0"], "between 1 and"),
        (["--workers", "two"], "whole number"),
    ],
    ids=" ".join,
)
def test_a_number_that_no_run_can_have_is_refused_with_a_remedy(small, words, says):
    message = refused("run", small, *words)
    assert says in message
    assert words[0] in message
    assert message.count("\n") == 1
    assert not Path("runs").exists()


@pytest.mark.parametrize("name", ["small.yaml", "small.yaml/deeper"])
def test_an_output_that_is_a_file_is_refused(small, name):
    assert "is a file" in refused("run", small, "-o", name)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_an_output_that_may_not_be_written_is_refused(small, tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)
    assert "permission" in refused("run", small, "-o", "closed/run")


def test_an_output_that_cannot_be_made_is_refused(small):
    refused("run", small, "-n", 16, "--doubt", 0, "-o", "/proc/crenel")


def test_a_folder_that_holds_something_else_is_refused_and_left_alone(small, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    refused("run", small, "-n", 16, "--doubt", 0, "-o", "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_scenario_that_is_not_there_is_refused(small, command):
    message = refused(command, "moscow-roof")
    assert "moscow-rooftops" in message
    assert not Path("runs").exists()


def test_a_mistake_is_told_with_file_line_and_remedy(small):
    small.write_text(SMALL.replace("radius: 40 km", "radius: 40 kg"), encoding="utf-8")
    assert re.search(r"small\.yaml:4:\d+: .*length", refused("check", small))
    assert not Path("runs").exists()


def test_an_unknown_option_is_2(small):
    done = crenel("run", small, "--fire")
    assert done.exit_code == 2
    assert "--fire" in done.stderr


def test_what_should_not_happen_is_one_line_and_1(small, monkeypatch):
    def broken(_):
        raise ZeroDivisionError("division by zero\nmore")

    monkeypatch.setattr(app, "load", broken)
    done = crenel("run", small)
    assert done.exit_code == 1
    assert "ZeroDivisionError: division by zero\n" in done.stderr
    assert "-v" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_is_130_and_says_how_to_go_on(small, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "run", stopped)
    monkeypatch.setattr(sys, "argv", ["crenel", "run", "small.yaml", "-o", "my runs"])
    done = crenel("run", small)
    assert done.exit_code == 130
    assert "crenel run small.yaml -o 'my runs'" in done.stderr


def test_a_run_stopped_by_ctrl_c_goes_on(small):
    small.write_text(SMALL.replace("count: 2", "count: 200"), encoding="utf-8")
    words = [
        sys.executable,
        "-m",
        "crenel",
        "run",
        "small.yaml",
        "-n",
        "4800",
        "--doubt",
        "0",
        "-o",
        "here",
        "--workers",
        "1",
    ]
    running = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        waited = 0
        while not list(Path("here").glob("outcomes/*.parquet")) and running.poll() is None and waited < 6000:
            time.sleep(0.02)
            waited += 1
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == 130, said
    assert "Traceback" not in said
    assert not Path("here/summary.json").exists()
    kept = {path.name: path.stat().st_mtime_ns for path in Path("here").glob("outcomes/*.parquet")}
    assert 0 < len(kept) < 16
    for folder in ("here", "there"):
        done = crenel("run", small, "-n", 4800, "--doubt", 0, "-o", folder)
        assert done.exit_code == 0, done.output
    assert kept.items() <= {path.name: path.stat().st_mtime_ns for path in Path("here").glob("outcomes/*")}.items()
    assert held("here") == held("there")


def held(folder):
    """What a run folder promises to be the same for the same question."""
    files = {str(path.relative_to(folder)): path for path in Path(folder).rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name not in {"timing.json", "run.log"}}


@pytest.mark.parametrize("words", ["schema", "check moscow-rooftops"])
def test_a_closed_pipe_is_quiet(words):
    done = subprocess.run(
        f"{sys.executable} -m crenel {words} | head -n 1", shell=True, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


# --- the others -------------------------------------------------------------------------------------------------------


def test_check_lists_what_the_scenario_leans_on(small):
    done = crenel("check", small)
    assert done.exit_code == 0
    for words in ("One system, two drones", "flat 150 m", "Centre", "Roof", "pictured", "2 × ", "Assumptions"):
        assert words in done.stdout
    found = app.check(small)
    assert found["assumptions"]
    assert found["estimates"]
    told = " ".join(done.stdout.split())
    for figure in found["assumptions"] + found["estimates"]:
        assert re.search(rf"{re.escape(figure['figure'])} \S.*? \(.*?\): {re.escape(figure['note'])}", told)
    # No ballistic threat comes, so nobody leans on what would stop one.
    assert "ballistic" not in told
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_check_gives_json(small):
    assert json.loads(crenel("check", small, "--json").stdout) == json.loads(json.dumps(app.check(small)))


def test_new_writes_a_copy_and_never_over_a_file(small):
    done = crenel("new", "moscow-rooftops", "-o", "mine.yaml")
    assert (done.exit_code, done.stdout) == (0, "mine.yaml\n")
    text = Path("mine.yaml").read_text("utf-8")
    assert "#" in text
    Path("mine.yaml").write_text("changed", encoding="utf-8")
    assert "exists already" in refused("new", "moscow-rooftops", "-o", "mine.yaml")
    assert Path("mine.yaml").read_text("utf-8") == "changed"
    assert crenel("new", "moscow-rooftops", "-o", "-").stdout == text


def test_new_needs_a_folder_that_is_there(small):
    refused("new", "moscow-rooftops", "-o", "nowhere/mine.yaml")


def test_new_of_no_example_names_the_nearest(small):
    assert "moscow-rooftops" in refused("new", "moscow-rooftop")


SEEN = """\
name,system,lat,lon,date,source,status,accuracy
Ministry,Pantsir-S1,55.729,37.590,2023-01-20,AFP,pictured,300 m
Roof,SA-22,55.730,37.591,2023-01-19,A channel,reported,50 m
West,Tor-M2,55.690,37.400,2023-01,AFP,,3 km
"""


def test_new_makes_a_scenario_of_sightings_that_checks_and_runs(small):
    Path("seen.csv").write_text(SEEN, encoding="utf-8")
    done = crenel("new", "--sightings", "seen.csv", "-o", "drafted.yaml")
    assert (done.exit_code, done.stdout) == (0, "drafted.yaml\n"), done.output
    assert "Read: 3 sightings, which make 2 units." in done.stderr
    assert 'Merged: "Roof" (pantsir-s1) from lines 2 and 3, up to 128 m apart.' in done.stderr
    assert "crenel check drafted.yaml" in done.stderr
    checked = crenel("check", "drafted.yaml")
    assert checked.exit_code == 0, checked.output
    told = " ".join(checked.stdout.split())
    assert "pictured, identification likely, presence 0.85 (0.7 to 0.95)" in told
    assert "Presence is the probability that a unit is there at all" in told
    assert "Presence" not in crenel("check", "reference-20x3").stdout
    assert crenel("run", "drafted.yaml", "-n", 16, "--doubt", 0, "-o", "here").exit_code == 0


def test_new_of_sightings_is_named_after_them_or_goes_to_stdout_and_never_over_a_file(small):
    Path("seen.csv").write_text(SEEN, encoding="utf-8")
    shown = crenel("new", "--sightings", "seen.csv", "-o", "-")
    assert shown.exit_code == 0
    assert not Path("seen.yaml").exists()
    assert "Merged" in shown.stderr
    assert crenel("new", "--sightings", "seen.csv").stdout == "seen.yaml\n"
    assert Path("seen.yaml").read_text("utf-8") == shown.stdout
    Path("seen.yaml").write_text("changed", encoding="utf-8")
    assert "exists already" in refused("new", "--sightings", "seen.csv")
    assert Path("seen.yaml").read_text("utf-8") == "changed"


@pytest.mark.parametrize("words", [["new"], ["new", "moscow-rooftops", "--sightings", "seen.csv"]], ids=" ".join)
def test_new_begins_with_an_example_or_with_sightings(small, words):
    Path("seen.csv").write_text(SEEN, encoding="utf-8")
    message = refused(*words)
    assert "crenel new moscow-rooftops" in message
    assert "crenel new --sightings seen.csv" in message
    assert not list(Path().glob("*.yaml")) or list(Path().glob("*.yaml")) == [Path("small.yaml")]


def test_mistakes_in_sightings_are_told_with_their_lines(small):
    Path("seen.csv").write_text(SEEN.replace("SA-22", "SA-99").replace("3 km", "3"), encoding="utf-8")
    lines = refused("new", "--sightings", "seen.csv").splitlines()
    assert [re.search(r"seen\.csv:(\d+): ", line)[1] for line in lines] == ["3", "4"]
    assert not Path("seen.yaml").exists()
    assert "no such file" in refused("new", "--sightings", "none.csv")


def test_examples_are_listed_with_their_titles(small):
    told = crenel("examples").stdout
    assert told.splitlines()[0].split()[0] in app.examples()
    for name, title in app.examples().items():
        assert re.search(rf"^{name} +{re.escape(title)}$", told, flags=re.MULTILINE)


def test_schema_is_json_schema(small):
    assert json.loads(crenel("schema").stdout)["type"] == "object"


def test_report_is_written_again_from_the_folder(small):
    crenel("run", small, "-n", 16, "--doubt", 0, "-o", "here")
    before = Path("here/report.html").read_bytes()
    Path("here/report.html").unlink()
    done = crenel("report", "here")
    assert (done.exit_code, done.stdout) == (0, "here/report.html\n")
    assert Path("here/report.html").read_bytes() == before


def test_report_of_no_run_is_refused(small, tmp_path):
    refused("report", tmp_path / "nothing")
    refused("report", tmp_path)


# --- catalogue, cite --------------------------------------------------------------------------------------------------


def test_catalogue_lists_one_line_an_entry(small):
    told = crenel("catalogue").stdout
    for entry in app.catalogue():
        assert re.search(rf"^[ ×+]* ?{entry.key} +{entry.kind} ", told, flags=re.MULTILINE), entry.key
    assert max(map(len, told.splitlines())) <= 100
    assert json.loads(crenel("catalogue", "--json").stdout) == [entry.summary() for entry in app.catalogue()]


def test_catalogue_lists_one_kind(small):
    told = crenel("catalogue", "--kind", "threat").stdout
    assert "shahed-136" in told
    assert "pantsir-s1" not in told
    assert "--kind system" in refused("catalogue", "--kind", "weapon")


def test_catalogue_tells_all_of_an_entry(small):
    told = crenel("catalogue", "pantsir-s1").stdout
    assert told == app.entry_text(app.catalogue("pantsir-s1")) + "\n"
    assert "radar.search_range" in told
    assert json.loads(crenel("catalogue", "pantsir-s1", "--json").stdout) == app.catalogue("pantsir-s1").record()
    assert "pantsir-s1" in refused("catalogue", "pantsir")


def test_catalogue_writes_a_page_and_never_over_a_file(small):
    done = crenel("catalogue", "shahed-136", "--html")
    assert (done.exit_code, done.stdout) == (0, "shahed-136.html\n")
    page = Path("shahed-136.html").read_text("utf-8")
    assert crenel("catalogue", "shahed-136", "--html").exit_code == 0  # its own page may be written again
    assert crenel("catalogue", "shahed-136", "--html", "-o", "-").stdout == page
    Path("mine.html").write_text("mine", encoding="utf-8")
    assert "left as it is" in refused("catalogue", "shahed-136", "--html", "-o", "mine.html")
    assert Path("mine.html").read_text("utf-8") == "mine"


def test_catalogue_writes_a_data_package_into_a_new_folder(small):
    done = crenel("catalogue", "--data-package", "figures")
    assert (done.exit_code, done.stdout) == (0, "figures\n")
    assert {path.name for path in Path("figures").iterdir()} >= {"datapackage.json", "figures.csv", "sources.csv"}
    assert "left as it is" in refused("catalogue", "--data-package", "figures")


def test_catalogue_takes_a_folder_of_one_s_own(small):
    Path("mine/threats").mkdir(parents=True)
    text = (DATA / "threats" / "shahed-136.yaml").read_text("utf-8")
    Path("mine/threats/my-drone.yaml").write_text(text, encoding="utf-8")
    told = crenel("catalogue", "my-drone", "--folder", "mine").stdout
    assert "from your catalogue (mine)" in told
    assert "my-drone" in refused("catalogue", "my-drone")
    assert "no catalogue folder" in refused("catalogue", "my-drone", "--folder", "yours")


@pytest.mark.parametrize(
    "words",
    [
        ["--html"],
        ["pantsir-s1", "-o", "page.html"],
        ["pantsir-s1", "--html", "--json"],
        ["pantsir-s1", "--data-package", "figures"],
        ["--kind", "system", "--data-package", "figures"],
        ["--json", "--data-package", "figures"],
        ["pantsir-s1", "--kind", "system"],
    ],
    ids=" ".join,
)
def test_ways_to_read_the_catalogue_that_contradict_each_other_are_refused(small, words):
    message = refused("catalogue", *words)
    assert message.count("\n") == 1
    assert [path.name for path in Path().iterdir()] == ["small.yaml"]


def test_cite_prints_what_a_run_rests_on(small):
    crenel("run", small, "-n", 16, "--doubt", 0, "-o", "here")
    bibtex, methods = crenel("cite", "here").stdout, crenel("cite", "here", "--methods").stdout
    summary = json.loads(Path("here/summary.json").read_text("utf-8"))
    assert bibtex.count("@misc{") == sum(source["used"] for source in summary["sources"])
    assert bibtex.startswith("@software{crenel,")
    assert "simulated 16 times" in methods
    assert methods.count("\n") == 1
    both = json.loads(crenel("cite", "here", "--json").stdout)
    assert both == {"bibtex": bibtex, "methods": methods.removesuffix("\n")}


def test_cite_of_no_run_is_refused(small, tmp_path):
    refused("cite", tmp_path / "nothing")
    refused("cite", tmp_path, "--methods")


def test_version_is_printed():
    assert re.fullmatch(r"crenel \d+\.\d+\.\d+\n", crenel("--version").stdout)
