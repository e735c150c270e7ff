import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

from crenel.report import plan, plan_drawing
from crenel.report.folder import Pictures


def test_the_shared_layer_holds_each_ring_once(summary: dict[str, Any], picture: Callable[..., dict[str, Any]]) -> None:
    drawn = plan_drawing.ground(plan.ground(picture(), summary), Pictures(picture()))
    classes = [element.attrib.get("class") for element in ET.fromstring(drawn).iter()]
    assert classes.count("line-missile") == 3
    assert classes.count("area-missile") == 1
    assert classes.count("fan") == 2
    assert "hillshade" not in classes


def test_rasters_are_embedded_in_the_shared_layer(
    summary: dict[str, Any], picture: Callable[..., dict[str, Any]]
) -> None:
    given = picture(raster=True)
    pictures = Pictures(given, hillshade="data:image/png;base64,AA", hidden="data:image/png;base64,BB")
    drawn = plan_drawing.ground(plan.ground(given, summary), pictures)
    images = list(ET.fromstring(drawn).iter("image"))
    assert [image.attrib["class"] for image in images] == ["hillshade", "hidden"]
    assert images[0].attrib["width"] == "1000"


def test_a_drawing_refers_to_the_shared_layer_and_says_what_it_shows(
    summary: dict[str, Any], picture: Callable[..., dict[str, Any]]
) -> None:
    drawn = plan_drawing.annotated(plan.notes(picture(), summary, 720.0), "A map & more")
    root = ET.fromstring(drawn)
    assert root.attrib["aria-label"] == "A map & more"
    assert [use.attrib["href"] for use in root.iter("use")] == ["#map-ground"]
    told = [element.text for element in root.iter("text")]
    assert {"N", "20 km", "Novo-Ogaryovo"} <= set(told)


def test_a_group_from_all_sides_is_a_whole_circle(
    summary: dict[str, Any], picture: Callable[..., dict[str, Any]]
) -> None:
    given = picture()
    given["groups"][0]["from_deg"] = [0, 360]
    layer = plan.ground(given, summary)
    assert layer.approaches[0].told.endswith("from all sides")
    drawn = ET.fromstring(plan_drawing.ground(layer, Pictures(given)))
    fans = [element for element in drawn.iter("path") if element.attrib.get("class") == "fan"]
    assert fans[0].attrib["d"].count("L") == 120


def test_land_lies_under_buildings_and_both_under_what_is_hidden(
    summary: dict[str, Any], picture: Callable[..., dict[str, Any]]
) -> None:
    given = picture(raster=True)
    ring = [[-1000.0, -1000.0], [1000.0, -1000.0], [0.0, 1000.0]]
    land = {
        "areas": {"water": [ring, ring], "green": [ring], "lava": [ring]},
        "lines": {"road": [[[0.0, 0.0], [9000.0, 9000.0]]], "water": [[[0.0, 0.0], [0.0, 9000.0]]]},
    }
    pictures = Pictures(given, *(f"data:image/png;base64,{name}" for name in ("AA", "BB", "CC")), land=land)
    drawn = plan_drawing.ground(plan.ground(given, summary, pictures.land), pictures)
    classes = [element.attrib.get("class") for element in ET.fromstring(drawn).iter()]
    order = ["hillshade", "land-green", "land-water", "way-water", "way-road", "built", "hidden"]
    assert [name for name in classes if name in order] == order
    (water,) = (element for element in ET.fromstring(drawn).iter("path") if element.attrib["class"] == "land-water")
    assert water.attrib["d"].count("Z") == 2
    assert water.attrib["fill-rule"] == "evenodd"


def test_the_credit_for_the_data_stands_in_every_drawing(
    summary: dict[str, Any], picture: Callable[..., dict[str, Any]]
) -> None:
    summary["place"]["attribution"] = "terrain: © DLR (Copernicus); buildings: © OpenStreetMap contributors (ODbL 1.0)"
    for width in (720.0, 350.0):
        drawn = plan_drawing.annotated(plan.notes(picture(), summary, width), "A map")
        told = " ".join(str(element.text) for element in ET.fromstring(drawn).iter("text"))
        assert "Data: terrain: © DLR" in told
        assert "OpenStreetMap contributors" in told
