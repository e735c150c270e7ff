"""A page that is handed on: complete, harmless, and in public no more exact than it says."""

import json
import math
import re

import pytest

from crenel import app, inputs
from crenel.core.records import CrenelError
from crenel.inputs.coordinates import distance_m
from crenel.inputs.public import CLEAR_M, public_text
from crenel.report.share import page
from crenel.results.identity import scenario_hash
from shared_pages import parts_of, positions_of

TEMPLATE = (
    '<!doctype html><meta charset="utf-8"><template id="crenel-run" data-run="/*CASE*/"></template>'
    '<script type="application/octet-stream" id="crenel-data">/*DATA*/</script>'
)


@pytest.fixture(scope="module")
def shared(ran, tmp_path_factory):
    """A public page and a full one, in a template without the viewer."""
    import shutil

    from crenel.app import watching

    folder = tmp_path_factory.mktemp("shared") / "runs" / "rooftops"
    shutil.copytree(ran, folder)
    patch = pytest.MonkeyPatch()
    patch.setattr(watching, "_template", lambda: TEMPLATE)
    patch.chdir(folder.parent.parent)
    try:
        made = {public: app.write_share(folder, public=public, which="worst") for public in (True, False)}
        return {public: (folder.parent.parent / told["path"]).read_text("utf-8") for public, told in made.items()}
    finally:
        patch.undo()


def metres(a, b):
    lat = math.radians((a[0] + b[0]) / 2)
    return math.hypot((a[0] - b[0]) * 111_195, (a[1] - b[1]) * 111_195 * math.cos(lat))


def test_no_coordinate_of_a_public_page_is_within_100_m_of_a_unit(shared):
    units = [(math.degrees(u.at.lat_rad), math.degrees(u.at.lon_rad)) for u in app.load("moscow-rooftops").units]
    case, data = parts_of(shared[True])
    found = [*positions_of(case), *positions_of(data)]
    # Positions in the scenario's text as well.
    found += [(float(lat), float(lon)) for lat, lon in re.findall(r"(\d+\.\d+) N\W+(\d+\.\d+) E", case["text"])]
    assert len(found) > 100
    near = [at for at in found for unit in units if metres(at, unit) < 100.0]
    assert not near
    # The same search finds them where they are.
    assert any(metres(at, unit) < 100.0 for at in positions_of(parts_of(shared[False])[1]) for unit in units)


def test_a_public_page_names_no_roof_and_keeps_no_note(shared):
    case, data = parts_of(shared[True])
    text = json.dumps([case, data], ensure_ascii=False)
    for word in ("Defence ministry", "Frunzenskaya", "Taganka", "Novo-Ogaryovo", "hoisted", "floors"):
        assert word not in text
    assert data["scene"]["rings"]["rings"] == []
    assert data["scene"]["ground"]["buildings"] is None
    assert all(side["to_deg"] - side["from_deg"] >= 30 for side in data["summary"]["sectors"])


def test_what_a_page_says_comes_out_again_from_what_it_holds(shared, tmp_path):
    for html in shared.values():
        case, data = parts_of(html)
        told = case["summary"]["scenario"]
        scenario = inputs.read(case["text"], name=told["name"], folder=tmp_path)
        assert scenario_hash(scenario) == told["hash"] == data["summary"]["scenario"]["hash"] == data["scene"]["hash"]
        assert data["replay"]["hash"] == told["hash"]
        assert data["scenario"] == case["text"]
        assert data["summary"] == case["summary"]
    (tmp_path / "shared.html").write_text(shared[True], "utf-8")
    assert app.verify(tmp_path / "shared.html")["same"]
    (tmp_path / "shared.html").write_text(shared[True].replace("crenel-run", "crenel-walk"), "utf-8")
    with pytest.raises(CrenelError):
        app.verify(tmp_path / "shared.html")


def test_text_of_a_strangers_stays_text(ran):
    summary = json.loads((ran / "summary.json").read_bytes())
    evil = "</script><script>alert(1)</script>\u2028<img src=x onerror=alert(1)>"
    scene = {**app.run_scene(ran), "title": evil}
    html, _, _ = page(
        TEMPLATE, scene=scene, summary={**summary, "placards": [evil]}, replay=None, scenario=evil, public=False
    )
    text = html.decode()
    assert "alert(1)</script>" not in text
    assert "<img" not in text
    case, data = parts_of(text)
    assert case["text"] == evil
    assert data["scene"]["title"] == evil


@pytest.mark.parametrize("example", ["moscow-rooftops", "cumberland", "stadium", "reference-20x3"])
def test_rounded_scenarios_are_scenarios(example):
    scenario = app.load(example)
    rounded = inputs.read(public_text(scenario), name="rounded", folder=inputs.example_path(example).parent)
    assert len(rounded.units) == len(scenario.units)
    assert rounded.n_threats == scenario.n_threats
    assert [group.name for group in rounded.groups] == [group.name for group in scenario.groups]
    for before, after in zip(scenario.units, rounded.units, strict=True):
        grid_m = max(500.0, before.evidence.position_error_m)
        assert CLEAR_M <= distance_m(before.at, after.at) <= 2.5 * grid_m
        assert after.evidence.position_error_m == grid_m
        assert not after.evidence.note
        assert after.system == before.system or after.system.key == before.system.key
        assert (after.network == "") == (before.network == "")
    for unit in scenario.units:
        for asset in rounded.assets:
            assert distance_m(unit.at, asset.at) >= CLEAR_M


def test_a_full_path_is_not_published(tmp_path):
    from dataclasses import replace

    scenario = app.load("moscow-rooftops")
    text = scenario.text.replace("terrain: flat 150 m", f"terrain: {tmp_path}/dem.tif")
    with pytest.raises(CrenelError, match="full path"):
        public_text(replace(scenario, text=text))


def test_without_the_built_app_the_remedy_is_said(run_folder, monkeypatch):
    from crenel.app import watching

    monkeypatch.setattr(watching, "__file__", str(run_folder / "a" / "b" / "watching.py"))
    with pytest.raises(CrenelError, match="make app"):
        app.write_share(run_folder, public=False)
