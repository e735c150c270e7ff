"""Draw dice and doubt: three lines over one axis, told apart by shape and place, not by colour alone."""

from typing import Final

from markupsafe import Markup

from crenel.report import numbers, svg
from crenel.report.doubts import Strip

_STEP: Final = 62.0
_ROWS: Final = 3


def strip(info: Strip, width: float) -> Markup:
    """From raid to raid; the mean by chance; the mean by what is not published, a dot for each setting."""
    left, right, top = 12.0, width - 12.0, 26.0
    bottom = top + _STEP * _ROWS + 34.0

    def at(leaks: float) -> float:
        return left + min(leaks / info.most, 1.0) * (right - left)

    def row(number: int) -> float:
        return top + _STEP * number

    parts = [
        svg.text(left, row(0) - 8, "From raid to raid, nine of ten", class_="row-label"),
        svg.line((at(info.raids[0]), row(0) + 10), (at(info.raids[1]), row(0) + 10), class_="reach"),
        svg.text(left, row(1) - 8, "The mean, by chance (95 %)", class_="row-label"),
        svg.line((at(info.chance[0]), row(1) + 10), (at(info.chance[1]), row(1) + 10), class_="reach"),
        svg.tag("circle", cx=at(info.mean), cy=row(1) + 10, r=5, class_="needed"),
        svg.text(left, row(2) - 8, "The mean, by what is not published", class_="row-label"),
        svg.tag(
            "rect",
            x=at(info.doubt[0]),
            y=row(2),
            width=max(at(info.doubt[1]) - at(info.doubt[0]), 1.5),
            height=38.0,
            class_="bracket",
        ),
        *(
            svg.tag("circle", cx=at(leaks), cy=row(2) + 5 + 7.0 * (number % 5), r=2.6, class_="dot")
            for number, leaks in enumerate(info.points)
        ),
    ]
    for leaks, word in ((info.favourable, "best"), (info.adverse, "worst")):
        if leaks is not None:
            x, y = at(leaks), row(2) + 44.0
            parts.append(
                svg.tag("path", d=svg.path([(x, y), (x - 5, y + 9), (x + 5, y + 9)], closed=True), class_="stated")
            )
            parts.append(svg.text(min(max(x, left + 16), right - 16), y + 22, word, class_="tick-x"))
    parts.append(svg.line((left, bottom), (right, bottom), class_="base"))
    for quarter in range(5):
        x = left + quarter / 4 * (right - left)
        parts.append(
            svg.text(
                min(max(x, left + 10), right - 10),
                bottom + 18,
                numbers.significant(info.most * quarter / 4, 2),
                class_="tick-x",
            )
        )
    parts.append(
        svg.text(
            (left + right) / 2, bottom + 38, f"threats that get through, of {info.n_threats:,}", class_="axis-title"
        )
    )
    return svg.picture(*parts, width=width, height=bottom + 46, alt=info.alt, class_="chart")
