"""Which place is asked for: a position as people type it, or the place of a scenario file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crenel.core.records import CrenelError, GeoPoint
from crenel.inputs.coordinates import CoordinateError, point, position
from crenel.inputs.errors import TextError
from crenel.inputs.examples import example_path, examples, is_example
from crenel.inputs.nodes import Node, read_tree
from crenel.inputs.quantities import quantity, read_quantity
from crenel.places.box import Circle

DEFAULT_RADIUS_M: Final = 40_000.0
_SMALLEST_M, _LARGEST_M = 100.0, 200_000.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A place, and the scenario that it was read from, if it was."""

    circle: Circle
    file: Path | None
    words: str


def asked(where: str, radius: str | None) -> Asked:
    """The place that a command line names.

    Parameters
    ----------
    where : str
        A scenario file, an example's name, or a position: "55.729, 37.590", a map link, ...
    radius : str, optional
        Such as "40 km"; by default the file's own, or 40 km.

    Raises
    ------
    CrenelError
        It is neither, or the file says no place.
    """
    radius_m = None if radius is None else _checked(_radius(radius), f'"{radius}"')
    path = _file(where)
    if path is None:
        return Asked(Circle.checked(_point(where), radius_m or DEFAULT_RADIUS_M), None, where)
    centre, own_m = _read(path)
    file = None if is_example(where) and path == example_path(where) else path
    return Asked(Circle.checked(centre, radius_m or own_m or DEFAULT_RADIUS_M), file, where)


def place_of(path: Path) -> tuple[GeoPoint | None, float | None]:
    """Centre and radius that a scenario file says; None for what it does not say.

    Raises
    ------
    InputError
        The file cannot be read, or says them wrongly.
    """
    place = read_tree(path).get("place")
    if place is None or place.is_empty:
        return None, None
    place.mapping("'place'")
    centre, radius = place.get("centre"), place.get("radius")
    return (
        None if centre is None else _position(centre),
        None if radius is None else _checked(read_quantity(radius, "radius", "length"), str(radius.mark)),
    )


def _read(path: Path) -> tuple[GeoPoint, float | None]:
    centre, radius_m = place_of(path)
    if centre is None:
        raise CrenelError(
            f'{path}: its place has no centre. Write one, such as "place: {{centre: [55.740 N, 37.600 E]}}", or give '
            "the position in place of the file."
        )
    return centre, radius_m


def _file(where: str) -> Path | None:
    path = Path(where).expanduser()
    try:
        if path.is_file():
            return path
    except (OSError, ValueError):
        return None
    return example_path(where) if is_example(where) else None


def _point(where: str) -> GeoPoint:
    try:
        return point(where)
    except CoordinateError as error:
        if where.casefold().endswith((".yaml", ".yml")) or ("/" in where and "," not in where and ":" not in where):
            raise CrenelError(f"{where}: there is no such file. Give a scenario file, or a position.") from None
        known = ", ".join(examples())
        raise CrenelError(
            f"the place {error.what}. Write for example \"crenel place '55.729, 37.590'\", or name a scenario file. "
            f"Examples: {known}."
        ) from None


def _position(node: Node) -> GeoPoint:
    written = [item.text("'centre'") for item in node.value] if isinstance(node.value, list) else node.text("'centre'")
    try:
        return position(written)
    except TextError as error:
        raise error.at(node.mark, "centre") from None


def _radius(text: str) -> float:
    try:
        return quantity(text, "length")
    except TextError as error:
        raise CrenelError(f'--radius {error.what}. Write for example "--radius 40km".') from None


def _checked(radius_m: float, where: str) -> float:
    if not _SMALLEST_M <= radius_m <= _LARGEST_M:
        raise CrenelError(
            f"the radius must lie between {_SMALLEST_M:g} m and {_LARGEST_M / 1000.0:g} km, not {radius_m:g} m "
            f"({where})."
        )
    return radius_m
