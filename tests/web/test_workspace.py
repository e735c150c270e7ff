"""Nothing outside the folder that is served is read or written, and no text of a stranger's does anything."""

import json

import pytest

from crenel import app
from crenel.core.records import CrenelError
from crenel.web.workspace import Workspace

OUTSIDE = [
    "../secret.yaml",
    "/etc/passwd",
    "a/../../secret.yaml",
    "runs/../../secret.yaml",
    "link.yaml",
    "x\0.yaml",
    "~/x.yaml",
]


@pytest.fixture
def secret(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.yaml").write_text("crenel: 1\ntitle: secret")
    (inside / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    return inside


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_path_that_leads_out_is_refused(secret, path):
    workspace = Workspace(secret)
    for ask in (workspace.text, workspace.work, lambda inside: workspace.asked(f"file:{inside}")):
        with pytest.raises(CrenelError):
            ask(path)
    with pytest.raises(CrenelError):
        workspace.save(path, "overwritten")
    assert "secret" in (secret.parent / "secret.yaml").read_text()


@pytest.mark.parametrize("path", [*OUTSIDE, "runs/x/../../../secret.yaml", "mine.yaml", ".hidden/x.json"])
def test_the_file_route_gives_nothing_but_what_was_made_for_pages(client, tmp_path, path):
    (tmp_path / "mine.yaml").write_text("a: b")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "x.json").write_text("{}")
    assert client.get("/api/file", params={"path": path}).status_code in (404, 422)


@pytest.mark.parametrize("name", ["mine.txt", "sub/mine.yaml", "", ".", "mine.yaml/"])
def test_only_scenario_files_of_the_folder_itself_are_written(client, tmp_path, name):
    (tmp_path / "sub").mkdir()
    answer = client.post("/api/scenario", json={"name": name, "text": "x"})
    assert (answer.status_code == 422) or (tmp_path / "mine.yaml").is_file()
    assert not list((tmp_path / "sub").iterdir())


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
        "!!python/object/apply:os.system ['touch planted']",
        "\0",
        "crenel: 1\n" * 1000,
        "{" * 60 + "}" * 60,
    ],
    ids=["deep", "aliases", "tag", "control", "repeats", "braces"],
)
def test_a_text_that_means_harm_is_one_clear_error(client, tmp_path, text):
    answer = client.post("/api/look", json={"key": "example:stadium", "text": text})
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert not (tmp_path / "planted").exists()


@pytest.mark.parametrize(
    "body", ["", "[]", "null", '{"key": 3}', "[" * 50_000, '{"key": "file:../x.yaml", "text": ""}']
)
def test_a_request_that_makes_no_sense_is_one_clear_error(client, body):
    answer = client.post("/api/look", content=body)
    assert answer.status_code == 422
    assert set(answer.json()) == {"error", "complaints"}


def test_errors_are_those_of_the_command_line_with_their_places(client):
    text = app.example_text("stadium").replace("system: generic-radar-drone", "system: generic-radar-dron")
    answer = client.post("/api/look", json={"key": "example:stadium", "text": text})
    (complaint,) = answer.json()["complaints"]
    assert "Did you mean 'generic-radar-drone'" in complaint["message"]
    assert "generic-radar-dron" in text.splitlines()[complaint["line"] - 1]
    assert complaint["column"] > 1


def test_a_scenario_is_seen_as_a_map_and_as_what_it_leans_on(client):
    answer = client.post("/api/look", json={"key": "example:cumberland", "text": app.example_text("cumberland")}).json()
    scene = answer["scene"]
    assert [unit["name"] for unit in scene["units"]] == ["Ridge Pantsir", "Ridge Gepard", "Valley Gepard", "Valley Tor"]
    assert {unit["kind"] for unit in scene["units"]} == {"weapon"}
    west, south, east, north = scene["ground"]["hillshade"]["bounds_deg"]
    assert west < -84.246 < east
    assert south < 36.30333 < north
    assert answer["check"]["threats"] == scene["threats"] == 18


def test_ten_thousand_units_are_refused_at_once(client):
    unit = "  - {unit: u%d, system: manpads, at: [55.74 N, 37.50 E], mounted: ground}"
    text = app.example_text("moscow-rooftops")
    start, end = text.index("defence:"), text.index("# What is defended")
    many = text[:start] + "defence:\n" + "\n".join(unit % n for n in range(10_000)) + "\n" + text[end:]
    answer = client.post("/api/look", json={"key": "example:moscow-rooftops", "text": many})
    assert answer.status_code == 422
    assert "more than 1000 entries" in answer.json()["error"]


def test_runs_are_found_again_and_what_they_were_asked(client, run_folder, tmp_path):
    Workspace(tmp_path).note("runs/rooftops", {"key": "example:moscow-rooftops", "replicates": 64, "seed": None})
    (tmp_path / "runs" / "broken").mkdir()
    (tmp_path / "runs" / "broken" / "manifest.json").write_text('{"replicates": ')
    state = client.get("/api/state").json()
    (row,) = [work for work in state["works"] if work["kind"] == "run"]
    assert (row["id"], row["complete"], row["replicates"]) == ("runs/rooftops", True, 64)
    assert state["notes"]["runs/rooftops"]["key"] == "example:moscow-rooftops"
    summary = client.get("/api/work/summary", params={"id": row["id"]}).json()
    assert summary == json.loads((run_folder / "summary.json").read_bytes())


def test_the_answer_so_far_is_the_answer_once_all_parts_are_there(client, run_folder):
    so_far = client.get("/api/work/so_far", params={"id": "runs/rooftops"}).json()
    summary = json.loads((run_folder / "summary.json").read_bytes())
    assert so_far["raids"] == summary["replicates"]
    assert so_far["curve"] == [[p, pytest.approx(mean)] for p, mean, _, _ in summary["pk"]["curve"]]
    assert so_far["fates"] == {name: pytest.approx(16 * share) for name, share in summary["fates"].items()}
    (next((run_folder / "outcomes").glob("part-*3.parquet"))).unlink()
    assert client.get("/api/work/so_far", params={"id": "runs/rooftops"}).json()["raids"] == 60
