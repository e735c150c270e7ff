"""A raid as KML with time, for globes: a track for each threat, a mark for each end, units and assets."""

import io
import zipfile
from datetime import datetime, timedelta
from typing import Final
from xml.etree import ElementTree

from crenel.export.marking import SIMULATED, begins, stamp, told
from crenel.results.replay import Flight, Replay

_KML: Final = "http://www.opengis.net/kml/2.2"
_GX: Final = "http://www.google.com/kml/ext/2.2"
_COLOURS: Final = {"leaked": "ff123bbf", "missile": "ff735a3d", "gun": "ffb39b7f", "soft_kill": "ffd3c5b5"}
"""Of tracks by fate, as KML writes colours: opacity, blue, green, red."""

_OTHER: Final = "ff99a4a8"


def replay_kml(replay: Replay) -> bytes:
    """A replay as KML 2.2 with `gx:Track`.

    Parameters
    ----------
    replay : Replay

    Returns
    -------
    bytes
        Heights are above the ground (`relativeToGround`), as crenel states them. The clock is made up: the raid begins
        at midnight of the scenario's day.
    """
    ElementTree.register_namespace("", _KML)
    ElementTree.register_namespace("gx", _GX)
    root = ElementTree.Element(f"{{{_KML}}}kml")
    document = _child(root, "Document")
    _child(document, "name", f"{SIMULATED}: {replay.title}")
    _child(document, "description", told(replay))
    for fate, colour in {**_COLOURS, "own_failure": _OTHER}.items():
        style = _child(document, "Style")
        style.set("id", fate)
        line = _child(style, "LineStyle")
        _child(line, "color", colour)
        _child(line, "width", "2")
    start = begins(replay)
    folder = _folder(document, "Threats")
    for flight in replay.flights:
        _track(folder, flight, start)
    ends = _folder(document, "Where flights ended")
    for flight in replay.flights:
        mark = _placed(ends, f"{flight.name}: {flight.fate.replace('_', ' ')}", flight.knots[-1].lon_deg,
                       flight.knots[-1].lat_deg, flight.knots[-1].height_agl_m)  # fmt: skip
        span = ElementTree.Element(f"{{{_KML}}}TimeSpan")
        _child(span, "begin", stamp(start, flight.ended_s))
        mark.insert(1, span)
    units = _folder(document, "Units")
    for stand in replay.stands:
        _placed(units, f"{stand.name} ({stand.system})", stand.lon_deg, stand.lat_deg, stand.height_agl_m)
    assets = _folder(document, "Assets")
    for goal in replay.goals:
        _placed(assets, goal.name, goal.lon_deg, goal.lat_deg, 0.0)
    ElementTree.indent(root, " ")
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def kmz(kml: bytes) -> bytes:
    """KML packed as KMZ; equal KML gives equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo("doc.kml", (1980, 1, 1, 0, 0, 0)), kml, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _track(parent: ElementTree.Element, flight: Flight, start: datetime) -> None:
    mark = _child(parent, "Placemark")
    _child(mark, "name", f"{SIMULATED}: {flight.name}")
    _child(mark, "styleUrl", f"#{flight.fate}")
    track = ElementTree.SubElement(mark, f"{{{_GX}}}Track")
    _child(track, "altitudeMode", "relativeToGround")
    for knot in flight.knots:
        _child(track, "when", (start + timedelta(seconds=knot.time_s)).isoformat(timespec="milliseconds") + "Z")
    for knot in flight.knots:
        place = ElementTree.SubElement(track, f"{{{_GX}}}coord")
        place.text = f"{knot.lon_deg:.6f} {knot.lat_deg:.6f} {knot.height_agl_m:.1f}"


def _folder(parent: ElementTree.Element, name: str) -> ElementTree.Element:
    folder = _child(parent, "Folder")
    _child(folder, "name", name)
    return folder


def _placed(
    parent: ElementTree.Element, name: str, lon_deg: float, lat_deg: float, height_m: float
) -> ElementTree.Element:
    mark = _child(parent, "Placemark")
    _child(mark, "name", f"{SIMULATED}: {name}")
    point = _child(mark, "Point")
    _child(point, "altitudeMode", "relativeToGround")
    _child(point, "coordinates", f"{lon_deg:.6f},{lat_deg:.6f},{height_m:.1f}")
    return mark


def _child(parent: ElementTree.Element, name: str, text: str = "") -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{_KML}}}{name}")
    if text:
        child.text = "".join(letter if letter.isprintable() else " " for letter in text)
    return child
