"""Pictures of studies: leaks against the size of a raid, and the tornado of doubts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from crenel.report import numbers, svg, words
from crenel.report.drawing import NARROW, WIDE


def _both(draw: Callable[[float], Markup]) -> tuple[Markup, Markup]:
    return draw(WIDE), draw(NARROW)


def saturation(found: Mapping[str, Any]) -> tuple[Markup, Markup]:
    """Leaks against size as stated, with the knee; the line of "everything gets through" beside it."""
    sizes, curve = found["sizes"], found["stated"]
    most = float(sizes[-1])
    knee = curve["knee"]
    means = [leak["mean"] for leak in curve["leaks"]]
    told = f" A knee at {knee['size']:.0f}." if knee else ""
    alt = (
        f"Line chart: threats that get through rise from {numbers.rough(means[0])} of {sizes[0]:,} to "
        f"{numbers.rough(means[-1])} of {sizes[-1]:,}.{told}"
    )

    def draw(width: float) -> Markup:
        height, left, right, top = 320.0, 46.0, width - 20.0, 40.0
        bottom = height - 60.0

        def at(size: float, leaks: float) -> tuple[float, float]:
            return left + size / most * (right - left), bottom - leaks / most * (bottom - top)

        highs = [at(s, leak["dice"][1]) for s, leak in zip(sizes, curve["leaks"], strict=True)]
        lows = [at(s, leak["dice"][0]) for s, leak in zip(sizes, curve["leaks"], strict=True)]
        parts = [
            svg.line(at(0, 0), at(most, most), class_="grid"),
            svg.tag("path", d=svg.path([*highs, *reversed(lows)], closed=True), class_="band"),
            svg.tag("path", d=svg.path([at(s, m) for s, m in zip(sizes, means, strict=True)]), class_="curve"),
            svg.line((left, bottom), (right, bottom), class_="base"),
            svg.text(0, top - 24, "threats that get through (thin line: all of them)", class_="axis-name"),
            svg.text((left + right) / 2, height - 8, "threats in the raid", class_="axis-title"),
        ]
        if knee:
            x = at(knee["size"], 0)[0]
            parts.append(svg.line((x, top), (x, bottom), class_="published"))
            parts.append(svg.text(min(x + 5, right - 40), top + 4, "knee", class_="row-label"))
        for quarter in range(5):
            x, y = at(most * quarter / 4, most * quarter / 4)
            shown = numbers.significant(most * quarter / 4, 2)
            parts.append(svg.text(min(x, right - 8), bottom + 20, shown, class_="tick-x"))
            parts.append(svg.text(left - 6, y + 4, shown, class_="tick-y"))
        return svg.picture(*parts, width=width, height=height, alt=alt, class_="chart")

    return _both(draw)


def tornado(
    rows: Sequence[Mapping[str, Any]], found: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[Markup, Markup]:
    """A bar for each doubt from the leaks at its low end to those at its high end, longest first."""
    ordered = sorted(rows, key=lambda row: -abs(row["ends"][1] - row["ends"][0]))
    ends = [end for row in ordered for end in row["ends"]]
    low, high = min(ends), max(ends)
    wide = (high - low) or 1.0
    alt = "Tornado chart: threats that get through at both ends of each doubt. " + "; ".join(
        f"{', '.join(words.figure(row['figure'], names))}: {numbers.significant(row['ends'][0], 2)} to "
        f"{numbers.significant(row['ends'][1], 2)}"
        for row in ordered
    )

    def draw(width: float) -> Markup:
        left, right, step, top = 40.0, width - 40.0, 44.0, 20.0

        def at(leaks: float) -> float:
            return float(left + (leaks - low) / wide * (right - left))

        parts = []
        for number, row in enumerate(ordered):
            y = top + step * number
            first, last = (at(end) for end in row["ends"])
            label = ", ".join(words.figure(row["figure"], names))
            room = int(width / 7.2)
            parts.append(svg.text(0, y, label if len(label) <= room else label[: room - 1] + "…", class_="row-label"))
            parts.append(
                svg.tag("rect", x=min(first, last), y=y + 8, width=max(abs(last - first), 1.5), height=12, class_="bar")
            )
            for end, x in zip(("low", "high"), (first, last), strict=True):
                is_left = x == min(first, last)
                parts.append(
                    svg.text(x - 4 if is_left else x + 4, y + 18, end, class_="tick-y" if is_left else "tick-n")
                )
        bottom = top + step * len(ordered)
        parts.append(svg.line((left, bottom), (right, bottom), class_="base"))
        for quarter in range(5):
            leaks = low + wide * quarter / 4
            parts.append(svg.text(at(leaks), bottom + 18, numbers.significant(leaks, 2), class_="tick-x"))
        parts.append(
            svg.text(width / 2, bottom + 40, f"threats that get through, of {found['threats']:,}", class_="axis-title")
        )
        return svg.picture(*parts, width=width, height=bottom + 48, alt=alt, class_="chart")

    return _both(draw)
