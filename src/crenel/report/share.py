"""A run as one page that opens from a disk: the viewer's own page with the data in it."""

import gzip
import json
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from crenel.core.records import CrenelError
from crenel.report.embedded import embedded
from crenel.results.replay import Replay

FORMAT: Final = 1

_CASE, _DATA, _WORLD = "/*CASE*/", "/*DATA*/", "world.json"

LEFT_OUT: Final = (
    "where units and assets stand: rounded to their own error, and to 500 m at least",
    "names of units, the roofs that they stand on, and notes about them",
    "lines of reach, layers of visible heights and shapes of gaps",
)
"""What the public profile takes away."""


def page(
    template: str,
    *,
    scene: Mapping[str, Any],
    summary: Mapping[str, Any],
    replay: Replay | None,
    scenario: str,
    public: bool,
) -> tuple[bytes, list[str], list[str]]:
    """The page, what is inside, and what was left out, in words.

    Parameters
    ----------
    template : str
        The built page, with two places for data.
    scene, summary : mapping
        Of the run that is shown.
    replay : Replay, optional
    scenario : str
        The scenario's text: with seed and number of raids all that somebody needs to play it again.
    public : bool

    Returns
    -------
    html : bytes
        It holds its run as a report does, for `crenel verify`; what it shows is in the element `crenel-data`.
    inside, left_out : list of str
    """
    if _CASE not in template or _DATA not in template:
        raise CrenelError("the built page for sharing is damaged. Build it again: make app.")
    inside = _inside(scene, summary, replay, public=public)
    left_out = list(LEFT_OUT) if public else []
    data = {
        "share": FORMAT,
        "scene": scene,
        "summary": summary,
        "replay": None if replay is None else replay.plain(),
        "scenario": scenario,
        "public": public,
        "inside": inside,
        "left_out": left_out,
        "world": _world(),
    }
    packed = b64encode(gzip.compress(_json(data).encode(), 9, mtime=0)).decode("ascii")
    # Packed, so that no text of anybody's can end the element that it stands in.
    told = embedded(summary, scenario)
    before, after_case = template.split(_CASE, 1)
    between, after = after_case.split(_DATA, 1)
    return "".join((before, told, between, packed, after)).encode("utf-8"), inside, left_out


def _inside(scene: Mapping[str, Any], summary: Mapping[str, Any], replay: Replay | None, *, public: bool) -> list[str]:
    ground = scene["ground"]
    n_units = len(scene["units"])
    where = "rounded positions" if public else "positions as stated"
    told = [
        f"{n_units:,} unit{'s' * (n_units != 1)} with their systems and evidence, at {where}",
        f"the answer from {summary['replicates']:,} raids, with its figures and sources",
        "the scenario's text, its seed and hashes: enough to play it again",
    ]
    if replay is not None:
        told.append(f"raid {replay.replicate:,}, with every threat's way and end")
    if ground["hillshade"]:
        told.append("the relief of the ground, as a picture")
    if ground["buildings"]:
        told.append(f"{ground['buildings']['shown']:,} buildings")
    if ground["land"]:
        told.append("water, roads and green")
    return told


def _world() -> Any:
    """Coasts and borders, coarse; the built app has them, and a page without them is still a page."""
    path = Path(__file__).parents[1] / "web" / "static" / _WORLD
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {"type": "Topology", "arcs": [], "objects": {"land": {"type": "GeometryCollection", "geometries": []}}}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
