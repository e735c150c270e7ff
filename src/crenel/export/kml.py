"""Outlines as KML, for globes: every name says that it is a simulation."""

from collections.abc import Iterable
from typing import Final
from xml.etree import ElementTree

from crenel.export.outlines import Outline, Ring
from crenel.results.coverage import Coverage

_NAMESPACE: Final = "http://www.opengis.net/kml/2.2"
_STYLES: Final = {"visible": ("80d18f8f", "ffa05a24"), "held": ("80a5803d", "ff5c4224")}
"""Fill and line of each kind as KML writes colours: opacity, blue, green, red."""

_WORDS: Final = {"visible": "in view of a unit", "held": "held on its way to"}


def kml_bytes(coverage: Coverage, found: Iterable[Outline]) -> bytes:
    """Outlines, units and assets as one KML document.

    Parameters
    ----------
    coverage : Coverage
    found : iterable of Outline

    Returns
    -------
    bytes
        KML 2.2 on WGS 84; polygons lie on the ground, and only the first is shown at once, since they overlap.
    """
    ElementTree.register_namespace("", _NAMESPACE)
    root = ElementTree.Element(f"{{{_NAMESPACE}}}kml")
    document = _child(root, "Document")
    title = coverage.answer["scenario"]["title"]
    _child(document, "name", f"SIMULATION: {title}")
    credit = coverage.answer["place"]["attribution"]
    _child(document, "description", " ".join([*coverage.answer["placards"], *([f"Data: {credit}."] if credit else [])]))
    for kind, (fill, line) in _STYLES.items():
        style = _child(document, "Style")
        style.set("id", kind)
        _child(_child(style, "LineStyle"), "color", line)
        _child(_child(style, "PolyStyle"), "color", fill)
    for number, outline in enumerate(found):
        _placemark(document, outline, shown=number == 0)
    for kind in ("unit", "asset"):
        for row in coverage.answer[f"{kind}s"]:
            mark = _child(document, "Placemark")
            _child(mark, "name", f"SIMULATION: {row['name']}")
            _child(_child(mark, "Point"), "coordinates", f"{row['lon_deg']},{row['lat_deg']},0")
    ElementTree.indent(root, " ")
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _placemark(document: ElementTree.Element, outline: Outline, *, shown: bool) -> None:
    mark = _child(document, "Placemark")
    where = f"{_WORDS[outline.kind]} {outline.asset}".strip()
    _child(mark, "name", f"SIMULATION: {outline.threat} at {outline.height_m:g} m, {where}")
    _child(mark, "visibility", "1" if shown else "0")
    _child(mark, "styleUrl", f"#{outline.kind}")
    every = _child(mark, "MultiGeometry")
    for rings in outline.polygons:
        polygon = _child(every, "Polygon")
        _child(polygon, "tessellate", "1")
        for number, ring in enumerate(rings):
            boundary = _child(polygon, "outerBoundaryIs" if number == 0 else "innerBoundaryIs")
            _child(_child(boundary, "LinearRing"), "coordinates", _written(ring))


def _written(ring: Ring) -> str:
    return " ".join(f"{lon_deg:.6f},{lat_deg:.6f},0" for lon_deg, lat_deg in ring)


def _child(parent: ElementTree.Element, name: str, text: str = "") -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{_NAMESPACE}}}{name}")
    if text:
        child.text = _printable(text)
    return child


def _printable(text: str) -> str:
    """Without control characters, which XML cannot hold."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
