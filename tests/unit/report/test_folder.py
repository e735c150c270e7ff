import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crenel.core.records import CrenelError
from crenel.report import folder


def rewrite(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes), encoding="utf-8")


def test_a_run_folder_is_read_whole(run_folder: Callable[..., Path]) -> None:
    run = folder.read(run_folder(raster=True))
    assert run.summary["threats"] == 16
    assert run.manifest["n_passes"] == 64
    assert run.pictures is not None
    assert run.pictures.hillshade.startswith("data:image/png;base64,")
    assert run.pictures.hidden.startswith("data:image/png;base64,")


def test_maps_and_manifest_may_be_missing(run_folder: Callable[..., Path]) -> None:
    path = run_folder()
    (path / "maps" / "picture.json").unlink()
    (path / "manifest.json").unlink()
    run = folder.read(path)
    assert run.pictures is None
    assert run.manifest == {}


@pytest.mark.parametrize(
    ("version", "told"),
    [(3, "results format 3.*pip install"), (0, "whole number"), (None, "whole number"), (True, "whole")],
)
def test_another_format_is_refused(run_folder: Callable[..., Path], version: object, told: str) -> None:
    path = run_folder()
    rewrite(path / "summary.json", results=version)
    with pytest.raises(CrenelError, match=told):
        folder.read(path)


def test_what_is_no_run_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CrenelError, match="no such run folder"):
        folder.read(tmp_path / "nowhere")
    with pytest.raises(CrenelError, match=r"summary\.json: missing"):
        folder.read(tmp_path)


@pytest.mark.parametrize("text", ["{", "[1]", "\x00"])
def test_a_broken_summary_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "summary.json").write_text(text, encoding="utf-8")
    with pytest.raises(CrenelError, match="JSON"):
        folder.read(tmp_path)


def test_a_summary_that_lacks_parts_is_refused(run_folder: Callable[..., Path]) -> None:
    path = run_folder()
    (path / "summary.json").write_text('{"results": 1}', encoding="utf-8")
    with pytest.raises(CrenelError, match="lacks scenario, units"):
        folder.read(path)


def test_a_picture_name_cannot_lead_out_of_the_folder(run_folder: Callable[..., Path]) -> None:
    path = run_folder(raster=True)
    (path / "secret.png").write_bytes(b"x")
    rewrite(path / "maps" / "picture.json", hillshade="../secret.png")
    run = folder.read(path)
    assert run.pictures is not None
    assert run.pictures.hillshade == ""


def test_a_picture_that_is_named_but_missing_is_an_error(run_folder: Callable[..., Path]) -> None:
    path = run_folder(raster=True)
    (path / "maps" / "hillshade.png").unlink()
    with pytest.raises(CrenelError, match=r"hillshade\.png"):
        folder.read(path)


def test_buildings_and_land_are_read_where_the_picture_names_them(run_folder: Callable[..., Path]) -> None:
    path = run_folder(raster=True)
    found = folder.read(path).pictures
    assert found is not None
    assert (found.buildings, found.land) == ("", {})
    (path / "maps" / "buildings.png").write_bytes((path / "maps" / "hillshade.png").read_bytes())
    (path / "maps" / "land.json").write_text('{"areas": {}, "lines": {}}')
    rewrite(path / "maps" / "picture.json", buildings="buildings.png", land="land.json")
    found = folder.read(path).pictures
    assert found is not None
    assert found.buildings.startswith("data:image/png;base64,")
    assert set(found.land) == {"areas", "lines"}
    (path / "maps" / "land.json").unlink()
    with pytest.raises(CrenelError, match=r"land\.json: missing"):
        folder.read(path)
