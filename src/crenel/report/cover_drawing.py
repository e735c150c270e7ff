"""Drawings of coverage: what holds around the compass of an asset, and maps with their marks."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from crenel.report import plan_drawing, svg
from crenel.report.plan import Notes

_MIDDLE: Final = 170.0
_WHOLE: Final = 122.0
_SIDE: Final = 340.0

LINES: Final = ("line-a", "line-b", "line-c", "line-d")
"""Classes of the lines of a compass, the lowest flight first: by width, lightness and dashes."""


@dataclass(frozen=True, slots=True)
class Compass:
    """Values around an asset, clockwise from north and evenly apart: one series for each height.

    `whole` is the value at the outer circle, `rings` values at the inner ones with their words, `wanted` a value that
    is required (0: none). `stepped` values are counts, which do not run from one into the next.
    """

    series: tuple[tuple[float, ...], ...]
    whole: float
    rings: tuple[tuple[float, str], ...]
    alt: str
    wanted: float = 0.0
    stepped: bool = False


def compass(info: Compass) -> Markup:
    """One compass: rings with their values, a line for each height, the required value dashed."""
    parts = []
    for value, _ in info.rings:
        parts.append(svg.tag("circle", cx=_MIDDLE, cy=_MIDDLE, r=_WHOLE * value / info.whole, class_="ring-line"))
    if 0.0 < info.wanted <= info.whole:
        parts.append(svg.tag("circle", cx=_MIDDLE, cy=_MIDDLE, r=_WHOLE * info.wanted / info.whole, class_="wanted"))
    for number, series in reversed(list(enumerate(info.series))):
        d = svg.path(_points(series, info), closed=True)
        if number == 0:
            parts.append(svg.tag("path", d=d, class_="compass-area"))
        parts.append(svg.tag("path", d=d, class_=f"compass-line {LINES[number % len(LINES)]}"))
    for name, deg in (("N", 0.0), ("E", 90.0), ("S", 180.0), ("W", 270.0)):
        x, y = _polar(_WHOLE + 18, deg)
        parts.append(svg.text(x, y + 4.5, name, class_="ring-compass"))
    for value, told in info.rings:
        x, y = _polar(_WHOLE * value / info.whole, 45.0)
        parts.append(svg.text(x + 2, y - 2, told, class_="ring-scale cased"))
    return svg.picture(*parts, width=_SIDE, height=_SIDE, alt=info.alt, class_="chart ring")


def line_key(number: int) -> Markup:
    """A line as in the compass, for its key."""
    return svg.tag(
        "svg",
        svg.line((1, 6), (35, 6), class_=f"compass-line {LINES[number % len(LINES)]}"),
        viewBox="0 0 36 12",
        aria_hidden="true",
        class_="key-line",
    )


def map_store(name: str, address: str, extent: tuple[float, float, float, float], side: float) -> Markup:
    """A raster to be used by the drawings of every width, once per page."""
    left, top, width, height = extent
    picture = svg.tag(
        "image", href=address, x=left, y=top, width=width, height=height, preserveAspectRatio="none", class_="cells"
    )
    plate = svg.tag("rect", x=0, y=0, width=side, height=side, class_="plate")
    held = svg.tag("defs", svg.tag("g", plate, picture, id=name))
    return svg.tag("svg", held, width=0, height=0, aria_hidden="true", class_="store")


def map_drawing(notes: Notes, alt: str, name: str) -> Markup:
    """One drawing of a map: the stored raster with marks, labels, scale bar, north arrow and strip."""
    return plan_drawing.annotated(notes, alt, layer=name)


STEPS: Final = tuple(step * 10.0**power for power in range(6) for step in (1.0, 2.0, 5.0))
STEPS_S: Final = (5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0, 14400.0, 86400.0)
"""Distances between rings, for counts and metres, and for seconds."""


def nice_rings(
    most: float, told: Callable[[float], str], steps: Sequence[float] = STEPS
) -> tuple[float, tuple[tuple[float, str], ...]]:
    """The outer value, and up to five round ones with their words."""
    step = next((step for step in steps if most <= 5.0 * step), steps[-1])
    n = max(math.ceil(most / step - 1e-9), 1)
    return n * step, tuple((step * i, told(step * i)) for i in range(1, n + 1))


def _points(series: Sequence[float], info: Compass) -> list[tuple[float, float]]:
    step_deg = 360.0 / len(series)
    points = []
    for index, value in enumerate(series):
        radius = _WHOLE * min(value / info.whole, 1.0)
        if info.stepped:
            points += [_polar(radius, (index - 0.5) * step_deg), _polar(radius, (index + 0.5) * step_deg)]
        else:
            points.append(_polar(radius, index * step_deg))
    return points


def _polar(radius: float, deg: float) -> tuple[float, float]:
    angle = math.radians(deg)
    return _MIDDLE + radius * math.sin(angle), _MIDDLE - radius * math.cos(angle)
