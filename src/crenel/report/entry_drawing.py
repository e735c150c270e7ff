"""Draw the pictures of an entry: data from `entry_charts` in, SVG out. Nothing is worked out here but places."""

import math
from collections.abc import Callable, Sequence
from typing import Final

from markupsafe import Markup

from crenel.report import entry_charts, labels, svg
from crenel.report.entry_charts import Box, Detection, Envelope, Interval, Intervals

_SIZE: Final = 12.5
_ROW: Final = 15.0
_DECADES: Final = ((0.001, "0.001"), (0.01, "0.01"), (0.1, "0.1"), (1.0, "1"), (10.0, "10"), (100.0, "100"))
_WIDE_FROM: Final = 500.0


def detection(info: Detection, width: float) -> Markup:
    """Range of detection against radar cross-section: line, shaded bracket, published claims, known threats."""
    left, right = 44.0, width - 14.0
    most_m = max((*(point[3] for point in info.points), *(claim.high_m for claim in info.claims)))
    ticks = entry_charts.even_ticks(most_m / 1000.0)
    decades = math.log10(entry_charts.MOST_RCS_M2 / entry_charts.LEAST_RCS_M2)

    def x_of(rcs_m2: float) -> float:
        return left + math.log10(rcs_m2 / entry_charts.LEAST_RCS_M2) / decades * (right - left)

    flags = _flags([(name, x_of(rcs_m2)) for name, rcs_m2 in info.targets], right)
    n_rows = 1 + max((row for *_, row in flags), default=-1)
    top = 24.0 + n_rows * _ROW
    height = top + (250.0 if width > _WIDE_FROM else 220.0) + 62.0
    bottom = height - 62.0

    def y_of(range_m: float) -> float:
        return bottom - range_m / 1000.0 / ticks[-1][0] * (bottom - top)

    parts = [svg.text(0, top - 12, "range, km", class_="axis-name")]
    for value, label in ticks:
        y = y_of(value * 1000.0)
        parts.append(svg.line((left, y), (right, y), class_="grid" if value else "base"))
        parts.append(svg.text(left - 7, y + 4.5, label, class_="tick-y"))
    for rcs_m2, label in _DECADES:
        parts.append(svg.line((x_of(rcs_m2), bottom), (x_of(rcs_m2), bottom + 5), class_="base"))
        parts.append(svg.text(x_of(rcs_m2), bottom + 21, label, class_="tick-x"))
    for name, x, at, row in flags:
        y = 14.0 + row * _ROW
        begin = y - 10 if at > x else y + 3  # words that are pushed to the left stand over their line
        parts.append(svg.line((x, begin), (x, bottom), class_="flag"))
        parts.append(svg.text(at, y, name, class_="flag-name"))
    points = info.points
    band = [(x_of(p[0]), y_of(p[3])) for p in points] + [(x_of(p[0]), y_of(p[1])) for p in reversed(points)]
    parts.append(svg.tag("path", d=svg.path(band, closed=True), class_="band"))
    parts.append(svg.tag("path", d=svg.path((x_of(p[0]), y_of(p[2])) for p in points), class_="curve"))
    places = []
    for claim in info.claims:
        x, y = x_of(claim.rcs_m2), y_of(claim.value_m)
        if claim.low_m != claim.high_m:
            parts.append(svg.line((x, y_of(claim.low_m)), (x, y_of(claim.high_m)), class_="claim-span"))
        parts.append(svg.tag("path", d=svg.path(_diamond(x, y, 5.5), closed=True), class_="claim"))
        places.append((x, y))
    frame = labels.Box(left, top - 4, right + 8, bottom)
    wanted = [
        labels.beside(claim.label, "claim-name", _SIZE, mark=place, clearance=7.0)
        for claim, place in zip(info.claims, places, strict=True)
    ]
    taken = [labels.Box(x - 6, y - 6, x + 6, y + 6) for x, y in places]
    parts.extend(_labels(labels.place(wanted, taken=taken, frame=frame)))
    parts.append(
        svg.text((left + right) / 2, height - 20, "radar cross-section of the target, m²", class_="axis-title")
    )
    return svg.picture(*parts, width=width, height=height, alt=info.alt, class_="chart")


def envelope(info: Envelope, width: float) -> Markup:
    """Range against height: a line round the central limits, light where a bracket reaches, darker where all agree."""
    left, right, top, height = 44.0, width - 14.0, 44.0, 330.0 if width > _WIDE_FROM else 280.0
    bottom = height - 52.0
    across = entry_charts.even_ticks(max(box.range_max_m[2] for box in info.boxes) / 1000.0)
    upward = entry_charts.even_ticks(max(box.height_max_m[2] for box in info.boxes) / 1000.0)

    def at(range_m: float, height_m: float) -> tuple[float, float]:
        return (
            left + range_m / 1000.0 / across[-1][0] * (right - left),
            bottom - height_m / 1000.0 / upward[-1][0] * (bottom - top),
        )

    parts = [svg.text(0, 14, "height, km", class_="axis-name")]
    for value, label in upward:
        y = at(0.0, value * 1000.0)[1]
        parts.append(svg.line((left, y), (right, y), class_="grid" if value else "base"))
        parts.append(svg.text(left - 7, y + 4.5, label, class_="tick-y"))
    for value, label in across:
        x = at(value * 1000.0, 0.0)[0]
        parts.append(svg.line((x, bottom), (x, bottom + 5), class_="base"))
        parts.append(svg.text(x, bottom + 21, label, class_="tick-x"))
    wanted, taken = [], []
    for box in info.boxes:
        for corners, kind in ((_reach(box, 0), "may"), (_reach(box, 2), "must")):
            if corners is not None:
                parts.append(_rectangle(at, corners, f"{kind}-{box.weapon}"))
        central = _reach(box, 1)
        if central is not None:
            parts.append(_rectangle(at, central, f"limits limits-{box.weapon}"))
            corner = at(central[1], central[3])
            taken.append(labels.Box(corner[0] - 2, corner[1] - 2, corner[0] + 2, corner[1] + 2))
            wanted.append(labels.beside(box.label, f"label-{box.weapon}", 13.5, mark=corner, clearance=3.0))
    frame = labels.Box(left, top - 24, right + 10, bottom)
    parts.extend(_labels(labels.place(wanted, taken=taken, frame=frame)))
    parts.append(svg.text((left + right) / 2, height - 12, "range, km", class_="axis-title"))
    return svg.picture(*parts, width=width, height=height, alt=info.alt, class_="chart")


def intervals(info: Intervals, width: float) -> Markup:
    """One line a bracket: the words beside it where there is room, above it where there is none."""
    label_width = 12.0 + max(svg.text_width(row.label, _SIZE) for row in info.rows)
    shown_width = 12.0 + max(svg.text_width(row.shown, _SIZE) for row in info.rows)
    beside = width > _WIDE_FROM and label_width + shown_width < 0.65 * width
    left, right = (label_width, width - shown_width - 12.0) if beside else (10.0, width - 10.0)
    # Words that do not fit on one line take two.
    fits = all(svg.text_width(f"{row.label}  {row.shown}", _SIZE) < width for row in info.rows)
    step = 27.0 if beside else 46.0 if fits else 62.0

    def x_of(value: float) -> float:
        low, high = info.axis
        if info.is_log:
            return left + math.log(value / low) / math.log(high / low) * (right - left)
        return left + (value - low) / (high - low) * (right - left)

    lines = []
    y, group, top = -8.0, "", 6.0
    for row in info.rows:
        if row.group and row.group != group:
            y += 22.0 if not group else 42.0
            lines.append(svg.text(0, y, row.group, class_="group"))
            top = top if group else y + 10.0
            group = row.group
        y += step
        lines.extend(_interval(row, y, (left, right), x_of, above=0.0 if beside else 13.0 if fits else 29.0))
    bottom = y + 16.0
    parts = []
    for value, label in info.ticks:
        x = x_of(value)
        parts.append(svg.line((x, top), (x, bottom), class_="grid"))
        parts.append(svg.text(x, bottom + 17, label, class_="tick-x"))
    title = svg.text((left + right) / 2, bottom + 37, info.title, class_="axis-title")
    return svg.picture(*parts, *lines, title, width=width, height=bottom + 44, alt=info.alt, class_="chart")


def key_mark(kind: str) -> Markup:
    """A mark as the key shows it."""
    return svg.tag("svg", _mark(10.0, 10.0, kind), viewBox="0 0 20 20", aria_hidden="true", class_="key-mark chart")


def _interval(
    row: Interval, y: float, ends: tuple[float, float], place: Callable[[float], float], *, above: float
) -> list[Markup]:
    """A bracket with its words beside it (`above` is 0), or that far above it."""
    left, right = ends
    parts = [svg.line((left, y), (right, y), class_="track")]
    if row.high > row.low:
        parts.append(svg.line((place(row.low), y), (place(row.high), y), class_="span"))
    parts.extend(_mark(place(value), y, kind) for value, kind in row.marks)
    if not above:
        parts.append(svg.text(0, y + 4.5, row.label, class_="row-label"))
        parts.append(svg.text(right + 16, y + 4.5, row.shown, class_="row-told"))
        return parts
    parts.append(svg.text(0, y - above, row.label, class_="row-label"))
    if above > 13.0:
        parts.append(svg.text(0, y - 13, row.shown, class_="row-told"))
    else:
        parts.append(svg.text(right + 10, y - 13, row.shown, class_="row-told-end"))
    return parts


def _mark(x: float, y: float, kind: str) -> Markup:
    if kind == "step":
        return svg.line((x, y - 6), (x, y + 6), class_="mark-step")
    return svg.tag("circle", cx=x, cy=y, r=5.0, class_=f"mark-{kind}")


def _reach(box: Box, which: int) -> tuple[float, float, float, float] | None:
    """(nearest, farthest, lowest, highest) at the widest (0), central (1) or narrowest (2) ends of the brackets."""
    near, low = box.range_min_m[which], box.height_min_m[which]
    far, high = box.range_max_m[2 - which], box.height_max_m[2 - which]
    return (near, far, low, high) if far > near and high > low else None


def _rectangle(
    at: Callable[[float, float], tuple[float, float]], corners: tuple[float, float, float, float], kind: str
) -> Markup:
    near, far, low, high = corners
    (x0, y0), (x1, y1) = at(near, high), at(far, low)
    return svg.tag("rect", x=x0, y=y0, width=x1 - x0, height=y1 - y0, class_=kind)


def _flags(targets: Sequence[tuple[str, float]], right: float) -> list[tuple[str, float, float, int]]:
    """Name, place, left end of the words and row of each threat, so that no line runs through another's words."""
    placed: list[tuple[str, float, float, int]] = []
    for name, x in sorted(targets, key=lambda target: target[1]):
        wide = svg.text_width(name, _SIZE)
        at = min(x + 4.0, right - wide)
        ends = [(before + svg.text_width(other, _SIZE), row) for other, _, before, row in placed]
        row = next(row for row in range(len(ends) + 1) if all(end + 6.0 < x or lower < row for end, lower in ends))
        placed.append((name, x, at, row))
    return placed


def _labels(placed: Sequence[labels.Label]) -> list[Markup]:
    parts = []
    for label in placed:
        x, y = (label.box.left + label.box.right) / 2, label.box.bottom - label.size * 0.33
        if label.leader:
            parts.append(svg.line(label.anchor, (x, y - label.size * 0.3), class_="leader-thin"))
        parts.append(svg.text(x, y, label.words, class_=f"beside {label.kind}"))
    return parts


def _diamond(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    return [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
