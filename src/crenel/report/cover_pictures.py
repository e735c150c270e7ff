"""A picture for each layer of coverage: the map, what its colours mean, and what it is, all in one file."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from crenel.report import canvas, rasters, words
from crenel.report.canvas import Pixels
from crenel.report.cover_colours import key_of, legend, painted
from crenel.results.coverage import Coverage, Layer, Rasters

_MAP: Final = 900
_TOP: Final = 70
_SIDE: Final = 340
_STRIP: Final = 76
_LINE: Final = 20
_EDGE: Final = 20
_APART: Final = 23.0  # between the middles of two marks

_TITLES: Final[Mapping[str, str]] = {
    "sight_height": "Least height in sight of {unit}",
    "reason_any": "Who sees it, or why nobody does",
    "reason": "What {unit} sees, or why it does not",
    "n_units": "How many units see it",
    "p_look": "How likely one look detects it",
    "p_held": "How likely it is held, on its way to {asset}",
    "time_left": "Time left until {asset}, where it is held",
    "reach": "Where {unit} can meet it, on its way to {asset}",
    "engagements": "Engagements started by here, on its way to {asset}",
}


def pictures(coverage: Coverage) -> Iterator[tuple[str, bytes]]:
    """The name of each layer's picture, and its PNG."""
    for layer in coverage.rasters.layers():
        yield f"{layer.name}.png", rasters.png(_drawn(layer, coverage))


def title(layer: Layer) -> str:
    """What a layer shows, in a line."""
    return _TITLES[layer.kind].format(unit=words.clean(layer.unit), asset=words.clean(layer.asset))


def target(layer: Layer, answer: Mapping[str, Any]) -> str:
    """What flies, and how high."""
    if not layer.threat:
        return "Whatever flies there"
    names = {row["key"]: words.clean(row["name"]) for row in answer["question"]["threats"]}
    return f"{names.get(layer.threat, layer.threat)}, {words.quantity(layer.height_m, 'm')} above the ground"


def _drawn(layer: Layer, coverage: Coverage) -> Pixels:
    answer, grid = coverage.answer, coverage.rasters
    key = key_of(layer.kind, grid.flags)
    shown = painted(key, layer.values, grid.hillshade, _MAP)
    height, width = shown.shape[:2]
    across = 2 * _EDGE + width + _SIDE
    credit = _credit(answer, across)
    strip = _STRIP + _LINE * len(credit)
    out = canvas.blank(across, _TOP + max(height, 420) + _EDGE + strip)
    canvas.text(out, _EDGE, 12, title(layer), face="bold")
    canvas.text(out, _EDGE, 42, target(layer, answer), colour=(94, 91, 84))
    plate = out[_TOP : _TOP + height, _EDGE : _EDGE + width]
    plate[...] = shown
    _marks(plate, grid, answer)
    _scale(plate, grid)
    _legend(out, _EDGE + width + 24, legend(key, layer.values), key.title, answer)
    _strip(out, answer, credit, out.shape[0] - strip)
    return out


def _marks(plate: Pixels, grid: Rasters, answer: Mapping[str, Any]) -> None:
    """Assets as diamonds, units as numbered discs, as on the page; side by side where they would overlap."""
    taken: list[tuple[float, float]] = []
    for row in answer["assets"]:
        at = _pixel(plate, grid, row)
        taken.append(at)
        canvas.diamond(plate, at, 9.0, canvas.PAPER)
        canvas.diamond(plate, at, 6.5, canvas.INK)
    for number, row in enumerate(answer["units"], start=1):
        x, y = _beside(_pixel(plate, grid, row), taken)
        taken.append((x, y))
        canvas.disc(plate, (x, y), 12.5, canvas.PAPER)
        canvas.disc(plate, (x, y), 10.5, (36, 66, 92))
        shown = str(number)
        canvas.text(
            plate, x - canvas.text_width(shown, "small") / 2.0, y - 8.5, shown, face="small", colour=canvas.PAPER
        )


def _beside(at: tuple[float, float], taken: list[tuple[float, float]]) -> tuple[float, float]:
    """The nearest of some places around a point at which no other mark is."""
    near = [(0.0, 0.0), *((step * x, step * y) for step in (24.0, 48.0) for y in (0, -1, 1) for x in (1, -1, 0))]
    free = (
        (at[0] + x, at[1] + y)
        for x, y in near
        if all(math.hypot(at[0] + x - ox, at[1] + y - oy) >= _APART for ox, oy in taken)
    )
    return next(free, at)


def _pixel(plate: Pixels, grid: Rasters, row: Mapping[str, Any]) -> tuple[float, float]:
    n_rows, n_columns = grid.shape
    x = (row["east_m"] - grid.west_m) / (n_columns * grid.cell_m) * plate.shape[1]
    y = (grid.north_m - row["north_m"]) / (n_rows * grid.cell_m) * plate.shape[0]
    return x, y


def _scale(plate: Pixels, grid: Rasters) -> None:
    """A bar of a round length, and north, which is up."""
    across_m = grid.shape[1] * grid.cell_m
    power = 10.0 ** math.floor(math.log10(across_m / 4.0))
    bar_m = next(step * power for step in (5.0, 2.0, 1.0) if step * power <= across_m / 4.0)
    length, bottom = round(bar_m / across_m * plate.shape[1]), plate.shape[0] - 16
    canvas.fill(plate, 12, bottom - 26, (max(length, 56) + 16, 36), (248, 246, 240))
    canvas.fill(plate, 20, bottom, (length, 3), canvas.INK)
    canvas.text(plate, 20, bottom - 22, words.quantity(bar_m, "m"), face="small")
    canvas.fill(plate, plate.shape[1] - 34, 8, (26, 24), (248, 246, 240))
    canvas.text(plate, plate.shape[1] - 28, 10, "N", face="plain")


def _legend(
    out: Pixels, left: int, rows: list[tuple[canvas.Colour, str, float]], name: str, answer: Mapping[str, Any]
) -> None:
    y = _TOP
    for line in canvas.wrapped(name, _SIDE - 24, "plain"):
        canvas.text(out, left, y, line)
        y += 24
    y += 8
    for colour, told, share in rows:
        canvas.fill(out, left, y, (26, 18), (120, 116, 108))
        canvas.fill(out, left + 1, y + 1, (24, 16), colour)
        shown = f"{told}: {'under 1' if share < 0.01 else f'{100.0 * share:.0f}'} % of the map"
        for line in canvas.wrapped(shown, _SIDE - 70, "small"):
            canvas.text(out, left + 36, y, line, face="small")
            y += 19
        y += 9
    y += 14
    for number, unit in enumerate(answer["units"], start=1):
        canvas.disc(out, (left + 12, y + 10), 10.5, (36, 66, 92))
        canvas.text(out, left + 12 - canvas.text_width(str(number), "small") / 2.0, y + 1.5, str(number), face="small",
                    colour=canvas.PAPER)  # fmt: skip
        for line in canvas.wrapped(words.clean(unit["name"]), _SIDE - 70, "small"):
            canvas.text(out, left + 36, y + 1, line, face="small")
            y += 19
        y += 9
    canvas.diamond(out, (left + 12, y + 10), 7.0, canvas.INK)
    canvas.text(out, left + 36, y + 1, "what is defended", face="small")


def _credit(answer: Mapping[str, Any], across: int) -> list[str]:
    """Whose data the picture shows, in as many lines as it takes: no licence allows for less."""
    credit = words.clean(answer["place"].get("attribution") or "")
    return list(canvas.wrapped(f"Data: {credit}", across - 2 * _EDGE, "small")) if credit else []


def _strip(out: Pixels, answer: Mapping[str, Any], credit: list[str], top: int) -> None:
    """Burnt into the picture, so that a copy of it still says what it is."""
    canvas.fill(out, 0, top, (out.shape[1], out.shape[0] - top), canvas.INK)
    room = out.shape[1] - 2 * _EDGE
    shown = canvas.wrapped(words.clean(answer["scenario"]["title"]), room, "bold")[0]
    canvas.text(out, _EDGE, top + 10, shown, face="bold", colour=canvas.PAPER)
    n_units = len(answer["units"])
    told = (
        f"Simulation from published figures · {'this' if n_units == 1 else 'these'} "
        f"{words.plural(n_units, 'unit')} alone; others may exist · #{answer['scenario']['hash'][:8]}"
    )
    for number, line in enumerate([canvas.wrapped(told, room, "small")[0], *credit]):
        canvas.text(out, _EDGE, top + 44 + _LINE * number, line, face="small", colour=(217, 213, 202))


def map_png(layer: Layer, grid: Rasters, side: int = 700) -> bytes:
    """The bare map of a layer, for the page, which writes around it."""
    return rasters.png(painted(key_of(layer.kind, grid.flags), layer.values, grid.hillshade, side))


def extent_m(grid: Rasters) -> tuple[float, float, float, float]:
    """West, south, east and north of a coverage's cells."""
    n_rows, n_columns = grid.shape
    return (
        grid.west_m,
        grid.north_m - n_rows * grid.cell_m,
        grid.west_m + n_columns * grid.cell_m,
        grid.north_m,
    )


def legend_rows(layer: Layer, grid: Rasters) -> list[tuple[str, str, float]]:
    """Colour as the page writes it, words and share of each class of a layer."""
    key = key_of(layer.kind, grid.flags)
    return [
        (f"rgb{colour}".replace(" ", ""), told, share) for colour, told, share in legend(key, np.asarray(layer.values))
    ]
