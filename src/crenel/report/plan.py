"""What the map shows, as plain data: the ground layer in a square of 1,000 units, and the notes for one width."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from crenel.report import labels, svg, words
from crenel.report.answer import Summary, alone
from crenel.report.labels import Box, Label, Wanted

SIDE: Final = 1000.0
"""The ground layer's own units, shared by the drawings of every width."""

MARK_RADIUS: Final = 13.0
"""Of a unit's mark in the ground layer's units, in the wide drawing."""

KINDS: Final = ("sight", "detection", "missile", "gun", "jamming")

FIRM: Final = {
    "official": "firm",
    "verified": "firm",
    "pictured": "seen",
    "reported": "seen",
    "claimed": "weak",
    "assumed": "weak",
}
"""How a unit's mark is drawn for its evidence: filled, ringed, or ringed with dashes."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Approach:
    """A group's sector of approach: a fan from its target out to where it starts.

    `told` counts all groups of one threat from the same sides at once, and is empty for all but the first of them.
    """

    middle: Point
    radius: float
    from_deg: float
    to_deg: float
    told: str


@dataclass(frozen=True, slots=True)
class Ground:
    """The layer that every width shares, in units of `SIDE`; rings by kind, one closed line per unit."""

    rings: Mapping[str, tuple[tuple[Point, ...], ...]]
    approaches: tuple[Approach, ...]
    errors: tuple[tuple[Point, float], ...]
    assets: tuple[tuple[Point, float], ...]
    circles: tuple[tuple[float, str], ...]
    extent: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A unit on the map; its number stands in the key. `at` is beside `true` where something else stands there."""

    at: Point
    true: Point
    number: int
    firmness: str


@dataclass(frozen=True, slots=True)
class Notes:
    """What is written over the ground at one width, in that width's units."""

    width: float
    marks: tuple[Mark, ...]
    assets: tuple[Point, ...]
    labels: tuple[Label, ...]
    bar: float
    bar_words: str
    strip: tuple[str, ...]


def ground(picture: Mapping[str, Any], summary: Summary) -> Ground:
    """The ground layer of `maps/picture.json`."""
    rings = {
        kind: tuple(
            tuple(_at(picture, east, north) for east, north in ring["polygon"])
            for ring in picture["rings"]
            if ring["kind"] == kind and len(ring["polygon"]) > 2
        )
        for kind in KINDS
    }
    west, south, east, north = picture.get("extent_m") or (0, 0, 0, 0)
    (left, top), (right, bottom) = _at(picture, west, north), _at(picture, east, south)
    return Ground(
        rings={kind: found for kind, found in rings.items() if found},
        approaches=tuple(_approaches(picture, summary)),
        errors=tuple((_place(picture, unit), _length(picture, unit["position_error_m"])) for unit in picture["units"]),
        assets=tuple((_place(picture, asset), _length(picture, asset["radius_m"])) for asset in picture["assets"]),
        circles=tuple(_graticule(picture)),
        extent=(left, top, right - left, bottom - top),
    )


def notes(picture: Mapping[str, Any], summary: Summary, width: float) -> Notes:
    """Marks, labels, scale bar and strip for a drawing `width` units wide."""
    scale, size = width / SIDE, 12.5 if width > 500 else 11.5
    layer = ground(picture, summary)
    assets = tuple(_scaled(_place(picture, asset), scale) for asset in picture["assets"])
    marks = _marks(picture, scale, width, [_around(asset, 5.0) for asset in assets])
    bar_m = _nice(picture["half_width_m"] * (0.5 if width > 500 else 0.6))
    bar = _length(picture, bar_m) * scale
    taken = [_around(mark.at, 10.0) for mark in marks] + [_around(asset, 5.0) for asset in assets]
    furniture = [Box(0, width - 40, bar + 34, width), Box(width - 40, 0, width, 52)]
    wanted = [
        *(_named(asset["name"], "asset", size, at, 5.0) for asset, at in zip(picture["assets"], assets, strict=True)),
        *(_on_approach(approach, scale, width, size) for approach in layer.approaches if approach.told),
        *(_on_circle(radius, told, scale, size - 1.5) for radius, told in layer.circles),
    ]
    if width > 500:
        # On a narrow screen the numbers and the key below say this; names would bury the map.
        named = zip(picture["units"], marks, strict=True)
        wanted = [
            *(_named(unit["name"], "unit", size, mark.at, 10.0) for unit, mark in named),
            *wanted,
            *(_on_ring(kind, found, scale, size - 1.0) for kind, found in layer.rings.items()),
        ]
    return Notes(
        width=width,
        marks=marks,
        assets=assets,
        labels=tuple(labels.place(wanted, taken=[*taken, *furniture], frame=Box(4, 4, width - 4, width - 4))),
        bar=bar,
        bar_words=words.quantity(bar_m, "m"),
        strip=tuple(_strip(summary, width)),
    )


def _marks(picture: Mapping[str, Any], scale: float, width: float, taken: Sequence[Box]) -> tuple[Mark, ...]:
    """Where each unit's mark is drawn: where it stands, or beside that if the place is taken."""
    occupied, marks, frame = list(taken), [], Box(0, 0, width, width)
    for number, unit in enumerate(picture["units"], start=1):
        true = _scaled(_place(picture, unit), scale)
        at = next(
            (spot for spot in _near(true) if not any(_around(spot, 9.0).overlaps(box) for box in occupied)
             and _around(spot, 9.0).inside(frame)),
            true,
        )  # fmt: skip
        occupied.append(_around(at, 9.0))
        marks.append(Mark(at, true, number, FIRM.get(unit["status"], "weak")))
    return tuple(marks)


def _near(point: Point) -> Iterator[Point]:
    yield point
    for distance in (16.0, 24.0, 34.0):
        for deg in (225, 135, 315, 45, 270, 90, 180, 0):
            angle = math.radians(deg)
            yield point[0] + distance * math.sin(angle), point[1] - distance * math.cos(angle)


def shown(layer: Ground, kind: str) -> bool:
    """Whether any ring of a kind crosses the map at all."""
    return any(0 <= x <= SIDE and 0 <= y <= SIDE for ring in layer.rings.get(kind, ()) for x, y in ring)


def caption(picture: Mapping[str, Any], summary: Summary) -> str:
    """What the map is drawn for."""
    target = (
        f"a {words.clean(picture['threat_name'])} flying {words.quantity(picture['height_m'], 'm')} above the ground"
    )
    if picture["terrain"] == "flat":
        given = words.clean(summary["place"].get("terrain", "flat"))
        if not picture["units"]:
            return f"The ground is taken as {given}."
        return f"Drawn for {target}, over ground taken as {given}: hills and buildings would shorten the view."
    dark = " Dark: hidden from every unit at that height." if picture.get("sight") else ""
    return f"Drawn for {target}, over the terrain in {words.clean(summary['place'].get('terrain', 'the file'))}.{dark}"


def alt(picture: Mapping[str, Any], summary: Summary) -> str:
    """The map in words, for those who do not see it."""
    units = "; ".join(f"{words.clean(unit['name'])} ({words.clean(unit['system_name'])})" for unit in picture["units"])
    raid = "; ".join(approach.told for approach in ground(picture, summary).approaches if approach.told)
    across = words.quantity(2.0 * picture["half_width_m"], "m")
    return f"Map, {across} across, north up. Units: {units or 'none'}. Approaches: {raid}. {caption(picture, summary)}"


def _approaches(picture: Mapping[str, Any], summary: Summary) -> Iterator[Approach]:
    known = {group["name"]: (group["count"], words.clean(group["threat_name"])) for group in summary["groups"]}
    spoken: dict[tuple[str, float, float], int] = {}
    for group in picture["groups"]:
        n, threat = known.get(group["name"], (0, ""))
        key = (threat, *group["from_deg"])
        spoken[key] = spoken.get(key, 0) + n
    for group in picture["groups"]:
        low, high = group["from_deg"]
        _, threat = known.get(group["name"], (0, ""))
        n = spoken.pop((threat, low, high), 0)
        yield Approach(
            _place(picture, group),
            _length(picture, max(group["starts_m"])),
            float(low),
            # A fan without width would not be seen: it is drawn one degree wide.
            float(min(max(high, low + 1.0), low + 360.0)),
            f"{n:,} × {threat} from {words.directions(low, high)}" if n else "",
        )


def _on_approach(approach: Approach, scale: float, width: float, size: float) -> Wanted:
    """Along the fan's middle, as far out as the frame lets it, then nearer and to the sides."""
    x, y = _scaled(approach.middle, scale)
    spread = approach.to_deg - approach.from_deg
    told = approach.told
    if svg.text_width(told, size) > width * 0.5:
        # The fan itself shows the sides.
        told = svg.fitted(told.rpartition(" from ")[0], width * 0.6, size)
    points = []
    for part in (0.92, 0.84, 0.76, 0.68, 0.6, 0.5):
        for turn in (0.5, 0.35, 0.65, 0.2, 0.8):
            angle = math.radians(approach.from_deg + spread * turn)
            reach = min(approach.radius * scale, _to_edge((x, y), angle, width)) * part
            points.append((x + reach * math.sin(angle), y - reach * math.cos(angle)))
    half = svg.text_width(told, size) / 2 + 12
    points = [(min(max(px, half), width - half), min(max(py, 14.0), width - 14.0)) for px, py in points]
    return labels.at(told, "approach", size, points)


def _on_ring(kind: str, rings: Sequence[Sequence[Point]], scale: float, size: float) -> Wanted:
    """On the line of any unit's ring, at its top first."""
    points = []
    for ring in sorted(rings, key=lambda ring: min(y for _, y in ring)):
        n = len(ring)
        top = min(range(n), key=lambda index: ring[index][1])
        turns = (0, n // 24, -n // 24, n // 12, -n // 12, n // 8, -n // 8, n // 4, -n // 4, n // 3, -n // 3, n // 2)
        points += [_scaled(ring[(top + turn) % n], scale) for turn in turns]
    return labels.at(words.RINGS[kind], f"ring-{kind}", size, points)


def _on_circle(radius: float, told: str, scale: float, size: float) -> Wanted:
    middle = SIDE / 2 * scale
    points = []
    for deg in (45, 60, 30, 75, 15, 315, 330, 300, 120, 135):
        angle = math.radians(deg)
        points.append((middle + radius * scale * math.sin(angle), middle - radius * scale * math.cos(angle)))
    return labels.at(told, "circle", size, points)


def _graticule(picture: Mapping[str, Any]) -> Iterator[tuple[float, str]]:
    """Distance rings around the centre, on plain ground only: shaded terrain gives the eye enough to hold on to."""
    if picture["terrain"] != "flat":
        return
    step = _nice(picture["half_width_m"] / 3.0)
    for n in range(1, int(picture["half_width_m"] / step) + 1):
        yield _length(picture, n * step), words.quantity(n * step, "m")


def _strip(summary: Summary, width: float) -> Iterator[str]:
    """Burnt into the picture, so that a copy of it still says what it is."""
    scenario = summary["scenario"]
    size = 11.5
    yield svg.fitted(words.clean(scenario["title"]), (width - 24) / 1.1, 13.5)  # it is bold
    dated = f"evidence of {words.day(scenario['when'])}" if scenario.get("when") else "evidence undated"
    told = (
        "Simulation from published figures",
        dated,
        alone(summary).partition(";")[0].lower(),
        f"#{scenario['hash'][:8]}",
    )
    yield from (line.strip(" ·") for line in svg.lines(" · ".join(told), width - 24, size))


def _named(name: object, kind: str, size: float, mark: Point, clearance: float) -> Wanted:
    return labels.beside(svg.fitted(words.clean(name), 170.0, size), kind, size, mark=mark, clearance=clearance)


def _to_edge(start: Point, angle: float, width: float) -> float:
    """How far the frame's edge is from a point inside it; 0 for a point outside."""
    x, y = start
    right, down = math.sin(angle), -math.cos(angle)
    far = [(width - x) / right if right > 0 else -x / right] if abs(right) > 1e-9 else []
    far += [(width - y) / down if down > 0 else -y / down] if abs(down) > 1e-9 else []
    return max(0.0, min(far))


def _nice(length: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not above `length`."""
    power = 10.0 ** math.floor(math.log10(length))
    return next(step * power for step in (5.0, 2.0, 1.0) if step * power <= length * (1.0 + 1e-9))


def _at(picture: Mapping[str, Any], east_m: float, north_m: float) -> Point:
    half = picture["half_width_m"]
    return (east_m + half) / (2.0 * half) * SIDE, (half - north_m) / (2.0 * half) * SIDE


def _place(picture: Mapping[str, Any], thing: Mapping[str, Any]) -> Point:
    return _at(picture, thing["east_m"], thing["north_m"])


def _length(picture: Mapping[str, Any], length_m: float) -> float:
    return float(length_m) / (2.0 * float(picture["half_width_m"])) * SIDE


def _scaled(point: Point, scale: float) -> Point:
    return point[0] * scale, point[1] * scale


def _around(point: Point, radius: float) -> Box:
    return Box(point[0] - radius, point[1] - radius, point[0] + radius, point[1] + radius)
