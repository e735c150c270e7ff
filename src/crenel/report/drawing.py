"""Draw the charts: data from `charts` in, SVG out. Nothing is worked out here but places on the page."""

import math
from typing import Final

from markupsafe import Markup

from crenel.report import numbers, svg
from crenel.report.charts import Bar, BreakEven, Curve, Dots, Ring

WIDE: Final = 720.0
NARROW: Final = 350.0
"""Widths at which text keeps its size: the page shows the wide drawing or the narrow one, never a shrunken one."""

_SIZE: Final = 13.0

_BOLD: Final = 1.08


def curve(info: Curve, width: float) -> Markup:
    """Leak share against kill probability: line, 95 % band, shaded bracket, stated values as marks on the axis."""
    height = 340.0 if width > 500 else 300.0
    left, right, top, bottom = 46.0, width - 34.0, 46.0, height - 72.0

    def at(p: float, share: float) -> tuple[float, float]:
        return left + p * (right - left), bottom - share * (bottom - top)

    band = [at(p, high) for p, _, _, high in info.points] + [at(p, low) for p, _, low, _ in reversed(info.points)]
    parts = [
        _shaded(info.bracket, at(0, 0)[0], at(1, 0)[0], (top, bottom)),
        _bracket_label(info.grade, info.bracket, (left, right), top - 9),
        *_axes(info.n_threats, left, right, (top, bottom)),
        svg.tag("path", d=svg.path(band, closed=True), class_="band"),
        svg.tag("path", d=svg.path(at(p, share) for p, share, _, _ in info.points), class_="curve"),
        *(
            svg.tag("circle", cx=at(p, share)[0], cy=at(p, share)[1], r=2.6, class_="dot")
            for p, share, *_ in info.points
        ),
    ]
    for p in info.stated:
        x = at(p, 0)[0]
        pointer = [(x, bottom + 3), (x - 5, bottom + 12), (x + 5, bottom + 12)]
        parts.append(svg.tag("path", d=svg.path(pointer, closed=True), class_="stated"))
    if info.published is not None:
        x = at(info.published, 0)[0]
        parts.append(svg.line((x, top), (x, bottom), class_="published"))
    parts.append(_end_label([at(p, high) for p, _, _, high in info.points], info.points[-1]))
    parts.append(svg.text((left + right) / 2, height - 23, "p: the chance that one shot kills", class_="axis-title"))
    told = "published value: line; " if info.published is not None else ""
    parts.append(svg.text((left + right) / 2, height - 5, f"{told}▲ values of the stated case", class_="note-middle"))
    return svg.picture(*parts, width=width, height=height, alt=info.alt, class_="chart")


def break_even(info: BreakEven, width: float) -> Markup:
    """One line per threshold from the p that is needed up to 1, over the shaded bracket."""
    step, top = 50.0, 30.0
    bottom = top + step * len(info.rows)
    left, right = 12.0, width - 12.0

    def at(p: float) -> float:
        return left + p * (right - left)

    parts = [
        _shaded(info.bracket, left, right, (top, bottom)),
        _bracket_label(info.grade, info.bracket, (left, right), top - 9),
    ]
    for index, row in enumerate(info.rows):
        y = top + step * index + 36
        parts.append(svg.text(left, y - 13, row.label, class_="row-label"))
        parts.append(svg.text(right, y - 13, row.verdict, class_="row-value"))
        parts.append(svg.line((left, y), (right, y), class_="track"))
        if row.p is not None:
            parts.append(svg.line((at(row.p), y), (right, y), class_="reach"))
            parts.append(svg.tag("circle", cx=at(row.p), cy=y, r=5.5, class_="needed"))
    for tick in range(0, 11, 2):
        parts.append(svg.text(at(tick / 10), bottom + 20, numbers.probability(tick / 10), class_="tick-x"))
    return svg.picture(*parts, width=width, height=bottom + 28, alt=info.alt, class_="chart")


def bar(info: Bar) -> Markup:
    """One bar that stretches with its place on the page; whiskers where there is an interval."""
    parts = [
        svg.tag("rect", x=0, y=0, width=1000, height=10, class_="bar-track"),
        svg.tag("rect", x=0, y=0, width=1000.0 * min(info.share, 1.0), height=10, class_=f"bar bar-{info.key}"),
    ]
    if info.low is not None and info.high is not None:
        parts.append(svg.line((1000 * info.low, 5), (1000 * info.high, 5), class_="whisker"))
    return svg.tag(
        "svg", *parts, viewBox="0 0 1000 10", preserveAspectRatio="none", aria_hidden="true", class_="bar-svg"
    )


def ring(info: Ring) -> Markup:
    """A compass: each sector reaches out as far as its leak share, the outer circle is the whole."""
    middle, whole = 170.0, 118.0
    parts = []
    for share in (0.25, 0.5, 0.75, 1.0):
        parts.append(svg.tag("circle", cx=middle, cy=middle, r=whole * share, class_="ring-line"))
    for sector in info.sectors:
        parts.append(svg.tag("path", d=_wedge(middle, whole, sector.from_deg, sector.to_deg), class_="wedge-whole"))
        parts.append(
            svg.tag("path", d=_wedge(middle, whole * sector.leak, sector.from_deg, sector.to_deg), class_="wedge")
        )
        x, y = _polar(middle, whole + 19, (sector.from_deg + sector.to_deg) / 2)
        parts.append(svg.text(x, y + 4, sector.shown, class_="ring-value"))
    for name, deg in (("N", 0.0), ("E", 90.0), ("S", 180.0), ("W", 270.0)):
        x, y = _polar(middle, whole + 40, deg)
        parts.append(svg.text(x, y + 4.5, name, class_="ring-compass"))
    parts.append(svg.text(middle + 3, middle - whole * 0.5 - 3, "50 %", class_="ring-scale"))
    parts.append(svg.text(middle + 3, middle - whole - 3, "100 %", class_="ring-scale"))
    return svg.picture(*parts, width=340, height=340, alt=info.alt, class_="chart ring")


def dots(info: Dots) -> Markup:
    """One dot a threat, filled from the left; the last one in part."""
    columns = info.n if info.n <= 20 else math.ceil(info.n / math.ceil(info.n / 20))
    rows = math.ceil(info.n / columns)
    parts = []
    for index in range(info.n):
        x, y = 9.0 + 18.0 * (index % columns), 9.0 + 18.0 * (index // columns)
        parts.append(svg.tag("circle", cx=x, cy=y, r=6.5, class_="dot-empty"))
        part = min(max(info.filled - index, 0.0), 1.0)
        if part >= 1.0:
            parts.append(svg.tag("circle", cx=x, cy=y, r=7, class_="dot-full"))
        elif part > 0.02:
            parts.append(svg.tag("path", d=_filled_part(x, y, part), class_="dot-full"))
    return svg.picture(*parts, width=18.0 * columns, height=18.0 * rows, alt=info.alt, class_="dots")


def _shaded(bracket: tuple[float, float], left: float, right: float, heights: tuple[float, float]) -> Markup:
    x0, x1 = (left + p * (right - left) for p in bracket)
    return svg.tag(
        "rect", x=x0, y=heights[0], width=max(x1 - x0, 1.5), height=heights[1] - heights[0], class_="bracket"
    )


def _bracket_label(grade: str, bracket: tuple[float, float], ends: tuple[float, float], y: float) -> Markup:
    """Centred over the bracket, pushed back where it would leave the drawing."""
    shown = f"bracket {numbers.span(*bracket)} ({grade})"
    half = svg.text_width(shown, _SIZE) / 2
    middle = ends[0] + (bracket[0] + bracket[1]) / 2 * (ends[1] - ends[0])
    return svg.text(min(max(middle, ends[0] + half), ends[1] - half), y, shown, class_="bracket-label")


def _axes(n_threats: int, left: float, right: float, heights: tuple[float, float]) -> list[Markup]:
    top, bottom = heights
    parts = []
    for quarter in range(5):
        y = bottom - quarter / 4 * (bottom - top)
        parts.append(svg.line((left, y), (right, y), class_="grid" if quarter else "base"))
        parts.append(svg.text(left - 6, y + 4.5, f"{25 * quarter} %", class_="tick-y"))
        if quarter:
            parts.append(svg.text(right + 6, y + 4.5, numbers.significant(n_threats * quarter / 4), class_="tick-n"))
    for tick in range(0, 11, 2):
        x = left + tick / 10 * (right - left)
        parts.append(svg.text(x, bottom + 27, numbers.probability(tick / 10), class_="tick-x"))
    parts.append(svg.text(0, top - 30, "got through", class_="axis-name"))
    parts.append(svg.text(right + 34, top - 30, f"of {n_threats:,}", class_="axis-name-right"))
    return parts


def _end_label(tops: list[tuple[float, float]], last: tuple[float, float, float, float]) -> Markup:
    """Over the curve's right end, clear of as much of the curve as the words span."""
    _, share, low, high = last
    # No leak in all raids played is no proof of none: the bound is told.
    told = numbers.percent(numbers.Estimate(0.0, low, high) if share == 0.0 else numbers.Estimate(share))
    words = f"every shot a kill: {told}"
    right = tops[-1][0]
    left = right - svg.text_width(words, _SIZE) * _BOLD
    spanned = [y for x, y in tops if x >= left - (right - tops[0][0]) / 10]
    y = min(spanned) - 9 if share < 0.8 else max(spanned) + 22
    return svg.text(right, y, words, class_="end-label")


def _polar(middle: float, radius: float, deg: float) -> tuple[float, float]:
    return middle + radius * math.sin(math.radians(deg)), middle - radius * math.cos(math.radians(deg))


def _wedge(middle: float, radius: float, low: float, high: float) -> str:
    steps = max(2, round((high - low) / 3))
    arc = [_polar(middle, radius, low + (high - low) * step / steps) for step in range(steps + 1)]
    return svg.path([(middle, middle), *arc], closed=True)


def _filled_part(x: float, y: float, part: float) -> str:
    """The left `part` of a dot by width, as a circle cut by an upright line."""
    cut = -1.0 + 2.0 * part
    half = math.acos(-cut)
    arc = [math.pi - half + 2.0 * half * step / 24 for step in range(25)]
    return svg.path([(x + 7 * math.cos(angle), y + 7 * math.sin(angle)) for angle in arc], closed=True)
