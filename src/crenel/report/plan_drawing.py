"""Draw the map: data from `plan` in, SVG out."""

import math
from typing import Final

from markupsafe import Markup

from crenel.report import svg
from crenel.report.folder import Pictures
from crenel.report.labels import Label
from crenel.report.plan import LAND, SIDE, Approach, Ground, Notes

_LAYER: Final = "map-ground"


def ground(layer: Ground, pictures: Pictures) -> Markup:
    """The shared layer, once per page; lines keep their thickness at every width."""
    parts = [svg.tag("rect", x=0, y=0, width=SIDE, height=SIDE, class_="plate")]
    left, top, width, height = layer.extent
    terrain, whole = (left, top, width, height), (0.0, 0.0, SIDE, SIDE)
    if pictures.hillshade:
        parts.append(_image(pictures.hillshade, terrain, "hillshade"))
    parts += _land(layer)
    if pictures.buildings:
        parts.append(_image(pictures.buildings, whole, "built"))
    if pictures.hidden:
        parts.append(_image(pictures.hidden, terrain, "hidden"))
    parts += [svg.tag("circle", cx=SIDE / 2, cy=SIDE / 2, r=radius, class_="graticule") for radius, _ in layer.circles]
    # One group for all fans: its own opacity keeps them light where several overlap.
    fans = [_fan(approach, f"fan-{index}") for index, approach in enumerate(layer.approaches)]
    # Shaded ground under a strong tint turns to mud: there the fans are faint, and their edges are drawn.
    parts.append(svg.tag("g", *fans, class_="fans faint" if pictures.hillshade else "fans"))
    if pictures.hillshade:
        parts += [svg.tag("path", d=d, class_="fan-edge") for d in map(_edges, layer.approaches) if d]
    for kind in ("detection", "missile"):
        rings = layer.rings.get(kind, ())
        # One path for all units: where two overlap the tint is no darker.
        parts.append(svg.tag("path", d="".join(svg.path(ring, closed=True) for ring in rings), class_=f"area-{kind}"))
    for kind, rings in layer.rings.items():
        for ring in rings:
            d = svg.path(ring, closed=True)
            parts.append(svg.tag("path", d=d, class_="casing"))
            parts.append(svg.tag("path", d=d, class_=f"line-{kind}"))
    parts += [svg.tag("circle", cx=x, cy=y, r=radius, class_="asset-area") for (x, y), radius in layer.assets]
    parts += [svg.tag("circle", cx=x, cy=y, r=radius, class_="error") for (x, y), radius in layer.errors if radius > 0]
    return svg.tag(
        "svg", svg.tag("defs", svg.tag("g", *parts, id=_LAYER)), width=0, height=0, aria_hidden="true", class_="store"
    )


def annotated(notes: Notes, alt: str, *, layer: str = _LAYER) -> Markup:
    """One drawing of the map: a shared layer with its marks, labels, scale bar, north arrow and strip."""
    width = notes.width
    strip = 18.0 + 17.0 * len(notes.strip)
    ground = svg.tag(
        "svg",
        svg.tag("use", href=f"#{layer}"),
        x=0,
        y=0,
        width=width,
        height=width,
        viewBox=f"0 0 {SIDE:.0f} {SIDE:.0f}",
    )
    parts = [
        ground,
        *(_leader(label) for label in notes.labels if label.leader),
        *(svg.tag("path", d=_diamond(x, y, 5.5), class_="asset") for x, y in notes.assets),
    ]
    for mark in notes.marks:
        x, y = mark.at
        if mark.at != mark.true:
            parts.append(svg.line(mark.true, mark.at, class_="leader"))
            parts.append(svg.tag("circle", cx=mark.true[0], cy=mark.true[1], r=2, class_="true-place"))
        parts.append(svg.tag("circle", cx=x, cy=y, r=8.5, class_=f"unit unit-{mark.firmness}"))
        parts.append(svg.text(x, y + 4, str(mark.number), class_=f"unit-number number-{mark.firmness}"))
    parts += [_label(label) for label in notes.labels]
    parts += [*_scale_bar(notes), *_north(width)]
    parts.append(svg.tag("rect", x=0, y=width, width=width, height=strip, class_="strip"))
    for index, said in enumerate(notes.strip):
        parts.append(svg.text(12, width + 22 + 17 * index, said, class_="strip-title" if index == 0 else "strip-text"))
    return svg.picture(*parts, width=width, height=width + strip, alt=alt, class_="map")


def key_mark(number: int, firmness: str) -> Markup:
    """A unit's mark as in the map, for the key beside it."""
    return svg.tag(
        "svg",
        svg.tag("circle", cx=10, cy=10, r=8.5, class_=f"unit unit-{firmness}"),
        svg.text(10, 14, str(number), class_=f"unit-number number-{firmness}"),
        viewBox="0 0 20 20",
        aria_hidden="true",
        class_="key-mark",
    )


def key_line(kind: str) -> Markup:
    """A line as in the map, for the key."""
    return svg.tag(
        "svg",
        svg.line((1, 6), (35, 6), class_=f"line-{kind}"),
        viewBox="0 0 36 12",
        aria_hidden="true",
        class_="key-line",
    )


def _image(address: str, box: tuple[float, float, float, float], name: str) -> Markup:
    left, top, width, height = box
    return svg.tag(
        "image", href=address, x=left, y=top, width=width, height=height, preserveAspectRatio="none", class_=name
    )


def _land(layer: Ground) -> list[Markup]:
    """Areas first, ways on top; one path for all of a kind."""
    parts = []
    for kind in LAND:
        if rings := layer.areas.get(kind):
            d = "".join(svg.path(ring, closed=True) for ring in rings)
            parts.append(svg.tag("path", d=d, fill_rule="evenodd", class_=f"land-{kind}"))
    for kind in LAND:
        if lines := layer.ways.get(kind):
            parts.append(svg.tag("path", d="".join(map(svg.path, lines)), class_=f"way-{kind}"))
    return parts


def _fan(approach: Approach, name: str) -> Markup:
    """Strong where the raid starts, gone where it arrives: a direction, not a route."""
    x, y = approach.middle
    # The eye needs the colour inside the frame, however far out the raid starts.
    shown = min(approach.radius, 0.75 * SIDE)
    gradient = svg.tag(
        "radialGradient",
        svg.tag("stop", offset="0.15", class_="fan-in"),
        svg.tag("stop", offset="0.95", class_="fan-out"),
        id=name,
        gradientUnits="userSpaceOnUse",
        cx=x,
        cy=y,
        r=shown,
    )
    spread = approach.to_deg - approach.from_deg
    steps = max(2, round(spread / 3))
    arc = [_polar(approach.middle, approach.radius, approach.from_deg + spread * s / steps) for s in range(steps + 1)]
    outline = arc if spread >= 360.0 else [approach.middle, *arc]
    return gradient + svg.tag("path", d=svg.path(outline, closed=True), fill=f"url(#{name})", class_="fan")


def _edges(approach: Approach) -> str:
    """The two straight sides of a fan, from well off its target; none where threats come from all sides."""
    if approach.to_deg - approach.from_deg >= 360.0:
        return ""
    ends = (approach.from_deg, approach.to_deg)
    near = min(0.12 * SIDE, approach.radius)
    return "".join(
        svg.path([_polar(approach.middle, near, deg), _polar(approach.middle, approach.radius, deg)]) for deg in ends
    )


def _label(label: Label) -> Markup:
    middle = (label.box.left + label.box.right) / 2
    baseline = label.box.bottom - label.size * 0.36
    return svg.text(middle, baseline, label.words, font_size=label.size, class_=f"label label-{label.kind}")


def _leader(label: Label) -> Markup:
    """From the mark to the nearest point of the label's box."""
    x, y = label.anchor
    near = min(max(x, label.box.left), label.box.right), min(max(y, label.box.top), label.box.bottom)
    return svg.line((x, y), near, class_="leader")


def _scale_bar(notes: Notes) -> list[Markup]:
    y, left = notes.width - 14, 14.0
    right = left + notes.bar
    return [
        svg.tag("path", d=svg.path([(left, y - 5), (left, y), (right, y), (right, y - 5)]), class_="scale"),
        svg.text((left + right) / 2, y - 6, notes.bar_words, class_="scale-text"),
    ]


def _north(width: float) -> list[Markup]:
    x = width - 20
    return [
        svg.tag("path", d=svg.path([(x, 10), (x + 6, 26), (x, 22), (x - 6, 26)], closed=True), class_="north"),
        svg.text(x, 40, "N", class_="north-text"),
    ]


def _diamond(x: float, y: float, radius: float) -> str:
    return svg.path([(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)], closed=True)


def _polar(middle: tuple[float, float], radius: float, deg: float) -> tuple[float, float]:
    angle = math.radians(deg)
    return middle[0] + radius * math.sin(angle), middle[1] - radius * math.cos(angle)
